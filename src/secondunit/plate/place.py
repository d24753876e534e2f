"""Walls in plan become facades in metres, in the world of the take: the main facade at the origin, along +X."""

from __future__ import annotations

import numpy as np
from shapely.geometry import MultiPolygon, Polygon, box

from secondunit.plate.outline import dense
from secondunit.plate.survey import Facade
from secondunit.plate.view import View, level
from secondunit.plate.walls import Walls
from secondunit.scene.camera import Array, Camera

OVERHANG_M = 1.0  # roofs and the artist's line may reach this far past the ends of a wall
NAMES = ("front", "side", "side2")


def main_wall(walls: Walls, view: View) -> int:
    """The wall with the largest area in the picture; of three one at an end, so that neighbours stay in order."""
    areas = []
    for k in range(len(walls)):
        ends = walls.azimuths[[k, k + 1]]
        corners = np.concatenate([walls.pixels(view, k, ends, 0), walls.pixels(view, k, ends[::-1], walls.tops[k])])
        areas.append(Polygon(corners).intersection(box(0, 0, view.width_px, view.height_px)).area)
    ends_only = [0, len(walls) - 1]
    return max(ends_only, key=lambda k: areas[k])


def place(walls: Walls, view: View, camera_height_m: float, outline: Polygon) -> tuple[Camera, tuple[Facade, ...]]:
    """Camera and facades (main one first, then its neighbours in order) in the world of the take.

    Args:
        walls: in camera heights.
        view: the levelled camera at the origin.
        camera_height_m: of the lens above the ground.
        outline: of the building, pixels.
    """
    main = main_wall(walls, view)
    order = range(len(walls)) if main == 0 else range(len(walls) - 1, -1, -1)
    along = level(walls.thetas[main])
    axes = np.stack([along, [0.0, 1.0, 0.0], np.cross(along, [0.0, 1.0, 0.0])])  # rows: world axes in the level frame
    corner = _foot(walls, main, float(walls.azimuths[main]))
    position = -(axes @ corner) * camera_height_m
    turned = view.rotation @ axes.T
    rows = tuple((float(row[0]), float(row[1]), float(row[2])) for row in turned)
    where = (float(position[0]), float(position[1]), float(position[2]))
    centre = (view.width_px / 2, view.height_px / 2)
    camera = Camera(view.width_px, view.height_px, view.focal_px, centre, where, rows)
    border = view.bearing(dense(outline, 3.0))
    facades = []
    for name, k in zip(NAMES, order, strict=False):
        left, right = (_foot(walls, k, float(a)) for a in walls.azimuths[[k, k + 1]])
        origin, way = axes @ (left - corner) * camera_height_m, axes @ level(walls.thetas[k])
        width = float(np.linalg.norm(right - left)) * camera_height_m
        height = float(walls.tops[k]) * camera_height_m
        facades.append(
            Facade(
                name=name,
                origin_m=(float(origin[0]), float(origin[1]), float(origin[2])),
                along_m=(float(way[0]), float(way[1]), float(way[2])),
                width_m=width,
                height_m=height,
                outline_m=_carried(walls, k, border, camera_height_m, width, height),
            )
        )
    return camera, tuple(facades)


def _foot(walls: Walls, wall: int, azimuth: float) -> Array:
    """The point of a wall's foot at an azimuth, level frame, camera heights, (3,)."""
    away = float(walls.away(wall, azimuth))
    return np.array([away * np.sin(azimuth), -1.0, -away * np.cos(azimuth)])


def _carried(
    walls: Walls, k: int, border: Array, camera_height_m: float, width_m: float, height_m: float
) -> tuple[tuple[float, float], ...]:
    """The part of the outline between a wall's upright edges, in the wall's metres (s, t).

    At the ends of the row it may reach past the wall: roofs overhang, and the artist's line is rough.
    """
    theta = walls.thetas[k]
    low = walls.azimuths[k] if k > 0 else theta - np.arccos(0.02)
    high = walls.azimuths[k + 1] if k + 1 < len(walls) else theta + np.arccos(0.02)
    strip = Polygon(border).buffer(0).intersection(box(low, -50, high, 50))
    whole = box(0, 0, width_m, height_m)
    if isinstance(strip, MultiPolygon):
        strip = max(strip.geoms, key=lambda one: one.area)
    if strip.is_empty or not isinstance(strip, Polygon):
        return tuple(whole.exterior.coords)[:-1]
    azimuth, tangent = np.asarray(strip.exterior.segmentize(0.01).coords).T
    away = walls.away(k, azimuth)
    ground = np.stack([away * np.sin(azimuth), np.zeros_like(away), -away * np.cos(azimuth)], axis=-1)
    left = _foot(walls, k, float(walls.azimuths[k])) + np.array([0.0, 1.0, 0.0])
    s = (ground - left) @ level(theta) * camera_height_m
    t = (1 + tangent * away) * camera_height_m
    shape = Polygon(np.stack([s, t], axis=1)).buffer(0)
    shape = shape.intersection(box(-OVERHANG_M, 0, width_m + OVERHANG_M, 1e4)).simplify(0.02)
    if isinstance(shape, MultiPolygon):
        shape = max(shape.geoms, key=lambda one: one.area)
    if shape.is_empty or not isinstance(shape, Polygon):
        shape = whole
    return tuple((round(float(x), 4), round(float(y), 4)) for x, y in shape.exterior.coords[:-1])


def depth_seen(facades: tuple[Facade, ...]) -> float:
    """How far back from the main facade's plane the other facades reach, m; 0 if only one is seen."""
    corners = np.concatenate([facade.to_world([0.0, facade.width_m], 0.0) for facade in facades])
    return float(max(0.0, -corners[:, 2].min()))
