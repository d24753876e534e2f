"""How much light reaches each voxel from far away in one direction: a sweep through the grid, slice by slice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
_RIM = 2  # places around a slice: light moves across by one at most, and is taken between two


@dataclass(frozen=True)
class Way:
    """How a sweep towards a light goes through a grid.

    Attributes:
        order: the axes: the one swept along, which makes the slices, then the two others.
        back: where slices nearest to the light come last.
        shift: (2,) voxels by which light moves across from slice to slice, along the two others.
        steep: length of way per slice, in voxels.
    """

    order: tuple[int, int, int]
    back: bool
    shift: tuple[float, float]
    steep: float

    @classmethod
    def towards(cls, light: npt.ArrayLike) -> Way:
        """The way to a light in a direction (3,)."""
        unit = np.asarray(light, float) / np.linalg.norm(np.asarray(light, float))
        main = int(np.argmax(np.abs(unit)))
        b, c = (axis for axis in range(3) if axis != main)
        most = float(abs(unit[main]))
        return cls((main, b, c), bool(unit[main] > 0), (float(unit[b]) / most, float(unit[c]) / most), 1 / most)

    def turned(self, volume: Floats) -> Floats:
        """A volume (nx, ny, nz) as slices."""
        return np.ascontiguousarray(volume.transpose(self.order))

    def put_back(self, volume: Floats) -> Floats:
        """Slices as a volume (nx, ny, nz)."""
        return volume.transpose(np.argsort(self.order))


@numba.njit(cache=True, nogil=True)
def _between(near: Any, beside: Any, far: Any, across: Any, fb: Any, fc: Any, out: Any) -> None:
    """Light of the slice before between four places. Where all are alike, it is exactly that."""
    for w in range(out.shape[0]):
        low = near[w] + fc * (beside[w] - near[w])
        high = far[w] + fc * (across[w] - far[w])
        out[w] = low + fb * (high - low)


@numba.njit(cache=True, nogil=True)
def _pass(light: Any, passes: Any, out: Any) -> None:
    for w in range(out.shape[0]):
        out[w] = light[w] * passes[w]


@numba.njit(cache=True, nogil=True)
def _pass_and_send(light: Any, passes: Any, sends: Any, out: Any) -> None:
    for w in range(out.shape[0]):
        out[w] = light[w] * passes[w] + sends[w]


@numba.njit(cache=True, nogil=True)
def sweep(passes: Any, sends: Any, back: bool, shift: Any, beyond: Any, entry: Any, out: Any) -> None:
    """Follow light through slices.

    Loops over rows are apart and plain, so that the processor does several voxels at once.

    Args:
        passes: (a, b, c) share of light that passes each voxel.
        sends: (a, b, c) light that joins it in each voxel, or no slices at all.
        back, shift: of the ``Way``.
        beyond: light that comes in at the sides.
        entry: (b, c) light that comes in through the first slice.
        out: (a, b, c) light that comes to each voxel, written.
    """
    slices, rows, columns = passes.shape
    before = np.full((rows + 2 * _RIM, columns + 2 * _RIM), beyond, np.float32)
    after = before.copy()
    before[_RIM : _RIM + rows, _RIM : _RIM + columns] = entry
    sb, sc = np.floor(shift[0]), np.floor(shift[1])
    fb, fc = np.float32(shift[0] - sb), np.float32(shift[1] - sc)
    down, left = _RIM + int(sb), _RIM + int(sc)
    for n in range(slices):
        a = slices - 1 - n if back else n
        for b in range(rows):
            near, far = before[b + down], before[b + down + 1]
            right = left + 1
            _between(
                near[left : left + columns],
                near[right : right + columns],
                far[left : left + columns],
                far[right : right + columns],
                fb,
                fc,
                out[a, b],
            )
            goes_on = after[b + _RIM, _RIM : _RIM + columns]
            if len(sends):
                _pass_and_send(out[a, b], passes[a, b], sends[a, b], goes_on)
            else:
                _pass(out[a, b], passes[a, b], goes_on)
        before, after = after, before


_NOTHING = np.zeros((0, 0, 0), np.float32)


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
    way = Way.towards(to_light)
    depth = way.turned(extinction) * np.float32(-voxel_m * way.steep)
    passed = np.exp(depth, out=depth)
    light, one = np.empty_like(passed), np.float32(1.0)
    if entry is None:
        entry = np.ones(passed.shape[1:], np.float32)
    arrays: Any = (passed, _NOTHING, way.back, way.shift, one, np.ascontiguousarray(entry, np.float32), light)
    sweep(*arrays)
    if own:
        light *= np.sqrt(passed, out=passed)
    return np.ascontiguousarray(way.put_back(light))
