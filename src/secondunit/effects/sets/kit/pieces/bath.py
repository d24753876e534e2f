"""Bathrooms."""

from __future__ import annotations

import numpy as np

from secondunit.effects.sets.kit import forms
from secondunit.effects.sets.kit.pieces.cabinets import carcass
from secondunit.effects.sets.kit.pieces.kitchen import tap
from secondunit.effects.sets.kit.pieces.parts import front
from secondunit.effects.sets.kit.pieces.registry import makes
from secondunit.effects.sets.kit.shape import Array, Shape


def _ring(half_x: float, half_z: float, y: float, power: float = 2.6, count: int = 64) -> Array:
    """A superellipse at a height, (n, 3), counter-clockwise seen from above."""
    a = np.linspace(0, 2 * np.pi, count + 1)
    s, c = np.sin(a), np.cos(a)
    x = half_x * np.sign(s) * np.abs(s) ** (2 / power)
    z = half_z * np.sign(c) * np.abs(c) ** (2 / power)
    return np.stack([x, np.full(count + 1, y), z], -1)


def vessel(
    shape: Shape, slot: str, rings: list[tuple[float, float, float]], *, power: float = 2.6, z: float = 0.0
) -> None:
    """A skin through rings (half width, half depth, height): up the outside, over the rim, down the inside."""
    points = np.stack([_ring(a, b, y, power) for a, b, y in rings]) + np.array([0, 0, z])
    forms.sheet(shape, slot, points)


@makes("bathtub")
def bathtub(shape: Shape) -> None:
    """A tub: on feet, or a block."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    claw = shape.style in ("colonial", "art_deco", "rustic")
    foot = 0.12 if claw else 0.0
    vessel(
        shape,
        "body",
        [
            (0.0, 0.0, foot),
            (w * 0.62, d * 0.6, foot),
            (w * 0.74, d * 0.75, foot + 0.04),
            (w * 0.88, d * 0.9, h * 0.6),
            (w * 0.95, d * 0.95, h - 0.02),
            (w, d, h - 0.012),
            (w, d, h),
            (w * 0.97, d * 0.95, h),
            (w * 0.92, d * 0.88, h - 0.02),
            (w * 0.84, d * 0.82, h * 0.6),
            (w * 0.7, d * 0.68, foot + 0.09),
            (w * 0.5, d * 0.45, foot + 0.06),
            (0.0, 0.0, foot + 0.055),
        ],
        power=3.2 if not claw else 2.6,
    )
    if claw:
        for x in (-w * 0.6, w * 0.6):
            for z in (-d * 0.6, d * 0.6):
                forms.ball(shape, "tap", (x, 0.04, z), 0.04, sides=14)
                forms.bar(shape, "tap", (x, 0.05, z), (x * 0.95, foot + 0.06, z * 0.9), 0.02)
    tap(shape, "tap", w * 0.2, 0.02 if not claw else 0.3, -d + 0.06, h + 0.26, 0.2)


@makes("shower")
def shower(shape: Shape) -> None:
    """A tray, a glass screen, a rain head."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    shape.box("tray", (-w, w), (0, 0.05), (-d, d), bevel=0.008)
    shape.quad("glass", [[w, 0.05, d], [w, 0.05, -d], [w, h - 0.1, -d], [w, h - 0.1, d]])
    shape.quad("glass", [[-w, 0.05, d], [w * 0.1, 0.05, d], [w * 0.1, h - 0.1, d], [-w, h - 0.1, d]])
    for x, z in ((w, d), (w, -d), (-w, d)):
        shape.box("fittings", (x - 0.012, x), (0.05, h - 0.1), (z - 0.012, z) if z > 0 else (z, z + 0.012), grain=1)
    forms.bar(shape, "fittings", (-w, h - 0.1, d), (w, h - 0.1, d), 0.008)
    forms.bar(shape, "fittings", (0, 1.0, -d + 0.04), (0, h - 0.04, -d + 0.04), 0.01)
    forms.bar(shape, "fittings", (0, h - 0.04, -d + 0.04), (0, h - 0.04, -d * 0.3), 0.01)
    forms.lathe(
        shape,
        "fittings",
        [(0.0, h - 0.08), (0.11, h - 0.08), (0.11, h - 0.07), (0.02, h - 0.05), (0, h - 0.04)],
        at=(0, -d * 0.3),
        sides=36,
    )
    forms.bar(shape, "fittings", (-0.1, 1.05, -d + 0.05), (0.1, 1.05, -d + 0.05), 0.02)


