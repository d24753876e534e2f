"""Parts that many pieces share: legs, handles, fronts, books, bottles, cushions."""

from __future__ import annotations

import numpy as np

from secondunit.effects.sets.kit import forms
from secondunit.effects.sets.kit.shape import Range, Shape, rolled, tilted

LEAN_DEG = 14.0  # of a loose cushion: a little more than of what it leans on


def leg(shape: Shape, slot: str, x: float, z: float, y: Range) -> None:
    """One leg in the set's style."""
    high = y[1] - y[0]
    if shape.style == "colonial" and high > 0.12:
        t = np.linspace(0, 1, 25)
        swell = 0.012 + 0.011 * t + 0.006 * np.sin(t * 9.4) ** 2 * (t < 0.75)
        forms.lathe(
            shape, slot, [(0.0, y[0]), *zip(swell, y[0] + t * high, strict=True)], at=(x, z), sides=18, crease_deg=70
        )
    elif shape.style in ("industrial", "institutional"):
        r = 0.017 if shape.style == "industrial" else 0.0125
        forms.rod(shape, slot, (x, z), y, r)
        forms.rod(shape, "=rubber", (x, z), (y[0], y[0] + 0.012), r * 1.25)
    elif shape.style in ("brutalist", "rustic"):
        half = 0.035 if shape.style == "brutalist" else 0.03
        half = min(half, max(0.02, high * 0.4))
        shape.box(slot, (x - half, x + half), y, (z - half, z + half), grain=1)
    elif shape.style == "art_deco":
        for k in range(3):
            half = 0.014 + 0.006 * k
            shape.box(
                slot,
                (x - half, x + half),
                (y[0] + high * k / 3, y[0] + high * (k + 1) / 3),
                (z - half, z + half),
                grain=1,
            )
        shape.box("=brass", (x - 0.015, x + 0.015), (y[0], y[0] + min(0.03, high / 3)), (z - 0.015, z + 0.015))
    else:
        forms.rod(shape, slot, (x, z), y, 0.011, top=0.018)


def four_legs(shape: Shape, slot: str, x: float, z: float, y: Range) -> None:
    """Legs at (+-x, +-z)."""
    for a in (-x, x):
        for b in (-z, z):
            leg(shape, slot, a, b, y)


def handle(shape: Shape, slot: str, x: float, y: float, z: float, *, upright: bool = False) -> None:
    """A pull on a front whose face is at ``z``."""
    if shape.style in ("colonial", "rustic", "art_deco"):
        forms.bar(shape, slot, (x, y, z), (x, y, z + 0.018), 0.005, sides=8)
        forms.ball(shape, slot, (x, y, z + 0.024), 0.012, sides=12)
        return
    reach = 0.06
    ends = ((x, y - reach, z), (x, y + reach, z)) if upright else ((x - reach, y, z), (x + reach, y, z))
    for end in ends:
        forms.bar(shape, slot, end, (end[0], end[1], z + 0.026), 0.004, sides=8)
    forms.bar(shape, slot, (ends[0][0], ends[0][1], z + 0.026), (ends[1][0], ends[1][1], z + 0.026), 0.005, sides=8)


def front(
    shape: Shape,
    slot: str,
    x: Range,
    y: Range,
    z: float,
    *,
    pull: str | None = None,
    door: bool = True,
    left: bool = True,
) -> None:
    """A door or drawer front that covers a carcass at ``z``; panels where the style has them."""
    gap = 0.002
    x, y = (x[0] + gap, x[1] - gap), (y[0] + gap, y[1] - gap)
    thick = 0.02
    shape.box(slot, x, y, (z, z + thick), grain=1 if door and y[1] - y[0] > x[1] - x[0] else 0, bevel=0.002)
    wide, high = x[1] - x[0], y[1] - y[0]
    face = z + thick
    if shape.style in ("colonial", "rustic") and min(wide, high) > 0.16:
        rail = min(0.06, wide * 0.2, high * 0.2)
        for side in ((x[0], x[0] + rail), (x[1] - rail, x[1])):
            shape.box(slot, side, y, (face, face + 0.008), grain=1)
        for level in ((y[0], y[0] + rail), (y[1] - rail, y[1])):
            shape.box(slot, (x[0] + rail, x[1] - rail), level, (face, face + 0.008), grain=0)
        face += 0.008
    elif shape.style == "art_deco" and high > 0.25 and door:
        for k in range(3):
            shape.box(slot, (x[0] + 0.02 + 0.018 * k, x[0] + 0.03 + 0.018 * k), y, (face, face + 0.005), grain=1)
    elif shape.style == "brutalist" and door:
        count = max(3, round(wide / 0.05))
        for k in range(count):
            middle = x[0] + wide * (k + 0.5) / count
            shape.box(slot, (middle - 0.017, middle + 0.017), y, (face, face + 0.014), grain=1)
        return
    if pull:
        at = ((x[1] - 0.045) if left else (x[0] + 0.045)) if door else (x[0] + x[1]) / 2
        middle = (y[0] + y[1]) / 2 if door else y[0] + 0.55 * high
        handle(shape, pull, at, middle, face, upright=door)


