"""The view outside as a gaffer holds it: neutral density on the glass, so that windows do not burn out."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from secondunit.effects.sets import daylight
from secondunit.effects.sets.openings import Pane
from secondunit.effects.sets.passes import rays
from secondunit.imaging.noise import Image
from secondunit.scene.camera import Array, Camera

MID_GREY = 0.18
BRIGHT = 90  # percentile of the view that is held


def held(
    picture: Image, panes: Sequence[Pane], cover: Image, camera: Camera, view: tuple[Array, int, Array], over: float
) -> Image:
    """The picture with its windows' view no brighter than ``over``; the light that came in stays.

    Args:
        picture: what the sky gives, (h, w, 3), cd/m2 balanced.
        panes: the glass.
        cover: share of a pixel in which nothing of the set is seen, (h, w).
        camera: of the picture.
        view: unit vector to the sun (3,), seed of what is outside, the white that was balanced for (3,).
        over: luminance of the bright parts of the view, at most, cd/m2.
    """
    rows, columns = np.nonzero(cover > 0)
    origins, headings = rays(camera, 1)
    number = rows * camera.width_px + columns
    through = _through(panes, origins[number].astype(float), headings[number].astype(float))
    rows, columns, number = rows[through], columns[through], number[through]
    if not len(rows):
        return picture
    to_sun, seed, white = view
    seen = daylight.outside(headings[number].astype(float), to_sun, seed) / white
    gel = min(1.0, over / max(float(np.percentile(seen @ daylight.LUMA, BRIGHT)), 1e-6))
    if gel >= 1:
        return picture
    solid = (cover <= 0).astype(np.float32)
    share = cv2.blur(solid, (5, 5))
    beside = cv2.blur(picture * solid[..., None], (5, 5)) / np.maximum(share, 1e-6)[..., None]
    out = picture.copy()
    part = cover[rows, columns, None]
    out[rows, columns] = gel * seen * part + beside[rows, columns] * (1 - part)
    return out


def _through(panes: Sequence[Pane], origins: Array, headings: Array) -> Array:
    """Which rays (n, 3) go through a pane."""
    out = np.zeros(len(origins), bool)
    for pane in panes:
        a, b, _, d = np.asarray(pane.corners_m, float)
        across, up = b - a, d - a
        normal = np.cross(across, up)
        slope = headings @ normal
        far = ((a - origins) @ normal) / np.where(np.abs(slope) > 1e-9, slope, 1e-9)
        place = origins + far[:, None] * headings - a
        s, t = place @ across / (across @ across), place @ up / (up @ up)
        out |= (far > 0) & (s > -0.01) & (s < 1.01) & (t > -0.01) & (t < 1.01)
    return out
