"""Chairs, stools and benches."""

from __future__ import annotations

import numpy as np

from secondunit.effects.sets.kit import forms
from secondunit.effects.sets.kit.pieces.parts import four_legs, leg
from secondunit.effects.sets.kit.pieces.registry import makes
from secondunit.effects.sets.kit.shape import Shape, tilted


@makes("dining_chair")
def dining_chair(shape: Shape) -> None:
    """A chair at a table, after the style."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    seat = 0.46
    if shape.style in ("industrial", "institutional"):
        _tubular(shape, "frame", w, d, h, seat)
        return
    for x in (-w + 0.03, w - 0.03):
        leg(shape, "frame", x, d - 0.04, (0, seat - 0.05))
        with shape.moved(x, seat - 0.05, -d + 0.09, turn=tilted(8)):
            shape.box("frame", (-0.016, 0.016), (0, h - seat + 0.05), (-0.014, 0.014), grain=1)
        with shape.moved(x, seat - 0.05, -d + 0.09, turn=tilted(-8)):
            shape.box("frame", (-0.016, 0.016), (-seat + 0.055, 0), (-0.014, 0.014), grain=1)
    for z in (d - 0.045, -d + 0.085):
        shape.box("frame", (-w + 0.04, w - 0.04), (seat - 0.1, seat - 0.045), (z - 0.011, z + 0.011))
    for x in (-w + 0.03, w - 0.03):
        shape.box("frame", (x - 0.011, x + 0.011), (seat - 0.1, seat - 0.045), (-d + 0.09, d - 0.04), grain=2)
    if shape.style == "rustic":
        shape.box("frame", (-w + 0.005, w - 0.005), (seat - 0.045, seat - 0.01), (-d + 0.06, d), grain=0, bevel=0.008)
    else:
        forms.soft(
            shape,
            "seat",
            (-w + 0.005, w - 0.005),
            (seat - 0.05, seat),
            (-d + 0.075, d),
            round_m=0.025,
            puff=0.014,
            piping="seat",
        )
    with shape.moved(0, seat - 0.05, -d + 0.09, turn=tilted(8)):
        _back(shape, w, h - seat + 0.05)


def _back(shape: Shape, w: float, high: float) -> None:
    """Between the posts: slats, a splat, or a pad."""
    inner = w - 0.045
    if shape.style == "rustic":
        for k in range(3):
            level = high * (0.42 + 0.24 * k)
            shape.box("frame", (-inner, inner), (level, level + 0.055), (-0.008, 0.008), bevel=0.005)
    elif shape.style == "colonial":
        shape.box("frame", (-w + 0.005, w - 0.005), (high - 0.06, high), (-0.014, 0.014), bevel=0.008)
        for x in np.linspace(-0.09, 0.09, 5):
            shape.box("frame", (x - 0.007, x + 0.007), (0.1, high - 0.05), (-0.006, 0.006), grain=1)
        shape.box("frame", (-inner, inner), (0.08, 0.12), (-0.009, 0.009))
    elif shape.style == "modern":
        shape.box("frame", (-inner - 0.03, inner + 0.03), (high - 0.13, high), (-0.01, 0.012), bevel=0.009)
    else:
        forms.soft(
            shape,
            "seat",
            (-inner, inner),
            (0.14, high - 0.005),
            (-0.02, 0.03),
            round_m=0.024,
            puff=0.014,
            piping="seat",
        )


def _tubular(shape: Shape, slot: str, w: float, d: float, h: float, seat: float, *, shell: str = "seat") -> None:
    """Bent tube with a ply or plastic seat and back."""
    r = 0.011
    for x in (-w + 0.03, w - 0.03):
        rear = [
            (x, 0.0, -d + 0.02),
            (x, seat - 0.04, -d + 0.09),
            (x, seat + 0.04, -d + 0.09),
            (x * 0.97, h - 0.02, -d + 0.02),
        ]
        forms.tube(shape, slot, rear, r, sides=10)
        forms.tube(
            shape,
            slot,
            [(x, 0.0, d - 0.02), (x, seat - 0.03, d - 0.05), (x, seat - 0.02, d - 0.09), (x, seat - 0.03, -d + 0.09)],
            r,
            sides=10,
        )
    forms.bar(shape, slot, (-w + 0.03, 0.17, -d + 0.05), (w - 0.03, 0.17, -d + 0.05), 0.008)
    _curved(shape, shell, w, seat, (-d + 0.06, d - 0.01))
    u = np.linspace(-1, 1, 17)
    rows = np.linspace(0, 1, 7)[:, None]
    for front in (True, False):
        z = -d + 0.03 + 0.03 * u**2 + (0.007 if front else -0.005)
        points = np.stack(np.broadcast_arrays(w * 0.97 * u, h - 0.2 + 0.195 * rows, z + 0.04 * (1 - rows) - 0.0), -1)
        forms.sheet(shape, shell, points if front else points[:, ::-1])


def _curved(shape: Shape, slot: str, w: float, y: float, z: tuple[float, float]) -> None:
    """A shallow seat with a rounded front edge."""
    s = np.linspace(0, 1, 13)[:, None]
    u = np.linspace(-1, 1, 13)[None]
    drop = 0.05 * np.clip((s - 0.82) / 0.18, 0, 1) ** 2
    dish = 0.014 * (1 - u**2) * np.sin(np.pi * np.clip(s * 1.1, 0, 1))
    for up in (True, False):
        level = y - drop - dish - (0 if up else 0.012)
        points = np.stack(np.broadcast_arrays(w * 0.98 * u, level, z[0] + (z[1] - z[0]) * s), -1)
        forms.sheet(shape, slot, points[::-1] if up else points)


@makes("folding_chair")
def folding_chair(shape: Shape) -> None:
    """Crossed tubes, a thin seat, a thin back."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    for x in (-w + 0.02, w - 0.02):
        forms.bar(shape, "frame", (x, 0, d - 0.02), (x, h, -d + 0.05), 0.011)
        forms.bar(shape, "frame", (x * 0.9, 0, -d + 0.02), (x * 0.9, 0.46, d - 0.12), 0.011)
    _curved(shape, "seat", w * 0.9, 0.46, (-d + 0.1, d - 0.06))
    u = np.linspace(-1, 1, 13)
    t = np.linspace(0, 1, 5)[:, None]
    points = np.stack(np.broadcast_arrays(w * 0.92 * u, h - 0.2 + 0.19 * t, -d + 0.12 - 0.06 * t + 0.02 * u**2), -1)
    forms.sheet(shape, "seat", points)
    forms.sheet(shape, "seat", points[:, ::-1] - [0, 0, 0.006])


