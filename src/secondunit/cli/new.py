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
    from secondunit.brief.describe import starter_brief
    from secondunit.effects.registry import survey_plugins
    from secondunit.keys import key_path
    from secondunit.production import Production, key_name
    from secondunit.records import whole_file

    production = Production.new(show, title=title or show.absolute().name, rate=rate, database=database)
    briefs = []
    for effect in survey_plugins()[0]:
        path = production.folder / "briefs" / f"{effect.name}.toml"
        with whole_file(path) as temporary:
            text = starter_brief(effect.name, effect.settings, shot="EP101_012_0010")
            temporary.write_text(text, encoding="utf-8")
        briefs.append(path)
    lines = [f"{production.title}, {production.rate} frames a second, in {show}"]
    lines += [f"  {show / 'briefs' / path.name}" for path in briefs]
    key = key_path(key_name(production.id))
    lines.append(f"Its signing key, made for you: {key}. Back it up; copy it only to machines that shoot.")
    lines.append(f"Next: secondunit ingest {show} PICTURE --shot EP101_012_0010")
    data = {"folder": str(production.folder), "title": production.title, "rate": str(production.rate)}
    data |= {"id": production.id, "key_file": str(key)}
    return Answer({**data, "briefs": [str(path) for path in briefs]}, "\n".join(lines))
