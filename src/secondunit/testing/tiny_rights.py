"""One performer, one consent, one request that it covers exactly: the parts to try rules with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from secondunit.keys import SigningKey
from secondunit.policy.consents import grant
from secondunit.policy.documents import Consent, HeldConsent, KeyHolder, Person, Standing
from secondunit.policy.facts import PersonChange, Request
from secondunit.policy.ledger import Ledger
from secondunit.policy.parts import Role, utc_text
from secondunit.policy.people import record_person
from secondunit.policy.signing import Signed
from secondunit.production import Production
from secondunit.records import digest_file

NOW = "2026-11-01T12:00:00Z"
PRODUCTION, PERSON = "the-fall-1", "p-3f2a"
BRIEF_DIGEST, PLATE_DIGEST = "b" * 64, "c" * 64
PLAIN: dict[str, Any] = {
    "generative": False,
    "alters_people": False,
    "territories": ("US",),
    "media": ("streaming",),
    "languages": ("en",),
    "marketing": False,
    "pitch": False,
    "political": False,
    "brands": False,
    "references": (),
    "training_material": "none",
    "enhancement_model": "none",
}
HARMLESS: dict[str, Any] = {"replica": "none", "intimate": "none", "violence": False}

# A rule pack that lets everything be done that people consented to.
CONSENTED_PACK = b"""[pack]
id = "own"
version = 1
title = "t"
source = "test"
as_of = 2026-01-01
confidence = "P"
[[rule]]
id = "people-with-consent"
clause = "1"
then = "allow"
says = "What was consented to may be done."
"""


def request_of(
    *, people: tuple[PersonChange, ...] = (), facts: Mapping[str, Any] | None = None, **other: Any
) -> Request:
    """A final take of ten frames; ``facts`` are added to the plain ones, a None takes one away."""
    said = {name: value for name, value in (PLAIN | dict(facts or {})).items() if value is not None}
    fields: dict[str, Any] = {
        "production_id": PRODUCTION,
        "shot": "EP101",
        "kind": "collapse",
        "use": "final",
        "first_frame": 1001,
        "end_frame_exclusive": 1011,
        "brief_digest": BRIEF_DIGEST,
        "plate_digest": PLATE_DIGEST,
    }
    return Request(**(fields | other), people=people, facts=said)


def change_of(*, facts: Mapping[str, Any] | None = None, **other: Any) -> PersonChange:
    """Ten years younger, nothing else; a fact of None is taken away."""
    said = {name: value for name, value in (HARMLESS | dict(facts or {})).items() if value is not None}
    fields: dict[str, Any] = {"person_id": PERSON, "change": "age", "years": -10.0, "character": "Anna"}
    return PersonChange(**(fields | other), facts=said)


def performer(**other: Any) -> Person:
    """A principal, born 1980, of a union."""
    fields: dict[str, Any] = {
        "person_id": PERSON,
        "stage_name": "A. Performer",
        "billing": "principal",
        "is_minor": False,
        "birth_year": 1980,
        "union": "SAG-AFTRA",
    }
    return Person(**(fields | other))


def consent_of(*, scope: Mapping[str, Any] | None = None, **other: Any) -> Consent:
    """Covers ``change_of()`` in ``request_of()`` and little more."""
    content: dict[str, Any] = {
        "consent_id": "p-3f2a-age",
        "person_id": PERSON,
        "production_id": PRODUCTION,
        "representation": {"by": "union", "name": "SAG-AFTRA", "agreement": "TV/Theatrical 2026"},
        "replica": {"type": "alteration", "created_how": "none"},
        "scope": {
            "characters": ("Anna",),
            "shots": ("EP101*",),
            "description": "Anna looks ten years younger in the scenes of 1999.",
            "alterations": ({"kind": "age", "years_from": -15.0, "years_to": 0.0},),
            "uses": ("ideation", "temp", "final"),
            "languages": ("en",),
            "territories": ("US", "EU"),
            "media": ("streaming", "cinema"),
            "term_start": "2026-01-01T00:00:00Z",
            "term_end": "2027-01-01T00:00:00Z",
            **(scope or {}),
        },
        "form": {"separately_signed": True, "clear_conspicuous": True},
    }
    return Consent.model_validate(content | other)


def held(
    consent: Consent | None = None, *, by: frozenset[Role] = frozenset({Role.TALENT}), **other: Any
) -> HeldConsent:
    """A consent as the ledger holds it, signed by the performer unless said."""
    return HeldConsent(consent or consent_of(), by, "2026-01-01T00:00:00Z", 1, **other)


def take_in(production: Production, person_id: str = PERSON, **other: Any) -> SigningKey:
    """Record a performer and a signed consent from an hour ago for an hour to come; gives the performer's key.

    ``other`` are fields of the consent; ``performer_is`` those of the entry in the register. Its custody names a day
    of deletion, unless given: references may be kept.
    """
    now, key, ledger = datetime.now(UTC), SigningKey.new(), Ledger(production)
    holder = KeyHolder(key=key.public, role=Role.TALENT, name="A. Performer")
    entry = {"person_id": person_id, "keys": (holder,), **other.pop("performer_is", {})}
    record_person(ledger, performer(**entry))
    term = {"term_start": utc_text(now - timedelta(hours=1)), "term_end": utc_text(now + timedelta(hours=1))}
    said = {"consent_id": f"{person_id}-age", "person_id": person_id, "production_id": production.id}
    custody = {"custody": {"deletion_due": "2199-12-31"}}
    consent = consent_of(scope={**term, **other.pop("scope", {})}, **(custody | said | other))
    grant(ledger, Signed(document=consent).signed(key, role=Role.TALENT, name="A. Performer", at=utc_text(now)))
    return key


def agree_to(production: Production, key: SigningKey, stills: Sequence[Path], person_id: str = PERSON) -> None:
    """A consent of its own for pictures of the performer, for an hour to come, signed by the performer's ``key``."""
    now = datetime.now(UTC)
    term = {"term_start": utc_text(now - timedelta(hours=1)), "term_end": utc_text(now + timedelta(hours=1))}
    consent = consent_of(
        consent_id=f"{person_id}-stills",
        person_id=person_id,
        production_id=production.id,
        replica={
            "type": "alteration",
            "created_how": "archive",
            "source_digests": tuple(digest_file(path) for path in stills),
        },
        scope={"alterations": ({"kind": "still"},), **term},
    )
    signed = Signed(document=consent).signed(key, role=Role.TALENT, name="A. Performer", at=utc_text(now))
    grant(Ledger(production), signed)


def standing_of(*consents: HeldConsent, people: tuple[Person, ...] | None = None, **other: Any) -> Standing:
    """A ledger's standing with one performer unless said."""
    register = {one.person_id: one for one in ((performer(),) if people is None else people)}
    return Standing(**({"production_id": PRODUCTION, "now": NOW} | other), people=register, consents=consents)
