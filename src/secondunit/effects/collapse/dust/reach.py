"""Where in the picture there may be dust, and how far off: rays elsewhere need not be followed."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from secondunit.effects.collapse.dust.sampling import BLOCK

TILE = 16  # pixels along the edge of a part of the picture
_BESIDE = 2.0  # pixels by which a block is taken to be larger: a ray goes between pixels
_ROUNDING = np.float32(1e-3)  # of a depth
_NEAR_M = 0.1  # what is nearer to the camera, or behind it, may be anywhere in the picture


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _outline(cell: Any, view: Any, place: Any) -> Any:
    """Of a block: nearest and farthest depth, m; left, right, top and bottom, pixels."""
    near, far = np.float32(1e30), np.float32(-1e30)
    left, right, top, bottom = np.float32(1e30), np.float32(-1e30), np.float32(1e30), np.float32(-1e30)
    seen = np.empty(3, np.float32)
    for corner in range(8):
        seen[:] = np.float32(0.0)
        for axis in range(3):
            at = (np.float32((cell[axis] + ((corner >> axis) & 1)) * BLOCK) - place[0, axis]) * place[2, 0]
            for row in range(3):
                seen[row] += at * view[row + 1, axis]
        depth = max(-seen[2], np.float32(_NEAR_M))
        near, far = min(near, -seen[2]), max(far, -seen[2])
        x, y = view[0, 1] + view[0, 0] * seen[0] / depth, view[0, 2] - view[0, 0] * seen[1] / depth
        left, right, top, bottom = min(left, x), max(right, x), min(top, y), max(bottom, y)
    return near, far, left, right, top, bottom


@numba.njit(cache=True, nogil=True, error_model="numpy")
def reach(blocks: Any, view: Any, place: Any, out: Any) -> None:
    """Nearest and farthest depth of dust in each part of the picture.

    Args:
        blocks: from ``occupied``.
        view, place: as in ``march``.
        out: (rows, columns, 2) m, written; 0 and -1 where there is none.
    """
    rows, columns, _ = out.shape
    out[..., 0], out[..., 1] = np.float32(0.0), np.float32(-1.0)
    for i in range(blocks.shape[0]):
        for j in range(blocks.shape[1]):
            for k in range(blocks.shape[2]):
                if blocks[i, j, k] == 0:
                    continue
                near, far, left, right, top, bottom = _outline((i, j, k), view, place)
                if far <= np.float32(0.0):
                    continue
                first_row, last_row, first, last = 0, rows - 1, 0, columns - 1
                if near > np.float32(_NEAR_M):
                    first_row = max(int(np.floor((top - np.float32(_BESIDE)) / TILE)), 0)
                    last_row = min(int(np.floor((bottom + np.float32(_BESIDE)) / TILE)), rows - 1)
                    first = max(int(np.floor((left - np.float32(_BESIDE)) / TILE)), 0)
                    last = min(int(np.floor((right + np.float32(_BESIDE)) / TILE)), columns - 1)
                near, far = max(near, np.float32(0.0)) * (1 - _ROUNDING), far * (1 + _ROUNDING)
                for row in range(first_row, last_row + 1):
                    for column in range(first, last + 1):
                        some = out[row, column, 1] > np.float32(0.0)
                        out[row, column, 0] = min(out[row, column, 0], near) if some else near
                        out[row, column, 1] = max(out[row, column, 1], far)
