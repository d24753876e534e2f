"""Approvals: who agreed to what, signed. Given once; taken back by a second document, never by a change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from secondunit.errors import BrokenStore
from secondunit.keys import SigningKey, own_key
from secondunit.policy.documents import Appointment, Approval, Withdrawal
from secondunit.policy.facts import Request
from secondunit.policy.ledger import Event, Ledger
from secondunit.policy.parts import Role, Use, utc_text
from secondunit.policy.rows import Row
from secondunit.policy.signing import Signed
from secondunit.policy.standing import book_of
from secondunit.production import Production


def approval_of_request(
    request: Request, *, person_id: str | None = None, rules: Sequence[str] = (), **said: Any
) -> Approval:
    """An approval of exactly this brief on exactly this plate, not signed yet.

    Args:
        request: what is approved.
        person_id: the person it speaks for, in a role that is a person's.
        rules: only for these; empty for all.
        said: ``role``, ``by`` and ``note`` of ``Approval``.

    Raises:
        BrokenStore: nobody is named.
    """
    of = {"brief_digest": request.brief_digest, "plate_digest": request.plate_digest}
    about = {"production_id": request.production_id, "shot": request.shot, "use": request.use}
    return _approval(**about, **of, person_id=person_id, rules=tuple(rules), **said)


def approval_of_take(production: Production, take: str, pixels: str, *, shot: str, use: Use, **said: Any) -> Approval:
    """An approval of exactly these pixels (``policy.takes.recorded``) of this take, not signed yet.

    Args:
        production: whose.
        take: ``SHOT/t003``.
        pixels: root of its pixels.
        shot: its shot.
        use: what it was shot for.
        said: ``role``, ``by`` and ``note`` of ``Approval``.

    Raises:
        BrokenStore: nobody is named.
    """
    return _approval(production_id=production.id, shot=shot, use=use, take=take, pixels_digest=pixels, **said)


def _approval(*, by: str, **fields: Any) -> Approval:
    if not by.strip():
        raise BrokenStore("--by", "no name", "the name of the person who approves")
    return Approval(by=by, at=utc_text(datetime.now(UTC)), **fields)


def sign_approval(approval: Approval, key: SigningKey | None = None) -> Signed[Approval]:
    """The approval under the approver's own key (this user's if none is given)."""
    blank: Signed[Approval] = Signed(document=approval)
    return blank.signed(key or own_key(), role=approval.role, name=approval.by, at=approval.at)


def record_approval(ledger: Ledger, signed: Signed[Approval], *, where: str = "approval", actor: str = "") -> str:
    """Take a signed approval into the ledger; returns its digest.

    The first who approves as producer on a machine that has the production's key is its producer from then on. For
    every other role, and every other producer, a key must have been appointed.

    Raises:
        BrokenStore: it is of another production, forged, by a key that may not answer for its role, or under
            another name than the key's.
    """
    approval = signed.document
    if approval.production_id != ledger.production.id:
        raise BrokenStore(f"{where}: production_id", approval.production_id, ledger.production.id)
    if approval.role is Role.PRODUCER:
        appoint_first_producer(ledger, signed, where=where)

    def may(rows: Sequence[Row]) -> None:
        book = book_of(rows)
        if not book.answers(signed, where=where):
            advice = f"Appoint it first: secondunit people appoint SHOW --role {approval.role} --key KEY --name NAME."
            raise BrokenStore(where, f"{approval.by}'s key does not answer for {approval.role}", advice=advice)
        for one in signed.signatures:
            whose = book.speaks(one, approval.person_id)
            if whose is not None and whose.casefold() != approval.by.casefold():
                found = f"{approval.by} is said to approve, the key is {whose}'s"
                raise BrokenStore(where, found, "one's own name and key", "Another person's own key: --key, or --ask.")

    ledger.append(Event.APPROVAL, signed.to_json(), actor=actor, check=may)
    return approval.digest


def withdraw(ledger: Ledger, approval: str, *, by: str, note: str = "") -> str:
    """Take an approval back, by its digest or the digest's beginning; returns the digest. Frames stop at once.

    Raises:
        BrokenStore: no such approval stands, several begin like that, or nobody is named.
    """
    if not by.strip():
        raise BrokenStore("--by", "no name", "the name of who takes it back")
    found = [one for one in book_of(ledger.rows()).approvals if approval and one.startswith(approval)]
    if len(found) != 1:
        raise BrokenStore(f"approvals: {approval!r}", f"{len(found)} that stand begin so", "the id of one that stands")
    paper = Withdrawal(approval=found[0], by=by, note=note, at=utc_text(datetime.now(UTC)))
    ledger.append(Event.WITHDRAWAL, paper.to_json())
    return found[0]


def appoint_first_producer(ledger: Ledger, signed: Signed[Any], *, where: str) -> None:
    """Appoint who signs as producer with this machine's own key, if the production has no producer yet.

    Raises:
        BrokenStore: a signature is forged.
    """
    if any(role is Role.PRODUCER for role, _ in book_of(ledger.rows()).appointments):
        return
    signature = signed.all_valid(where=where)[0]
    if signature.role is not Role.PRODUCER or signature.key != own_key().public:
        return  # somebody else's file: not the one who works here
    made = Appointment(
        production_id=ledger.production.id,
        role=Role.PRODUCER,
        name=signature.name,
        key=signature.key,
        at=utc_text(datetime.now(UTC)),
    )
    ledger.append(Event.APPOINTMENT, made.to_json())
