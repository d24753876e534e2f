"""``secondunit people``: who is who in a production, whose keys may sign for them, and who answers for which role."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from secondunit.cli.verb import EXIT_CODES, Answer, Verb

if TYPE_CHECKING:
    from secondunit.policy.documents import Person


@click.group("people", epilog=EXIT_CODES)
def command() -> None:
    """Performers and the keys that sign for them; who answers for which role."""


@command.command("key", cls=Verb)
@click.option("--new", "path", type=click.Path(path_type=Path), help="Make a key in this file instead of your own.")
def key(path: Path | None) -> Answer:
    """Show the public half of your own signing key; it is made at first use. Needs no production.

    Give the line to the production and read the fingerprint to them over the telephone.
    """
    from secondunit.errors import BrokenStore
    from secondunit.home import made_once
    from secondunit.keys import fingerprint, fresh_pem, key_path, own_key, read_key

    if path is not None:
        if path.exists():
            raise BrokenStore(str(path), "is there already", "a new file", "Choose another name.")
        made_once(path.absolute(), fresh_pem)
    mine = read_key(path) if path else own_key()
    where = path or key_path("mine")
    lines = [mine.public, f"fingerprint  {fingerprint(mine.public)}", f"kept in      {where} (keep it; tell nobody)"]
    return Answer({"key": mine.public, "fingerprint": fingerprint(mine.public), "file": str(where)}, "\n".join(lines))


@command.command("add", cls=Verb)
@click.argument("show", type=click.Path(path_type=Path))
@click.argument("document", type=click.Path(path_type=Path), required=False)
@click.option("--name", help="Stage name; without a DOCUMENT.")
@click.option("--background", is_flag=True, help="A background actor; a principal if not given.")
@click.option("--birth-year", type=int, help="Year of birth, if it is known.")
@click.option("--minor/--adult", default=None, help="Must be said, without a DOCUMENT.")
@click.option("--guardian", default="", help="Of a minor: guardian and court reference.")
@click.option("--union", default="", help="Union, if any.")
@click.option("--key", "key", help="Public key of the performer or agent (64 hex digits).")
@click.option("--key-of", type=click.Choice(["talent", "guardian", "estate", "union"]), default="talent")
@click.option("--key-name", help="Whose key it is; the performer's if not given.")
def add(
    show: Path,
    document: Path | None,
    name: str | None,
    background: bool,
    birth_year: int | None,
    minor: bool | None,
    guardian: str,
    union: str,
    key: str | None,
    key_of: str,
    key_name: str | None,
) -> Answer:
    """Record a performer in SHOW: from a person DOCUMENT (JSON), or in a few options.

    Compare the key's fingerprint with its owner before: what that key signs counts as the performer's word.
    """
    if (document is None) == (name is None) or (document is None and minor is None):
        raise click.UsageError("Give a DOCUMENT, or --name and --minor or --adult.")
    from secondunit.keys import fingerprint
    from secondunit.policy.documents import Person
    from secondunit.policy.ledger import Ledger
    from secondunit.policy.people import new_person_id, record_person
    from secondunit.policy.signing import parse_document, read_document
    from secondunit.production import Production
    from secondunit.records import canonical_json

    if document is not None:
        person = read_document(document, Person)
    else:
        keys = [{"key": key, "role": key_of, "name": key_name or name}] if key else []
        said = {
            "person_id": new_person_id(),
            "stage_name": name,
            "billing": "background" if background else "principal",
            "is_minor": minor,
            "birth_year": birth_year,
            "guardian": guardian,
            "union": union,
            "keys": keys,
        }
        person = parse_document(canonical_json(said), Person, where="people add")
    record_person(Ledger(Production.open(show)), person)
    lines = [f"{person.person_id}  {person.stage_name}, revision {person.revision}"]
    lines += [f"  {one.role}: {one.name}, key {fingerprint(one.key)}" for one in person.keys]
    lines += _missing(person)
    return Answer({"person_id": person.person_id, "revision": person.revision}, "\n".join(lines))


def _missing(person: Person) -> list[str]:
    """What this person's record lacks, without which no consent can count."""
    signs = {one.role for one in person.keys}
    lines = [] if person.keys else ["  no key yet: nobody can sign for this person"]
    if person.is_minor and not person.guardian.strip():
        lines.append("  a minor without a guardian on record (--guardian): nothing may be changed")
    if person.is_minor and person.keys and "guardian" not in signs:
        lines.append("  for a minor only the guardian's key counts: --key-of guardian")
    if person.deceased and person.keys and not signs & {"estate", "union"}:
        lines.append("  for the dead only the estate's key counts, or the union's")
    return lines


@command.command("list", cls=Verb)
@click.argument("show", type=click.Path(path_type=Path))
def listing(show: Path) -> Answer:
    """List the people of SHOW, by id, with their keys, and who answers for which role."""
    from secondunit.keys import fingerprint
    from secondunit.policy.ledger import Ledger
    from secondunit.policy.standing import book_of
    from secondunit.production import Production

    book = book_of(Ledger(Production.open(show)).rows())
    lines = []
    for one in book.people.values():
        about = [one.billing, *(["minor"] if one.is_minor else []), *(["deceased"] if one.deceased else [])]
        lines.append(f"{one.person_id}  {one.stage_name} ({', '.join(about)})")
        lines += [f"    {holder.role}: {holder.name}, key {fingerprint(holder.key)}" for holder in one.keys]
    lines += [f"{role}: {name}, key {fingerprint(key)}" for (role, key), name in book.appointments.items()]
    data = {
        "people": [one.to_json() for one in book.people.values()],
        "roles": [{"role": role, "key": key, "name": name} for (role, key), name in book.appointments.items()],
    }
    return Answer(data, "\n".join(lines) or "Nobody yet.")


@command.command("appoint", cls=Verb)
@click.argument("show", type=click.Path(path_type=Path))
@click.option(
    "--role",
    required=True,
    type=click.Choice(["producer", "studio", "studio_legal", "production_legal", "union", "vendor", "release"]),
)
@click.option("--key", required=True, help="Public key that signs in this role (64 hex digits).")
@click.option("--name", required=True, help="Whose key it is.")
def appoint(show: Path, role: str, key: str, name: str) -> Answer:
    """Record whose key answers for a role in SHOW."""
    from secondunit.keys import fingerprint
    from secondunit.policy.documents import Appointment
    from secondunit.policy.ledger import Ledger
    from secondunit.policy.people import appoint as record
    from secondunit.policy.signing import parse_document
    from secondunit.production import Production
    from secondunit.records import canonical_json

    production = Production.open(show)
    said = {"production_id": production.id, "role": role, "name": name, "key": key, "at": _now()}
    made = parse_document(canonical_json(said), Appointment, where="people appoint")
    record(Ledger(production), made)
    return Answer({"role": role, "key": key, "name": name}, f"{role}: {name}, key {fingerprint(key)}")


def _now() -> str:
    from datetime import UTC, datetime

    from secondunit.policy.parts import utc_text

    return utc_text(datetime.now(UTC))