@makes("office_chair")
def office_chair(shape: Shape) -> None:
    """A swivel chair on five castors."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    reach = min(w, d) - 0.03
    for k in range(5):
        a = 2 * np.pi * (k + 0.25) / 5
        x, z = reach * np.sin(a), reach * np.cos(a)
        forms.tube(shape, "frame", [(0, 0.115, 0), (x, 0.075, z)], [0.022, 0.013], sides=10)
        forms.ball(shape, "=rubber", (x, 0.028, z), 0.028, sides=12)
    forms.rod(shape, "frame", (0, 0), (0.1, 0.4), 0.025)
    forms.soft(shape, "seat", (-w * 0.8, w * 0.8), (0.41, 0.49), (-d * 0.65, d * 0.85), round_m=0.035, puff=0.015)
    with shape.moved(0, 0.45, -d * 0.62, turn=tilted(10)):
        forms.soft(shape, "seat", (-w * 0.72, w * 0.72), (0.1, h - 0.46), (-0.03, 0.04), round_m=0.035, puff=0.02)
        shape.box("frame", (-0.03, 0.03), (-0.06, 0.3), (-0.06, -0.035))
    for side in (-1, 1):
        x = side * w * 0.86
        forms.tube(shape, "frame", [(x * 0.8, 0.42, -0.05), (x, 0.44, -0.05), (x, 0.64, -0.08)], 0.012, sides=10)
        shape.box("=rubber", (x - 0.03, x + 0.03), (0.64, 0.67), (-0.19, 0.12), bevel=0.012)


@makes("bar_stool")
def bar_stool(shape: Shape) -> None:
    """A high stool with a low back and a foot ring."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    seat = min(0.76, h - 0.02) if h > 0.8 else h
    if shape.style in ("modern", "art_deco"):
        forms.lathe(
            shape,
            "frame",
            [
                (0, 0),
                (w * 0.92, 0),
                (w * 0.92, 0.008),
                (0.03, 0.02),
                (0.024, 0.03),
                (0.024, seat - 0.07),
                (0, seat - 0.07),
            ],
            sides=36,
        )
        forms.tube(
            shape,
            "frame",
            [(np.sin(a) * w * 0.75, 0.28, np.cos(a) * w * 0.75) for a in np.linspace(0, 2 * np.pi, 32)[:-1]],
            0.009,
            closed=True,
        )
        forms.bar(shape, "frame", (-w * 0.75, 0.28, 0), (w * 0.75, 0.28, 0), 0.007)
    else:
        for x in (-1, 1):
            for z in (-1, 1):
                forms.bar(
                    shape, "frame", (x * w * 0.92, 0, z * d * 0.92), (x * w * 0.6, seat - 0.06, z * d * 0.6), 0.013
                )
        for y, k in ((0.26, 0.83), (0.26, -0.83)):
            forms.bar(shape, "frame", (-w * 0.83, y, k * d), (w * 0.83, y, k * d), 0.009)
            forms.bar(shape, "frame", (k * w, y + 0.03, -d * 0.83), (k * w, y + 0.03, d * 0.83), 0.009)
    forms.soft(
        shape,
        "seat",
        (-w * 0.9, w * 0.9),
        (seat - 0.07, seat),
        (-d * 0.9, d * 0.9),
        round_m=0.034,
        puff=0.015,
        piping="seat",
    )
    if h - seat > 0.08:
        u = np.linspace(-1.2, 1.2, 15)
        t = np.linspace(0, 1, 5)[:, None]
        for front in (True, False):
            reach = d * (0.92 if not front else 0.86)
            points = np.stack(
                np.broadcast_arrays(np.sin(u) * w * 0.92, seat - 0.03 + (h - seat + 0.03) * t, -np.cos(u) * reach), -1
            )
            forms.sheet(shape, "seat", points if front else points[:, ::-1])


