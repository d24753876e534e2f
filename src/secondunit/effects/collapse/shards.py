"""What the building is made of once it is cut: shards, the bonds that hold them, and how they move."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from secondunit.records import read_arrays, write_arrays

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
GROUND = -1  # the other end of a bond to the foundation


class Surface(IntEnum):
    """What a triangle's outside is."""

    PLATE = 0  # seen by the camera at rest: carries the plate by projection
    OUTER = 1  # outside of the building, not seen by the camera
    INNER = 2  # rooms: plaster, ceilings, floors
    BROKEN = 3  # made by the fracture


class Part(IntEnum):
    """What a shard was cut from."""

    WALL = 0
    INNER_WALL = 1
    SLAB = 2
    ROOF = 3
    GLASS = 4
    FRAME = 5
    COLUMN = 6
    FURNITURE = 7


class Material(IntEnum):
    """Index into ``materials.MATERIALS``."""

    BRICK = 0
    CONCRETE = 1
    PLASTER = 2
    GLASS = 3
    TIMBER = 4
    STEEL = 5


@dataclass(frozen=True)
class Shards:
    """N convex shards with T triangles, V vertices and B bonds. World metres, at rest.

    Attributes:
        vertices: (V, 3) world positions at rest; shards do not share vertices.
        vertex_start: (N + 1,) shard i owns vertices ``vertex_start[i]:vertex_start[i + 1]``.
        triangles: (T, 3) vertex indices, counter-clockwise seen from outside.
        triangle_start: (N + 1,) shard i owns triangles ``triangle_start[i]:triangle_start[i + 1]``.
        surface: (T,) ``Surface`` of each triangle.
        material: (N,) ``Material``.
        part: (N,) ``Part``.
        storey: (N,) 0 = ground floor.
        volume: (N,) m3.
        centroid: (N, 3) centre of mass.
        inertia: (N, 3, 3) about the centroid, for density 1 kg/m3; world axes at rest.
        bond_ends: (B, 2) shard indices, the second may be ``GROUND``.
        bond_centre: (B, 3) middle of the shared face.
        bond_normal: (B, 3) unit, from the first end to the second.
        bond_area: (B,) m2.
        bond_tension: (B,) tensile strength, Pa.
        bond_shear: (B,) shear strength (cohesion), Pa.
        bond_compression: (B,) compressive strength, Pa.
        bond_rebar: (B,) steel area crossing the face, m2; 0 = brittle.
    """

    vertices: Floats
    vertex_start: Ints
    triangles: Ints
    triangle_start: Ints
    surface: npt.NDArray[np.uint8]
    material: npt.NDArray[np.uint8]
    part: npt.NDArray[np.uint8]
    storey: npt.NDArray[np.int16]
    volume: Floats
    centroid: Floats
    inertia: Floats
    bond_ends: Ints
    bond_centre: Floats
    bond_normal: Floats
    bond_area: Floats
    bond_tension: Floats
    bond_shear: Floats
    bond_compression: Floats
    bond_rebar: Floats

    def __len__(self) -> int:
        return len(self.volume)

    def save(self, path: Path) -> None:
        """Write as one ``.npz``."""
        write_arrays(path, {one.name: getattr(self, one.name) for one in fields(self)})

    @classmethod
    def load(cls, path: Path) -> Shards:
        """Read what ``save`` wrote."""
        return cls(**read_arrays(path))


@dataclass(frozen=True)
class Motion:
    """How N shards and C chips (debris too small to be a shard) move through F frames.

    A shard's vertex at frame f is ``rotate(rotation[f, i], vertex - centroid[i]) + position[f, i]``. Velocities are
    those at the frame's instant, so that a renderer can move shards within the shutter.

    Attributes:
        position: (F, N, 3) float32, centroids in world metres.
        rotation: (F, N, 4) float32, unit quaternions (w, x, y, z); (1, 0, 0, 0) at rest.
        velocity: (F, N, 3) float32, m/s.
        spin: (F, N, 3) float32, rad/s, world axes.
        bond_broken_s: (B,) float32 seconds after the first frame at which a bond broke; inf = it held.
        chip_position: (F, C, 3) float32; before its birth a chip is at NaN.
        chip_radius: (C,) float32 m.
        chip_material: (C,) ``Material``.
        event_frame: (E,) int32 frame offset (0 = first frame) of a dust-making event, sorted.
        event_position: (E, 3) float32.
        event_velocity: (E, 3) float32, of the matter that made it, m/s.
        event_dust_kg: (E,) float32, mass of fine dust set free.
    """

    position: npt.NDArray[np.float32]
    rotation: npt.NDArray[np.float32]
    velocity: npt.NDArray[np.float32]
    spin: npt.NDArray[np.float32]
    bond_broken_s: npt.NDArray[np.float32]
    chip_position: npt.NDArray[np.float32]
    chip_radius: npt.NDArray[np.float32]
    chip_material: npt.NDArray[np.uint8]
    event_frame: npt.NDArray[np.int32]
    event_position: npt.NDArray[np.float32]
    event_velocity: npt.NDArray[np.float32]
    event_dust_kg: npt.NDArray[np.float32]

    def save(self, path: Path) -> None:
        """Write as one ``.npz``."""
        write_arrays(path, {one.name: getattr(self, one.name) for one in fields(self)})

    @classmethod
    def load(cls, path: Path) -> Motion:
        """Read what ``save`` wrote."""
        return cls(**read_arrays(path))


def rotate(quaternion: npt.NDArray[Any], vector: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Turn vectors (..., 3) by unit quaternions (..., 4) given as (w, x, y, z)."""
    axis, w = quaternion[..., 1:], quaternion[..., :1]
    twice = 2.0 * np.cross(axis, vector)
    turned: npt.NDArray[Any] = vector + w * twice + np.cross(axis, twice)
    return turned
