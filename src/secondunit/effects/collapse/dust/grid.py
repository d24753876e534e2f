"""The box of air that is simulated: where it stands and how finely it is cut."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from secondunit.records import read_json, write_json

# Margins around the building in building heights. The ground surge of a demolition runs out one to one and a half
# heights (seen in footage of implosions); more box than that only makes voxels coarser.
_SIDE, _FRONT, _BACK, _ABOVE = 1.2, 1.35, 0.6, 0.45
_MULTIPLE = 8  # the pressure solver halves the box three times


Region = tuple[tuple[int, int], tuple[int, int], tuple[int, int]]  # first voxel and the one after the last, per axis


def union(one: Region, other: Region) -> Region:
    """The smallest region that holds both."""
    x, y, z = ((min(a[0], b[0]), max(a[1], b[1])) for a, b in zip(one, other, strict=True))
    return x, y, z


def slices(region: Region, share: int = 1) -> tuple[slice, slice, slice]:
    """A region of arrays with a voxel for every ``share`` of the grid's."""
    x, y, z = (slice(low // share, high // share) for low, high in region)
    return x, y, z


@dataclass(frozen=True)
class DustGrid:
    """Cubic voxels in a box of world axes.

    Attributes:
        origin_m: world position of the box's lowest corner, (3,); its y is the ground, 0.
        voxel_m: edge length of a voxel.
        dims: voxels along x, y and z, each a multiple of 8.
    """

    origin_m: tuple[float, float, float]
    voxel_m: float
    dims: tuple[int, int, int]

    @property
    def size_m(self) -> npt.NDArray[np.float64]:
        """Edge lengths of the box, (3,)."""
        return np.asarray(self.dims, np.float64) * self.voxel_m

    def to_voxels(self, points_m: npt.ArrayLike) -> npt.NDArray[np.float32]:
        """World points (..., 3) in voxels from the box's corner; the first voxel's centre is 0.5."""
        local = (np.asarray(points_m, np.float64) - np.asarray(self.origin_m)) / self.voxel_m
        return np.asarray(local, np.float32)

    def part(self, region: Region) -> DustGrid:
        """The box of a region by itself."""
        x, y, z = (origin + low * self.voxel_m for origin, (low, _) in zip(self.origin_m, region, strict=True))
        nx, ny, nz = (high - low for low, high in region)
        return DustGrid((x, y, z), self.voxel_m, (nx, ny, nz))

    def region(self, low: npt.ArrayLike, high: npt.ArrayLike, margin: int) -> Region:
        """The smallest region whose sides are multiples of 8 around ``low`` to ``high`` (3,), in voxels, and a margin.

        It starts on the ground and stays within the box.
        """
        first = np.floor((np.asarray(low, float) - margin) / _MULTIPLE).astype(int) * _MULTIPLE
        last = np.ceil((np.asarray(high, float) + margin) / _MULTIPLE).astype(int) * _MULTIPLE
        first[1] = 0
        dims = np.asarray(self.dims)
        first = np.clip(first, 0, dims - _MULTIPLE)
        last = np.clip(last, first + _MULTIPLE, dims)
        (x0, y0, z0), (x1, y1, z1) = first.tolist(), last.tolist()
        return (x0, x1), (y0, y1), (z0, z1)

    def save(self, path: Path) -> None:
        """Write as a ``dust grid`` document."""
        value = {"origin_m": list(self.origin_m), "voxel_m": self.voxel_m, "dims": list(self.dims)}
        write_json(path, {"kind": "dust grid", "version": 1, **value})

    @classmethod
    def load(cls, path: Path) -> DustGrid:
        """Read a ``dust grid`` document."""
        value: dict[str, Any] = read_json(path, kind="dust grid", version=1)
        x, y, z = (float(one) for one in value["origin_m"])
        nx, ny, nz = (int(one) for one in value["dims"])
        return cls((x, y, z), float(value["voxel_m"]), (nx, ny, nz))


def grid_around(low_m: npt.ArrayLike, high_m: npt.ArrayLike, resolution: int) -> DustGrid:
    """A box around a building that fills ``low_m`` to ``high_m`` (3,), with room for the surge on all sides.

    Args:
        low_m: lowest corner of the building.
        high_m: highest corner of the building.
        resolution: voxels along the longest side, taken to the nearest multiple of 8.
    """
    low, high = np.asarray(low_m, float), np.asarray(high_m, float)
    height = max(float(high[1]), 1.0)
    corner = np.array([low[0] - _SIDE * height, 0.0, low[2] - _BACK * height])
    far = np.array([high[0] + _SIDE * height, (1 + _ABOVE) * height, high[2] + _FRONT * height])
    longest = max(2, round(resolution / _MULTIPLE)) * _MULTIPLE
    voxel = float((far - corner).max()) / longest
    dims = np.maximum(np.ceil((far - corner) / voxel / _MULTIPLE - 1e-6), 1).astype(int) * _MULTIPLE
    middle = (corner + far) / 2
    x, z = middle[0] - dims[0] * voxel / 2, middle[2] - dims[2] * voxel / 2
    return DustGrid((float(x), 0.0, float(z)), voxel, (int(dims[0]), int(dims[1]), int(dims[2])))
