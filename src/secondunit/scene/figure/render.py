"""A figure's picture: camera rays, soft light, lamps, light under the skin, hair over it, what is behind.

A deferred renderer made for heads: where samples land is traced once, surfaces are looked up from painted maps,
lamps cast
traced shadows, soft light comes as harmonics of traced surroundings, and light under the skin is a blur of what
arrives,
per colour (d'Eon and Luebke 2007; Jimenez et al. 2015). Same input, same picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from scipy import sparse

from secondunit.scene.camera import Camera
from secondunit.scene.figure import shade, strokes, trace
from secondunit.scene.figure.head import Head, base, fine_normals
from secondunit.scene.figure.light import Image, Lighting
from secondunit.scene.figure.parts import Array, Part, Strands, smooth_normals
from secondunit.scene.figure.scatter import under_skin

SKIN, OTHER = 0, 1


@dataclass(frozen=True)
class SkinMaps:
    """What is painted on the chart, (1024, 1792, ...) float32, row 0 at the top.

    Attributes:
        albedo: (..., 3) linear.
        height_m: relief that the mesh does not carry.
        rough: 0 mirror .. 1 chalk.
        mirror: reflectance head on; 0.028 is skin.
        open_sky: share of soft light that gets into the relief.
    """

    albedo: Image
    height_m: Image
    rough: Image
    mirror: Image
    open_sky: Image


@dataclass(frozen=True)
class Figure:
    """All that is seen: head, what is painted on it, how far its fine vertices are moved (n,) along their normals,
    parts
    and hair."""

    head: Head
    maps: SkinMaps
    push_m: Array
    parts: Sequence[Part] = ()
    strands: Sequence[Strands] = ()


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


@dataclass
class _Mesh:
    """Skin and parts as one mesh; ``part`` (t,) tells whose a triangle is, 0 the skin."""

    positions: npt.NDArray[np.float32]
    normals: npt.NDArray[np.float32]
    uv: npt.NDArray[np.float32]
    triangles: npt.NDArray[np.int32]
    part: npt.NDArray[np.int32]


def _assemble(figure: Figure) -> _Mesh:
    points, normals = figure.head.fine()
    points = points + normals * figure.push_m[:, None]
    skin = base()
    stacks: list[tuple[Array, Array, Array, Any]] = [(points, fine_normals(points), skin.chart_uv, skin.triangles)]
    for part in figure.parts:
        stacks.append((part.positions_m, smooth_normals(part.positions_m, part.triangles), part.uv, part.triangles))
    starts = np.cumsum([0] + [len(one[0]) for one in stacks[:-1]])
    return _Mesh(
        np.concatenate([one[0] for one in stacks]).astype(np.float32),
        np.concatenate([one[1] for one in stacks]).astype(np.float32),
        np.concatenate([one[2] for one in stacks]).astype(np.float32),
        np.concatenate([one[3] + start for one, start in zip(stacks, starts, strict=True)]).astype(np.int32),
        np.concatenate([np.full(len(one[3]), number) for number, one in enumerate(stacks)]).astype(np.int32),
    )


def tangents(positions: npt.NDArray[Any], uv: npt.NDArray[Any], triangles: npt.NDArray[Any]) -> tuple[Array, Array]:
    """dP/du and dP/dv at vertices (n, 3), means over the triangles around each."""
    a, b, c = (triangles[:, k] for k in range(3))
    edge1, edge2 = positions[b] - positions[a], positions[c] - positions[a]
    one, two = uv[b] - uv[a], uv[c] - uv[a]
    det = one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]
    safe = np.where(np.abs(det) < 1e-12, 1e-12, det)[:, None]
    weight = np.abs(det)[:, None]
    du = weight * (edge1 * two[:, 1:] - edge2 * one[:, 1:]) / safe
    dv = weight * (edge2 * one[:, :1] - edge1 * two[:, :1]) / safe
    out = []
    total = sum(np.bincount(triangles[:, k], weight[:, 0], len(positions)) for k in range(3))
    for value in (du, dv):
        mean = np.stack(
            [sum(np.bincount(triangles[:, k], value[:, axis], len(positions)) for k in range(3)) for axis in range(3)],
            -1,
        )
        out.append(mean / (np.asarray(total)[:, None] + 1e-20))
    return out[0], out[1]


def _slopes(height_m: Image) -> Image:
    """dh/du and dh/dv (h, w, 2) of a height on the chart."""
    rows, columns = height_m.shape
    du = (np.roll(height_m, -1, 1) - np.roll(height_m, 1, 1)) * (0.5 * columns)
    dv = -np.gradient(height_m, axis=0) * rows
    out: Image = np.stack([du, dv], axis=-1).astype(np.float32)
    return out


@dataclass
class _Samples:
    """Per camera sample that met something, (n, ...)."""

    number: npt.NDArray[np.int64]
    hit: npt.NDArray[np.int32]
    u: npt.NDArray[np.float32]
    v: npt.NDArray[np.float32]
    part: npt.NDArray[np.int32]
    place: npt.NDArray[np.float32]
    normal: npt.NDArray[np.float32]
    view: npt.NDArray[np.float32]
    uv: npt.NDArray[np.float32]


def _look(mesh: _Mesh, scene: trace.Scene, camera: Camera, per_side: int) -> tuple[_Samples, Image]:
    """Cast ``per_side`` squared rays a pixel; also the depth along the view axis of every sample (h s, w s)."""
    rows, columns = camera.height_px * per_side, camera.width_px * per_side
    x = ((np.arange(columns, dtype=np.float32) + 0.5) / per_side - camera.centre_px[0]) / camera.focal_px
    y = (camera.centre_px[1] - (np.arange(rows, dtype=np.float32) + 0.5) / per_side) / camera.focal_px
    turn = np.asarray(camera.rotation, np.float32)
    headings = (x[None, :, None] * turn[0] + y[:, None, None] * turn[1] - turn[2]).astype(np.float32).reshape(-1, 3)
    headings /= np.sqrt(np.einsum("ij,ij->i", headings, headings))[:, None]
    origins = np.broadcast_to(np.asarray(camera.position_m, np.float32), headings.shape)
    hits = scene.first(np.ascontiguousarray(origins), headings)
    met = np.flatnonzero(hits.triangle >= 0)
    hit, u, v = hits.triangle[met], hits.u[met], hits.v[met]

    def carried(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        out = np.zeros((len(met), values.shape[1]), np.float32)
        trace.gather(mesh.triangles, hit, u, v, values, out)
        return out

    normal = carried(mesh.normals)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True) + 1e-12
    view = -headings[met]
    depth = np.full(rows * columns, 1e9, np.float32)
    place = carried(mesh.positions)
    back = np.asarray(camera.rotation, np.float32)[2]
    depth[met] = -(place - np.asarray(camera.position_m, np.float32)) @ back
    samples = _Samples(met, hit, u, v, mesh.part[hit], place, normal, view, carried(mesh.uv))
    return samples, depth.reshape(rows, columns)


@dataclass
class _Surface:
    """What the samples are made of, (n, ...)."""

    albedo: npt.NDArray[np.float32]
    rough: npt.NDArray[np.float32]
    mirror: npt.NDArray[np.float32]
    open_sky: npt.NDArray[np.float32]
    film: npt.NDArray[np.float32]  # share mirrored by a wet film over everything, with the mesh's own normals
    film_rough: npt.NDArray[np.float32]


def _surfaces(figure: Figure, mesh: _Mesh, samples: _Samples) -> tuple[_Surface, npt.NDArray[np.float32]]:
    """Look the maps up; also the normals under the film, with relief."""
    count = len(samples.number)
    out = _Surface(
        np.full((count, 3), 0.5, np.float32), *(np.full(count, value, np.float32) for value in (0.5, 0.04, 1, 0, 0.1))
    )
    normal = samples.normal.copy()
    which = np.flatnonzero(samples.part == SKIN)
    maps = np.dstack([figure.maps.albedo, figure.maps.rough, figure.maps.mirror, figure.maps.open_sky])
    found = np.zeros((count, 8), np.float32)
    shade.sample_maps(np.dstack([maps, _slopes(figure.maps.height_m)]).astype(np.float32), samples.uv, which, found)
    out.albedo[which] = found[which, :3]
    out.rough[which], out.mirror[which], out.open_sky[which] = found[which, 3], found[which, 4], found[which, 5]
    used = len(base().chart_uv)
    du, dv = tangents(mesh.positions[:used].astype(float), mesh.uv[:used].astype(float), base().triangles)
    both = np.zeros((count, 6), np.float32)
    table = np.concatenate([du, dv], axis=1).astype(np.float32)
    table = np.concatenate([table, np.zeros((len(mesh.positions) - used, 6), np.float32)])
    trace.gather(mesh.triangles, samples.hit, samples.u, samples.v, table, both)
    shade.relief(normal, both[:, :3], both[:, 3:], np.ascontiguousarray(found[:, 6:]), which)
    for number, part in enumerate(figure.parts, 1):
        which = np.flatnonzero(samples.part == number)
        if not len(which):
            continue
        surface = part.surface
        if isinstance(surface.albedo, tuple):
            out.albedo[which] = surface.albedo
        else:
            samples.uv[which, 1] -= np.floor(samples.uv[which, 1]) * (np.abs(samples.uv[which, 1]) > 1)  # tiles
            shade.sample_maps(np.ascontiguousarray(surface.albedo, np.float32), samples.uv, which, out.albedo)
        out.rough[which], out.mirror[which] = surface.roughness, 0.08 * surface.specular
        out.film[which], out.film_rough[which] = surface.film, surface.film_roughness
    return out, normal


def _soft_light(
    mesh: _Mesh, scene: trace.Scene, samples: _Samples, light: Lighting, rays: int, seed: int
) -> npt.NDArray[np.float32]:
    """Harmonics of the soft light at the samples, (n, 27): traced at the vertices seen, smoothed over their mesh."""
    triangles = np.unique(samples.hit)
    seen, local = np.unique(mesh.triangles[triangles], return_inverse=True)
    local = local.reshape(-1, 3)
    rng = np.random.default_rng((seed, 71))
    found = trace.incoming(scene, mesh.positions[seen], mesh.normals[seen], light, rays, rng).reshape(len(seen), 27)
    share = np.bincount(local.ravel(), minlength=len(seen)).astype(np.float32)
    ones = np.ones(local.size, np.float32)
    around = sparse.csr_matrix((ones, (local.ravel(), np.arange(len(local)).repeat(3))), (len(seen), len(local)))
    for _ in range(3):
        face = (found[local[:, 0]] + found[local[:, 1]] + found[local[:, 2]]) * np.float32(1 / 3)
        found = 0.3 * found + (0.7 / share[:, None]) * (around @ face)
    full = np.zeros((len(mesh.positions), 27), np.float32)
    full[seen] = found
    out = np.zeros((len(samples.number), 27), np.float32)
    trace.gather(mesh.triangles, samples.hit, samples.u, samples.v, full, out)
    return out


def _towards_lamp(lamp: Any, count: int, rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """Headings (n, 3) to points of a lamp's disc."""
    axis = np.array(lamp.towards)
    across = np.cross(axis, [0.0, 1.0, 0.0] if abs(axis[1]) < 0.9 else [1.0, 0.0, 0.0])
    across /= np.linalg.norm(across)
    up = np.cross(axis, across)
    r, turn = np.sqrt(rng.random(count)) * np.tan(lamp.radius_rad), rng.random(count) * 2 * np.pi
    heading = axis + (r * np.cos(turn))[:, None] * across + (r * np.sin(turn))[:, None] * up
    heading /= np.linalg.norm(heading, axis=1, keepdims=True)
    out: npt.NDArray[np.float32] = heading.astype(np.float32)
    return out


