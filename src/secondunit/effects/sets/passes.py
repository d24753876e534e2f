"""What a camera sees of a set, without light: depth, normals, ids; and a quick grey-lit preview for choosing angles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from secondunit.effects.sets import cameras
from secondunit.effects.sets.build import Built, Part, build
from secondunit.effects.sets.kit.materials import material
from secondunit.effects.sets.plan import Eye, SetPlan
from secondunit.imaging import cryptomatte
from secondunit.imaging.noise import Image
from secondunit.scene.camera import Camera
from secondunit.scene.figure.trace import Hits, Scene

CRYPTO = "crypto"
EXPOSED = 2.2  # so that the ACES view shows a white wall as a light grey
PER_SIDE = 3  # squared samples a pixel for the ids' coverage
FINE = 5  # squared samples where the view outside shows
_GOLDEN = 2.399963  # radians, so that fans of rays do not line up


class Solid:
    """A built set as one mesh to cast rays at."""

    def __init__(self, built: Built) -> None:
        parts = built.parts
        starts = np.cumsum([0] + [len(part.points_m) for part in parts[:-1]])
        self.normals = np.concatenate([part.normals for part in parts])
        triangles = np.concatenate([part.triangles + start for part, start in zip(parts, starts, strict=True)])
        self.triangles = triangles.astype(np.int32)
        self.scene = Scene(np.concatenate([part.points_m for part in parts]), self.triangles, None)
        self.objects = sorted({part.object for part in parts})
        index = {name: number for number, name in enumerate(self.objects)}
        self.owner = np.concatenate([np.full(len(part.triangles), index[part.object], np.int32) for part in parts])
        tints = [(*material(part.material).acescg, _shine(part)) for part in parts]
        count = [len(part.triangles) for part in parts]
        self.tint = np.repeat(np.array(tints, np.float32), count, axis=0)

    def normal_at(self, hits: Hits, headings: Image) -> Image:
        """Normals (n, 3) of hits, facing whoever looks; 0 where nothing is hit."""
        corners = self.normals[self.triangles[hits.triangle]]
        w = (1 - hits.u - hits.v)[:, None]
        normal = corners[:, 0] * w + corners[:, 1] * hits.u[:, None] + corners[:, 2] * hits.v[:, None]
        normal /= np.linalg.norm(normal, axis=1, keepdims=True) + 1e-9
        normal *= -np.sign((normal * headings).sum(1, keepdims=True))
        return np.where((hits.triangle >= 0)[:, None], normal, 0).astype(np.float32)


def _shine(part: Part) -> float:
    """How white a part is in a quick picture for its light; a picture that shines keeps its colour."""
    return 0.0 if not part.lumen else 0.1 if material(part.material).whole else 1.0


def rays(camera: Camera, per_side: int) -> tuple[Image, Image]:
    """Origins and headings (n, 3), row by row, ``per_side`` squared a pixel."""
    x = (np.arange(camera.width_px * per_side) + 0.5) / per_side
    y = (np.arange(camera.height_px * per_side) + 0.5) / per_side
    headings = camera.rays(np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)).astype(np.float32)
    origins = np.ascontiguousarray(np.broadcast_to(np.array(camera.position_m, np.float32), headings.shape))
    return origins, np.ascontiguousarray(headings)


@dataclass(frozen=True)
class Passes:
    """Data layers of a picture.

    Attributes:
        layers: ``depth`` (h, w) metres along the view axis, 0 = none; ``normal`` (h, w, 3) world; ``crypto00``...
        attributes: what the file's header says of the ids.
    """

    layers: Mapping[str, Image]
    attributes: Mapping[str, str]


def passes(solid: Solid, camera: Camera) -> Passes:
    """Depth and normals at pixel centres, ids with coverage."""
    shape = (camera.height_px, camera.width_px)
    origins, headings = rays(camera, 1)
    hits = solid.scene.first(origins, headings)
    along = -(headings @ np.array(camera.rotation, np.float32)[2])
    depth = np.where(hits.triangle >= 0, hits.distance * along, 0).astype(np.float32)
    normal = solid.normal_at(hits, headings)
    count = PER_SIDE
    origins, headings = rays(camera, count)
    found = solid.scene.first(origins, headings).triangle
    owner = np.where(found >= 0, solid.owner[found], -1).reshape(shape[0], count, shape[1], count)
    samples = owner.transpose(0, 2, 1, 3).reshape(*shape, count * count)
    ranked = cryptomatte.rank(samples, cryptomatte.ids_of(solid.objects), ranks=4)
    layers = {"depth": depth.reshape(shape), "normal": normal.reshape(*shape, 3)} | cryptomatte.layers(CRYPTO, ranked)
    return Passes(layers, cryptomatte.attributes(CRYPTO, solid.objects))


def open_share(solid: Solid, camera: Camera, rows: npt.NDArray[Any], columns: npt.NDArray[Any]) -> Image:
    """The share of pixels (n,) in which nothing of the set is seen: fine enough for the slats of a blind."""
    within = (np.arange(FINE) + 0.5) / FINE
    aside, down = np.meshgrid(within, within)
    pixels = np.stack([columns[:, None] + aside.ravel(), rows[:, None] + down.ravel()], -1)
    headings = np.ascontiguousarray(camera.rays(pixels.reshape(-1, 2)), np.float32)
    origins = np.ascontiguousarray(np.broadcast_to(np.array(camera.position_m, np.float32), headings.shape))
    met = solid.scene.first(origins, headings).triangle.reshape(len(rows), FINE * FINE) >= 0
    out: Image = 1 - met.mean(1, dtype=np.float32)
    return out


def lamps_seen(solid: Solid, camera: Camera) -> npt.NDArray[np.bool_]:
    """Where something that shines is seen, or right beside, (h, w)."""
    triangle = solid.scene.first(*rays(camera, 1)).triangle
    lit = ((triangle >= 0) & (solid.tint[triangle, 3] > 0)).reshape(camera.height_px, camera.width_px)
    return cv2.dilate(lit.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0


def preview(
    plan: SetPlan, eye: Eye, width_px: int = 640, height_px: int = 360, solid: Solid | None = None
) -> npt.NDArray[np.float32]:
    """A quick picture in true colours under soft light, scene-linear ACEScg (h, w, 3); for choosing angles."""
    whole = Solid(build(plan)) if solid is None else solid
    return softly_lit(whole, *rays(cameras.camera(eye, width_px, height_px), 1), (height_px, width_px))


def softly_lit(whole: Solid, origins: Image, headings: Image, shape: tuple[int, int]) -> npt.NDArray[np.float32]:
    """What rays (n, 3) meet, row by row of a picture (h, w), scene-linear ACEScg (h, w, 3): corners are darker."""
    height_px, width_px = shape
    hits = whole.scene.first(origins, headings)
    normal = whole.normal_at(hits, headings)
    met = hits.triangle >= 0
    tint = whole.tint[hits.triangle]
    place = origins + headings * np.where(met, hits.distance, 0)[:, None] + normal * 0.004
    up = 0.5 + 0.5 * normal[:, 1]
    camera_light = np.abs((normal * headings).sum(1))
    open_share = np.zeros(len(met), np.float32)
    number = np.arange(len(met))
    for ring in range(2):  # a few short rays over each place: corners and undersides darken
        turn = (number * _GOLDEN + 3.1 * ring).astype(np.float32)
        spread = 0.55 + 0.5 * ring
        way = normal + spread * np.stack([np.cos(turn), 0.4 * np.sin(2 * turn) + 0.4, np.sin(turn)], -1).astype(
            np.float32
        )
        way /= np.linalg.norm(way, axis=1, keepdims=True) + 1e-9
        _, _, far = whole.scene.meets(place.astype(np.float32), np.ascontiguousarray(way, np.float32))
        open_share += np.clip(far / 1.5, 0, 1) / 2
    blurred = _softened(open_share.reshape(height_px, width_px), hits.distance.reshape(height_px, width_px)).ravel()
    light = EXPOSED * (0.22 + 0.42 * up + 0.25 * camera_light) * (0.3 + 0.7 * blurred)
    colour = tint[:, :3] * light[:, None] + tint[:, 3:] * 1.2 * EXPOSED
    colour[~met] = 0.7 * EXPOSED
    out: npt.NDArray[np.float32] = colour.reshape(height_px, width_px, 3).astype(np.float32)
    return out


def _softened(value: Image, distance: Image) -> Image:
    """A blur of 5 pixels that does not cross edges in depth."""
    total, weight = value.copy(), np.ones_like(value)
    for dy in (-2, -1, 0, 1, 2):
        for dx in (-2, -1, 0, 1, 2):
            if dx or dy:
                near = np.roll(distance, (dy, dx), (0, 1))
                w = (np.abs(near - distance) < 0.03 * distance + 0.02).astype(np.float32)
                total += w * np.roll(value, (dy, dx), (0, 1))
                weight += w
    out: Image = total / weight
    return out
