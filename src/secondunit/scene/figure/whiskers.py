"""Brows and beard: short hairs rooted where faces have them."""

from __future__ import annotations

import numpy as np

from secondunit.scene.figure.hair import Hair
from secondunit.scene.figure.parts import Array, Strands
from secondunit.scene.figure.strands import Cut, Skin, clump, grow, pigments, scatter, smooth_step, unrest, wander

BROW_DM = np.array([[0.12, 7.425], [0.20, 7.45], [0.30, 7.475], [0.40, 7.48], [0.49, 7.45], [0.56, 7.40]])
BROW_HALF_DM = [0.034, 0.042, 0.038, 0.030, 0.022, 0.010]


def brows(skin: Skin, look: Hair, *, years: float = 40.0, seed: int = 0) -> list[Strands]:
    """Both brows. They grey late and grow bushier in older men; ``years`` lengthens and roughens some hairs."""
    rng = np.random.default_rng((seed, 45))
    middle = skin.rest_dm[skin.triangles].mean(1)
    inside = (np.abs(middle[:, 0]) < 0.7) & (np.abs(middle[:, 1] - 7.48) < 0.17) & (middle[:, 2] > 0.9)
    roots = scatter(skin, inside, int(20000 * look.brows), rng)
    x = np.abs(roots.rest_dm[:, 0])
    along = np.interp(x, BROW_DM[:, 0], np.linspace(0, 1, len(BROW_DM)))
    centre = np.interp(x, BROW_DM[:, 0], BROW_DM[:, 1])
    half = np.interp(x, BROW_DM[:, 0], BROW_HALF_DM) * (0.8 + 0.15 * look.brows)
    across = (roots.rest_dm[:, 1] - centre) / half
    ends = smooth_step(x, BROW_DM[0, 0] - 0.02, BROW_DM[0, 0] + 0.05) * smooth_step(
        -x, -BROW_DM[-1, 0] - 0.02, -BROW_DM[-1, 0] + 0.06
    )
    keep = rng.random(len(x)) < np.exp(-(across**2) * 1.1) * ends * 0.6
    roots, along, across = roots.keep(keep), along[keep], across[keep]
    side = np.sign(roots.rest_dm[:, 0])
    outwards = np.clip(0.25 + along * 1.6, 0, 1.2)
    upwards = np.clip(1.0 - along * 1.7, -0.45, 1) - 0.35 * across
    heading = np.stack([side * outwards, upwards, 0 * along], -1)
    heading += rng.normal(0, 0.16 + 0.10 * smooth_step(np.array(years), 50, 80), heading.shape)
    wild = np.where(rng.random(len(roots)) < 0.06 * smooth_step(np.array(years), 45, 75), 1.6, 1.0)
    length = 0.0078 * rng.uniform(0.6, 1.05, len(roots)) * (1 - 0.35 * along) * wild
    cut = Cut(0, 0, 0, 0.0016, 0.0, 0.3, 5)
    strands = unrest(clump(grow(roots, heading, length, skin.ground, cut, rng), 0.25, 12, rng), 0.0, rng)
    grey = np.full(len(roots), float(np.clip(look.grey * 1.1 - 0.38, 0, 1)))
    return pigments("brow", strands, 0.00007, grey, look.pigment, rng)


def _beard_growth(rest_dm: Array, rng: np.random.Generator) -> Array:
    """Chance 0..1 that beard grows at places of the rest shape."""
    x, y, z = np.abs(rest_dm[:, 0]), rest_dm[:, 1], rest_dm[:, 2]
    wobble = 0.03 * wander(rest_dm, rng, 0.1)
    cheek = np.interp(x, [0.0, 0.20, 0.30, 0.42, 0.58, 0.70, 0.80], [6.80, 6.80, 6.72, 6.66, 6.80, 7.02, 7.2]) + wobble
    grown = smooth_step(cheek - y, -0.02, 0.06)
    grown = grown * smooth_step(y + wobble, 5.95, 6.15) * smooth_step(z, 0.28, 0.62)
    lip = np.sqrt((x / 0.262) ** 2 + ((y - 6.687) / np.where(y > 6.687, 0.070, 0.078)) ** 2)
    below = np.exp(-(((x - 0.12) / 0.06) ** 2 + ((y - 6.57) / 0.05) ** 2)) * 0.7  # bare beside the tuft under the lip
    patch = 0.85 + 0.15 * np.clip(wander(rest_dm, rng, 0.2) + 0.4, 0, 1)
    out: Array = grown * smooth_step(lip, 1.0, 1.16) * (1 - below) * patch
    return out


def beard(skin: Skin, look: Hair, *, seed: int = 0) -> list[Strands]:
    """Stubble or beard by ``look.beard``; chin and moustache are longer than the cheeks, the chin greys first."""
    if look.beard <= 0:
        return []
    rng = np.random.default_rng((seed, 46))
    middle = skin.rest_dm[skin.triangles].mean(1)
    inside = (np.abs(middle[:, 0]) < 0.95) & (middle[:, 1] < 7.3) & (middle[:, 1] > 5.8) & (middle[:, 2] > 0.2)
    roots = scatter(skin, inside, int(45000 + 25000 * min(look.beard, 1.0)), rng)
    chance = _beard_growth(roots.rest_dm, np.random.default_rng((seed, 47)))
    keep = rng.random(len(roots)) < chance
    roots, chance = roots.keep(keep), chance[keep]
    x, y, _ = roots.rest_dm.T
    moustache = smooth_step(y, 6.68, 6.74) * smooth_step(-np.abs(x), -0.34, -0.26)
    chin = np.exp(-((x / 0.3) ** 2 + ((y - 6.3) / 0.25) ** 2))
    full = 0.011 + 0.012 * chin - 0.003 * moustache
    length = (0.0006 + 0.0012 * np.clip(look.beard / 0.15, 0, 1)) + full * np.clip((look.beard - 0.2) / 0.8, 0, 1)
    length = length * rng.uniform(0.6, 1.05, len(roots)) * (0.5 + 0.5 * chance)
    heading = np.stack([0.25 * np.sign(x) * moustache + 0.1 * np.sign(x), -1 + 0 * x, 0.15 * chin], -1)
    heading[:, 0] += np.sign(x) * moustache * np.clip(np.abs(x) * 4, 0, 1)
    heading += rng.normal(0, 0.22, heading.shape)
    cut = Cut(0, 0, 0, 0.0007 + 0.007 * float(np.clip(look.beard - 0.2, 0, 1)), 0.0, 0.4, 5)
    strands = grow(roots, heading, length, skin.ground, cut, rng)
    strands = unrest(clump(strands, 0.3 * float(look.beard > 0.2), 9, rng), 0.15 * float(look.beard > 0.3), rng)
    odds = np.clip(look.grey * 1.25 + 0.35 * (chin - 0.3) * min(look.grey * 3, 1), 0, 1)
    return pigments("beard", strands, 0.000075, odds, look.pigment, rng)


def beard_cover(rest_dm: Array, seed: int = 0) -> Array:
    """How dense the beard grows, 0..1, at places (n, 3) of the rest shape: for a painter of a shaved one's shadow."""
    return _beard_growth(rest_dm, np.random.default_rng((seed, 47)))
