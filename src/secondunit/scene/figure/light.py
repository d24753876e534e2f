"""What lights a figure: a soft surrounding picture and a few lamps or windows far away. Linear, Rec.709 primaries."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from secondunit.scene.figure.parts import Array

Image = npt.NDArray[np.float32]
ROWS = 64  # of the surrounding picture, latitude; twice as many columns


@dataclass(frozen=True)
class Lamp:
    """A round light at infinity.

    Attributes:
        towards: unit vector to its middle, (3,).
        radius_rad: half of its width; 0.0047 is the sun, 0.3 a window near by.
        irradiance: on a surface that faces it, linear RGB.
    """

    towards: tuple[float, float, float]
    radius_rad: float
    irradiance: tuple[float, float, float]


@dataclass(frozen=True)
class Lighting:
    """All the light: ``around`` (64, 128, 3) radiance by latitude (row 0 is up) and longitude, without the lamps."""

    around: Image
    lamps: tuple[Lamp, ...] = field(default=())


def towards(yaw_deg: float, pitch_deg: float) -> tuple[float, float, float]:
    """Unit vector; yaw 0 is +z (before the face), 90 is +x; pitch is up."""
    yaw, pitch = np.radians([yaw_deg, pitch_deg])
    x, y, z = np.cos(pitch) * np.sin(yaw), np.sin(pitch), np.cos(pitch) * np.cos(yaw)
    return float(x), float(y), float(z)


def directions(rows: int = ROWS) -> Array:
    """Unit vectors (rows, 2 rows, 3) of the surrounding picture's pixels; column 0 is -z, the middle +z."""
    pitch = np.pi / 2 - (np.arange(rows) + 0.5) / rows * np.pi
    yaw = (np.arange(2 * rows) + 0.5) / rows * np.pi - np.pi
    pitch, yaw = np.meshgrid(pitch, yaw, indexing="ij")
    return np.stack([np.cos(pitch) * np.sin(yaw), np.sin(pitch), np.cos(pitch) * np.cos(yaw)], axis=-1)


def kelvin(temperature_k: float) -> Array:
    """Colour (3,) of a black body over that of 6500 K, brightness kept (fit of Krystek 1985 to CIE xy, Rec.709)."""

    def rgb(t: float) -> Array:
        u = (0.860117757 + 1.54118254e-4 * t + 1.28641212e-7 * t * t) / (1 + 8.42420235e-4 * t + 7.08145163e-7 * t * t)
        v = (0.317398726 + 4.22806245e-5 * t + 4.20481691e-8 * t * t) / (1 - 2.89741816e-5 * t + 1.61456053e-7 * t * t)
        x, y = 3 * u / (2 * u - 8 * v + 4), 2 * v / (2 * u - 8 * v + 4)
        matrix = [[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]]
        colour: Array = np.clip(np.array(matrix) @ np.array([x / y, 1, (1 - x - y) / y]), 0.02, None)
        return colour

    colour = rgb(temperature_k) / rgb(6500.0)
    out: Array = colour / (colour @ [0.2126, 0.7152, 0.0722])
    return out


def _glow(around: Array, aim: tuple[float, float, float], width_rad: float, colour: Array) -> Array:
    """A soft patch of light on the surrounding picture."""
    angle = np.arccos(np.clip(directions() @ np.array(aim), -1, 1))
    out: Array = around + np.exp(-((angle / width_rad) ** 2))[..., None] * colour
    return out


def _room(rng: np.random.Generator, level: float) -> Array:
    """Walls, ceiling and floor of some colour, brighter in places."""
    up = directions()[..., 1]
    tint = np.exp(rng.normal(0, 0.12, 3))
    floor = tint * np.exp(rng.normal(0, 0.18, 3)) * rng.uniform(0.15, 0.6)
    base = np.where(up[..., None] > 0, 0.8 + 0.4 * up[..., None], 1.0) * tint
    base = base * np.clip(0.5 + 2 * up, 0, 1)[..., None] + floor * np.clip(0.5 - 2 * up, 0, 1)[..., None]
    for _ in range(rng.integers(2, 5)):
        aim = towards(rng.uniform(-180, 180), rng.uniform(-30, 60))
        base = _glow(base, aim, rng.uniform(0.2, 0.9), np.exp(rng.normal(0, 0.15, 3)) * rng.uniform(-0.5, 1.8))
    out: Array = np.clip(base, 0.02, None) * level
    return out


