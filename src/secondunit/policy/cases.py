"""A pack's own cases: each says what one rule answers to some fields. For people who write packs."""

from __future__ import annotations

from dataclasses import dataclass

from secondunit.policy.parts import Role
from secondunit.policy.rules import Case, Pack, ReadyRule
from secondunit.policy.vocabulary import fact_of
from secondunit.policy.weighing import Outcome, weigh

_NO_DAY = "2026-11-01"  # for rules without dates: any day will do
_SILENT = (Outcome.SILENT.value, Outcome.UNKNOWN.value)


@dataclass(frozen=True)
class Tried:
    """One case and what came of it.

    Attributes:
        rule: the rule's id.
        number: the case's place in the rule, from 1.
        wanted: what the case says.
        found: what the rule says.
    """

    rule: str
    number: int
    wanted: str
    found: str

    @property
    def holds(self) -> bool:
        """Whether the rule says what its case wants."""
        return self.wanted == self.found


def try_cases(pack: Pack) -> tuple[Tried, ...]:
    """Run every case of a pack."""
    return tuple(
        Tried(ready.rule.id, number, case.verdict, outcome_of(ready, case).value)
        for ready in pack.rules
        for number, case in enumerate(ready.rule.cases, 1)
    )


def untried(pack: Pack) -> tuple[str, ...]:
    """What the cases leave open: rules without a case in which they speak, or without one in which they do not."""
    found = []
    for ready in pack.rules:
        verdicts = [case.verdict for case in ready.rule.cases]
        if all(verdict in _SILENT for verdict in verdicts):
            found.append(f"{ready.rule.id}: no case in which it speaks")
        if all(verdict not in _SILENT for verdict in verdicts):
            found.append(f"{ready.rule.id}: no case in which it is silent or unknown")
    return tuple(found)


def outcome_of(ready: ReadyRule, case: Case) -> Outcome:
    """What a rule says to a case's fields."""
    values = {name: fact_of(name, value, where=ready.name) for name, value in case.given.items()}
    day = case.day or ready.rule.in_force_from or _NO_DAY

    def answered(role: Role) -> str:
        return "approval" if role in case.approved else ""

    return weigh(ready, values, about="", day=day, answered=answered).outcome
