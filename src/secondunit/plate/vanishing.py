"""Which way the camera looked, and how long its lens was, from where parallel lines of a street meet."""

from __future__ import annotations

import numpy as np

from secondunit.errors import CannotSolve
from secondunit.plate.lines import Segments
from secondunit.plate.refine import (
    CORNER_ERROR,
    FOCAL_SPREAD,
    INDEPENDENT_LINES,
    TYPICAL_FOCAL,
    Orientation,
    refine,
    right_angles,
    stray_px,
    tolerance_px,
)
from secondunit.plate.view import View
from secondunit.scene.camera import Array

SAME = np.sin(np.radians(3))  # directions nearer than this are one


def _follow(segments: Segments, points: Array, width_px: int) -> Array:
    """(N, K): 0..1, how well segments follow the directions that meet in ``points``; a length-free measure."""
    return np.asarray(np.exp(-0.5 * (stray_px(segments, points) / (1.5 * tolerance_px(segments, width_px))) ** 2))


def _uprights(segments: Segments, width: int, height: int) -> tuple[float, float]:
    """Roll in radians and tan(pitch) / focal (1/px) that most upright segments agree with."""
    steep = np.abs(segments.along[:, 1]) > 1.7 * np.abs(segments.along[:, 0])  # within 30 degrees of upright
    chosen = segments[steep][:250]
    if len(chosen) < 4:
        raise CannotSolve(
            "plate",
            f"{len(chosen)} upright edges in the picture",
            "at least 4 (corners, window sides, lamp posts)",
            "Use a sharper or larger plate, or one that shows more of the building.",
        )
    rolls = np.radians(np.arange(-10, 10.1, 0.4))
    slopes = np.arange(-0.7, 0.71, 0.02) / height
    roll, slope = (grid.ravel() for grid in np.meshgrid(rolls, slopes))
    points = _zenith(roll, slope, width, height)
    score = chosen.weight @ _follow(chosen, points, width)
    score *= np.exp(-0.5 * (roll / np.radians(7)) ** 2 - 0.5 * (slope * height / 0.5) ** 2)
    best = int(np.argmax(score))
    return float(roll[best]), float(slope[best])


def _zenith(roll: Array, slope: Array, width: int, height: int) -> Array:
    """Where uprights meet, as homogeneous pixels (..., 3), for a roll and tan(pitch) / focal."""
    x = np.sin(roll) + width / 2 * slope
    y = -np.cos(roll) + height / 2 * slope
    return np.stack([x, y, slope], axis=-1)


def _horizon(segments: Segments, roll: float, slope: float, width: int, height: int) -> tuple[float, Array]:
    """How far below the centre the horizon lies (px), and where level edges meet on it (K,), in px to the right.

    Level lines of any wall meet on the horizon, whatever the lens: one number is searched for, and greedily up to five
    meeting points for each of its values.
    """
    flat = stray_px(segments, _zenith(np.array([roll]), np.array([slope]), width, height))[:, 0]
    chosen = segments[np.abs(flat) > 3 * tolerance_px(segments, width)[:, 0]][:260]
    right, down = np.array([np.cos(roll), np.sin(roll)]), np.array([-np.sin(roll), np.cos(roll)])
    angles = np.radians(np.arange(-89.5, 90, 1.0))
    best = (-1.0, 0.0, np.zeros(0))
    lens = TYPICAL_FOCAL * width
    expected = slope * lens**2
    for below in np.concatenate([np.arange(-0.5, 0.501, 0.0125)]) * height:
        towards = np.cos(angles)[:, None] * down * below + np.sin(angles)[:, None] * lens * right
        centre = np.array([width / 2, height / 2])
        points = np.concatenate([towards + np.cos(angles)[:, None] * centre, np.cos(angles)[:, None]], axis=1)
        follow = _follow(chosen, points, width)
        left, total = chosen.weight.copy(), 0.0
        found: list[int] = []
        for _ in range(5):
            votes = left @ follow
            k = int(np.argmax(votes))
            if found and votes[k] < 0.03 * chosen.weight.sum():
                break
            total += float(votes[k])
            found.append(k)
            left = left * (1 - follow[:, k])
        total *= float(np.exp(-0.5 * ((below - expected) / (0.35 * height)) ** 2))
        if total > best[0]:
            best = (total, float(below), np.tan(angles[found]) * lens)
    return best[1], best[2]


