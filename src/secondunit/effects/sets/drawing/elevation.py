"""Interior elevations: each wall as one sees it from the room, with what stands before it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import shapely

from secondunit.effects.sets.drawing import chains, tags
from secondunit.effects.sets.drawing.chains import Stop
from secondunit.effects.sets.drawing.fronts import Seen, front
from secondunit.effects.sets.drawing.pen import text_width_mm
from secondunit.effects.sets.drawing.plan import bounds, opening_names
from secondunit.effects.sets.drawing.sheet import Arc, Label, Mark, Point, Stroke, View, circle, line, moved, rectangle
from secondunit.effects.sets.drawing.shell import Side, beams, page, sides, strokes
from secondunit.effects.sets.kit.catalogue import catalogue
from secondunit.effects.sets.plan import Opening, Piece, SetPlan

DEPTH_M = 1.3  # what stands at most so far before the wall is shown
_FRAME_M = 0.06
_SEEN = 0.6  # a piece that stands before two walls is drawn where most of it is


def elevations(plan: SetPlan, scale: int, units: str = "metric") -> tuple[View, ...]:
    """All walls in order."""
    return tuple(elevation(plan, side, scale, units) for side in sides(plan.room))


def elevation(plan: SetPlan, side: Side, scale: int, units: str = "metric") -> View:
    """One wall; x runs from its left as seen from the room, y up from the main floor."""
    room = plan.room
    profile = floor_profile(plan, side)
    marks: list[Mark] = [_face(plan, side, profile)]
    for one in side.openings:
        marks += opening_front(side, one)
    marks += _ceiling(plan, side)
    near = before(plan, side)
    for piece in near:
        marks += piece_front(side, piece)
    for column in room.columns:
        marks += _column(plan, side, column.at_m, column.width_m, profile)
    marks.append(_outline(plan, side, profile))
    marks += _names(plan, side, near, scale)
    marks += _dimensions(plan, side, profile, scale, units)
    marks += _levels(plan, side, profile, scale)
    return View(f"ELEVATION {side.name}", scale, tuple(marks), bounds(marks, scale, units))


def floor_profile(plan: SetPlan, side: Side) -> tuple[tuple[float, float, float], ...]:
    """The floor along the wall's foot, from the left as seen: (from, to, height)."""
    foot = shapely.LineString([side.at(0, -0.01), side.at(side.length_m, -0.01)])
    cuts = {0.0, round(side.length_m, 9)}
    spans = []
    for level in plan.room.levels:
        area = shapely.Polygon([page(*corner) for corner in level.outline])
        for part in shapely.get_parts(foot.intersection(area)):
            if part.length > 0.02:
                ends = sorted(round(side.length_m - _along(side, p), 9) for p in (part.coords[0], part.coords[-1]))
                spans.append((max(ends[0], 0.0), min(ends[1], side.length_m), level.height_m))
                cuts |= {spans[-1][0], spans[-1][1]}
    stops = sorted(cuts)
    out = []
    for a, b in itertools.pairwise(stops):
        if b - a > 1e-6:
            out.append((a, b, next((h for low, high, h in spans if low <= (a + b) / 2 <= high), 0.0)))
    return tuple(out)


def _along(side: Side, point: Point) -> float:
    return (point[0] - side.a[0]) * side.along[0] + (point[1] - side.a[1]) * side.along[1]


def _off(side: Side, point: Point) -> float:
    """How far a place is from the wall, into the room."""
    return -((point[0] - side.a[0]) * side.out[0] + (point[1] - side.a[1]) * side.out[1])


def _points(plan: SetPlan, profile: tuple[tuple[float, float, float], ...]) -> tuple[Point, ...]:
    floor = [point for a, b, height in profile for point in ((a, height), (b, height))]
    return (*floor, (profile[-1][1], plan.room.height_m), (0.0, plan.room.height_m))


def _face(plan: SetPlan, side: Side, profile: tuple[tuple[float, float, float], ...]) -> Stroke:
    return Stroke(_points(plan, profile), "A-ELEV", "none", True, "#ffffff")


def _outline(plan: SetPlan, side: Side, profile: tuple[tuple[float, float, float], ...]) -> Stroke:
    return Stroke(_points(plan, profile), "A-ELEV", "cut", True)


