"""Where dust comes from: the events that the motion recorded, and powder shaken off pieces that move."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from secondunit.effects.collapse.dust.grid import DustGrid
from secondunit.effects.collapse.dust.solids import SolidPoints, Solids
from secondunit.effects.collapse.shards import Motion, Shards

Floats = npt.NDArray[np.float32]

_AT_ONCE = 0.06  # of the dust of an event that flies at once; by eye
_JOLT_M_PER_S = 7.0  # change of speed in one frame by which 63 % of a face's powder comes off; by eye
_SHAKEN_OFF_M = 16.0  # estimate: way on which a moving face loses 63 % of its powder to the air
_GAPES_M = 0.25  # estimate: a crack this wide lets all of its powder out
_SHUT = 0.02  # of the powder of a closed crack that goes as if it were open: what lies on sills and ledges
_LEAST = 1e-5  # of a piece's powder: less in a frame than this is none, and stays
_STIRS_M_PER_S = 1.0  # slower than this, a crack keeps its powder: nothing seeps before something falls


@numba.njit(cache=True, nogil=True)
def _weigh(x: float, y: float, z: float, hollow: Any, fixed: Any, near: Any, weights: Any) -> float:
    """Shares of the 3 x 3 x 3 voxels around a place, near ones more, closed ones none. Returns their sum."""
    nx, ny, nz = hollow.shape
    ci, cj, ck = int(np.floor(x)), int(np.floor(y)), int(np.floor(z))
    total = 0.0
    for n in range(3):
        a, b, c = ci + n - 0.5 - x, cj + n - 0.5 - y, ck + n - 0.5 - z
        near[0, n], near[1, n], near[2, n] = np.exp(-1.2 * a * a), np.exp(-1.2 * b * b), np.exp(-1.2 * c * c)
    for n in range(27):
        i, j, k = ci + n // 9 - 1, cj + (n // 3) % 3 - 1, ck + n % 3 - 1
        weights[n] = 0.0
        if 0 <= i < nx and 0 <= j < ny and 0 <= k < nz and fixed[i, j, k] == 0:
            weights[n] = near[0, n // 9] * near[1, (n // 3) % 3] * near[2, n % 3] * hollow[i, j, k]
            total += weights[n]
    return total


@numba.njit(cache=True, nogil=True)
def _emit(place: Any, mass: Any, velocity: Any, hollow: Any, fixed: Any, amount: Any, momentum: Any) -> float:
    """Spread each source over the open voxels around it. Returns the mass that found a place.

    Args:
        place: (E, 3) voxels.
        mass: (E,) kg.
        velocity: (E, 3) m/s.
        hollow, fixed: of the solids.
        amount: (nx, ny, nz) kg, added to.
        momentum: (nx, ny, nz, 3) kg m/s, added to.
    """
    nx, ny, nz = amount.shape
    near, weights = np.zeros((3, 3)), np.zeros(27)
    given = 0.0
    for e in range(len(mass)):
        x, y, z = place[e, 0], max(place[e, 1], 0.0), place[e, 2]
        if not (mass[e] > 0.0 and 0 <= x < nx and y < ny and 0 <= z < nz):
            continue
        total = 0.0
        for _ in range(4):  # out of the rubble: dust comes out on top of what it was crushed under
            total = _weigh(x, y, z, hollow, fixed, near, weights)
            if total > 0.02:
                break
            y += 1.0
        if total <= 0.0:
            continue
        given += mass[e]
        for n in range(27):
            if weights[n] > 0.0:
                i, j, k = int(x) + n // 9 - 1, int(y) + (n // 3) % 3 - 1, int(z) + n % 3 - 1
                share = mass[e] * weights[n] / total
                amount[i, j, k] += share
                for axis in range(3):
                    momentum[i, j, k, axis] += share * velocity[e, axis]
    return given


@numba.njit(cache=True, nogil=True)
def _nearest(where: Any, places: Any) -> Any:
    """For each of E places (E, 3) the number of the nearest of (N, 3) others."""
    found = np.empty(len(where), np.int64)
    for e in range(len(where)):
        best = np.inf
        for n in range(len(places)):
            a, b, c = where[e, 0] - places[n, 0], where[e, 1] - places[n, 1], where[e, 2] - places[n, 2]
            away = a * a + b * b + c * c
            if away < best:
                best, found[e] = away, n
    return found


class Emission:
    """The sources of dust of a whole motion, asked frame by frame.

    Part of what an event sets free flies at once. The rest lies as powder on the nearest shard and comes off as that
    moves and is jolted, and as its cracks open: a block that sinks in one piece keeps its powder between its pieces,
    cracked all over or not, until it breaks up; loose pieces trail dust and give up the rest where they land.

    Args:
        shards: what the building is made of.
        motion: how it moves.
        points: where the shards' matter is.
        amount: multiplies all masses (the artist's ``dust.amount``).
        frame_rate: frames a second.
    """

    def __init__(self, shards: Shards, motion: Motion, points: SolidPoints, amount: float, frame_rate: float) -> None:
        self._motion, self._points = motion, points
        self._amount, self._dt = np.float32(amount), 1.0 / frame_rate
        self._per_shard = np.maximum(np.bincount(points.owner, minlength=len(shards)), 1).astype(np.float32)
        self._dusty = np.unique(points.owner)
        ends = shards.bond_ends[(shards.bond_ends >= 0).all(1)]
        self._ends, self._apart = ends, _length(shards.centroid[ends[:, 0]] - shards.centroid[ends[:, 1]])
        self._bonds = np.maximum(np.bincount(ends.ravel(), minlength=len(shards)), 1).astype(np.float32)
        self.powder_kg = np.zeros(len(shards), np.float32)  # lies on broken faces, not yet shaken off

    def frame(
        self, grid: DustGrid, frame: int, place: Floats, solids: Solids, amount: Floats, momentum: Floats
    ) -> float:
        """Add what is set free during one frame; call once a frame, in order.

        Args:
            grid: the box of air.
            frame: offset from the first frame.
            place: (P, 3) where the solid points are, voxels.
            solids: of this frame.
            amount: (nx, ny, nz) kg, added to.
            momentum: (nx, ny, nz, 3) kg m/s, added to.

        Returns:
            Mass set free inside the box, kg.
        """
        motion, owner = self._motion, self._points.owner
        first, last = np.searchsorted(motion.event_frame, [frame, frame + 1])
        where, mass = motion.event_position[first:last], motion.event_dust_kg[first:last] * self._amount
        if last > first and len(self._dusty):
            nearest = _nearest(where.astype(np.float64), motion.position[frame, self._dusty].astype(np.float64))
            np.add.at(self.powder_kg, self._dusty[nearest], np.float32(1 - _AT_ONCE) * mass)
        velocity = motion.velocity[frame]
        speed = _length(velocity)
        jolt = _length(velocity - motion.velocity[max(frame - 1, 0)])
        pace = _beyond_still(speed) * speed * np.float32(self._dt / _SHAKEN_OFF_M)
        shaken = -np.expm1(-pace - _beyond_still(jolt) * jolt / np.float32(_JOLT_M_PER_S))
        shaken *= self.powder_kg * self._open(motion.position[frame])
        shaken[shaken < np.float32(_LEAST) * self.powder_kg] = 0
        self.powder_kg -= shaken
        share = (shaken / self._per_shard)[owner]
        giving = np.flatnonzero(share)
        sources = (place[giving], share[giving], velocity[owner[giving]])
        given: float = _emit(*sources, solids.hollow, solids.fixed, amount, momentum)
        speeds = motion.event_velocity[first:last]
        at_once = np.float32(_AT_ONCE) * mass * _beyond_still(_length(speeds))
        given += _emit(grid.to_voxels(where), at_once, speeds, solids.hollow, solids.fixed, amount, momentum)
        return given

    def _open(self, position: Floats) -> Floats:
        """Share of each shard's powder that can get out, (N,): how far what it was bonded to has come away."""
        first, second = self._ends.T
        gap = np.abs(_length(position[first] - position[second]) - self._apart)
        open_ = np.minimum(gap / np.float32(_GAPES_M), 1.0)
        count = len(position)
        whole = np.bincount(first, open_, count) + np.bincount(second, open_, count)
        free = np.bincount(self._ends.ravel(), minlength=count) == 0
        return np.where(free, 1.0, _SHUT + (1 - _SHUT) * whole / self._bonds).astype(np.float32)


def _length(vectors: npt.NDArray[Any]) -> Floats:
    return np.asarray(np.sqrt(np.square(vectors).sum(-1)), np.float32)


def _beyond_still(speed: npt.NDArray[Any]) -> Floats:
    """0 for what stands still, towards 1 for what moves."""
    square = np.square(speed / np.float32(_STIRS_M_PER_S))
    return np.asarray(square / (1 + square), np.float32)
