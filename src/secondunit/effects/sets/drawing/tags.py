"""Numbers for pieces: same kind, style and size, same number; each stands on its piece, or beside it with a leader."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
import shapely.ops

from secondunit.effects.sets.drawing.sheet import Label, Mark, Point, circle, line
from secondunit.effects.sets.drawing.shell import page
from secondunit.effects.sets.plan import Piece, SetPlan

RADIUS_MM = 2.1
MOST = 150  # of more pieces than this only the first of each number is tagged


@dataclass(frozen=True)
class Item:
    """A line of the key: pieces that are alike."""

    number: int
    kind: str
    style: str
    size_m: tuple[float, float, float]
    pieces: tuple[Piece, ...]

    @property
    def words(self) -> str:
        """As it is written."""
        return self.kind.replace("_", " ")


def items(plan: SetPlan) -> tuple[Item, ...]:
    """All pieces of a plan, alike ones together, in the order of the plan."""
    groups: dict[tuple[object, ...], list[Piece]] = {}
    for piece in plan.pieces:
        groups.setdefault((piece.kind, piece.style, *(round(one, 4) for one in piece.size_m)), []).append(piece)
    return tuple(
        Item(number, group[0].kind, group[0].style, group[0].size_m, tuple(group))
        for number, group in enumerate(groups.values(), 1)
    )


def footprint(piece: Piece) -> shapely.Polygon:
    """Where a piece stands, on the page."""
    x, y = page(*piece.at_m)
    half = piece.size_m[0] / 2, piece.size_m[1] / 2
    c, s = math.cos(math.radians(piece.turn_deg)), math.sin(math.radians(piece.turn_deg))
    corners = ((-half[0], -half[1]), (half[0], -half[1]), (half[0], half[1]), (-half[0], half[1]))
    return shapely.Polygon([(x + a * c - b * s, y + a * s + b * c) for a, b in corners])


def place(
    wanted: list[tuple[Piece, str]], room: shapely.Geometry, taken: list[shapely.Geometry], scale: int
) -> list[Mark]:
    """Tags that lie over no other tag and over nothing in ``taken``; ``taken`` grows by them.

    Pieces with room for it carry their tag themselves, and come first.
    """
    r = RADIUS_MM * scale / 1000
    if len(wanted) > MOST:
        wanted = list({text: (piece, text) for piece, text in reversed(wanted)}.values())
    bodies = [footprint(piece) for piece, _ in wanted]
    roomy = [min(piece.size_m[:2]) > 2.6 * r for piece, _ in wanted]
    free = _Free(taken, r)
    tree = shapely.STRtree(
        [body for body, (piece, _) in zip(bodies, wanted, strict=True) if min(piece.size_m[:2]) < 1.2]
    )
    shapely.prepare(room)
    out: list[Mark] = []
    for number in sorted(range(len(wanted)), key=lambda one: (not roomy[one], one)):
        body, (piece, text) = bodies[number], wanted[number]
        centre = (body.centroid.x, body.centroid.y)
        spots = [*_seat(piece), *_on(centre, body, r)] if roomy[number] else []
        at = next((spot for spot in spots if free(spot)), None)
        if at is None:
            at = _beside(centre, body, r, room, free, tree)
        taken.append(shapely.Point(at).buffer(1.15 * r))
        free.take(at)
        if not body.buffer(1e-6).contains(shapely.Point(at)):
            out += _leader(at, body, r)
        out += [circle(at, r, "A-ANNO-SYMB", "hair", "#ffffff"), Label(at, text, "A-ANNO-SYMB", 1.7)]
    return out


class _Free:
    """Whether a disc for a tag lies over nothing that is taken, nor over another tag."""

    def __init__(self, taken: list[shapely.Geometry], r: float) -> None:
        self._r, self._base = r, shapely.union_all(taken)
        shapely.prepare(self._base)
        self._tags = np.empty((0, 2))

    def __call__(self, at: Point) -> bool:
        if self._tags.size and np.min(np.sum((self._tags - at) ** 2, 1)) < (2.25 * self._r) ** 2:
            return False
        return not shapely.dwithin(self._base, shapely.Point(at), 1.1 * self._r)

    def take(self, at: Point) -> None:
        self._tags = np.vstack([self._tags, [at]])


def _beside(
    centre: Point, body: shapely.Polygon, r: float, room: shapely.Geometry, free: _Free, tree: shapely.STRtree
) -> Point:
    """The nearest place beside a piece that is free and over no other; else one that is free; else its middle."""
    second = None
    for spot in _around(centre, body, r):
        if free(spot):
            second = second or spot
            if room.contains(shapely.Point(spot)) and not _over(tree, spot, r):
                return spot
    return second or centre


def _over(tree: shapely.STRtree, at: Point, r: float) -> bool:
    return bool(tree.query(shapely.Point(at).buffer(1.1 * r), predicate="intersects").size)


def _seat(piece: Piece) -> list[Point]:
    """Where a piece that is open in its middle carries its tag: in the middle of its back seats."""
    if piece.kind not in ("pit_seating", "corner_sofa"):
        return []
    x, y = page(*piece.at_m)
    back = 0.5 * piece.size_m[1] - 0.2 * min(1.8, piece.size_m[1])
    c, s = math.cos(math.radians(piece.turn_deg)), math.sin(math.radians(piece.turn_deg))
    return [(x - back * s, y + back * c)]


def _on(centre: Point, body: shapely.Polygon, r: float) -> list[Point]:
    """The middle of a piece, and other places on it."""
    spots = [centre]
    inner = body.buffer(-1.1 * r)
    if not inner.is_empty:
        ring = inner.exterior
        spots += [ring.interpolate(step / 16, normalized=True).coords[0] for step in range(16)]
    return spots


def _around(centre: Point, body: shapely.Polygon, r: float) -> Iterator[Point]:
    for ring in range(1, 9):
        outline = body.buffer(r * (1.1 + 0.9 * ring)).exterior
        yield from (outline.interpolate(step / 24, normalized=True).coords[0] for step in range(24))


def _leader(at: Point, body: shapely.Polygon, r: float) -> list[Mark]:
    inner = body.buffer(-0.35 * min(r, math.sqrt(body.area) / 2))
    target = body.centroid if inner.is_empty else shapely.ops.nearest_points(inner, shapely.Point(at))[0]
    foot = (target.x, target.y)
    far = math.dist(at, foot)
    start = at[0] + (foot[0] - at[0]) * r / far, at[1] + (foot[1] - at[1]) * r / far
    return [line(start, foot, "A-ANNO-SYMB", "hair"), circle(foot, 0.25 * r, "A-ANNO-SYMB", "none", "#000000")]
