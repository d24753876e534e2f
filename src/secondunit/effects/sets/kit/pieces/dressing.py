"""Things that lie and stand about: rugs, vases, books, glasses, games, baskets."""

from __future__ import annotations

import numpy as np
from scipy.interpolate import PchipInterpolator

from secondunit.effects.sets.kit import forms
from secondunit.effects.sets.kit.pieces.parts import book, bottle, cushion, glass
from secondunit.effects.sets.kit.pieces.registry import makes
from secondunit.effects.sets.kit.shape import Shape, tilted


@makes("rug")
def rug(shape: Shape) -> None:
    """A rug that does not lie quite flat, with fringes at its short ends where the style has them."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    columns, rows = max(8, int(shape.width / 0.12)), max(8, int(shape.depth / 0.12))
    u, v = np.linspace(-1, 1, columns), np.linspace(-1, 1, rows)
    phase = shape.rng.uniform(0, 6.28, 3)
    ripple = 0.0016 * (np.sin(3 * u[None] + phase[0]) * np.sin(4 * v[:, None] + phase[1]) + 1)
    edge = np.maximum(np.abs(u)[None], np.abs(v)[:, None]) > 0.999
    y = np.where(edge, 0.001, h + ripple)
    points = np.stack(np.broadcast_arrays(w * u[None], y, -d * v[:, None]), -1)
    uv = np.stack(np.broadcast_arrays(w * (u[None] + 1), d * (v[:, None] + 1)), -1)
    forms.sheet(shape, "pile", points, np.ascontiguousarray(uv))
    if shape.style in ("colonial", "rustic"):
        for side in (-1, 1):
            for k in range(int(shape.depth / 0.025)):
                z = -d + 0.0125 + 0.025 * k
                tip = (side * (w + 0.06), 0.003, z + float(shape.rng.uniform(-0.012, 0.012)))
                forms.tube(shape, "=white_linen", [(side * (w - 0.005), 0.006, z), tip], 0.003, sides=4)


@makes("vase", "floor_vase")
def vase(shape: Shape) -> None:
    """A thrown pot: belly, neck, lip."""
    w, h = shape.width / 2, shape.height
    kinds = (
        [(0.5, 0), (0.85, 0.2), (1.0, 0.42), (0.8, 0.68), (0.42, 0.84), (0.38, 0.92), (0.5, 1.0)],
        [(0.55, 0), (0.62, 0.1), (0.95, 0.6), (1.0, 0.74), (0.7, 0.9), (0.5, 0.94), (0.55, 1.0)],
        [(0.6, 0), (0.98, 0.12), (1.0, 0.28), (0.5, 0.52), (0.3, 0.66), (0.28, 0.9), (0.36, 1.0)],
        [(0.8, 0), (0.9, 0.05), (1.0, 0.5), (0.95, 0.9), (0.88, 1.0)],
    )
    line = np.asarray(kinds[int(shape.rng.integers(0, len(kinds)))])
    s = np.linspace(0, 1, 36)
    knots = np.linspace(0, 1, len(line))
    r, y = PchipInterpolator(knots, line[:, 0])(s) * w, PchipInterpolator(knots, line[:, 1])(s) * h
    outside = [(float(a), float(b)) for a, b in zip(r, y, strict=True)]
    inside = [(a - min(0.008, w * 0.08), b) for a, b in reversed(outside[18:])]
    forms.lathe(shape, "body", [(0.0, 0.0), *outside, *inside, (0.0, h * 0.4)], sides=48, crease_deg=80)


@makes("bowl")
def bowl(shape: Shape) -> None:
    """A bowl, with fruit in a larger one."""
    w, h = shape.width / 2, shape.height
    t = np.linspace(0, 1, 16)
    outside = [(float(w * (0.32 + 0.68 * np.sin(a * np.pi / 2))), float(h * a**1.6)) for a in t]
    inside = [(a - 0.005, b + 0.003) for a, b in reversed(outside)]
    forms.lathe(shape, "body", [(0.0, 0.0), *outside, *inside, (0.0, 0.006)], sides=44, crease_deg=80)
    if w > 0.12:
        for k in range(6):
            a = 2.39996 * k
            r = 0.036
            slot = ("=mustard_velvet", "=red_lacquer", "=green_lacquer")[k % 3] if k else "=terracotta"
            reach = 0.5 * w if k else 0.0
            forms.ball(
                shape, slot, (reach * np.sin(a), h * 0.45 + r + (0.03 if not k else 0), reach * np.cos(a)), r, sides=18
            )


@makes("books")
def books_stack(shape: Shape) -> None:
    """A pile of large books, each a little turned."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    level = 0.0
    while level < h - 0.015:
        thick = min(float(shape.rng.uniform(0.02, 0.042)), h - level)
        a, b = w * float(shape.rng.uniform(0.72, 0.96)), d * float(shape.rng.uniform(0.72, 0.94))
        with shape.moved(0, level, 0, turn=float(shape.rng.uniform(-9, 9))):
            book(shape, "books", (-a, a), (0, thick), (-b, b), flat=True)
        level += thick


