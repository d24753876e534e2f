"""Plan geometry: rectangles of pieces, what they need free, walls. x right and z down the page, metres."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import shapely

from secondunit.effects.sets.kit.catalogue import Kind, catalogue
from secondunit.effects.sets.plan import Opening, Piece, Room

Array = npt.NDArray[np.float64]
Rectangle = tuple[float, float, float, float]  # left, right, back, front in a piece's own axes
THIN_M = 0.03  # what lies flatter than this is walked on: rugs
OVERHEAD_M = 2.0  # what hangs higher than this is walked under


@dataclass(frozen=True)
class Wall:
    """One wall.

    Attributes:
        number: in the outline.
        start, end: corners in x and z.
        along, inward: unit vectors.
        length_m: between the corners.
        turn_deg: of a piece with its back to it.
    """

    number: int
    start: Array
    end: Array
    along: Array
    inward: Array
    length_m: float
    turn_deg: float

    def point(self, at_m: float, out_m: float = 0.0) -> Array:
        """A place ``at_m`` along it and ``out_m`` into the room, (2,)."""
        return np.asarray(self.start + self.along * at_m + self.inward * out_m)

    def strip(self, start_m: float, end_m: float, deep_m: float) -> shapely.Polygon:
        """The floor before a part of it."""
        corners = (self.point(start_m), self.point(end_m), self.point(end_m, deep_m), self.point(start_m, deep_m))
        return shapely.Polygon(corners)


def signed_area(outline: tuple[tuple[float, float], ...]) -> float:
    """Positive when the corners run clockwise on the page (x right, z down); a plan's run the other way."""
    points = np.asarray(outline, float)
    after = np.roll(points, -1, axis=0)
    return float((points[:, 0] * after[:, 1] - after[:, 0] * points[:, 1]).sum() / 2)


def walls_of(outline: tuple[tuple[float, float], ...]) -> tuple[Wall, ...]:
    """The walls of an outline that runs counter-clockwise on the page."""
    found = []
    for number, corner in enumerate(outline):
        start, end = np.asarray(corner, float), np.asarray(outline[(number + 1) % len(outline)], float)
        length = float(np.hypot(*(end - start)))
        along = (end - start) / max(length, 1e-9)
        inward = np.array([along[1], -along[0]])
        turn = float(np.degrees(np.arctan2(inward[0], inward[1])))
        found.append(Wall(number, start, end, along, inward, length, turn))
    return tuple(found)


def turned(points: Array, at: Array, turn_deg: Array | float) -> Array:
    """Points in a piece's own axes (..., 2) to the set's; ``at`` (..., 2) and ``turn_deg`` broadcast."""
    angle = np.radians(np.asarray(turn_deg, float))
    c, s = np.round(np.cos(angle), 12), np.round(np.sin(angle), 12)
    x, z = points[..., 0], points[..., 1]
    return np.asarray(np.stack([x * c + z * s, z * c - x * s], -1) + at)


def corners(rectangles: npt.ArrayLike) -> Array:
    """Rectangles (n, 4) left, right, back, front to corners (n, 4, 2)."""
    left, right, back, front = np.asarray(rectangles, float).reshape(-1, 4).T
    return np.stack(
        [
            np.stack([left, back], -1),
            np.stack([right, back], -1),
            np.stack([right, front], -1),
            np.stack([left, front], -1),
        ],
        axis=1,
    )


def solid(kind: str, size: tuple[float, float, float]) -> list[Rectangle]:
    """Where a piece really stands: an L or a U is not its bounding box. Depths as the kit builds them."""
    w, d = size[0] / 2, size[1] / 2
    if kind == "corner_sofa":
        deep = min(0.98, size[1] * 0.5, size[0] * 0.45)
        return [(-w, w, -d, -d + deep), (-w, -w + deep, -d + deep, d)]
    if kind == "pit_seating":
        deep = min(0.95, size[1] * 0.42, size[0] * 0.3)
        return [(-w, w, -d, -d + deep), (-w, -w + deep, -d + deep, d), (w - deep, w, -d + deep, d)]
    return [(-w, w, -d, d)]


def clearance(kind: Kind, size: tuple[float, float, float]) -> list[Rectangle]:
    """What must stay free before, behind, left and right of a piece for it to be used."""
    w, d = size[0] / 2, size[1] / 2
    front, back, left, right = kind.clear_m
    found = []
    if front and kind.name != "pit_seating":
        found.append((-w, w, d, d + front))
    if back:
        found.append((-w, w, -d - back, -d))
    if left:
        found.append((-w - left, -w, -d, d))
    if right:
        found.append((w, w + right, -d, d))
    return found


def stands_in_the_way(kind: Kind, size: tuple[float, float, float], base_m: float = 0.0) -> bool:
    """Whether people must walk around it."""
    if kind.stands in ("ceiling", "on") or size[2] <= THIN_M:
        return False
    return not (kind.stands == "wall" and (size[1] < 0.2 or kind.hang_m >= OVERHEAD_M or base_m >= OVERHEAD_M))


def polygon_of(piece: Piece) -> shapely.Geometry:
    """Where a piece stands, in the set's axes."""
    shapes = corners(solid(piece.kind, piece.size_m))
    return shapely.union_all(shapely.polygons(turned(shapes, np.asarray(piece.at_m, float), piece.turn_deg)))


def box_of(piece: Piece) -> shapely.Polygon:
    """A piece's outer rectangle."""
    w, d = piece.size_m[0] / 2, piece.size_m[1] / 2
    return shapely.polygons(turned(corners([(-w, w, -d, d)])[0], np.asarray(piece.at_m, float), piece.turn_deg))


def use_of(piece: Piece) -> shapely.Geometry:
    """What a piece needs free, in the set's axes."""
    zones = clearance(catalogue()[piece.kind], piece.size_m)
    if not zones:
        return shapely.Polygon()
    return shapely.union_all(shapely.polygons(turned(corners(zones), np.asarray(piece.at_m, float), piece.turn_deg)))


def leaf_area(room: Room, opening: Opening, landing_m: float) -> shapely.Geometry:
    """What a door sweeps and where one stands before it; for a window nothing."""
    if opening.kind == "window":
        return shapely.Polygon()
    wall = walls_of(room.outline)[opening.wall]
    sweep = opening.width_m / max(opening.leaves, 1) if opening.swing.startswith("in") else 0.0
    return wall.strip(opening.at_m, opening.at_m + opening.width_m, max(landing_m, sweep))


@cache
def standing(kind: str) -> bool:
    """Whether a kind stands on the floor at its usual size."""
    row = catalogue()[kind]
    return stands_in_the_way(row, row.size_m)
