"""Lamps. What shines carries a share of the lamp's light; narrow beams are spots."""

from __future__ import annotations

import numpy as np

from secondunit.effects.sets.kit import forms
from secondunit.effects.sets.kit.pieces.registry import makes
from secondunit.effects.sets.kit.shape import Shape


def _shade(
    shape: Shape,
    slot: str,
    y: tuple[float, float],
    low: float,
    top: float,
    *,
    at: tuple[float, float] = (0.0, 0.0),
    share: float = 1.0,
) -> None:
    """A cloth drum: it glows, and lets light out above and below."""
    sides = 40
    count = 5
    levels = np.linspace(y[0], y[1], count + 1)
    weights = np.array([0.8, 1.15, 1.25, 1.1, 0.7])
    weights = weights / weights.sum() * 0.55 * share
    for k in range(count):  # brightest where the bulb is
        r0, r1 = (low + (top - low) * (level - y[0]) / (y[1] - y[0]) for level in levels[k : k + 2])
        forms.lathe(shape, slot, [(r0, levels[k]), (r1, levels[k + 1])], at=at, sides=sides, share=float(weights[k]))
    forms.lathe(shape, slot, [(top - 0.003, y[1]), (low - 0.003, y[0])], at=at, sides=sides)
    for radius, level in ((low, y[0]), (top, y[1])):
        forms.tube(
            shape,
            slot,
            [
                (at[0] + radius * np.sin(a), level, at[1] + radius * np.cos(a))
                for a in np.linspace(0, 2 * np.pi, 41)[:-1]
            ],
            0.003,
            sides=6,
            closed=True,
        )
    forms.lathe(
        shape, "=opal_glass", [(low * 0.8, y[0] + 0.02), (0.0, y[0] + 0.02)], at=at, sides=24, share=0.25 * share
    )
    forms.lathe(
        shape, "=opal_glass", [(0.0, y[1] - 0.03), (top * 0.7, y[1] - 0.03)], at=at, sides=24, share=0.2 * share
    )


@makes("floor_lamp")
def floor_lamp(shape: Shape) -> None:
    """A standing lamp in the style."""
    w, h = shape.width / 2, shape.height
    if shape.style == "industrial":
        for k in range(3):
            a = 2 * np.pi * k / 3
            forms.bar(shape, "stand", (w * np.sin(a), 0, w * np.cos(a)), (0, h * 0.78, 0), 0.014)
        dish(shape, "stand", 0.0, h * 0.8, h, w * 0.8, tilt=0.3)
        return
    if shape.style == "art_deco":
        forms.lathe(
            shape,
            "stand",
            [
                (0, 0),
                (w * 0.62, 0),
                (w * 0.62, 0.02),
                (w * 0.4, 0.03),
                (w * 0.4, 0.05),
                (0.02, 0.07),
                (0.016, h - 0.2),
                (0, h - 0.2),
            ],
            sides=36,
        )
        forms.lathe(
            shape,
            "stand",
            [(0.03, h - 0.2), (w * 0.6, h - 0.12), (w * 0.98, h - 0.005), (w, h)],
            sides=48,
            crease_deg=60,
        )
        forms.lathe(shape, "=opal_glass", [(0.0, h - 0.05), (w * 0.78, h - 0.045)], sides=40, share=0.95)
        for k in range(3):
            forms.lathe(
                shape,
                "=opal_glass",
                [(0.022, h - 0.3 + 0.025 * k), (0.022, h - 0.285 + 0.025 * k)],
                sides=16,
                share=0.016,
            )
        return
    forms.lathe(
        shape,
        "stand",
        [(0, 0), (w * 0.62, 0), (w * 0.62, 0.014), (w * 0.56, 0.022), (0.014, 0.03), (0.011, h - 0.16), (0, h - 0.16)],
        sides=36,
    )
    _shade(shape, "shade", (h - 0.3, h), w, w * (0.8 if shape.style in ("colonial", "rustic") else 0.98))


