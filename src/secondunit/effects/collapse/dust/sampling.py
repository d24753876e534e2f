"""Values between voxels, and where rays meet boxes of them."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

BLOCK = 8  # fine voxels along the edge of a block that may be skipped when empty


@numba.njit(cache=True, nogil=True)
def linear(field: Any, x: Any, y: Any, z: Any, out: Any) -> None:
    """All channels of (nx, ny, nz, channels) at index coordinates, linear, held at the border."""
    nx, ny, nz, channels = field.shape
    one = np.float32(1.0)
    x = min(max(x, np.float32(0.0)), np.float32(nx - 1))
    y = min(max(y, np.float32(0.0)), np.float32(ny - 1))
    z = min(max(z, np.float32(0.0)), np.float32(nz - 1))
    i, j, k = min(int(x), nx - 2), min(int(y), ny - 2), min(int(z), nz - 2)
    fx, fy, fz = x - np.float32(i), y - np.float32(j), z - np.float32(k)
    for n in range(channels):
        a = field[i, j, k, n] * (one - fz) + field[i, j, k + 1, n] * fz
        b = field[i, j + 1, k, n] * (one - fz) + field[i, j + 1, k + 1, n] * fz
        c = field[i + 1, j, k, n] * (one - fz) + field[i + 1, j, k + 1, n] * fz
        d = field[i + 1, j + 1, k, n] * (one - fz) + field[i + 1, j + 1, k + 1, n] * fz
        a, c = a + fy * (b - a), c + fy * (d - c)
        out[n] = a + fx * (c - a)


@numba.njit(cache=True, nogil=True)
def pair(field: Any, x: Any, y: Any, z: Any) -> Any:
    """Two channels of (nx, ny, nz, 2) at index coordinates, linear, held at the border."""
    zero = np.float32(0.0)
    x = min(max(x, zero), np.float32(field.shape[0] - 1))
    y = min(max(y, zero), np.float32(field.shape[1] - 1))
    z = min(max(z, zero), np.float32(field.shape[2] - 1))
    i, j, k = min(int(x), field.shape[0] - 2), min(int(y), field.shape[1] - 2), min(int(z), field.shape[2] - 2)
    fx, fy, fz = x - np.float32(i), y - np.float32(j), z - np.float32(k)
    gx, gy, gz = np.float32(1.0) - fx, np.float32(1.0) - fy, np.float32(1.0) - fz
    p, q, r, s = gx * gy, gx * fy, fx * gy, fx * fy
    first = gz * (
        p * field[i, j, k, 0] + q * field[i, j + 1, k, 0] + r * field[i + 1, j, k, 0] + s * field[i + 1, j + 1, k, 0]
    )
    first += fz * (
        p * field[i, j, k + 1, 0]
        + q * field[i, j + 1, k + 1, 0]
        + r * field[i + 1, j, k + 1, 0]
        + s * field[i + 1, j + 1, k + 1, 0]
    )
    second = gz * (
        p * field[i, j, k, 1] + q * field[i, j + 1, k, 1] + r * field[i + 1, j, k, 1] + s * field[i + 1, j + 1, k, 1]
    )
    second += fz * (
        p * field[i, j, k + 1, 1]
        + q * field[i, j + 1, k + 1, 1]
        + r * field[i + 1, j, k + 1, 1]
        + s * field[i + 1, j + 1, k + 1, 1]
    )
    return first, second


@numba.njit(cache=True, nogil=True)
def single(field: Any, x: Any, y: Any, z: Any) -> Any:
    """(nx, ny, nz) at index coordinates, linear, held at the border."""
    zero = np.float32(0.0)
    x = min(max(x, zero), np.float32(field.shape[0] - 1))
    y = min(max(y, zero), np.float32(field.shape[1] - 1))
    z = min(max(z, zero), np.float32(field.shape[2] - 1))
    i, j, k = min(int(x), field.shape[0] - 2), min(int(y), field.shape[1] - 2), min(int(z), field.shape[2] - 2)
    fx, fy, fz = x - np.float32(i), y - np.float32(j), z - np.float32(k)
    a = field[i, j, k] + fz * (field[i, j, k + 1] - field[i, j, k])
    b = field[i, j + 1, k] + fz * (field[i, j + 1, k + 1] - field[i, j + 1, k])
    c = field[i + 1, j, k] + fz * (field[i + 1, j, k + 1] - field[i + 1, j, k])
    d = field[i + 1, j + 1, k] + fz * (field[i + 1, j + 1, k + 1] - field[i + 1, j + 1, k])
    near, far = a + fy * (b - a), c + fy * (d - c)
    return near + fx * (far - near)


@numba.njit(cache=True, nogil=True)
def span(origin: Any, ray: Any, size: Any) -> Any:
    """Where a ray is inside a box from 0 to ``size``: (enters, leaves)."""
    enters, leaves = np.float32(0.0), np.float32(1e30)
    for axis in range(3):
        speed = ray[axis] if abs(ray[axis]) > 1e-9 else np.float32(1e-9)
        a, b = (np.float32(0.0) - origin[axis]) / speed, (size[axis] - origin[axis]) / speed
        enters, leaves = max(enters, min(a, b)), min(leaves, max(a, b))
    return enters, leaves


@numba.njit(cache=True, nogil=True)
def occupied(fine: Any, out: Any) -> None:
    """``out`` (blocks) = 1 where a block, or the voxel next to it, holds dust."""
    mx, my, mz, _ = fine.shape
    for i in range(mx):
        for j in range(my):
            for k in range(mz):
                if fine[i, j, k, 0] > np.float32(2e-4):
                    for corner in range(8):
                        a = max(i - 1, 0) if corner & 1 else min(i + 1, mx - 1)
                        b = max(j - 1, 0) if corner & 2 else min(j + 1, my - 1)
                        c = max(k - 1, 0) if corner & 4 else min(k + 1, mz - 1)
                        out[a // BLOCK, b // BLOCK, c // BLOCK] = 1


@numba.njit(cache=True, nogil=True)
def block(t: Any, origin: Any, ray: Any, blocks: Any) -> Any:
    """Where the ray leaves the block it is in at ``t``, and whether the block holds dust."""
    ends, cell = np.float32(1e30), (0, 0, 0)
    for axis in range(3):
        number = min(max(int((origin[axis] + t * ray[axis]) / BLOCK), 0), blocks.shape[axis] - 1)
        if axis == 0:
            cell = (number, cell[1], cell[2])
        elif axis == 1:
            cell = (cell[0], number, cell[2])
        else:
            cell = (cell[0], cell[1], number)
        if abs(ray[axis]) > np.float32(1e-9):
            edge = np.float32((number + (1 if ray[axis] > 0 else 0)) * BLOCK)
            ends = min(ends, (edge - origin[axis]) / ray[axis])
    return max(ends, t + np.float32(1e-3)), blocks[cell] == 1
