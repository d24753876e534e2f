"""The floor of a room while it is furnished: where groups may stand, what must stay free, how one walks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from scipy import ndimage

from secondunit.effects.sets.layout.groups import Group
from secondunit.effects.sets.layout.shapes import Array, leaf_area, turned, walls_of
from secondunit.effects.sets.plan import Column, Level, Room

Mask = npt.NDArray[np.bool_]
Blocked = tuple[shapely.Geometry, shapely.Geometry, shapely.Geometry]
RISER_M, TREAD_M = 0.18, 0.28  # as the steps are built: twice a riser and one tread make 0.64 m (Blondel 1675)
LANDING_M = 0.9  # before a door and before steps
SLACK_M = 0.002  # pieces may touch
CELL_M = 0.1
WINDOW_M = 0.3  # of floor before a window on which nothing tall may stand
DROP_M = 0.1  # kept along an edge one could fall over


@dataclass(frozen=True)
class Placed:
    """A group where it stands.

    Attributes:
        group: what.
        at: (2,) where its own origin is.
        turn_deg: how it is turned.
        region: number of the floor it is on; 0 is the main floor.
        score: how well it stands, by itself and with those placed before.
    """

    group: Group
    at: Array
    turn_deg: float
    region: int
    score: float = 0.0
    _seen: dict[int, tuple[Array, Any]] = field(init=False, default_factory=dict, compare=False, repr=False)

    def world(self, rectangles: Array) -> Array:
        """Corners of the group's rectangles (n, 4, 2) in the set's axes."""
        return turned(rectangles, self.at, self.turn_deg)

    def polygons(self, rectangles: Array) -> Any:
        """The same as polygons (n,), made once for each array of the group's own."""
        found = self._seen.get(id(rectangles))  # what is kept holds the array, so that no other gets its id
        if found is None:
            found = self._seen[id(rectangles)] = (rectangles, shapely.polygons(self.world(rectangles)))
        return found[1]


def risers(height_m: float) -> int:
    """How many steps a height takes."""
    return max(1, round(abs(height_m) / RISER_M))


def step_areas(level: Level) -> shapely.Geometry:
    """The treads within a level's outline."""
    deep = (risers(level.height_m) - 1) * TREAD_M
    area = shapely.Polygon(level.outline)
    if deep <= 0:
        return shapely.Polygon()
    return shapely.union_all([_beside(level, edge, deep).intersection(area) for edge in level.steps])


def landings(level: Level, deep_m: float = LANDING_M) -> shapely.Geometry:
    """Where one stands before and after its steps."""
    area = shapely.Polygon(level.outline)
    treads = (risers(level.height_m) - 1) * TREAD_M
    outside = [_beside(level, edge, deep_m).difference(area) for edge in level.steps]
    inside = [_beside(level, edge, treads + 0.4).intersection(area) for edge in level.steps]
    return shapely.union_all(outside + inside)


def _beside(level: Level, edge: int, deep: float) -> shapely.Geometry:
    """A strip along an edge, on both sides."""
    line = shapely.LineString([level.outline[edge], level.outline[(edge + 1) % len(level.outline)]])
    return line.buffer(deep, cap_style="flat")


