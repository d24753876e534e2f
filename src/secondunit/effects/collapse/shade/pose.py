"""Where every vertex is at a moment within the shutter."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from secondunit.effects.collapse.shards import Motion, Shards
from secondunit.scene.camera import Camera

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


@njit(cache=True, nogil=True)
def _carry(local: Any, start: Any, position: Any, matrix: Any, out: Any) -> None:
    for i in range(position.shape[0]):
        for v in range(start[i], start[i + 1]):
            x, y, z = local[v, 0], local[v, 1], local[v, 2]
            for k in range(3):
                out[v, k] = position[i, k] + matrix[i, k, 0] * x + matrix[i, k, 1] * y + matrix[i, k, 2] * z


class Posed:
    """Shards at one moment: ``vertices`` (V, 3) world metres, ``matrix`` (N, 3, 3) and ``position`` (N, 3)."""

    def __init__(self, shards: Shards, local: npt.NDArray[np.float32], motion: Motion, index: int, dt_s: float) -> None:
        """Pose at frame ``index`` of the motion, ``dt_s`` seconds later."""
        count = len(shards)
        self.position = np.empty((count, 3), np.float32)
        self.matrix = np.empty((count, 3, 3), np.float32)
        self.vertices = np.empty((len(local), 3), np.float32)
        frame = (motion.position[index], motion.velocity[index], motion.rotation[index], motion.spin[index])
        _turned(*frame, dt_s, self.position, self.matrix)
        _carry(local, shards.vertex_start, self.position, self.matrix, self.vertices)


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


def to_screen(camera: Camera, vertices: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """World points (V, 3) as x, y in pixels and 1 / depth in 1/m; at most 0 when behind or within 0.2 m."""
    pixels, depth = camera.project(vertices)
    near = depth < 0.2
    inverse = np.where(near, 0.0, 1.0 / np.where(near, 1.0, depth))
    return np.asarray(np.concatenate([pixels, inverse[:, None]], axis=1), np.float32)
