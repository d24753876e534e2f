"""Hair on the head: where it grows, how it is cut and combed, how it recedes and greys."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from secondunit.scene.figure.parts import Array, Strands
from secondunit.scene.figure.strands import (
    Cut,
    Pigment,
    Roots,
    Skin,
    angle_deg,
    clump,
    grow,
    pigments,
    scatter,
    smooth_step,
    unrest,
    wander,
)

Style = Literal["crop", "short", "swept", "parted", "medium", "long", "tied", "curly"]

# height of the hairline over the angle from straight ahead
LINE_DEG = [0, 14, 26, 36, 48, 58, 66, 70, 74, 80, 88, 100, 108, 120, 140, 180]
LINE_DM = [8.10, 8.11, 8.09, 8.03, 7.86, 7.66, 7.50, 7.16, 7.10, 7.28, 7.42, 7.40, 7.15, 6.92, 6.80, 6.76]


@dataclass(frozen=True)
class Hair:
    """How a person's hair looks.

    Attributes:
        style: the cut.
        melanin: eumelanin concentration of the pigmented hairs: 8 black, 2.5 brown, 0.9 dark blond, 0.3 blond.
        redness: pheomelanin concentration, 0..1.5.
        grey: share of white hairs, 0..1; temples and sides turn first, brows last.
        receding: 0 a full hairline, 0.5 deep temples and a thin crown, 1 a wreath around a bald top.
        density: 1 is full.
        curl: 0 straight .. 1 tight curls.
        beard: 0 shaved, 0.15 a day's stubble, 0.5 trimmed, 1 full.
        brows: strength, 1 is usual.
        strands: number of scalp strands of a full head.
    """

    style: Style = "short"
    melanin: float = 2.5
    redness: float = 0.3
    grey: float = 0.0
    receding: float = 0.0
    density: float = 1.0
    curl: float = 0.0
    beard: float = 0.0
    brows: float = 1.0
    strands: int = 30000

    @property
    def pigment(self) -> Pigment:
        """Of the hairs not yet white: they fade as their neighbours grey."""
        pale = 1 - 0.35 * float(np.clip(self.grey, 0, 1))
        return Pigment(self.melanin * pale, self.redness * pale)


CUTS: dict[Style, Cut] = {
    "crop": Cut(0.014, 0.007, 0.005, 0.006, 0.0, 0.2, 5),
    "short": Cut(0.050, 0.020, 0.012, 0.013, 0.15, 0.55, 9),
    "swept": Cut(0.085, 0.040, 0.030, 0.016, 0.2, 0.6, 12),
    "parted": Cut(0.090, 0.035, 0.020, 0.015, 0.3, 0.6, 12),
    "medium": Cut(0.190, 0.150, 0.100, 0.018, 1.0, 0.6, 16),
    "long": Cut(0.340, 0.310, 0.270, 0.018, 1.3, 0.7, 22),
    "tied": Cut(0.180, 0.150, 0.120, 0.004, 0.0, 0.5, 14),
    "curly": Cut(0.070, 0.050, 0.035, 0.030, 0.05, 0.8, 16),
}


def _growth(rest_dm: Array, look: Hair, rng: np.random.Generator) -> Array:
    """Chance 0..1 that hair grows at places of the rest shape: hairline, recession, thinning."""
    angle = angle_deg(rest_dm)
    line = np.interp(angle, LINE_DEG, LINE_DM)
    temple = np.exp(-(((angle - 30) / 16) ** 2))
    front = np.clip((62 - angle) / 62, 0, 1)
    line = line + look.receding * (0.30 * temple + 0.22 * front)
    soft = 0.035 + 0.09 * look.receding
    edge = rest_dm[:, 1] - line + 0.03 * wander(rest_dm, rng, 0.12)
    chance = smooth_step(edge, -soft * 0.4, soft)
    crown = np.exp(-(((rest_dm[:, 0]) / 0.55) ** 2 + ((rest_dm[:, 2] - 0.1) / 0.55) ** 2) * 1.2) * (rest_dm[:, 1] > 7.7)
    top = smooth_step(rest_dm[:, 1] + 0.10 * wander(rest_dm, rng, 0.3), 7.95, 8.2)
    thin = np.clip(1 - 1.3 * look.receding * crown - np.clip(look.receding - 0.55, 0, 1) * 2.4 * top, 0, 1)
    out: Array = chance * thin * look.density
    return out


def scalp_cover(rest_dm: Array, look: Hair, seed: int = 0) -> Array:
    """How much hair, 0..1, grows at places (n, 3) of the rest shape: for a skin painter's shade under the hair."""
    return _growth(rest_dm, look, np.random.default_rng((seed, 41)))


