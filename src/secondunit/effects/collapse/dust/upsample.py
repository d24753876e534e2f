"""From one ray for four pixels to every pixel, without dust bleeding over the edges of solids."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

_SAME = 0.002  # relative difference of depth that is none
_ALIKE = 0.04  # relative difference of depth at which a neighbour counts for 1 / e


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _likeness(apart: Any, nearness: Any) -> Any:
    """How much a neighbour counts whose 1 / depth is ``apart`` from a pixel's own."""
    if apart < np.float32(_SAME) * nearness:
        return np.float32(1.0)
    return np.exp(-apart / (np.float32(_ALIKE) * max(nearness, np.float32(1e-3))))


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _blend(rough: Any, nearness: Any, r: int, c: int, out: Any) -> None:
    """One pixel, from its own value and that of one pixel in each of the three blocks next to it."""
    height, width = nearness.shape
    near, side, own = np.float32(0.75), np.float32(0.25), nearness[r, c]
    weights = near * near
    red, green = weights * rough[r, c, 0], weights * rough[r, c, 1]
    blue, cover = weights * rough[r, c, 2], weights * rough[r, c, 3]
    for n in range(1, 4):
        br = (r & ~1) + ((2 if r & 1 else -2) if n >> 1 else 0)
        bc = (c & ~1) + ((2 if c & 1 else -2) if n & 1 else 0)
        if not (0 <= br < height and 0 <= bc < width):
            continue
        best, pr, pc = np.float32(1e30), br, bc
        for m in range(4):
            qr, qc = min(br + (m >> 1), height - 1), min(bc + (m & 1), width - 1)
            apart = abs(nearness[qr, qc] - own)
            if apart < best:
                best, pr, pc = apart, qr, qc
            if best < np.float32(_SAME) * own:
                break
        weight = (side if n >> 1 else near) * (side if n & 1 else near) * _likeness(best, own)
        weights += weight
        red, green = red + weight * rough[pr, pc, 0], green + weight * rough[pr, pc, 1]
        blue, cover = blue + weight * rough[pr, pc, 2], cover + weight * rough[pr, pc, 3]
    out[0], out[1], out[2], out[3] = red / weights, green / weights, blue / weights, cover / weights


@numba.njit(cache=True, nogil=True, error_model="numpy")
def smooth(rough: Any, depth: Any, out: Any) -> None:
    """Blend each pixel with the three nearest blocks of 2 x 2, from the pixel there whose depth is most like its own.

    Kopf, Cohen, Lischinski, Uyttendaele 2007, "Joint bilateral upsampling". A pixel's own block always counts: its own
    value was taken at its own depth.

    Args:
        rough: (H, W, 4), constant within a block but for depth.
        depth: (H, W) m; where it is 0 nothing is written.
        out: (H, W, 4) of zeros, written; exactly 0 where all that counts is 0.
    """
    height, width = depth.shape
    busy = np.zeros(((height + 1) // 2 + 2, (width + 1) // 2 + 2), np.uint8)
    nearness = np.empty((height, width), np.float32)
    for r in range(height):
        for c in range(width):
            nearness[r, c] = np.float32(1.0) / max(depth[r, c], np.float32(1e-6))
        for c in range(width):
            if rough[r, c, 3] > 0.0:
                busy[r // 2 + 1, c // 2 + 1] = 1
    for r in range(height):
        down = r // 2 + 1 + (1 if r & 1 else -1)
        for c in range(width):
            right = c // 2 + 1 + (1 if c & 1 else -1)
            some = busy[r // 2 + 1, c // 2 + 1] | busy[down, c // 2 + 1] | busy[r // 2 + 1, right] | busy[down, right]
            if some and depth[r, c] > 0.0:
                _blend(rough, nearness, r, c, out[r, c])
