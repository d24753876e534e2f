"""Outer walls: an outline with openings becomes convex pieces of wall, panes of glass and bars of frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from shapely import Polygon, box

from secondunit.effects.collapse.cracks import cracked
from secondunit.effects.collapse.footprint import Edge
from secondunit.effects.collapse.polyhedron import Floats, Polyhedron
from secondunit.effects.collapse.proxy import Piece
from secondunit.effects.collapse.shards import Material, Part, Surface
from secondunit.effects.collapse.walls_plane import EDGE_M, Rect, convex_parts, partition, polygons

GLASS_M = 0.024  # m: an insulating unit of two panes
FRAME_M = 0.07  # m: section of a timber sash or mullion
LEAST_STRIP_M = 0.05  # m: an opening nearer than this to another, or to the outline, stays painted on the wall
LEAST_OPENING_M = 0.2  # m: so does a smaller one
SNAP_M = 0.15  # m: openings whose edges are this near are made to line up, so that no slivers of wall are left


@dataclass(frozen=True)
class Wall:
    """One outer wall to build, in its own plane: s along from its left corner, y up from the ground, metres.

    Attributes:
        edge: the side of the plan it stands on.
        shape: its outline (s, y).
        openings: left, bottom, right, top of each window or door.
        thickness_m: inward.
        material: of the wall.
    """

    edge: Edge
    shape: Polygon
    openings: tuple[Rect, ...]
    thickness_m: float
    material: Material

    def to_world(self, points: Floats, inward_m: float) -> Floats:
        """(n, 2) in the wall's plane to (n, 3) world."""
        start = self.edge.start - inward_m * self.edge.normal
        world: Floats = start + points[:, :1] * self.edge.along + points[:, 1:] * np.array([0.0, 1.0, 0.0])
        return world


def surveyed_shape(edge: Edge) -> Polygon:
    """The outline of a surveyed facade (s, y), brought down to the ground between its ends where something hid it."""
    facade = edge.facade
    if facade is None:
        raise ValueError("an edge without a facade has no surveyed outline")
    shift = float((np.asarray(facade.origin_m) - edge.start) @ edge.along)
    outline = [(s + shift, t + facade.origin_m[1]) for s, t in facade.wall_m]
    down = [
        Polygon([a, b, (b[0], 0.0), (a[0], 0.0)]).buffer(0)
        for a, b in zip(outline, outline[1:] + outline[:1], strict=True)
    ]
    own = Polygon(outline).buffer(0)
    below = shapely.union_all([one for one in down if one.area > 0]).intersection(
        box(0.0, 0.0, edge.width_m, own.bounds[3])
    )
    left, _, right, top = own.bounds
    return max(polygons(own.union(below).intersection(box(left, 0.0, right, top))), key=lambda one: one.area)


def eaves_m(wall: Polygon, width_m: float) -> float:
    """Height that a wall's top keeps to, but for a tenth of its length, m."""
    top = wall.bounds[3]
    lines = [shapely.LineString([(s, 0.0), (s, top + 1.0)]) for s in np.linspace(0.02, 0.98, 49) * width_m]
    heights = [line.intersection(wall).bounds for line in lines]
    return float(np.quantile([bounds[3] if bounds else 0.0 for bounds in heights], 0.1))


def surveyed_openings(edge: Edge, shape: Polygon) -> tuple[Rect, ...]:
    """Openings of a surveyed facade that lie well in its wall, lined up with each other; doors stand on the ground."""
    facade = edge.facade
    if facade is None or not facade.openings:
        return ()
    shift = float((np.asarray(facade.origin_m) - edge.start) @ edge.along)
    lift = facade.origin_m[1]
    rects = np.array(
        [(o.left_m + shift, max(o.bottom_m + lift, 0.0), o.right_m + shift, o.top_m + lift) for o in facade.openings]
    )
    for column in (0, 2, 1, 3):
        rects[:, column] = _line_up(rects[:, column])
    rects[:, 1] = np.where(rects[:, 1] < SNAP_M, 0.0, rects[:, 1])
    room = shape.buffer(-LEAST_STRIP_M, join_style="mitre").intersection(
        box(SNAP_M, 0.0, edge.width_m - SNAP_M, shape.bounds[3])
    )
    found: list[Rect] = []
    for left, bottom, right, top in rects:
        pane = box(left, max(bottom, LEAST_STRIP_M), right, top)
        clear = not any(pane.distance(box(*other)) < LEAST_STRIP_M for other in found)
        if right - left > LEAST_OPENING_M and top - bottom > LEAST_OPENING_M and clear and room.covers(pane):
            found.append((float(left), float(bottom), float(right), float(top)))
    return tuple(found)


def plain_openings(width_m: float, levels_m: Floats) -> tuple[Rect, ...]:
    """A plain grid for a wall that nobody sees: one window each 3.6 m on every storey."""
    count = max(1, round(width_m / 3.6))
    rects: list[Rect] = []
    for low, high in pairwise(levels_m):
        bottom, top = low + 0.3 * (high - low), low + 0.75 * (high - low)
        for k in range(count):
            middle = (k + 0.5) * width_m / count
            rects.append((middle - 0.6, float(bottom), middle + 0.6, float(top)))
    return tuple(rects) if width_m > 2.5 else ()


