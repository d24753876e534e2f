"""The decision: a pure function of what is asked, what stands and what the rules say. Nothing else decides.

Any deny beats every allow; what nobody answered is not allowed; what no rule allows is not allowed. Not legal advice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from secondunit.errors import BrokenStore
from secondunit.policy.coverage import unjudged
from secondunit.policy.documents import Approval, HeldConsent, Standing
from secondunit.policy.facts import Fact, PersonChange, Request
from secondunit.policy.hard_blocks import CLAUSES, Hard, covering, judgements, person_blocks, request_blocks
from secondunit.policy.parts import Role
from secondunit.policy.rules import Pack, ReadyRule
from secondunit.policy.values import consent_values, person_values, request_values, tool_values
from secondunit.policy.vocabulary import FIELDS, fact_of
from secondunit.policy.weighing import Answered, Finding, Need, Outcome, hard, silent, weigh

_OF_A_PERSON = (Role.TALENT, Role.ESTATE, Role.GUARDIAN)  # a covering consent that this role signed answers it


class Verdict(StrEnum):
    """Only ``CLEARED`` lets frames be written."""

    CLEARED = "cleared"
    NEEDS = "needs"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Decision:
    """The verdict and everything it rests on.

    Attributes:
        verdict: what it comes to.
        findings: every rule that spoke, in a fixed order; of a traced decision also the silent ones.
        consents: digests of the consents it rests on.
        approvals: digests of the approvals it rests on.
    """

    verdict: Verdict
    findings: tuple[Finding, ...]
    consents: tuple[str, ...] = ()
    approvals: tuple[str, ...] = ()

    @property
    def reasons(self) -> tuple[Finding, ...]:
        """The rules that spoke, the weightiest first."""
        spoke = [one for one in self.findings if one.outcome is not Outcome.SILENT]
        return tuple(sorted(spoke, key=lambda one: (-_WEIGHT[one.outcome], one.rule, one.about)))

    @property
    def against(self) -> tuple[Finding, ...]:
        """The rules that stand in the way, the weightiest first."""
        return tuple(one for one in self.reasons if one.outcome in _STOPS)

    @property
    def needs(self) -> tuple[Need, ...]:
        """Whom to ask for what."""
        return tuple(dict.fromkeys(need for one in self.reasons for need in one.needs))

    @property
    def wanted(self) -> tuple[str, ...]:
        """Whom to ask for what, each once, with the words it can be and all rules that want it."""
        rules: dict[str, list[str]] = {}
        for need in self.needs:
            field = FIELDS.get(need.what.removeprefix("say "))
            words = f": {', '.join(field.words) or field.kind}" if field is not None else ""
            about = f" ({need.about})" if need.about else ""
            rules.setdefault(f"{need.whom}: {need.what}{about}{words}", []).append(need.rule)
        return tuple(f"{want} [{', '.join(names)}]" for want, names in rules.items())

    @property
    def missing(self) -> tuple[str, ...]:
        """The fields nobody answered and a rule asks for."""
        return tuple(sorted({name for one in self.findings for name in one.missing}))

    def to_json(self) -> dict[str, Any]:
        """Plain values for a document."""
        return {
            "verdict": self.verdict.value,
            "reasons": [{key: value for key, value in asdict(one).items() if key != "steps"} for one in self.reasons],
            "needs": [asdict(one) for one in self.needs],
            "missing": list(self.missing),
            "consents": list(self.consents),
            "approvals": list(self.approvals),
        }


_WEIGHT = {
    Outcome.SILENT: 0,
    Outcome.NOTED: 1,
    Outcome.CLEARED: 2,
    Outcome.NEEDS: 3,
    Outcome.UNKNOWN: 4,
    Outcome.REFUSED: 5,
}
_STOPS = {Outcome.NEEDS, Outcome.UNKNOWN, Outcome.REFUSED}


def decide(request: Request, standing: Standing, packs: Sequence[Pack], *, traced: bool = False) -> Decision:
    """May ``request`` be done?

    Args:
        request: what is asked.
        standing: people, consents, approvals and strike locks that hold now.
        packs: the production's rule packs; their order does not matter.
        traced: keep the silent rules and every comparison, for explanations.

    Raises:
        BrokenStore: a fact has no such field or not its type; nothing is decided then.
    """
    _check(request)
    rules = sorted((rule for pack in packs for rule in pack.rules), key=lambda one: one.name)
    at_large = _Weighing(request, standing, rules, request_values(request, standing), traced)
    blocks = request_blocks(request, standing)
    findings = [hard(one, answered=at_large.answered(one.hard.value, None)) for one in blocks]
    findings += at_large.ask("", {}, "", None)
    for number, tool in enumerate(request.tools):
        findings += at_large.ask("tool", tool_values(tool), str(tool.get("name", f"tool {number + 1}")), None)
    consents: list[str] = []
    for change in sorted(request.people, key=lambda one: one.person_id):
        found, held = at_large.person(change)
        findings += found
        consents += [held.consent.digest] if held is not None else []
    verdict = _fold(findings)
    if verdict is Verdict.UNKNOWN and all(one.outcome in (Outcome.SILENT, Outcome.NOTED) for one in findings):
        clause, source = CLAUSES[Hard.SILENCE]
        means = "no rule allows this"
        findings.append(Finding(Hard.SILENCE.value, clause, source, "P", "", "", Outcome.UNKNOWN, means))
    answers = {answer for one in findings for answer in one.answers} - set(consents)
    return Decision(verdict, tuple(findings), tuple(sorted(consents)), tuple(sorted(answers)))


def _check(request: Request) -> None:
    for prefix, facts in (
        ("", request.facts),
        *(("person.", change.facts) for change in request.people),
        *(("tool.", tool) for tool in request.tools),
    ):
        for name, value in facts.items():
            fact_of(prefix + name, value, where="the request")
            if "." in name or not FIELDS[prefix + name].given:
                raise BrokenStore(f"the request: {prefix}{name}", "is worked out, nobody says it", "a field of a brief")


@dataclass(frozen=True)
class _Weighing:
    """One request before one standing: the rules are asked of the whole, of each tool and of each person."""

    request: Request
    standing: Standing
    rules: Sequence[ReadyRule]
    values: Mapping[str, Fact]
    traced: bool

    def ask(self, subject: str, values: Mapping[str, Fact], about: str, held: HeldConsent | None) -> list[Finding]:
        """Every rule with this subject that speaks; if traced, every one."""
        all_values = {**self.values, **values}
        day = self.standing.now[:10]
        return [
            weigh(
                rule,
                all_values,
                about=about,
                day=day,
                answered=self.answered(rule.name, held, about if subject == "person" else ""),
                traced=self.traced,
            )
            for rule in self.rules
            if rule.subject == subject and (self.traced or not silent(rule, all_values, day))
        ]

    def person(self, change: PersonChange) -> tuple[list[Finding], HeldConsent | None]:
        """What stands about one person, by the covering consent that goes furthest, and that consent."""
        covered_by = covering(change, self.request, self.standing)
        blocks = person_blocks(change, self.request, self.standing, covered_by)
        fixed = [hard(one, answered=self.answered("", None, change.person_id)) for one in blocks]
        values = person_values(change, self.standing)
        best: tuple[tuple[int, bool], list[Finding], HeldConsent | None] | None = None
        for held in self._different(covered_by, change) or (None,):
            found = self.ask("person", values | consent_values(held), change.person_id, held)
            if held is not None:
                judged = judgements(held, change, self.request)
                found += [hard(one, answered=self.answered(one.hard.value, held, change.person_id)) for one in judged]
            outcomes = {one.outcome for one in found}
            weight = max((_WEIGHT[one] for one in outcomes & _STOPS), default=0), Outcome.CLEARED not in outcomes
            if best is None or weight < best[0]:
                best = (weight, found, held)
        assert best is not None  # the loop ran at least once
        return fixed + best[1], best[2]

    def _different(self, covered_by: Sequence[HeldConsent], change: PersonChange) -> tuple[HeldConsent, ...]:
        """The first of all consents that no rule could tell apart."""
        kinds: dict[Any, HeldConsent] = {}
        for held in covered_by:
            free_words = tuple(unjudged(held, change, self.request))
            marks = (
                tuple(consent_values(held).items()),
                held.signed_by,
                free_words and (held.consent.consent_id, free_words),
            )
            kinds.setdefault(marks, held)
        return tuple(kinds.values())

    def answered(self, rule: str, held: HeldConsent | None, person_id: str = "") -> Answered:
        """Tells which approval or consent answers a role for this rule."""

        def by(role: Role) -> str:
            if held is not None and role in _OF_A_PERSON and role in held.signed_by:
                return held.consent.digest
            fitting = [
                digest
                for digest, approval in self.standing.approvals.items()
                if approval.role is role and fits(approval, self.request, rule, person_id, self.standing.now)
            ]
            return min(fitting, default="")

        return by


def fits(approval: Approval, request: Request, rule: str, person_id: str, now: str) -> bool:
    """Whether an approval is for exactly this request and rule, and still stands at ``now``."""
    asked = (request.production_id, request.shot, request.use, request.brief_digest, request.plate_digest)
    given = (approval.production_id, approval.shot, approval.use, approval.brief_digest, approval.plate_digest)
    speaks = not approval.rules or rule in approval.rules or rule.split("/")[-1] in approval.rules
    about = (
        approval.person_id == person_id if approval.role in _OF_A_PERSON else approval.person_id in (None, person_id)
    )
    if approval.role in _OF_A_PERSON and not person_id:
        about = approval.person_id is None
    return asked == given and speaks and about and (approval.expires_at is None or now < approval.expires_at)


def _fold(findings: Sequence[Finding]) -> Verdict:
    outcomes = {one.outcome for one in findings}
    for outcome, verdict in (
        (Outcome.REFUSED, Verdict.REFUSED),
        (Outcome.UNKNOWN, Verdict.UNKNOWN),
        (Outcome.NEEDS, Verdict.NEEDS),
        (Outcome.CLEARED, Verdict.CLEARED),
    ):
        if outcome in outcomes:
            return verdict
    return Verdict.UNKNOWN
