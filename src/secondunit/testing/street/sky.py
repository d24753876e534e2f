"""The sky over the demo street: a physical clear sky and clouds of noise, as a picture of all directions."""

from __future__ import annotations

from typing import Any

import cv2
import mitsuba as mi
import numpy as np

from secondunit.imaging.noise import Image, mix, noise, step
from secondunit.scene.camera import Array

CLOUD_BASE_M = 1300.0
SUN_HALF_DEG = 0.45  # a little wider than the sun's 0.265 deg: soft shadow edges, fewer fireflies


def _clear(to_sun: Array, rows: int, columns: int) -> Image:
    """Radiance of the clear upper hemisphere (rows, columns, 3) on the latitude-longitude grid, without the sun."""
    emitter: Any = mi.load_dict(
        {
            "type": "sunsky",
            "sun_direction": [float(to_sun[0]), float(-to_sun[2]), float(to_sun[1])],  # its up axis is z
            "turbidity": 3.2,
            "albedo": 0.2,
            "sun_scale": 0.0,
        }
    )
    out = np.zeros((rows, columns, 3), np.float32)
    hit: Any = mi.SurfaceInteraction3f()
    for row in range(rows):
        for column in range(columns):
            x, y, z = directions(rows * 2, columns, row, column)
            hit.wi = mi.Vector3f(-float(x), float(z), -float(y))
            out[row, column] = emitter.eval(hit)
    return out


def directions(height: int, width: int, row: Any, column: Any) -> Any:
    """World direction of a pixel: the top row looks up, the middle column to +Z, right of it to -X."""
    theta = (np.asarray(row) + 0.5) / height * np.pi
    phi = np.pi - (np.asarray(column) + 0.5) / width * 2 * np.pi
    return np.stack(
        [np.sin(theta) * np.sin(phi), np.cos(theta) * np.ones_like(phi), np.sin(theta) * np.cos(phi)], axis=-1
    )


def paint_sky(to_sun: Array, rng: np.random.Generator, width: int = 4096) -> Image:
    """Radiance from all directions (width / 2, width, 3): sky, clouds, a plain ground below and the sun's disc."""
    height = width // 2
    clear = cv2.resize(_clear(to_sun, 48, 192), (width, height // 2), interpolation=cv2.INTER_CUBIC)
    row, column = np.mgrid[0 : height // 2, 0:width]
    way = directions(height, width, row, column).astype(np.float32)
    density, lit = _clouds(way, to_sun, rng)
    facing = way @ to_sun.astype(np.float32)
    horizon = clear[-int(height * 0.03)].mean(0)
    zenith_light = clear.mean((0, 1))
    bright = horizon * 0.9 + zenith_light * 1.3
    thick = np.clip(density, 0, 1)
    lining = 0.75 + 1.6 * np.exp((facing - 1) / 0.05) + 0.25 * facing
    core = (0.72 + 1.25 * lit)[..., None]
    cloud = bright * core * lining[..., None] + zenith_light * 0.25
    far = step(way[..., 1], 0.0, 0.10)
    sky: Image = mix(clear, cloud, (step(thick, 0.0, 0.55) * far * 0.92).astype(np.float32))
    full: Image = np.concatenate([sky, np.broadcast_to(horizon * 0.35, sky.shape)], 0).astype(np.float32)
    _sun(full, to_sun, zenith_light)
    return full


def _clouds(way: Image, to_sun: Array, rng: np.random.Generator) -> tuple[Image, Image]:
    """Cloud thickness and how much sun reaches it, (h, w) each, on a level layer of billows broken into wisps."""
    size, spread_m = 4096, 34000.0
    billow = noise((size, size), rng, slope=2.0, low=14)
    field = billow + 0.24 * noise((size, size), rng, slope=1.5, low=30)
    field -= 0.14 * np.abs(noise((size, size), rng, slope=1.25, low=60))
    rise = np.maximum(way[..., 1], 0.02) + 0.06

    def sample(shift_m: float) -> Image:
        u = (way[..., 0] / rise * CLOUD_BASE_M + to_sun[0] * shift_m) / spread_m + 0.37
        v = (way[..., 2] / rise * CLOUD_BASE_M + to_sun[2] * shift_m) / spread_m + 0.21
        x, y = (u * size).astype(np.float32), (v * size).astype(np.float32)
        return cv2.remap(field, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_WRAP).astype(np.float32)

    def thickness(value: Image) -> Image:
        return np.clip((value - 0.32) * 0.75, 0.0, 1.4).astype(np.float32)

    here = thickness(sample(0.0))
    before = sum(thickness(sample(shift)) for shift in (90.0, 200.0, 360.0)) / 3 + 0.35 * here
    return here, np.exp(-1.5 * before).astype(np.float32)


def _sun(full: Image, to_sun: Array, zenith_light: Image) -> None:
    """Draw the sun's disc, in place: its irradiance is set against the sky's for a clear afternoon."""
    height, width = full.shape[:2]
    row, column = np.mgrid[0 : height // 2, 0:width]
    cosine = directions(height, width, row, column) @ to_sun
    disc = step(np.degrees(np.arccos(np.clip(cosine, -1, 1))), SUN_HALF_DEG * 1.15, SUN_HALF_DEG * 0.85)
    solid = float((disc * np.sin((row + 0.5) / height * np.pi)).sum() * (np.pi / height) * (2 * np.pi / width))
    irradiance = (
        np.pi * zenith_light.mean() * 9.5 * np.array([1.10, 0.99, 0.82])
    )  # sun against sky, as photometers find it under a clear sky
    full[: height // 2] += disc[..., None].astype(np.float32) * (irradiance / solid).astype(np.float32)
