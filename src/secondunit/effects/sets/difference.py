"""How far apart two colours are to the eye: CIELAB under D65, and CIEDE2000 (CIE 142-2001).

Notation after Sharma, Wu and Dalal, The CIEDE2000 color-difference formula, Color Research and Application 30 (2005).
1 is about the least difference that is seen side by side.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from secondunit.effects.sets.plan import Colour

Floats = npt.NDArray[np.float64]
_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)  # of linear sRGB: IEC 61966-2-1
_WHITE = np.array([0.95047, 1.0, 1.08883])  # D65, 2 degrees: CIE 15
_EDGE, _SLOPE = 216 / 24389, 24389 / 27  # where the cube root becomes a line: CIE 15


def lab(srgb: Floats) -> Floats:
    """sRGB codes 0..1, (n, 3), to L*, a*, b*."""
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    share = linear @ _XYZ.T / _WHITE
    x, y, z = np.moveaxis(np.where(share > _EDGE, np.cbrt(share), (_SLOPE * share + 16) / 116), -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1)


def ciede2000(one: Floats, other: Floats) -> Floats:
    """The difference of L*a*b* colours (..., 3), which are broadcast against each other."""
    chroma = (np.hypot(one[..., 1], one[..., 2]) + np.hypot(other[..., 1], other[..., 2])) / 2
    grow = 1.5 - 0.5 * np.sqrt(chroma**7 / (chroma**7 + 25.0**7))  # 1 + G
    (l1, c1, h1), (l2, c2, h2) = (_polar(colour, grow) for colour in (one, other))
    both = c1 * c2 > 0
    turn = np.where(both, (h2 - h1 + 180) % 360 - 180, 0.0)
    turn = np.where(both & (np.abs(h2 - h1) == 180), h2 - h1, turn)
    light, rich, hue = l2 - l1, c2 - c1, 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    mean_l, mean_c = (l1 + l2) / 2, (c1 + c2) / 2
    far = np.abs(h1 - h2) > 180
    mean_h = np.where(both, (h1 + h2 + np.where(far, np.where(h1 + h2 < 360, 360, -360), 0)) / 2, h1 + h2)
    shape = (
        1
        - 0.17 * np.cos(np.radians(mean_h - 30))
        + 0.24 * np.cos(np.radians(2 * mean_h))
        + 0.32 * np.cos(np.radians(3 * mean_h + 6))
        - 0.20 * np.cos(np.radians(4 * mean_h - 63))
    )  # T
    per_l = 1 + 0.015 * (mean_l - 50) ** 2 / np.sqrt(20 + (mean_l - 50) ** 2)
    per_c, per_h = 1 + 0.045 * mean_c, 1 + 0.015 * mean_c * shape
    blue = 60 * np.exp(-(((mean_h - 275) / 25) ** 2))  # degrees: 2 times delta theta
    bent = -2 * np.sqrt(mean_c**7 / (mean_c**7 + 25.0**7)) * np.sin(np.radians(blue))  # R_T
    light, rich, hue = light / per_l, rich / per_c, hue / per_h
    return np.asarray(np.sqrt(np.maximum(light**2 + rich**2 + hue**2 + bent * rich * hue, 0)))


def _polar(colour: Floats, grow: Floats) -> tuple[Floats, Floats, Floats]:
    """Lightness, chroma and hue (degrees, 0..360) with a* grown."""
    a, b = colour[..., 1] * grow, colour[..., 2]
    return colour[..., 0], np.hypot(a, b), np.degrees(np.arctan2(b, a)) % 360


def differences(one: Sequence[Colour], other: Sequence[Colour]) -> Floats:
    """CIEDE2000 of every colour against every other, sRGB 0..1; (n, m)."""
    left, right = lab(np.array(one, float).reshape(-1, 3)), lab(np.array(other, float).reshape(-1, 3))
    return ciede2000(left[:, None], right[None])
