"""Cameras that a brief gives a place of their own: where the lens is, what it looks at, whether the body is free."""

from __future__ import annotations

import numpy as np
import shapely
import shapely.affinity
from shapely.ops import nearest_points

from secondunit.effects.sets.cameras import ACTION_M, OPERATOR_M, fits, floor_at, footprint, sensor
from secondunit.effects.sets.kit.catalogue import catalogue
from secondunit.effects.sets.plan import Eye, SetPlan
from secondunit.effects.sets.settings import Cameras, PlacedCamera
from secondunit.effects.sets.words import kind_named
from secondunit.errors import BadBrief, nearest

LENS_M = 0.12  # from the glass back to the mount: a common cinema prime
LEAST_M = 0.15  # nearer than that, across the floor, a camera looks straight up or down
Spot = tuple[float, float, float]


def placed_eyes(plan: SetPlan, cameras: Cameras, focus_m: Spot) -> tuple[tuple[Eye, ...], list[BadBrief]]:
    """The cameras of ``cameras.placed`` in a plan, and everything that is wrong with them.

    Args:
        plan: the set; its pieces may be named as what a camera looks at.
        cameras: the section of the brief.
        focus_m: what a camera looks at that says nothing, as in the plan.
    """
    eyes, problems = list[Eye](), list[BadBrief]()
    for number, asked in enumerate(cameras.placed):
        where, found = f"cameras.placed[{number}]", list[BadBrief]()
        eye = _eye(plan, asked, cameras.sensor, focus_m, where, found)
        if eye is not None:
            found += _hindered(plan, eye, where)
        problems += found
        if eye is not None and not found:
            eyes.append(eye.model_copy(update={"why": "; ".join([eye.why, *fits(plan, eye)])}))
    return tuple(eyes), problems


def _eye(
    plan: SetPlan, asked: PlacedCamera, usual: str, focus_m: Spot, where: str, found: list[BadBrief]
) -> Eye | None:
    """The camera that is asked for; None, and the reasons in ``found``, where its words are not understood."""
    x, z = asked.at_m
    at = (x, floor_at(plan.room, (x, z)) + asked.height_m, z)
    aim, at_what = focus_m, "the action"
    try:
        name = sensor(asked.sensor or usual, where=f"{where}.sensor" if asked.sensor else "cameras.sensor").name
    except BadBrief as error:
        name = ""
        found.append(error)
    try:
        if asked.aim:
            aim, at_what = _named(plan, asked, at, f"{where}.aim")
        elif asked.aim_m is not None:
            aim, at_what = (asked.aim_m[0], at[1], asked.aim_m[1]), "a point"
    except BadBrief as error:
        found.append(error)
    if asked.aim_height_m is not None:
        aim = (aim[0], floor_at(plan.room, (aim[0], aim[2])) + asked.aim_height_m, aim[2])
    if np.hypot(aim[0] - at[0], aim[2] - at[2]) < LEAST_M:
        what = f"camera {asked.name!r} looks at what is right above or below its lens"
        found.append(BadBrief(f"{where}.aim", what, f"something at least {LEAST_M} m aside"))
    if found:
        return None
    why = f"placed by the brief, looks at {at_what}"
    return Eye(name=asked.name, sensor=name, lens_mm=asked.lens_mm, at_m=at, aim_m=aim, why=why)


def _named(plan: SetPlan, asked: PlacedCamera, at: Spot, where: str) -> tuple[Spot, str]:
    """What a camera looks at by name, and what that is: of several pieces the nearest, at its middle or over it.

    Raises:
        BadBrief: nothing in the set is called that.
    """
    corners = np.array(plan.room.outline)
    for opening in plan.room.openings:
        if opening.id == asked.aim:
            first, second = corners[opening.wall], corners[(opening.wall + 1) % len(corners)]
            way = (second - first) / np.linalg.norm(second - first)
            x, z = first + way * (opening.at_m + opening.width_m / 2)
            return (float(x), opening.sill_m + opening.height_m / 2, float(z)), opening.id
    ids = {piece.id for piece in plan.pieces}
    kind = None if asked.aim in ids else kind_named(asked.aim, where)
    there = [piece for piece in plan.pieces if piece.id == asked.aim or piece.kind == kind]
    if not there:
        known = [*ids, *(opening.id for opening in plan.room.openings)]
        found = f"camera {asked.name!r} looks at {asked.aim!r}, and the set has none"
        raise BadBrief(where, found, "a piece, a door or a window that is there", nearest(asked.aim, known))
    piece = min(there, key=lambda one: (round(np.hypot(one.at_m[0] - at[0], one.at_m[1] - at[2]), 6), one.id))
    middle = piece.size_m[2] / 2
    if piece.on is None and catalogue()[piece.kind].stands == "floor":
        middle = max(middle, ACTION_M)  # a desk is looked at for who sits at it
    return (piece.at_m[0], piece.base_m + middle, piece.at_m[1]), piece.id


