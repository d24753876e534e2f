"""A little building of blocks that falls by hand-made rules: input for the dust without fracture and motion."""

from __future__ import annotations

import types

import numpy as np
import pytest

from secondunit.effects.collapse.shards import Motion, Part, Shards

RATE = 24.0


def box_shards(low, high, part, storey):
    """Shards from axis-aligned boxes (N, 3), (N, 3); neighbours within 5 cm are bonded."""
    low, high = np.asarray(low, float), np.asarray(high, float)
    count = len(low)
    corner = np.array([[a, b, c] for a in (0, 1) for b in (0, 1) for c in (0, 1)])
    vertices = (low[:, None] + corner * (high - low)[:, None]).reshape(-1, 3)
    quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    triangles = np.array([t for a, b, c, d in quads for t in ((a, b, c), (a, c, d))])
    size = high - low
    volume = size.prod(1)
    inertia = np.zeros((count, 3, 3))
    for axis in range(3):
        others = [a for a in range(3) if a != axis]
        inertia[:, axis, axis] = volume * (size[:, others] ** 2).sum(1) / 12
    grown = (low[:, None] <= high[None] + 0.05) & (high[:, None] >= low[None] - 0.05)
    first, second = np.nonzero(np.triu(grown.all(-1), 1))
    bonds = len(first)
    ones = np.ones(bonds)
    return Shards(
        vertices=vertices,
        vertex_start=np.arange(count + 1, dtype=np.int32) * 8,
        triangles=(triangles[None] + 8 * np.arange(count)[:, None, None]).reshape(-1, 3).astype(np.int32),
        triangle_start=np.arange(count + 1, dtype=np.int32) * 12,
        surface=np.zeros(count * 12, np.uint8),
        material=np.zeros(count, np.uint8),
        part=np.asarray(part, np.uint8),
        storey=np.asarray(storey, np.int16),
        volume=volume,
        centroid=(low + high) / 2,
        inertia=inertia,
        bond_ends=np.stack([first, second], 1).astype(np.int32).reshape(-1, 2),
        bond_centre=((low + high)[first] + (low + high)[second]) / 4,
        bond_normal=np.tile([0.0, 1.0, 0.0], (bonds, 1)),
        bond_area=ones,
        bond_tension=ones * 1e6,
        bond_shear=ones * 1e6,
        bond_compression=ones * 1e7,
        bond_rebar=ones * 0,
    )


def block_building(width_m=20.0, depth_m=12.0, storeys=5, storey_m=3.3, step_m=2.0):
    """Walls with window gaps and slabs, as boxes."""
    low, high, part, storey = [], [], [], []

    def add(a, b, kind, level):
        low.append(a)
        high.append(b)
        part.append(kind)
        storey.append(level)

    for level in range(storeys):
        base = level * storey_m
        for x in np.arange(0, width_m, step_m):
            for z in np.arange(-depth_m, 0, step_m):
                roof = level == storeys - 1
                add((x, base + storey_m - 0.25, z), (x + step_m, base + storey_m, z + step_m), Part.SLAB, level)
                part[-1] = Part.ROOF if roof else Part.SLAB
            for z in (-0.36, -depth_m):
                pier = 0.45 * step_m
                add((x, base, z), (x + pier, base + storey_m - 0.25, z + 0.36), Part.WALL, level)
                add((x + pier, base, z), (x + step_m, base + 0.9, z + 0.36), Part.WALL, level)
        for z in np.arange(-depth_m, 0, step_m):
            for x in (0.0, width_m - 0.36):
                add((x, base, z), (x + 0.36, base + storey_m - 0.25, z + step_m), Part.WALL, level)
    return box_shards(low, high, part, storey)


def pancake(shards, frames, *, start_s=0.3, spread_m_per_s=14.0, rest=0.28, seed=3):
    """Shards let go in a wave from the bottom left, fall freely, and lie still on a heap; an event where each lands."""
    random = np.random.default_rng(seed)
    centre = shards.centroid
    away = np.hypot(centre[:, 0] - centre[:, 0].min(), centre[:, 1] * 0.6)
    released = start_s + away / spread_m_per_s + random.uniform(0, 0.15, len(centre))
    low, high = centre.min(0), centre.max(0)
    middle = (low + high) / 2
    target = centre.copy()
    target[:, 1] = np.maximum(centre[:, 1] * rest * random.uniform(0.5, 1.0, len(centre)), 0.2)
    out = (centre - middle) * random.uniform(0.0, 0.25, (len(centre), 1))
    target[:, [0, 2]] += out[:, [0, 2]]
    drop = centre[:, 1] - target[:, 1]
    landed = released + np.sqrt(2 * np.maximum(drop, 0) / 9.81)
    time = np.arange(frames)[:, None] / RATE
    falling = np.clip(time - released, 0, landed - released)
    position = np.repeat(centre[None], frames, 0)
    position[..., 1] -= 0.5 * 9.81 * falling**2
    share = np.divide(falling, landed - released, out=np.zeros_like(falling), where=(landed > released)[None])
    position[..., [0, 2]] += (target - centre)[None][..., [0, 2]] * share[..., None]
    moves = (time > released) & (time < landed)
    velocity = np.zeros_like(position)
    velocity[..., 1] = -9.81 * falling * moves
    velocity[..., [0, 2]] = ((target - centre) / np.maximum(landed - released, 1e-3)[:, None])[None][..., [0, 2]]
    velocity[..., [0, 2]] *= moves[..., None]
    rotation = np.zeros((frames, len(centre), 4))
    rotation[..., 0] = 1
    frame = np.ceil(landed * RATE).astype(int)
    order = np.argsort(frame, kind="stable")
    order = order[frame[order] < frames]
    at = frame[order]
    speed = 9.81 * (landed - released)[order]
    ends = shards.bond_ends
    return Motion(
        position=position.astype(np.float32),
        rotation=rotation.astype(np.float32),
        velocity=velocity.astype(np.float32),
        spin=np.zeros_like(velocity, dtype=np.float32),
        bond_broken_s=np.minimum(released[ends[:, 0]], released[ends[:, 1]]).astype(np.float32),
        chip_position=np.zeros((frames, 0, 3), np.float32),
        chip_radius=np.zeros(0, np.float32),
        chip_material=np.zeros(0, np.uint8),
        event_frame=at.astype(np.int32),
        event_position=position[at, order].astype(np.float32),
        event_velocity=np.stack([0 * speed, -speed, 0 * speed], -1).astype(np.float32),
        event_dust_kg=(0.0006 * 1800 * shards.volume[order] * np.minimum(speed / 10, 1)).astype(np.float32),
    )


@pytest.fixture(scope="session")
def blocks():
    """The two makers, ``building`` and ``pancake``, and the frame rate."""
    return types.SimpleNamespace(building=block_building, pancake=pancake, rate=RATE)
