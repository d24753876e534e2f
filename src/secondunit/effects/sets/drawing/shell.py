"""The walls of a room on the page: x to the right, y up (y = -z), seen from above."""

from __future__ import annotations

import math
from dataclasses import dataclass

import shapely

from secondunit.effects.sets.drawing.sheet import Layer, PenName, Point, Stroke
from secondunit.effects.sets.plan import Opening, Room

CUT_M = 1.2  # height at which a plan is cut: common practice, above sills and tables
POCHE = "#3c3c3c"


@dataclass(frozen=True)
class Side:
    """One wall: its corners, its length, the way along it and out of the room, what is in it."""

    number: int
    a: Point
    b: Point
    length_m: float
    along: Point
    out: Point
    openings: tuple[Opening, ...]

    @property
    def name(self) -> str:
        """Its letter: A is the wall from the first corner."""
        return letter(self.number)

    @property
    def turn_deg(self) -> float:
        """The way along it, counter-clockwise from x."""
        return math.degrees(math.atan2(self.along[1], self.along[0]))

    def at(self, along_m: float, out_m: float = 0.0) -> Point:
        """A place by its distance from the first corner and out from the inner face."""
        return (
            self.a[0] + self.along[0] * along_m + self.out[0] * out_m,
            self.a[1] + self.along[1] * along_m + self.out[1] * out_m,
        )


def letter(number: int) -> str:
    """A, B ... Z, AA, AB ..."""
    return (letter(number // 26 - 1) if number >= 26 else "") + chr(65 + number % 26)


def page(x: float, z: float) -> Point:
    """A place of the set on the page."""
    return x, -z


def sides(room: Room) -> tuple[Side, ...]:
    """All walls in order."""
    corners = [page(*corner) for corner in room.outline]
    out = []
    for number, a in enumerate(corners):
        b = corners[(number + 1) % len(corners)]
        length = math.dist(a, b)
        along = (b[0] - a[0]) / length, (b[1] - a[1]) / length
        inside = tuple(sorted((o for o in room.openings if o.wall == number), key=lambda o: o.at_m))
        out.append(Side(number, a, b, length, along, (along[1], -along[0]), inside))
    return tuple(out)


def inside(room: Room) -> shapely.Polygon:
    """The room's floor."""
    return shapely.Polygon([page(*corner) for corner in room.outline])


def walls(room: Room, cut_m: float | None = CUT_M) -> shapely.Geometry:
    """Walls as cut at a height; None: with no opening left out."""
    area = inside(room)
    ring = area.buffer(room.wall_m, join_style="mitre", mitre_limit=8.0).difference(area)
    if cut_m is None:
        return ring
    holes = [hole(room, side, o) for side in sides(room) for o in side.openings if is_cut(o, cut_m)]
    return ring.difference(shapely.union_all(holes)) if holes else ring


def is_cut(opening: Opening, cut_m: float = CUT_M) -> bool:
    """Whether a cut at a height goes through the opening."""
    return opening.sill_m < cut_m < opening.sill_m + opening.height_m


def hole(room: Room, side: Side, opening: Opening) -> shapely.Polygon:
    """An opening through the wall's thickness, a hair longer so that nothing is left of the faces."""
    near, far = opening.at_m, opening.at_m + opening.width_m
    skin = 1e-4
    deep = room.wall_m + skin
    return shapely.Polygon([side.at(near, -skin), side.at(far, -skin), side.at(far, deep), side.at(near, deep)])


def strokes(area: shapely.Geometry, layer: Layer, pen: PenName = "object", fill: str = "") -> list[Stroke]:
    """Polygons as closed strokes."""
    out = []
    for part in shapely.get_parts(area):
        if part.geom_type != "Polygon" or part.area < 1e-8:
            continue
        holes = tuple(tuple(ring.coords)[:-1] for ring in part.interiors)
        out.append(Stroke(tuple(part.exterior.coords)[:-1], layer, pen, True, fill, holes))
    return out


def cove(room: Room) -> shapely.Geometry:
    """The part of the ceiling within the cove; all of it where there is none."""
    return inside(room).buffer(-room.ceiling.cove_m, join_style="mitre") if room.ceiling.cove_m else inside(room)


def beams(room: Room) -> list[shapely.Geometry]:
    """The beams, at even distances, as the set is built."""
    inner = cove(room)
    if inner.is_empty or not room.ceiling.beams:
        return []
    left, bottom, right, top = inner.bounds
    wide, along_x = room.ceiling.beam_m[0], room.ceiling.beams_along == "x"
    low, high = (bottom, top) if along_x else (left, right)
    out = []
    for number in range(room.ceiling.beams):
        middle = low + (high - low) * (number + 0.5) / room.ceiling.beams
        near, far = middle - wide / 2, middle + wide / 2
        band = shapely.box(left, near, right, far) if along_x else shapely.box(near, bottom, far, top)
        out.append(band.intersection(inner))
    return out
