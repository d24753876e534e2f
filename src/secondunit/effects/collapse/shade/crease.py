"""Which edges of a shard have crumbled: those at faces whose bond has broken."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from secondunit.effects.collapse.shade.place import triangle_normals
from secondunit.effects.collapse.shards import Shards

FLAT = 0.999  # cosine between normals above which two triangles are parts of one face
SAME_PLANE_M = 2e-3  # a bond's centre lies this near the plane of its face
CRUMBLE_S = 0.25  # edges go on crumbling for this long after the bond broke; artistic estimate

Ints = npt.NDArray[np.int32]


class Creases:
    """For each corner of a triangle: how far the edge across is, and which bond must break for it to crumble."""

    def __init__(self, shards: Shards) -> None:
        """Find the edges, and the bonds behind the faces beyond them."""
        normals = triangle_normals(shards.vertices, shards.triangles)
        first, last = shards.triangle_start[:-1], shards.triangle_start[1:]
        corner = shards.vertices[shards.triangles[:, 0]]
        behind = np.full(len(shards.triangles), -1, np.int32)
        _bond_behind(shards.bond_ends, shards.bond_centre, shards.bond_normal, first, last, normals, corner, behind)
        self._height, self._bond = _edges(shards, normals, behind)

    def at(self, broken_s: npt.NDArray[np.float32], now_s: float) -> npt.NDArray[np.float32]:
        """Distance (T, 3) in metres of each corner from a crumbled edge across, 0 where there is none.

        An edge that has only begun to crumble counts as farther away than it is.
        """
        since = now_s - np.append(broken_s, np.inf)[self._bond]  # bond -1, no bond, is never broken
        share = np.clip(since / CRUMBLE_S, 0, 1)
        grown = np.where(share > 0, self._height / np.maximum(share, 0.05), 0)
        return np.asarray(grown, np.float32)


@njit(cache=True, nogil=True)
def _bond_behind(
    ends: Any, centre: Any, normal: Any, first: Any, last: Any, normals: Any, corner: Any, out: Any
) -> None:
    for bond in range(len(ends)):
        for side in range(2):
            shard = ends[bond, side]
            if shard < 0:
                continue
            sign = 1.0 if side == 0 else -1.0
            for t in range(first[shard], last[shard]):
                facing, away = 0.0, 0.0
                for k in range(3):
                    facing += sign * normals[t, k] * normal[bond, k]
                    away += normals[t, k] * (centre[bond, k] - corner[t, k])
                if facing > 0.99 and abs(away) < SAME_PLANE_M:
                    out[t] = bond


def _edges(shards: Shards, normals: Any, behind: Ints) -> tuple[npt.NDArray[np.float32], Ints]:
    """Heights (T, 3) and bonds (T, 3). Two triangles share an edge when they run along it in opposite directions."""
    triangles, vertices = shards.triangles, shards.vertices
    start, end = triangles[:, [1, 2, 0]], triangles[:, [2, 0, 1]]  # the edge across corners 0, 1, 2
    forward = start.astype(np.int64).ravel() * len(vertices) + end.ravel()
    backward = end.astype(np.int64).ravel() * len(vertices) + start.ravel()
    order = np.argsort(forward)
    partner = order[np.minimum(np.searchsorted(forward, backward, sorter=order), len(forward) - 1)]
    facing = np.einsum("ij,ij->i", np.repeat(normals, 3, axis=0), normals[partner // 3])
    edge = (forward[partner] == backward) & (facing <= FLAT)
    along = vertices[end] - vertices[start]
    twice_area = np.linalg.norm(np.cross(along[:, 0], along[:, 1]), axis=1)
    height = twice_area[:, None] / np.maximum(np.linalg.norm(along, axis=2), 1e-9)
    bond = np.where(edge, behind[partner // 3], -1).reshape(-1, 3)
    return height.astype(np.float32), bond.astype(np.int32)
