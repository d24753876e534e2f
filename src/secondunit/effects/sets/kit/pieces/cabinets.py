"""Storage: shelves with what is on them, cabinets, chests, racks."""

from __future__ import annotations

import numpy as np

from secondunit.effects.sets.kit import forms
from secondunit.effects.sets.kit.pieces.parts import book, books, bottle, four_legs, front, glass, handle
from secondunit.effects.sets.kit.pieces.registry import makes
from secondunit.effects.sets.kit.shape import Range, Shape

FOOT_M = {
    "modern": 0.0,
    "brutalist": 0.06,
    "art_deco": 0.08,
    "colonial": 0.12,
    "rustic": 0.1,
    "industrial": 0.1,
    "institutional": 0.06,
}


def carcass(shape: Shape, slot: str, x: Range, y: Range, z: Range, *, thick: float = 0.02, back: bool = True) -> None:
    """A box open to the front."""
    shape.box(slot, (x[0], x[0] + thick), y, z, grain=1)
    shape.box(slot, (x[1] - thick, x[1]), y, z, grain=1)
    for level in (y[0], y[1] - thick):
        shape.box(slot, (x[0] + thick, x[1] - thick), (level, level + thick), z, grain=0)
    if back:
        shape.box(slot, (x[0] + thick, x[1] - thick), (y[0] + thick, y[1] - thick), (z[0], z[0] + 0.01), grain=1)


def ornament(shape: Shape, x: float, y: float, z: float, high: float) -> None:
    """Something that somebody put on a shelf: a pot, a bowl, a ball, a small frame."""
    chance = int(shape.rng.integers(0, 5))
    slot = ("=stoneware", "=black_ceramic", "=celadon", "=brass", "=terracotta", "=white_ceramic")[
        int(shape.rng.integers(0, 6))
    ]
    r = min(0.09, high * 0.3)
    if chance == 0:
        forms.lathe(
            shape,
            slot,
            [
                (0, y),
                (r * 0.5, y),
                (r, y + high * 0.3),
                (r * 0.8, y + high * 0.5),
                (r * 0.3, y + high * 0.65),
                (r * 0.4, y + high * 0.72),
            ],
            at=(x, z),
            sides=24,
            crease_deg=90,
        )
    elif chance == 1:
        forms.lathe(
            shape,
            slot,
            [(0, y), (r * 0.5, y), (r * 1.2, y + 0.07), (r * 1.14, y + 0.07), (r * 0.45, y + 0.012), (0, y + 0.012)],
            at=(x, z),
            sides=24,
        )
    elif chance == 2:
        forms.ball(shape, slot, (x, y + r * 0.8, z), r * 0.8)
    elif chance == 3:
        wide = min(0.16, high * 0.6)
        with shape.moved(x, y, z - 0.02):
            shape.box("=black_ash", (-wide / 2, wide / 2), (0, wide * 1.25), (-0.008, 0.008))
            shape.quad(
                "=landscape",
                [
                    [-wide * 0.4, 0.02, 0.009],
                    [wide * 0.4, 0.02, 0.009],
                    [wide * 0.4, wide * 1.15, 0.009],
                    [-wide * 0.4, wide * 1.15, 0.009],
                ],
            )
    else:
        level = y
        for _ in range(3):
            thick = float(shape.rng.uniform(0.02, 0.035))
            book(shape, "=book_cloth", (x - 0.11, x + 0.11), (level, level + thick), (z - 0.08, z + 0.08), flat=True)
            level += thick


