"""Kitchens: units, sinks, cookers, hoods, fridges."""

from __future__ import annotations

import numpy as np

from secondunit.effects.sets.kit import forms
from secondunit.effects.sets.kit.pieces.cabinets import spread_bottles
from secondunit.effects.sets.kit.pieces.parts import front, handle
from secondunit.effects.sets.kit.pieces.registry import makes
from secondunit.effects.sets.kit.shape import Range, Shape


def run(shape: Shape, *, hole: Range | None = None, drawers: bool = True) -> None:
    """Base units side by side under one top; a hole in the top from, to along x."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    thick = 0.06 if shape.style in ("brutalist", "rustic") else 0.03
    face = d - 0.045
    shape.box("=rubber", (-w + 0.02, w - 0.02), (0, 0.1), (-d + 0.02, d - 0.1))
    shape.box("body", (-w + 0.002, w - 0.002), (0.1, h - thick - 0.002), (-d, face - 0.001), bevel=0.001)
    pieces = [(-w, w)] if hole is None else [(-w, hole[0]), (hole[1], w)]
    for x in pieces:
        if x[1] - x[0] > 0.01:
            shape.box("top", x, (h - thick, h), (-d, d), bevel=0.004)
    if hole is not None:
        for z in ((-d, -d + 0.1), (d - 0.1, d)):
            shape.box("top", hole, (h - thick, h), z, bevel=0.002)
    count = max(1, round(shape.width / 0.6))
    for k in range(count):
        a, b = -w + shape.width * k / count, -w + shape.width * (k + 1) / count
        if drawers and k % 3 == 1:
            for m, (y0, y1) in enumerate(((0.1, 0.42), (0.42, 0.7), (0.7, h - thick - 0.004))):
                front(shape, "body", (a, b), (y0, y1), face, pull="handles" if drawers else None, door=False)
                del m
        else:
            front(
                shape,
                "body",
                (a, b),
                (0.1, h - thick - 0.004),
                face,
                pull="handles" if drawers else None,
                left=k % 2 == 0,
            )


@makes("kitchen_unit")
def kitchen_unit(shape: Shape) -> None:
    """A run of base units with a few things on top."""
    run(shape)
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    spread_bottles(shape, (-w + 0.1, -w + 0.45), h, -d + 0.12, 3)
    if shape.width > 1.4:
        shape.box("=oak", (w - 0.6, w - 0.22), (h, h + 0.022), (-0.12, 0.14), bevel=0.005)
        for k in range(3):
            r = 0.06 - 0.01 * k
            forms.lathe(
                shape,
                "=stoneware",
                [(0, h), (r, h), (r, h + 0.16 - 0.03 * k), (r * 0.96, h + 0.17 - 0.03 * k), (0, h + 0.172 - 0.03 * k)],
                at=(0.1 + 0.15 * k, -d + 0.12),
                sides=28,
            )


def tap(shape: Shape, slot: str, x: float, y: float, z: float, high: float, reach: float) -> None:
    """A swan neck and a lever."""
    t = np.linspace(0, np.pi, 14)
    arc = np.stack(
        [np.full(14, x), y + high - reach / 2 + reach / 2 * np.sin(t), z + reach / 2 - reach / 2 * np.cos(t)], -1
    )
    forms.tube(shape, slot, np.concatenate([[[x, y, z]], arc, [arc[-1] - [0, 0.04, 0]]]), 0.011)
    forms.rod(shape, slot, (x, z), (y, y + 0.05), 0.02)
    forms.bar(shape, slot, (x, y + 0.05, z), (x + 0.07, y + 0.07, z), 0.006)


@makes("sink_unit")
def sink_unit(shape: Shape) -> None:
    """A run with a sink let in."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    hole = (-0.26, 0.26)
    inner = Shape((shape.width, shape.depth, shape.height), shape.style)
    inner.rng = shape.rng
    run(inner, hole=hole, drawers=False)
    for mesh in inner.meshes:
        shape.add(mesh.slot, mesh.points_m, mesh.triangles, mesh.uv, mesh.normals)
    white = shape.style in ("rustic", "colonial", "institutional")
    slot = "=white_ceramic" if white else "=steel"
    z0, z1, low = -d + 0.1, d - 0.1, h - 0.2
    shape.box(slot, hole, (low - 0.01, low), (z0, z1))
    for x in ((hole[0], hole[0] + 0.012), (hole[1] - 0.012, hole[1])):
        shape.box(slot, x, (low, h + 0.002), (z0, z1))
    for z in ((z0, z0 + 0.012), (z1 - 0.012, z1)):
        shape.box(slot, hole, (low, h + 0.002), z)
    tap(shape, "tap", 0.0, h, -d + 0.06, 0.3, 0.2)
    count = max(1, round(shape.width / 0.6))
    for k in range(count):
        handle(shape, "tap", -w + shape.width * (k + 0.5) / count, h - 0.14, d - 0.02)


@makes("kitchen_island")
def kitchen_island(shape: Shape) -> None:
    """A block of units with an overhanging top."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    thick = 0.08 if shape.style in ("brutalist", "rustic") else 0.035
    over = min(0.28, shape.depth * 0.25)
    shape.box("top", (-w, w), (h - thick, h), (-d, d), bevel=0.005)
    shape.box("body", (-w + 0.03, w - 0.03), (0.1, h - thick), (-d + 0.06, d - over), bevel=0.003)
    shape.box("=rubber", (-w + 0.06, w - 0.06), (0, 0.1), (-d + 0.1, d - over - 0.04))
    count = max(2, round(shape.width / 0.6))
    for k in range(count):
        a, b = -w + 0.03 + (shape.width - 0.06) * k / count, -w + 0.03 + (shape.width - 0.06) * (k + 1) / count
        front(shape, "body", (a, b), (0.1, h - thick - 0.004), d - over)
        with shape.moved(turn=180):
            front(shape, "body", (-b, -a), (0.1, h - thick - 0.004), d - 0.06)


@makes("kitchen_wall_unit")
def kitchen_wall_unit(shape: Shape) -> None:
    """Cupboards above a worktop."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    shape.box("body", (-w, w), (0, h), (-d, d - 0.022), bevel=0.002)
    count = max(1, round(shape.width / 0.5))
    for k in range(count):
        a, b = -w + shape.width * k / count, -w + shape.width * (k + 1) / count
        front(shape, "body", (a, b), (0.0, h), d - 0.022, pull="handles", left=k % 2 == 0)


