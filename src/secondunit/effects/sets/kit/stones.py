"""Stone: marble, travertine, rubble, terrazzo."""

from __future__ import annotations

import cv2
import numpy as np
from scipy.spatial import cKDTree

from secondunit.effects.sets.kit.textures import Texture, axes, laid, made, painter
from secondunit.imaging.noise import Image, Rng, noise, step


@painter("marble")
def _marble(rng: Rng) -> Texture:
    """Polished stone with veins that branch and fade."""
    tile, size = (2.4, 2.4), 1152
    warp, broad = noise((size, size), rng, slope=1.75, low=1), noise((size, size), rng, slope=1.8, low=2)
    vein = np.zeros((size, size), np.float32)
    for scale, strength in ((1.0, 1.0), (2.2, 0.55), (4.0, 0.3)):
        field = noise((size, size), rng, slope=1.55, low=2 * scale) + 0.7 * warp
        vein += (
            strength * np.exp(-np.abs(field) / (0.035 / scale**0.3)) * step(noise((size, size), rng, low=2), -0.4, 1.2)
        )
    vein = np.clip(vein, 0, 1.2)
    level = np.exp(0.06 * broad) * (1 - 0.6 * vein)
    return made(np.stack([level**0.95, level, level**1.02], -1), 0 * level, tile, 0.02 * broad)


@painter("dark_marble")
def _dark_marble(rng: Rng) -> Texture:
    """Dark polished stone with pale veins, as nero marquina."""
    pale = _marble(rng)
    share = np.clip(1 - pale.tint[..., :1], 0, 1)
    return made((0.8 + 14.0 * share**2.2 + 0 * pale.tint).astype(np.float32), pale.height_m, pale.tile_m, pale.rough)


@painter("travertine")
def _travertine(rng: Rng) -> Texture:
    """Banded stone in slabs of 1.2 by 0.6 m, with filled pores."""
    tile, size = (2.4, 2.4), (1152, 1152)
    tone, edge, joint, _ = laid(rng, tile, size, (1.2, 0.6), 0.002, 0.0, 0.05)
    bands = noise(size, rng, slope=1.2, low=3, stretch=0.1)
    pits = step(noise(size, rng, slope=0.75, low=20, stretch=0.3), 1.6, 2.3)
    level = np.exp(tone + 0.05 * bands) * (1 - 0.3 * pits) * (1 - 0.5 * joint)
    warm = np.stack([level, level, level**1.1], -1)
    return made(warm, -0.0005 * pits - 0.001 * np.exp(-edge / 0.0015), tile, 0.2 * pits)


@painter("rubble_stone")
def _rubble_stone(rng: Rng) -> Texture:
    """Rough stones in lime, none like another."""
    tile, size = (2.4, 2.4), 1200
    count = 9
    wobble = [0.05 * noise((size, size), rng, slope=1.7, low=4) for _ in range(2)]
    u, v = axes(size, size, tile)
    u, v = u + wobble[0], v + wobble[1]
    cell, rows = tile[0] / count, count + 3
    grid = np.stack(np.meshgrid(np.arange(count), np.arange(rows)), -1).reshape(-1, 2)
    middles = (grid + rng.uniform((-0.3, -0.25), (0.3, 0.25), grid.shape) + 0.5) * (cell, tile[1] / rows)
    middles[:, 0] += 0.5 * cell * (grid[:, 1] % 2)
    squash, number = np.array([1.0, 1.5]), len(middles)  # stones lie flat
    tree = cKDTree(np.mod(middles, tile) * squash, boxsize=np.array(tile) * squash)
    places = np.mod(np.stack(np.broadcast_arrays(u, v), -1), tile) * squash
    away, nearest = tree.query(places.reshape(-1, 2).astype(float), k=2, workers=-1)
    best, second = away.reshape(size, size, 2).astype(np.float32).transpose(2, 0, 1)
    owner = nearest[:, 0].reshape(size, size)
    edge = second - best
    rough = noise((size, size), rng, slope=1.1, low=10)
    joint = 1 - step(edge + 0.006 * rough, 0.012, 0.035)
    tone = rng.normal(0, 0.24, number)[owner]
    hue = rng.normal(0, 0.05, (number, 3))[owner]
    tint = np.exp(tone + 0.11 * rough)[..., None] * (1 + hue)
    tint = tint * (1 - joint[..., None]) + 1.35 * joint[..., None]
    return made(tint.astype(np.float32), -0.022 * joint + 0.0035 * rough, tile)


@painter("terrazzo")
def _terrazzo(rng: Rng) -> Texture:
    """Chips of marble in cement, ground flat."""
    tile, size = (1.0, 1.0), 1024
    tint = np.ones((size, size, 3), np.float32)
    for _ in range(1700):
        x, y = rng.integers(0, size, 2)
        reach = float(rng.choice([3, 4, 5, 7, 10, 14], p=[0.3, 0.25, 0.2, 0.13, 0.08, 0.04]))
        corners = np.sort(rng.uniform(0, 2 * np.pi, 6))
        ring = np.stack([np.cos(corners), np.sin(corners)], -1) * reach * rng.uniform(0.6, 1.1, (6, 1))
        colour = [float(c) for c in np.exp(rng.normal(0, 0.4)) * (1 + rng.normal(0, 0.1, 3))]
        for dx in (-size, 0, size):
            for dy in (-size, 0, size):
                if -20 < x + dx < size + 20 and -20 < y + dy < size + 20:
                    cv2.fillConvexPoly(tint, np.round(ring + np.array([x + dx, y + dy])).astype(np.int32), colour)
    soft: Image = cv2.GaussianBlur(tint, (0, 0), 0.6).astype(np.float32)
    return made(soft, np.zeros((size, size), np.float32), tile)
