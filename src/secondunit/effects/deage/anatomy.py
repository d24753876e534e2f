"""Where things are on a face: soft planes and lines from the 478 points of MediaPipe's face mesh.

Point numbers are those of the mesh's canonical model (MediaPipe, ``canonical_face_model_uv_visualization.png``).
"Right" is the performer's right, at the picture's left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.float32]
Points = npt.NDArray[np.float32]
Line = tuple[int, ...]
_DRAW: Any = cv2  # its stubs do not know that fractional bits come after the line's kind

OVAL: Line = (10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377)
OVAL += (152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109)
LIPS: Line = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185)
MOUTH: Line = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191)
EYES: tuple[Line, ...] = (
    (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246),
    (263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466),
)
BROWS: tuple[Line, ...] = (
    (70, 63, 105, 66, 107, 55, 65, 52, 53, 46),
    (300, 293, 334, 296, 336, 285, 295, 282, 283, 276),
)
UNDER_EYES: tuple[Line, ...] = (
    (130, 25, 110, 24, 23, 22, 26, 112, 243, 244, 128, 121, 120, 119, 118, 117, 111, 35),
    (359, 255, 339, 254, 253, 252, 256, 341, 463, 464, 357, 350, 349, 348, 347, 346, 340, 265),
)
NASOLABIAL: tuple[Line, ...] = ((129, 203, 206, 216, 212), (358, 423, 426, 436, 432))
MARIONETTE: tuple[Line, ...] = ((61, 43, 202, 210), (291, 273, 422, 430))
FROWN: tuple[Line, ...] = ((107, 55, 193), (336, 285, 417), (9, 8))
CROW: tuple[Line, ...] = ((33, 130, 226, 35, 124, 156, 139, 34, 143), (263, 359, 446, 265, 353, 383, 368, 264, 372))
NOSE: Line = (168, 193, 122, 196, 3, 198, 49, 48, 64, 98, 97, 2, 326, 327, 294, 278, 279, 420, 248, 419, 351, 417)
NOSTRILS: Line = (
    98,
    240,
    99,
    60,
    75,
    59,
    166,
    219,
    218,
    237,
    44,
    1,
    274,
    457,
    438,
    439,
    392,
    289,
    305,
    290,
    328,
    460,
    327,
)
NOSTRILS += (326, 2, 97)
JAW: Line = (234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288, 361, 323, 454)
BROW_TOPS: Line = (70, 63, 105, 66, 107, 336, 296, 334, 293, 300)
SKIN_SAMPLES: Line = (50, 205, 118, 101, 36, 280, 425, 347, 330, 266, 151, 108, 337, 195, 5, 187, 411)
_REACH = 4.0  # of a Gaussian's deviations: as far as OpenCV's go
FOREHEAD_UP = 0.8  # how far the forehead reaches over the mesh's top, over the distance brows to mesh top


@dataclass(frozen=True)
class Anatomy:
    """Soft planes (512, 512), 0..1.

    Attributes:
        face: inside the mesh's outline.
        forehead: above the brows, up past the mesh to where hair may begin.
        eyes: what lies between the lids, lashes included: never altered.
        mouth: what lies between the lips: never altered.
        lips, brows, nose, nostrils, under_eyes, crow, cheeks, jaw, neck: what they say.
        nasolabial, marionette, frown: along the folds.
    """

    face: Plane
    forehead: Plane
    eyes: Plane
    mouth: Plane
    lips: Plane
    brows: Plane
    nose: Plane
    nostrils: Plane
    under_eyes: Plane
    crow: Plane
    cheeks: Plane
    jaw: Plane
    neck: Plane
    nasolabial: Plane
    marionette: Plane
    frown: Plane


def anatomy(points: Points, size_px: int) -> Anatomy:
    """The planes for one face.

    Args:
        points: (478, 2) px of the crop.
        size_px: side of the crop.
    """

    def area(lines: Sequence[Line], grow_px: float, soft_px: float) -> Plane:
        return _soft(_filled([points[list(line)] for line in lines], size_px), grow_px, soft_px)

    def along(lines: Sequence[Line], wide_px: float, soft_px: float) -> Plane:
        plane = np.zeros((size_px, size_px), np.uint8)
        for line in lines:
            _DRAW.polylines(plane, [_fixed(points[list(line)])], False, 255, round(wide_px), cv2.LINE_AA, 4)
        return _soft(plane, 0, soft_px)

    face = area([OVAL], 0, 4)
    lips, nose, brows = area([LIPS], 0, 2), area([NOSE], 0, 5), area(BROWS, 5, 2.5)
    under = area(UNDER_EYES, 0, 4)
    forehead = _soft(_filled([_forehead(points)], size_px), 0, 7) * (1 - brows)
    mouth_y = points[[61, 291], 1].mean()
    rows = np.arange(size_px, dtype=np.float32)[:, None] + 0.5
    low = np.clip((rows - (mouth_y - 6)) / 24, 0, 1) * np.ones((1, size_px), np.float32)
    chin = points[152]
    neck = _soft(_filled([_below_jaw(points, size_px)], size_px), 0, 4)
    lines = along(NASOLABIAL, 13, 4), along(MARIONETTE, 13, 4), along(FROWN, 10, 4)
    jaw = np.maximum(face * low, _near_line(points, size_px)) * (1 - lips)
    cheeks = face * (1 - low) * (1 - nose) * (1 - under) * (rows > chin[1] - 400)
    return Anatomy(
        face=face,
        forehead=forehead,
        eyes=area(EYES, 3, 1.5),
        mouth=area([MOUTH], 1, 1.2),
        lips=lips,
        brows=brows,
        nose=nose,
        nostrils=area([NOSTRILS], 2, 2),
        under_eyes=under,
        crow=area([_hull(points, line) for line in CROW], 6, 6) * (1 - brows),
        cheeks=cheeks.astype(np.float32),
        jaw=jaw,
        neck=neck * (1 - face),
        nasolabial=lines[0],
        marionette=lines[1],
        frown=lines[2],
    )


def _fixed(points: Points) -> Any:
    """For OpenCV's drawing: pixel centres at whole numbers, 4 fractional bits."""
    return np.asarray(np.rint((points - 0.5) * 16).astype(np.int32), np.int32)


