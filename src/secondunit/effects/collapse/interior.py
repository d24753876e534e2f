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
OVER_M = 2.0  # m: walls reach this far past their ends before they are cut off at what they meet
LEAST_M3 = 1e-3  # m3: smaller bits of wall are left out
OPEN_PLAN = 0.25  # share of light walls left out, by eye
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
        most_bays: in the whole building; larger buildings get larger bays.
    """

    corners: Floats
    levels_m: Floats
    slab_m: float
    floor: Material
    framed: bool
    most_bays: int

    @property
    def bays(self) -> tuple[int, int]:
        """Number of bays along the front and in depth."""
        width = float(np.linalg.norm(self.corners[1] - self.corners[0]))
        depth = float(np.linalg.norm(self.corners[3] - self.corners[0]))
        storeys = len(self.levels_m) - 1
        bay = max(BAY_M, float(np.sqrt(width * depth * storeys / self.most_bays)))
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
    for storey in range(len(rooms.levels_m) - 1):
        height = float(rooms.levels_m[storey]), float(rooms.levels_m[storey + 1] - rooms.slab_m)
        yield from _floor(rooms, height[1], top=storey == len(rooms.levels_m) - 2)
        yield from _supports(rooms, height, random)
        yield from _partitions(rooms, height, random)
        yield from _furniture(rooms, height, random)


def _supports(rooms: Rooms, height: tuple[float, float], random: np.random.Generator) -> Iterator[Piece]:
    """Load-bearing walls along the front, or columns in their place."""
    nu, nv = rooms.bays
    for j in range(1, nv):
        for i in range(nu):
            ends = rooms.at(i / nu, j / nv), rooms.at((i + 1) / nu, j / nv)
            if rooms.framed:
                yield from _column(rooms, ends[1], height) if i < nu - 1 else ()
                continue
            way = ends[1] - ends[0]
            inner = [(sign * way, end) for sign, end, last in ((-1, ends[0], 0), (1, ends[1], nu - 1)) if i != last]
            yield from _wall(rooms, ends, height, BEARING_M, tuple(inner), 0.3 + 0.4 * random.random())


def _partitions(rooms: Rooms, height: tuple[float, float], random: np.random.Generator) -> Iterator[Piece]:
    """Light walls in depth between the load-bearing ones, left out here and there."""
    nu, nv = rooms.bays
    clear = (COLUMN_M if rooms.framed else BEARING_M) / 2
    for i in range(1, nu):
        for j in range(nv):
            door = random.random()
            if random.random() < OPEN_PLAN:
                continue
            stops = []
            for k, sign in ((j, 1.0), (j + 1, -1.0)):
                if 0 < k < nv:
                    into = sign * np.cross(UP, rooms.at(1, k / nv) - rooms.at(0, k / nv))
                    into /= np.linalg.norm(into)
                    stops.append((-into, rooms.at(0, k / nv) + clear * into))
            ends = rooms.at(i / nu, j / nv), rooms.at(i / nu, (j + 1) / nv)
            yield from _wall(rooms, ends, height, PARTITION_M, tuple(stops), door)


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
    height: tuple[float, float],
    thickness_m: float,
    stops: tuple[tuple[Floats, Floats], ...],
    door: float,
) -> Iterator[Piece]:
    """An inner wall with a gap for a door; the outer walls' inner faces and the planes ``stops`` cut it off."""
    way = ends[1] - ends[0]
    length = float(np.linalg.norm(way))
    way = way / length
    side = np.cross(UP, way) * thickness_m / 2
    gap = 0.4 + door * max(length - DOOR_M - 0.8, 0.0)
    over = 0.0 if thickness_m == BEARING_M and not stops else OVER_M
    spans = [(-over, gap), (gap + DOOR_M, length + over)] if length > DOOR_M + 0.8 else [(-over, length + over)]
    for first, last in spans:
        a, b = ends[0] + first * way, ends[0] + last * way
        plan = np.array([a + side, a - side, b - side, b + side])
        shape: Polyhedron | None = _upright(plan, *height, (Surface.BROKEN, Surface.BROKEN, Surface.INNER))
        for normal, point in (*rooms.inward_planes(), *stops):
            shape = shape.cut(normal, point, Surface.BROKEN) if shape else None
        if shape is not None and shape.volume > LEAST_M3:
            yield Piece(shape, Material.BRICK if thickness_m == BEARING_M else Material.PLASTER, Part.INNER_WALL)


def _column(rooms: Rooms, foot: Floats, height: tuple[float, float]) -> Iterator[Piece]:
    along = (rooms.corners[1] - rooms.corners[0]) / np.linalg.norm(rooms.corners[1] - rooms.corners[0])
    a, b = along * COLUMN_M / 2, np.cross(UP, along) * COLUMN_M / 2
    plan = foot + np.array([-a - b, a - b, a + b, -a + b])
    surfaces = (Surface.BROKEN, Surface.BROKEN, Surface.INNER)
    yield Piece(_upright(plan, *height, surfaces), Material.CONCRETE, Part.COLUMN)


def _furniture(rooms: Rooms, height: tuple[float, float], random: np.random.Generator) -> Iterator[Piece]:
    """A few boxes on the floor, each within its own bay and clear of its walls."""
    nu, nv = rooms.bays
    sides = [float(np.linalg.norm(rooms.corners[k] - rooms.corners[k - 1])) for k in range(4)]
    room = min(sides[0] / nv, sides[1] / nu, sides[2] / nv, sides[3] / nu)
    for i in range(nu):
        for j in range(nv):
            foot = rooms.at((i + random.uniform(0.35, 0.65)) / nu, (j + random.uniform(0.35, 0.65)) / nv)
            size = random.uniform([0.6, 0.7, 0.4], [1.6, 1.9, 0.8]) * min(
                1.0, (height[1] - height[0]) / 2.4, room / 3.0
            )
            angle = random.uniform(0, np.pi)
            a = np.array([np.cos(angle), 0.0, np.sin(angle)]) * size[0] / 2
            b = np.cross(UP, a) / (size[0] / 2) * size[2] / 2
            plan = foot + np.array([-a - b, -a + b, a + b, a - b])
            plan = plan if np.cross(plan[1] - plan[0], plan[2] - plan[0])[1] > 0 else plan[::-1]
            surfaces = (Surface.INNER, Surface.INNER, Surface.INNER)
            yield Piece(_upright(plan, height[0], height[0] + size[1], surfaces), Material.TIMBER, Part.FURNITURE)
