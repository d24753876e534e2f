"""Dust carried by air and falling through it, such that no gram is lost: finite volumes, limited second-order fluxes.

LeVeque 2002, "Finite volume methods for hyperbolic problems", chapter 6 (monotonised central limiter), one axis at a
time.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

_NOTHING = 1e-10  # kg/m3; a thousand km of it are not seen, and processors are slow with numbers that go on to 1e-45


@numba.njit(cache=True, nogil=True)
def _fluxes(
    two_below: Any, below: Any, above: Any, two_above: Any, flow: Any, opening: Any, fall: Any, scale: Any, out: Any
) -> None:
    """Flux through a row of faces from the voxels below and above each: upwind value plus a limited half slope.

    Written without branches, so that the processor does several faces at once.
    """
    zero, half, one = np.float32(0.0), np.float32(0.5), np.float32(1.0)
    for w in range(out.shape[0]):
        c = (flow[w] - fall * opening[w]) * scale
        rises = c > zero
        before = two_below[w] if rises else two_above[w]
        here = below[w] if rises else above[w]
        after = above[w] if rises else below[w]
        first, second = here - before, after - here
        middle = half * (first + second)
        slope = min(abs(middle), np.float32(2.0) * min(abs(first), abs(second)))
        slope = slope if middle > zero else -slope
        slope = slope if first * second > zero else zero
        out[w] = c * (here + half * (one - abs(c)) * slope)


@numba.njit(cache=True, nogil=True)
def _moved(row: Any, comes: Any, goes: Any) -> None:
    for w in range(row.shape[0]):
        value = row[w] + comes[w] - goes[w]
        row[w] = value if value > np.float32(_NOTHING) else np.float32(0.0)


@numba.njit(cache=True, nogil=True)
def _holds(row: Any) -> bool:
    most = np.float32(0.0)
    for w in range(row.shape[0]):
        most = max(most, row[w])
    return bool(most > np.float32(0.0))


@numba.njit(cache=True, nogil=True)
def _row(field: Any, axis: int, layer: int, number: int) -> Any:
    """Row ``number`` along ``axis``, 0 or 1, in a layer of the other of the two."""
    return field[number, layer] if axis == 0 else field[layer, number]


@numba.njit(cache=True, nogil=True)
def _across(
    layer: int, mass: Any, flow: Any, opening: Any, fall: Any, scale: Any, axis: int, rows: Any, flux: Any
) -> bool:
    """Move one layer of ``mass`` from row to row. Returns whether there is any; ``flux`` is written then."""
    n, some = mass.shape[axis], False
    for s in range(n):
        rows[s + 2] = _holds(_row(mass, axis, layer, s))
        some = some or rows[s + 2]
    if not some:
        return False
    none = np.zeros(mass.shape[2], np.float32)
    for s in range(n + 1):
        if not (rows[s] or rows[s + 1] or rows[s + 2] or rows[s + 3]):
            flux[s] = np.float32(0.0)
            continue
        _fluxes(
            _row(mass, axis, layer, s - 2) if s > 1 else none,
            _row(mass, axis, layer, s - 1) if s > 0 else none,
            _row(mass, axis, layer, s) if s < n else none,
            _row(mass, axis, layer, s + 1) if s < n - 1 else none,
            _row(flow, axis, layer, s),
            _row(opening, axis, layer, s),
            fall,
            scale,
            flux[s],
        )
    for s in range(n):
        if rows[s + 1] or rows[s + 2] or rows[s + 3]:
            _moved(_row(mass, axis, layer, s), flux[s], flux[s + 1])
    return True


@numba.njit(cache=True, nogil=True)
def sweep(
    start: int, stop: int, mass: Any, flow: Any, opening: Any, fall: Any, scale: Any, axis: int, left: Any
) -> None:
    """Move ``mass`` (nx, ny, nz) along one axis, in place.

    Args:
        start, stop: layers are counted along x, or along y for the x axis.
        mass: dust per voxel.
        flow: volume flow through the faces of this axis, m/s, |flow| * scale <= 1.
        opening: how open each face is, 0..1.
        fall: speed at which dust falls through air, m/s; used on the y axis only.
        scale: dt / voxel.
        axis: 0, 1 or 2.
        left: (layers, 2) what went out at the low and the high end of the axis, added up.
    """
    n = mass.shape[axis]
    fall = fall if axis == 1 else np.float32(0.0)
    rows, flux = np.zeros(n + 4, np.bool_), np.empty((n + 1, mass.shape[2]), np.float32)
    line, through = np.zeros(n + 4, np.float32), np.empty(n + 1, np.float32)
    for a in range(start, stop):
        if axis == 2:
            for b in range(mass.shape[1]):
                row = mass[a, b]
                if not _holds(row):
                    continue
                line[2 : n + 2] = row
                near = (line[: n + 1], line[1 : n + 2], line[2 : n + 3], line[3 : n + 4])
                _fluxes(*near, flow[a, b], opening[a, b], fall, scale, through)
                _moved(row, through[:n], through[1:])
                left[a, 0] -= through[0]
                left[a, 1] += through[n]
        elif _across(a, mass, flow, opening, fall, scale, axis, rows, flux):
            for k in range(mass.shape[2]):
                left[a, 0] -= flux[0, k]
                left[a, 1] += flux[n, k]


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
