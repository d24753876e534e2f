"""What no approval, no pack and no setting can allow: the house's own blocks. They are asked before any pack.

They follow the strictest of the sources in the shipped packs; the clause of each says which. No legal advice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from secondunit.policy.coverage import ADULT_YEARS, Mismatch, forbidden_by, is_minor, mismatches, unjudged
from secondunit.policy.documents import ConsentStatus, HeldConsent, Person, Standing, StrikeLock
from secondunit.policy.facts import PersonChange, Request
from secondunit.policy.parts import ALL, Role


class Hard(StrEnum):
    """The blocks, by rule id."""

    WRONG_LEDGER = "core/wrong-ledger"
    UNKNOWN_PERSON = "core/unknown-person"
    ASKED_TWICE = "core/asked-twice"
    MINOR_INTIMATE = "core/minor-intimate"
    LOOKS_UNDER_18 = "core/looks-under-18"
    MINOR_NEEDS_GUARDIAN = "core/minor-needs-guardian"
    STRIKE = "core/strike-lock"
    NO_CONSENT = "core/no-consent"
    NOT_COVERED = "core/not-covered"
    SOURCES = "core/source-without-consent"
    FORBIDDEN = "core/forbidden-by-consent"
    TO_JUDGE = "core/prohibition-to-judge"
    REFERENCE = "core/reference-without-permission"
    STYLE = "core/style-to-judge"
    SILENCE = "core/silence-is-no"


# Each block's sentence and where it comes from.
CLAUSES: dict[Hard, tuple[str, str]] = {
    Hard.WRONG_LEDGER: (
        "A production decides by its own ledger only.",
        "Second Unit house rules",
    ),
    Hard.UNKNOWN_PERSON: (
        "Whoever is changed stands in the people register.",
        "Second Unit house rules",
    ),
    Hard.ASKED_TWICE: (
        "One request names a person once, so that every change is seen whole.",
        "Second Unit house rules",
    ),
    Hard.MINOR_INTIMATE: (
        "A minor is never shown in intimate content, whatever the age after the change.",
        "Second Unit house rules, after SAG-AFTRA TV/Theatrical 2026, 39.F and 43.E",
    ),
    Hard.LOOKS_UNDER_18: (
        "Nobody is made to look, or shown looking, younger than 18 in intimate content.",
        "Second Unit house rules, after SAG-AFTRA TV/Theatrical 2026, 39.F and 43.E",
    ),
    Hard.MINOR_NEEDS_GUARDIAN: (
        "A minor is changed only when a guardian is on record and signed.",
        "Second Unit house rules, after the Human Consent Standard (draft): a minor's own permission has no effect",
    ),
    Hard.STRIKE: (
        "While a strike lock stands, nothing that needs a performer's consent is done.",
        "Second Unit house rules, after SAG-AFTRA TV/Theatrical 2026, 39.G",
    ),
    Hard.NO_CONSENT: (
        "A performer's likeness is changed only with that performer's consent; of the dead, with the estate's.",
        "Second Unit house rules, stricter than the exemptions of the sources",
    ),
    Hard.NOT_COVERED: (
        "A consent covers what it describes and nothing else, and only while it stands.",
        "Second Unit house rules, after SAG-AFTRA TV/Theatrical 2023, consent to digital replicas",
    ),
    Hard.SOURCES: (
        "A picture of a performer from another time is worked after only if a consent of the performer names it.",
        "Second Unit house rules, after the record of source material that the sources ask of a replica",
    ),
    Hard.FORBIDDEN: (
        "What a person's consent forbids stays forbidden, even if another consent allows it or this one ended.",
        "Second Unit house rules, after the Human Consent Standard (draft): conflicts are not resolved permissively",
    ),
    Hard.TO_JUDGE: (
        "A prohibition in free words is judged by production legal, not by a machine.",
        "Second Unit house rules",
    ),
    Hard.REFERENCE: (
        "A protected work, a public figure, a dead person, a performer or a living artist's style is pointed at only "
        "with permission.",
        "Second Unit house rules, after Netflix partner guidance, creative output",
    ),
    Hard.STYLE: (
        "Words that ask for a style and name nobody on a list are judged by production legal, not by a machine.",
        "Second Unit house rules, after Netflix partner guidance, creative output",
    ),
    Hard.SILENCE: (
        "What no rule allows is not allowed.",
        "Second Unit house rules",
    ),
}


@dataclass(frozen=True)
class Blocked:
    """A hard block that spoke.

    Attributes:
        hard: which.
        about: the person it is about; empty for the whole request.
        means: what it means here.
        missing: fields nobody answered; if there are any the block is unknown, else it refuses.
        asks: whose judgement would lift it; only ``TO_JUDGE`` and ``STYLE`` ask anybody.
        consent_of: whose consent is wanted, if it is for want of one.
        mismatches: for consents: everything the nearest one does not cover.
    """

    hard: Hard
    about: str
    means: str
    missing: tuple[str, ...] = ()
    asks: tuple[Role, ...] = ()
    consent_of: Role = Role.TALENT
    mismatches: tuple[Mismatch, ...] = ()


def request_blocks(request: Request, standing: Standing) -> Iterator[Blocked]:
    """The blocks on a request as a whole."""
    if standing.production_id != request.production_id:
        yield Blocked(Hard.WRONG_LEDGER, "", f"{request.production_id} asks, the ledger is of {standing.production_id}")
    ids = [change.person_id for change in request.people]
    for person_id in sorted({one for one in ids if ids.count(one) > 1}):
        yield Blocked(Hard.ASKED_TWICE, person_id, f"{person_id} is named {ids.count(person_id)} times")
    references, permitted = request.facts.get("references"), request.facts.get("references_permitted")
    if references is None and request.facts.get("generative") is not False:
        yield Blocked(Hard.REFERENCE, "", "nobody said what prompts and references point at", ("references",))
    elif isinstance(references, tuple) and references and permitted is not True:
        points = f"points at {', '.join(references)}, and no permission is stated"
        yield Blocked(Hard.REFERENCE, "", f"{points} (secondunit works check shows where)")
    answered = isinstance(references, tuple) and "artist_style" in references and permitted is True
    if request.facts.get("style_wording") is True and not answered:
        means = "its words ask for a style and name nobody on a list: whose is it?"
        yield Blocked(Hard.STYLE, "", means, asks=(Role.PRODUCTION_LEGAL,))


def person_blocks(
    change: PersonChange, request: Request, standing: Standing, covered_by: Sequence[HeldConsent]
) -> Iterator[Blocked]:
    """The blocks on one person's change; ``covered_by`` are the consents that cover it."""
    who = change.person_id
    person = standing.people.get(who)
    if person is None:
        yield Blocked(Hard.UNKNOWN_PERSON, who, f"{who} is not in the people register")
        return
    yield from _age_blocks(change, person, standing.now)
    if is_minor(person, standing.now) and not person.guardian.strip():
        yield Blocked(Hard.MINOR_NEEDS_GUARDIAN, who, "no guardian is on record")
    for lock in standing.strike_locks:
        if locks(lock, person):
            yield Blocked(Hard.STRIKE, who, f"strike lock {lock.lock_id}, {lock.union}: {lock.reason}")
    for held in standing.consents_of(who):
        if held.consent.production_id == request.production_id and held.ended is not ConsentStatus.SUPERSEDED:
            for word in forbidden_by(held, change, request):
                yield Blocked(Hard.FORBIDDEN, who, f"consent {held.consent.consent_id} forbids {word!r}")
    if not covered_by:
        yield _nearest(change, request, standing, person)
    for digest in change.sources:
        if not any(_names(held, digest, change, request, standing, person) for held in standing.consents_of(who)):
            means = f"the picture {digest[:12]} stands in no consent of {who} that holds here (consent request --still)"
            of = Role.ESTATE if person.deceased else Role.GUARDIAN if is_minor(person, standing.now) else Role.TALENT
            yield Blocked(Hard.SOURCES, who, means, consent_of=of)


