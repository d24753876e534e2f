"""Tables, desks, counters."""

from __future__ import annotations

import numpy as np

from secondunit.effects.sets.kit import forms
from secondunit.effects.sets.kit.pieces.parts import four_legs, front
from secondunit.effects.sets.kit.pieces.registry import makes
from secondunit.effects.sets.kit.shape import Shape


def top(shape: Shape, w: float, d: float, y: float, thick: float, *, slot: str = "top", round_m: float = 0.0) -> None:
    """A table top, with round corners if asked."""
    if round_m > 0.02:
        forms.slab(shape, slot, forms.rounded_rectangle(w, d, round_m, 9), (y - thick, y), bevel=0.004)
    else:
        shape.box(slot, (-w, w), (y - thick, y), (-d, d), bevel=0.005)


@makes("coffee_table")
def coffee_table(shape: Shape) -> None:
    """Low, in the style: a block of stone, a plank, glass on brass."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    style = shape.style
    if style == "brutalist":
        top(shape, w, d, h, 0.09)
        for x in (-w * 0.55, w * 0.55):
            shape.box("top", (x - 0.11, x + 0.11), (0, h - 0.09), (-d * 0.72, d * 0.72), bevel=0.006)
    elif style == "art_deco":
        for y in (h, 0.13):
            forms.slab(shape, "top", forms.rounded_rectangle(w, d, min(w, d) * 0.5, 14), (y - 0.024, y), bevel=0.004)
        for x in (-w * 0.72, w * 0.72):
            for z in (-d * 0.55, d * 0.55):
                forms.rod(shape, "legs", (x, z), (0, h - 0.024), 0.016)
    elif style == "modern" and abs(w - d) < 0.08:
        forms.lathe(
            shape,
            "top",
            [(0, h - 0.035), (w - 0.012, h - 0.035), (w, h - 0.02), (w - 0.003, h), (0, h)],
            sides=64,
            squash=d / w,
        )
        forms.lathe(shape, "legs", [(w * 0.55, 0.0), (w * 0.42, h * 0.5), (w * 0.5, h - 0.035)], sides=48)
    else:
        top(shape, w, d, h, 0.06 if style == "rustic" else 0.03, round_m=0.06 if style == "modern" else 0)
        four_legs(shape, "legs", w - 0.07, d - 0.07, (0, h - 0.03))
        if style in ("rustic", "industrial", "colonial"):
            shape.box("top", (-w + 0.06, w - 0.06), (0.1, 0.125), (-d + 0.06, d - 0.06))


@makes("side_table")
def side_table(shape: Shape) -> None:
    """A small table by a seat."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    if shape.style in ("modern", "art_deco", "brutalist"):
        thick = 0.05 if shape.style == "brutalist" else 0.022
        forms.lathe(
            shape,
            "top",
            [(0, h - thick), (w - 0.006, h - thick), (w, h - thick + 0.006), (w, h - 0.005), (w - 0.005, h), (0, h)],
            sides=56,
            squash=d / w,
        )
        if shape.style == "brutalist":
            forms.lathe(shape, "top", [(w * 0.5, 0.0), (w * 0.5, h - thick)], sides=40)
        else:
            forms.lathe(
                shape,
                "legs",
                [(0, 0), (w * 0.7, 0), (w * 0.7, 0.012), (0.016, 0.02), (0.014, h - thick), (0, h - thick)],
                sides=40,
            )
        return
    top(shape, w, d, h, 0.025)
    four_legs(shape, "legs", w - 0.04, d - 0.04, (0, h - 0.025))
    shape.box("top", (-w + 0.04, w - 0.04), (h - 0.1, h - 0.03), (-d + 0.04, d - 0.04))
    shape.box("top", (-w + 0.035, w - 0.035), (0.14, 0.155), (-d + 0.035, d - 0.035))


