"""Rays against triangles: is the sun seen from here, how much of the sky? Embree does the tracing."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from embreex import rtcore_scene
from embreex.mesh_construction import TriangleMesh

Points = npt.NDArray[np.float32]
SUN_RADIUS_RAD = 0.00465  # half of the sun's mean angular diameter, 0.533 deg (Allen's Astrophysical Quantities)


class Occluder:
    """Triangles that stand in the way of light, fixed at one moment."""

    def __init__(self, vertices: npt.NDArray[Any], triangles: npt.NDArray[Any]) -> None:
        """Take vertices (V, 3) in world metres and triangles (T, 3)."""
        self._empty = len(triangles) == 0
        if not self._empty:
            self._scene = rtcore_scene.EmbreeScene()
            self._mesh = TriangleMesh(self._scene, np.asarray(vertices, np.float32)[np.asarray(triangles, np.int64)])

    def blocked(self, origins: Points, directions: Points, reach_m: float = 1e5) -> npt.NDArray[np.bool_]:
        """Whether something stands within ``reach_m`` along each ray, (R,)."""
        if self._empty or not len(origins):
            return np.zeros(len(origins), bool)
        reach = np.full(len(origins), reach_m, np.float32)
        hit = self._scene.run(origins, directions, dists=reach, query="OCCLUDED")
        blocked: npt.NDArray[np.bool_] = np.asarray(hit) == 0
        return blocked


@lru_cache(maxsize=64)
def pixel_noise(shape: tuple[int, ...], salt: int) -> npt.NDArray[np.float32]:
    """Interleaved gradient noise (H, W) in 0..1 (Jimenez 2014): near pixels get values far apart."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]]
    value = 52.9829189 * ((0.06711056 * (x + 5.588238 * salt) + 0.00583715 * (y + 5.588238 * salt)) % 1.0)
    noise = np.asarray(value % 1.0, np.float32)
    noise.flags.writeable = False
    return noise


def around_sun(to_sun: npt.ArrayLike, u: Points, v: Points) -> Points:
    """Directions (R, 3) spread over the sun's disc by u, v (R,) in 0..1."""
    axis = np.asarray(to_sun, np.float32)
    side, up = _frame(axis[None])
    radius, angle = SUN_RADIUS_RAD * np.sqrt(u), 2 * np.pi * v
    spread = side * (radius * np.cos(angle))[:, None] + up * (radius * np.sin(angle))[:, None]
    return np.asarray(axis + spread, np.float32)


def over_hemisphere(normals: Points, u: Points, v: Points) -> Points:
    """Cosine-weighted directions (R, 3) about normals (R, 3)."""
    side, up = _frame(normals)
    radius, angle = np.sqrt(u), 2 * np.pi * v
    flat = side * (radius * np.cos(angle))[:, None] + up * (radius * np.sin(angle))[:, None]
    return np.asarray(flat + normals * np.sqrt(np.maximum(0, 1 - u))[:, None], np.float32)


def _frame(normal: Points) -> tuple[Points, Points]:
    """Two unit vectors across each normal (Duff et al. 2017, "Building an Orthonormal Basis, Revisited")."""
    x, y, z = normal[:, 0], normal[:, 1], normal[:, 2]
    sign = np.copysign(np.float32(1), z)
    a = -1 / (sign + z)
    b = x * y * a
    first = np.stack([1 + sign * x * x * a, sign * b, -sign * x], axis=-1)
    return first, np.stack([b, sign + y * y * a, -y], axis=-1)
