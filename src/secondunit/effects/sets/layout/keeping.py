"""Rules that need the whole room: ways, what can be reached, sight lines, room to play."""

from __future__ import annotations

import numpy as np
import shapely
from scipy import ndimage

from secondunit.effects.sets.kit.catalogue import catalogue
from secondunit.effects.sets.layout.ground import CELL_M, Ground, Mask, Placed, fill
from secondunit.effects.sets.layout.shapes import Array, corners, solid, turned
from secondunit.effects.sets.settings import Action

SEEN_OVER_M = 1.3  # what is lower is looked over by one who stands
MARGIN_M = 0.15  # a way is found on a grid: it is looked for this much wider than asked


class Keeping:
    """What must hold of a whole room."""

    def __init__(self, ground: Ground, action: Action) -> None:
        self.ground, self.action = ground, action
        self.doors = {one.id: one for one in ground.room.openings if one.kind != "window"}

    def holds(self, placed: list[Placed]) -> bool:
        """Whether all rules hold for what stands so far."""
        share, reached = self.ground.walk(placed)
        if share < 1 or not all(reached):
            return False
        return self._ways(placed) and self._play(placed) and self._sights(placed)

    def _ways(self, placed: list[Placed]) -> bool:
        if not self.action.paths:
            return True
        floor = np.pad(self.ground.free(placed), 1)
        room = ndimage.distance_transform_edt(floor)[1:-1, 1:-1] * CELL_M - CELL_M / 2
        for way in self.action.paths:
            start, end = self._area(way.start, placed, way.width_m), self._area(way.end, placed, way.width_m)
            if start is None or end is None:
                continue  # not there yet
            labels, _ = ndimage.label(room >= (way.width_m + MARGIN_M) / 2)
            if not (set(np.unique(labels[start])) & set(np.unique(labels[end]))) - {0}:
                return False
        return True

    def _area(self, name: str, placed: list[Placed], width_m: float) -> Mask | None:
        """Cells beside a door or beside pieces of a kind."""
        ground = self.ground
        shapes = []
        if name in self.doors:
            one = self.doors[name]
            wall = ground.walls[one.wall]
            shapes = [np.asarray(wall.strip(one.at_m, one.at_m + one.width_m, 0.1).exterior.coords)[:4]]
        else:
            shapes = [rectangle for one in placed for rectangle in kind_rectangles(one, name)]
        if not shapes:
            return None
        found = np.zeros(ground.floor.shape, bool)
        for shape in shapes:
            middle = shape.mean(0)
            half = np.maximum(np.abs(shape - middle).max(0), 0.05)
            grown = middle + (shape - middle) * (1 + (width_m / 2 + 0.6) / half)
            fill(found, (grown - ground.corner) / CELL_M - 0.5, True)
        return found

    def _play(self, placed: list[Placed]) -> bool:
        if not self.action.play_m:
            return True
        free = np.pad(self.ground.free(placed), 1)
        return bool(
            ndimage.distance_transform_cdt(free, "chessboard").max() * 2 - 1 >= np.ceil(self.action.play_m / CELL_M)
        )

    def _sights(self, placed: list[Placed]) -> bool:
        for sight in self.action.sights:
            start, end = self._point(sight.start, placed), self._point(sight.end, placed)
            if start is None or end is None:
                continue
            line = shapely.LineString([start, end])
            for one in placed:
                tall = _tall(one, (sight.start, sight.end))
                if any(line.intersects(shapely.Polygon(rectangle)) for rectangle in tall):
                    return False
            if not self.ground.outline.buffer(0.01).covers(line) or line.intersects(self.ground.columns):
                return False
        return True

    def _point(self, name: str, placed: list[Placed]) -> tuple[float, float] | None:
        if name in self.doors:
            one = self.doors[name]
            x, z = self.ground.walls[one.wall].point(one.at_m + one.width_m / 2, 0.05)
            return float(x), float(z)
        for group in placed:
            for rectangle in kind_rectangles(group, name):
                x, z = rectangle.mean(0)
                return float(x), float(z)
        return None


def kind_rectangles(one: Placed, kind: str) -> list[Array]:
    """Corners (4, 2) of a placed group's pieces of a kind."""
    return [
        one.world(turned(corners([(-item.size_m[0] / 2, item.size_m[0] / 2, -item.size_m[1] / 2, item.size_m[1] / 2)]),
                         np.array([item.x, item.z]), item.turn_deg))[0]
        for item in one.group.items
        if item.kind == kind
    ]  # fmt: skip


def _tall(one: Placed, but: tuple[str, str]) -> list[Array]:
    """Corners (4, 2) of a placed group's pieces that are too high to look over, but for those of two kinds."""
    found: list[Array] = []
    for item in one.group.items:
        if (
            item.on is None
            and item.size_m[2] > SEEN_OVER_M
            and item.kind not in but
            and catalogue()[item.kind].stands == "floor"
        ):
            own = turned(corners(solid(item.kind, item.size_m)), np.array([item.x, item.z]), item.turn_deg)
            found += list(one.world(own))
    return found
