"""What hangs on walls and before windows."""

from __future__ import annotations

import numpy as np

from secondunit.effects.sets.kit import forms
from secondunit.effects.sets.kit.pieces.registry import makes
from secondunit.effects.sets.kit.shape import Range, Shape, tilted

PLAIN = ("modern", "brutalist", "industrial", "institutional")


def framed(shape: Shape, slot: str, frame: str, *, wide: float, mount: float = 0.0) -> None:
    """A picture or a glass in a frame, against the wall at the back."""
    w, d, h = shape.width / 2, shape.depth, shape.height
    back, face = -d / 2, d / 2
    for x in ((-w, -w + wide), (w - wide, w)):
        shape.box(frame, x, (0, h), (back, face), grain=1)
    for y in ((0.0, wide), (h - wide, h)):
        shape.box(frame, (-w + wide, w - wide), y, (back, face), grain=0)
    plane = back + 0.4 * d
    if mount:
        m = wide + mount
        edge = wide - 0.004
        shape.box("=page", (-w + edge, w - edge), (edge, h - edge), (back + 0.002, plane), bevel=0.001)
        plane += 0.001
    else:
        m = wide - 0.003
    corners = [[-w + m, m, plane], [w - m, m, plane], [w - m, h - m, plane], [-w + m, h - m, plane]]
    uv = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * [2 * (w - m), h - 2 * m]
    if slot == "picture" and shape.style in PLAIN:  # abstract pictures hang either way
        uv = uv * shape.rng.choice([-1, 1], 2)
    shape.quad(slot, corners, uv=uv)


@makes("painting", "wall_map")
def painting(shape: Shape) -> None:
    """A framed picture: an old landscape, or fields of colour, by style; some prints have a mount."""
    plain = shape.style in PLAIN
    small = min(shape.width, shape.height) < 0.7
    framed(shape, "picture", "frame", wide=0.018 if plain else min(0.09, 0.1 * min(shape.width, shape.height) + 0.02),
           mount=0.07 if plain and small else 0.0)  # fmt: skip


@makes("mirror")
def mirror(shape: Shape) -> None:
    """A glass in a frame; round if it is as wide as high."""
    w, d, h = shape.width / 2, shape.depth, shape.height
    if abs(shape.width - h) < 0.05 or shape.style == "art_deco":
        a = np.linspace(0, 2 * np.pi, 65)[:-1]
        ring = np.stack([(w - 0.012) * np.sin(a), h / 2 + (h / 2 - 0.012) * np.cos(a), np.zeros(64)], -1)
        forms.tube(shape, "frame", ring, 0.012, closed=True)
        points = np.concatenate([ring, [[0, h / 2, 0]]])
        k = np.arange(64)
        shape.add(
            "mirror",
            points,
            np.stack([np.full(64, 64), (k + 1) % 64, k], -1),
            points[:, :2],
            np.broadcast_to([0.0, 0, 1], points.shape),
        )
        if shape.style == "art_deco":
            for m in range(24):
                t = 2 * np.pi * m / 24
                tip = min(w, h / 2)
                forms.bar(
                    shape,
                    "frame",
                    (tip * 0.9 * np.sin(t), h / 2 + h / w / 2 * tip * 0.9 * np.cos(t), -d * 0.3),
                    (w * np.sin(t), h / 2 + h / 2 * np.cos(t), -d * 0.3),
                    0.006,
                    sides=6,
                )
        return
    framed(
        shape,
        "mirror",
        "frame",
        wide=0.02 if shape.style in PLAIN else 0.06,
    )


