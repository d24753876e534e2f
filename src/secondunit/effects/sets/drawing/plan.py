"""The floor plan, cut at 1.2 m."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable

import shapely

from secondunit.effects.sets.drawing import chains, fittings, tags
from secondunit.effects.sets.drawing.chains import Edge, Stop
from secondunit.effects.sets.drawing.cut import cut_marks
from secondunit.effects.sets.drawing.eyes import camera_marks
from secondunit.effects.sets.drawing.pen import extent, length, text_width_mm
from secondunit.effects.sets.drawing.sheet import Dimension, Label, Mark, Point, View, circle, turned
from secondunit.effects.sets.drawing.shell import POCHE, Side, inside, page, sides, strokes, walls
from secondunit.effects.sets.drawing.symbols import symbol
from secondunit.effects.sets.kit.catalogue import catalogue
from secondunit.effects.sets.plan import Opening, Piece, Room, SetPlan

_STRAIGHT = 1e-6


def floor_plan(plan: SetPlan, scale: int, units: str = "metric") -> View:
    """Walls, openings, levels, columns, pieces and cameras with their dimensions."""
    room = plan.room
    marks: list[Mark] = []
    for level in room.levels:
        marks += fittings.level(level, scale)
    standing = [piece for piece in plan.pieces if _seen_below(piece)]
    for piece in sorted(standing, key=lambda one: (one.base_m + one.size_m[2], one.id)):
        marks += piece_symbol(piece)
    for column in room.columns:
        marks += fittings.column(column)
    marks += strokes(walls(room), "A-WALL", "cut", POCHE)
    for side in sides(room):
        for one in side.openings:
            marks += fittings.opening(room, side, one)
    taken = [shapely.box(*bounds([mark], scale, units)) for mark in marks if isinstance(mark, Label)]
    taken += [swept(side, one) for side in sides(room) for one in side.openings if one.kind != "window"]
    marks += camera_marks(plan, taken, scale)
    marks += level_marks(plan, standing, taken, scale)
    marks += wall_marks(plan, standing, taken, scale)
    marks += room_label(plan, standing, taken, scale)
    number = {piece.id: str(item.number) for item in tags.items(plan) for piece in item.pieces}
    wanted = [(piece, number[piece.id]) for piece in standing if piece.on is None]
    marks += tags.place(wanted, inside(room), taken, scale)
    marks += opening_tags(room, scale)
    measured = dimensions(room, scale, units, setting_out(room))
    lines, arrows = cut_marks(plan, bounds([*marks, *measured], scale, units), scale)
    marks += [*lines, *measured, *arrows]
    return View("FLOOR PLAN", scale, tuple(marks), bounds(marks, scale, units))


def piece_symbol(piece: Piece) -> tuple[Mark, ...]:
    """A piece's symbol where it stands."""
    marks = symbol(piece.kind, catalogue()[piece.kind].group, piece.size_m[0], piece.size_m[1])
    return turned(marks, piece.turn_deg, page(*piece.at_m))


def _seen_below(piece: Piece) -> bool:
    return catalogue()[piece.kind].stands != "ceiling" and piece.base_m < 2.2


def bounds(marks: Iterable[Mark], scale: int, units: str) -> tuple[float, float, float, float]:
    """What marks cover at a scale, letters included: left, bottom, right, top in metres."""
    low, high = extent(marks, scale, units)
    return low[0], low[1], high[0], high[1]


def level_marks(plan: SetPlan, pieces: list[Piece], taken: list[shapely.Geometry], scale: int) -> list[Mark]:
    """The height of each level, where nothing stands on it if there is such a place."""
    k = scale / 1000
    solid = [tags.footprint(piece) for piece in pieces if piece.size_m[2] > 0.05]
    out: list[Mark] = []
    for level in plan.room.levels:
        area = shapely.Polygon([page(*corner) for corner in level.outline])
        x, y = emptiest(area, (8 * k, 2.2 * k), solid + taken, [])
        taken.append(shapely.box(x - 8 * k, y - 2.2 * k, x + 8 * k, y + 2.2 * k))
        out += fittings.level_mark((x - 5.5 * k, y), level.height_m, scale)
    return out


