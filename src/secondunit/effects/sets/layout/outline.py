"""The walls of an outline as a brief names them: by side or number, and places along them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from secondunit.effects.sets.layout.shapes import Array, Wall, signed_area, walls_of
from secondunit.effects.sets.settings import Side
from secondunit.errors import BadBrief

Outline = tuple[tuple[float, float], ...]
SIDES = {"north": (0.0, -1.0), "south": (0.0, 1.0), "west": (-1.0, 0.0), "east": (1.0, 0.0)}
SAME_M = 1e-6  # places closer than that are one


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


def same_wall(base: Outline, outline: Outline, side: Side, at_m: float | None, width_m: float, where: str) -> int:
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


def base_along(base: Outline, outline: Outline, side: Side, at_m: float, width_m: float, number: int) -> float:
    """Where a place that is measured on a wall without alcoves lies on a wall of the outline with them."""
    old = walls_of(base)[side_wall(base, side, "wall")]
    start = old.point(along(base, old.number, at_m, width_m))
    wall = walls_of(outline)[number]
    return float((start - wall.start) @ wall.along)


def wall_with(outline: Outline, start: Array, end: Array) -> Wall | None:
    """The wall on which a stretch lies that runs the walls' way; None if there is none."""
    for wall in walls_of(outline):
        a, b = (float((point - wall.start) @ wall.along) for point in (start, end))
        off = max(abs(float((point - wall.start) @ wall.inward)) for point in (start, end))
        if off < SAME_M and -SAME_M <= a < b <= wall.length_m + SAME_M:
            return wall
    return None
