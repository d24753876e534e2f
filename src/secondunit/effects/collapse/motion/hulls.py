"""Convex shards as contact wants them: flat faces merged from triangles, outlines, and each corner's neighbours."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from secondunit.effects.collapse.shards import Shards

Array = npt.NDArray[Any]


class Hulls(NamedTuple):
    """S convex solids with V corners, F faces and L outline entries, around their centres of mass at rest.

    Attributes:
        corner_start: (S + 1,) solid i owns corners ``corner_start[i]:corner_start[i + 1]``.
        corner: (V, 3) corners from the solid's centre, m.
        face_start: (S + 1,) ranges of faces.
        normal: (F, 3) outward unit normals.
        loop_start: (F + 1,) ranges of outlines.
        loop: (L,) corner indices, counter-clockwise seen from outside.
        ring_start: (V + 1,) ranges of neighbours.
        ring: (L,) corners that share an edge with a corner.
        radius: (S,) distance of the farthest corner from the centre, m.
    """

    corner_start: Array
    corner: Array
    face_start: Array
    normal: Array
    loop_start: Array
    loop: Array
    ring_start: Array
    ring: Array
    radius: Array


class Placed(NamedTuple):
    """Hulls where they are now: corners (V, 3), normals (F, 3), boxes (S, 3), and reach in a step (S,), m."""

    corner: Array
    normal: Array
    low: Array
    high: Array
    reach: Array


_SAME_PLANE = 0.9995  # cosine under which two triangles are different faces: 1.8 degrees


@njit(cache=True, nogil=True)
def _merge(corner_start, corner, triangle_start, triangle):  # type: ignore[no-untyped-def]  # noqa: C901
    solids = len(corner_start) - 1
    face_start = np.zeros(solids + 1, np.int32)
    normal = np.empty((len(triangle), 3))
    loop_start = np.zeros(len(triangle) + 1, np.int32)
    loop = np.empty(3 * len(triangle), np.int32)
    faces, used = 0, 0
    for i in range(solids):
        first = faces
        lo, hi = triangle_start[i], triangle_start[i + 1]
        owner = np.full(hi - lo, -1, np.int32)
        for t in range(lo, hi):
            a, b, c = corner[triangle[t, 0]], corner[triangle[t, 1]], corner[triangle[t, 2]]
            n = np.cross(b - a, c - a)
            size = np.sqrt(np.sum(n * n))
            if size < 1e-10:
                continue
            n /= size
            for f in range(first, faces):
                if np.sum(normal[f] * n) > _SAME_PLANE:
                    owner[t - lo] = f
                    break
            if owner[t - lo] < 0:
                normal[faces] = n
                owner[t - lo] = faces
                faces += 1
        for f in range(first, faces):
            begin = used
            for t in range(lo, hi):
                if owner[t - lo] == f:
                    for k in range(3):
                        known = False
                        for m in range(begin, used):
                            known = known or loop[m] == triangle[t, k]
                        if not known:
                            loop[used] = triangle[t, k]
                            used += 1
            middle = np.zeros(3)
            for m in range(begin, used):
                middle += corner[loop[m]] / (used - begin)
            u = corner[loop[begin]] - middle
            v = np.cross(normal[f], u)
            angle = np.empty(used - begin)
            for m in range(begin, used):
                d = corner[loop[m]] - middle
                angle[m - begin] = np.arctan2(np.sum(d * v), np.sum(d * u))
            for m in range(1, used - begin):
                key, index = angle[m], loop[begin + m]
                k = m - 1
                while k >= 0 and angle[k] > key:
                    angle[k + 1], loop[begin + k + 1] = angle[k], loop[begin + k]
                    k -= 1
                angle[k + 1], loop[begin + k + 1] = key, index
            loop_start[f + 1] = used
        face_start[i + 1] = faces
    return face_start, normal[:faces].copy(), loop_start[: faces + 1].copy(), loop[:used].copy()


def _rings(corners: int, loop_start: Array, loop: Array) -> tuple[Array, Array]:
    following = np.empty_like(loop)
    following[:-1] = loop[1:]
    following[loop_start[1:] - 1] = loop[loop_start[:-1]]
    order = np.argsort(loop, kind="stable")
    start = np.zeros(corners + 1, np.int32)
    start[1:] = np.cumsum(np.bincount(loop, minlength=corners))
    return start, following[order]


def hulls_of(shards: Shards, boxes: tuple[tuple[float, float, float, float, float], ...]) -> tuple[Hulls, Array]:
    """Hulls of all shards, then of the neighbours' boxes (left, back, right, front, height), and all centres (S, 3)."""
    corners = [shards.vertices - np.repeat(shards.centroid, np.diff(shards.vertex_start), axis=0)]
    starts = [shards.vertex_start]
    triangles, triangle_starts = [shards.triangles], [shards.triangle_start]
    centres = [shards.centroid]
    cube = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]) * 0.5
    sides = [0, 1, 3, 0, 3, 2, 4, 6, 7, 4, 7, 5, 0, 4, 5, 0, 5, 1, 2, 3, 7, 2, 7, 6, 0, 2, 6, 0, 6, 4, 1, 5, 7, 1, 7, 3]
    for left, back, right, front, height in boxes:
        size = np.array([abs(right - left), height, abs(front - back)])
        base = int(starts[-1][-1])
        corners.append(cube * size)
        starts.append(np.array([base + 8], np.int32))
        triangles.append(np.array(sides, np.int32).reshape(12, 3) + base)
        triangle_starts.append(triangle_starts[-1][-1:] + 12)
        centres.append(np.array([[(left + right) / 2, height / 2, (back + front) / 2]]))
    corner, corner_start = np.concatenate(corners), np.concatenate(starts).astype(np.int32)
    triangle_start = np.concatenate(triangle_starts).astype(np.int32)
    face_start, normal, loop_start, loop = _merge(
        corner_start, corner, triangle_start, np.concatenate(triangles).astype(np.int32)
    )
    ring_start, ring = _rings(len(corner), loop_start, loop)
    radius = np.sqrt(np.maximum.reduceat((corner**2).sum(axis=1), corner_start[:-1]))
    hulls = Hulls(corner_start, corner, face_start, normal, loop_start, loop, ring_start, ring, radius)
    return hulls, np.concatenate(centres)


