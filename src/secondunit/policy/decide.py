"""The decision: a pure function of what is asked, what was approved and what the rules say. Nothing else decides.

Any deny beats every allow; what no rule speaks about is not allowed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from secondunit.policy.approvals import Approval
from secondunit.policy.rules import Pack, Rule, Then


@dataclass(frozen=True)
class Request:
    """What somebody wants to shoot.

    Attributes:
        production: title of the production.
        shot: the shot.
        kind: what is changed in the picture: the effect's name.
        use: ``ideation``, ``temp`` or ``final``.
        people: names of the performers whose likeness is changed; empty for places and things.
        first_frame: first frame to be written.
        end_frame_exclusive: the frame after the last one.
        brief_digest: of the brief's meaning.
        plate_digest: of the plate's pixels and everything beside them.
    """

    production: str
    shot: str
    kind: str
    use: str
    people: tuple[str, ...]
    first_frame: int
    end_frame_exclusive: int
    brief_digest: str
    plate_digest: str


class Verdict(StrEnum):
    """Only ``CLEARED`` lets frames be written."""

    CLEARED = "cleared"
    NEEDS = "needs approval"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Reason:
    """One rule that spoke: which, what it says, where that comes from, and what it means here."""

    rule: str
    clause: str
    source: str
    means: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.clause} [{self.source}] -> {self.means}"


@dataclass(frozen=True)
class Decision:
    """The verdict, every reason for it, and the approvals it rests on."""

    verdict: Verdict
    reasons: tuple[Reason, ...]
    approvals: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain values for a document."""
        reasons = [asdict(reason) for reason in self.reasons]
        return {"verdict": self.verdict.value, "reasons": reasons, "approvals": list(self.approvals)}


# Consent of performers belongs here, before any pack is asked: signed, per person, per kind of change.
_NO_CONSENT = Reason(
    "core/people-need-consent",
    "A performer's likeness is changed only with that performer's consent.",
    "Second Unit house rules, section 3",
    "people need consent; no consent rules are installed: refused",
)
_NO_RULE = Reason(
    "core/silence-is-no", "What no rule allows is not allowed.", "Second Unit house rules, section 4", "no rule matches"
)


def decide(request: Request, approvals: Iterable[Approval], packs: Sequence[Pack]) -> Decision:
    """May ``request`` be shot?

    Args:
        request: what is asked.
        approvals: those that stand; they count only if they are for exactly this request.
        packs: the production's rule packs.
    """
    if request.people:
        return Decision(Verdict.REFUSED, (_NO_CONSENT,))
    fitting = tuple(sorted(one.id for one in approvals if _covers(one, request)))
    reasons, verdicts = [], set()
    for pack in packs:
        for rule in pack.rules:
            if rule.matches(request.use, request.kind):
                verdict, means = _apply(rule, fitting)
                verdicts.add(verdict)
                reasons.append(Reason(f"{pack.name}/{rule.id}", rule.clause, rule.source, means))
    for verdict in (Verdict.REFUSED, Verdict.NEEDS, Verdict.CLEARED):
        if verdict in verdicts:
            return Decision(verdict, tuple(reasons), fitting)
    return Decision(Verdict.UNKNOWN, (_NO_RULE,))


def _apply(rule: Rule, fitting: tuple[str, ...]) -> tuple[Verdict, str]:
    if rule.then is Then.CLEAR:
        return Verdict.CLEARED, "allowed"
    if rule.then is Then.DENY:
        return Verdict.REFUSED, "denied"
    if fitting:
        return Verdict.CLEARED, f"approved ({', '.join(fitting)})"
    return Verdict.NEEDS, "no approval for this brief on this plate"


def _covers(approval: Approval, request: Request) -> bool:
    asked = (request.production, request.shot, request.use, request.brief_digest, request.plate_digest)
    return (approval.production, approval.shot, approval.use, approval.brief_digest, approval.plate_digest) == asked
