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


def find_eaves(
    picture: npt.NDArray[np.float32], view: View, walls: Walls, columns: Columns
) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Height of each wall (K,) in camera heights, and whether it was seen (K,) rather than cut by the picture.

    Row by row up the wall, how much of it looks like the wall's lower part; the eaves are where that changes best. A
    wall that looks the same up to the outline's top ends there.

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
        highest = float(np.percentile(top[~cut], 90)) if (~cut).any() else float(top.max())
        highest = max(highest, float(np.percentile(top, 75)), 0.2)
        t = (np.arange(ROWS) + 0.5) / ROWS * highest
        grid = walls.pixels(view, k, azimuth[None, :], t[:, None]).astype(np.float32) - np.float32(0.5)
        sampled = cv2.remap(picture, grid[..., 0], grid[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        colour = np.asarray(sampled, np.float32)
        x, y = grid[..., 0], grid[..., 1]
        valid = (t[:, None] < top) & (x > 0) & (y > 0) & (x < view.width_px - 1) & (y < view.height_px - 1)
        row, everything = _change(colour, valid)
        straight = float(np.percentile(np.abs(top - np.median(top)), 70)) < 0.06 * highest
        if everything:
            heights[k] = float(np.median(top[~cut])) if (~cut).any() and straight else highest
            seen[k] = cut.mean() < 0.5 and straight
        else:
            heights[k], seen[k] = t[row], True
    return heights, seen


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
    return row, rows[-1] - row < LEAST_ROOF * ROWS
