"""Where every vertex is at a moment within the shutter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from secondunit.effects.collapse.shards import Motion, Shards
from secondunit.scene.camera import Camera

NEAR_M = 0.2  # what is nearer to the lens than this is not drawn
MOVED_M = 1e-3  # a vertex that moved less than this is where the plate shows it


@njit(cache=True, nogil=True)
def _turned(position: Any, velocity: Any, rotation: Any, spin: Any, dt: float, out_p: Any, out_r: Any) -> None:
    """Positions and rotation matrices dt seconds away, with the spin held (first-order quaternion step)."""
    for i in range(position.shape[0]):
        for k in range(3):
            out_p[i, k] = position[i, k] + dt * velocity[i, k]
        w, x, y, z = rotation[i, 0], rotation[i, 1], rotation[i, 2], rotation[i, 3]
        a, b, c = 0.5 * dt * spin[i, 0], 0.5 * dt * spin[i, 1], 0.5 * dt * spin[i, 2]
        w, x, y, z = (
            w - a * x - b * y - c * z,
            x + a * w + b * z - c * y,
            y - a * z + b * w + c * x,
            z + a * y - b * x + c * w,
        )
        n = 1.0 / np.sqrt(w * w + x * x + y * y + z * z)
        w, x, y, z = w * n, x * n, y * n, z * n
        out_r[i, 0, 0], out_r[i, 0, 1], out_r[i, 0, 2] = (
            1 - 2 * (y * y + z * z),
            2 * (x * y - w * z),
            2 * (x * z + w * y),
        )
        out_r[i, 1, 0], out_r[i, 1, 1], out_r[i, 1, 2] = (
            2 * (x * y + w * z),
            1 - 2 * (x * x + z * z),
            2 * (y * z - w * x),
        )
        out_r[i, 2, 0], out_r[i, 2, 1], out_r[i, 2, 2] = (
            2 * (x * z - w * y),
            2 * (y * z + w * x),
            1 - 2 * (x * x + y * y),
        )


class Lens(NamedTuple):
    """A camera for kernels: position (3,) m, rotation (3, 3) world to camera, focal and centre (2,) px."""

    position: Any
    rotation: Any
    focal: float
    centre: Any


def lens_of(camera: Camera) -> Lens:
    """``camera`` as plain arrays."""
    return Lens(
        np.array(camera.position_m, float), np.array(camera.rotation), camera.focal_px, np.array(camera.centre_px)
    )


@njit(cache=True, nogil=True, error_model="numpy")
def project(lens: Lens, x: float, y: float, z: float, out: Any) -> None:
    """``to_screen`` for one point."""
    x, y, z = x - lens.position[0], y - lens.position[1], z - lens.position[2]
    m = lens.rotation
    depth = -(m[2, 0] * x + m[2, 1] * y + m[2, 2] * z)
    near = max(depth, 1e-9)
    out[0] = lens.centre[0] + lens.focal * (m[0, 0] * x + m[0, 1] * y + m[0, 2] * z) / near
    out[1] = lens.centre[1] - lens.focal * (m[1, 0] * x + m[1, 1] * y + m[1, 2] * z) / near
    out[2] = 0.0 if depth < NEAR_M else 1.0 / depth


@njit(cache=True, nogil=True)
def _carry(
    local: Any, start: Any, moved: Any, position: Any, matrix: Any, lens: Lens, vertices: Any, screen: Any
) -> None:
    """Move what moved; ``vertices`` and ``screen`` hold everything at rest."""
    for i in range(position.shape[0]):
        if not moved[i]:
            continue
        for v in range(start[i], start[i + 1]):
            x, y, z = local[v, 0], local[v, 1], local[v, 2]
            for k in range(3):
                vertices[v, k] = position[i, k] + matrix[i, k, 0] * x + matrix[i, k, 1] * y + matrix[i, k, 2] * z
            project(lens, vertices[v, 0], vertices[v, 1], vertices[v, 2], screen[v])


@dataclass(frozen=True)
class Rest:
    """Everything before it moves: local (V, 3) vertices relative to their shard's centroid; vertices (V + P, 3) in the
    world and screen (V + P, 3), those of the place last; lens."""

    local: npt.NDArray[np.float32]
    vertices: npt.NDArray[np.float32]
    screen: npt.NDArray[np.float32]
    lens: Lens


class Posed:
    """All at one moment: ``vertices`` (V + P, 3) world metres, ``screen`` (V + P, 3), ``matrix`` (N, 3, 3)."""

    def __init__(
        self, shards: Shards, rest: Rest, motion: Motion, index: int, dt_s: float, moved: npt.NDArray[np.bool_]
    ) -> None:
        """Pose at frame ``index`` of the motion, ``dt_s`` seconds later; what has not ``moved`` (N,) is at rest."""
        count = len(shards)
        position, self.matrix = np.empty((count, 3), np.float32), np.empty((count, 3, 3), np.float32)
        self.vertices, self.screen = rest.vertices.copy(), rest.screen.copy()
        frame = (motion.position[index], motion.velocity[index], motion.rotation[index], motion.spin[index])
        _turned(*frame, dt_s, position, self.matrix)
        _carry(rest.local, shards.vertex_start, moved, position, self.matrix, rest.lens, self.vertices, self.screen)


@njit(cache=True, nogil=True)
def chips_at(here: Any, other: Any, part: float, radius: Any, lens: Lens, centre: Any, size: Any) -> None:
    """Chips on screen (C, 3), ``part`` of the way from ``here`` to ``other`` (C, 3), and their radii in px (C,)."""
    for i in range(len(here)):
        centre[i, 2] = 0.0
        if not np.isfinite(here[i, 0]):
            continue
        share = part if np.isfinite(other[i, 0]) else 0.0
        x = here[i, 0] + share * (other[i, 0] - here[i, 0])
        y = here[i, 1] + share * (other[i, 1] - here[i, 1])
        z = here[i, 2] + share * (other[i, 2] - here[i, 2])
        project(lens, x, y, z, centre[i])
        size[i] = radius[i] * lens.focal * centre[i, 2]


def local_vertices(shards: Shards) -> npt.NDArray[np.float32]:
    """Vertices (V, 3) relative to their shard's centroid, at rest."""
    owner = np.repeat(np.arange(len(shards)), np.diff(shards.vertex_start))
    return np.asarray(shards.vertices - shards.centroid[owner], np.float32)


