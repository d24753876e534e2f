"""``secondunit new``: a production with a starter brief for every effect."""

from __future__ import annotations

from pathlib import Path

import click

from secondunit.cli.verb import Answer, Verb


@click.command("new", cls=Verb)
@click.argument("show", type=click.Path(path_type=Path))
@click.option("--title", help="Title of the production; the folder's name if not given.")
@click.option("--database", default="", help="Address of a PostgreSQL server for the ledger; a file if not given.")
@click.option("--rate", default="24", show_default=True, help="Frames a second: 24, 23.976, 24000/1001.")
def command(show: Path, title: str | None, database: str, rate: str) -> Answer:
    """Make a production in the folder SHOW."""
    from secondunit.keys import key_path
    from secondunit.production import key_name
    from secondunit.starting import FIRST_SHOT, new

    production = new(show, title=title or show.absolute().name, rate=rate, database=database)
    briefs = sorted((production.folder / "briefs").glob("*.toml"))
    lines = [f"{production.title}, {production.rate} frames a second, in {show}"]
    lines += [f"  {show / 'briefs' / path.name}" for path in briefs]
    key = key_path(key_name(production.id))
    lines.append(f"Its signing key, made for you: {key}. Back it up; copy it only to machines that shoot.")
    lines.append(f"Next: secondunit ingest {show} PICTURE --shot {FIRST_SHOT}")
    data = {"folder": str(production.folder), "title": production.title, "rate": str(production.rate)}
    data |= {"id": production.id, "key_file": str(key)}
    return Answer({**data, "briefs": [str(path) for path in briefs]}, "\n".join(lines))