KINDS = ("window", "overcast", "studio", "practical", "sun", "shade", "flat")


def sample(rng: np.random.Generator, kind: str | None = None) -> tuple[Lighting, str]:
    """Some light as productions use it, exposed so that a grey card facing the camera is near 0.18 to 0.3.

    Args:
        rng: of the choice; the same state gives the same light.
        kind: one of ``KINDS``, or None for any.
    """
    kind = kind or str(rng.choice(KINDS, p=[0.24, 0.12, 0.22, 0.12, 0.12, 0.1, 0.08]))
    side = float(rng.choice([-1, 1]))
    lamps: list[Lamp] = []
    tint = kelvin(rng.uniform(5000, 7500))

    def lamp(yaw: float, pitch: float, radius: float, colour: Array, level: float) -> None:
        red, green, blue = (colour * level).tolist()
        lamps.append(Lamp(towards(yaw, pitch), radius, (red, green, blue)))

    if kind == "window":
        around = _room(rng, rng.uniform(0.10, 0.35)) * tint
        lamp(side * rng.uniform(25, 85), rng.uniform(0, 30), rng.uniform(0.25, 0.5), tint, rng.uniform(1.4, 2.8))
    elif kind == "overcast":
        up = directions()[..., 1:2]
        around = np.where(up > 0, 0.45 + 0.9 * up, 0.18 + 0.0 * up) * kelvin(rng.uniform(6200, 8500))
        around = _glow(around, towards(side * rng.uniform(0, 90), rng.uniform(30, 70)), 0.7, tint * 0.6)
    elif kind == "studio":
        around = _room(rng, rng.uniform(0.05, 0.25)) * tint
        lamp(side * rng.uniform(20, 60), rng.uniform(10, 45), rng.uniform(0.15, 0.4), tint, rng.uniform(1.8, 2.8))
        lamp(-side * rng.uniform(20, 70), rng.uniform(-5, 25), rng.uniform(0.25, 0.5), tint, rng.uniform(0.2, 1.0))
        if rng.random() < 0.6:
            lamp(-side * rng.uniform(120, 165), rng.uniform(10, 45), 0.2, tint, rng.uniform(0.8, 3.0))
    elif kind == "practical":
        warm = kelvin(rng.uniform(2700, 3900))
        around = _room(rng, rng.uniform(0.10, 0.3)) * kelvin(rng.uniform(3200, 6000))
        lamp(side * rng.uniform(10, 75), rng.uniform(5, 55), rng.uniform(0.08, 0.3), warm, rng.uniform(1.2, 2.2))
        lamp(
            -side * rng.uniform(40, 140), rng.uniform(0, 40), 0.2, kelvin(rng.uniform(3000, 8000)), rng.uniform(0.1, 1)
        )
    elif kind == "sun":
        up = directions()[..., 1:2]
        around = np.where(up > 0, 0.25 + 0.2 * up, 0.30 * np.exp(rng.normal(0, 0.2))) * kelvin(rng.uniform(7000, 11000))
        around = np.where(up > 0, around, around * [1.15, 1.0, 0.8])
        lamp(
            side * rng.uniform(15, 110), rng.uniform(15, 60), 0.012, kelvin(rng.uniform(4300, 5600)), rng.uniform(2, 3)
        )
    elif kind == "shade":
        up = directions()[..., 1:2]
        around = np.where(up > 0, 0.25 + 0.5 * up, 0.35) * kelvin(rng.uniform(6500, 9000))
        around = _glow(around, towards(side * rng.uniform(20, 110), rng.uniform(0, 40)), 0.8, tint * 1.2)
    else:
        around = np.full((ROWS, 2 * ROWS, 3), rng.uniform(0.3, 0.6)) * tint
        lamp(side * rng.uniform(0, 15), rng.uniform(5, 25), rng.uniform(0.2, 0.45), tint, rng.uniform(1.0, 1.8))
    around = np.broadcast_to(around, (ROWS, 2 * ROWS, 3)).astype(np.float32)
    return Lighting(around, tuple(lamps)), kind
