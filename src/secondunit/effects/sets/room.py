"""The shell of a set: walls with their openings, floor with levels and steps, columns, skirting and cornice.

A wall's own axes are those of a piece: x to the right seen from the room, y up, z into the room; x = 0 is the wall's
second corner, so that an opening ``at_m`` from the first lies at ``length - at_m - width``.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import shapely

from secondunit.effects.sets.kit import forms
from secondunit.effects.sets.kit.shape import Array, Range, Shape
from secondunit.effects.sets.plan import Level, Opening, Room

RISER_M, TREAD_M = 0.18, 0.28  # comfortable: twice the riser and one tread make 0.64 m (Blondel 1675)
SKIRTING_M = {
    "modern": 0.08, "brutalist": 0.0, "art_deco": 0.18, "colonial": 0.2, "rustic": 0.12, "industrial": 0.0,
    "institutional": 0.12,
}  # fmt: skip


@dataclass(frozen=True)
class WallLine:
    """One wall: its corners in x and z, its length, the turn of its room side, what is in it."""

    number: int
    first: tuple[float, float]
    second: tuple[float, float]
    length_m: float
    turn_deg: float
    openings: tuple[Opening, ...]

    def span(self, opening: Opening) -> Range:
        """From, to along the wall's own x."""
        left = self.length_m - opening.at_m - opening.width_m
        return left, left + opening.width_m


def walls(room: Room) -> list[WallLine]:
    """All walls in order."""
    out = []
    for number, first in enumerate(room.outline):
        second = room.outline[(number + 1) % len(room.outline)]
        dx, dz = second[0] - first[0], second[1] - first[1]
        length = float(np.hypot(dx, dz))
        turn = float(np.degrees(np.arctan2(dz, -dx)))  # the normal into the room is (dz, -dx): the room is to the left
        inside = tuple(opening for opening in room.openings if opening.wall == number)
        out.append(WallLine(number, first, second, length, turn, inside))
    return out


@contextmanager
def facing(shape: Shape, wall: WallLine) -> Iterator[None]:
    """What is added within is in the wall's own axes."""
    with shape.moved(wall.second[0], 0.0, wall.second[1], turn=wall.turn_deg):
        yield


def lowest(room: Room) -> float:
    """The lowest floor's height."""
    return min([0.0, *(level.height_m for level in room.levels)])


def build_walls(shape: Shape, room: Room) -> None:
    """The walls' faces and the reveals of what is in them."""
    foot, head = lowest(room), room.height_m
    for wall in walls(room):
        slot = f"wall:{wall.number}"
        holes = [(*wall.span(o), o.sill_m, o.sill_m + o.height_m) for o in wall.openings]
        with facing(shape, wall):
            for x, y in _around(wall.length_m, foot, head, holes):
                wall_sheet(shape, slot, x, y)
            for x0, x1, y0, y1 in holes:
                _reveal(shape, slot, (x0, x1), (y0, y1), room.wall_m)


def wall_sheet(shape: Shape, slot: str, x: Range, y: Range) -> None:
    """A piece of a wall's face; its texture runs on from its neighbours'."""
    corners = [[x[0], y[0], 0], [x[1], y[0], 0], [x[1], y[1], 0], [x[0], y[1], 0]]
    shape.quad(slot, corners, uv=[[x[0], y[0]], [x[1], y[0]], [x[1], y[1]], [x[0], y[1]]])


def _around(
    length: float, foot: float, head: float, holes: list[tuple[float, float, float, float]]
) -> list[tuple[Range, Range]]:
    """Rectangles (x, y) of a wall that are not holes."""
    xs = sorted({0.0, length, *(x for hole in holes for x in hole[:2])})
    out = []
    for left, right in itertools.pairwise(xs):
        middle, low = (left + right) / 2, foot
        for hole in sorted((hole for hole in holes if hole[0] < middle < hole[1]), key=lambda hole: hole[2]):
            if hole[2] > low:
                out.append(((left, right), (low, hole[2])))
            low = max(low, hole[3])
        if head > low:
            out.append(((left, right), (low, head)))
    return out


def _reveal(shape: Shape, slot: str, x: Range, y: Range, depth: float) -> None:
    """The four sides of a hole in a wall."""
    (x0, x1), (y0, y1) = x, y
    sides = (
        [[x0, y0, -depth], [x0, y0, 0], [x0, y1, 0], [x0, y1, -depth]],
        [[x1, y0, 0], [x1, y0, -depth], [x1, y1, -depth], [x1, y1, 0]],
        [[x0, y1, 0], [x1, y1, 0], [x1, y1, -depth], [x0, y1, -depth]],
        [[x0, y0, -depth], [x1, y0, -depth], [x1, y0, 0], [x0, y0, 0]],
    )
    for corners in sides:
        shape.quad(slot, corners)


def build_floor(shape: Shape, room: Room) -> None:
    """The floor, the floors of levels, their sides and steps."""
    main = shapely.Polygon(room.outline)
    for level in room.levels:
        main = main.difference(shapely.Polygon(level.outline))
    forms.flat(shape, "floor", main, 0.0)
    for level in room.levels:
        _build_level(shape, level)