@makes("standing_mirror")
def standing_mirror(shape: Shape) -> None:
    """A tall glass that leans in a stand."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    for x in (-w + 0.02, w - 0.02):
        forms.rod(shape, "frame", (x, 0), (0.04, h * 0.7), 0.018)
        shape.box("frame", (x - 0.025, x + 0.025), (0, 0.05), (-d, d), grain=2, bevel=0.012)
    with shape.moved(0, 0.08, d * 0.12, turn=tilted(6)):
        inner = Shape((shape.width - 0.1, 0.03, h - 0.1), shape.style)
        framed(inner, "mirror", "frame", wide=0.045)
        for mesh in inner.meshes:
            shape.add(mesh.slot, mesh.points_m, mesh.triangles, mesh.uv, mesh.normals)


@makes("wall_clock")
def wall_clock(shape: Shape) -> None:
    """A dial with hands at ten past ten."""
    w, d, h = shape.width / 2, shape.depth, shape.height
    with shape.moved(0, h / 2, -d / 2, turn=tilted(-90)):  # turned forms stand up: lay them against the wall
        forms.lathe(shape, "body", [(w, 0.0), (w, d * 0.8), (w * 0.93, d), (w * 0.92, d * 0.7)], sides=56)
        forms.lathe(shape, "face", [(w * 0.93, d * 0.6), (0, d * 0.6)], sides=56)
    z = -d / 2 + d * 0.62
    _dial(shape, w * 0.9, h / 2, z)


def _dial(shape: Shape, r: float, y: float, z: float) -> None:
    """Marks and hands about (0, y) on a face at ``z``."""
    ink = "=brass" if shape.style in ("art_deco", "colonial") else "=black_lacquer"  # to be read on a dark face
    for k in range(12):
        a = 2 * np.pi * k / 12
        s, c = np.sin(a), np.cos(a)
        long = 0.8 if k % 3 else 0.72
        forms.bar(
            shape,
            ink,
            (s * r * long, y + c * r * long, z),
            (s * r * 0.92, y + c * r * 0.92, z),
            0.0035 * r / 0.17,
            sides=6,
        )
    for a, long, thick in ((np.radians(305), 0.5, 0.0055), (np.radians(60), 0.78, 0.004)):
        forms.bar(
            shape,
            ink,
            (0, y, z + 0.004),
            (np.sin(a) * r * long, y + np.cos(a) * r * long, z + 0.004),
            thick * r / 0.17,
            sides=6,
        )


@makes("longcase_clock")
def longcase_clock(shape: Shape) -> None:
    """Plinth, trunk with a door, hood with a dial."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    shape.box("body", (-w, w), (0, 0.42), (-d, d), bevel=0.006)
    shape.box("body", (-w * 0.72, w * 0.72), (0.42, h - 0.6), (-d * 0.9, d * 0.75), grain=1)
    shape.box("body", (-w * 0.5, w * 0.5), (0.5, h - 0.68), (d * 0.75, d * 0.83), grain=1, bevel=0.006)
    shape.box("body", (-w * 0.96, w * 0.96), (h - 0.6, h - 0.08), (-d, d * 0.86), grain=1)
    shape.box("body", (-w, w), (h - 0.63, h - 0.59), (-d, d), bevel=0.01)
    shape.box("body", (-w, w), (h - 0.1, h - 0.06), (-d, d), bevel=0.01)
    shape.box("body", (-w * 0.7, w * 0.7), (h - 0.06, h), (-d * 0.8, d * 0.8), bevel=0.02)
    for x in (-w * 0.86, w * 0.86):
        forms.rod(shape, "body", (x, d * 0.92), (h - 0.58, h - 0.1), 0.014)
    shape.box("face", (-w * 0.72, w * 0.72), (h - 0.55, h - 0.13), (d * 0.86, d * 0.88))
    _dial(shape, w * 0.66, h - 0.34, d * 0.9)


@makes("curtains")
def curtains(shape: Shape) -> None:
    """Two lengths of cloth on a rail, drawn to the sides."""
    w, d, h = shape.width / 2, shape.depth, shape.height
    rail = h - 0.04
    forms.bar(shape, "rail", (-w, rail, 0), (w, rail, 0), 0.013)
    for x in (-w, w):
        forms.ball(shape, "rail", (x, rail, 0), 0.025)
    share = 0.2 if shape.width > 1.2 else 0.26
    for span in ((-w + 0.03, -w + shape.width * share), (w - shape.width * share, w - 0.03)):
        forms.drape(shape, "cloth", span, (0.0, rail - 0.015), depth=min(d * 0.9, 0.14), fold_m=0.11)


