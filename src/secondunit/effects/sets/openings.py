"""Doors, windows and ways through, in the style of the set. All in the wall's own axes (see ``room``)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from secondunit.effects.sets.kit import forms
from secondunit.effects.sets.kit.shape import Array, Range, Shape
from secondunit.effects.sets.plan import Opening, Room
from secondunit.effects.sets.room import facing, walls

FRAME_M = 0.055


@dataclass(frozen=True)
class Pane:
    """Glass that one looks through: corners (4, 3) counter-clockwise from inside, from the bottom left."""

    opening: str
    corners_m: Array


def build_openings(shape: Shape, room: Room) -> list[Pane]:
    """Frames, leaves and glazing; also the panes of the windows, which are drawn when the light is known."""
    panes = []
    for wall in walls(room):
        with facing(shape, wall):
            for opening in wall.openings:
                x, y = wall.span(opening), (opening.sill_m, opening.sill_m + opening.height_m)
                if opening.kind == "window":
                    corners = _window(shape, x, y, room.wall_m)
                    panes.append(Pane(opening.id, shape.place(corners)))
                elif opening.kind == "door":
                    _door(shape, opening, x, y, room.wall_m)
                else:
                    _passage(shape, x, y, room.wall_m)
    return panes


def _bars(style: str, wide: float, high: float) -> tuple[int, int]:
    """Panes across and up."""
    size = {"colonial": 0.38, "rustic": 0.4, "industrial": 0.36, "institutional": 0.9, "art_deco": 0.6}.get(style, 1.6)
    return max(1, round(wide / size)), max(1, round(high / (size * (1.2 if size < 1 else 2.5))))


def _window(shape: Shape, x: Range, y: Range, depth: float) -> Array:
    """Frame, bars and sill; the corners of the glass."""
    (x0, x1), (y0, y1) = x, y
    f = 0.04 if shape.style in ("industrial", "modern", "brutalist") else FRAME_M
    z = (-0.6 * depth - 0.03, -0.6 * depth + 0.03)
    for side in ((x0, x0 + f), (x1 - f, x1)):
        shape.box("frame", side, y, z)
    for level in ((y0, y0 + f), (y1 - f, y1)):
        shape.box("frame", (x0 + f, x1 - f), level, z)
    across, up = _bars(shape.style, x1 - x0, y1 - y0)
    bar = 0.022 if shape.style != "modern" else 0.04
    for k in range(1, across):
        middle = x0 + (x1 - x0) * k / across
        shape.box("frame", (middle - bar / 2, middle + bar / 2), (y0 + f, y1 - f), (z[0] + 0.012, z[1] - 0.008))
    for k in range(1, up):
        middle = y0 + (y1 - y0) * k / up
        shape.box("frame", (x0 + f, x1 - f), (middle - bar / 2, middle + bar / 2), (z[0] + 0.014, z[1] - 0.01))
    if y0 > 0.15:
        shape.box("frame", (x0 - 0.04, x1 + 0.04), (y0 - 0.03, y0 + 0.004), (z[0], 0.035), bevel=0.006)
    if shape.style in ("colonial", "rustic", "art_deco"):
        _architrave(shape, x, y, foot=y0)
    plane = z[0] + 0.028
    return np.array([[x0, y0, plane], [x1, y0, plane], [x1, y1, plane], [x0, y1, plane]])


def _architrave(shape: Shape, x: Range, y: Range, *, foot: float) -> None:
    """A cased surround on the room's side."""
    wide = {"colonial": 0.1, "art_deco": 0.12, "rustic": 0.11}.get(shape.style, 0.07)
    thick = {"rustic": 0.03}.get(shape.style, 0.02)
    (x0, x1), (_, y1) = x, y
    for side in ((x0 - wide, x0), (x1, x1 + wide)):
        shape.box("frame", side, (foot, y1), (0, thick))
        if shape.style == "colonial":
            shape.box("frame", (side[0] + 0.02, side[1] - 0.02), (foot, y1), (thick, thick + 0.01), bevel=0.006)
    extra = 0.05 if shape.style == "rustic" else 0.0
    shape.box("frame", (x0 - wide - extra, x1 + wide + extra), (y1, y1 + wide), (0, thick + 0.004))
    if shape.style == "art_deco":
        shape.box("frame", (x0 - wide * 0.6, x1 + wide * 0.6), (y1 + wide, y1 + wide * 1.5), (0, thick))
        shape.box("frame", (x0 + 0.1, x1 - 0.1), (y1 + wide * 1.5, y1 + wide * 2), (0, thick))


def _door(shape: Shape, opening: Opening, x: Range, y: Range, depth: float) -> None:
    """Lining, surround and closed leaves."""
    (x0, x1), (y0, y1) = x, y
    lining = 0.03
    for side in ((x0, x0 + lining), (x1 - lining, x1)):
        shape.box("frame", side, y, (-depth, 0.0))
    shape.box("frame", (x0, x1), (y1 - lining, y1), (-depth, 0.0))
    _architrave(shape, x, y, foot=y0)
    inward = opening.swing.startswith("in")
    z = (-0.055, -0.01) if inward else (-depth + 0.02, -depth + 0.065)
    count = max(1, opening.leaves)
    left = x0 + lining + 0.002
    wide = (x1 - x0 - 2 * lining - 0.004) / count
    for leaf in range(count):
        span = (left + leaf * wide + 0.001, left + (leaf + 1) * wide - 0.001)
        hung_left = opening.swing.endswith("far") if count == 1 else leaf == 0  # far from the first corner is x = 0
        _leaf(shape, span, (y0 + 0.006, y1 - lining - 0.003), z, hung_left)


