"""Screens, sound, machines."""

from __future__ import annotations

import numpy as np

from secondunit.effects.sets.kit import forms
from secondunit.effects.sets.kit.pieces.hanging import grille
from secondunit.effects.sets.kit.pieces.registry import makes
from secondunit.effects.sets.kit.shape import Range, Shape, tilted


@makes("tv")
def tv(shape: Shape) -> None:
    """A flat screen, off."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    shape.box("body", (-w, w), (0, h), (-d, d - 0.004), bevel=0.004)
    shape.box("=screen_glass", (-w + 0.008, w - 0.008), (0.014, h - 0.008), (d - 0.005, d), bevel=0.001)


READOUTS = (("=readout_chart", 0.4), ("=readout_traces", 1.0), ("=readout_words", 0.63))  # and how much of it is lit


def _shown(count: int) -> list[tuple[str, float]]:
    """What each of so many screens shows, and its share of their light."""
    total = sum(READOUTS[number % 3][1] for number in range(count))
    return [(slot, lit / total) for slot, lit in (READOUTS[number % 3] for number in range(count))]


@makes("video_wall")
def video_wall(shape: Shape) -> None:
    """Screens side by side."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    across, up = max(1, round(shape.width / 1.2)), max(1, round(h / 0.68))
    shape.box("body", (-w, w), (0, h), (-d, d - 0.02))
    shown = _shown(across * up)
    for i in range(across):
        for j in range(up):
            slot, share = shown[i * up + (i + j) % up]
            x = (-w + shape.width * i / across + 0.004, -w + shape.width * (i + 1) / across - 0.004)
            y = (h * j / up + 0.004, h * (j + 1) / up - 0.004)
            shape.box("=black_lacquer", x, y, (d - 0.02, d - 0.002), bevel=0.003)
            shape.quad(
                slot,
                [
                    [x[0] + 0.008, y[0] + 0.008, d],
                    [x[1] - 0.008, y[0] + 0.008, d],
                    [x[1] - 0.008, y[1] - 0.008, d],
                    [x[0] + 0.008, y[1] - 0.008, d],
                ],
                share=share,
            )


@makes("old_tv")
def old_tv(shape: Shape) -> None:
    """A picture tube in a wooden case."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    shape.box("body", (-w, w), (0.04, h), (-d * 0.7, d - 0.02), bevel=0.012)
    shape.box("=black_lacquer", (-w * 0.6, w * 0.6), (0.1, h * 0.85), (-d, -d * 0.68), bevel=0.04)
    for x in (-w * 0.8, w * 0.8):
        forms.rod(shape, "body", (x, 0.0), (0, 0.05), 0.012)
    u = np.linspace(-1, 1, 15)
    across, up = np.meshgrid(-w * 0.2 + u * w * 0.7, h * 0.53 + u * h * 0.38)
    bulge = d - 0.022 + 0.03 * (1 - u[None] ** 2) * (1 - u[:, None] ** 2) ** 0.5
    forms.sheet(shape, "=screen_glass", np.stack([across, up, bulge], -1))
    for k in range(3):
        forms.bar(
            shape, "=chrome", (w * 0.75, h * (0.75 - 0.18 * k), d - 0.02), (w * 0.75, h * (0.75 - 0.18 * k), d), 0.02
        )
    grille(shape, "=brass", (w * 0.58, w * 0.92), (h * 0.12, h * 0.3), (d - 0.022, d - 0.012))


@makes("computer")
def computer(shape: Shape) -> None:
    """A screen on its foot and a keyboard."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    back = -d + 0.06
    shape.box("body", (-w * 0.4, w * 0.4), (0, 0.012), (-d, -d + 0.18), bevel=0.004)
    shape.box("body", (-0.03, 0.03), (0.01, h * 0.5), (back - 0.025, back - 0.01), grain=1)
    shape.box("body", (-w, w), (h * 0.25, h), (back - 0.012, back + 0.012), bevel=0.004)
    shape.box(
        "=screen_glass",
        (-w + 0.008, w - 0.008),
        (h * 0.25 + 0.02, h - 0.008),
        (back + 0.012, back + 0.014),
        bevel=0.0005,
    )
    shape.box("body", (-w * 0.75, w * 0.75), (0, 0.016), (d - 0.16, d - 0.02), bevel=0.004)
    for row in range(4):
        for k in range(13):
            x = -w * 0.72 + w * 1.44 * k / 13
            z = d - 0.15 + 0.03 * row
            shape.box("=rubber", (x + 0.002, x + w * 1.44 / 13 - 0.002), (0.016, 0.021), (z, z + 0.026), bevel=0.002)


