"""Light that was scattered before, in dust and by walls and ground: swept through the grid direction by direction.

Discrete ordinates with short characteristics (Kunasz, Auer 1988, "Short characteristic integration of radiative
transfer problems"), and what a voxel sends to itself summed at once (Olson, Auer, Buchler 1986, "A rapidly convergent
iterative solution of the non-LTE line radiation transfer problem"). All is a mean of what comes in and what is sent out
on the way, so light is never made: with nothing absorbed and radiance 1 from everywhere, everything stays 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numba
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

_SERIES = 0.02  # optical depth below which (1 - exp(-d)) / d is summed by its series: the next term is 3e-7


@numba.njit(cache=True, nogil=True)
def _before(before: Any, beyond: Any, p: int, q: int, fb: Any, fc: Any) -> Any:
    """Radiance between four places of the slice before, linear; ``beyond`` where it has none."""
    one = np.float32(1.0)
    r = g = u = np.float32(0.0)
    for corner in range(4):
        row, column = p + (corner >> 1), q + (corner & 1)
        weight = (fb if corner >> 1 else one - fb) * (fc if corner & 1 else one - fc)
        if 0 <= row < before.shape[0] and 0 <= column < before.shape[1]:
            r += weight * before[row, column, 0]
            g += weight * before[row, column, 1]
            u += weight * before[row, column, 2]
        else:
            r, g, u = r + weight * beyond[0], g + weight * beyond[1], u + weight * beyond[2]
    return r, g, u


@numba.njit(cache=True, nogil=True)
def _sweep(
    dust: Any,
    solid: Any,
    scattered: Any,
    reflected: Any,
    sizes: Any,
    strides: Any,
    first: int,
    shift: Any,
    length: Any,
    beyond: Any,
    entry: Any,
    weight: Any,
    out: Any,
) -> None:
    """Add ``weight`` times the radiance of one direction, that of the voxel's own dust apart, to ``out``.

    Args:
        dust, solid: flat, extinction, 1/m.
        scattered, reflected: (voxels, 3) radiance that thick dust and walls send out.
        sizes, strides: (3,) of the axes: the one swept along, then the two others; the first stride may be negative.
        first: where in the flat arrays the slice nearest to the light starts.
        shift: (2,) voxels by which light moves across from slice to slice.
        length: metres of way per slice.
        beyond: (3,) radiance that comes in at the sides.
        entry: (b, c, 3) radiance that comes in through the first slice.
        weight: share of all directions.
        out: (voxels, 3) added to.
    """
    one = np.float32(1.0)
    before, after = entry.copy(), np.empty_like(entry)
    sb, sc = np.floor(shift[0]), np.floor(shift[1])
    fb, fc = np.float32(shift[0] - sb), np.float32(shift[1] - sc)
    ib, ic = int(sb), int(sc)
    for a in range(sizes[0]):
        for b in range(sizes[1]):
            for c in range(sizes[2]):
                r, g, u = _before(before, beyond, b + ib, c + ic, fb, fc)
                at = first + a * strides[0] + b * strides[1] + c * strides[2]
                thin, thick = dust[at] * length, solid[at] * length
                depth = thin + thick
                if depth < np.float32(1e-5):
                    out[at, 0] += weight * r
                    out[at, 1] += weight * g
                    out[at, 2] += weight * u
                    after[b, c, 0], after[b, c, 1], after[b, c, 2] = r, g, u
                    continue
                # In the voxel only dust counts: what lies before a lit wall is lit.
                if thin > np.float32(_SERIES):
                    mean = weight * (one - np.exp(-thin)) / thin
                else:
                    mean = weight * (one - thin * (np.float32(0.5) - thin * np.float32(1 / 6)))
                through = np.exp(-depth)
                share = (one - through) / depth
                thin, thick = thin * share, thick * share
                sr, sg, su = scattered[at, 0], scattered[at, 1], scattered[at, 2]
                out[at, 0] += mean * r
                out[at, 1] += mean * g
                out[at, 2] += mean * u
                after[b, c, 0] = r * through + thin * sr + thick * reflected[at, 0]
                after[b, c, 1] = g * through + thin * sg + thick * reflected[at, 1]
                after[b, c, 2] = u * through + thin * su + thick * reflected[at, 2]
        before, after = after, before


def arriving(
    dust: Floats,
    solid: Floats,
    scattered: Floats,
    reflected: Floats,
    voxel_m: float,
    beams: Sequence[tuple[tuple[float, float, float], Any, Floats, Floats]],
) -> Floats:
    """Mean radiance in each voxel from all directions but by its own dust, (nx, ny, nz, 3).

    Args:
        dust, solid: (nx, ny, nz) extinction, 1/m.
        scattered, reflected: (nx, ny, nz, 3) radiance that dust and walls send out where they are thick.
        voxel_m: edge length of a voxel.
        beams: direction towards the light, share of all directions, radiance (3,) that comes in at the sides of the
            box, and radiance through its top or bottom, (3,) or (nx, nz, 3).
    """
    out = np.zeros((dust.size, 3), np.float32)
    flat = [np.ascontiguousarray(one).reshape(-1) for one in (dust, solid)]
    sent = [np.ascontiguousarray(one).reshape(-1, 3) for one in (scattered, reflected)]
    steps = [dust.shape[1] * dust.shape[2], dust.shape[2], 1]
    for direction, share, beyond, entry in beams:
        unit = np.asarray(direction, float) / np.linalg.norm(direction)
        main = int(np.argmax(np.abs(unit)))
        others = [axis for axis in range(3) if axis != main]
        towards = unit[main] > 0
        first = (dust.shape[main] - 1) * steps[main] if towards else 0
        sizes = np.array([dust.shape[axis] for axis in (main, *others)], np.int64)
        strides = np.array([-steps[main] if towards else steps[main], *(steps[axis] for axis in others)], np.int64)
        shift = np.array([unit[axis] / abs(unit[main]) for axis in others], np.float64)
        length = np.float32(voxel_m / abs(unit[main]))
        face = (int(sizes[1]), int(sizes[2]), 3)
        enters = np.ascontiguousarray(np.broadcast_to(entry if main == 1 else beyond, face), np.float32)
        arrays: Any = (*flat, *sent, sizes, strides, first, shift, length, beyond, enters, np.float32(share), out)
        _sweep(*arrays)
    return out.reshape(*dust.shape, 3)


def kept(
    dust: Floats, voxel_m: float, beams: Sequence[tuple[tuple[float, float, float], Any, Floats, Floats]]
) -> Floats:
    """Share of the light sent out in a voxel that meets dust in the same voxel, (nx, ny, nz)."""
    ways: dict[float, float] = {}
    for direction, share, _, _ in beams:
        way = round(float(np.linalg.norm(direction) / np.abs(direction).max()), 6)
        ways[way] = ways.get(way, 0.0) + float(share)
    total = np.zeros_like(dust)
    for way, share in ways.items():
        total += np.float32(share) * entered(dust, voxel_m * way)
    return np.asarray(1.0 - total, np.float32)


def entered(dust: Floats, way_m: float) -> Floats:
    """Mean over a voxel of light that enters it as 1 and is lost on its way through."""
    depth = dust * np.float32(way_m)
    thick = np.maximum(depth, np.float32(_SERIES))
    return np.asarray(np.where(depth > _SERIES, -np.expm1(-thick) / thick, 1 - depth * (0.5 - depth / 6)), np.float32)
