"""The room of an option: exact dimensions as asked, and what a brief leaves open chosen as a designer would."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from secondunit.effects.sets.layout.ground import LANDING_M, TREAD_M, risers
from secondunit.effects.sets.layout.shapes import signed_area, walls_of
from secondunit.effects.sets.places import PlaceKind
from secondunit.effects.sets.plan import Ceiling, Column, Level, Opening, Room
from secondunit.effects.sets.settings import Alcove, Door, Pit, SetsSettings, Side, Window
from secondunit.errors import BadBrief

Outline = tuple[tuple[float, float], ...]
SIDES = {"north": (0.0, -1.0), "south": (0.0, 1.0), "west": (-1.0, 0.0), "east": (1.0, 0.0)}
EDGES = {"west": 0, "south": 1, "east": 2, "north": 3}  # of a rectangle's outline
JAMB_M = 0.1  # of wall that stays beside an opening


def make_room(
    settings: SetsSettings, place: PlaceKind, finishes: dict[str, str], rng: np.random.Generator, outline: Outline = (),
    *, underground: bool = False, cove_m: float = 0.0, beams: int = 0,
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

    Raises:
        BadBrief: something asked does not fit into the walls.
    """
    asked = settings.room
    if not outline and asked.outline:
        outline = oriented(asked.outline)
    if not outline:
        width, depth = (
            chosen(value, rng, usual)
            for value, usual in zip((asked.width_m, asked.depth_m), place.size_m, strict=False)
        )
        outline = ((0.0, 0.0), (0.0, depth), (width, depth), (width, 0.0))
    height = chosen(asked.height_m, rng, place.size_m[2])
    base = outline
    for number, alcove in enumerate(settings.shell.alcoves):
        outline = _recessed(outline, alcove, f"shell.alcoves[{number}]")
    openings = _openings(settings, place, base, outline, height, rng, underground)
    levels = tuple(
        _level(pit, outline, openings, rng, f"shell.levels[{number}]")
        for number, pit in enumerate(settings.shell.levels)
    )
    columns = tuple(
        Column(id=f"column-{number + 1}", at_m=one.at_m, width_m=one.width_m, depth_m=one.depth_m, round=one.round)
        for number, one in enumerate(settings.shell.columns)
    )
    _columns_inside(columns, outline)
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


def oriented(outline: Sequence[tuple[float, float]]) -> Outline:
    """The same corners, counter-clockwise on the page; walls are numbered from the first corner on."""
    corners = tuple((float(x), float(z)) for x, z in outline)
    return corners if signed_area(corners) < 0 else (corners[0], *reversed(corners[1:]))


def side_wall(outline: Outline, side: Side, where: str) -> int:
    """Number of the wall a brief means: the longest of that side."""
    walls = walls_of(outline)
    if isinstance(side, int):
        if not 0 <= side < len(walls):
            raise BadBrief(where, f"wall {side}", f"0 to {len(walls) - 1}", f"The room has {len(walls)} walls.")
        return side
    if side not in SIDES:
        raise BadBrief(where, repr(side), "north, south, east, west or the number of a wall")
    outward = np.asarray(SIDES[side])
    facing = [wall for wall in walls if -(wall.inward @ outward) > 0.7]
    if not facing:
        raise BadBrief(where, f"no wall on the {side}", "a side that the room has")
    return max(facing, key=lambda wall: (round(wall.length_m, 6), -wall.number)).number


def along(outline: Outline, wall: int, at_m: float, width_m: float) -> float:
    """From the left (north, south) or top end (east, west) to the wall's own measure."""
    one = walls_of(outline)[wall]
    forward = one.along[0] > 0 if abs(one.along[0]) > abs(one.along[1]) else one.along[1] > 0
    return at_m if forward else one.length_m - at_m - width_m


def _spans(outline: Outline) -> tuple[float, float]:
    x0, z0, x1, z1 = shapely.Polygon(outline).bounds
    return x1 - x0, z1 - z0


