"""Drawn people: who they are is a row of numbers, how they are photographed another. Nobody real is meant.

For tests and demonstrations of what finds and tells faces: no picture of a real person stands in the repository.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from secondunit.testing.heads.draw import cast

Codes = npt.NDArray[np.uint8]
Rgb = tuple[float, float, float]


@dataclass(frozen=True)
class Person:
    """Somebody drawn. Shapes are factors of an average or lengths in half head heights; colours scene-linear sRGB."""

    width: float = 1.0
    jaw: float = 1.0
    chin: float = 1.0
    cheek: float = 1.0
    eye_apart: float = 0.265
    eye_height: float = 0.06
    eye_size: float = 1.0
    brow: float = 1.0
    nose_length: float = 1.0
    nose_width: float = 1.0
    nose_bridge: float = 1.0
    mouth_width: float = 0.25
    lips: float = 1.0
    mouth_height: float = -0.56
    forehead: float = 1.0
    hair_length: float = 0.0
    hair_line: float = 0.62
    hair_volume: float = 1.0
    ears: float = 1.0
    neck: float = 1.0
    skin_rgb: Rgb = (0.50, 0.28, 0.19)
    hair_rgb: Rgb = (0.045, 0.026, 0.016)
    iris_rgb: Rgb = (0.10, 0.06, 0.035)
    lips_rgb: Rgb = (0.42, 0.13, 0.11)
    brows: float = 1.0
    beard: float = 0.0
    cloth_rgb: Rgb = (0.05, 0.07, 0.10)


@dataclass(frozen=True)
class Setup:
    """How somebody is photographed: the head's turn, the light, the framing."""

    yaw_deg: float = 0.0
    pitch_deg: float = 0.0
    roll_deg: float = 0.0
    smile: float = 0.2
    light_azimuth_deg: float = 35.0
    light_elevation_deg: float = 35.0
    light_stops: float = 0.0
    sky: float = 0.42
    warmth: float = 0.0
    view: float = 3.6


CAST: dict[str, Person] = {  # from lots: those the recogniser holds farthest apart: by 0.37 and more
    "ada": Person(
        width=1.08, jaw=0.77, chin=0.89, cheek=1.04, eye_apart=0.285, eye_height=0.067, eye_size=1.12, brow=0.66,
        nose_length=1.28, nose_width=0.95, nose_bridge=1.7, mouth_width=0.24, lips=1.5, mouth_height=-0.60,
        forehead=0.98, hair_length=1.05, hair_line=0.72, hair_volume=1.08, ears=1.03, neck=0.86,
        skin_rgb=(0.22, 0.11, 0.07), hair_rgb=(0.012, 0.009, 0.008), iris_rgb=(0.04, 0.02, 0.012),
        lips_rgb=(0.19, 0.046, 0.034), brows=0.72, cloth_rgb=(0.20, 0.045, 0.05),
    ),
    "bram": Person(
        width=0.97, jaw=1.18, chin=1.33, cheek=1.05, eye_apart=0.292, eye_height=0.11, eye_size=0.80, brow=1.38,
        nose_length=0.77, nose_width=1.1, nose_bridge=1.77, mouth_width=0.28, lips=1.1, mouth_height=-0.60,
        forehead=1.10, hair_line=0.87, hair_volume=0.6, neck=1.10, skin_rgb=(0.64, 0.42, 0.33),
        hair_rgb=(0.16, 0.075, 0.03), iris_rgb=(0.09, 0.16, 0.24), lips_rgb=(0.52, 0.19, 0.17), brows=0.8,
        cloth_rgb=(0.05, 0.07, 0.10),
    ),
    "chen": Person(
        width=1.06, jaw=0.77, chin=1.17, cheek=1.30, eye_apart=0.29, eye_height=0.016, eye_size=0.80, brow=0.74,
        nose_length=1.16, nose_width=1.45, nose_bridge=0.44, mouth_width=0.25, lips=1.09, mouth_height=-0.58,
        forehead=1.07, hair_length=0.78, hair_line=0.595, hair_volume=1.37, neck=0.86, skin_rgb=(0.58, 0.37, 0.25),
        hair_rgb=(0.012, 0.009, 0.008), iris_rgb=(0.04, 0.022, 0.014), lips_rgb=(0.50, 0.15, 0.13), brows=0.87,
        cloth_rgb=(0.10, 0.14, 0.12),
    ),
    "dov": Person(
        width=0.92, jaw=0.97, chin=0.95, cheek=0.96, eye_apart=0.255, eye_height=0.08, eye_size=1.15, brow=1.15,
        nose_length=0.80, nose_width=1.45, nose_bridge=1.46, mouth_width=0.30, lips=0.70, mouth_height=-0.54,
        forehead=0.97, hair_line=0.61, hair_volume=0.35, neck=1.05, skin_rgb=(0.50, 0.31, 0.20),
        hair_rgb=(0.012, 0.009, 0.008), iris_rgb=(0.10, 0.06, 0.035), lips_rgb=(0.40, 0.14, 0.11), brows=1.42,
        beard=0.9, cloth_rgb=(0.16, 0.14, 0.10),
    ),
    "efe": Person(
        width=0.99, jaw=1.02, chin=1.0, cheek=1.2, eye_apart=0.25, eye_height=0.11, eye_size=1.12, brow=1.44,
        nose_length=1.11, nose_width=1.6, nose_bridge=1.59, mouth_width=0.29, lips=1.4, mouth_height=-0.61,
        forehead=1.10, hair_line=0.92, hair_volume=0.8, ears=0.83, neck=1.02, skin_rgb=(0.20, 0.10, 0.06),
        hair_rgb=(0.38, 0.37, 0.35), iris_rgb=(0.05, 0.028, 0.016), lips_rgb=(0.19, 0.06, 0.05), brows=0.9,
        beard=0.35, cloth_rgb=(0.04, 0.11, 0.13),
    ),
    "finn": Person(
        width=1.09, jaw=1.02, chin=1.6, cheek=0.94, eye_apart=0.295, eye_height=0.04, eye_size=0.80, brow=1.83,
        nose_length=0.85, nose_width=1.4, nose_bridge=1.94, mouth_width=0.23, lips=0.91, mouth_height=-0.55,
        forehead=1.12, hair_volume=0.0, ears=1.14, neck=1.11, skin_rgb=(0.62, 0.40, 0.31),
        hair_rgb=(0.30, 0.27, 0.23), iris_rgb=(0.09, 0.16, 0.24), lips_rgb=(0.48, 0.20, 0.17), brows=1.4,
        cloth_rgb=(0.30, 0.22, 0.08),
    ),
}  # fmt: skip

