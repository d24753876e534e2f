"""``secondunit ingest``: a photograph, a movie or a sequence becomes a shot's plate."""

from __future__ import annotations

from pathlib import Path

import click

from secondunit.cli.progress import watching
from secondunit.cli.verb import Answer, Verb
from secondunit.errors import Stopped


@click.command("ingest", cls=Verb)
@click.argument("show", type=click.Path(path_type=Path))
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--shot", required=True, help="Name of the shot, e.g. EP101_012_0010.")
@click.option("--space", help="Colour space of the source, if its file does not say so or is wrong.")
@click.pass_context
def command(ctx: click.Context, show: Path, source: Path, shot: str, space: str | None) -> Answer:
    """Bring SOURCE into the production SHOW. SOURCE itself is never changed."""
    from secondunit.plate.ingest import ingest
    from secondunit.production import Production

    production = Production.open(show)
    with watching(ctx) as (watch, stop):

        def progress(done: int, total: int, what: str = "") -> None:
            if stop:
                raise Stopped(shot, "stopped by the user", advice="Run the same command again.")
            watch("ingest", done, total, what)

        record = ingest(source, production.folder, shot, rate=production.rate, space=space, progress=progress)
    lines = [f"{shot}: {record.kind}, {record.width_px}x{record.height_px}, {record.space}, {record.bits} bits"]
    if record.kind != "photo":
        lines[0] += f", {record.frame_count} frames at {record.rate}"
    lines += [f"  {warning}" for warning in record.warnings]
    lines.append(
        f"Next: name the shot in a brief and shoot it; a collapse is surveyed first: secondunit survey {show} {shot}"
    )
    data = {"shot": shot, "size_px": [record.width_px, record.height_px], "plate_digest": record.digest()}
    return Answer({**data, **record.to_json()}, "\n".join(lines))