def _recessed(outline: Outline, alcove: Alcove, where: str) -> Outline:
    number = side_wall(outline, alcove.wall, f"{where}.wall")
    wall = walls_of(outline)[number]
    at = along(outline, number, alcove.at_m, alcove.width_m)
    if at < -1e-9 or at + alcove.width_m > wall.length_m + 1e-9:
        raise BadBrief(
            f"{where}.at_m",
            f"the alcove ends {at + alcove.width_m:.2f} m along a wall of {wall.length_m:.2f} m",
            "an alcove within its wall",
        )
    corners = [
        wall.point(at),
        wall.point(at, -alcove.depth_m),
        wall.point(at + alcove.width_m, -alcove.depth_m),
        wall.point(at + alcove.width_m),
    ]
    new = [(round(float(x), 9), round(float(z), 9)) for x, z in corners]
    ring = [*outline[: number + 1], *new, *outline[number + 1 :]]
    tidy = [one for index, one in enumerate(ring) if np.hypot(*np.subtract(one, ring[index - 1])) > 1e-6]
    if not shapely.Polygon(tidy).is_valid:
        raise BadBrief(where, "the alcove runs into the room's other walls", "a place with nothing behind it")
    return tuple(tidy)


def _columns_inside(columns: tuple[Column, ...], outline: Outline) -> None:
    area = shapely.Polygon(outline)
    for number, column in enumerate(columns):
        if not area.covers(shapely.Point(column.at_m)):
            raise BadBrief(
                f"shell.columns[{number}].at_m", f"{column.at_m} is outside the walls", "a place in the room"
            )


def _openings(
    settings: SetsSettings, place: PlaceKind, base: Outline, outline: Outline, height: float, rng: np.random.Generator,
    underground: bool,
) -> tuple[Opening, ...]:  # fmt: skip
    """Doors and windows: those with a place first, then those that are free to choose."""
    asked: list[tuple[str, Door | Window]] = [
        (f"openings.doors[{n}]", one) for n, one in enumerate(settings.openings.doors)
    ]
    if not asked:
        asked += [("openings.doors", Door(role="entrance" if n == 0 else "exit")) for n in range(place.doors)]
    windows = [(f"openings.windows[{n}]", one) for n, one in enumerate(settings.openings.windows)]
    if not windows and not underground:
        windows = [
            (
                "openings.windows",
                Window(
                    width_m=place.window_m[0],
                    height_m=min(place.window_m[1], height - place.window_m[2] - 0.2),
                    sill_m=place.window_m[2],
                ),
            )
        ] * place.windows
    asked += windows
    taken: list[Opening] = []
    lit = _window_walls(outline, asked, rng)
    ordered = sorted(range(len(asked)), key=lambda index: asked[index][1].at_m is None)
    placed: dict[int, Opening] = {}
    for index in ordered:
        where, one = asked[index]
        try:
            opening = _place(one, where, base, outline, height, taken, rng, lit, index)
        except BadBrief:
            if where == "openings.windows":
                continue  # nobody asked for it: the place usually has one
            raise
        taken.append(opening)
        placed[index] = opening
    return tuple(placed[index] for index in sorted(placed))


def _window_walls(outline: Outline, asked: list[tuple[str, Door | Window]], rng: np.random.Generator) -> list[int]:
    """Walls the windows without a wall go to: one long side, and a second where there are many."""
    walls = sorted(walls_of(outline), key=lambda wall: -wall.length_m)[:4]
    count = sum(isinstance(one, Window) and one.wall is None for _, one in asked)
    first = int(rng.integers(min(2, len(walls))))
    return [walls[first].number] if count <= 2 else [walls[first].number, walls[(first + 2) % len(walls)].number]


def _place(
    one: Door | Window, where: str, base: Outline, outline: Outline, height: float, taken: list[Opening],
    rng: np.random.Generator, lit: list[int], index: int,
) -> Opening:  # fmt: skip
    """One opening where it was asked, or where there is room for it."""
    sill = one.sill_m if isinstance(one, Window) else 0.0
    if sill + one.height_m > height + 1e-9:
        raise BadBrief(
            f"{where}.height_m",
            f"it reaches {sill + one.height_m:.2f} m in a room {height:.2f} m high",
            f"at most {height - sill:.2f} m",
        )
    walls = walls_of(outline)
    if one.wall is not None:
        numbers = [_same_wall(base, outline, one.wall, one.at_m, one.width_m, where)]
    elif isinstance(one, Window):
        numbers = lit
    else:
        numbers = [
            int(n)
            for n in rng.permutation([wall.number for wall in walls if wall.length_m >= one.width_m + 2 * JAMB_M])
        ]
        used = {each.wall for each in taken if each.kind != "window"}
        numbers.sort(key=lambda n: (n in used, n in lit))
    for number in numbers:
        wall = walls[number]
        if one.at_m is not None and one.wall is not None:
            places = [_base_along(base, outline, one.wall, one.at_m, one.width_m, number)]
        else:
            places = _spots(one, wall.length_m, rng, number, taken)
        for at in places:
            if (
                at >= -1e-9
                and at + one.width_m <= wall.length_m + 1e-9
                and not _overlaps(number, at, one.width_m, taken)
            ):
                return _opening(one, index, number, max(0.0, round(at, 4)), sill, rng, wall.length_m)
    if one.at_m is not None and one.wall is not None:
        wall = walls[numbers[0]]
        raise BadBrief(
            f"{where}.at_m",
            f"{one.at_m:g} m with a width of {one.width_m:g} m on a wall of {wall.length_m:.2f} m",
            "a free stretch of that wall",
        )
    raise BadBrief(where, f"no wall has {one.width_m:g} m free for it", "a narrower one, or fewer")


