"""Openings of a facade: what isn't wall, in rectangles that keep to rows and columns."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import scipy  # its parts are loaded when they are first used
from shapely.geometry import Polygon, box

from secondunit.plate.survey import Facade, Opening
from secondunit.scene.camera import Array, Camera

BORDER_M = 0.25  # wall left between an opening and the facade's borders
NARROWEST_M, WIDEST_M = 0.45, 4.5  # from a slit of a window to a shop front or a gate
LOWEST_M, TALLEST_M = 0.45, 4.0
DOOR_FOOT_M = 0.55  # an opening that reaches lower than this is a door
DOOR_LEAST_M = 1.7
BAY_M = 2.6  # centre to centre of windows in a plain grid: a room's width
LINE_UP_M = 0.3  # sides nearer than this to those of their row or column are meant to be in line
HEAD_M = 1.0  # heads of a row may seem to differ by this, by lintels and cornices
SAME_BOX = 0.6  # overlap over union above which two rectangles are the same opening
LIKE_SIZE = 0.25  # ln of how much wider or taller a window may be than the usual one to be taken for one
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
    unlike, lighter = _unlike_wall(feature, scale)
    leaves = _leaves(feature)
    level = max(UNLIKE, _valley(unlike))
    found: list[Opening] = []
    for mask in (unlike > level, unlike > 0.7 * level, unlike > 1.4 * level, lighter < -0.8 * level):
        solid = (mask & inside & ~leaves).astype(np.uint8)
        close, opened = (np.ones((max(1, round(k * scale)),) * 2, np.uint8) for k in (0.16, 0.22))
        blobs = cv2.morphologyEx(cv2.morphologyEx(solid, cv2.MORPH_CLOSE, close), cv2.MORPH_OPEN, opened)
        found += _boxes(blobs, lighter, inside, facade, scale)
    found = _usual(list(apart(straighten(_agreed(_carried(found, facade))), facade)))
    return apart(found + _missing(found, unlike * inside, facade, scale), facade)


def _boxes(
    blobs: npt.NDArray[Any], lighter: Array, inside: npt.NDArray[np.bool_], facade: Facade, scale: float
) -> list[Opening]:
    """Blobs that fill a rectangle of an opening's size and lie wholly in the picture."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(blobs, connectivity=4)
    found = []
    for k in range(1, count):
        x, y, w, h, _ = (int(v) for v in stats[k])
        filled = _rectangle(labels[y : y + h, x : x + w] == k)
        if filled is None:
            continue
        left, top, right, bottom = _glass(lighter, x + filled[0], y + filled[1], x + filled[2], y + filled[3])
        if not inside[max(top - 2, 0) : bottom + 2, max(left - 2, 0) : right + 2].all():
            continue
        high, low = facade.height_m - top / scale, facade.height_m - bottom / scale
        one = _opening(left / scale, low, right / scale, high, facade)
        if one is not None:
            found.append(one)
    return found


def _carried(found: list[Opening], facade: Facade) -> list[Opening]:
    """Those that lie in what the building's outline carries on this wall."""
    shape = Polygon(facade.outline_m) if len(facade.outline_m) > 2 else box(0, 0, facade.width_m, facade.height_m)
    whole = shape.buffer(0.1)
    return [one for one in found if whole.contains(box(one.left_m, one.bottom_m, one.right_m, one.top_m))]


def _agreed(found: list[Opening]) -> list[Opening]:
    """Those found at two thresholds at least, the median of each such group; and lone ones of those's usual size."""
    boxes = [box(one.left_m, one.bottom_m, one.right_m, one.top_m) for one in found]
    groups: list[list[int]] = []
    for k, here in enumerate(boxes):
        for group in groups:
            other = boxes[group[0]]
            common = here.intersection(other).area
            if common > SAME_BOX * (here.area + other.area - common):
                group.append(k)
                break
        else:
            groups.append([k])
    sides = np.array([np.median([boxes[k].bounds for k in group], axis=0) for group in groups]).reshape(-1, 4)
    size = np.log(np.maximum(sides[:, 2:] - sides[:, :2], 1e-3))
    sure = np.array([len(group) > 1 for group in groups], bool)
    if sure.sum() > 1:
        sure |= (np.abs(size - np.median(size[sure], axis=0)) < LIKE_SIZE).all(axis=1)
    return [
        Opening(float(span[0]), float(span[1]), float(span[2]), float(span[3]), found[group[0]].kind)
        for span, group, kept in zip(sides, groups, sure, strict=True)
        if kept
    ]


