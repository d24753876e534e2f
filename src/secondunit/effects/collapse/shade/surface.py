"""What a surface looks like where the plate never saw it: broken brick, concrete, rooms. All kernels, no state.

Colours are linear ACEScg albedo. Positions are those of the intact building, so that patterns stick to their shard.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

# Modular brick with joint as laid in Europe: 240 x 71 mm with 10 mm joints (DIN 105-100, normal format)
BRICK_LENGTH_M, BRICK_COURSE_M, JOINT_M = 0.25, 0.0813, 0.011
CHIP_M = 0.06  # how far edges crumble: a quarter of a brick, by eye


@njit(cache=True, nogil=True)
def hash01(x: int, y: int, z: int) -> float:
    """A number in 0..1 for each cell of space (integer avalanche hash)."""
    h = np.uint32(x * 374761393 + y * 668265263 + z * 2147483647)
    h = np.uint32((h ^ (h >> np.uint32(13))) * np.uint32(1274126177))
    h ^= h >> np.uint32(16)
    return float((h & np.uint32(0xFFFFFF)) / 16777216.0)


@njit(cache=True, nogil=True)
def noise(x: float, y: float, z: float) -> float:
    """Smooth value noise in -1..1 with features of one unit (Perlin's fade curve)."""
    ix, iy, iz = int(np.floor(x)), int(np.floor(y)), int(np.floor(z))
    fx, fy, fz = x - ix, y - iy, z - iz
    fx, fy, fz = fx * fx * (3 - 2 * fx), fy * fy * (3 - 2 * fy), fz * fz * (3 - 2 * fz)
    total = 0.0
    for k in range(2):
        for j in range(2):
            low, high = hash01(ix, iy + j, iz + k), hash01(ix + 1, iy + j, iz + k)
            total += (low + (high - low) * fx) * (fy if j else 1 - fy) * (fz if k else 1 - fz)
    return 2.0 * total - 1.0


@njit(cache=True, nogil=True)
def rough(x: float, y: float, z: float, out: Any) -> None:
    """A smooth random vector (3,) for bending normals: value noise at 5 cm and 1.5 cm."""
    out[0] = noise(20 * x, 20 * y, 20 * z) + 0.7 * noise(66 * x, 66 * y, 66 * z)
    out[1] = noise(20 * x + 31, 20 * y, 20 * z) + 0.7 * noise(66 * x + 31, 66 * y, 66 * z)
    out[2] = noise(20 * x, 20 * y + 57, 20 * z) + 0.7 * noise(66 * x, 66 * y + 57, 66 * z)


@njit(cache=True, nogil=True)
def chipped(p: Any, w: Any, crease: Any) -> bool:
    """Whether the edge of a shard has crumbled away here: up to CHIP_M from it, in bites.

    Args:
        p: (3,) rest position, m.
        w: (3,) barycentric weights.
        crease: (3,) distance of each corner from the shard's edge across, m; 0 = no edge there.
    """
    nearest = 1e9
    for k in range(3):
        if crease[k] > 0.0:
            nearest = min(nearest, w[k] * crease[k])
    if nearest > CHIP_M:
        return False
    bite = 0.4 + 0.6 * noise(13 * p[0], 13 * p[1], 13 * p[2]) + 0.3 * noise(48 * p[0], 48 * p[1], 48 * p[2])
    return nearest < CHIP_M * bite


@njit(cache=True, nogil=True)
def brickwork(x: float, y: float, z: float, base: Any, out: Any) -> None:
    """Courses of brick in mortar, every brick a little different."""
    course = int(np.floor(y / BRICK_COURSE_M))
    along = x + z + (0.5 * BRICK_LENGTH_M if course % 2 else 0.0)
    brick = int(np.floor(along / BRICK_LENGTH_M))
    in_course, in_brick = y - course * BRICK_COURSE_M, along - brick * BRICK_LENGTH_M
    if in_course < JOINT_M or in_brick < JOINT_M:
        for k in range(3):
            out[k] = 0.36 * (1.0, 0.95, 0.87)[k]  # lime mortar, estimate
        return
    tint = 0.75 + 0.5 * hash01(brick, course, 7)
    for k in range(3):
        out[k] = base[k] * tint


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
            out[0], out[1], out[2] = 0.26, 0.36, 0.36
        elif pick < 0.75:
            out[0], out[1], out[2] = 0.46, 0.36, 0.22
        else:
            out[0], out[1], out[2] = 0.42, 0.40, 0.40


@njit(cache=True, nogil=True)
def albedo(p: Any, up: float, kind: int, material: int, part: int, storey: int, broken: Any, out: Any) -> None:
    """Colour of a surface point.

    Args:
        p: (3,) rest position, m.
        up: y of the rest normal.
        kind: ``Surface``; PLATE is not asked here.
        broken: (6, 3) colour of each broken ``Material``.
    """
    x, y, z = p[0], p[1], p[2]
    if kind == 2 and material != 3:
        room(x, y, z, up, storey, part, out)
    elif material == 0:
        brickwork(x, y, z, broken[0], out)
    else:
        for k in range(3):
            out[k] = broken[material, k]
        if material == 1:  # stones in the cement
            stone = noise(45 * x, 45 * y, 45 * z)
            for k in range(3):
                out[k] *= 1.0 + 0.35 * max(0.0, stone - 0.2) - 0.15 * max(0.0, -stone)
    stain = 0.86 + 0.16 * noise(1.7 * x, 1.7 * y, 1.7 * z) + 0.10 * noise(9 * x, 9 * y, 9 * z)
    for k in range(3):
        out[k] *= stain
