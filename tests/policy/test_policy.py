"""The gate: no frame is written without a clearance that still holds."""

import dataclasses
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondunit.errors import BrokenStore, NotCleared, SecondUnitError
from secondunit.policy import approvals
from secondunit.policy.approvals import Approval
from secondunit.policy.clearance import ClearanceGate, ask, clear
from secondunit.policy.facts import Request
from secondunit.policy.rules import load_packs
from secondunit.production import Production

DENIAL = b"""
[pack]
id = "test-denial"
version = 1
title = "t"
source = "test"
as_of = 2026-01-01
confidence = "P"
[[rule]]
id = "never"
clause = "1"
then = "block"
says = "No."
"""
TITLE = "The Fall"


def request_for(show):
    return Request(
        show.id,
        "EP101",
        "collapse",
        "final",
        (),
        1001,
        1011,
        "b" * 64,
        "c" * 64,
        facts={"generative": False},
    )


def approval_of(request, **other):
    fields = {name: getattr(request, name) for name in ("shot", "use", "brief_digest", "plate_digest")}
    return Approval(by="A. Producer", at="2026-01-01T00:00:00+00:00", note="", production=TITLE, **{**fields, **other})


@pytest.fixture
def show(tmp_path):
    return Production.new(tmp_path / "show", title="The Fall")


@pytest.fixture
def cleared(show):
    approvals.record(show, approval_of(request_for(show)))
    digest = ["c" * 64]
    return show, digest, ClearanceGate(clear(show, request_for(show)), show, lambda: digest[0])


def test_the_gate_lets_cleared_frames_pass_and_no_others(cleared):
    _, _, gate = cleared
    for frame in range(1001, 1011):
        gate(frame)
    for frame in (1000, 1011, -1):
        with pytest.raises(NotCleared, match="outside the cleared frames"):
            gate(frame)


def test_the_gate_closes_when_the_approval_falls(cleared):
    show, _, gate = cleared
    approvals.withdraw(show, approval_of(request_for(show)).id, by="A. Producer", note="second thoughts")
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
    (show.folder / "own.toml").write_bytes(DENIAL.replace(b'"block"', b'"allow"'))
    show = dataclasses.replace(show, rule_packs=("own.toml",))
    gate = ClearanceGate(clear(show, request_for(show)), show, lambda: "c" * 64)
    gate(1001)
    (show.folder / "own.toml").write_bytes(DENIAL)
    with pytest.raises(NotCleared, match="rules changed"):
        gate(1001)
    (show.folder / "own.toml").unlink()
    with pytest.raises(BrokenStore, match="no such pack"):
        gate(1001)


def test_an_edited_approval_fails_closed(show):
    path = approvals.record(show, approval_of(request_for(show), brief_digest="x"))
    path.write_text(path.read_text().replace('"x"', '"' + "b" * 64 + '"'))
    with pytest.raises(BrokenStore, match="edited"):
        ask(show, request_for(show))
    path.write_text("{")
    with pytest.raises(BrokenStore):
        ask(show, request_for(show))


def test_nobody_cannot_approve(show):
    with pytest.raises(BrokenStore, match="--by"):
        approvals.record(show, dataclasses.replace(approval_of(request_for(show)), by=" "))
    with pytest.raises(BrokenStore, match="no approval"):
        approvals.withdraw(show, "../../production", by="me", note="")


@given(st.binary(max_size=200))
def test_whatever_an_approval_file_holds_nothing_is_cleared(tmp_path_factory, data):
    show = Production.new(tmp_path_factory.mktemp("show") / "show", title="The Fall")
    (show.folder / "approvals" / "0123456789ab.json").write_bytes(data)
    with pytest.raises(SecondUnitError):
        clear(show, request_for(show))


def test_packs_are_named_by_the_production(show):
    assert [pack.id for pack in load_packs(show)] == tomllib.loads((show.folder / "production.toml").read_text())[
        "rule_packs"
    ]
    for name in ("house-intended-ues", "../pack.toml"):
        with pytest.raises(BrokenStore):
            load_packs(dataclasses.replace(show, rule_packs=(name,)))