def _blurred(around: Image, sigma_px: float) -> Image:
    """The surrounding picture as a rough surface mirrors it."""
    pad = int(3 * sigma_px) + 1
    wide = cv2.copyMakeBorder(around, pad, pad, pad, pad, cv2.BORDER_WRAP)
    wide[:pad], wide[-pad:] = wide[pad : pad + 1], wide[-pad - 1 : -pad]
    out: Image = np.ascontiguousarray(cv2.GaussianBlur(wide, (0, 0), sigma_px)[pad:-pad, pad:-pad], np.float32)
    return out


def _light(
    samples: _Samples,
    surface: _Surface,
    normal: npt.NDArray[np.float32],
    scene: trace.Scene,
    light: Lighting,
    incoming: npt.NDArray[np.float32],
    seed: int,
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Irradiance over pi and mirrored radiance at the samples, (n, 3) each."""
    count = len(samples.number)
    shade.face_viewer(normal, samples.view)
    lit, glint = np.zeros((count, 3), np.float32), np.zeros((count, 3), np.float32)
    shade.soft(incoming, normal, surface.open_sky, lit)
    mirrored, mirror_way = np.zeros((count, 3), np.float32), np.zeros((count, 3), np.float32)
    shade.reflect(normal, samples.view, mirror_way)
    trace.around(_blurred(light.around, 5.0), mirror_way, mirrored)
    shade.sheen(
        normal, samples.view, surface.rough, surface.mirror, mirrored * surface.open_sky[:, None], incoming, glint
    )
    wet = np.flatnonzero(surface.film > 0)
    smooth = samples.normal[wet].copy()
    shade.face_viewer(smooth, samples.view[wet])
    gleam = np.zeros((len(wet), 3), np.float32)
    if len(wet):
        way = np.zeros_like(smooth)
        shade.reflect(smooth, samples.view[wet], way)
        trace.around(light.around, way, gleam)
        free = scene.clear(samples.place[wet] + smooth * 0.0008, way)
        facing = 1 - (smooth * samples.view[wet]).sum(1)
        gleam *= ((surface.film[wet] + 0.6 * facing**5) * (0.15 + 0.85 * free))[:, None]
    rng = np.random.default_rng((seed, 72))
    start = samples.place + samples.normal * 0.0005
    relief_shade = np.sqrt(surface.open_sky)
    for lamp in light.lamps:
        heading = _towards_lamp(lamp, count, rng)
        power = np.array(lamp.irradiance, np.float32)
        facing = (heading * normal).sum(1) > 0
        seen = np.zeros(count, np.float32)
        seen[facing] = scene.clear(start[facing], heading[facing])
        rough = np.maximum(surface.rough, 0.08)
        shade.lamp(normal, samples.view, heading, seen, rough, surface.mirror, power, relief_shade, lit, glint)
        if len(wet):
            # a sample shows the lamp where its mirrored way meets the disc
            inside = way @ np.array(lamp.towards, np.float32)
            edge = np.cos(max(lamp.radius_rad, 0.05))
            disc = np.clip((inside - edge) / 0.004 + 0.5, 0, 1) * free
            radiance = power / (np.pi * np.sin(max(lamp.radius_rad, 0.05)) ** 2)
            gleam += (disc * (surface.film[wet] + 0.6 * facing_term(smooth, samples.view[wet])))[:, None] * radiance
    glint[wet] += np.minimum(gleam, 3.0)
    return lit / np.pi, np.minimum(glint, 4.0)


def facing_term(normal: npt.NDArray[np.float32], view: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Schlick's fifth power, (n,)."""
    out: npt.NDArray[np.float32] = (1 - np.clip((normal * view).sum(1), 0, 1)) ** 5
    return out


def _pool(values: npt.NDArray[np.float32], samples: _Samples, camera: Camera, per_side: int) -> Image:
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
    mesh = _assemble(figure)
    scene = trace.Scene(mesh.positions.astype(float), mesh.triangles, strokes.stand_in(figure.strands))
    samples, depth = _look(mesh, scene, camera, per_side)
    surface, normal = _surfaces(figure, mesh, samples)
    incoming = _soft_light(mesh, scene, samples, light, soft_rays, seed)
    lit, glint = _light(samples, surface, normal, scene, light, incoming, seed)
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
