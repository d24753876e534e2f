"""How much light reaches each voxel from far away in one direction: a sweep through the grid, slice by slice."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


@numba.njit(cache=True, nogil=True)
def _sweep(
    extinction: Any, sizes: Any, strides: Any, first: int, shift: Any, length: Any, own: Any, entry: Any, out: Any
) -> None:
    """Follow the light through slices of the first axis.

    Args:
        extinction: flat, 1/m.
        sizes, strides: (3,) of the axes: the one swept along, then the two others; the first stride may be negative.
        first: where in the flat arrays the slice nearest to the light starts.
        shift: (2,) voxels by which light moves across from slice to slice, along the two others.
        length: metres of way per slice.
        own: whether a voxel shades itself: to its middle, or not at all.
        entry: (b, c) share of light that enters the first slice; what enters at the sides is 1.
        out: flat with ``strides``; transmittance to the middle of each voxel.
    """
    one = np.float32(1.0)
    before, after = entry.copy(), np.empty_like(entry)
    sb, sc = np.floor(shift[0]), np.floor(shift[1])
    fb, fc = np.float32(shift[0] - sb), np.float32(shift[1] - sc)
    ib, ic = int(sb), int(sc)
    for a in range(sizes[0]):
        for b in range(sizes[1]):
            for c in range(sizes[2]):
                p, q = b + ib, c + ic
                if 0 <= p < sizes[1] - 1 and 0 <= q < sizes[2] - 1:
                    near = before[p, q] + fc * (before[p, q + 1] - before[p, q])
                    light = near + fb * (before[p + 1, q] + fc * (before[p + 1, q + 1] - before[p + 1, q]) - near)
                else:
                    light = np.float32(0.0)
                    for corner in range(4):
                        p, q = b + ib + (corner >> 1), c + ic + (corner & 1)
                        weight = (fb if corner >> 1 else one - fb) * (fc if corner & 1 else one - fc)
                        inside = 0 <= p < sizes[1] and 0 <= q < sizes[2]
                        light += weight * (before[p, q] if inside else one)
                at = first + a * strides[0] + b * strides[1] + c * strides[2]
                if extinction[at] == 0.0:
                    out[at] = after[b, c] = light
                    continue
                passed = np.exp(-extinction[at] * length)
                out[at] = light * np.sqrt(passed) if own else light
                after[b, c] = light * passed
        before, after = after, before


def transmittance(
    extinction: Floats, to_light: npt.ArrayLike, voxel_m: float, entry: Floats | None = None, *, own: bool = True
) -> Floats:
    """Share of light that reaches the middle of each voxel, (nx, ny, nz).

    Interpolating from slice to slice softens shadows the farther they are cast, by about a voxel per four slices.

    Args:
        extinction: (nx, ny, nz) 1/m.
        to_light: (3,) towards the light.
        voxel_m: edge length of a voxel.
        entry: share of light that comes in through the first slice, (its shape); 1 if not given.
        own: whether a voxel shades itself. Solids do not: what lies before a lit wall is lit.
    """
    direction = np.asarray(to_light, float) / np.linalg.norm(np.asarray(to_light, float))
    main = int(np.argmax(np.abs(direction)))
    others = [axis for axis in range(3) if axis != main]
    steps = [extinction.shape[1] * extinction.shape[2], extinction.shape[2], 1]
    towards = direction[main] > 0
    first = (extinction.shape[main] - 1) * steps[main] if towards else 0
    sizes = np.array([extinction.shape[axis] for axis in (main, *others)], np.int64)
    strides = np.array([-steps[main] if towards else steps[main], steps[others[0]], steps[others[1]]], np.int64)
    shift = np.array([direction[axis] / abs(direction[main]) for axis in others], np.float64)
    if entry is None:
        entry = np.ones((int(sizes[1]), int(sizes[2])), np.float32)
    out = np.empty(extinction.size, np.float32)
    length = np.float32(voxel_m / abs(direction[main]))
    _sweep(np.ascontiguousarray(extinction).reshape(-1), sizes, strides, first, shift, length, own, entry, out)
    return out.reshape(extinction.shape)