def _hindered(plan: SetPlan, eye: Eye, where: str) -> list[BadBrief]:
    """What a camera's body runs into: at most one problem, with all of it and the nearest place that is free."""
    wide, deep, high = sensor(eye.sensor).body_m
    low, top = eye.at_m[1] - high / 2, eye.at_m[1] + high / 2
    room, area, lens = plan.room, shapely.Polygon(plan.room.outline), shapely.Point(eye.at_m[0], eye.at_m[2])
    body, found = _body(eye, wide, LENS_M + deep), list[str]()
    if not area.covers(lens):
        x0, z0, x1, z1 = area.bounds
        found.append(f"is outside the room, which goes from [{x0:g}, {z0:g}] to [{x1:g}, {z1:g}]")
    elif not area.covers(body):
        past = max(area.distance(shapely.Point(corner)) for corner in body.exterior.coords)
        found.append(f"goes {past:.2f} m into a wall with its body, {LENS_M + deep:.2f} m long with the lens")
    if top > room.height_m:
        found.append(f"goes through the ceiling: its top is {top:.2f} m up, the ceiling {room.height_m:.2f} m")
    sunken = shapely.union_all([shapely.Polygon(one.outline) for one in room.levels])
    floors = [("the floor", area.difference(sunken), 0.0)]
    floors += [(f"the floor of {one.id}", shapely.Polygon(one.outline), one.height_m) for one in room.levels]
    found += [f"goes through {what} with its foot" for what, part, up in floors if part.intersects(body) and low < up]
    blocks = _blocks(plan, low, top)
    for name, part in blocks:
        if part.intersects(body):
            found.append(f"stands inside {name}" if part.covers(lens) else f"runs into {name} with its body")
    if not found:
        return []
    spot = _free_spot(area, [part for _, part in blocks], lens, float(np.hypot(LENS_M + deep, wide / 2)))
    x, height, z = eye.at_m
    said = f"camera {eye.name!r} at [{x:g}, {z:g}], its lens at {height:.2f} m, {'; '.join(found)}"
    advice = f"Nearest place that is free at that height: at_m = [{spot[0]:.2f}, {spot[1]:.2f}]." if spot else ""
    return [BadBrief(f"{where}.at_m", said, "a place within the room where its body is free", advice)]


def _blocks(plan: SetPlan, low: float, top: float) -> list[tuple[str, shapely.Geometry]]:
    """What stands or hangs between two heights, by name, in x and z."""
    out = []
    for column in plan.room.columns:
        half = column.width_m / 2, column.depth_m / 2
        x, z = column.at_m
        round_one = shapely.affinity.scale(shapely.Point(x, z).buffer(1.0), *half) if column.round else None
        out.append((column.id, round_one or shapely.box(x - half[0], z - half[1], x + half[0], z + half[1])))
    for piece in plan.pieces:
        if piece.base_m < top and piece.base_m + piece.size_m[2] > low:
            out.append((piece.id, footprint(piece)))
    return out


def _body(eye: Eye, wide: float, long: float) -> shapely.Polygon:
    """The camera in x and z, behind its lens."""
    at = np.array([eye.at_m[0], eye.at_m[2]])
    way = np.array([eye.aim_m[0], eye.aim_m[2]]) - at
    way /= np.linalg.norm(way)
    aside = np.array([-way[1], way[0]]) * wide / 2
    return shapely.Polygon([at - aside, at + aside, at + aside - way * long, at - aside - way * long])


def _free_spot(
    area: shapely.Polygon, blocks: list[shapely.Geometry], lens: shapely.Point, reach: float
) -> tuple[float, float] | None:
    """The nearest place whose surroundings are free whichever way the camera looks; None if there is none."""
    need = max(reach, OPERATOR_M) + 0.02  # numbers are rounded to a centimetre
    free = area.buffer(-need, join_style="mitre").difference(shapely.union_all([one.buffer(need) for one in blocks]))
    if free.is_empty:
        return None
    spot = nearest_points(free, lens)[0]
    return float(spot.x), float(spot.y)
