"""What does not fall: ground, neighbours, and the building as the plate shows it. Computed once a take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from secondunit.effects.collapse.shade.pose import to_screen
from secondunit.scene.camera import Camera
from secondunit.scene.render.raster import rasterise

FAR_M = 250.0  # ground beyond this is left alone
GROUND, SOLID, SKY = 1, 2, -1  # groups of a view

Maps = npt.NDArray[np.float32]


@dataclass(frozen=True)
class View:
    """First surface behind each pixel's centre: point, normal (H, W, 3), depth m (inf = sky) and group (H, W)."""

    point: Maps
    normal: Maps
    depth: Maps
    group: npt.NDArray[np.int32]


def box_triangles(box: tuple[float, ...]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """A neighbour's box (x0, z0, x1, z1, height) as vertices (8, 3) and outward triangles (12, 3)."""
    x0, z0, x1, z1, height = box
    corners = [[x, y, z] for y in (0.0, height) for x, z in ((x0, z0), (x1, z0), (x1, z1), (x0, z1))]
    quads = [(4, 7, 6, 5), (0, 1, 2, 3), (0, 4, 5, 1), (1, 5, 6, 2), (2, 6, 7, 3), (3, 7, 4, 0)]
    triangles = [corner for a, b, c, d in quads for corner in ((a, b, c), (a, c, d))]
    return np.array(corners), np.array(triangles, np.int32)


def eye_rays(camera: Camera, offset: npt.NDArray[Any]) -> Maps:
    """World vectors (H, W, 3) that, times a depth along the view axis, lead from the camera to the surface."""
    y, x = np.mgrid[0 : camera.height_px, 0 : camera.width_px]
    direction = camera.rays(np.stack([x + offset[0], y + offset[1]], axis=-1))
    along_axis = direction @ -np.asarray(camera.rotation)[2]
    return np.asarray(direction / along_axis[..., None], np.float32)


def triangle_normals(vertices: npt.NDArray[Any], triangles: npt.NDArray[Any]) -> Maps:
    """Unit outward normals (T, 3)."""
    a, b, c = (vertices[triangles[:, k]] for k in range(3))
    normal = np.cross(b - a, c - a)
    return np.asarray(normal / np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-20), np.float32)


def view_of(camera: Camera, vertices: npt.NDArray[Any], triangles: npt.NDArray[Any]) -> View:
    """The first surface of triangles and the ground plane seen through each pixel's centre."""
    centre = np.array([0.5, 0.5], np.float32)
    rays = eye_rays(camera, centre)
    inverse = np.zeros((camera.height_px, camera.width_px), np.float32)
    ids = np.full(inverse.shape, -1, np.int32)
    if len(triangles):
        rasterise(to_screen(camera, vertices), triangles, 0, centre, inverse, ids)
    with np.errstate(divide="ignore", invalid="ignore"):
        ground_depth = np.where(rays[..., 1] < -1e-6, -camera.position_m[1] / rays[..., 1], np.inf)
        depth = np.where(ids >= 0, 1 / inverse, np.inf)
    on_ground = (ground_depth < depth) & (ground_depth < FAR_M)
    depth = np.where(on_ground, ground_depth, depth).astype(np.float32)
    group = np.where(on_ground, GROUND, np.where(ids >= 0, SOLID, SKY)).astype(np.int32)
    normal = np.zeros((*ids.shape, 3), np.float32)
    normal[..., 1] = 1
    solid = group == SOLID
    if solid.any():
        normal[solid] = triangle_normals(vertices, triangles)[ids[solid]]
    reach = np.where(np.isfinite(depth), depth, 0)[..., None]
    point = np.asarray(np.asarray(camera.position_m, np.float32) + rays * reach, np.float32)
    return View(point, normal, depth, group)
