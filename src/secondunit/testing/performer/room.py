"""The room behind the performer, far out of focus, and the light it is filmed in."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from secondunit.scene.figure.light import Image, Lamp, Lighting, directions, kelvin, towards

DISC_PX = 44  # radius of the circle of confusion at 1920 pixels: a wide-open portrait lens, the wall 3 m behind


def lighting() -> Lighting:
    """A window as key at the camera's left, a lamp in the room behind at the right, walls that give a little back."""
    up = directions()[..., 1]
    wall = np.where(up[..., None] > 0, 0.10 + 0.05 * up[..., None], 0.07) * kelvin(4600)
    aim = np.array(towards(-48, 12))
    window = np.exp(-((np.arccos(np.clip(directions() @ aim, -1, 1)) / 0.55) ** 2))[..., None] * 0.55 * kelvin(6300)
    warm = np.array(towards(118, 8))
    glow = np.exp(-((np.arccos(np.clip(directions() @ warm, -1, 1)) / 0.6) ** 2))[..., None] * 0.35 * kelvin(3000)
    lamps = []
    for yaw, pitch, radius, temperature_k, level in (
        (-36, 9, 0.22, 5900, 1.8), (42, 4, 0.35, 4700, 0.28), (146, 22, 0.16, 3300, 0.8), (-150, 30, 0.2, 6800, 0.5)
    ):  # fmt: skip
        red, green, blue = (kelvin(temperature_k) * level).tolist()
        lamps.append(Lamp(towards(yaw, pitch), radius, (red, green, blue)))
    return Lighting((wall + window + glow).astype(np.float32), tuple(lamps))


def _disc(radius_px: float) -> Image:
    size = int(np.ceil(radius_px)) * 2 + 1
    y, x = np.mgrid[0:size, 0:size] - size // 2
    kernel = np.clip(radius_px - np.hypot(x, y) + 0.5, 0, 1)
    kernel = kernel * (0.85 + 0.15 * np.hypot(x, y) / radius_px)  # a lens's discs are a little brighter at their rim
    out: Image = (kernel / kernel.sum()).astype(np.float32)
    return out


def _shelf(image: Any, x0: int, x1: int, y0: int, y1: int, rng: np.random.Generator) -> None:
    """Rows of books."""
    image[y0:y1, x0:x1] = np.array([0.030, 0.020, 0.013])
    rows = 4
    for row in range(rows):
        top, bottom = y0 + (y1 - y0) * row // rows + 10, y0 + (y1 - y0) * (row + 1) // rows - 8
        x = x0 + 6
        while x < x1 - 20:
            width, tall = int(rng.integers(8, 26)), int((bottom - top) * rng.uniform(0.62, 0.95))
            colour = np.exp(rng.normal(-2.9, 0.65)) * np.exp(rng.normal(0, 0.20, 3)) * np.array([1.2, 1.0, 0.78])
            if rng.random() < 0.9:
                image[bottom - tall : bottom, x : x + width] = colour
            x += width + int(rng.integers(0, 3))


def background(width_px: int = 1920, height_px: int = 1080, *, seed: int = 11) -> Image:
    """The room, (h, w, 3) linear, already out of focus."""
    rng = np.random.default_rng((seed, 81))
    y, x = np.mgrid[0:1080, 0:1920].astype(np.float32)
    image = (0.034 + 0.030 * np.exp(-(((x - 350) / 700) ** 2 + ((y - 300) / 600) ** 2)))[..., None] * kelvin(4300)
    image = np.ascontiguousarray(image, np.float32)
    pane = np.array([1.0, 1.0, 1.0]) * kelvin(6500)
    for left, right in ((70, 215), (235, 380)):
        for top, bottom in ((60, 330), (348, 640)):
            shade = (1.1 - 0.6 * (y[top:bottom, left:right] - 60) / 600)[..., None]
            image[top:bottom, left:right] = pane * shade
    image[640:662, 40:410] = np.array([0.20, 0.18, 0.15])
    image[40:700, 396:470] = np.array([0.085, 0.075, 0.065]) * (1 + 0.4 * np.sin(x[40:700, 396:470] / 9))[..., None]
    image[40:700, 0:52] = np.array([0.085, 0.075, 0.065]) * (1 + 0.4 * np.sin(x[40:700, 0:52] / 9))[..., None]
    _shelf(image, 1480, 1930, 60, 830, rng)
    cone = (np.abs(x - 1325) < 60 + (y - 330) * 0.35) & (y > 330) & (y < 470)
    image[cone] = np.array([1.25, 0.74, 0.33])
    pool = np.exp(-(((x - 1325) / 260) ** 2 + ((y - 480) / 260) ** 2))[..., None] * np.array([0.22, 0.13, 0.06])
    image = image + pool.astype(np.float32)
    image[900:] *= 0.45
    for _ in range(14):
        at = (int(rng.integers(60, 390)), int(rng.integers(80, 600)))
        cv2.circle(image, at, 5, (1.6, 1.7, 1.6), -1)
    blurred: Any = cv2.filter2D(image, -1, _disc(DISC_PX), borderType=cv2.BORDER_REFLECT)
    out: Image = np.ascontiguousarray(cv2.resize(blurred, (width_px, height_px), interpolation=cv2.INTER_AREA))
    return out
