"""The canonical crop: where each frame's lies in the plate, to a fraction of a pixel, and exactly back."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from secondunit.effects.base import Plate
from secondunit.effects.deage.age import CROP_PX, EYES_AT_PX, EYES_TO_MOUTH_PX
from secondunit.effects.deage.motion import similarity
from secondunit.imaging.colour import LINEAR_SRGB, from_working
from secondunit.nets.patches import Affine, applied, inverse, sampled

EYES, MOUTH = (33, 133, 362, 263), (61, 291)  # corners
# What moves with the skull: corners of the eyes, bridge of the nose, forehead, temples, cheekbones
STILL = (
    33, 133, 362, 263, 168, 6, 197, 195, 10, 151, 9, 8, 127, 356, 54, 284, 103, 332, 67, 297, 109, 338, 117, 346,
    50, 280,
)  # fmt: skip
AROUND_PX = 4  # of the plate: what interpolation looks at around a crop, and more
_FRONTAL_DEG = 25.0  # what a person's own shape is averaged over, where there is any

Floats = npt.NDArray[np.float32]
Points = npt.NDArray[np.float64]


def crop_at(plate: Plate, frame: int, to_crop: npt.NDArray[np.float64]) -> Floats:
    """The canonical crop (512, 512, 3) of a frame: linear Rec.709."""
    back, size = inverse(to_crop), float(CROP_PX)
    corners = applied(back, np.array([[0, 0], [size, 0], [0, size], [size, size]]))
    most = (plate.width_px, plate.height_px)
    left, top = (int(one) for one in np.clip(np.floor(corners.min(axis=0)) - AROUND_PX, 0, np.subtract(most, 1)))
    ends = np.clip(np.ceil(corners.max(axis=0)) + AROUND_PX, (left + 1, top + 1), most)
    back[:, 2] -= (left, top)
    part = plate.light(frame, (left, top, int(ends[0]), int(ends[1])))
    return np.asarray(sampled(part, back, CROP_PX, CROP_PX, ringing=False), np.float32)


def crop_of(plate: npt.NDArray[Any], to_crop: npt.NDArray[np.float64]) -> Floats:
    """The canonical crop (512, 512, 3) of a plate (H, W, 3) ACEScg, float32 or half: linear Rec.709."""
    return from_working(sampled(plate, inverse(to_crop), CROP_PX, CROP_PX, ringing=False), LINEAR_SRGB)


def to_crop(points: npt.NDArray[Any]) -> Affine:
    """(2, 3): from px of the plate to px of the crop, as ``age`` defines it, for one mesh (478, 2 or more)."""
    eyes, mouth = points[list(EYES), :2].mean(axis=0), points[list(MOUTH), :2].mean(axis=0)
    across = points[[362, 263], :2].mean(axis=0) - points[[33, 133], :2].mean(axis=0)
    roll, scale = np.arctan2(across[1], across[0]), EYES_TO_MOUTH_PX / max(float(np.linalg.norm(mouth - eyes)), 1e-6)
    c, s = np.cos(roll) * scale, np.sin(roll) * scale
    turn = np.array([[c, s], [-s, c]])
    return np.column_stack([turn, np.array(EYES_AT_PX) - turn @ eyes])


def to_crops(points: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """The crops of a shot, (T, 2, 3), for meshes (T, 478, 3): a mouth that opens does not zoom.

    Each frame's is fitted to the person's own mean shape by what moves with the skull; the mean shape lies where the
    definition has it.
    """
    first = np.array([applied(to_crop(one), one[:, :2]) for one in points])
    weight = np.where(np.abs(np.degrees(yaws(points))) < _FRONTAL_DEG, 1.0, 1e-3)
    shape = np.einsum("t,tik->ik", weight / weight.sum(), first)
    shape = applied(to_crop(shape), shape)[list(STILL)]
    even = np.ones(len(STILL))
    return np.array([similarity(one[list(STILL), :2].astype(np.float64), shape, even) for one in points])


def yaws(points: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """How far heads are turned, (T,) radians, from the depth between the outer corners of the eyes."""
    across = (points[:, 263] - points[:, 33]).astype(np.float64)
    return np.asarray(np.arctan2(across[:, 2], np.hypot(across[:, 0], across[:, 1])), np.float64)
