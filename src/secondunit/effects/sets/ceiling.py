"""What is above: the ceiling, coves with their hidden light, beams, cornices."""

from __future__ import annotations

import numpy as np
import shapely

from secondunit.effects.sets.kit import forms
from secondunit.effects.sets.kit.shape import Array, Shape
from secondunit.effects.sets.plan import Room

COVE_LM_PER_M, COVE_KELVIN = 420.0, 2700.0  # a domestic LED strip of 5 W a metre at some 85 lm/W
LIP_M, SLAB_M = 0.05, 0.05  # the board that hides the strip, and the cove's own thickness
STRIP_M, STRIP_UP_M = (0.06, 0.11), 0.012  # where the strip lies behind the lip, from, to; its height over the slab
WASH_M = 0.6  # of the ceiling beyond the lip: the strip's light ends there
CORNICE = {"colonial": 0.16, "art_deco": 0.2}  # height, metres


def build_ceiling(shape: Shape, room: Room) -> None:
    """The ceiling with its coves, beams and cornice."""
    area = shapely.Polygon(room.outline)
    whole = area.buffer(room.wall_m, join_style="mitre")
    inner = area
    if room.ceiling.cove_m:
        inner = area.buffer(-room.ceiling.cove_m, join_style="mitre")
        _cove(shape, room, area, inner)
        lit = area.difference(inner.buffer(-WASH_M, join_style="mitre"))
        whole = whole.difference(lit)
    forms.flat(shape, "ceiling", whole, room.height_m, up=False)
    _beams(shape, room, inner)
    high = CORNICE.get(shape.style, 0.0)
    if high:
        level = room.height_m - (room.ceiling.cove_drop_m if room.ceiling.cove_m else 0.0)
        profile = _stepped(high) if shape.style == "art_deco" else _ogee(high)
        ring = np.asarray(shapely.orient_polygons(area, exterior_cw=True).exterior.coords)[:-1]
        forms.moulding(shape, "skirting", [(out, level + up) for out, up in profile], ring, closed=True)


def cove_lumen(room: Room) -> float:
    """Light that the hidden strips of light throw at the ceiling."""
    if not room.ceiling.cove_m:
        return 0.0
    inner = shapely.Polygon(room.outline).buffer(-room.ceiling.cove_m, join_style="mitre")
    across = wash(room)
    return float(inner.length) * COVE_LM_PER_M * float(across.sum() * (room.ceiling.cove_m + WASH_M) / len(across))


def _drop(room: Room) -> float:
    """How far a cove hangs below the ceiling: enough for its lip and a gap over it."""
    return max(room.ceiling.cove_drop_m, LIP_M + SLAB_M + 0.06)


def wash(room: Room, count: int = 64) -> Array:
    """Light of a hidden strip on the ceiling from the wall inwards, (count,): share of its lumen a metre of width.

    A long matt strip, and the lip's shadow. The light is known here, so that no path has to find its way into the cove.
    """
    wide = room.ceiling.cove_m + WASH_M
    place = room.ceiling.cove_m - (np.arange(count) + 0.5) / count * wide  # out of the lip, towards the wall
    strip = np.linspace(*STRIP_M, 32)[:, None]
    high = _drop(room) - SLAB_M - STRIP_UP_M
    fall = 0.5 * high**2 / (high**2 + (place - strip) ** 2) ** 1.5
    over = high * strip / np.maximum(strip - place, 1e-6)  # height of the ray where it passes the lip
    seen = (place >= 0) | (over >= LIP_M - STRIP_UP_M)
    out: Array = (fall * seen).mean(0)
    return out


def _cove(shape: Shape, room: Room, area: shapely.Polygon, inner: shapely.Polygon) -> None:
    """A lower border along the walls; from behind its lip a hidden strip washes the ceiling, which shines for it."""
    low = room.height_m - _drop(room)
    forms.flat(shape, "ceiling", area.difference(inner), low, up=False)
    forms.flat(shape, "ceiling", area.difference(inner.buffer(0.02, join_style="mitre")), low + SLAB_M)
    for part in shapely.get_parts(inner):
        ring = np.asarray(shapely.orient_polygons(part, exterior_cw=True).exterior.coords)[:-1]
        lip = [(0.02, low + SLAB_M), (0.02, low + SLAB_M + LIP_M), (0.0, low + SLAB_M + LIP_M), (0.0, low)]
        forms.moulding(shape, "ceiling", [(-out, up) for out, up in lip], ring, closed=True)
    lit = area.difference(inner.buffer(-WASH_M, join_style="mitre"))
    if inner.length and not lit.is_empty:
        _washed(shape, area, lit, room)


def _washed(shape: Shape, area: shapely.Polygon, lit: shapely.Geometry, room: Room) -> None:
    """The ceiling that a cove washes, wall by wall: u runs along the wall, v from it."""
    ring = np.asarray(shapely.orient_polygons(area).exterior.coords)[:-1]
    heading = np.roll(ring, -1, 0) - ring
    heading /= np.linalg.norm(heading, axis=1, keepdims=True)
    inward = np.stack([-heading[:, 1], heading[:, 0]], -1)
    before = np.roll(inward, 1, 0)
    mitre = (before + inward) / np.maximum(1 + (before * inward).sum(1, keepdims=True), 0.2)
    inner = ring + mitre * (room.ceiling.cove_m + WASH_M)
    for k in range(len(ring)):
        after = (k + 1) % len(ring)
        side = shapely.Polygon([ring[k], ring[after], inner[after], inner[k]]).buffer(0).intersection(lit)
        lit = lit.difference(side)
        start = len(shape.meshes)
        for part in shapely.get_parts(side):
            if part.geom_type == "Polygon":
                forms.flat(shape, "ceiling", part, room.height_m, up=False, share=1.0)
        for mesh in shape.meshes[start:]:
            away = mesh.points_m[:, [0, 2]] - ring[k]
            mesh.uv[:] = np.stack([away @ heading[k], away @ inward[k]], -1)
    for part in shapely.get_parts(lit):
        if part.geom_type == "Polygon" and part.area > 1e-4:
            forms.flat(shape, "ceiling", part, room.height_m, up=False)


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
