"""What if: the same request with other facts, the same standing without a consent. Decides nothing, writes nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from secondunit.errors import BadBrief, BrokenStore, nearest
from secondunit.policy.documents import ConsentStatus, Standing
from secondunit.policy.facts import Fact, PersonChange, Request
from secondunit.policy.vocabulary import FIELDS, Kind, fact_of, subject_of

_OF_THE_REQUEST = {"use": "use", "step": "step", "shot": "shot", "effect": "kind"}
_OF_THE_CHANGE = {f"person.{name}": name for name in ("change", "character", "years", "amount")}
UNKNOWN = "unknown"


def with_facts(request: Request, assignments: Iterable[str], *, option: str = "--set") -> Request:
    """The request with fields set, each given as ``field=value``; ``field=unknown`` takes the answer away.

    A ``person.`` field is set for every changed person, a ``tool.`` field for every tool. ``option`` is how the user
    gave them, for messages.

    Raises:
        BadBrief: no ``=``, no such field, a value it does not take, or a field that is worked out and cannot be set.
    """
    for text in assignments:
        name, equals, written = (part.strip() for part in text.partition("="))
        if not equals:
            raise BadBrief(f"{option} {text}", "no '='", "field=value", f"For instance {option} use=final.")
        where = f"{option} {text}"
        value = None if written == UNKNOWN else _fact(name, written, where)
        request = _set(request, name, value, where)
    return request


def without_consents(standing: Standing, consent_ids: Iterable[str]) -> Standing:
    """The standing as it would be if these consents were taken back.

    Raises:
        BadBrief: there is no such consent.
    """
    known = {one.consent.consent_id for one in standing.consents}
    for consent_id in consent_ids:
        if consent_id not in known:
            advice = nearest(consent_id, known) if known else "The ledger holds no consent."
            raise BadBrief(f"--without-consent {consent_id}", "no such consent", advice=advice)
    gone = set(consent_ids)
    held = tuple(
        dataclasses.replace(one, ended=ConsentStatus.REVOKED) if one.consent.consent_id in gone else one
        for one in standing.consents
    )
    return dataclasses.replace(standing, consents=held)


def _fact(name: str, written: str, where: str) -> Fact:
    try:
        return fact_of(name, _read(name, written), where=where)
    except BrokenStore as error:  # what a document may not say; here somebody typed it
        raise BadBrief(error.where, error.found, error.wanted, error.advice) from None


def _read(name: str, written: str) -> Any:
    spec = FIELDS.get(name)
    if spec is None:
        return written
    if spec.kind in (Kind.WORDS, Kind.TERRITORIES):
        return [word.strip() for word in written.split(",") if word.strip()]
    if spec.kind is Kind.YES_NO:
        return {"true": True, "yes": True, "false": False, "no": False}.get(written.lower(), written)
    try:
        return float(written) if spec.kind is Kind.NUMBER else written
    except ValueError:
        return written


def _set(request: Request, name: str, value: Fact | None, where: str) -> Request:
    if name in _OF_THE_REQUEST and value is not None:
        other: dict[str, Any] = {_OF_THE_REQUEST[name]: value}
        return dataclasses.replace(request, **other)
    spec = FIELDS.get(name)
    if spec is not None and not spec.given:
        advice = "People and consents are in the ledger; see --without-consent."
        raise BadBrief(where, f"{name} is worked out, nobody says it", "a field that a brief can say", advice)
    subject = subject_of(name)
    if subject == "person":
        people = tuple(_set_person(one, name, value) for one in request.people)
        return dataclasses.replace(request, people=people)
    if subject == "tool":
        tools = tuple(_with(one, name.removeprefix("tool."), value) for one in request.tools)
        return dataclasses.replace(request, tools=tools)
    return dataclasses.replace(request, facts=_with(request.facts, name, value))


def _set_person(change: PersonChange, name: str, value: Fact | None) -> PersonChange:
    attribute = _OF_THE_CHANGE.get(name)
    if attribute in ("years", "amount") or (attribute is not None and value is not None):
        other: dict[str, Any] = {attribute: value}
        return dataclasses.replace(change, **other)
    return dataclasses.replace(change, facts=_with(change.facts, name.removeprefix("person."), value))


def _with(facts: Any, name: str, value: Fact | None) -> dict[str, Fact]:
    rest = {key: one for key, one in facts.items() if key != name}
    return rest if value is None else rest | {name: value}
