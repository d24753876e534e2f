"""How much sun and sky reaches points: rays against what stands there, then smoothed."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from secondunit.scene.light import Light
from secondunit.scene.render.rays import Occluder, around_sun, over_hemisphere, pixel_noise
from secondunit.scene.render.smooth import smooth

SUN_RAYS, SKY_RAYS = 2, 4
SKY_REACH_M = (
    7.0  # beyond this, what blocks the sky is taken to be as bright as the sky: keeps rooms dark, streets light
)
BOUNCE = (
    0.15  # share of the sky's light that walls of a dark place hand on: mean albedo 0.35, about half lost each time
)
LIFT_M = 0.01  # rays start this far off the surface

Maps = npt.NDArray[np.float32]


def light_map(
    point: Maps,
    normal: Maps,
    depth: Maps,
    group: npt.NDArray[Any],
    occluder: Occluder,
    light: Light,
    *,
    sun_at: npt.NDArray[np.bool_] | None = None,
    sky_at: npt.NDArray[np.bool_] | None = None,
    before: Maps | None = None,
) -> Maps:
    """Share of the sun seen and openness to the sky, (H, W, 2) in 0..1.

    Args:
        point: (H, W, 3) world metres; normal: (H, W, 3) unit; depth: (H, W) metres.
        group: (H, W); below 0 is no surface.
        sun_at: where the sun may have changed; elsewhere, and for ``sky_at`` likewise, ``before`` holds.
        before: (H, W, 2) light without what changed; needed with the two above.
    """
    here = group >= 0
    result = np.ones((*group.shape, 2), np.float32) if before is None else before.copy()
    sun_mask = here if sun_at is None else here & sun_at
    sky_mask = here if sky_at is None else here & sky_at
    _sun(result, sun_mask, point, normal, occluder, light)
    _sky(result, sky_mask, point, normal, occluder)
    touched = sun_mask | sky_mask
    if not touched.any():
        return result
    rows, columns = np.flatnonzero(touched.any(axis=1)), np.flatnonzero(touched.any(axis=0))
    part = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    inner_group = np.where(here[part], group[part], -1)
    inner = (inner_group, touched[part], normal[part], depth[part])
    result[part] = smooth(result[part], *inner, (1,))
    result[part][..., 1:] = smooth(result[part][..., 1:], *inner, (2, 4))
    return result


def _sun(
    result: Maps, mask: npt.NDArray[np.bool_], point: Maps, normal: Maps, occluder: Occluder, light: Light
) -> None:
    facing = (normal @ np.asarray(light.to_sun, np.float32)) > 0.0
    lit = mask & facing
    origin = point[lit] + LIFT_M * normal[lit]
    blocked = np.zeros(len(origin), np.float32)
    for ray in range(SUN_RAYS):
        u = pixel_noise(mask.shape, 2 * ray)[lit]
        v = pixel_noise(mask.shape, 2 * ray + 1)[lit]
        blocked += occluder.blocked(origin, around_sun(light.to_sun, u, v))
    result[..., 0][lit] = 1 - blocked / SUN_RAYS


def _sky(result: Maps, mask: npt.NDArray[np.bool_], point: Maps, normal: Maps, occluder: Occluder) -> None:
    origin, about = point[mask] + LIFT_M * normal[mask], np.ascontiguousarray(normal[mask])
    blocked = np.zeros(len(origin), np.float32)
    for ray in range(SKY_RAYS):
        u = (pixel_noise(mask.shape, 11 + ray)[mask] + ray) / SKY_RAYS  # one ray in each ring of equal weight
        v = pixel_noise(mask.shape, 23 + ray)[mask]
        blocked += occluder.blocked(origin, over_hemisphere(about, np.asarray(u, np.float32), v), SKY_REACH_M)
    result[..., 1][mask] = 1 - (1 - BOUNCE) * blocked / SKY_RAYS


@njit(cache=True, nogil=True)
def irradiance_map(normal: Any, share: Any, to_sun: Any, sun: Any, sky: Any, ground: Any, out: Any) -> None:
    """``irradiance`` for every pixel."""
    for y in range(normal.shape[0]):
        for x in range(normal.shape[1]):
            n = normal[y, x]
            facing = max(0.0, n[0] * to_sun[0] + n[1] * to_sun[1] + n[2] * to_sun[2]) * share[y, x, 0]
            above = 0.5 + 0.5 * n[1]
            for k in range(3):
                out[y, x, k] = sun[k] * facing + share[y, x, 1] * (sky[k] * above + ground[k] * (1.0 - above))


def irradiance(normal: Maps, light_share: Maps, light: Light) -> Maps:
    """Irradiance (H, W, 3) on normals (H, W, 3) with sun seen and openness (H, W, 2)."""
    out = np.empty(normal.shape, np.float32)
    to_sun, sun = np.asarray(light.to_sun, np.float32), np.asarray(light.sun, np.float32)
    sky, ground = np.asarray(light.sky, np.float32), np.asarray(light.ground, np.float32)
    irradiance_map(normal, light_share, to_sun, sun, sky, ground, out)
    return out


@njit(cache=True, nogil=True)
def _reached(point: Any, direction: Any, low: Any, high: Any, reach: float, out: Any) -> None:
    for y in range(point.shape[0]):
        for x in range(point.shape[1]):
            enter, leave, near = -1e30, 1e30, True
            for k in range(3):
                one, other = (low[k] - point[y, x, k]) / direction[k], (high[k] - point[y, x, k]) / direction[k]
                enter, leave = max(enter, min(one, other)), min(leave, max(one, other))
                near = near and low[k] - reach < point[y, x, k] < high[k] + reach
            out[0, y, x] = leave > 0 and leave >= enter
            out[1, y, x] = near


def may_change(
    point: Maps, light: Light, low: npt.NDArray[Any], high: npt.NDArray[Any]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Which points (H, W, 3) see the sun through the box from ``low`` to ``high`` (3,); which have it in their sky."""
    direction = np.asarray(light.to_sun, np.float32)
    direction = np.where(np.abs(direction) < 1e-6, np.float32(1e-6), direction)
    out = np.empty((2, *point.shape[:2]), np.bool_)
    _reached(point, direction, low, high, SKY_REACH_M, out)
    return out[0], out[1]
