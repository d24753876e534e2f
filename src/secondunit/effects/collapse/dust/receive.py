"""What dust does to the surfaces in the picture: it takes light from them, and it lies on the ground."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from secondunit.effects.collapse.dust.march import _span, linear


@numba.njit(cache=True, nogil=True)
def shadow(depth: Any, view: Any, place: Any, sun: Any, around: Any, share: Any, to_sun: Any, out: Any) -> None:
    """Factor on the light that reaches each pixel's surface, by dust on the way from the sun and the sky.

    Args:
        depth, view, place: as in ``march``.
        sun: (mx, my, mz, 1) share of sun that dust lets through.
        around: of ``LitDust``.
        share: (2, 3) share of sun and of sky in the full light, adding up to 1.
        to_sun: (3,).
        out: (H, W, 3), written where it is not 1.
    """
    size = np.array([sun.shape[0], sun.shape[1], sun.shape[2]], np.float32)
    ray, at, through, far = (
        np.empty(3, np.float32),
        np.empty(3, np.float32),
        np.ones(1, np.float32),
        np.ones(4, np.float32),
    )
    half, quarter, one = np.float32(0.5), np.float32(0.25), np.float32(1.0)
    for row in range(depth.shape[0]):
        for column in range(depth.shape[1]):
            if not depth[row, column] < np.float32(1e6):
                continue
            x = (np.float32(column) + half - view[0, 1]) / view[0, 0]
            y = (view[0, 2] - np.float32(row) - half) / view[0, 0]
            for axis in range(3):
                ray[axis] = x * view[1, axis] + y * view[2, axis] - view[3, axis]
                at[axis] = place[0, axis] + ray[axis] * depth[row, column] / place[2, 0]
            enters, leaves = _span(at, to_sun, size)
            sunny, open_sky = one, one
            if enters < leaves:
                linear(
                    sun,
                    at[0] + to_sun[0] * enters - half,
                    at[1] + to_sun[1] * enters - half,
                    at[2] + to_sun[2] * enters - half,
                    through,
                )
                sunny = through[0]
            ax, ay, az = at[0] + place[1, 0], at[1] + place[1, 1], at[2] + place[1, 2]
            nx, ny, nz = around.shape[0] / quarter, around.shape[1] / quarter, around.shape[2] / quarter
            if 0 <= ax < nx and ay < ny and 0 <= az < nz:
                linear(around, quarter * ax - half, quarter * ay - half, quarter * az - half, far)
                open_sky = far[3]
            for n in range(3):
                out[row, column, n] = share[0, n] * sunny + share[1, n] * open_sky
