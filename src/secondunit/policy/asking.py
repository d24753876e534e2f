"""From what a brief, a production and an effect say to the facts of a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from secondunit.brief.problems import explain
from secondunit.brief.use import DeclaredUse
from secondunit.errors import BadBrief, BrokenStore, Problems
from secondunit.policy.facts import Fact, PersonChange
from secondunit.policy.vocabulary import fact_of

_OF_THE_CHANGE = ("person", "change", "years", "amount", "character")


def merged_facts(
    said: DeclaredUse, *, effect: Mapping[str, Any], defaults: Mapping[str, Any], where: str
) -> dict[str, Fact]:
    """The production's defaults, then the brief's own words; what the effect says of itself nobody can change.

    Raises:
        BadBrief: the brief contradicts the effect.
        BrokenStore: a default or the effect names an unknown field or a wrong value, or the effect does not say whether
            it alters people.
    """
    if "alters_people" not in effect:
        advice = "Ask its author; it stands in the effect's 'facts'."
        raise BrokenStore("the effect's facts: alters_people", "is not said", "true or false", advice)
    facts: dict[str, Fact] = dict(defaults) | said.facts()
    for name, value in effect.items():
        fact = fact_of(name, value, where="the effect's facts")
        if name in facts and facts[name] != fact:
            raise BadBrief(f"{where}.{name}", f"{facts[name]!r}", f"{fact!r}, as the effect says", "Delete the line.")
        facts[name] = fact
    return facts


def production_facts(use: Mapping[str, Any], *, where: str) -> dict[str, Fact]:
    """What ``production.toml`` says under ``[use]``; people and tools belong to briefs.

    Raises:
        Problems: all that is wrong with it.
    """
    try:
        said = DeclaredUse.model_validate(dict(use))
    except ValidationError as error:
        found = explain(error, DeclaredUse, source=where, path=("use",))
        raise Problems(BrokenStore(one.where, one.found, one.wanted, one.advice) for one in found) from error
    named = [name for name in ("people", "tools") if name in use]
    if named:
        raise BrokenStore(
            f"{where}: use.{named[0]}", "stands in the production", "a place in the brief", "Move it there."
        )
    return said.facts()


def of_the_registry(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """What a use says of every person's ``registry`` at once: nothing, or that none is used."""
    return {"registry": "not_used"} if facts.get("registries_used") is False else {}


def asked_people(said: DeclaredUse, facts: Mapping[str, Fact]) -> tuple[PersonChange, ...]:
    """The people a brief changes; ``facts`` are those of the use as a whole."""
    return tuple(
        PersonChange(
            person_id=one.person,
            change=one.change,
            years=one.years,
            amount=one.amount,
            character=one.character,
            facts={
                **of_the_registry(facts),
                **{name: value for name, value in one.facts().items() if name not in _OF_THE_CHANGE},
            },
        )
        for one in said.people
    )


def told_people(
    asked: Sequence[PersonChange], changes: Sequence[PersonChange], *, where: str
) -> tuple[PersonChange, ...]:
    """The people a brief changes, with what the effect's own settings say of them: no brief says less than it does.

    Somebody whom only the settings name is asked for as well; the policy then misses what the brief did not say.

    Args:
        asked: as the brief's ``[[use.people]]`` has them.
        changes: as the effect says it of its settings.
        where: the document.

    Raises:
        Problems: of ``BadBrief``: the brief says something else than the effect does.
    """
    people, found = list(asked), []
    for one in changes:
        at = next((index for index, other in enumerate(people) if other.person_id == one.person_id), None)
        if at is None:
            people.append(one)
            continue
        said = people[at]
        facts: dict[str, Fact] = dict(said.facts)
        pairs: list[tuple[str, Any, Any]] = [
            (name, getattr(said, name), getattr(one, name)) for name in ("change", "years", "amount")
        ]
        pairs += [(name, facts.get(name), value) for name, value in one.facts.items()]
        for name, words, fact in pairs:
            if words is not None and words != fact:
                wanted = f"{fact}, as the settings say" if fact is not None else "nothing: the settings change none"
                at_name = f"{where}: use.people, {one.person_id}, {name}"
                found.append(BadBrief(at_name, f"{words}", wanted, "Delete the line."))
        people[at] = replace(one, character=said.character, facts={**facts, **one.facts})
    if found:
        raise Problems(found)
    return tuple(people)


def asked_tools(said: DeclaredUse) -> tuple[dict[str, Fact], ...]:
    """The tools a brief names."""
    return tuple(one.facts() for one in said.tools)
