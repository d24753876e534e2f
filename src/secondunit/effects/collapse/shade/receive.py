"""How much sun and sky reaches points: rays against what stands there, then smoothed."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from secondunit.scene.light import Light
from secondunit.scene.render.rays import Occluder, around_sun, over_hemisphere, pixel_noise
from secondunit.scene.render.smooth import smooth

SKY_RAYS = 4  # for each square of 2 x 2 pixels
SKY_REACH_M = (
    7.0  # beyond this, what blocks the sky is taken to be as bright as the sky: keeps rooms dark, streets light
)
BOUNCE = (
    0.15  # share of the sky's light that walls of a dark place hand on: mean albedo 0.35, about half lost each time
)
LIFT_M = 0.01  # rays start this far off the surface
TURNED_AWAY = 0.3  # cosine beyond which the bumps of a surface that faces away see the sun no more
SAME_LIGHT = 0.004  # a change of light smaller than this is rounding: half of one 8-bit code value
GROUND_SHADE, GROUND_SHADE_M = 1.0, 0.35  # how much of the light from below a lying piece keeps off, and how far up

Maps = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


def light_map(
    point: Maps,
    normal: Maps,
    depth: Maps,
    group: npt.NDArray[Any],
    occluder: Occluder,
    light: Light,
    *,
    sun_at: Mask | None = None,
    sky_at: Mask | None = None,
    before: Maps | None = None,
) -> Maps:
    """Share of the sun seen and openness to the sky, (H, W, 2) in 0..1.

    The sun has sharp edges and is looked for from every pixel; the sky is soft, and every second row and column do.

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
    _sun(result, sun_mask, (group, point, normal, depth), occluder, light)
    _sky(result, sky_mask, (group, point, normal, depth), occluder)
    return result


def _sun(result: Maps, mask: Mask, surface: tuple[Any, ...], occluder: Occluder, light: Light) -> None:
    group, point, normal, depth = surface
    most = int(np.count_nonzero(mask))
    if not most:
        return
    seen = np.ascontiguousarray(result[..., :1])
    index, origin = np.empty(most, np.int64), np.empty((most, 3), np.float32)
    found = _facing(mask, point, normal, np.asarray(light.to_sun, np.float32), index, origin, seen)
    index, origin = index[:found], origin[:found]
    u, v = (pixel_noise(mask.shape, salt).ravel()[index] for salt in (0, 1))
    seen.ravel()[index] = ~occluder.blocked(origin, around_sun(light.to_sun, u, v))
    part = _bounds(mask)
    result[..., 0] = seen[..., 0]
    result[part][..., :1] = smooth(seen[part], group[part], mask[part], normal[part], depth[part], (1,))


