"""Bars on a terminal, one line a stage elsewhere, silence for scripts; and a Ctrl-C that leaves a resumable state."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from types import FrameType
from typing import TYPE_CHECKING

import click

from secondunit.cli.verb import is_terminal

MOST_BARS = 14  # more stages than this scroll away, so that the bars fit on a terminal

if TYPE_CHECKING:
    from secondunit.effects.base import StopFlag
    from secondunit.effects.running import Watch


@contextlib.contextmanager
def watching(ctx: click.Context) -> Iterator[tuple[Watch, StopFlag]]:
    """Progress and a stop flag for long work: the first Ctrl-C or SIGTERM stops at a safe point, the second at once."""
    from secondunit.effects.base import StopFlag
    from secondunit.effects.running import unwatched

    stop = StopFlag()

    def on_signal(number: int, frame: FrameType | None) -> None:
        if stop:
            os._exit(130)  # every file is whole or absent at any instant, so this is safe
        stop.set()
        click.echo("\nStopping at the next safe point; once more stops at once.", err=True)

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        if ctx.obj["json"]:
            yield unwatched, stop
        elif is_terminal():
            with _bars() as watch:
                yield watch, stop
        else:
            yield _Lines(), stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Lines:
    """A line when a stage begins to be reported and one when it is done."""

    def __init__(self) -> None:
        self._began: dict[str, float] = {}
        self._ended: set[str] = set()

    def __call__(self, stage: str, done: int, total: int, what: str = "") -> None:
        began = self._began.setdefault(stage, time.monotonic())
        if total and done >= total and stage not in self._ended:
            self._ended.add(stage)
            click.echo(f"{stage}: done in {time.monotonic() - began:.1f} s", err=True)


@contextlib.contextmanager
def _bars() -> Iterator[Watch]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:>14}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, TextColumn("{task.fields[what]}"), console=Console(stderr=True)) as progress:
        tasks: dict[str, TaskID] = {}

        def watch(stage: str, done: int, total: int, what: str = "") -> None:
            if stage not in tasks:
                tasks[stage] = progress.add_task(stage, total=None, what="")
                for old in list(tasks.values())[:-MOST_BARS]:
                    progress.update(old, visible=False)
            progress.update(tasks[stage], completed=done, total=total or None, what=what)

        yield watch
