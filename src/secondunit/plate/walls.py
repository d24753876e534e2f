"""A building's walls in plan: which runs where, told apart by the way edges run and by the outline's foot.

Lengths are in units of the camera's height above the ground until something gives the scale. In plan a wall is a
straight line; a point of its foot at azimuth a is ``distance / cos(theta - a)`` away, and a point t above the ground is
seen at an elevation of tangent ``(t - 1) / that``.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from shapely import contains_xy
from shapely.geometry import Polygon

from secondunit.errors import CannotSolve
from secondunit.plate.lines import Segments
from secondunit.plate.outline import Columns
from secondunit.plate.refine import Orientation, stray_px, tolerance_px
from secondunit.plate.view import View, level
from secondunit.scene.camera import Array

MOST_WALLS = 3
ROUGH_PX = 8.0  # how far an artist's outline strays, at 1920 px width
NARROWEST = 0.05  # of the building's width in the picture: narrower runs are bays and drainpipes, not walls
TURN_COST = 6.0  # evidence that a further wall must bring: about six edges of 20 px that it alone explains
STEEPEST = np.tan(np.radians(62))  # an outline's foot climbs less than this in the picture; its sides climb more
APART = np.radians(9)  # walls that turn less than this are one wall, measured badly
SMALL_TURN = np.radians(15)  # turns of this size cost double
GRAZING = 0.03  # cosine below which a wall is seen edge on


@dataclass(frozen=True)
class Walls:
    """K walls in a row, left to right, that share upright edges.

    Attributes:
        thetas: (K,) the way each runs to the right as seen from outside, radians.
        azimuths: (K + 1,) of the upright edges, radians.
        distance: of the first wall's plane from the camera, in camera heights.
        tops: (K,) height of each, in camera heights.
    """

    thetas: Array
    azimuths: Array
    distance: float
    tops: Array

    def __len__(self) -> int:
        return len(self.thetas)

    @property
    def distances(self) -> Array:
        """(K,) of all planes: neighbours meet at the edge they share."""
        distances = [self.distance]
        for k in range(1, len(self.thetas)):
            edge = self.azimuths[k]
            distances.append(distances[-1] * np.cos(self.thetas[k] - edge) / np.cos(self.thetas[k - 1] - edge))
        return np.array(distances)

    def away(self, wall: int, azimuth: Array | float) -> Array:
        """How far the wall's foot is from the camera's foot at an azimuth, in camera heights."""
        away: Array = self.distances[wall] / np.cos(self.thetas[wall] - np.asarray(azimuth, float))
        return away

    def pixels(self, view: View, wall: int, azimuth: Array | float, t: Array | float) -> Array:
        """Pixels (..., 2) of points of a wall at an azimuth and height t."""
        azimuth, t = np.broadcast_arrays(np.asarray(azimuth, float), np.asarray(t, float))
        return view.pixels(azimuth, (t - 1) / self.away(wall, azimuth))


def facing(theta: float, azimuth: float) -> float:
    """``theta`` or its opposite: the way a wall seen at ``azimuth`` runs to the right."""
    theta = theta if np.cos(theta - azimuth) > 0 else theta + np.pi
    return float((theta + np.pi) % (2 * np.pi) - np.pi)


def foot(columns: Columns, view: View) -> slice:
    """The columns that stand on the ground: overhanging eaves at the ends are left out."""
    points = view.pixels(columns.azimuth, columns.bottom)
    step = np.diff(points, axis=0)
    steep = np.abs(step[:, 1]) > STEEPEST * np.abs(step[:, 0])
    tall = columns.top - columns.bottom
    bad = (columns.bottom > -0.005) | (tall < 0.2 * np.median(tall))
    bad[1:] |= steep
    bad[:-1] |= steep
    quarter = len(bad) // 4
    first = int(np.nonzero(bad[:quarter])[0].max(initial=-1)) + 1
    last = len(bad) - int(np.nonzero(bad[::-1][:quarter])[0].max(initial=-1)) - 1
    return slice(first, last)


def foot_edges(columns: Columns, span: slice, view: View, polygon: Polygon) -> Segments:
    """The pieces of the outline that run along the ground, as rough segments."""
    ends = np.asarray(polygon.exterior.coords)
    ends = np.stack([ends[:-1], ends[1:]], axis=1)
    bearing = view.bearing(ends)
    middle = bearing.mean(axis=1)
    lowest = np.interp(middle[:, 0], columns.azimuth, columns.bottom)
    tall = np.interp(middle[:, 0], columns.azimuth, columns.top) - lowest
    first, last = columns.azimuth[span][0], columns.azimuth[span][-1]
    on_foot = (middle[:, 1] < lowest + 0.08 * tall) & (middle[:, 0] > first) & (middle[:, 0] < last)
    climb = np.abs(ends[:, 1, 1] - ends[:, 0, 1]) < STEEPEST * np.abs(ends[:, 1, 0] - ends[:, 0, 0])
    on_foot &= climb & ~np.interp(middle[:, 0], columns.azimuth, columns.bottom_cut).astype(bool)
    length = np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1)
    on_foot &= length > 2 * ROUGH_PX * view.width_px / 1920
    return Segments(ends[on_foot], length[on_foot])


def _candidates(inside: Segments, rough: Segments, view: View, first: Array, known: Array) -> Array:
    """Level directions that edges on the building follow, and those of the outline's foot that no edge explains.

    ``known`` ones are kept as they are, and nothing is looked for near them.
    """
    grid = np.concatenate([first, np.radians(np.arange(-90, 90, 0.5))])
    follow = np.exp(-0.5 * (stray_px(inside, view.vanishing(level(grid))) / tolerance_px(inside, view.width_px)) ** 2)
    left, found = inside.weight.copy(), [float(theta) for theta in known]
    for theta in known:
        follow[:, np.abs(np.sin(grid - theta)) < np.sin(APART)] = 0
    for _ in range(6):
        votes = left @ follow
        votes[: len(first)] *= 1.1  # directions solved from the whole picture are better known
        best = int(np.argmax(votes))
        if votes[best] < 0.03 * inside.weight.sum():
            break
        found.append(float(grid[best]))
        left *= 1 - follow[:, best]
        follow[:, np.abs(np.sin(grid - grid[best])) < np.sin(APART)] = 0
    bearing = view.bearing(rough.ends)
    for (a0, e0), (a1, e1) in bearing:
        if max(e0, e1) > -0.01:
            continue
        run = np.array([-np.sin(a1) / e1 + np.sin(a0) / e0, np.cos(a1) / e1 - np.cos(a0) / e0])
        theta = float(np.arctan2(run[1], run[0]))
        if all(np.abs(np.sin(theta - other)) > np.sin(APART) for other in found):
            found.append(theta)
    return np.array(found)


def _on_wall(segments: Segments, polygon: Polygon, columns: Columns, view: View) -> Segments:
    """Segments that tell walls apart: not the outline itself (gables climb), and little of what is high up (roofs)."""
    within = polygon.buffer(-ROUGH_PX * view.width_px / 1920)
    middle = segments.middle
    kept = segments[contains_xy(within, middle[:, 0], middle[:, 1])] if not within.is_empty else segments
    bearing = view.bearing(kept.middle)
    bottom = np.interp(bearing[:, 0], columns.azimuth, columns.bottom)
    top = np.interp(bearing[:, 0], columns.azimuth, columns.top)
    high = (bearing[:, 1] - bottom) / np.maximum(top - bottom, 1e-6) > 0.55
    weight = np.minimum(kept.weight, 0.06 * view.width_px)
    return Segments(kept.ends, np.where(high, 0.3, 1.0) * weight)


def _evidence(
    columns: Array, segments: Segments, view: View, thetas: Array, allowed: Array, worst: float = 3.0
) -> Array:
    """(N, K): how badly direction k explains the segments that cross column n; one segment at most ``worst``."""
    if not len(segments):
        return np.zeros((len(columns), len(thetas)))
    stray = stray_px(segments, view.vanishing(level(thetas))) / allowed
    cost = np.minimum(0.5 * stray**2, worst) * (segments.weight / (0.01 * view.width_px))[:, None]
    ends = np.sort(view.bearing(segments.ends)[..., 0], axis=1)
    half = (columns[1] - columns[0]) / 2
    crosses = (columns[:, None] + half > ends[:, 0]) & (columns[:, None] - half < ends[:, 1])
    crosses = crosses / np.maximum(crosses.sum(axis=0), 1)
    return np.asarray(crosses @ cost)


def _runs(cost: Array, thetas: Array, azimuth: Array, turn_cost: float) -> npt.NDArray[np.int64]:
    """The cheapest direction for every column, turning seldom (Viterbi). Inner corners are rarer than outer ones."""
    cosine = np.cos(thetas - azimuth[:, None])
    cost = cost + np.where(np.abs(cosine) < GRAZING, 1e6, 0.0)
    count = len(thetas)
    total, back = cost[0].copy(), np.zeros(cost.shape, int)
    for n in range(1, len(cost)):
        turned = np.array([facing(theta, azimuth[n]) for theta in thetas])
        inner = turned[None, :] > turned[:, None]  # [from, to]: convex houses turn to smaller angles
        apart = np.maximum(np.abs(turned[None, :] - turned[:, None]), 1e-3)
        cheap = 1 + (SMALL_TURN / apart) ** 2 + 0.7 * inner  # small turns are more often a crooked outline
        step = total[:, None] + turn_cost * cheap * (1 - np.eye(count))
        back[n] = np.argmin(step, axis=0)
        total = step[back[n], np.arange(count)] + cost[n]
    labels = np.zeros(len(cost), int)
    labels[-1] = int(np.argmin(total))
    for n in range(len(cost) - 1, 0, -1):
        labels[n - 1] = back[n, labels[n]]
    return labels


def find_walls(
    polygon: Polygon,
    segments: Segments,
    oriented: Orientation,
    edges_px: tuple[float, ...] | None = None,
    known: Array | None = None,
) -> tuple[Walls, Columns, list[bool]]:
    """Walls from the outline's foot and the edges inside it; tops are those of the outline.

    Args:
        polygon: the outline in the picture.
        segments: edges in the outline.
        oriented: the view and level directions of the whole picture.
        edges_px: where upright edges cut the ground line, if given.
        known: directions of walls that were solved already.

    Returns:
        The walls, the outline's columns, and for each upright edge whether it may be moved.

    Raises:
        CannotSolve: the building's foot isn't in the picture or lies above the horizon.
    """
    view = oriented.view
    columns = Columns(polygon, view)
    span = foot(columns, view)
    azimuth = columns.azimuth[span]
    seen = ~columns.bottom_cut[span] & (columns.bottom[span] < -0.01)
    if seen.mean() < 0.1:
        raise CannotSolve(
            "building.outline",
            "the building's foot is not in the picture",
            "an outline that follows the ground line",
            "Draw its lower side where the walls meet the ground, even behind cars and hedges.",
        )
    rough = foot_edges(columns, span, view, polygon)
    known = np.zeros(0) if known is None else known
    thetas = _candidates(segments, rough, view, oriented.thetas, known)
    segments = _on_wall(segments, polygon, columns, view)
    cost = _evidence(azimuth, segments, view, thetas, tolerance_px(segments, view.width_px))
    strays = np.full((len(rough), 1), 1.5 * ROUGH_PX * view.width_px / 1920)
    cost += _evidence(azimuth, rough, view, thetas, strays, worst=12.0)
    splits, chosen = _split(cost, thetas, azimuth, view, columns, edges_px)
    half = (azimuth[1] - azimuth[0]) / 2
    left = columns.azimuth[0] if columns.left_cut else azimuth[0]
    right = columns.azimuth[-1] if columns.right_cut else azimuth[-1]
    ends = np.array([left - half, *splits, right + half])
    walls = Walls(chosen, ends, 1.0, np.zeros(len(chosen)))
    which = np.searchsorted(ends[1:-1], azimuth)
    away = np.array([walls.away(k, a) for k, a in zip(which, azimuth, strict=True)])
    distance = float(np.median(-1 / columns.bottom[span][seen] / away[seen]))
    walls = Walls(chosen, ends, distance, np.zeros(len(chosen)))
    tops = [np.percentile((1 + columns.top[span] * distance * away)[which == k], 60) for k in range(len(chosen))]
    return Walls(chosen, ends, distance, np.array(tops)), columns, [edges_px is None] * (len(chosen) - 1)


def _split(
    cost: Array, thetas: Array, azimuth: Array, view: View, columns: Columns, edges_px: tuple[float, ...] | None
) -> tuple[list[float], Array]:
    """Azimuths of the upright edges between walls, and the way each wall runs."""
    if edges_px is not None:
        foot_x = view.pixels(columns.azimuth, columns.bottom)[:, 0]
        splits = [float(np.interp(x, foot_x, columns.azimuth)) for x in sorted(edges_px)]
        splits = [one for one in splits if azimuth[0] < one < azimuth[-1]][: MOST_WALLS - 1]
        bounds = [0, *np.searchsorted(azimuth, splits).tolist(), len(azimuth)]
        labels = [int(np.argmin(cost[a:b].sum(axis=0))) for a, b in pairwise(bounds)]
    else:
        turn_cost = TURN_COST
        while True:
            run = _runs(cost, thetas, azimuth, turn_cost)
            bounds = [0, *(np.nonzero(np.diff(run))[0] + 1).tolist(), len(run)]
            narrow = min(np.diff(bounds)) < NARROWEST * len(run)
            if len(bounds) <= 2 or (len(bounds) <= MOST_WALLS + 1 and not narrow):
                break
            turn_cost *= 1.4
        labels = [int(run[a]) for a in bounds[:-1]]
        splits = [float((azimuth[b - 1] + azimuth[b]) / 2) for b in bounds[1:-1]]
    middles = [azimuth[(a + b - 1) // 2] for a, b in pairwise(bounds)]
    return splits, np.array([facing(float(thetas[k]), float(m)) for k, m in zip(labels, middles, strict=True)])


def inside_weight(segments: Segments, polygon: Polygon, width_px: int, factor: float) -> Segments:
    """The same segments, those whose middle lies in or near the outline weighing ``factor`` times as much."""
    return Segments(segments.ends, segments.weight * np.where(is_inside(segments, polygon, width_px), factor, 1.0))


def is_inside(segments: Segments, polygon: Polygon, width_px: int) -> npt.NDArray[np.bool_]:
    """(N,): which segments lie in the outline, or as near to it as an artist's line strays."""
    near = polygon.buffer(1.5 * ROUGH_PX * width_px / 1920)
    inside: npt.NDArray[np.bool_] = contains_xy(near, segments.middle[:, 0], segments.middle[:, 1])
    return inside
