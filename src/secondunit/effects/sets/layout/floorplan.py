"""An own floor plan, as JSON, SVG or DXF: the room's corners, its doors and its windows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from pydantic import Field, ValidationError

from secondunit.brief.section import Section
from secondunit.effects.sets.layout.outline import Outline, along, oriented
from secondunit.effects.sets.layout.plan_files import Shape, dxf_shapes, svg_shapes
from secondunit.effects.sets.layout.shapes import Array, walls_of
from secondunit.effects.sets.plan import Point
from secondunit.effects.sets.settings import Door, Openings, SetsSettings, Window
from secondunit.errors import BadBrief, Problems, SecondUnitError

LARGEST_BYTES = 20_000_000
MOST_CORNERS = 400
NEAR_WALL_M = 0.6  # a door or window is drawn in its wall: no wall of a set is thicker
LEAST_AREA_M2 = 0.5
LONGEST_M = 200.0


class FloorPlan(Section):
    """A floor plan as its JSON says it, in metres; doors and windows as in a brief."""

    outline: tuple[Point, ...] = Field(min_length=3, max_length=MOST_CORNERS)
    doors: tuple[Door, ...] = Field((), max_length=40)
    windows: tuple[Window, ...] = Field((), max_length=60)


@dataclass(frozen=True)
class _Source:
    where: str
    path: Path


def with_floor_plan(settings: SetsSettings, path: Path, where: str = "room.floor_plan") -> SetsSettings:
    """The brief with the corners, doors and windows of its floor plan.

    Raises:
        BadBrief: the file cannot be read, or the brief says the same thing again.
        Problems: all that is wrong with the plan.
    """
    if settings.room.outline:
        raise BadBrief("room.outline", "given beside floor_plan", "one of the two", "Take one out.")
    plan = read_floor_plan(path, settings.room.plan_unit_m, where)
    for name in ("doors", "windows"):
        if getattr(plan, name) and getattr(settings.openings, name):
            raise BadBrief(
                f"openings.{name}", f"given, and {where} has {len(getattr(plan, name))}", "one of the two",
                "Take them out of the brief or out of the plan.",
            )  # fmt: skip
    openings = Openings(
        doors=plan.doors or settings.openings.doors, windows=plan.windows or settings.openings.windows
    )  # fmt: skip
    room = settings.room.model_copy(update={"outline": plan.outline})
    return settings.model_copy(update={"room": room, "openings": openings})


def read_floor_plan(path: Path, unit_m: float | None = None, where: str = "room.floor_plan") -> FloorPlan:
    """A floor plan; its top left corner becomes 0, 0.

    Args:
        path: a .json, .svg or .dxf file.
        unit_m: metres in one unit of an SVG or DXF; a DXF's own unit counts if this is None.
        where: what errors name.

    Raises:
        BadBrief: it cannot be read.
        Problems: all that is wrong with it.
    """
    source, kind = _Source(f"{where}: {path.name}", path), path.suffix.lower()
    try:
        data = path.read_bytes() if path.stat().st_size <= LARGEST_BYTES else None
    except OSError as error:
        raise BadBrief(source.where, f"cannot be read ({error})", "a JSON, SVG or DXF file") from error
    if data is None:
        raise BadBrief(source.where, f"{path.stat().st_size} bytes", f"at most {LARGEST_BYTES} bytes")
    if kind == ".json":
        return _from_json(source, data, unit_m)
    if kind == ".svg":
        shapes, own = svg_shapes(data, source.where), None
    elif kind == ".dxf":
        shapes, own = dxf_shapes(data, source.where)
    else:
        raise BadBrief(source.where, f"a {kind or 'nameless'} file", "a .json, .svg or .dxf file", "Export it as one.")
    unit = unit_m or own
    if unit is None:
        raise BadBrief(
            source.where, "it does not say what its unit is", "room.plan_unit_m",
            "0.001 where one unit is a millimetre.",
        )  # fmt: skip
    return _built(source.where, shapes, unit)


def _from_json(source: _Source, data: bytes, unit_m: float | None) -> FloorPlan:
    if unit_m not in (None, 1.0):
        raise BadBrief("room.plan_unit_m", f"{unit_m:g} for a JSON floor plan", "1: it is in metres")
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadBrief(source.where, f"is not JSON ({error})", "outline, doors, windows") from error
    try:
        plan = FloorPlan.model_validate(content)
    except ValidationError as error:
        raise _problems(source.where, error) from error
    outline, _ = _outline(source.where, np.asarray(plan.outline))
    return plan.model_copy(update={"outline": outline})


def _problems(where: str, error: ValidationError) -> Problems:
    return Problems(
        BadBrief(f"{where}: {'.'.join(str(part) for part in one['loc'])}", one["msg"], "a floor plan")
        for one in error.errors(include_url=False)
    )


def _outline(where: str, corners: Array) -> tuple[Outline, Array]:
    """Corners counter-clockwise without those in the middle of a wall, from 0, 0 on; and what was taken off."""
    low = corners.min(0)
    if not np.abs(corners).max() < 1e9 or (corners.max(0) - low).max() > LONGEST_M:
        raise BadBrief(
            where, f"the room is {np.ptp(corners, axis=0).max():.4g} m long", f"at most {LONGEST_M:g} m",
            "Is room.plan_unit_m right?",
        )  # fmt: skip
    if len(corners) < 3:
        raise BadBrief(where, f"a room of {len(corners)} corners", "three or more")
    area = shapely.Polygon(corners - low)
    if not area.is_valid or area.area < LEAST_AREA_M2:
        found = f"a room of {area.area:.3g} m2" if area.is_valid else "an outline that crosses or touches itself"
        raise BadBrief(where, found, f"corners of a room of {LEAST_AREA_M2:g} m2 or more, in order, each once",
                       "Is room.plan_unit_m right?" if area.is_valid else "")  # fmt: skip
    ring = shapely.get_coordinates(area.exterior)[:-1]
    before, after = ring - np.roll(ring, 1, 0), np.roll(ring, -1, 0) - ring
    bend = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    kept = ring[np.abs(bend) > 1e-9]
    if not 3 <= len(kept) <= MOST_CORNERS:
        raise BadBrief(where, f"a room of {len(kept)} corners", f"3 to {MOST_CORNERS}", "Draw curves as few lines.")
    return oriented([(round(float(x), 6), round(float(z), 6)) for x, z in kept]), low


def _built(where: str, shapes: Sequence[Shape], unit_m: float) -> FloorPlan:
    rooms = [shape for shape in shapes if shape.role == "room"]
    if len(rooms) != 1:
        raise BadBrief(
            where, f"{len(rooms)} closed outlines of a room", "one: the inner faces of the walls",
            "An element whose id, class or layer has 'room' or 'wall' in its name.",
        )  # fmt: skip
    outline, low = _outline(where, np.asarray(rooms[0].points, float) * unit_m)
    problems: list[SecondUnitError] = []
    doors, windows = list[Door](), list[Window]()
    for number, shape in enumerate(one for one in shapes if one.role != "room"):
        points = np.asarray(shape.points, float) * unit_m - low
        try:
            wall, at_m, width_m = _in_wall(f"{where}: {shape.name}", outline, points)
            if shape.role == "door":
                doors.append(Door(wall=wall, at_m=at_m, width_m=width_m, leaves=2 if width_m > 1.3 else 1,
                                  role="exit" if doors else "entrance"))  # fmt: skip
            else:
                windows.append(Window(id=f"window-{number + 1}", wall=wall, at_m=at_m, width_m=width_m))
        except ValidationError as error:
            problems += _problems(f"{where}: {shape.name}", error).problems
        except BadBrief as error:
            problems.append(error)
    if problems:
        raise Problems(problems)
    try:
        return FloorPlan(outline=outline, doors=tuple(doors), windows=tuple(windows))
    except ValidationError as error:
        raise _problems(where, error) from error


def _in_wall(where: str, outline: Outline, points: Array) -> tuple[int, float, float]:
    """The wall an opening is drawn in, where along it as a brief says it, and how wide it is."""
    best = None
    for wall in walls_of(outline):
        off = np.abs((points - wall.start) @ wall.inward).max()
        spans = (points - wall.start) @ wall.along
        inside = spans.min() > -1e-6 and spans.max() < wall.length_m + 1e-6
        if inside and off < NEAR_WALL_M and np.ptp(spans) > 0.05 and (best is None or off < best[0]):
            best = (off, wall.number, float(spans.min()), float(np.ptp(spans)))
    if best is None:
        x, z = points.mean(0)
        raise BadBrief(
            where, f"it lies at {x:.2f}, {z:.2f} m, in no wall", f"within {NEAR_WALL_M:g} m of one, along it",
            "Draw it as a line or a box over its opening; swings on a layer of their own.",
        )  # fmt: skip
    _, number, start, width = best
    width = round(width, 6)
    return number, max(0.0, round(along(outline, number, start, width), 6)), width
