"""``secondunit verify``: what a file or take is, who signed it, what is trusted, and what changed since."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from secondunit.cli.progress import watching
from secondunit.cli.verb import Answer, Verb, problems_json
from secondunit.errors import BrokenStore, NotCleared, Stopped

if TYPE_CHECKING:
    from secondunit.provenance.check import Report
    from secondunit.provenance.reading import Credentials

UNSIGNED = 2  # nothing to verify
DEVELOPMENT_NOTE = "with a development certificate: it shows that nothing changed, not who signed"


@click.command("verify", cls=Verb)
@click.argument("path", type=click.Path(path_type=Path))
@click.argument("take", required=False)
@click.option("--plate", type=click.Path(path_type=Path), help="Prove untouched pixels against this plate.")
@click.option("--quick", is_flag=True, help="Of a take: files and signatures, not every pixel.")
@click.option(
    "--trust", multiple=True, type=click.Path(path_type=Path), help="PEM file of a root to trust; repeatable."
)
@click.option("--require-trust", is_flag=True, help="Exit 4 if a signer is not trusted.")
@click.pass_context
def command(
    ctx: click.Context,
    path: Path,
    take: str | None,
    plate: Path | None,
    quick: bool,
    trust: tuple[Path, ...],
    require_trust: bool,
) -> Answer:
    """Check PATH: a file, folder or delivery of anybody's; or of the production PATH every take, or TAKE.

    A picture, movie, EXR frame, sequence or take; a consent, an approval or the receipt of a deletion:
    what it is, who signed it, whether that is trusted, what changed.
    Exits with 0 if all is as it was signed, 5 if something changed or is damaged, 2 if nothing is signed.
    """
    from secondunit.provenance.identity import trusted_roots
    from secondunit.provenance.settings import load_settings

    roots = trusted_roots(load_settings(), trust)
    with watching(ctx) as (watch, stop):

        def progress(done: int, total: int) -> None:
            if stop:
                raise Stopped(str(path), "stopped by the user")
            watch("verify", done, total)

        reports = _reports(path, take, plate, roots, progress, quick=quick)
    code = exit_code(reports, require_trust=require_trust)
    data = {"reports": [report_json(one) for one in reports], "whole": code == 0, "code": code}
    return Answer(data, "\n".join(line for one in reports for line in report_lines(one)), code)


def _reports(
    path: Path,
    take: str | None,
    plate: Path | None,
    roots: bytes,
    progress: Callable[[int, int], None],
    *,
    quick: bool,
) -> list[Report]:
    from secondunit.delivery.examine import examine_delivery
    from secondunit.delivery.papers import examine_paper
    from secondunit.delivery.record import NAME
    from secondunit.production import DOCUMENT, Production
    from secondunit.provenance.check import check_path
    from secondunit.take.store import find_take, list_takes, read_take
    from secondunit.take.verify import examine, plate_frames, width_of

    production = Production.open(path) if take is not None or (path / DOCUMENT).is_file() else None
    if production:
        takes = [find_take(production, take)] if take is not None else list(list_takes(production))
    elif (path / "take.json").is_file():
        takes = [read_take(path)]
    elif (path / NAME).is_file():
        against = plate_frames(plate, width_of(path)) if plate else None
        return [examine_delivery(path, roots, plate=against, progress=progress)]
    elif (paper := examine_paper(path)) is not None:
        return [paper]
    else:
        return check_path(path, roots, plate=plate_frames(plate, width_of(path)) if plate else None, progress=progress)
    reports = []
    for one in takes:
        frames = plate_frames(plate, int(one.document["size_px"][0])) if plate else None
        report = examine(one, roots, frames, production=production, pixels=not quick, progress=progress)
        reports.append(report)
    return reports


def exit_code(reports: Sequence[Report], *, require_trust: bool) -> int:
    """0 whole, 2 nothing signed, 4 not trusted though that was asked, 5 changed or damaged; the worst of all."""
    from secondunit.provenance.reading import State

    states = {one.state for one in reports} or {State.UNSIGNED}
    if states & {State.CHANGED, State.UNREADABLE}:
        return BrokenStore.exit_code
    if require_trust and not all(one.trusted for one in reports):
        return NotCleared.exit_code
    return UNSIGNED if State.UNSIGNED in states else 0


def report_json(report: Report) -> dict[str, Any]:
    """Plain values of a report."""
    return {
        "what": report.what,
        "path": str(report.path),
        "state": report.state.value,
        "trusted": report.trusted,
        "credentials": [one.to_json() for one in report.credentials],
        "problems": [entry for one in report.problems for entry in problems_json(one)],
        "proved": list(report.proved),
        "keys": list(report.keys),
    }


def report_lines(report: Report) -> list[str]:
    """A report for people: what it is, what is wrong, what is proved, what its files say of themselves."""
    words = {"intact": "as it was signed", "changed": "CHANGED", "unsigned": "not signed", "unreadable": "UNREADABLE"}
    lines = [f"{report.path}: {report.what}, {words[report.state.value]}"]
    lines += [f"  WRONG     {one}" for one in report.problems]
    lines += [f"  proved    {one}" for one in report.proved]
    lines += [f"  signed    by {one}; compare the fingerprint with its owner" for one in report.keys]
    said: set[str] = set()
    for one in report.credentials:
        if len(report.credentials) > 1:
            lines.append(f"  file      {one.path.name}: {words[one.state.value]}")
        lines += [line for line in _said(one) if line not in said]  # what all files of a take say is said once
        said.update(_said(one))
    return lines


def _said(one: Credentials) -> list[str]:
    lines = []
    if one.signer or one.issuer:
        lines.append(f"  signed    {_who(one)}; {one.signed_at or 'no time stamp'}")
    if one.generator:
        lines.append(f"  made by   {one.generator}")
    for action, what, source in one.actions:
        pixels = f" [{source}]" if source else ""
        lines.append(f"  done      {action.removeprefix('c2pa.')}{': ' if what else ''}{what}{pixels}")
    if one.ingredients:
        lines.append("  from      " + ", ".join(f"{title} ({relation})" for title, relation in one.ingredients))
    return lines


def _who(one: Credentials) -> str:
    from secondunit.provenance.identity import DEVELOPMENT

    if one.issuer.startswith(DEVELOPMENT):
        return f"{DEVELOPMENT_NOTE}{' (its root is trusted here)' if one.trusted else ''}"
    return f"by {one.signer or one.issuer} ({one.issuer}), {'trusted' if one.trusted else 'not trusted (see --trust)'}"
