"""``secondunit demo``: the whole line on the plate that comes with the project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from secondunit.cli.progress import watching
from secondunit.cli.shoot import describe, take_json
from secondunit.cli.verb import Answer, Verb
from secondunit.cli.verify import exit_code, report_json, report_lines

if TYPE_CHECKING:
    from secondunit.production import Production

SHOT = "EP101_012_0010"
# The same shot, but a passer-by is to look twenty years younger, and nobody has asked her.
WITHOUT_CONSENT = """
[[use.people]]
person = "p-passer-by"
change = "age"
years = -20
"""


@click.command("demo", cls=Verb)
@click.argument("show", type=click.Path(path_type=Path))
@click.option("--threads", type=click.IntRange(1, 1024), help="Threads to use; all cores if not given.")
@click.pass_context
def command(ctx: click.Context, show: Path, threads: int | None) -> Answer:
    """Make the demo production in the folder SHOW, or go on with it, shoot its brief and verify the take.

    Says of a second brief, which changes a person without consent, why it may not be shot.
    """
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
    brief, refused = (production.folder / "briefs" / name for name in ("collapse.toml", "without_consent.toml"))
    collapse = street.plate.with_name("collapse.toml").read_bytes()
    given = {
        brief: collapse,
        refused: collapse + WITHOUT_CONSENT.encode(),
        production.folder / "pictures" / "clean.jpg": street.clean.read_bytes(),
        production.folder / "pictures" / "holdout.png": street.holdout.read_bytes(),
    }
    for path, content in given.items():
        if not path.exists():  # what an artist changed stays
            with whole_file(path) as temporary:
                temporary.write_bytes(content)
    with watching(ctx) as (watch, stop):
        take = shoot(production, brief, threads=threads, progress=watch, stop=stop)
        proof = examine(take, production=production, progress=lambda done, total: watch("verify", done, total))
    overlay = next(production.work_folder(SHOT).glob("survey-*/overlay.png"), None)
    lines = [describe(take), f"  survey    {overlay}", f"Change {brief} and run 'secondunit shoot {show} {brief}'."]
    decisions = {path.name: _may_we(production, path) for path in (brief, refused)}
    lines += ["", *report_lines(proof)]
    for name, (verdict, reasons) in decisions.items():
        lines += ["", f"May we? {name}: {verdict}", *(f"  {reason}" for reason in reasons)]
    answer = {
        "take": take_json(take),
        "brief": str(brief),
        "verified": report_json(proof),
        "decisions": {name: {"verdict": verdict, "reasons": reasons} for name, (verdict, reasons) in decisions.items()},
    }
    return Answer(answer, "\n".join(lines), exit_code([proof], require_trust=False))


def _may_we(production: Production, path: Path) -> tuple[str, list[str]]:
    """The verdict on a brief, and the rules it comes from."""
    from secondunit.brief.document import load_brief
    from secondunit.effects.registry import find_effect
    from secondunit.policy.clearance import ask
    from secondunit.shoot import open_plate, request_for

    brief = load_brief(path, find_effect)
    plate = open_plate(production, brief, preview=False)
    decision = ask(production, request_for(production, brief, plate.digest(), preview=False))
    weightiest = decision.reasons[0].outcome
    return decision.verdict.value, [str(one) for one in decision.reasons if one.outcome is weightiest]