def placed_of(hulls: Hulls, centres: Array) -> Placed:
    """Hulls at rest."""
    corner = hulls.corner + np.repeat(centres, np.diff(hulls.corner_start), axis=0)
    low = np.minimum.reduceat(corner, hulls.corner_start[:-1], axis=0)
    high = np.maximum.reduceat(corner, hulls.corner_start[:-1], axis=0)
    return Placed(corner, hulls.normal.copy(), low, high, np.zeros(len(centres)))


@njit(cache=True, nogil=True)
def place(hulls, placed, bodies, centres, step_s):  # type: ignore[no-untyped-def]
    """Move corners, normals and boxes of every shard whose body moves to where the body is."""
    for i in range(len(bodies.of_shard)):
        b = bodies.of_shard[i]
        if not bodies.moving[b]:
            placed.reach[i] = 0.0
            continue
        w, x, y, z = bodies.rotation[b]
        r = np.array(
            [
                [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
                [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
                [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
            ]
        )
        arm = np.empty(3)
        for k in range(3):
            arm[k] = 0.0
            for m in range(3):
                arm[k] += r[k, m] * (centres[i, m] - bodies.rest_centre[b, m])
        for k in range(3):
            placed.low[i, k] = 1e30
            placed.high[i, k] = -1e30
        for c in range(hulls.corner_start[i], hulls.corner_start[i + 1]):
            for k in range(3):
                at = bodies.position[b, k] + arm[k]
                for m in range(3):
                    at += r[k, m] * hulls.corner[c, m]
                placed.corner[c, k] = at
                placed.low[i, k] = min(placed.low[i, k], at)
                placed.high[i, k] = max(placed.high[i, k], at)
        for f in range(hulls.face_start[i], hulls.face_start[i + 1]):
            for k in range(3):
                placed.normal[f, k] = (
                    r[k, 0] * hulls.normal[f, 0] + r[k, 1] * hulls.normal[f, 1] + r[k, 2] * hulls.normal[f, 2]
                )
        spin = bodies.spin[b]
        vx = bodies.velocity[b, 0] + spin[1] * arm[2] - spin[2] * arm[1]
        vy = bodies.velocity[b, 1] + spin[2] * arm[0] - spin[0] * arm[2]
        vz = bodies.velocity[b, 2] + spin[0] * arm[1] - spin[1] * arm[0]
        turning = np.sqrt(np.sum(spin * spin)) * hulls.radius[i]
        placed.reach[i] = (np.sqrt(vx * vx + vy * vy + vz * vz) + turning) * step_s
