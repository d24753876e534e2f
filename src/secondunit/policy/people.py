"""People of a production: who they are, whose keys may sign for them, and who answers for which role."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from secondunit.errors import BrokenStore
from secondunit.policy.documents import Appointment, Person
from secondunit.policy.ledger import Event, Ledger
from secondunit.policy.parts import Role
from secondunit.policy.rows import Row
from secondunit.policy.standing import OF_A_PERSON, book_of


def new_person_id() -> str:
    """An id that says nothing about the person."""
    return f"p-{secrets.token_hex(4)}"


def record_person(ledger: Ledger, person: Person, *, actor: str = "") -> Row:
    """Put a person, or a newer revision, into the ledger.

    Raises:
        BrokenStore: the revision does not follow the one that is there.
    """

    def follows(rows: Sequence[Row]) -> None:
        known = book_of(rows).people.get(person.person_id)
        expected = known.revision + 1 if known else 1
        if person.revision != expected:
            raise BrokenStore(f"{person.person_id}: revision", str(person.revision), str(expected))

    return ledger.append(Event.PERSON, person.to_json(), actor=actor, check=follows)


def appoint(ledger: Ledger, appointment: Appointment, *, actor: str = "") -> Row:
    """Record whose key answers for a role that is not a person's.

    Raises:
        BrokenStore: the role belongs to a person, or the document is of another production.
    """
    if appointment.role in OF_A_PERSON - {Role.UNION}:
        advice = "Record the key with the person: secondunit people add SHOW FILE."
        raise BrokenStore("role", f"{appointment.role} answers for one person", "a role of the production", advice)
    if appointment.production_id != ledger.production.id:
        raise BrokenStore("production_id", appointment.production_id, ledger.production.id)
    return ledger.append(Event.APPOINTMENT, appointment.to_json(), actor=actor)
