"""Houses: walls with real openings, sills, lintels, sashes, tilted panes; courses, cornices, shop fronts."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from secondunit.imaging.noise import Rng
from secondunit.plate.survey import Opening
from secondunit.testing.street.mesh import Frame, Stage
from secondunit.testing.street.paint import ATLAS


@dataclass(frozen=True)
class Wall:
    """One wall of a house.

    Attributes:
        name: its painted texture is the material ``wall.<name>``.
        width_m: along the frame.
        height_m: to the top of the parapet or the eaves.
        openings: windows and doors, in the wall's own metres.
        ledges_m: heights of the string courses.
    """

    name: str
    frame: Frame
    width_m: float
    height_m: float
    openings: tuple[Opening, ...] = ()
    ledges_m: tuple[float, ...] = ()
    trim: str = "stone"
    sash: str = "sash"
    reveal_m: float = 0.14


def grid_windows(
    width_m: float, bays: int, floors_m: tuple[float, ...], size_m: tuple[float, float], sill_m: float, margin_m: float
) -> tuple[Opening, ...]:
    """Regular windows: ``bays`` a floor, a sill height above each of ``floors_m``."""
    centres = np.linspace(margin_m, width_m - margin_m, bays)
    return tuple(
        Opening(
            round(float(c - size_m[0] / 2), 4),
            floor + sill_m,
            round(float(c + size_m[0] / 2), 4),
            floor + sill_m + size_m[1],
        )
        for floor in floors_m
        for c in centres
    )


def raise_wall(stage: Stage, group: str, wall: Wall, rng: Rng) -> None:
    """The wall's face with holes for its openings, and what stands in them."""
    s = sorted({0.0, wall.width_m, *(v for o in wall.openings for v in (o.left_m, o.right_m))})
    t = sorted({0.0, wall.height_m, *(v for o in wall.openings for v in (o.bottom_m, o.top_m))})
    for s0, s1 in itertools.pairwise(s):
        for t0, t1 in itertools.pairwise(t):
            cs, ct = (s0 + s1) / 2, (t0 + t1) / 2
            if any(o.left_m < cs < o.right_m and o.bottom_m < ct < o.top_m for o in wall.openings):
                continue
            corners = wall.frame.to_world([s0, s1, s1, s0], [t0, t0, t1, t1])
            u = np.array([s0, s1, s1, s0]) / wall.width_m
            v = 1 - np.array([t0, t0, t1, t1]) / wall.height_m
            stage.quad(group, f"wall.{wall.name}", corners, np.stack([u, v], -1))
    for opening in wall.openings:
        _reveal(stage, group, wall, opening)
        if opening.kind == "window":
            _window(stage, group, wall, opening, rng)
        elif opening.kind == "shop":
            _shop(stage, group, wall, opening, rng)
        else:
            _door(stage, group, wall, opening, rng)
    for ledge in wall.ledges_m:
        stage.box(group, wall.trim, wall.frame, (0, wall.width_m), (ledge - 0.16, ledge), (0.0, 0.06))
        stage.box(group, wall.trim, wall.frame, (0, wall.width_m), (ledge - 0.05, ledge), (0.06, 0.10))


def _reveal(stage: Stage, group: str, wall: Wall, o: Opening) -> None:
    """The four cheeks of an opening, from the face of the wall back to the frame."""
    deep, world = -wall.reveal_m, wall.frame.to_world
    l, b, r, t = o.left_m, o.bottom_m, o.right_m, o.top_m  # noqa: E741
    stage.quad(group, wall.trim, world([l, l, l, l], [b, b, t, t], [0, deep, deep, 0]))
    stage.quad(group, wall.trim, world([r, r, r, r], [b, b, t, t], [deep, 0, 0, deep]))
    stage.quad(group, wall.trim, world([l, r, r, l], [t, t, t, t], [deep, deep, 0, 0]))
    stage.quad(group, wall.trim, world([l, r, r, l], [b, b, b, b], [0, 0, deep, deep]))


def _pane(
    stage: Stage,
    group: str,
    wall: Wall,
    box: tuple[float, float, float, float],
    depth: float,
    tile: int,
    rng: Rng,
    part: tuple[float, float] = (0.0, 1.0),
    tilt: float = 0.004,
    material: str = "glass",
) -> None:
    """A sheet of glass in (s0, t0, s1, t1), tilted by a few milliradians so that each mirrors another piece of sky."""
    s0, t0, s1, t1 = box
    lean = rng.normal(0, tilt, 2)
    ds, dt = (s1 - s0) * lean[0], (t1 - t0) * lean[1]
    corners = wall.frame.to_world([s0, s1, s1, s0], [t0, t0, t1, t1], [depth, depth + ds, depth + ds + dt, depth + dt])
    row, column = divmod(tile, ATLAS)
    inset = 0.02
    u = (column + np.array([inset, 1 - inset, 1 - inset, inset])) / ATLAS
    low, high = np.clip(part, inset, 1 - inset)
    v = (row + 1 - np.array([low, low, high, high])) / ATLAS
    stage.quad(group, material, corners, np.stack([u, v], -1))


