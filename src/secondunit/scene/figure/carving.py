"""Creases carved into a relief on the chart: tapered grooves with lips beside them, slack skin heaped on one side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from secondunit.scene.figure.head import CHART_DM, CHART_SIZE
from secondunit.scene.figure.parts import Array

Image = npt.NDArray[np.float32]
TEXEL_DM = (CHART_DM[2] - CHART_DM[0]) / CHART_SIZE[1]


@dataclass(frozen=True)
class Crease:
    """One line.

    Attributes:
        path_dm: (n, 2) on the chart from start to end.
        depth_mm: at its deepest.
        width_mm: half width of the groove.
        ridge: height of the lips beside it as a share of the depth.
        heap_mm: height of the slack skin on the left of the line's direction, and its reach in ``heap_reach_mm``.
    """

    path_dm: Array
    depth_mm: float
    width_mm: float
    ridge: float = 0.35
    heap_mm: float = 0.0
    heap_reach_mm: float = 7.0


def _smooth_path(points: Array, count: int) -> Array:
    """A centripetal-like curve through points, by cubic blending of ``count`` places."""
    t = np.linspace(0, len(points) - 1, count)
    padded = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    k = np.minimum(t.astype(int), len(points) - 2)
    f = (t - k)[:, None]
    a, b, c, d = padded[k], padded[k + 1], padded[k + 2], padded[k + 3]
    out: Array = 0.5 * (2 * b + (c - a) * f + (2 * a - 5 * b + 4 * c - d) * f**2 + (3 * b - a - 3 * c + d) * f**3)
    return out


@njit(cache=True, nogil=True)
def _carve(height: Any, path: Any, strength: Any, width: float, ridge: float, heap: float, reach: float) -> None:
    """Add a crease (all in texels but heights) to ``height``; path (n, 2) x, y in texels, strength (n,)."""
    rows, columns = height.shape
    margin = max(width * 5, reach * 2.2 if heap > 0 else 0.0) + 2
    x0, x1 = int(max(path[:, 0].min() - margin, 0)), int(min(path[:, 0].max() + margin, columns - 1))
    y0, y1 = int(max(path[:, 1].min() - margin, 0)), int(min(path[:, 1].max() + margin, rows - 1))
    n = len(path)
    for y in range(y0, y1 + 1):
        for x in range(x0, x1 + 1):
            best, where, side, frac = 1e18, 0, 1.0, 0.0
            for k in range(n - 1):
                dx, dy = path[k + 1, 0] - path[k, 0], path[k + 1, 1] - path[k, 1]
                px, py = x - path[k, 0], y - path[k, 1]
                size = dx * dx + dy * dy + 1e-9
                t = min(1.0, max(0.0, (px * dx + py * dy) / size))
                ex, ey = px - t * dx, py - t * dy
                d2 = ex * ex + ey * ey
                if d2 < best:
                    best, where, frac = d2, k, t
                    side = 1.0 if dx * py - dy * px < 0 else -1.0
            d = np.sqrt(best)
            if d > margin:
                continue
            s = strength[where] * (1 - frac) + strength[where + 1] * frac
            if s <= 0:
                continue
            q = d / width
            lip = np.exp(-(((q - 2.1) / 1.15) ** 2))
            value = -s * (np.exp(-(q**1.25)) - ridge * lip)
            if heap > 0 and side > 0:
                along = s / (strength.max() + 1e-9)
                r = d / reach
                value += heap * along * (1 - np.exp(-3.5 * r)) * np.exp(-r * r * 0.9)
            height[y, x] += value


def _to_texels(path_dm: Array) -> Array:
    left, _, _, top = CHART_DM
    out: Array = np.stack(
        [(path_dm[:, 0] - left) / TEXEL_DM, (top - path_dm[:, 1]) / (CHART_DM[3] - CHART_DM[1]) * CHART_SIZE[0]], -1
    )
    return out


def carve(creases: list[Crease], seed: int) -> Image:
    """Relief (1024, 1792) in metres of some creases: tapered, broken up and unsteady as grown lines are."""
    height = np.zeros(CHART_SIZE, np.float64)
    for number, crease in enumerate(creases):
        if crease.depth_mm <= 0.005 and crease.heap_mm <= 0.01:
            continue
        rng = np.random.default_rng((seed, 61, number))
        path = _smooth_path(crease.path_dm, 28)
        length = float(np.linalg.norm(np.diff(path, axis=0), axis=1).sum())
        t = np.linspace(0, 1, len(path))
        waver = np.cumsum(rng.normal(0, 1, (len(path), 2)), 0)
        waver -= waver[:1] + (waver[-1:] - waver[:1]) * t[:, None]
        path = path + waver * 0.0035 * min(1.0, length / 0.2)
        taper = np.clip(np.minimum(t / 0.22, (1 - t) / 0.3), 0, 1) ** 0.8
        uneven = np.clip(1 + 0.28 * np.interp(t * 9, np.arange(10), rng.normal(0, 1, 10)), 0.15, 1.6)
        mm = 0.01 / TEXEL_DM  # texels a millimetre
        _carve(
            height,
            _to_texels(path),
            taper * uneven * crease.depth_mm * 1e-3,
            crease.width_mm * mm,
            crease.ridge,
            crease.heap_mm * 1e-3,
            crease.heap_reach_mm * mm,
        )
    return height.astype(np.float32)
