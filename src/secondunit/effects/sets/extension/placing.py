"""A set put on the ground of a plate: the plate's camera in the set's own axes, and the walls it looks through."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import shapely

from secondunit.effects.sets.build import Built, Part, build
from secondunit.effects.sets.extension.settings import Placing
from secondunit.effects.sets.kit.catalogue import catalogue
from secondunit.effects.sets.kit.shape import turned
from secondunit.effects.sets.plan import Piece, SetPlan
from secondunit.effects.sets.room import WallLine, walls
from secondunit.errors import BadBrief
from secondunit.scene.camera import Array, Camera

NEAR_M = 0.2  # of a wall's face: what lies within, and in the wall, goes out with it
SHELL = ("skirting", "frame", "door", "handle", "room")  # parts of the room that are on its walls
ABOVE = ("ceiling", "beam")
BUILT_IN, TALL_M = ("storage", "fitting", "kitchen", "technical"), 1.0  # what hides a set from behind its wall


def seen_by(camera: Camera, where: Placing) -> Camera:
    """The surveyed camera in the axes of the set.

    Args:
        camera: in the world of the survey, in the plate's own size.
        where: which point of the set stands where, and how it is turned.

    Raises:
        BadBrief: the pixel given shows no ground.
    """
    turn = turned(where.turn_deg)
    along, out = where.at_m if where.at_px is None else ground_at(camera, where.at_px)
    anchor = np.array([along, where.height_m, out])
    corner = np.array([where.corner_m[0], 0.0, where.corner_m[1]])
    position = (np.asarray(camera.position_m) - anchor) @ turn + corner
    rows = np.asarray(camera.rotation) @ turn
    x, y, z = (float(value) for value in position)
    return replace(
        camera,
        position_m=(x, y, z),
        rotation=tuple((float(row[0]), float(row[1]), float(row[2])) for row in rows),
    )


def to_world(points_m: npt.ArrayLike, camera: Camera, where: Placing) -> Array:
    """Points of the set (..., 3) in the world of the survey."""
    along, out = where.at_m if where.at_px is None else ground_at(camera, where.at_px)
    corner = np.array([where.corner_m[0], 0.0, where.corner_m[1]])
    turn = turned(where.turn_deg)
    moved: Array = (np.asarray(points_m, float) - corner) @ turn.T + np.array([along, where.height_m, out])
    return moved


def ground_at(camera: Camera, pixel: tuple[float, float]) -> tuple[float, float]:
    """The place on the ground (x, z) that a pixel of the plate shows.

    Raises:
        BadBrief: it shows none.
    """
    way = camera.rays(pixel)
    high = camera.position_m[1]
    if way[1] * high >= -1e-6 * abs(high):
        advice = "Give a pixel where the ground is seen, or metres in set.at_m."
        raise BadBrief("set.at_px", f"[{pixel[0]:g}, {pixel[1]:g}] is above the horizon", "a pixel below it", advice)
    far = -high / way[1]
    return float(camera.position_m[0] + far * way[0]), float(camera.position_m[2] + far * way[2])


def wild_walls(plan: SetPlan, camera: Camera) -> tuple[int, ...]:
    """The walls that a camera in the set's axes would see from behind; none if it stands in the room."""
    x, _, z = camera.position_m
    if shapely.Polygon(plan.room.outline).covers(shapely.Point(x, z)):
        return ()
    return tuple(wall.number for wall in walls(plan.room) if _before(wall, np.array([[x, 0.0, z]]))[0] < 0)


def opened(plan: SetPlan, camera: Camera) -> Built:
    """The set without the walls that would hide it from a camera, and without its ceiling for one that is above.

    With a wall goes what hangs on it, and what stands tall with its back to it.
    """
    gone = wild_walls(plan, camera)
    out = [wall for wall in walls(plan.room) if wall.number in gone]
    hung = {piece.id for piece in plan.pieces if any(_belongs(piece, wall) for wall in out)}
    pieces = tuple(piece for piece in plan.pieces if piece.id not in hung and piece.on not in hung)
    built = build(plan.model_copy(update={"pieces": pieces}))
    without = {f"wall:{wall.number}" for wall in out}
    if camera.position_m[1] > plan.room.height_m:
        without.update(ABOVE)
    parts = [part for part in built.parts if part.object not in without]
    kept = [_cut(part, out, plan.room.wall_m) if part.object in SHELL else part for part in parts]
    lost = {opening.id for wall in out for opening in wall.openings}
    panes = tuple(pane for pane in built.panes if pane.opening not in lost)
    return Built(tuple(part for part in kept if len(part.triangles)), built.beams, panes)


def _belongs(piece: Piece, wall: WallLine) -> bool:
    """Whether a piece is part of a wall as it is seen from behind."""
    kind = catalogue()[piece.kind]
    tall = kind.group in BUILT_IN and piece.base_m + piece.size_m[2] > TALL_M
    away = abs(_before(wall, np.array([[piece.at_m[0], 0.0, piece.at_m[1]]]))[0])
    return (kind.stands == "wall" or tall) and bool(away < piece.size_m[1] / 2 + NEAR_M)


def _cut(part: Part, out: list[WallLine], thick_m: float) -> Part:
    """A part without the triangles that lie on or in walls that are taken out."""
    points = part.points_m.astype(float)
    on = np.zeros(len(part.triangles), bool)
    for wall in out:
        before, along = _before(wall, points), _along(wall, points)
        near = (before > -thick_m - NEAR_M) & (before < NEAR_M) & (along > -NEAR_M) & (along < wall.length_m + NEAR_M)
        on |= near[part.triangles].all(1)
    return replace(part, triangles=part.triangles[~on]) if on.any() else part


def _before(wall: WallLine, points: Array) -> Array:
    """How far points (n, 3) are before a wall's face, into the room, (n,)."""
    way = np.subtract(wall.second, wall.first) / wall.length_m
    inward = np.array([way[1], -way[0]])
    out: Array = (points[:, [0, 2]] - np.asarray(wall.first)) @ inward
    return out


def _along(wall: WallLine, points: Array) -> Array:
    out: Array = (points[:, [0, 2]] - np.asarray(wall.first)) @ (np.subtract(wall.second, wall.first) / wall.length_m)
    return out
