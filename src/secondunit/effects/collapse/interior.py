"""What stands behind the walls: floors in bays, load-bearing and light inner walls, columns, some furniture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from secondunit.effects.collapse.polyhedron import Floats, Polyhedron
from secondunit.effects.collapse.proxy import Piece
from secondunit.effects.collapse.shards import Material, Part, Surface

BAY_M = 5.5  # m: usual span of a floor in one direction
DOOR_M = 1.0  # m: gap left in an inner wall
BEARING_M = 0.24  # m: inner load-bearing wall, one brick
PARTITION_M = 0.11  # m: light wall, half a brick or gypsum block
COLUMN_M = 0.35  # m
MOST_CELLS = 90  # floor bays in the whole building; larger buildings get larger bays
UP = np.array([0.0, 1.0, 0.0])


@dataclass(frozen=True)
class Rooms:
    """The inside of the building.

    Attributes:
        corners: (4, 3) inner corners of the outer walls on the ground: front left, front right, back right, back left.
        levels_m: (storeys + 1,) top of each floor.
        slab_m: thickness of floors.
        floor: material of floors.
        framed: columns instead of load-bearing inner walls.
    """

    corners: Floats
    levels_m: Floats
    slab_m: float
    floor: Material
    framed: bool

    @property
    def bays(self) -> tuple[int, int]:
        """Number of bays along the front and in depth."""
        width = float(np.linalg.norm(self.corners[1] - self.corners[0]))
        depth = float(np.linalg.norm(self.corners[3] - self.corners[0]))
        storeys = len(self.levels_m) - 1
        bay = max(BAY_M, float(np.sqrt(width * depth * storeys / MOST_CELLS)))
        return max(1, round(width / bay)), max(1, round(depth / bay))

    def at(self, u: float, v: float) -> Floats:
        """A point of the plan, (3,): u 0..1 along the front, v 0..1 from front to back."""
        front = (1 - u) * self.corners[0] + u * self.corners[1]
        back = (1 - u) * self.corners[3] + u * self.corners[2]
        point: Floats = (1 - v) * front + v * back
        return point

    def inward_planes(self) -> Iterator[tuple[Floats, Floats]]:
        """Outward normal and a point of each inner face of the outer walls."""
        for k in range(4):
            yield np.cross(self.corners[(k + 1) % 4] - self.corners[k], UP), self.corners[k]


def pieces(rooms: Rooms, random: np.random.Generator) -> Iterator[Piece]:
    """All of the inside, from the ground up."""
    nu, nv = rooms.bays
    for storey in range(len(rooms.levels_m) - 1):
        low, high = float(rooms.levels_m[storey]), float(rooms.levels_m[storey + 1] - rooms.slab_m)
        yield from _floor(rooms, high, top=storey == len(rooms.levels_m) - 2)
        for j in range(1, nv):
            for i in range(nu):
                ends = rooms.at(i / nu, j / nv), rooms.at((i + 1) / nu, j / nv)
                if rooms.framed:
                    yield from _column(rooms, ends[1], low, high) if i < nu - 1 else ()
                else:
                    yield from _wall(rooms, ends, low, high, BEARING_M, (), 0.3 + 0.4 * random.random())
        for i in range(1, nu):
            for j in range(nv):
                if random.random() < 0.25:  # an open plan here and there
                    continue
                spines = [(rooms.at(0, k / nv), rooms.at(1, k / nv)) for k in (j, j + 1) if 0 < k < nv]
                ends = rooms.at(i / nu, j / nv), rooms.at(i / nu, (j + 1) / nv)
                yield from _wall(rooms, ends, low, high, PARTITION_M, tuple(spines), random.random())
        yield from _furniture(rooms, low, random)


def _floor(rooms: Rooms, under_m: float, top: bool) -> Iterator[Piece]:
    """One storey's ceiling: slab bays that meet over the inner walls."""
    nu, nv = rooms.bays
    for i in range(nu):
        for j in range(nv):
            u, v = (i / nu, (i + 1) / nu), (j / nv, (j + 1) / nv)
            plan = np.array([rooms.at(u[0], v[0]), rooms.at(u[1], v[0]), rooms.at(u[1], v[1]), rooms.at(u[0], v[1])])
            upper = Surface.OUTER if top else Surface.INNER
            shape = _upright(plan, under_m, under_m + rooms.slab_m, (upper, Surface.INNER, Surface.BROKEN))
            yield Piece(shape, rooms.floor, Part.ROOF if top else Part.SLAB)


