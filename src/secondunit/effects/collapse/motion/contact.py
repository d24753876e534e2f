"""Where two shards touch: separating axis, then the faces clipped against each other (narrow phase).

The axis with the widest gap is sought among last step's axis, both solids' faces, and crossed edges around the support
corners (a few steps up the Gauss map instead of all pairs of edges). Any axis gives a true lower bound of the gap, so a
missed one can never let solids through each other.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from secondunit.effects.collapse.motion.pairs import SKIN_M

Array = npt.NDArray[Any]
POINTS = 4  # kept of a manifold: enough for a face to rest on


class Manifolds(NamedTuple):
    """P pairs with up to four points each.

    Attributes:
        pair: (P,) sorted keys from ``pairs.near``.
        axis: (P, 3) unit, from the first solid to the second; kept when apart, to ask first next time.
        number: (P,) points.
        point: (P, 4, 3) world.
        gap: (P, 4) m, negative where they overlap.
        impulse: (P, 4, 3) along the axis and two tangents, N s a substep: where the solver starts and what it found.
    """

    pair: Array
    axis: Array
    number: Array
    point: Array
    gap: Array
    impulse: Array


def no_manifolds() -> Manifolds:
    """What the first step starts from."""
    empty = np.zeros((0, POINTS, 3))
    return Manifolds(
        np.zeros(0, np.int64), np.zeros((0, 3)), np.zeros(0, np.int32), empty, np.zeros((0, POINTS)), empty.copy()
    )


@njit(cache=True, nogil=True)
def _highest(corner, start, end, x, y, z):  # type: ignore[no-untyped-def]
    best, index = -1e30, start
    for c in range(start, end):
        d = corner[c, 0] * x + corner[c, 1] * y + corner[c, 2] * z
        if d > best:
            best, index = d, c
    return best, index


@njit(cache=True, nogil=True)
def _widest(hulls, placed, i, j, x, y, z, margin):  # type: ignore[no-untyped-def]
    """Gap, axis, and the face that gave it: (gap, x, y, z, solid, face); solid -1 = edges. ``x, y, z`` goes first."""
    i0, i1, j0, j1 = hulls.corner_start[i], hulls.corner_start[i + 1], hulls.corner_start[j], hulls.corner_start[j + 1]
    best, bx, by, bz, solid, face = -1e30, 0.0, 1.0, 0.0, -1, -1
    first = -1e30
    if x * x + y * y + z * z > 0.5:
        far, _ = _highest(placed.corner, i0, i1, x, y, z)
        low, _ = _highest(placed.corner, j0, j1, -x, -y, -z)
        first = -low - far
        if first > margin:
            return first, x, y, z, -1, -1
    for side in range(2):
        s = i if side == 0 else j
        o0, o1 = (j0, j1) if side == 0 else (i0, i1)
        for f in range(hulls.face_start[s], hulls.face_start[s + 1]):
            nx, ny, nz = placed.normal[f, 0], placed.normal[f, 1], placed.normal[f, 2]
            c = hulls.loop[hulls.loop_start[f]]
            plane = placed.corner[c, 0] * nx + placed.corner[c, 1] * ny + placed.corner[c, 2] * nz
            low, _ = _highest(placed.corner, o0, o1, -nx, -ny, -nz)
            gap = -low - plane
            if gap > best + (0.0 if side == 0 else 1e-3):  # the first solid's faces win ties, so that points stay put
                sign = 1.0 if side == 0 else -1.0
                best, bx, by, bz, solid, face = gap, sign * nx, sign * ny, sign * nz, s, f
                if gap > margin:
                    return best, bx, by, bz, solid, face
    tolerance = 3e-3
    if first > best + tolerance:
        best, bx, by, bz, solid, face = first, x, y, z, -1, -1
    for _climb in range(3):
        far, p = _highest(placed.corner, i0, i1, bx, by, bz)
        low, q = _highest(placed.corner, j0, j1, -bx, -by, -bz)
        better = False
        ax, ay, az = bx, by, bz
        for e in range(hulls.ring_start[p], hulls.ring_start[p + 1]):
            ex = placed.corner[hulls.ring[e], 0] - placed.corner[p, 0]
            ey = placed.corner[hulls.ring[e], 1] - placed.corner[p, 1]
            ez = placed.corner[hulls.ring[e], 2] - placed.corner[p, 2]
            for g in range(hulls.ring_start[q], hulls.ring_start[q + 1]):
                gx = placed.corner[hulls.ring[g], 0] - placed.corner[q, 0]
                gy = placed.corner[hulls.ring[g], 1] - placed.corner[q, 1]
                gz = placed.corner[hulls.ring[g], 2] - placed.corner[q, 2]
                cx, cy, cz = ey * gz - ez * gy, ez * gx - ex * gz, ex * gy - ey * gx
                size = cx * cx + cy * cy + cz * cz
                if size < 1e-8 * (ex * ex + ey * ey + ez * ez) * (gx * gx + gy * gy + gz * gz) + 1e-18:
                    continue
                size = 1.0 / np.sqrt(size)
                if cx * ax + cy * ay + cz * az < 0.0:
                    size = -size
                cx, cy, cz = cx * size, cy * size, cz * size
                far, _ = _highest(placed.corner, i0, i1, cx, cy, cz)
                low, _ = _highest(placed.corner, j0, j1, -cx, -cy, -cz)
                gap = -low - far
                if gap > best + (tolerance if solid >= 0 else 1e-9):
                    best, bx, by, bz, solid, face, better = gap, cx, cy, cz, -1, -1, True
        if best > margin or not better:
            break
    return best, bx, by, bz, solid, face


@njit(cache=True, nogil=True)
def _clip(hulls, placed, solid, face, other, margin, point, gap):  # type: ignore[no-untyped-def]
    """Points of ``other``'s face over ``solid``'s ``face``, up to 4, into ``point`` and ``gap``; returns how many."""
    nx, ny, nz = placed.normal[face, 0], placed.normal[face, 1], placed.normal[face, 2]
    least, facing = 1e30, hulls.face_start[other]
    for f in range(hulls.face_start[other], hulls.face_start[other + 1]):
        d = placed.normal[f, 0] * nx + placed.normal[f, 1] * ny + placed.normal[f, 2] * nz
        if d < least:
            least, facing = d, f
    size = hulls.loop_start[facing + 1] - hulls.loop_start[facing]
    room = size + hulls.loop_start[face + 1] - hulls.loop_start[face] + 2
    poly, spare = np.empty((room, 3)), np.empty((room, 3))
    for k in range(size):
        poly[k] = placed.corner[hulls.loop[hulls.loop_start[facing] + k]]
    lo, hi = hulls.loop_start[face], hulls.loop_start[face + 1]
    for e in range(lo, hi):
        a = hulls.loop[e]
        b = hulls.loop[e + 1 if e + 1 < hi else lo]
        ex = placed.corner[b, 0] - placed.corner[a, 0]
        ey = placed.corner[b, 1] - placed.corner[a, 1]
        ez = placed.corner[b, 2] - placed.corner[a, 2]
        sx, sy, sz = ey * nz - ez * ny, ez * nx - ex * nz, ex * ny - ey * nx  # outward in the face's plane
        off = sx * placed.corner[a, 0] + sy * placed.corner[a, 1] + sz * placed.corner[a, 2]
        count = 0
        for k in range(size):
            m = k + 1 if k + 1 < size else 0
            d0 = sx * poly[k, 0] + sy * poly[k, 1] + sz * poly[k, 2] - off
            d1 = sx * poly[m, 0] + sy * poly[m, 1] + sz * poly[m, 2] - off
            if d0 <= 0.0:
                spare[count] = poly[k]
                count += 1
            if (d0 < 0.0 < d1) or (d1 < 0.0 < d0):
                t = d0 / (d0 - d1)
                for c in range(3):
                    spare[count, c] = poly[k, c] + t * (poly[m, c] - poly[k, c])
                count += 1
        poly, spare = spare, poly
        size = count
        if size == 0:
            return 0
    c = hulls.loop[lo]
    off = nx * placed.corner[c, 0] + ny * placed.corner[c, 1] + nz * placed.corner[c, 2]
    count = 0
    for k in range(size):
        d = nx * poly[k, 0] + ny * poly[k, 1] + nz * poly[k, 2] - off
        if d <= margin:
            spare[count, 0], spare[count, 1], spare[count, 2] = poly[k, 0], poly[k, 1], poly[k, 2]
            poly[count, 0] = d  # the first ``count`` corners are read already
            count += 1
    return keep_four(spare, poly[:, 0], count, nx, ny, nz, point, gap)


@njit(cache=True, nogil=True)
def keep_four(points, depth, count, nx, ny, nz, point, gap):  # type: ignore[no-untyped-def]
    """The deepest point, the farthest from it, and the widest to both sides of their line; half-way to the face.

    Ways are measured across the normal, and what lies higher counts as so much nearer: a thin plate must lie on the
    corners of its lower side, not on those above them.
    """
    chosen = np.full(4, -1, np.int32)
    kept = 0
    if count <= 4:
        for k in range(count):
            chosen[k] = k
        kept = count
    else:
        best = 1e30
        for k in range(count):
            if depth[k] < best:
                best, chosen[0] = depth[k], k
        a = chosen[0]
        best = -1e30
        for k in range(count):
            px, py, pz = points[k, 0] - points[a, 0], points[k, 1] - points[a, 1], points[k, 2] - points[a, 2]
            up = depth[k] - depth[a]
            d = np.sqrt(max(0.0, px * px + py * py + pz * pz - up * up)) - up
            if k != a and d > best:
                best, chosen[1] = d, k
        b = chosen[1]
        kept = 2
        most, least, at_most, at_least = 1e-6, -1e-6, -1, -1
        ex, ey, ez = points[b, 0] - points[a, 0], points[b, 1] - points[a, 1], points[b, 2] - points[a, 2]
        size = np.sqrt(ex * ex + ey * ey + ez * ez)
        for k in range(count):
            px, py, pz = points[k, 0] - points[a, 0], points[k, 1] - points[a, 1], points[k, 2] - points[a, 2]
            side = (ey * pz - ez * py) * nx + (ez * px - ex * pz) * ny + (ex * py - ey * px) * nz
            up = (depth[k] - depth[a]) * size
            if side - up > most:
                most, at_most = side - up, k
            if side + up < least:
                least, at_least = side + up, k
        if at_most >= 0:
            chosen[kept] = at_most
            kept += 1
        if at_least >= 0:
            chosen[kept] = at_least
            kept += 1
    for k in range(kept):
        p = chosen[k]
        half = 0.5 * depth[p]
        point[k, 0], point[k, 1], point[k, 2] = (
            points[p, 0] - half * nx,
            points[p, 1] - half * ny,
            points[p, 2] - half * nz,
        )
        gap[k] = depth[p]
    return kept


@njit(cache=True, nogil=True)
def _cross_point(hulls, placed, i, j, x, y, z, gap, point):  # type: ignore[no-untyped-def]
    """The one point of two crossed edges (or of whatever lies farthest out along the axis)."""
    middle = np.zeros((2, 3))
    line = np.zeros((2, 3))
    for side in range(2):
        s, sign = (i, 1.0) if side == 0 else (j, -1.0)
        c0, c1 = hulls.corner_start[s], hulls.corner_start[s + 1]
        _, p = _highest(placed.corner, c0, c1, sign * x, sign * y, sign * z)
        second, q = -1e30, p
        for e in range(hulls.ring_start[p], hulls.ring_start[p + 1]):
            c = hulls.ring[e]
            d = sign * (placed.corner[c, 0] * x + placed.corner[c, 1] * y + placed.corner[c, 2] * z)
            if d > second:
                second, q = d, c
        middle[side] = placed.corner[p]
        line[side] = placed.corner[q] - placed.corner[p]
    between = middle[1] - middle[0]
    a, b, c = np.sum(line[0] * line[0]), np.sum(line[0] * line[1]), np.sum(line[1] * line[1])
    d, e = np.sum(line[0] * between), np.sum(line[1] * between)
    det = a * c - b * b
    s, t = 0.5, 0.5
    if det > 1e-9 * a * c:
        s = min(1.0, max(0.0, (d * c - b * e) / det))
        t = min(1.0, max(0.0, (d * b - a * e) / det))
    for k in range(3):
        point[k] = 0.5 * (middle[0, k] + s * line[0, k] + middle[1, k] + t * line[1, k])


@njit(cache=True, nogil=True)
def touch(hulls, placed, pair, old, done):  # type: ignore[no-untyped-def]
    """Manifolds of all pairs (P,), with impulses carried over from ``old`` where points are still near.

    Pairs that ``done`` holds were looked at in this place already: they are copied.
    """
    count, solids = len(pair), len(hulls.radius)
    axis, number = np.zeros((count, 3)), np.zeros(count, np.int32)
    point, gap = np.zeros((count, POINTS, 3)), np.zeros((count, POINTS))
    impulse = np.zeros((count, POINTS, 3))
    for p in range(count):
        i, j = pair[p] // solids, pair[p] % solids
        same = np.searchsorted(done.pair, pair[p])
        if same < len(done.pair) and done.pair[same] == pair[p]:
            axis[p], number[p], point[p] = done.axis[same], done.number[same], done.point[same]
            gap[p], impulse[p] = done.gap[same], done.impulse[same]
            continue
        before = np.searchsorted(old.pair, pair[p])
        known = before < len(old.pair) and old.pair[before] == pair[p]
        x, y, z = 0.0, 0.0, 0.0
        if known:
            x, y, z = old.axis[before, 0], old.axis[before, 1], old.axis[before, 2]
        margin = SKIN_M + placed.reach[i] + placed.reach[j]
        wide, x, y, z, solid, face = _widest(hulls, placed, i, j, x, y, z, margin)
        axis[p, 0], axis[p, 1], axis[p, 2] = x, y, z
        if wide > margin:
            continue
        if solid >= 0:
            number[p] = _clip(hulls, placed, solid, face, j if solid == i else i, margin, point[p], gap[p])
        if number[p] == 0:
            _cross_point(hulls, placed, i, j, x, y, z, wide, point[p, 0])
            gap[p, 0] = wide
            number[p] = 1
        if known:
            for k in range(number[p]):
                best, m = 0.05**2, -1  # m2: how far a point may wander in a step and still be the same
                for n in range(old.number[before]):
                    d = 0.0
                    for c in range(3):
                        d += (point[p, k, c] - old.point[before, n, c]) ** 2
                    if d < best:
                        best, m = d, n
                if m >= 0:
                    impulse[p, k] = old.impulse[before, m]
    return Manifolds(pair, axis, number, point, gap, impulse)