DAYLIGHT = Setup()


def picture(person: Person, setup: Setup = DAYLIGHT, *, size_px: int = 320, rays: int = 2) -> Codes:
    """A portrait: (size_px, size_px, 3) sRGB codes. The same numbers give the same picture.

    Args:
        person: who; see ``CAST``.
        setup: how they sit and are lit.
        size_px: side of the picture; a face is about 0.43 of it wide.
        rays: for a pixel, along each side; 1 is quick and jagged.
    """
    return _picture(person, setup, size_px, rays).copy()


@functools.lru_cache(maxsize=128)
def _picture(person: Person, setup: Setup, size_px: int, rays: int) -> Codes:
    layer = np.zeros((size_px * rays, size_px * rays, 4))
    cast(_shape(person, setup), _paint(person), _turn(setup), _light(setup), np.array([setup.view, 0.0, -0.22]), layer)
    behind = _background(size_px * rays)
    linear = layer[..., :3] * layer[..., 3:] + behind * (1 - layer[..., 3:])
    linear = linear.reshape(size_px, rays, size_px, rays, 3).mean(axis=(1, 3))
    shown = linear * (1 + linear / 9) / (1 + linear)  # Reinhard et al. 2002, equation 4, white at 3
    shown = np.clip(shown * 1.45, 0, 1)
    codes = np.where(shown <= 0.0031308, 12.92 * shown, 1.055 * shown ** (1 / 2.4) - 0.055)  # IEC 61966-2-1
    noise = np.random.default_rng(7).normal(0, 0.006, codes.shape)  # a camera's; a clean render looks like wax
    shown_codes: Codes = np.clip((codes + noise) * 255 + 0.5, 0, 255).astype(np.uint8)
    return shown_codes


def _shape(person: Person, setup: Setup) -> npt.NDArray[np.float64]:
    one = person
    return np.array(
        [
            one.width,
            one.jaw,
            one.chin,
            one.cheek,
            one.eye_apart,
            one.eye_height,
            one.eye_size,
            one.brow,
            one.nose_length,
            one.nose_width,
            one.nose_bridge,
            one.mouth_width,
            one.lips,
            one.mouth_height,
            one.forehead,
            one.hair_length,
            one.hair_line,
            one.hair_volume,
            one.ears,
            one.neck,
            setup.smile,
        ]
    )


def _paint(person: Person) -> npt.NDArray[np.float64]:
    colours = (person.skin_rgb, person.hair_rgb, person.iris_rgb, person.lips_rgb)
    return np.array([*(value for rgb in colours for value in rgb), person.brows, person.beard, *person.cloth_rgb])


def _turn(setup: Setup) -> npt.NDArray[np.float64]:
    """World to head."""
    yaw, pitch, roll = np.radians([setup.yaw_deg, setup.pitch_deg, setup.roll_deg])
    cy, sy, cp, sp, cr, sr = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch), np.cos(roll), np.sin(roll)
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_x = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    about_z = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    return np.ascontiguousarray((about_y @ about_x @ about_z).T)


def _light(setup: Setup) -> npt.NDArray[np.float64]:
    azimuth, elevation = np.radians([setup.light_azimuth_deg, setup.light_elevation_deg])
    towards = (np.sin(azimuth) * np.cos(elevation), np.sin(elevation), np.cos(azimuth) * np.cos(elevation))
    strength = 1.15 * 2.0**setup.light_stops
    warm = np.array([1.04 + 0.2 * setup.warmth, 1.0, 0.95 - 0.25 * setup.warmth]) * strength
    return np.array([*towards, *warm, setup.sky * 2.0**setup.light_stops, -0.35 if azimuth > 0 else 0.35])


def _background(size_px: int) -> npt.NDArray[np.float64]:
    y, x = np.mgrid[0:size_px, 0:size_px] / size_px
    glow = np.exp(-((x - 0.35) ** 2 + (y - 0.35) ** 2) / 0.18)
    cool: npt.NDArray[np.float64] = (0.045 + 0.13 * glow)[..., None] * np.array([0.92, 1.0, 1.12])
    return cool