@makes("nesting_tables")
def nesting_tables(shape: Shape) -> None:
    """Three of one kind, each under the other."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    for k in range(3):
        a, b, y = w - 0.045 * k, d * (1 - 0.1 * k), h - 0.05 * k
        z = 0.03 * k
        shape.box("top", (-a, a), (y - 0.018, y), (-b + z, b))
        for x in (-a + 0.012, a - 0.012):
            for zz in (-b + z + 0.012, b - 0.012):
                shape.box("legs", (x - 0.009, x + 0.009), (0, y - 0.018), (zz - 0.009, zz + 0.009), grain=1)


@makes("console_table")
def console_table(shape: Shape) -> None:
    """Long and narrow, against a wall."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    thick = 0.06 if shape.style in ("brutalist", "rustic") else 0.028
    top(shape, w, d, h, thick)
    if shape.style == "brutalist":
        for x in (-w + 0.16, w - 0.16):
            shape.box("top", (x - 0.09, x + 0.09), (0, h - thick), (-d + 0.02, d - 0.03), bevel=0.006)
        return
    four_legs(shape, "legs", w - 0.06, d - 0.05, (0, h - thick))
    if shape.style in ("colonial", "rustic", "art_deco"):
        for k in range(2):
            front(
                shape,
                "top",
                (-w + 0.08 + (w - 0.08) * k, -w + 0.08 + (w - 0.08) * (k + 1)),
                (h - thick - 0.12, h - thick),
                d - 0.05,
                pull="legs",
                door=False,
            )
        shape.box("top", (-w + 0.08, w - 0.08), (h - thick - 0.12, h - thick), (-d + 0.03, d - 0.05))
    else:
        shape.box("legs", (-w + 0.06, w - 0.06), (0.1, 0.12), (-0.01, 0.01))


@makes("dining_table", "conference_table")
def dining_table(shape: Shape) -> None:
    """A table for many."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    style = shape.style
    if style == "rustic":
        count = max(4, round(shape.depth / 0.19))
        for k in range(count):
            z = -d + shape.depth * k / count
            shape.box(
                "top",
                (-w + shape.rng.uniform(0, 0.008), w - shape.rng.uniform(0, 0.008)),
                (h - 0.05, h + 0.0),
                (z + 0.001, z + shape.depth / count - 0.001),
                bevel=0.004,
            )
        for x in (-w + 0.25, w - 0.25):
            shape.box("legs", (x - 0.05, x + 0.05), (0, h - 0.05), (-0.06, 0.06), grain=1, bevel=0.008)
            shape.box("legs", (x - 0.045, x + 0.045), (0, 0.09), (-d + 0.12, d - 0.12), bevel=0.01)
            shape.box("legs", (x - 0.045, x + 0.045), (h - 0.13, h - 0.05), (-d + 0.12, d - 0.12), bevel=0.01)
        shape.box("legs", (-w + 0.25, w - 0.25), (0.26, 0.34), (-0.025, 0.025))
        return
    thick = {"brutalist": 0.09, "institutional": 0.028, "industrial": 0.05}.get(style, 0.035)
    top(shape, w, d, h, thick, round_m={"modern": 0.08, "art_deco": d * 0.9, "institutional": 0.04}.get(style, 0.0))
    if style in ("brutalist", "art_deco"):
        for x in (-w * 0.58, w * 0.58):
            if style == "brutalist":
                shape.box("legs", (x - 0.1, x + 0.1), (0, h - thick), (-d * 0.62, d * 0.62), bevel=0.008)
            else:
                for k in range(-2, 3):
                    forms.rod(shape, "legs", (x + 0.055 * k, 0.0), (0.04, h - thick), 0.03, sides=24)
                forms.slab(
                    shape,
                    "legs",
                    [(x + px, pz) for px, pz in forms.rounded_rectangle(0.24, d * 0.55, 0.1, 8)],
                    (0, 0.04),
                )
        return
    apron = (h - thick - 0.085, h - thick)
    for z in (-d + 0.09, d - 0.11):
        shape.box("legs", (-w + 0.1, w - 0.1), apron, (z, z + 0.02))
    for x in (-w + 0.09, w - 0.11):
        shape.box("legs", (x, x + 0.02), apron, (-d + 0.1, d - 0.1), grain=2)
    count = 2 if shape.width < 2.6 else 3
    for x in np.linspace(-w + 0.1, w - 0.1, count):
        for z in (-d + 0.1, d - 0.1):
            half = 0.032
            if style == "modern":
                forms.rod(shape, "legs", (float(x), z), (0, h - thick), 0.02, top=0.034)
            elif style == "colonial":
                t = np.linspace(0, 1, 40)
                r = 0.024 + 0.014 * t + 0.01 * np.sin(t * 14) ** 2 * (t < 0.7)
                forms.lathe(
                    shape,
                    "legs",
                    [(0.0, 0.0), *[(float(a), float(b)) for a, b in zip(r, t * (h - thick), strict=True)]],
                    at=(float(x), z),
                    sides=20,
                    crease_deg=70,
                )
            else:
                shape.box("legs", (x - half, x + half), (0, h - thick), (z - half, z + half), grain=1)


@makes("round_table")
def round_table(shape: Shape) -> None:
    """A round top on one foot."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    thick = 0.06 if shape.style in ("brutalist", "rustic") else 0.026
    forms.lathe(
        shape,
        "top",
        [(0, h - thick), (w - 0.012, h - thick), (w, h - thick * 0.6), (w - 0.004, h), (0, h)],
        sides=72,
        squash=d / w,
    )
    foot = max(0.22, w * 0.55)
    if shape.style in ("colonial", "rustic"):
        t = np.linspace(0, 1, 30)
        r = 0.045 + 0.03 * np.sin(t * 9) ** 2
        forms.lathe(
            shape,
            "legs",
            [(float(a), 0.12 + float(b)) for a, b in zip(r, t * (h - thick - 0.12), strict=True)],
            sides=28,
            crease_deg=80,
        )
        for k in range(4):
            a = np.pi / 4 + k * np.pi / 2
            s = np.linspace(0, 1, 9)
            reach = 0.04 + (foot - 0.04) * s
            forms.tube(
                shape,
                "legs",
                np.stack([np.sin(a) * reach, 0.2 - 0.18 * s**1.3, np.cos(a) * reach], -1),
                0.026,
                sides=12,
            )
        return
    forms.lathe(
        shape,
        "legs",
        [
            (0, 0),
            (foot, 0),
            (foot, 0.014),
            (foot * 0.3, 0.04),
            (0.045, 0.14),
            (0.035, h * 0.5),
            (0.06, h - thick),
            (0, h - thick),
        ],
        sides=48,
        crease_deg=80,
    )


