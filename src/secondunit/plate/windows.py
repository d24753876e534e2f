"""Openings of a facade: what isn't wall, in rectangles that keep to rows and columns."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt
from scipy.ndimage import median_filter

from secondunit.plate.survey import Facade, Opening
from secondunit.scene.camera import Array, Camera

BORDER_M = 0.25  # wall left between an opening and the facade's borders
NARROWEST_M, WIDEST_M = 0.45, 4.5  # from a slit of a window to a shop front or a gate
LOWEST_M, TALLEST_M = 0.45, 4.0
DOOR_FOOT_M = 0.55  # an opening that reaches lower than this is a door
DOOR_LEAST_M = 1.7
BAY_M = 2.6  # centre to centre of windows in a plain grid: a room's width
LINE_UP_M = 0.3  # sides nearer than this to those of their row or column are meant to be in line
UNLIKE = 0.35  # ln ratio of brightness or colour that sets glass apart from wall
FILLED = 0.55  # share of its rectangle that an opening covers; less is a tree, a sign or a stain
GREEN = 0.10  # ln ratio of green over the mean of red and blue: leaves, in ACEScg


def flatten(
    picture: npt.NDArray[np.float32], camera: Camera, facade: Facade, pixels_per_m: float
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """A facade as seen straight on, (H, W, 3), row 0 at the eaves, and where the picture shows it, (H, W)."""
    width = max(8, round(facade.width_m * pixels_per_m))
    height = max(8, round(facade.height_m * pixels_per_m))
    s = (np.arange(width) + 0.5) / width * facade.width_m
    t = (1 - (np.arange(height) + 0.5) / height) * facade.height_m
    pixel, depth = camera.project(facade.to_world(s[None, :], t[:, None]))
    x, y = (pixel[..., k].astype(np.float32) - np.float32(0.5) for k in (0, 1))
    flat = np.asarray(cv2.remap(picture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)
    inside = (depth > 0.05) & (x >= 0) & (y >= 0) & (x <= camera.width_px - 1) & (y <= camera.height_px - 1)
    return flat, inside


def find_openings(picture: npt.NDArray[np.float32], camera: Camera, facade: Facade) -> tuple[Opening, ...]:
    """Windows and doors of a facade in a scene-linear picture (H, W, 3) of the camera's size.

    What differs from the wall around it in brightness or colour, fills a rectangle of a window's size and isn't green;
    then rows and columns are made straight. Openings never overlap and keep ``BORDER_M`` from the facade's borders.
    """
    scale = float(np.clip(1400 / facade.width_m, 6, 32))
    flat, inside = flatten(picture, camera, facade, scale)
    feature = _feature(flat)
    unlike = _unlike_wall(feature, scale)
    leaves = feature[..., 1] - (feature[..., 0] + feature[..., 2]) / 2 > GREEN
    mask = ((unlike > max(UNLIKE, _valley(unlike))) & inside & ~leaves).astype(np.uint8)
    close, opened = (np.ones((max(1, round(k * scale)),) * 2, np.uint8) for k in (0.16, 0.22))
    solid = cv2.morphologyEx(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, close), cv2.MORPH_OPEN, opened)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=4)
    found = []
    for k in range(1, count):
        x, y, w, h, _ = (int(v) for v in stats[k])
        box = _rectangle(labels[y : y + h, x : x + w] == k)
        if box is None:
            continue
        left, top, right, bottom = x + box[0], y + box[1], x + box[2], y + box[3]
        if not inside[max(top - 2, 0) : bottom + 2, max(left - 2, 0) : right + 2].all():
            continue
        one = _opening(
            left / scale, facade.height_m - bottom / scale, right / scale, facade.height_m - top / scale, facade
        )
        if one is not None:
            found.append(one)
    return apart(straighten(found), facade)


def _feature(flat: npt.NDArray[np.float32]) -> Array:
    """ln of the colours, (H, W, 3); deep blacks kept from running away."""
    floor = 0.02 * float(np.median(flat)) + 1e-5
    return np.asarray(np.log(np.maximum(flat, floor)), float)


def _unlike_wall(feature: Array, scale: float) -> Array:
    """(H, W): how far each pixel is from the wall around it, ln."""
    step = max(1, round(scale / 5))  # five samples a metre are enough for what a wall looks like
    small = feature[step // 2 :: step, step // 2 :: step]
    reach = tuple(min(int(size * 5 * 2) // 2 * 2 + 1, 25) for size in (1.6, 1.6))
    wall = np.stack([median_filter(small[..., k], size=reach, mode="nearest") for k in range(3)], axis=-1)
    overall = np.median(small.reshape(-1, 3), axis=0)
    wall = np.where(np.abs(wall - overall).max(axis=-1, keepdims=True) > 0.7, overall, wall)  # a window, not wall
    wall = cv2.resize(wall, feature.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    miss = feature - wall
    light = np.abs(miss.mean(axis=-1))
    colour = np.abs(miss - miss.mean(axis=-1, keepdims=True)).sum(axis=-1)
    return np.asarray(0.8 * light + 0.6 * colour)


def _valley(unlike: Array) -> float:
    """Where two kinds of pixels part best (N. Otsu, 1979), at most ln 3."""
    eight = np.clip(unlike / np.log(6) * 255, 0, 255).astype(np.uint8)
    level = cv2.threshold(eight, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[0]
    return float(min(level / 255 * np.log(6), np.log(3)) * 0.8)


def _rectangle(blob: npt.NDArray[np.bool_]) -> tuple[int, int, int, int] | None:
    """The rectangle that a blob fills (left, top, right, bottom in its pixels), or None if it is no rectangle."""
    across, down = blob.sum(axis=0), blob.sum(axis=1)
    columns = np.nonzero(across > 0.4 * np.percentile(across, 80))[0]
    rows = np.nonzero(down > 0.4 * np.percentile(down, 80))[0]
    left, right, top, bottom = int(columns[0]), int(columns[-1]) + 1, int(rows[0]), int(rows[-1]) + 1
    core = blob[top:bottom, left:right]
    if core.mean() < FILLED or core.sum() < 0.6 * blob.sum():
        return None
    return left, top, right, bottom


def _opening(left: float, bottom: float, right: float, top: float, facade: Facade) -> Opening | None:
    """An opening of a believable size, drawn in from the borders, or None."""
    left, right = max(left, BORDER_M), min(right, facade.width_m - BORDER_M)
    door = bottom < DOOR_FOOT_M
    bottom, top = max(BORDER_M if door else bottom, BORDER_M), min(top, facade.height_m - BORDER_M)
    wide, tall = right - left, top - bottom
    if not (NARROWEST_M <= wide <= min(WIDEST_M, 0.6 * facade.width_m)):
        return None
    if not (max(LOWEST_M, DOOR_LEAST_M * door) <= tall <= TALLEST_M) or wide > 3.5 * tall or tall > 4.5 * wide:
        return None
    return Opening(left, bottom, right, top, "door" if door else "window")


def straighten(found: list[Opening]) -> list[Opening]:
    """Openings whose sides nearly line up get the same ones: the median of their row, then of their column."""
    spans = np.array([[one.left_m, one.right_m, one.bottom_m, one.top_m] for one in found]).reshape(-1, 4)
    for sides in (slice(2, 4), slice(0, 2)):
        groups: list[list[int]] = []
        for k in np.argsort(spans[:, sides].sum(axis=1), kind="stable"):
            near = [g for g in groups if np.abs(np.median(spans[g, sides], axis=0) - spans[k, sides]).max() < LINE_UP_M]
            if near:
                near[0].append(int(k))
            else:
                groups.append([int(k)])
        for group in groups:
            spans[group, sides] = np.median(spans[group, sides], axis=0)
    sides_m = [[float(side) for side in span] for span in spans]
    return [
        replace(one, left_m=left, right_m=right, bottom_m=bottom, top_m=top)
        for one, (left, right, bottom, top) in zip(found, sides_m, strict=True)
    ]


def apart(found: list[Opening], facade: Facade, gap_m: float = 0.12) -> tuple[Opening, ...]:
    """Those that keep ``gap_m`` from each other, larger ones first, inside the facade's borders; left to right."""
    kept: list[Opening] = []
    for one in sorted(found, key=lambda o: -(o.right_m - o.left_m) * (o.top_m - o.bottom_m)):
        free = all(
            one.left_m > other.right_m + gap_m
            or one.right_m < other.left_m - gap_m
            or one.bottom_m > other.top_m + gap_m
            or one.top_m < other.bottom_m - gap_m
            for other in kept
        )
        if free and _opening(one.left_m, one.bottom_m, one.right_m, one.top_m, facade):
            kept.append(one)
    return tuple(sorted(kept, key=lambda one: (round(one.bottom_m, 2), one.left_m)))


