"""``secondunit demo``: the whole line on the two plates that come with the project, and a set that needs none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from secondunit.cli.progress import watching
from secondunit.cli.shoot import describe, take_json
from secondunit.cli.verb import Answer, Verb
from secondunit.cli.verify import exit_code, report_json, report_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from secondunit.production import Production
    from secondunit.provenance.check import Report
    from secondunit.take.store import Take

SHOT = "EP101_012_0010"
# The same shot, but a passer-by is to look twenty years younger, and nobody has asked her.
WITHOUT_CONSENT = """
[[use.people]]
person = "p-passer-by"
change = "age"
years = -20
"""
BEYOND = ("by = -20", "by = -35")  # more years than the performer agreed to


@click.command("demo", cls=Verb)
@click.argument("show", type=click.Path(path_type=Path))
@click.option("--threads", type=click.IntRange(1, 1024), help="Threads to use; all cores if not given.")
@click.pass_context
def command(ctx: click.Context, show: Path, threads: int | None) -> Answer:
    """Make the demo production in the folder SHOW, or go on with it: a building comes down, a performer is younger, a
    set that is not built yet is looked at.

    All takes are verified. Says of two more briefs, which change people who did not agree to that, why they may not
    be shot.
    """
    from secondunit.production import DOCUMENT, Production
    from secondunit.shoot import shoot
    from secondunit.take.verify import examine

    here = (show / DOCUMENT).exists()
    production = Production.open(show) if here else Production.new(show, title="The Corner House")
    collapse, passer_by = _street(production)
    younger, too_young, consent = _performer(production)
    lounge = _lounge(production)
    takes, proofs = [], []
    with watching(ctx) as (watch, stop):
        for brief in (collapse, younger, lounge):
            take = shoot(production, brief, threads=threads, progress=watch, stop=stop)
            takes.append(take)
            proofs.append(
                examine(take, production=production, progress=lambda done, total: watch("verify", done, total))
            )
    overlay = next(production.work_folder(SHOT).glob("survey-*/overlay.png"), None)
    decisions = {path.name: _may_we(production, path) for path in (collapse, passer_by, younger, too_young, lounge)}
    beside = {"consent": consent, **{name: takes[1].folder / name for name in sorted(takes[1].document["extras"])}}
    papers = {name: takes[2].folder / name for name in sorted(takes[2].document["extras"])}
    answer = {
        "take": take_json(takes[0]),
        "brief": str(collapse),
        "verified": report_json(proofs[0]),
        "deage": _take_json(takes[1], younger, proofs[1], beside),
        "sets": _take_json(takes[2], lounge, proofs[2], papers),
        "decisions": {name: {"verdict": verdict, "reasons": reasons} for name, (verdict, reasons) in decisions.items()},
    }
    lines = ["Collapse", describe(takes[0]), f"  survey    {overlay}", *report_lines(proofs[0])]
    lines += ["", "De-age", describe(takes[1]), *(f"  {name:<13} {path}" for name, path in beside.items())]
    lines += [*report_lines(proofs[1]), "", "Sets", describe(takes[2])]
    lines += [*(f"  {name:<13} {path}" for name, path in papers.items()), *report_lines(proofs[2]), ""]
    lines += [f"Change {brief} and run 'secondunit shoot {show} {brief}'." for brief in (collapse, younger, lounge)]
    for name, (verdict, reasons) in decisions.items():
        lines += ["", f"May we? {name}: {verdict}", *(f"  {reason}" for reason in reasons)]
    return Answer(answer, "\n".join(lines), exit_code(proofs, require_trust=False))


def _street(production: Production) -> tuple[Path, Path]:
    """The street's plate, its pictures and two briefs: one that may be shot, one that changes a passer-by."""
    from secondunit.plate.ingest import ingest
    from secondunit.testing.street import load

    street = load()
    ingest(street.plate, production.folder, SHOT)
    brief, refused = (production.folder / "briefs" / name for name in ("collapse.toml", "without_consent.toml"))
    collapse = street.plate.with_name("collapse.toml").read_bytes()
    _lay_out(
        {
            brief: collapse,
            refused: collapse + WITHOUT_CONSENT.encode(),
            production.folder / "pictures" / "clean.jpg": street.clean.read_bytes(),
            production.folder / "pictures" / "holdout.png": street.holdout.read_bytes(),
        }
    )
    return brief, refused


def _performer(production: Production) -> tuple[Path, Path, Path]:
    """The performer's plate and consent, and two briefs: one inside the consent's years, one beyond them."""
    from secondunit.plate.ingest import ingest
    from secondunit.testing.performer import engaged, load

    performer = load()
    ingest(performer.movie, production.folder, engaged.SHOT)
    consent = engaged.engage(production, performer)
    brief, refused = (production.folder / "briefs" / name for name in ("deage.toml", "too_young.toml"))
    younger = performer.movie.with_name("deage.toml").read_text(encoding="utf-8")
    _lay_out({brief: younger.encode(), refused: younger.replace(*BEYOND).encode()})
    return brief, refused, consent


def _lounge(production: Production) -> Path:
    """The brief of a set; it needs no plate."""
    from importlib import resources

    brief = production.folder / "briefs" / "lounge.toml"
    _lay_out({brief: resources.files("secondunit.testing").joinpath("lounge.toml").read_bytes()})
    return brief


def _lay_out(given: Mapping[Path, bytes]) -> None:
    """Files that are not there yet; what an artist changed stays."""
    from secondunit.records import whole_file

    for path, content in given.items():
        if not path.exists():
            with whole_file(path) as temporary:
                temporary.write_bytes(content)


def _take_json(take: Take, brief: Path, proof: Report, beside: Mapping[str, Path]) -> dict[str, Any]:
    paths = {name: str(path) for name, path in beside.items()}
    return {"take": take_json(take), "brief": str(brief), "verified": report_json(proof), "files": paths}


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
