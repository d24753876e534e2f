"""Things to look at: sculpture, globes, games, screens, flags."""

from __future__ import annotations

import numpy as np

from secondunit.effects.sets.kit import forms
from secondunit.effects.sets.kit.pieces.registry import makes
from secondunit.effects.sets.kit.shape import Shape


@makes("sculpture", "plinth_sculpture")
def sculpture(shape: Shape) -> None:
    """A carved form, pierced and smooth, on a block; or a head."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    tall = h > 1.1
    base = 1.05 if tall and h > 1.5 else h * 0.55 if tall else min(0.08, h * 0.2)
    shape.box(
        "plinth",
        (-w, w) if tall else (-w * 0.6, w * 0.6),
        (0, base),
        (-d, d) if tall else (-d * 0.6, d * 0.6),
        bevel=0.004,
    )
    high = h - base
    kind = int(shape.rng.integers(0, 3))
    if kind == 0 or shape.style in ("colonial",):
        _bust(shape, min(w, d) * 0.8, base, high)
        return
    reach = min(w, d) * 0.95
    t = np.linspace(0, 2 * np.pi, 64)[:-1]
    if kind == 1:
        ring = np.stack(
            [
                0.6 * reach * np.sin(t) + 0.1 * reach * np.sin(2 * t),
                base + high * 0.52 - high * 0.42 * np.cos(t),
                0.35 * reach * np.sin(2 * t + 0.4),
            ],
            -1,
        )
        forms.tube(shape, "body", ring, reach * 0.2 * (1 + 0.45 * np.cos(t + 2.4)), sides=28, closed=True)
    else:
        s = np.linspace(0, 1, 40)
        path = np.stack([0.28 * reach * np.sin(5 * s), base + high * s * 0.99, 0.18 * reach * np.cos(4 * s)], -1)
        forms.tube(
            shape,
            "body",
            path,
            reach * 0.55 * np.sin(np.pi * (0.08 + 0.9 * s)) ** 0.7 * (1 - 0.35 * s) + 0.004,
            sides=32,
        )


def _bust(shape: Shape, r: float, base: float, high: float) -> None:
    """A head and shoulders, without features, as a modern carver would leave them."""
    a = np.linspace(0, 2 * np.pi, 41)
    rows = np.linspace(0, 1, 40)
    shoulders = np.exp(-(((rows - 0.16) / 0.15) ** 2)) * 1.0
    neck = 0.27 * np.exp(-(((rows - 0.4) / 0.2) ** 4))
    head = 0.48 * np.sqrt(np.clip(1 - ((rows - 0.72) / 0.275) ** 2, 0, 1))
    wide = np.maximum(np.maximum(0.9 * shoulders * (rows < 0.5), neck * (rows < 0.6)), head) * r
    wide[0] = 0.45 * r
    deep = np.where(rows > 0.5, 1.14, np.where(rows < 0.35, 0.5 + rows, 0.9))
    nose = 0.09 * r * np.exp(-(((rows - 0.68) / 0.035) ** 2)) + 0.05 * r * np.exp(-(((rows - 0.55) / 0.03) ** 2))
    front = np.exp(-((np.abs(np.mod(a + np.pi, 2 * np.pi) - np.pi) / 0.26) ** 2))
    points = np.stack(
        [
            wide[:, None] * np.sin(a),
            base + high * rows[:, None] + 0 * a,
            wide[:, None] * deep[:, None] * np.cos(a) + nose[:, None] * front,
        ],
        -1,
    )
    forms.sheet(shape, "body", points)


@makes("globe")
def globe(shape: Shape) -> None:
    """A ball in a ring on a stand."""
    w, h = shape.width / 2, shape.height
    r = w * 0.86
    centre = h - r - 0.02
    forms.ball(shape, "ball", (0, centre, 0), r, sides=40)
    t = np.linspace(0, 2 * np.pi, 49)[:-1]
    forms.tube(
        shape,
        "stand",
        np.stack([w * 0.95 * np.sin(t), np.full(48, centre), w * 0.95 * np.cos(t)], -1),
        0.014,
        closed=True,
    )
    forms.tube(
        shape,
        "=brass",
        np.stack([w * 0.9 * np.sin(t) * 0.38, centre + w * 0.9 * np.cos(t), w * 0.9 * np.sin(t) * 0.9], -1),
        0.006,
        closed=True,
    )
    for k in range(3):
        a = 2 * np.pi * k / 3
        forms.tube(
            shape,
            "stand",
            [
                (w * 0.93 * np.sin(a), centre, w * 0.93 * np.cos(a)),
                (w * 0.6 * np.sin(a), h * 0.25, w * 0.6 * np.cos(a)),
                (w * 0.85 * np.sin(a), 0, w * 0.85 * np.cos(a)),
            ],
            0.016,
        )
    forms.lathe(shape, "stand", [(0, h * 0.23), (w * 0.6, h * 0.23), (w * 0.6, h * 0.25), (0, h * 0.25)], sides=30)


@makes("chess_set")
def chess_set(shape: Shape) -> None:
    """A board in play."""
    w, h = shape.width / 2, shape.height
    shape.box("board", (-w, w), (0, 0.02), (-w, w))
    cell = 2 * w * 0.9 / 8
    for i in range(8):
        for j in range(8):
            x, z = -w * 0.9 + cell * i, -w * 0.9 + cell * j
            slot = "=ash" if (i + j) % 2 else "=walnut"
            shape.box(slot, (x, x + cell), (0.02, 0.0212), (z, z + cell), bevel=0.0002)
    for k in range(22):
        i, j = (
            int(shape.rng.integers(0, 8)),
            (int(shape.rng.integers(0, 3)) if k % 2 else int(shape.rng.integers(5, 8))),
        )
        x, z = -w * 0.9 + cell * (i + 0.5), -w * 0.9 + cell * (j + 0.5)
        r, y = cell * 0.32, 0.021
        tall = (h - 0.025) * (1.0 if k < 3 else float(shape.rng.uniform(0.5, 0.75)))
        forms.lathe(
            shape,
            "=ash" if k % 2 else "=black_ash",
            [
                (0, y),
                (r, y),
                (r * 0.9, y + 0.12 * tall),
                (r * 0.4, y + 0.3 * tall),
                (r * 0.35, y + 0.62 * tall),
                (r * 0.62, y + 0.68 * tall),
                (r * 0.3, y + 0.74 * tall),
                (r * 0.5, y + 0.86 * tall),
                (0, y + tall),
            ],
            at=(x, z),
            sides=16,
            crease_deg=60,
        )


@makes("folding_screen")
def folding_screen(shape: Shape) -> None:
    """Panels hinged in a zigzag."""
    w, d, h = shape.width / 2, shape.depth, shape.height
    count = max(3, round(shape.width / 0.5))
    step = shape.width / count
    for k in range(count):
        a = (-w + step * k, -d / 2 + (d if k % 2 else 0))
        b = (-w + step * (k + 1), -d / 2 + (0 if k % 2 else d))
        length = float(np.hypot(b[0] - a[0], b[1] - a[1]))
        turn = float(np.degrees(np.arctan2(-(b[1] - a[1]), b[0] - a[0])))
        with shape.moved(a[0], 0, a[1], turn=turn):
            for x in (0.0, length - 0.03):
                shape.box("frame", (x, x + 0.03), (0, h), (-0.014, 0.014), grain=1)
            for y in (0.08, h * 0.36, h - 0.04):
                shape.box("frame", (0.03, length - 0.03), (y, y + 0.035), (-0.012, 0.012), grain=0)
            for y0, y1 in ((0.115, h * 0.36), (h * 0.36 + 0.035, h - 0.04)):
                shape.box(
                    "=shoji" if shape.style != "art_deco" else "=black_lacquer",
                    (0.03, length - 0.03),
                    (y0, y1),
                    (-0.003, 0.003),
                    bevel=0.001,
                )
            if shape.style in ("modern", "rustic", "colonial"):
                for m in range(1, 3):
                    x = length * m / 3
                    shape.box("frame", (x - 0.005, x + 0.005), (h * 0.36, h - 0.04), (-0.006, 0.006), grain=1)
                for m in range(1, 4):
                    y = h * 0.36 + (h * 0.6) * m / 4
                    shape.box("frame", (0.03, length - 0.03), (y - 0.005, y + 0.005), (-0.006, 0.006), grain=0)


@makes("flag")
def flag(shape: Shape) -> None:
    """A flag on an indoor pole."""
    w, h = shape.width / 2, shape.height
    forms.lathe(shape, "=walnut", [(0, 0), (0.15, 0), (0.15, 0.03), (0.03, 0.07), (0, 0.07)], sides=32)
    with shape.moved(-w * 0.35, 0, 0):
        forms.rod(shape, "pole", (0.0, 0.0), (0.05, h - 0.06), 0.014)
        forms.ball(shape, "pole", (0, h - 0.03, 0), 0.03)
        t = np.linspace(0, 1, 16)[:, None]
        s = np.linspace(0, 1, 40)[None]
        fold = np.sin(9 * s + 1.2) * (0.05 + 0.06 * s) * (1.25 - 0.5 * t)
        x = 0.015 + s * w * 1.05 * (0.6 + 0.35 * (1 - t))
        y = h - 0.1 - 0.75 * (1 - t) - 0.35 * s * (1 - 0.2 * t)
        forms.sheet(shape, "cloth", np.stack(np.broadcast_arrays(x, y, fold), -1))
