"""What is above: the ceiling, coves with their hidden light, beams, cornices."""

from __future__ import annotations

import numpy as np
import shapely

from secondunit.effects.sets.kit import forms
from secondunit.effects.sets.kit.shape import Shape
from secondunit.effects.sets.plan import Room

COVE_LM_PER_M, COVE_KELVIN = 420.0, 2700.0  # a domestic LED strip of 5 W a metre at some 85 lm/W
LIP_M, SLAB_M = 0.09, 0.05  # the board that hides the strip, and the cove's own thickness
CORNICE = {"colonial": 0.16, "art_deco": 0.2}  # height, metres


def build_ceiling(shape: Shape, room: Room) -> None:
    """The ceiling with its coves, beams and cornice."""
    area = shapely.Polygon(room.outline)
    forms.flat(shape, "ceiling", area.buffer(room.wall_m, join_style="mitre"), room.height_m, up=False)
    inner = area
    if room.ceiling.cove_m:
        inner = area.buffer(-room.ceiling.cove_m, join_style="mitre")
        _cove(shape, room, area, inner)
    _beams(shape, room, inner)
    high = CORNICE.get(shape.style, 0.0)
    if high:
        level = room.height_m - (room.ceiling.cove_drop_m if room.ceiling.cove_m else 0.0)
        profile = _stepped(high) if shape.style == "art_deco" else _ogee(high)
        ring = np.asarray(shapely.orient_polygons(area, exterior_cw=True).exterior.coords)[:-1]
        forms.moulding(shape, "skirting", [(out, level + up) for out, up in profile], ring, closed=True)


def cove_metres(room: Room) -> float:
    """Length of the hidden strip of light."""
    if not room.ceiling.cove_m:
        return 0.0
    inner = shapely.Polygon(room.outline).buffer(-room.ceiling.cove_m, join_style="mitre")
    return float(inner.length)


def _cove(shape: Shape, room: Room, area: shapely.Polygon, inner: shapely.Polygon) -> None:
    """A lower border along the walls; behind its lip a strip shines up onto the ceiling."""
    drop = max(room.ceiling.cove_drop_m, LIP_M + SLAB_M + 0.06)
    low = room.height_m - drop
    forms.flat(shape, "ceiling", area.difference(inner), low, up=False)
    forms.flat(shape, "ceiling", area.difference(inner.buffer(0.02, join_style="mitre")), low + SLAB_M)
    strip_out, strip_in = inner.buffer(0.11, join_style="mitre"), inner.buffer(0.06, join_style="mitre")
    total = inner.length
    for part in shapely.get_parts(inner):
        ring = np.asarray(shapely.orient_polygons(part, exterior_cw=True).exterior.coords)[:-1]
        lip = [(0.02, low + SLAB_M), (0.02, low + SLAB_M + LIP_M), (0.0, low + SLAB_M + LIP_M), (0.0, low)]
        forms.moulding(shape, "ceiling", [(-out, up) for out, up in lip], ring, closed=True)
    strip = strip_out.difference(strip_in).intersection(area)
    if total and not strip.is_empty:
        forms.flat(shape, "=white_plaster", strip, low + SLAB_M + 0.012, share=1.0)


def _beams(shape: Shape, room: Room, inner: shapely.Polygon) -> None:
    """Beams at even distances, cut to the room."""
    wide, deep = room.ceiling.beam_m
    x0, z0, x1, z1 = inner.bounds if not inner.is_empty else (0, 0, 0, 0)
    along_x = room.ceiling.beams_along == "x"
    low, high = (z0, z1) if along_x else (x0, x1)
    for number in range(room.ceiling.beams):
        middle = low + (high - low) * (number + 0.5) / room.ceiling.beams
        near, far = middle - wide / 2, middle + wide / 2
        band = shapely.box(x0, near, x1, far) if along_x else shapely.box(near, z0, far, z1)
        for part in shapely.get_parts(band.intersection(inner)):
            a, b, c, d = part.bounds
            shape.box("beam", (a, c), (room.height_m - deep, room.height_m), (b, d), bevel=0.01)


def _ogee(high: float) -> list[tuple[float, float]]:
    """A classical cornice from the wall up to the ceiling: (out, up) with up below 0."""
    t = np.linspace(0, 1, 13)
    curve = [(0.1 * high + 0.75 * high * (s - 0.16 * np.sin(2 * np.pi * s)), -high * 0.9 + 0.72 * high * s) for s in t]
    return [(0, -high), (0.1 * high, -high), *curve, (0.9 * high, -0.18 * high), (0.9 * high, 0)]


def _stepped(high: float) -> list[tuple[float, float]]:
    """Steps, as the nineteen-twenties liked them."""
    out: list[tuple[float, float]] = []
    for step in range(4):
        reach = high * (0.08 + 0.3 * step)
        out += [(reach - high * 0.08 if step else 0.0, -high * (1 - step / 4)), (reach, -high * (1 - step / 4))]
        out += [(reach, -high * (1 - (step + 1) / 4))]
    return out