@makes("bookcase")
def bookcase(shape: Shape) -> None:
    """Shelves of books, with a few things between them."""
    w, d, h = shape.width / 2, shape.depth, shape.height
    z = (-d / 2, d / 2)
    plinth = 0.08
    bays = max(1, round(shape.width / 0.85))
    shape.box("body", (-w + 0.01, w - 0.01), (0, plinth), (z[0], z[1] - 0.03))
    wide = shape.width / bays
    rows = max(2, round((h - plinth) / 0.36))
    crown = 0.07 if shape.style in ("colonial", "art_deco", "rustic") else 0.0
    top = h - crown
    for bay in range(bays):
        x = (-w + bay * wide, -w + (bay + 1) * wide)
        carcass(shape, "body", x, (plinth, top), z, thick=0.022)
        levels = np.linspace(plinth, top - 0.022, rows + 1)
        for row in range(rows):
            y = float(levels[row]) + 0.022
            if row:
                shape.box("body", (x[0] + 0.022, x[1] - 0.022), (y - 0.022, y), (z[0] + 0.01, z[1] - 0.004), grain=0)
            clear = float(levels[row + 1] - levels[row]) - 0.03
            inner = (x[0] + 0.026, x[1] - 0.026)
            if shape.rng.random() < 0.2:
                middle = inner[0] + (inner[1] - inner[0]) * float(shape.rng.uniform(0.3, 0.7))
                ornament(shape, middle, y, 0.0, clear)
                books(shape, "books", (inner[0], middle - 0.13), y, (z[0] + 0.015, z[1] - 0.02), clear, full=0.95)
            else:
                books(shape, "books", inner, y, (z[0] + 0.015, z[1] - 0.02), clear, full=0.93)
    if crown:
        shape.box("body", (-w - 0.0, w), (top, h - 0.03), (z[0], z[1]))
        shape.box("body", (-w, w), (h - 0.03, h), (z[0], z[1] + 0.0), bevel=0.01)


@makes("open_shelving")
def open_shelving(shape: Shape) -> None:
    """Posts and boards with boxes on them."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    for x in (-w, w - 0.03):
        for z in (-d, d - 0.03):
            shape.box("frame", (x, x + 0.03), (0, h), (z, z + 0.03), grain=1)
    rows = max(3, round(h / 0.48))
    for row in range(rows):
        y = 0.12 + (h - 0.15) * row / (rows - 1)
        shape.box("shelves", (-w + 0.002, w - 0.002), (y - 0.03, y), (-d + 0.002, d - 0.002))
        for z in (-d, d - 0.012):
            shape.box("frame", (-w + 0.03, w - 0.03), (y - 0.045, y - 0.0), (z, z + 0.012))
        if row == rows - 1:
            break
        at = -w + 0.06
        while at < w - 0.3:
            wide, high = float(shape.rng.uniform(0.18, 0.4)), float(shape.rng.uniform(0.15, 0.34))
            kind = shape.rng.random()
            slot = ("=oak", "=grey_enamel", "=green_enamel", "=sisal", "=ash")[int(shape.rng.integers(0, 5))]
            if kind < 0.6:
                shape.box(slot, (at, at + wide), (y, y + high), (-d * 0.75, d * 0.75), bevel=0.006)
                shape.box(
                    "=page",
                    (at + wide * 0.3, at + wide * 0.7),
                    (y + high * 0.4, y + high * 0.65),
                    (d * 0.75, d * 0.75 + 0.002),
                )
            elif kind < 0.85:
                ornament(shape, at + wide / 2, y, 0.0, high)
            at += wide + float(shape.rng.uniform(0.02, 0.12))


@makes("wall_shelf")
def wall_shelf(shape: Shape) -> None:
    """One board on the wall and what stands on it."""
    w, d, h = shape.width / 2, shape.depth, shape.height
    shape.box("body", (-w, w), (0, 0.035), (-d / 2, d / 2))
    clear = h - 0.04
    if clear < 0.08:
        return
    split = float(shape.rng.uniform(-0.2, 0.3)) * w
    books(shape, "=book_cloth", (-w + 0.03, split), 0.035, (-d / 2, d / 2 - 0.03), clear, full=0.97)
    ornament(shape, (split + w) / 2, 0.035, 0.0, clear)


@makes("sideboard", "tv_unit")
def sideboard(shape: Shape) -> None:
    """Doors and drawers, long and low."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    foot = 0.16 if shape.style == "modern" and h > 0.55 else max(0.04, FOOT_M.get(shape.style, 0.1))
    top = 0.045 if shape.style == "brutalist" else 0.026
    if shape.style in ("brutalist", "institutional"):
        shape.box("body", (-w + 0.03, w - 0.03), (0, foot), (-d + 0.03, d - 0.05))
    else:
        four_legs(shape, "legs", w - 0.09, d - 0.07, (0, foot + 0.002))
    shape.box("body", (-w, w), (h - top, h), (-d, d), bevel=0.004)
    carcass(shape, "body", (-w + 0.004, w - 0.004), (foot, h - top), (-d, d - 0.024))
    count = max(2, round(shape.width / 0.48))
    for k in range(count):
        a, b = -w + 0.006 + (shape.width - 0.012) * k / count, -w + 0.006 + (shape.width - 0.012) * (k + 1) / count
        drawers = k == count // 2 and count > 2
        if drawers:
            for m in range(3):
                y0, y1 = foot + (h - top - foot) * m / 3, foot + (h - top - foot) * (m + 1) / 3
                front(shape, "body", (a, b), (y0, y1), d - 0.022, pull=_pull(shape), door=False)
        else:
            front(shape, "body", (a, b), (foot, h - top), d - 0.022, pull=_pull(shape), left=k % 2 == 0)