def _same_wall(base: Outline, outline: Outline, side: Side, at_m: float | None, width_m: float, where: str) -> int:
    """The wall of the outline with alcoves that a brief's wall is now."""
    number = side_wall(base, side, f"{where}.wall")
    old = walls_of(base)[number]
    middle = old.point(along(base, number, at_m, width_m) + width_m / 2) if at_m is not None else None
    parts = [
        wall for wall in walls_of(outline)
        if abs((wall.start - old.start) @ old.inward) < 1e-6 and wall.along @ old.along > 0.999
        and (middle is None or 0 <= (middle - wall.start) @ wall.along <= wall.length_m)
    ]  # fmt: skip
    if not parts:
        raise BadBrief(
            f"{where}.at_m",
            "it lies where the wall has an alcove",
            "another place, or the alcove's own wall by its number",
        )
    return max(parts, key=lambda wall: wall.length_m).number


def _base_along(base: Outline, outline: Outline, side: Side, at_m: float, width_m: float, number: int) -> float:
    old = walls_of(base)[side_wall(base, side, "wall")]
    start = old.point(along(base, old.number, at_m, width_m))
    wall = walls_of(outline)[number]
    return float((start - wall.start) @ wall.along)


def _spots(one: Door | Window, length: float, rng: np.random.Generator, wall: int, taken: list[Opening]) -> list[float]:
    """Where an opening may go on a wall: a door near a corner or in the middle, windows at even distances."""
    room = length - one.width_m
    if isinstance(one, Window):
        same = sum(each.kind == "window" and each.wall == wall for each in taken)
        count = max(1, int(length / (one.width_m + 0.7)))
        order = sorted(range(count), key=lambda k: (abs(k - (count - 1) / 2), k))
        even = [(k + 0.5) * length / count - one.width_m / 2 for k in order]
        return [*even[same:], *even[:same]]
    corner = 0.35 if room > 0.7 else room / 2
    spots = [corner, room - corner, room / 2]
    rng.shuffle(spots)
    return [*spots, *np.arange(JAMB_M, max(room, JAMB_M), 0.3).tolist()]


def _overlaps(wall: int, at: float, width: float, taken: list[Opening]) -> bool:
    return any(
        one.wall == wall and at < one.at_m + one.width_m + JAMB_M and one.at_m < at + width + JAMB_M for one in taken
    )


def _opening(
    one: Door | Window, index: int, wall: int, at: float, sill: float, rng: np.random.Generator, length: float
) -> Opening:
    if isinstance(one, Window):
        name = one.id or f"window-{index + 1}"
        return Opening(
            id=name,
            kind="window",
            wall=wall,
            at_m=at,
            width_m=one.width_m,
            height_m=one.height_m,
            sill_m=sill,
            role="view",
        )
    hinge = "near" if at < length / 2 else "far"  # it opens against the nearer side wall
    out = one.swing == "out" or "fire" in one.role
    swing = "none" if one.leaves == 0 else "slide" if one.swing == "slide" else f"{'out' if out else 'in'}-{hinge}"
    return Opening(
        id=one.id or f"door-{index + 1}", kind="door" if one.leaves else "opening", wall=wall, at_m=at,
        width_m=one.width_m, height_m=one.height_m, swing=swing, leaves=one.leaves, role=one.role,
    )  # fmt: skip


def _level(pit: Pit, outline: Outline, openings: tuple[Opening, ...], rng: np.random.Generator, where: str) -> Level:
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
        if area.buffer(1e-6).covers(need):
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
