"""The table in the docs is what the code decides, row by row."""

import re
import tomllib
from pathlib import Path

import pytest

from secondunit.policy.decide import Verdict, decide
from secondunit.policy.documents import Approval, ConsentStatus, StrikeLock
from secondunit.policy.hard_blocks import Hard
from secondunit.policy.parts import Role
from secondunit.policy.rules import read_pack, shipped_packs
from secondunit.testing.tiny_rights import (
    BRIEF_DIGEST,
    NOW,
    PLATE_DIGEST,
    PRODUCTION,
    change_of,
    consent_of,
    held,
    performer,
    request_of,
    standing_of,
)

DOCS = Path(__file__).parents[2] / "docs" / "policy.md"
PACK = """[pack]
id = "test-{id}"
version = 1
title = "t"
source = "test"
as_of = 2026-01-01
confidence = "P"
[[rule]]
id = "{rule}"
clause = "1"
says = "No."
then = "{then}"
when = '{when}'
"""
PACKS = {
    "house": shipped_packs()["house-intended-use"],
    "denial": PACK.format(id="denial", rule="never", then="block", when="").encode(),
    "question": PACK.format(id="question", rule="asks", then="block", when="central").encode(),
    "silent": PACK.format(id="silent", rule="else", then="allow", when='effect = "something else"').encode(),
}
OTHER = {
    "other production": {"production_id": "another-1"},
    "other shot": {"shot": "EP102"},
    "other use": {"use": "temp"},
    "other brief": {"brief_digest": "d" * 64},
    "other plate": {"plate_digest": "e" * 64},
    "other role": {"role": Role.STUDIO},
    "other rule": {"rules": ("something-else",)},
    "expired": {"expires_at": NOW},
}
ESTATE, GUARDIAN = frozenset({Role.ESTATE}), frozenset({Role.GUARDIAN})
BARE = {"limits": {"nudity": True, "simulated_sex": True}}
ADULT = {"intimate": "both", "apparent_age": 36}
KID = {"is_minor": True, "birth_year": 2014, "guardian": "B. Parent, court of X, 12/26"}
DEAD = {"deceased": True, "death_date": "2020-05-05", "estate": "Estate of A. Performer"}
STILL = "5" * 64
OF_A_STILL = {"type": "alteration", "created_how": "archive", "source_digests": (STILL,)}
NO_CHANGE = {"alterations": ({"kind": "still"},)}


def approval(**other):
    fields = {
        "production_id": PRODUCTION,
        "role": Role.PRODUCER,
        "by": "A. Producer",
        "shot": "EP101",
        "use": "final",
        "brief_digest": BRIEF_DIGEST,
        "plate_digest": PLATE_DIGEST,
        "at": "2026-10-01T00:00:00Z",
    }
    return Approval(**(fields | other))


def lock(union):
    return StrikeLock(lock_id="lock-1", union=union, reason="strike", by="the union", at=NOW)


FREE_WORDS = {"prohibited": ("anything that harms her good name",)}
WIDE = {"alterations": ({"kind": "age", "years_from": -99.0, "years_to": 99.0},)}


def scoped(**scope):
    return {"consents": [held(consent_of(scope=scope))]}


def forbidding(ended=None):
    return [held(), held(consent_of(consent_id="p-3f2a-other", scope={"prohibited": ("streaming",)}), ended=ended)]


