"""The reflected ceiling plan: what is above, seen as in a mirror on the floor, so that it lies over the floor plan."""

from __future__ import annotations

import shapely

from secondunit.effects.sets.drawing import fittings, tags
from secondunit.effects.sets.drawing.pen import length
from secondunit.effects.sets.drawing.plan import bounds, dimensions, emptiest
from secondunit.effects.sets.drawing.sheet import Label, Mark, Point, Stroke, View, circle, line, rectangle, turned
from secondunit.effects.sets.drawing.shell import POCHE, beams, cove, inside, page, sides, strokes, walls
from secondunit.effects.sets.drawing.symbols import symbol
from secondunit.effects.sets.kit.catalogue import catalogue
from secondunit.effects.sets.plan import Piece, Room, SetPlan

_WALL_LAMP_M = 1.3  # a piece on a wall from here up that gives light is shown


def ceiling_plan(plan: SetPlan, scale: int, units: str = "metric") -> View:
    """Cove, beams, lamps and what else hangs, with heights and setting-out."""
    room = plan.room
    area = inside(room)
    marks: list[Mark] = []
    inner = cove(room)
    if room.ceiling.cove_m:
        marks += strokes(area.difference(inner), "A-CLNG", "object", "#f1f1f1")
        marks += strokes(inner.buffer(min(0.08, room.ceiling.cove_m / 3), join_style="mitre"), "E-LITE", "overhead")
    for beam in beams(room):
        marks += strokes(beam, "A-CLNG", "object", "#e2e2e2")
    shown = [piece for piece in plan.pieces if hangs(piece) or on_wall(piece)]
    for piece in sorted(shown, key=lambda one: (one.base_m, one.id)):
        marks += lamp_symbol(piece)
    for column in room.columns:
        marks += fittings.column(column)
    marks += strokes(walls(room, room.height_m - 1e-3), "A-WALL", "cut", POCHE)
    for side in sides(room):
        for one in side.openings:
            ends = one.at_m, one.at_m + one.width_m
            marks.append(line(side.at(ends[0], -0.02), side.at(ends[1], -0.02), "A-DOOR", "overhead"))
    taken: list[shapely.Geometry] = []
    marks += heights(room, [tags.footprint(piece) for piece in shown], taken, scale, units)
    number = {piece.id: str(item.number) for item in tags.items(plan) for piece in item.pieces}
    marks += tags.place([(piece, number[piece.id]) for piece in shown], area, taken, scale)
    marks += dimensions(room, scale, units, ceiling_points(room, shown), openings=False)
    return View("REFLECTED CEILING PLAN", scale, tuple(marks), bounds(marks, scale, units))


def hangs(piece: Piece) -> bool:
    """Whether a piece belongs to the ceiling."""
    return catalogue()[piece.kind].stands == "ceiling"


def on_wall(piece: Piece) -> bool:
    """Whether it is a lamp on a wall."""
    kind = catalogue()[piece.kind]
    return kind.stands == "wall" and kind.light is not None and piece.base_m > _WALL_LAMP_M


def ceiling_points(room: Room, shown: list[Piece]) -> list[Point]:
    """What is measured from the walls: edges of the cove, middles of lamps that hang."""
    out = [page(*piece.at_m) for piece in shown if hangs(piece)]
    if room.ceiling.cove_m:
        for part in shapely.get_parts(cove(room)):
            out += [(x, y) for x, y in part.exterior.coords[:-1]]
    return out


