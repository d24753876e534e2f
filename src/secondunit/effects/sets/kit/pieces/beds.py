"""Beds, made and slept in."""

from __future__ import annotations

import numpy as np

from secondunit.effects.sets.kit import forms
from secondunit.effects.sets.kit.pieces.parts import cushion, four_legs, throw
from secondunit.effects.sets.kit.pieces.registry import makes
from secondunit.effects.sets.kit.shape import Range, Shape, tilted


def bedding(shape: Shape, x: Range, y: float, z: Range, *, thick: float = 0.22, pillows: int = 2) -> None:
    """Mattress, sheet, a cover that hangs over the sides, pillows at the back."""
    forms.soft(shape, "mattress", x, (y, y + thick), z, round_m=0.06, puff=0.012, piping="mattress")
    top = y + thick
    fold = z[0] + 0.34 * (z[1] - z[0])
    _cover(shape, "cover", x, (y + 0.03, top), (fold, z[1]))
    shape_x = (x[0] - 0.018, x[1] + 0.018)
    forms.soft(
        shape,
        "=white_linen",
        shape_x,
        (top - 0.02, top + 0.055),
        (fold - 0.14, fold + 0.14),
        round_m=0.035,
        puff=0.01,
        crinkle=0.012,
    )
    wide = (x[1] - x[0]) / pillows
    for k in range(pillows):
        middle = x[0] + wide * (k + 0.5)
        for row, (lean, out) in enumerate(((62, 0.2), (70, 0.36))):
            with shape.moved(
                middle + float(shape.rng.uniform(-0.02, 0.02)),
                top + 0.02 + 0.07 * (1 - row),
                z[0] + out,
                turn=tilted(lean),
            ):
                cushion(shape, "=white_linen" if row else "mattress", wide * 0.9, 0.48, 0.2)


def _cover(shape: Shape, slot: str, x: Range, y: Range, z: Range) -> None:
    """A quilt: over the top, down at the sides and the foot, with soft unevenness."""
    rows, columns = 30, 44
    hang = y[1] - y[0] + 0.05
    u = np.linspace(x[0] - hang, x[1] + hang, columns)
    v = np.linspace(z[0], z[1] + hang, rows)
    uu, vv = np.meshgrid(u, v)
    edge = 0.05
    over_x = np.maximum(np.maximum(x[0] - uu, uu - x[1]), 0)
    over_z = np.maximum(vv - z[1], 0)
    px = np.clip(uu, x[0] - edge * np.tanh(over_x / edge), x[1] + edge * np.tanh(over_x / edge))
    pz = np.minimum(vv, z[1] + edge * np.tanh(over_z / edge))
    drop = np.maximum(over_x, over_z)
    phase = shape.rng.uniform(0, 6.28, 4)
    lump = 0.012 * np.sin(5 * uu + phase[0]) * np.sin(4 * vv + phase[1]) + 0.007 * np.sin(13 * uu + 5 * vv + phase[2])
    quilt = 0.007 * np.abs(np.sin(np.pi * uu / 0.3) * np.sin(np.pi * vv / 0.3)) ** 0.5
    py = y[1] + 0.035 + (lump + quilt) * (drop < 0.02) - np.maximum(drop - 0.03, 0) * 0.98
    wave = 0.012 * np.sin(14 * (uu + vv) + phase[3]) * np.clip(drop / hang, 0, 1)
    points = np.stack([px + wave * np.sign(uu - (x[0] + x[1]) / 2) * (over_x > 0), py, pz + wave * (over_z > 0)], -1)
    forms.sheet(shape, slot, points[::-1])


