"""A set plan as triangles: what is rendered, drawn from and exported."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from secondunit.effects.sets import ceiling, openings, room
from secondunit.effects.sets.daylight import LUMA
from secondunit.effects.sets.kit.catalogue import Kind, catalogue
from secondunit.effects.sets.kit.materials import default_material, material
from secondunit.effects.sets.kit.pieces import PIECES
from secondunit.effects.sets.kit.shape import Mesh, Shape, turned
from secondunit.effects.sets.openings import Pane
from secondunit.effects.sets.plan import Piece, SetPlan
from secondunit.errors import BadBrief, nearest

Floats = npt.NDArray[np.float32]

SHELL: dict[str, dict[str, str]] = {  # what a style's room is finished in where the plan does not say
    "modern": {
        "floor": "pale_boards",
        "walls": "white_plaster",
        "ceiling": "white_plaster",
        "skirting": "white_lacquer",
        "door": "white_lacquer",
        "frame": "black_steel",
        "handle": "black_steel",
    },
    "brutalist": {
        "floor": "polished_concrete",
        "walls": "concrete",
        "ceiling": "concrete",
        "skirting": "bronze",
        "door": "gunmetal",
        "frame": "black_steel",
        "handle": "bronze",
    },
    "art_deco": {
        "floor": "dark_herringbone",
        "walls": "warm_plaster",
        "ceiling": "warm_plaster",
        "skirting": "black_lacquer",
        "door": "walnut_burl",
        "frame": "walnut",
        "handle": "brass",
    },
    "colonial": {
        "floor": "dark_boards",
        "walls": "warm_plaster",
        "ceiling": "white_plaster",
        "skirting": "white_lacquer",
        "door": "mahogany",
        "frame": "white_lacquer",
        "handle": "old_brass",
    },
    "rustic": {
        "floor": "flagstone",
        "walls": "limewash",
        "ceiling": "limewash",
        "skirting": "old_timber",
        "beam": "old_timber",
        "door": "old_timber",
        "frame": "old_timber",
        "handle": "black_steel",
    },
    "industrial": {
        "floor": "polished_concrete",
        "walls": "red_brick",
        "ceiling": "concrete",
        "skirting": "gunmetal",
        "door": "grey_enamel",
        "frame": "black_steel",
        "handle": "gunmetal",
        "beam": "rusty_iron",
        "column": "rusty_iron",
    },
    "institutional": {
        "floor": "linoleum",
        "walls": "pale_green_plaster",
        "ceiling": "white_plaster",
        "skirting": "grey_lacquer",
        "door": "ash",
        "frame": "white_enamel",
        "handle": "steel",
    },
}
STANDS_IN = {"wall": "walls", "level": "floor", "column": "walls", "beam": "ceiling"}


@dataclass(frozen=True)
class Part:
    """Triangles of one material of one object, in the set's axes.

    Attributes:
        object: id of the piece, or part of the room.
        material: its name, with the colour if one was given.
        points_m, normals: (n, 3); uv: (n, 2) metres, or 0..1 for a material that covers its piece once.
        triangles: (m, 3) counter-clockwise from outside.
        lumen: what leaves it; kelvin: of that light.
        glow: how it falls off along v over ``glow_m`` metres, mean 1; empty = even.
    """

    object: str
    material: str
    points_m: Floats
    normals: Floats
    uv: Floats
    triangles: npt.NDArray[np.int32]
    lumen: float = 0.0
    kelvin: float = 0.0
    glow: tuple[float, ...] = ()
    glow_m: float = 0.0


@dataclass(frozen=True)
class Beam:
    """A narrow light: place and heading (3,), half angle, light."""

    at_m: Floats
    heading: Floats
    beam_deg: float
    lumen: float
    kelvin: float


@dataclass(frozen=True)
class Built:
    """All of a set."""

    parts: tuple[Part, ...]
    beams: tuple[Beam, ...]
    panes: tuple[Pane, ...]


def build(plan: SetPlan) -> Built:
    """The set of a plan. Same plan, same triangles.

    Raises:
        BadBrief: a kind or a material that is not known.
    """
    shape = Shape((1.0, 1.0, 1.0), plan.style, plan.seed)
    room.build_walls(shape, plan.room)
    room.build_floor(shape, plan.room)
    room.build_columns(shape, plan.room)
    room.build_skirting(shape, plan.room)
    panes = openings.build_openings(shape, plan.room)
    ceiling.build_ceiling(shape, plan.room)
    parts = [_part(mesh, _of_room(mesh.slot), finish(plan, mesh.slot), 0.0, 0.0) for mesh in shape.meshes]
    parts = _with_cove(plan, parts, [mesh.share > 0 for mesh in shape.meshes])
    beams: list[Beam] = []
    for piece in plan.pieces:
        more, spots = build_piece(piece)
        parts += more
        beams += spots
    return Built(tuple(parts), tuple(beams), tuple(panes))


def _with_cove(plan: SetPlan, parts: list[Part], washed: list[bool]) -> list[Part]:
    """The ceiling over the coves shines with what it reflects of their light."""
    areas = [_area(part) if lit else 0.0 for part, lit in zip(parts, washed, strict=True)]
    lumen, across = ceiling.cove_lumen(plan.room), ceiling.wash(plan.room)
    glow = tuple((across / across.mean()).tolist())
    wide = plan.room.ceiling.cove_m + ceiling.WASH_M
    out = []
    for part, area in zip(parts, areas, strict=True):
        if not area:
            out.append(part)
            continue
        reflected = lumen * area / sum(areas) * float(np.dot(material(part.material).acescg, LUMA))
        out.append(replace(part, lumen=reflected, kelvin=ceiling.COVE_KELVIN, glow=glow, glow_m=wide))
    return out


def _area(part: Part) -> float:
    a, b, c = (part.points_m[part.triangles[:, k]].astype(float) for k in range(3))
    return float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2)


def _of_room(slot: str) -> str:
    return "room" if slot.startswith("=") else slot


def finish(plan: SetPlan, slot: str) -> str:
    """The material of a part of the room."""
    if slot.startswith("="):
        return slot[1:]
    given, usual = plan.room.finishes, SHELL.get(plan.style, SHELL["modern"])
    for name in (slot, slot.split(":")[0], STANDS_IN.get(slot.split(":")[0], slot)):
        if name in given:
            return given[name]
        if name in usual:
            return usual[name]
    raise BadBrief("room.finishes", f"the part {slot!r}", "a part of the room")


def kind_of(piece: Piece) -> Kind:
    """A piece's row in the catalogue.

    Raises:
        BadBrief: there is none.
    """
    kind = catalogue().get(piece.kind)
    if kind is None:
        raise BadBrief(
            f"piece {piece.id}", f"the kind {piece.kind!r}", "one of the kit", nearest(piece.kind, catalogue())
        )
    return kind


def build_piece(piece: Piece) -> tuple[list[Part], list[Beam]]:
    """One piece where it stands."""
    kind = kind_of(piece)
    seed = zlib.crc32(f"{piece.id}/{piece.seed}".encode())
    shape = Shape(piece.size_m, piece.style, seed)
    PIECES[piece.kind](shape)
    scale, centre = _fit(shape, kind)
    turn, shift = turned(piece.turn_deg), np.array([piece.at_m[0], piece.base_m, piece.at_m[1]])
    light = kind.light if piece.lit else None
    lumen, kelvin = (light.lumen, light.kelvin) if light else (0.0, 0.0)
    names = {mesh.slot: _material_of(piece, kind, mesh.slot) for mesh in shape.meshes}
    parts = []
    for mesh in _merged(shape.meshes, {slot for slot, name in names.items() if material(name, where=piece.id).whole}):
        name = names[mesh.slot]
        placed = Mesh(
            mesh.slot,
            (mesh.points_m * scale + centre) @ turn.T + shift,
            _unit(mesh.normals / scale) @ turn.T,
            mesh.uv,
            mesh.triangles,
            mesh.share,
        )
        parts.append(_part(placed, piece.id, name, lumen, kelvin))
    beams = [
        Beam(
            (turn @ (s.at_m * scale + centre) + shift).astype(np.float32),
            (turn @ s.heading).astype(np.float32),
            s.beam_deg,
            s.share * lumen,
            kelvin,
        )
        for s in shape.spots
        if lumen
    ]
    return parts, beams


def _material_of(piece: Piece, kind: Kind, slot: str) -> str:
    if slot.startswith("="):
        return slot[1:]
    tail = piece.id.rpartition("-")[2]
    number = int(tail) if tail.isdecimal() else 0  # painting-2 is another than painting-1
    return piece.materials.get(slot) or default_material(piece.style, kind.slots[slot], slot, kind.name, number)


def _merged(meshes: Sequence[Mesh], alone: Collection[str]) -> list[Mesh]:
    """Meshes of one slot as one, but those that shine and those of ``alone``, which each carry a whole picture."""
    groups: dict[Any, list[Mesh]] = {}
    for number, mesh in enumerate(meshes):
        groups.setdefault(number if mesh.share or mesh.slot in alone else mesh.slot, []).append(mesh)
    return [group[0] if len(group) == 1 else _one(group) for group in groups.values()]


def _one(group: Sequence[Mesh]) -> Mesh:
    starts = np.cumsum([0] + [len(mesh.points_m) for mesh in group[:-1]])
    counts = [len(mesh.triangles) for mesh in group]
    points, normals, uv, triangles = (
        np.concatenate([getattr(mesh, name) for mesh in group]) for name in ("points_m", "normals", "uv", "triangles")
    )
    return Mesh(group[0].slot, points, normals, uv, triangles + np.repeat(starts, counts)[:, None])


MOST_STRETCH = 1.25  # beyond it a piece would look wrong: it stays smaller than its size


def _fit(shape: Shape, kind: Kind) -> tuple[Floats, Floats]:
    """Scale and shift (3,) that make a piece as large as its size says: handles, fronds and cushions are inside it.

    What stands keeps its foot; what hangs fills its height from its lowest point to its highest.
    """
    points = np.concatenate([mesh.points_m for mesh in shape.meshes])
    low, high = points.min(0), points.max(0)
    hangs = kind.stands in ("wall", "ceiling")
    scale, shift = np.ones(3), np.zeros(3)
    for axis, size, middle in ((0, shape.width, 0.0), (1, shape.height, shape.height / 2), (2, shape.depth, 0.0)):
        if axis == 1 and not hangs:
            top = shape.height + kind.rises_m
            if high[1] > top or (not kind.rises_m and shape.height / MOST_STRETCH <= high[1]):
                scale[1] = top / high[1]
            continue
        span = float(high[axis] - low[axis])
        if size / MOST_STRETCH <= span:
            scale[axis] = size / span
            shift[axis] = middle - scale[axis] * (high[axis] + low[axis]) / 2
        elif axis != 1:
            scale[axis] = min(1.0, size / 2 / max(abs(low[axis]), abs(high[axis])))
    return scale.astype(np.float32), shift.astype(np.float32)


def _unit(vectors: Floats) -> Floats:
    out: Floats = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return out


def _part(mesh: Mesh, owner: str, name: str, lumen: float, kelvin: float) -> Part:
    uv = mesh.uv
    if material(name, where=owner).whole:
        low, high = uv.min(0), uv.max(0)
        uv = np.where(high - low > 1e-6, (uv - low) / np.maximum(high - low, 1e-6), uv)
    return Part(
        owner,
        name,
        mesh.points_m.astype(np.float32),
        mesh.normals.astype(np.float32),
        uv.astype(np.float32),
        mesh.triangles.astype(np.int32),
        mesh.share * lumen,
        kelvin if mesh.share else 0.0,
    )