@makes("cooker")
def cooker(shape: Shape) -> None:
    """Oven door, knobs, burners and a pan."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    shape.box("body", (-w, w), (0.1, h - 0.02), (-d, d - 0.05), bevel=0.004)
    shape.box("=rubber", (-w + 0.03, w - 0.03), (0, 0.1), (-d + 0.03, d - 0.1))
    shape.box("top", (-w, w), (h - 0.02, h), (-d, d - 0.02), bevel=0.004)
    count = 2 if shape.width > 0.8 else 1
    for k in range(count):
        a, b = -w + shape.width * k / count + 0.01, -w + shape.width * (k + 1) / count - 0.01
        shape.box("body", (a, b), (0.14, h - 0.16), (d - 0.05, d - 0.02), bevel=0.005)
        shape.box("glass", (a + 0.06, b - 0.06), (0.26, h - 0.3), (d - 0.021, d - 0.017), bevel=0.002)
        forms.bar(shape, "=chrome", (a + 0.05, h - 0.2, d + 0.0), (b - 0.05, h - 0.2, d + 0.0), 0.009)
        for x in (a + 0.06, b - 0.06):
            forms.bar(shape, "=chrome", (x, h - 0.2, d - 0.03), (x, h - 0.2, d), 0.006)
    knobs = 5
    for k in range(knobs):
        x = -w + shape.width * (k + 0.5) / knobs
        forms.bar(shape, "=black_lacquer", (x, h - 0.09, d - 0.05), (x, h - 0.09, d - 0.015), 0.02)
    for x in (-w * 0.5, w * 0.5):
        for z in (-d * 0.45, d * 0.35):
            ring = [
                (x + 0.085 * np.sin(a), h + 0.02, z + 0.085 * np.cos(a)) for a in np.linspace(0, 2 * np.pi, 25)[:-1]
            ]
            forms.tube(shape, "=black_steel", ring, 0.006, closed=True)
            forms.lathe(shape, "=black_steel", [(0.045, h), (0.045, h + 0.012), (0, h + 0.014)], at=(x, z), sides=20)
            for a in range(4):
                s, c = np.sin(a * np.pi / 2), np.cos(a * np.pi / 2)
                forms.bar(
                    shape,
                    "=black_steel",
                    (x + 0.03 * s, h + 0.02, z + 0.03 * c),
                    (x + 0.11 * s, h + 0.02, z + 0.11 * c),
                    0.005,
                    sides=6,
                )
    x, z, y = -w * 0.5, d * 0.35, h + 0.026
    forms.lathe(
        shape,
        "=copper",
        [(0, y), (0.1, y), (0.105, y + 0.1), (0.102, y + 0.1), (0.097, y + 0.004), (0, y + 0.004)],
        at=(x, z),
        sides=36,
    )
    forms.bar(shape, "=black_steel", (x + 0.1, y + 0.085, z), (x + 0.27, y + 0.11, z + 0.05), 0.008)


@makes("extractor_hood")
def extractor_hood(shape: Shape) -> None:
    """A canopy and a chimney."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    low = min(0.08, h * 0.2)
    shape.box("body", (-w, w), (0.0, low), (-d, d), bevel=0.003)
    flue = min(0.16, w * 0.4)
    top = min(low + 0.25, h * 0.5)
    lower = np.array([(-w, d), (w, d), (w, -d), (-w, -d)])
    upper = np.array([(-flue, -d + 0.3), (flue, -d + 0.3), (flue, -d), (-flue, -d)])
    for k in range(4):
        m = (k + 1) % 4
        shape.quad(
            "body",
            [
                [lower[k][0], low, lower[k][1]],
                [lower[m][0], low, lower[m][1]],
                [upper[m][0], top, upper[m][1]],
                [upper[k][0], top, upper[k][1]],
            ],
        )
    shape.box("body", (-flue, flue), (top, h), (-d, -d + 0.3), grain=1)


@makes("fridge")
def fridge(shape: Shape) -> None:
    """Two doors, long handles; round shoulders where the style likes them."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    soft = shape.style in ("art_deco", "colonial", "rustic")
    edge = 0.04 if soft else 0.006
    shape.box("body", (-w, w), (0.04, h), (-d, d - 0.06), bevel=0.006)
    shape.box("=rubber", (-w + 0.03, w - 0.03), (0, 0.04), (-d + 0.03, d - 0.08))
    split = h * 0.36
    for y in ((0.05, split - 0.004), (split + 0.004, h)):
        shape.box("body", (-w, w), y, (d - 0.055, d - 0.012), bevel=edge)
    for y0, y1 in ((split - 0.3, split - 0.05), (split + 0.06, split + 0.5)):
        forms.bar(shape, "handles", (-w + 0.06, y0, d + 0.0), (-w + 0.06, y1, d + 0.0), 0.01)
        for end in (y0, y1):
            forms.bar(shape, "handles", (-w + 0.06, end, d - 0.03), (-w + 0.06, end, d), 0.008)
