"""Where faces of different pieces touch, compiled: coplanar, opposite, and how much they share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from secondunit.effects.collapse import clipping

TOUCH_M = 1e-4  # m: faces this near to each other touch
LEAST_M2 = 1e-5  # m2: smaller contacts bear nothing worth counting
MAX_LOOP = 2 * clipping.MAX_LOOP  # a convex face cut by each edge of another gains at most one corner an edge


@njit(cache=True, nogil=True)
def touching(plane: Any, low: Any, high: Any, piece: Any, order: Any, most: int) -> Any:
    """Pairs of faces, given by plane (n, 4: normal, offset), box and piece, that may touch: how many, and (most, 2).

    ``order`` (n,) sorts ``low[:, 0]``. When there are more than ``most`` pairs, only the first ones are written.
    """
    n = len(plane)
    pairs = np.empty((most, 2), np.int64)
    size = 0
    for p in range(n):
        a = order[p]
        for q in range(p + 1, n):
            b = order[q]
            if low[b, 0] > high[a, 0] + TOUCH_M:
                break
            apart = low[b, 1] > high[a, 1] + TOUCH_M or low[a, 1] > high[b, 1] + TOUCH_M
            apart |= low[b, 2] > high[a, 2] + TOUCH_M or low[a, 2] > high[b, 2] + TOUCH_M
            if apart or piece[a] == piece[b] or abs(plane[a, 3] + plane[b, 3]) > TOUCH_M:
                continue
            if plane[a, 0] * plane[b, 0] + plane[a, 1] * plane[b, 1] + plane[a, 2] * plane[b, 2] > -1.0 + 1e-8:
                continue
            if size < most:
                pairs[size, 0], pairs[size, 1] = min(a, b), max(a, b)
            size += 1
    return size, pairs


@njit(cache=True, nogil=True)
def _keep_left(here: Any, there: Any, size: int, p: Any, q: Any, normal: Any) -> int:
    """Clip polygon ``here`` by the plane through the edge p q along ``normal`` into ``there``; returns its size."""
    ex, ey, ez = q[0] - p[0], q[1] - p[1], q[2] - p[2]
    ox, oy, oz = ey * normal[2] - ez * normal[1], ez * normal[0] - ex * normal[2], ex * normal[1] - ey * normal[0]
    kept = 0
    for k in range(size):
        i, j = here[k], here[(k + 1) % size]
        di = ox * (i[0] - p[0]) + oy * (i[1] - p[1]) + oz * (i[2] - p[2])
        dj = ox * (j[0] - p[0]) + oy * (j[1] - p[1]) + oz * (j[2] - p[2])
        if di <= 0.0:
            for axis in range(3):
                there[kept, axis] = i[axis]
            kept += 1
        if (di <= 0.0) != (dj <= 0.0):
            for axis in range(3):
                there[kept, axis] = i[axis] + di / (di - dj) * (j[axis] - i[axis])
            kept += 1
    return kept


@njit(cache=True, nogil=True)
def _area(here: Any, size: int, normal: Any, result: Any) -> None:
    """Write area and centroid of a polygon into ``result`` (4,)."""
    for k in range(4):
        result[k] = 0.0
    o = here[0]
    for k in range(1, size - 1):
        a, b = here[k], here[k + 1]
        x = (a[1] - o[1]) * (b[2] - o[2]) - (a[2] - o[2]) * (b[1] - o[1])
        y = (a[2] - o[2]) * (b[0] - o[0]) - (a[0] - o[0]) * (b[2] - o[2])
        z = (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])
        part = abs(x * normal[0] + y * normal[1] + z * normal[2]) / 2.0
        result[0] += part
        for axis in range(3):
            result[1 + axis] += part * (o[axis] + a[axis] + b[axis]) / 3.0
    if result[0] > 0.0:
        for axis in range(3):
            result[1 + axis] /= result[0]


@njit(cache=True, nogil=True)
def shared(vertices: Any, loop: Any, start: Any, a: int, b: int, normal: Any, result: Any) -> None:
    """Write area and centroid of what the convex faces ``a`` and ``b`` share into ``result`` (4,).

    ``normal`` is that of ``b``.
    """
    here = np.empty((MAX_LOOP, 3))
    there = np.empty((MAX_LOOP, 3))
    size = start[a + 1] - start[a]
    for k in range(size):
        for axis in range(3):
            here[k, axis] = vertices[loop[start[a] + k], axis]
    sides = start[b + 1] - start[b]
    for e in range(sides):
        p = vertices[loop[start[b] + e]]
        q = vertices[loop[start[b] + (e + 1) % sides]]
        size = _keep_left(here, there, size, p, q, normal)
        here, there = there, here
    _area(here, size, normal, result)


@njit(cache=True, nogil=True)
def contacts(
    vertices: Any, loop: Any, start: Any, low: Any, high: Any, normal: Any, pairs: Any, first: Any, most: int
) -> Any:
    """Touching shard faces behind pairs of piece faces.

    Shard faces are sorted by piece face; ``first`` says where each piece face's begin.

    Returns:
        How many, faces (most, 2) and area with centroid (most, 4); only the first ``most`` are written.
    """
    faces = np.empty((most, 2), np.int64)
    values = np.empty((most, 4))
    found = np.empty(4)
    size = 0
    for p in range(len(pairs)):
        for a in range(first[pairs[p, 0]], first[pairs[p, 0] + 1]):
            for b in range(first[pairs[p, 1]], first[pairs[p, 1] + 1]):
                apart = False
                for axis in range(3):
                    apart |= low[b, axis] > high[a, axis] + TOUCH_M or low[a, axis] > high[b, axis] + TOUCH_M
                if apart:
                    continue
                shared(vertices, loop, start, a, b, normal[b], found)
                if found[0] < LEAST_M2:
                    continue
                if size < most:
                    faces[size, 0], faces[size, 1] = a, b
                    for k in range(4):
                        values[size, k] = found[k]
                size += 1
    return size, faces, values
