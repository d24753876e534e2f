"""How strands grow: roots on the skin, growth along it, locks, frizz and curls, and their share of pigment.

Places are told on the MPFB mesh's rest shape (decimetres, +y up, +z to the front), so that the same seed roots the same
hairs at any age, expression and pose.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from secondunit.scene.figure.parts import Array, Index, Strands, smooth_normals

MIDDLE_DM = np.array([0.0, 7.45, 0.5])  # inside the skull of the rest shape, between the ears


@dataclass(frozen=True)
class Skin:
    """The skin hair grows from: vertices (n, 3) as they are, triangles (m, 3), vertices of the rest shape (n, 3)."""

    positions_m: Array
    triangles: Index
    rest_dm: Array

    @cached_property
    def normals(self) -> Array:
        """Unit normals (n, 3)."""
        return smooth_normals(self.positions_m, self.triangles)

    @cached_property
    def ground(self) -> Ground:
        """What keeps strands out of this skin."""
        return Ground(self)


@dataclass(frozen=True)
class Pigment:
    """Eumelanin and pheomelanin concentrations of the hairs that still have colour, see ``Strands``."""

    melanin: float
    redness: float


@dataclass(frozen=True)
class Cut:
    """Lengths in metres on top, at the sides and at the nape; height of the hull; pull of gravity; clumping 0..1."""

    top_m: float
    side_m: float
    nape_m: float
    volume_m: float
    gravity: float
    clump: float
    steps: int = 12


@dataclass(frozen=True)
class Roots:
    """Roots: place and normal in the world, place on the rest shape."""

    at_m: Array
    normal: Array
    rest_dm: Array

    def __len__(self) -> int:
        return len(self.at_m)

    def keep(self, mask: npt.NDArray[np.bool_]) -> Roots:
        """Those where ``mask`` (n,) is true."""
        return Roots(self.at_m[mask], self.normal[mask], self.rest_dm[mask])


def scatter(skin: Skin, inside: npt.NDArray[np.bool_], count: int, rng: np.random.Generator) -> Roots:
    """``count`` roots spread evenly (by area of the rest shape) over the triangles marked ``inside`` (m,)."""
    triangles = skin.triangles[inside]
    a, b, c = (skin.rest_dm[triangles[:, k]] for k in range(3))
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    total = np.cumsum(area)
    place = (np.arange(count) + rng.random(count)) / count * total[-1]
    chosen = triangles[np.minimum(np.searchsorted(total, place), len(triangles) - 1)]
    u, v = rng.random((2, count))
    flip = u + v > 1
    u, v = np.where(flip, 1 - u, u), np.where(flip, 1 - v, v)
    weight = np.stack([1 - u - v, u, v], axis=1)[..., None]
    mixed = (skin.normals[chosen] * weight).sum(1)
    mixed /= np.linalg.norm(mixed, axis=1, keepdims=True) + 1e-12
    return Roots((skin.positions_m[chosen] * weight).sum(1), mixed, (skin.rest_dm[chosen] * weight).sum(1))


def angle_deg(rest_dm: Array) -> Array:
    """Angle from straight ahead around the skull, degrees 0..180."""
    out: Array = np.degrees(np.arctan2(np.abs(rest_dm[:, 0]), rest_dm[:, 2] - MIDDLE_DM[2]))
    return out


def smooth_step(value: Array, low: float, high: float) -> Array:
    """0 below ``low``, 1 above ``high``, a cubic between."""
    t = np.clip((value - low) / (high - low), 0, 1)
    out: Array = t * t * (3 - 2 * t)
    return out


def wander(rest_dm: Array, rng: np.random.Generator, size_dm: float) -> Array:
    """A smooth random value for each place, about -1..1: a few waves of random heading."""
    out = np.zeros(len(rest_dm))
    for _ in range(6):
        wave = rng.normal(0, 1 / size_dm, 3)
        out += np.sin(rest_dm @ wave + rng.uniform(0, 2 * np.pi))
    return out / 2.5


def unit(vectors: Array) -> Array:
    """Vectors (..., 3) scaled to length 1."""
    out: Array = vectors / (np.linalg.norm(vectors, axis=-1, keepdims=True) + 1e-9)
    return out


class Ground:
    """Keeps strands out of the skin: nearest vertex and its normal."""

    def __init__(self, skin: Skin) -> None:
        near = np.flatnonzero(skin.rest_dm[:, 1] > 5.2)[:: 1 + len(skin.rest_dm) // 30000]
        self._near, self._normals = near, skin.normals[near]
        self._points = skin.positions_m[near]
        self._tree = cKDTree(self._points, balanced_tree=False)

    def nearest(self, points: Array) -> Index:
        """Numbers (n,) of the skin's vertices next to points (n, 3)."""
        out: Index = self._near[self._tree.query(points)[1]]
        return out

    def below(self, points: Array) -> tuple[Array, Array]:
        """Height in metres (n,) over the skin under points (n, 3), and the skin's normal there."""
        _, nearest = self._tree.query(points)
        normal = self._normals[nearest]
        return ((points - self._points[nearest]) * normal).sum(1), normal

    def clear(self, points: Array, distance_m: float) -> Array:
        """Points (n, 3) moved out to at least ``distance_m`` from the skin."""
        height, normal = self.below(points)
        out: Array = points + normal * np.clip(distance_m - height, 0, None)[:, None]
        return out


