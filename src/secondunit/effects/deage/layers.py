"""One frame's layers from the plate and the steady change: only the rectangle that the crop covers is worked on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from secondunit.effects.deage.age import CROP_PX
from secondunit.effects.deage.ageing import FLOOR, REC709, Change, wide
from secondunit.effects.deage.patches import applied, inverse, sampled
from secondunit.imaging.colour import from_working, to_working
from secondunit.imaging.exr import PLAIN, Layer, Windowed
from secondunit.imaging.half import floats, halves

LEAST = 1 / 512  # a change of less than half an 8-bit code value is none: the matte is 0 and the plate stays
CLEAR_PX = 6.0  # of the crop: over so much the change goes to nothing beside another face
_STILL_PX = 1e-3  # a pixel that moves less than this is not resampled: it keeps its grain
REGION_LAYERS = ("regions", "regions_below")  # RGBA: forehead, eyes, cheeks, mouth; RGB: jaw, neck, hair

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Placed:
    """What is to be put on one frame.

    Attributes:
        change: on the crop.
        to_crop: (2, 3) from px of the plate to px of the crop.
        weight: of the whole change, 0..1.
        step: (512, 512, 2) px of the plate that what is seen moves to the next frame, or None.
        others: (M, 4) boxes left, top, right, bottom in px of the plate where nothing may change.
        allowed: (H, W) 0..1 of the plate: the artist's masks, or None.
    """

    change: Change
    to_crop: npt.NDArray[np.float64]
    weight: float
    step: Floats | None
    others: npt.NDArray[Any]
    allowed: Floats | None


def layers_of(plate: Floats, placed: Placed) -> dict[str, Layer]:
    """Every layer of a frame on ``plate`` (H, W, 3) ACEScg, rounded to what the file will hold.

    ``composite`` is ``background + delta`` in every pixel, and the plate's bits where ``matte`` is 0.
    """
    height, width = plate.shape[:2]
    top, left, bottom, right = _covered(placed.to_crop, height, width)
    ratio, flow, matte = wide(placed.change)
    regions = placed.change.regions.astype(np.float32) / 255
    step = np.zeros_like(flow) if placed.step is None else placed.step
    parts = (np.dstack([ratio, matte]), np.dstack([flow, step]), regions[..., :4], regions[..., 4:])
    here = placed.to_crop.copy()
    here[:, 2] = applied(placed.to_crop, np.array([float(left), float(top)]))
    light, moves, *where = (sampled(one, here, right - left, bottom - top) for one in parts)
    inside = _share(light[..., 3], placed, (top, left))
    linear = from_working(plate[max(0, top - 64) : bottom + 64, max(0, left - 64) : right + 64], REC709)
    linear *= np.float32(placed.change.exposure)
    out = np.empty((bottom - top, right - left, 3), np.float32)
    origin = (top - max(0, top - 64), left - max(0, left - 64))
    _changed(linear, (light, moves), inside, inverse(placed.to_crop)[:, :2], origin, np.float32(FLOOR), out)
    out = to_working(out / np.float32(placed.change.exposure), REC709)
    under = plate[top:bottom, left:right]
    touched = inside >= LEAST
    delta = floats(halves(np.where(touched[..., None], out - under, 0)))
    whole = halves(plate).copy()
    whole[top:bottom, left:right][touched] = halves(under + delta)[touched]
    for one in (moves, *where):
        one[~touched] = 0
    data = {
        "matte": np.where(touched, inside, 0),
        "delta": delta,
        "motion": moves[..., 2:] * np.array([1, -1], np.float32),
        **{name: np.clip(one, 0, 1) for name, one in zip(REGION_LAYERS, where, strict=True)},
    }
    found: dict[str, Layer] = {
        name: Windowed(np.ascontiguousarray(halves(one)), top, left, height, width) for name, one in data.items()
    }
    return {PLAIN: whole, **found}


def untouched(plate: Floats) -> dict[str, Layer]:
    """The layers of a frame in which nothing changes."""
    height, width = plate.shape[:2]
    counts = {"matte": 1, "delta": 3, "motion": 2, "regions": 4, "regions_below": 3}
    empty = {name: np.zeros((1, 1, n) if n > 1 else (1, 1), np.float16) for name, n in counts.items()}
    return {PLAIN: halves(plate), **{name: Windowed(one, 0, 0, height, width) for name, one in empty.items()}}


def _covered(to_crop: npt.NDArray[np.float64], height: int, width: int) -> tuple[int, int, int, int]:
    """Top, left, bottom, right of the crop in the plate; at least one pixel."""
    size = float(CROP_PX)
    corners = applied(inverse(to_crop), np.array([[0, 0], [size, 0], [0, size], [size, size]]))
    left, top = (int(one) for one in np.clip(np.floor(corners.min(axis=0)), 0, (width - 1, height - 1)))
    right, bottom = (int(one) for one in np.clip(np.ceil(corners.max(axis=0)), (left + 1, top + 1), (width, height)))
    return top, left, bottom, right


def _share(matte: Floats, placed: Placed, corner: tuple[int, int]) -> Floats:
    """How much of the change each pixel of the rectangle gets: the matte, the artist's masks, clear of other faces."""
    top, left = corner
    rows, columns = matte.shape
    share = np.clip(matte, 0, 1) * np.float32(placed.weight)
    ramp = CLEAR_PX / max(float(np.sqrt(abs(np.linalg.det(placed.to_crop[:, :2])))), 1e-6)
    y = np.arange(top, top + rows, dtype=np.float32)[:, None] + np.float32(0.5)
    x = np.arange(left, left + columns, dtype=np.float32)[None] + np.float32(0.5)
    for box in placed.others:
        if np.isfinite(box).all():
            away = np.maximum(np.maximum(box[0] - x, x - box[2]), np.maximum(box[1] - y, y - box[3]))
            share = share * np.clip(away / np.float32(ramp), 0, 1)
    if placed.allowed is not None:
        share = share * placed.allowed[top : top + rows, left : left + columns]
    return np.asarray(share, np.float32)