def emptiest(area: shapely.Polygon, half: Point, solid: list[shapely.Geometry], thin: list[shapely.Geometry]) -> Point:
    """Middle of a box (half its size is given) that lies in an area over as little as possible, near its middle."""
    left, bottom, right, top = area.bounds
    middle = (left + right) / 2, (bottom + top) / 2
    full, faint = shapely.STRtree(solid), shapely.STRtree(thin)
    best, where = math.inf, middle
    steps = 28
    for i in range(1, steps):
        for j in range(1, steps):
            x, y = left + (right - left) * i / steps, bottom + (top - bottom) * j / steps
            box = shapely.box(x - half[0], y - half[1], x + half[0], y + half[1])
            outside = box.area - box.intersection(area).area
            cost = 4 * outside + _covered(full, box) + 0.3 * _covered(faint, box)
            cost = cost / box.area + 1e-3 * math.dist((x, y), middle)
            if cost < best - 1e-9:
                best, where = cost, (x, y)
    return where


def _covered(tree: shapely.STRtree, box: shapely.Geometry) -> float:
    """How much of a box the tree's areas cover; what lies over another counts twice."""
    return float(sum(tree.geometries[at].intersection(box).area for at in tree.query(box, predicate="intersects")))


def wall_marks(plan: SetPlan, pieces: list[Piece], taken: list[shapely.Geometry], scale: int) -> list[Mark]:
    """A mark before each wall that says which elevation shows it, where nothing stands if there is such a place."""
    area = inside(plan.room)
    r = 5.0 * scale / 1000
    bodies = [tags.footprint(piece) for piece in pieces if min(piece.size_m[:2]) > 0.1 and piece.size_m[2] > 0.05]
    out: list[Mark] = []
    for side in sides(plan.room):
        spots = [
            side.at(side.length_m * (0.5 + shift), -back)
            for back in (0.6, 0.9, 1.3, 1.8, 2.4)
            for shift in (0.0, 0.12, -0.12, 0.2, -0.2, 0.28, -0.28, 0.36, -0.36)
        ]
        spots = [spot for spot in spots if area.contains(shapely.Point(spot).buffer(r))] or [
            side.at(side.length_m / 2, -0.6)
        ]
        spot = max(spots, key=lambda one: (-_crowd(one, r, taken), -_crowd(one, r, bodies), -spots.index(one)))
        taken.append(shapely.Point(spot).buffer(r))
        out += fittings.elevation_mark(spot, side.out, side.name, scale)
    return out


def _crowd(at: Point, r: float, others: list[shapely.Geometry]) -> float:
    disc = shapely.Point(at).buffer(r)
    return float(round(sum(disc.intersection(one).area for one in others), 6))


def room_label(plan: SetPlan, pieces: list[Piece], taken: list[shapely.Geometry], scale: int) -> list[Mark]:
    """The set's name, its floor's area and height, where most room is, and the main floor's level."""
    k = scale / 1000
    area = inside(plan.room)
    solid = [tags.footprint(piece) for piece in pieces if piece.size_m[2] > 0.05] + taken
    solid += [shapely.Point(page(*column.at_m)).buffer(column.width_m) for column in plan.room.columns]
    solid += [shapely.Polygon([page(*corner) for corner in level.outline]) for level in plan.room.levels]
    thin = [tags.footprint(piece) for piece in pieces if piece.size_m[2] <= 0.05]
    half = max(15.0, text_width_mm(plan.title.upper(), 2.6, bold=True) / 2 + 1) * k, 5.5 * k
    x, y = emptiest(area, half, solid, thin)
    taken.append(shapely.box(x - half[0], y - half[1], x + half[0], y + half[1]))
    words = f"{area.area:.1f} m² · H {length(plan.room.height_m)}"
    return [
        Label((x, y + 3.2 * k), plan.title.upper(), "A-ANNO-TEXT", 2.6, bold=True, plate=True),
        Label((x, y - 0.2 * k), words, "A-ANNO-TEXT", 1.9, plate=True),
        *fittings.level_mark((x - 5.5 * k, y - 3.6 * k), 0.0, scale),
    ]


def opening_names(room: Room) -> dict[str, str]:
    """D1, W1, O1 ... by id, in the order of the walls."""
    counts = {"door": 0, "window": 0, "opening": 0}
    out = {}
    for side in sides(room):
        for one in side.openings:
            counts[one.kind] += 1
            out[one.id] = f"{one.kind[0].upper()}{counts[one.kind]}"
    return out


