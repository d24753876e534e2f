"""Whether a plan holds the rules, measured on the plan itself: made by hand or by us, it is checked the same."""

from __future__ import annotations

from itertools import combinations

import shapely

from secondunit.effects.sets.kit.catalogue import catalogue
from secondunit.effects.sets.layout.ground import column_area, drops
from secondunit.effects.sets.layout.shapes import (
    box_of,
    leaf_area,
    polygon_of,
    signed_area,
    stands_in_the_way,
    walls_of,
)
from secondunit.effects.sets.layout.walls import span_at
from secondunit.effects.sets.plan import Piece, SetPlan
from secondunit.errors import nearest

TOUCH_M = 0.005  # pieces may touch
LANDING_M = 0.6  # of a door at least: it opens, and one can stand there


def broken(plan: SetPlan, path_m: float = 0.6) -> list[str]:
    """Every rule that a plan breaks, a sentence each; empty if it holds them all."""
    room = plan.room
    area = shapely.Polygon(room.outline)
    if not area.is_valid or signed_area(room.outline) >= 0:
        return ["the outline crosses itself, or does not run counter-clockwise on the page"]
    unknown = [piece for piece in plan.pieces if piece.kind not in catalogue()]
    if unknown:
        return [f"{one.id}: no kind is called {one.kind!r}; {nearest(one.kind, catalogue())}" for one in unknown]
    out = _openings(plan)
    out += [
        f"{name} is the id of two pieces"
        for name in sorted({p.id for p in plan.pieces if sum(q.id == p.id for q in plan.pieces) > 1})
    ]
    out += _inside(plan, area) + _overlaps(plan) + _doors(plan) + _tops(plan) + _hung(plan)
    if not out:
        out += _ways(plan, area, path_m)
    return out


def standing(plan: SetPlan) -> list[Piece]:
    """Pieces that people walk around."""
    return [
        piece
        for piece in plan.pieces
        if piece.on is None and stands_in_the_way(catalogue()[piece.kind], piece.size_m, piece.base_m)
    ]


def _openings(plan: SetPlan) -> list[str]:
    out = []
    walls = walls_of(plan.room.outline)
    for one in plan.room.openings:
        if one.wall >= len(walls):
            out.append(f"{one.id} is in wall {one.wall} of {len(walls)}")
        elif one.at_m + one.width_m > walls[one.wall].length_m + 1e-6:
            out.append(f"{one.id} ends {one.at_m + one.width_m:.2f} m along a wall of {walls[one.wall].length_m:.2f} m")
        if one.sill_m + one.height_m > plan.room.height_m + 1e-6:
            out.append(f"{one.id} reaches above the ceiling")
    for one, two in combinations(plan.room.openings, 2):
        if (
            one.wall == two.wall
            and one.at_m < two.at_m + two.width_m - 1e-6
            and two.at_m < one.at_m + one.width_m - 1e-6
        ):
            out.append(f"{one.id} and {two.id} are in the same place")
    return out


def _inside(plan: SetPlan, area: shapely.Polygon) -> list[str]:
    out = []
    grown = area.buffer(TOUCH_M, join_style="mitre")
    for piece in plan.pieces:
        if not grown.covers(box_of(piece) if catalogue()[piece.kind].stands != "floor" else polygon_of(piece)):
            out.append(f"{piece.id} sticks out of the room")
        top, high = piece.base_m + piece.size_m[2], plan.room.height_m
        if top > high + TOUCH_M:
            out.append(f"{piece.id} reaches {top:.2f} m under a ceiling of {high:.2f} m")
    return out


def _overlaps(plan: SetPlan) -> list[str]:
    """Two bodies in one place: footprints and heights overlap."""
    out = []
    bodies = [
        (piece, polygon_of(piece).buffer(-TOUCH_M, join_style="mitre"))
        for piece in plan.pieces
        if piece.size_m[2] > 0.03
    ]
    for (one, mine), (two, theirs) in combinations(bodies, 2):
        if two.on == one.id or one.on == two.id or (one.on and one.on == two.on and not mine.intersects(theirs)):
            continue
        apart = one.base_m + one.size_m[2] <= two.base_m + 0.01 or two.base_m + two.size_m[2] <= one.base_m + 0.01
        if not apart and mine.intersects(theirs) and not tucked(one, two):
            out.append(f"{one.id} and {two.id} are in the same place")
    for column in plan.room.columns:
        out += [f"{piece.id} stands in {column.id}" for piece, mine in bodies if mine.intersects(column_area(column))]
    edges = [(level, drops(level)) for level in plan.room.levels]
    for piece in standing(plan):
        for level, edge in edges:
            line = shapely.Polygon(level.outline).exterior
            if not edge.is_empty and polygon_of(piece).buffer(-0.02).intersects(line):
                out.append(f"{piece.id} stands across the edge of {level.id}")
    return out


