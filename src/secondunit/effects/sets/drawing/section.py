"""Two sections through a set, A-A across the page and B-B down it: what is cut, what is seen beyond, every height."""

from __future__ import annotations

import math
from collections.abc import Sequence

import shapely

from secondunit.effects.sets.drawing import chains, tags
from secondunit.effects.sets.drawing.chains import Stop
from secondunit.effects.sets.drawing.cut import Cut, Floor, Span, column_box, cuts, floor, opening_at
from secondunit.effects.sets.drawing.elevation import clipped, floor_profile, opening_front, piece_front, piece_numbers
from secondunit.effects.sets.drawing.plan import bounds
from secondunit.effects.sets.drawing.sheet import Label, Mark, Stroke, View, circle, line, moved, rectangle
from secondunit.effects.sets.drawing.shell import POCHE, Side, beams, cove, inside, page, sides, strokes
from secondunit.effects.sets.plan import Opening, Piece, SetPlan

SLAB_M = 0.12  # of floor and ceiling as they are drawn; what carries them is not designed here
_TALLEST = 0.05  # m: what is flatter lies on the floor and is not seen from the side


def sections(plan: SetPlan, scale: int, units: str = "metric") -> tuple[View, ...]:
    """Both sections."""
    return tuple(section(cut, scale, units) for cut in cuts(plan))


def section(cut: Cut, scale: int, units: str = "metric") -> View:
    """One section; x runs from the room's first place along the cut, y up from the main floor."""
    plan, start = cut.plan, cut.reach[0]
    spans = [(a - start, b - start) for a, b in cut.across(inside(plan.room))]
    profile = [(a - start, b - start, height) for a, b, height in floor(cut, cut.across(inside(plan.room)))]
    void = shapely.union_all([shapely.box(a, height, b, plan.room.height_m) for a, b, height in profile])
    marks = [part for mark in _beyond(cut) for part in clipped(mark, void)]
    seen = [piece for piece in plan.pieces if _is_seen(cut, piece)]
    marks += [m for m in piece_numbers(plan, cut.screen, seen, scale) if _within(m, void)]
    marks += [*_ceiling(cut), *_columns(cut, profile), *_shell(cut, spans, profile)]
    marks += _dimensions(cut, spans, profile, scale, units)
    marks += _levels(cut, spans, profile, scale)
    title = f"SECTION {cut.letter}-{cut.letter}"
    return View(title, scale, tuple(marks), bounds(marks, scale, units))


def _beyond(cut: Cut) -> list[Mark]:
    """Walls, levels, beams, columns and pieces ahead of the line, the farthest first."""
    room, screen, start = cut.plan.room, cut.screen, cut.reach[0]
    items: list[tuple[float, int, str, list[Mark]]] = []
    for side in sides(room):
        (u1, v1), (u0, v0) = cut.flat(side.a), cut.flat(side.b)
        straight = side.out[0] * cut.ahead[0] + side.out[1] * cut.ahead[1]
        if straight > 0.05 and max(v0, v1) > 1e-6:
            marks = _wall(cut.plan, side, u0 - start, u1 - start, straight > 0.999)
            items.append((max(v0, v1), 0, side.name, marks))
    for level in room.levels:
        corners = [cut.flat(page(*corner)) for corner in level.outline]
        if max(v for _, v in corners) > 1e-6:
            left, right = min(u for u, _ in corners) - start, max(u for u, _ in corners) - start
            low, high = sorted((0.0, level.height_m))
            shown: list[Mark] = [rectangle(left, low, right, high, "A-FLOR-LEVL", "fine", "#f4f4f4")]
            items.append(
                (max(v for _, v in corners) if level.height_m < 0 else min(v for _, v in corners), 1, level.id, shown)
            )
    for number, beam in enumerate(beams(room)):
        corners = [cut.flat(point) for part in shapely.get_parts(beam) for point in part.exterior.coords]
        if not cut.across(beam) and min(v for _, v in corners) > 0:
            left, right = min(u for u, _ in corners) - start, max(u for u, _ in corners) - start
            low = room.height_m - room.ceiling.beam_m[1]
            items.append(
                (
                    min(v for _, v in corners),
                    2,
                    f"{number:03d}",
                    [rectangle(left, low, right, room.height_m, "A-CLNG", "fine", "#ffffff")],
                )
            )
    for column in room.columns:
        u, v = cut.flat(page(*column.at_m))
        if v > 0 and not cut.across(column_box(column)):
            half = (column.width_m if abs(cut.right[0]) > 0.5 else column.depth_m) / 2
            box = rectangle(u - half - start, 0.0, u + half - start, room.height_m, "A-COLS", "object", "#fafafa")
            items.append((v, 3, column.id, [box]))
    for piece in cut.plan.pieces:
        if _is_seen(cut, piece):
            items.append((cut.flat(page(*piece.at_m))[1], 4, piece.id, piece_front(screen, piece)))
    return [mark for *_, marks in sorted(items, key=lambda one: (-one[0], one[1], one[2])) for mark in marks]