def _ceiling(plan: SetPlan, side: Side) -> list[Mark]:
    """The cove before the wall, and the ends of beams that run towards it."""
    room, length = plan.room, side.length_m
    out: list[Mark] = []
    for beam in beams(room):
        for part in shapely.get_parts(beam):
            ends = sorted(length - _along(side, p) for p in part.exterior.coords)
            across = abs(side.along[1 if room.ceiling.beams_along == "x" else 0]) > 0.999
            if across and ends[0] > -1e-6 and ends[-1] < length + 1e-6:
                low = room.height_m - room.ceiling.beam_m[1]
                out.append(rectangle(ends[0], low, ends[-1], room.height_m, "A-CLNG", "fine", "#ffffff"))
    if room.ceiling.cove_m:
        low = room.height_m - room.ceiling.cove_drop_m
        out.append(rectangle(0, low, length, room.height_m, "A-CLNG", "fine", "#f1f1f1"))
    return out


def before(plan: SetPlan, side: Side) -> list[Piece]:
    """Pieces that stand before a wall, the nearest to the wall first."""
    found = []
    for piece in plan.pieces:
        off = _off(side, page(*piece.at_m))
        corners = list(tags.footprint(piece).exterior.coords)
        nearest = min(_off(side, point) for point in corners)
        reach = [_along(side, point) for point in corners]
        seen = min(max(reach), side.length_m) - max(min(reach), 0.0)
        if seen > _SEEN * (max(reach) - min(reach)) and off > 0 and nearest < DEPTH_M and piece.size_m[2] > 0.05:
            found.append((round(off, 6), piece.base_m, piece.id, piece))
    return [piece for *_, piece in sorted(found, key=lambda one: one[:3])]


def piece_front(side: Side, piece: Piece) -> list[Mark]:
    """A piece as one sees it who looks at the wall."""
    corners = [side.length_m - _along(side, point) for point in tags.footprint(piece).exterior.coords]
    middle, width = (min(corners) + max(corners)) / 2, max(corners) - min(corners)
    marks = front(piece.kind, catalogue()[piece.kind].group, width, piece.size_m[2], _seen(side, piece))
    flip = 1.0
    if _seen(side, piece) == "side":
        turn = math.radians(piece.turn_deg - 90)
        flip = 1.0 if math.cos(turn) * side.along[0] + math.sin(turn) * side.along[1] > 0 else -1.0
    out = [moved(_mirrored(mark, flip), 1.0, (middle, piece.base_m)) for mark in marks]
    if min(corners) > -1e-6 and max(corners) < side.length_m + 1e-6:
        return out
    return [part for mark in out for part in clipped(mark, shapely.box(0, -100, side.length_m, 100))]


def clipped(mark: Mark, area: shapely.Geometry) -> list[Mark]:
    """What of a mark lies within an area; a circle by its middle."""
    if not isinstance(mark, Stroke):
        return [mark] if isinstance(mark, Arc) and area.contains(shapely.Point(mark.centre)) else []
    if not mark.closed:
        lines = shapely.get_parts(shapely.LineString(mark.points).intersection(area))
        return [Stroke(tuple(one.coords), mark.layer, mark.pen) for one in lines if one.geom_type == "LineString"]
    return [*strokes(shapely.Polygon(mark.points).buffer(0).intersection(area), mark.layer, mark.pen, mark.fill)]


def _mirrored(mark: Mark, flip: float) -> Mark:
    if flip > 0 or not isinstance(mark, Stroke):
        return mark
    return Stroke(tuple((-x, y) for x, y in mark.points), mark.layer, mark.pen, mark.closed, mark.fill)


def _seen(side: Side, piece: Piece) -> Seen:
    """Which of its sides a piece shows to one who looks at the wall."""
    turn = math.radians(piece.turn_deg - 90)
    towards_wall = math.cos(turn) * side.out[0] + math.sin(turn) * side.out[1]
    if abs(towards_wall) < 0.7071:
        return "side"
    return "back" if towards_wall > 0 else "front"


def _column(
    plan: SetPlan, side: Side, at_m: Point, width: float, profile: tuple[tuple[float, float, float], ...]
) -> list[Mark]:
    middle = side.length_m - _along(side, page(*at_m))
    off = _off(side, page(*at_m))
    if not (0 < middle < side.length_m and 0 < off < DEPTH_M):
        return []
    floor = next((h for a, b, h in profile if a <= middle <= b), 0.0)
    return [rectangle(middle - width / 2, floor, middle + width / 2, plan.room.height_m, "A-COLS", "edge", "#f4f4f4")]


