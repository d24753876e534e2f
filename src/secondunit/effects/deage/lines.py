"""Lines in skin told from its pores: what goes on in one direction is a line, and is taken out whole.

Pores, down and grain differ from place to place; a line is the same a little way along itself. The structure tensor
(Foerstner and Guelch 1987) says which way that is, and a mean along the stream (line integral convolution, Cabral and
Leedom 1993) keeps the line and loses the rest. It has the line's whole profile in all channels: the dark bottom, the
banks that catch light, the red where light went through skin. Taken out, pores stay as they were.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numba import njit

from secondunit.effects.deage.bands import Image, Plane, blur, covered, luma, masked_blur, smoothstep

WIDE_PX = 5.0  # Gaussian: what is wider is a fold or a shade, and none of this
GRADIENT_PX, TENSOR_PX = 1.0, 2.6  # Gaussians under the gradient and over the tensor
STEPS, ALONG_PX = 9, 4.5  # a line is followed so many px each way, weighted by a Gaussian
ONE_WAY = (0.25, 0.55)  # coherence of the tensor: none, surely one direction
QUIET = 0.4  # quantile of the skin's roughness that is skin without lines
STANDS_OUT = (0.45, 1.1)  # a line's roughness over that quantile: pores by chance, surely a line
NEAR_PX = 2.2  # Gaussian over which roughness is taken
EDGE = (1.15, 0.75)  # slope of what is wider, over WIDE_PX, over roughness: a shadow's edge, surely none


def lines(codes: Image, skin: Plane) -> Image:
    """The lines in skin.

    Args:
        codes: (512, 512, 3) perceptual codes (``bands.encode``).
        skin: (512, 512) matte.

    Returns:
        (512, 512, 3): what the codes have more or less because of lines; 0 where there are none and where no skin is.
    """
    sure = skin > 0.8
    if not sure.any():
        return np.zeros_like(codes)
    wide = masked_blur(codes, skin, WIDE_PX)
    detail = covered(codes - wide, skin)
    fine = luma(detail)
    way, one_way = _directions(fine, skin)
    rough = np.sqrt(blur(fine * fine, NEAR_PX))
    usual = max(float(np.quantile(rough[sure], QUIET)), 1e-5)
    wanted = skin * smoothstep(one_way, *ONE_WAY) * smoothstep(rough / np.float32(usual), *STANDS_OUT)
    wanted *= smoothstep(_slope(luma(wide)) * np.float32(WIDE_PX) / np.maximum(rough, np.float32(usual)), *EDGE)
    found = np.zeros_like(codes)
    _along(detail, skin, way, wanted, _weights(), found)
    share = np.sqrt(blur(luma(found) ** 2, NEAR_PX)) / np.float32(usual)
    return covered(found, wanted * smoothstep(share, *STANDS_OUT))


def _weights() -> Plane:
    steps = np.arange(STEPS + 1, dtype=np.float32)
    return np.asarray(np.exp(-0.5 * (steps / np.float32(ALONG_PX)) ** 2), np.float32)


def _slope(plane: Plane) -> Plane:
    """A plane's steepness, a px."""
    to_right, down = (cv2.Scharr(plane, cv2.CV_32F, *way) / np.float32(32) for way in ((1, 0), (0, 1)))
    return np.hypot(to_right, down)


def _directions(fine: Plane, skin: Plane) -> tuple[Image, Plane]:
    """Unit vectors (512, 512, 2), x and y, along what is there; and 0..1, how much it is one direction."""
    smooth = blur(fine, GRADIENT_PX)
    across = cv2.Scharr(smooth, cv2.CV_32F, 1, 0), cv2.Scharr(smooth, cv2.CV_32F, 0, 1)
    products = np.stack([across[0] * across[0], across[1] * across[1], across[0] * across[1]], axis=-1)
    xx, yy, xy = cv2.split(blur(covered(np.asarray(products, np.float32), skin), TENSOR_PX))
    apart = np.sqrt((xx - yy) ** 2 + 4 * xy * xy)
    angle = np.float32(0.5) * np.arctan2(2 * xy, xx - yy) + np.float32(np.pi / 2)
    return np.stack([np.cos(angle), np.sin(angle)], axis=-1), apart / np.maximum(xx + yy, np.float32(1e-12))


@njit(cache=True, nogil=True)
def _along(detail: Any, skin: Any, way: Any, wanted: Any, weights: Any, found: Any) -> None:
    """Means of ``detail`` along the stream through each wanted pixel."""
    height, width = skin.shape
    for y in range(height):
        for x in range(width):
            if wanted[y, x] <= np.float32(0.02):
                continue
            whole = weights[0] * skin[y, x]
            red, green, blue = whole * detail[y, x, 0], whole * detail[y, x, 1], whole * detail[y, x, 2]
            for side in (np.float32(-1), np.float32(1)):
                at_x, at_y = np.float32(x), np.float32(y)
                to_x, to_y = side * way[y, x, 0], side * way[y, x, 1]
                for step in range(1, len(weights)):
                    at_x, at_y = at_x + to_x, at_y + to_y
                    column, row = int(np.floor(at_x)), int(np.floor(at_y))
                    if column < 0 or row < 0 or column >= width - 1 or row >= height - 1:
                        break
                    near_x, near_y = int(at_x + np.float32(0.5)), int(at_y + np.float32(0.5))
                    next_x, next_y = way[near_y, near_x, 0], way[near_y, near_x, 1]
                    turn = next_x * to_x + next_y * to_y
                    if abs(turn) < np.float32(0.5):  # over 60 degrees in one px: the line ends
                        break
                    right, down = at_x - np.float32(column), at_y - np.float32(row)
                    for corner in range(4):
                        i, j = row + corner // 2, column + corner % 2
                        share = (right if corner % 2 else 1 - right) * (down if corner // 2 else 1 - down)
                        share *= weights[step] * skin[i, j]
                        whole += share
                        red += share * detail[i, j, 0]
                        green += share * detail[i, j, 1]
                        blue += share * detail[i, j, 2]
                    sign = np.float32(1) if turn > 0 else np.float32(-1)
                    to_x, to_y = sign * next_x, sign * next_y
            if whole > 0:
                found[y, x, 0], found[y, x, 1], found[y, x, 2] = red / whole, green / whole, blue / whole