def _usual(found: list[Opening]) -> list[Opening]:
    """Without windows much smaller than most: panes, vents, signs. Of fewer than four nothing is usual."""
    if len(found) < 4:
        return found
    areas = np.array([(one.right_m - one.left_m) * (one.top_m - one.bottom_m) for one in found])
    return [one for one, area in zip(found, areas, strict=True) if area > 0.5 * np.median(areas)]


def _missing(found: list[Opening], unlike: Array, facade: Facade, scale: float) -> list[Opening]:
    """Windows where a row crosses a column of at least two and the wall looks at least half as unlike itself.

    A further row is looked for a storey above the highest.
    """
    windows = [one for one in found if one.kind == "window"]
    columns = _repeated([(one.left_m, one.right_m) for one in windows], 2)
    rows = sorted(_repeated([(one.bottom_m, one.top_m) for one in windows if (one.left_m, one.right_m) in columns], 1))
    if len(rows) > 1:
        storey = float(np.median(np.diff([bottom for bottom, _ in rows])))
        if rows[-1][1] + storey < facade.height_m - BORDER_M:
            rows.append((rows[-1][0] + storey, rows[-1][1] + storey))
    usual = np.median([_inside(unlike, one, facade, scale) for one in windows]) if windows else np.inf
    crossings = [Opening(left, bottom, right, top) for bottom, top in rows for left, right in columns]
    return [one for one in crossings if _inside(unlike, one, facade, scale) > 0.5 * usual]


def _repeated(spans: list[tuple[float, float]], least: int) -> list[tuple[float, float]]:
    """Spans that stand there ``least`` times, commonest first; near ones of a commoner span are left out."""
    kept: list[tuple[float, float]] = []
    for span, count in Counter(spans).most_common():
        middle = (span[0] + span[1]) / 2
        if count >= least and all(abs(middle - (low + high) / 2) > (high - low) / 2 for low, high in kept):
            kept.append(span)
    return kept


def _inside(unlike: Array, one: Opening, facade: Facade, scale: float) -> float:
    """Median of a rectangle's pixels."""
    top, bottom = (round((facade.height_m - t) * scale) for t in (one.top_m, one.bottom_m))
    return float(
        np.median(unlike[max(top, 0) : max(bottom, 1), round(one.left_m * scale) : round(one.right_m * scale)])
    )


