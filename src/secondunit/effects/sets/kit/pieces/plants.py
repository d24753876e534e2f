"""Plants in pots: leaves that bend, each its own."""

from __future__ import annotations

import numpy as np

from secondunit.effects.sets.kit import forms
from secondunit.effects.sets.kit.pieces.registry import makes
from secondunit.effects.sets.kit.shape import Array, Shape


def pot(shape: Shape, slot: str, radius: float, high: float) -> None:
    """A pot with soil."""
    if shape.style in ("brutalist", "modern", "industrial"):
        forms.lathe(
            shape,
            slot,
            [
                (0, 0),
                (radius * 0.86, 0),
                (radius * 0.9, 0.008),
                (radius, high),
                (radius * 0.93, high),
                (radius * 0.9, high - 0.05),
            ],
            sides=40,
        )
    else:
        t = np.linspace(0, 1, 14)
        r = radius * (0.66 + 0.3 * np.sin(t * 1.9) ** 0.9)
        forms.lathe(
            shape,
            slot,
            [
                (0, 0),
                *[(float(a), float(b)) for a, b in zip(r, t * high * 0.9, strict=True)],
                (radius, high * 0.92),
                (radius, high),
                (radius * 0.9, high),
                (radius * 0.88, high - 0.04),
            ],
            sides=40,
            crease_deg=60,
        )
    forms.lathe(shape, "=soil", [(radius * 0.93, high - 0.035), (0.0, high - 0.02)], sides=24)


def leaf(
    shape: Shape,
    slot: str,
    start: Array,
    heading: Array,
    length: float,
    wide: float,
    *,
    droop: float = 0.5,
    tint: float = 0.5,
    fold: float = 0.25,
) -> None:
    """One leaf from a point along a heading, bending down; its width as a lens, folded along the rib."""
    rows, columns = 7, 3
    s = np.linspace(0, 1, rows)
    flat = np.array([heading[0], 0, heading[2]])
    flat = flat / (np.linalg.norm(flat) + 1e-9)
    rise = np.arctan2(heading[1], np.hypot(heading[0], heading[2]))
    angle = rise - droop * s * 1.6
    step = length / (rows - 1)
    line = np.zeros((rows, 3))
    for k in range(1, rows):
        line[k] = line[k - 1] + step * (np.cos(angle[k]) * flat + np.sin(angle[k]) * np.array([0, 1.0, 0]))
    side = np.cross(flat, [0.0, 1.0, 0.0])
    over = np.stack([-np.sin(angle)[:, None] * flat + np.cos(angle)[:, None] * np.array([0, 1.0, 0])], 0)[0]
    half = wide / 2 * np.sin(np.pi * np.clip(s * 0.94 + 0.05, 0, 1)) ** 0.75
    half[-1] = 0.001
    points = np.empty((rows, columns, 3))
    for column, u in enumerate((-1.0, 0.0, 1.0)):
        points[:, column] = start + line + (u * half)[:, None] * side + (abs(u) * fold * half)[:, None] * over
    uv = np.broadcast_to([tint % 1.0, 0.5], (rows, columns, 2))
    forms.sheet(shape, slot, points, uv)


def _merged(shape: Shape, start: int, slot: str) -> None:
    """Many small leaves as one mesh."""
    leaves = [mesh for mesh in shape.meshes[start:] if mesh.slot == slot]
    rest = [mesh for mesh in shape.meshes[start:] if mesh.slot != slot]
    if not leaves:
        return
    offsets = np.cumsum([0] + [len(mesh.points_m) for mesh in leaves[:-1]])
    joined = type(leaves[0])(
        slot,
        np.concatenate([mesh.points_m for mesh in leaves]),
        np.concatenate([mesh.normals for mesh in leaves]),
        np.concatenate([mesh.uv for mesh in leaves]),
        np.concatenate([mesh.triangles + offset for mesh, offset in zip(leaves, offsets, strict=True)]),
    )
    shape.meshes[start:] = [*rest, joined]


def fan(
    shape: Shape,
    slot: str,
    base: Array,
    count: int,
    reach: float,
    wide: float,
    *,
    low: float = 20,
    high: float = 80,
    droop: float = 0.6,
) -> None:
    """Leaves from one point to all sides."""
    start = len(shape.meshes)
    for k in range(count):
        a = 2.39996 * k + shape.rng.uniform(-0.3, 0.3)  # the golden angle, as plants do
        rise = np.radians(low + (high - low) * (1 - k / count) + shape.rng.uniform(-6, 6))
        heading = np.array([np.sin(a) * np.cos(rise), np.sin(rise), np.cos(a) * np.cos(rise)])
        length = reach * shape.rng.uniform(0.75, 1.05)
        leaf(
            shape,
            slot,
            base,
            heading,
            length,
            wide * shape.rng.uniform(0.8, 1.1),
            droop=droop * shape.rng.uniform(0.7, 1.3),
            tint=float(shape.rng.random()),
        )
    _merged(shape, start, slot)