def dish(
    shape: Shape, slot: str, x: float, y0: float, y1: float, r: float, *, tilt: float = 0.0, share: float = 1.0
) -> None:
    """A metal bowl that throws its light down."""
    del tilt
    t = np.linspace(0, 1, 14)
    radius, level = r * np.sin(t * np.pi / 2) ** 0.8 + 0.02, y1 - (y1 - y0) * t**1.4
    outside = [(float(a), float(b)) for a, b in zip(radius[::-1], level[::-1], strict=True)]
    forms.lathe(shape, slot, [*outside, (0.0, y1)], at=(x, 0), sides=40, crease_deg=80)
    forms.lathe(
        shape,
        "=white_enamel",
        [(a - 0.004, b - 0.004) for a, b in reversed(outside)],
        at=(x, 0),
        sides=40,
        crease_deg=80,
    )
    forms.lathe(
        shape,
        "=opal_glass",
        [(min(0.06, r * 0.45), y0 + 0.35 * (y1 - y0)), (0.0, y0 + 0.3 * (y1 - y0))],
        at=(x, 0),
        sides=20,
        share=0.45 * share,
    )
    shape.spot((x, y0 + 0.2 * (y1 - y0), 0), (0, -1, 0), 52, 0.55 * share)


@makes("arc_lamp")
def arc_lamp(shape: Shape) -> None:
    """A stone foot, a long bow, a dome."""
    w, h = shape.width / 2, shape.height
    foot = -w + 0.16
    shape.box("base", (-w, -w + 0.32), (0.0, 0.2), (-0.12, 0.12), bevel=0.012)
    t = np.linspace(0, 1, 30)
    r = min(0.2, w * 0.4)
    x = foot + (w - r - foot) * np.sin(t * np.pi / 2 * 1.0) ** 1.6
    y = 0.2 + (h - 0.2) * np.sin(np.clip(t * 1.12, 0, 1.12) * np.pi / 2) ** 0.9 - 0.05 * t**4
    forms.tube(shape, "stand", np.stack([x, y, 0 * t], -1), 0.014, sides=12)
    forms.bar(shape, "stand", (float(x[-1]), float(y[-1]), 0), (float(x[-1]), float(y[-1]) - 0.12, 0), 0.008)
    dish(shape, "shade", float(x[-1]), float(y[-1]) - 0.32, float(y[-1]) - 0.1, r)


@makes("table_lamp")
def table_lamp(shape: Shape) -> None:
    """A vase-like foot under a shade."""
    w, h = shape.width / 2, shape.height
    top = h * 0.55
    if shape.style in ("colonial", "rustic", "brutalist", "modern"):
        t = np.linspace(0, 1, 24)
        body = w * (0.34 + 0.22 * np.sin(np.pi * t**0.8)) * (1 - 0.55 * t**3)
        if shape.style == "brutalist":
            shape.box("stand", (-w * 0.36, w * 0.36), (0, top * 0.94), (-w * 0.36, w * 0.36), bevel=0.008)
        else:
            forms.lathe(
                shape,
                "stand",
                [
                    (0.0, 0.0),
                    *[(float(a), float(b)) for a, b in zip(body, t * top * 0.92, strict=True)],
                    (0, top * 0.92),
                ],
                sides=36,
                crease_deg=70,
            )
    else:
        forms.lathe(
            shape,
            "stand",
            [
                (0, 0),
                (w * 0.5, 0),
                (w * 0.5, 0.018),
                (w * 0.3, 0.026),
                (w * 0.3, 0.04),
                (0.014, 0.05),
                (0.012, top),
                (0, top),
            ],
            sides=32,
        )
    forms.rod(shape, "=old_brass", (0, 0), (top * 0.9, top + 0.05), 0.006)
    _shade(shape, "shade", (top, h), w, w * (0.72 if shape.style in ("colonial", "rustic", "art_deco") else 0.94))