def opening_front(side: Side, one: Opening) -> list[Mark]:
    """A door, a window or a way through, from the room."""
    right = side.length_m - one.at_m
    left, low, high = right - one.width_m, one.sill_m, one.sill_m + one.height_m
    if one.kind == "window":
        return _window(left, right, low, high)
    if one.kind == "opening" or not one.leaves:
        cross = [
            line((left, low), (right, high), "A-DOOR", "faint"),
            line((left, high), (right, low), "A-DOOR", "faint"),
        ]
        return [rectangle(left, low, right, high, "A-DOOR", "edge", "#e9e9e9"), *cross]
    out: list[Mark] = [
        rectangle(left - _FRAME_M, low, right + _FRAME_M, high + _FRAME_M, "A-DOOR", "fine", "#ffffff"),
        rectangle(left, low, right, high, "A-DOOR", "edge"),
    ]
    leaf = one.width_m / one.leaves
    for number in range(one.leaves):
        a, b = left + leaf * number, left + leaf * (number + 1)
        out.append(rectangle(a, low, b, high, "A-DOOR", "fine"))
        # the near edge is at the right: the wall runs from right to left as one looks at it
        hung_right = one.swing.endswith("near") if one.leaves == 1 else number == 1
        if one.swing != "slide":
            hinge, lock = (b, a) if hung_right else (a, b)
            sign = [(lock, low), (hinge, (low + high) / 2), (lock, high)]
            out.append(Stroke(tuple(sign), "A-DOOR", "overhead"))
            out.append(circle((lock + (0.07 if hung_right else -0.07), low + 1.0), 0.025, "A-DOOR", "fine", "#ffffff"))
    return out


def _window(left: float, right: float, low: float, high: float) -> list[Mark]:
    edge = min(0.06, (right - left) / 8, (high - low) / 6)
    out: list[Mark] = [
        rectangle(left, low, right, high, "A-GLAZ", "edge", "#ffffff"),
        rectangle(left + edge, low + edge, right - edge, high - edge, "A-GLAZ", "fine", "#eef3f5"),
    ]
    lights = max(1, round((right - left) / 0.7))
    for number in range(1, lights):
        x = left + (right - left) * number / lights
        out.append(rectangle(x - edge / 3, low + edge, x + edge / 3, high - edge, "A-GLAZ", "fine", "#ffffff"))
    reach = 0.25 * min(right - left, high - low)
    for shift in (0.0, 0.08):
        a = left + edge + 0.1 + shift, (low + high) / 2 - reach / 2
        out.append(line(a, (a[0] + reach, a[1] + reach), "A-GLAZ", "faint"))
    out.append(rectangle(left - 0.04, low - 0.03, right + 0.04, low, "A-GLAZ", "fine", "#ffffff"))
    return out


def _names(plan: SetPlan, side: Side, near: list[Piece], scale: int) -> list[Mark]:
    """The openings' names, the pieces' numbers, what the wall is finished in."""
    k = scale / 1000
    names = opening_names(plan.room)
    out: list[Mark] = []
    taken: list[shapely.Geometry] = []
    for one in side.openings:
        at = side.length_m - one.at_m - one.width_m / 2, one.sill_m + one.height_m - min(0.3, one.height_m / 2)
        out += [circle(at, 2.4 * k, "A-ANNO-SYMB", "fine", "#ffffff"), Label(at, names[one.id], "A-ANNO-SYMB", 1.7)]
        taken.append(shapely.Point(at).buffer(2.6 * k))
    return out + piece_numbers(plan, side, near, scale, taken) + _finish(plan, side, near, scale)


def piece_numbers(
    plan: SetPlan, side: Side, near: Sequence[Piece], scale: int, taken: Sequence[shapely.Geometry] = ()
) -> list[Mark]:
    """The number of each piece that stands by itself, where there is room for it."""
    k = scale / 1000
    numbers = {piece.id: item.number for item in tags.items(plan) for piece in item.pieces}
    own = [piece for piece in near if piece.on is None]
    if len(own) > tags.MOST:
        own = list({numbers[piece.id]: piece for piece in reversed(own)}.values())
    spots: list[Point] = []
    out: list[Mark] = []
    for piece in own:
        x, y = side.length_m - _along(side, page(*piece.at_m)), piece.base_m + piece.size_m[2] / 2
        for shift in (0, 4.6, -4.6, 9.2, -9.2):
            at = x, y + shift * k
            disc = shapely.Point(at).buffer(2.2 * k)
            if all(math.dist(at, other) > 4.4 * k for other in spots) and not any(disc.intersects(t) for t in taken):
                spots.append(at)
                out.append(circle(at, 2.1 * k, "A-ANNO-SYMB", "hair", "#ffffff"))
                out.append(Label(at, str(numbers[piece.id]), "A-ANNO-SYMB", 1.7))
                break
    return out


