"""The pinhole camera.

Convention: a camera looks along its own -Z with +Y up and +X right (as USD and glTF have it). Pixels have their origin
at the top left of the picture and their centres at half-integers. Angles in names end in ``_deg``, lengths in ``_m``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Camera:
    """A pinhole camera in the world.

    Attributes:
        width_px: picture width.
        height_px: picture height.
        focal_px: focal length in pixels (square pixels).
        centre_px: principal point (x, y).
        position_m: where the camera stands, (3,).
        rotation: world to camera, (3, 3); its rows are the camera's right, up and backward axes in the world.
    """

    width_px: int
    height_px: int
    focal_px: float
    centre_px: tuple[float, float]
    position_m: tuple[float, float, float]
    rotation: tuple[tuple[float, float, float], ...]

    def project(self, points_m: npt.ArrayLike) -> tuple[Array, Array]:
        """World points (..., 3) to pixels (..., 2) and depth along the view axis (...,) in metres.

        Points behind the camera get a depth at or below 0; their pixels mean nothing.
        """
        local = (np.asarray(points_m, float) - np.asarray(self.position_m)) @ np.asarray(self.rotation).T
        depth = -local[..., 2]
        safe = np.where(np.abs(depth) < 1e-9, 1e-9, depth)
        x = self.centre_px[0] + self.focal_px * local[..., 0] / safe
        y = self.centre_px[1] - self.focal_px * local[..., 1] / safe
        return np.stack([x, y], axis=-1), depth

    def rays(self, pixels: npt.ArrayLike) -> Array:
        """Unit world directions (..., 3) through pixels (..., 2)."""
        pixel = np.asarray(pixels, float)
        local = np.stack(
            [
                (pixel[..., 0] - self.centre_px[0]) / self.focal_px,
                -(pixel[..., 1] - self.centre_px[1]) / self.focal_px,
                -np.ones(pixel.shape[:-1]),
            ],
            axis=-1,
        )
        world: Array = local @ np.asarray(self.rotation)
        world /= np.linalg.norm(world, axis=-1, keepdims=True)
        return world

    def scaled(self, width_px: int, height_px: int) -> Camera:
        """The same camera for the same picture at another size (the aspect must match to a pixel)."""
        factor = width_px / self.width_px
        centre = (self.centre_px[0] * factor, self.centre_px[1] * height_px / self.height_px)
        return Camera(width_px, height_px, self.focal_px * factor, centre, self.position_m, self.rotation)

    def to_json(self) -> dict[str, Any]:
        """Plain values for a document."""
        return {
            "width_px": self.width_px,
            "height_px": self.height_px,
            "focal_px": self.focal_px,
            "centre_px": list(self.centre_px),
            "position_m": list(self.position_m),
            "rotation": [list(row) for row in self.rotation],
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Camera:
        """The inverse of ``to_json``."""
        return cls(
            width_px=int(value["width_px"]),
            height_px=int(value["height_px"]),
            focal_px=float(value["focal_px"]),
            centre_px=(float(value["centre_px"][0]), float(value["centre_px"][1])),
            position_m=(float(value["position_m"][0]), float(value["position_m"][1]), float(value["position_m"][2])),
            rotation=tuple((float(row[0]), float(row[1]), float(row[2])) for row in value["rotation"]),
        )


def look_at(
    position_m: npt.ArrayLike, target_m: npt.ArrayLike, *, focal_px: float, width_px: int, height_px: int
) -> Camera:
    """A level camera at ``position_m`` (3,) that looks at ``target_m`` (3,), world +Y up in the picture."""
    position = np.asarray(position_m, float)
    back = position - np.asarray(target_m, float)
    back /= np.linalg.norm(back)
    right = np.cross([0.0, 1.0, 0.0], back)
    right /= np.linalg.norm(right)
    up = np.cross(back, right)
    rows = tuple((float(axis[0]), float(axis[1]), float(axis[2])) for axis in (right, up, back))
    x, y, z = (float(value) for value in position)
    return Camera(width_px, height_px, focal_px, (width_px / 2, height_px / 2), (x, y, z), rows)
