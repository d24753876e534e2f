"""Does this consent cover exactly this change: one reason for each thing that does not fit, and no other."""

import pytest

from secondunit.policy.coverage import forbidden_by, mismatches, unjudged
from secondunit.policy.documents import ConsentStatus
from secondunit.policy.parts import Role
from secondunit.policy.territories import lies_in, touches
from secondunit.testing.tiny_rights import NOW, change_of, consent_of, held, performer, request_of

DIFFERENT = {
    "person": ({"consent": {"person_id": "p-2222"}}, "person: p-3f2a"),
    "revoked": ({"held": {"ended": ConsentStatus.REVOKED}}, "status: revoked"),
    "expired": ({"scope": {"term_end": NOW}}, "status: expired"),
    "production": ({"consent": {"production_id": "another-1"}}, "production: the-fall-1"),
    "signature": ({"held": {"by": frozenset({Role.ESTATE})}}, "signature: needs that of talent"),
    "shot": ({"request": {"shot": "EP201"}}, "shot: EP201; the consent allows EP101*"),
    "character": ({"change": {"character": "Berta"}}, "character: Berta; the consent allows Anna"),
    "no character": ({"change": {"character": ""}}, "character: not said"),
    "kind": ({"change": {"change": "face"}}, "change: face by -10 years"),
    "years": ({"change": {"years": -16.0}}, "age from -15 to +0 years"),
    "years not said": ({"change": {"years": None}}, "change: age;"),
    "use": ({"scope": {"uses": ("temp",)}}, "use: final; the consent allows temp"),
    "territory": ({"facts": {"territories": ("US", "JP")}}, "territory: JP"),
    "wider territory": ({"facts": {"territories": ("world",)}}, "territory: world"),
    "medium": ({"facts": {"media": ("game",)}}, "medium: game"),
    "language": ({"facts": {"languages": ("en", "fr")}}, "language: fr"),
    "marketing": ({"facts": {"marketing": True}}, "marketing: asked"),
    "political": ({"facts": {"political": None}}, "political: not said"),
    "violence": ({"said": {"violence": True}}, "violence: asked"),
    "nudity": ({"said": {"intimate": "nudity"}}, "nudity: asked"),
    "training": ({"facts": {"training_material": "licensed"}}, "training: asked; the consent allows none"),
    "training step": ({"request": {"step": "train"}}, "training: asked"),
    "training kept": (
        {"scope": {"training": {"allowed": True, "keep_until": "2026-10-31"}}, "request": {"step": "train"}},
        "training: asked; the consent allows until 2026-10-31",
    ),
    "transfer": ({"request": {"step": "transfer"}}, "transfer: asked"),
    "model": ({"facts": {"generative": True, "enhancement_model": "outside"}}, "model reuse: asked"),
    "replica": ({"said": {"replica": "employment"}}, "replica: employment; the consent allows alteration"),
}


def found(scope=None, consent=None, said=None, change=None, facts=None, request=None, **other):
    one = held(consent_of(scope=scope, **(consent or {})), **other.get("held", {}))
    asked = change_of(facts=said, **(change or {}))
    return mismatches(one, asked, request_of(facts=facts, **(request or {})), performer(), NOW)


def test_a_consent_covers_what_it_describes():
    assert found() == []


@pytest.mark.parametrize("what", DIFFERENT)
def test_one_difference_is_one_reason(what):
    other, reason = DIFFERENT[what]
    (miss,) = found(**other)
    assert reason in str(miss)
    assert bool(miss.missing) == ("not said" in reason)


def test_places_lie_in_places():
    assert lies_in("US-CA", ("US",))
    assert lies_in("DE", ("EU",))
    assert lies_in("JP", ("world",))
    assert not lies_in("US", ("US-CA", "US-NY"))
    assert not lies_in("world", ("US", "EU"))
    assert not lies_in("GB", ("EU",))
    assert touches("US-CA", ("US",))
    assert touches("EU", ("DE",))
    assert not touches("US-CA", ("US-NY",))


@pytest.mark.parametrize(
    ("word", "facts", "forbids"),
    [
        ("marketing", {}, False),
        ("marketing", {"marketing": None}, True),
        ("EU", {}, False),
        ("US-CA", {}, True),
        ("streaming", {}, True),
        ("game", {}, False),
        ("age", {}, True),
        ("face", {}, False),
        ("final", {}, True),
        ("EP1*", {}, True),
        ("intimate", {}, False),
    ],
)
def test_what_a_prohibition_forbids(word, facts, forbids):
    one = held(consent_of(scope={"prohibited": (word,)}))
    assert bool(forbidden_by(one, change_of(), request_of(facts=facts))) is forbids
    assert unjudged(one, change_of(), request_of(facts=facts)) == []


def test_free_words_are_left_to_people():
    one = held(consent_of(scope={"prohibited": ("nothing cruel",)}))
    assert forbidden_by(one, change_of(), request_of()) == []
    assert unjudged(one, change_of(), request_of()) == ["nothing cruel"]