def grow(roots: Roots, heading: Array, length: Array, ground: Ground, cut: Cut, rng: np.random.Generator) -> Array:
    """Strands (n, steps + 1, 3): each runs along the skin at its layer's height, and falls where nothing holds it."""
    count, size = len(roots), (length / cut.steps)[:, None]
    layer = np.minimum(cut.volume_m, 0.28 * length) * rng.beta(1.3, 1.5, count)
    heading = unit(heading)
    at: Array = roots.at_m - roots.normal * 0.0004
    normal, height = roots.normal, np.zeros(count)
    direction: Array = unit(heading - normal * (heading * normal).sum(1, keepdims=True))
    down = np.array([0.0, -1.0, 0.0])
    strands = [at]
    for step in range(cut.steps):
        steer = np.clip((layer - height) / (size[:, 0] * 1.5), -0.5, 0.65 if step else 0.8)[:, None]
        held = np.exp(-np.clip(height - layer - 0.004, 0, None) / 0.010)[:, None]
        pull = down * cut.gravity * (0.10 + 0.9 * (1 - held)) * np.minimum(size * 60, 1.0)
        wish = direction * 0.75 + heading * 0.25 * held + pull + rng.normal(0, 0.03, (count, 3))
        along = unit(wish - held * normal * (wish * normal).sum(1, keepdims=True))
        direction = unit(along + normal * steer * held)
        at = at + direction * size
        strands.append(at)
        height, normal = ground.below(at)
    return np.stack(strands, axis=1)


def clump(strands: Array, share: float, per_clump: int, rng: np.random.Generator) -> Array:
    """Strands drawn together into locks, more so towards their tips."""
    if len(strands) < 2 * per_clump:
        return strands
    leaders = rng.choice(len(strands), len(strands) // per_clump, replace=False)
    _, nearest = cKDTree(strands[leaders, 0]).query(strands[:, 0])
    leader = strands[leaders[nearest]]
    t = np.linspace(0, 1, strands.shape[1])[None, :, None]
    tight = share * rng.uniform(0.35, 1.0, (len(strands), 1, 1)) * t**0.8
    stray = rng.random((len(strands), 1, 1)) < 0.06
    offset = (strands[:, :1] - leader[:, :1]) * (1 - 0.75 * t)
    return np.where(stray, strands, strands * (1 - tight) + (leader + offset) * tight)


def unrest(strands: Array, curl: float, rng: np.random.Generator) -> Array:
    """Frizz and curls: smooth offsets that grow from root to tip."""
    count, points = strands.shape[:2]
    length = np.linalg.norm(np.diff(strands, axis=1), axis=2).sum(1)
    t = np.linspace(0, 1, points)[None, :, None]
    drift = rng.normal(0, 1, (count, 1, 3)) * t + 0.6 * rng.normal(0, 1, (count, 1, 3)) * np.sin(np.pi * t * 2)
    stray = np.where(rng.random((count, 1, 1)) < 0.05, 3.0, 1.0)
    out: Array = strands + drift * (length * 0.022)[:, None, None] * stray
    if curl > 0:
        turns = length / (0.045 - 0.03 * curl)
        _, lock = cKDTree(strands[rng.choice(count, max(count // 30, 1), replace=False), 0]).query(strands[:, 0])
        phase = rng.uniform(0, 2 * np.pi, lock.max() + 1)[lock] + rng.normal(0, 0.35, count)
        spin = phase[:, None] + 2 * np.pi * turns[:, None] * t[..., 0]
        axis = strands[:, -1] - strands[:, 0]
        axis /= np.linalg.norm(axis, axis=1, keepdims=True) + 1e-9
        one = np.cross(axis, rng.normal(0, 1, 3))
        one /= np.linalg.norm(one, axis=1, keepdims=True) + 1e-9
        two = np.cross(axis, one)
        width = 0.0015 + 0.0045 * curl
        ramp = np.clip(t * 5, 0, 1)
        out = out + ramp * width * (np.cos(spin)[..., None] * one[:, None] + np.sin(spin)[..., None] * two[:, None])
    return out


def pigments(
    name: str, strands: Array, radius_m: float, grey: Array, colour: Pigment, rng: np.random.Generator
) -> list[Strands]:
    """Strands shared out into dark, lighter and white bundles; ``grey`` (n,) is each one's chance to be white."""
    white = rng.random(len(strands)) < grey
    light = rng.random(len(strands)) < 0.4
    taper = np.linspace(1, 0.35, strands.shape[1])[None]
    thick = radius_m * rng.uniform(0.8, 1.15, (len(strands), 1)) * taper
    kinds = ((~white & ~light, colour.melanin * 1.2), (~white & light, colour.melanin * 0.65), (white, 0.015))
    return [
        Strands(f"{name}-{number}", strands[mask], thick[mask], melanin, colour.redness if number < 2 else 0.0)
        for number, (mask, melanin) in enumerate(kinds)
        if mask.any()
    ]


def carried(bundle: Strands, still: Skin, moved_m: Array) -> Strands:
    """Strands grown on a still skin taken along by its vertices ``moved_m`` (n, 3): each goes with its root."""
    nearest = still.ground.nearest(bundle.points_m[:, 0])
    shift = moved_m[nearest] - still.positions_m[nearest]
    return replace(bundle, points_m=bundle.points_m + shift[:, None])