def books(shape: Shape, slot: str, x: Range, y: float, z: Range, high: float, *, full: float = 0.85) -> None:
    """A row of books on a shelf, spines to the front, none quite in line; some lie, some lean."""
    rng = shape.rng
    at = x[0] + 0.004
    depth = z[1] - z[0]
    while at < x[1] - 0.02:
        chance = rng.random()
        if chance > full:
            at += rng.uniform(0.03, 0.16)
            continue
        if chance < 0.06 and x[1] - at > 0.3 and high > 0.14:
            level = y
            for _ in range(int(rng.integers(2, 5))):
                thick, long = rng.uniform(0.02, 0.045), rng.uniform(0.19, 0.26)
                if level + thick > y + high - 0.03:
                    break
                book(
                    shape,
                    slot,
                    (at, at + long),
                    (level, level + thick),
                    (z[1] - min(depth, 0.19), z[1] - 0.01),
                    flat=True,
                )
                level += thick
            at += 0.28
            continue
        count = int(rng.integers(1, 5)) if rng.random() < 0.3 else 1  # sets match
        tall, thick = rng.uniform(0.6, 0.93), rng.uniform(0.014, 0.048)
        tall = min(tall * min(high, 0.33), high - 0.012)
        tint, reach = rng.random(), min(depth - 0.01, rng.uniform(0.12, 0.2))
        for _ in range(count):
            if at + thick > x[1]:
                return
            book(
                shape,
                slot,
                (at, at + thick - 0.001),
                (y, y + tall),
                (z[1] - reach, z[1] - rng.uniform(0.005, 0.02)),
                tint=tint,
            )
            at += thick


def book(
    shape: Shape, slot: str, x: Range, y: Range, z: Range, *, flat: bool = False, tint: float | None = None
) -> None:
    """A book that stands with its spine to the front, or lies: boards, and the pages between them."""
    shade = shape.rng.random() if tint is None else tint
    board = 0.0025
    if flat:
        shape.box(slot, x, (y[0], y[0] + board), z, bevel=0.001, tint=shade)
        shape.box(slot, x, (y[1] - board, y[1]), z, bevel=0.001, tint=shade)
        shape.box(
            "=page",
            (x[0] + 0.004, x[1] - 0.004),
            (y[0] + board, y[1] - board),
            (z[0] + 0.004, z[1] - 0.006),
            bevel=0.0005,
        )
        shape.box(slot, x, y, (z[1] - 0.004, z[1]), bevel=0.0015, tint=shade)
        return
    shape.box(slot, x, y, (z[0], z[1]), bevel=0.0025, tint=shade)
    shape.box(
        "=page", (x[0] + board, x[1] - board), (y[1] - 0.004, y[1] + 0.0003), (z[0] + 0.004, z[1] - 0.006), bevel=0.0003
    )


def pillow(
    shape: Shape,
    slot: str,
    at: tuple[float, float, float],
    size: float,
    *,
    lean: float = LEAN_DEG,
    turn: float = 0.0,
    spin: float = 0.0,
) -> None:
    """A loose cushion, standing on its edge and leaning back; ``at`` is the middle of its lower edge."""
    with shape.moved(*at, turn=turn), shape.moved(turn=tilted(lean)), shape.moved(0, size * 0.46, 0, turn=rolled(spin)):
        cushion(shape, slot, size, size, 0.15)


