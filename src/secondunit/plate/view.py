"""A levelled view of a street: the camera before anything gives it a place and a scale.

The world here is level: +Y up, the camera at the origin, looking towards -Z turned by pitch and roll alone. A level
direction of angle ``theta`` is (cos theta, 0, sin theta).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from secondunit.scene.camera import Array, Camera


@dataclass(frozen=True)
class View:
    """A levelled camera at the origin.

    Attributes:
        width_px, height_px: size of the picture.
        focal_px: focal length.
        pitch: upwards, radians.
        roll: of the camera, counter-clockwise, radians.
    """

    width_px: int
    height_px: int
    focal_px: float
    pitch: float = 0.0
    roll: float = 0.0

    @property
    def rotation(self) -> Array:
        """World to camera (3, 3): rows are the camera's right, up and back."""
        sp, cp, sr, cr = np.sin(self.pitch), np.cos(self.pitch), np.sin(self.roll), np.cos(self.roll)
        right, up = np.array([1.0, 0, 0]), np.array([0, cp, sp])
        return np.stack([cr * right + sr * up, cr * up - sr * right, np.array([0, -sp, cp])])

    @property
    def camera(self) -> Camera:
        """As a ``Camera`` at the origin."""
        rows = tuple((float(row[0]), float(row[1]), float(row[2])) for row in self.rotation)
        centre = (self.width_px / 2, self.height_px / 2)
        return Camera(self.width_px, self.height_px, self.focal_px, centre, (0.0, 0.0, 0.0), rows)

    def vanishing(self, directions: Array) -> Array:
        """Homogeneous pixels (..., 3) where lines along world ``directions`` (..., 3) meet."""
        local = directions @ self.rotation.T
        depth = -local[..., 2]
        x = self.focal_px * local[..., 0] + self.width_px / 2 * depth
        y = -self.focal_px * local[..., 1] + self.height_px / 2 * depth
        return np.stack([x, y, depth], axis=-1)

    def bearing(self, pixels: Array) -> Array:
        """(..., 2) of pixels (..., 2): azimuth to the right of -Z in radians, and the tangent of the elevation."""
        ray = self.camera.rays(pixels)
        level = np.hypot(ray[..., 0], ray[..., 2])
        return np.stack([np.arctan2(ray[..., 0], -ray[..., 2]), ray[..., 1] / level], axis=-1)

    def pixels(self, azimuth: Array, tangent: Array) -> Array:
        """The inverse of ``bearing``: pixels (..., 2)."""
        azimuth, tangent = np.broadcast_arrays(azimuth, tangent)
        return self.camera.project(np.stack([np.sin(azimuth), tangent, -np.cos(azimuth)], axis=-1))[0]


def level(theta: Array | float) -> Array:
    """Unit directions (..., 3) of level angles (...)."""
    theta = np.asarray(theta, float)
    return np.asarray(np.stack([np.cos(theta), np.zeros_like(theta), np.sin(theta)], axis=-1))
