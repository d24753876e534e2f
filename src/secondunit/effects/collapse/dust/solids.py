"""What the air cannot pass: neighbours, and shards that stand, fall or lie, as solid fractions of voxels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from secondunit.effects.collapse.dust.grid import DustGrid
from secondunit.effects.collapse.shards import Part, Shards

Floats = npt.NDArray[np.float32]

# A wall is thinner than a voxel: once this share of a voxel is solid, it closes the voxel for air. A 0.36 m wall in
# 0.7 m voxels fills half of one or a quarter of two.
_CLOSES_AT = 0.26
LEAK = 0.06  # what cracks leave open of a closed face; also keeps sealed rooms solvable
_STILL_M_PER_S = 0.6
_PASSES = (Part.GLASS, Part.FRAME, Part.FURNITURE)  # break or let air pass before it matters


@dataclass(frozen=True)
class SolidPoints:
    """Points that stand for the matter of shards: P points, each with a share of its shard's volume.

    Attributes:
        owner: (P,) int32 shard.
        offset: (P, 3) float32 from the shard's centroid at rest, metres.
        volume: (P,) float32 m3.
    """

    owner: npt.NDArray[np.int32]
    offset: Floats
    volume: Floats


@dataclass
class Solids:
    """The solids of one frame on the grid.

    Attributes:
        hollow: (nx, ny, nz) 1 = air, 0 = closed.
        velocity: (nx, ny, nz, 3) m/s of what is solid there.
        still: (nx, ny, nz) uint8, 1 where the solid does not move.
        fixed: (nx, ny, nz) uint8, 1 in neighbours: nothing leaks.
    """

    hollow: Floats
    velocity: Floats
    still: npt.NDArray[np.uint8]
    fixed: npt.NDArray[np.uint8]


def solid_points(shards: Shards, spacing_m: float) -> SolidPoints:
    """Fill every shard that stops air with points about ``spacing_m`` apart (at least one, its centroid)."""
    stops = np.flatnonzero(~np.isin(shards.part, _PASSES))
    owners: list[npt.NDArray[Any]] = []
    offsets: list[npt.NDArray[Any]] = []
    for shard in stops:
        vertices = shards.vertices[shards.vertex_start[shard] : shards.vertex_start[shard + 1]]
        corner = shards.vertices[shards.triangles[shards.triangle_start[shard] : shards.triangle_start[shard + 1]]]
        points = _inside(vertices.astype(float), corner.astype(float), float(spacing_m))
        points = points if len(points) else shards.centroid[shard][None]
        owners.append(np.full(len(points), shard, np.int32))
        offsets.append(points - shards.centroid[shard])
    if not owners:
        return SolidPoints(np.zeros(0, np.int32), np.zeros((0, 3), np.float32), np.zeros(0, np.float32))
    owner, offset = np.concatenate(owners), np.concatenate(offsets).astype(np.float32)
    volume = (shards.volume / np.maximum(np.bincount(owner, minlength=len(shards)), 1))[owner]
    return SolidPoints(owner, offset, volume.astype(np.float32))


@numba.njit(cache=True, nogil=True)
def _inside(vertices: Any, corners: Any, spacing: float) -> Any:
    """Points of a lattice that lie in a convex body, (N, 3).

    Args:
        vertices: (V, 3) m; corners: (T, 3, 3) of its triangles, counter-clockwise from outside.
        spacing: of the lattice, about, m.
    """
    low, count, step = np.empty(3), np.empty(3, np.int64), np.empty(3)
    for a in range(3):
        low[a], high = vertices[:, a].min(), vertices[:, a].max()
        count[a] = max(int(np.round((high - low[a]) / spacing)), 1)
        step[a] = (high - low[a]) / count[a]
    normals, reach = np.empty((len(corners), 3)), np.empty(len(corners))
    for t in range(len(corners)):
        normals[t] = np.cross(corners[t, 1] - corners[t, 0], corners[t, 2] - corners[t, 0])
        reach[t] = (corners[t, 0] * normals[t]).sum() + 1e-9
    found, number = np.empty((count[0] * count[1] * count[2], 3)), 0
    for i in range(count[0]):
        for j in range(count[1]):
            for k in range(count[2]):
                x, y, z = low[0] + (i + 0.5) * step[0], low[1] + (j + 0.5) * step[1], low[2] + (k + 0.5) * step[2]
                inside = True
                for t in range(len(normals)):
                    if x * normals[t, 0] + y * normals[t, 1] + z * normals[t, 2] > reach[t]:
                        inside = False
                        break
                if inside:
                    found[number, 0], found[number, 1], found[number, 2] = x, y, z
                    number += 1
    return found[:number]


@numba.njit(cache=True, nogil=True)
def _splat(
    owner: Any,
    offset: Any,
    volume: Any,
    position: Any,
    rotation: Any,
    velocity: Any,
    spin: Any,
    origin: Any,
    voxel: Any,
    place: Any,
    fraction: Any,
    momentum: Any,
) -> None:
    """Move every point with its shard into ``place`` (P, 3), in voxels, and add its volume to the voxel it is in."""
    nx, ny, nz = fraction.shape
    cell = voxel * voxel * voxel
    for n in range(len(owner)):
        s = owner[n]
        w, x, y, z = rotation[s, 0], rotation[s, 1], rotation[s, 2], rotation[s, 3]
        a, b, c = offset[n, 0], offset[n, 1], offset[n, 2]
        tx, ty, tz = 2 * (y * c - z * b), 2 * (z * a - x * c), 2 * (x * b - y * a)
        a, b, c = a + w * tx + y * tz - z * ty, b + w * ty + z * tx - x * tz, c + w * tz + x * ty - y * tx
        place[n, 0] = (position[s, 0] + a - origin[0]) / voxel
        place[n, 1] = (position[s, 1] + b - origin[1]) / voxel
        place[n, 2] = (position[s, 2] + c - origin[2]) / voxel
        i, j, k = int(np.floor(place[n, 0])), int(np.floor(place[n, 1])), int(np.floor(place[n, 2]))
        if j == -1:
            j = 0  # rubble may press a little into the ground
        if 0 <= i < nx and 0 <= j < ny and 0 <= k < nz:
            share = volume[n] / cell
            fraction[i, j, k] += share
            momentum[i, j, k, 0] += share * (velocity[s, 0] + spin[s, 1] * c - spin[s, 2] * b)
            momentum[i, j, k, 1] += share * (velocity[s, 1] + spin[s, 2] * a - spin[s, 0] * c)
            momentum[i, j, k, 2] += share * (velocity[s, 2] + spin[s, 0] * b - spin[s, 1] * a)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _state(fraction: Any, motion: Any, fixed: Any, hollow: Any, still: Any) -> None:
    """How open each voxel is, and whether what is in it moves; ``motion`` goes from momentum to velocity."""
    nx, ny, nz = fraction.shape
    zero, one = np.float32(0.0), np.float32(1.0)
    for i in range(nx):
        for j in range(ny):
            for k in range(nz):
                share, square = fraction[i, j, k], zero
                hollow[i, j, k] = max(one - share / np.float32(_CLOSES_AT), zero)
                if fixed[i, j, k] == 1:
                    hollow[i, j, k] = zero
                for axis in range(3):
                    speed = motion[i, j, k, axis]
                    if share > zero:
                        speed = speed / share if fixed[i, j, k] == 0 else zero
                        motion[i, j, k, axis] = speed
                    square += speed * speed
                still[i, j, k] = square < np.float32(_STILL_M_PER_S * _STILL_M_PER_S)


def neighbour_mask(grid: DustGrid, boxes: Sequence[tuple[float, float, float, float, float]]) -> npt.NDArray[np.uint8]:
    """1 in voxels whose middle lies in a neighbour's box (left x, back z, right x, front z, height), (nx, ny, nz)."""
    x, y, z = (grid.origin_m[a] + (np.arange(grid.dims[a]) + 0.5) * grid.voxel_m for a in range(3))
    mask = np.zeros(grid.dims, np.uint8)
    for left, back, right, front, height in boxes:
        along, across = (x >= left) & (x <= right), (z >= back) & (z <= front)
        mask |= (along[:, None, None] & (y <= height)[None, :, None] & across[None, None, :]).astype(np.uint8)
    return mask


def rasterise(
    grid: DustGrid,
    points: SolidPoints,
    fixed: npt.NDArray[np.uint8],
    position: Floats,
    rotation: Floats,
    velocity: Floats,
    spin: Floats,
) -> tuple[Solids, Floats]:
    """The solids of one frame, and where the points are, (P, 3) in voxels.

    Args:
        grid: the box of air.
        points: what the shards are made of.
        fixed: (nx, ny, nz) voxels of neighbours.
        position, rotation, velocity, spin: of the N shards in this frame (see ``Motion``).
    """
    fraction, momentum = np.zeros(grid.dims, np.float32), np.zeros((*grid.dims, 3), np.float32)
    place = np.zeros((len(points.owner), 3), np.float32)
    origin, voxel = np.asarray(grid.origin_m, np.float32), np.float32(grid.voxel_m)
    arrays = (points.owner, points.offset, points.volume, position, rotation, velocity, spin)
    _splat(*arrays, origin, voxel, place, fraction, momentum)
    hollow, still = np.empty(grid.dims, np.float32), np.empty(grid.dims, np.uint8)
    _state(fraction, momentum, fixed, hollow, still)
    return Solids(hollow, momentum, still, fixed), place