@makes("telephone")
def telephone(shape: Shape) -> None:
    """A desk set with a dial."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    outline = forms.rounded_rectangle(w * 0.8, d * 0.85, 0.03, 6)
    for k in range(4):
        s = 1 - 0.12 * k
        forms.slab(shape, "body", outline * [s, s], (h * 0.15 * k, h * 0.15 * (k + 1)), bevel=0.006)
    with shape.moved(0, h * 0.5, d * 0.35, turn=tilted(60)), shape.moved(turn=tilted(-90)):
        forms.lathe(shape, "=chrome", [(0.036, 0.0), (0.036, 0.006), (0.012, 0.008), (0, 0.008)], sides=32)
    t = np.linspace(0, 1, 9)
    path = np.stack([-w + 2 * w * t, h * 0.8 + 0.03 * np.sin(np.pi * t), np.full(9, -d * 0.3)], -1)
    forms.tube(shape, "body", path, [0.018, 0.024, 0.014, 0.013, 0.013, 0.013, 0.014, 0.024, 0.018])
    for x in (-w * 0.8, w * 0.8):
        forms.lathe(shape, "body", [(0.026, h * 0.66), (0.028, h * 0.74), (0.02, h * 0.84)], at=(x, -d * 0.3), sides=20)


@makes("typewriter")
def typewriter(shape: Shape) -> None:
    """Carriage, type basket, keys."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    shape.box("body", (-w * 0.9, w * 0.9), (0.01, h * 0.55), (-d * 0.9, d * 0.15), bevel=0.02)
    with shape.moved(0, h * 0.1, d * 0.1, turn=tilted(70)):
        shape.box("body", (-w * 0.9, w * 0.9), (0.0, 0.02), (0.0, 0.02), bevel=0.004)
    forms.bar(shape, "=rubber", (-w * 0.95, h * 0.72, -d * 0.45), (w * 0.95, h * 0.72, -d * 0.45), 0.022, sides=20)
    for x in (-w, w):
        forms.bar(shape, "=chrome", (x * 0.95, h * 0.72, -d * 0.45), (x, h * 0.72, -d * 0.45), 0.026)
    shape.box("=page", (-0.1, 0.1), (h * 0.7, h), (-d * 0.6, -d * 0.598), bevel=0.0002)
    for row in range(4):
        y, z = h * (0.42 - 0.09 * row), d * (0.25 + 0.2 * row)
        for k in range(10):
            x = -w * 0.72 + w * 1.44 * (k + 0.3 + 0.12 * row) / 10
            forms.bar(shape, "keys", (x, y, z), (x, y + 0.008, z + 0.003), 0.0085, sides=12)
            forms.bar(shape, "=steel", (x, y, z), (x, y - 0.03, z - 0.05), 0.0015, sides=5)
    shape.box("body", (-w * 0.9, w * 0.9), (0.0, 0.03), (d * 0.1, d), bevel=0.008)


@makes("speaker")
def speaker(shape: Shape) -> None:
    """A cabinet with its drivers or its cloth."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    shape.box("body", (-w, w), (0.0, h), (-d, d - 0.012), grain=1, bevel=0.004)
    if shape.style in ("colonial", "rustic", "art_deco"):
        shape.box("front", (-w + 0.015, w - 0.015), (0.02, h - 0.02), (d - 0.012, d), bevel=0.004)
        return
    shape.box("=black_ash", (-w + 0.008, w - 0.008), (0.01, h - 0.01), (d - 0.012, d - 0.002), bevel=0.002)
    for y, r in ((h * 0.87, w * 0.28), (h * 0.68, w * 0.62), (h * 0.42, w * 0.72)):
        with shape.moved(0, y, d - 0.004, turn=tilted(-90)):
            forms.lathe(
                shape,
                "=rubber",
                [(r, 0.0), (r, 0.006), (r * 0.88, 0.008), (r * 0.8, 0.0), (r * 0.3, -0.03), (0, -0.02)],
                sides=36,
            )
            forms.lathe(shape, "=chrome", [(r * 1.08, 0.0), (r * 1.08, 0.004), (r, 0.005)], sides=36)


@makes("record_player")
def record_player(shape: Shape) -> None:
    """A deck with a record on, or a gramophone with its horn."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    low = min(0.1, h * 0.6)
    shape.box("body", (-w, w), (0.012, low), (-d, d), bevel=0.006)
    for x in (-w * 0.8, w * 0.8):
        for z in (-d * 0.8, d * 0.8):
            forms.rod(shape, "=rubber", (x, z), (0, 0.014), 0.018)
    r = min(0.15, d * 0.85)
    forms.lathe(shape, "deck", [(r, low), (r, low + 0.018), (0, low + 0.02)], at=(-w * 0.22, 0), sides=48)
    forms.lathe(shape, "=black_lacquer", [(r * 0.98, low + 0.021), (0, low + 0.0215)], at=(-w * 0.22, 0), sides=48)
    forms.lathe(shape, "=red_lacquer", [(r * 0.34, low + 0.0222), (0, low + 0.0224)], at=(-w * 0.22, 0), sides=32)
    forms.rod(shape, "deck", (w * 0.72, -d * 0.65), (low, low + 0.05), 0.02)
    forms.tube(
        shape,
        "deck",
        [(w * 0.72, low + 0.045, -d * 0.65), (w * 0.7, low + 0.045, d * 0.2), (w * 0.2, low + 0.032, d * 0.42)],
        0.005,
    )
    if h > 0.4:
        t = np.linspace(0, 1, 16)
        radius = 0.015 + (w * 0.95 - 0.015) * t**2.2
        path = np.stack(
            [w * 0.6 - w * 0.7 * t, low + 0.1 + (h - low - 0.25) * np.sin(t * 2.0), -d * 0.6 + d * 0.9 * t], -1
        )
        forms.tube(shape, "=brass", path, np.minimum(radius, w), sides=28)


