"""Rows of dimensions around a plan: openings, setting-out, corners, overall; each stop is measured where it stands."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from secondunit.effects.sets.drawing.pen import TEXT_MM, length, text_width_mm
from secondunit.effects.sets.drawing.sheet import Dimension, Point

Edge = Literal["top", "bottom", "left", "right"]
FIRST_MM, ROW_MM = 11.0, 7.5  # from the walls to the first row of dimensions, and from row to row
_SAME_M = 0.0015
_RAISED_MM = 2.7
_TURN = {"top": 0.0, "bottom": 0.0, "left": 90.0, "right": 90.0}
AWAY = {"top": 1, "right": 1, "bottom": -1, "left": -1}


@dataclass(frozen=True)
class Stop:
    """Where a dimension ends: its place along the row, and across it, where it is seen."""

    along: float
    across: float


def merged(stops: Iterable[Stop], edge: Edge) -> list[Stop]:
    """Stops in order, one for each place: the one that stands farthest out."""
    away = AWAY[edge]
    out: list[Stop] = []
    for stop in sorted(stops, key=lambda one: one.along):
        if out and stop.along - out[-1].along < _SAME_M:
            if away * stop.across > away * out[-1].across:
                out[-1] = Stop(out[-1].along, stop.across)
        else:
            out.append(stop)
    return out


def row(stops: Iterable[Stop], edge: Edge, line: float, scale: int, units: str) -> list[Dimension]:
    """Dimensions from stop to stop; a number that has no room stands higher or outside."""
    places = merged(stops, edge)
    k = scale / 1000
    turn = _TURN[edge]
    upright = turn == 90.0
    out = []
    above = False
    for number, (a, b) in enumerate(itertools.pairwise(places)):
        gap = b.along - a.along
        wide = (text_width_mm(length(gap, units), TEXT_MM) + 1.4) * k
        text_at = None
        if wide > gap:
            first, last = number == 0, number == len(places) - 2
            middle = a.along - wide / 2 if first else b.along + wide / 2 if last else (a.along + b.along) / 2
            above = not above
            rise = TEXT_MM / 2 + 0.8 + (0.0 if first or last else _RAISED_MM)
            up = rise * k if first or last or above else -(TEXT_MM / 2 + 0.8) * k
            # letters of an upright row stand to its left
            text_at = (line - up, middle) if upright else (middle, line + up)
        else:
            above = False
        out.append(Dimension(_at(a, upright), _at(b, upright), (line, 0) if upright else (0, line), turn, text_at))
    return out


def _at(stop: Stop, upright: bool) -> Point:
    return (stop.across, stop.along) if upright else (stop.along, stop.across)


def rows(groups: list[list[Stop]], edge: Edge, start: float, scale: int, units: str) -> list[Dimension]:
    """Rows outward from ``start``, the farthest first so that nearer numbers lie over its lines.

    A row that says what a farther one says is left out.
    """
    kept: list[list[Stop]] = []
    for group in reversed(groups):
        places = [stop.along for stop in merged(group, edge)]
        if len(places) < 2 or any(_same(places, [s.along for s in merged(other, edge)]) for other in kept):
            continue
        kept.insert(0, group)
    out: list[Dimension] = []
    for number, group in reversed(list(enumerate(kept))):
        line = start + AWAY[edge] * (FIRST_MM + ROW_MM * number) * scale / 1000
        out += row(group, edge, line, scale, units)
    return out


def _same(a: list[float], b: list[float]) -> bool:
    return len(a) == len(b) and all(abs(x - y) < _SAME_M for x, y in zip(a, b, strict=True))