def _names(
    held: HeldConsent, digest: str, change: PersonChange, request: Request, standing: Standing, person: Person
) -> bool:
    """Whether a consent lets a picture be worked after here; what is changed by it another consent may cover."""
    if digest not in held.consent.replica.source_digests:
        return False
    return all(one.what in ("change", "replica") for one in mismatches(held, change, request, person, standing.now))


def judgements(held: HeldConsent, change: PersonChange, request: Request) -> Iterator[Blocked]:
    """What a covering consent leaves to a person to judge."""
    for word in unjudged(held, change, request):
        means = f"consent {held.consent.consent_id} forbids {word!r}"
        yield Blocked(Hard.TO_JUDGE, change.person_id, means, asks=(Role.PRODUCTION_LEGAL,))


def covering(change: PersonChange, request: Request, standing: Standing) -> tuple[HeldConsent, ...]:
    """The consents that cover exactly this change now, in an order that does not depend on the ledger's."""
    person = standing.people.get(change.person_id)
    if person is None:
        return ()
    held = standing.consents_of(change.person_id)
    found = [one for one in held if not mismatches(one, change, request, person, standing.now)]
    return tuple(sorted(found, key=_by_name))


def _by_name(held: HeldConsent) -> tuple[str, int]:
    return held.consent.consent_id, held.consent.revision