@makes("plant")
def plant(shape: Shape) -> None:
    """A pot plant: upright swords, broad leaves on stalks, or arching fronds."""
    w, h = shape.width / 2, shape.height
    high = min(0.34, h * 0.36)
    pot(shape, "pot", min(w * 0.6, 0.24), high)
    base = np.array([0, high - 0.03, 0])
    kind = int(shape.rng.integers(0, 3))
    if kind == 0:
        fan(shape, "leaves", base, 18, h - high, 0.065, low=72, high=88, droop=0.06)
    elif kind == 1:
        start = len(shape.meshes)
        for k in range(13):
            a, rise = 2.39996 * k, np.radians(shape.rng.uniform(48, 82))
            heading = np.array([np.sin(a) * np.cos(rise), np.sin(rise), np.cos(a) * np.cos(rise)])
            stalk = (h - high) * shape.rng.uniform(0.45, 0.8)
            t = np.linspace(0, 1, 6)[:, None]
            path = base + heading * stalk * t + np.array([np.sin(a), -0.35, np.cos(a)]) * 0.09 * t**2
            forms.tube(shape, "leaves", path, [0.006, 0.006, 0.005, 0.005, 0.004, 0.004], sides=6)
            down = np.array([np.sin(a), 0.15, np.cos(a)])
            size = min(0.3, w * 0.7) * shape.rng.uniform(0.8, 1.1)
            leaf(
                shape,
                "leaves",
                path[-1],
                down,
                size,
                size * 0.72,
                droop=0.55,
                tint=float(shape.rng.random()),
                fold=0.14,
            )
        _merged(shape, start, "leaves")
    else:
        fan(shape, "leaves", base, 44, min(w * 1.5, (h - high) * 1.25), 0.035, low=35, high=86, droop=0.8)
    _raised(shape, high, h)


def _raised(shape: Shape, foot: float, top: float) -> None:
    """Stretch the leaves upwards from a pot's rim, so that the highest is at ``top``."""
    leaves = [mesh for mesh in shape.meshes if mesh.slot == "leaves"]
    reach = max(float(mesh.points_m[:, 1].max()) for mesh in leaves) - foot
    for mesh in leaves:
        above = mesh.points_m[:, 1] > foot
        mesh.points_m[above, 1] = foot + (mesh.points_m[above, 1] - foot) * (top - foot) / max(reach, 1e-3)


@makes("small_plant")
def small_plant(shape: Shape) -> None:
    """A succulent or a little fern."""
    w, h = shape.width / 2, shape.height
    high = h * 0.42
    pot(shape, "pot", w * 0.62, high)
    fan(shape, "leaves", np.array([0, high - 0.02, 0]), 26, (h - high) * 1.15, 0.035, low=15, high=85, droop=0.35)


@makes("indoor_tree")
def indoor_tree(shape: Shape) -> None:
    """A fig with a stem that forks, or a palm."""
    w, h = shape.width / 2, shape.height
    high = min(0.42, h * 0.2)
    pot(shape, "pot", min(0.3, w * 0.5), high)
    if shape.style in ("colonial", "art_deco") or shape.rng.random() < 0.3:
        _palm(shape, w, h, high)
        return
    stems = []
    for k in range(3):
        a = 2 * np.pi * k / 3 + shape.rng.uniform(-0.4, 0.4)
        t = np.linspace(0, 1, 10)
        lean = w * shape.rng.uniform(0.2, 0.42)
        x, z = lean * np.sin(a) * t**1.4, lean * np.cos(a) * t**1.4
        wobble = 0.025 * np.sin(5 * t + k)
        top = h * (0.92 - 0.12 * k)
        path = np.stack([x + wobble, high - 0.05 + (top - high) * t, z - wobble], -1)
        forms.tube(shape, "=bark", path, np.linspace(0.019, 0.008, 10), sides=10)
        stems.append(path)
    start = len(shape.meshes)
    for number, path in enumerate(stems):
        for k in range(34):
            along = shape.rng.uniform(0.42, 1.0)
            at = np.array([np.interp(along, np.linspace(0, 1, 10), path[:, axis]) for axis in range(3)])
            a, rise = 2.39996 * k + number, np.radians(shape.rng.uniform(5, 60))
            heading = np.array([np.sin(a) * np.cos(rise), np.sin(rise), np.cos(a) * np.cos(rise)])
            reach = min(0.11 + 0.2 * shape.rng.random(), w * 0.5)
            tip = at + heading * reach * 0.5
            forms.tube(shape, "leaves", [at, tip], 0.003, sides=5)
            leaf(
                shape,
                "leaves",
                tip,
                heading,
                min(0.24, w * 0.4) * shape.rng.uniform(0.7, 1.15),
                min(0.15, w * 0.26),
                droop=0.5,
                tint=float(shape.rng.random()),
                fold=0.2,
            )
    _merged(shape, start, "leaves")