@makes("stool")
def stool(shape: Shape) -> None:
    """A plain seat on legs."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    forms.lathe(
        shape,
        "seat",
        [(0, h - 0.04), (w - 0.01, h - 0.04), (w, h - 0.03), (w, h - 0.008), (w - 0.01, h), (0, h - 0.006)],
        sides=40,
        squash=d / w,
    )
    for k in range(3 if shape.style == "rustic" else 4):
        a = 2 * np.pi * (k + 0.5) / (3 if shape.style == "rustic" else 4)
        forms.tube(
            shape,
            "legs",
            [(0.9 * w * np.sin(a), 0, 0.9 * d * np.cos(a)), (0.55 * w * np.sin(a), h - 0.04, 0.55 * d * np.cos(a))],
            [0.014, 0.019],
            sides=12,
        )


@makes("bench")
def bench(shape: Shape) -> None:
    """A plank on legs or on slabs."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    seat = min(h, 0.46)
    thick = 0.06 if shape.style in ("rustic", "brutalist") else 0.035
    shape.box("seat", (-w, w), (seat - thick, seat), (-d, d), bevel=0.006)
    if shape.style in ("modern", "brutalist"):
        for x in (-w + 0.16, w - 0.16):
            shape.box("legs", (x - 0.03, x + 0.03), (0, seat - thick), (-d + 0.02, d - 0.02), grain=1)
    else:
        four_legs(shape, "legs", w - 0.09, d - 0.06, (0, seat - thick))
        shape.box("legs", (-w + 0.09, w - 0.09), (0.14, 0.18), (-0.012, 0.012))
    if h > 0.6:
        for x in (-w + 0.05, w - 0.05):
            shape.box("legs", (x - 0.02, x + 0.02), (seat, h), (-d, -d + 0.03), grain=1)
        for y in np.arange(seat + 0.12, h - 0.04, 0.11):
            shape.box("seat", (-w, w), (float(y), float(y) + 0.08), (-d + 0.005, -d + 0.025))