def _headboard(shape: Shape, w: float, back: float, h: float) -> None:
    """In the style: boards, channels, panels, bars."""
    if shape.style in ("modern", "art_deco"):
        count = max(3, round(2 * w / 0.24))
        for k in range(count):
            a = -w + 2 * w * k / count
            crown = h if shape.style == "modern" else h - 0.25 * abs((k + 0.5) / count - 0.5) ** 1.5
            forms.soft(
                shape,
                "mattress" if shape.style == "modern" else "cover",
                (a + 0.002, a + 2 * w / count - 0.002),
                (0.25, crown),
                (back, back + 0.1),
                round_m=0.04,
                puff=0.015,
            )
        shape.box("frame", (-w, w), (0, 0.3), (back, back + 0.05))
        return
    if shape.style in ("industrial", "institutional"):
        for x in np.linspace(-w + 0.02, w - 0.02, max(5, round(2 * w / 0.18))):
            forms.bar(shape, "frame", (float(x), 0.3, back + 0.02), (float(x), h - 0.03, back + 0.02), 0.008)
        for x in (-w + 0.015, w - 0.015):
            forms.rod(shape, "frame", (x, back + 0.02), (0, h), 0.018)
        for y in (0.35, h - 0.03):
            forms.bar(shape, "frame", (-w, y, back + 0.02), (w, y, back + 0.02), 0.014)
        return
    shape.box("frame", (-w, w), (0.2, h - 0.06), (back, back + 0.045))
    shape.box("frame", (-w, w), (h - 0.06, h), (back, back + 0.07), bevel=0.012)
    if shape.style in ("colonial", "rustic"):
        for x in (-w + 0.03, w - 0.03):
            forms.lathe(
                shape,
                "frame",
                [(0.03, 0), (0.035, h * 0.5), (0.03, h), (0.042, h + 0.0)],
                at=(x, back + 0.035),
                sides=20,
            )
        count = 4
        for k in range(count):
            a, b = -w + 0.1 + (2 * w - 0.2) * k / count, -w + 0.1 + (2 * w - 0.2) * (k + 1) / count
            shape.box("frame", (a + 0.03, b - 0.03), (0.5, h - 0.13), (back + 0.045, back + 0.06), bevel=0.008, grain=1)


@makes("bed", "single_bed")
def bed(shape: Shape) -> None:
    """Frame, headboard, bedding."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    _headboard(shape, w, -d, h)
    rail = 0.3
    for x in ((-w, -w + 0.03), (w - 0.03, w)):
        shape.box("frame", x, (0.14, rail), (-d + 0.05, d - 0.02), grain=2)
    shape.box("frame", (-w, w), (0.14, rail), (d - 0.05, d - 0.02))
    shape.box("frame", (-w + 0.03, w - 0.03), (0.16, 0.2), (-d + 0.05, d - 0.05))
    four_legs(shape, "frame", w - 0.06, d - 0.1, (0, 0.15))
    bedding(shape, (-w + 0.03, w - 0.03), 0.2, (-d + 0.1, d - 0.05), pillows=2 if shape.width > 1.3 else 1)
    if shape.width > 1.3:
        throw(
            shape,
            "=blanket_wool",
            (-0.25, 0.45),
            [(d + 0.04, 0.22), (d + 0.03, 0.44), (d - 0.06, 0.475), (d - 0.65, 0.48)],
        )


@makes("four_poster")
def four_poster(shape: Shape) -> None:
    """Posts, a tester, hangings tied back."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    _headboard(shape, w - 0.06, -d + 0.03, 1.2)
    for x in (-w + 0.05, w - 0.05):
        for z in (-d + 0.05, d - 0.05):
            t = np.linspace(0, 1, 60)
            r = 0.036 + 0.012 * np.sin(t * 26) ** 2 * ((t > 0.25) & (t < 0.9)) - 0.01 * t
            if shape.style == "modern":
                shape.box("frame", (x - 0.03, x + 0.03), (0, h), (z - 0.03, z + 0.03), grain=1)
            else:
                forms.lathe(
                    shape,
                    "frame",
                    [(float(a), float(b)) for a, b in zip(r, t * (h - 0.05), strict=True)],
                    at=(x, z),
                    sides=20,
                    crease_deg=80,
                )
            inward = -0.12 if z > 0 else 0.12
            forms.drape(
                shape, "hangings", (x - 0.06, x + 0.06), (0.05, h - 0.09), depth=0.07, fold_m=0.06, z=z + inward * 0.4
            )
    for x in (-w + 0.02, w - 0.08):
        shape.box("frame", (x, x + 0.06), (h - 0.1, h), (-d + 0.02, d - 0.02), grain=2, bevel=0.01)
    for z in (-d + 0.02, d - 0.08):
        shape.box("frame", (-w + 0.02, w - 0.02), (h - 0.1, h), (z, z + 0.06), bevel=0.01)
    for rail in ((-w + 0.04, -w + 0.08), (w - 0.08, w - 0.04)):
        shape.box("frame", rail, (0.28, 0.42), (-d + 0.08, d - 0.08), grain=2)
    shape.box("frame", (-w + 0.05, w - 0.05), (0.28, 0.42), (d - 0.08, d - 0.04))
    bedding(shape, (-w + 0.09, w - 0.09), 0.4, (-d + 0.15, d - 0.1), thick=0.26)


