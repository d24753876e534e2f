"""A strip of moments for the artist: shards flat-shaded by material, nearest painted last."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from secondunit.effects.collapse.materials import MATERIALS
from secondunit.effects.collapse.shards import Motion, Shards, rotate
from secondunit.records import whole_file
from secondunit.scene.camera import Camera

Array = npt.NDArray[Any]
_MOMENTS, _WIDTH_PX = 8, 480
_SKY, _STREET = 190, 130  # grey levels


def strip(shards: Shards, motion: Motion, camera: Camera, path: Path) -> None:
    """Write eight moments, two rows of four, as seen by the plate's camera."""
    size = (_WIDTH_PX, round(_WIDTH_PX * camera.height_px / camera.width_px))
    camera = camera.scaled(*size)
    frames = np.unique(np.linspace(0, len(motion.position) - 1, _MOMENTS).round().astype(int))
    pictures = [moment(shards, motion, camera, int(frame)) for frame in frames]
    while len(pictures) % 4:
        pictures.append(np.zeros_like(pictures[0]))
    rows = [np.hstack(pictures[k : k + 4]) for k in range(0, len(pictures), 4)]
    with whole_file(path) as temporary:
        cv2.imwrite(str(temporary), np.vstack(rows))


def moment(shards: Shards, motion: Motion, camera: Camera, frame: int) -> Array:
    """One frame as (height, width, 3) uint8 BGR."""
    owner = np.repeat(np.arange(len(shards)), np.diff(shards.vertex_start))
    local = shards.vertices - shards.centroid[owner]
    world = rotate(motion.rotation[frame][owner].astype(float), local) + motion.position[frame][owner]
    corners = world[shards.triangles]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    seen = np.einsum("ti,ti->t", normal, corners.mean(axis=1) - np.asarray(camera.position_m)) < 0
    light = np.array([-0.45, 0.7, 0.55])
    shade = 0.35 + 0.65 * np.clip(normal @ light, 0, 1)
    tint = 0.85 + 0.3 * ((np.arange(len(shards)) * 0.618034) % 1.0)
    albedo = np.array([one.albedo for one in MATERIALS])[shards.material] * tint[:, None]
    of_triangle = np.repeat(np.arange(len(shards)), np.diff(shards.triangle_start))
    colour = np.clip(albedo[of_triangle] * shade[:, None], 0, 1) ** (1 / 2.2) * 255
    pixel, depth = camera.project(corners)
    picture = np.full((camera.height_px, camera.width_px, 3), _SKY, np.uint8)
    far = np.array(camera.position_m) - 1e4 * np.array([camera.rotation[2][0], 0.0, camera.rotation[2][2]])
    far[1] = 0.0
    horizon = float(np.clip(camera.project(far)[0][1], 0, camera.height_px))
    picture[int(horizon) :] = _STREET
    drawn = np.flatnonzero(seen & (depth.min(axis=1) > 0.3))
    for t in drawn[np.argsort(-depth[drawn].mean(axis=1), kind="stable")]:
        points = np.clip(np.round(pixel[t] * 16), -(2**20), 2**20).astype(np.int32)
        cv2.fillConvexPoly(picture, points, [float(v) for v in colour[t][::-1]], cv2.LINE_AA, 4)
    if motion.chip_position.shape[1]:
        pixel, depth = camera.project(np.nan_to_num(motion.chip_position[frame].astype(float), nan=-1e6))
        x, y = pixel.astype(int).T
        inside = (depth > 0.3) & (x >= 0) & (x < camera.width_px) & (y >= 0) & (y < camera.height_px)
        inside &= ~np.isnan(motion.chip_position[frame, :, 0])
        picture[y[inside], x[inside]] = picture[y[inside], x[inside]] * 0.6 + 40
    return picture