def _pull(shape: Shape) -> str:
    """Handles are of the legs' metal unless the kind has its own."""
    return (
        "legs"
        if shape.style in ("modern", "industrial")
        else "=brass"
        if shape.style in ("art_deco", "colonial")
        else "=black_steel"
    )


@makes("display_cabinet")
def display_cabinet(shape: Shape) -> None:
    """Glass doors, things behind them."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    carcass(shape, "body", (-w, w), (0.06, h), (-d, d - 0.022), thick=0.024)
    shape.box("body", (-w + 0.02, w - 0.02), (0, 0.06), (-d + 0.02, d - 0.05))
    rows = max(3, round(h / 0.42))
    for row in range(rows):
        y = 0.084 + (h - 0.13) * row / rows
        if row:
            shape.box("=clear_glass", (-w + 0.025, w - 0.025), (y - 0.006, y), (-d + 0.012, d - 0.04), bevel=0.001)
        for k in range(max(2, round(shape.width / 0.32))):
            at = -w + 0.16 + k * (shape.width - 0.32) / max(1, round(shape.width / 0.32) - 1)
            ornament(shape, at, y, -0.02, 0.26)
    for side in (0, 1):
        x = (-w, 0.0) if side == 0 else (0.0, w)
        for a in (x[0] + 0.002, x[1] - 0.042):
            shape.box("body", (a, a + 0.04), (0.06, h), (d - 0.022, d), grain=1)
        for y in (0.06, h - 0.05):
            shape.box("body", (x[0] + 0.042, x[1] - 0.042), (y, y + 0.05), (d - 0.022, d), grain=0)
        shape.quad(
            "glass",
            [
                [x[0] + 0.04, 0.1, d - 0.01],
                [x[1] - 0.04, 0.1, d - 0.01],
                [x[1] - 0.04, h - 0.05, d - 0.01],
                [x[0] + 0.04, h - 0.05, d - 0.01],
            ],
        )
        handle(shape, "=brass", -0.03 if side == 0 else 0.03, h * 0.5, d, upright=True)


@makes("wardrobe")
def wardrobe(shape: Shape) -> None:
    """Tall doors."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    foot = FOOT_M.get(shape.style, 0.06) or 0.05
    crown = 0.08 if shape.style in ("colonial", "art_deco", "rustic") else 0.02
    shape.box("body", (-w + 0.02, w - 0.02), (0, foot), (-d + 0.02, d - 0.05))
    carcass(shape, "body", (-w, w), (foot, h - crown), (-d, d - 0.024))
    shape.box("body", (-w, w), (h - crown, h), (-d, d), bevel=0.012 if crown > 0.05 else 0.003)
    count = max(2, round(shape.width / 0.55))
    for k in range(count):
        a, b = -w + shape.width * k / count, -w + shape.width * (k + 1) / count
        if shape.style == "rustic":
            front(shape, "body", (a, b), (foot, 0.42), d - 0.022, pull="handles", door=False)
            front(shape, "body", (a, b), (0.42, h - crown), d - 0.022, pull="handles", left=k % 2 == 0)
        else:
            front(shape, "body", (a, b), (foot, h - crown), d - 0.022, pull="handles", left=k % 2 == 0)


