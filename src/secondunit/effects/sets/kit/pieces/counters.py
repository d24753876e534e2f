"""Counters, bedside and dressing tables, benches, trolleys, pool tables."""

from __future__ import annotations

import numpy as np

from secondunit.effects.sets.kit import forms
from secondunit.effects.sets.kit.pieces.parts import bottle, four_legs, front, glass
from secondunit.effects.sets.kit.pieces.registry import makes
from secondunit.effects.sets.kit.pieces.tables import top
from secondunit.effects.sets.kit.shape import Shape


@makes("reception_desk", "bar_counter")
def counter(shape: Shape) -> None:
    """A high counter: a clad front, a stone top, shelves behind."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    thick = 0.05 if shape.style in ("brutalist", "rustic") else 0.035
    forms.slab(shape, "top", forms.rounded_rectangle(w, d, 0.012, 4), (h - thick, h), bevel=0.005)
    shape.box("front", (-w + 0.02, w - 0.02), (0.09, h - thick), (d - 0.16, d - 0.12))
    for x in (-w + 0.02, w - 0.05):
        shape.box("front", (x, x + 0.03), (0, h - thick), (-d + 0.04, d - 0.13), grain=1)
    count = max(4, round(shape.width / (0.06 if shape.style in ("modern", "brutalist") else 0.5)))
    for k in range(count):
        a, b = -w + 0.02 + (shape.width - 0.04) * k / count, -w + 0.02 + (shape.width - 0.04) * (k + 1) / count
        if shape.style in ("modern", "brutalist"):
            shape.box(
                "front", (a + 0.006, b - 0.006), (0.09, h - thick - 0.01), (d - 0.12, d - 0.09), grain=1, bevel=0.006
            )
        else:
            front(shape, "front", (a, b), (0.1, h - thick - 0.02), d - 0.12)
    shape.box("front", (-w + 0.05, w - 0.05), (0.0, 0.09), (d - 0.2, d - 0.17))
    shape.box("front", (-w + 0.05, w - 0.05), (0.5, 0.52), (-d + 0.05, d - 0.16))
    foot = "foot_rail" if h >= 1.0 and "foot_rail" in _slots(shape) else "=brass"
    if h > 0.95:
        forms.bar(shape, foot, (-w + 0.05, 0.2, d - 0.03), (w - 0.05, 0.2, d - 0.03), 0.018, sides=16)
        for x in np.linspace(-w + 0.15, w - 0.15, max(2, round(shape.width))):
            forms.bar(shape, foot, (float(x), 0.2, d - 0.1), (float(x), 0.2, d - 0.03), 0.01)


def _slots(shape: Shape) -> tuple[str, ...]:
    """Bars have a rail of their own material; a reception has not."""
    return ("foot_rail",) if shape.depth < 0.72 else ()


@makes("bedside_table")
def bedside_table(shape: Shape) -> None:
    """A drawer and a shelf by the bed."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    top(shape, w, d, h, 0.02)
    foot = 0.12
    four_legs(shape, "body", w - 0.035, d - 0.035, (0, foot))
    for x in (-w + 0.005, w - 0.025):
        shape.box("body", (x, x + 0.02), (foot, h - 0.02), (-d, d - 0.02), grain=1)
    shape.box("body", (-w + 0.02, w - 0.02), (foot, foot + 0.02), (-d, d - 0.02))
    shape.box("body", (-w + 0.02, w - 0.02), (foot, h - 0.02), (-d, -d + 0.015))
    shape.box("body", (-w + 0.02, w - 0.02), (h - 0.2, h - 0.02), (-d + 0.02, d - 0.025))
    front(shape, "body", (-w + 0.005, w - 0.005), (h - 0.2, h - 0.02), d - 0.02, pull="handles", door=False)


@makes("dressing_table")
def dressing_table(shape: Shape) -> None:
    """A table with drawers and a round or arched glass."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    level = 0.76
    top(shape, w, d, level, 0.025)
    four_legs(shape, "legs", w - 0.05, d - 0.05, (0, level - 0.02))
    for k in range(3):
        a, b = -w + 0.05 + (shape.width - 0.1) * k / 3, -w + 0.05 + (shape.width - 0.1) * (k + 1) / 3
        front(shape, "top", (a, b), (level - 0.15, level - 0.025), d - 0.05, pull="=brass", door=False)
    shape.box("top", (-w + 0.05, w - 0.05), (level - 0.15, level - 0.025), (-d + 0.03, d - 0.05))
    radius = (h - level) / 2 - 0.01
    centre = (level + h) / 2
    turn = np.linspace(0, 2 * np.pi, 49)[:-1]
    ring = np.stack([np.sin(turn) * radius, centre + np.cos(turn) * radius, np.full(48, -d + 0.05)], -1)
    forms.tube(shape, "legs", ring, 0.013, closed=True)
    fan = np.concatenate([ring, [[0, centre, -d + 0.05]]])
    rim = np.arange(48)
    shape.add(
        "mirror",
        fan,
        np.stack([np.full(48, 48), (rim + 1) % 48, rim], -1),
        fan[:, :2],
        np.broadcast_to([0.0, 0, 1], fan.shape),
    )
    forms.bar(shape, "legs", (0, level, -d + 0.04), (0, centre - radius, -d + 0.04), 0.012)


@makes("workbench")
def workbench(shape: Shape) -> None:
    """A thick top, a vice, a shelf."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    top(shape, w, d, h, 0.07)
    for x in (-w + 0.12, w - 0.12):
        for z in (-d + 0.08, d - 0.08):
            shape.box("legs", (x - 0.035, x + 0.035), (0, h - 0.07), (z - 0.035, z + 0.035), grain=1)
    shape.box("top", (-w + 0.1, w - 0.1), (0.2, 0.235), (-d + 0.05, d - 0.05))
    for z in (-d + 0.08, d - 0.08):
        shape.box("legs", (-w + 0.12, w - 0.12), (h - 0.16, h - 0.08), (z - 0.02, z + 0.02))
    x = w - 0.3
    shape.box("=gunmetal", (x - 0.08, x + 0.08), (h, h + 0.11), (d - 0.22, d - 0.1), bevel=0.01)
    shape.box("=gunmetal", (x - 0.07, x + 0.07), (h + 0.02, h + 0.11), (d - 0.06, d - 0.03), bevel=0.008)
    forms.bar(shape, "=steel", (x, h + 0.05, d - 0.15), (x, h + 0.05, d + 0.0), 0.014)