@makes("tray")
def tray(shape: Shape) -> None:
    """A tray with a decanter, a bottle and glasses."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    forms.slab(shape, "tray", forms.rounded_rectangle(w, d, 0.03, 6), (0, 0.006), bevel=0.002)
    ring = forms.rounded_rectangle(w - 0.005, d - 0.005, 0.03, 6)
    forms.tube(
        shape, "tray", np.stack([ring[:, 0], np.full(len(ring), 0.02), ring[:, 1]], -1), 0.005, sides=8, closed=True
    )
    if h < 0.15:
        return
    r = min(0.055, d * 0.4)
    forms.lathe(
        shape, "=amber_glass", [(0, 0.008), (r * 0.9, 0.008), (r * 0.95, h * 0.32)], at=(-w * 0.45, 0), sides=24
    )
    forms.lathe(
        shape,
        "glass",
        [(0, 0.007), (r, 0.007), (r, h * 0.5), (r * 0.35, h * 0.66), (r * 0.3, h * 0.8), (r * 0.5, h * 0.83)],
        at=(-w * 0.45, 0),
        sides=24,
        crease_deg=60,
    )
    forms.ball(shape, "glass", (-w * 0.45, h * 0.9, 0), r * 0.42, sides=16)
    bottle(shape, "=green_glass", (-w * 0.02, -d * 0.3), 0.006, h * 0.98, 0.036)
    for k, (x, z) in enumerate(((0.35, 0.35), (0.62, -0.1), (0.3, -0.35), (0.7, 0.45))):
        glass(shape, "glass", (w * x, d * z), 0.006, 0.085 + 0.002 * k, 0.035)


@makes("table_setting")
def table_setting(shape: Shape) -> None:
    """Plates, knives, glasses along both long sides."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    count = max(1, round(shape.width / 0.65))
    for k in range(count):
        x = -w + shape.width * (k + 0.5) / count
        for side in (-1, 1):
            with shape.moved(x, 0, side * (d - 0.17), turn=0 if side > 0 else 180):
                for radius, y in ((0.135, 0.0), (0.1, 0.014)):
                    forms.lathe(
                        shape,
                        "plates",
                        [
                            (0, y),
                            (radius * 0.6, y),
                            (radius, y + 0.014),
                            (radius - 0.004, y + 0.017),
                            (radius * 0.6, y + 0.005),
                            (0, y + 0.005),
                        ],
                        sides=40,
                    )
                for at, wide in ((-0.175, 0.011), (0.17, 0.009), (0.195, 0.012)):
                    shape.box("cutlery", (at - wide / 2, at + wide / 2), (0.001, 0.005), (-0.1, 0.1), bevel=0.002)
                shape.box("=white_linen", (-0.045, 0.045), (0.02, 0.034), (-0.08, 0.08), bevel=0.006)
                glass(shape, "glass", (0.16, -0.19), 0.0, min(h, 0.19), 0.036, stem=True)
                glass(shape, "glass", (0.085, -0.17), 0.0, min(h, 0.15), 0.032, stem=True)