class Ground:
    """A room's floor and what is already said about it."""

    def __init__(self, room: Room, path_m: float) -> None:
        self.room, self.path_m = room, path_m
        self.walls = walls_of(room.outline)
        self.outline = shapely.Polygon(room.outline)
        levels = [shapely.Polygon(level.outline) for level in room.levels]
        main = self.outline.difference(shapely.union_all(levels)) if levels else self.outline
        self.regions = [main, *levels]
        self.heights = [0.0, *(level.height_m for level in room.levels)]
        self._inside = [region.buffer(SLACK_M, join_style="mitre") for region in self.regions]
        kept = [leaf_area(room, opening, LANDING_M) for opening in room.openings if opening.kind != "window"]
        kept += [landings(level) for level in room.levels]
        self.kept = shapely.union_all(kept) if kept else shapely.Polygon()
        self.columns = (
            shapely.union_all([column_area(one) for one in room.columns]) if room.columns else shapely.Polygon()
        )
        self.windows = [
            self.walls[one.wall].strip(one.at_m, one.at_m + one.width_m, WINDOW_M)
            for one in room.openings
            if one.kind == "window"
        ]
        self._is_box = [one.equals(shapely.box(*one.bounds)) for one in self._inside]
        self._never = shapely.union_all([self.columns, self.kept.buffer(-SLACK_M)])
        self._last: tuple[list[Placed], Blocked] | None = None
        self._marked: dict[int, tuple[Placed, Mask, Mask]] = {}
        for shape in (*self._inside, *self.regions):
            shapely.prepare(shape)
        self._grid()

    def _grid(self) -> None:
        left, top, right, bottom = self.outline.bounds
        self.corner = np.array([left, top])
        xs = np.arange(left + CELL_M / 2, right, CELL_M)
        zs = np.arange(top + CELL_M / 2, bottom, CELL_M)
        self.points = np.stack(np.meshgrid(xs, zs), -1)
        inside = shapely.contains_xy(self.outline, self.points[..., 0], self.points[..., 1])
        edges = [drops(level) for level in self.room.levels]
        blocked = shapely.union_all([self.columns, *edges])
        if not blocked.is_empty:
            shapely.prepare(blocked)
            inside &= ~shapely.contains_xy(blocked, self.points[..., 0], self.points[..., 1])
        self.floor: Mask = inside
        self.door_cells = [
            self._cells(self.walls[one.wall].strip(one.at_m + 0.1, one.at_m + one.width_m - 0.1, 0.6))
            for one in self.room.openings
            if one.kind != "window"
        ]

    def _cells(self, area: shapely.Geometry) -> Mask:
        return np.asarray(shapely.contains_xy(area, self.points[..., 0], self.points[..., 1]))

    def feasible(self, group: Group, at: Array, turns: Array, region: Array, others: list[Placed]) -> Mask:
        """Which of n places (n, 2), with turns (n,) on regions (n,), break no rule by themselves."""
        ok = np.ones(len(at), bool)
        both, standing, walls = self._blocked(others)
        for rectangles, blocked, inside in (
            (group.solids(), both, True), (group.zones(), standing, True), (group.tall(), walls, False),
            (group.everything(), standing, True),
        ):  # fmt: skip
            for part in (rectangles[:1], rectangles[1:]):  # the first rules out most places, and the rest is many
                index = np.flatnonzero(ok)
                if len(part) and len(index):
                    world = turned(part[None], at[index][:, None, None], turns[index][:, None, None])
                    ok[index] = self._clear(world, region[index], blocked, inside)
        return ok

    def _clear(self, world: Array, region: Array, blocked: shapely.Geometry, inside: bool) -> Mask:
        """Which of n groups of rectangles (n, r, 4, 2) touch nothing blocked and, if asked, stay on their region."""
        good = self._within(world, region) if inside else np.ones(len(world), bool)
        polygons = shapely.polygons(world[good])
        if inside:
            covered = self._covered(polygons, region[good])
            good[good], polygons = covered, polygons[covered]
        if not blocked.is_empty and len(polygons):
            shapely.prepare(blocked)
            good[good] = ~shapely.intersects(blocked, polygons).any(1)
        return good

    def _blocked(self, others: list[Placed]) -> Blocked:
        """Where no piece may stand, nothing that is used may be, nothing tall may; kept while the others stay."""
        last = self._last
        if (
            last is not None
            and len(last[0]) == len(others)
            and all(a is b for a, b in zip(last[0], others, strict=True))
        ):
            return last[1]
        taken = [one.polygons(one.group.solids()) for one in others]
        rugs = [one.polygons(one.group.everything()) for one in others]
        needed = [one.polygons(one.group.zones()) for one in others]
        standing = _union([*taken], -SLACK_M, self.columns)
        both = _union([*taken, *rugs, *needed], -SLACK_M, self._never)
        walls = shapely.union_all([*self.windows, _union([one.polygons(one.group.tall()) for one in others], -SLACK_M)])
        self._last = list(others), (both, standing, walls)
        return both, standing, walls

    def _within(self, world: Array, region: Array) -> Mask:
        """Which of n groups of rectangles (n, r, 4, 2) lie within the outer rectangle of their region: a quick look."""
        bounds = np.array([one.bounds for one in self._inside])[region][:, None, None]
        inside = (world >= bounds[..., :2]) & (world <= bounds[..., 2:])
        return np.asarray(inside.all((1, 2, 3)))

    def _covered(self, polygons: Any, region: Array) -> Mask:
        """Which of n groups of polygons (n, r), all within their region's outer rectangle, lie within the region."""
        good = np.ones(len(polygons), bool)
        for number in sorted(set(region.tolist())):
            if not self._is_box[number]:
                here = region == number
                good[here] = shapely.covers(self._inside[number], polygons[here]).all(1)
        return good

    def free(self, placed: list[Placed]) -> Mask:
        """Cells of the floor on which nothing stands."""
        floor = self.floor.copy()
        for one in placed:
            floor &= self._marks(one)[1]
        return floor

    def _marks(self, one: Placed) -> tuple[Placed, Mask, Mask]:
        """Cells on which it does not stand, and cells from which one gets to it."""
        found = self._marked.get(id(one))  # what is kept holds it, so that no other gets its id
        if found is None:
            clear, near = np.ones(self.floor.shape, bool), np.zeros(self.floor.shape, bool)
            for corners in one.world(one.group.solids()):
                fill(clear, (corners - self.corner) / CELL_M - 0.5)
            use = one.group.zones() if len(one.group.zones()) else one.group.solids()
            for corners in one.world(use):
                middle = corners.mean(0)
                grown = middle + (corners - middle) * (1 + 0.9 / np.maximum(np.abs(corners - middle).max(), 0.3))
                fill(near, (grown - self.corner) / CELL_M - 0.5, True)
            found = self._marked[id(one)] = one, clear, near
        return found

    def walk(self, placed: list[Placed]) -> tuple[float, list[bool]]:
        """Share of the doors one can walk between, and for each group whether one gets to it."""
        floor = np.pad(self.free(placed), 1)
        room = ndimage.distance_transform_edt(floor)[1:-1, 1:-1] * CELL_M - CELL_M / 2
        wide, _ = ndimage.label(room >= self.path_m / 2)
        narrow, _ = ndimage.label(room >= 0.25)
        doors = [self._names(cells, wide) for cells in self.door_cells]
        joined = set.intersection(*doors) if doors else set()
        share = 1.0 if not doors or joined else max(0.0, 1 - 1 / len(doors))
        entered = self._names(self.door_cells[0], narrow) if doors else set(range(1, int(narrow.max()) + 1))
        return share, [self._reached(one, narrow, entered) for one in placed]

    def _names(self, cells: Mask, labels: npt.NDArray[np.int32]) -> set[int]:
        return set(np.unique(labels[cells]).tolist()) - {0}

    def _reached(self, one: Placed, labels: npt.NDArray[np.int32], entered: set[int]) -> bool:
        if not len(one.group.zones()) and not len(one.group.solids()):
            return True
        return bool(self._names(self._marks(one)[2], labels) & entered)


