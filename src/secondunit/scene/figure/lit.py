"""Light on what is seen: soft light as harmonics of traced surroundings, lamps with traced shadows, wet gleams."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from scipy import sparse

from secondunit.scene.figure import shade, trace
from secondunit.scene.figure.body import Mesh
from secondunit.scene.figure.light import Image, Lighting
from secondunit.scene.figure.seen import Samples, Surfaces


def soft_light(
    mesh: Mesh, scene: trace.Scene, samples: Samples, light: Lighting, rays: int, seed: int
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


def lit_by(
    samples: Samples,
    surface: Surfaces,
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
            gleam += (disc * (surface.film[wet] + 0.6 * _facing_term(smooth, samples.view[wet])))[:, None] * radiance
    glint[wet] += np.minimum(gleam, 3.0)
    return lit / np.pi, np.minimum(glint, 4.0)


def _facing_term(normal: npt.NDArray[np.float32], view: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Schlick's fifth power, (n,)."""
    out: npt.NDArray[np.float32] = (1 - np.clip((normal * view).sum(1), 0, 1)) ** 5
    return out
