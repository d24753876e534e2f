"""What can be measured of a plate before anything is solved: its grain, and whether the camera stood still."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

_BLOCK_PX = 16  # side of the blocks that are judged flat or not
_FLAT_SHARE = 0.25  # of the blocks, those that change least count as flat
LUMINANCE = np.array([0.2722287, 0.6740818, 0.0536895], np.float32)  # ACEScg Y, from AP1 primaries (S-2014-004)


def noise_sigma(pixels_acescg: npt.NDArray[Any]) -> tuple[float, float, float]:
    """Standard deviation of the grain of (H, W, 3) scene-linear pixels, by channel.

    The difference operator of Immerkaer, "Fast Noise Variance Estimation" (CVIU 1996), blind to planes, taken where the
    picture without its grain is flat; its spread by the median, so that a few edges do no harm. Flatness is judged on a
    blurred picture: judged on the grain itself, the quietest blocks would be chosen and the answer too low.
    """
    pixels = np.ascontiguousarray(pixels_acescg, np.float32)
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32) / 6  # unit gain for white noise
    high = cv2.filter2D(pixels, -1, kernel, borderType=cv2.BORDER_REFLECT)
    blurred = cv2.GaussianBlur(pixels @ LUMINANCE, (0, 0), 3.0)
    slope = np.hypot(cv2.Sobel(blurred, cv2.CV_32F, 1, 0), cv2.Sobel(blurred, cv2.CV_32F, 0, 1))
    rows, columns = slope.shape[0] // _BLOCK_PX, slope.shape[1] // _BLOCK_PX

    def blocks(picture: npt.NDArray[Any]) -> npt.NDArray[Any]:
        cut = picture[: rows * _BLOCK_PX, : columns * _BLOCK_PX]
        cut = cut.reshape(rows, _BLOCK_PX, columns, _BLOCK_PX, -1).swapaxes(1, 2)
        return cut.reshape(rows * columns, _BLOCK_PX**2, -1)

    steep = blocks(slope).mean(axis=(1, 2))
    values = blocks(pixels)
    clipped = (values.max(axis=1) == values.min(axis=1)).any(axis=1)  # burnt out or crushed: no grain to see
    usable = np.flatnonzero(~clipped)
    if not len(usable):
        return (0.0, 0.0, 0.0)
    flat = usable[np.argsort(steep[usable], kind="stable")[: max(1, round(len(usable) * _FLAT_SHARE))]]
    seen = blocks(high)[flat].reshape(-1, 3)
    spread = 1.4826 * np.median(np.abs(seen - np.median(seen, axis=0)), axis=0)  # MAD to sigma of a normal distribution
    return (float(spread[0]), float(spread[1]), float(spread[2]))


def camera_motion(pictures: Sequence[npt.NDArray[Any]], *, tiles: int = 4) -> float:
    """How far most of the picture moves between the first of ``pictures`` (H, W) and any other, in pixels.

    Phase correlation by tile (Kuglin and Hines 1975); the median over tiles that lock, so that people and cars in less
    than half of the picture don't count. Zooms and turns count too: the median is of lengths, not of vectors.
    """
    first = np.ascontiguousarray(pictures[0], np.float32)
    height, width = first.shape[0] // tiles, first.shape[1] // tiles
    window = cv2.createHanningWindow((width, height), cv2.CV_32F)
    worst = 0.0
    for other in pictures[1:]:
        lengths = []
        for row in range(tiles):
            for column in range(tiles):
                cut = np.s_[row * height : (row + 1) * height, column * width : (column + 1) * width]
                before, after = first[cut], np.ascontiguousarray(other[cut], np.float32)
                if before.std() < 1e-3 * (before.mean() + 1e-6):
                    continue  # an empty sky says nothing
                (x, y), lock = cv2.phaseCorrelate(before - before.mean(), after - after.mean(), window)
                if lock > 0.1:  # share of the energy in the peak; 1 is a perfect shift
                    lengths.append(float(np.hypot(x, y)))
        if lengths:
            worst = max(worst, float(np.median(lengths)))
    return worst
