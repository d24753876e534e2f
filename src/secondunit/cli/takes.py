"""``secondunit takes``: what was shot."""

from __future__ import annotations

from pathlib import Path

import click

from secondunit.cli.verb import Answer, Verb, problems_json
from secondunit.errors import BrokenStore


@click.command("takes", cls=Verb)
@click.argument("show", type=click.Path(path_type=Path))
@click.option("--shot", help="Only of this shot.")
def command(show: Path, shot: str | None) -> Answer:
    """List the takes of the production SHOW."""
    from secondunit.cli.shoot import take_json
    from secondunit.production import Production
    from secondunit.take.store import takes_and_damage

    takes, damage = takes_and_damage(Production.open(show), shot)
    lines = []
    for take in takes:
        width, height = take.document["size_px"]
        kind = "preview" if take.preview else str(take.document["clearance"]["request"]["use"])
        lines.append(
            f"{take.id}  {kind:<8} {width}x{height}  {len(take.frames):>4} frames  {take.document['at']}  "
            f"{take.document['label']}".rstrip()
        )
    lines += [f"DAMAGED  {one}" for one in damage]
    data = {
        "takes": [take_json(take) for take in takes],
        "damaged": [one for bad in damage for one in problems_json(bad)],
    }
    return Answer(data, "\n".join(lines) or "No takes yet.", BrokenStore.exit_code if damage else 0)
