"""A street drawn with known truth: houses with courses, windows, a plinth and paving, seen by a known camera."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from secondunit.plate.survey import Facade, Opening
from secondunit.scene.camera import Array, Camera, look_at

FINE = 3  # drawn this many times larger, then averaged


@dataclass(frozen=True)
class Street:
    picture: npt.NDArray[np.float32]
    camera: Camera
    front: Facade
    side: Facade

    def corners(self) -> Array:
        """Pixels (8, 2): front's bottom left, bottom right, top right, top left; then the side's."""
        ring = ((0, 0), (1, 0), (1, 1), (0, 1))
        points = [f.to_world(s * f.width_m, t * f.height_m) for f in (self.front, self.side) for s, t in ring]
        corners: Array = self.camera.project(np.array(points))[0]
        return corners

    def outline(self, rough_px: float = 0.0, seed: int = 0) -> Array:
        """The silhouette (6, 2) in pixels, each corner moved by up to ``rough_px`` in x and y."""
        c = self.corners()
        ring = np.array([c[0], c[1], c[5], c[6], c[7], c[3]])
        rough: Array = ring + np.random.default_rng(seed).uniform(-rough_px, rough_px, ring.shape)
        return rough


class _Brush:
    def __init__(self, camera: Camera) -> None:
        self.camera = camera
        self.canvas = np.zeros((camera.height_px * FINE, camera.width_px * FINE, 3), np.float32)

    def fill(self, points: npt.ArrayLike, colour: npt.ArrayLike) -> None:
        """A polygon of world points (K, 3), all in front of the camera."""
        pixel, depth = self.camera.project(points)
        if (depth < 0.2).any():
            return
        corners = np.rint(np.clip(pixel * FINE - 0.5, -30000, 30000) * 16).astype(np.int32)
        cv2.fillPoly(self.canvas, [corners], [float(c) for c in np.asarray(colour)], cv2.LINE_8, 4)

    def on(self, facade: Facade, left: float, bottom: float, right: float, top: float, colour: npt.ArrayLike) -> None:
        ring = ((left, bottom), (right, bottom), (right, top), (left, top))
        self.fill(np.array([facade.to_world(s, t) for s, t in ring]), colour)


def windows_of(width_m: float, height_m: float) -> tuple[Opening, ...]:
    bays, floors = max(1, int(width_m // 2.8)), max(1, int(height_m // 3.2))
    bay, floor = width_m / bays, height_m / floors
    return tuple(
        Opening((n + 0.5) * bay - 0.6, k * floor + 1.0, (n + 0.5) * bay + 0.6, k * floor + 2.6)
        for k in range(floors)
        for n in range(bays)
    )


def _house(brush: _Brush, facade: Facade, wall: Array, rng: np.random.Generator) -> None:
    brush.on(facade, 0, 0, facade.width_m, facade.height_m, wall)
    for t in np.arange(0.3, facade.height_m, 0.3):  # courses
        brush.on(facade, 0, t, facade.width_m, t + 0.03, wall * rng.uniform(0.75, 0.9))
    for one in facade.openings:
        brush.on(facade, one.left_m, one.bottom_m, one.right_m, one.top_m, wall * 0.0 + 0.03)
        middle = (one.left_m + one.right_m) / 2
        brush.on(facade, middle - 0.03, one.bottom_m, middle + 0.03, one.top_m, wall * 0.0 + 0.3)
    brush.on(facade, 0, 0, facade.width_m, 0.5, wall * 0.6)


def draw(
    *,
    focal: float = 0.8,
    width_px: int = 1920,
    height_px: int = 1080,
    eye_m: float = 1.7,
    corner_deg: float = 90.0,
    size_m: tuple[float, float, float] = (14.0, 9.0, 12.0),
    at_m: tuple[float, float] = (18.0, 17.0),
    aim_m: float = 5.0,
    aim_x: float = 0.85,
    side_light: float = 0.4,
    seed: int = 1,
) -> Street:
    """A house of ``size_m`` (front, height, side) whose front ends at a corner, seen from (x, z) = ``at_m``.

    ``focal`` is in picture widths, ``aim_m`` the height looked at and ``aim_x`` the share of the front's width;
    ``side_light`` is the side's brightness over the front's.
    """
    rng = np.random.default_rng(seed)
    wide, high, deep = size_m
    turn = np.radians(corner_deg)
    back = (float(np.cos(turn)), 0.0, float(-np.sin(turn)))
    front = Facade("front", (0, 0, 0), (1, 0, 0), wide, high, (), windows_of(wide, high))
    side = Facade("side", (wide, 0, 0), back, deep, high, (), windows_of(deep, high))
    camera = look_at((at_m[0], eye_m, at_m[1]), (wide * aim_x, aim_m, 0), focal_px=focal * width_px, width_px=width_px,
                     height_px=height_px)  # fmt: skip
    brush = _Brush(camera)
    brush.canvas[:] = [0.25, 0.45, 0.9]
    horizon = camera.project(np.array(camera.position_m) + np.array([[-1e4, 0, -1e4], [1e4, 0, -1e4]]))[0] * FINE
    low = brush.canvas.shape[0] * 4.0
    ground = np.array([[-1e4, horizon[0, 1]], [3e4, horizon[1, 1]], [3e4, low], [-1e4, low]])
    cv2.fillPoly(brush.canvas, [ground.astype(np.int32)], [0.2, 0.19, 0.17])
    for z in np.arange(0.8, 12, 0.6):  # paving along the front
        brush.fill([[-20, 0, z], [40, 0, z], [40, 0, z + 0.04], [-20, 0, z + 0.04]], [0.12, 0.11, 0.1])
    wall, shaded = np.array([0.5, 0.3, 0.18]), np.array([0.5, 0.3, 0.2]) * side_light
    far = Facade("far", (-14.0, 0, -3.0), (1, 0, 0), 12.5, high * 0.7, (), windows_of(12.5, high * 0.7))
    _house(brush, far, np.array([0.35, 0.34, 0.3]), rng)
    _house(brush, front, wall, rng)
    _house(brush, side, shaded, rng)
    small = cv2.resize(brush.canvas, (width_px, height_px), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), 0.6)
    grain = rng.normal(0, 0.01, small.shape).astype(np.float32)
    return Street(np.maximum(small + grain * np.sqrt(small), 0).astype(np.float32), camera, front, side)