# What the column "person" says: facts, people, consents, locks, and the change (None: nobody is changed).
SITUATIONS = {
    "nobody": {"change": None},
    "nobody, names a public figure": {"change": None, "facts": {"references": ("public_figure",)}},
    "nobody, in a living artist's style": {"change": None, "facts": {"references": ("artist_style",)}},
    "nobody, names a public figure, permitted": {
        "change": None,
        "facts": {"references": ("public_figure",), "references_permitted": True},
    },
    "nobody, asks for some style in words": {"change": None, "facts": {"style_wording": True}},
    "nobody, asks for some style in words, judged": {"change": None, "facts": {"style_wording": True}},
    "nobody, generative, references not said": {"change": None, "facts": {"generative": True, "references": None}},
    "covered": {},
    "covered, another ledger": {"standing": {"production_id": "another-1"}},
    "not in the register": {"people": ()},
    "no consent": {"consents": []},
    "revoked": {"consents": [held(ended=ConsentStatus.REVOKED)]},
    "expired": scoped(term_end=NOW),
    "not begun": scoped(term_start="2026-12-01T00:00:00Z"),
    "signed by nobody": {"consents": [held(by=frozenset())]},
    "other production": {"consents": [held(consent_of(production_id="another-1"))]},
    "other shot": scoped(shots=("EP102*",)),
    "other character": scoped(characters=("Berta",)),
    "other kind of change": scoped(alterations=({"kind": "face"},)),
    "more years": scoped(alterations=({"kind": "age", "years_from": -9.0, "years_to": 0.0},)),
    "other use": scoped(uses=("temp",)),
    "other territory": scoped(territories=("US-CA", "EU")),
    "other medium": scoped(media=("cinema",)),
    "other language": scoped(languages=("fr",)),
    "marketing": {"facts": {"marketing": True}},
    "pitch": {"facts": {"pitch": True}},
    "training": {"facts": {"training_material": "owned"}},
    "model elsewhere": {"facts": {"generative": True, "enhancement_model": "outside"}},
    "territory not said": {"facts": {"territories": None}},
    "character not said": {"change": change_of(character="")},
    "worked after a still": {"change": change_of(sources=(STILL,))},
    "worked after a still that a consent names": {
        "change": change_of(sources=(STILL,)),
        "consents": [held(), held(consent_of(consent_id="p-3f2a-stills", replica=OF_A_STILL, scope=NO_CHANGE))],
    },
    "worked after a still, taken back": {
        "change": change_of(sources=(STILL,)),
        "consents": [
            held(),
            held(
                consent_of(consent_id="p-3f2a-stills", replica=OF_A_STILL, scope=NO_CHANGE),
                ended=ConsentStatus.REVOKED,
            ),
        ],
    },
    "other replica": {"change": change_of(facts={"replica": "independent"})},
    "intimate": {"change": change_of(facts=ADULT)},
    "intimate not said": {"change": change_of(facts={"intimate": None})},
    "intimate, allowed, adult": {"change": change_of(facts=ADULT), **scoped(**BARE)},
    "intimate, allowed, looks 17": {"change": change_of(facts={**ADULT, "apparent_age": 17}), **scoped(**BARE)},
    "intimate, allowed, made 17": {"change": change_of(facts=ADULT, years=-28.0), **scoped(**BARE, **WIDE)},
    "intimate, allowed, age not said": {"change": change_of(facts={"intimate": "nudity"}), **scoped(**BARE)},
    "minor, guardian signed": {"people": (performer(**KID),), "consents": [held(by=GUARDIAN)]},
    "minor, guardian did not sign": {"people": (performer(**KID),)},
    "minor, no guardian on record": {
        "people": (performer(**KID | {"guardian": " "}),),
        "consents": [held(by=GUARDIAN)],
    },
    "minor, intimate, all allowed": {
        "people": (performer(**KID),),
        "consents": [held(consent_of(scope={**BARE, **WIDE}), by=GUARDIAN)],
        "change": change_of(facts=ADULT),
    },
    "minor made 30, intimate, all allowed": {
        "people": (performer(**KID),),
        "consents": [held(consent_of(scope={**BARE, **WIDE}), by=GUARDIAN)],
        "change": change_of(facts=ADULT, years=18.0),
    },
    "dead, estate signed": {"people": (performer(**DEAD),), "consents": [held(by=ESTATE)]},
    "dead, only the performer signed": {"people": (performer(**DEAD),)},
    "dead, no consent": {"people": (performer(**DEAD),), "consents": []},
    "strike of the union": {"locks": (lock("sag-aftra"),)},
    "strike of everybody": {"locks": (lock("*"),)},
    "strike of another union": {"locks": (lock("Equity"),)},
    "strike of the union, nobody changed": {"locks": (lock("sag-aftra"),), "change": None},
    "another consent forbids": {"consents": forbidding()},
    "a revoked consent forbids": {"consents": forbidding(ConsentStatus.REVOKED)},
    "forbidden in free words": scoped(**FREE_WORDS),
    "forbidden in free words, judged": scoped(**FREE_WORDS),
}


