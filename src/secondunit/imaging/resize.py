"""A picture at another size, in linear light."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt


def resized(pixels: npt.NDArray[Any], width_px: int, height_px: int) -> npt.NDArray[np.float32]:
    """``pixels`` (H, W) or (H, W, n), linear, at another size, float32.

    Smaller: the mean of what each pixel covers, so nothing aliases and light is conserved. Larger: bilinear.
    Neither rings nor goes below what is there: a highlight of 50 makes no dark rim.
    """
    height, width = pixels.shape[:2]
    source = np.ascontiguousarray(pixels, np.float32)
    if (width, height) == (width_px, height_px):
        return source
    smaller = width_px <= width and height_px <= height
    how = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(source, (width_px, height_px), interpolation=how), np.float32)
