"""Dust carried by air and falling through it, such that no gram is lost: finite volumes, limited second-order fluxes.

LeVeque 2002, "Finite volume methods for hyperbolic problems", chapter 6 (monotonised central limiter), one axis at a
time.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np


@numba.njit(cache=True, nogil=True)
def sweep(
    start: int, stop: int, mass: Any, flow: Any, opening: Any, fall: Any, scale: Any, axis: int, left: Any
) -> None:
    """Move ``mass`` (nx, ny, nz) along one axis, in place.

    Args:
        start, stop: lines are counted along x, or along z for the x axis.
        mass: dust per voxel.
        flow: volume flow through the faces of this axis, m/s, |flow| * scale <= 1.
        opening: how open each face is, 0..1.
        fall: speed at which dust falls through air, m/s; used on the y axis only.
        scale: dt / voxel.
        axis: 0, 1 or 2.
        left: (lines, 2) what went out at the low and the high end of the axis, added up.
    """
    _, ny, nz = mass.shape
    n = mass.shape[axis]
    others = ny if axis != 1 else nz
    line = np.zeros(n + 4, np.float32)
    flux = np.zeros(n + 1, np.float32)
    for a in range(start, stop):
        for b in range(others):
            i, j, k = (0, b, a) if axis == 0 else ((a, 0, b) if axis == 1 else (a, b, 0))
            di, dj, dk = (1, 0, 0) if axis == 0 else ((0, 1, 0) if axis == 1 else (0, 0, 1))
            any_dust = False
            for s in range(n):
                value = mass[i + s * di, j + s * dj, k + s * dk]
                line[s + 2] = value
                any_dust = any_dust or value > 0.0
            if not any_dust:
                continue
            for s in range(n + 1):
                fi, fj, fk = i + s * di, j + s * dj, k + s * dk
                speed = flow[fi, fj, fk]
                if axis == 1:
                    speed -= fall * opening[fi, fj, fk]
                c = speed * scale
                # Upwind value plus a limited half slope; the two voxels beyond each end of the line stay 0.
                if c > 0.0:
                    below, here, above = line[s], line[s + 1], line[s + 2]
                else:
                    below, here, above = line[s + 3] if s < n else np.float32(0.0), line[s + 2], line[s + 1]
                one, two = here - below, above - here
                slope = np.float32(0.0)
                if one * two > 0.0:
                    middle = np.float32(0.5) * (one + two)
                    most = np.float32(2.0) * min(abs(one), abs(two))
                    slope = min(abs(middle), most) * (1 if middle > 0 else -1)
                flux[s] = c * (here + np.float32(0.5) * (1 - abs(c)) * slope)
            for s in range(n):
                mass[i + s * di, j + s * dj, k + s * dk] = max(line[s + 2] + flux[s] - flux[s + 1], np.float32(0.0))
            left[a, 0] -= flux[0]
            left[a, 1] += flux[n]


@numba.njit(cache=True, nogil=True)
def settle(
    start: int,
    stop: int,
    mass: Any,
    opening: Any,
    hollow: Any,
    still: Any,
    share: Any,
    trapped: Any,
    settled: Any,
) -> None:
    """Dust that reaches the ground or still rubble stays there; dust inside still rubble is caught.

    Args:
        start, stop: slabs along x.
        mass: dust per voxel, (nx, ny, nz); what settles is taken from it.
        opening: of the faces across y, (nx, ny + 1, nz).
        hollow: 0 = the voxel is solid, 1 = air.
        still: 1 where what is solid in the voxel does not move.
        share: of a voxel's dust that falls on its floor in this step.
        trapped: share of the dust in a solid, still voxel that is caught in this step.
        settled: (nx, nz), same unit as ``mass``, added to.
    """
    for i in range(start, stop):
        for j in range(mass.shape[1]):
            for k in range(mass.shape[2]):
                here = mass[i, j, k]
                if here == 0.0:
                    continue
                floor_still = j == 0 or still[i, j - 1, k] == 1
                lost = share * (np.float32(1.0) - opening[i, j, k]) if floor_still else np.float32(0.0)
                if hollow[i, j, k] <= 0.0 and still[i, j, k] == 1:
                    lost = max(lost, trapped)
                lost = lost * here
                mass[i, j, k] = here - lost
                settled[i, k] += lost