@makes("desk")
def desk(shape: Shape) -> None:
    """A desk; one sits behind it, at its back."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    thick = 0.06 if shape.style == "brutalist" else 0.03
    slim = shape.style in ("modern", "industrial")
    top(shape, w, d, h, thick, round_m=0.0)
    if slim:
        four_legs(shape, "legs", w - 0.06, d - 0.06, (0, h - thick))
        shape.box("top", (-w + 0.1, w - 0.1), (h - thick - 0.09, h - thick), (-d + 0.06, d - 0.1))
        return
    wide = min(0.45, w * 0.6)
    for side in (-1, 1):
        x = (side * w - (wide if side > 0 else 0), side * w + (0 if side > 0 else wide))
        x = (x[0] + 0.02 * (side < 0), x[1] - 0.02 * (side > 0))
        shape.box("top", x, (0.05, h - thick), (-d + 0.03, d - 0.03), grain=1)
        shape.box("legs", (x[0] + 0.02, x[1] - 0.02), (0, 0.05), (-d + 0.05, d - 0.05))
        with shape.moved(turn=180):
            for k in range(3):
                step = (h - thick - 0.07) / 3
                front(
                    shape,
                    "top",
                    (-x[1], -x[0]),
                    (0.06 + step * k, 0.06 + step * (k + 1)),
                    d - 0.03,
                    pull="=brass",
                    door=False,
                )
        if shape.style in ("colonial", "rustic", "art_deco"):
            front(shape, "top", x, (0.06, h - thick), d - 0.035)
    shape.box("top", (-w + wide, w - wide), (0.25, h - thick), (d - 0.09, d - 0.07))
    if shape.style in ("colonial", "art_deco"):
        shape.box("=green_leather", (-w * 0.72, w * 0.72), (h - 0.001, h + 0.0015), (-d + 0.09, d - 0.09), bevel=0.001)