@makes("chest_of_drawers", "filing_cabinet")
def chest_of_drawers(shape: Shape) -> None:
    """Drawers above each other."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    files = shape.width < 0.55 and h > 0.6 and shape.style in ("modern", "industrial", "institutional", "brutalist")
    foot = 0.03 if files else max(0.05, FOOT_M.get(shape.style, 0.08))
    if files:
        shape.box("body", (-w + 0.01, w - 0.01), (0, foot), (-d + 0.02, d - 0.03))
    else:
        four_legs(shape, "body", w - 0.06, d - 0.06, (0, foot + 0.002))
    shape.box("body", (-w, w), (h - 0.026, h), (-d, d), bevel=0.004)
    carcass(shape, "body", (-w + 0.004, w - 0.004), (foot, h - 0.026), (-d, d - 0.024))
    shape.box("body", (-w + 0.03, w - 0.03), (foot + 0.02, h - 0.05), (-d + 0.02, d - 0.03))
    rows = max(2, round((h - foot) / (0.32 if files else 0.22)))
    for row in range(rows):
        y0, y1 = foot + (h - 0.026 - foot) * row / rows, foot + (h - 0.026 - foot) * (row + 1) / rows
        halves = 2 if row == rows - 1 and shape.width > 0.8 else 1
        for k in range(halves):
            a, b = (
                -w + 0.006 + (shape.width - 0.012) * k / halves,
                -w + 0.006 + (shape.width - 0.012) * (k + 1) / halves,
            )
            front(shape, "body", (a, b), (y0, y1), d - 0.022, door=False)
            spread = (0.0,) if (b - a) < 0.6 else (-0.25, 0.25)
            for s in spread:
                handle(shape, "handles", (a + b) / 2 + s * (b - a), (y0 + y1) / 2, d)
            if files:
                shape.box("=page", (-0.05, 0.05), (y1 - 0.1, y1 - 0.065), (d - 0.002, d + 0.001), bevel=0.0005)


@makes("locker")
def locker(shape: Shape) -> None:
    """Steel doors with slits."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    count = max(1, round(shape.width / 0.3))
    shape.box("body", (-w, w), (0.1, h), (-d, d - 0.022), bevel=0.003)
    shape.box("=rubber", (-w + 0.02, w - 0.02), (0, 0.1), (-d + 0.02, d - 0.06))
    for k in range(count):
        a, b = -w + shape.width * k / count + 0.003, -w + shape.width * (k + 1) / count - 0.003
        shape.box("body", (a, b), (0.105, h - 0.005), (d - 0.022, d - 0.004), bevel=0.003)
        for base in (h - 0.32, 0.28):
            for m in range(5):
                y = base + 0.022 * m
                shape.box("=rubber", (a + 0.07, b - 0.07), (y, y + 0.005), (d - 0.005, d - 0.0035), bevel=0.0005)
        shape.box("=steel", (b - 0.05, b - 0.025), (h * 0.5, h * 0.5 + 0.1), (d - 0.004, d), bevel=0.002)
        shape.box("=page", (a + 0.09, a + 0.16), (h - 0.13, h - 0.1), (d - 0.004, d - 0.0025), bevel=0.0003)


def spread_bottles(shape: Shape, x: Range, y: float, z: float, count: int) -> None:
    """Bottles and glasses in a row."""
    for k in range(count):
        at = x[0] + (x[1] - x[0]) * (k + 0.5) / count
        if k % 3 == 2:
            glass(shape, "=clear_glass", (at, z), y, 0.1, 0.035)
        else:
            bottle(
                shape,
                ("=green_glass", "=amber_glass", "=smoked_glass")[k % 3],
                (at, z),
                y,
                float(shape.rng.uniform(0.22, 0.32)),
                0.037,
            )
