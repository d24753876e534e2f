"""A repeating pattern of billows, for detail finer than the simulation's voxels."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

TILE = 64  # samples along each edge of the repeating cube
_CELLS = (5, 11, 23)  # bumps along each edge, per octave
_GAIN = 0.55  # strength of each octave relative to the one before


@lru_cache(maxsize=1)
def billows() -> npt.NDArray[np.float32]:
    """Worley billows, (64, 64, 64): round bumps between sharp valleys, mean 0, deviation 1, repeating, always the same.

    Worley 1996, "A cellular texture basis function"; turned over, its nearest-point distance gives the domes of a
    cauliflower. Each octave has its own jittered points.
    """
    random = np.random.default_rng(1996)
    axis = (np.arange(TILE) + 0.5) / TILE
    points = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1).reshape(-1, 3)
    total = np.zeros(len(points))
    for octave, cells in enumerate(_CELLS):
        corner = np.stack(np.meshgrid(*[np.arange(cells)] * 3, indexing="ij"), -1).reshape(-1, 3)
        seeds = ((corner + random.uniform(0.0, 1.0, corner.shape)) / cells) % 1.0
        distance = np.empty(len(points))
        _to_nearest(points, seeds.reshape(cells, cells, cells, 3), distance)
        dome = -((distance * cells) ** 1.5)
        total += _GAIN**octave * (dome - dome.mean()) / dome.std()
    total = (total - total.mean()) / total.std()
    return np.asarray(np.clip(total, -2.5, 2.5).reshape(TILE, TILE, TILE), np.float32)


@njit(cache=True, nogil=True)
def _to_nearest(points: Any, seeds: Any, distance: Any) -> None:
    """Distance (N,) of places (N, 3) to the nearest of the seeds (n, n, n, 3), one in each cell of a repeating cube."""
    cells = len(seeds)
    for p in range(len(points)):
        x, y, z = points[p, 0], points[p, 1], points[p, 2]
        best, reach = 3.0, 1
        while reach == 1 or best * cells * cells > (reach - 1) ** 2:  # others stand beyond so many cells
            for i in range(int(x * cells) - reach, int(x * cells) + reach + 1):
                for j in range(int(y * cells) - reach, int(y * cells) + reach + 1):
                    for k in range(int(z * cells) - reach, int(z * cells) + reach + 1):
                        seed = seeds[i % cells, j % cells, k % cells]
                        a, b, c = _apart(x, seed[0]), _apart(y, seed[1]), _apart(z, seed[2])
                        best = min(best, a * a + b * b + c * c)
            reach += 1
        distance[p] = np.sqrt(best)


@njit(cache=True, nogil=True)
def _apart(one: Any, other: Any) -> Any:
    """How far two places are apart on a line that repeats after 1."""
    way = abs(one - other)
    return min(way, 1.0 - way)
