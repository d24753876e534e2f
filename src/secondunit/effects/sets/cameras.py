"""Cameras in a set: named sensors and lenses, true field of view, whether one fits, and coverage of a scene."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated

import numpy as np
import shapely
from pydantic import Field

from secondunit.brief.section import Section
from secondunit.effects.sets.plan import Eye, Piece, Room, SetPlan
from secondunit.errors import BadBrief, nearest
from secondunit.scene.camera import Array, Camera, look_at

Millimetres = Annotated[float, Field(gt=0, le=100)]
EYE_LEVEL_M = {"standing": 1.6, "seated": 1.15, "low": 0.6, "high": 2.2}  # lens heights of common practice
OPERATOR_M = 0.45  # a camera needs this radius on the floor, with its head, legs and operator


class Sensor(Section):
    """A cinema sensor or film gate."""

    name: str
    words: tuple[str, ...]
    size_mm: tuple[Millimetres, Millimetres] = Field(description="Used width and height.")
    body_m: tuple[float, float, float] = Field(description="Width, length and height of the body without its lens.")


@cache
def sensors() -> dict[str, Sensor]:
    """All sensors by name."""
    rows = tomllib.loads(Path(__file__).with_name("sensors.toml").read_text(encoding="utf-8"))["sensor"]
    found = [Sensor.model_validate(row) for row in rows]
    return {sensor.name: sensor for sensor in found}


def sensor(name: str, *, where: str = "camera") -> Sensor:
    """The sensor of that name, or of one of its other words.

    Raises:
        BadBrief: there is none.
    """
    wanted = name.strip().lower()
    for one in sensors().values():
        if wanted in (one.name.lower(), *one.words):
            return one
    known = [word for one in sensors().values() for word in (one.name, *one.words)]
    raise BadBrief(where, f"the sensor {name!r}", "one of the list", nearest(name, known))


def field_of_view_deg(size_mm: tuple[float, float], lens_mm: float) -> tuple[float, float]:
    """Horizontal and vertical angle of view of a lens at infinity, degrees."""
    across, up = (float(np.degrees(2 * np.arctan(side / 2 / lens_mm))) for side in size_mm)
    return across, up


def camera(eye: Eye, width_px: int, height_px: int) -> Camera:
    """The camera of a plan for a picture of that size, which lies within the sensor and fills its width or its height.

    Raises:
        BadBrief: an unknown sensor, or a camera that looks at where it stands, or straight up or down.
    """
    size = sensor(eye.sensor, where=f"camera {eye.name}").size_mm
    way = np.subtract(eye.aim_m, eye.at_m)
    if np.hypot(way[0], way[2]) < 1e-6:
        raise BadBrief(f"camera {eye.name}", "it looks at where it stands, or straight up or down", "a place beside it")
    pixel_mm = min(size[0] / width_px, size[1] / height_px)
    return look_at(eye.at_m, eye.aim_m, focal_px=eye.lens_mm / pixel_mm, width_px=width_px, height_px=height_px)


def footprint(piece: Piece) -> shapely.Polygon:
    """Where a piece stands, in x and z."""
    half_x, half_z = piece.size_m[0] / 2, piece.size_m[1] / 2
    c, s = np.cos(np.radians(piece.turn_deg)), np.sin(np.radians(piece.turn_deg))
    corners = [(x * c + z * s, z * c - x * s) for x, z in
               ((-half_x, -half_z), (half_x, -half_z), (half_x, half_z), (-half_x, half_z))]  # fmt: skip
    return shapely.Polygon([(x + piece.at_m[0], z + piece.at_m[1]) for x, z in corners])


def _columns(plan: SetPlan, around_m: float) -> list[shapely.Polygon]:
    """What columns cover of the floor, with so much around."""
    boxes = ((*one.at_m, one.width_m / 2 + around_m, one.depth_m / 2 + around_m) for one in plan.room.columns)
    return [shapely.box(x - across, z - down, x + across, z + down) for x, z, across, down in boxes]


def fits(plan: SetPlan, eye: Eye) -> tuple[str, ...]:
    """What is in the way of a camera; empty if it fits: walls, ceiling, pieces that stand where it would."""
    out = []
    area, spot = shapely.Polygon(plan.room.outline), shapely.Point(eye.at_m[0], eye.at_m[2])
    need = OPERATOR_M
    if not area.contains(spot):
        out.append(f"{eye.name} is outside the walls: it needs a wall that can be taken out")
    elif area.exterior.distance(spot) < need - 0.005:  # as it is written
        out.append(f"{eye.name} is {area.exterior.distance(spot):.2f} m from a wall and needs {need:.2f} m")
    if eye.at_m[1] > plan.room.height_m - 0.2:
        out.append(f"{eye.name} is {eye.at_m[1]:.2f} m up under a ceiling of {plan.room.height_m:.2f} m")
    for piece in plan.pieces:
        standing = piece.base_m < 0.3 and piece.size_m[2] > 0.1
        if standing and footprint(piece).distance(spot) < need * 0.6:
            out.append(f"{eye.name} stands in {piece.id}")
    return tuple(out)


ACTION_M = 0.9  # over the floor: hands and faces of people who sit
COVERAGE = ("wide", "reverse", "over-shoulder", "single")
# What may hide part of a view: how tall it is at least, how near, how many metres a camera would walk for a clear one.
VEILS = ((1.0, 1.8, 7.0), (1.5, 3.2, 3.0))
FLAT_M = 0.15
COLUMN_M = 4.0  # so far it would walk for no column before the action
VIEW_RAYS, VIEW_DEG = 21, 34.0  # across a wide view: to both sides of its axis


def _clear_spot(plan: SetPlan, wanted: tuple[float, float], focus: tuple[float, float]) -> tuple[float, float]:
    """The place nearest to the wanted one where a camera can stand and sees past what is near it; ties by order."""
    area = shapely.Polygon(plan.room.outline).buffer(-OPERATOR_M, join_style="mitre")
    standing = [piece for piece in plan.pieces if piece.base_m < 0.3 and piece.size_m[2] > 0.1]
    taken = [footprint(piece).buffer(OPERATOR_M * 0.7) for piece in standing]
    free = area.difference(shapely.union_all(taken + _columns(plan, OPERATOR_M)))
    if free.is_empty:
        return wanted
    x0, z0, x1, z1 = free.bounds
    grid = [(float(x), float(z)) for x in np.arange(x0, x1 + 0.01, 0.25) for z in np.arange(z0, z1 + 0.01, 0.25)]
    middle = free.representative_point()
    inside = [point for point in grid if free.covers(shapely.Point(point))] or [(middle.x, middle.y)]
    places = np.array(inside)
    cost = np.hypot(*(places - wanted).T)
    lines = shapely.linestrings(np.stack([places, np.broadcast_to(focus, places.shape)], 1))
    cost += COLUMN_M * shapely.intersects(shapely.union_all(_columns(plan, 0.2)), lines)
    for least_m, near_m, weight in VEILS:
        tall = [one for one in plan.pieces if one.base_m + one.size_m[2] > least_m and one.base_m < 2.0]
        tall = [one for one in tall if min(one.size_m[:2]) > FLAT_M]  # a picture hides no more than its wall
        veil = shapely.union_all([footprint(piece).buffer(0.1) for piece in tall] + _columns(plan, 0.1))
        cost += weight * _hidden(places, focus, near_m, veil)
    best = int(np.lexsort((places[:, 1], places[:, 0], np.round(cost, 6)))[0])
    return inside[best]


def _hidden(places: Array, focus: tuple[float, float], near_m: float, veil: shapely.Geometry) -> Array:
    """The share of a wide view from places (n, 2) in which something stands nearer than that, (n,)."""
    way = np.asarray(focus) - places
    far = np.hypot(*way.T)
    turn = np.arctan2(way[:, 1], way[:, 0])[:, None] + np.radians(np.linspace(-1, 1, VIEW_RAYS) * VIEW_DEG)
    reach = np.minimum(near_m, 0.9 * far)[:, None]  # what the action plays at is not in its way
    ends = places[:, None] + reach[..., None] * np.stack([np.cos(turn), np.sin(turn)], -1)
    lines = shapely.linestrings(np.stack([np.broadcast_to(places[:, None], ends.shape), ends], -2))
    shapely.prepare(veil)
    middle = 1 + 2 * (np.arange(VIEW_RAYS) == VIEW_RAYS // 2)  # what hides the action itself is worse
    out: Array = (shapely.intersects(veil, lines) * middle).sum(1) / middle.sum()
    return out


def floor_at(room: Room, spot: tuple[float, float]) -> float:
    """Height of the floor at a place (x, z)."""
    for level in room.levels:
        if shapely.Polygon(level.outline).covers(shapely.Point(spot)):
            return level.height_m
    return 0.0


def action_at(room: Room, focus_m: tuple[float, float]) -> tuple[float, float, float]:
    """What cameras look at where the action plays around a place (x, z)."""
    return focus_m[0], floor_at(room, focus_m) + ACTION_M, focus_m[1]


def coverage(
    plan: SetPlan, focus_m: tuple[float, float], sensor_name: str = "ARRI ALEXA Mini LF Open Gate", count: int = 4
) -> tuple[Eye, ...]:
    """A wide from the farthest corner, its reverse, an over-shoulder and a single of what the action plays around.

    Args:
        plan: the set.
        focus_m: x and z of the action: a table, a sofa.
        sensor_name: of all the cameras.
        count: how many of them.
    """
    corners = sorted(plan.room.outline, key=lambda c: (-round(np.hypot(c[0] - focus_m[0], c[1] - focus_m[1]), 6), c))
    aim = action_at(plan.room, focus_m)
    far = corners[0]
    opposite = max(plan.room.outline, key=lambda c: (round(np.hypot(c[0] - far[0], c[1] - far[1]), 6), c))
    out = []
    for name, corner, lens, level, why in (
        (COVERAGE[0], far, 21.0, "standing", "sees most of the set from its farthest corner"),
        (COVERAGE[1], opposite, 24.0, "standing", "looks back at where the wide stood"),
    )[:count]:
        x, z = _clear_spot(plan, corner, focus_m)
        high = floor_at(plan.room, (x, z)) + EYE_LEVEL_M[level]
        out.append(Eye(name=name, sensor=sensor_name, lens_mm=lens, at_m=(x, high, z), aim_m=aim, why=why))
    way = np.subtract(far, focus_m) / max(np.hypot(*np.subtract(far, focus_m)), 1e-6)
    side = np.array([-way[1], way[0]])
    for name, shift, distance, lens, why in (
        (COVERAGE[2], 0.7, 2.4, 40.0, "over a shoulder, close to the line of the action"),
        (COVERAGE[3], -0.5, 1.9, 65.0, "a single across the line"),
    )[: max(0, count - 2)]:
        wanted = np.asarray(focus_m) + way * distance * (1 if shift > 0 else -1) + side * shift
        x, z = _clear_spot(plan, (float(wanted[0]), float(wanted[1])), focus_m)
        high = floor_at(plan.room, (x, z)) + 1.35
        out.append(Eye(name=name, sensor=sensor_name, lens_mm=lens, at_m=(x, high, z), aim_m=aim, why=why))
    return tuple(out)