def _is_seen(cut: Cut, piece: Piece) -> bool:
    ahead = [cut.flat(point)[1] for point in tags.footprint(piece).exterior.coords]
    return piece.size_m[2] > _TALLEST and max(ahead) > 0.02


def _wall(plan: SetPlan, side: Side, left: float, right: float, straight: bool) -> list[Mark]:
    """A wall beyond: its face, its openings, its cove."""
    room = plan.room
    share = (right - left) / side.length_m
    low = min(height for *_, height in floor_profile(plan, side))
    out: list[Mark] = [rectangle(left, min(low, 0.0), right, room.height_m, "A-ELEV", "fine", "#ffffff")]
    for one in side.openings:
        if straight:
            out += [moved(mark, 1.0, (left, 0.0)) for mark in opening_front(side, one)]
        else:
            a = right - one.at_m * share
            out.append(
                rectangle(
                    a - one.width_m * share, one.sill_m, a, one.sill_m + one.height_m, "A-GLAZ", "fine", "#f4f4f4"
                )
            )
    if room.ceiling.cove_m:
        foot = room.height_m - room.ceiling.cove_drop_m
        out.append(rectangle(left, foot, right, room.height_m, "A-CLNG", "fine", "#f1f1f1"))
    return out


def _ceiling(cut: Cut) -> list[Mark]:
    """Coves and beams where the line cuts them."""
    room, start = cut.plan.room, cut.reach[0]
    out: list[Mark] = []
    if room.ceiling.cove_m:
        low, thick = room.height_m - room.ceiling.cove_drop_m, min(0.05, room.ceiling.cove_drop_m / 3)
        for a, b in cut.across(inside(room).difference(cove(room))):
            a, b = a - start, b - start
            out.append(rectangle(a, low, b, room.height_m, "A-CLNG", "fine", "#ffffff"))
            out.append(rectangle(a, low, b, low + thick, "A-CLNG", "edge", POCHE))
            at_wall = any(abs(a + start - end) < 1e-6 for span in cut.across(inside(room)) for end in span[:1])
            edge = b if at_wall else a
            inner = edge - 0.02 if edge == b else edge
            out.append(rectangle(inner, low, inner + 0.02, low + 2 * thick, "A-CLNG", "edge", POCHE))
            strip = (edge - 0.085 if edge == b else edge + 0.085, low + thick + 0.02)
            out.append(circle(strip, 0.015, "E-LITE", "fine", "#ffffff"))
    low = room.height_m - room.ceiling.beam_m[1]
    for beam in beams(room):
        for a, b in cut.across(beam):
            out.append(rectangle(a - start, low, b - start, room.height_m, "A-CLNG", "cut", POCHE))
    return out


def _columns(cut: Cut, profile: Sequence[Floor]) -> list[Mark]:
    room, start = cut.plan.room, cut.reach[0]
    out: list[Mark] = []
    for column in room.columns:
        for a, b in cut.across(column_box(column)):
            foot = next((h for low, high, h in profile if low <= (a + b) / 2 - start <= high), 0.0)
            out.append(rectangle(a - start, foot, b - start, room.height_m, "A-COLS", "cut", POCHE))
    return out


def _shell(cut: Cut, spans: Sequence[Span], profile: Sequence[Floor]) -> list[Mark]:
    """Floor, ceiling and walls where they are cut, with the openings the line goes through."""
    room, start = cut.plan.room, cut.reach[0]
    thick, high = room.wall_m, room.height_m
    solid, holes, out = [], list[shapely.Geometry](), list[Mark]()
    for low, end in spans:
        floors = [one for one in profile if low - 1e-6 <= one[0] and one[1] <= end + 1e-6]
        path = [
            (low - thick, floors[0][2]),
            *(p for a, b, h in floors for p in ((a, h), (b, h))),
            (end + thick, floors[-1][2]),
        ]
        deepest = min(h for *_, h in floors) - SLAB_M
        below = shapely.Polygon([*path, (end + thick, deepest), (low - thick, deepest)])
        solid.append(shapely.LineString(path).buffer(SLAB_M, cap_style="flat", join_style="mitre").intersection(below))
        solid.append(shapely.box(low - thick, high, end + thick, high + SLAB_M))
        for at, way, foot in ((low, -1, floors[0][2]), (end, 1, floors[-1][2])):
            a, b = sorted((at, at + way * thick))
            solid.append(shapely.box(a, foot, b, high))
            one = opening_at(cut, at + start)
            if one is not None:
                holes.append(shapely.box(a - 1e-6, one.sill_m, b + 1e-6, one.sill_m + one.height_m))
                out += _cut_opening(one, a, b)
    mass = shapely.union_all(solid).difference(shapely.union_all(holes))
    return [*out, *strokes(mass, "A-WALL", "cut", POCHE)]


