"""The policy: the table in the docs is what the code does, and no frame is written without it."""

import dataclasses
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondunit.errors import BrokenStore, NotCleared, Problems, SecondUnitError
from secondunit.policy import approvals
from secondunit.policy.approvals import Approval
from secondunit.policy.clearance import ClearanceGate, ask, clear
from secondunit.policy.decide import Request, Verdict, decide
from secondunit.policy.rules import load_packs, read_pack, shipped_packs
from secondunit.production import Production

DOCS = Path(__file__).parents[2] / "docs" / "policy.md"
DENIAL = b"""
[pack]
name = "test-denial"
version = 1
[[rule]]
id = "never"
then = "deny"
clause = "No."
source = "test"
"""
SILENT = DENIAL.replace(b"test-denial", b"silent").replace(
    b'then = "deny"', b'then = "clear"\nkind = ["something else"]'
)
REQUEST = Request("The Fall", "EP101", "collapse", "final", (), 1001, 1011, "b" * 64, "p" * 64)
OTHER = {
    "other production": {"production": "Another"},
    "other shot": {"shot": "EP102"},
    "other use": {"use": "temp"},
    "other brief": {"brief_digest": "c" * 64},
    "other plate": {"plate_digest": "q" * 64},
}


def approval_of(request, **other):
    fields = {name: getattr(request, name) for name in ("production", "shot", "use", "brief_digest", "plate_digest")}
    return Approval(by="A. Producer", at="2026-01-01T00:00:00+00:00", note="", **{**fields, **other})


def rows():
    table = DOCS.read_text(encoding="utf-8").split("<!-- truth table -->")[1].split("<!-- end of truth table -->")[0]
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.strip().splitlines()]
    assert lines[0] == ["use", "people", "approval", "packs", "verdict", "rule"]
    return lines[2:]


@pytest.fixture
def show(tmp_path):
    return Production.new(tmp_path / "show", title="The Fall")


@pytest.mark.parametrize("row", rows(), ids=lambda row: " · ".join(row[:4]))
def test_every_row_of_the_truth_table(row, tmp_path):
    use, people, approval, packs, verdict, rule = row
    known = {"house": "house-intended-use", "denial": "denial.toml", "silent": "silent.toml"}
    show = Production.new(tmp_path / "show", title="The Fall")
    (show.folder / "denial.toml").write_bytes(DENIAL)
    (show.folder / "silent.toml").write_bytes(SILENT)
    show = dataclasses.replace(show, rule_packs=tuple(known[pack] for pack in packs.split(", ")))
    request = dataclasses.replace(REQUEST, use=use, people=("A. Performer",) if people == "yes" else ())
    if approval != "none":
        given = approval_of(request, **OTHER.get(approval, {}))
        approvals.record(show, given)
        assert approval in {"fits", "withdrawn", *OTHER}
        if approval == "withdrawn":
            approvals.withdraw(show, given.id, by="A. Producer", note="")
    decision = ask(show, request)
    assert decision.verdict == verdict
    assert rule in [reason.rule for reason in decision.reasons]
    assert all(reason.clause and reason.source for reason in decision.reasons)
    if decision.verdict is Verdict.CLEARED:
        assert clear(show, request).request == request
    else:
        with pytest.raises(NotCleared, match=rule):
            clear(show, request)


def test_the_table_covers_every_use_verdict_and_difference():
    covered = [set(column) for column in zip(*rows(), strict=True)]
    assert covered[0] == {"ideation", "temp", "final"}
    assert covered[2] == {"none", "fits", "withdrawn", *OTHER}
    assert covered[4] == {str(verdict) for verdict in Verdict}


def test_the_docs_say_what_the_shipped_pack_says():
    text = DOCS.read_text(encoding="utf-8")
    for name, data in shipped_packs().items():
        pack = read_pack(data, where=name)
        assert pack.name == name
        for rule in pack.rules:
            assert f"| `{rule.id}` | {rule.clause} |" in text


