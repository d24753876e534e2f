"""What leads the denoiser: the set's own colours and normals, cast without light. A few rays a pixel are enough."""

from __future__ import annotations

import cv2
import numpy as np

from secondunit.effects.sets.build import Built
from secondunit.effects.sets.kit.materials import material
from secondunit.effects.sets.passes import Solid, rays
from secondunit.effects.sets.surfaces import texture
from secondunit.imaging.noise import Image
from secondunit.scene.camera import Camera

PER_SIDE = 2  # squared samples a pixel


def guides(built: Built, solid: Solid, camera: Camera) -> Image:
    """Albedo and normal (h, w, 6), float32; 1 and 0 where nothing is seen, as at windows."""
    origins, headings = rays(camera, PER_SIDE)
    hits = solid.scene.first(origins, headings)
    normal = solid.normal_at(hits, headings)
    albedo = np.ones_like(normal)
    counts = [len(part.triangles) for part in built.parts]
    names = sorted({part.material for part in built.parts})
    of_part = np.array([names.index(part.material) for part in built.parts])
    kind = np.where(hits.triangle >= 0, np.repeat(of_part, counts)[hits.triangle], -1)
    uv = np.concatenate([part.uv for part in built.parts])
    for number, name in enumerate(names):
        here = np.flatnonzero(kind == number)
        if not len(here):
            continue
        one = material(name)
        colour = np.asarray(one.acescg, np.float32)
        if not one.pattern:
            albedo[here] = colour
            continue
        painted = texture(one.pattern)
        corners = uv[solid.triangles[hits.triangle[here]]]
        u, v = hits.u[here, None], hits.v[here, None]
        place = corners[:, 0] * (1 - u - v) + corners[:, 1] * u + corners[:, 2] * v
        rows, columns = painted.tint.shape[:2]
        wide, high = (1.0, 1.0) if one.whole else painted.tile_m
        x = np.mod(place[:, 0] / wide * columns, columns).astype(int) % columns
        y = np.mod(place[:, 1] / high * rows, rows).astype(int) % rows
        albedo[here] = np.clip(painted.tint[y, x] * colour, 0, 1)
    both = np.concatenate([albedo, normal], 1).reshape(camera.height_px * PER_SIDE, camera.width_px * PER_SIDE, 6)
    out: Image = cv2.resize(both, (camera.width_px, camera.height_px), interpolation=cv2.INTER_AREA).astype(np.float32)
    return out
