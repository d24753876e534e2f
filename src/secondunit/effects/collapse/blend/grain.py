"""Grain: measured in the plate, added to what the plate does not show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

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


def grain(
    layers: Mapping[str, npt.NDArray[Any]], sigma: npt.NDArray[np.float32], random: np.random.Generator
) -> npt.NDArray[np.float32]:
    """What to add (H, W, 3), scene-linear: as strong as the plate's grain where debris and dust hide the plate."""
    beauty, dust = np.asarray(layers["beauty"], np.float32), np.asarray(layers["dust"], np.float32)
    fresh = 1 - (1 - beauty[..., 3:]) * (1 - dust[..., 3:])
    colour = beauty[..., :3] * (1 - dust[..., 3:]) + dust[..., :3]
    noise = random.standard_normal((*fresh.shape[:2], 3), np.float32)
    return np.asarray(2 * np.sqrt(np.maximum(colour, 0)) * sigma * noise * fresh, np.float32)