@makes("blind")
def blind(shape: Shape) -> None:
    """Slats, half open."""
    w, d, h = shape.width / 2, shape.depth, shape.height
    shape.box("slats", (-w, w), (h - 0.05, h), (-d / 2, d / 2))
    count = int((h - 0.08) / 0.045)
    for k in range(count):
        with shape.moved(0, h - 0.07 - 0.045 * k, 0, turn=tilted(-32)):
            shape.box("slats", (-w, w), (-0.0015, 0.0015), (-min(0.025, d / 2), min(0.025, d / 2)), bevel=0.0008)
    for x in (-w * 0.7, w * 0.7):
        forms.bar(shape, "=white_linen", (x, 0, d * 0.3), (x, h - 0.05, d * 0.3), 0.0015, sides=5)
    shape.box("slats", (-w, w), (0, 0.025), (-d * 0.3, d * 0.3))


@makes("wall_panelling")
def wall_panelling(shape: Shape) -> None:
    """Slats, or framed panels, before a wall."""
    w, d, h = shape.width / 2, shape.depth, shape.height
    back, face = -d / 2, d / 2
    if shape.style in ("modern", "brutalist", "industrial"):
        shape.box("=black_ash", (-w, w), (0, h), (back, back + 0.3 * d))
        count = max(2, round(shape.width / 0.06))
        for k in range(count):
            x = -w + shape.width * (k + 0.5) / count
            shape.box("body", (x - 0.018, x + 0.018), (0, h), (back + 0.3 * d, face), grain=1, bevel=0.002)
        return
    shape.box("body", (-w, w), (0, h), (back, back + 0.35 * d), grain=1)
    count = max(1, round(shape.width / 0.62))
    rail = min(0.1, h * 0.12)
    levels = (0.0, 0.3 * h, h - rail) if h > 1.6 else (0.0, h - rail)
    for y in levels:
        shape.box("body", (-w, w), (y, y + rail), (back + 0.35 * d, face), grain=0)
    for k in range(count + 1):
        x = float(np.clip(-w + shape.width * k / count, -w + rail / 2, w - rail / 2))
        shape.box("body", (x - rail / 2, x + rail / 2), (0, h), (back + 0.35 * d, face - 0.001), grain=1)
    shape.box("body", (-w, w), (h - 0.03, h), (back, face + 0.0), bevel=0.01)


@makes("whiteboard")
def whiteboard(shape: Shape) -> None:
    """A board in a frame, with a tray."""
    framed(shape, "board", "frame", wide=0.022)
    w, d = shape.width / 2, shape.depth
    shape.box("frame", (-w * 0.8, w * 0.8), (0.0, 0.015), (-d / 2, d / 2))
    for k, slot in enumerate(("=red_lacquer", "=blue_lacquer", "=black_lacquer")):
        forms.bar(shape, slot, (-0.2 + 0.15 * k, 0.022, 0), (-0.08 + 0.15 * k, 0.022, 0.005), 0.007)


def grille(shape: Shape, slot: str, x: Range, y: Range, z: Range) -> None:
    """Louvres in a frame."""
    for side in ((x[0], x[0] + 0.02), (x[1] - 0.02, x[1])):
        shape.box(slot, side, y, z)
    for level in ((y[0], y[0] + 0.02), (y[1] - 0.02, y[1])):
        shape.box(slot, x, level, z)
    shape.quad(
        "=rubber",
        [
            [x[0], y[0], z[0] + 0.001],
            [x[1], y[0], z[0] + 0.001],
            [x[1], y[1], z[0] + 0.001],
            [x[0], y[1], z[0] + 0.001],
        ],
    )
    count = max(2, int((y[1] - y[0] - 0.04) / 0.028))
    for k in range(count):
        louvre = y[0] + 0.02 + (y[1] - y[0] - 0.04) * (k + 0.5) / count
        with shape.moved(0, louvre, (z[0] + z[1]) / 2, turn=tilted(40)):
            shape.box(slot, (x[0] + 0.015, x[1] - 0.015), (-0.0015, 0.0015), (-0.012, 0.012), bevel=0.0006)


@makes("vent_grille")
def vent_grille(shape: Shape) -> None:
    """A ventilation grille."""
    w, d, h = shape.width / 2, shape.depth, shape.height
    grille(shape, "body", (-w, w), (0, h), (-d / 2, d / 2))
