"""Lines and folds that a face does not have yet, drawn where they come: for faces that get older.

Where they come is anatomy: across the forehead (frontalis), between the brows (corrugator), fans at the outer corners
of the eyes (orbicularis), under the lids, from the wings of the nose past the mouth, from the mouth's corners down
(Lemperle et al. 2001, "A classification of facial wrinkles"). All hang on landmarks, so that they move with the face.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from secondunit.effects.deage.anatomy import MARIONETTE, NASOLABIAL, Plane, Points

_DRAW: Any = cv2
FINE_PX, FOLD_PX = 0.9, 2.3  # Gaussian half widths of a fine line and of a fold
LIP = 0.55  # brightness of a line's lower lip, which the light meets, over the darkness of its valley
ROWS = (  # landmarks across the forehead, from the brows up
    (105, 66, 107, 9, 336, 296, 334),
    (104, 69, 108, 151, 337, 299, 333),
    (103, 67, 109, 10, 338, 297, 332),
)
FOREHEAD = ((0, 0.55, 0.8), (0, 0.95, 1.0), (1, 0.42, 0.9), (1, 0.85, 0.5))  # row, share to the next, strength
LIDS: tuple[tuple[int, ...], ...] = ((233, 232, 231, 230, 229, 228, 31), (453, 452, 451, 450, 449, 448, 261))
RINGS: tuple[tuple[int, ...], ...] = ((128, 121, 120, 119, 118, 117), (357, 350, 349, 348, 347, 346))
FAN_DEG = (
    (-34.0, 0.55),
    (-13.0, 0.9),
    (9.0, 1.0),
    (30.0, 0.75),
)  # of crow's feet from the temple's direction; strength


def drawn(points: Points, size_px: int) -> tuple[Plane, Plane]:
    """Shading of fine lines and of folds, as a share of the light: below 0 in valleys, above 0 on their lower lips.

    Args:
        points: (478, 2) px of the crop.
        size_px: its side.

    Returns:
        Two planes (size, size), 0 where there is none; 1 is as deep as a line gets.
    """
    fine, folds = np.zeros((size_px, size_px), np.float32), np.zeros((size_px, size_px), np.float32)
    for row, share, strength in FOREHEAD:
        low, high = points[list(ROWS[row])], points[list(ROWS[row + 1])]
        _stroke(fine, low + (high - low) * np.float32(share), strength, row + share)
    for side, (corner, temple) in enumerate(((33, 127), (263, 356))):
        _fan(fine, points[corner], points[temple], side)
    for side, (brow, between, lid) in enumerate(((107, 9, 55), (336, 9, 285))):
        inner = points[[lid, brow]] * np.float32(0.55) + points[[8, between]] * np.float32(0.45)
        up = inner[1] + (inner[1] - inner[0]) * np.float32(0.5)
        _stroke(folds, np.stack([inner[0], inner[1], up]), 0.55, 7 + side)
    for side in (0, 1):
        _stroke(fine, points[list(LIDS[side])], 0.8, 11 + side)
        _stroke(folds, points[list(RINGS[side])], 0.5, 13 + side)
        _stroke(folds, points[list(NASOLABIAL[side])], 1.0, 17 + side)
        _stroke(folds, points[list(MARIONETTE[side])][:3], 0.7, 19 + side)
    return _shaded(fine, FINE_PX), _shaded(folds, FOLD_PX)


def _fan(plane: Plane, corner: Points, temple: Points, side: int) -> None:
    out = (temple - corner).astype(np.float64)
    turn = (-1.0, 1.0)[side]
    for number, (angle, strength) in enumerate(FAN_DEG):
        a = np.radians(angle) * turn
        along = np.array([out[0] * np.cos(a) - out[1] * np.sin(a), out[0] * np.sin(a) + out[1] * np.cos(a)])
        droop = np.array([0.0, 0.10 * np.hypot(*out)])
        shares = np.array([0.30, 0.5, 0.70, 0.86])[:, None]
        line = corner + along * shares + droop * (shares - 0.3) ** 2 * np.sign(angle + 2)
        _stroke(plane, line.astype(np.float32), strength, 3 + number + 5 * side)


def _stroke(plane: Plane, line: Points, strength: float, kind: float) -> None:
    """A smooth line through points that swells, fades at both ends and wavers a little, always the same way."""
    steps = np.linspace(0, len(line) - 1, 12 * (len(line) - 1) + 1)
    smooth = _spline(line.astype(np.float64), steps)
    part = steps / steps[-1]
    tangent = np.gradient(smooth, axis=0)
    normal = np.stack([-tangent[:, 1], tangent[:, 0]], 1) / np.maximum(np.hypot(*tangent.T), 1e-6)[:, None]
    waver = 1.1 * np.sin(9 * part + 2.3 * kind) + 0.7 * np.sin(23 * part + 5.1 * kind)
    smooth = smooth + normal * (waver * np.sin(np.pi * part))[:, None]
    weight = strength * np.sin(np.pi * np.clip(part, 0.02, 0.98)) ** 0.7
    weight = weight * (0.8 + 0.2 * np.sin(13 * part + 1.7 * kind))
    corners = np.rint((np.clip(smooth, -1e4, 1e4) - 0.5) * 16).astype(np.int32)
    for index in range(len(corners) - 1):
        ends = tuple(corners[index].tolist()), tuple(corners[index + 1].tolist())
        _DRAW.line(plane, *ends, float(weight[index]), 1, cv2.LINE_8, 4)


def _spline(line: npt.NDArray[np.float64], at: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Catmull-Rom through the points, at fractional indices."""
    first = np.minimum(at.astype(int), len(line) - 2)
    t = (at - first)[:, None]
    padded = np.concatenate([2 * line[:1] - line[1:2], line, 2 * line[-1:] - line[-2:-1]])
    a, b, c, d = (padded[first + shift] for shift in range(4))
    curve = 2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    return np.asarray(curve / 2, np.float64)


def _shaded(plane: Plane, wide_px: float) -> Plane:
    """Valley and lower lip: the light comes from above more often than not."""
    valley = cv2.GaussianBlur(plane, (0, 0), wide_px) * np.float32(
        wide_px * 2.5
    )  # a drawn line of 1 px is 1 deep again
    lip: Any = cv2.GaussianBlur(plane, (0, 0), wide_px * 1.5) * np.float32(wide_px * 3.75)
    shift = np.array([[1, 0, 0], [0, 1, 2.1 * wide_px]], np.float64)
    lip = np.asarray(cv2.warpAffine(lip, shift, plane.shape[::-1], flags=cv2.INTER_LINEAR), np.float32)
    return np.asarray(np.clip(np.float32(LIP) * lip, 0, 1) - np.clip(valley, 0, 1), np.float32)
