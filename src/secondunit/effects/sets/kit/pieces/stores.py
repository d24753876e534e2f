"""Stores: wine, trunks, crates, safes, barrels, coats."""

from __future__ import annotations

import numpy as np

from secondunit.effects.sets.kit import forms
from secondunit.effects.sets.kit.pieces.cabinets import carcass
from secondunit.effects.sets.kit.pieces.registry import makes
from secondunit.effects.sets.kit.shape import Range, Shape


@makes("wine_rack")
def wine_rack(shape: Shape) -> None:
    """Bottles on their sides, necks to the front."""
    w, d, h = shape.width / 2, shape.depth, shape.height
    z = (-d / 2, d / 2)
    bays = max(1, round(shape.width / 0.6))
    for bay in range(bays):
        x = (-w + shape.width * bay / bays, -w + shape.width * (bay + 1) / bays)
        carcass(shape, "body", x, (0.0, h), z, thick=0.025)
        rows = max(2, int((h - 0.1) / 0.125))
        for row in range(rows):
            y = 0.08 + row * (h - 0.12) / rows
            shape.box("body", (x[0] + 0.025, x[1] - 0.025), (y - 0.014, y), (z[0] + 0.02, z[1] - 0.02), grain=0)
            count = int((x[1] - x[0] - 0.06) / 0.1)
            for k in range(count):
                if shape.rng.random() < 0.12:
                    continue
                at = x[0] + 0.03 + (x[1] - x[0] - 0.06) * (k + 0.5) / count
                slot = (
                    "bottles"
                    if shape.rng.random() < 0.25
                    else ("=green_glass", "=amber_glass")[int(shape.rng.random() < 0.25)]
                )
                _lying(shape, slot, at, y + 0.039, z)


def _lying(shape: Shape, slot: str, x: float, y: float, z: Range) -> None:
    """A bottle on its side."""
    length = min(0.3, z[1] - z[0] - 0.03)
    back = z[1] - length - 0.005
    path = [(x, y, back), (x, y, back + 0.6 * length), (x, y, back + 0.72 * length), (x, y, back + length)]
    forms.tube(shape, slot, path, [0.037, 0.037, 0.014, 0.0135], sides=14)
    capsule = ("=burgundy_velvet", "=old_brass", "=black_lacquer")[int(shape.rng.integers(0, 3))]
    forms.tube(shape, capsule, [(x, y, back + 0.86 * length), (x, y, back + length + 0.001)], 0.0146, sides=12)


@makes("trunk")
def trunk(shape: Shape) -> None:
    """A travelling chest with bands and lock."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    lid = h * 0.7
    shape.box("body", (-w, w), (0, lid - 0.003), (-d, d), bevel=0.008)
    shape.box("body", (-w, w), (lid + 0.003, h), (-d, d), bevel=0.012)
    for x in (-w * 0.62, w * 0.62):
        shape.box("bands", (x - 0.025, x + 0.025), (0, h + 0.003), (-d - 0.0, d + 0.004), bevel=0.002)
    for x in (-w + 0.002, w - 0.036):
        for y in (0.0, lid - 0.04, h - 0.036):
            shape.box("bands", (x, x + 0.034), (y, y + 0.036), (d - 0.03, d + 0.004), bevel=0.003)
    shape.box("bands", (-0.05, 0.05), (lid - 0.08, lid + 0.05), (d, d + 0.008), bevel=0.003)
    for side in (-1, 1):
        t = np.linspace(0, np.pi, 11)
        forms.tube(
            shape,
            "=brown_leather",
            np.stack([np.full(11, side * w), lid * 0.65 - 0.05 * np.sin(t), 0.09 * np.cos(t)], -1),
            0.009,
            sides=8,
        )


@makes("crate")
def crate(shape: Shape) -> None:
    """Boards on battens."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    shape.box("=embers", (-w + 0.02, w - 0.02), (0.01, h - 0.02), (-d + 0.02, d - 0.02))
    rows = max(2, round(h / 0.1))
    for row in range(rows):
        y = (h * row / rows + 0.004, h * (row + 1) / rows - 0.004)
        for z in (-d, d - 0.014):
            shape.box("body", (-w, w), y, (z, z + 0.014))
        for x in (-w, w - 0.014):
            shape.box("body", (x, x + 0.014), y, (-d + 0.014, d - 0.014), grain=2)
    count = max(3, round(shape.depth / 0.11))
    for k in range(count):
        board = (-d + shape.depth * k / count + 0.003, -d + shape.depth * (k + 1) / count - 0.003)
        shape.box("body", (-w, w), (h - 0.014, h), board)
    for x in (-w, w - 0.05):
        shape.box("body", (x, x + 0.05), (0, h), (d, d + 0.014), grain=1)


