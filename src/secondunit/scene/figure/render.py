"""A figure's picture: camera rays, soft light, lamps, light under the skin, hair over it, what is behind.

A deferred renderer made for heads: where samples land is traced once, surfaces are looked up from painted maps, lamps
cast traced shadows, soft light comes as harmonics of traced surroundings, and light under the skin is a blur of what
arrives, per colour (d'Eon and Luebke 2007; Jimenez et al. 2015). Same input, same picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from secondunit.scene.camera import Camera
from secondunit.scene.figure import strokes, trace
from secondunit.scene.figure.body import SKIN, Figure, assembled
from secondunit.scene.figure.head import base
from secondunit.scene.figure.light import Image, Lighting
from secondunit.scene.figure.lit import lit_by, soft_light
from secondunit.scene.figure.scatter import under_skin
from secondunit.scene.figure.seen import Samples, looked_at, surfaces


@dataclass(frozen=True)
class Picture:
    """What a render gives, (h, w, ...) float32.

    Attributes:
        colour: (..., 3) linear Rec.709, over black.
        cover: of the figure, 0..1.
        skin, hair, other: shares of it: bare skin; hair; eyes, teeth, clothes, glasses.
        eyes: share of eyes and teeth alone.
        rest_dm: (..., 3) mean place on the rest shape of the skin seen, 0 where none.
    """

    colour: Image
    cover: Image
    skin: Image
    hair: Image
    other: Image
    eyes: Image
    rest_dm: Image


def _pool(values: npt.NDArray[np.float32], samples: Samples, camera: Camera, per_side: int) -> Image:
    """Sums over a pixel's samples divided by their number: (h, w, k)."""
    rows, columns = camera.height_px * per_side, camera.width_px * per_side
    full = np.zeros((rows * columns, values.shape[1]), np.float32)
    full[samples.number] = values
    full = full.reshape(rows, columns, -1)
    out = cv2.resize(full, (camera.width_px, camera.height_px), interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(out.reshape(camera.height_px, camera.width_px, -1), np.float32)


def render(
    figure: Figure, camera: Camera, light: Lighting, *, seed: int = 0, per_side: int = 2, soft_rays: int = 32
) -> Picture:
    """The picture.

    Args:
        figure: what is seen.
        camera: from where.
        light: by what.
        seed: of the sampling.
        per_side: camera samples along a pixel's side.
        soft_rays: headings traced from each vertex for the soft light.
    """
    mesh = assembled(figure)
    scene = trace.Scene(mesh.positions.astype(float), mesh.triangles, strokes.stand_in(figure.strands))
    samples, depth = looked_at(mesh, scene, camera, per_side)
    surface, normal = surfaces(figure, mesh, samples)
    incoming = soft_light(mesh, scene, samples, light, soft_rays, seed)
    lit, glint = lit_by(samples, surface, normal, scene, light, incoming, seed)
    is_skin = (samples.part == SKIN).astype(np.float32)[:, None]

    def pool(values: npt.NDArray[np.float32]) -> Image:
        return _pool(values, samples, camera, per_side)

    hair = strokes.draw(figure.strands, camera, light, scene, depth.repeat(2, 0).repeat(2, 1), 2 * per_side, seed)
    hidden = cv2.resize(hair.cover, depth.shape[::-1], interpolation=cv2.INTER_AREA)
    free = 1 - hidden.reshape(-1)[samples.number][:, None]
    skin = pool(is_skin)
    light_on_skin = pool(lit * is_skin) / np.maximum(skin, 1e-4)
    small = (camera.width_px, camera.height_px)
    near: Any = cv2.resize(np.minimum(depth, 50), small, interpolation=cv2.INTER_NEAREST)
    spread = under_skin(light_on_skin, skin[..., 0], near, camera)
    skin_free = pool(is_skin * free)
    colour = pool(surface.albedo * is_skin * free) * spread
    colour += pool((surface.albedo * lit * (1 - is_skin) + glint) * free)
    colour += cv2.resize(hair.colour, small, interpolation=cv2.INTER_AREA)
    hair_cover: Any = cv2.resize(hair.cover, small, interpolation=cv2.INTER_AREA)
    other = pool((1 - is_skin) * free)[..., 0]
    names = [""] + [part.name for part in figure.parts]
    eye_parts = [
        number
        for number, name in enumerate(names)
        if name.startswith(
            ("eye-", "tooth-", "gum-", "tongue", "tear-", "caruncle", "rim-", "temple-", "bridge", "glasses")
        )
    ]
    eyes = pool(np.isin(samples.part, eye_parts).astype(np.float32)[:, None] * free)[..., 0]
    rest = np.zeros((len(mesh.positions), 3), np.float32)
    rest[: len(base().fine_rest_dm)] = base().fine_rest_dm
    place = np.zeros((len(samples.number), 3), np.float32)
    trace.gather(mesh.triangles, samples.hit, samples.u, samples.v, rest, place)
    rest_dm = pool(place * is_skin) / np.maximum(skin, 1e-4) * (skin > 0.2)
    cover = np.clip(skin_free[..., 0] + other + hair_cover, 0, 1)
    return Picture(colour, cover, skin_free[..., 0], hair_cover, other, eyes, rest_dm)
