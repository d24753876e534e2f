"""Who is seen where: antialiased mattes of the groups, cast with Embree through the same camera as the picture."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from embreex import rtcore_scene
from embreex.mesh_construction import TriangleMesh

from secondunit.imaging.noise import Image
from secondunit.scene.camera import Camera
from secondunit.testing.street.mesh import Part

LENS_SIGMA_PX = 0.45  # softness of the lens, the same for picture and mattes


@dataclass(frozen=True)
class Mattes:
    """Coverage 0..1, (h, w) each.

    Attributes:
        building: the hero where it is seen.
        holdout: what stands in front of the hero or of where its debris goes.
        alone: the hero as if nothing stood in front.
    """

    building: Image
    holdout: Image
    alone: Image


def soften(picture: Image) -> Image:
    """The lens: a narrow Gaussian."""
    return cv2.GaussianBlur(picture, (0, 0), LENS_SIGMA_PX).astype(np.float32)


def cast(parts: tuple[Part, ...], camera: Camera, samples: int = 4) -> Mattes:
    """Mattes from ``samples`` x ``samples`` rays a pixel on a regular grid."""
    everything = _scene(parts)
    hero = _scene(tuple(part for part in parts if part.group == "hero"))
    groups = np.array([part.group for part in parts] + ["none"])
    shape = (camera.height_px, camera.width_px)
    counts = {name: np.zeros(shape, np.float32) for name in ("hero", "fore", "alone")}
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(float)
    origin = np.broadcast_to(np.asarray(camera.position_m, np.float32), (x.size, 3)).copy()
    for k in range(samples * samples):
        dx, dy = (k % samples + 0.5) / samples, (k // samples + 0.5) / samples
        rays = camera.rays(np.stack([x + dx, y + dy], -1)).reshape(-1, 3).astype(np.float32)
        seen = groups[everything.run(origin, rays, output=True)["geomID"]]
        counts["hero"] += (seen == "hero").reshape(shape)
        counts["fore"] += (seen == "fore").reshape(shape)
        counts["alone"] += (hero.run(origin, rays) >= 0).reshape(shape)
    hero_a, fore_a, alone_a = (soften(counts[name] / samples**2) for name in ("hero", "fore", "alone"))
    return Mattes(hero_a, fore_a, alone_a)


def _scene(parts: tuple[Part, ...]) -> rtcore_scene.EmbreeScene:
    """An Embree scene whose geometry numbers are the positions in ``parts``."""
    scene = rtcore_scene.EmbreeScene()
    for part in parts:
        TriangleMesh(scene, part.positions_m, part.triangles)
    return scene