def lamp_symbol(piece: Piece) -> tuple[Mark, ...]:
    """A lamp as electricians draw it, or a piece's own symbol; true to its place and size."""
    w, d = piece.size_m[:2]
    at = page(*piece.at_m)
    kind = catalogue()[piece.kind]
    if piece.kind == "downlight":
        r = max(w, 0.09) / 2
        cross: list[Mark] = [
            line((-1.6 * r, 0), (1.6 * r, 0), "E-LITE", "hair"),
            line((0, -1.6 * r), (0, 1.6 * r), "E-LITE", "hair"),
        ]
        return turned([circle((0, 0), r, "E-LITE", "object", "#ffffff"), *cross], 0, at)
    if piece.kind in ("strip_light", "linear_pendant"):
        body = rectangle(-w / 2, -d / 2, w / 2, d / 2, "E-LITE", "object", "#ffffff")
        return turned([body, line((-w / 2, 0), (w / 2, 0), "E-LITE", "fine")], piece.turn_deg, at)
    if kind.light is not None and on_wall(piece):
        half = Stroke(((-w / 2, d / 2), (w / 2, d / 2), (0, -d / 2)), "E-LITE", "object", True, "#ffffff")
        return turned([half], piece.turn_deg, at)
    if kind.light is not None:
        r = min(w, d) / 2
        ring: list[Mark] = [circle((0, 0), r, "E-LITE", "object", "#ffffff")]
        reach = r * 0.7071
        ring += [
            line((-reach, -reach), (reach, reach), "E-LITE", "fine"),
            line((-reach, reach), (reach, -reach), "E-LITE", "fine"),
        ]
        return turned(ring, piece.turn_deg, at)
    return turned(symbol(piece.kind, kind.group, w, d, "E-LITE"), piece.turn_deg, at)


def heights(
    room: Room, solid: list[shapely.Geometry], taken: list[shapely.Geometry], scale: int, units: str
) -> list[Mark]:
    """How high the ceiling, the cove and the beams are above the main floor."""
    k = scale / 1000
    inner = cove(room)
    below = [column_box for column_box in (shapely.Point(page(*c.at_m)).buffer(c.width_m) for c in room.columns)]
    beam_areas = beams(room)
    out: list[Mark] = []

    def say(text: str, area: shapely.Geometry, over: list[shapely.Geometry]) -> None:
        half = 11 * k, 2.2 * k
        x, y = emptiest(area, half, solid + below + taken + over, [])
        taken.append(shapely.box(x - half[0], y - half[1], x + half[0], y + half[1]))
        left, bottom, right, top = x - half[0], y - half[1], x + half[0], y + half[1]
        out.append(rectangle(left, bottom, right, top, "A-ANNO-SYMB", "fine", "#ffffff"))
        out.append(Label((x, y), text, "A-ANNO-TEXT", 1.8))

    say(f"CLG {length(room.height_m, units)}", inner if not inner.is_empty else inside(room), beam_areas)
    if room.ceiling.cove_m:
        low = room.height_m - room.ceiling.cove_drop_m
        corner = inside(room).difference(inner)
        where = emptiest_strip(corner, 11 * k)
        x, y = where
        taken.append(shapely.box(x - 11 * k, y - 2.2 * k, x + 11 * k, y + 2.2 * k))
        out.append(rectangle(x - 11 * k, y - 2.2 * k, x + 11 * k, y + 2.2 * k, "A-ANNO-SYMB", "fine", "#ffffff"))
        out.append(Label((x, y), f"COVE {length(low, units)}", "A-ANNO-TEXT", 1.8))
    for area in beam_areas[:1]:
        under = room.height_m - room.ceiling.beam_m[1]
        x, y = area.centroid.x, area.centroid.y
        turn = 0.0 if room.ceiling.beams_along == "x" else 90.0
        taken.append(area)
        wide, deep = (length(one, units) for one in room.ceiling.beam_m)
        text = f"BEAM {wide} × {deep}, U/S {length(under, units)}"
        out.append(Label((x, y), text, "A-ANNO-TEXT", 1.8, turn_deg=turn, plate=True))
    return out


def emptiest_strip(area: shapely.Geometry, reach: float) -> Point:
    """A place in a border along the walls, at its lower edge, a little in from its left."""
    left, bottom, _, top = area.bounds
    column = area.intersection(shapely.box(left + 1.6 * reach, bottom, left + 1.6 * reach + 1e-3, top))
    lowest = min(shapely.get_parts(column), key=lambda one: one.bounds[1])
    return left + 1.6 * reach, (lowest.bounds[1] + lowest.bounds[3]) / 2
