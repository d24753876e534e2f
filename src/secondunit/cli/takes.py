"""``secondunit takes``: what was shot."""

from __future__ import annotations

from pathlib import Path

import click

from secondunit.cli.verb import Answer, Verb


@click.command("takes", cls=Verb)
@click.argument("show", type=click.Path(path_type=Path))
@click.option("--shot", help="Only of this shot.")
def command(show: Path, shot: str | None) -> Answer:
    """List the takes of the production SHOW."""
    from secondunit.cli.shoot import take_json
    from secondunit.production import Production
    from secondunit.take.store import list_takes

    takes = list_takes(Production.open(show), shot)
    lines = []
    for take in takes:
        width, height = take.document["size_px"]
        kind = "preview" if take.preview else str(take.document["clearance"]["request"]["use"])
        lines.append(
            f"{take.id}  {kind:<8} {width}x{height}  {len(take.frames):>4} frames  {take.document['at']}  "
            f"{take.document['label']}".rstrip()
        )
    return Answer({"takes": [take_json(take) for take in takes]}, "\n".join(lines) or "No takes yet.")
