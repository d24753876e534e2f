"""The clearance that work is done under: signed, expiring, for exactly one request; recorded when it is given."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

from secondunit.errors import NotCleared
from secondunit.keys import SigningKey, is_signed
from secondunit.policy.decide import Decision, Verdict, decide
from secondunit.policy.facts import Request
from secondunit.policy.heads import Head
from secondunit.policy.ledger import SKEW_S, Event, Ledger, production_key
from secondunit.policy.parts import Digest, Document, Id, Key, Utc, utc_text
from secondunit.policy.rules import Pack, load_packs
from secondunit.policy.standing import standing_from, standing_of
from secondunit.production import Production
from secondunit.records import canonical_json

PURPOSE = "clearance"
LASTS = timedelta(hours=24)  # longer work goes on under a new one: what is finished is kept

_ADVICE = {
    Verdict.NEEDS: "Have it approved: secondunit approve SHOW BRIEF --by NAME [--role ROLE] --note WHY.",
    Verdict.REFUSED: "Change what is asked, or bring what is wanted; no approval can allow it.",
    Verdict.UNKNOWN: "Answer what is asked in the brief's [use], or add a rule pack that speaks about such work.",
}


class Clearance(Document):
    """Leave to shoot exactly one request, under exactly these rules, until it expires, for one take.

    Attributes:
        clearance_id: its name.
        production_id: whose ledger it stands in.
        request: what was cleared: shot, frames, people, kind and amount of change, brief, plate.
        packs: id, version and digest of every rule pack that was asked.
        consents: digests of the consents it rests on.
        approvals: digests of the approvals it rests on.
        ledger: row number, hash and signature of the ledger's last row when it was decided; empty if there was none.
        work_key: public half of the key that signs the receipts of frames; the other half never touches a disk.
        issued_at: from when.
        expires_at: until when.
        signature: the production's, under everything else.
    """

    kind: Literal["clearance"] = "clearance"
    clearance_id: Id
    production_id: Id
    request: Request
    packs: tuple[tuple[str, int, str], ...]
    consents: tuple[Digest, ...] = ()
    approvals: tuple[Digest, ...] = ()
    ledger: tuple[int, str, str]
    work_key: Key
    issued_at: Utc
    expires_at: Utc
    signature: str = ""

    def message(self) -> bytes:
        """What the signature is under."""
        return canonical_json({**self.to_json(), "signature": ""}).encode()

    def is_genuine(self, production: Production) -> bool:
        """Whether the production's key signed it, and for this production."""
        mine = self.production_id == self.request.production_id == production.id
        return mine and is_signed(production.key, PURPOSE, self.message(), self.signature)

    def head(self, by: str) -> Head | None:
        """What it has seen of the ledger."""
        return Head(*self.ledger, by) if self.ledger[0] else None


def ask(production: Production, request: Request) -> Decision:
    """Decide by what holds now; nothing is recorded."""
    return decide(request, standing_of(production), load_packs(production))


def clear(production: Production, request: Request) -> tuple[Clearance, SigningKey]:
    """A clearance for ``request``, and the key for the receipts of its frames; the ledger keeps the decision.

    Raises:
        NotCleared: with the reasons and what to do.
        BrokenStore: the ledger is not whole, or a pack cannot be read.
    """
    key, ledger, packs = production_key(production), Ledger(production), load_packs(production)
    rows = ledger.rows()
    moment = datetime.now(UTC)
    standing = standing_from(production, rows, now=utc_text(moment))
    require_clock(rows[-1].at if rows else "", moment)
    decision = decide(request, standing, packs)
    if decision.verdict is not Verdict.CLEARED:
        ledger.append(Event.DECISION, {"request": request.to_json(), **decision.to_json()})
        raise refusal(request, decision)
    work_key = SigningKey.new()
    blank = Clearance(
        clearance_id=f"c-{secrets.token_hex(8)}",
        production_id=production.id,
        request=request,
        packs=packs_named(packs),
        consents=decision.consents,
        approvals=decision.approvals,
        ledger=(rows[-1].seq, rows[-1].hash, rows[-1].signature) if rows else (0, "", ""),
        work_key=work_key.public,
        issued_at=utc_text(moment),
        expires_at=min(utc_text(moment + LASTS), standing.next_change() or "9999"),
    )
    clearance = blank.model_copy(update={"signature": key.sign(PURPOSE, blank.message())})
    ledger.append(Event.CLEARANCE, {**clearance.to_json(), "decision": decision.to_json()})
    return clearance, work_key


def refusal(request: Request, decision: Decision, *, where: str = "") -> NotCleared:
    """The error that says why not, and what to do."""
    lines = [decision.verdict.value, *(f"  {reason}" for reason in decision.against)]
    if decision.needs:
        lines += ["Wanted:", *(f"  {one}" for one in decision.wanted)]
    where = where or f"{request.shot}, {request.kind} for {request.use}"
    advice = _ADVICE[decision.verdict]
    if request.take and decision.verdict is Verdict.NEEDS:
        advice = f"{advice} Of its pixels: secondunit approve SHOW --take {request.take} --by NAME."
    return NotCleared(where, "\n".join(lines), advice=advice)


def packs_named(packs: Sequence[Pack]) -> tuple[tuple[str, int, str], ...]:
    """What a clearance remembers of rule packs."""
    return tuple((pack.id, pack.version, pack.digest) for pack in packs)


def require_clock(last_row_at: str, moment: datetime) -> None:
    """Pass unless this machine's clock is behind the ledger: a term that is over must not come back.

    Raises:
        NotCleared: it is.
    """
    if utc_text(moment + timedelta(seconds=SKEW_S)) < last_row_at:
        advice = "Set this machine's clock; if the ledger's is wrong, add a row on a machine whose clock is right."
        raise NotCleared(
            "clock", f"says {utc_text(moment)}", f"not before the ledger's last row, {last_row_at}", advice
        )
