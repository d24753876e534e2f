"""A repeating pattern of billows, for detail finer than the simulation's voxels."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

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
        distance, _ = cKDTree(seeds, boxsize=1.0).query(points)
        dome = -((distance * cells) ** 1.5)
        total += _GAIN**octave * (dome - dome.mean()) / dome.std()
    total = (total - total.mean()) / total.std()
    return np.asarray(np.clip(total, -2.5, 2.5).reshape(TILE, TILE, TILE), np.float32)