def _cut_opening(one: Opening, a: float, b: float) -> list[Mark]:
    """An opening in its wall's thickness: reveal, and glass or leaf."""
    low, high, middle = one.sill_m, one.sill_m + one.height_m, (a + b) / 2
    layer = "A-GLAZ" if one.kind == "window" else "A-DOOR"
    out: list[Mark] = [rectangle(a, low, b, high, layer, "fine", "#ffffff")]  # type: ignore[arg-type]
    if one.kind == "window":
        out += [line((middle + shift, low), (middle + shift, high), "A-GLAZ", "fine") for shift in (-0.012, 0.012)]
    elif one.leaves:
        out.append(rectangle(middle - 0.02, low, middle + 0.02, high, "A-DOOR", "fine", "#ffffff"))
    return out


def _heights(cut: Cut, spans: Sequence[Span], profile: Sequence[Floor]) -> dict[float, str]:
    """All heights the line meets, and what each is."""
    room, start = cut.plan.room, cut.reach[0]
    whole = {0.0, *(level.height_m for level in room.levels)}
    out = {h: "FFL" for *_, h in profile if any(abs(h - one) < 1e-9 for one in whole)}
    for span in spans:
        for end in span:
            one = opening_at(cut, end + start)
            if one is not None:
                out.setdefault(one.sill_m, "SILL")
                out.setdefault(one.sill_m + one.height_m, "HEAD")
    if room.ceiling.cove_m:
        out.setdefault(room.height_m - room.ceiling.cove_drop_m, "U/S COVE")
    if room.ceiling.beams:
        out.setdefault(room.height_m - room.ceiling.beam_m[1], "U/S BEAM")
    return {**out, room.height_m: "CLG"}


def _dimensions(cut: Cut, spans: Sequence[Span], profile: Sequence[Floor], scale: int, units: str) -> list[Mark]:
    """Along the foot: levels and their steps, overall; upright at the left: every height, and floor to ceiling."""
    thick, high = cut.plan.room.wall_m, cut.plan.room.height_m
    low = min(height for *_, height in profile) - SLAB_M
    ends = [Stop(end, low) for span in spans for end in span]
    edges = [Stop(at, low) for a, b, _ in profile for at in (a, b)]
    marks: list[Mark] = [*chains.rows([edges, ends, [ends[0], ends[-1]]], "bottom", low, scale, units)]
    left = spans[0][0] - thick
    every = [Stop(height, left) for height in sorted(_heights(cut, spans, profile))]
    floors = [Stop(h, left) for h, what in _heights(cut, spans, profile).items() if what == "FFL"]
    top = Stop(high, left)
    return marks + chains.rows(
        [every, [*floors, top], [min(floors, key=lambda s: s.along), top]], "left", left, scale, units
    )


def _levels(cut: Cut, spans: Sequence[Span], profile: Sequence[Floor], scale: int) -> list[Mark]:
    """Heights above the main floor at the right end; a word that has no room stands a little higher."""
    k = scale / 1000
    x = spans[-1][1] + cut.plan.room.wall_m + 3 * k
    lines: list[Mark] = []
    words: list[Mark] = []
    last = -math.inf
    for height, name in sorted(_heights(cut, spans, profile).items()):
        sign = "±" if abs(height) < 5e-4 else "+" if height > 0 else "−"
        at = max(height + 1.5 * k, last + 2.7 * k)
        if at > height + 1.6 * k:
            path = ((x - 2 * k, height), (x - k, height), (x + k, at), (x + 1.6 * k, at))
            lines.append(Stroke(path, "A-ANNO-SYMB", "hair"))
        else:
            tip = ((x, height), (x - 1.1 * k, height + 1.8 * k), (x + 1.1 * k, height + 1.8 * k))
            lines.append(line((x - 2 * k, height), (x + 14 * k, height), "A-ANNO-SYMB", "hair"))
            lines.append(Stroke(tip, "A-ANNO-SYMB", "fine", True, "#000000"))
        words.append(Label((x + 2 * k, at), f"{sign}{abs(height):.3f} {name}", "A-ANNO-TEXT", 1.5, "start", plate=True))
        last = at
    return lines + words


def _within(mark: Mark, void: shapely.Geometry) -> bool:
    at = mark.at if isinstance(mark, Label) else getattr(mark, "centre", None)
    return at is not None and bool(void.contains(shapely.Point(at)))
