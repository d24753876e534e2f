"""Hair as strokes: strands drawn over the samples they hide, lit by lamps and surroundings, and what stops light for
them.

Lit as fibres (Kajiya and Kay 1989, two lobes shifted along the fibre after Marschner et al. 2003).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from secondunit.scene.camera import Camera
from secondunit.scene.figure import trace
from secondunit.scene.figure.light import Image, Lighting
from secondunit.scene.figure.parts import Array, Strands

SHADE_EVERY = 5  # of so many strands one is a ribbon in the shadow scene, that much wider


@dataclass(frozen=True)
class Strokes:
    """Drawn hair at sample resolution: colour (h, w, 3) over black and cover (h, w), 0 or 1."""

    colour: Image
    cover: Image


def stand_in(strands: Sequence[Strands]) -> tuple[Array, npt.NDArray[Any]] | None:
    """Ribbons (positions, triangles) that stop light in the strands' place."""
    points, triangles, start = [], [], 0
    for bundle in strands:
        chosen = bundle.points_m[::SHADE_EVERY]
        if not len(chosen):
            continue
        count, steps = chosen.shape[:2]
        heading = np.gradient(chosen, axis=1)
        across = np.cross(heading, np.random.default_rng(5).normal(size=(count, 1, 3)))
        across /= np.linalg.norm(across, axis=2, keepdims=True) + 1e-12
        half = bundle.radius_m[::SHADE_EVERY, :, None] * SHADE_EVERY * 0.5
        both = np.stack([chosen - across * half, chosen + across * half], axis=2)  # (n, k, 2, 3)
        number = start + np.arange(count * steps * 2).reshape(count, steps, 2)
        a, b, c, d = number[:, :-1, 0], number[:, :-1, 1], number[:, 1:, 1], number[:, 1:, 0]
        triangles += [np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)]
        points.append(both.reshape(-1, 3))
        start += both.size // 3
    return (np.concatenate(points), np.concatenate(triangles)) if points else None


@njit(cache=True, nogil=True)
def _draw(pixels: Any, depths: Any, widths: Any, colours: Any, z: Any, colour: Any, cover: Any, rng: Any) -> None:
    """Strokes (n, k, 2) with depth, width in samples and colour per point, into the sample buffers.

    A stroke thinner than a sample is drawn with the chance of its width, so that thin hair is thin on average.
    """
    rows, columns = z.shape
    for s in range(pixels.shape[0]):
        for k in range(pixels.shape[1] - 1):
            x0, y0, x1, y1 = pixels[s, k, 0], pixels[s, k, 1], pixels[s, k + 1, 0], pixels[s, k + 1, 1]
            length = max(abs(x1 - x0), abs(y1 - y0))
            steps = int(length) + 1
            if steps > 4000:
                continue
            flat = abs(x1 - x0) >= abs(y1 - y0)
            for t in range(steps):
                f = t / steps
                x, y = x0 + (x1 - x0) * f, y0 + (y1 - y0) * f
                width = widths[s, k] * (1 - f) + widths[s, k + 1] * f
                d = depths[s, k] * (1 - f) + depths[s, k + 1] * f
                low = (y if flat else x) - width / 2 + rng[(s * 7 + k) % len(rng)] - 0.5
                for off in range(int(np.floor(low + 0.5)), int(np.floor(low + width + 0.5))):
                    px, py = (int(x), off) if flat else (off, int(y))
                    if px < 0 or py < 0 or px >= columns or py >= rows or d >= z[py, px]:
                        continue
                    z[py, px] = d
                    cover[py, px] = 1.0
                    for c in range(3):
                        colour[py, px, c] = colours[s, k, c] * (1 - f) + colours[s, k + 1, c] * f