def _window(stage: Stage, group: str, wall: Wall, o: Opening, rng: Rng) -> None:
    """A sash window with glazing bars, a stone sill and a lintel with a keystone."""
    l, b, r, t = o.left_m, o.bottom_m, o.right_m, o.top_m  # noqa: E741
    deep, frame = wall.reveal_m, wall.frame
    bar, mid = 0.06, b + (t - b) * rng.choice([0.5, 0.5, 0.5, 0.42])
    for s in ((l, l + bar), (r - bar, r)):
        stage.box(group, wall.sash, frame, s, (b, t), (-deep - 0.02, -deep + 0.03))
    for v in ((b, b + bar * 1.3), (t - bar, t)):
        stage.box(group, wall.sash, frame, (l, r), v, (-deep - 0.02, -deep + 0.03))
    stage.box(group, wall.sash, frame, (l, r), (mid - 0.03, mid + 0.03), (-deep - 0.01, -deep + 0.035))
    centre = (l + r) / 2
    stage.box(group, wall.sash, frame, (centre - 0.014, centre + 0.014), (b, t), (-deep - 0.01, -deep + 0.02))
    tile, cut = int(rng.integers(ATLAS * ATLAS)), (mid - b) / (t - b)
    _pane(stage, group, wall, (l, b, r, mid), -deep - 0.012, tile, rng, (0.0, cut))
    _pane(stage, group, wall, (l, mid, r, t), -deep, tile, rng, (cut, 1.0))
    stage.box(group, wall.trim, frame, (l - 0.1, r + 0.1), (b - 0.12, b), (-deep, 0.07))
    stage.box(group, wall.trim, frame, (l - 0.14, r + 0.14), (t, t + 0.26), (0.0, 0.02))
    if wall.height_m > 15:
        stage.box(group, wall.trim, frame, (centre - 0.1, centre + 0.1), (t - 0.02, t + 0.31), (0.0, 0.05))
        stage.box(group, wall.trim, frame, (l - 0.16, r + 0.16), (t + 0.26, t + 0.32), (0.0, 0.07))


def _shop(stage: Stage, group: str, wall: Wall, o: Opening, rng: Rng) -> None:
    """A shop front: dark stall riser, big panes with transoms, painted timber."""
    l, b, r, t = o.left_m, o.bottom_m, o.right_m, o.top_m  # noqa: E741
    frame, wood = wall.frame, "timber" if rng.random() < 0.5 else "timber2"
    stage.box(group, wood, frame, (l, r), (b, b + 0.5), (-0.16, -0.02))
    stage.box(group, wood, frame, (l, r), (t - 0.6, t - 0.52), (-0.16, -0.04))
    count = max(2, round((r - l) / 1.2))
    edges = np.linspace(l, r, count + 1)
    for edge in edges:
        stage.box(group, wood, frame, (max(edge - 0.05, l), min(edge + 0.05, r)), (b, t), (-0.18, -0.03))
    for s0, s1 in itertools.pairwise(edges):
        tile = int(rng.integers(ATLAS * ATLAS))
        _pane(stage, group, wall, (s0, b + 0.5, s1, t - 0.55), -0.13, tile, rng, (0.0, 0.78), 0.002, "shopglass")
        _pane(stage, group, wall, (s0, t - 0.55, s1, t), -0.13, tile, rng, (0.78, 1.0), 0.004, "shopglass")
    stage.box(group, wood, frame, (l - 0.15, r + 0.15), (t, t + 0.5), (0.0, 0.12))
    stage.box(group, wall.trim, frame, (l - 0.2, r + 0.2), (t + 0.5, t + 0.58), (0.0, 0.2))
    for s in (l - 0.15, r + 0.0):
        stage.box(group, wood, frame, (s, s + 0.15), (b, t), (0.0, 0.07))


