"""``secondunit ledger``: what happened, in order; and whether anybody touched it."""

from __future__ import annotations

from pathlib import Path

import click

from secondunit.cli.verb import EXIT_CODES, Answer, Verb


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
    from secondunit.take.witness import heads_of

    production = Production.open(show)
    ledger, takes = Ledger(production), list_takes(production)
    seen = heads_of(production, takes)
    problems: list[SecondUnitError] = [one.error(ledger.where) for one in ledger.problems(seen)]
    if problems:
        raise Problems(problems)
    rows = ledger.rows()
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