def situation(person):
    """(facts of the request, changes, standing) for the words of the column ``person``."""
    said = {"facts": {}, "change": change_of(), "people": (performer(),), "consents": [held()], "locks": ()}
    said |= SITUATIONS[person]
    standing = standing_of(
        *said["consents"], people=said["people"], strike_locks=said["locks"], **said.get("standing", {})
    )
    return said["facts"], () if said["change"] is None else (said["change"],), standing


def rows():
    table = DOCS.read_text(encoding="utf-8").split("<!-- truth table -->")[1].split("<!-- end of truth table -->")[0]
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.strip().splitlines()]
    assert lines[0] == ["use", "person", "approval", "packs", "verdict", "rule"]
    return lines[2:]


@pytest.mark.parametrize("row", rows(), ids=lambda row: " · ".join(row[:4]))
def test_every_row_of_the_truth_table(row):
    use, person, given, packs, verdict, rule = row
    facts, people, standing = situation(person)
    approvals = {}
    if given not in ("none", "withdrawn"):
        assert given == "fits" or given in OTHER
        approvals["f" * 64] = approval(**OTHER.get(given, {}))
    if person.endswith("judged"):
        about = people[0].person_id if people else None
        approvals["a" * 64] = approval(role=Role.PRODUCTION_LEGAL, person_id=about, use=use)
    standing = standing.__class__(**{**vars(standing), "approvals": approvals})
    chosen = [read_pack(PACKS[name], where=name) for name in packs.split(", ")]
    decision = decide(request_of(use=use, people=people, facts=facts), standing, chosen)
    spoke = {one.rule: one.outcome for one in decision.reasons}
    assert decision.verdict == verdict, [str(one) for one in decision.reasons]
    assert rule in spoke, spoke
    assert spoke[rule] == verdict
    assert all(one.clause and one.source for one in decision.reasons)


def test_the_table_knows_every_verdict_block_and_difference():
    columns = [set(column) for column in zip(*rows(), strict=True)]
    assert columns[0] == {"ideation", "temp", "final"}
    assert columns[2] == {"none", "fits", "withdrawn", *OTHER}
    assert columns[4] == {str(verdict) for verdict in Verdict}
    assert {f"{block}" for block in Hard} - {Hard.ASKED_TWICE} <= columns[5]


def test_every_row_is_about_something_else():
    with_words = [" ".join(row[:4]) for row in rows()]
    assert len(with_words) == len(set(with_words))


def test_a_person_named_twice_is_refused():
    people = (change_of(), change_of(change="age", years=-5.0))
    decision = decide(request_of(people=people), standing_of(held()), [read_pack(PACKS["house"], where="house")])
    assert decision.verdict is Verdict.REFUSED
    assert Hard.ASKED_TWICE in {one.rule for one in decision.reasons}


def test_the_example_pack_of_the_docs_works():
    blocks = re.findall(r"```toml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    example = next(block for block in blocks if "[pack]" in block)
    packs = [read_pack(PACKS["house"], where="house"), read_pack(example.encode(), where="docs")]
    assert tomllib.loads(example)["rule"][0]["cases"]
    standing = standing_of(approvals={"f" * 64: approval()})
    assert decide(request_of(), standing, packs).verdict is Verdict.NEEDS
    assert decide(request_of(use="temp"), standing, packs).verdict is Verdict.CLEARED


def test_no_packs_clear_nothing():
    assert decide(request_of(), standing_of(approvals={"f" * 64: approval()}), []).verdict is Verdict.UNKNOWN
