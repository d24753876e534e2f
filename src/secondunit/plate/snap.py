"""Moves a rough plan of walls until foot, upright edges and eaves lie on the picture's own edges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from secondunit.plate.lines import EdgePicture
from secondunit.plate.view import View
from secondunit.plate.walls import ROUGH_PX, Walls
from secondunit.scene.camera import Array

PULL = 0.10  # edge strength given up for a stray of one ROUGH_PX: a wall's edge stands out by about 0.4
SEARCH_PX = 22.0  # how far from the rough line edges are looked for, at 1920 px width
PIPE_PX = 7.0  # a drainpipe's and a quoin's width at 1920 px: 0.15 m at 30 m
CLEAR = 0.6  # share of the strongest edge's strength that makes another one clear
TURN_PX = 4.0  # how far a wall's lines may turn before it costs: about as well as its direction is known


@dataclass(frozen=True)
class Snapped:
    """Walls on the picture's edges.

    Attributes:
        walls: the walls.
        foot: (K,) strength 0..1 of the edge at each foot.
        uprights: (K + 1,) the same of each upright edge.
        eaves: (K,) the same of each top.
        moved_px: how far the foot moved from the outline's, on average.
    """

    walls: Walls
    foot: Array
    uprights: Array
    eaves: Array
    moved_px: float


class _Fit:
    """A plan as a vector: ln distance, K + 1 azimuths, K directions, ln of K heights."""

    def __init__(self, walls: Walls, view: View, edges: EdgePicture, loose: Array, tops: npt.NDArray[np.bool_]) -> None:
        self.view, self.edges, self.count = view, edges, len(walls)
        self.start = np.concatenate([[np.log(walls.distance)], walls.azimuths, walls.thetas, np.log(walls.tops)])
        self.loose, self.with_tops = loose, tops
        self.pixel = view.width_px / 1920
        self.rough_lines = self.lines(self.start[None])[0]
        self.step = self._steps()

    def lines(self, plans: Array) -> Array:
        """(M, 3K + 1, 2, 2) end points in pixels of feet, tops and uprights of M plans (M, P)."""
        k = self.count
        azimuth, theta, top = plans[:, 1 : k + 2], plans[:, k + 2 : 2 * k + 2], np.exp(plans[:, 2 * k + 2 :])
        distance = [np.exp(plans[:, 0])]
        for n in range(1, k):
            edge = azimuth[:, n]
            distance.append(distance[-1] * np.cos(theta[:, n] - edge) / np.cos(theta[:, n - 1] - edge))
        plane = np.stack(distance, axis=1)
        ends = np.stack([azimuth[:, :-1], azimuth[:, 1:]], axis=-1)
        away = plane[..., None] / np.cos(theta[..., None] - ends)
        feet = self.view.pixels(ends, -1 / away)
        tops = self.view.pixels(ends, (top[..., None] - 1) / away)
        left = np.stack([feet[:, :, 0], tops[:, :, 0]], axis=2)
        right = np.stack([feet[:, -1:, 1], tops[:, -1:, 1]], axis=2)
        return np.concatenate([feet, tops, left, right], axis=1)

    def strengths(self, lines: Array) -> Array:
        """(M, 3K + 1) of the edges along the lines."""
        flat = lines.reshape(-1, 2, 2)
        return self.edges.along(flat[:, 0], flat[:, 1]).reshape(lines.shape[:2])

    def score(self, plans: Array) -> Array:
        """(M,): strength of all edges, less a pull towards where the outline had them."""
        lines, k = self.lines(plans), self.count
        strength = self.strengths(lines)
        shift = (lines - self.rough_lines).mean(axis=2)
        run = self.rough_lines[:, 1] - self.rough_lines[:, 0]
        across = np.stack([-run[:, 1], run[:, 0]], axis=-1)
        across /= np.maximum(np.linalg.norm(across, axis=-1, keepdims=True), 1e-9)
        stray = np.abs((shift * across).sum(axis=-1)) / (ROUGH_PX * self.pixel)
        weight = np.concatenate([np.full(k, 1.2), np.where(self.with_tops, 1.0, 0.0), self.loose])
        pull = PULL * np.minimum(stray**2, 3 * stray)  # beyond three times the usual, linear
        total = (weight * (strength - pull)).sum(axis=1)
        turned = ((plans - self.start) / self.step)[:, k + 2 : 2 * k + 2] / TURN_PX
        return np.asarray(total - 0.03 * (turned**2).sum(axis=1))

    def _steps(self) -> Array:
        """(P,) change of each number that moves its line by about a pixel at 1920."""
        lines, steps = self.rough_lines, np.zeros(len(self.start))
        for n in range(len(self.start)):
            nudged = self.start.copy()
            nudged[n] += 1e-4
            moved = np.linalg.norm(self.lines(nudged[None])[0] - lines, axis=-1).max()
            steps[n] = 1e-4 / max(moved, 1e-6) * self.pixel
        return steps


def _outermost(fit: _Fit, plan: Array, end: int, way: float) -> Array:
    """The end of a row of walls moved on to the outermost clear edge: drainpipes and quoins stand just inside of it."""
    offsets = np.arange(0.0, PIPE_PX + 0.01, 0.25)
    plans = np.repeat(plan[None], len(offsets), axis=0)
    plans[:, 1 + end] += way * offsets * fit.step[1 + end]
    strength = fit.strengths(fit.lines(plans))[:, 2 * fit.count + end]
    peak = np.r_[False, (strength[1:-1] >= strength[:-2]) & (strength[1:-1] > strength[2:]), False]
    clear = np.nonzero(peak & (strength > CLEAR * strength[0]))[0]
    return np.asarray(plans[clear[-1]]) if len(clear) else plan


def snap(walls: Walls, view: View, edges: EdgePicture, loose: Array, tops: npt.NDArray[np.bool_]) -> Snapped:
    """Look for the strongest consistent edges near a plan.

    Args:
        walls: the plan, with tops above 0.
        view: the levelled camera.
        edges: the picture's gradients.
        loose: (K + 1,) how much each upright edge may follow the picture: 1, or 0 where the picture cuts it or the
            artist gave it.
        tops: (K,) which tops are looked for too; the others stay.
    """
    fit = _Fit(walls, view, edges, loose, tops)
    plan, step, k = fit.start.copy(), fit.step, fit.count
    free = [0, *(1 + np.nonzero(loose > 0)[0]), *(k + 2 + np.nonzero(tops)[0]), *(2 * k + 2 + np.nonzero(tops)[0])]
    wide = np.arange(-SEARCH_PX, SEARCH_PX + 0.1, 1.0)
    pairs = [(0, 1 + n) for n in range(1, k) if loose[n] > 0]
    pairs += [(2 * k + 2 + n, k + 2 + n) for n in range(k) if tops[n]]
    for pair in pairs:  # foot and inner corners, height and direction hang together: look at both at once first
        offsets = np.stack(np.meshgrid(wide[::2], wide[::2]), axis=-1).reshape(-1, 2)
        plans = np.repeat(plan[None], len(offsets), axis=0)
        plans[:, pair] += offsets * step[list(pair)]
        plan = plans[int(np.argmax(fit.score(plans)))]
    for reach, fine in ((SEARCH_PX, 1.0), (6.0, 0.5), (2.0, 0.25), (1.0, 0.125)):
        offsets = np.arange(-reach, reach + fine / 2, fine)
        for n in free:
            plans = np.repeat(plan[None], len(offsets), axis=0)
            plans[:, n] += offsets * step[n]
            scores = fit.score(plans)
            scores[len(offsets) // 2] += 1e-6  # stay where nothing is better
            plan = plans[int(np.argmax(scores))]
    for end, way in ((0, -1.0), (k, 1.0)):
        if loose[end] > 0:
            plan = _outermost(fit, plan, end, way)
    lines = fit.lines(plan[None])
    strength = fit.strengths(lines)[0]
    moved = float(np.abs(lines[0] - fit.rough_lines)[:k].mean())
    found = Walls(plan[k + 2 : 2 * k + 2], plan[1 : k + 2], float(np.exp(plan[0])), np.exp(plan[2 * k + 2 :]))
    return Snapped(found, strength[:k], strength[2 * k :], strength[k : 2 * k], moved)
