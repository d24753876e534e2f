"""Triangles to samples: a z-buffered rasteriser for one sample position a pixel.

Several calls with other sub-pixel offsets and other moments within the shutter give antialiasing and motion blur
(Haeberli and Akeley 1990, "The Accumulation Buffer"). Arrays are float32; ids are int32 with -1 for "nothing".
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from secondunit.scene.render.noise import noise4, noise_table

EDGE = 1e-4  # px; neighbours that share an edge overlap by this much, so that no sample falls between them


class Ragged(NamedTuple):
    """Edges that are not straight but bitten away: edge (T, 3) distance of each corner from the ragged edge across, m,
    0 = that edge is straight; bite (T,) how deep the bites are, m; rest (V, 3) where the pattern is looked up, m;
    table of ``noise_table``. With no rows in ``edge`` all edges are straight."""

    edge: Any
    bite: Any
    rest: Any
    table: Any


STRAIGHT = Ragged(np.zeros((0, 3), np.float32), np.zeros(0, np.float32), np.zeros((0, 3), np.float32), noise_table())


def sample_offsets(samples: int) -> npt.NDArray[np.float32]:
    """Sub-pixel positions (samples, 2) in 0..1: the R2 low-discrepancy sequence (Roberts 2018)."""
    g = 1.32471795724474602596  # the plastic number: root of x^3 = x + 1
    steps = np.arange(1, samples + 1)[:, None] * np.array([1 / g, 1 / g**2])
    return np.asarray((0.5 + steps) % 1.0, np.float32)


def rasterise(
    screen: npt.NDArray[Any],
    triangles: npt.NDArray[Any],
    first_id: int,
    offset: npt.NDArray[Any],
    inverse_depth: npt.NDArray[Any],
    ids: npt.NDArray[Any],
    ragged: Ragged = STRAIGHT,
) -> None:
    """Draw front-facing triangles where they are nearer than what is there.

    Args:
        screen: (V, 3) x, y in pixels and 1 / depth in 1/m; 0 or less marks a vertex behind the camera.
        triangles: (T, 3) vertex indices, counter-clockwise seen from outside.
        first_id: id of triangle 0.
        offset: (2,) sample position within the pixel.
        inverse_depth: (H, W) of the nearest surface so far; 0 = nothing. Changed.
        ids: (H, W) what is seen. Changed.
        ragged: edges that are bitten away.
    """
    _rasterise(screen, triangles, first_id, offset, inverse_depth, ids, ragged)


@njit(cache=True, nogil=True, error_model="numpy")
def _rasterise(
    screen: Any, triangles: Any, first_id: int, offset: Any, inverse_depth: Any, ids: Any, ragged: Ragged
) -> None:
    height, width = ids.shape
    noise = np.zeros(4)
    for t in range(triangles.shape[0]):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        ia, ib, ic = float(screen[a, 2]), float(screen[b, 2]), float(screen[c, 2])
        if ia <= 0 or ib <= 0 or ic <= 0:
            continue
        ax, ay = float(screen[a, 0]) - offset[0], float(screen[a, 1]) - offset[1]
        bx, by = float(screen[b, 0]) - offset[0], float(screen[b, 1]) - offset[1]
        cx, cy = float(screen[c, 0]) - offset[0], float(screen[c, 1]) - offset[1]
        # y points down in the picture, so what is counter-clockwise in the world has a negative area here
        area = (cx - ax) * (by - ay) - (cy - ay) * (bx - ax)
        if area <= 1e-9:
            continue
        left, right = max(0.0, np.ceil(min(ax, bx, cx))), min(width - 1.0, np.floor(max(ax, bx, cx)))
        top, bottom = max(0.0, np.ceil(min(ay, by, cy))), min(height - 1.0, np.floor(max(ay, by, cy)))
        if left > right or top > bottom:
            continue
        slack = -EDGE * np.sqrt(area)
        torn = t < ragged.edge.shape[0] and (ragged.edge[t, 0] + ragged.edge[t, 1] + ragged.edge[t, 2]) > 0
        per = 1.0 / area
        along_a, along_b, along_c = cy - by, ay - cy, by - ay  # how the weight of each corner grows with x
        along = (along_a * ia + along_b * ib + along_c * ic) * per
        for y in range(int(top), int(bottom) + 1):
            wa = (cx - bx) * (by - y) - along_a * bx
            wb = (ax - cx) * (cy - y) - along_b * cx
            wc = (bx - ax) * (ay - y) - along_c * ax
            low, high = left, right
            for weight, grows in ((wa, along_a), (wb, along_b), (wc, along_c)):
                if grows > 0:
                    low = max(low, np.ceil((slack - weight) / grows))
                elif grows < 0:
                    high = min(high, np.floor((slack - weight) / grows))
                elif weight < slack:
                    high = -1.0
            start = (wa * ia + wb * ib + wc * ic) * per
            for x in range(int(low), int(high) + 1):
                inverse = start + x * along
                if inverse > inverse_depth[y, x]:
                    if torn:
                        pa, pb, pc = (wa + x * along_a) * ia, (wb + x * along_b) * ib, (wc + x * along_c) * ic
                        if _bitten(ragged, t, a, b, c, pa, pb, pc, noise):
                            continue
                    inverse_depth[y, x] = inverse
                    ids[y, x] = first_id + t


@njit(cache=True, nogil=True, error_model="numpy")
def _bitten(ragged: Ragged, t: int, a: int, b: int, c: int, pa: float, pb: float, pc: float, noise: Any) -> bool:
    """Whether the point with perspective weights pa, pb, pc lies in a bite."""
    total = pa + pb + pc
    pa, pb, pc = pa / total, pb / total, pc / total
    nearest, edge, most = 1e9, ragged.edge[t], ragged.bite[t]
    if edge[0] > 0:
        nearest = min(nearest, pa * edge[0])
    if edge[1] > 0:
        nearest = min(nearest, pb * edge[1])
    if edge[2] > 0:
        nearest = min(nearest, pc * edge[2])
    if nearest >= most:
        return False
    x = pa * ragged.rest[a, 0] + pb * ragged.rest[b, 0] + pc * ragged.rest[c, 0]
    y = pa * ragged.rest[a, 1] + pb * ragged.rest[b, 1] + pc * ragged.rest[c, 1]
    z = pa * ragged.rest[a, 2] + pb * ragged.rest[b, 2] + pc * ragged.rest[c, 2]
    noise4(ragged.table, x * 5.3, y * 9.1, z * 5.3, noise)  # about a brick: wider than high
    bite = 0.25 + 0.9 * noise[0]
    noise4(ragged.table, x * 19.0, y * 19.0, z * 19.0, noise)
    return bool(nearest < most * (bite + 0.5 * noise[0]))


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
