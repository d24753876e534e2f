"""One frame's layers from the plate and the steady change: only the rectangle that the crop covers is worked on."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from numba import njit

from secondunit.effects.deage.age import CROP_PX
from secondunit.effects.deage.ageing import FLOOR, Change, wide
from secondunit.imaging.colour import LINEAR_SRGB, from_working, to_working
from secondunit.imaging.exr import PLAIN, Layer, Windowed
from secondunit.imaging.half import floats, half_bits, halves
from secondunit.imaging.screen import half_of
from secondunit.nets.patches import applied, inverse, sampled, scale_of

LEAST = 1 / 512  # a change of less than half an 8-bit code value is none: the matte is 0 and the plate stays
_SOFTER_PX = 10.0  # of the crop, for each step of the feather
CLEAR_PX = 6.0  # of the crop: over so much the change goes to nothing beside another face
_CUBIC_PX = 3  # as far as a cubic looks, and one more
_STILL_PX = 1e-3  # a pixel that moves less than this is not resampled: it keeps its grain
# Channels of each layer; regions are forehead, eyes, cheeks, mouth, and below these jaw, neck, hair
COUNTS = {"matte": 1, "delta": 3, "motion": 2, "regions": 4, "regions_below": 3}

Floats = npt.NDArray[np.float32]
Halfs = npt.NDArray[np.float16]
Plate = Floats | Halfs
_OF_CODE: Halfs = (np.arange(256, dtype=np.float32) / 255).astype(np.float16)


@dataclass(frozen=True)
class Placed:
    """What is to be put on one frame.

    Attributes:
        change: on the crop.
        to_crop: (2, 3) from px of the plate to px of the crop.
        box: left, top, right, bottom of the crop in the plate, px.
        face: left, top, right, bottom of the face's mesh in the plate, px.
        weight: of the whole change, 0..1.
        step: (n, n, 2) nodes over the crop: px of the plate that what is seen moves to the next frame; or None.
        others: (M, 4) boxes left, top, right, bottom in px of the plate where nothing may change.
        allowed: (H, W) 0..1 of the plate: the artist's masks, or None.
        feather: softness of the matte's edge, 1 and more.
    """

    change: Change
    to_crop: npt.NDArray[np.float64]
    box: tuple[int, int, int, int]
    face: tuple[float, float, float, float]
    weight: float
    step: Floats | None
    others: npt.NDArray[Any]
    allowed: Floats | None
    feather: float = 1.0


@dataclass(frozen=True)
class Made:
    """One frame.

    Attributes:
        layers: rounded to what the file will hold: ``composite`` is the plate plus ``delta`` in every pixel, and the
            plate's bits where ``matte`` is 0.
        share: of the change that is to be seen, 0..1.
    """

    layers: dict[str, Layer]
    share: float


def layers_of(plate: Plate, placed: Placed) -> Made:
    """The change of one frame on its ``plate`` (H, W, 3) ACEScg, half floats or exact in them."""
    height, width = plate.shape[:2]
    ratio, flow, matte = wide(placed.change)
    left, top, right, bottom = _covered(matte, placed)
    rows, columns = slice(top, bottom), slice(left, right)
    size, here = (right - left, bottom - top), placed.to_crop.copy()
    here[:, 2] = applied(placed.to_crop, np.array([float(left), float(top)]))
    light, moves = sampled(np.dstack([ratio, matte]), here, *size), sampled(flow, here, *size, smooth=True)
    soft = light[..., 3] if placed.feather <= 1 else sampled(feathered(matte, placed.feather), here, *size)
    inside = _whole(_share(soft, placed, (top, left)), placed.face, (top, left))
    delta, whole = np.empty((*size[::-1], 3), np.float32), np.array(halves(plate))
    turn, exposure = inverse(placed.to_crop)[:, :2], np.float32(placed.change.exposure)
    farthest = float(np.abs(flow).sum(axis=-1).max()) * scale_of(inverse(placed.to_crop))
    reach = _CUBIC_PX + int(np.ceil(farthest))
    near_rows, near_columns = slice(max(0, top - reach), bottom + reach), slice(max(0, left - reach), right + reach)
    near, corner = floats(plate[near_rows, near_columns]), (top - near_rows.start, left - near_columns.start)
    _changed(near, (light, moves), inside, turn, corner, (exposure, np.float32(FLOOR)), _matrices(), delta)
    data = {name: np.empty((*size[::-1], count), np.uint16) for name, count in COUNTS.items()}
    result = np.ascontiguousarray(whole[rows, columns]).view(np.uint16)
    regions = [sampled(one, here, *size) for one in (placed.change.regions[..., :4], placed.change.regions[..., 4:])]
    seen, weight = _rounded(
        near, corner, (inside, light, delta, _motion(placed, here, size), *regions),
        _OF_CODE.view(np.uint16), result, *data.values(),
    )  # fmt: skip
    whole[rows, columns] = result.view(np.float16)
    found: dict[str, Layer] = {
        name: Windowed(
            one.view(np.float16)[..., 0] if name == "matte" else one.view(np.float16), top, left, height, width
        )
        for name, one in data.items()
    }
    return Made({PLAIN: whole, **found}, float(seen / max(weight, 1e-9)))


def _covered(matte: Floats, placed: Placed) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of the plate's rectangle that the matte covers; at least one pixel of the crop's."""
    left, top, right, bottom = placed.box
    rows, columns = (np.flatnonzero((matte > 0).any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return left, top, left + 1, top + 1
    x, y = (float(columns[0]) - 1, float(columns[-1]) + 2), (float(rows[0]) - 1, float(rows[-1]) + 2)
    corners = applied(inverse(placed.to_crop), np.array([(one, other) for one in x for other in y]))
    low, high = np.floor(corners.min(axis=0)).astype(int), np.ceil(corners.max(axis=0)).astype(int)
    first = min(max(left, int(low[0])), right - 1), min(max(top, int(low[1])), bottom - 1)
    return *first, min(right, max(first[0] + 1, int(high[0]))), min(bottom, max(first[1] + 1, int(high[1])))


def _motion(placed: Placed, here: npt.NDArray[np.float64], size: tuple[int, int]) -> Floats:
    """How far what is seen moves to the next frame, px, u right and v up."""
    if placed.step is None:
        return np.zeros((*size[::-1], 2), np.float32)
    nodes = (len(placed.step) - 1) / CROP_PX
    on_grid = here * nodes
    on_grid[:, 2] += 0.5  # a node is the centre of a grid's pixel
    step = placed.step * np.array([1, -1], np.float32)
    return np.asarray(sampled(step, on_grid, *size, smooth=True), np.float32)


@functools.cache
def _matrices() -> tuple[Floats, Floats]:
    """From ACEScg to the light that ratios are of, and back, (3, 3) rows."""
    eye = np.eye(3, dtype=np.float32)
    return from_working(eye, LINEAR_SRGB).T.copy(), to_working(eye, LINEAR_SRGB).T.copy()


def feathered(matte: Floats, feather: float) -> Floats:
    """The matte (512, 512) with an edge that runs farther inwards; at 1 as it is. It never grows."""
    if feather <= 1:
        return matte
    return np.minimum(matte, cv2.GaussianBlur(matte, (0, 0), _SOFTER_PX * (feather - 1)))


def untouched(plate: Plate) -> dict[str, Layer]:
    """The layers of a frame in which nothing changes."""
    height, width = plate.shape[:2]
    empty = {name: np.zeros((1, 1, n) if n > 1 else (1, 1), np.float16) for name, n in COUNTS.items()}
    return {PLAIN: halves(plate), **{name: Windowed(one, 0, 0, height, width) for name, one in empty.items()}}


def _share(matte: Floats, placed: Placed, corner: tuple[int, int]) -> Floats:
    """How much of the change each pixel of the rectangle gets: the matte, the artist's masks, clear of other faces."""
    top, left = corner
    rows, columns = matte.shape
    share = np.clip(matte, 0, 1) * np.float32(placed.weight)
    ramp = CLEAR_PX / max(scale_of(placed.to_crop), 1e-6)
    y = np.arange(top, top + rows, dtype=np.float32)[:, None] + np.float32(0.5)
    x = np.arange(left, left + columns, dtype=np.float32)[None] + np.float32(0.5)
    for box in placed.others:
        if np.isfinite(box).all():
            away = np.maximum(np.maximum(box[0] - x, x - box[2]), np.maximum(box[1] - y, y - box[3]))
            share = share * np.clip(away / np.float32(ramp), 0, 1)
    if placed.allowed is not None:
        share = share * placed.allowed[top : top + rows, left : left + columns]
    return np.asarray(share, np.float32)


def _whole(share: Floats, face: tuple[float, float, float, float], corner: tuple[int, int]) -> Floats:
    """Only what hangs together with the face: crumbs elsewhere are nobody's."""
    count, labels = cv2.connectedComponents((share >= LEAST).astype(np.uint8), connectivity=8)
    if count <= 2:
        return share
    edges = [int(edge) - corner[1 - index % 2] for index, edge in enumerate(face)]
    left, top, right, bottom = (max(0, edge) for edge in edges)
    kept = np.zeros(count, np.bool_)
    kept[np.unique(labels[top : bottom + 1, left : right + 1])] = True
    kept[0] = False
    return np.where(kept[labels], share, np.float32(0))


@njit(cache=True, nogil=True, error_model="numpy")
def _changed(
    plate: Any, change: Any, share: Any, turn: Any, corner: Any, scale: Any, matrices: Any, delta: Any
) -> None:
    """Move, then multiply, each pixel of the rectangle as far as its share of the matte goes; the difference is rounded
    to half.

    ``plate`` is what is around the rectangle, ``corner`` where that begins in it; ``share`` is the matte times what the
    artist and others leave of it; ``change`` has the ratio with the matte, and the flow.
    """
    (ratio, flow), (exposure, floor), (to_light, from_light) = change, scale, matrices
    least = np.float32(LEAST)
    moved, light, gain = np.empty(3, np.float32), np.empty(3, np.float32), np.empty(3, np.float32)
    span = np.empty((2, 3), np.float32)
    for y in range(delta.shape[0]):
        for x in range(delta.shape[1]):
            row, column = y + corner[0], x + corner[1]
            matte = ratio[y, x, 3]
            if share[y, x] < least or matte <= 0:
                delta[y, x, :] = 0
                continue
            part = min(np.float32(1), share[y, x] / matte)
            fx, fy = part * flow[y, x, 0], part * flow[y, x, 1]
            dx, dy = turn[0, 0] * fx + turn[0, 1] * fy, turn[1, 0] * fx + turn[1, 1] * fy
            if abs(dx) < _STILL_PX and abs(dy) < _STILL_PX:
                for k in range(3):
                    moved[k] = plate[row, column, k]
            else:
                _cubic(plate, row + dy, column + dx, span, moved)
            for k in range(3):
                light[k] = exposure * (
                    to_light[k, 0] * moved[0] + to_light[k, 1] * moved[1] + to_light[k, 2] * moved[2]
                )
                gain[k] = (np.exp(part * ratio[y, x, k]) - np.float32(1)) / exposure
                gain[k] *= max(light[k], -floor / np.float32(2)) + floor
            for k in range(3):
                more = from_light[k, 0] * gain[0] + from_light[k, 1] * gain[1] + from_light[k, 2] * gain[2]
                delta[y, x, k] = half_of(more + (moved[k] - plate[row, column, k]))


@njit(cache=True, nogil=True)
def _rounded(
    plate: Any,
    corner: Any,
    found: Any,
    of_code: Any,
    whole: Any,
    matte: Any,
    delta: Any,
    motion: Any,
    above: Any,
    below: Any,
) -> Any:
    """The layers as half floats' bits where the matte is; how much of the change is seen there, and of how much.

    Args:
        plate: around the rectangle, whose first row and column in it are ``corner``.
        found: share of the change, the crop's ratio with its matte, delta, motion, codes of the regions (two layers).
        of_code: (256,) each code as a half float's bits.
        whole: out, (h, w, 3), which holds the plate's bits; all others: out, (h, w, n), 0 where the matte is.
    """
    inside, light, change, moves, upper, lower = found
    least, one = np.float32(LEAST), np.float32(1)
    values = np.empty(9, np.float32)
    bits = values.view(np.uint32)
    seen, weight = 0.0, 0.0
    for y in range(matte.shape[0]):
        for x in range(matte.shape[1]):
            size = abs(light[y, x, 1])
            weight += size
            share = inside[y, x]
            if not share >= least:
                matte[y, x, 0] = 0
                for k in range(2):
                    motion[y, x, k] = 0
                for k in range(3):
                    delta[y, x, k], above[y, x, k], below[y, x, k] = 0, 0, 0
                above[y, x, 3] = 0
                continue
            seen += min(share / max(light[y, x, 3], least), one) * size
            values[0], values[1], values[2] = share, moves[y, x, 0], moves[y, x, 1]
            for k in range(3):
                values[3 + k] = change[y, x, k]
                values[6 + k] = plate[y + corner[0], x + corner[1], k] + change[y, x, k]
            matte[y, x, 0] = half_bits(values[0], bits[0])
            motion[y, x, 0], motion[y, x, 1] = half_bits(values[1], bits[1]), half_bits(values[2], bits[2])
            for k in range(3):
                delta[y, x, k] = half_bits(values[3 + k], bits[3 + k])
                whole[y, x, k] = half_bits(values[6 + k], bits[6 + k])
            for k in range(4):
                above[y, x, k] = of_code[upper[y, x, k]]
            for k in range(3):
                below[y, x, k] = of_code[lower[y, x, k]]
    return seen, weight


@njit(cache=True, nogil=True)
def _cubic(picture: Any, y: float, x: float, span: Any, out: Any) -> None:
    """Catmull and Rom 1974: goes through the samples, and keeps a picture as sharp as it is.

    Nowhere beyond the samples around: beside a hard highlight it would else ring to black and below.
    """
    iy, ix = int(np.floor(y)), int(np.floor(x))
    fy, fx = np.float32(y - iy), np.float32(x - ix)
    low, high = span[0], span[1]
    low[:], high[:] = np.inf, -np.inf
    for k in range(3):
        out[k] = 0
    for j in range(-1, 3):
        row, along = min(max(iy + j, 0), picture.shape[0] - 1), _weight(fy - np.float32(j))
        for i in range(-1, 3):
            column, share = min(max(ix + i, 0), picture.shape[1] - 1), along * _weight(fx - np.float32(i))
            for k in range(3):
                value = picture[row, column, k]
                out[k] += share * value
                low[k], high[k] = min(low[k], value), max(high[k], value)
    for k in range(3):
        out[k] = min(max(out[k], low[k]), high[k])


@njit(cache=True, nogil=True)
def _weight(t: Any) -> Any:
    t = abs(t)
    if t < 1:
        return (np.float32(1.5) * t - np.float32(2.5)) * t * t + np.float32(1)
    if t < 2:
        return ((np.float32(-0.5) * t + np.float32(2.5)) * t - np.float32(4)) * t + np.float32(2)
    return np.float32(0)
