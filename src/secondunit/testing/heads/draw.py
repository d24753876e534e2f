"""Casting rays at a drawn head: where they land, how it is lit, what colour it has there."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, prange

from secondunit.testing.heads.solid import (
    BROW,
    CLOTH,
    EYE_APART,
    EYE_HEIGHT,
    EYE_SIZE,
    HAIR,
    LIPS,
    MOUTH_HEIGHT,
    MOUTH_WIDTH,
    SKIN,
    SMILE,
    cloth,
    hair,
    neck,
    skin,
)

CAMERA_Z, FOCAL = 9.0, 4.4  # in half head heights; about an 85 mm lens at a portrait's distance
BEYOND = 13.0


@njit(cache=True, nogil=True)
def _turned(turn: Any, x: float, y: float, z: float) -> tuple[float, float, float]:
    return (
        turn[0, 0] * x + turn[0, 1] * y + turn[0, 2] * z,
        turn[1, 0] * x + turn[1, 1] * y + turn[1, 2] * z,
        turn[2, 0] * x + turn[2, 1] * y + turn[2, 2] * z,
    )


@njit(cache=True, nogil=True)
def _scene(p: Any, turn: Any, x: float, y: float, z: float) -> tuple[float, int]:
    """Distance to the nearest thing and what it is; the head turns, the shoulders stay."""
    hx, hy, hz = _turned(turn, x, y, z)
    nearest, what = skin(p, hx, hy, hz), SKIN
    other = hair(p, hx, hy, hz)
    if other < nearest:
        nearest, what = other, HAIR
    other = neck(p, x, y, z)
    if nearest - other < 0.12 and other - nearest < 0.12:  # the throat melts into the neck
        h = 0.12 - abs(nearest - other)
        nearest = min(nearest, other) - h * h / 0.48
    elif other < nearest:
        nearest, what = other, SKIN
    other = cloth(p, x, y, z)
    if other < nearest:
        nearest, what = other, CLOTH
    return nearest, what


@njit(cache=True, nogil=True)
def _normal(p: Any, turn: Any, x: float, y: float, z: float) -> tuple[float, float, float]:
    e = 0.004
    a = _scene(p, turn, x + e, y - e, z - e)[0]
    b = _scene(p, turn, x - e, y - e, z + e)[0]
    c = _scene(p, turn, x - e, y + e, z - e)[0]
    d = _scene(p, turn, x + e, y + e, z + e)[0]
    nx, ny, nz = a - b - c + d, -a - b + c + d, -a + b - c + d
    size = np.sqrt(nx * nx + ny * ny + nz * nz) + 1e-9
    return nx / size, ny / size, nz / size


@njit(cache=True, nogil=True)
def _lit(p: Any, turn: Any, x: float, y: float, z: float, lx: float, ly: float, lz: float) -> float:
    """How much of a large soft light is seen from a point, 0 to 1 (Quilez, "Soft shadows", 2010)."""
    seen, t = 1.0, 0.03
    for _ in range(28):
        d = _scene(p, turn, x + lx * t, y + ly * t, z + lz * t)[0]
        seen = min(seen, 0.5 + 0.5 * d / (0.14 * t))
        if seen < 0.0 or t > 2.5:
            break
        t += min(max(d, 0.03), 0.25)
    seen = max(seen, 0.0)
    return seen * seen * (3 - 2 * seen)


@njit(cache=True, nogil=True)
def _open_sky(p: Any, turn: Any, x: float, y: float, z: float, n: Any) -> float:
    """Ambient occlusion from five steps along the normal."""
    sky, weight = 0.0, 1.0
    for step in range(1, 6):
        h = 0.05 * step
        sky += (h - _scene(p, turn, x + n[0] * h, y + n[1] * h, z + n[2] * h)[0]) * weight
        weight *= 0.75
    return min(max(1.0 - 1.7 * sky, 0.0), 1.0)


@njit(cache=True, nogil=True)
def _near(value: float, edge: float, soft: float) -> float:
    """1 below ``edge``, 0 above, over a width of ``soft``."""
    t = min(max((edge - value) / soft + 0.5, 0.0), 1.0)
    return t * t * (3 - 2 * t)


@njit(cache=True, nogil=True)
def _grain(x: float, y: float, z: float) -> float:
    """Smooth irregular numbers in -1 to 1."""
    return (  # type: ignore[no-any-return]
        np.sin(13.1 * x + 4.3 * np.sin(7.7 * y)) * np.sin(11.7 * y + 3.1 * z) * np.sin(9.1 * z + 2.7 * np.sin(12.9 * x))
        + 0.5 * np.sin(41.0 * x + 9 * y) * np.sin(37.0 * y - 13 * z) * np.sin(29 * z + 17 * x)
    ) / 1.5


@njit(cache=True, nogil=True)
def _mix(out: Any, r: float, g: float, b: float, share: float) -> None:
    out[0] += (r - out[0]) * share
    out[1] += (g - out[1]) * share
    out[2] += (b - out[2]) * share


@njit(cache=True, nogil=True)
def _paint_eye(p: Any, paint: Any, s: float, y: float, side: float, out: Any) -> float:
    """Eye, lids, lashes and brow; returns how wet the place is."""
    u = (s - p[EYE_APART]) / (0.165 * p[EYE_SIZE])
    v = (y - p[EYE_HEIGHT]) / (0.165 * p[EYE_SIZE])
    upper = 0.50 * max(1 - u * u, 0.0) ** 0.75 + 0.04 * u
    lower = -0.34 * max(1 - u * u, 0.0) + 0.04 * u
    wet = 0.0
    crease = abs(v - upper - 0.24)
    if abs(u) < 1.1:
        _mix(out, out[0] * 0.50, out[1] * 0.40, out[2] * 0.36, 0.55 * _near(crease, 0.05, 0.12))
        _mix(out, out[0] * 0.62, out[1] * 0.50, out[2] * 0.48, 0.5 * _near(abs(v - lower + 0.10), 0.06, 0.16))
    if abs(u) < 1.0 and lower < v < upper:
        wet = 1.0
        r = np.sqrt((u - 0.04 * side) ** 2 + (v - 0.05) ** 2)
        shade = 0.72 + 0.28 * _near(v, upper - 0.22, 0.3)
        out[0], out[1], out[2] = 0.62 * shade, 0.58 * shade, 0.55 * shade
        _mix(out, 0.45, 0.25, 0.22, _near(u, -0.86, 0.2))  # the inner corner
        ray = 0.8 + 0.35 * np.sin(31 * np.arctan2(v - 0.05, u - 0.04 * side))
        _mix(out, paint[6] * ray, paint[7] * ray, paint[8] * ray, _near(r, 0.38, 0.06))
        _mix(out, 0.01, 0.01, 0.012, _near(abs(r - 0.37), 0.025, 0.05) * 0.8)
        _mix(out, 0.004, 0.004, 0.004, _near(r, 0.17, 0.04))
    lash = _near(abs(v - upper), 0.05 + 0.03 * max(u, 0.0), 0.07) * (1.0 if abs(u) < 1.06 else 0.0)
    _mix(out, 0.02, 0.014, 0.012, 0.9 * lash)
    arc = y - p[EYE_HEIGHT] - 0.235 - 0.035 * p[BROW] + 0.055 * (u - 0.15) ** 2
    thick = paint[12] * (0.040 - 0.016 * max(u, 0.0))
    brow = _near(abs(arc), thick, 0.035) * _near(abs(u - 0.12), 1.22, 0.35)
    strand = 0.72 + 0.28 * np.sin(70 * u + 160 * arc)
    _mix(out, paint[3] * 0.8, paint[4] * 0.8, paint[5] * 0.8, min(brow * strand * 0.92, 1.0))
    return wet


@njit(cache=True, nogil=True)
def _skin_paint(p: Any, paint: Any, x: float, y: float, z: float, out: Any) -> float:
    """The colour of skin, lips, eyes and brows at a point of the head; returns how wet it is."""
    s = abs(x)
    out[0], out[1], out[2] = paint[0], paint[1], paint[2]
    mottle = 1.0 + 0.06 * _grain(x, y, z) + 0.05 * _grain(3.1 * x, 2.7 * y, 3.3 * z)
    out[0] *= mottle
    out[1] *= mottle
    out[2] *= mottle
    if z < 0.15:
        return 0.0
    flush = _near(np.sqrt((s - 0.38) ** 2 + (y + 0.22) ** 2), 0.14, 0.3) + 0.7 * _near(
        np.sqrt(x * x + (y - p[EYE_HEIGHT] + 0.36) ** 2), 0.06, 0.18
    )
    _mix(out, paint[0] * 1.02, paint[1] * 0.80, paint[2] * 0.76, min(flush, 1.0) * 0.7)
    beard = paint[13]
    if beard > 0.0:
        area = _near(y, p[MOUTH_HEIGHT] + 0.17 + 0.55 * max(s - 0.25, 0.0), 0.14)
        dots = (0.80 + 0.2 * _grain(5.1 * x, 4.3 * y, 4.7 * z)) * _near(-y, 0.96, 0.12)
        _mix(out, paint[3] * 0.7, paint[4] * 0.7, paint[5] * 0.7, min(beard * area * dots, 1.0))
    m, mw = p[MOUTH_HEIGHT] + 0.10 * p[SMILE] * (s / p[MOUTH_WIDTH]) ** 2, p[MOUTH_WIDTH]
    t = min(s / mw, 1.2)
    bow = 0.090 * p[LIPS] * (max(1 - t * t, 0.0) ** 0.8) * (1.0 - 0.18 * _near(s, 0.02, 0.06))
    low = -0.115 * p[LIPS] * max(1 - t * t, 0.0) ** 0.7
    lip = _near(y - m, bow, 0.02) * _near(m - y, -low, 0.025) * (1.0 if t < 1.0 else 0.0)
    _mix(out, paint[9], paint[10], paint[11], 0.85 * lip)
    line = _near(abs(y - m), 0.006 + 0.006 * (1 - t), 0.016) * _near(t, 1.0, 0.2)
    _mix(out, 0.04, 0.012, 0.012, 0.92 * line)
    wet = _paint_eye(p, paint, s, y, 1.0 if x > 0 else -1.0, out)
    return max(wet, 0.25 * lip)


@njit(cache=True, nogil=True)
def _shade(p: Any, paint: Any, turn: Any, light: Any, at: Any, view: Any, what: int, out: Any) -> None:
    """Scene-linear colour of the point ``at`` seen along ``view``."""
    x, y, z = at[0], at[1], at[2]
    n = _normal(p, turn, x, y, z)
    hx, hy, hz = _turned(turn, x, y, z)
    wet, gloss, strength, soft = 0.0, 22.0, 0.10, 0.25
    if what == SKIN:
        wet = _skin_paint(p, paint, hx, hy, hz, out)
        if wet > 0.5:
            gloss, strength, soft = 260.0, 1.5, 0.0
        elif wet > 0.1:
            gloss, strength = 45.0, 0.22
    elif what == HAIR:
        angle = np.arctan2(hx, hz + 0.2)
        strand = 0.72 + 0.28 * np.sin(210 * angle + 11 * np.sin(5 * hy)) * np.sin(97 * angle - 7 * hy)
        out[0], out[1], out[2] = paint[3] * strand, paint[4] * strand, paint[5] * strand
        gloss, strength, soft = 14.0, 0.16 * strand, 0.15
    else:
        weave = 0.94 + 0.06 * np.sin(90 * x) * np.sin(90 * y)
        out[0], out[1], out[2] = paint[14] * weave, paint[15] * weave, paint[16] * weave
        gloss, strength, soft = 8.0, 0.02, 0.1
    facing = n[0] * light[0] + n[1] * light[1] + n[2] * light[2]
    seen = _lit(p, turn, x + n[0] * 0.012, y + n[1] * 0.012, z + n[2] * 0.012, light[0], light[1], light[2])
    open_sky = _open_sky(p, turn, x, y, z, n)
    wrap = max((facing + soft) / (1 + soft), 0.0)
    plain = max(facing, 0.0)
    up = 0.5 + 0.5 * n[1]
    half_x, half_y, half_z = light[0] - view[0], light[1] - view[1], light[2] - view[2]
    size = np.sqrt(half_x * half_x + half_y * half_y + half_z * half_z) + 1e-9
    shine = max((n[0] * half_x + n[1] * half_y + n[2] * half_z) / size, 0.0) ** gloss * strength * seen
    rim = (1 - max(-(n[0] * view[0] + n[1] * view[1] + n[2] * view[2]), 0.0)) ** 3
    back = max(n[0] * light[7] + n[1] * 0.3 - n[2] * 0.55, 0.0)
    for c in range(3):
        # light goes into skin and comes out again beside: redder, and round the terminator
        bleed = (0.75, 0.28, 0.16)[c] if what == SKIN and wet < 0.5 else 0.0
        direct = (plain + (wrap - plain) * bleed) * (seen + (1 - seen) * 0.25 * bleed)
        sky = light[6] * (0.55 + 0.45 * up) * (open_sky + (1 - open_sky) * 0.35 * bleed) * (0.92, 0.98, 1.12)[c]
        fresnel = light[6] * 0.16 * rim * open_sky
        out[c] = out[c] * (direct * light[3 + c] + sky + 0.8 * back) + shine * light[3 + c] + fresnel
        if wet > 0.5:
            out[c] += 0.03 * up


@njit(cache=True, nogil=True, parallel=False)
def cast(p: Any, paint: Any, turn: Any, light: Any, frame: Any, out: Any) -> None:
    """Fill ``out`` (H, W, 4): scene-linear RGB and coverage, 0 where the background is seen.

    Args:
        p: the head's shape; places as in ``solid``.
        paint: colours as ``people`` packs them.
        turn: (3, 3) world to head.
        light: direction (3), colour (3), sky, side of the rim light.
        frame: width of the view in half head heights, and its middle (x, y).
        out: is written.
    """
    height, width = out.shape[0], out.shape[1]
    for j in prange(height):
        at, view, colour = np.zeros(3), np.zeros(3), np.zeros(3)
        for i in range(width):
            u = (i + 0.5 - 0.5 * width) / width * frame[0] + frame[1]
            v = (0.5 * height - j - 0.5) / width * frame[0] + frame[2]
            size = np.sqrt(u * u + v * v + CAMERA_Z * CAMERA_Z)
            view[0], view[1], view[2] = u / size, v / size, -CAMERA_Z / size
            t, what = CAMERA_Z - 1.8, -1
            for _ in range(90):
                x, y, z = view[0] * t, view[1] * t, CAMERA_Z + view[2] * t
                d, kind = _scene(p, turn, x, y, z)
                if d < 0.0012:
                    what = kind
                    break
                t += d * 0.8
                if t > BEYOND:
                    break
            if what >= 0:
                at[0], at[1], at[2] = view[0] * t, view[1] * t, CAMERA_Z + view[2] * t
                _shade(p, paint, turn, light, at, view, what, colour)
                for c in range(3):
                    out[j, i, c] = colour[c]
                out[j, i, 3] = 1.0
