"""Where faces of different pieces touch, compiled: coplanar, opposite, and how much they share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

TOUCH_M = 1e-4  # m: faces this near to each other touch
MAX_LOOP = 128


@njit(cache=True, nogil=True)
def touching(plane: Any, low: Any, high: Any, piece: Any) -> Any:
    """Pairs of faces, given by plane (n, 4: normal, offset), box and piece, that may touch: (k, 2)."""
    n = len(plane)
    order = np.argsort(low[:, 0], kind="mergesort")
    pairs = np.empty((64 * n, 2), np.int64)
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
            if size == len(pairs):
                pairs = np.concatenate((pairs, np.empty_like(pairs)))
            pairs[size, 0], pairs[size, 1] = min(a, b), max(a, b)
            size += 1
    return pairs[:size]


@njit(cache=True, nogil=True)
def shared(vertices: Any, loop: Any, start: Any, a: int, b: int, normal: Any) -> Any:
    """Area and centroid (area, x, y, z) of what the convex faces ``a`` and ``b`` share; ``normal`` is that of ``b``."""
    here = np.empty((MAX_LOOP, 3))
    there = np.empty((MAX_LOOP, 3))
    size = start[a + 1] - start[a]
    for k in range(size):
        here[k] = vertices[loop[start[a] + k]]
    sides = start[b + 1] - start[b]
    for e in range(sides):
        p = vertices[loop[start[b] + e]]
        q = vertices[loop[start[b] + (e + 1) % sides]]
        out = np.cross(q - p, normal)
        kept = 0
        for k in range(size):
            i, j = here[k], here[(k + 1) % size]
            di = np.dot(out, i - p)
            dj = np.dot(out, j - p)
            if di <= 0.0:
                there[kept] = i
                kept += 1
            if (di <= 0.0) != (dj <= 0.0):
                there[kept] = i + di / (di - dj) * (j - i)
                kept += 1
        size = kept
        if size < 3 or size > MAX_LOOP - 2:
            return 0.0, 0.0, 0.0, 0.0
        for k in range(size):
            here[k] = there[k]
    area = 0.0
    centre = np.zeros(3)
    for k in range(1, size - 1):
        part = abs(np.dot(np.cross(here[k] - here[0], here[k + 1] - here[0]), normal)) / 2.0
        area += part
        centre += part / 3.0 * (here[0] + here[k] + here[k + 1])
    if area <= 0.0:
        return 0.0, 0.0, 0.0, 0.0
    return area, centre[0] / area, centre[1] / area, centre[2] / area


@njit(cache=True, nogil=True)
def contacts(
    vertices: Any, loop: Any, start: Any, low: Any, high: Any, normal: Any, pairs: Any, first: Any, least_m2: float
) -> Any:
    """Touching shard faces behind pairs of piece faces.

    Shard faces are sorted by piece face; ``first`` says where each piece face's begin.

    Returns:
        faces (k, 2) and area with centroid (k, 4).
    """
    faces = np.empty((1024, 2), np.int64)
    values = np.empty((1024, 4))
    size = 0
    for p in range(len(pairs)):
        for a in range(first[pairs[p, 0]], first[pairs[p, 0] + 1]):
            for b in range(first[pairs[p, 1]], first[pairs[p, 1] + 1]):
                apart = False
                for axis in range(3):
                    apart |= low[b, axis] > high[a, axis] + TOUCH_M or low[a, axis] > high[b, axis] + TOUCH_M
                if apart:
                    continue
                found = shared(vertices, loop, start, a, b, normal[b])
                if found[0] < least_m2:
                    continue
                if size == len(faces):
                    faces = np.concatenate((faces, np.empty_like(faces)))
                    values = np.concatenate((values, np.empty_like(values)))
                faces[size, 0], faces[size, 1] = a, b
                for k in range(4):
                    values[size, k] = found[k]
                size += 1
    return faces[:size].copy(), values[:size].copy()
