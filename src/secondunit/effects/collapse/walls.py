"""Outer walls: an outline with openings becomes convex pieces of wall, panes of glass and bars of frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from shapely import Polygon, box

from secondunit.effects.collapse.footprint import Edge
from secondunit.effects.collapse.polyhedron import Floats, Polyhedron
from secondunit.effects.collapse.proxy import Piece
from secondunit.effects.collapse.shards import Material, Part, Surface

GLASS_M = 0.024  # m: an insulating unit of two panes
FRAME_M = 0.07  # m: section of a timber sash or mullion
SNAP_M = 0.15  # m: openings whose edges are this near are made to line up, so that no slivers of wall are left
LEAST_M2 = 1e-6  # m2: smaller bits of wall come from rounding
STRAIGHT = 1e-7  # sine of a turn that is none
EDGE_M = 1e-6  # m: nearer than this is on a line

Rect = tuple[float, float, float, float]


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
    outline = [(s + shift, t + facade.origin_m[1]) for s, t in facade.outline_m]
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
    """Openings of a surveyed facade that lie in its wall, lined up with each other."""
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
    room = box(0.15, -1.0, edge.width_m - 0.15, shape.bounds[3] - 0.1)
    found: list[Rect] = []
    for left, bottom, right, top in rects:
        pane = box(left, bottom, right, top)
        clear = not any(pane.intersection(box(*other)).area > 0 for other in found)
        if right - left > 0.2 and top - bottom > 0.2 and clear and shape.covers(pane) and room.covers(pane):
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


def pieces(wall: Wall, mitres: tuple[Floats, Floats]) -> Iterator[Piece]:
    """Wall, glass and frame pieces. ``mitres`` are the inner corners (3,) at the wall's left and right end."""
    left, bottom, right, top = wall.shape.bounds
    seen = wall.edge.facade is not None
    for rect, opening in partition((min(left, 0.0), min(bottom, 0.0), right, top), wall.openings):
        for s_low, s_high in ((-np.inf, 0.0), (0.0, wall.edge.width_m), (wall.edge.width_m, np.inf)):
            strip = box(max(rect[0], s_low), rect[1], min(rect[2], s_high), rect[3])
            if rect[0] >= s_high or rect[2] <= s_low:
                continue
            for part in polygons(strip.intersection(wall.shape)):
                for polygon in convex_parts(part):
                    thickness = GLASS_M if opening else wall.thickness_m
                    shape = _slab_of_wall(wall, polygon, thickness, bool(opening))
                    inner = shape if opening else _mitred(shape, wall, mitres, s_low < 0, s_high > wall.edge.width_m)
                    if inner is not None:
                        yield Piece(
                            inner,
                            Material.GLASS if opening else wall.material,
                            Part.GLASS if opening else Part.WALL,
                            seen,
                        )
        if opening and seen:
            yield from _bars(wall, rect)


def partition(rect: Rect, openings: tuple[Rect, ...]) -> Iterator[tuple[Rect, bool]]:
    """Cut ``rect`` along the edges of openings into rectangles; True for those that are an opening (or part of one).

    Level cuts come first, so that bands run on between rows of windows; a cut never crosses an opening unless nothing
    else is left.
    """
    inside = [o for o in openings if o[0] < rect[2] - EDGE_M and o[2] > rect[0] + EDGE_M]
    inside = [o for o in inside if o[1] < rect[3] - EDGE_M and o[3] > rect[1] + EDGE_M]
    if not inside:
        yield rect, False
        return
    for axis in (1, 0):
        low, high = rect[axis], rect[axis + 2]
        lines = sorted({v for o in inside for v in (o[axis], o[axis + 2]) if low + EDGE_M < v < high - EDGE_M})
        free = [v for v in lines if not any(o[axis] + EDGE_M < v < o[axis + 2] - EDGE_M for o in inside)]
        if free:
            stops = [low, *free, high]
            break
    else:
        lines = sorted({v for o in inside for v in (o[1], o[3]) if rect[1] + EDGE_M < v < rect[3] - EDGE_M})
        axis, stops = 1, [rect[1], lines[len(lines) // 2], rect[3]] if lines else []
    if not stops:
        yield rect, True
        return
    for low, high in pairwise(stops):
        part = (rect[0], low, rect[2], high) if axis == 1 else (low, rect[1], high, rect[3])
        yield from partition(part, tuple(inside))


def polygons(geometry: object) -> list[Polygon]:
    """The polygons in a shapely geometry, largest parts only (no slivers of rounding)."""
    parts = list(getattr(geometry, "geoms", [geometry]))
    return [one for one in parts if isinstance(one, Polygon) and one.area > LEAST_M2]


def convex_parts(polygon: Polygon) -> Iterator[Floats]:
    """A polygon without holes as convex polygons (n, 2), counter-clockwise: cut at one reflex corner after another."""
    todo = [np.array(shapely.geometry.polygon.orient(polygon).exterior.coords)[:-1]]
    while todo:
        loop = todo.pop()
        turn = _turns(loop)
        while len(loop) > 2 and (np.abs(turn) <= STRAIGHT).any():
            loop = loop[np.abs(turn) > STRAIGHT]
            turn = _turns(loop)
        if len(loop) < 3 or Polygon(loop).area < LEAST_M2:
            continue
        if turn.min() > 0:
            yield loop
            continue
        loop = np.roll(loop, -int(np.argmin(turn)), axis=0)  # the sharpest reflex corner comes first
        edge, hit = _ray_to_edge(loop)
        todo += [np.vstack([loop[: edge + 1], hit]), np.vstack([hit, loop[edge + 1 :], loop[:1]])]


def _turns(loop: Floats) -> Floats:
    """Sine of the turn to the left at each corner, (n,)."""
    before, after = loop - np.roll(loop, 1, axis=0), np.roll(loop, -1, axis=0) - loop
    size = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
    turns: Floats = (before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]) / np.maximum(size, 1e-300)
    return turns


def _ray_to_edge(loop: Floats) -> tuple[int, Floats]:
    """Where the last edge, made longer past the first corner, meets the loop: the edge's number and the point (2,)."""
    way = loop[0] - loop[-1]
    start, edge = loop[1:-1], loop[2:] - loop[1:-1]
    across = way[0] * edge[:, 1] - way[1] * edge[:, 0]
    gap = start - loop[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        far = (gap[:, 0] * edge[:, 1] - gap[:, 1] * edge[:, 0]) / across
        along = (gap[:, 0] * way[1] - gap[:, 1] * way[0]) / across
    meets = np.isfinite(far) & (far > 0) & (along >= -1e-12) & (along <= 1 + 1e-12)
    k = int(np.argmin(np.where(meets, far, np.inf)))
    return k + 1, start[k] + np.clip(along[k], 0.0, 1.0) * edge[k]


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


def _mitred(
    shape: Polyhedron, wall: Wall, mitres: tuple[Floats, Floats], over_left: bool, over_right: bool
) -> Polyhedron | None:
    """Cut the ends so that two walls share a corner; what sticks out past a corner is left square."""
    if over_left or over_right:
        return shape
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
