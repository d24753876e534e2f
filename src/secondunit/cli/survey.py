"""``secondunit survey``: where the camera stood, what the building is in metres, where the sun is."""

from __future__ import annotations

from pathlib import Path

import click

from secondunit.cli.verb import Answer, Verb


@click.command("survey", cls=Verb)
@click.argument("show", type=click.Path(path_type=Path))
@click.argument("shot")
def command(show: Path, shot: str) -> Answer:
    """Survey the plate of SHOT."""
    return Answer()
