"""Where shards have their middles: how many to a piece, and where in it. Few large ones, many small."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from secondunit.effects.collapse.polyhedron import Floats
from secondunit.effects.collapse.proxy import Piece
from secondunit.effects.collapse.shards import Material, Part

SIZE_OF_PART = {  # length of a shard relative to the building's, by eye: what is seen is finer, what is hidden coarser
    Part.WALL: 1.0,
    Part.INNER_WALL: 1.4,
    Part.SLAB: 1.25,
    Part.ROOF: 1.1,
    Part.GLASS: 0.7,
    Part.FRAME: 2.0,
    Part.COLUMN: 0.8,
    Part.FURNITURE: 1.6,
}
UNSEEN = 1.8  # length of a shard in a wall or pane that the camera does not see, relative to one that it does
VARIETY = 0.6  # standard deviation of the logarithm of a shard's length, by eye
LARGEST = 1.25  # longest shard length relative to the mean before other factors: no large clean slabs
CANDIDATES = 12  # tried for each seed
SPACING = 0.5  # least distance of two seeds, in local shard lengths
BY_CHANCE = 0.65  # share of seeds set by chance; the rest fill holes
TOUGH = (Material.TIMBER, Material.STEEL)  # may stay long and thin
LEAST_BREADTH_M = 0.1  # m: what is thinner counts as this broad, so that slivers are not cut to crumbs
SLENDER = 3.0  # a stony piece longer than this many times its breadth is broken at least once more


@dataclass(frozen=True)
class Grading:
    """How long shards are from place to place, relative to their mean: a smooth field over the building.

    Attributes:
        failure: where the failure starts, (3,).
        reach_m: how far around it shards are finer.
        finer: how many times finer.
        waves: (n, 3) wave vectors of the natural variation, rad/m.
        phases: (n,) rad.
    """

    failure: Floats
    reach_m: float
    finer: float
    waves: Floats
    phases: Floats

    @classmethod
    def random(cls, failure: Floats, reach_m: float, finer: float, random: np.random.Generator) -> Grading:
        """With a random variation of 1.2 to 5 m wavelength."""
        count = 12
        ways = random.normal(size=(count, 3))
        ways /= np.linalg.norm(ways, axis=1, keepdims=True)
        lengths = np.exp(random.uniform(np.log(1.2), np.log(5.0), count))
        waves = 2 * np.pi / lengths[:, None] * ways
        return cls(failure, reach_m, finer, waves, random.uniform(0, 2 * np.pi, count))

    def length(self, points: Floats) -> Floats:
        """Relative shard length at points (n, 3)."""
        near = np.exp(-np.sum((points - self.failure) ** 2, axis=1) / self.reach_m**2)
        noise = np.cos(points @ self.waves.T + self.phases).sum(axis=1) * np.sqrt(2.0 / len(self.phases))
        length: Floats = (1.0 - (1.0 - 1.0 / self.finer) * near) * np.minimum(np.exp(VARIETY * noise), LARGEST)
        return length


@dataclass(frozen=True)
class Sown:
    """One piece with candidates for seeds.

    Attributes:
        points: (m, 3).
        length: (m,) relative shard length there.
        sides: (3,) length, breadth and thickness of the piece, m.
        least: shards it makes in any case.
    """

    points: Floats
    length: Floats
    sides: Floats
    least: float

    def wanted(self, length_m: float) -> float:
        """How many shards it makes when the mean shard is ``length_m`` long."""
        counts = np.maximum(self.sides / (length_m * self.length[:, None]), 1.0).prod(axis=1)
        return float(max(counts.mean(), self.least))


def sow(pieces: tuple[Piece, ...], grading: Grading, target: int, random: np.random.Generator) -> list[Floats]:
    """Seeds for each piece, ``target`` in all (at least one to a piece): a list of (n, 3)."""
    sown = [_candidates(piece, grading, 64, random) for piece in pieces]
    low, high = np.log(0.01), np.log(100.0)
    for _ in range(40):
        middle = (low + high) / 2
        total = sum(round(one.wanted(float(np.exp(middle)))) for one in sown)
        low, high = (middle, high) if total > target else (low, middle)
    length_m = float(np.exp(high))
    wanted = np.array([one.wanted(length_m) for one in sown])
    counts = np.rint(wanted).astype(int)
    missing = target - int(counts.sum())
    if missing > 0:
        counts[np.argsort(counts - wanted, kind="stable")[:missing]] += 1
    seeds = []
    for piece, count in zip(pieces, counts, strict=True):
        many = _candidates(piece, grading, CANDIDATES * int(count) + 8, random)
        local = length_m * many.length
        weight = -np.log(np.where(many.sides > local[:, None], local[:, None], 1.0)).sum(axis=1)
        order = np.argsort(-(weight + random.gumbel(size=len(weight))), kind="stable")
        chosen = _spread(many.points[order], local[order], int(count))
        seeds.append(many.points[order][chosen])
    return seeds


def _candidates(piece: Piece, grading: Grading, count: int, random: np.random.Generator) -> Sown:
    """Uniform random points in a piece, with the shard length wanted there."""
    corners = piece.shape.tetrahedra()
    volumes = np.abs(np.linalg.det(corners[:, 1:] - corners[:, :1]))
    which = random.choice(len(corners), size=count, p=volumes / volumes.sum())
    shares = random.exponential(size=(count, 4))
    points = np.einsum("nk,nkx->nx", shares / shares.sum(axis=1, keepdims=True), corners[which])
    sides = _sides(piece)
    length = grading.length(points) * SIZE_OF_PART[piece.part]
    if not piece.seen and piece.part in (Part.WALL, Part.GLASS):
        length *= UNSEEN
    if piece.part == Part.GLASS:  # a pane breaks finest around where it is hit
        hit = points[0]
        length *= 0.5 + 1.2 * np.linalg.norm(points - hit, axis=1) / sides[0]
    least = 1.0 if piece.material in TOUGH else sides[0] / (SLENDER * max(sides[1], LEAST_BREADTH_M))
    return Sown(points, length, sides, max(1.0, float(least)))


def _sides(piece: Piece) -> Floats:
    """Length, breadth and thickness of the box that comes near to a piece, (3,)."""
    shape = piece.shape
    widths = [np.ptp(shape.vertices @ shape.normal(f)) for f in range(len(shape.faces))]
    long, thin = max(widths), min(widths)
    return np.array([long, max(shape.volume / (long * thin), thin), thin])


@njit(cache=True, nogil=True)
def _spread(points: Any, length: Any, count: int) -> npt.NDArray[np.int64]:
    """Choose ``count`` of the points: most in the order given if they keep their distance, the rest to fill holes.

    Distance counts in the local ``length`` (n,). The filling takes the point that is farthest from all chosen ones
    again and again, so that no shard stays much longer than wanted.
    """
    chosen = np.empty(count, np.int64)
    nearest = np.empty(len(points))
    for i in range(len(points)):
        nearest[i] = np.inf
    by_chance = int(np.ceil(BY_CHANCE * count))
    cursor = 0
    for size in range(count):
        best = -1
        while size < by_chance and cursor < len(points) and best < 0:
            if nearest[cursor] > SPACING:
                best = cursor
            cursor += 1
        if best < 0:
            best = 0
            for i in range(len(points)):
                if nearest[i] > nearest[best]:
                    best = i
        chosen[size] = best
        for i in range(len(points)):
            gap = 0.0
            for axis in range(3):
                gap += (points[i, axis] - points[best, axis]) ** 2
            nearest[i] = min(nearest[i], np.sqrt(gap) / length[i])
    return chosen
