"""``secondunit verify``: is a take as it was shot, and are its untouched pixels the plate's."""

from __future__ import annotations

from pathlib import Path

import click

from secondunit.cli.progress import watching
from secondunit.cli.verb import Answer, Verb
from secondunit.errors import Problems, Stopped


@click.command("verify", cls=Verb)
@click.argument("show", type=click.Path(path_type=Path))
@click.argument("take")
@click.pass_context
def command(ctx: click.Context, show: Path, take: str) -> Answer:
    """Check TAKE: every file by its digest, every pixel outside the matte against the plate, bit for bit."""
    from secondunit.production import Production
    from secondunit.take.store import find_take
    from secondunit.take.verify import verify

    found = find_take(Production.open(show), take)
    with watching(ctx) as (watch, stop):

        def progress(done: int, total: int) -> None:
            if stop:
                raise Stopped(found.id, "stopped by the user")
            watch("verify", done, total)

        problems = verify(found, progress=progress)
    if problems:
        raise Problems(problems)
    count = len(found.document["files"])
    text = f"{found.id} is whole: {count} files as they were shot, untouched pixels are the plate's in every frame."
    return Answer({"take": found.id, "files": count, "frames": len(found.frames), "whole": True}, text)
