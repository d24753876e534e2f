"""Grain: measured in the plate, added to what the plate does not show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from numba import njit

FLAT = 0.3  # share of the picture, the flattest, in which grain is measured
MAD_TO_SIGMA = 1.4826  # of a normal distribution


def grain_sigma(plate: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """Standard deviation (3,) of the plate's grain in square-root-encoded values, where it is about even.

    Immerkaer 1996, "Fast Noise Variance Estimation", with a median in place of the mean, in the flattest parts.
    """
    encoded = np.sqrt(np.maximum(np.asarray(plate, np.float32), 0))
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    high = cv2.filter2D(encoded, -1, kernel)
    activity = cv2.blur(np.abs(high).mean(axis=-1), (15, 15))
    flat = activity <= np.quantile(activity, FLAT)
    return np.asarray(MAD_TO_SIGMA * np.median(np.abs(high[flat]), axis=0) / 6.0, np.float32)  # 6 = norm of the kernel


def grain_tile(height: int, width: int, seed: int) -> npt.NDArray[np.float32]:
    """A picture (H, W, 3) of standard normal noise; every frame uses it from another corner on."""
    return np.random.default_rng(seed).standard_normal((height, width, 3), np.float32)


def grain(
    layers: Mapping[str, npt.NDArray[Any]],
    sigma: npt.NDArray[np.float32],
    tile: npt.NDArray[np.float32],
    corner: tuple[int, int],
) -> npt.NDArray[np.float32]:
    """What to add (H, W, 3), scene-linear: as strong as the plate's grain where debris and dust hide the plate.

    Args:
        layers: beauty and dust (H, W, 4), and matte (H, W): where it is 0, nothing is added.
        sigma: of ``grain_sigma``.
        tile: of ``grain_tile``; corner: its row and column that the layers' first pixel gets.
    """
    out = np.zeros((*layers["matte"].shape, 3), np.float32)
    if sigma.any():
        _grain(layers["beauty"], layers["dust"], layers["matte"], sigma, tile, corner, out)
    return out


@njit(cache=True, nogil=True)
def _grain(beauty: Any, dust: Any, matte: Any, sigma: Any, tile: Any, corner: tuple[int, int], out: Any) -> None:
    for y in range(out.shape[0]):
        row = (corner[0] + y) % tile.shape[0]
        for x in range(out.shape[1]):
            clear = 1 - dust[y, x, 3]
            fresh = 1 - (1 - beauty[y, x, 3]) * clear
            if fresh <= 0 or not matte[y, x] > 0:
                continue
            column = (corner[1] + x) % tile.shape[1]
            for k in range(3):
                colour = max(0.0, beauty[y, x, k] * clear + dust[y, x, k])
                out[y, x, k] = 2 * np.sqrt(colour) * sigma[k] * tile[row, column, k] * fresh
