"""Debris too small to be a shard: many, cheap, one after another through the air to where they come to lie.

Chips do not push anything. They are made after the shards have fallen, from where bonds broke and things struck;
walls that still stand and neighbours throw them back, the ground and the heap keep them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from secondunit.effects.collapse.materials import MATERIALS
from secondunit.effects.collapse.motion.events import Sources

Array = npt.NDArray[Any]
_PER_SHARD = 13  # chips a shard at most, times the artist's amount
_PER_M2 = 40.0  # chips of a broken square metre, artistic
_SMALLEST_M, _LARGEST_M = 0.018, 0.18  # radius, m: what a camera across the street can see; a shard is larger
_POWER = 2.0  # number above radius r falls as r^-2: fragments of brittle solids, 1.8 to 2.7, Turcotte 1986
_AIR_DRAG = 3.0 / 8.0 * 1.2 * 0.8  # kg/m3: 3/8 air density times the drag coefficient of a rough sphere
_FIELD_M = 0.3  # cell of the height field and of the walls
_MOVED_M = 0.1  # a shard nearer than this to where it was built still stands
_REBOUND = 0.25  # of the speed into a wall, a heap or the ground: broken brick on brick, artistic
_SUBSTEPS = 3


def chips(
    sources: Sources,
    position: Array,
    extent: Array,
    rest: Array,
    boxes: Array,
    *,
    rate: float,
    amount: float,
    seed: int,
    gravity: float,
) -> tuple[Array, Array, Array]:
    """Fly the chips; returns their positions (F, C, 3) float32, radii (C,) float32 and materials (C,) uint8.

    Args:
        sources: where matter came loose.
        position: (F, N, 3) centres of shards; rest: (N, 3) at rest; extent: (N, 3) of their boxes at rest, m.
        boxes: (K, 5) neighbours (left, back, right, front, height).
        rate: frames a second. amount: the artist's multiplier. seed: of the scatter. gravity: m/s2.
    """
    frames, count = position.shape[:2]
    born, radius, speed, at, material = _born(sources, amount, int(_PER_SHARD * count * amount), seed)
    density = np.array([one.density_kg_per_m3 for one in MATERIALS])[material]
    drag = _AIR_DRAG / (radius * density)
    out = np.full((frames, len(born), 3), np.nan, np.float32)
    if len(born) == 0:
        return out, radius.astype(np.float32), material
    margin = 30.0
    corner = rest.min(axis=0)[[0, 2]] - margin
    size = np.ceil((rest.max(axis=0)[[0, 2]] + margin - corner) / _FIELD_M).astype(np.int64)
    first = (rest - extent / 2).min(axis=0)
    walls = np.zeros(tuple(np.ceil(((rest + extent / 2).max(axis=0) - first) / _FIELD_M).astype(int)), np.bool_)
    for frame in range(frames):
        height = _heights(position, frame, extent.min(axis=1) / 2, rest, rate, corner, size)
        stands = np.linalg.norm(position[frame] - rest, axis=1) < _MOVED_M
        _fill(walls, first, rest - extent / 2, rest + extent / 2, stands)
        _fly(at, speed, born, radius, drag, frame, rate, gravity, height, corner, walls, first, boxes, out[frame])
    return out, radius.astype(np.float32), material


def _born(sources: Sources, amount: float, most: int, seed: int) -> tuple[Array, Array, Array, Array, Array]:
    random = np.random.default_rng(seed)
    total = float(sources.area_m2.sum())
    count = min(most, int(total * _PER_M2 * amount))
    if count == 0:
        none = np.zeros(0)
        return none, none, np.zeros((0, 3)), np.zeros((0, 3)), np.zeros(0, np.uint8)
    pick = np.searchsorted(np.cumsum(sources.area_m2), random.random(count) * total)
    pick = np.sort(np.minimum(pick, len(sources.time_s) - 1))
    least = (_SMALLEST_M / _LARGEST_M) ** _POWER
    radius = _SMALLEST_M * (1.0 - random.random(count) * (1.0 - least)) ** (-1.0 / _POWER)
    spread = np.sqrt(np.minimum(sources.area_m2[pick], 1.0))[:, None] * 0.5
    at = sources.point[pick] + random.normal(size=(count, 3)) * spread * 0.5
    at[:, 1] = np.maximum(at[:, 1], radius)
    fast = np.linalg.norm(sources.velocity[pick], axis=1, keepdims=True)
    scatter = random.normal(size=(count, 3)) * (0.5 + 0.18 * fast)
    return sources.time_s[pick], radius, sources.velocity[pick] * 0.85 + scatter, at, sources.material[pick]


def _heights(position: Array, frame: int, low: Array, rest: Array, rate: float, corner: Array, size: Array) -> Array:
    """Tops of what has fallen and lies still, (cells x, cells z)."""
    here = position[frame].astype(float)
    speed = np.linalg.norm(here - position[max(frame - 1, 0)], axis=1) * rate
    lies = (np.linalg.norm(here - rest, axis=1) > 0.4) & (speed < 0.8)
    cell = np.floor((here[lies][:, [0, 2]] - corner) / _FIELD_M).astype(np.int64)
    inside = ((cell >= 0) & (cell < size)).all(axis=1)
    height = np.zeros(tuple(size))
    np.maximum.at(height, tuple(cell[inside].T), (here[lies, 1] + low[lies])[inside])
    return height


@njit(cache=True, nogil=True)
def _fill(walls, first, low, high, stands):  # type: ignore[no-untyped-def]
    """Mark the cells whose middle lies in the box of a shard that still ``stands`` (N,)."""
    walls[:] = False
    lo, hi = np.zeros(3, np.int64), np.zeros(3, np.int64)
    for n in range(len(stands)):
        if stands[n]:
            for k in range(3):
                lo[k] = max(0, int(np.ceil((low[n, k] - first[k]) / _FIELD_M - 0.5)))
                hi[k] = min(walls.shape[k] - 1, int(np.floor((high[n, k] - first[k]) / _FIELD_M - 0.5)))
            walls[lo[0] : hi[0] + 1, lo[1] : hi[1] + 1, lo[2] : hi[2] + 1] = True


@njit(cache=True, nogil=True)
def _inside(walls, first, boxes, x, y, z):  # type: ignore[no-untyped-def]
    i, j, k = int((x - first[0]) // _FIELD_M), int((y - first[1]) // _FIELD_M), int((z - first[2]) // _FIELD_M)
    if 0 <= i < walls.shape[0] and 0 <= j < walls.shape[1] and 0 <= k < walls.shape[2] and walls[i, j, k]:
        return True
    for b in range(len(boxes)):
        if boxes[b, 0] < x < boxes[b, 2] and boxes[b, 1] < z < boxes[b, 3] and y < boxes[b, 4]:
            return True
    return False


@njit(cache=True, nogil=True)
def _go(at, speed, c, h, walls, first, boxes):  # type: ignore[no-untyped-def]
    """Move a chip by axes; a wall that it would enter throws it back. One born in a wall comes out freely."""
    free = not _inside(walls, first, boxes, at[c, 0], at[c, 1], at[c, 2])
    for m in range(3):
        before = at[c, m]
        at[c, m] += h * speed[c, m]
        if free and _inside(walls, first, boxes, at[c, 0], at[c, 1], at[c, 2]):
            at[c, m] = before
            speed[c, m] *= -_REBOUND


@njit(cache=True, nogil=True)
def _fly(  # type: ignore[no-untyped-def]
    at, speed, born, radius, drag, frame, rate, gravity, height, corner, walls, first, boxes, out
):
    h = 1.0 / (rate * _SUBSTEPS)
    for c in range(len(born)):
        now = (frame - 1) / rate
        for _ in range(_SUBSTEPS if frame > 0 else 0):
            now += h
            if born[c] > now:
                continue
            i = int((at[c, 0] - corner[0]) / _FIELD_M)
            k = int((at[c, 2] - corner[1]) / _FIELD_M)
            floor = height[i, k] if 0 <= i < height.shape[0] and 0 <= k < height.shape[1] else 0.0
            if at[c, 1] < floor - 0.2:  # born below the heap's top: it lies inside
                floor = 0.0
            size = np.sqrt(speed[c, 0] ** 2 + speed[c, 1] ** 2 + speed[c, 2] ** 2)
            if size == 0.0 and at[c, 1] <= floor + radius[c] + 0.05:
                continue
            slow = 1.0 / (1.0 + h * drag[c] * size)
            speed[c, 1] -= gravity * h
            for m in range(3):
                speed[c, m] *= slow
            _go(at, speed, c, h, walls, first, boxes)
            if at[c, 1] < floor + radius[c] and speed[c, 1] < 0.0:
                at[c, 1] = floor + radius[c]
                speed[c, 1] *= -_REBOUND
                speed[c, 0] *= 0.6
                speed[c, 2] *= 0.6
                if speed[c, 0] ** 2 + speed[c, 1] ** 2 + speed[c, 2] ** 2 < 0.15:
                    speed[c] = 0.0
        if born[c] <= frame / rate:
            out[c] = at[c]
