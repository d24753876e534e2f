"""The room of an option: exact dimensions as asked, and what a brief leaves open chosen as a designer would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from secondunit.effects.sets.layout.alcoves import with_alcoves
from secondunit.effects.sets.layout.ground import LANDING_M, TREAD_M, risers
from secondunit.effects.sets.layout.openings import openings_of
from secondunit.effects.sets.layout.outline import Outline, oriented, wall_with
from secondunit.effects.sets.layout.shapes import walls_of
from secondunit.effects.sets.places import PlaceKind
from secondunit.effects.sets.plan import Ceiling, Column, Level, Opening, Room
from secondunit.effects.sets.settings import Pit, SetsSettings
from secondunit.errors import BadBrief

EDGES = {"west": 0, "south": 1, "east": 2, "north": 3}  # of a rectangle's outline


@dataclass(frozen=True)
class KeptShell:
    """What stays of an earlier room: its walls without their alcoves, its height, and of the rest what is named.

    Attributes:
        outline: corners without alcoves.
        height_m: to the ceiling.
        alcoves: four corners each, the first and the last on a wall.
        openings: with the walls of ``before``.
        levels, columns: as they are.
        before: the earlier outline, whose walls the openings are in.
    """

    outline: Outline
    height_m: float
    alcoves: tuple[Outline, ...]
    openings: tuple[Opening, ...]
    levels: tuple[Level, ...]
    columns: tuple[Column, ...]
    before: Outline


def make_room(
    settings: SetsSettings, place: PlaceKind, finishes: dict[str, str], rng: np.random.Generator, outline: Outline = (),
    *, underground: bool = False, cove_m: float = 0.0, beams: int = 0, kept: KeptShell | None = None,
) -> Room:  # fmt: skip
    """The shell.

    Args:
        settings: what was asked.
        place: what the kind of place has where nothing was asked.
        finishes: material by part.
        rng: of this option.
        outline: of an own floor plan; else of the settings.
        underground: no windows unless asked.
        cove_m, beams: as the words have it.
        kept: what stays of an earlier room.

    Raises:
        BadBrief: something asked does not fit into the walls.
    """
    asked = settings.room
    if not outline and asked.outline:
        outline = oriented(asked.outline)
    if not outline and kept:
        outline = kept.outline
    if not outline:
        width, depth = (
            chosen(value, rng, usual)
            for value, usual in zip((asked.width_m, asked.depth_m), place.size_m, strict=False)
        )
        outline = ((0.0, 0.0), (0.0, depth), (width, depth), (width, 0.0))
    height = kept.height_m if kept else chosen(asked.height_m, rng, place.size_m[2])
    base = outline
    outline = with_alcoves(base, settings.shell.alcoves, kept.alcoves if kept else ())
    stay = _moved(kept, outline) if kept else ()
    openings = openings_of(settings, place, base, outline, height, rng, underground, stay)
    levels = _levels(settings.shell.levels, outline, openings, rng, kept.levels if kept else ())
    columns = _columns(settings, outline, kept.columns if kept else ())
    width = settings.shell.cove_m if settings.shell.cove_m is not None else cove_m
    ceiling = Ceiling(
        cove_m=width,
        cove_drop_m=settings.shell.cove_drop_m if width else 0.0,
        beams=settings.shell.beams if settings.shell.beams is not None else beams,
        beams_along="z" if _spans(outline)[0] > _spans(outline)[1] else "x",
    )
    return Room(
        outline=outline, height_m=height, wall_m=asked.wall_m, openings=openings, levels=levels, columns=columns,
        ceiling=ceiling, finishes=finishes,
    )  # fmt: skip


def chosen(asked: float | tuple[float, float] | None, rng: np.random.Generator, usual: float) -> float:
    """A number is kept; of a range one is taken, to the half decimetre; the usual one where nothing was asked."""
    if asked is None:
        return usual
    if isinstance(asked, tuple):
        low, high = asked
        return float(np.clip(round(rng.uniform(low, high) * 20) / 20, low, high))
    return float(asked)


def _spans(outline: Outline) -> tuple[float, float]:
    x0, z0, x1, z1 = shapely.Polygon(outline).bounds
    return x1 - x0, z1 - z0


def _moved(kept: KeptShell, outline: Outline) -> tuple[Opening, ...]:
    """The openings that are kept, each in the wall that is now where its wall was."""
    walls, out = walls_of(kept.before), []
    for one in kept.openings:
        old = walls[one.wall]
        start, end = old.point(one.at_m), old.point(one.at_m + one.width_m)
        wall = wall_with(outline, start, end)
        if wall is None:
            raise BadBrief("lock.keep", f"{one.id} is in a wall that is no longer there", "what can stay",
                           "Lock the alcove it is in, or take the one that crosses it out of the brief.")  # fmt: skip
        at = (
            one.at_m
            if np.allclose(wall.start, old.start)
            else round(max(0.0, float((start - wall.start) @ wall.along)), 4)
        )
        out.append(one.model_copy(update={"wall": wall.number, "at_m": at}))
    return tuple(out)


def _levels(
    asked: Sequence[Pit], outline: Outline, openings: tuple[Opening, ...], rng: np.random.Generator,
    kept: Sequence[Level],
) -> tuple[Level, ...]:  # fmt: skip
    """Levels in the order they were asked, those that are kept as they are."""
    stay, out = list(kept), []
    there = [shapely.Polygon(level.outline) for level in kept]
    for number, pit in enumerate(asked):
        same = next((level for level in stay if level.id == pit.id), None)
        if same is not None:
            stay.remove(same)
            out.append(same)
            continue
        out.append(_level(pit, outline, openings, rng, f"shell.levels[{number}]", there))
        there.append(shapely.Polygon(out[-1].outline))
    return (*out, *stay)


def _columns(settings: SetsSettings, outline: Outline, kept: Sequence[Column]) -> tuple[Column, ...]:
    """Columns in the order they were asked, those that are kept as they are."""
    stay, out = {column.id: column for column in kept}, []
    area = shapely.Polygon(outline)
    for number, one in enumerate(settings.shell.columns):
        name = f"column-{number + 1}"
        if name in stay:
            out.append(stay.pop(name))
            continue
        if not area.covers(shapely.Point(one.at_m)):
            raise BadBrief(f"shell.columns[{number}].at_m", f"{one.at_m} is outside the walls", "a place in the room")
        out.append(Column(id=name, at_m=one.at_m, width_m=one.width_m, depth_m=one.depth_m, round=one.round))
    return (*out, *stay.values())


def _level(
    pit: Pit, outline: Outline, openings: tuple[Opening, ...], rng: np.random.Generator, where: str,
    others: Sequence[shapely.Polygon] = (),
) -> Level:  # fmt: skip
    """A level where it was asked; else on the room's axes, clear of the doors."""
    area = shapely.Polygon(outline)
    x0, z0, x1, z1 = area.bounds
    walk = LANDING_M + 0.1
    spots = [pit.at_m] if pit.at_m is not None else []
    if pit.at_m is None:
        for share_x in (0.5, *rng.permutation([0.36, 0.64, 0.42, 0.58])):
            for share_z in (0.5, 0.42, 0.58):
                spots.append((round(x0 + float(share_x) * (x1 - x0), 2), round(z0 + share_z * (z1 - z0), 2)))
        spots = [spots[0], *spots[1:]] if rng.random() < 0.4 else [*spots[1:], spots[0]]
    for x, z in spots:
        box = shapely.box(x - pit.width_m / 2, z - pit.depth_m / 2, x + pit.width_m / 2, z + pit.depth_m / 2)
        need = box if pit.at_m is not None else box.buffer(walk - 0.01, join_style="mitre")
        apart = pit.at_m is not None or not any(need.intersects(other) for other in others)
        if apart and area.buffer(1e-6).covers(need):
            left, top, right, bottom = box.bounds
            corners = ((left, top), (left, bottom), (right, bottom), (right, top))
            steps = tuple(EDGES[side] for side in pit.steps) or _step_sides(corners, area, openings, outline, rng)
            _deep_enough(pit, where)
            return Level(id=pit.id, outline=corners, height_m=pit.height_m, steps=steps)
    size = f"{pit.width_m:g} x {pit.depth_m:g} m"
    if pit.at_m is not None:
        raise BadBrief(f"{where}.at_m", f"a level of {size} there crosses the walls", "a place within the room")
    raise BadBrief(
        where,
        f"a level of {size} with {walk:.1f} m to walk around it",
        f"a smaller one for a room of {x1 - x0:g} x {z1 - z0:g} m, or its place in at_m",
    )


