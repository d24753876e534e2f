"""The shape of a drawn head: a signed distance, built of rounded parts that melt into each other.

Units: half a head height; +X to the picture's right, +Y up, +Z out of the face. The skull's middle is near the origin.
Smooth union: Quilez, "Smooth minimum" (2013), the polynomial form. Nothing here is measured on a real person.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

SKIN, HAIR, CLOTH = 0, 1, 2

# Places in the array a head is described by; the first are those of ``people.FEATURES``
(
    WIDTH,
    JAW,
    CHIN,
    CHEEK,
    EYE_APART,
    EYE_HEIGHT,
    EYE_SIZE,
    BROW,
    NOSE_LENGTH,
    NOSE_WIDTH,
    NOSE_BRIDGE,
    MOUTH_WIDTH,
    LIPS,
    MOUTH_HEIGHT,
    FOREHEAD,
    HAIR_LENGTH,
    HAIR_LINE,
    HAIR_VOLUME,
    EARS,
    NECK,
    SMILE,
) = range(21)


@njit(cache=True, nogil=True)
def _ball(x: float, y: float, z: float, rx: float, ry: float, rz: float) -> float:
    """Distance to an ellipsoid about the origin, near enough near its surface."""
    k0 = np.sqrt((x / rx) ** 2 + (y / ry) ** 2 + (z / rz) ** 2)
    k1 = np.sqrt((x / (rx * rx)) ** 2 + (y / (ry * ry)) ** 2 + (z / (rz * rz)) ** 2)
    return k0 * (k0 - 1.0) / max(k1, 1e-6)  # type: ignore[no-any-return]


@njit(cache=True, nogil=True)
def _rod(
    x: float, y: float, z: float, ay: float, az: float, by: float, bz: float, ra: float, rb: float, wide: float
) -> float:
    """Distance to a rod in the middle plane from (ay, az) to (by, bz), its radius going from ra to rb."""
    dy, dz = by - ay, bz - az
    t = min(max(((y - ay) * dy + (z - az) * dz) / (dy * dy + dz * dz), 0.0), 1.0)
    py, pz, px = y - ay - t * dy, z - az - t * dz, x / wide
    return np.sqrt(px * px + py * py + pz * pz) - (ra + t * (rb - ra))  # type: ignore[no-any-return]


@njit(cache=True, nogil=True)
def _join(a: float, b: float, k: float) -> float:
    h = max(k - abs(a - b), 0.0) / k
    return min(a, b) - h * h * k * 0.25


@njit(cache=True, nogil=True)
def _cut(a: float, b: float, k: float) -> float:
    """``a`` without ``b``, with a rounded edge."""
    h = max(k - abs(-b - a), 0.0) / k
    return max(a, -b) + h * h * k * 0.25


@njit(cache=True, nogil=True)
def skin(p: Any, x: float, y: float, z: float) -> float:
    """Distance from a point to head and neck of the head ``p``."""
    s, w = abs(x), p[WIDTH]  # a head is the same on both sides
    d = _ball(x, y - 0.33, z + 0.16, 0.70 * w, 0.66 * p[FOREHEAD], 0.86)
    d = _join(d, _ball(x, y + 0.14, z - 0.10, 0.58 * w, 0.80, 0.60), 0.25)
    d = _join(d, _ball(s - 0.27 * p[JAW], y + 0.52, z - 0.06, 0.24, 0.24, 0.34), 0.32)
    d = _join(d, _ball(x, y + 0.86 + 0.10 * (p[CHIN] - 1), z - 0.40, 0.20 * p[JAW], 0.15, 0.17), 0.30)
    d = _join(d, _ball(s - 0.36 * w, y + 0.14, z - 0.42, 0.18, 0.16, 0.17 * p[CHEEK]), 0.22)
    d = _join(d, _ball(x, y + 0.52, z - 0.50, 0.25, 0.20, 0.17), 0.2)  # the teeth under the lips
    ex, ey = p[EYE_APART], p[EYE_HEIGHT]
    d = _join(d, _ball(s - ex, y - ey - 0.155, z - 0.55, 0.22, 0.065, 0.11 * p[BROW]), 0.13)
    d = _cut(d, _ball(s - ex + 0.03, y - ey, z - 0.82, 0.20, 0.115, 0.20), 0.14)
    d = _join(d, _ball(s - ex, y - ey, z - 0.47, 0.165 * p[EYE_SIZE], 0.145 * p[EYE_SIZE], 0.155), 0.035)
    tip = ey - 0.385 * p[NOSE_LENGTH]
    bridge, wide = p[NOSE_BRIDGE], p[NOSE_WIDTH]
    d = _join(d, _rod(x, y, z, ey + 0.04, 0.60 + 0.03 * bridge, tip, 0.80 + 0.03 * bridge, 0.055, 0.085, wide), 0.13)
    d = _join(d, _ball(x, y - tip, z - 0.80 - 0.03 * bridge, 0.10 * wide, 0.085, 0.10), 0.05)
    d = _join(d, _ball(s - 0.115 * wide, y - tip + 0.025, z - 0.71, 0.065, 0.06, 0.085), 0.06)
    d = _cut(d, _ball(s - 0.06 * wide, y - tip + 0.082, z - 0.80, 0.034, 0.022, 0.06), 0.03)
    m, mw = p[MOUTH_HEIGHT], p[MOUTH_WIDTH]
    lift = 0.10 * p[SMILE] * (s / mw) ** 2
    yy = y - m - lift
    d = _join(d, _ball(x, yy - 0.035 * p[LIPS], z - 0.60, mw, 0.05 * p[LIPS], 0.105), 0.035)
    d = _join(d, _ball(x, yy + 0.050 * p[LIPS], z - 0.59, mw * 0.82, 0.06 * p[LIPS], 0.11), 0.035)
    d = _cut(d, _ball(x, yy, z - 0.72, mw * 1.02, 0.010, 0.06), 0.03)
    d = _join(d, _ball(s - 0.70 * w, y - 0.02, z + 0.12, 0.055, 0.21 * p[EARS], 0.13), 0.06)
    throat = _ball(x, y + 0.80, z + 0.16, 0.40 * p[NECK], 0.45, 0.42)
    return _join(d, throat, 0.14)


@njit(cache=True, nogil=True)
def neck(p: Any, x: float, y: float, z: float) -> float:
    """Distance from a point to the neck below the head; it stands on the shoulders and does not turn."""
    round_about = np.sqrt((x / p[NECK]) ** 2 + ((z + 0.24 + 0.14 * (y + 1.0)) / 1.05) ** 2) - 0.38
    return max(round_about, y + 0.75, -1.75 - y)  # type: ignore[no-any-return]


@njit(cache=True, nogil=True)
def hair(p: Any, x: float, y: float, z: float) -> float:
    """Distance from a point to the hair: a shell about the skull, open over the face."""
    s, w, v = abs(x), p[WIDTH], p[HAIR_VOLUME]
    if v <= 0.0:
        return 1e3
    angle = np.arctan2(x, z + 0.2)
    lock = 0.012 * np.sin(46 * angle + 5 * np.sin(3.1 * y + x)) + 0.007 * np.sin(113 * angle + 9 * y)
    d = _ball(x, y - 0.36, z + 0.20, 0.70 * w + 0.10 * v, 0.66 * p[FOREHEAD] + 0.13 * v, 0.88 + 0.08 * v) + lock
    if p[HAIR_LENGTH] > 0.15:
        drop = p[HAIR_LENGTH]
        side = _ball(s - 0.60 * w, y - 0.25 + 0.55 * drop, z + 0.22, 0.20 + 0.06 * v, 0.35 + 0.75 * drop, 0.50)
        d = _join(d, side + lock, 0.15)
        d = _join(d, _ball(x, y + 0.5 * drop, z + 0.60, 0.60 * w, 0.6 + 0.6 * drop, 0.40) + lock, 0.2)
    line = p[HAIR_LINE] - 0.50 * max(s / (0.62 * w) - 0.25, 0.0) ** 2 + 0.012 * np.sin(23 * x) + 0.008 * np.sin(61 * x)
    face = _ball(x, y - line + 0.86, z - 0.75, 0.60 * w, 0.86, 0.85)
    return _cut(d, face, 0.05)


@njit(cache=True, nogil=True)
def cloth(p: Any, x: float, y: float, z: float) -> float:
    """Distance from a point to the shoulders."""
    d = _ball(x, y + 2.22, z + 0.30, 1.45, 0.90, 0.72)
    return _join(d, _ball(x, y + 1.36, z + 0.34, 0.50, 0.16, 0.46), 0.30)