@makes("desk_lamp")
def desk_lamp(shape: Shape) -> None:
    """A jointed arm, or a banker's lamp with its glass."""
    w, h = shape.width / 2, shape.height
    if shape.style in ("colonial", "art_deco"):
        forms.lathe(
            shape,
            "stand",
            [(0, 0), (0.085, 0), (0.085, 0.014), (0.02, 0.03), (0.012, 0.05), (0.012, h - 0.06), (0, h - 0.06)],
            sides=32,
        )
        t = np.linspace(-np.pi * 0.56, np.pi * 0.56, 17)
        x = np.array([-w, w])
        points = np.stack(
            np.broadcast_arrays(x[None], h - 0.075 + 0.07 * np.cos(t)[:, None], 0.09 * np.sin(t)[:, None]), -1
        )
        forms.sheet(shape, "=green_glass", points[::-1])
        forms.sheet(shape, "=opal_glass", points - [0, 0.004, 0])
        shape.quad(
            "=opal_glass",
            [
                [-w * 0.8, h - 0.07, -0.03],
                [w * 0.8, h - 0.07, -0.03],
                [w * 0.8, h - 0.07, 0.03],
                [-w * 0.8, h - 0.07, 0.03],
            ],
            share=1.0,
        )
        return
    forms.lathe(shape, "stand", [(0, 0), (0.08, 0), (0.08, 0.02), (0, 0.024)], at=(-w + 0.09, 0), sides=32)
    elbow = (-w + 0.02, h * 0.55, 0)
    forms.bar(shape, "stand", (-w + 0.09, 0.02, 0), elbow, 0.007)
    forms.bar(shape, "stand", elbow, (w - 0.12, h - 0.03, 0), 0.007)
    forms.ball(shape, "stand", elbow, 0.016, sides=14)
    dish(shape, "shade", w - 0.1, h - 0.16, h - 0.02, 0.085)


@makes("candles")
def candles(shape: Shape) -> None:
    """A group of candles, each burnt down in its own way."""
    w, h = shape.width / 2, shape.height
    places = [(0.0, 0.0, 1.0), (0.55, 0.35, 0.72), (-0.5, 0.4, 0.5), (0.1, -0.6, 0.6)]
    for x, z, tall in places:
        r = 0.2 * w + 0.004
        top = (h - 0.03) * tall
        at = (x * w * 0.8, z * w * 0.8)
        forms.lathe(shape, "stand", [(0, 0), (r * 1.5, 0), (r * 1.55, 0.006), (r, 0.01), (0, 0.01)], at=at, sides=24)
        forms.lathe(
            shape,
            "wax",
            [(r, 0.01), (r, top - 0.004), (r * 0.85, top), (r * 0.3, top - 0.008), (0, top - 0.009)],
            at=at,
            sides=24,
            crease_deg=70,
        )
        forms.bar(shape, "=rubber", (at[0], top - 0.01, at[1]), (at[0], top + 0.005, at[1]), 0.0012, sides=6)
        forms.lathe(
            shape,
            "=opal_glass",
            [(0.0, top + 0.002), (0.0045, top + 0.01), (0.003, top + 0.02), (0.0, top + 0.032)],
            at=at,
            sides=12,
            share=0.25,
            crease_deg=100,
        )


@makes("lantern")
def lantern(shape: Shape) -> None:
    """A storm lantern: tank, glass, cage, ring."""
    w, h = shape.width / 2, shape.height
    forms.lathe(
        shape,
        "frame",
        [(0, 0), (w * 0.85, 0), (w * 0.85, h * 0.16), (w * 0.35, h * 0.24), (w * 0.3, h * 0.28)],
        sides=30,
    )
    forms.lathe(
        shape, "glass", [(w * 0.4, h * 0.28), (w * 0.62, h * 0.42), (w * 0.4, h * 0.64)], sides=28, crease_deg=90
    )
    forms.lathe(
        shape, "frame", [(w * 0.5, h * 0.64), (w * 0.55, h * 0.68), (w * 0.25, h * 0.78), (0, h * 0.8)], sides=28
    )
    forms.lathe(
        shape, "=opal_glass", [(0.0, h * 0.3), (0.011, h * 0.36), (0.0, h * 0.5)], sides=14, share=1.0, crease_deg=100
    )
    for side in (-1, 1):
        forms.bar(shape, "frame", (side * w * 0.85, h * 0.12, 0), (side * w * 0.6, h * 0.72, 0), 0.006, sides=8)
    t = np.linspace(0, np.pi, 15)
    forms.tube(
        shape, "frame", np.stack([w * 0.75 * np.cos(t), h * 0.7 + h * 0.29 * np.sin(t), 0 * t], -1), 0.003, sides=6
    )
