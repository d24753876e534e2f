"""The view outside as a gaffer holds it: neutral density on the glass, so that windows do not burn out."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from secondunit.effects.sets import daylight
from secondunit.effects.sets.openings import Pane
from secondunit.imaging.noise import Image
from secondunit.scene.camera import Array, Camera

MID_GREY = 0.18
BRIGHT = 90  # percentile of the view that is held


Glass = tuple[Array, Array, Array]  # rows (n,), columns (n,), headings (n, 3) of pixels in which a pane is seen


def glazed(panes: Sequence[Pane], cover: Image, camera: Camera) -> Glass:
    """Where a camera looks through a pane.

    Args:
        panes: the glass.
        cover: share of a pixel in which nothing of the set is seen, (h, w).
        camera: of the picture.
    """
    rows, columns = np.nonzero(cover > 0)
    headings = camera.rays(np.stack([columns + 0.5, rows + 0.5], -1))
    through = _through(panes, np.asarray(camera.position_m), headings)
    return rows[through], columns[through], headings[through]


def beside(picture: Image, solid: npt.NDArray[np.bool_]) -> Image:
    """The mean colour (h, w, 3) of the pixels of ``solid`` (h, w) around each pixel."""
    weight = solid.astype(np.float32)
    share = cv2.blur(weight, (5, 5))
    out: Image = cv2.blur(picture * weight[..., None], (5, 5)) / np.maximum(share, 1e-6)[..., None]
    return out


def held(picture: Image, glass: Glass, cover: Image, view: tuple[Array, int, Array], over: float) -> Image:
    """The picture with its windows' view no brighter than ``over``; the light that came in stays.

    Args:
        picture: what the sky gives, (h, w, 3), cd/m2 balanced.
        glass: where the windows are.
        cover: share of a pixel in which nothing of the set is seen, (h, w).
        view: unit vector to the sun (3,), seed of what is outside, the white that was balanced for (3,).
        over: luminance of the bright parts of the view, at most, cd/m2.
    """
    rows, columns, headings = glass
    if not len(rows):
        return picture
    to_sun, seed, white = view
    seen = daylight.outside(headings, to_sun, seed) / white
    gel = min(1.0, over / max(float(np.percentile(seen @ daylight.LUMA, BRIGHT)), 1e-6))
    if gel >= 1:
        return picture
    around = beside(picture, cover <= 0)
    out = picture.copy()
    part = cover[rows, columns, None]
    out[rows, columns] = gel * seen * part + around[rows, columns] * (1 - part)
    return out


def _through(panes: Sequence[Pane], origin: Array, headings: Array) -> Array:
    """Which rays (n, 3) from a place (3,) go through a pane."""
    out = np.zeros(len(headings), bool)
    for pane in panes:
        a, b, _, d = np.asarray(pane.corners_m, float)
        across, up = b - a, d - a
        normal = np.cross(across, up)
        slope = headings @ normal
        far = ((a - origin) @ normal) / np.where(np.abs(slope) > 1e-9, slope, 1e-9)
        place = origin + far[:, None] * headings - a
        s, t = place @ across / (across @ across), place @ up / (up @ up)
        out |= (far > 0) & (s > -0.01) & (s < 1.01) & (t > -0.01) & (t < 1.01)
    return out
