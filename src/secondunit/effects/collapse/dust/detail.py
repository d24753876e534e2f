"""Density on a grid twice as fine as the simulation's, with billows that travel with the air.

Coordinates for the pattern are carried by the flow and start anew now and then; two sets, half a period apart, fade
into each other so that neither is seen to start: Neyret 2003, "Advected textures".
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from secondunit.effects.collapse.dust.advect import sample3


@numba.njit(cache=True, nogil=True)
def pattern(tile: Any, x: Any, y: Any, z: Any) -> Any:
    """The repeating pattern at ``x, y, z`` in samples, linear."""
    size = tile.shape[0]
    fx, fy, fz = np.floor(x), np.floor(y), np.floor(z)
    i, j, k = int(fx) & (size - 1), int(fy) & (size - 1), int(fz) & (size - 1)
    a, b, c = x - fx, y - fy, z - fz
    i1, j1, k1 = (i + 1) & (size - 1), (j + 1) & (size - 1), (k + 1) & (size - 1)
    low = tile[i, j, k] + c * (tile[i, j, k1] - tile[i, j, k])
    high = tile[i, j1, k] + c * (tile[i, j1, k1] - tile[i, j1, k])
    near = low + b * (high - low)
    low = tile[i1, j, k] + c * (tile[i1, j, k1] - tile[i1, j, k])
    high = tile[i1, j1, k] + c * (tile[i1, j1, k1] - tile[i1, j1, k])
    return near + a * (low + b * (high - low) - near)


@numba.njit(cache=True, nogil=True)
def refine(
    density: Any, corner: Any, coordinates: Any, fade: Any, tile: Any, repeat: Any, contrast: Any, scale: Any, out: Any
) -> None:
    """Extinction on a part of the grid at twice its resolution.

    Args:
        density: (nx, ny, nz) kg/m3.
        corner: (3,) first voxel of the part, in voxels of ``density``.
        coordinates: (2, nx / 2, ny / 2, nz / 2, 3) displacement in voxels.
        fade: (2,) weights of the two sets.
        tile: the repeating pattern.
        repeat: samples of the pattern per voxel.
        contrast: deviation of the logarithm of the density that the pattern adds; the mean density stays.
        scale: extinction per density, m2/kg.
        out: (mx, my, mz, 2), written in channel 0: extinction, 1/m.
    """
    nx, ny, nz = density.shape
    quarter, half = np.float32(0.25), np.float32(0.5)
    level = -half * contrast * contrast
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            for k in range(out.shape[2]):
                ci, cj, ck = corner[0] + i // 2, corner[1] + j // 2, corner[2] + k // 2
                ni = min(max(ci + 2 * (i & 1) - 1, 0), nx - 1)
                nj = min(max(cj + 2 * (j & 1) - 1, 0), ny - 1)
                nk = min(max(ck + 2 * (k & 1) - 1, 0), nz - 1)
                # A quarter of the way to the neighbours: the subdivision rule of quadratic B-splines (Chaikin 1974).
                a = density[ci, cj, ck] + quarter * (density[ni, cj, ck] - density[ci, cj, ck])
                b = density[ci, nj, ck] + quarter * (density[ni, nj, ck] - density[ci, nj, ck])
                c = density[ci, cj, nk] + quarter * (density[ni, cj, nk] - density[ci, cj, nk])
                d = density[ci, nj, nk] + quarter * (density[ni, nj, nk] - density[ci, nj, nk])
                near, far = a + quarter * (b - a), c + quarter * (d - c)
                value = near + quarter * (far - near)
                if value <= np.float32(1e-6):
                    out[i, j, k, 0] = 0.0
                    continue
                if contrast > 0.0:
                    x = np.float32(corner[0]) + half * np.float32(i) + quarter
                    y = np.float32(corner[1]) + half * np.float32(j) + quarter
                    z = np.float32(corner[2]) + half * np.float32(k) + quarter
                    bump = np.float32(0.0)
                    for one in range(2):
                        if fade[one] < np.float32(0.02):
                            continue
                        p, q, r = sample3(coordinates[one], half * x - half, half * y - half, half * z - half)
                        bump += fade[one] * pattern(tile, repeat * (x + p), repeat * (y + q), repeat * (z + r))
                    value *= np.exp(contrast * bump + level)
                out[i, j, k, 0] = scale * value
