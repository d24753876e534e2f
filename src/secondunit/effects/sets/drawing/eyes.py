"""Cameras on a plan: where each stands, what its lens sees of the floor, its name and focal length."""

from __future__ import annotations

import math

import shapely

from secondunit.effects.sets.cameras import field_of_view_deg, sensor
from secondunit.effects.sets.drawing.pen import text_width_mm
from secondunit.effects.sets.drawing.sheet import Label, Mark, Point, Stroke
from secondunit.effects.sets.drawing.shell import inside, page
from secondunit.effects.sets.plan import Eye, SetPlan

BODY_MM = (2.0, 3.2)  # of paper: half the width and the length of the symbol
FAR_M = 400.0  # longer than any set


def cone(eye: Eye, area: shapely.Polygon) -> tuple[Point, shapely.LineString, tuple[shapely.LineString, ...]]:
    """Where a camera stands on the page, its axis to what it aims at, and the two edges of its view up to the walls.

    Raises:
        BadBrief: an unknown sensor.
    """
    at, aim = page(eye.at_m[0], eye.at_m[2]), page(eye.aim_m[0], eye.aim_m[2])
    turn = math.atan2(aim[1] - at[1], aim[0] - at[0])
    size_mm = sensor(eye.sensor, where=f"camera {eye.name}").size_mm
    half = math.radians(field_of_view_deg(size_mm, eye.lens_mm)[0] / 2)
    edges = []
    for side in (-half, half):
        far = at[0] + FAR_M * math.cos(turn + side), at[1] + FAR_M * math.sin(turn + side)
        seen = shapely.LineString([at, far]).intersection(area)
        parts = [part for part in shapely.get_parts(seen) if part.geom_type == "LineString"]
        if parts:
            edges.append(min(parts, key=lambda part: part.distance(shapely.Point(at))))
    return at, shapely.LineString([at, aim]), tuple(edges)


def camera_marks(plan: SetPlan, taken: list[shapely.Geometry], scale: int) -> list[Mark]:
    """Every camera of the plan; its words stand where they hide least of ``taken``, which grows by them."""
    area, k = inside(plan.room), scale / 1000
    out: list[Mark] = []
    for eye in plan.eyes:
        at, axis, edges = cone(eye, area)
        out += [Stroke(tuple(edge.coords), "G-CAMR", "overhead") for edge in edges]
        out.append(Stroke(tuple(axis.coords), "G-CAMR", "axis"))
        out += _symbol(at, axis, k)
        taken.append(shapely.Point(at).buffer(BODY_MM[1] * k))
    for eye in plan.eyes:
        at = page(eye.at_m[0], eye.at_m[2])
        words = f"{eye.name.upper()} {eye.lens_mm:g} mm"
        half = text_width_mm(words, 1.8) / 2 * k + 0.5 * k, 1.5 * k
        spots = [
            (at[0] + x * (half[0] + BODY_MM[1] * k), at[1] + y * (half[1] + BODY_MM[1] * k))
            for x, y in ((0, -1), (0, 1), (1, 0), (-1, 0), (1, -1), (-1, -1), (1, 1), (-1, 1), (0, -2), (0, 2))
        ]
        boxes = [shapely.box(x - half[0], y - half[1], x + half[0], y + half[1]) for x, y in spots]
        cost = [
            sum(box.intersection(one).area for one in taken) + 4 * (box.area - box.intersection(area).area)
            for box in boxes
        ]
        best = min(range(len(spots)), key=lambda number: (round(cost[number], 9), number))
        taken.append(boxes[best])
        out.append(Label(spots[best], words, "G-CAMR", 1.8, plate=True))
    return out


def _symbol(at: Point, axis: shapely.LineString, k: float) -> list[Mark]:
    """A body behind the lens' entrance and a matte box that opens before it."""
    far = axis.length or 1.0
    way = (axis.coords[1][0] - at[0]) / far, (axis.coords[1][1] - at[1]) / far

    def spot(ahead: float, aside: float) -> Point:
        return at[0] + (way[0] * ahead - way[1] * aside) * k, at[1] + (way[1] * ahead + way[0] * aside) * k

    wide, deep = BODY_MM
    body = (spot(0, wide / 2), spot(0, -wide / 2), spot(-deep, -wide / 2), spot(-deep, wide / 2))
    hood = (spot(0, 0.0), spot(1.4, wide / 2), spot(1.4, -wide / 2))
    return [Stroke(one, "G-CAMR", "object", True, "#000000") for one in (body, hood)]