@makes("radio")
def radio(shape: Shape) -> None:
    """A case with cloth, dial and knobs."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    shape.box("body", (-w, w), (0, h), (-d, d - 0.012), bevel=0.03 if shape.style == "art_deco" else 0.01)
    shape.box("front", (-w * 0.88, w * 0.88), (h * 0.4, h * 0.9), (d - 0.013, d - 0.006), bevel=0.004)
    shape.box("=opal_glass", (-w * 0.6, w * 0.6), (h * 0.16, h * 0.3), (d - 0.013, d - 0.008), bevel=0.002)
    for x in (-w * 0.76, w * 0.76):
        forms.bar(shape, "=bakelite", (x, h * 0.22, d - 0.013), (x, h * 0.22, d + 0.0), 0.022)
    for k in range(3):
        x = -w * 0.3 + w * 0.3 * k
        shape.box("=brass", (x - 0.003, x + 0.003), (h * 0.42, h * 0.88), (d - 0.007, d - 0.002), bevel=0.001)


def screen(shape: Shape, slot: str, x: Range, y: Range, z: float, share: float) -> None:
    """A display facing the front, and what it shows."""
    shape.box("body", x, y, (z - 0.03, z), bevel=0.004)
    (a, b), (c, d) = ((low + 0.012, high - 0.012) for low, high in (x, y))
    shape.box("=screen_glass", (a, b), (c, d), (z, z + 0.002), bevel=0.0005)
    shown = [[p, q, z + 0.0025] for p, q in ((a + 0.004, c + 0.004), (b - 0.004, c + 0.004), (b - 0.004, d - 0.004))]
    shape.quad(slot, [*shown, [a + 0.004, d - 0.004, z + 0.0025]], share=share)


@makes("server_rack")
def server_rack(shape: Shape) -> None:
    """A cabinet of units with small lights."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    shape.box("body", (-w, -w + 0.05), (0, h), (-d, d), grain=1)
    shape.box("body", (w - 0.05, w), (0, h), (-d, d), grain=1)
    shape.box("body", (-w + 0.05, w - 0.05), (0, 0.08), (-d, d))
    shape.box("body", (-w + 0.05, w - 0.05), (h - 0.06, h), (-d, d))
    shape.box("body", (-w + 0.05, w - 0.05), (0.08, h - 0.06), (-d, -d + 0.02))
    y = 0.09
    while y < h - 0.12:
        unit = 0.0445 * int(shape.rng.choice([1, 1, 2, 2, 4]))
        top = min(y + unit - 0.003, h - 0.07)
        slot = ("=gunmetal", "=black_steel", "=grey_enamel")[int(shape.rng.integers(0, 3))]
        shape.box(slot, (-w + 0.055, w - 0.055), (y, top), (-d * 0.6, d - 0.06), bevel=0.002)
        for k in range(int(shape.rng.integers(1, 7))):
            x = w - 0.09 - 0.018 * k
            lamp = ("=green_lacquer", "=mustard_velvet", "=blue_lacquer")[int(shape.rng.integers(0, 3))]
            shape.box(lamp, (x - 0.003, x + 0.003), (y + 0.012, y + 0.018), (d - 0.061, d - 0.058), bevel=0.001)
        y += unit


