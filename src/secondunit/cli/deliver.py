"""``secondunit deliver``: the door through which a take leaves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from secondunit.cli.progress import watching
from secondunit.cli.verb import Answer, Verb

if TYPE_CHECKING:
    from secondunit.delivery.checks import Leaving
    from secondunit.delivery.deliver import Delivered


@click.command("deliver", cls=Verb)
@click.argument("show", type=click.Path(path_type=Path))
@click.argument("take")
@click.option("--to", required=True, type=click.Path(path_type=Path), help="A new or empty folder; of a take that is "
              "not final its name says TEMP.")  # fmt: skip
@click.option("--as", "step", type=click.Choice(["export", "transfer", "release"]), default="export", show_default=True,
              help="To a house that works for this production, to somebody who works for themselves, or to the public: "
              "rules may ask more of these.")  # fmt: skip
@click.option("--by", default="", help="Who delivers. Default: the user of this machine.")
@click.pass_context
def command(ctx: click.Context, show: Path, take: str, to: Path, step: Leaving, by: str) -> Answer:
    """Deliver TAKE (t003 or SHOT/t003) of the production SHOW: frames, movie, contact sheet and papers, or nothing.

    Asked before anything is written: is the take as it was shot, may it leave by what stands now, is it like a work
    that may not be copied. Everything that is wrong is said at once.
    """
    from secondunit.delivery.deliver import deliver
    from secondunit.production import Production

    production = Production.open(show)
    with watching(ctx) as (watch, stop):
        done = deliver(production, take, to, step=step, by=by, progress=watch, stop=stop)
    look = [one.to_json() for one in done.passed.look]
    answer = {"folder": str(done.folder), "delivery": done.record.to_json(), "look": look}
    return Answer(answer | {"picture": str(done.passed.picture) if look else None}, _said(done))


def _said(done: Delivered) -> str:
    record = done.record
    kind = (" as TEMP" if record.temp else "") + ("" if record.step == "export" else f" for {record.step}")
    frames = record.frames[1] - record.frames[0]
    lines = [f"{done.folder}: {record.take}{kind}, {frames} frames, delivered by {record.by}"]
    lines += [f"  look      {one.where} {one.sentence()}: see {done.passed.picture}" for one in done.passed.look]
    for one in done.passed.decision.reasons:
        if one.outcome == "noted" and one.means != "goes on record":
            lines.append(f"  note      {one.means}: {one.clause} [{one.rule}]")
    lines += [f"  check it  secondunit verify {done.folder}", "  Read the rights report before you hand it out."]
    return "\n".join(lines)