def cushion(shape: Shape, slot: str, wide: float, high: float, thick: float) -> None:
    """A knife-edged cushion in x and y about the origin: fat in the middle, pinched at its corners."""
    count = 18
    t = np.sin(np.linspace(-np.pi / 2, np.pi / 2, count))
    u, v = np.meshgrid(t, t)
    pinch = 1 - 0.07 * (u * v) ** 2 - 0.03 * (1 - np.abs(u * v))
    x, y = (
        u * wide / 2 * (1 - 0.06 * (1 - v**2) * np.abs(u)) * pinch,
        v * high / 2 * (1 - 0.06 * (1 - u**2) * np.abs(v)) * pinch,
    )
    fat = (1 - u**2).clip(0) ** 0.42 * (1 - v**2).clip(0) ** 0.42
    phase = shape.rng.uniform(0, 6.28, 3)
    uneven = 0.05 * np.sin(7 * u + phase[0] + 3 * v) + 0.04 * np.sin(9 * v + phase[1] - 4 * u)
    edge = (u**2 * v**2) * 0.02 * np.sin(20 * (u + v) + phase[2])
    for side in (1, -1):
        z = side * thick / 2 * fat * (1 + uneven) + edge * thick
        points = np.stack([x, y, z], -1)
        forms.sheet(shape, slot, points if side > 0 else points[:, ::-1])
    ring = np.concatenate(
        [
            np.stack([x[0], y[0], 0 * x[0]], -1),
            np.stack([x[1:, -1], y[1:, -1], 0 * x[1:, -1]], -1),
            np.stack([x[-1, -2::-1], y[-1, -2::-1], 0 * x[-1, 1:]], -1),
            np.stack([x[-2:0:-1, 0], y[-2:0:-1, 0], 0 * x[1:-1, 0]], -1),
        ]
    )
    forms.tube(shape, slot, ring, 0.0035, sides=6, closed=True)


def throw(shape: Shape, slot: str, x: Range, over: list[tuple[float, float]]) -> None:
    """A blanket laid over an edge: across ``x``, along points (z, y)."""
    line = np.asarray(over, float)
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    s = np.linspace(0, length[-1], 40)
    z, y = np.interp(s, length, line[:, 0]), np.interp(s, length, line[:, 1])
    u = np.linspace(0, 1, 24)
    phase = shape.rng.uniform(0, 6.28, 3)
    ripple = 0.008 * np.sin(s[:, None] * 9 + 7 * u[None] + phase[0]) + 0.012 * np.sin(
        14 * u[None] + 2 * s[:, None] + phase[1]
    )
    wander = 0.03 * np.sin(3 * s[:, None] + phase[2]) * (u[None] - 0.5)
    points = np.stack(
        np.broadcast_arrays(
            x[0] + (x[1] - x[0]) * u[None] + wander, y[:, None] + np.abs(ripple) + 0.006, z[:, None] + 0.3 * ripple
        ),
        -1,
    )
    forms.sheet(shape, slot, points)


def bottle(shape: Shape, slot: str, at: tuple[float, float], y: float, high: float, radius: float) -> None:
    """A bottle: body, shoulder, neck."""
    r, neck = radius, max(0.008, radius * 0.33)
    profile = [
        (0.0, y),
        (r * 0.9, y),
        (r, y + 0.01),
        (r, y + 0.58 * high),
        (r * 0.86, y + 0.66 * high),
        (neck * 1.2, y + 0.76 * high),
        (neck, y + 0.82 * high),
        (neck, y + high),
        (0, y + high),
    ]
    forms.lathe(shape, slot, profile, at=at, sides=18, crease_deg=55)


def glass(
    shape: Shape, slot: str, at: tuple[float, float], y: float, high: float, radius: float, *, stem: bool = False
) -> None:
    """A tumbler, or a glass on a stem."""
    if stem:
        forms.lathe(
            shape,
            slot,
            [
                (radius * 0.8, y),
                (radius * 0.75, y + 0.004),
                (0.004, y + 0.01),
                (0.004, y + high * 0.5),
                (radius * 0.7, y + high * 0.62),
                (radius, y + high * 0.8),
                (radius * 0.82, y + high),
            ],
            at=at,
            sides=18,
            crease_deg=80,
        )
        return
    forms.lathe(shape, slot, [(0.0, y + 0.002), (radius * 0.85, y + 0.002), (radius, y + high)], at=at, sides=20)
    forms.lathe(shape, slot, [(0.0, y + 0.009), (radius * 0.8, y + 0.009)], at=at, sides=20)
