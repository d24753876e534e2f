"""Values between voxels, and where rays meet boxes of them."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

NEXT = np.uint64(1)  # indices without a sign: numba does not ask whether they count from the end
BLOCK = 4  # fine voxels along the edge of a block that may be skipped when empty


@numba.njit(cache=True, nogil=True, error_model="numpy")
def linear(field: Any, x: Any, y: Any, z: Any, out: Any) -> None:
    """All channels of (nx, ny, nz, channels) at index coordinates, linear, held at the border."""
    nx, ny, nz, channels = field.shape
    one = np.float32(1.0)
    x = min(max(x, np.float32(0.0)), np.float32(nx - 1))
    y = min(max(y, np.float32(0.0)), np.float32(ny - 1))
    z = min(max(z, np.float32(0.0)), np.float32(nz - 1))
    p0, p1, p2 = min(int(x), nx - 2), min(int(y), ny - 2), min(int(z), nz - 2)
    fx, fy, fz = x - np.float32(p0), y - np.float32(p1), z - np.float32(p2)
    i, j, k = np.uint64(p0), np.uint64(p1), np.uint64(p2)
    for n in range(channels):
        a = field[i, j, k, n] * (one - fz) + field[i, j, k + NEXT, n] * fz
        b = field[i, j + NEXT, k, n] * (one - fz) + field[i, j + NEXT, k + NEXT, n] * fz
        c = field[i + NEXT, j, k, n] * (one - fz) + field[i + NEXT, j, k + NEXT, n] * fz
        d = field[i + NEXT, j + NEXT, k, n] * (one - fz) + field[i + NEXT, j + NEXT, k + NEXT, n] * fz
        a, c = a + fy * (b - a), c + fy * (d - c)
        out[n] = a + fx * (c - a)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def pair(field: Any, x: Any, y: Any, z: Any) -> Any:
    """Two channels of (nx, ny, nz, 2) at index coordinates, linear, held at the border."""
    zero = np.float32(0.0)
    x = min(max(x, zero), np.float32(field.shape[0] - 1))
    y = min(max(y, zero), np.float32(field.shape[1] - 1))
    z = min(max(z, zero), np.float32(field.shape[2] - 1))
    p0, p1, p2 = min(int(x), field.shape[0] - 2), min(int(y), field.shape[1] - 2), min(int(z), field.shape[2] - 2)
    fx, fy, fz = x - np.float32(p0), y - np.float32(p1), z - np.float32(p2)
    i, j, k = np.uint64(p0), np.uint64(p1), np.uint64(p2)
    gx, gy, gz = np.float32(1.0) - fx, np.float32(1.0) - fy, np.float32(1.0) - fz
    p, q, r, s = gx * gy, gx * fy, fx * gy, fx * fy
    first = gz * (
        p * field[i, j, k, 0]
        + q * field[i, j + NEXT, k, 0]
        + r * field[i + NEXT, j, k, 0]
        + s * field[i + NEXT, j + NEXT, k, 0]
    )
    first += fz * (
        p * field[i, j, k + NEXT, 0]
        + q * field[i, j + NEXT, k + NEXT, 0]
        + r * field[i + NEXT, j, k + NEXT, 0]
        + s * field[i + NEXT, j + NEXT, k + NEXT, 0]
    )
    second = gz * (
        p * field[i, j, k, 1]
        + q * field[i, j + NEXT, k, 1]
        + r * field[i + NEXT, j, k, 1]
        + s * field[i + NEXT, j + NEXT, k, 1]
    )
    second += fz * (
        p * field[i, j, k + NEXT, 1]
        + q * field[i, j + NEXT, k + NEXT, 1]
        + r * field[i + NEXT, j, k + NEXT, 1]
        + s * field[i + NEXT, j + NEXT, k + NEXT, 1]
    )
    return first, second


@numba.njit(cache=True, nogil=True, error_model="numpy")
def single(field: Any, x: Any, y: Any, z: Any) -> Any:
    """(nx, ny, nz) at index coordinates, linear, held at the border."""
    zero = np.float32(0.0)
    x = min(max(x, zero), np.float32(field.shape[0] - 1))
    y = min(max(y, zero), np.float32(field.shape[1] - 1))
    z = min(max(z, zero), np.float32(field.shape[2] - 1))
    p0, p1, p2 = min(int(x), field.shape[0] - 2), min(int(y), field.shape[1] - 2), min(int(z), field.shape[2] - 2)
    fx, fy, fz = x - np.float32(p0), y - np.float32(p1), z - np.float32(p2)
    i, j, k = np.uint64(p0), np.uint64(p1), np.uint64(p2)
    a = field[i, j, k] + fz * (field[i, j, k + NEXT] - field[i, j, k])
    b = field[i, j + NEXT, k] + fz * (field[i, j + NEXT, k + NEXT] - field[i, j + NEXT, k])
    c = field[i + NEXT, j, k] + fz * (field[i + NEXT, j, k + NEXT] - field[i + NEXT, j, k])
    d = field[i + NEXT, j + NEXT, k] + fz * (field[i + NEXT, j + NEXT, k + NEXT] - field[i + NEXT, j + NEXT, k])
    near, far = a + fy * (b - a), c + fy * (d - c)
    return near + fx * (far - near)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def span(origin: Any, ray: Any, size: Any) -> Any:
    """Where a ray is inside a box from 0 to ``size``: (enters, leaves)."""
    enters, leaves = np.float32(0.0), np.float32(1e30)
    for axis in range(3):
        speed = ray[axis] if abs(ray[axis]) > 1e-9 else np.float32(1e-9)
        a, b = (np.float32(0.0) - origin[axis]) / speed, (size[axis] - origin[axis]) / speed
        enters, leaves = max(enters, min(a, b)), min(leaves, max(a, b))
    return enters, leaves


@numba.njit(cache=True, nogil=True, error_model="numpy")
def occupied(fine: Any, least: Any, out: Any) -> None:
    """``out`` (blocks) = 1 where a block, or a voxel next to it, holds more than ``least`` in channel 0."""
    mx, my, mz, _ = fine.shape
    for a in range(out.shape[0]):
        for b in range(out.shape[1]):
            for c in range(out.shape[2]):
                x, y, z = a * BLOCK, b * BLOCK, c * BLOCK
                found = np.uint8(0)
                for i in range(max(x - 1, 0), min(x + BLOCK + 1, mx)):
                    for j in range(max(y - 1, 0), min(y + BLOCK + 1, my)):
                        for k in range(max(z - 1, 0), min(z + BLOCK + 1, mz)):
                            if fine[i, j, k, 0] > least:
                                found = np.uint8(1)
                                break
                        if found:
                            break
                    if found:
                        break
                out[a, b, c] = found


@numba.njit(cache=True, nogil=True, error_model="numpy")
def block(t: Any, origin: Any, ray: Any, blocks: Any) -> Any:
    """Where the ray leaves the block it is in at ``t``, and whether the block holds dust."""
    ends, cell = np.float32(1e30), (0, 0, 0)
    for axis in range(3):
        number = min(max(int((origin[axis] + t * ray[axis]) * np.float32(1 / BLOCK)), 0), blocks.shape[axis] - 1)
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