def _focal_start(
    zenith: tuple[float, float], below: float, meet: Array, steep: Segments, width: int, height: int
) -> Array:
    """Focal lengths (px) worth starting from, best first: what uprights, corners and lenses in use say together."""
    focals = np.exp(np.linspace(np.log(0.45), np.log(3.2), 60)) * width
    cost = 0.5 * (np.log(focals / (TYPICAL_FOCAL * width)) / FOCAL_SPREAD) ** 2
    points = _zenith(np.full(60, zenith[0]), below / focals**2, width, height)
    share = steep.weight @ _follow(steep, points, width) / max(float(steep.weight.sum()), 1e-9)
    cost -= INDEPENDENT_LINES * np.log(np.maximum(share, 1e-3) / share.max()) * 0.3
    for k, focal in enumerate(focals):
        _, miss, weight = right_angles(np.arctan(-meet[:3] / np.hypot(focal, below)))
        agreed = weight * np.exp(-0.5 * (miss / 2 * CORNER_ERROR) ** 2)
        cost[k] -= 2.0 * float(agreed.sum())
    order = np.argsort(cost)
    starts: list[float] = []
    for k in order:
        if all(abs(np.log(focals[k] / other)) > 0.25 for other in starts):
            starts.append(float(focals[k]))
    return np.array(starts[:3])


def orient(segments: Segments, width: int, height: int, focal_px: float | None = None) -> Orientation:
    """Solve view and level directions from the segments of a picture; weights say which matter more.

    Source of the idea: C. Rother, "A new approach to vanishing point detection in architectural environments" (2002);
    J.-C. Bazin et al., "Globally optimal line clustering and vanishing point estimation" (2012). Instead of three
    orthogonal directions, uprights and any number of level directions are asked for ("Atlanta world").

    Raises:
        CannotSolve: too few straight edges.
    """
    roll, slope = _uprights(segments, width, height)
    below, meet = _horizon(segments, roll, slope, width, height)
    follow = _follow(segments, _zenith(np.array([roll]), np.array([slope]), width, height), width)[:, 0]
    steep = segments[follow > 0.3]
    starts = np.array([focal_px]) if focal_px else _focal_start((roll, slope), below, meet, steep, width, height)
    solved = [
        refine(
            segments, View(width, height, f, float(np.arctan(below / f)), roll), _angles(meet, f, below), bool(focal_px)
        )
        for f in starts
    ]
    best = min(solved, key=lambda one: one[1])[0]
    if best.support.sum() < 0.15 * width or len(steep) < 3:
        raise CannotSolve(
            "plate",
            "too few straight level edges to see which way the walls run",
            "eaves, window rows, brick courses or kerbs",
            "Use a sharper or larger plate, or an outline that takes in more of the building.",
        )
    return best


def _angles(meet: Array, focal_px: float, below: float) -> Array:
    """Angles theta of level directions that meet ``meet`` px to the right of the centre on the horizon."""
    ahead = np.hypot(focal_px, below)
    theta = np.arctan2(-ahead, meet)  # (cos, sin) of the way there: right is +X, ahead is -Z
    return (theta + np.pi / 2) % np.pi - np.pi / 2


def with_walls(
    segments: Segments, oriented: Orientation, thetas: Array, fixed_focal: bool
) -> tuple[Orientation, Array]:
    """Solve again, now that the directions of the building's own walls are known; others stay as they help.

    Returns:
        The view, and the walls' directions in it.
    """
    others = [theta for theta in oriented.thetas if np.abs(np.sin(theta - thetas)).min() > SAME]
    solved = refine(segments, oriented.view, np.concatenate([thetas, others]), fixed_focal, len(thetas))[0]
    nearest = np.argmin(np.abs(np.sin(solved.thetas[None] - thetas[:, None])), axis=1)
    return solved, solved.thetas[np.unique(nearest)]