def _glass(lighter: Array, left: int, top: int, right: int, bottom: int) -> tuple[int, int, int, int]:
    """A rectangle without its light lintel, sill and frame, where what they frame is darker than the wall."""
    part = lighter[top:bottom, left:right]
    tall, wide = part.shape
    core = float(np.median(part[tall // 3 : -(tall // 3) or None, wide // 4 : -(wide // 4) or None]))
    if core > -0.15:
        return left, top, right, bottom
    rows = np.nonzero(np.median(part, axis=1) < 0.35 * core)[0]
    columns = np.nonzero(np.median(part, axis=0) < 0.35 * core)[0]
    if len(rows) < 0.5 * tall or len(columns) < 0.4 * wide:
        return left, top, right, bottom
    return left + int(columns[0]), top + int(rows[0]), left + int(columns[-1]) + 1, top + int(rows[-1]) + 1


def _feature(flat: npt.NDArray[np.float32]) -> Array:
    """ln of the colours, (H, W, 3); deep blacks kept from running away."""
    floor = 0.02 * float(np.median(flat)) + 1e-5
    return np.asarray(np.log(np.maximum(flat, floor)), float)


def _leaves(feature: Array) -> npt.NDArray[np.bool_]:
    """(H, W): what is green."""
    green: npt.NDArray[np.bool_] = feature[..., 1] - (feature[..., 0] + feature[..., 2]) / 2 > GREEN
    return green


def _unlike_wall(feature: Array, scale: float) -> tuple[Array, Array]:
    """(H, W) each: how far a pixel is from the wall around it, and how much lighter than it, ln."""
    step = max(1, round(scale / 5))  # five samples a metre are enough for what a wall looks like
    small = feature[step // 2 :: step, step // 2 :: step]
    reach = tuple(min(int(size * 5 * 2) // 2 * 2 + 1, 25) for size in (1.6, 1.6))
    wall = np.stack([scipy.ndimage.median_filter(small[..., k], size=reach, mode="nearest") for k in range(3)], axis=-1)
    leaves = _leaves(small)
    overall = np.median(small[~leaves] if leaves.mean() < 0.8 else small.reshape(-1, 3), axis=0)
    small = np.where(leaves[..., None], overall, small)
    wall = np.where(np.abs(wall - overall).max(axis=-1, keepdims=True) > 0.7, overall, wall)  # a window, not wall
    wall = cv2.resize(wall, feature.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    miss = feature - wall
    light = miss.mean(axis=-1)
    colour = np.abs(miss - miss.mean(axis=-1, keepdims=True)).sum(axis=-1)
    return np.asarray(0.8 * np.abs(light) + 0.6 * colour), light


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
    """Openings of one row get one sill and head, those of one column the same sides.

    Lintels and cornices make some look taller than they are, nothing makes them look shorter: a row's head is that of
    its shorter openings, and no row is much taller than the usual one.
    """
    spans = np.array([[one.left_m, one.right_m, one.bottom_m, one.top_m] for one in found]).reshape(-1, 4)
    for group in _in_line(spans[:, 2:], np.array([LINE_UP_M, HEAD_M])):
        spans[group, 2], spans[group, 3] = np.median(spans[group, 2]), np.percentile(spans[group, 3], 30)
    windows = np.array([one.kind == "window" for one in found], bool)
    if windows.any():
        usual = float(np.median(spans[windows, 3] - spans[windows, 2]))
        tall = windows & (spans[:, 3] - spans[:, 2] > 1.15 * usual) & (spans[:, 3] - spans[:, 2] < 1.8 * usual)
        spans[tall, 3] = spans[tall, 2] + usual
    for group in _in_line(spans[:, :2], np.array([LINE_UP_M, LINE_UP_M])):
        spans[group, :2] = np.median(spans[group, :2], axis=0)
    sides_m = [[round(float(side), 4) for side in span] for span in spans]
    return [
        replace(one, left_m=left, right_m=right, bottom_m=bottom, top_m=top)
        for one, (left, right, bottom, top) in zip(found, sides_m, strict=True)
    ]


def _in_line(spans: Array, allowed: Array) -> list[list[int]]:
    """Groups of spans (N, 2) that differ from their group's median by no more than ``allowed`` (2,)."""
    groups: list[list[int]] = []
    for k in np.argsort(spans.sum(axis=1), kind="stable"):
        near = [g for g in groups if (np.abs(np.median(spans[g], axis=0) - spans[k]) < allowed).all()]
        if near:
            near[0].append(int(k))
        else:
            groups.append([int(k)])
    return groups


def apart(found: list[Opening], facade: Facade, gap_m: float = 0.12) -> tuple[Opening, ...]:
    """Those that keep ``gap_m`` from each other, larger ones first, inside the facade's borders; left to right."""
    kept: list[Opening] = []
    for rough in sorted(found, key=lambda o: -(o.right_m - o.left_m) * (o.top_m - o.bottom_m)):
        one = _opening(rough.left_m, rough.bottom_m, rough.right_m, rough.top_m, facade)
        if one is not None and all(
            one.left_m > other.right_m + gap_m
            or one.right_m < other.left_m - gap_m
            or one.bottom_m > other.top_m + gap_m
            or one.top_m < other.bottom_m - gap_m
            for other in kept
        ):
            kept.append(one)
    return tuple(sorted(kept, key=lambda one: (round(one.bottom_m, 2), one.left_m)))


def lay_grid(facade: Facade, storeys: int) -> tuple[Opening, ...]:
    """A plain grid: one window a bay of about ``BAY_M`` and storey, sills at 0.3 and heads at 0.8 of its height."""
    bays = max(1, round(facade.width_m / BAY_M))
    bay, storey = facade.width_m / bays, facade.height_m / storeys
    half = min(0.6, 0.28 * bay, bay / 2 - BORDER_M)
    grid = []
    for floor in range(storeys):
        bottom = max((floor + 0.3) * storey, BORDER_M)
        top = min((floor + 0.8) * storey, facade.height_m - BORDER_M)
        if half >= NARROWEST_M / 2 and top - bottom >= LOWEST_M:
            middles = (np.arange(bays) + 0.5) * bay
            grid += [Opening(float(m - half), bottom, float(m + half), top) for m in middles]
    return tuple(grid)


def storeys_of(facade: Facade) -> int:
    """Rows of openings one above the other; 0 if there are none."""
    heads = np.sort([one.top_m for one in facade.openings])
    if not len(heads):
        return 0
    rows = 1 + int((np.diff(heads) > 1.9).sum())  # lower rooms than that aren't built
    lowest, highest = float(heads[0]), float(heads[-1])
    return max(rows, round(facade.height_m / 4.5), 1 + round((highest - lowest) / 3.4))
