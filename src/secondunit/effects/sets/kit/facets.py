"""Loops over points and triangles, compiled: a set is made of thousands of small meshes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

Array = npt.NDArray[np.float64]
LEAST_M2 = 1e-12  # twice the area of a triangle that has closed up, as at the pole of a grid
SAME_M, LONG_M = 1e-5, 20.0  # points that near are one; a tenth as fine in a mesh longer than that


def open_triangles(points: Array, triangles: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The triangles (m, 3) that have an area."""
    keep = _opened(np.ascontiguousarray(points), np.ascontiguousarray(triangles))
    return triangles if keep.all() else triangles[keep]


def smooth_normals(points: Array, triangles: npt.NDArray[np.int64]) -> Array:
    """Area-weighted normals (n, 3); points that coincide share theirs."""
    out: Array = _smoothed(np.ascontiguousarray(points), np.ascontiguousarray(triangles))
    return out


@njit(cache=True, nogil=True)
def _opened(points: Any, triangles: Any) -> Any:
    keep = np.empty(len(triangles), np.bool_)
    for t in range(len(triangles)):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        x, y, z = _face(points, a, b, c)
        keep[t] = np.sqrt(x * x + y * y + z * z) > LEAST_M2
    return keep


@njit(cache=True, nogil=True)
def _face(points: Any, a: int, b: int, c: int) -> Any:
    """Normal of a triangle, as long as twice its area."""
    ux, uy, uz = points[b, 0] - points[a, 0], points[b, 1] - points[a, 1], points[b, 2] - points[a, 2]
    vx, vy, vz = points[c, 0] - points[a, 0], points[c, 1] - points[a, 1], points[c, 2] - points[a, 2]
    return uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx


@njit(cache=True, nogil=True)
def _smoothed(points: Any, triangles: Any) -> Any:
    count = len(points)
    group = _groups(points)
    total = np.zeros((count, 3))
    for t in range(len(triangles)):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        x, y, z = _face(points, a, b, c)
        for corner in (a, b, c):
            total[group[corner], 0] += x
            total[group[corner], 1] += y
            total[group[corner], 2] += z
    out = np.empty((count, 3))
    for i in range(count):
        x, y, z = total[group[i], 0], total[group[i], 1], total[group[i], 2]
        length = np.sqrt(x * x + y * y + z * z)
        if length > 1e-15:
            out[i, 0], out[i, 1], out[i, 2] = x / length, y / length, z / length
        else:
            out[i, 0], out[i, 1], out[i, 2] = 0.0, 1.0, 0.0
    return out


@njit(cache=True, nogil=True)
def _groups(points: Any) -> Any:
    """For each point one of those that coincide with it."""
    count = len(points)
    low, long = np.empty(3), 0.0
    for k in range(3):
        low[k] = points[:, k].min()
        long = max(long, points[:, k].max() - low[k])
    scale = 1 / SAME_M if long < LONG_M else 0.1 / SAME_M
    keys = np.empty(count, np.int64)
    for i in range(count):
        key = np.int64(0)
        for k in range(3):
            key = key * 2097152 + np.int64(np.rint(points[i, k] * scale) - np.rint(low[k] * scale))
        keys[i] = key
    order = np.argsort(keys)
    group = np.empty(count, np.int64)
    for i in range(count):
        first = i == 0 or keys[order[i]] != keys[order[i - 1]]
        group[order[i]] = order[i] if first else group[order[i - 1]]
    return group


@njit(cache=True, nogil=True)
def tube_points(line: Any, reach: Any, sides: int, closed: bool) -> Any:
    """Rings (n, sides + 1, 3) of radii (n,) around points (n, 3), their uv (n, sides + 1, 2), and headings (n, 3).

    A closed line ends with its first point. The ring is carried along the line, so that what is swept does not twist.
    """
    count = len(line)
    heading = np.empty((count, 3))
    for i in range(count):
        before, after = max(i - 1, 0), min(i + 1, count - 1)
        if closed and i in (0, count - 1):
            before, after = count - 2, 1
        length = 0.0
        for k in range(3):
            heading[i, k] = line[after, k] - line[before, k]
            length += heading[i, k] ** 2
        heading[i] /= np.sqrt(length) + 1e-12
    x, y, z = (1.0, 0.0, 0.0) if abs(heading[0, 0]) < 0.8 else (0.0, 0.0, 1.0)
    points, uv, run, wide = np.empty((count, sides + 1, 3)), np.empty((count, sides + 1, 2)), 0.0, reach.mean()
    for i in range(count):
        p, q, r = heading[i, 0], heading[i, 1], heading[i, 2]
        along = x * p + y * q + z * r
        x, y, z = x - p * along, y - q * along, z - r * along
        length = np.sqrt(x * x + y * y + z * z) + 1e-12
        x, y, z = x / length, y / length, z / length
        u, v, w = q * z - r * y, r * x - p * z, p * y - q * x
        if i:
            step = line[i] - line[i - 1]
            run += np.sqrt((step * step).sum())
        for k in range(sides + 1):
            turn = 2 * np.pi * k / sides
            c, s = np.cos(turn) * reach[i], np.sin(turn) * reach[i]
            points[i, k, 0] = line[i, 0] + c * x + s * u
            points[i, k, 1] = line[i, 1] + c * y + s * v
            points[i, k, 2] = line[i, 2] + c * z + s * w
            uv[i, k, 0], uv[i, k, 1] = run, turn * wide
    return points, uv, heading