def _door(stage: Stage, group: str, wall: Wall, o: Opening, rng: Rng) -> None:
    """A panelled door with a fanlight and a step."""
    l, b, r, t = o.left_m, o.bottom_m, o.right_m, o.top_m  # noqa: E741
    frame, deep = wall.frame, wall.reveal_m
    leaf = t - 0.55
    stage.box(group, "door", frame, (l, r), (b, leaf), (-deep - 0.06, -deep))
    for s0, s1 in ((l + 0.12, (l + r) / 2 - 0.06), ((l + r) / 2 + 0.06, r - 0.12)):
        for t0, t1 in ((b + 0.2, b + 0.9), (b + 1.05, leaf - 0.15)):
            stage.box(group, "door", frame, (s0, s1), (t0, t1), (-deep, -deep + 0.02))
    stage.box(group, wall.sash, frame, (l, r), (leaf, leaf + 0.07), (-deep - 0.06, -deep + 0.03))
    _pane(stage, group, wall, (l, leaf, r, t), -deep - 0.03, int(rng.integers(ATLAS * ATLAS)), rng, (0.8, 1.0))
    stage.box(group, wall.trim, frame, (l - 0.1, r + 0.1), (0.0, max(b, 0.05)), (-deep, 0.3))
    stage.box(group, wall.trim, frame, (l - 0.25, l), (0.0, t), (0.0, 0.05))
    stage.box(group, wall.trim, frame, (r, r + 0.25), (0.0, t), (0.0, 0.05))
    stage.box(group, wall.trim, frame, (l - 0.32, r + 0.32), (t, t + 0.25), (0.0, 0.12))


def cornice(stage: Stage, group: str, wall: Wall, top_m: float, depth_m: float = 0.16) -> None:
    """A cornice in three steps with brackets, and a coping on the parapet; mitred to the next wall by overlap."""
    w, frame = wall.width_m, wall.frame
    base = top_m - 0.95
    for low, high, out in ((0.0, 0.08, 0.05), (0.30, 0.38, 0.11), (0.38, 0.46, depth_m)):
        stage.box(group, wall.trim, frame, (-out, w + out), (base + low, base + high), (-0.2, out))
    for s in np.arange(0.25, w, 0.5):
        stage.box(group, wall.trim, frame, (s - 0.06, s + 0.06), (base + 0.08, base + 0.30), (0.0, 0.10))
    stage.box(group, wall.trim, frame, (-0.05, w + 0.05), (top_m - 0.08, top_m), (-0.35, 0.05))


def downpipe(stage: Stage, group: str, frame: Frame, s: float, top_m: float) -> None:
    """A cast-iron pipe with a hopper head and straps."""
    path = frame.to_world([s, s, s], [0.15, top_m / 2, top_m], [0.09, 0.09, 0.09])
    stage.tube(group, "iron", path, 0.05)
    stage.box(group, "iron", frame, (s - 0.14, s + 0.14), (top_m, top_m + 0.25), (0.0, 0.2))
    for t in np.arange(1.0, top_m, 2.0):
        stage.box(group, "iron", frame, (s - 0.08, s + 0.08), (t, t + 0.05), (0.0, 0.15))


def pitched_roof(
    stage: Stage, group: str, lo: tuple[float, float], hi: tuple[float, float], eaves: float, rise: float
) -> None:
    """A gabled roof with its ridge along X over the rectangle lo..hi (x, z)."""
    (x0, z0), (x1, z1), over = lo, hi, 0.25
    mid, ridge = (z0 + z1) / 2, eaves + rise
    stage.quad(group, "tiles", [[x0, eaves, z1 + over], [x1, eaves, z1 + over], [x1, ridge, mid], [x0, ridge, mid]])
    stage.quad(group, "tiles", [[x1, eaves, z0 - over], [x0, eaves, z0 - over], [x0, ridge, mid], [x1, ridge, mid]])
    for x in (x0, x1):
        face = [[x, eaves, z1], [x, eaves, z0], [x, ridge, mid]]
        stage.add(group, "render", face, [[0, 1, 2], [0, 2, 1]], [[z1, 0], [z0, 0], [mid, rise]])
    for x in (x0 + 0.8, x1 - 0.8):
        frame = Frame((x, 0.0, mid), (1.0, 0.0, 0.0))
        stage.box(group, "chimney", frame, (-0.35, 0.35), (ridge - 0.8, ridge + 1.1), (-0.6, 0.6))
        for z in (-0.3, 0.3):
            pot = np.array([[x, ridge + 1.1, mid + z], [x, ridge + 1.5, mid + z]])
            stage.tube(group, "pot", pot, 0.12)


def awning(stage: Stage, group: str, frame: Frame, span: tuple[float, float], top_m: float) -> None:
    """A striped shop awning, 1.1 m deep, with a valance and its two arms."""
    edges = np.linspace(*span, max(4, round((span[1] - span[0]) / 0.28)) + 1)
    low, out = top_m - 0.55, 1.1
    for number, (s0, s1) in enumerate(itertools.pairwise(edges)):
        cloth = "awning" if number % 2 else "awning2"
        s = [s0, s1, s1, s0]
        stage.quad(group, cloth, frame.to_world(s, [low, low, top_m, top_m], [out, out, 0.1, 0.1]))
        stage.quad(group, cloth, frame.to_world(s, [low - 0.2, low - 0.2, low, low], [out, out, out, out]))
    for end in span:
        stage.tube(group, "iron", frame.to_world([end, end], [low - 0.1, low], [0.05, out]), 0.015, 6)
