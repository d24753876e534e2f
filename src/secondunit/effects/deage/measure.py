"""What is measured of each frame: is it steady and seamless, still the same person, and how many years reach it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from secondunit.effects.deage.age import CROP_PX
from secondunit.effects.deage.layers import Made, Placed, Plate
from secondunit.effects.deage.settings import Limits
from secondunit.effects.deage.surface import Surface
from secondunit.imaging.colour import View, to_display
from secondunit.imaging.exr import PLAIN
from secondunit.imaging.half import floats
from secondunit.likeness.find import Box, embedding_in
from secondunit.nets.patches import inverse, sampled
from secondunit.records import read_arrays, write_arrays

LOOKED_PX = 256  # side of the crop that is measured
FACE_BOX: Box = (66, 80, 188, 202)  # where the recogniser's own detector sees the face in it
_RING = (0.02, 0.5)  # of the matte: where it ends
_NOTHING = 0.25  # codes: differences below are rounding, in plate and result alike

Codes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Looked:
    """The crop before and after, as a screen shows it.

    Attributes:
        plate: (256, 256, 3) codes.
        result: (256, 256, 3) codes.
        matte: (256, 256) codes.
        share: of the change that reached the picture, 0..1: what fading, masks and other faces left of it.
    """

    plate: Codes
    result: Codes
    matte: Codes
    share: float

    @classmethod
    def load(cls, path: Path) -> Looked:
        """Read what ``save`` wrote; raises ``BrokenStore`` if it is damaged."""
        arrays: dict[str, Any] = read_arrays(path)
        return cls(arrays["plate"], arrays["result"], arrays["matte"], arrays["share"].item())

    def save(self, path: Path) -> None:
        """Write it, whole or not at all."""
        write_arrays(path, {**vars(self), "share": np.array(self.share)})


@dataclass(frozen=True)
class Measured:
    """One frame's numbers; None where there is nothing to measure.

    Attributes:
        frame: its number.
        years: that reach the picture: those asked for, times the share that fading, masks and other faces leave.
        asked: the years asked for.
        identity: distance of the result's face from the plate's, as the recogniser has it.
        flicker: difference to the frame before along the motion, as a multiple of the plate's own.
        seam: contrast where the matte ends, as a multiple of the plate's own.
    """

    frame: int
    years: float
    asked: float
    identity: float | None
    flicker: float | None
    seam: float | None

    def past(self, limits: Limits) -> Iterator[str]:
        """What is past the limits, in words."""
        pairs = (("identity", self.identity), ("flicker", self.flicker), ("seam", self.seam))
        for name, value in pairs:
            most = getattr(limits, name)
            if value is not None and value > most:
                yield f"{name} {value:.2f}, limit {most:g}"
        if self.asked and self.years / self.asked < limits.change:
            yield f"{self.years:+.0f} of {self.asked:+.0f} years reach the picture, limit {limits.change:.0%}"


def looked(plate: Plate, made: Made, placed: Placed, view: View) -> Looked:
    """The measured crop of a frame on its ``plate`` (H, W, 3) ACEScg, half floats or exact in them."""
    left, top, right, bottom = placed.box
    matte = made.layers["matte"]
    part, result = (floats(one[top:bottom, left:right]) for one in (plate, made.layers[PLAIN]))  # type: ignore[index]
    back = inverse(placed.to_crop) @ np.diag([CROP_PX / LOOKED_PX, CROP_PX / LOOKED_PX, 1.0])
    back[:, 2] -= (left, top)
    before, after = (to_display(sampled(one, back, LOOKED_PX, LOOKED_PX), view) for one in (part, result))
    whole = np.zeros((*part.shape[:2], 1), np.float32)
    window = matte.top - top, matte.left - left  # type: ignore[union-attr]
    rows, columns = matte.pixels.shape[:2]  # type: ignore[union-attr]
    whole[window[0] : window[0] + rows, window[1] : window[1] + columns, 0] = floats(matte.pixels)  # type: ignore[union-attr]
    cover = sampled(whole, back, LOOKED_PX, LOOKED_PX)[..., 0]
    return Looked(before, after, np.round(np.clip(cover, 0, 1) * 255).astype(np.uint8), made.share)


def measured(frame: int, asked: float, now: Looked, before: Looked | None, index: int, surface: Surface) -> Measured:
    """The numbers of one frame; ``before`` is the frame before it, ``index`` its place in the shot."""
    flicker = None if before is None else flicker_of(now, before, index, surface)
    return Measured(frame, asked * now.share, asked, identity_of(now), flicker, seam_of(now))


def flicker_of(now: Looked, before: Looked, index: int, surface: Surface) -> float:
    """Mean difference to the frame before, moved as the face moved, in the result over that in the plate."""
    k = CROP_PX / LOOKED_PX
    there = surface.before(index, LOOKED_PX) / np.float32(k)
    inside = now.matte > 127
    if not inside.any():
        return 1.0
    moved = [
        cv2.remap(one.astype(np.float32), there[..., 0] - 0.5, there[..., 1] - 0.5, cv2.INTER_LINEAR)
        for one in (before.plate, before.result)
    ]
    plate, result = (
        float(np.abs(one.astype(np.float32) - other)[inside].mean())
        for one, other in zip((now.plate, now.result), moved, strict=True)
    )
    return (result + _NOTHING) / (plate + _NOTHING)


def seam_of(now: Looked) -> float | None:
    """Mean gradient in the ring where the matte ends, in the result over that in the plate; None without a ring."""
    ring = (now.matte > 255 * _RING[0]) & (now.matte < 255 * _RING[1])
    if not ring.any():
        return None
    slopes = []
    for one in (now.plate, now.result):
        gray = cv2.cvtColor(one, cv2.COLOR_RGB2GRAY).astype(np.float32)
        dx, dy = cv2.Sobel(gray, cv2.CV_32F, 1, 0, scale=1 / 8), cv2.Sobel(gray, cv2.CV_32F, 0, 1, scale=1 / 8)
        slopes.append(float(np.hypot(dx, dy)[ring].mean()))
    return (slopes[1] + _NOTHING) / (slopes[0] + _NOTHING)


def identity_of(now: Looked) -> float:
    """Distance between the 128 numbers of the face before and after; one person's are mostly within 0.6."""
    one, other = (embedding_in(codes, FACE_BOX) for codes in (now.plate, now.result))
    return float(np.linalg.norm(one - other))
