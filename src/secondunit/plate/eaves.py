"""Where a wall stops and its roof begins, by colour."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from secondunit.plate.outline import Columns
from secondunit.plate.view import View
from secondunit.plate.walls import Walls
from secondunit.scene.camera import Array

ROWS, COLUMNS = 160, 72
UNLIKE_WALL = 0.5  # ln of a ratio: of colours, or of twice as much in brightness, beyond which a row isn't wall
LEAST_ROOF = 0.06  # of the height: thinner strips above a wall are cornices and parapets
MOST_SHADE = 0.25  # of the wall's height: how far down from the eaves their shadow may reach
SHADE_LN = (-2.6, -0.4)  # ln of brightness in that shadow over that in the sun: sky alone against sun and sky
NEARER_WALL = 0.7  # a shaded strip's hue is at most this share as far from the wall's as the roof's is


def find_eaves(
    picture: npt.NDArray[np.float32], view: View, walls: Walls, columns: Columns
) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Height of each wall (K,) in camera heights, and whether it was seen (K,) rather than cut by the picture.

    Row by row up the wall, how much of it looks like the wall's lower part; the eaves are where that changes best. A
    wall that looks the same up to the outline's top ends there. A dark strip of the wall's hue on top of it is the wall
    too, in the shadow of its eaves.

    Args:
        picture: (H, W, 3) scene-linear.
        view: the levelled camera.
        walls: the plan; its tops are not read.
        columns: the outline in columns.
    """
    heights, seen = np.zeros(len(walls)), np.zeros(len(walls), bool)
    for k in range(len(walls)):
        azimuth = np.linspace(walls.azimuths[k], walls.azimuths[k + 1], COLUMNS + 2)[1:-1]
        away = walls.away(k, azimuth)
        top = 1 + np.interp(azimuth, columns.azimuth, columns.top) * away
        cut = np.interp(azimuth, columns.azimuth, columns.top_cut) > 0.5
        highest = float(top.max()) if cut.all() else float(np.percentile(top[~cut], 90))
        highest = max(highest, float(np.percentile(top, 75)), 0.2)
        t = (np.arange(ROWS) + 0.5) / ROWS * highest
        grid = walls.pixels(view, k, azimuth[None, :], t[:, None]).astype(np.float32) - np.float32(0.5)
        sampled = cv2.remap(picture, grid[..., 0], grid[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        colour = np.asarray(sampled, np.float32)
        x, y = grid[..., 0], grid[..., 1]
        valid = (t[:, None] < top) & (x > 0) & (y > 0) & (x < view.width_px - 1) & (y < view.height_px - 1)
        row, everything = _change(colour, valid)
        free = top if cut.all() else top[~cut]
        straight = float(np.percentile(np.abs(free - np.median(free)), 70)) < 0.06 * highest
        if everything and straight:
            heights[k], seen[k] = highest if cut.all() else float(np.median(free)), cut.mean() < 0.5
        elif everything:
            along = np.tan(np.r_[walls.azimuths[k], azimuth, walls.azimuths[k + 1]] - walls.thetas[k])
            heights[k] = _shoulder(along, top, cut)
        else:
            heights[k], seen[k] = t[row], True
    return heights, seen


def _shoulder(along: Array, top: Array, cut: npt.NDArray[np.bool_]) -> float:
    """Where a gable's slope begins: the lower of its ends, or nearly the whole height where the picture cuts both.

    Args:
        along: (COLUMNS + 2,) places along the wall, in its distance: left end, columns, right end.
        top: (COLUMNS,) of the outline.
        cut: (COLUMNS,) where the picture's border cuts it.
    """
    span = COLUMNS // 8
    ends = []
    for end, part in ((0, slice(span)), (-1, slice(-span, None))):
        if not cut[part].any():
            ends.append(float(np.polyval(np.polyfit(along[1:-1][part], top[part], 1), along[end])))
    return max(min(ends, default=float(np.percentile(top, 90))), 0.2)


def _change(colour: npt.NDArray[np.float32], valid: npt.NDArray[np.bool_]) -> tuple[int, bool]:
    """The row above which the wall's colour is gone, and whether there is none such."""
    safe = np.log(np.maximum(colour, 1e-4))
    feature = np.stack([safe[..., 0] - safe[..., 1], safe[..., 2] - safe[..., 1], 0.4 * safe[..., 1]], axis=-1)
    low = valid.copy()
    low[: ROWS // 8] = False
    low[ROWS // 2 :] = False
    if low.sum() < 50:
        return ROWS - 1, True
    wall = np.median(feature[low], axis=0)
    spread = np.median(np.abs(feature[low] - wall).sum(axis=-1))
    alike = np.abs(feature - wall).sum(axis=-1) < max(UNLIKE_WALL, 1.5 * float(spread))
    count = valid.sum(axis=1)
    share = np.where(count > 0.1 * COLUMNS, (alike & valid).sum(axis=1) / np.maximum(count, 1), np.nan)
    rows = np.nonzero(np.isfinite(share))[0]
    gain = np.cumsum(np.nan_to_num(share - 0.35, nan=0.0)) * 2 - np.nansum(share - 0.35)
    row = int(rows[np.argmax(gain[rows])])
    if rows[-1] - row < LEAST_ROOF * ROWS:
        return row, True
    return _above_shade(feature - wall, valid, row), False


def _above_shade(unlike: npt.NDArray[np.float32], valid: npt.NDArray[np.bool_], row: int) -> int:
    """The row where the eaves' shadow ends, if ``row`` is where it begins; else ``row``.

    Args:
        unlike: (ROWS, COLUMNS, 3) difference to the sunlit wall: ln of two ratios of colours and 0.4 ln of brightness.
        valid: (ROWS, COLUMNS) what is in the outline.
        row: where the sunlit wall ends.
    """
    count = valid.sum(axis=1)
    usable = np.nonzero(count > 0.1 * COLUMNS)[0]
    last = min(int(row * (1 + MOST_SHADE)), int(usable[-1]) - int(LEAST_ROOF * ROWS))
    profile = np.array(
        [np.median(unlike[r][valid[r]], axis=0) if count[r] else np.full(3, np.nan) for r in range(ROWS)]
    )
    best, found = 0.0, row
    for end in range(row + max(2, ROWS // 80), last):
        strip, roof = profile[row + 1 : end], profile[end + 1 : end + 1 + int(LEAST_ROOF * ROWS)]
        shade, above = np.nanmedian(strip, axis=0), np.nanmedian(roof, axis=0)
        hue, hue_above = float(np.abs(shade[:2]).sum()), float(np.abs(above[:2]).sum())
        dark = SHADE_LN[0] < shade[2] / 0.4 < SHADE_LN[1]
        if not dark or hue > NEARER_WALL * hue_above:
            continue
        stray = np.nanmean(np.abs(strip - shade).sum(axis=1)) + np.nanmean(np.abs(roof - above).sum(axis=1))
        gain = float(np.abs(shade - above).sum() - stray)
        if gain > best:
            best, found = gain, end
    return found
