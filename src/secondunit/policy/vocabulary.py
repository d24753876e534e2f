"""Every field a rule may ask for: name, type, words, sentence, and who answers it.

A field of a person is written ``person.…``, of the consents that cover that person ``consent.…``, of a tool ``tool.…``:
a rule that names one is asked of every changed person, or of every tool. All others are asked once.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from secondunit.brief.use import ChangedPerson, Day, DeclaredUse, Territory, UsedTool
from secondunit.errors import BrokenStore, nearest
from secondunit.policy.facts import Fact
from secondunit.policy.parts import Role


class Kind(StrEnum):
    """The types of fields."""

    YES_NO = "yes or no"
    WORD = "a word"
    WORDS = "a list of words"
    NUMBER = "a number"
    DAY = "a day"
    TEXT = "text"
    TERRITORIES = "a list of territories"


@dataclass(frozen=True)
class Spec:
    """One field.

    Attributes:
        name: as a condition writes it.
        kind: its type.
        words: the words it can be; empty if it is not a choice.
        sentence: what it says.
        given: whether a brief or production says it; else it is worked out from the request and the ledger.
    """

    name: str
    kind: Kind
    words: tuple[str, ...]
    sentence: str
    given: bool


def _from_model(model: type[BaseModel], prefix: str, *, leave: tuple[str, ...] = ()) -> Iterator[Spec]:
    for name, field in model.model_fields.items():
        if name not in leave:
            kind, words = _kind_of(field.annotation, field.metadata)
            yield Spec(prefix + name, kind, words, field.description or "", given=True)


def _kind_of(annotation: Any, marks: Any = ()) -> tuple[Kind, tuple[str, ...]]:
    if annotation is Day:
        return Kind.DAY, ()
    if get_origin(annotation) in (Union, types.UnionType):
        return _kind_of(next(one for one in get_args(annotation) if one is not type(None)))
    if get_origin(annotation) is tuple:
        inner = get_args(annotation)[0]
        return (Kind.TERRITORIES, ()) if inner is Territory else (Kind.WORDS, _kind_of(inner)[1])
    if get_origin(annotation) is Literal:
        return Kind.WORD, tuple(get_args(annotation))
    if get_origin(annotation) is Annotated:
        return _kind_of(get_args(annotation)[0])
    return {bool: Kind.YES_NO, int: Kind.NUMBER, float: Kind.NUMBER}.get(annotation, Kind.TEXT), ()


def _worked_out() -> Iterator[Spec]:
    def one(name: str, kind: Kind, sentence: str, *words: str) -> Spec:
        return Spec(name, kind, words, sentence, given=False)

    steps = ("shoot", "ingest", "scan", "train", "transfer", "export", "release")
    yield one("use", Kind.WORD, "What it is for.", "ideation", "temp", "final")
    yield one("step", Kind.WORD, "What is done.", *steps)
    yield one("effect", Kind.TEXT, "The effect's name: what is changed in the picture.")
    yield one("production", Kind.TEXT, "The production's id.")
    yield one("shot", Kind.TEXT, "The shot.")
    yield one("frames", Kind.NUMBER, "How many frames are written.")
    yield one("today", Kind.DAY, "The day of the decision, UTC.")
    yield one("people_changed", Kind.NUMBER, "How many people's likeness is changed.")
    yield one("tools_named", Kind.NUMBER, "How many tools are named.")
    roles = tuple(role.value for role in Role)
    yield one("pixels_approved", Kind.WORDS, "Roles that approved exactly the pixels of the take it is about.", *roles)
    yield one("person.id", Kind.TEXT, "The person's id.")
    yield one("person.is_minor", Kind.YES_NO, "The person is a minor, by the people register.")
    yield one("person.deceased", Kind.YES_NO, "The person is dead, by the people register.")
    yield one("person.years_since_death", Kind.NUMBER, "Whole years since the person died.")
    yield one(
        "person.billing", Kind.WORD, "Principal or background, by the people register.", "principal", "background"
    )
    yield one("person.in_union", Kind.YES_NO, "The person is a member of a union.")
    yield one("person.age", Kind.NUMBER, "The person's lowest possible age today, from the year of birth.")
    yield one("person.strike", Kind.YES_NO, "A strike lock stands for the person's union.")
    yield one("consent.covers", Kind.YES_NO, "A consent that stands covers exactly this change.")
    yield one("consent.separately_signed", Kind.YES_NO, "It was signed or initialled separately.")
    yield one("consent.clear_conspicuous", Kind.YES_NO, "It is clear and conspicuous, not buried in other terms.")
    yield one(
        "consent.described",
        Kind.YES_NO,
        "Its description has at least five words; whether it is specific, people judge.",
    )
    yield one(
        "consent.represented", Kind.YES_NO, "Counsel or a union under a named agreement stood beside the performer."
    )
    yield one("consent.notice_given", Kind.YES_NO, "Notice of the services is on record.")
    yield one("consent.notice_hours", Kind.NUMBER, "Hours between notice and services.")
    yield one("consent.engaged_late", Kind.YES_NO, "The performer was engaged less than 48 hours before the services.")
    yield one("consent.reason_recorded", Kind.YES_NO, "A business reason is on record.")
    yield one("consent.paid", Kind.YES_NO, "Compensation is on record.")
    yield one("consent.day_rate", Kind.YES_NO, "Compensation names days, rate, residuals, pension and health.")
    yield one("consent.years", Kind.NUMBER, "Length of its term in years.")
    yield one("consent.by_estate", Kind.YES_NO, "It was signed by the estate's key.")
    yield one("consent.by_union", Kind.YES_NO, "It was signed by the union's key.")
    yield one("consent.by_guardian", Kind.YES_NO, "It was signed by the guardian's key.")
    yield one("consent.transfer_allowed", Kind.YES_NO, "It allows handing the replica on.")
    yield one("consent.training_allowed", Kind.YES_NO, "It allows training.")
    yield one("consent.model_reuse", Kind.YES_NO, "It allows using a model of the person again.")


FIELDS: dict[str, Spec] = {
    spec.name: spec
    for spec in (
        *_worked_out(),
        *_from_model(DeclaredUse, "", leave=("people", "tools")),
        *_from_model(ChangedPerson, "person.", leave=("person",)),
        *_from_model(UsedTool, "tool."),
    )
}


def subject_of(name: str) -> str:
    """What a field is asked of: ``person``, ``tool``, or nothing for the whole request."""
    first = name.split(".")[0] if "." in name else ""
    return "person" if first == "consent" else first


def fact_of(name: str, value: Any, *, where: str) -> Fact:
    """``value`` as the field ``name`` takes it; lists become tuples and TOML's days text.

    Raises:
        BrokenStore: there is no such field, or it takes something else.
    """
    spec = FIELDS.get(name)
    if spec is None:
        raise BrokenStore(f"{where}: {name}", "unknown field", advice=nearest(name, FIELDS))
    if isinstance(value, date) and not isinstance(value, datetime):
        value = value.isoformat()
    several = spec.kind in (Kind.WORDS, Kind.TERRITORIES)
    words = tuple(value) if several and isinstance(value, list | tuple) else (value,)
    right = {Kind.YES_NO: (bool,), Kind.NUMBER: (int, float)}.get(spec.kind, (str,))
    fits = all(isinstance(one, right) and (not isinstance(one, bool) or bool in right) for one in words)
    if not fits or (several and not isinstance(value, list | tuple)) or (spec.kind is Kind.DAY and not is_day(value)):
        raise BrokenStore(f"{where}: {name}", repr(value)[:80], spec.kind.value)
    for word in words:
        if spec.words and word not in spec.words:
            raise BrokenStore(f"{where}: {name}", repr(word)[:80], "one of its words", nearest(str(word), spec.words))
    return words if several else words[0]


def is_day(text: str) -> bool:
    """Whether ``text`` is a day as 2026-03-01."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
