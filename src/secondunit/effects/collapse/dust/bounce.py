"""Light that was scattered before, in dust and by walls and ground: swept through the grid direction by direction.

Discrete ordinates with short characteristics (Kunasz, Auer 1988, "Short characteristic integration of radiative
transfer problems"), and what a voxel sends to itself summed at once (Olson, Auer, Buchler 1986, "A rapidly convergent
iterative solution of the non-LTE line radiation transfer problem"). All is a mean of what comes in and what is sent out
on the way, so light is never made: with nothing absorbed and radiance 1 from everywhere, everything stays 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt

from secondunit.effects.collapse.dust.transmittance import Way, sweep

Floats = npt.NDArray[np.float32]
Beam = tuple[tuple[float, float, float], Any, Floats, Floats]

_SERIES = np.float32(0.05)  # optical depth below which (1 - exp(-d)) / d is summed by its series: next is 5e-8


def arriving(
    dust: Floats, solid: Floats, scattered: Floats, reflected: Floats, voxel_m: float, beams: Sequence[Beam]
) -> Floats:
    """Mean radiance in each voxel from all directions but by its own dust, (nx, ny, nz, 3).

    Args:
        dust, solid: (nx, ny, nz) extinction, 1/m.
        scattered, reflected: (nx, ny, nz, 3) radiance that dust and walls send out where they are thick.
        voxel_m: edge length of a voxel.
        beams: direction towards the light, share of all directions, radiance (3,) that comes in at the sides of the
            box, and radiance through its top or bottom, (3,) or (nx, nz, 3).
    """
    total = np.zeros((3, *dust.shape), np.float32)  # by colour: rows of one are what the sweep is quick with
    ways = sorted(((Way.towards(beam[0]), beam) for beam in beams), key=lambda one: _alike(one[0]))
    for (_, steep), group in groupby(ways, key=lambda one: _alike(one[0])):
        same = list(group)
        way, length = same[0][0], np.float32(voxel_m * steep)
        thin, thick = way.turned(dust) * length, way.turned(solid) * length
        share = entered(thin + thick, 1.0)
        passed, mean = np.exp(-thin - thick), entered(thin, 1.0)
        thin, thick = thin * share, thick * share
        light, come = np.empty_like(passed), np.empty_like(passed)
        for colour in range(3):
            sends = thin * way.turned(scattered[..., colour]) + thick * way.turned(reflected[..., colour])
            come[:] = 0
            for one, (_, weight, beyond, entry) in same:
                enters = np.asarray(entry if one.order[0] == 1 else beyond, np.float32)[..., colour]
                face = np.ascontiguousarray(np.broadcast_to(enters, passed.shape[1:]))
                arrays: Any = (passed, sends, one.back, one.shift, np.float32(beyond[colour]), face, light)
                sweep(*arrays)
                light *= np.float32(weight)
                come += light
            # In the voxel only dust counts: what lies before a lit wall is lit.
            total[colour] += way.put_back(come * mean)
    return np.moveaxis(total, 0, -1)


def _alike(way: Way) -> tuple[tuple[int, int, int], float]:
    """Ways for which this is the same pass the same slices, as far through each voxel."""
    return way.order, round(way.steep, 6)


def kept(dust: Floats, voxel_m: float, beams: Sequence[Beam]) -> Floats:
    """Share of the light sent out in a voxel that meets dust in the same voxel, (nx, ny, nz)."""
    ways: dict[float, float] = {}
    for direction, share, _, _ in beams:
        way = round(Way.towards(direction).steep, 6)
        ways[way] = ways.get(way, 0.0) + float(share)
    total = np.zeros_like(dust)
    for way, share in ways.items():
        total += np.float32(share) * entered(dust, voxel_m * way)
    return np.asarray(1.0 - total, np.float32)


def entered(dust: Floats, way_m: float) -> Floats:
    """Mean over a voxel of light that enters it as 1 and is lost on its way through."""
    depth = dust * np.float32(way_m)
    thick = np.maximum(depth, np.float32(_SERIES))
    third = np.float32(1 / 6) - depth * np.float32(1 / 24)
    thin = 1 - depth * (np.float32(0.5) - depth * third)
    return np.asarray(np.where(depth > _SERIES, (1 - np.exp(-thick)) / thick, thin), np.float32)
