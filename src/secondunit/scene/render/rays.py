"""Rays against triangles: is the sun seen from here, how much of the sky? Embree does the tracing."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from embreex import rtcore_scene
from embreex.mesh_construction import TriangleMesh
from numba import njit

Points = npt.NDArray[np.float32]
SUN_RADIUS_RAD = 0.00465  # half of the sun's mean angular diameter, 0.533 deg (Allen's Astrophysical Quantities)


class Occluder:
    """Triangles that stand in the way of light, fixed at one moment."""

    def __init__(self, vertices: npt.NDArray[Any], triangles: npt.NDArray[Any]) -> None:
        """Take vertices (V, 3) in world metres and triangles (T, 3)."""
        self._empty = len(triangles) == 0
        if not self._empty:
            self._scene = rtcore_scene.EmbreeScene()
            self._mesh = TriangleMesh(self._scene, np.asarray(vertices, np.float32), np.asarray(triangles, np.int32))

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


@njit(cache=True, nogil=True)
def _across(x: float, y: float, z: float) -> tuple[float, float, float, float, float, float]:
    """Two unit vectors across a unit vector (Duff et al. 2017, "Building an Orthonormal Basis, Revisited")."""
    sign = np.copysign(1.0, z)
    a = -1.0 / (sign + z)
    b = x * y * a
    return 1.0 + sign * x * x * a, sign * b, -sign * x, b, sign + y * y * a, -y


@njit(cache=True, nogil=True)
def _around_axis(axis: Any, u: float, v: float, radius: float, rise: float, out: Any) -> None:
    """``rise`` along a unit axis (3,) and ``radius`` across it, at the angle of v in 0..1; u spreads over the disc."""
    ax, ay, az, bx, by, bz = _across(axis[0], axis[1], axis[2])
    c, s = radius * np.sqrt(u) * np.cos(2 * np.pi * v), radius * np.sqrt(u) * np.sin(2 * np.pi * v)
    out[0] = rise * axis[0] + c * ax + s * bx
    out[1] = rise * axis[1] + c * ay + s * by
    out[2] = rise * axis[2] + c * az + s * bz


@njit(cache=True, nogil=True)
def _around_sun(axis: Any, u: Any, v: Any, out: Any) -> None:
    for i in range(len(u)):
        _around_axis(axis, u[i], v[i], SUN_RADIUS_RAD, 1.0, out[i])


@njit(cache=True, nogil=True)
def _over_hemisphere(normals: Any, u: Any, v: Any, out: Any) -> None:
    for i in range(len(u)):
        _around_axis(normals[i], u[i], v[i], 1.0, np.sqrt(max(0.0, 1.0 - u[i])), out[i])


def around_sun(to_sun: npt.ArrayLike, u: Points, v: Points) -> Points:
    """Directions (R, 3) spread over the sun's disc by u, v (R,) in 0..1."""
    out = np.empty((len(u), 3), np.float32)
    _around_sun(np.asarray(to_sun, np.float32), u, v, out)
    return out


def over_hemisphere(normals: Points, u: Points, v: Points) -> Points:
    """Cosine-weighted directions (R, 3) about normals (R, 3)."""
    out = np.empty((len(u), 3), np.float32)
    _over_hemisphere(normals, u, v, out)
    return out