def _leaf(shape: Shape, x: Range, y: Range, z: Range, hung_left: bool) -> None:
    """One door leaf with its handle."""
    (x0, x1), (y0, y1) = x, y
    shape.box("door", x, y, z, grain=1)
    front = z[1]
    wide, high = x1 - x0, y1 - y0
    if shape.style in ("colonial", "institutional", "art_deco", "rustic"):
        _panels(shape, x, y, front)
    elif shape.style in ("industrial", "brutalist"):
        for level in (0.12, 0.5, 0.88):
            shape.box(
                "door",
                (x0 + 0.03, x1 - 0.03),
                (y0 + high * level - 0.04, y0 + high * level + 0.04),
                (front, front + 0.018),
            )
        for level in (0.2, 0.8):
            hinge = x0 + 0.012 if hung_left else x1 - 0.012
            forms.rod(
                shape, "=gunmetal", (hinge, front + 0.016), (y0 + high * level - 0.1, y0 + high * level + 0.1), 0.016
            )
    handle = x1 - 0.07 if hung_left else x0 + 0.07
    if shape.style in ("modern", "brutalist", "industrial") and wide > 0.5:
        for level in (0.95, 1.25):
            forms.bar(shape, "handle", (handle, y0 + level, front), (handle, y0 + level, front + 0.05), 0.008)
        forms.bar(shape, "handle", (handle, y0 + 0.9, front + 0.05), (handle, y0 + 1.3, front + 0.05), 0.011)
        return
    shape.box("handle", (handle - 0.022, handle + 0.022), (y0 + 0.9, y0 + 1.12), (front, front + 0.006))
    forms.bar(shape, "handle", (handle, y0 + 1.03, front), (handle, y0 + 1.03, front + 0.055), 0.009)
    if shape.style in ("colonial", "rustic"):
        forms.ball(shape, "handle", (handle, y0 + 1.03, front + 0.06), 0.028)
    else:
        reach = -0.12 if hung_left else 0.12
        forms.bar(shape, "handle", (handle, y0 + 1.03, front + 0.05), (handle + reach, y0 + 1.03, front + 0.05), 0.009)


def _panels(shape: Shape, x: Range, y: Range, front: float) -> None:
    """Rails and stiles that stand before their panels, or boards."""
    (x0, x1), (y0, y1) = x, y
    wide, high = x1 - x0, y1 - y0
    if shape.style == "rustic":
        count = max(3, round(wide / 0.15))
        for k in range(count):
            shape.box(
                "door",
                (x0 + wide * k / count + 0.002, x0 + wide * (k + 1) / count - 0.002),
                y,
                (front, front + 0.012),
                grain=1,
            )
        for level in (0.18, 0.82):
            shape.box(
                "=black_steel",
                (x0 + 0.01, x1 - 0.12),
                (y0 + high * level - 0.025, y0 + high * level + 0.025),
                (front + 0.012, front + 0.018),
            )
        return
    stile, rails = (
        0.11,
        {"colonial": (0, 0.12, 0.42, 0.52, 0.8, 0.86, 0.94, 1.0)}.get(shape.style, (0, 0.1, 0.42, 0.5, 0.94, 1.0)),
    )
    columns = 2 if shape.style == "colonial" and wide > 0.7 else 1
    edges = np.linspace(x0, x1, columns + 1)
    raised = (front, front + 0.012)
    for k, edge in enumerate(edges):
        low, top = (
            (edge, edge + stile)
            if k == 0
            else (edge - stile, edge)
            if k == columns
            else (edge - stile / 2, edge + stile / 2)
        )
        shape.box("door", (low, top), y, raised, grain=1)
    for low, top in zip(rails[::2], rails[1::2], strict=True):
        shape.box("door", (x0 + stile, x1 - stile), (y0 + high * low, y0 + high * top), raised)


def _passage(shape: Shape, x: Range, y: Range, depth: float) -> None:
    """A way through to a dim corridor, so that one does not look into nothing."""
    (x0, x1), (y0, y1) = (x[0] - 0.6, x[1] + 0.6), y
    near, far, top = -depth, -depth - 1.9, y1 + 0.35
    faces = (
        ([[x0, y0, far], [x1, y0, far], [x1, top, far], [x0, top, far]], "walls"),
        ([[x0, y0, near], [x0, y0, far], [x0, top, far], [x0, top, near]], "walls"),
        ([[x1, y0, far], [x1, y0, near], [x1, top, near], [x1, top, far]], "walls"),
        ([[x0, y0, near], [x1, y0, near], [x1, y0, far], [x0, y0, far]], "floor"),
        ([[x0, top, far], [x1, top, far], [x1, top, near], [x0, top, near]], "ceiling"),
    )
    for corners, slot in faces:
        shape.quad(slot, corners)
    for low, high, foot in ((x0, x[0], y0), (x[1], x1, y0), (x[0], x[1], y1)):
        shape.quad("walls", [[high, foot, near], [low, foot, near], [low, top, near], [high, top, near]])
    middle = (x0 + x1) / 2
    shape.quad(
        "=opal_glass",
        [[middle - 0.2, top - 0.01, far + 0.8], [middle + 0.2, top - 0.01, far + 0.8],
         [middle + 0.2, top - 0.01, far + 1.2], [middle - 0.2, top - 0.01, far + 1.2]],
        share=1.0,
    )  # fmt: skip