@makes("bunk_bed")
def bunk_bed(shape: Shape) -> None:
    """Two beds, one above the other, with a ladder."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    for x in (-w + 0.02, w - 0.02):
        for z in (-d + 0.02, d - 0.02):
            forms.rod(shape, "frame", (x, z), (0, h), 0.02)
    for level in (0.32, h - 0.52):
        for x in (-w + 0.02, w - 0.02):
            shape.box("frame", (x - 0.012, x + 0.012), (level, level + 0.06), (-d + 0.02, d - 0.02), grain=2)
        for z in (-d + 0.02, d - 0.02):
            shape.box("frame", (-w + 0.02, w - 0.02), (level, level + 0.06), (z - 0.012, z + 0.012))
            forms.bar(shape, "frame", (-w + 0.02, level + 0.4, z), (w - 0.02, level + 0.4, z), 0.012)
        forms.soft(
            shape,
            "mattress",
            (-w + 0.035, w - 0.035),
            (level + 0.03, level + 0.16),
            (-d + 0.035, d - 0.035),
            round_m=0.04,
            puff=0.01,
        )
        _cover(shape, "cover", (-w + 0.05, w - 0.05), (level + 0.11, level + 0.16), (-d * 0.35, d - 0.08))
        with shape.moved(0, level + 0.2, -d + 0.3, turn=tilted(80)):
            cushion(shape, "=white_linen", w * 1.4, 0.38, 0.13)
    for z in (d * 0.3, d * 0.3 + 0.36):
        forms.bar(shape, "frame", (w + 0.0, 0.02, z), (w + 0.0, h - 0.1, z), 0.012)
    for y in np.arange(0.25, h - 0.15, 0.27):
        forms.bar(shape, "frame", (w, float(y), d * 0.3), (w, float(y), d * 0.3 + 0.36), 0.011)


@makes("hospital_bed")
def hospital_bed(shape: Shape) -> None:
    """A ward bed: wheels, rails, raised head."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    for x in (-w + 0.06, w - 0.06):
        for z in (-d + 0.12, d - 0.12):
            forms.ball(shape, "=rubber", (x, 0.06, z), 0.06, sides=16)
            forms.rod(shape, "frame", (x, z), (0.08, 0.46), 0.018)
        forms.bar(shape, "frame", (x, 0.2, -d + 0.12), (x, 0.2, d - 0.12), 0.014)
        shape.box("frame", (x - 0.015, x + 0.015), (0.44, 0.5), (-d + 0.05, d - 0.05), grain=2)
    for z, top in ((-d + 0.02, h), (d - 0.02, h - 0.15)):
        path = [
            (-w + 0.06, 0.46, z),
            (-w + 0.06, top - 0.08, z),
            (-w + 0.14, top, z),
            (w - 0.14, top, z),
            (w - 0.06, top - 0.08, z),
            (w - 0.06, 0.46, z),
        ]
        forms.tube(shape, "frame", path, 0.017)
        shape.box("=white_enamel", (-w + 0.09, w - 0.09), (0.58, top - 0.08), (z - 0.008, z + 0.008), bevel=0.004)
    for side in (-1, 1):
        x = side * (w - 0.02)
        for y in (0.66, 0.76, 0.86):
            forms.bar(shape, "=chrome", (x, y, -d * 0.5), (x, y, d * 0.35), 0.009)
        for z in (-d * 0.5, -d * 0.1, d * 0.35):
            forms.bar(shape, "=chrome", (x, 0.5, z), (x, 0.87, z), 0.009)
    forms.soft(shape, "mattress", (-w + 0.08, w - 0.08), (0.5, 0.62), (-d * 0.3, d - 0.08), round_m=0.04, puff=0.008)
    _cover(shape, "cover", (-w + 0.09, w - 0.09), (0.55, 0.62), (-d * 0.2, d - 0.12))
    with shape.moved(0, 0.5, -d * 0.28, turn=tilted(58)):
        forms.soft(shape, "mattress", (-w + 0.08, w - 0.08), (0.0, d * 0.68), (0.0, 0.12), round_m=0.04, puff=0.008)
        with shape.moved(0, d * 0.45, 0.19):
            cushion(shape, "=white_linen", w * 1.4, 0.42, 0.16)
