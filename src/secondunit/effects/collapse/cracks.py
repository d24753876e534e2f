"""A wall with openings cut into convex parts the way masonry cracks: slantwise, from the corners of openings.

Level and upright cuts along rows of windows would leave straight lines across the whole facade when it breaks up.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely
from shapely import Polygon, box
from shapely.ops import polygonize

from secondunit.effects.collapse.walls_plane import Rect, convex_parts

Floats = npt.NDArray[np.float64]
TRIES = 6  # random ways a crack may take from a corner; it takes the shortest
TO_CORNER = 0.7  # a crack to another corner counts this much of its length: it serves both
NEAR_M = 0.1  # m: a crack that ends this near to a corner leaves a sliver, and is taken last
PAST_M = 1e-7  # m: cracks are drawn this much too long, so that they surely meet what they end at


def cracked(shape: Polygon, openings: tuple[Rect, ...], random: np.random.Generator) -> Iterator[Floats]:
    """The wall without its openings as convex polygons (n, 2), counter-clockwise, that tile it."""
    lines = [*_edges(np.array(shape.exterior.coords))]
    corners: list[tuple[float, float, int, int]] = []
    for left, bottom, right, top in openings:
        lines += _edges(np.array([(left, bottom), (right, bottom), (right, top), (left, top), (left, bottom)]))
        corners += [(left, bottom, -1, -1), (right, bottom, 1, -1), (right, top, 1, 1), (left, top, -1, 1)]
    todo = [one for one in corners if shape.exterior.distance(shapely.Point(one[:2])) > NEAR_M / 10]
    for k in random.permutation(len(todo)):
        if todo[k][2] == 0:
            continue  # another crack ended here
        end, other = _crack(todo, int(k), np.array(lines), random)
        lines.append(np.array([todo[k][:2], end]))
        for done in (int(k), other):
            if done >= 0:
                todo[done] = (*todo[done][:2], 0, 0)
    net = shapely.union_all([shapely.LineString(line) for line in lines])
    holes = shapely.union_all([box(*one) for one in openings])
    faces = [face for face in polygonize(net) if shape.contains(face.representative_point())]
    for face in sorted(faces, key=lambda one: one.bounds):
        if not holes.contains(face.representative_point()):
            yield from convex_parts(face)


def _edges(loop: Floats) -> list[Floats]:
    return [np.array(pair) for pair in pairwise(loop)]


def _crack(
    corners: list[tuple[float, float, int, int]], k: int, lines: Floats, random: np.random.Generator
) -> tuple[Floats, int]:
    """Where the crack from corner ``k`` ends, (2,), and the corner that it ends at, or -1."""
    x, y, to_right, to_top = corners[k]
    here = np.array([x, y])
    angle = np.radians(random.uniform(8.0, 82.0, TRIES))
    ways = np.stack([to_right * np.cos(angle), to_top * np.sin(angle)], axis=1)
    gap = np.array([one[:2] for one in corners]) - here
    sides = np.array([one[2:] for one in corners])
    facing = ((gap * (to_right, to_top) > 1e-6) & (gap * sides < -1e-6)).all(axis=1)
    targets = np.flatnonzero(facing)
    length = np.linalg.norm(gap[targets], axis=1)
    far, shy = _reach(here, np.concatenate([ways, gap[targets] / length[:, None]]), lines)
    cost = far * np.where(shy < NEAR_M, 5.0, 1.0)
    cost[TRIES:] = np.where(far[TRIES:] > length - 1e-6, TO_CORNER * length, np.inf)
    best = int(np.argmin(cost))
    if best >= TRIES:
        other = int(targets[best - TRIES])
        return np.array(corners[other][:2]), other
    return here + (far[best] + PAST_M) * ways[best], -1


def _reach(here: Floats, ways: Floats, lines: Floats) -> tuple[Floats, Floats]:
    """How far rays (n, 2) go before they meet a line (m, 2, 2), and how near its end they meet it, (n,) each."""
    edge = lines[:, 1] - lines[:, 0]
    gap = lines[:, 0] - here
    across = ways[:, :1] * edge[:, 1] - ways[:, 1:] * edge[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        far = (gap[:, 0] * edge[:, 1] - gap[:, 1] * edge[:, 0]) / across
        along = (gap[:, 0] * ways[:, 1:] - gap[:, 1] * ways[:, :1]) / across
    size = np.linalg.norm(edge, axis=1)
    meets = np.isfinite(far) & (far > 1e-6) & (along > -1e-9) & (along < 1 + 1e-9)
    far = np.where(meets, far, np.inf)
    first = np.argmin(far, axis=1)
    rows = np.arange(len(ways))
    share = along[rows, first]
    return far[rows, first], np.minimum(share, 1 - share) * size[first]
