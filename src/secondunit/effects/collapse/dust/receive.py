"""What dust does to the surfaces in the picture: it takes light from them, and it lies on the ground."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from secondunit.effects.collapse.dust.sampling import linear, single, span

_ONWARD = 0.55  # of light scattered in a cloud that leaves it on the far side and not where it came from; by eye


@numba.njit(cache=True, nogil=True)
def _sunny(at: Any, to_sun: Any, sun: Any) -> Any:
    """Share of sun that dust lets through to a place, in fine voxels, inside the dusty part or beyond it."""
    size = np.array([sun.shape[0], sun.shape[1], sun.shape[2]], np.float32)
    half = np.float32(0.5)
    enters, leaves = span(at, to_sun, size)
    if enters >= leaves:
        return np.float32(1.0)
    x, y, z = at[0] + to_sun[0] * enters, at[1] + to_sun[1] * enters, at[2] + to_sun[2] * enters
    return single(sun, x - half, y - half, z - half)


@numba.njit(cache=True, nogil=True)
def _soaked(direct: Any) -> Any:
    """Light that gets through dust straight, and by being scattered on: of the latter far more comes through.

    Diffusion through a cloud of single albedo a falls off with sqrt(3 (1 - a) (1 - a g)) of the optical depth (Ishimaru
    1978, "Wave propagation and scattering in random media", chapter 9): 0.28 for a = 0.96 and g = 0.35.
    """
    return np.float32(1 - _ONWARD) * direct + np.float32(_ONWARD) * direct ** np.float32(0.28)


@numba.njit(cache=True, nogil=True)
def shadow(
    depth: Any, normal: Any, view: Any, place: Any, sun: Any, shade: Any, around: Any, light: Any, to_sun: Any, out: Any
) -> None:
    """Factor on the light that reaches each pixel's surface, by dust on the way from the sun and the sky.

    What faces away from the sun, or stands in the shadow of something solid, has no sun to lose.

    Args:
        depth, view, place: as in ``march``.
        normal: (H, W, 3) of the surfaces, world axes.
        sun, shade, around: of ``LitDust``.
        light: (2, 3) irradiance facing the sun, and of the open sky on level ground.
        to_sun: (3,).
        out: (H, W, 3), written where there is a surface.
    """
    ray, at, far = np.empty(3, np.float32), np.empty(3, np.float32), np.ones(4, np.float32)
    half, quarter, one = np.float32(0.5), np.float32(0.25), np.float32(1.0)
    nx, ny, nz = 4 * around.shape[0], 4 * around.shape[1], 4 * around.shape[2]
    for row in range(depth.shape[0]):
        for column in range(depth.shape[1]):
            if not depth[row, column] < np.float32(1e6):
                continue
            x = (np.float32(column) + half - view[0, 1]) / view[0, 0]
            y = (view[0, 2] - np.float32(row) - half) / view[0, 0]
            for axis in range(3):
                ray[axis] = x * view[1, axis] + y * view[2, axis] - view[3, axis]
                at[axis] = place[0, axis] + ray[axis] * depth[row, column] / place[2, 0]
            n = normal[row, column]
            sunny, open_sky = _sunny(at, to_sun, sun), one
            x, y, z = at[0] + place[1, 0], at[1] + place[1, 1], at[2] + place[1, 2]
            if 0 <= x < nx and y < ny and 0 <= z < nz:
                linear(around, quarter * x - half, quarter * y - half, quarter * z - half, far)
                open_sky = min(far[3], one)
            if sunny == one and open_sky == one:
                continue
            sunny, open_sky = _soaked(sunny), _soaked(open_sky)
            facing = max(n[0] * to_sun[0] + n[1] * to_sun[1] + n[2] * to_sun[2], np.float32(0.0))
            # The voxels of the surface itself are solid: ask two of them further on.
            x, y, z = x + 4 * (n[0] + to_sun[0]), y + 4 * (n[1] + to_sun[1]), z + 4 * (n[2] + to_sun[2])
            facing *= single(shade, half * x - half, half * y - half, half * z - half)
            above = half + half * n[1]
            for c in range(3):
                direct, dome = light[0, c] * facing, light[1, c] * max(above, np.float32(0.05))
                out[row, column, c] = (direct * sunny + dome * open_sky) / (direct + dome + np.float32(1e-9))