@makes("control_console")
def control_console(shape: Shape) -> None:
    """A desk of sloping panels with screens, switches and lamps; the operator sits at its front."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    shape.box("body", (-w, w), (0.0, 0.68), (-d, -d + 0.42), bevel=0.006)
    for x in (-w, w - 0.06):
        shape.box("body", (x, x + 0.06), (0, 0.74), (-d, d - 0.05), bevel=0.01, grain=1)
    shape.box("panel", (-w, w), (0.71, 0.745), (-d + 0.3, d), bevel=0.012)
    bays = max(2, round(shape.width / 0.62))
    shown = _shown((bays + 1) // 2)
    for bay in range(bays):
        a, b = -w + shape.width * bay / bays + 0.015, -w + shape.width * (bay + 1) / bays - 0.015
        with shape.moved(0, 0.745, -d + 0.4, turn=tilted(24)):
            shape.box("body", (a, b), (0.0, h - 0.75), (-0.04, 0.0), bevel=0.006)
            if bay % 2 == 0:
                slot, share = shown[bay // 2]
                screen(shape, slot, (a + 0.05, b - 0.05), (0.04, h - 0.79), 0.012, share)
            else:
                _switches(shape, (a + 0.05, b - 0.05), (0.05, h - 0.8))
        with shape.moved((a + b) / 2, 0.746, d - 0.25):
            for k in range(8):
                for m in range(3):
                    slot = ("=grey_lacquer", "=cream_lacquer", "=red_lacquer")[int(shape.rng.choice([0, 0, 1, 1, 2]))]
                    x, z = -0.18 + 0.048 * k, -0.12 + 0.06 * m
                    shape.box(slot, (x, x + 0.03), (0, 0.012), (z, z + 0.03), bevel=0.004)


def _switches(shape: Shape, x: Range, y: Range) -> None:
    """Rows of lamps, dials and levers on a panel at z = 0."""
    columns = max(2, int((x[1] - x[0]) / 0.055))
    for k in range(columns):
        at = x[0] + (x[1] - x[0]) * (k + 0.5) / columns
        slot = ("=red_enamel", "=green_enamel", "=mustard_velvet")[int(shape.rng.integers(0, 3))]
        forms.bar(shape, slot, (at, y[1] - 0.02, 0), (at, y[1] - 0.02, 0.01), 0.009)
        forms.bar(shape, "=steel", (at, y[0] + 0.03, 0), (at, y[0] + 0.05, 0.03), 0.004, sides=8)
    for k in range(2):
        at = x[0] + (x[1] - x[0]) * (0.27 + 0.46 * k)
        with shape.moved(at, (y[0] + y[1]) / 2, 0, turn=tilted(-90)):
            r = min(0.06, (y[1] - y[0]) * 0.25)
            forms.lathe(shape, "=chrome", [(r, 0), (r, 0.012), (r * 0.9, 0.014)], sides=32)
            forms.lathe(shape, "=page", [(r * 0.9, 0.006), (0, 0.006)], sides=32)


@makes("water_dispenser")
def water_dispenser(shape: Shape) -> None:
    """A stand with its bottle on top."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    top = h * 0.7
    shape.box("body", (-w, w), (0, top), (-d, d), bevel=0.02)
    r = min(w, d) * 0.85
    forms.lathe(
        shape,
        "=clear_glass",
        [(r * 0.3, top), (r * 0.8, top + 0.05), (r, top + 0.08), (r, h - 0.03), (r * 0.9, h), (0, h)],
        sides=36,
        crease_deg=60,
    )
    shape.box("=rubber", (-w * 0.7, w * 0.7), (top * 0.6, top * 0.85), (d - 0.004, d + 0.001), bevel=0.001)
    for x, slot in ((-w * 0.35, "=blue_lacquer"), (w * 0.35, "=red_lacquer")):
        shape.box(slot, (x - 0.015, x + 0.015), (top * 0.76, top * 0.82), (d - 0.002, d), bevel=0.004)


@makes("fire_extinguisher")
def fire_extinguisher(shape: Shape) -> None:
    """A red bottle with its hose, on a bracket."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    r = min(w, d) * 0.85
    forms.lathe(
        shape,
        "=red_enamel",
        [(0, 0), (r * 0.95, 0.0), (r, 0.01), (r, h * 0.7), (r * 0.7, h * 0.8), (r * 0.25, h * 0.84), (0, h * 0.85)],
        sides=32,
        crease_deg=60,
    )
    forms.rod(shape, "=chrome", (0, 0), (h * 0.83, h * 0.93), 0.014)
    shape.box("=black_lacquer", (-0.012, 0.012), (h * 0.92, h * 0.95), (-0.02, 0.09), bevel=0.004)
    shape.box("=black_lacquer", (-0.012, 0.012), (h * 0.96, h), (-0.02, 0.09), bevel=0.004)
    t = np.linspace(0, 1, 10)
    forms.tube(
        shape,
        "=rubber",
        np.stack([0.02 + (r + 0.0) * np.sin(np.pi * t * 0.5), h * (0.9 - 0.55 * t), 0.02 * np.sin(np.pi * t)], -1),
        0.009,
    )
    shape.box("=page", (-r * 0.6, r * 0.6), (h * 0.3, h * 0.55), (r - 0.001, r + 0.001), bevel=0.0003)
    shape.box("body", (-0.03, 0.03), (h * 0.3, h * 0.5), (-d, -r), bevel=0.003)