def _filled(outlines: Sequence[Points], size_px: int) -> npt.NDArray[np.uint8]:
    plane = np.zeros((size_px, size_px), np.uint8)
    for outline in outlines:
        _DRAW.fillPoly(plane, [_fixed(outline)], 255, cv2.LINE_AA, 4)
    return plane


def _soft(plane: npt.NDArray[np.uint8], grow_px: float, soft_px: float) -> Plane:
    """Grown and softened; only where there is anything, since around it nothing stays nothing."""
    out = np.zeros(plane.shape, np.float32)
    left, top, wide, high = cv2.boundingRect(plane)
    if not wide:
        return out
    reach = round(grow_px) + round(_REACH * soft_px) + 1
    rows = slice(max(0, top - reach), top + high + reach)
    columns = slice(max(0, left - reach), left + wide + reach)
    part = plane[rows, columns]
    if grow_px > 0:
        side = 2 * round(grow_px) + 1
        part = np.asarray(cv2.dilate(part, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))), np.uint8)
    out[rows, columns] = cv2.GaussianBlur(part.astype(np.float32) / 255, (0, 0), soft_px)
    return out


def _hull(points: Points, line: Line) -> Line:
    order = cv2.convexHull(points[list(line)], returnPoints=False).ravel()
    return tuple(line[index] for index in order)


def _forehead(points: Points) -> Points:
    """From the brows' tops over the mesh's top, as far again as ``FOREHEAD_UP`` says."""
    top = points[[21, 54, 103, 67, 109, 10, 338, 297, 332, 284, 251]]
    brows = points[list(BROW_TOPS)]
    up = (points[10] - points[9]) * np.float32(FOREHEAD_UP)
    lift = np.sqrt(np.sin(np.linspace(0.02, np.pi - 0.02, len(top))))[:, None]
    return np.asarray(
        np.concatenate([top + up * lift, points[[389]], brows[::-1], points[[162]]]).astype(np.float32), np.float32
    )


def _below_jaw(points: Points, size_px: int) -> Points:
    """The jaw line and everything under it that may be neck."""
    jaw = points[list(JAW[3:-3])]
    down = np.array([0, size_px], np.float32)
    return np.asarray(np.concatenate([jaw, jaw[-1:] + down, jaw[:1] + down]).astype(np.float32), np.float32)


def _near_line(points: Points, size_px: int) -> Plane:
    plane = np.zeros((size_px, size_px), np.uint8)
    _DRAW.polylines(plane, [_fixed(points[list(JAW[2:-2])])], False, 255, 16, cv2.LINE_AA, 4)
    return _soft(plane, 0, 5)