def fill(mask: Mask, corners: Array, value: bool = False) -> None:
    """Sets the cells within a rectangle whose corners (4, 2) are in cells."""
    low = np.maximum(np.floor(corners.min(0)).astype(int), 0)
    high = np.minimum(np.ceil(corners.max(0)).astype(int) + 1, np.array(mask.shape[::-1]))
    if (high <= low).any():
        return
    xs, zs = np.arange(low[0], high[0]), np.arange(low[1], high[1])
    first, second = corners[1] - corners[0], corners[3] - corners[0]
    dx, dz = xs[None] - corners[0, 0], zs[:, None] - corners[0, 1]
    a = (dx * first[0] + dz * first[1]) / max(float(first @ first), 1e-9)
    b = (dx * second[0] + dz * second[1]) / max(float(second @ second), 1e-9)
    inside = (a >= -1e-9) & (a <= 1 + 1e-9) & (b >= -1e-9) & (b <= 1 + 1e-9)
    part = mask[low[1] : high[1], low[0] : high[0]]
    part[inside] = value


def _union(polygons: list[Any], grow: float, also: shapely.Geometry | None = None) -> shapely.Geometry:
    shapes = [one for one in polygons if len(one)]
    found = shapely.Polygon()
    if shapes:
        found = shapely.union_all(np.concatenate(shapes)).buffer(grow, join_style="mitre")
    return found if also is None else shapely.union_all([found, also])


def column_area(one: Column) -> shapely.Geometry:
    """Where a column stands."""
    x, z = one.at_m
    if one.round:
        return shapely.Point(x, z).buffer(one.width_m / 2, quad_segs=16)
    w, d = one.width_m / 2, one.depth_m / 2
    return shapely.box(x - w, z - d, x + w, z + d)


def drops(level: Level) -> shapely.Geometry:
    """The edges of a level that are not steps."""
    count = len(level.outline)
    edges = [
        shapely.LineString([level.outline[edge], level.outline[(edge + 1) % count]])
        for edge in range(count)
        if edge not in level.steps
    ]
    steps = [shapely.LineString([level.outline[edge], level.outline[(edge + 1) % count]]) for edge in level.steps]
    found = shapely.union_all(edges).buffer(DROP_M) if edges else shapely.Polygon()
    return found.difference(shapely.union_all(steps).buffer(DROP_M, cap_style="flat")) if steps else found
