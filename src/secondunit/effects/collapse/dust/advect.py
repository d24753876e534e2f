"""Air carries itself: velocities on the faces of voxels, moved along the flow.

Semi-Lagrangian with MacCormack's correction, held between its neighbours: Selle, Fedkiw, Kim, Liu, Rossignac 2008, "An
unconditionally stable MacCormack method". One path is traced per voxel and shared by its faces.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from secondunit.effects.collapse.dust.sampling import NEXT


@numba.njit(cache=True, nogil=True)
def centre(start: int, stop: int, u: Any, v: Any, w: Any, out: Any) -> None:
    """Velocity in the middle of each voxel, ``out`` (nx, ny, nz, 3), from its faces."""
    half = np.float32(0.5)
    for i in range(start, stop):
        for j in range(out.shape[1]):
            for k in range(out.shape[2]):
                out[i, j, k, 0] = half * (u[i, j, k] + u[i + 1, j, k])
                out[i, j, k, 1] = half * (v[i, j, k] + v[i, j + 1, k])
                out[i, j, k, 2] = half * (w[i, j, k] + w[i, j, k + 1])


@numba.njit(cache=True, nogil=True)
def sample3(field: Any, x: Any, y: Any, z: Any) -> Any:
    """Three channels of (nx, ny, nz, 3) at index coordinates, linear, held at the border."""
    nx, ny, nz, _ = field.shape
    one = np.float32(1.0)
    x = min(max(x, np.float32(0.0)), np.float32(nx - 1))
    y = min(max(y, np.float32(0.0)), np.float32(ny - 1))
    z = min(max(z, np.float32(0.0)), np.float32(nz - 1))
    p0, p1, p2 = min(int(x), nx - 2), min(int(y), ny - 2), min(int(z), nz - 2)
    fx, fy, fz = x - np.float32(p0), y - np.float32(p1), z - np.float32(p2)
    i, j, k = np.uint64(p0), np.uint64(p1), np.uint64(p2)
    a = b = c = np.float32(0.0)
    for di in range(2):
        wx, u = (fx, i + NEXT) if di else (one - fx, i)
        for dj in range(2):
            wxy, v = (wx * fy, j + NEXT) if dj else (wx * (one - fy), j)
            for dk in range(2):
                weight, w = (wxy * fz, k + NEXT) if dk else (wxy * (one - fz), k)
                a += weight * field[u, v, w, 0]
                b += weight * field[u, v, w, 1]
                c += weight * field[u, v, w, 2]
    return a, b, c


@numba.njit(cache=True, nogil=True)
def trace(start: int, stop: int, velocity: Any, scale: Any, out: Any) -> None:
    """How far back, in voxels, the air in each voxel was one step ago (midpoint rule); ``scale`` = dt / voxel."""
    half = np.float32(0.5) * scale
    for i in range(start, stop):
        for j in range(out.shape[1]):
            for k in range(out.shape[2]):
                x = np.float32(i) - half * velocity[i, j, k, 0]
                y = np.float32(j) - half * velocity[i, j, k, 1]
                z = np.float32(k) - half * velocity[i, j, k, 2]
                a, b, c = sample3(velocity, x, y, z)
                out[i, j, k, 0], out[i, j, k, 1], out[i, j, k, 2] = scale * a, scale * b, scale * c


@numba.njit(cache=True, nogil=True)
def _path(offset: Any, i: int, j: int, k: int, axis: int) -> Any:
    """The path of a face: the mean of the voxels on its two sides."""
    nx, ny, nz, _ = offset.shape
    half = np.float32(0.5)
    i0, j0, k0, i1, j1, k1 = i, j, k, i, j, k
    if axis == 0:
        i0, i1 = max(i - 1, 0), min(i, nx - 1)
    elif axis == 1:
        j0, j1 = max(j - 1, 0), min(j, ny - 1)
    else:
        k0, k1 = max(k - 1, 0), min(k, nz - 1)
    return (
        half * (offset[i0, j0, k0, 0] + offset[i1, j1, k1, 0]),
        half * (offset[i0, j0, k0, 1] + offset[i1, j1, k1, 1]),
        half * (offset[i0, j0, k0, 2] + offset[i1, j1, k1, 2]),
    )


@numba.njit(cache=True, nogil=True)
def _sample(field: Any, x: Any, y: Any, z: Any) -> Any:
    """The value at index coordinates, linear, held at the border."""
    nx, ny, nz = field.shape
    x = min(max(x, np.float32(0.0)), np.float32(nx - 1))
    y = min(max(y, np.float32(0.0)), np.float32(ny - 1))
    z = min(max(z, np.float32(0.0)), np.float32(nz - 1))
    p0, p1, p2 = min(int(x), nx - 2), min(int(y), ny - 2), min(int(z), nz - 2)
    fx, fy, fz = x - np.float32(p0), y - np.float32(p1), z - np.float32(p2)
    i, j, k = np.uint64(p0), np.uint64(p1), np.uint64(p2)
    a = field[i, j, k] + fz * (field[i, j, k + NEXT] - field[i, j, k])
    b = field[i, j + NEXT, k] + fz * (field[i, j + NEXT, k + NEXT] - field[i, j + NEXT, k])
    c = field[i + NEXT, j, k] + fz * (field[i + NEXT, j, k + NEXT] - field[i + NEXT, j, k])
    d = field[i + NEXT, j + NEXT, k] + fz * (field[i + NEXT, j + NEXT, k + NEXT] - field[i + NEXT, j + NEXT, k])
    near, far = a + fy * (b - a), c + fy * (d - c)
    return near + fx * (far - near)


@numba.njit(cache=True, nogil=True)
def _bounds(field: Any, x: Any, y: Any, z: Any) -> Any:
    """(lowest, highest) of the eight neighbours of index coordinates within the field."""
    nx, ny, nz = field.shape
    i, j, k = np.uint64(min(int(x), nx - 2)), np.uint64(min(int(y), ny - 2)), np.uint64(min(int(z), nz - 2))
    a, b, c, d = field[i, j, k], field[i, j, k + NEXT], field[i, j + NEXT, k], field[i, j + NEXT, k + NEXT]
    e, f, g, h = (
        field[i + NEXT, j, k],
        field[i + NEXT, j, k + NEXT],
        field[i + NEXT, j + NEXT, k],
        field[i + NEXT, j + NEXT, k + NEXT],
    )
    low = min(min(min(a, b), min(c, d)), min(min(e, f), min(g, h)))
    high = max(max(max(a, b), max(c, d)), max(max(e, f), max(g, h)))
    return low, high


@numba.njit(cache=True, nogil=True)
def carry(start: int, stop: int, field: Any, offset: Any, axis: int, outside: Any, out: Any) -> None:
    """Faces one step later, first order. What comes from beyond the box is ``outside``, the wind."""
    nx, ny, nz = field.shape
    beyond = np.float32(0.5)
    for i in range(start, stop):
        for j in range(ny):
            for k in range(nz):
                a, b, c = _path(offset, i, j, k, axis)
                x, y, z = np.float32(i) - a, np.float32(j) - b, np.float32(k) - c
                if x < -beyond or x > nx - beyond or z < -beyond or z > nz - beyond or y > ny - beyond:
                    out[i, j, k] = outside
                else:
                    out[i, j, k] = _sample(field, x, y, z)


@numba.njit(cache=True, nogil=True)
def correct(start: int, stop: int, field: Any, carried: Any, offset: Any, axis: int, out: Any) -> None:
    """Second order: half of what the way there and back changes is taken out again."""
    nx, ny, nz = field.shape
    half = np.float32(0.5)
    for i in range(start, stop):
        for j in range(ny):
            for k in range(nz):
                a, b, c = _path(offset, i, j, k, axis)
                x, y, z = np.float32(i), np.float32(j), np.float32(k)
                inside = 0 <= x - a <= nx - 1 and 0 <= y - b <= ny - 1 and 0 <= z - c <= nz - 1
                if not inside:
                    out[i, j, k] = carried[i, j, k]
                    continue
                back = _sample(carried, x + a, y + b, z + c)
                low, high = _bounds(field, x - a, y - b, z - c)
                value = carried[i, j, k] + half * (field[i, j, k] - back)
                out[i, j, k] = min(max(value, low), high)


@numba.njit(cache=True, nogil=True)
def carry_coordinates(start: int, stop: int, field: Any, offset: Any, out: Any) -> None:
    """Coordinates that travel with the air, kept as displacement in voxels.

    A point's new displacement is the one where it came from, plus the way it came. ``field`` (mx, my, mz, 3) is at half
    the resolution of ``offset``, and is not changed.
    """
    half, quarter = np.float32(0.5), np.float32(0.25)
    for i in range(start, stop):
        for j in range(out.shape[1]):
            for k in range(out.shape[2]):
                a = b = c = np.float32(0.0)
                for corner in range(8):
                    fi, fj, fk = 2 * i + (corner >> 2), 2 * j + ((corner >> 1) & 1), 2 * k + (corner & 1)
                    a += offset[fi, fj, fk, 0]
                    b += offset[fi, fj, fk, 1]
                    c += offset[fi, fj, fk, 2]
                a, b, c = a * half * quarter, b * half * quarter, c * half * quarter
                x, y, z = np.float32(i) - half * a, np.float32(j) - half * b, np.float32(k) - half * c
                p, q, r = sample3(field, x, y, z)
                out[i, j, k, 0], out[i, j, k, 1], out[i, j, k, 2] = p - a, q - b, r - c
