"""Embree under a figure: first hits, shadows, and the soft light that reaches places from all around."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from embreex import rtcore_scene
from embreex.mesh_construction import TriangleMesh
from numba import njit

from secondunit.scene.figure.light import Lighting
from secondunit.scene.figure.parts import Array

Rays = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Hits:
    """Where rays first meet: triangle (n,) or -1, weights of its second and third corner (n,), distance (n,)."""

    triangle: npt.NDArray[np.int32]
    u: Rays
    v: Rays
    distance: Rays


class Scene:
    """Triangles to cast rays at; those of ``shade_only`` (hair's stand-in) stop light but are never seen."""

    def __init__(self, positions_m: Array, triangles: npt.NDArray[Any], shade_only: tuple[Array, Any] | None) -> None:
        self.positions = np.ascontiguousarray(positions_m, np.float32)
        self.triangles = np.ascontiguousarray(triangles, np.int32)
        self._seen = rtcore_scene.EmbreeScene()
        self._keep = [TriangleMesh(self._seen, self.positions, self.triangles)]
        self._all = self._seen
        if shade_only is not None and len(shade_only[1]):
            self._all = rtcore_scene.EmbreeScene()
            extra = np.asarray(shade_only[1], np.int32) + len(self.positions)
            points = np.concatenate([self.positions, np.asarray(shade_only[0], np.float32)])
            self._keep.append(TriangleMesh(self._all, points, np.concatenate([self.triangles, extra])))

    def first(self, origins: Rays, headings: Rays) -> Hits:
        """What is seen along each ray, (n, 3) each."""
        out = self._seen.run(origins, headings, output=True)
        return Hits(out["primID"], out["u"], out["v"], out["tfar"])

    def meets(self, origins: Rays, headings: Rays) -> tuple[npt.NDArray[np.bool_], Rays, Rays]:
        """Whether anything stands in the way, its normal (n, 3) not scaled, and its distance (n,)."""
        out = self._all.run(origins, headings, output=True)
        return out["primID"] >= 0, out["Ng"], out["tfar"]

    def clear(self, origins: Rays, headings: Rays) -> npt.NDArray[np.bool_]:
        """Whether nothing stands in the way, (n,)."""
        reach = np.full(len(origins), 10.0, np.float32)
        out: npt.NDArray[np.bool_] = np.asarray(self._all.run(origins, headings, dists=reach, query="OCCLUDED")) != 0
        return out


@njit(cache=True, nogil=True)
def gather(triangles: Any, hit: Any, u: Any, v: Any, values: Any, out: Any) -> None:
    """Values at vertices (m, k) carried to hits (n, k)."""
    for i in range(len(hit)):
        if hit[i] < 0:
            continue
        a, b, c = triangles[hit[i], 0], triangles[hit[i], 1], triangles[hit[i], 2]
        w = 1.0 - u[i] - v[i]
        for k in range(values.shape[1]):
            out[i, k] = w * values[a, k] + u[i] * values[b, k] + v[i] * values[c, k]


@njit(cache=True, nogil=True)
def harmonics(d: Any, out: Any) -> None:
    """The first nine real spherical harmonics of unit vectors (n, 3)."""
    for i in range(len(d)):
        x, y, z = d[i, 0], d[i, 1], d[i, 2]
        out[i, 0] = 0.282095
        out[i, 1] = 0.488603 * y
        out[i, 2] = 0.488603 * z
        out[i, 3] = 0.488603 * x
        out[i, 4] = 1.092548 * x * y
        out[i, 5] = 1.092548 * y * z
        out[i, 6] = 0.315392 * (3 * z * z - 1)
        out[i, 7] = 1.092548 * x * z
        out[i, 8] = 0.546274 * (x * x - y * y)


COSINE = np.array([np.pi] + [2 * np.pi / 3] * 3 + [np.pi / 4] * 5, np.float32)  # Ramamoorthi and Hanrahan 2001


@njit(cache=True, nogil=True)
def around(image: Any, d: Any, out: Any) -> None:
    """Radiance (n, 3) of the surrounding picture along unit vectors (n, 3); bilinear."""
    rows, columns = image.shape[0], image.shape[1]
    for i in range(len(d)):
        x = (np.arctan2(d[i, 0], d[i, 2]) / (2 * np.pi) + 0.5) * columns - 0.5
        y = (0.5 - np.arcsin(min(1.0, max(-1.0, d[i, 1]))) / np.pi) * rows - 0.5
        y = min(max(y, 0.0), rows - 1.001)
        x0, y0 = int(np.floor(x)), int(y)
        fx, fy = x - x0, y - y0
        for k in range(3):
            top = image[y0, x0 % columns, k] * (1 - fx) + image[y0, (x0 + 1) % columns, k] * fx
            low = image[y0 + 1, x0 % columns, k] * (1 - fx) + image[y0 + 1, (x0 + 1) % columns, k] * fx
            out[i, k] = top * (1 - fy) + low * fy


@njit(cache=True, nogil=True)
def _spread(normals: Any, uv: Any, out: Any) -> None:
    """A heading over the whole sphere tilted to each normal: cosine-weighted by two numbers 0..1."""
    for i in range(len(normals)):
        r, turn = np.sqrt(uv[i, 0]), 2 * np.pi * uv[i, 1]
        z = np.sqrt(1 - uv[i, 0])
        nx, ny, nz = normals[i, 0], normals[i, 1], normals[i, 2]
        sign = 1.0 if nz >= 0 else -1.0
        a = -1.0 / (sign + nz)
        b = nx * ny * a
        x, y = r * np.cos(turn), r * np.sin(turn)
        out[i, 0] = x * (1 + sign * nx * nx * a) + y * b + z * nx
        out[i, 1] = x * sign * b + y * (sign + ny * ny * a) + z * ny
        out[i, 2] = -x * sign * nx - y * ny + z * nz


def incoming(scene: Scene, points: Rays, normals: Rays, light: Lighting, rays: int, rng: np.random.Generator) -> Rays:
    """Soft light at places, (n, 9, 3): spherical harmonics of what arrives, lamps left out, one bounce guessed.

    Rays start cosine-weighted about the normal; what arrives from behind it is taken as nothing.
    """
    out = np.zeros((len(points), 9, 3), np.float32)
    ambient = light.around.reshape(-1, 3).mean(0)
    bounce = np.array([0.36, 0.22, 0.17], np.float32)  # of skin, mid-tone
    start = points + normals * 0.0006
    offset = rng.random((len(points), 2)).astype(np.float32)
    golden = np.array([0.7548776662, 0.5698402910], np.float32)  # the plane's most even sequence (Roberts 2018)
    heading, basis, colour = np.empty_like(points), np.empty((len(points), 9), np.float32), np.empty_like(points)
    for number in range(rays):
        _spread(normals, (offset + golden * (number + 1)) % 1.0, heading)
        blocked, facing, _ = scene.meets(start, heading)
        around(light.around, heading, colour)
        if blocked.any():
            back = facing[blocked]
            back /= np.linalg.norm(back, axis=1, keepdims=True) + 1e-12
            back *= -np.sign((back * heading[blocked]).sum(1, keepdims=True))
            lit = np.broadcast_to(ambient * 0.55, back.shape).copy()
            for lamp in light.lamps:
                facing_lamp = np.clip(back @ np.array(lamp.towards, np.float32), 0, 1)[:, None]
                lit += 0.5 * facing_lamp * np.array(lamp.irradiance, np.float32) / np.pi
            colour[blocked] = bounce * lit
        harmonics(heading, basis)
        weight = np.pi / np.maximum((heading * normals).sum(1), 0.12) / rays  # one over the sampling density
        out += basis[:, :, None] * (colour * weight[:, None])[:, None, :]
    return out
