"""What makes dust and small debris: bonds that break and things that strike, as records in space and time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from secondunit.effects.collapse.materials import MATERIALS
from secondunit.effects.collapse.motion.world import World

Array = npt.NDArray[Any]
_CELL_M = 0.5  # events of a frame nearer than this become one
_DUST_KG_PER_J = 1.2e-5  # fine dust ground by impact: Bond's work for brick, 1e5 J/kg to sand, a hundredth of it fines
_CHIP_J_PER_M2 = 6e3  # an impact of this energy throws off debris like a m2 of broken face, artistic


@dataclass
class Sources:
    """K places where matter came loose, in order of time.

    Attributes:
        time_s: (K,) after the first frame.
        point: (K, 3); velocity: (K, 3) of the matter.
        area_m2: (K,) broken face, or as much of one as an impact is worth.
        dust_kg: (K,) fine dust set free.
        material: (K,) ``Material``.
    """

    time_s: Array
    point: Array
    velocity: Array
    area_m2: Array
    dust_kg: Array
    material: Array

    @classmethod
    def none(cls) -> Sources:
        """An empty record."""
        empty, points = np.zeros(0), np.zeros((0, 3))
        return cls(empty, points, points, empty, empty, np.zeros(0, np.uint8))

    @classmethod
    def joined(cls, parts: list[Sources]) -> Sources:
        """All records in one."""
        if not parts:
            return cls.none()
        return cls(**{name: np.concatenate([getattr(one, name) for one in parts]) for name in cls.__dataclass_fields__})


def collect(world: World) -> Sources:
    """What broke and struck since the last call, stamped with the world's time."""
    shards, broken, impact = world.shards, world.broken, world.impact
    dusty = np.array([one.dust_kg_per_m2 for one in MATERIALS])
    ends = shards.bond_ends[broken.bond]
    first = shards.material[ends[:, 0]]
    second = np.where(ends[:, 1] < 0, first, shards.material[ends[:, 1]])
    area = shards.bond_area[broken.bond]
    struck = shards.material[impact.shard]
    part = Sources(
        np.full(len(area) + len(struck), world.time_s),
        np.concatenate([broken.point, impact.point]),
        np.concatenate([broken.velocity, impact.velocity]),
        np.concatenate([area, impact.energy / _CHIP_J_PER_M2]),
        np.concatenate(
            [area * 0.5 * (dusty[first] + dusty[second]), impact.energy * _DUST_KG_PER_J * dusty[struck] / dusty[0]]
        ),
        np.concatenate([first, struck]).astype(np.uint8),
    )
    world.forget()
    return part


def events(sources: Sources, rate: float, frames: int) -> tuple[Array, Array, Array, Array]:
    """Dust events merged to cells: frame (E,) int32, position, velocity (E, 3) and dust kg (E,) float32."""
    keep = sources.dust_kg > 0
    time, point = sources.time_s[keep], sources.point[keep]
    velocity, dust = sources.velocity[keep], sources.dust_kg[keep]
    frame = np.minimum(np.ceil(time * rate - 1e-6), frames - 1).astype(np.int64)
    cell = np.floor(point / _CELL_M).astype(np.int64)
    key = np.column_stack([frame, cell])
    groups, index = np.unique(key, axis=0, return_inverse=True)
    count = len(groups)
    kilos = np.bincount(index, dust, count)
    mean = [np.bincount(index, dust * column, count) / kilos for column in (*point.T, *velocity.T)]
    position, speed = np.stack(mean[:3], axis=1), np.stack(mean[3:], axis=1)
    return (
        groups[:, 0].astype(np.int32) if count else np.zeros(0, np.int32),
        position.astype(np.float32),
        speed.astype(np.float32),
        kilos.astype(np.float32),
    )
