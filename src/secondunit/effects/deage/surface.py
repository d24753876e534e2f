"""The face as one surface through a shot: where a place on it lies in each frame's crop."""

from __future__ import annotations

import functools
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from numba import njit
from scipy.spatial import Delaunay

from secondunit.effects.deage.age import CROP_PX
from secondunit.effects.deage.follow import FacePath
from secondunit.nets.patches import applied

GRID = 65  # points along each side of the grid that motion is kept on: smooth in between
_SKIN = 468  # landmarks of the skin; the irises look about on their own
_SLACK_PX = 1e-3  # around a triangle: a node on its edge counts as in it
_EDGE = 9  # points along each edge of the crop that do not move

Floats = npt.NDArray[np.float32]
_NO_MORE: Floats = np.empty(0, np.float32)  # OpenCV's second map, where the first has both x and y


class Surface:
    """A face's mean shape in the crop and each frame's way from it.

    Args:
        path: the face through the shot.
    """

    def __init__(self, path: FacePath) -> None:
        marks = np.array([applied(to, one[:_SKIN, :2]) for to, one in zip(path.crops, path.points, strict=True)])
        known = path.weight > 0
        self._mean = marks[known].mean(axis=0) if known.any() else marks.mean(axis=0)
        self._moved = marks - self._mean
        self._steps = np.diff(path.points[:, :_SKIN, :2], axis=0)
        self._weights = _weights(self._mean)

    def out(self, index: int) -> Floats:
        """(512, 512, 2): for each pixel of the mean shape, the px of frame ``index`` that shows the same place."""
        return _pixels() + self._over(self._moved[index])

    def back(self, index: int) -> Floats:
        """(512, 512, 2): for each pixel of frame ``index``, the px of the mean shape that shows the same place."""
        return np.asarray(_pixels() + _enlarged(self._back(index)), np.float32)

    def before(self, index: int, side: int) -> Floats:
        """(side, side, 2): for places all over frame ``index``, the px of the frame before that shows the same."""
        line = (np.arange(side, dtype=np.float32) + np.float32(0.5)) * np.float32(CROP_PX / side)
        here = np.stack(np.meshgrid(line, line), axis=-1)
        at_mean = here + _looked_up(self._back(index), here)
        return np.asarray(at_mean + _looked_up(self._grid(self._moved[index - 1]), at_mean), np.float32)

    def _back(self, index: int) -> Floats:
        """(65, 65, 2) nodes over frame ``index``: how far it is to the place of the mean shape."""
        moved = self._grid(self._moved[index])
        here = _nodes()
        there = here.copy()
        for _ in range(3):  # a fixed point: the way there is smooth and short
            there = here - _looked_up(moved, there)
        return there - here

    def step(self, index: int) -> Floats:
        """(65, 65, 2) nodes over the crop: how far what frame ``index`` shows there moves to the next, plate px."""
        if index >= len(self._steps):
            return np.zeros((GRID, GRID, 2), np.float32)
        moved, step = self._grid(self._moved[index]), self._grid(self._steps[index])
        here = _nodes()
        return _looked_up(step, here - _looked_up(moved, here))

    def _over(self, values: npt.NDArray[Any]) -> Floats:
        return _enlarged(self._grid(values))

    def _grid(self, values: npt.NDArray[Any]) -> Floats:
        """What landmarks have, (468, 2), on the grid."""
        simplex, share = self._weights
        edge = np.repeat(
            values.mean(axis=0, keepdims=True), 4 * (_EDGE - 1), axis=0
        )  # around the face: as it moves as a whole
        every = np.concatenate([values, edge])
        return np.asarray(np.einsum("gk,gkc->gc", share, every[simplex]).reshape(GRID, GRID, 2), np.float32)


def _weights(mean: npt.NDArray[Any]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """For each node of the grid the three landmarks around it, (G, 3), and their shares."""
    line = np.linspace(-CROP_PX * 0.25, CROP_PX * 1.25, _EDGE)
    low, high = np.full(_EDGE, line[0]), np.full(_EDGE, line[-1])
    edge = np.concatenate(
        [np.stack(pair, axis=-1)[:-1] for pair in ((line, low), (high, line), (line[::-1], high), (low, line[::-1]))]
    )
    points = np.concatenate([np.clip(mean, line[0] + 1, line[-1] - 1), edge])
    simplices = Delaunay(points).simplices.astype(np.int64)
    nodes = _nodes().reshape(-1, 2).astype(np.float64)
    inside, share = np.zeros(len(nodes), np.int64), np.full((len(nodes), 3), -np.inf)
    _locate(points, simplices, nodes, inside, share)
    return simplices[inside], share


@njit(cache=True, nogil=True)
def _locate(points: Any, simplices: Any, nodes: Any, inside: Any, share: Any) -> None:
    """For each node the triangle it is deepest in, and its barycentric coordinates there."""
    for s in range(len(simplices)):
        a, b, c = points[simplices[s, 0]], points[simplices[s, 1]], points[simplices[s, 2]]
        area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
        if area == 0:
            continue
        low, high = np.minimum(np.minimum(a, b), c) - _SLACK_PX, np.maximum(np.maximum(a, b), c) + _SLACK_PX
        for n in range(len(nodes)):
            x, y = nodes[n, 0], nodes[n, 1]
            if x < low[0] or x > high[0] or y < low[1] or y > high[1]:
                continue
            second = ((x - a[0]) * (c[1] - a[1]) - (y - a[1]) * (c[0] - a[0])) / area
            third = ((b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0])) / area
            first = 1.0 - second - third
            if min(first, second, third) > share[n].min():
                inside[n] = s
                share[n, 0], share[n, 1], share[n, 2] = first, second, third


def _nodes() -> Floats:
    line = np.linspace(0, CROP_PX, GRID, dtype=np.float32)
    return np.stack(np.meshgrid(line, line), axis=-1)


@functools.cache
def _pixels() -> Floats:
    """The crop's pixel centres; not to be changed."""
    line = np.arange(CROP_PX, dtype=np.float32) + 0.5
    return np.stack(np.meshgrid(line, line), axis=-1)


def _looked_up(grid: Floats, at: Floats) -> Floats:
    """The grid's values (GRID, GRID, 2) at px of the crop (..., 2)."""
    where = at * np.float32((GRID - 1) / CROP_PX)
    return _remapped(grid, where)


def _enlarged(grid: Floats) -> Floats:
    """A grid's values at every pixel's centre."""
    return _looked_up(grid, _pixels())


def warped(picture: Floats, at: Floats) -> Floats:
    """``picture`` (512, 512, n) looked up at px (512, 512, 2) of itself."""
    return _remapped(picture, at - np.float32(0.5))


def _remapped(picture: Floats, at: Floats) -> Floats:
    """At px whose centres are whole numbers, (..., 2)."""
    found: Any = cv2.remap(picture, at, _NO_MORE, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found, np.float32)
