"""The floor of a room while it is furnished: where groups may stand, what must stay free, how one walks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from scipy import ndimage

from secondunit.effects.sets.layout.groups import Group
from secondunit.effects.sets.layout.shapes import Array, leaf_area, turned, walls_of
from secondunit.effects.sets.plan import Column, Level, Room

Mask = npt.NDArray[np.bool_]
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

    def world(self, rectangles: Array) -> Array:
        """Corners of the group's rectangles (n, 4, 2) in the set's axes."""
        return turned(rectangles, self.at, self.turn_deg)


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
        solids, zones, tall = group.solids(), group.zones(), group.tall()
        taken = [one.world(one.group.solids()) for one in others]
        rugs = [one.world(one.group.everything()) for one in others]
        needed = [one.world(one.group.zones()) for one in others]
        standing = _union([*taken], -SLACK_M, self.columns)
        both = _union([*taken, *rugs, *needed], -SLACK_M, shapely.union_all([self.columns, self.kept.buffer(-SLACK_M)]))
        walls = shapely.union_all([*self.windows, _union([one.world(one.group.tall()) for one in others], -SLACK_M)])
        flat = group.everything()
        for rectangles, blocked, inside in (
            (solids, both, True), (zones, standing, True), (tall, walls, False), (flat, standing, True),
        ):  # fmt: skip
            if not len(rectangles) or not ok.any():
                continue
            index = np.flatnonzero(ok)
            world = turned(rectangles[None], at[index][:, None, None], turns[index][:, None, None])
            polygons = shapely.polygons(world)
            good = np.ones(len(index), bool)
            if not blocked.is_empty:
                shapely.prepare(blocked)
                good &= ~shapely.intersects(blocked, polygons).any(1)
            if inside:
                for number in set(region[index].tolist()):
                    here = region[index] == number
                    good[here] &= shapely.covers(self._inside[number], polygons[here]).all(1)
            ok[index] = good
        return ok

    def free(self, placed: list[Placed]) -> Mask:
        """Cells of the floor on which nothing stands."""
        floor = self.floor.copy()
        for one in placed:
            for corners in one.world(one.group.solids()):
                fill(floor, (corners - self.corner) / CELL_M - 0.5)
        return floor

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
        use = one.group.zones() if len(one.group.zones()) else one.group.solids()
        if not len(use):
            return True
        near = np.zeros(self.floor.shape, bool)
        for corners in one.world(use):
            middle = corners.mean(0)
            grown = middle + (corners - middle) * (1 + 0.9 / np.maximum(np.abs(corners - middle).max(), 0.3))
            fill(near, (grown - self.corner) / CELL_M - 0.5, True)
        return bool(self._names(near, labels) & entered)


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


def _union(rectangles: list[Array], grow: float, also: shapely.Geometry | None = None) -> shapely.Geometry:
    shapes = [one for one in rectangles if len(one)]
    found = shapely.Polygon()
    if shapes:
        found = shapely.union_all(shapely.polygons(np.concatenate(shapes))).buffer(grow, join_style="mitre")
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
