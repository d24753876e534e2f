"""What a camera's samples land on: where, and what the surface there is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from secondunit.scene.camera import Camera
from secondunit.scene.figure import shade, trace
from secondunit.scene.figure.body import SKIN, Figure, Mesh
from secondunit.scene.figure.head import base
from secondunit.scene.figure.light import Image
from secondunit.scene.figure.parts import Array


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
class Samples:
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


def looked_at(mesh: Mesh, scene: trace.Scene, camera: Camera, per_side: int) -> tuple[Samples, Image]:
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
    samples = Samples(met, hit, u, v, mesh.part[hit], place, normal, view, carried(mesh.uv))
    return samples, depth.reshape(rows, columns)


@dataclass
class Surfaces:
    """What the samples are made of, (n, ...)."""

    albedo: npt.NDArray[np.float32]
    rough: npt.NDArray[np.float32]
    mirror: npt.NDArray[np.float32]
    open_sky: npt.NDArray[np.float32]
    film: npt.NDArray[np.float32]  # share mirrored by a wet film over everything, with the mesh's own normals
    film_rough: npt.NDArray[np.float32]


def surfaces(figure: Figure, mesh: Mesh, samples: Samples) -> tuple[Surfaces, npt.NDArray[np.float32]]:
    """Look the maps up; also the normals under the film, with relief."""
    count = len(samples.number)
    out = Surfaces(
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