def moved(shards: Shards, motion: Motion, index: int, shutter_s: float) -> npt.NDArray[np.bool_]:
    """Which shards (N,) are not where the plate shows them, at any time the shutter is open."""
    away = np.abs(motion.position[index] - motion.position[0]).max(axis=1)
    turned = np.abs(motion.rotation[index] - motion.rotation[0]).max(axis=1)
    pace = np.abs(motion.velocity[index]).max(axis=1) + np.abs(motion.spin[index]).max(axis=1)
    return np.asarray((away > MOVED_M) | (turned > MOVED_M) | (pace * shutter_s > MOVED_M), bool)


def left_by(camera: Camera, shards: Shards, motion: Motion, index: int, whole_px: float) -> npt.NDArray[np.float32]:
    """How far shards (N,) have left their place in the picture: 0 = still there, 1 = ``whole_px`` away or more."""
    before, _ = camera.project(motion.position[0])
    now, depth = camera.project(motion.position[index])
    size = np.cbrt(shards.volume) * camera.focal_px / np.maximum(depth, 0.2)
    turned = np.linalg.norm(motion.rotation[index, :, 1:], axis=1) * 2 * size  # sine of half the angle, at the rim
    away = np.linalg.norm(now - before, axis=1) + turned
    return np.asarray(np.clip(away / whole_px, 0, 1), np.float32)


@njit(cache=True, nogil=True)
def _to_screen(lens: Lens, vertices: Any, out: Any) -> None:
    for v in range(len(vertices)):
        project(lens, vertices[v, 0], vertices[v, 1], vertices[v, 2], out[v])


def to_screen(camera: Camera, vertices: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """World points (V, 3) as x, y in pixels and 1 / depth in 1/m; 0 when behind or within ``NEAR_M``."""
    out = np.empty((len(vertices), 3), np.float32)
    _to_screen(lens_of(camera), np.ascontiguousarray(vertices), out)
    return out