@makes("desk_set")
def desk_set(shape: Shape) -> None:
    """Papers, a blotter, pens in a cup."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    shape.box("=brown_leather", (-w * 0.5, w * 0.5), (0, 0.004), (-d * 0.9, d * 0.9), bevel=0.001)
    for k in range(5):
        with shape.moved(
            float(shape.rng.uniform(-0.03, 0.03)),
            0.004 + 0.0006 * k,
            float(shape.rng.uniform(-0.03, 0.03)),
            turn=float(shape.rng.uniform(-14, 14)),
        ):
            shape.box("=page", (-0.105, 0.105), (0, 0.0006), (-0.1485, 0.1485), bevel=0.0001)
    for k in range(3):
        with shape.moved(w * 0.75, 0.02 * k, 0, turn=float(shape.rng.uniform(-5, 5))):
            book(shape, "=book_cloth", (-0.09, 0.09), (0, 0.02), (-0.13, 0.13), flat=True)
    forms.lathe(
        shape,
        "holder",
        [(0, 0), (0.036, 0), (0.038, h * 0.72), (0.035, h * 0.72), (0.033, 0.004), (0, 0.004)],
        at=(-w * 0.8, -d * 0.5),
        sides=28,
    )
    for k in range(5):
        a = 1.3 * k
        foot = (-w * 0.8 + 0.01 * np.sin(a), 0.01, -d * 0.5 + 0.01 * np.cos(a))
        tip = (foot[0] + 0.03 * np.sin(a), h, foot[2] + 0.03 * np.cos(a))
        forms.bar(shape, ("=black_lacquer", "=pine", "=red_lacquer")[k % 3], foot, tip, 0.0036, sides=8)


@makes("cushion")
def loose_cushion(shape: Shape) -> None:
    """A cushion that lies."""
    with shape.moved(0, shape.height / 2, 0, turn=tilted(90)):
        cushion(shape, "cloth", shape.width, shape.depth, shape.height)


@makes("basket")
def basket(shape: Shape) -> None:
    """A woven basket with a blanket or logs in it."""
    w, h = shape.width / 2, shape.height
    t = np.linspace(0, 1, 12)
    r = w * (0.8 + 0.18 * np.sin(t * 2.2))
    outside = [(float(a), float(b)) for a, b in zip(r, t * h, strict=True)]
    forms.lathe(
        shape,
        "=bamboo",
        [(0, 0), *outside, *[(a - 0.012, b) for a, b in reversed(outside)], (0, 0.02)],
        sides=44,
        crease_deg=80,
    )
    forms.tube(
        shape,
        "=bamboo",
        [(float(r[-1]) * np.sin(a), h, float(r[-1]) * np.cos(a)) for a in np.linspace(0, 2 * np.pi, 41)[:-1]],
        0.012,
        closed=True,
    )
    for side in (-1, 1):
        a = np.linspace(0, np.pi, 11)
        forms.tube(
            shape,
            "=brown_leather",
            np.stack([np.full(11, side * float(r[-1])), h - 0.03 + 0.09 * np.sin(a), 0.07 * np.cos(a)], -1),
            0.007,
        )
    if shape.style == "rustic":
        for _k in range(7):
            x, z = float(shape.rng.uniform(-0.4, 0.4)) * w, float(shape.rng.uniform(-0.4, 0.4)) * w
            log(shape, (x - 0.06, h * 0.25, z), (x + 0.06, h * 1.05, z + 0.05), 0.045)
    else:
        forms.soft(
            shape,
            "=cream_boucle",
            (-w * 0.68, w * 0.68),
            (h * 0.6, h * 0.96),
            (-w * 0.68, w * 0.68),
            round_m=0.1,
            puff=0.05,
            crinkle=0.02,
        )


def log(shape: Shape, start: tuple[float, float, float], end: tuple[float, float, float], radius: float) -> None:
    """A split log: bark around, pale wood at its ends."""
    way = np.subtract(end, start)
    path = np.linspace(start, end, 5)
    shift = np.cross(way, [0.3, 0.2, 1.0])
    path += (shape.rng.uniform(-0.004, 0.004, 5))[:, None] * shift / (np.linalg.norm(shift) + 1e-9)
    forms.tube(shape, "=bark", path, radius * shape.rng.uniform(0.93, 1.0, 5), sides=12)
    heading = way / np.linalg.norm(way)
    for tip, sign in ((path[0], -1), (path[-1], 1)):
        forms.tube(shape, "=pine", [tip, tip + sign * 0.0025 * heading], radius * 0.9, sides=12)


@makes("log_pile")
def log_pile(shape: Shape) -> None:
    """Logs stacked, ends to the front."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    y, row = 0.0, 0
    while y < h - 0.07:
        at = -w + 0.055 + (0.05 if row % 2 else 0.0)
        while at < w - 0.05:
            r = float(shape.rng.uniform(0.042, 0.058))
            reach = d * float(shape.rng.uniform(0.9, 1.0))
            log(shape, (at, y + r, -reach), (at + float(shape.rng.uniform(-0.01, 0.01)), y + r, reach), r)
            at += 2 * r + 0.004
        y += 0.092
        row += 1
