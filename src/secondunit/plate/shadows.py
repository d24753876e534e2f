"""The sun from the shadow of a house's corner: where a lit and an unlit wall meet, its edge runs over the ground."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from secondunit.plate.lines import LUMINANCE
from secondunit.plate.survey import Facade
from secondunit.scene.camera import Array, Camera

REACH = 0.35  # of the wall's height: how far the edge is followed; a sun below 70 degrees throws it farther
DARKER = 0.4  # ln ratio across a shadow's edge at least: haze, kerbs and paving differ by less
CLEAR = 0.75  # share of the edge that must be that dark
LOWEST_DEG, HIGHEST_DEG = 12.0, 68.0  # elevations believed in
BOUNCE = 0.25  # albedo of the ground in front of a wall


@dataclass(frozen=True)
class CornerShadow:
    """A shadow's edge on the ground.

    Attributes:
        azimuth_deg: of the sun, from the main facade's normal towards its right.
        darker: how many times darker the ground is in the shadow.
        share: of the edge that was seen, 0..1.
    """

    azimuth_deg: float
    darker: float
    share: float


def look(
    picture: npt.NDArray[np.float32], camera: Camera, points: Array
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """Colours (..., 3) of a picture at world points (..., 3), and which of them are in it."""
    pixel, depth = camera.project(points)
    x, y = pixel[..., 0], pixel[..., 1]
    inside = (depth > 0.1) & (x > 1) & (y > 1) & (x < camera.width_px - 1) & (y < camera.height_px - 1)
    shape = x.shape
    at = [np.where(inside, one, 0.0).astype(np.float32).reshape(-1, 1) - np.float32(0.5) for one in (x, y)]
    colour = cv2.remap(picture, at[0], at[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(colour, np.float32).reshape(*shape, 3), inside


def _shared_foot(lit: Facade, unlit: Facade) -> tuple[Array, Array] | None:
    """Where two walls meet on the ground and which way the unlit one leads from there, or None if they don't meet."""
    one, other = (wall.to_world([0.0, wall.width_m], 0.0) for wall in (lit, unlit))
    apart = np.linalg.norm(one[:, None] - other[None], axis=-1)
    a, b = divmod(int(np.argmin(apart)), 2)
    if apart[a, b] > 0.05 * lit.height_m:
        return None
    return one[a], other[1 - b] - other[b]


def corner_shadow(picture: npt.NDArray[np.float32], camera: Camera, lit: Facade, unlit: Facade) -> CornerShadow | None:
    """The edge of the shadow that starts where a lit and an unlit wall meet, or None if none is plain.

    Every azimuth that lights the one wall and not the other is tried; its edge must be dark on the unlit wall's side
    all along.
    """
    met = _shared_foot(lit, unlit)
    if met is None:
        return None
    reach = max(REACH * lit.height_m, 2.0)
    azimuth = np.radians(np.arange(-180.0, 180.0, 1.0))
    to_sun = np.stack([np.sin(azimuth), np.zeros_like(azimuth), np.cos(azimuth)], axis=-1)
    azimuth = azimuth[(to_sun @ lit.normal > 0.1) & (to_sun @ unlit.normal < -0.1)]
    ratios = np.array([_across(picture, camera, met, one, reach, 0.04) for one in azimuth])
    if not len(ratios) or np.isnan(ratios).all():
        return None
    score = np.nan_to_num(np.clip(ratios, 0, 1)).mean(axis=1)
    best = score > 0.92 * score.max()
    dark = ratios[int(np.argmax(score))] > DARKER
    if dark.mean() < CLEAR or np.ptp(azimuth[best]) > np.radians(15):
        return None
    middle = float(np.average(azimuth[best], weights=score[best]))
    wide = _across(picture, camera, met, middle, reach, 0.12)[dark]  # clear of the soft edge
    darker = float(np.exp(np.nanmedian(wide))) if np.isfinite(wide).any() else 1.0
    return CornerShadow(float(np.degrees(middle)), darker, float(dark.mean()))


def _across(
    picture: npt.NDArray[np.float32],
    camera: Camera,
    corner: tuple[Array, Array],
    azimuth: float,
    reach_m: float,
    spread: float,
) -> Array:
    """(80,) ln of how much brighter the ground is on the sunny side of a line from the corner; NaN if not seen.

    Looks 0.1 m to each side of the line, and ``spread`` further for every metre from the corner.
    """
    foot, dark_side = corner
    way = -np.array([np.sin(azimuth), 0.0, np.cos(azimuth)])
    across = np.array([way[2], 0.0, -way[0]])
    across = across if across @ dark_side > 0 else -across
    distance = np.linspace(0.4, reach_m, 80)
    line, aside = foot + distance[:, None] * way, (0.1 + spread * distance)[:, None] * across
    dark, seen_dark = look(picture, camera, line + aside)
    sunny, seen_sunny = look(picture, camera, line - aside)
    ratio = np.log(np.maximum(sunny @ LUMINANCE, 1e-4) / np.maximum(dark @ LUMINANCE, 1e-4))
    return np.where(seen_dark & seen_sunny, ratio, np.nan).astype(float)


def elevation_deg(walls: float, ground: float, azimuth_off_deg: float) -> float | None:
    """Height of the sun from two ratios in which the materials' albedo cancels, or None if it is not believable.

    With sky irradiance 1 and sun S: the ground lit over shaded is ``ground = 1 + S sin(e)``; a lit wall over an unlit
    one is ``walls = 1 + S cos(e) cos(a) / (1/2 + bounce ground / 2)``. Their quotient gives tan(e).

    Args:
        walls: luminance of the lit wall over the unlit one.
        ground: luminance of the lit ground over the shaded one.
        azimuth_off_deg: between the sun and the lit wall's normal.
    """
    if walls <= 1.05 or ground <= 1.05:
        return None
    ambient = 0.5 + BOUNCE * ground / 2
    tangent = (ground - 1) * np.cos(np.radians(azimuth_off_deg)) / ((walls - 1) * ambient)
    found = float(np.degrees(np.arctan(tangent)))
    return found if LOWEST_DEG < found < HIGHEST_DEG else None
