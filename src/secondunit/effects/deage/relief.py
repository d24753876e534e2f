"""The surface of older skin: a net of fine lines, mottle and liver spots, in a chart that hangs on the face.

Collagen goes and the net of furrows that all skin has grows coarse, along the lines of least tension: across the
forehead, in a fan beside the eyes, crossed on the cheeks (Kligman et al. 1985, "The anatomy and pathogenesis of
wrinkles"). Pigment gathers where the sun was: forehead, temples, cheekbones; fine vessels show on cheeks and nose.
Where what lies is chance, but always the same for a place of the face, so that it moves with it.
"""

from __future__ import annotations

import functools
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from secondunit.effects.deage.bands import Image, Plane, blur, smoothstep

Points = npt.NDArray[np.float32]

CHART_PX = 512
CHART = (  # landmark, x, y in px of the chart: a face from the front, the two halves alike
    (10, 256, 152), (151, 256, 177), (9, 256, 205), (168, 256, 227), (4, 256, 289), (2, 256, 306), (0, 256, 326),
    (17, 256, 347), (152, 256, 397), (33, 189, 230), (263, 323, 230), (133, 230, 233), (362, 282, 233),
    (61, 212, 332), (291, 300, 332), (234, 146, 256), (454, 366, 256), (132, 149, 303), (361, 363, 303),
    (172, 164, 347), (397, 348, 347), (50, 180, 280), (280, 332, 280), (205, 193, 293), (425, 319, 293),
    (103, 178, 165), (332, 334, 165), (70, 169, 209), (300, 343, 209), (149, 204, 384), (378, 308, 384),
    (105, 194, 198), (334, 318, 198),
)  # fmt: skip
SEED = 1985
LONG_PX, THIN_PX = 6.0, 1.15  # Gaussian half widths of a furrow, along and across, px of the crop
CRISP = 0.35  # deviations of the noise within which a furrow lies: a fifth of the skin
SPOT_PX, RARE = 2.6, 2.4  # half width of liver spots; deviations of the noise from which there is one
BLOTCH_PX = 4.5
BROWN, RED = (-0.8, -1.0, -1.06), (0.05, -0.35, -0.3)  # what melanin and blood take from R, G, B codes


def weathered(points: Points) -> tuple[Plane, Image]:
    """What years of use leave on the skin, on the crop.

    Args:
        points: (478, 2) px of the crop (512, 512).

    Returns:
        Relief (512, 512), a share of the light, mean about 0 and 1 as deep as a furrow gets; pigment (512, 512, 3), a
        share of the codes, 1 a spot's.
    """
    at = _places(points)
    relief, pigment = _maps()
    x, y = np.ascontiguousarray(at[..., 0]), np.ascontiguousarray(at[..., 1])
    edge = cv2.BORDER_REFLECT_101
    furrows = cv2.remap(relief, x, y, cv2.INTER_LINEAR, borderMode=edge)
    colour = cv2.remap(pigment, x, y, cv2.INTER_LINEAR, borderMode=edge)
    return np.asarray(furrows, np.float32), np.asarray(colour, np.float32)


def _places(points: Points) -> Image:
    """Where in the chart each pixel of the crop lies (512, 512, 2): a square law through the landmarks."""
    seen = points[[one[0] for one in CHART]].astype(np.float64) / CHART_PX - 0.5
    wanted = np.array([one[1:] for one in CHART], np.float64)

    def terms(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)

    law = np.linalg.lstsq(terms(seen[:, 0], seen[:, 1]), wanted, rcond=None)[0]
    low, high = seen.min(0) - 0.12, seen.max(0) + 0.12  # beyond the landmarks the square goes astray
    line = (np.arange(CHART_PX) + 0.5) / CHART_PX - 0.5
    x, y = np.meshgrid(np.clip(line, low[0], high[0]), np.clip(line, low[1], high[1]))
    beyond = np.stack(np.meshgrid(line - x[0], line - y[:, 0]), axis=-1) * CHART_PX
    return np.asarray(terms(x, y) @ law + beyond, np.float32)


@functools.cache
def _maps() -> tuple[Plane, Image]:
    """Relief and pigment over the chart."""
    random = np.random.default_rng(SEED)
    rows, columns = np.mgrid[:CHART_PX, :CHART_PX].astype(np.float32)
    across = np.abs(columns - 256)
    brow = smoothstep(rows, 212, 196)
    fan = smoothstep(np.hypot((across - 88) / 34, (rows - 236) / 34), 1.3, 0.6) * (1 - brow)
    rest = (1 - brow) * (1 - fan)
    level, rising, falling = (_furrows(random, angle) for angle in (0.0, 38.0, -38.0))
    outwards = np.where((columns > 256) == (rows > 236), falling, rising)
    relief = brow * level + fan * np.where(np.abs(rows - 236) < 7, level, outwards) + rest * 0.7 * (rising + falling)
    relief += 0.25 * _noise(random, 1.6, 1.6)
    spots = smoothstep(_noise(random, SPOT_PX, SPOT_PX), RARE - 0.25, RARE + 0.35)
    sunny = np.clip(np.maximum(brow, smoothstep(across, 40, 80) * smoothstep(rows, 340, 290)), 0.15, 1)
    brown = spots * sunny + 0.09 * _noise(random, BLOTCH_PX, BLOTCH_PX)
    ruddy = smoothstep(np.hypot((across - 66) / 46, (rows - 288) / 34), 1.2, 0.3)
    ruddy = np.maximum(ruddy, smoothstep(np.hypot(across / 22, (rows - 286) / 24), 1.2, 0.5))
    vessels = ruddy * (0.25 + 0.2 * _noise(random, 2.2, 2.2))
    pigment = brown[..., None] * np.array(BROWN) + vessels[..., None] * np.array(RED)
    return np.asarray(relief, np.float32), np.asarray(pigment, np.float32)


def _furrows(random: np.random.Generator, angle_deg: float) -> Plane:
    """Thin dark lines along one way, each bounded and none like the next; mean 0."""
    turned = _noise(random, LONG_PX, THIN_PX, angle_deg)
    strength = np.clip(0.8 + 0.5 * _noise(random, 14, 14), 0.1, 2)
    lines = np.exp(-((turned / np.float32(CRISP)) ** 2)) * strength
    lines = lines * smoothstep(_noise(random, 5, 5), -0.9, 0.9)
    return np.asarray(blur(np.asarray(lines.mean() - lines, np.float32), 0.5), np.float32)


def _noise(random: np.random.Generator, long_px: float, wide_px: float, angle_deg: float = 0.0) -> Plane:
    """Smooth noise (512, 512) of mean 0 and deviation 1, drawn out along a direction."""
    side = 2 * CHART_PX
    noise: Any = random.standard_normal((side, side), np.float32)
    noise = cv2.GaussianBlur(noise, (0, 0), sigmaX=long_px, sigmaY=wide_px)
    turn = cv2.getRotationMatrix2D((side / 2, side / 2), angle_deg, 1)
    noise = cv2.warpAffine(noise, turn, (side, side), flags=cv2.INTER_CUBIC)
    part = noise[side // 4 : -side // 4, side // 4 : -side // 4]
    return np.asarray((part - part.mean()) / part.std(), np.float32)