def _palm(shape: Shape, w: float, h: float, high: float) -> None:
    """Fronds of many leaflets."""
    start = len(shape.meshes)
    for k in range(15):
        a = 2.39996 * k
        rise = np.radians(84 - 3.2 * k)
        t = np.linspace(0, 1, 14)
        length = (h - high) * shape.rng.uniform(0.9, 1.1)
        bend = rise - 1.15 * t**1.6
        step = length / 13
        r, y = np.cumsum(np.cos(bend)) * step * min(1.0, w / (0.55 * length)), np.cumsum(np.sin(bend)) * step
        y = np.minimum(y, h - high)
        path = np.stack([np.sin(a) * r, high - 0.05 + y, np.cos(a) * r], -1)
        forms.tube(shape, "leaves", path, np.linspace(0.008, 0.003, 14), sides=6)
        for m in range(5, 14):
            along = path[m] - path[m - 1]
            along /= np.linalg.norm(along) + 1e-9
            side = np.cross(along, [0.0, 1.0, 0.0])
            side /= np.linalg.norm(side) + 1e-9
            for sign in (-1, 1):
                heading = along * 0.75 + side * sign * 0.8 + np.array([0, 0.12, 0])
                for half in (0.0, 0.5):
                    at = path[m - 1] + (path[m] - path[m - 1]) * half
                    leaf(
                        shape,
                        "leaves",
                        at,
                        heading / np.linalg.norm(heading),
                        0.3 * np.sin(np.pi * (m / 14)) + 0.08,
                        0.03,
                        droop=0.5,
                        tint=float(shape.rng.random()),
                    )
    _merged(shape, start, "leaves")


@makes("flowers")
def flowers(shape: Shape) -> None:
    """A bunch in a vase."""
    w, h = shape.width / 2, shape.height
    high, r = h * 0.42, w * 0.34
    forms.lathe(
        shape,
        "vase",
        [(0.0, 0.0), (r * 0.8, 0.0), (r, high * 0.35), (r * 0.62, high * 0.8), (r * 0.8, high)],
        sides=32,
        crease_deg=60,
    )
    start = len(shape.meshes)
    blooms = []
    for k in range(22):
        a, rise = 2.39996 * k, np.radians(88 - 2.0 * k)
        heading = np.array([np.sin(a) * np.cos(rise), np.sin(rise), np.cos(a) * np.cos(rise)])
        tip = np.array([0, high * 0.7, 0]) + heading * (h - high) * shape.rng.uniform(0.75, 1.15)
        tip[1] = min(tip[1], h - 0.03)
        forms.tube(
            shape,
            "leaves",
            [(0, high * 0.3, 0), (0.5 * tip[0], 0.55 * tip[1] + 0.2 * high, 0.5 * tip[2]), tip],
            0.0025,
            sides=5,
        )
        leaf(shape, "leaves", tip * [0.7, 0.85, 0.7], heading, 0.1, 0.035, droop=0.6, tint=float(shape.rng.random()))
        blooms.append((tip, heading))
    _merged(shape, start, "leaves")
    start = len(shape.meshes)
    for tip, _ in blooms:
        size = shape.rng.uniform(0.022, 0.042)
        tint = float(shape.rng.random())
        for k in range(9):
            a, rise = 2.39996 * k, np.radians(85 - 9 * k)
            heading = np.array([np.sin(a) * np.cos(rise), np.sin(rise), np.cos(a) * np.cos(rise)])
            leaf(shape, "=blossom", tip, heading, size, size * 0.9, droop=-0.4, tint=tint)
    _merged(shape, start, "=blossom")
