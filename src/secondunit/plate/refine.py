"""Least squares over a picture's edges: the view and the directions of walls under which edges meet as they should."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy  # its parts are loaded when they are first used

from secondunit.plate.lines import Segments
from secondunit.plate.view import View, level
from secondunit.scene.camera import Array

TYPICAL_FOCAL = 0.8  # focal length over picture width of phones and film "normal-wide" lenses (28..32 mm on 36 mm)
FOCAL_SPREAD = 0.3  # standard deviation of ln(focal) around it: 0.8 covers 24 mm to 40 mm well
USUAL_ROLL = np.radians(4)  # standard deviation of a hand-held camera's roll
INDEPENDENT_LINES = 40.0  # all segments together weigh as this many: those of one wall err alike (lens, crooked walls)
LINE_ERROR_PX = 1.0  # how far a segment's end strays, at 1920 px width
CORNER_ERROR = np.radians(1.5)  # how far from 90 degrees a right-angled house is built
OUTLIER = 3.0  # in tolerances: segments that stray further belong to no direction


@dataclass(frozen=True)
class Orientation:
    """A solved view.

    Attributes:
        view: the levelled camera.
        thetas: (K,) angles of the level directions that many edges follow, best first, radians in [-pi/2, pi/2).
        support: (K,) weight of the edges that follow each.
        focal_error: standard error of ln(focal) from lines alone; 0 if the focal length was given.
        vertical_error_deg: standard error of pitch and roll.
        line_error_px: median distance of segment ends from the lines they should lie on.
    """

    view: View
    thetas: Array
    support: Array
    focal_error: float
    vertical_error_deg: float
    line_error_px: float


def stray_px(segments: Segments, points: Array) -> Array:
    """(N, K): how far the ends of N segments stray from lines through their middles to K homogeneous pixels (K, 3)."""
    middle, along = segments.middle, segments.along
    to_x = points[None, :, 0] - points[None, :, 2] * middle[:, None, 0]
    to_y = points[None, :, 1] - points[None, :, 2] * middle[:, None, 1]
    cross = along[:, None, 0] * to_y - along[:, None, 1] * to_x
    stray: Array = cross / (2.0 * np.maximum(np.hypot(to_x, to_y), 1e-9))
    return stray


def tolerance_px(segments: Segments, width_px: int) -> Array:
    """(N, 1): how far the ends of segments may stray: a pixel, and more for long ones in a lens that bends them."""
    length = np.linalg.norm(segments.along, axis=1)
    allowed: Array = LINE_ERROR_PX * width_px / 1920 * (1 + length / (0.6 * width_px))
    return allowed[:, None]


def right_angles(thetas: Array) -> tuple[Array, Array, Array]:
    """Pairs (P, 2) of level directions and by how many radians (P,) each misses 90, 45 or 0 degrees, with its weight.

    Houses have right angles; street corners are often cut at 45 degrees. The weight is 0 for a pair near neither.
    """
    first, second = np.triu_indices(len(thetas), 1)
    apart = thetas[first] - thetas[second]
    eighth = np.pi / 4
    nearest = np.round(apart / eighth)
    miss = apart - nearest * eighth
    right = nearest % 2 == 0
    weight = np.where(right, 1.0, 0.35) * (np.abs(miss) < np.radians(np.where(right, 12.0, 6.0)))
    weight = np.where(nearest % 4 == 0, 0.0, weight)  # two nearly parallel walls: nothing follows
    return np.stack([first, second], axis=1), miss, weight


class _Problem:
    """Numbers to find: ln(focal), pitch, roll and K angles, for segments each given to one direction (0 = upright)."""

    def __init__(self, segments: Segments, view: View, fixed_focal: bool, value: Array, walls: int) -> None:
        self.view, self.fixed_focal = view, fixed_focal
        tolerance = tolerance_px(segments, view.width_px)
        stray = np.abs(stray_px(segments, self.points(value))) / tolerance
        which = np.argmin(stray, axis=1)
        kept = stray[np.arange(len(which)), which] < OUTLIER
        self.segments, self.owner = segments[kept], which[kept]
        total = max(float(self.segments.weight.sum()), 1e-9)
        self.weight = np.sqrt(self.segments.weight / total * INDEPENDENT_LINES) / tolerance[kept, 0]
        self.support = np.bincount(self.owner, self.segments.weight, len(value) - 2)[1:]
        self.pairs, miss, weight = right_angles(value[3:])
        self.target = value[3 + self.pairs[:, 0]] - value[3 + self.pairs[:, 1]] - miss
        strength = np.sqrt(self.support / max(float(self.support.max()), 1e-9))
        strength[:walls] = 1.0
        self.pair_weight = weight * strength[self.pairs[:, 0]] * strength[self.pairs[:, 1]] / CORNER_ERROR
        lost = 1 - total / max(float(segments.weight.sum()), 1e-9)
        self.lost = INDEPENDENT_LINES * lost  # a view that gives up segments must not win by having less to explain

    def place(self, value: Array) -> View:
        """The view that the numbers stand for."""
        focal = self.view.focal_px if self.fixed_focal else float(np.exp(value[0]))
        return replace(self.view, focal_px=focal, pitch=float(value[1]), roll=float(value[2]))

    def points(self, value: Array) -> Array:
        """(K + 1, 3) homogeneous pixels where uprights and level directions meet."""
        return self.place(value).vanishing(np.concatenate([np.array([[0.0, 1.0, 0.0]]), level(value[3:])]))

    def strays_px(self, value: Array) -> Array:
        """(N,) of each segment from its own direction."""
        stray: Array = stray_px(self.segments, self.points(value))[np.arange(len(self.owner)), self.owner]
        return stray

    def misses(self, value: Array) -> Array:
        """What least squares makes small: lines (soft L1), corners, a usual lens and a level camera."""
        line = self.strays_px(value) * self.weight
        line = np.sign(line) * np.sqrt(2 * (np.sqrt(1 + line**2) - 1))
        corner = (value[3 + self.pairs[:, 0]] - value[3 + self.pairs[:, 1]] - self.target) * self.pair_weight
        lens = 0.0 if self.fixed_focal else (value[0] - np.log(TYPICAL_FOCAL * self.view.width_px)) / FOCAL_SPREAD
        return np.concatenate([line, corner, [lens, value[2] / USUAL_ROLL]])


def refine(
    segments: Segments, view: View, thetas: Array, fixed_focal: bool, walls: int = 0
) -> tuple[Orientation, float]:
    """Move focal length, pitch, roll and level directions until segments point where they should; also the cost left.

    The first ``walls`` directions are those of walls of one house: they meet at right angles if they nearly do. Of
    others that counts as far as edges follow them. Segments are given to directions anew before each of three rounds.
    The standard errors leave out what was assumed of lenses and cameras in general.
    """
    value = np.concatenate([[np.log(view.focal_px), view.pitch, view.roll], thetas])
    usual = np.r_[0.1, np.full(len(thetas) + 2, 0.01)]
    for _ in range(3):
        problem = _Problem(segments, view, fixed_focal, value, walls)
        solved = scipy.optimize.least_squares(problem.misses, value, x_scale=usual, max_nfev=40)
        value = solved.x
    lines = solved.jac[:-2]
    error = np.sqrt(np.diag(np.linalg.inv(lines.T @ lines + 1e-6 * np.eye(len(value)))))
    order = np.argsort(-problem.support)
    oriented = Orientation(
        view=problem.place(value),
        thetas=((value[3:] + np.pi / 2) % np.pi - np.pi / 2)[order],
        support=problem.support[order].astype(float),
        focal_error=0.0 if fixed_focal else float(error[0]),
        vertical_error_deg=float(np.degrees(np.hypot(error[1], error[2]))),
        line_error_px=float(np.median(np.abs(problem.strays_px(value)))),
    )
    return oriented, float(solved.cost) + problem.lost
