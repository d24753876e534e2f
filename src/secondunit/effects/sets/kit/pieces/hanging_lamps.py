"""Lamps of ceilings and walls. What shines carries a share of the lamp's light; narrow beams are spots."""

from __future__ import annotations

import numpy as np

from secondunit.effects.sets.kit import forms
from secondunit.effects.sets.kit.pieces.lamps import dish
from secondunit.effects.sets.kit.pieces.registry import makes
from secondunit.effects.sets.kit.shape import Array, Shape


@makes("pendant")
def pendant(shape: Shape) -> None:
    """Hangs from the ceiling by its cord; the shade is at the foot."""
    w, h = shape.width / 2, shape.height
    high = min(h * 0.6, w * (1.0 if shape.style in ("industrial", "brutalist") else 1.3))
    forms.bar(shape, "cord", (0, high, 0), (0, h, 0), 0.0035, sides=8)
    forms.lathe(shape, "cord", [(0.05, h - 0.025), (0.05, h - 0.002), (0, h)], sides=24)
    if shape.style in ("modern", "art_deco", "colonial"):
        radius = min(w, high / 2)
        if shape.style == "art_deco":
            for k in range(3):
                r = w * (1 - 0.27 * k)
                forms.lathe(
                    shape,
                    "=opal_glass",
                    [(r * 0.8, high * (0.62 - 0.28 * k)), (r, high * (0.8 - 0.28 * k))],
                    sides=40,
                    share=0.3,
                )
                forms.lathe(
                    shape,
                    "shade",
                    [
                        (r, high * (0.8 - 0.28 * k)),
                        (r + 0.006, high * (0.86 - 0.28 * k)),
                        (r * 0.4, high * (0.88 - 0.28 * k)),
                    ],
                    sides=40,
                )
            forms.lathe(shape, "=opal_glass", [(0.0, 0.05), (w * 0.35, high * 0.08)], sides=30, share=0.1)
            forms.bar(shape, "shade", (0, high * 0.2, 0), (0, high, 0), 0.012)
            return
        forms.ball(shape, "=opal_glass", (0, radius, 0), radius, share=1.0, sides=36)
        forms.lathe(
            shape,
            "shade",
            [(radius * 0.3, 2 * radius - 0.02), (radius * 0.26, 2 * radius + 0.05), (0, 2 * radius + 0.055)],
            sides=30,
        )
        return
    dish(shape, "shade", 0.0, 0.0, high, w)