@makes("safe")
def safe(shape: Shape) -> None:
    """A steel block, a door, a wheel."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    shape.box("body", (-w, w), (0.03, h), (-d, d - 0.03), bevel=0.012)
    shape.box("=rubber", (-w + 0.04, w - 0.04), (0, 0.03), (-d + 0.04, d - 0.06))
    shape.box("body", (-w + 0.03, w - 0.03), (0.06, h - 0.03), (d - 0.03, d - 0.008), bevel=0.006)
    with shape.moved(0, h * 0.5, d):
        a = np.linspace(0, 2 * np.pi, 29)[:-1]
        forms.tube(
            shape, "handle", np.stack([0.08 * np.sin(a), 0.08 * np.cos(a), np.full(28, 0.03)], -1), 0.008, closed=True
        )
        for k in range(4):
            t = k * np.pi / 4
            forms.bar(
                shape,
                "handle",
                (-0.08 * np.sin(t), -0.08 * np.cos(t), 0.03),
                (0.08 * np.sin(t), 0.08 * np.cos(t), 0.03),
                0.006,
                sides=8,
            )
        forms.bar(shape, "handle", (0, 0, -0.01), (0, 0, 0.035), 0.018)
        forms.tube(shape, "handle", [(0.0, 0.2, -0.01), (0.0, 0.2, 0.015)], 0.035, sides=24)
    for y in (h * 0.2, h * 0.8):
        forms.rod(shape, "body", (-w + 0.015, d - 0.01), (y - 0.06, y + 0.06), 0.014)


@makes("coat_stand")
def coat_stand(shape: Shape) -> None:
    """A post with arms; a coat and a hat hang there."""
    w, h = shape.width / 2, shape.height
    for k in range(4):
        a = np.pi / 4 + k * np.pi / 2
        s = np.linspace(0, 1, 8)
        forms.tube(
            shape, "frame", np.stack([np.sin(a) * w * (1 - s), 0.015 + 0.25 * s**2, np.cos(a) * w * (1 - s)], -1), 0.014
        )
        top = np.stack(
            [np.sin(a) * w * 0.62 * s, h - 0.22 + 0.2 * s**2 - 0.06 * np.sin(np.pi * s), np.cos(a) * w * 0.62 * s], -1
        )
        forms.tube(shape, "frame", top, 0.011)
        forms.ball(shape, "frame", (float(top[-1, 0]), float(top[-1, 1]), float(top[-1, 2])), 0.017, sides=12)
    forms.rod(shape, "frame", (0, 0), (0.1, h - 0.02), 0.022, top=0.016)
    a = np.pi / 4
    x, z = float(np.sin(a) * w * 0.55), float(np.cos(a) * w * 0.55)
    with shape.moved(x * 0.75, 0, z * 0.75, turn=45):
        t = np.linspace(0, 1, 12)[:, None]
        u = np.linspace(0, 2 * np.pi, 33)[None]
        fold = 1 + 0.14 * np.sin(5 * u + 1) * (1 - t)
        wide = (0.2 * (1 - t) + 0.035 * t**3 + 0.1 * np.sin(np.pi * t) ** 0.5 * t) * fold
        points = np.stack(np.broadcast_arrays(wide * np.sin(u), h - 1.25 + 1.12 * t, 0.45 * wide * np.cos(u)), -1)
        forms.sheet(shape, "=grey_wool", points)


@makes("barrel")
def barrel(shape: Shape) -> None:
    """Staves and hoops."""
    w, h = shape.width / 2, shape.height
    t = np.linspace(0, 1, 18)
    r = w * (0.84 + 0.155 * np.sin(np.pi * t))
    forms.lathe(
        shape,
        "body",
        [
            (0, 0.02),
            (float(r[0]) - 0.02, 0.02),
            (float(r[0]), 0.0),
            *[(float(a), float(b)) for a, b in zip(r, t * h, strict=True)],
            (float(r[-1]) - 0.02, h),
            (float(r[-1]) - 0.02, h - 0.02),
            (0, h - 0.02),
        ],
        sides=40,
    )
    for level in (0.04, 0.2, 0.34, 0.63, 0.77, 0.93):
        radius = w * (0.84 + 0.155 * np.sin(np.pi * level)) + 0.003
        forms.lathe(shape, "hoops", [(radius, level * h), (radius, level * h + 0.035)], sides=40)