def _sky(result: Maps, mask: Mask, surface: tuple[Any, ...], occluder: Occluder) -> None:
    if not mask.any():
        return
    group, point, normal, depth = surface
    half = ((mask.shape[0] + 1) // 2, (mask.shape[1] + 1) // 2)
    chosen, touched = np.empty(half, np.int64), np.empty(half, np.bool_)
    _choose(group, mask, chosen, touched)
    there = chosen[touched]
    about = normal.reshape(-1, 3)[there]
    origin = point.reshape(-1, 3)[there] + np.float32(LIFT_M) * about
    blocked = np.zeros(len(origin), np.float32)
    for ray in range(SKY_RAYS):
        u = (pixel_noise(half, 11 + ray)[touched] + np.float32(ray)) / np.float32(SKY_RAYS)  # one ray in each ring
        blocked += occluder.blocked(
            origin, over_hemisphere(about, u, pixel_noise(half, 23 + ray)[touched]), SKY_REACH_M
        )
    openness = result[..., 1].ravel()[chosen][..., None]
    openness[touched, 0] = 1 - (1 - BOUNCE) * blocked / SKY_RAYS
    part, few = _bounds(touched), np.where(chosen < 0, -1, 0)
    inner = (few[part], touched[part], normal.reshape(-1, 3)[chosen[part]], depth.ravel()[chosen[part]])
    openness[part] = smooth(openness[part], *inner, (1, 2), slope=0.02)  # a step is two pixels
    _enlarge(openness[..., 0], chosen, mask, normal, depth, result)


def _bounds(mask: Mask) -> tuple[slice, slice]:
    """The smallest rectangle that holds all of a mask that is not empty."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


@njit(cache=True, nogil=True)
def _facing(mask: Any, point: Any, normal: Any, to_sun: Any, index: Any, origin: Any, seen: Any) -> int:
    """Where rays to the sun start; what faces away gets its share at once. Returns how many."""
    found = 0
    for y in range(mask.shape[0]):
        for x in range(mask.shape[1]):
            if not mask[y, x]:
                continue
            n = normal[y, x]
            facing = n[0] * to_sun[0] + n[1] * to_sun[1] + n[2] * to_sun[2]
            if facing <= 0:
                seen[y, x, 0] = max(0.0, 1.0 + facing / TURNED_AWAY)
                continue
            index[found] = y * mask.shape[1] + x
            for k in range(3):
                origin[found, k] = point[y, x, k] + LIFT_M * n[k]
            found += 1
    return found


@njit(cache=True, nogil=True)
def _choose(group: Any, mask: Any, chosen: Any, touched: Any) -> None:
    """For each square of 2 x 2 pixels the first with a surface, -1 if none, and whether any is in the mask."""
    height, width = group.shape
    for y in range(chosen.shape[0]):
        for x in range(chosen.shape[1]):
            chosen[y, x], touched[y, x] = -1, False
            for yy in range(2 * y, min(2 * y + 2, height)):
                for xx in range(2 * x, min(2 * x + 2, width)):
                    if group[yy, xx] >= 0 and chosen[y, x] < 0:
                        chosen[y, x] = yy * width + xx
                    touched[y, x] |= mask[yy, xx]


@njit(cache=True, nogil=True)
def _enlarge(openness: Any, chosen: Any, mask: Any, normal: Any, depth: Any, result: Any) -> None:
    """Openness of the pixels in the mask from the four squares around them that are of the same surface."""
    height, width = mask.shape
    for y in range(height):
        for x in range(width):
            if not mask[y, x]:
                continue
            n, total, weights = normal[y, x], 0.0, 0.0
            for j in range(2):
                yy = y // 2 + (j * (2 * (y % 2) - 1))
                if yy < 0 or yy >= openness.shape[0]:
                    continue
                for i in range(2):
                    xx = x // 2 + (i * (2 * (x % 2) - 1))
                    if xx < 0 or xx >= openness.shape[1] or chosen[yy, xx] < 0:
                        continue
                    cy, cx = chosen[yy, xx] // width, chosen[yy, xx] % width
                    m = normal[cy, cx]
                    like = n[0] * m[0] + n[1] * m[1] + n[2] * m[2] > 0.8
                    like = like and abs(depth[cy, cx] - depth[y, x]) < 0.04 * depth[y, x]
                    weight = (0.25 if j else 0.75) * (0.25 if i else 0.75) * (1.0 if like else 1e-3)
                    total += weight * openness[yy, xx]
                    weights += weight
            result[y, x, 1] = total / weights


@njit(cache=True, nogil=True)
def near_ground(light: Any, point: Any, normal: Any, owner: Any) -> None:
    """Take the light from below off what lies on the ground: the ground there is in its own shade."""
    for y in range(owner.shape[0]):
        for x in range(owner.shape[1]):
            if owner[y, x] >= 0:
                lying = np.exp(-max(0.0, point[y, x, 1]) / GROUND_SHADE_M)
                light[y, x, 1] *= 1.0 - lying * GROUND_SHADE * (0.5 - 0.5 * normal[y, x, 1])


@njit(cache=True, nogil=True)
def _irradiance_map(normal: Any, share: Any, to_sun: Any, sun: Any, sky: Any, ground: Any, out: Any) -> None:
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
    _irradiance_map(normal, light_share, to_sun, sun, sky, ground, out)
    return out


class Receiver(NamedTuple):
    """What receives light in one frame: group (H, W), -1 where nothing does; normal (H, W, 3); now, before and clean
    (H, W, 2) sun and openness in this frame, as the plate has it, and without the building; share (H, W) of clean
    plate."""

    group: Any
    normal: Any
    now: Any
    before: Any
    clean: Any
    share: Any


def shadow_map(receiver: Receiver, light: Light, most: float, strength: float) -> tuple[Maps, Maps]:
    """Factor (H, W, 3) on the light of what is shown; the share (H, W) of open light that reaches it.

    Args:
        receiver: see there.
        light: of the place.
        most: an old shadow is brightened at most this much.
        strength: 0 = no new shadows, 1 = as strong as they are.
    """
    factor = np.ones(receiver.normal.shape, np.float32)
    lit = np.ones(receiver.group.shape, np.float32)
    colours = np.array([light.to_sun, light.sun, light.sky, light.ground], np.float32)
    _shadow(*receiver, colours, most, strength, factor, lit)
    return factor, lit


@njit(cache=True, nogil=True)
def _shadow(
    group: Any,
    normal: Any,
    now: Any,
    before: Any,
    clean: Any,
    share: Any,
    colours: Any,
    most: float,
    strength: float,
    factor: Any,
    lit: Any,
) -> None:
    to_sun, sun, sky, ground = colours
    for y in range(group.shape[0]):
        for x in range(group.shape[1]):
            if group[y, x] < 0:
                continue
            n = normal[y, x]
            facing = max(0.0, n[0] * to_sun[0] + n[1] * to_sun[1] + n[2] * to_sun[2])
            above, part = 0.5 + 0.5 * n[1], share[y, x]
            sun_was = before[y, x, 0] + part * (clean[y, x, 0] - before[y, x, 0])
            open_was = before[y, x, 1] + part * (clean[y, x, 1] - before[y, x, 1])
            change, reached, whole = 0.0, 0.0, 0.0
            for k in range(3):
                direct, around = sun[k] * facing, sky[k] * above + ground[k] * (1.0 - above)
                light_now = direct * now[y, x, 0] + around * now[y, x, 1]
                ratio = light_now / max(direct * sun_was + around * open_was, 1e-6)
                factor[y, x, k] = 1.0 + strength * (min(max(ratio, 0.0), most) - 1.0)
                change = max(change, abs(factor[y, x, k] - 1.0))
                reached += light_now
                whole += direct + around
            lit[y, x] = reached / max(whole, 1e-6)
            if change < SAME_LIGHT:
                factor[y, x] = 1.0


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
