"""Density on a grid twice as fine as the simulation's, with billows that travel with the air.

Coordinates for the pattern are carried by the flow and start anew now and then; two sets, half a period apart, fade
into each other so that neither is seen to start: Neyret 2003, "Advected textures".
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

_FAINT = 3e-6  # kg/m3; 50 m of less cover under a hundredth
_EATEN = 0.4  # of the density around: what has less is an edge, and half of it goes; by eye


@numba.njit(cache=True, nogil=True, error_model="numpy")
def pattern(tile: Any, x: Any, y: Any, z: Any) -> Any:
    """The repeating pattern at ``x, y, z`` in samples, linear."""
    one, last = np.uint64(1), np.uint64(tile.shape[0] - 1)  # without a sign, numbers need no look whether they have one
    fx, fy, fz = np.floor(x), np.floor(y), np.floor(z)
    i, j, k = np.uint64(int(fx)) & last, np.uint64(int(fy)) & last, np.uint64(int(fz)) & last
    a, b, c = x - fx, y - fy, z - fz
    i1, j1, k1 = (i + one) & last, (j + one) & last, (k + one) & last
    low = tile[i, j, k] + c * (tile[i, j, k1] - tile[i, j, k])
    high = tile[i, j1, k] + c * (tile[i, j1, k1] - tile[i, j1, k])
    near = low + b * (high - low)
    low = tile[i1, j, k] + c * (tile[i1, j, k1] - tile[i1, j, k])
    high = tile[i1, j1, k] + c * (tile[i1, j1, k1] - tile[i1, j1, k])
    return near + a * (low + b * (high - low) - near)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _row(field: Any, c: int, n: int, d: int, m: int, out: Any) -> None:
    """A quarter of the way from row ``c, d`` to ``n`` and to ``m``: the rule of quadratic B-splines (Chaikin 1974)."""
    quarter = np.float32(0.25)
    here, beside, above, across = field[c, d], field[n, d], field[c, m], field[n, m]
    for k in range(out.shape[0]):
        a = here[k] + quarter * (beside[k] - here[k])
        b = above[k] + quarter * (across[k] - above[k])
        out[k] = a + quarter * (b - a)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _beside(first: int, number: int, count: int) -> Any:
    """The voxel that a voxel of twice the resolution is in, and the neighbour it is nearest to."""
    here = first + number // 2
    return here, min(max(here + 2 * (number & 1) - 1, 0), count - 1)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def join(extinction: Any, edge: Any, sun: Any, shade: Any, corner: Any, out: Any) -> None:
    """What a ray asks of each place, side by side.

    Args:
        extinction: (mx, my, mz) 1/m.
        edge: of one of its voxels, m.
        sun: (mx, my, mz) share of sun that dust lets through.
        shade: (nx, ny, nz) share that solids let through, at half the resolution.
        corner: (3,) first voxel of the part, in voxels of ``shade``.
        out: (mx, my, mz, 2), written: optical depth of a voxel's edge, share of sun.
    """
    nx, ny, nz = shade.shape
    row, quarter = np.empty(nz, np.float32), np.float32(0.25)
    for i in range(out.shape[0]):
        c, n = _beside(corner[0], i, nx)
        for j in range(out.shape[1]):
            d, m = _beside(corner[1], j, ny)
            _row(shade, c, n, d, m, row)
            for k in range(out.shape[2]):
                e, o = _beside(corner[2], k, nz)
                out[i, j, k, 0] = extinction[i, j, k] * edge
                out[i, j, k, 1] = sun[i, j, k] * (row[e] + quarter * (row[o] - row[e]))


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _bump(tile: Any, x: Any, y: Any, z: Any, repeat: Any) -> Any:
    """Three scales of the pattern, deviation about 1.1. They are turned, so that they never line up.

    The largest makes parts of a cloud thick and others thin, to the point of holes; the smallest frays its edges.
    """
    wide, often = np.float32(0.37) * repeat, np.float32(2.3) * repeat
    turned_x, turned_z = np.float32(0.8) * x + np.float32(0.6) * z, np.float32(0.8) * z - np.float32(0.6) * x
    over_y, over_z = np.float32(0.8) * y - np.float32(0.6) * z, np.float32(0.8) * z + np.float32(0.6) * y
    bump = np.float32(0.75) * pattern(tile, wide * x, wide * over_y, wide * over_z)
    bump += np.float32(0.7) * pattern(tile, repeat * x, repeat * y, repeat * z)
    return bump + np.float32(0.52) * pattern(tile, often * turned_x, often * y, often * turned_z)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _node(field: Any, x: Any, y: Any, k: int, out: Any) -> None:
    """Three channels of (nx, ny, nz, 3) at index coordinates ``x, y`` of layer ``k``, linear, held at the border."""
    nx, ny = field.shape[0], field.shape[1]
    x = min(max(x, np.float32(0.0)), np.float32(nx - 1))
    y = min(max(y, np.float32(0.0)), np.float32(ny - 1))
    i, j = min(int(x), nx - 2), min(int(y), ny - 2)
    fx, fy = x - np.float32(i), y - np.float32(j)
    for n in range(3):
        near = field[i, j, k, n] + fy * (field[i, j + 1, k, n] - field[i, j, k, n])
        far = field[i + 1, j, k, n] + fy * (field[i + 1, j + 1, k, n] - field[i + 1, j, k, n])
        out[n] = near + fx * (far - near)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def refine(
    density: Any,
    wide: Any,
    corner: Any,
    coordinates: Any,
    fade: Any,
    tile: Any,
    repeat: Any,
    contrast: Any,
    scale: Any,
    out: Any,
) -> None:
    """Extinction on a part of the grid at twice its resolution.

    Billows thicken and thin the dust, and they eat into its edges, which the simulation leaves soft. An edge is where
    there is less dust than around it.

    Args:
        density: (nx, ny, nz) kg/m3.
        wide: (nx, ny, nz) mean density around each voxel.
        corner: (3,) first voxel of the part, in voxels of ``density``.
        coordinates: (2, nx / 2, ny / 2, nz / 2, 3) displacement in voxels.
        fade: (2,) weights of the two sets.
        tile: the repeating pattern.
        repeat: samples of the pattern per voxel.
        contrast: deviation of the logarithm of the density that the pattern adds.
        scale: extinction per density, m2/kg.
        out: (mx, my, mz), written: extinction, 1/m.
    """
    nx, ny, nz = density.shape
    quarter, half, one = np.float32(0.25), np.float32(0.5), np.float32(1.0)
    level = -half * contrast * contrast
    known, ends = np.empty(2, np.int64), np.empty((2, 2, 3), np.float32)
    row, wide_row = np.empty(nz, np.float32), np.empty(nz, np.float32)
    for i in range(out.shape[0]):
        c, n = _beside(corner[0], i, nx)
        for j in range(out.shape[1]):
            known[:] = -1
            d, m = _beside(corner[1], j, ny)
            _row(density, c, n, d, m, row)
            _row(wide, c, n, d, m, wide_row)
            for k in range(out.shape[2]):
                e, o = _beside(corner[2], k, nz)
                value = row[e] + quarter * (row[o] - row[e])
                if value <= np.float32(_FAINT):
                    out[i, j, k] = 0.0
                    continue
                if contrast > 0.0:
                    x = np.float32(corner[0]) + half * np.float32(i) + quarter
                    y = np.float32(corner[1]) + half * np.float32(j) + quarter
                    z = np.float32(corner[2]) + half * np.float32(k) + quarter
                    bump = np.float32(0.0)
                    for s in range(2):
                        if fade[s] >= np.float32(0.02):
                            at = half * z - half
                            node = min(max(int(np.floor(at)), 0), coordinates.shape[3] - 2)
                            if node != known[s]:
                                _node(coordinates[s], half * x - half, half * y - half, node, ends[s, 0])
                                _node(coordinates[s], half * x - half, half * y - half, node + 1, ends[s, 1])
                                known[s] = node
                            share = min(max(at - np.float32(node), np.float32(0.0)), one)
                            p = ends[s, 0, 0] + share * (ends[s, 1, 0] - ends[s, 0, 0])
                            q = ends[s, 0, 1] + share * (ends[s, 1, 1] - ends[s, 0, 1])
                            r = ends[s, 0, 2] + share * (ends[s, 1, 2] - ends[s, 0, 2])
                            bump += fade[s] * _bump(tile, x + p, y + q, z + r, repeat)
                    value *= np.exp(contrast * bump + level)
                    around = wide_row[e] + quarter * (wide_row[o] - wide_row[e])
                    edge = value / (np.float32(_EATEN) * around + np.float32(1e-9))
                    value *= edge * edge / (one + edge * edge)
                out[i, j, k] = scale * value
