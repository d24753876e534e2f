"""What dust does to the surfaces in the picture: it takes light from them, and it lies on the ground."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from secondunit.effects.collapse.dust.sampling import single, span

_ONE_SURFACE = 0.02  # relative difference of depth, and of the cosine between normals
_ONWARD = 0.55  # of light scattered in a cloud that leaves it on the far side and not where it came from; by eye


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _sunny(at: Any, to_sun: Any, size: Any, sun: Any) -> Any:
    """Share of sun that dust lets through to a place, in fine voxels, inside the dusty part or beyond it."""
    half = np.float32(0.5)
    enters, leaves = span(at, to_sun, size)
    if enters >= leaves:
        return np.float32(1.0)
    x, y, z = at[0] + to_sun[0] * enters, at[1] + to_sun[1] * enters, at[2] + to_sun[2] * enters
    return single(sun, x - half, y - half, z - half)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _soaked(direct: Any) -> Any:
    """Light that gets through dust straight, and by being scattered on: of the latter far more comes through.

    Diffusion through a cloud of single albedo a falls off with sqrt(3 (1 - a) (1 - a g)) of the optical depth (Ishimaru
    1978, "Wave propagation and scattering in random media", chapter 9): 0.28 for a = 0.96 and g = 0.35.
    """
    if direct == np.float32(1.0):
        return direct  # most of the picture; a power takes as long as all the rest
    return np.float32(1 - _ONWARD) * direct + np.float32(_ONWARD) * direct ** np.float32(0.28)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def shadow(
    depth: Any, normal: Any, view: Any, place: Any, sun: Any, shade: Any, clear: Any, light: Any, to_sun: Any, out: Any
) -> None:
    """Factor on the light that reaches each pixel's surface, by dust on the way from the sun and the sky.

    What faces away from the sun, or stands in the shadow of something solid, has no sun to lose.

    Args:
        depth, view, place: as in ``march``.
        normal: (H, W, 3) of the surfaces, world axes.
        sun, shade: of ``LitDust``.
        clear: (nx / 2, ny / 2, nz / 2) mean transmittance of dust over the upper half.
        light: (2, 3) irradiance facing the sun, and of the open sky on level ground.
        to_sun: (3,).
        out: (H, W, 3) of ones, written where there is a surface.
    """
    ray, at, size = np.empty(3, np.float32), np.empty(3, np.float32), np.empty(3, np.float32)
    size[0], size[1], size[2] = sun.shape
    height, width = depth.shape
    half, quarter, one, four = np.float32(0.5), np.float32(0.25), np.float32(1.0), np.float32(4.0)
    nx, ny, nz = 4 * clear.shape[0], 4 * clear.shape[1], 4 * clear.shape[2]
    for first_row in range(0, height, 2):
        for first_column in range(0, width, 2):
            for n in range(4):
                row, column = first_row + (n >> 1), first_column + (n & 1)
                if row >= height or column >= width or not depth[row, column] < np.float32(1e6):
                    continue
                if n > 0 and _alike(depth, normal, first_row, first_column, row, column):
                    for c in range(3):
                        out[row, column, c] = out[first_row, first_column, c]
                    continue
                x = (np.float32(column) + half - view[0, 1]) / view[0, 0]
                y = (view[0, 2] - np.float32(row) - half) / view[0, 0]
                for axis in range(3):
                    ray[axis] = x * view[1, axis] + y * view[2, axis] - view[3, axis]
                    at[axis] = place[0, axis] + ray[axis] * depth[row, column] / place[2, 0]
                n0, n1, n2 = normal[row, column, 0], normal[row, column, 1], normal[row, column, 2]
                sunny, open_sky = _sunny(at, to_sun, size, sun), one
                x, y, z = at[0] + place[1, 0], at[1] + place[1, 1], at[2] + place[1, 2]
                if 0 <= x < nx and y < ny and 0 <= z < nz:
                    open_sky = min(single(clear, quarter * x - half, quarter * y - half, quarter * z - half), one)
                if sunny == one and open_sky == one:
                    continue
                sunny, open_sky = _soaked(sunny), _soaked(open_sky)
                facing = max(n0 * to_sun[0] + n1 * to_sun[1] + n2 * to_sun[2], np.float32(0.0))
                # The voxels of the surface itself are solid: ask two of them further on.
                x, y, z = x + four * (n0 + to_sun[0]), y + four * (n1 + to_sun[1]), z + four * (n2 + to_sun[2])
                facing *= single(shade, half * x - half, half * y - half, half * z - half)
                above = half + half * n1
                for c in range(3):
                    direct, dome = light[0, c] * facing, light[1, c] * max(above, np.float32(0.05))
                    out[row, column, c] = min(
                        (direct * sunny + dome * open_sky) / (direct + dome + np.float32(1e-9)), one
                    )


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _alike(depth: Any, normal: Any, row: int, column: int, other_row: int, other_column: int) -> Any:
    """Whether two neighbours see one surface, so that one answer does for both: nothing here is finer than voxels."""
    first, other = depth[row, column], depth[other_row, other_column]
    if not abs(first - other) <= np.float32(_ONE_SURFACE) * other:
        return False
    cosine = np.float32(0.0)
    for axis in range(3):
        cosine += normal[row, column, axis] * normal[other_row, other_column, axis]
    return cosine > np.float32(1 - _ONE_SURFACE)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def film(depth: Any, settles: Any, view: Any, eye: Any, voxel: Any, settled: Any, covers: Any, out: Any) -> None:
    """How much of each pixel lying dust covers.

    Args:
        depth, view: as in ``march``.
        settles: (H, W) share of the pixel on which dust may lie.
        eye: (3,) the camera, in voxels from the box's corner.
        voxel: edge of one, m.
        settled: (nx + 2, nz + 2) kg/m2, with a rim of 0.
        covers: m2/kg.
        out: (H, W), written where there is some.
    """
    half, zero, one = np.float32(0.5), np.float32(0.0), np.float32(1.0)
    last_x, last_z = np.float32(settled.shape[0] - 1.001), np.float32(settled.shape[1] - 1.001)
    for row in range(depth.shape[0]):
        for column in range(depth.shape[1]):
            far = depth[row, column] / voxel
            if settles[row, column] <= zero or not depth[row, column] < np.float32(1e6):
                continue
            a = (np.float32(column) + half - view[0, 1]) / view[0, 0]
            b = (view[0, 2] - np.float32(row) - half) / view[0, 0]
            x = eye[0] + far * (a * view[1, 0] + b * view[2, 0] - view[3, 0]) + half
            z = eye[2] + far * (a * view[1, 2] + b * view[2, 2] - view[3, 2]) + half
            x, z = min(max(x, zero), last_x), min(max(z, zero), last_z)
            i, k = int(x), int(z)
            fx, fz = x - np.float32(i), z - np.float32(k)
            near = settled[i, k] + fz * (settled[i, k + 1] - settled[i, k])
            beyond = settled[i + 1, k] + fz * (settled[i + 1, k + 1] - settled[i + 1, k])
            mass = near + fx * (beyond - near)
            if mass > zero:
                out[row, column] = (one - np.exp(-covers * mass)) * settles[row, column]
