"""Daylight: one sun, one uniform sky, a ground that reflects. All irradiance is scene-linear ACEScg, plate units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from secondunit.scene.camera import Array

Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Light:
    """The light of a plate, in the units of the plate's pixels.

    Attributes:
        to_sun: unit world vector towards the sun, (3,).
        sun: irradiance on a surface that faces the sun, RGB. Zero under an overcast sky.
        sky: irradiance of the open upper hemisphere on level ground, RGB.
        ground: radiosity of the ground in full light (albedo x irradiance), RGB: what faces below receive.
        sun_known: 0 = a guess, 1 = solved or given; below 0.5 old shadows in the plate are left alone.
    """

    to_sun: tuple[float, float, float]
    sun: Colour
    sky: Colour
    ground: Colour
    sun_known: float

    def to_json(self) -> dict[str, Any]:
        """Plain values for a document."""
        return {
            "to_sun": list(self.to_sun),
            "sun": list(self.sun),
            "sky": list(self.sky),
            "ground": list(self.ground),
            "sun_known": self.sun_known,
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Light:
        """The inverse of ``to_json``."""

        def triple(name: str) -> Colour:
            return (float(value[name][0]), float(value[name][1]), float(value[name][2]))

        return cls(triple("to_sun"), triple("sun"), triple("sky"), triple("ground"), float(value["sun_known"]))


def direction_from_angles(azimuth_deg: float, elevation_deg: float) -> Array:
    """Unit vector towards azimuth/elevation, (3,).

    Convention: azimuth 0 is world +Z (towards the camera side of the main facade), 90 is world +X; elevation 90 is up.
    """
    azimuth, elevation = np.radians(azimuth_deg), np.radians(elevation_deg)
    return np.array(
        [np.cos(elevation) * np.sin(azimuth), np.sin(elevation), np.cos(elevation) * np.cos(azimuth)], dtype=float
    )
