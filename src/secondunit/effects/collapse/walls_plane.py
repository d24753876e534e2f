"""Geometry in a wall's plane: rectangles, polygons, convex parts. Metres."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely
from shapely import Polygon

Floats = npt.NDArray[np.float64]
Rect = tuple[float, float, float, float]  # left, bottom, right, top
LEAST_M2 = 1e-4  # m2: smaller bits of wall are slivers, thinner than a pixel, and left out
STRAIGHT = 1e-7  # sine of a turn that is none
EDGE_M = 1e-6  # m: nearer than this is on a line


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
