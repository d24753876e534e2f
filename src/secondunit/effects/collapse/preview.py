"""Pictures of the proxy and the shards, for the artist to look at: from the plate's camera, and pulled apart."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from embreex import rtcore_scene
from embreex.mesh_construction import TriangleMesh

from secondunit.effects.collapse.polyhedron import Floats
from secondunit.effects.collapse.proxy import Proxy, fan
from secondunit.effects.collapse.shards import Shards
from secondunit.records import whole_file
from secondunit.scene.camera import Camera, look_at

WIDTH_PX = 960
PART_COLOURS = np.array(  # RGB 0..1, in the order of ``Part``
    [
        (0.72, 0.38, 0.28),
        (0.80, 0.74, 0.62),
        (0.55, 0.57, 0.60),
        (0.42, 0.45, 0.50),
        (0.35, 0.68, 0.85),
        (0.85, 0.62, 0.25),
        (0.50, 0.42, 0.70),
        (0.40, 0.70, 0.40),
    ]
)


def picture_of_proxy(proxy: Proxy, camera: Camera, path: Path) -> None:
    """Write a PNG of the pieces, coloured by part."""
    shapes = [piece.shape for piece in proxy.pieces]
    soup = np.concatenate([shape.vertices[fan(shape.faces)] for shape in shapes])
    owner = np.repeat(np.arange(len(shapes)), [len(fan(shape.faces)) for shape in shapes])
    centres = np.array([shape.vertices.mean(axis=0) for shape in shapes])
    colours = PART_COLOURS[[piece.part for piece in proxy.pieces]] * _variety(len(shapes), 0.15)
    _write(path, soup, owner, centres, colours, camera)


def picture_of_shards(shards: Shards, camera: Camera, path: Path) -> None:
    """Write a PNG of the shards, each in a colour of its own."""
    owner = np.repeat(np.arange(len(shards)), np.diff(shards.triangle_start))
    colours = PART_COLOURS[shards.part] * _variety(len(shards), 0.45)
    _write(path, shards.vertices[shards.triangles], owner, shards.centroid, colours, camera)


def _variety(count: int, amount: float) -> Floats:
    steps = np.modf(np.arange(count)[:, None] * np.array([0.6180, 0.7549, 0.5698]))[0]  # low-discrepancy, no random
    factors: Floats = 1.0 + amount * (2.0 * steps - 1.0)
    return factors


def _write(
    path: Path, soup: Floats, owner: npt.NDArray[np.int64], centres: Floats, colours: Floats, camera: Camera
) -> None:
    """Two panels: the plate's camera, and a view from high up with the parts moved away from the middle."""
    height = round(WIDTH_PX * camera.height_px / camera.width_px)
    plate = camera.scaled(WIDTH_PX, height)
    middle = (soup.reshape(-1, 3).min(axis=0) + soup.reshape(-1, 3).max(axis=0)) / 2
    size = float(np.linalg.norm(np.ptp(soup.reshape(-1, 3), axis=0)))
    apart = soup + (0.45 * (centres - middle))[owner][:, None, :]
    towards = np.array([plate.position_m[0] - middle[0], 0.0, plate.position_m[2] - middle[2]])
    towards /= np.linalg.norm(towards)
    across = np.cross([0.0, 1.0, 0.0], towards)
    eye = middle + size * (1.7 * towards + 0.9 * across + np.array([0.0, 0.8, 0.0]))
    high = look_at(eye, middle, focal_px=1.15 * height, width_px=WIDTH_PX, height_px=height)
    picture = np.concatenate([_render(soup, owner, colours, plate), _render(apart, owner, colours, high)], axis=1)
    pixels = np.clip(255.0 * picture ** (1 / 2.2), 0, 255).astype(np.uint8)
    done, data = cv2.imencode(".png", pixels[..., ::-1])
    if not done:
        raise RuntimeError("OpenCV could not encode a PNG")
    with whole_file(path) as temporary:
        temporary.write_bytes(data.tobytes())


def _render(soup: Floats, owner: npt.NDArray[np.int64], colours: Floats, camera: Camera) -> Floats:
    """Flat shading with a lamp over the camera's shoulder, (height, width, 3) linear."""
    scene = rtcore_scene.EmbreeScene()
    TriangleMesh(scene, soup.astype(np.float32))
    grid = np.stack(np.meshgrid(np.arange(camera.width_px) + 0.5, np.arange(camera.height_px) + 0.5), axis=-1)
    rays = camera.rays(grid.reshape(-1, 2)).astype(np.float32)
    origins = np.broadcast_to(np.asarray(camera.position_m, np.float32), rays.shape).copy()
    hit = scene.run(origins, rays)
    normal = np.cross(soup[:, 1] - soup[:, 0], soup[:, 2] - soup[:, 0])
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    lamp = np.asarray(camera.rotation).T @ np.array([-0.4, 0.7, 0.6])
    light = 0.25 + 0.6 * np.clip(normal @ (lamp / np.linalg.norm(lamp)), 0.0, 1.0)
    shaded = np.concatenate([np.clip(colours[owner] * light[:, None], 0.0, 1.0), [[0.02, 0.02, 0.02]]])
    picture: Floats = shaded[hit].reshape(camera.height_px, camera.width_px, 3)
    return picture
