"""Openings, levels, columns and the marks of the trade, as a plan shows them. Metres on the page."""

from __future__ import annotations

import math

import shapely

from secondunit.effects.sets.drawing.pen import length
from secondunit.effects.sets.drawing.sheet import Arc, Label, Mark, Point, Stroke, circle, line, rectangle
from secondunit.effects.sets.drawing.shell import CUT_M, POCHE, Side, is_cut, page
from secondunit.effects.sets.plan import Column, Level, Opening, Room
from secondunit.effects.sets.room import RISER_M, TREAD_M

LEAF_M = 0.04


def opening(room: Room, side: Side, one: Opening) -> list[Mark]:
    """A door with its swing, a window, a way through."""
    near, far, deep = one.at_m, one.at_m + one.width_m, room.wall_m
    if not is_cut(one, CUT_M):
        corners = (side.at(near), side.at(far), side.at(far, deep), side.at(near, deep))
        return [Stroke(corners, "A-GLAZ", "overhead", True, "#c8c8c8")]
    out: list[Mark] = []
    if one.kind == "window":
        for out_m, pen in ((0.0, "fine"), (deep, "fine"), (deep / 2 - 0.012, "hair"), (deep / 2 + 0.012, "hair")):
            out.append(line(side.at(near, out_m), side.at(far, out_m), "A-GLAZ", pen))  # type: ignore[arg-type]
        for bar in (near, far):
            block = [
                side.at(bar - 0.0, deep / 2 - 0.03),
                side.at(bar + (0.05 if bar == near else -0.05), deep / 2 - 0.03),
            ]
            block += [side.at(bar + (0.05 if bar == near else -0.05), deep / 2 + 0.03), side.at(bar, deep / 2 + 0.03)]
            out.append(Stroke(tuple(block), "A-GLAZ", "fine", True, "#ffffff"))
        return out
    if one.kind == "opening" or not one.leaves or one.swing == "none":
        return [line(side.at(near, out_m), side.at(far, out_m), "A-DOOR", "overhead") for out_m in (0.0, deep)]
    out += [line(side.at(near, out_m), side.at(far, out_m), "A-DOOR", "faint") for out_m in (0.0, deep)]
    if one.swing == "slide":
        return out + _sliding(side, one)
    return out + _leaves(side, one, deep)


def _leaves(side: Side, one: Opening, deep: float) -> list[Mark]:
    """Each leaf open at a right angle, and the quarter circle of its edge."""
    way = -1.0 if one.swing.startswith("in") else 1.0
    face = 0.0 if way < 0 else deep
    leaf = one.width_m / one.leaves
    hinges = [0.0, one.width_m] if one.leaves == 2 else [0.0 if one.swing.endswith("near") else one.width_m]
    out: list[Mark] = []
    for hinge in hinges:
        toward = 1.0 if hinge == 0.0 else -1.0
        foot = one.at_m + hinge
        corners = [
            (foot, face),
            (foot + toward * LEAF_M, face),
            (foot + toward * LEAF_M, face + way * leaf),
            (foot, face + way * leaf),
        ]
        out.append(Stroke(tuple(side.at(*corner) for corner in corners), "A-DOOR", "edge", True, "#ffffff"))
        centre, tip, shut = side.at(foot, face), side.at(foot, face + way * leaf), side.at(foot + toward * leaf, face)
        out.append(_quarter(centre, leaf, tip, shut))
    return out


def _quarter(centre: Point, radius: float, one: Point, other: Point) -> Arc:
    a, b = (math.degrees(math.atan2(p[1] - centre[1], p[0] - centre[0])) for p in (one, other))
    start = a if (b - a) % 360 < 180 else b
    return Arc(centre, radius, start, start + 90, "A-DOOR", "hair")


