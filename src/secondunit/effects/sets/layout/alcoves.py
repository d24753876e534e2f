"""Alcoves: niches for which the outline of a room goes back; made, and found again in an outline."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from secondunit.effects.sets.layout.outline import Outline, base_along, same_wall, side_wall, wall_with
from secondunit.effects.sets.layout.shapes import Array, walls_of
from secondunit.effects.sets.settings import Alcove
from secondunit.errors import BadBrief


def with_alcoves(base: Outline, asked: Sequence[Alcove], kept: Sequence[Outline]) -> Outline:
    """The outline with what is kept of its alcoves and with those asked that are not where one is kept."""
    outline = base
    whole = shapely.Polygon(base).buffer(1e-6)
    for alcove in kept:
        if whole.covers(shapely.Polygon(alcove)):
            continue  # a niche of an outline that was given
        outline = _cut(outline, [np.asarray(corner) for corner in alcove], "lock.keep")
    there = [shapely.Polygon(alcove).buffer(1e-6) for alcove in kept]
    for number, one in enumerate(asked):
        where = f"shell.alcoves[{number}]"
        points = _recess(base, outline, one, where, bool(kept))
        if points is not None and not any(each.intersects(shapely.Polygon(points)) for each in there):
            outline = _cut(outline, points, where)
    return outline


def _recess(base: Outline, outline: Outline, alcove: Alcove, where: str, some_kept: bool) -> list[Array] | None:
    """Four corners of an alcove that was asked for; None if its place is taken by one that is kept."""
    long = walls_of(base)[side_wall(base, alcove.wall, f"{where}.wall")].length_m
    if alcove.at_m + alcove.width_m > long + 1e-9:
        raise BadBrief(
            f"{where}.at_m",
            f"the alcove ends {alcove.at_m + alcove.width_m:.2f} m along a wall of {long:.2f} m",
            "an alcove within its wall",
        )
    try:
        number = same_wall(base, outline, alcove.wall, alcove.at_m, alcove.width_m, where)
    except BadBrief:
        if some_kept:
            return None
        raise
    wall, at = walls_of(outline)[number], base_along(base, outline, alcove.wall, alcove.at_m, alcove.width_m, number)
    ends = (at, 0.0), (at, -alcove.depth_m), (at + alcove.width_m, -alcove.depth_m), (at + alcove.width_m, 0.0)
    return [wall.point(*end) for end in ends]


def _cut(outline: Outline, points: Sequence[Array], where: str) -> Outline:
    """The outline with an alcove of four corners."""
    wall = wall_with(outline, points[0], points[-1])
    if wall is None:
        raise BadBrief(where, "the alcove's wall is no longer there, or has another alcove", "a place with free wall")
    new = [(round(float(x), 9), round(float(z), 9)) for x, z in points]
    ring = [*outline[: wall.number + 1], *new, *outline[wall.number + 1 :]]
    tidy = [one for index, one in enumerate(ring) if np.hypot(*np.subtract(one, ring[index - 1])) > 1e-6]
    if not shapely.Polygon(tidy).is_valid:
        raise BadBrief(where, "the alcove runs into the room's other walls", "a place with nothing behind it")
    return tuple(tidy)


def alcoves_of(outline: Outline) -> tuple[tuple[Outline, ...], Outline]:
    """The alcoves of an outline, each by its four corners, in the order of the walls; and the outline without them."""
    found: list[Outline] = []
    ring = list(outline)
    at = 0
    while at < len(ring) and len(ring) > 4:
        corners = [np.asarray(ring[(at + step) % len(ring)], float) for step in range(-1, 5)]
        if _is_recess(*corners):
            four = tuple(ring[(at + step) % len(ring)] for step in range(4))
            found.append(four)
            ring = [corner for corner in ring if corner not in four]
            at = max(0, at - 2)
        else:
            at += 1
    order = {corner: number for number, corner in enumerate(outline)}
    return tuple(sorted(found, key=lambda four: order[four[0]])), tuple(ring)


def _is_recess(before: Array, a: Array, b: Array, c: Array, d: Array, after: Array) -> bool:
    """Whether the outline goes out of the room and back between two parts of one straight wall."""
    way = (d - a) / max(float(np.hypot(*(d - a))), 1e-9)
    outward = np.array([-way[1], way[0]])
    straight = all(abs(float((point - a) @ outward)) < 1e-6 for point in (before, after))
    square = abs(float((b - a) @ way)) < 1e-6 and abs(float((c - d) @ way)) < 1e-6
    onward = float((a - before) @ way) > 0 and float((after - d) @ way) > 0
    return straight and square and onward and float((b - a) @ outward) > 1e-6 and float((c - d) @ outward) > 1e-6
