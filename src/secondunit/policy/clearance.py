"""The clearance that work is done under, and the gate that asks again before every frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from secondunit.errors import NotCleared
from secondunit.policy import approvals
from secondunit.policy.approvals import now
from secondunit.policy.decide import Decision, Verdict, decide
from secondunit.policy.documents import Approval, Standing
from secondunit.policy.facts import Request
from secondunit.policy.parts import Role, utc_text
from secondunit.policy.rules import Pack, load_packs
from secondunit.production import Production

_ADVICE = {
    Verdict.NEEDS: "Have it approved: secondunit approve SHOW BRIEF --by NAME --note WHY.",
    Verdict.REFUSED: "Change what is asked; no approval can allow it.",
    Verdict.UNKNOWN: "Answer what is asked in the brief's [use], or add a rule pack that speaks about such work.",
}


@dataclass(frozen=True)
class Clearance:
    """Leave to shoot exactly one request under exactly these rules.

    Attributes:
        request: what was cleared.
        packs: name, version and digest of every rule pack that was asked.
        approvals: ids of the approvals it rests on.
        at: when, ISO 8601 in UTC.
    """

    request: Request
    packs: tuple[tuple[str, int, str], ...]
    approvals: tuple[str, ...]
    at: str

    def to_json(self) -> dict[str, Any]:
        """Plain values for a document."""
        return {**asdict(self), "request": self.request.to_json()}


def standing_of(production: Production) -> Standing:
    """What holds now: the approvals on disk."""
    given = {}
    for one in approvals.standing(production):
        use: Any = one.use  # the model checks it
        approval = Approval(
            production_id=production.id if one.production == production.title else "another-production",
            role=Role.PRODUCER,
            by=one.by,
            shot=one.shot,
            use=use,
            brief_digest=one.brief_digest,
            plate_digest=one.plate_digest,
            at=utc_text(datetime.fromisoformat(one.at)),
        )
        given[one.id] = approval
    return Standing(production.id, utc_text(datetime.now(UTC)), approvals=given)


def ask(production: Production, request: Request) -> Decision:
    """Decide by the approvals and packs that are on disk now."""
    return decide(request, standing_of(production), load_packs(production))


def clear(production: Production, request: Request) -> Clearance:
    """A clearance for ``request``.

    Raises:
        NotCleared: with the reasons and what to do.
    """
    packs = load_packs(production)
    decision = decide(request, standing_of(production), packs)
    if decision.verdict is not Verdict.CLEARED:
        raise NotCleared(
            f"{request.shot}, {request.kind} for {request.use}",
            f"{decision.verdict.value}: {'; '.join(str(reason) for reason in decision.reasons)}",
            advice=_ADVICE[decision.verdict],
        )
    return Clearance(request, _named(packs), decision.approvals, now())


def _named(packs: Sequence[Pack]) -> tuple[tuple[str, int, str], ...]:
    return tuple((pack.id, pack.version, pack.digest) for pack in packs)


class ClearanceGate:
    """Called with a frame number before that frame is written; asks everything again, and fails closed.

    Args:
        clearance: what the work was cleared for.
        production: where approvals and rule packs are read from, every time.
        plate_digest: the digest of the plate as it is on disk now.
    """

    def __init__(self, clearance: Clearance, production: Production, plate_digest: Callable[[], str]) -> None:
        self.clearance, self._production, self._plate_digest = clearance, production, plate_digest

    def __call__(self, frame: int) -> None:
        """Returns if ``frame`` may be written.

        Raises:
            NotCleared: the frame is outside what was cleared, the plate or the rules changed, or an approval fell.
        """
        request = self.clearance.request
        where = f"{request.shot}, frame {frame}"
        if not request.first_frame <= frame < request.end_frame_exclusive:
            wanted = f"{request.first_frame} up to {request.end_frame_exclusive - 1}"
            raise NotCleared(where, "is outside the cleared frames", wanted, "Ask for a clearance of these frames.")
        if self._plate_digest() != request.plate_digest:
            raise NotCleared(where, "the plate is no longer the one that was cleared", advice="Shoot again.")
        packs = load_packs(self._production)
        if _named(packs) != self.clearance.packs:
            raise NotCleared(where, "the rules changed since the work was cleared", advice="Shoot again.")
        decision = decide(request, standing_of(self._production), packs)
        if decision.verdict is not Verdict.CLEARED:
            reasons = "; ".join(str(reason) for reason in decision.reasons)
            raise NotCleared(where, f"is no longer cleared: {reasons}", advice=_ADVICE[decision.verdict])