def locks(lock: StrikeLock, person: Person) -> bool:
    """Whether a strike lock is for this person's union, or for everybody."""
    union = person.union.strip().casefold()
    return lock.union == ALL or (bool(union) and lock.union.strip().casefold() == union)


def lowest_age(person: Person, now: str) -> int | None:
    """The lowest age the person can have today; None if the year of birth is not known."""
    return None if person.birth_year is None else max(0, int(now[:4]) - person.birth_year - 1)


def _age_blocks(change: PersonChange, person: Person, now: str) -> Iterator[Blocked]:
    bare, who = change.facts.get("intimate"), change.person_id
    if bare == "none":
        return
    unsaid = ("person.intimate",) if bare is None else ()
    real, apparent = lowest_age(person, now), change.facts.get("apparent_age")
    if is_minor(person, now) or (real is not None and real < ADULT_YEARS):
        yield Blocked(
            Hard.MINOR_INTIMATE, who, "a minor" + ("; nobody said it is not intimate" if unsaid else ""), unsaid
        )
    ages = [float(apparent)] if isinstance(apparent, int | float) else []
    if change.years is not None and real is not None:
        ages.append(real + change.years)
    if any(age < ADULT_YEARS for age in ages):
        yield Blocked(Hard.LOOKS_UNDER_18, who, f"looks {min(ages):g}", unsaid)
    elif not isinstance(apparent, int | float):
        yield Blocked(
            Hard.LOOKS_UNDER_18, who, "nobody said how old the person looks", (*unsaid, "person.apparent_age")
        )
    elif unsaid:
        yield Blocked(Hard.LOOKS_UNDER_18, who, "nobody said whether it is intimate", unsaid)


def _nearest(change: PersonChange, request: Request, standing: Standing, person: Person) -> Blocked:
    """Why no consent covers the change, told by the one that comes nearest."""
    who = change.person_id
    of = Role.ESTATE if person.deceased else Role.GUARDIAN if is_minor(person, standing.now) else Role.TALENT
    tried = [
        (mismatches(held, change, request, person, standing.now), held)
        for held in standing.consents_of(who)
        if held.ended is not ConsentStatus.SUPERSEDED
    ]
    if not tried:
        means = f"{who if of is Role.TALENT else f'the {of}'} gave no consent"
        return Blocked(Hard.NO_CONSENT, who, means, consent_of=of)
    found, held = min(tried, key=lambda one: (any(not miss.missing for miss in one[0]), len(one[0]), _by_name(one[1])))
    missing = tuple(sorted({miss.missing for miss in found})) if all(miss.missing for miss in found) else ()
    words = "; ".join(str(miss) for miss in found)
    means = f"consent {held.consent.consent_id}: {words}"
    return Blocked(Hard.NOT_COVERED, who, means, missing, consent_of=of, mismatches=tuple(found))
