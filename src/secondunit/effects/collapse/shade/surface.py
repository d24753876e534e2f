"""What a surface looks like where the plate never saw it: broken brick, concrete, rooms. All kernels, no state.

Colours are linear ACEScg albedo. Positions are those of the intact building, so that patterns stick to their shard.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from secondunit.scene.render.noise import noise4

# Modular brick with joint as laid in Europe: 240 x 71 mm with 10 mm joints (DIN 105-100, normal format)
BRICK_LENGTH_M, BRICK_COURSE_M, JOINT_M = 0.25, 0.0813, 0.011
INNER, BROKEN = 2, 3  # of Surface; numba wants plain numbers
BRICK, GLASS = 0, 3  # of Material
HOLLOWS = 0.4  # how much darker hollows are; stands for the light that gets lost in them, by eye
FRESH_DUST = 0.28  # share of a fresh break under its own dust, by eye
DUST_ALBEDO = (0.40, 0.37, 0.33)  # lime mortar and brick, ground; estimate
CHIP_M = 0.06  # how far edges crumble: a quarter of a brick, by eye


@njit(cache=True, nogil=True)
def hash01(x: int, y: int, z: int) -> float:
    """A number in 0..1 for each cell of space (integer avalanche hash)."""
    h = np.uint32(x * 374761393 + y * 668265263 + z * 2147483647)
    h = np.uint32((h ^ (h >> np.uint32(13))) * np.uint32(1274126177))
    h ^= h >> np.uint32(16)
    return float((h & np.uint32(0xFFFFFF)) / 16777216.0)


@njit(cache=True, nogil=True)
def chipped(p: Any, w: Any, crease: Any, t: int, table: Any, v: Any) -> bool:
    """Whether the edge of a shard has crumbled away here: up to CHIP_M from it, in bites.

    Args:
        p: (3,) rest position, m.
        w: (3,) barycentric weights.
        crease: (T, 3) distance of each corner from the shard's edge across, m; 0 = no edge there; t: which triangle.
        table: of ``noise_table``; v: (4,) scratch.
    """
    nearest = 1e9
    for k in range(3):
        if crease[t, k] > 0.0:
            nearest = min(nearest, w[k] * crease[t, k])
    if nearest > 1.9 * CHIP_M:
        return False
    noise4(table, 13 * p[0], 13 * p[1], 13 * p[2], v)
    bite = 0.4 + 0.6 * v[0]
    noise4(table, 48 * p[0], 48 * p[1], 48 * p[2], v)
    return bool(nearest < CHIP_M * (bite + 0.3 * v[0]))


@njit(cache=True, nogil=True)
def relief(p: Any, kind: int, pixel_m: float, table: Any, v: Any, bent: Any) -> float:
    """Bumps: adds a slope to ``bent`` (3,) and returns the height, about -1..1.

    Broken faces have lumps of all sizes from a brick down to a pebble; the others are nearly flat. What is smaller than
    a pixel is left out: it would only flicker.

    Args:
        p: (3,) rest position, m.
        kind: ``Surface``.
        pixel_m: size of a pixel there, m.
        table: of ``noise_table``; v: (4,) scratch.
    """
    strength = 1.0 if kind == BROKEN else 0.12
    height = 0.0
    for octave in range(4):
        size = (0.31, 0.12, 0.05, 0.016)[octave]  # m
        if size < pixel_m:
            break
        scale, shift = 1.0 / size, 7.3 * octave
        noise4(table, p[0] * scale + shift, p[1] * scale, p[2] * scale, v)
        slope = strength * (0.55, 0.5, 0.45, 0.3)[octave]
        for k in range(3):
            bent[k] += slope * v[k]
        height += strength * (0.5, 0.4, 0.35, 0.2)[octave] * v[3]
    return height


@njit(cache=True, nogil=True)
def brickwork(x: float, y: float, z: float, base: Any, pixel_m: float, out: Any) -> float:
    """Courses of brick in mortar, every brick a little different and broken off at its own depth, -1..1: returned."""
    course = int(np.floor(y / BRICK_COURSE_M))
    along = x + z + (0.5 * BRICK_LENGTH_M if course % 2 else 0.0)
    brick = int(np.floor(along / BRICK_LENGTH_M))
    in_course, in_brick = y - course * BRICK_COURSE_M, along - brick * BRICK_LENGTH_M
    width = max(JOINT_M, min(pixel_m, 0.5 * BRICK_COURSE_M))  # a joint finer than a pixel is seen as a paler one
    tint = 0.65 + 0.7 * hash01(brick, course, 7)
    joint = JOINT_M / width if in_course < width or in_brick < width else 0.0
    for k in range(3):
        mortar = 0.36 * (1.0, 0.95, 0.87)[k]  # lime mortar, estimate
        out[k] = base[k] * tint + joint * (mortar - base[k] * tint)
    return (1.0 - joint) * (2.0 * hash01(brick, course, 11) - 1.0)


@njit(cache=True, nogil=True)
def room(x: float, y: float, z: float, up: float, storey: int, part: int, out: Any) -> None:
    """Painted walls that differ from room to room, pale ceilings, worn floors. Colours are artistic estimates."""
    if up > 0.7:
        plank = hash01(int(np.floor(x / 0.14)), storey, 3)
        out[0], out[1], out[2] = 0.20 + 0.10 * plank, 0.13 + 0.07 * plank, 0.08 + 0.05 * plank
    elif up < -0.7:
        out[0], out[1], out[2] = 0.52, 0.50, 0.46
    else:
        pick = hash01(int(np.floor(x / 4.3)), storey, int(np.floor(z / 4.7)))
        if part == 7:
            out[0], out[1], out[2] = 0.10 + 0.25 * pick, 0.10 + 0.10 * pick, 0.09 + 0.08 * (1 - pick)
        elif pick < 0.35:
            out[0], out[1], out[2] = 0.50, 0.46, 0.38
        elif pick < 0.55:
            out[0], out[1], out[2] = 0.32, 0.36, 0.34
        elif pick < 0.75:
            out[0], out[1], out[2] = 0.46, 0.38, 0.27
        else:
            out[0], out[1], out[2] = 0.42, 0.40, 0.40


@njit(cache=True, nogil=True)
def albedo(
    p: Any,
    ups: tuple[float, float],
    what: tuple[int, int, int, int],
    height: float,
    pixel_m: float,
    broken: Any,
    table: Any,
    v: Any,
    out: Any,
) -> None:
    """Colour of a surface point: the material, darker in hollows, under the dust of its own breaking.

    Args:
        p: (3,) rest position, m.
        ups: y of the normal at rest, and as it lies now: there dust falls on it.
        what: ``Surface`` (PLATE is not asked here), ``Material``, ``Part`` and storey.
        height: of ``relief``.
        pixel_m: size of a pixel there, m.
        broken: (6, 3) colour of each broken ``Material``.
        table: of ``noise_table``; v: (4,) scratch.
    """
    up, up_now = ups
    kind, material, part, storey = what
    x, y, z = p[0], p[1], p[2]
    if kind == INNER and material != GLASS:
        room(x, y, z, up, storey, part, out)
    elif material == BRICK:
        height += 0.45 * brickwork(x, y, z, broken[BRICK], pixel_m, out)
    else:
        for k in range(3):
            out[k] = broken[material, k]
    noise4(table, 1.7 * x, 1.7 * y, 1.7 * z, v)
    stain, patch = 1.0 + 0.16 * v[0], v[1]
    hollow = min(1.25, max(0.45, 1.0 + HOLLOWS * height))
    coat = 0.0
    if material != GLASS:
        fresh = FRESH_DUST if kind == BROKEN else 0.5 * FRESH_DUST
        coat = min(0.85, max(0.0, fresh + 0.35 * patch + 0.25 * max(0.0, up_now) - 0.25 * height))
    for k in range(3):
        out[k] = (out[k] * stain + coat * (DUST_ALBEDO[k] - out[k] * stain)) * hollow
