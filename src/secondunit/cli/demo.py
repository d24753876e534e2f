"""``secondunit demo``: the whole line on the plate that comes with the project."""

from __future__ import annotations

from pathlib import Path

import click

from secondunit.cli.progress import watching
from secondunit.cli.shoot import describe, take_json
from secondunit.cli.verb import Answer, Verb
from secondunit.cli.verify import exit_code, report_json, report_lines

SHOT = "EP101_012_0010"


@click.command("demo", cls=Verb)
@click.argument("show", type=click.Path(path_type=Path))
@click.option("--threads", type=click.IntRange(1, 1024), help="Threads to use; all cores if not given.")
@click.pass_context
def command(ctx: click.Context, show: Path, threads: int | None) -> Answer:
    """Make the demo production in the folder SHOW, or go on with it, shoot its brief and verify the take."""
    from secondunit.plate.ingest import ingest
    from secondunit.production import DOCUMENT, Production
    from secondunit.records import whole_file
    from secondunit.shoot import shoot
    from secondunit.take.verify import examine
    from secondunit.testing.street import load

    street = load()
    here = (show / DOCUMENT).exists()
    production = Production.open(show) if here else Production.new(show, title="The Corner House")
    ingest(street.plate, production.folder, SHOT)
    brief = production.folder / "briefs" / "collapse.toml"
    given = {
        brief: street.plate.with_name("collapse.toml"),
        production.folder / "pictures" / "clean.jpg": street.clean,
        production.folder / "pictures" / "holdout.png": street.holdout,
    }
    for path, source in given.items():
        if not path.exists():  # what an artist changed stays
            with whole_file(path) as temporary:
                temporary.write_bytes(source.read_bytes())
    with watching(ctx) as (watch, stop):
        take = shoot(production, brief, threads=threads, progress=watch, stop=stop)
        proof = examine(take, production=production, progress=lambda done, total: watch("verify", done, total))
    overlay = next(production.work_folder(SHOT).glob("survey-*/overlay.png"), None)
    lines = [describe(take), f"  survey    {overlay}", f"Change {brief} and run 'secondunit shoot {show} {brief}'."]
    lines += ["", *report_lines(proof)]
    answer = {"take": take_json(take), "brief": str(brief), "verified": report_json(proof)}
    return Answer(answer, "\n".join(lines), exit_code([proof], require_trust=False))
