"""Does this consent cover exactly this change? A reason for every mismatch; what is unknown is not covered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import get_args

from secondunit.brief.use import TERRITORY
from secondunit.policy.documents import ConsentStatus, HeldConsent, Person, Scope, named
from secondunit.policy.facts import CHANGES, Fact, PersonChange, Request, Use
from secondunit.policy.parts import ALL, Role
from secondunit.policy.territories import lies_in, touches
from secondunit.policy.vocabulary import FIELDS

ADULT_YEARS = 18
# What a scope's word "prohibited" can forbid besides kinds of change, uses, media, territories, characters and shots.
SWITCHES = ("marketing", "pitch", "political", "brands")
_INTIMATE = {"intimate": ("none",), "nudity": ("none", "simulated_sex"), "simulated_sex": ("none", "nudity")}
_JUDGED = {*get_args(Use), *CHANGES}  # words whose meaning is plain: not this use, not this kind of change


@dataclass(frozen=True)
class Mismatch:
    """One thing a consent does not cover.

    Attributes:
        what: the part of the consent's scope.
        asked: what is asked; ``not said`` if nobody answered.
        allowed: what the consent allows.
        missing: the field nobody answered; empty if it was answered.
    """

    what: str
    asked: str
    allowed: str
    missing: str = ""

    def __str__(self) -> str:
        return f"{self.what}: {self.asked}; the consent allows {self.allowed}"


def mismatches(held: HeldConsent, change: PersonChange, request: Request, person: Person, now: str) -> list[Mismatch]:
    """Everything that keeps a consent from covering a change; empty if it covers it.

    Args:
        held: the consent and what became of it.
        change: what is done to the person.
        request: what is asked as a whole.
        person: as the people register has the person.
        now: the moment of the decision, ISO 8601 UTC.
    """
    consent, scope = held.consent, held.consent.scope
    found = []
    if consent.person_id != change.person_id:
        found.append(Mismatch("person", change.person_id, consent.person_id))
    status = held.status(now)
    if status is not ConsentStatus.GRANTED:
        found.append(Mismatch("status", str(status), f"use from {scope.term_start} until {scope.term_end}"))
    if held.consent.production_id != request.production_id:
        found.append(Mismatch("production", request.production_id, consent.production_id))
    found += _signature(held, person, now)
    if request.step == "scan":  # a reference face changes no picture: whose it is and how long it is kept count
        return [*found, *_keeping(held, now)]
    if not named(request.shot, scope.shots):
        found.append(Mismatch("shot", request.shot, _listed(scope.shots)))
    if change.character not in scope.characters and ALL not in scope.characters:
        unsaid = "" if change.character else "person.character"
        found.append(Mismatch("character", change.character or "not said", _listed(scope.characters), unsaid))
    every = (change.years,) if change.years_least is None else (change.years, change.years_least)
    if not any(all(one.allows(change.change, years, change.amount) for years in every) for one in scope.alterations):
        found.append(Mismatch("change", _asked(change), _alterations(scope)))
    if request.use not in scope.uses:
        found.append(Mismatch("use", request.use, _listed(scope.uses)))
    found += _places(scope, request.facts)
    found += _switches(scope, change, request)
    found += _models(held, change, request, now)
    return found


def forbidden_by(held: HeldConsent, change: PersonChange, request: Request) -> list[str]:
    """The words of a consent's ``prohibited`` that forbid this change, wherever another consent allows it."""
    return [word for word in held.consent.scope.prohibited if _forbids(word, change, request) is True]


def unjudged(held: HeldConsent, change: PersonChange, request: Request) -> list[str]:
    """The entries of ``prohibited`` in words that only a person can judge."""
    return [word for word in held.consent.scope.prohibited if _forbids(word, change, request) is None]


def is_minor(person: Person, now: str) -> bool:
    """A minor by the register, or by a year of birth that leaves no doubt."""
    return person.is_minor or (person.birth_year is not None and int(now[:4]) - person.birth_year < ADULT_YEARS)


def _forbids(word: str, change: PersonChange, request: Request) -> bool | None:
    facts, lower = request.facts, word.strip().lower()
    media, places = facts.get("media"), facts.get("territories")
    if lower in SWITCHES:
        return facts.get(lower) is not False
    if lower == "training":
        return facts.get("training_material") != "none" and facts.get("generative") is not False
    if lower == "violence":
        return change.facts.get("violence") is not False
    if lower in _INTIMATE:
        return change.facts.get("intimate") not in _INTIMATE[lower]
    if word in {change.change, request.use, change.character} or named(request.shot, (word,)):
        return True
    if lower in FIELDS["media"].words:
        return not isinstance(media, tuple) or lower in media
    if TERRITORY.fullmatch(word):
        return not isinstance(places, tuple) or touches(word, places)
    return False if lower in _JUDGED else None


