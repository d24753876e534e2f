"""Trees: branching limbs and thousands of leaves, each a folded blade."""

from __future__ import annotations

import numpy as np

from secondunit.imaging.noise import Rng
from secondunit.testing.street.mesh import Array, Stage


def tree(
    stage: Stage,
    group: str,
    foot_m: tuple[float, float, float],
    height_m: float,
    rng: Rng,
    *,
    leaves: int = 12000,
    leaf_m: float = 0.13,
    tint: str = "leaf",
) -> None:
    """A street tree with a clear stem of a third of its height."""
    foot = np.asarray(foot_m, float)
    tips: list[Array] = []
    stem = height_m * 0.34
    bend = rng.normal(0, 0.03, 2) * height_m
    top = foot + np.array([bend[0] * 0.3, stem, bend[1] * 0.3])
    girth = 0.021 * height_m
    path = np.linspace(foot, top, 6) + np.pad(rng.normal(0, 0.02, (4, 3)), ((1, 1), (0, 0))) * height_m * 0.12
    stage.tube(group, "bark", path, np.array([1.5, 1.12, 1.0, 0.97, 0.93, 0.9]) * girth, 14)
    for k in range(5):
        angle = 2 * np.pi * (k + rng.uniform(-0.25, 0.25)) / 4
        lift = 1.9 if k == 4 else rng.uniform(0.7, 1.25)
        way = np.array([np.cos(angle), lift, np.sin(angle)]) if k < 4 else np.array([bend[0] * 0.2, 1.0, bend[1] * 0.2])
        _limb(
            stage,
            group,
            top - np.array([0, 0.05 * k, 0]),
            way,
            height_m * rng.uniform(0.26, 0.33),
            girth * 0.6,
            0,
            rng,
            tips,
        )
    _leaves(stage, group, tint, np.array(tips), leaves, leaf_m, height_m, rng)


def _limb(
    stage: Stage,
    group: str,
    start: Array,
    way: Array,
    length: float,
    radius: float,
    level: int,
    rng: Rng,
    tips: list[Array],
) -> None:
    """A limb and what grows from it, down to twigs."""
    way = way / np.linalg.norm(way)
    points = [start]
    for _ in range(4):
        way = way + rng.normal(0, 0.16, 3) + [0, 0.06, 0]
        way /= np.linalg.norm(way)
        points.append(points[-1] + way * length / 4)
    stage.tube(group, "bark", np.array(points), np.linspace(radius, radius * 0.55, 5), max(4, 9 - 2 * level))
    if level >= 2:
        tips.extend(points[1:])
    if level == 3:
        return
    for _ in range(4 if level < 2 else 3):
        spot = rng.uniform(0.35, 1.0) * 4
        base = int(min(spot, 3))
        place = points[base] + (points[base + 1] - points[base]) * (spot - base)
        turn = rng.normal(0, 1, 3)
        child = way + 0.85 * turn / np.linalg.norm(turn) + [0, 0.1, 0]
        _limb(stage, group, place, child, length * rng.uniform(0.5, 0.72), radius * 0.5, level + 1, rng, tips)


def _leaves(
    stage: Stage, group: str, tint: str, tips: Array, count: int, leaf_m: float, height_m: float, rng: Rng
) -> None:
    """Folded blades scattered around the twigs; uv picks a tint from the palette."""
    at = tips[rng.integers(len(tips), size=count)] + rng.normal(0, 0.022 * height_m, (count, 3))
    axis = rng.normal(0, 1, (count, 3)) + np.array([0, -0.4, 0])
    axis /= np.linalg.norm(axis, axis=1, keepdims=True)
    side = np.cross(axis, rng.normal(0, 0.6, (count, 3)) + np.array([0, 1.0, 0]))
    side /= np.linalg.norm(side, axis=1, keepdims=True) + 1e-9
    fold = np.cross(axis, side)
    size = (leaf_m * rng.uniform(0.65, 1.25, count))[:, None]
    tip, left = at + axis * size, at + (0.45 * axis + 0.42 * side + 0.10 * fold) * size
    right = at + (0.45 * axis - 0.42 * side + 0.10 * fold) * size
    points = np.stack([at, left, tip, right], 1).reshape(-1, 3)
    index = np.arange(count)[:, None] * 4
    triangles = np.concatenate([index + np.array([0, 2, 1]), index + np.array([0, 3, 2])])
    shade = np.repeat(np.stack([rng.random(count), np.full(count, 0.5)], -1), 4, axis=0)
    stage.add(group, tint, points, triangles, shade)