@njit(cache=True, nogil=True)
def _changed(plate: Any, change: Any, share: Any, turn: Any, origin: Any, floor: Any, out: Any) -> None:
    """Move, then multiply, each pixel of the rectangle as far as its share of the matte goes.

    ``share`` is the matte times what the artist and others leave of it; ``change`` has the ratio with the matte, and
    the flow.
    """
    ratio, flow = change
    for y in range(out.shape[0]):
        for x in range(out.shape[1]):
            matte = ratio[y, x, 3]
            if share[y, x] <= 0 or matte <= 0:
                for k in range(3):
                    out[y, x, k] = plate[y + origin[0], x + origin[1], k]
                continue
            part = min(np.float32(1), share[y, x] / matte)
            fx, fy = part * flow[y, x, 0], part * flow[y, x, 1]
            dx, dy = turn[0, 0] * fx + turn[0, 1] * fy, turn[1, 0] * fx + turn[1, 1] * fy
            still = abs(dx) < _STILL_PX and abs(dy) < _STILL_PX
            for k in range(3):
                if still:
                    light = plate[y + origin[0], x + origin[1], k]
                else:
                    light = _cubic(plate, y + origin[0] + dy, x + origin[1] + dx, k)
                gain = np.exp(part * ratio[y, x, k]) - np.float32(1)
                out[y, x, k] = light + (max(light, -floor / 2) + floor) * gain


@njit(cache=True, nogil=True)
def _cubic(picture: Any, y: float, x: float, k: int) -> float:
    """Catmull and Rom 1974: goes through the samples, and keeps a picture as sharp as it is."""
    iy, ix = int(np.floor(y)), int(np.floor(x))
    fy, fx = y - iy, x - ix
    total = 0.0
    for j in range(-1, 3):
        row = min(max(iy + j, 0), picture.shape[0] - 1)
        along = 0.0
        for i in range(-1, 3):
            along += _weight(fx - i) * picture[row, min(max(ix + i, 0), picture.shape[1] - 1), k]
        total += _weight(fy - j) * along
    return total


@njit(cache=True, nogil=True)
def _weight(t: float) -> float:
    t = abs(t)
    if t < 1:
        return (1.5 * t - 2.5) * t * t + 1
    return ((-0.5 * t + 2.5) * t - 4) * t + 2 if t < 2 else 0.0