def _signature(held: HeldConsent, person: Person, now: str) -> Iterator[Mismatch]:
    if person.deceased:
        wanted: set[Role] = {Role.ESTATE, Role.UNION}
    elif is_minor(person, now):
        wanted = {Role.GUARDIAN}
    else:
        wanted = {Role.TALENT}
    if held.signed_by.isdisjoint(wanted):
        signed = _listed(tuple(sorted(held.signed_by))) if held.signed_by else "nobody"
        yield Mismatch("signature", f"needs that of {' or '.join(sorted(wanted))}", f"nothing: {signed} signed")


def _keeping(held: HeldConsent, now: str) -> Iterator[Mismatch]:
    due = held.consent.custody.deletion_due
    if due is None or due <= now[:10]:
        allowed = "none: its custody names no day of deletion" if due is None else f"it until {due}"
        yield Mismatch("likeness data", "to be kept", allowed)


def _places(scope: Scope, facts: Mapping[str, Fact]) -> Iterator[Mismatch]:
    territories, media, languages = (facts.get(name) for name in ("territories", "media", "languages"))
    if not isinstance(territories, tuple):
        if ALL not in scope.territories and "world" not in scope.territories:
            yield Mismatch("territory", "not said", _listed(scope.territories), "territories")
    else:
        for place in territories:
            if not lies_in(place, scope.territories):
                yield Mismatch("territory", place, _listed(scope.territories))
    for what, said, allowed, field in (
        ("medium", media, scope.media, "media"),
        ("language", languages, scope.languages, "languages"),
    ):
        if not isinstance(said, tuple):
            if ALL not in allowed:
                yield Mismatch(what, "not said", _listed(allowed), field)
        else:
            for word in said:
                if not named(word, allowed):
                    yield Mismatch(what, word, _listed(allowed))


def _switches(scope: Scope, change: PersonChange, request: Request) -> Iterator[Mismatch]:
    limits, facts = scope.limits, request.facts
    asked: list[tuple[str, Fact | None, bool]] = [
        ("marketing", facts.get("marketing"), scope.marketing),
        ("pitch", facts.get("pitch"), scope.pitch),
        ("political", facts.get("political"), limits.political),
        ("brands", facts.get("brands"), limits.brands),
        ("person.violence", change.facts.get("violence"), limits.violence),
    ]
    bare = change.facts.get("intimate")
    for word, allowed in (("nudity", limits.nudity), ("simulated_sex", limits.simulated_sex)):
        if bare is None and not allowed:
            yield Mismatch(word.replace("_", " "), "not said", "none", "person.intimate")
        elif bare in (word, "both") and not allowed:
            yield Mismatch(word.replace("_", " "), "asked", "none")
    for name, said, allowed in asked:
        if said is not False and not allowed:
            what = name.removeprefix("person.").replace("_", " ")
            yield Mismatch(what, "not said" if said is None else "asked", "none", name if said is None else "")


def _models(held: HeldConsent, change: PersonChange, request: Request, now: str) -> Iterator[Mismatch]:
    training, facts = held.consent.scope.training, request.facts
    trains = request.step == "train" or facts.get("training_material") not in ("none", None)
    kept = training.keep_until is None or now[:10] <= training.keep_until
    if facts.get("generative") is not False or trains:
        if not (training.allowed and kept):
            if trains:
                yield Mismatch("training", "asked", "none" if not training.allowed else f"until {training.keep_until}")
            elif facts.get("training_material") is None:
                yield Mismatch("training", "not said", "none", "training_material")
        model = facts.get("enhancement_model")
        if not held.consent.scope.model_reuse and model in (None, "outside"):
            yield Mismatch(
                "model reuse",
                "not said" if model is None else "asked",
                "this production only",
                "enhancement_model" if model is None else "",
            )
    if request.step == "transfer" and not held.consent.scope.transfer_allowed:
        yield Mismatch("transfer", "asked", "none")
    replica, made = change.facts.get("replica"), held.consent.replica.type
    allowed = f"{made} (in a brief: none)" if made in ("alteration", "voice") else made
    if replica is None:
        yield Mismatch("replica", "not said", allowed, "person.replica")
    elif made not in {"none": ("alteration", "voice")}.get(str(replica), (replica,)):
        yield Mismatch("replica", str(replica), allowed)


def _asked(change: PersonChange) -> str:
    years = "" if change.years is None else f" by {change.years:+g} years"
    if change.years_least is not None:
        years = f" from {change.years_least:+g} to {change.years or 0:+g} years"
    return change.change + years + ("" if change.amount is None else f", amount {change.amount:g}")


def _alterations(scope: Scope) -> str:
    words = []
    for one in scope.alterations:
        years = one.years_from is not None or one.years_to is not None
        words.append(
            one.kind
            + (f" from {one.years_from or 0:+g} to {one.years_to or 0:+g} years" if years else "")
            + (f" up to {one.amount_max:g}" if one.amount_max is not None else "")
        )
    return _listed(tuple(words))


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(words) if words else "none"
