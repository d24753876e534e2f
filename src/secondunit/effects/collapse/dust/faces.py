"""The faces between voxels: how open they are, how fast what closes them moves, and what flows through."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np


@numba.njit(cache=True, nogil=True)
def open_faces(
    start: int, stop: int, hollow: Any, fixed: Any, velocity: Any, leak: Any, axis: int, opening: Any, wall: Any
) -> None:
    """Opening 0..1 of the faces of one axis, and the speed of what closes them.

    The ground and the faces of neighbours are shut; other closed faces leak; the other sides of the box are open.

    Args:
        start, stop: slabs of ``opening`` along x.
        hollow, fixed, velocity: of the solids.
        leak: opening of a closed face that is not a neighbour's.
        axis: 0, 1 or 2.
        opening: faces, written.
        wall: faces, m/s, written.
    """
    nx, ny, nz = hollow.shape
    for i in range(start, stop):
        for j in range(opening.shape[1]):
            for k in range(opening.shape[2]):
                i0, j0, k0 = min(i, nx - 1), min(j, ny - 1), min(k, nz - 1)
                i1, j1, k1 = i0, j0, k0
                if axis == 0:
                    i1 = max(i - 1, 0)
                elif axis == 1:
                    j1 = max(j - 1, 0)
                else:
                    k1 = max(k - 1, 0)
                shut_in = fixed[i0, j0, k0] == 1 or fixed[i1, j1, k1] == 1
                if shut_in or (axis == 1 and j == 0):
                    opening[i, j, k], wall[i, j, k] = 0.0, 0.0
                    continue
                opening[i, j, k] = max(min(hollow[i0, j0, k0], hollow[i1, j1, k1]), leak)
                a, b = np.float32(1.0) - hollow[i0, j0, k0], np.float32(1.0) - hollow[i1, j1, k1]
                moving = a * velocity[i0, j0, k0, axis] + b * velocity[i1, j1, k1, axis]
                wall[i, j, k] = moving / max(a + b, np.float32(1e-6))


@numba.njit(cache=True, nogil=True)
def blend(start: int, stop: int, speed: Any, opening: Any, wall: Any) -> None:
    """Volume flow through faces: air where open, the solid's own speed where closed; in place."""
    for i in range(start, stop):
        for j in range(speed.shape[1]):
            for k in range(speed.shape[2]):
                share = opening[i, j, k]
                speed[i, j, k] = share * speed[i, j, k] + (np.float32(1.0) - share) * wall[i, j, k]


@numba.njit(cache=True, nogil=True)
def divergence(start: int, stop: int, u: Any, v: Any, w: Any, source: Any, out: Any) -> None:
    """``out`` = source - divergence, both times voxel size (m/s), per voxel."""
    for i in range(start, stop):
        for j in range(out.shape[1]):
            for k in range(out.shape[2]):
                flow = u[i + 1, j, k] - u[i, j, k] + v[i, j + 1, k] - v[i, j, k] + w[i, j, k + 1] - w[i, j, k]
                out[i, j, k] = source[i, j, k] - flow


@numba.njit(cache=True, nogil=True)
def push(start: int, stop: int, p: Any, opening: Any, axis: int, limit: Any, speed: Any) -> None:
    """Take the pressure's pull from the faces of one axis; ``limit`` bounds what leaks may reach, m/s."""
    di, dj, dk = (1, 0, 0) if axis == 0 else ((0, 1, 0) if axis == 1 else (0, 0, 1))
    for i in range(start, stop):
        for j in range(speed.shape[1]):
            high, low, open_, row = p[i + 1, j + 1], p[i + 1 - di, j + 1 - dj], opening[i, j], speed[i, j]
            for k in range(speed.shape[2]):
                value = row[k] - open_[k] * (high[k + 1] - low[k + 1 - dk])
                row[k] = min(max(value, -limit), limit)