def _comb(roots: Roots, look: Hair, rng: np.random.Generator) -> tuple[Array, Array]:
    """Combed direction (n, 3) and length in metres (n,) of each strand."""
    cut = CUTS[look.style]
    x, y, z = roots.rest_dm.T
    angle = angle_deg(roots.rest_dm)
    top = smooth_step(y + 0.10 * smooth_step(90 - angle, 0, 60), 7.85, 8.15)
    nape = smooth_step(-y, -7.3, -6.95) * smooth_step(angle, 100, 130)
    length = cut.side_m + (cut.top_m - cut.side_m) * top + (cut.nape_m - cut.side_m) * nape
    down = np.stack([0.05 * np.sign(x), -np.ones_like(x), -0.25 * np.ones_like(x)], -1)
    part = smooth_step(x, 0.22, 0.32) * 2 - 1  # the parting is on the person's left
    if look.style in ("crop", "short"):
        over = np.stack([0.5 * x - 0.1, 0.05 + 0 * x, 0.8 + 0 * x], -1)
        down = np.stack([0.0 * x, -1 + 0 * x, 0.35 - 0.6 * smooth_step(angle, 70, 110)], -1)
    elif look.style == "swept":
        over = np.stack([0.25 * x, 0.25 + 0 * x, -np.ones_like(x)], -1)
        down = np.stack([0.0 * x, -0.55 + 0 * x, -0.9 + 0 * x], -1)
    elif look.style == "parted":
        over = np.stack([part, 0.1 + 0 * x, 0.15 - 0.5 * smooth_step(-z, -0.9, 0.1)], -1)
        down = np.stack([0.0 * x, -0.8 + 0 * x, -0.5 + 0 * x], -1)
    elif look.style == "tied":
        knot = np.array([0.0, 7.75, -0.55])
        over = down = knot - roots.rest_dm
        length = np.minimum(length, np.linalg.norm(over, axis=1) * 0.1 * 1.25)
    elif look.style == "curly":
        over = down = np.stack([x * 0.5, 0.2 + 0 * x, 0 * x], -1) + rng.normal(0, 0.6, roots.rest_dm.shape)
    else:
        side = np.sign(x - 0.06) * np.clip(np.abs(x - 0.06) / 0.08, 0.3, 1)
        over = np.stack([side, 0.05 + 0 * x, 0.05 - 0.6 * smooth_step(-z, -0.9, 0.1)], -1)
        down = np.stack([0.05 * np.sign(x), -1 + 0 * x, -0.12 - 0.25 * smooth_step(angle, 50, 80)], -1)
    heading = over * top[:, None] + down * (1 - top[:, None])
    swirl = np.stack([wander(roots.rest_dm, rng, 0.35) for _ in range(3)], -1)
    heading = heading / (np.linalg.norm(heading, axis=1, keepdims=True) + 1e-9) + 0.12 * swirl
    return heading, length * rng.uniform(0.72, 1.0, len(x)) * (1 + 0.10 * wander(roots.rest_dm, rng, 0.15))


def _greyness(rest_dm: Array, grey: float, rng: np.random.Generator) -> Array:
    """Chance of white hair: sides before the top, in soft patches; means ``grey`` over a head."""
    if grey <= 0:
        return np.zeros(len(rest_dm))
    side = np.exp(-(((angle_deg(rest_dm) - 75) / 35) ** 2)) * smooth_step(-rest_dm[:, 1], -8.2, -7.3)
    patch = 0.25 * wander(rest_dm, rng, 0.25)
    odds = np.log(np.clip(grey, 0.01, 0.995) / (1 - np.clip(grey, 0.01, 0.995))) + 1.6 * (side - 0.35) + patch
    out: Array = 1 / (1 + np.exp(-odds))
    return out


def scalp_hair(skin: Skin, look: Hair, *, seed: int = 0) -> list[Strands]:
    """The hair on the head.

    Args:
        skin: of head and shoulders.
        look: what hair.
        seed: of roots and disorder; the same seed gives the same roots for any ``grey`` and face shape.
    """
    cut = CUTS[look.style]
    shape, order = np.random.default_rng((seed, 41)), np.random.default_rng((seed, 42))
    middle = skin.rest_dm[skin.triangles].mean(1)
    inside = (middle[:, 1] > 6.5) & (middle[:, 2] < 1.5)
    inside &= middle[:, 1] > np.interp(angle_deg(middle), LINE_DEG, LINE_DM) - 0.15
    roots = scatter(skin, inside, look.strands, order)
    roots = roots.keep(order.random(len(roots)) < _growth(roots.rest_dm, look, shape))
    heading, length = _comb(roots, look, order)
    wisp = _growth(roots.rest_dm, replace(look, density=1.0), np.random.default_rng((seed, 41)))
    length = length * (0.45 + 0.55 * wisp)  # baby hairs at the hairline soften its edge
    strands = grow(roots, heading, length, skin.ground, cut, order)
    strands = unrest(
        clump(strands, cut.clump, 40, order), look.curl if look.style != "curly" else max(look.curl, 0.6), order
    )
    strands[:, 1:] = skin.ground.clear(strands[:, 1:].reshape(-1, 3), 0.0004).reshape(len(strands), -1, 3)
    radius = 0.000085 * np.sqrt(30000 / look.strands)
    grey = _greyness(roots.rest_dm, look.grey, order)
    bundles = pigments("scalp", strands, radius, grey, look.pigment, np.random.default_rng((seed, 43)))
    return bundles + (_knot(skin, look, seed) if look.style == "tied" else [])


def _knot(skin: Skin, look: Hair, seed: int) -> list[Strands]:
    """A bun where tied hair ends."""
    rng = np.random.default_rng((seed, 44))
    back = skin.positions_m[np.argmin(np.linalg.norm(skin.rest_dm - np.array([0.0, 7.75, -0.4]), axis=1))]
    count, t = 2500, np.linspace(0, 1, 14)
    ring = rng.uniform(0, 2 * np.pi, (count, 1)) + 2.6 * t[None]
    ring_m, width = 0.020 * rng.beta(4, 1.5, (count, 1)), 0.017 * np.sqrt(rng.random((count, 1)))
    around = rng.uniform(0, 2 * np.pi, (count, 1)) + 1.6 * t[None]
    reach = ring_m + width * np.cos(around) * 0.6
    points = np.stack([reach * np.cos(ring), reach * np.sin(ring), -0.012 + width * np.sin(around)], -1)
    return pigments("knot", back + points, 0.00012, np.full(count, look.grey), look.pigment, rng)