def _build_level(shape: Shape, level: Level) -> None:
    """One level: its floor, its sides, steps within its outline."""
    slot, height = f"level:{level.id}", level.height_m
    area = shapely.orient_polygons(shapely.Polygon(level.outline), exterior_cw=False)
    risers = max(1, round(abs(height) / RISER_M))
    floor = area
    line = np.asarray(level.outline, float)
    for edge in level.steps if risers > 1 else ():
        first, second = line[edge], line[(edge + 1) % len(line)]
        strips = _treads(area, first, second, risers - 1)
        for number, strip in enumerate(strips):
            rise = abs(height) / risers * (number + 1)
            top, foot = (height + abs(height) - rise, height) if height < 0 else (rise, 0.0)
            for part in shapely.get_parts(strip):
                forms.slab(shape, slot, np.asarray(part.exterior.coords)[:-1], (foot, top), bevel=0.006)
            if height > 0:
                floor = floor.difference(strip)
    forms.flat(shape, slot, floor, height)
    sides = area if height < 0 else floor
    for part in shapely.get_parts(sides):
        ring = np.asarray(shapely.orient_polygons(part).exterior.coords)
        for start, end in itertools.pairwise(ring):
            _side(shape, slot, start, end, (min(height, 0.0), max(height, 0.0)))


def _treads(area: shapely.Polygon, first: Array, second: Array, count: int) -> list[shapely.Geometry]:
    """Strips within ``area`` along an edge, the nearest to it first."""
    heading = (second - first) / np.linalg.norm(second - first)
    inward = np.array([-heading[1], heading[0]])
    middle = (first + second) / 2
    if not area.covers(shapely.Point(middle + 0.01 * inward)):
        inward = -inward
    out = []
    for number in range(count):
        near, far = inward * TREAD_M * number, inward * TREAD_M * (number + 1)
        strip = shapely.Polygon([first + near, second + near, second + far, first + far])
        out.append(strip.intersection(area))
    return out


def _side(shape: Shape, slot: str, start: Array, end: Array, y: Range) -> None:
    """An upright face along an edge."""
    length = float(np.linalg.norm(end - start))
    corners = [[start[0], y[0], start[1]], [end[0], y[0], end[1]], [end[0], y[1], end[1]], [start[0], y[1], start[1]]]
    shape.quad(slot, corners, uv=[[0, y[0]], [length, y[0]], [length, y[1]], [0, y[1]]])


def build_columns(shape: Shape, room: Room) -> None:
    """Columns from floor to ceiling."""
    foot = lowest(room)
    for column in room.columns:
        x, z = column.at_m
        if column.round:
            with shape.moved(x, 0, z):
                r = column.width_m / 2
                forms.lathe(
                    shape, "column", [(r, foot), (r, room.height_m)], sides=48, squash=column.depth_m / column.width_m
                )
        else:
            half = column.width_m / 2, column.depth_m / 2
            shape.box(
                "column", (x - half[0], x + half[0]), (foot, room.height_m), (z - half[1], z + half[1]), bevel=0.012
            )


def build_skirting(shape: Shape, room: Room) -> None:
    """Skirting along the walls, broken at what reaches the floor, and at levels."""
    high = SKIRTING_M.get(shape.style, 0.08)
    if not high:
        return
    levels = shapely.union_all([shapely.Polygon(level.outline) for level in room.levels]).buffer(0.01)
    for wall in walls(room):
        line = shapely.LineString([wall.first, wall.second]).difference(levels)
        heading = (np.subtract(wall.second, wall.first)) / wall.length_m
        with facing(shape, wall):
            for part in shapely.get_parts(line):
                if part.is_empty:
                    continue  # a level takes up the whole wall
                ends = sorted(
                    wall.length_m - float(np.dot(np.subtract(point, wall.first), heading)) for point in part.coords
                )
                gaps = [wall.span(o) for o in wall.openings if o.sill_m < high]
                for x in _between((ends[0], ends[-1]), gaps):
                    _skirting(shape, x, high)


def _between(x: Range, gaps: list[Range]) -> list[Range]:
    """What is left of a range without the gaps."""
    out, low = [], x[0]
    for left, right in sorted(gaps):
        if left > low:
            out.append((low, min(left, x[1])))
        low = max(low, right)
    if low < x[1]:
        out.append((low, x[1]))
    return [(a, b) for a, b in out if b - a > 0.02]


def _skirting(shape: Shape, x: Range, high: float) -> None:
    """A length of skirting in the wall's own axes."""
    if shape.style in ("colonial", "art_deco"):
        shape.box("skirting", x, (0, 0.72 * high), (0, 0.022))
        shape.box("skirting", x, (0.72 * high, 0.9 * high), (0, 0.014), bevel=0.006)
        shape.box("skirting", x, (0.9 * high, high), (0, 0.01), bevel=0.004)
    elif shape.style == "institutional":
        shape.box("skirting", x, (0, high), (0, 0.008))
    else:
        shape.box("skirting", x, (0, high), (0, 0.015))