@njit(cache=True, nogil=True)
def _fibre(along: Any, view: Any, to_lamp: Any, albedo: Any, power: Any, seen: Any, gloss: Any, out: Any) -> None:
    """Add a lamp's light on fibres: diffuse by the sine, a white lobe towards the root and a coloured one to the
    tip."""
    for i in range(len(along)):
        if seen[i] <= 0:
            continue
        tl = along[i, 0] * to_lamp[0] + along[i, 1] * to_lamp[1] + along[i, 2] * to_lamp[2]
        tv = along[i, 0] * view[i, 0] + along[i, 1] * view[i, 1] + along[i, 2] * view[i, 2]
        lv = view[i, 0] * to_lamp[0] + view[i, 1] * to_lamp[1] + view[i, 2] * to_lamp[2]
        sine = np.sqrt(max(0.0, 1 - tl * tl))
        a, b = np.arcsin(min(1.0, max(-1.0, tl))), np.arcsin(min(1.0, max(-1.0, tv)))
        one = np.exp(-(((a + b) / 2 + 0.06) ** 2) / (2 * 0.09**2)) * gloss
        two = np.exp(-(((a + b) / 2 - 0.10) ** 2) / (2 * 0.17**2)) * gloss
        through = 0.5 + 0.5 * (0.5 - 0.5 * lv) ** 2  # lit from behind it glows
        for c in range(3):
            base = albedo[c] * sine * (0.30 + 0.25 * through)
            out[i, c] += power[c] * seen[i] * (base + 0.055 * one * sine + 0.22 * albedo[c] * two * sine) / np.pi * 1.6


def _control_light(
    points: Array,
    along: Array,
    camera: Camera,
    light: Lighting,
    scene: trace.Scene,
    albedo: Any,
    rng: np.random.Generator,
) -> npt.NDArray[np.float32]:
    """Radiance (n, 3) that fibres at places send to the camera."""
    start = points.astype(np.float32)
    view = np.asarray(camera.position_m) - points
    view = (view / np.linalg.norm(view, axis=1, keepdims=True)).astype(np.float32)
    out = np.zeros((len(points), 3), np.float32)
    tint = np.asarray(albedo, np.float32)
    sky = np.zeros((len(points), 3), np.float32)
    rays = 5
    colour = np.empty_like(start)
    for _ in range(rays):
        heading = rng.normal(size=start.shape).astype(np.float32)
        heading /= np.linalg.norm(heading, axis=1, keepdims=True)
        trace.around(light.around, heading, colour)
        # light gets a little way through hair, so that what is hidden is dim and coloured, not black
        free = scene.clear(start + heading * 0.004, heading)
        sky += np.where(free[:, None], colour, colour * 0.12 * tint) / rays
    out += sky * tint * 1.15 + sky * 0.012
    for lamp in light.lamps:
        axis = np.array(lamp.towards, np.float32)
        heading = axis + rng.normal(0, np.tan(lamp.radius_rad) * 0.5, start.shape).astype(np.float32)
        heading /= np.linalg.norm(heading, axis=1, keepdims=True)
        seen = 0.06 + 0.94 * scene.clear(start + heading * 0.0025, heading).astype(np.float32)
        power = np.array(lamp.irradiance, np.float32)
        _fibre(along.astype(np.float32), view, axis, tint, power, seen, np.float32(1.0), out)
    return out


def draw(
    strands: Sequence[Strands],
    camera: Camera,
    light: Lighting,
    scene: trace.Scene,
    depth: Image,
    per_side: int,
    seed: int,
) -> Strokes:
    """Hair over the samples: ``depth`` (h, w) of what is behind, along the view axis; nearer hair hides it."""
    colour, cover = np.zeros((*depth.shape, 3), np.float32), np.zeros(depth.shape, np.float32)
    z = depth.astype(np.float32).copy()
    rng = np.random.default_rng((seed, 73))
    scale = camera.scaled(camera.width_px * per_side, camera.height_px * per_side)
    noise = rng.random(4093).astype(np.float32)
    for bundle in strands:
        if not len(bundle.points_m):
            continue
        points = bundle.points_m
        pixels, deep = scale.project(points)
        widths = 2 * bundle.radius_m * scale.focal_px / np.maximum(deep, 1e-3)
        along = np.gradient(points, axis=1)
        along /= np.linalg.norm(along, axis=2, keepdims=True) + 1e-12
        lit = _control_light(points.reshape(-1, 3), along.reshape(-1, 3), camera, light, scene, bundle.albedo, rng)
        lit = lit.reshape(points.shape)
        lit *= np.exp(rng.normal(0, 0.18, (len(points), 1, 1))).astype(np.float32)
        _draw(
            pixels.astype(np.float32),
            (deep - 0.0002).astype(np.float32),
            widths.astype(np.float32),
            lit,
            z,
            colour,
            cover,
            noise,
        )
    return Strokes(colour, cover)