def lay_grid(facade: Facade, storeys: int) -> tuple[Opening, ...]:
    """A plain grid: one window a bay of about ``BAY_M`` and storey, sills at 0.3 and heads at 0.8 of its height."""
    bays = max(1, round(facade.width_m / BAY_M))
    bay, storey = facade.width_m / bays, facade.height_m / storeys
    half = min(0.6, 0.28 * bay)
    if bay / 2 - half < BORDER_M or storey * 0.2 < BORDER_M:
        half = min(half, bay / 2 - BORDER_M)
    if half < NARROWEST_M / 2:
        return ()
    grid = []
    for floor in range(storeys):
        for n in range(bays):
            middle = (n + 0.5) * bay
            top = min((floor + 0.8) * storey, facade.height_m - BORDER_M)
            grid.append(Opening(middle - half, max((floor + 0.3) * storey, BORDER_M), middle + half, top))
    return tuple(grid)


def storeys_of(facade: Facade) -> int:
    """Rows of openings one above the other; 0 if there are none."""
    heads = np.sort([one.top_m for one in facade.openings])
    if not len(heads):
        return 0
    rows = 1 + int((np.diff(heads) > 1.9).sum())  # lower rooms than that aren't built
    lowest, highest = float(heads[0]), float(heads[-1])
    return max(rows, round(facade.height_m / 4.5), 1 + round((highest - lowest) / 3.4))
