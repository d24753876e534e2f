"""One rule, one set of values: whether it speaks and what that means. Unknown never allows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from secondunit.policy.conditions import Step
from secondunit.policy.facts import Fact
from secondunit.policy.hard_blocks import CLAUSES, Blocked, Hard
from secondunit.policy.parts import Role
from secondunit.policy.rules import ReadyRule, Then
from secondunit.policy.vocabulary import FIELDS

_REGISTER = "record the person, with what the register asks"
Answered = Callable[[Role], str]  # which approval or consent answers a role; empty if none does


class Outcome(StrEnum):
    """What one rule says. ``NOTED`` asks for records or notices and neither allows nor stops."""

    SILENT = "silent"
    NOTED = "noted"
    CLEARED = "cleared"
    NEEDS = "needs"
    UNKNOWN = "unknown"
    REFUSED = "refused"


@dataclass(frozen=True)
class Need:
    """What somebody must give.

    Attributes:
        whom: the role, or ``production`` for what the production itself must do.
        what: an approval, evidence, or an answer.
        rule: the rule that asks.
        about: the person or tool it is about; empty for the whole request.
    """

    whom: str
    what: str
    rule: str
    about: str = ""


@dataclass(frozen=True)
class Finding:
    """What one rule says about one thing.

    Attributes:
        rule: ``pack/rule``.
        clause: what the rule says.
        source: the document and clause it comes from.
        confidence: P (primary text read), S (secondary source read) or K (counsel must check).
        unsure: what about the rule is not certain.
        about: the person or tool; empty for the whole request.
        outcome: what it says here.
        means: the same in words.
        needs: what is wanted.
        missing: the fields nobody answered.
        tell: who must be told.
        evidence: what goes on record.
        steps: every comparison that was made.
        answers: approvals and consents it rests on.
    """

    rule: str
    clause: str
    source: str
    confidence: str
    unsure: str
    about: str
    outcome: Outcome
    means: str
    needs: tuple[Need, ...] = ()
    missing: tuple[str, ...] = ()
    tell: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    answers: tuple[str, ...] = ()

    def __str__(self) -> str:
        about = f" ({self.about})" if self.about else ""
        unsure = f" Not certain: {self.unsure}" if self.unsure else ""
        return f"{self.rule}{about}: {self.clause} [{self.source}; {self.confidence}] -> {self.means}.{unsure}"


def silent(ready: ReadyRule, values: Mapping[str, Fact], day: str) -> bool:
    """Whether a rule says nothing to these values: not in force, it does not apply, or it would allow but is unsure."""
    if not ready.in_force(day):
        return True
    truth = ready.condition.truth(values)
    return truth is False or (truth is None and ready.rule.then is Then.ALLOW)


def weigh(
    ready: ReadyRule, values: Mapping[str, Fact], *, about: str, day: str, answered: Answered, traced: bool = False
) -> Finding:
    """What a rule says to these values.

    Args:
        ready: the rule.
        values: fields by name; absent is unknown.
        about: the person or tool, for the reader.
        day: the day of the decision; a rule out of force is silent.
        answered: tells which approval or consent answers a role.
        traced: keep every comparison, for explanations.
    """
    rule = ready.rule
    steps = tuple(ready.condition.walk(values)) if traced else ()

    def found(outcome: Outcome, means: str, *, needs: Sequence[Need] = (), answers: Sequence[str] = ()) -> Finding:
        speaks = outcome not in (Outcome.SILENT, Outcome.UNKNOWN)
        missing = tuple(sorted(ready.condition.missing(values))) if outcome is Outcome.UNKNOWN else ()
        return Finding(
            rule=ready.name,
            clause=rule.says,
            source=ready.source,
            confidence=ready.confidence.value,
            unsure=rule.unsure,
            about=about,
            outcome=outcome,
            means=means,
            needs=tuple(needs),
            missing=missing,
            tell=rule.tell if speaks else (),
            evidence=rule.evidence if speaks else (),
            steps=steps,
            answers=tuple(answers),
        )

    if not ready.in_force(day):
        return found(Outcome.SILENT, f"not in force on {day}")
    truth = ready.condition.truth(values)
    if truth is False or (truth is None and rule.then is Then.ALLOW):
        return found(Outcome.SILENT, "does not apply" if truth is False else "allows nothing while a field is unknown")
    if truth is None:
        names = sorted(ready.condition.missing(values))
        needs = [
            Need("production", f"say {name}" if FIELDS[name].given else _REGISTER, ready.name, about) for name in names
        ]
        return found(Outcome.UNKNOWN, f"nobody said: {', '.join(names)}", needs=list(dict.fromkeys(needs)))
    if rule.then is Then.ALLOW:
        return found(Outcome.CLEARED, "allowed")
    if rule.then is Then.BLOCK:
        return found(Outcome.REFUSED, "refused")
    if rule.then is Then.HOLD:
        what = "; ".join(rule.evidence) or rule.says
        return found(Outcome.NEEDS, f"waits for: {what}", needs=[Need("production", what, ready.name, about)])
    if rule.then is Then.APPROVE:
        by_role = {role: answered(role) for role in rule.of}
        open_roles = [role for role, answer in by_role.items() if not answer]
        if not open_roles:
            return found(Outcome.CLEARED, f"approved by {', '.join(by_role)}", answers=sorted(by_role.values()))
        needs = [Need(role.value, "approval", ready.name, about) for role in open_roles]
        return found(Outcome.NEEDS, f"needs {' and '.join(open_roles)}", needs=needs)
    words = {Then.LOG: "goes on record", Then.WARN: "warning", Then.NOTIFY: f"tell {', '.join(rule.tell)}"}
    return found(Outcome.NOTED, words[rule.then])


def hard(blocked: Blocked, *, answered: Answered) -> Finding:
    """A hard block as a finding."""
    clause, source = CLAUSES[blocked.hard]
    name, about = blocked.hard.value, blocked.about
    outcome, needs, answers = Outcome.REFUSED, [], []
    if blocked.asks:
        answers = [answer for answer in map(answered, blocked.asks) if answer]
        outcome = Outcome.NOTED if len(answers) == len(blocked.asks) else Outcome.NEEDS
        if outcome is Outcome.NEEDS:
            needs = [Need(role.value, f"judge: {blocked.means}", name, about) for role in blocked.asks]
    elif blocked.missing:
        outcome = Outcome.UNKNOWN
        needs = [Need("production", f"say {field}", name, about) for field in blocked.missing]
    elif blocked.hard in (Hard.NO_CONSENT, Hard.NOT_COVERED):
        unsaid = sorted({miss.missing for miss in blocked.mismatches} - {""})
        needs = [Need(blocked.consent_of.value, "a consent that covers exactly this", name, about)]
        needs += [Need("production", f"say {field}", name, about) for field in unsaid]
    ends = {Outcome.REFUSED: "refused", Outcome.UNKNOWN: "unknown", Outcome.NEEDS: "needs a judgement"}
    means = f"{blocked.means}: {ends.get(outcome, 'judged')}"
    return Finding(
        rule=name,
        clause=clause,
        source=source,
        confidence="P",
        unsure="",
        about=about,
        outcome=outcome,
        means=means,
        needs=tuple(needs),
        missing=blocked.missing,
        answers=tuple(answers),
    )