@makes("linear_pendant")
def linear_pendant(shape: Shape) -> None:
    """A thin bar of light on two wires."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    thick = 0.05
    for x in (-w * 0.7, w * 0.7):
        forms.bar(shape, "cord", (x, thick, 0), (x, h, 0), 0.0015, sides=6)
    half = min(d, 0.03)
    shape.box("body", (-w, w), (0.004, thick), (-half, half))
    shape.quad(
        "=opal_glass",
        [
            [-w + 0.01, 0.002, -half + 0.006],
            [w - 0.01, 0.002, -half + 0.006],
            [w - 0.01, 0.002, half - 0.006],
            [-w + 0.01, 0.002, half - 0.006],
        ],
        share=1.0,
    )


@makes("chandelier")
def chandelier(shape: Shape) -> None:
    """Arms with candle lamps and hanging drops."""
    w, h = shape.width / 2, shape.height
    body = min(h * 0.6, w * 1.3)
    forms.bar(shape, "frame", (0, body * 0.2, 0), (0, h, 0), 0.008, sides=10)
    forms.lathe(
        shape,
        "frame",
        [
            (0.0, body * 0.02),
            (0.03, body * 0.08),
            (0.02, body * 0.2),
            (0.05, body * 0.3),
            (0.018, body * 0.5),
            (0.03, body * 0.75),
            (0.0, body),
        ],
        sides=24,
        crease_deg=90,
    )
    forms.lathe(shape, "frame", [(0.06, h - 0.04), (0.06, h - 0.002), (0, h)], sides=24)
    arms = 8 if w < 0.6 else 12
    for k in range(arms):
        a = 2 * np.pi * k / arms
        s, c = np.sin(a), np.cos(a)
        t = np.linspace(0, 1, 16)
        reach = (w - 0.04) * t
        level = body * (0.36 - 0.22 * np.sin(np.pi * t * 1.15) + 0.1 * t)
        forms.tube(shape, "frame", np.stack([s * reach, level, c * reach], -1), 0.007, sides=8)
        x, z, y = float(s * reach[-1]), float(c * reach[-1]), float(level[-1])
        forms.lathe(shape, "frame", [(0.0, y), (0.035, y + 0.012), (0.03, y + 0.016)], at=(x, z), sides=16)
        forms.rod(shape, "=wax", (x, z), (y + 0.01, y + 0.1), 0.011, sides=12)
        forms.lathe(
            shape,
            "=opal_glass",
            [(0.005, y + 0.1), (0.014, y + 0.125), (0.009, y + 0.15), (0.0, y + 0.175)],
            at=(x, z),
            sides=12,
            share=1.0 / arms,
            crease_deg=90,
        )
        for m in range(3):
            drop = y - 0.035 - 0.03 * m
            forms.ball(shape, "drops", (x * (1 - 0.16 * m), drop, z * (1 - 0.16 * m)), 0.011, sides=8)
    for ring, radius in ((0.75, 0.12), (0.55, 0.2)):
        for k in range(14):
            a = 2 * np.pi * k / 14
            forms.ball(shape, "drops", (radius * np.sin(a), body * ring, radius * np.cos(a)), 0.012, sides=8)


@makes("ceiling_lamp")
def ceiling_lamp(shape: Shape) -> None:
    """A glass bowl close under the ceiling."""
    w, h = shape.width / 2, shape.height
    t = np.linspace(0, np.pi / 2, 14)
    forms.lathe(
        shape,
        "shade",
        [(float(w * 0.94 * np.sin(a)), float(h * 0.8 * (1 - np.cos(a)))) for a in t],
        sides=48,
        share=1.0,
        crease_deg=80,
    )
    forms.lathe(shape, "body", [(w * 0.96, h * 0.74), (w, h * 0.8), (w, h), (0, h)], sides=48)


@makes("downlight")
def downlight(shape: Shape) -> None:
    """A short can under the ceiling, its lamp set back behind a dark baffle, and a beam."""
    w, h = shape.width / 2, shape.height
    forms.lathe(shape, "body", [(w * 0.86, 0.002), (w * 0.9, 0.0), (w * 0.97, 0.0), (w, 0.003), (w, h)], sides=32)
    forms.lathe(shape, "=black_steel", [(w * 0.74, h * 0.5), (w * 0.86, 0.002)], sides=32)
    forms.lathe(shape, "=opal_glass", [(w * 0.74, h * 0.5), (0.0, h * 0.5)], sides=32, share=0.06)
    shape.spot((0, h * 0.5 - 0.004, 0), (0, -1, 0), 34, 0.94)


@makes("strip_light")
def strip_light(shape: Shape) -> None:
    """A batten with its tube, close under the ceiling."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    shape.box("body", (-w, w), (h * 0.45, h), (-d * 0.6, d * 0.6))
    for x in (-w + 0.01, w - 0.03):
        shape.box("body", (x, x + 0.02), (0.0, h * 0.45), (-d * 0.35, d * 0.35))
    r = min(0.014, h * 0.2)
    forms.tube(shape, "=opal_glass", [(-w + 0.03, r + 0.004, 0), (w - 0.03, r + 0.004, 0)], r, sides=16, share=1.0)