def _sliding(side: Side, one: Opening) -> list[Mark]:
    leaf = one.width_m / one.leaves
    out: list[Mark] = []
    for number in range(one.leaves):
        near = one.at_m + leaf * number
        shift = -0.6 * leaf if number == 0 else 0.6 * leaf
        corners = [
            (near + shift, -0.02),
            (near + shift + leaf, -0.02),
            (near + shift + leaf, -0.02 - LEAF_M),
            (near + shift, -0.02 - LEAF_M),
        ]
        out.append(Stroke(tuple(side.at(*corner) for corner in corners), "A-DOOR", "edge", True, "#ffffff"))
        out += arrow(
            side.at(near + shift + leaf / 2, -0.16), side.at(near + shift / 6 + leaf / 2, -0.16), 0.08, "A-DOOR"
        )
    return out


def arrow(foot: Point, tip: Point, head_m: float, layer: str = "A-ANNO-SYMB") -> list[Mark]:
    """A line with a filled head."""
    far = math.dist(foot, tip) or 1.0
    way = (tip[0] - foot[0]) / far, (tip[1] - foot[1]) / far
    neck = tip[0] - way[0] * head_m, tip[1] - way[1] * head_m
    barbs = [(neck[0] + side * way[1] * head_m / 3, neck[1] - side * way[0] * head_m / 3) for side in (-1, 1)]
    return [
        Stroke((foot, neck), layer, "fine"),  # type: ignore[arg-type]
        Stroke((tip, barbs[0], barbs[1]), layer, "none", True, "#000000"),  # type: ignore[arg-type]
    ]


def risers(height_m: float) -> int:
    """How many steps a height takes."""
    return max(1, round(abs(height_m) / RISER_M))


def level(one: Level, scale: int) -> list[Mark]:
    """Its edge, its steps with the way up, its height."""
    corners = tuple(page(*corner) for corner in one.outline)
    tint = "#ececec" if one.height_m < 0 else "#f6f6f6"
    out: list[Mark] = [Stroke(corners, "A-FLOR-LEVL", "object", True, tint)]
    area = shapely.Polygon(corners)
    for edge in one.steps:
        out += _steps(one, area, corners[edge], corners[(edge + 1) % len(corners)], scale)
    return out


def _steps(one: Level, area: shapely.Polygon, a: Point, b: Point, scale: int) -> list[Mark]:
    treads = risers(one.height_m) - 1
    far = math.dist(a, b)
    way = (b[0] - a[0]) / far, (b[1] - a[1]) / far
    middle = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
    inward = -way[1], way[0]
    if not area.contains(shapely.Point(middle[0] + inward[0] * 0.01, middle[1] + inward[1] * 0.01)):
        inward = way[1], -way[0]
    out: list[Mark] = []
    for number in range(1, treads + 1):
        shift = inward[0] * TREAD_M * number, inward[1] * TREAD_M * number
        edge = shapely.LineString(
            [(a[0] + shift[0], a[1] + shift[1]), (b[0] + shift[0], b[1] + shift[1])]
        ).intersection(area)
        for part in shapely.get_parts(edge):
            if part.geom_type == "LineString":
                out.append(Stroke(tuple(part.coords), "A-FLOR-LEVL", "fine"))
    reach = TREAD_M * treads + 0.1
    low = middle[0] - inward[0] * 0.25, middle[1] - inward[1] * 0.25
    high = middle[0] + inward[0] * reach, middle[1] + inward[1] * reach
    ends = (high, low) if one.height_m < 0 else (low, high)
    out += arrow(*ends, 2.2 * scale / 1000, "A-FLOR-LEVL")
    beside = 2.4 * scale / 1000
    at = ends[0][0] + way[0] * beside, ends[0][1] + way[1] * beside
    return [*out, Label(at, f"UP {treads + 1}R", "A-ANNO-TEXT", 1.8, plate=True)]