def opening_tags(room: Room, scale: int) -> list[Mark]:
    """Each opening's name outside its wall."""
    names = opening_names(room)
    k = scale / 1000
    out: list[Mark] = []
    for side in sides(room):
        for one in side.openings:
            away = room.wall_m + 3.6 * k if edge_of(side) else -3.6 * k
            at = side.at(one.at_m + one.width_m / 2, away)
            out += [circle(at, 2.4 * k, "A-ANNO-SYMB", "fine", "#ffffff"), Label(at, names[one.id], "A-ANNO-SYMB", 1.7)]
    return out


def edge_of(side: Side) -> Edge | None:
    """Which edge of the page a wall faces outwards; None if it stands at an angle."""
    x, y = side.out
    if abs(x) < _STRAIGHT:
        return "top" if y > 0 else "bottom"
    if abs(y) < _STRAIGHT:
        return "right" if x > 0 else "left"
    return None


def setting_out(room: Room) -> list[Point]:
    """Places that are measured from the walls: middles of columns, corners of levels."""
    out = [page(*column.at_m) for column in room.columns]
    return out + [page(*corner) for level in room.levels for corner in level.outline]


def dimensions(room: Room, scale: int, units: str, points: list[Point], openings: bool = True) -> list[Mark]:
    """Rows at the four edges; walls at an angle are measured along themselves."""
    all_sides = sides(room)
    corners = [page(*corner) for corner in room.outline]
    xs, ys = [c[0] for c in corners], [c[1] for c in corners]
    reach = room.wall_m
    outer = {"top": max(ys) + reach, "bottom": min(ys) - reach, "left": min(xs) - reach, "right": max(xs) + reach}
    out: list[Mark] = []
    for edge in ("top", "left", "bottom", "right"):
        upright = edge in ("left", "right")
        face = outer[edge]
        mine = [side for side in all_sides if edge_of(side) == edge]
        ends = [Stop(p[1] if upright else p[0], face) for p in corners]
        first: list[Stop] = []
        for side in mine if openings else []:
            if side.openings:
                wall_face = side.at(0, reach)[0 if upright else 1]
                reached = [side.at(m) for o in side.openings for m in (o.at_m, o.at_m + o.width_m)] + [side.a, side.b]
                first += [Stop(p[1] if upright else p[0], wall_face) for p in reached]
        placed = [Stop(p[1] if upright else p[0], face) for p in points] if edge in ("top", "left") else []
        along = sorted(stop.along for stop in ends)
        whole = [Stop(along[0], face), Stop(along[-1], face)]
        seen_from_here = [Stop(p[1] if upright else p[0], face) for side in mine for p in (side.a, side.b)]
        between = ends if edge in ("top", "left") else seen_from_here
        groups = [first, placed + whole if placed else [], between, whole]
        start = face + chains.AWAY[edge] * max([0.0, *(swing_out(o) for side in mine for o in side.openings)])
        out += chains.rows(groups, edge, start, scale, units)
    for side in all_sides:
        if edge_of(side) is None:
            out += _slanted(room, side, scale, openings)
    return out


def swept(side: Side, one: Opening) -> shapely.Polygon:
    """The floor before an opening that its leaves need, or half a metre."""
    deep = one.width_m / one.leaves if one.leaves and one.swing.startswith("in") else 0.5
    ends = one.at_m, one.at_m + one.width_m
    return shapely.Polygon([side.at(ends[0]), side.at(ends[1]), side.at(ends[1], -deep), side.at(ends[0], -deep)])


def swing_out(one: Opening) -> float:
    """How far a door's leaf reaches out of the room."""
    return one.width_m / one.leaves if one.leaves and one.swing.startswith("out") else 0.0


def _slanted(room: Room, side: Side, scale: int, openings: bool) -> list[Dimension]:
    """A wall's own row, parallel to it."""
    line_m = room.wall_m + 6.5 * scale / 1000
    stops = sorted({0.0, side.length_m, *(m for o in side.openings if openings for m in (o.at_m, o.at_m + o.width_m))})
    faces = [side.at(stop, room.wall_m) for stop in stops]
    through = side.at(0, line_m)
    return [Dimension(a, b, through, side.turn_deg) for a, b in itertools.pairwise(faces)]