def _upright(plan: Floats, low_m: float, high_m: float, surfaces: tuple[Surface, Surface, Surface]) -> Polyhedron:
    """A prism over a plan (n, 3), counter-clockwise from above; surfaces of its top, bottom and sides."""
    return Polyhedron.prism(
        plan + high_m * UP, plan + low_m * UP, (surfaces[0], surfaces[1], (surfaces[2],) * len(plan))
    )


def _wall(
    rooms: Rooms,
    ends: tuple[Floats, Floats],
    low_m: float,
    high_m: float,
    thickness_m: float,
    stops: tuple[tuple[Floats, Floats], ...],
    door: float,
) -> Iterator[Piece]:
    """An inner wall with a gap for a door, cut off at the outer walls and at the load-bearing walls ``stops``."""
    way = ends[1] - ends[0]
    length = float(np.linalg.norm(way))
    way = way / length
    side = np.cross(UP, way) * thickness_m / 2
    bearing = thickness_m == BEARING_M
    gap = 0.4 + door * max(length - DOOR_M - 0.8, 0.0)
    spans = [(0.0, gap), (gap + DOOR_M, length)] if length > DOOR_M + 0.8 else [(0.0, length)]
    for first, last in spans:
        reach_low = first - (0.5 if first == 0.0 and not bearing else 0.0)
        reach_high = last + (0.5 if last == length and not bearing else 0.0)
        a, b = ends[0] + reach_low * way, ends[0] + reach_high * way
        plan = np.array([a + side, a - side, b - side, b + side])
        shape: Polyhedron | None = _upright(plan, low_m, high_m, (Surface.BROKEN, Surface.BROKEN, Surface.INNER))
        for normal, point in rooms.inward_planes():
            shape = shape.cut(normal, point, Surface.BROKEN) if shape else None
        middle = (ends[0] + ends[1]) / 2
        for start, end in stops:
            normal = np.cross(end - start, UP)
            normal = normal / np.linalg.norm(normal) * np.sign(normal @ (start - middle))
            shape = shape.cut(normal, start - normal * BEARING_M / 2, Surface.BROKEN) if shape else None
        if shape is not None and shape.volume > 1e-3:
            yield Piece(shape, Material.BRICK if bearing else Material.PLASTER, Part.INNER_WALL)


def _column(rooms: Rooms, foot: Floats, low_m: float, high_m: float) -> Iterator[Piece]:
    along = (rooms.corners[1] - rooms.corners[0]) / np.linalg.norm(rooms.corners[1] - rooms.corners[0])
    a, b = along * COLUMN_M / 2, np.cross(UP, along) * COLUMN_M / 2
    plan = foot + np.array([-a - b, a - b, a + b, -a + b])
    surfaces = (Surface.BROKEN, Surface.BROKEN, Surface.INNER)
    yield Piece(_upright(plan, low_m, high_m, surfaces), Material.CONCRETE, Part.COLUMN)


def _furniture(rooms: Rooms, low_m: float, random: np.random.Generator) -> Iterator[Piece]:
    """A few boxes on the floor, each within its own bay and clear of its walls."""
    nu, nv = rooms.bays
    for i in range(nu):
        for j in range(nv):
            foot = rooms.at((i + random.uniform(0.35, 0.65)) / nu, (j + random.uniform(0.35, 0.65)) / nv)
            size = random.uniform([0.6, 0.7, 0.4], [1.6, 1.9, 0.8])
            angle = random.uniform(0, np.pi)
            a = np.array([np.cos(angle), 0.0, np.sin(angle)]) * size[0] / 2
            b = np.cross(UP, a) / (size[0] / 2) * size[2] / 2
            plan = foot + np.array([-a - b, -a + b, a + b, a - b])
            plan = plan if np.cross(plan[1] - plan[0], plan[2] - plan[0])[1] > 0 else plan[::-1]
            surfaces = (Surface.INNER, Surface.INNER, Surface.INNER)
            yield Piece(_upright(plan, low_m, low_m + size[1], surfaces), Material.TIMBER, Part.FURNITURE)