def level_mark(at: Point, height_m: float, scale: int) -> list[Mark]:
    """A quartered circle and the height in metres."""
    k = scale / 1000
    r = 1.5 * k
    x, y = at
    quarters: list[Mark] = [circle(at, r, "A-ANNO-SYMB", "fine", "#ffffff")]
    for start in (0, 180):
        turns = [math.radians(start + 15 * step) for step in range(7)]
        points = (at, *((x + r * math.cos(t), y + r * math.sin(t)) for t in turns))
        quarters.append(Stroke(points, "A-ANNO-SYMB", "none", True, "#000000"))
    sign = "±" if abs(height_m) < 5e-4 else "+" if height_m > 0 else "−"
    return [*quarters, Label((x + 2.4 * k, y), f"{sign}{abs(height_m):.3f}", "A-ANNO-TEXT", 2.0, "start", plate=True)]


def column(one: Column) -> list[Mark]:
    """Cut, with its axes."""
    x, y = page(*one.at_m)
    half = one.width_m / 2, one.depth_m / 2
    beyond = 0.18
    axes: list[Mark] = [
        line((x - half[0] - beyond, y), (x + half[0] + beyond, y), "A-COLS", "axis"),
        line((x, y - half[1] - beyond), (x, y + half[1] + beyond), "A-COLS", "axis"),
    ]
    if not one.round:
        return [*axes, rectangle(x - half[0], y - half[1], x + half[0], y + half[1], "A-COLS", "cut", POCHE)]
    turns = [math.tau * step / 48 for step in range(48)]
    points = tuple((x + half[0] * math.cos(t), y + half[1] * math.sin(t)) for t in turns)
    return [*axes, Stroke(points, "A-COLS", "cut", True, POCHE)]


def elevation_mark(at: Point, way: Point, name: str, scale: int) -> list[Mark]:
    """A circle with the elevation's letter and a black point towards its wall."""
    k = scale / 1000
    r = 2.6 * k
    x, y = at
    across = -way[1], way[0]
    wide = 1.3 * r
    tip = x + way[0] * 1.75 * r, y + way[1] * 1.75 * r
    foot = [
        (x + way[0] * 0.35 * r + s * across[0] * wide, y + way[1] * 0.35 * r + s * across[1] * wide) for s in (-1, 1)
    ]
    return [
        Stroke((tip, foot[0], foot[1]), "A-ANNO-SYMB", "none", True, "#000000"),
        circle(at, r, "A-ANNO-SYMB", "object", "#ffffff"),
        Label(at, name, "A-ANNO-SYMB", 2.3, bold=True),
    ]


def north(at: Point, bearing_deg: float) -> list[Mark]:
    """An arrow to the north, in millimetres of paper; ``bearing_deg`` is the compass bearing of the page's top."""
    r = 7.0
    turn = math.radians(90 + bearing_deg)
    way = math.cos(turn), math.sin(turn)
    across = -way[1], way[0]
    x, y = at
    tip, tail = (x + way[0] * r, y + way[1] * r), (x - way[0] * r * 0.55, y - way[1] * r * 0.55)
    left, right = (
        (x + s * across[0] * r * 0.55 - way[0] * r * 0.8, y + s * across[1] * r * 0.55 - way[1] * r * 0.8)
        for s in (1, -1)
    )
    return [
        circle(at, r, "A-ANNO-SYMB", "fine"),
        Stroke((tip, left, tail), "A-ANNO-SYMB", "fine", True, "#000000"),
        Stroke((tip, right, tail), "A-ANNO-SYMB", "fine", True, "#ffffff"),
        Label((x + way[0] * (r + 3), y + way[1] * (r + 3)), "N", "A-ANNO-SYMB", 3.0, bold=True),
    ]


def size_words(one: Opening, units: str) -> str:
    """Width by height, and the sill where there is one."""
    words = f"{length(one.width_m, units)} × {length(one.height_m, units)}"
    return f"{words}, sill {length(one.sill_m, units)}" if one.sill_m else words