def _finish(plan: SetPlan, side: Side, near: list[Piece], scale: int) -> list[Mark]:
    named = plan.room.finishes.get(f"wall:{side.number}") or plan.room.finishes.get("walls", "")
    text = named.replace("_", " ").upper()
    k = scale / 1000
    half = text_width_mm(text, 1.8) / 2 * k + k, 2.0 * k
    if not text or half[0] * 2 > side.length_m:
        return []
    solid = [
        shapely.box(side.length_m - o.at_m - o.width_m, o.sill_m, side.length_m - o.at_m, o.sill_m + o.height_m)
        for o in side.openings
    ]
    for piece in near:
        xs = [side.length_m - _along(side, point) for point in tags.footprint(piece).exterior.coords]
        solid.append(shapely.box(min(xs), piece.base_m, max(xs), piece.base_m + piece.size_m[2]))
    full = shapely.union_all(solid)
    top = plan.room.height_m - plan.room.ceiling.cove_drop_m * bool(plan.room.ceiling.cove_m)
    spots = [(side.length_m * i / 12, top * (0.82 - 0.06 * j)) for j in range(6) for i in (6, 5, 7, 4, 8, 3, 9, 2, 10)]
    spots = [s for s in spots if half[0] < s[0] < side.length_m - half[0]] or [(side.length_m / 2, 0.8 * top)]
    at = min(
        spots,
        key=lambda s: (
            shapely.box(s[0] - half[0], s[1] - half[1], s[0] + half[0], s[1] + half[1]).intersection(full).area
        ),
    )
    return [Label(at, text, "A-ANNO-TEXT", 1.8, grey=0.25, plate=True)]


def _dimensions(
    plan: SetPlan, side: Side, profile: tuple[tuple[float, float, float], ...], scale: int, units: str
) -> list[Mark]:
    """Along the foot: openings, overall; upright at the left: sills, heads, cove, and the whole height."""
    length, high = side.length_m, plan.room.height_m
    low = min(height for *_, height in profile)
    foot = [Stop(length - m, low) for o in side.openings for m in (o.at_m, o.at_m + o.width_m)]
    ends = [Stop(0.0, low), Stop(length, low)]
    steps = [Stop(a, low) for a, *_ in profile[1:]]
    out: list[Mark] = []
    along = [[*foot, *ends] if foot else [], [*steps, *ends] if steps else [], ends]
    out += chains.rows(along, "bottom", low, scale, units)
    heights = [Stop(h, 0.0) for h in (profile[0][2], high)]
    marks = sorted({h for o in side.openings for h in (o.sill_m, o.sill_m + o.height_m)})
    cove = plan.room.ceiling
    if cove.cove_m and cove.cove_drop_m:
        marks.append(high - cove.cove_drop_m)
    sills = [Stop(h, 0.0) for h in marks if profile[0][2] + 1e-6 < h < high]
    out += chains.rows([[*sills, *heights] if sills else [], heights], "left", 0.0, scale, units)
    return out


def _levels(plan: SetPlan, side: Side, profile: tuple[tuple[float, float, float], ...], scale: int) -> list[Mark]:
    """Heights above the main floor at the right end: the floor there and the ceiling."""
    k = scale / 1000
    out: list[Mark] = []
    for height, name in ((profile[-1][2], "FFL"), (plan.room.height_m, "CLG")):
        x, y = side.length_m + 3 * k, height
        sign = "±" if abs(height) < 5e-4 else "+" if height > 0 else "−"
        out.append(line((side.length_m + k, y), (x + 12 * k, y), "A-ANNO-SYMB", "hair"))
        out.append(
            Stroke(
                ((x, y), (x - 1.1 * k, y + 1.8 * k), (x + 1.1 * k, y + 1.8 * k)), "A-ANNO-SYMB", "fine", True, "#000000"
            )
        )
        out.append(Label((x + 2 * k, y + 1.5 * k), f"{sign}{abs(height):.3f} {name}", "A-ANNO-TEXT", 1.5, "start"))
    return out