def largest(openings: tuple[Rect, ...], count: int) -> tuple[Rect, ...]:
    """At most ``count`` openings: the largest, and of equal ones the lowest."""
    order = sorted(openings, key=lambda o: (-round((o[2] - o[0]) * (o[3] - o[1]), 3), o[1], o[0]))
    return tuple(order[:count])


def pieces(wall: Wall, mitres: tuple[Floats, Floats], random: np.random.Generator) -> Iterator[Piece]:
    """Wall, glass and frame pieces. ``mitres`` are the inner corners (3,) at the wall's left and right end."""
    seen = wall.edge.facade is not None
    for polygon in _stone(wall, random):
        for low, high in ((-np.inf, 0.0), (0.0, wall.edge.width_m), (wall.edge.width_m, np.inf)):
            left, right = max(float(polygon[:, 0].min()), low), min(float(polygon[:, 0].max()), high)
            if right - left < EDGE_M:
                continue
            strip = Polygon(polygon).intersection(box(left, -1.0, right, wall.shape.bounds[3] + 1.0))
            for part in (loop for one in polygons(strip) for loop in convex_parts(one)):
                shape = _slab_of_wall(wall, part, wall.thickness_m, False)
                inner = _mitred(shape, wall, mitres) if low == 0.0 else shape  # a cornice past the corner stays square
                if inner is not None:
                    yield Piece(inner, wall.material, Part.WALL, seen)
    for left, bottom, right, top in wall.openings:
        pane = np.array([(left, bottom), (right, bottom), (right, top), (left, top)])
        yield Piece(_slab_of_wall(wall, pane, GLASS_M, True), Material.GLASS, Part.GLASS, seen)
        if seen:
            yield from _bars(wall, (left, bottom, right, top))


def _stone(wall: Wall, random: np.random.Generator) -> Iterator[Floats]:
    """The wall without its openings in convex polygons: as it would crack where it is seen, plain where it is not."""
    if wall.edge.facade is not None:
        yield from cracked(wall.shape, wall.openings, random)
        return
    for rect, opening in partition(wall.shape.bounds, wall.openings):
        if not opening:
            yield from convex_parts(box(*rect))


def _line_up(values: Floats) -> Floats:
    """Values nearer to each other than ``SNAP_M`` become their mean."""
    order = np.argsort(values, kind="stable")
    group = np.cumsum(np.concatenate([[0], np.diff(values[order]) > SNAP_M]))
    means = np.bincount(group, values[order]) / np.bincount(group)
    result = np.empty_like(values)
    result[order] = means[group]
    return result


def _slab_of_wall(wall: Wall, polygon: Floats, thickness_m: float, glass: bool) -> Polyhedron:
    """A prism behind the wall's outer plane, each face with what it shows."""
    middles = (polygon + np.roll(polygon, -1, axis=0)) / 2
    reveal = shapely.union_all([box(*opening).exterior for opening in wall.openings]) if wall.openings else None
    sides = []
    for middle in middles:
        point = shapely.Point(middle)
        if not glass and reveal is not None and reveal.distance(point) < EDGE_M:
            sides.append(Surface.INNER)
        elif wall.shape.exterior.distance(point) < EDGE_M and middle[1] > EDGE_M and not glass:
            sides.append(Surface.OUTER)
        else:
            sides.append(Surface.BROKEN)
    outer = Surface.PLATE if wall.edge.facade is not None else Surface.OUTER
    faces = (outer, Surface.BROKEN if glass else Surface.INNER, tuple(sides))
    return Polyhedron.prism(wall.to_world(polygon, 0.0), wall.to_world(polygon, thickness_m), faces)


def _mitred(shape: Polyhedron, wall: Wall, mitres: tuple[Floats, Floats]) -> Polyhedron | None:
    """Cut the ends so that two walls share a corner."""
    result: Polyhedron | None = shape
    for inner, corner, sign in ((mitres[0], wall.edge.start, -1.0), (mitres[1], wall.edge.end, 1.0)):
        way = inner - corner
        normal = np.cross(way, [0.0, 1.0, 0.0])
        normal *= sign * np.sign(normal @ wall.edge.along)
        result = result.cut(normal, corner, Surface.BROKEN) if result else None
    return result


def _bars(wall: Wall, rect: Rect) -> Iterator[Piece]:
    """An upright in the middle of a window and a transom on each side of it, behind the glass."""
    left, bottom, right, top = rect
    middle = (left + right) / 2
    bars = [(middle - FRAME_M / 2, bottom, middle + FRAME_M / 2, top)]
    if top - bottom > 1.2:
        height = bottom + 0.68 * (top - bottom)
        bars.append((left, height, middle - FRAME_M / 2, height + FRAME_M))
        bars.append((middle + FRAME_M / 2, height, right, height + FRAME_M))
    for low_s, low_y, high_s, high_y in bars:
        polygon = np.array([(low_s, low_y), (high_s, low_y), (high_s, high_y), (low_s, high_y)])
        outer, inner = wall.to_world(polygon, GLASS_M), wall.to_world(polygon, GLASS_M + FRAME_M)
        shape = Polyhedron.prism(outer, inner, (Surface.INNER, Surface.INNER, (Surface.INNER,) * 4))
        yield Piece(shape, Material.TIMBER, Part.FRAME, True)
