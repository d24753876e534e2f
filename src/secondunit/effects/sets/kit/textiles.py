"""Hides, cloth, carpets, straw, leaves: soft surfaces, painted as the hard ones are."""

from __future__ import annotations

import numpy as np

from secondunit.effects.sets.kit.textures import Texture, axes, made, painter
from secondunit.imaging.noise import Rng, noise


@painter("leather")
def _leather(rng: Rng) -> Texture:
    """Hide: cells of some 2 mm, creases, worn tones."""
    tile, size = (0.6, 0.6), (1024, 1024)
    cells = np.abs(noise(size, rng, slope=0.95, low=70)) + 0.5 * np.abs(noise(size, rng, slope=0.8, low=120))
    broad, mid = noise(size, rng, slope=1.6, low=1), noise(size, rng, slope=1.3, low=6)
    crease = np.exp(-np.abs(noise(size, rng, slope=1.4, low=5)) / 0.03)
    level = np.exp(0.12 * broad + 0.06 * mid) * (1 - 0.25 * np.exp(-cells / 0.25))
    return made(
        level, 0.00022 * np.tanh(cells * 2) - 0.0002 * crease, tile, -0.05 * broad + 0.06 * np.exp(-cells / 0.2)
    )


@painter("weave")
def _weave(rng: Rng) -> Texture:
    """Upholstery cloth: yarns of 1.6 mm over and under, slubs."""
    tile, size = (0.32, 0.32), (1000, 1000)
    u, v = axes(*size, tile)
    wide = 0.0016
    i, j = np.floor(u / wide).astype(int), np.floor(v / wide).astype(int)
    over = (i + j) % 2 == 0
    across = np.where(over, np.mod(v, wide) / wide, np.mod(u, wide) / wide) - 0.5
    along = np.where(over, np.mod(u, wide) / wide, np.mod(v, wide) / wide) - 0.5
    yarn = np.sqrt(np.clip(1 - (2 * across) ** 2, 0, 1)) * np.cos(along * 2.2)
    warp, weft = rng.normal(0, 1, (1, 201)), rng.normal(0, 1, (201, 1))
    tone = np.where(over, weft[np.minimum(j, 200), 0], warp[0, np.minimum(i, 200)])
    slub = noise(size, rng, slope=1.0, low=10)
    level = np.exp(0.13 * tone + 0.06 * slub) * (0.62 + 0.46 * yarn)
    return made(level, 0.0005 * yarn, tile)


@painter("boucle")
def _boucle(rng: Rng) -> Texture:
    """Looped wool."""
    tile, size = (0.5, 0.5), (1024, 1024)
    loops = np.abs(noise(size, rng, slope=0.9, low=45))
    broad = noise(size, rng, slope=1.5, low=3)
    knob = np.tanh(1.4 * loops)
    return made(np.exp(0.04 * broad) * (0.6 + 0.5 * knob), 0.0032 * knob, tile)


@painter("velvet")
def _velvet(rng: Rng) -> Texture:
    """Pile that lies this way and that."""
    tile, size = (1.0, 1.0), (900, 900)
    nap, fine = noise(size, rng, slope=1.6, low=3), noise(size, rng, slope=0.4, low=150)
    return made(np.exp(0.1 * nap + 0.05 * fine), 0.0002 * fine, tile)


@painter("stripe")
def _stripe(rng: Rng) -> Texture:
    """Woven stripes of 40 mm on a plain ground."""
    base = _weave(rng)
    u, _ = axes(1000, 1000, base.tile_m)
    band = np.where(np.mod(u, 0.08) < 0.04, 1.0, 0.45)[..., None]
    return made((base.tint * band).astype(np.float32), base.height_m, base.tile_m)


@painter("pile")
def _pile(rng: Rng) -> Texture:
    """Cut pile of a carpet: tufts, shading where feet went."""
    tile, size = (1.6, 1.6), (1200, 1200)
    tuft, broad = noise(size, rng, slope=0.5, low=110), noise(size, rng, slope=1.5, low=3)
    return made(np.exp(0.2 * tuft + 0.09 * broad), 0.0016 * tuft, tile)


@painter("straw")
def _straw(rng: Rng) -> Texture:
    """Plaited cane or willow of 8 mm."""
    tile, size = (0.32, 0.32), (800, 800)
    u, v = axes(*size, tile)
    wide = 0.008
    i, j = np.floor(u / wide / 2).astype(int), np.floor(v / wide).astype(int)
    over = (i + j) % 2 == 0
    bulge = np.where(over, np.sin(np.pi * np.mod(u, 2 * wide) / (2 * wide)), 0.25)
    round_v = np.sqrt(np.clip(1 - (2 * np.mod(v, wide) / wide - 1) ** 2, 0, 1))
    tone = rng.normal(0, 0.16, (41, 1))[np.minimum(j, 40)][..., 0]
    fine = noise(size, rng, slope=0.8, low=20, stretch=0.1)
    return made(np.exp(tone + 0.1 * fine) * (0.35 + 0.7 * bulge * round_v), 0.003 * bulge * round_v, tile)


@painter("leaf")
def _leaf(rng: Rng) -> Texture:
    """Greens, from leaf to leaf."""
    size = (64, 1024)
    tone = noise(size, rng, slope=0.5, low=10)
    turn = noise(size, rng, slope=0.8, low=6)
    tint = np.exp(0.28 * tone)[..., None] * np.stack([1 + 0.2 * turn, 1 + 0 * turn, 1 - 0.25 * turn], -1)
    return made(tint.astype(np.float32), 0 * tone, (1.0, 0.25))
