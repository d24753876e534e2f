"""``secondunit ledger``: what happened, in order; and whether anybody touched it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from secondunit.cli.verb import EXIT_CODES, Answer, Verb

if TYPE_CHECKING:
    from secondunit.policy.heads import Head
    from secondunit.production import Production


@click.group("ledger", epilog=EXIT_CODES)
def command() -> None:
    """The production's ledger: every grant, revocation, lock, decision, approval, take and access."""


@command.command("show", cls=Verb)
@click.argument("show", type=click.Path(path_type=Path))
@click.option("--last", type=click.IntRange(1), default=50, show_default=True, help="So many rows from the end.")
def rows(show: Path, last: int) -> Answer:
    """List the last rows of SHOW's ledger; with --json whole."""
    from dataclasses import asdict

    from secondunit.policy.ledger import Ledger, text_of
    from secondunit.production import Production

    found = Ledger(Production.open(show)).rows()[-last:]
    data = {"rows": [{**asdict(row), "body": row.content()} for row in found]}
    return Answer(data, "\n".join(text_of(row) for row in found) or "Nothing has happened yet.")


@command.command("verify", cls=Verb)
@click.argument("show", type=click.Path(path_type=Path))
def verify(show: Path) -> Answer:
    """Check every row, every signature, the order and the end of SHOW's ledger, and that its takes are those it knows.

    Exit code 5: it was tampered with, cut short, or is an old copy; the rows are named.
    """
    from secondunit.errors import Problems, SecondUnitError
    from secondunit.policy.ledger import Ledger
    from secondunit.policy.takes import recorded
    from secondunit.production import Production
    from secondunit.take.store import list_takes

    production = Production.open(show)
    ledger = Ledger(production)
    seen = _heads_of_takes(production)
    problems: list[SecondUnitError] = [one.error(ledger.where) for one in ledger.problems(seen)]
    if problems:
        raise Problems(problems)
    rows, takes = ledger.rows(), list_takes(production)
    for take in takes:
        try:
            recorded(production, take.id, take.folder, frames=False)
        except SecondUnitError as error:
            problems.append(error)
    if problems:
        raise Problems(problems)
    head = rows[-1].hash if rows else ""
    text = f"{len(rows)} rows, every one as it was written; {len(takes)} takes agree. Head: {head[:16]}"
    return Answer({"whole": True, "rows": len(rows), "takes": len(takes), "head": head}, text)


def _heads_of_takes(production: Production) -> list[Head]:
    """What the takes on disk have seen of the ledger; a clearance that nobody signed has seen nothing."""
    from secondunit.policy.clearance import Clearance
    from secondunit.policy.signing import parse_document
    from secondunit.records import canonical_json
    from secondunit.take.store import list_takes

    seen = []
    for take in list_takes(production):
        where = f"take {take.id}"
        clearance = parse_document(canonical_json(take.document["clearance"]), Clearance, where=where)
        head = clearance.head(where)
        if head is not None and clearance.is_genuine(production):
            seen.append(head)
    return seen