def test_the_example_pack_of_the_docs_works():
    example = re.search(r"```toml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)[1]
    pack = read_pack(example.encode(), where="docs")
    packs = [read_pack(shipped_packs()["house-intended-use"], where="house"), pack]
    assert decide(REQUEST, [approval_of(REQUEST)], packs).verdict is Verdict.REFUSED
    assert decide(dataclasses.replace(REQUEST, use="temp"), [], packs).verdict is Verdict.CLEARED


def test_no_packs_clear_nothing():
    assert decide(REQUEST, [approval_of(REQUEST)], []).verdict is Verdict.UNKNOWN


@pytest.fixture
def cleared(show):
    approvals.record(show, approval_of(REQUEST))
    digest = ["p" * 64]
    return show, digest, ClearanceGate(clear(show, REQUEST), show, lambda: digest[0])


def test_the_gate_lets_cleared_frames_pass_and_no_others(cleared):
    _, _, gate = cleared
    for frame in range(1001, 1011):
        gate(frame)
    for frame in (1000, 1011, -1):
        with pytest.raises(NotCleared, match="outside the cleared frames"):
            gate(frame)


def test_the_gate_closes_when_the_approval_falls(cleared):
    show, _, gate = cleared
    approvals.withdraw(show, approval_of(REQUEST).id, by="A. Producer", note="second thoughts")
    with pytest.raises(NotCleared, match="no longer cleared"):
        gate(1001)


def test_the_gate_closes_when_the_approval_file_is_gone(cleared):
    show, _, gate = cleared
    next((show.folder / "approvals").glob("*.json")).unlink()
    with pytest.raises(NotCleared, match="no longer cleared"):
        gate(1001)


def test_the_gate_closes_when_the_plate_changes(cleared):
    _, digest, gate = cleared
    digest[0] = "q" * 64
    with pytest.raises(NotCleared, match="plate"):
        gate(1001)


def test_the_gate_closes_when_a_rule_changes(show):
    (show.folder / "own.toml").write_bytes(DENIAL.replace(b'"deny"', b'"clear"'))
    show = dataclasses.replace(show, rule_packs=("own.toml",))
    gate = ClearanceGate(clear(show, REQUEST), show, lambda: "p" * 64)
    gate(1001)
    (show.folder / "own.toml").write_bytes(DENIAL)
    with pytest.raises(NotCleared, match="rules changed"):
        gate(1001)
    (show.folder / "own.toml").unlink()
    with pytest.raises(BrokenStore, match="no such pack"):
        gate(1001)


def test_an_edited_approval_fails_closed(show):
    path = approvals.record(show, approval_of(REQUEST, brief_digest="x"))
    path.write_text(path.read_text().replace('"x"', '"' + "b" * 64 + '"'))
    with pytest.raises(BrokenStore, match="edited"):
        ask(show, REQUEST)
    path.write_text("{")
    with pytest.raises(BrokenStore):
        ask(show, REQUEST)


def test_nobody_cannot_approve(show):
    with pytest.raises(BrokenStore, match="--by"):
        approvals.record(show, dataclasses.replace(approval_of(REQUEST), by=" "))
    with pytest.raises(BrokenStore, match="no approval"):
        approvals.withdraw(show, "../../production", by="me", note="")


def test_a_broken_pack_says_all_that_is_wrong():
    with pytest.raises(Problems) as caught:
        read_pack(b'[pack]\nname = "x"\n[[rule]]\nid = "a"\nthen = "allow"\nwho = "me"\n', where="x.toml")
    text = str(caught.value)
    for place in ("pack.version", "rule.0.then", "rule.0.clause", "rule.0.who"):
        assert place in text
    for data in (b"\xff", b"[", b""):
        with pytest.raises(SecondUnitError):
            read_pack(data, where="x.toml")


@given(st.binary(max_size=200))
def test_whatever_an_approval_file_holds_nothing_is_cleared(tmp_path_factory, data):
    show = Production.new(tmp_path_factory.mktemp("show") / "show", title="The Fall")
    (show.folder / "approvals" / "0123456789ab.json").write_bytes(data)
    with pytest.raises(SecondUnitError):
        clear(show, REQUEST)


def test_packs_are_named_by_the_production(show):
    assert [pack.name for pack in load_packs(show)] == tomllib.loads((show.folder / "production.toml").read_text())[
        "rule_packs"
    ]
    for name in ("house-intended-ues", "../pack.toml"):
        with pytest.raises(BrokenStore):
            load_packs(dataclasses.replace(show, rule_packs=(name,)))