def tucked(one: Piece, two: Piece) -> bool:
    """A seat drawn up to a table: its front is below the top."""
    kinds = {catalogue()[piece.kind].group for piece in (one, two)}
    table = one if catalogue()[one.kind].group in ("table", "kitchen", "technical") else two
    seat = two if table is one else one
    if "seating" not in kinds or catalogue()[seat.kind].group != "seating" or catalogue()[table.kind].top_m is None:
        return False
    shared = polygon_of(one).intersection(polygon_of(two))
    return bool(shared.area < 0.6 * polygon_of(seat).area)


def _doors(plan: SetPlan) -> list[str]:
    out = []
    for opening in plan.room.openings:
        if opening.kind == "window":
            continue
        need = leaf_area(plan.room, opening, LANDING_M).buffer(-TOUCH_M)
        out += [
            f"{piece.id} stands in the way of {opening.id}"
            for piece in standing(plan)
            if polygon_of(piece).intersects(need)
        ]
    return out


def _tops(plan: SetPlan) -> list[str]:
    by_id = {piece.id: piece for piece in plan.pieces}
    out = []
    for piece in plan.pieces:
        if piece.on is None:
            continue
        host = by_id.get(piece.on)
        if host is None:
            out.append(f"{piece.id} stands on {piece.on}, which is not there")
        elif not box_of(host).buffer(TOUCH_M).covers(shapely.Point(piece.at_m)):
            out.append(f"{piece.id} is beside {host.id}, not on it")
    return out


def _hung(plan: SetPlan) -> list[str]:
    out = []
    walls = walls_of(plan.room.outline)
    for piece in plan.pieces:
        row = catalogue()[piece.kind]
        if row.stands != "wall" or piece.kind in ("curtains", "blind"):
            continue
        for wall in walls:
            span = span_at(wall, piece)
            for opening in plan.room.openings:
                if span is None or opening.wall != wall.number:
                    continue
                along = span[0] < opening.at_m + opening.width_m - TOUCH_M and span[1] > opening.at_m + TOUCH_M
                low, high = opening.sill_m, opening.sill_m + opening.height_m
                if along and piece.base_m < high - TOUCH_M and piece.base_m + piece.size_m[2] > low + TOUCH_M:
                    out.append(f"{piece.id} hangs over {opening.id}")
    return out


def clear_floor(plan: SetPlan, area: shapely.Polygon) -> shapely.Geometry:
    """The floor on which nothing stands and over whose edges nobody falls."""
    taken = [polygon_of(piece) for piece in standing(plan)]
    taken += [column_area(one) for one in plan.room.columns] + [drops(level) for level in plan.room.levels]
    return area.difference(shapely.union_all(taken))


def _ways(plan: SetPlan, area: shapely.Polygon, path_m: float) -> list[str]:
    """Whether a disc as wide as the way can roll from each door to the first."""
    doors = [one for one in plan.room.openings if one.kind != "window"]
    if len(doors) < 2:
        return []
    walls = walls_of(plan.room.outline)
    rolled = clear_floor(plan, area).buffer(-(path_m - TOUCH_M) / 2)
    before = [walls[one.wall].strip(one.at_m, one.at_m + one.width_m, path_m / 2 + 0.6) for one in doors]
    for part in shapely.get_parts(rolled):
        if part.intersects(before[0]):
            shut = [one.id for one, strip in zip(doors, before, strict=True) if not part.intersects(strip)]
            return [f"no way {path_m:g} m wide leads from {doors[0].id} to {name}" for name in shut]
    return [f"no way {path_m:g} m wide leads from {doors[0].id}"]
