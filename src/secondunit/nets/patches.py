"""Squares of a plate, sampled small: what the face models look at, and how crop and plate pixels meet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from secondunit.imaging.half import floats
from secondunit.nets.faces import Square

Image = npt.NDArray[np.float32]
Affine = npt.NDArray[np.float64]  # (2, 3): from one picture's px to another's, pixel centres at half integers
_FINER = 1.5  # a picture is averaged down until one sample stands for at most so many of its pixels


def sampled(
    picture: npt.NDArray[Any],
    to_picture: Affine,
    width_px: int,
    height_px: int,
    *,
    ringing: bool = True,
    smooth: bool = False,
) -> Any:
    """A part (height_px, width_px, n) of ``picture`` (H, W, n): averaged where it gets smaller, else cubic.

    Args:
        picture: float32, half, or uint8 (linear instead of cubic); beyond its edge the edge goes on.
        to_picture: from px of the part to px of the picture.
        width_px: of the part; height_px: the same.
        ringing: whether a cubic may go beyond what it goes through; see ``within``.
        smooth: whether the picture has nothing finer than many of its pixels: linear then, in a third of the time.
    """
    wide, high = float(width_px), float(height_px)
    corners = applied(to_picture, np.array([[0.0, 0], [wide, 0], [0, high], [wide, high]]))
    height, width = picture.shape[:2]
    left, top = (int(one) for one in np.clip(np.floor(corners.min(axis=0)) - 3, 0, (width - 1, height - 1)))
    right, bottom = (
        int(one) for one in np.clip(np.ceil(corners.max(axis=0)) + 3, (left + 1, top + 1), (width, height))
    )
    kind: Any = np.uint8 if picture.dtype == np.uint8 else np.float32
    part: Any = picture[top:bottom, left:right]
    part = part if kind is np.uint8 else floats(part)
    scale = scale_of(to_picture)
    matrix = to_picture.copy()
    matrix[:, 2] -= (left, top)
    if scale > _FINER:
        small = (max(1, round((right - left) / scale)), max(1, round((bottom - top) / scale)))
        matrix = np.diag([small[0] / (right - left), small[1] / (bottom - top)]) @ matrix
        part = np.asarray(cv2.resize(part, small, interpolation=cv2.INTER_AREA), kind)
    how = cv2.INTER_LINEAR if scale > _FINER or smooth or kind is np.uint8 else cv2.INTER_CUBIC
    flags = how | cv2.WARP_INVERSE_MAP
    back, size, edge = centred(matrix), (width_px, height_px), cv2.BORDER_REPLICATE
    out = cv2.warpAffine(part, back, size, flags=flags, borderMode=edge)
    if how == cv2.INTER_CUBIC and not ringing:
        nearest = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
        out = within(out, part, lambda one: cv2.warpAffine(one, back, size, flags=nearest, borderMode=edge))
    return out.reshape(height_px, width_px, *picture.shape[2:])


def within(cubic: Any, picture: Image, nearest: Callable[[Any], Any]) -> Any:
    """A cubic interpolation of ``picture`` that goes nowhere beyond the samples around.

    Beside a hard highlight of a scene-linear picture a cubic else rings to black and below.

    Args:
        cubic: what was interpolated.
        picture: (H, W) or (H, W, n) float32, what it was interpolated from.
        nearest: takes a picture like that to the places of ``cubic``, the nearest sample for each.
    """
    around = np.ones((5, 5), np.uint8)  # holds the four by four that a cubic goes through
    return cv2.min(cv2.max(cubic, nearest(cv2.erode(picture, around))), nearest(cv2.dilate(picture, around)))


def seen(codes: npt.NDArray[np.uint8], square: Square, size: int) -> Image:
    """A square of a picture (H, W, 3) of sRGB codes as the face models want it: (size, size, 3), codes / 255."""
    return np.asarray(sampled(codes, square.matrix(size), size, size) * np.float32(1 / 255), np.float32)


def centred(matrix: Affine) -> Affine:
    """The same map for OpenCV, which has pixel centres at integers."""
    out = matrix.copy()
    out[:, 2] += out[:, :2] @ (0.5, 0.5) - 0.5
    return out


def applied(matrix: Affine, points: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Points (..., 2) mapped."""
    return np.asarray(points @ matrix[:, :2].T + matrix[:, 2], np.float64)


def inverse(matrix: Affine) -> Affine:
    """The map back; exact but for rounding."""
    (a, b, x), (c, d, y) = matrix  # by hand: LAPACK's threads cost more than so small a system
    back = np.array([[d, -b], [-c, a]]) / (a * d - b * c)
    return np.column_stack([back, -back @ (x, y)])


def scale_of(matrix: Affine) -> float:
    """How many px of the target one of the source is, along a side."""
    (a, b, _), (c, d, _) = matrix
    return float(np.sqrt(abs(a * d - b * c)))