@makes("pew")
def pew(shape: Shape) -> None:
    """A church bench with solid ends."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    for x in (-w, w - 0.045):
        shape.box("frame", (x, x + 0.045), (0, 0.62), (-d, d), grain=1)
        shape.box("frame", (x, x + 0.045), (0.62, h), (-d, -d + 0.16), grain=1, bevel=0.02)
    shape.box("seat", (-w + 0.045, w - 0.045), (0.42, 0.455), (-d + 0.05, d - 0.04))
    with shape.moved(0, 0.45, -d + 0.07, turn=tilted(7)):
        shape.box("seat", (-w + 0.045, w - 0.045), (0.0, h - 0.5), (-0.012, 0.012))
    shape.box("seat", (-w + 0.02, w - 0.02), (h - 0.05, h - 0.015), (-d, -d + 0.07))


@makes("lounge_chair")
def lounge_chair(shape: Shape) -> None:
    """A low chair: cushions that lie in a bent frame."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    for side in (-1, 1):
        x = side * (w - 0.025)
        if shape.style in ("industrial", "modern", "institutional"):
            path = [
                (x, 0.02, -d + 0.06),
                (x, 0.02, d - 0.05),
                (x, 0.05, d - 0.02),
                (x, 0.5, d - 0.06),
                (x, 0.55, d - 0.1),
                (x, 0.56, -d + 0.2),
            ]
            forms.tube(shape, "frame", path, 0.014, sides=12)
            shape.box("=oak", (x - 0.025, x + 0.025), (0.56, 0.582), (-d + 0.16, d - 0.12), bevel=0.009)
        else:
            for z, top in ((d - 0.06, 0.55), (-d + 0.2, 0.56)):
                shape.box("frame", (x - 0.02, x + 0.02), (0, top), (z - 0.022, z + 0.022), grain=1)
            shape.box("frame", (x - 0.03, x + 0.03), (0.55, 0.58), (-d + 0.1, d), grain=2, bevel=0.01)
            shape.box("frame", (x - 0.012, x + 0.012), (0.26, 0.31), (-d + 0.16, d - 0.04), grain=2)
    with shape.moved(0, 0.3, d - 0.06, turn=tilted(10)):
        deep = shape.depth * 0.74
        shape.box("frame", (-w + 0.03, w - 0.03), (-0.035, -0.01), (-deep, 0.0))
        forms.soft(
            shape, "seat", (-w + 0.05, w - 0.05), (0, 0.13), (-deep, 0.02), round_m=0.05, puff=0.022, piping="seat"
        )
        with shape.moved(0, 0.05, -deep, turn=tilted(18)):
            high = (h - 0.25) / np.cos(np.radians(26))
            shape.box("frame", (-w + 0.05, w - 0.05), (0, high * 0.97), (-0.03, -0.012))
            forms.soft(
                shape, "seat", (-w + 0.05, w - 0.05), (0, high), (-0.01, 0.11), round_m=0.05, puff=0.026, piping="seat"
            )


@makes("rocking_chair")
def rocking_chair(shape: Shape) -> None:
    """Spindles on rockers."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    for x in (-w + 0.05, w - 0.05):
        t = np.linspace(-1, 1, 15)
        forms.tube(shape, "frame", np.stack([np.full(15, x), 0.02 + 0.07 * t**2, d * t], -1), 0.016, sides=10)
        forms.bar(shape, "frame", (x, 0.04, d * 0.55), (x * 0.92, 0.62, d * 0.5), 0.015)
        forms.bar(shape, "frame", (x, 0.04, -d * 0.5), (x * 0.92, h, -d * 0.85), 0.015)
        shape.box("frame", (x - 0.03, x + 0.03), (0.62, 0.645), (-d * 0.65, d * 0.65), grain=2, bevel=0.01)
    shape.box("seat", (-w + 0.05, w - 0.05), (0.4, 0.435), (-d * 0.6, d * 0.6), bevel=0.014)
    for x in np.linspace(-w + 0.11, w - 0.11, 7):
        forms.bar(shape, "frame", (float(x), 0.43, -d * 0.58), (float(x), h - 0.1, -d * 0.82), 0.008, sides=8)
    with shape.moved(0, h - 0.12, -d * 0.82, turn=tilted(12)):
        shape.box("frame", (-w + 0.03, w - 0.03), (0, 0.11), (-0.012, 0.012), bevel=0.008)