@makes("wall_lamp")
def wall_lamp(shape: Shape) -> None:
    """A light on the wall; it washes up and down."""
    w, d, h = shape.width / 2, shape.depth, shape.height
    back = -d / 2
    if shape.style in ("modern", "brutalist", "industrial"):
        shape.box("body", (-w * 0.55, w * 0.55), (0.0, h), (back + 0.02, back + d * 0.8), bevel=0.004)
        shape.box("body", (-w * 0.4, w * 0.4), (h * 0.3, h * 0.7), (back, back + 0.02))
        for y, up in ((h + 0.001, 1.0), (-0.001, -1.0)):
            corners = [
                [-w * 0.4, y, back + 0.04],
                [w * 0.4, y, back + 0.04],
                [w * 0.4, y, back + d * 0.7],
                [-w * 0.4, y, back + d * 0.7],
            ]
            shape.quad("=opal_glass", corners[::-1] if up > 0 else corners, share=0.08)
            shape.spot((0, y + 0.02 * up, back + d * 0.5), (0, up, -0.1), 38, 0.42)
        return
    shape.box("body", (-w * 0.45, w * 0.45), (h * 0.1, h * 0.55), (back, back + 0.015), bevel=0.005)
    forms.tube(
        shape,
        "body",
        [
            (0, h * 0.3, back + 0.015),
            (0, h * 0.22, back + d * 0.4),
            (0, h * 0.3, back + d * 0.55),
            (0, h * 0.42, back + d * 0.55),
        ],
        0.007,
    )
    r = min(w * 0.9, d * 0.42)
    at = (0.0, back + d * 0.55)
    if shape.style == "art_deco":
        for k in range(4):
            forms.lathe(
                shape,
                "shade",
                [(r * (0.45 + 0.18 * k), h * (0.4 + 0.14 * k)), (r * (0.55 + 0.18 * k), h * (0.52 + 0.14 * k))],
                at=at,
                sides=28,
                share=0.25,
            )
        return
    forms.lathe(shape, "shade", [(r, h * 0.45), (r * 0.7, h)], at=at, sides=28, share=0.6)
    forms.lathe(shape, "=opal_glass", [(0.0, h * 0.95), (r * 0.6, h * 0.95)], at=at, sides=20, share=0.2)
    forms.lathe(shape, "=opal_glass", [(r * 0.8, h * 0.47), (0.0, h * 0.47)], at=at, sides=20, share=0.2)


@makes("bulkhead_lamp")
def bulkhead_lamp(shape: Shape) -> None:
    """A glass in a cage, as in ships and shelters."""
    w, d, h = shape.width / 2, shape.depth, shape.height
    back = -d / 2
    middle = h / 2
    a = np.linspace(0, np.pi / 2, 10)

    def dome(radius: float, reach: float) -> Array:
        turn = np.linspace(0, 2 * np.pi, 33)
        return np.stack(
            np.broadcast_arrays(
                w * radius * np.cos(a)[:, None] * np.sin(turn),
                middle + middle * radius * np.cos(a)[:, None] * np.cos(turn),
                back + 0.03 + reach * np.sin(a)[:, None],
            ),
            -1,
        )

    forms.sheet(shape, "shade", dome(0.78, d * 0.62)[:, ::-1], share=1.0)
    ring = dome(0.94, d)[0][:-1]
    forms.tube(shape, "body", ring, 0.016, closed=True)
    shape.box("body", (-w * 0.9, w * 0.9), (h * 0.06, h * 0.94), (back, back + 0.03), bevel=0.014)
    for row in (0.0, np.pi / 2):
        t = np.linspace(-np.pi / 2, np.pi / 2, 15)
        x, y = w * 0.92 * np.sin(t) * np.cos(row), middle + middle * 0.92 * np.sin(t) * np.sin(row)
        forms.tube(shape, "body", np.stack([x, y, back + 0.03 + (d - 0.04) * np.cos(t)], -1), 0.004, sides=8)


@makes("picture_light")
def picture_light(shape: Shape) -> None:
    """A slim tube on an arm above a painting."""
    w, d, h = shape.width / 2, shape.depth, shape.height
    back = -d / 2
    forms.tube(shape, "body", [(0, 0.01, back), (0, h * 0.8, back + d * 0.4), (0, h * 0.7, back + d * 0.85)], 0.006)
    forms.tube(shape, "body", [(-w, h * 0.68, back + d * 0.88), (w, h * 0.68, back + d * 0.88)], 0.016, sides=16)
    z = back + d * 0.88
    shape.quad(
        "=opal_glass",
        [
            [-w * 0.95, h * 0.5, z - 0.012],
            [w * 0.95, h * 0.5, z - 0.012],
            [w * 0.95, h * 0.5, z + 0.008],
            [-w * 0.95, h * 0.5, z + 0.008],
        ],
        share=0.1,
    )
    for x in (-w * 0.6, 0.0, w * 0.6):
        shape.spot((x, h * 0.45, z), (0, -1, -0.42), 40, 0.3)