@makes("washbasin")
def washbasin(shape: Shape) -> None:
    """A basin on a pedestal."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    vessel(
        shape,
        "body",
        [
            (w * 0.45, d * 0.4, h - 0.2),
            (w * 0.8, d * 0.8, h - 0.1),
            (w, d, h - 0.03),
            (w, d, h),
            (w * 0.96, d * 0.95, h),
            (w * 0.8, d * 0.68, h - 0.01),
            (w * 0.68, d * 0.55, h - 0.1),
            (0.03, 0.03, h - 0.13),
        ],
        power=3.4,
    )
    shape.box("body", (-w, w), (h - 0.05, h), (-d, -d + 0.1), bevel=0.01)
    if shape.style in ("modern", "brutalist", "industrial"):
        forms.bar(shape, "tap", (0, h - 0.32, -d * 0.2), (0, h - 0.15, -d * 0.2), 0.022)
        forms.bar(shape, "tap", (0, h - 0.32, -d * 0.2), (0, h - 0.32, -d), 0.016)
    else:
        forms.lathe(
            shape,
            "body",
            [(0.13, 0.0), (0.12, 0.03), (0.085, 0.2), (0.085, h - 0.4), (0.13, h - 0.17)],
            at=(0, -d * 0.35),
            sides=32,
        )
    tap(shape, "tap", 0.0, h, -d + 0.06, 0.17, 0.13)


@makes("vanity_unit")
def vanity_unit(shape: Shape) -> None:
    """Drawers under a stone top with one basin or two."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    low = 0.3 if shape.style in ("modern", "brutalist", "industrial") else 0.1
    carcass(shape, "body", (-w, w), (low, h - 0.04), (-d, d - 0.022))
    shape.box("top", (-w, w), (h - 0.04, h - 0.01), (-d, d), bevel=0.004)
    count = 2 if shape.width > 1.0 else 1
    for k in range(count * 2):
        a, b = -w + shape.width * k / (count * 2), -w + shape.width * (k + 1) / (count * 2)
        front(shape, "body", (a, b), (low, h - 0.042), d - 0.022, pull="tap", left=k % 2 == 0)
    for k in range(count):
        x = -w + shape.width * (k + 0.5) / count
        with shape.moved(x, 0, 0):
            r = min(0.21, shape.width / count * 0.4)
            y = h - 0.01
            vessel(
                shape,
                "=white_ceramic",
                [
                    (r * 0.6, r * 0.5, y),
                    (r, r * 0.82, y + 0.1),
                    (r, r * 0.82, y + 0.11),
                    (r * 0.95, r * 0.77, y + 0.11),
                    (r * 0.6, r * 0.5, y + 0.03),
                    (0.02, 0.02, y + 0.02),
                ],
                power=2.4,
            )
            tap(shape, "tap", 0.0, y, -d + 0.07, 0.27, 0.15)


@makes("toilet")
def toilet(shape: Shape) -> None:
    """Bowl, seat, cistern."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    seat = min(0.4, h)
    bowl = d * 0.68
    z = d - bowl
    vessel(
        shape,
        "body",
        [
            (w * 0.55, bowl * 0.7, 0.0),
            (w * 0.52, bowl * 0.66, 0.12),
            (w * 0.8, bowl * 0.88, seat * 0.75),
            (w * 0.98, bowl, seat - 0.02),
            (w * 0.98, bowl, seat),
        ],
        power=2.4,
        z=z,
    )
    vessel(
        shape,
        "seat",
        [(w, bowl, seat), (w, bowl, seat + 0.02), (w * 0.97, bowl * 0.97, seat + 0.025), (0.0, 0.0, seat + 0.03)],
        power=2.4,
        z=z,
    )
    if h > 0.6:
        shape.box("body", (-w, w), (seat - 0.05, h - 0.03), (-d, -d + 0.18), bevel=0.02)
        shape.box("body", (-w, w), (h - 0.035, h), (-d, -d + 0.19), bevel=0.012)
        forms.bar(shape, "=chrome", (0, h, -d + 0.09), (0, h + 0.0 - 0.004, -d + 0.09), 0.02)
    shape.box("body", (-w * 0.55, w * 0.55), (0, seat - 0.04), (-d, z - bowl * 0.5), bevel=0.02)


@makes("towel_rail")
def towel_rail(shape: Shape) -> None:
    """Rungs on the wall with a towel over them."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    for x in (-w + 0.012, w - 0.012):
        forms.bar(shape, "body", (x, 0, 0), (x, h, 0), 0.012)
        for y in (0.06, h - 0.06):
            forms.bar(shape, "body", (x, y, -d), (x, y, 0), 0.008)
    count = max(3, round(h / 0.11))
    for k in range(count):
        y = 0.05 + (h - 0.1) * k / (count - 1)
        forms.bar(shape, "body", (-w, y, 0), (w, y, 0), 0.009)
    y = 0.05 + (h - 0.1) * (count - 2) / (count - 1)
    for z, low in ((0.018, y - 0.48), (-0.018, y - 0.4)):
        forms.soft(
            shape,
            "towel",
            (-w * 0.75, w * 0.7),
            (max(0.0, low), y + 0.012),
            (z - 0.008, z + 0.008),
            round_m=0.008,
            puff=0.004,
            crinkle=0.003,
        )
