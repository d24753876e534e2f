"""Blocks of 2 x 2 pixels that need no ray of their own: the dust beside them is even, and so is what is behind it."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

LOOKED, COVERED = 1, 2  # a block with a ray of its own; that dust covers before any surface
_EVEN = 0.06  # difference of cover up to which the dust is even, and of light as a share of it; by eye
_LEVEL = 0.02  # relative difference of depth up to which the surfaces are


@numba.njit(cache=True, nogil=True, error_model="numpy")
def nearness(depth: Any) -> Any:
    """Lowest and highest 1 / depth in each block, (n, rows, columns, 2), of (n, H, W) m; 0 depth is 0 here too."""
    count, height, width = depth.shape
    out = np.empty((count, (height + 1) // 2, (width + 1) // 2, 2), np.float32)
    for n in range(count):
        for a in range(out.shape[1]):
            for b in range(out.shape[2]):
                low, high = np.float32(1e30), np.float32(0.0)
                for r in range(2 * a, min(2 * a + 2, height)):
                    for c in range(2 * b, min(2 * b + 2, width)):
                        far = depth[n, r, c]
                        near = np.float32(1.0) / far if far > 0.0 else np.float32(0.0)
                        low, high = min(low, near), max(high, near)
                out[n, a, b, 0], out[n, a, b, 1] = low, high
    return out


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _level(a: int, b: int, beside: Any, count: int, near: Any) -> bool:
    """Whether a block and those beside it see surfaces at one depth."""
    low, high = near[a, b, 0], near[a, b, 1]
    for m in range(count):
        low = min(low, near[beside[m][0], beside[m][1], 0])
        high = max(high, near[beside[m][0], beside[m][1], 1])
    return bool(high - low <= np.float32(_LEVEL) * high)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _hidden(a: int, b: int, beside: Any, count: int, near: Any, state: Any) -> bool:
    """Whether dust covers all beside a block, and no surface in the block is nearer than those that it covers."""
    nearest = np.float32(0.0)
    for m in range(count):
        if state[beside[m]] != COVERED:
            return False
        nearest = max(nearest, near[beside[m][0], beside[m][1], 1])
    return bool(near[a, b, 1] <= nearest)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _even(beside: Any, count: int, out: Any) -> bool:
    """Whether blocks show nearly the same dust, in the pixel in the first corner of each."""
    for m in range(4):
        low, high = np.float32(1e30), np.float32(0.0)
        for k in range(count):
            value = out[2 * beside[k][0], 2 * beside[k][1], m]
            low, high = min(low, value), max(high, value)
        most = np.float32(_EVEN) if m == 3 else np.float32(_EVEN) * high
        if not high - low <= most:
            return False
    return True


@numba.njit(cache=True, nogil=True, error_model="numpy")
def between(a: int, b: int, near: Any, state: Any, out: Any) -> bool:
    """Fill a block from those beside it that had a ray: two, or four around a corner. Returns whether it could be.

    Args:
        a, b: row and column of the block.
        near: (rows, columns, 2) from ``nearness``; where there is no surface nothing is to be filled.
        state: (rows, columns) of blocks that had a ray, in even rows and columns.
        out: (H, W, 4) premultiplied light and cover; the block's pixels are written.
    """
    if near[a, b, 1] == 0.0:
        return True
    up, left, down, right = a - (a & 1), b - (b & 1), a + (a & 1), b + (b & 1)
    if down >= state.shape[0] or right >= state.shape[1]:
        return False
    beside = ((up, left), (down, right), (up, right), (down, left))
    count = 4 if a & 1 and b & 1 else 2
    level = _level(a, b, beside, count, near) or _hidden(a, b, beside, count, near, state)
    if not (level and _even(beside, count, out)):
        return False
    share, height, width = np.float32(1.0) / np.float32(count), out.shape[0], out.shape[1]
    for r in range(2 * a, min(2 * a + 2, height)):
        for c in range(2 * b, min(2 * b + 2, width)):
            for m in range(4):
                total = np.float32(0.0)
                for k in range(count):
                    row, column = 2 * beside[k][0] + (r & 1), 2 * beside[k][1] + (c & 1)
                    total += out[min(row, height - 1), min(column, width - 1), m]
                out[r, c, m] = total * share
    return True


@numba.njit(cache=True, nogil=True, error_model="numpy")
def fit(whole: Any, looked: Any, front: Any) -> None:
    """Dust before a thing, as a ray found it, brought in line with all the dust, where that was filled.

    Args:
        whole: (2, 2, 4) as it was filled.
        looked: the same as the ray found it; becomes ``whole``.
        front: (2, 2, 4) of what is before the thing, a part of ``looked``; becomes the same part of ``whole``.
    """
    for r in range(whole.shape[0]):
        for c in range(whole.shape[1]):
            for m in range(4):
                if looked[r, c, m] > 0.0:
                    front[r, c, m] *= whole[r, c, m] / looked[r, c, m]
                looked[r, c, m] = whole[r, c, m]