def _deep_enough(pit: Pit, where: str) -> None:
    treads = (risers(pit.height_m) - 1) * TREAD_M
    if treads * 2 > min(pit.width_m, pit.depth_m):
        raise BadBrief(
            f"{where}.height_m",
            f"its steps take {treads:.2f} m of a level {min(pit.width_m, pit.depth_m):g} m deep",
            "a lower or a larger level",
        )


def _step_sides(
    corners: Outline, area: shapely.Polygon, openings: tuple[Opening, ...], outline: Outline, rng: np.random.Generator
) -> tuple[int, ...]:
    """One side with steps: one that can be walked to, rather towards the entrance."""
    walls, box = walls_of(outline), shapely.Polygon(corners)
    entrance = next((one for one in openings if one.kind != "window"), None)
    at = (
        walls[entrance.wall].point(entrance.at_m + entrance.width_m / 2)
        if entrance
        else np.array(area.centroid.coords[0])
    )
    ranked = []
    for edge in range(4):
        middle = (np.asarray(corners[edge]) + np.asarray(corners[(edge + 1) % 4])) / 2
        outside = middle + (middle - np.array(box.centroid.coords[0])) * 0.001
        clear = area.exterior.distance(shapely.Point(outside)) > LANDING_M
        ranked.append((not clear, float(np.hypot(*(middle - at))) + float(rng.uniform(0, 2.5)), edge))
    return (min(ranked)[2],)