@makes("serving_trolley")
def serving_trolley(shape: Shape) -> None:
    """Two glass shelves in a bent frame on wheels, set with bottles."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    for side in (-1, 1):
        z = side * (d - 0.012)
        path = [(-w, 0.07, z), (-w, h - 0.05, z), (-w + 0.05, h, z), (w - 0.05, h, z), (w, h - 0.05, z), (w, 0.07, z)]
        forms.tube(shape, "frame", path, 0.01)
        for x in (-w, w):
            forms.tube(
                shape,
                "=rubber",
                [(x, 0.035 + 0.03 * np.cos(a), z + 0.03 * np.sin(a)) for a in np.linspace(0, 6.283, 13)[:-1]],
                0.007,
                closed=True,
            )
    for y in (0.22, h - 0.14):
        shape.box("=smoked_glass", (-w + 0.01, w - 0.01), (y, y + 0.008), (-d + 0.02, d - 0.02), bevel=0.002)
        for z in (-d + 0.012, d - 0.012):
            forms.bar(shape, "frame", (-w, y + 0.04, z), (w, y + 0.04, z), 0.005)
    for k in range(6):
        x = -w + 0.09 + k * (shape.width - 0.18) / 5
        slot = ("=green_glass", "=amber_glass", "=smoked_glass")[k % 3]
        bottle(
            shape,
            slot,
            (x, float(shape.rng.uniform(-0.06, 0.06))),
            h - 0.132,
            float(shape.rng.uniform(0.2, 0.32)),
            0.038,
        )
    for k in range(4):
        glass(shape, "shelves", (-w + 0.15 + 0.1 * k, 0.0), 0.228, 0.09, 0.036)


@makes("pool_table")
def pool_table(shape: Shape) -> None:
    """Cloth, cushions, pockets, balls."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    rail = 0.13
    shape.box("cloth", (-w + 0.1, w - 0.1), (h - 0.08, h - 0.045), (-d + 0.1, d - 0.1))
    for z0, z1 in ((-d, -d + rail), (d - rail, d)):
        shape.box("body", (-w, w), (h - 0.16, h), (z0, z1), bevel=0.014)
    for x0, x1 in ((-w, -w + rail), (w - rail, w)):
        shape.box("body", (x0, x1), (h - 0.16, h), (-d + rail, d - rail), bevel=0.014, grain=2)
    inner = (w - rail, d - rail)
    for z in (-inner[1], inner[1] - 0.04):
        shape.box("cloth", (-inner[0] + 0.06, inner[0] - 0.06), (h - 0.045, h - 0.004), (z, z + 0.04), bevel=0.014)
    for x in (-inner[0], inner[0] - 0.04):
        shape.box("cloth", (x, x + 0.04), (h - 0.045, h - 0.004), (-inner[1] + 0.06, inner[1] - 0.06), bevel=0.014)
    shape.box("body", (-w + 0.08, w - 0.08), (h - 0.32, h - 0.08), (-d + 0.08, d - 0.08))
    for x in (-w + 0.24, w - 0.24):
        for z in (-d + 0.24, d - 0.24):
            forms.lathe(
                shape,
                "body",
                [(0.05, 0), (0.06, 0.1), (0.045, 0.2), (0.075, 0.38), (0.075, h - 0.32)],
                at=(x, z),
                sides=24,
            )
    for x in (-w + 0.09, 0.0, w - 0.09):
        for z in (-d + 0.09, d - 0.09):
            forms.lathe(shape, "=rubber", [(0.0, h + 0.001), (0.055, h + 0.002)], at=(x, z), sides=24)
    colours = ("=white_lacquer", "=red_lacquer", "=black_lacquer", "=blue_lacquer", "=green_lacquer", "=cream_lacquer")
    for slot in colours:
        x, z = shape.rng.uniform(-0.6, 0.6) * w, shape.rng.uniform(-0.6, 0.6) * d
        forms.ball(shape, slot, (float(x), h - 0.017, float(z)), 0.0286)
