"""Triangles to samples: a z-buffered rasteriser for one sample position a pixel.

Several calls with other sub-pixel offsets and other moments within the shutter give antialiasing and motion blur
(Haeberli and Akeley 1990, "The Accumulation Buffer"). Arrays are float32; ids are int32 with -1 for "nothing".
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

EDGE = 1e-4  # px; neighbours that share an edge overlap by this much, so that no sample falls between them


def sample_offsets(samples: int) -> npt.NDArray[np.float32]:
    """Sub-pixel positions (samples, 2) in 0..1: the R2 low-discrepancy sequence (Roberts 2018)."""
    g = 1.32471795724474602596  # the plastic number: root of x^3 = x + 1
    steps = np.arange(1, samples + 1)[:, None] * np.array([1 / g, 1 / g**2])
    return np.asarray((0.5 + steps) % 1.0, np.float32)


@njit(cache=True, nogil=True)
def rasterise(
    screen: npt.NDArray[Any],
    triangles: npt.NDArray[Any],
    first_id: int,
    offset: npt.NDArray[Any],
    inverse_depth: npt.NDArray[Any],
    ids: npt.NDArray[Any],
) -> None:
    """Draw front-facing triangles where they are nearer than what is there.

    Args:
        screen: (V, 3) x, y in pixels and 1 / depth in 1/m; 0 or less marks a vertex behind the camera.
        triangles: (T, 3) vertex indices, counter-clockwise seen from outside.
        first_id: id of triangle 0.
        offset: (2,) sample position within the pixel.
        inverse_depth: (H, W) of the nearest surface so far; 0 = nothing. Changed.
        ids: (H, W) what is seen. Changed.
    """
    height, width = ids.shape
    for t in range(triangles.shape[0]):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        ia, ib, ic = screen[a, 2], screen[b, 2], screen[c, 2]
        if ia <= 0 or ib <= 0 or ic <= 0:
            continue
        ax, ay = screen[a, 0] - offset[0], screen[a, 1] - offset[1]
        bx, by = screen[b, 0] - offset[0], screen[b, 1] - offset[1]
        cx, cy = screen[c, 0] - offset[0], screen[c, 1] - offset[1]
        # y points down in the picture, so what is counter-clockwise in the world has a negative area here
        area = (cx - ax) * (by - ay) - (cy - ay) * (bx - ax)
        if area <= 1e-9:
            continue
        left, right = max(0, int(np.ceil(min(ax, bx, cx)))), min(width - 1, int(np.floor(max(ax, bx, cx))))
        top, bottom = max(0, int(np.ceil(min(ay, by, cy)))), min(height - 1, int(np.floor(max(ay, by, cy))))
        slack = -EDGE * np.sqrt(area)
        for y in range(top, bottom + 1):
            for x in range(left, right + 1):
                wa = (cx - bx) * (y - by) - (cy - by) * (x - bx)
                wb = (ax - cx) * (y - cy) - (ay - cy) * (x - cx)
                wc = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
                wa, wb, wc = -wa, -wb, -wc
                if wa < slack or wb < slack or wc < slack:
                    continue
                inverse = (wa * ia + wb * ib + wc * ic) / area
                if inverse > inverse_depth[y, x]:
                    inverse_depth[y, x] = inverse
                    ids[y, x] = first_id + t


@njit(cache=True, nogil=True)
def splat(
    centre: npt.NDArray[Any],
    radius_px: npt.NDArray[Any],
    first_id: int,
    offset: npt.NDArray[Any],
    salt: int,
    inverse_depth: npt.NDArray[Any],
    ids: npt.NDArray[Any],
) -> None:
    """Draw small lumps. One below half a pixel is drawn in as many samples as its area has of a pixel.

    Args:
        centre: (C, 3) x, y in pixels and 1 / depth; 0 or less is not drawn.
        radius_px: (C,) radius on screen.
        salt: number of the sample, so that its choice differs from the next one's.
    """
    height, width = ids.shape
    for i in range(centre.shape[0]):
        inverse = centre[i, 2]
        if not inverse > 0:
            continue
        x, y, r = centre[i, 0] - offset[0], centre[i, 1] - offset[1], radius_px[i]
        if r < 0.56:  # a disc of this radius covers one pixel
            bits = np.uint32(i * 2654435761) ^ np.uint32((salt + 1) * 2246822519)
            bits = np.uint32((bits ^ (bits >> np.uint32(15))) * np.uint32(2246822519))
            bits ^= bits >> np.uint32(13)
            if (bits & np.uint32(0xFFFF)) / 65536.0 > r * r / (0.56 * 0.56):
                continue
            r = 0.56
        for py in range(max(0, int(np.ceil(y - r))), min(height - 1, int(np.floor(y + r))) + 1):
            for px in range(max(0, int(np.ceil(x - r))), min(width - 1, int(np.floor(x + r))) + 1):
                dx, dy = (px - x) / r, (py - y) / r
                # a lump, not a ball: its outline wobbles with the angle
                if dx * dx + dy * dy > 0.75 + 0.25 * np.sin(5.0 * np.arctan2(dy, dx) + i):
                    continue
                if inverse > inverse_depth[py, px]:
                    inverse_depth[py, px] = inverse
                    ids[py, px] = first_id + i
