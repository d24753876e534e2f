"""What holds now, read from the ledger's rows in order. A signature must hold at its own row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from secondunit.errors import BrokenStore
from secondunit.policy.documents import (
    Appointment,
    Approval,
    Consent,
    ConsentStatus,
    HeldConsent,
    Person,
    Revocation,
    Standing,
    StrikeLock,
    Withdrawal,
)
from secondunit.policy.ledger import Event, Ledger
from secondunit.policy.parts import Role, utc_text
from secondunit.policy.rows import Row
from secondunit.policy.signing import Signature, Signed, parse_document
from secondunit.production import Production

OF_A_PERSON = frozenset({Role.TALENT, Role.ESTATE, Role.UNION, Role.GUARDIAN})


@dataclass
class Book:
    """The rows so far, as what they mean.

    Attributes:
        people: by id, the newest revision.
        consents: every revision that was granted, oldest first.
        approvals: by digest; withdrawn ones are gone.
        locks: strike locks that stand, by id.
        appointments: (role, key) to the name.
        spent: clearances whose take is there, by id.
    """

    people: dict[str, Person] = field(default_factory=dict)
    consents: list[HeldConsent] = field(default_factory=list)
    approvals: dict[str, Approval] = field(default_factory=dict)
    locks: dict[str, StrikeLock] = field(default_factory=dict)
    appointments: dict[tuple[Role, str], str] = field(default_factory=dict)
    spent: set[str] = field(default_factory=set)

    def read(self, row: Row) -> None:
        """Take one more row in.

        Raises:
            BrokenStore: it cannot be understood; then nothing can be said to hold.
        """
        where, body = f"ledger, row {row.seq}", row.body
        match row.event:
            case Event.PERSON:
                person = parse_document(body, Person, where=where)
                self.people[person.person_id] = person
            case Event.GRANT:
                self._grant(parse_document(body, Signed[Consent], where=where), row, where)
            case Event.REVOCATION:
                self._end(parse_document(body, Revocation, where=where).consent_id, ConsentStatus.REVOKED)
            case Event.STRIKE_LOCK:
                lock = parse_document(body, StrikeLock, where=where)
                self.locks[lock.lock_id] = lock
            case Event.STRIKE_LIFTED:
                self.locks.pop(str(row.content().get("lock_id")), None)
            case Event.APPOINTMENT:
                made = parse_document(body, Appointment, where=where)
                self.appointments[made.role, made.key] = made.name
            case Event.APPROVAL:
                signed = parse_document(body, Signed[Approval], where=where)
                if not self.answers(signed, where=where):
                    raise BrokenStore(where, "an approval by a key that may not give it", "an appointed key")
                self.approvals[signed.document.digest] = signed.document
            case Event.WITHDRAWAL:
                self.approvals.pop(parse_document(body, Withdrawal, where=where).approval, None)
            case Event.TAKE:
                self.spent.add(str(row.content().get("clearance")))

    def signers(self, signed: Signed[Consent], *, where: str) -> frozenset[Role]:
        """The roles in which the person's own keys signed a consent.

        Raises:
            BrokenStore: the person is not known, or a signature is forged or by a key that is not the person's.
        """
        consent = signed.document
        person = self.people.get(consent.person_id)
        if person is None:
            raise BrokenStore(where, f"nobody is known as {consent.person_id}", "a person of this production")
        allowed = {(one.key, one.role) for one in person.keys}
        for one in signed.all_valid(where=where):
            if (one.key, one.role) not in allowed:
                advice = "Record the key first, after comparing its fingerprint with its owner."
                raise BrokenStore(where, f"{one.name}'s key may not sign as {one.role} for this person", advice=advice)
        return frozenset(one.role for one in signed.signatures)

    def answers(self, signed: Signed[Approval], *, where: str) -> bool:
        """Whether every signature of an approval is genuine and by a key that may answer for its role."""
        approval, allowed = signed.document, set(self.appointments)
        person = self.people.get(approval.person_id or "")
        if approval.role in OF_A_PERSON and approval.person_id is not None:
            allowed = {(one.role, one.key) for one in person.keys} if person else set()
        signatures = signed.all_valid(where=where)
        return all((one.role, one.key) in allowed and one.role is approval.role for one in signatures)

    def speaks(self, signature: Signature, person_id: str | None) -> str | None:
        """Whose key it is: somebody appointed for the role, or somebody who signs for this person; None if nobody's."""
        person = self.people.get(person_id or "")
        for holder in person.keys if person else ():
            if (holder.key, holder.role) == (signature.key, signature.role):
                return holder.name
        return self.appointments.get((signature.role, signature.key))

    def newest(self, consent_id: str) -> HeldConsent | None:
        """The last granted revision of a consent, whatever became of it."""
        return next((one for one in reversed(self.consents) if one.consent.consent_id == consent_id), None)

    def _grant(self, signed: Signed[Consent], row: Row, where: str) -> None:
        signers = self.signers(signed, where=where)
        self._end(signed.document.consent_id, ConsentStatus.SUPERSEDED)
        self.consents.append(HeldConsent(signed.document, signers, row.at, row.seq))

    def _end(self, consent_id: str, how: ConsentStatus) -> None:
        self.consents = [
            replace(one, ended=how) if one.consent.consent_id == consent_id and one.ended is None else one
            for one in self.consents
        ]


def book_of(rows: Iterable[Row]) -> Book:
    """What the rows mean.

    Raises:
        BrokenStore: one cannot be understood.
    """
    book = Book()
    for row in rows:
        book.read(row)
    return book


def standing_from(production: Production, rows: tuple[Row, ...], *, now: str | None = None) -> Standing:
    """What holds after these rows, at ``now`` (this machine's clock if not given)."""
    book = book_of(rows)
    return Standing(
        production_id=production.id,
        now=now or utc_text(datetime.now(UTC)),
        ledger_head=rows[-1].hash if rows else "",
        people=book.people,
        consents=tuple(book.consents),
        approvals=book.approvals,
        strike_locks=tuple(book.locks.values()),
    )


def standing_of(production: Production) -> Standing:
    """What holds in a production now.

    Raises:
        BrokenStore: its ledger is not whole.
    """
    return standing_from(production, Ledger(production).rows())
