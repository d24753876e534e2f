"""Which edges of a shard have crumbled: those at faces whose bond has broken."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from secondunit.effects.collapse.shade.place import triangle_normals
from secondunit.effects.collapse.shards import Material, Shards
from secondunit.scene.render.noise import noise_table
from secondunit.scene.render.raster import Ragged

FLAT = 0.999  # cosine between normals above which two triangles are parts of one face
SAME_PLANE_M = 2e-3  # a bond's centre lies this near the plane of its face
CRUMBLE_S = 0.25  # edges go on crumbling for this long after the bond broke; artistic estimate

BITE, MOST_BITE_M = 0.16, 0.16  # bites in an outline: as a share of the piece's size, and at most; by eye
RAGGED = (Material.BRICK, Material.CONCRETE, Material.PLASTER)  # break rough; glass, timber and steel do not

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


class Edges:
    """Outlines of broken pieces: their edges are bitten away where the face beyond turns from the camera."""

    def __init__(self, shards: Shards, vertices: npt.NDArray[np.float32]) -> None:
        """Find what lies across each edge; the bites of a shard grow with its size."""
        self._triangles = shards.triangles
        self._partner = _partners(shards)
        size = np.cbrt(shards.volume) * BITE
        deep = np.clip(size, 0, MOST_BITE_M) * np.isin(shards.material, RAGGED)
        self._bite = np.repeat(deep, np.diff(shards.triangle_start)).astype(np.float32)
        self._vertices, self._table = vertices, noise_table()

    def at(self, crease: npt.NDArray[np.float32], screen: npt.NDArray[np.float32]) -> Ragged:
        """The edges (T, 3) that are outlines now, of those that have crumbled (``crease`` of ``Creases``)."""
        edge = np.zeros_like(crease)
        _outlines(self._triangles, self._partner, crease, screen, edge)
        return Ragged(edge, self._bite, self._vertices, self._table)


@njit(cache=True, nogil=True)
def _faces(triangles: Any, t: int, screen: Any) -> bool:
    """Whether a triangle is seen from in front."""
    a, b, c = screen[triangles[t, 0]], screen[triangles[t, 1]], screen[triangles[t, 2]]
    return bool((c[0] - a[0]) * (b[1] - a[1]) - (c[1] - a[1]) * (b[0] - a[0]) > 0)


@njit(cache=True, nogil=True)
def _outlines(triangles: Any, partner: Any, crease: Any, screen: Any, edge: Any) -> None:
    for t in range(len(triangles)):
        if _faces(triangles, t, screen):
            for k in range(3):
                if crease[t, k] > 0 and partner[t, k] >= 0 and not _faces(triangles, partner[t, k], screen):
                    edge[t, k] = crease[t, k]


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


def _partners(shards: Shards) -> Ints:
    """The triangle (T, 3) across the edge opposite each corner, -1 if none; it runs along the edge the other way."""
    triangles, count = shards.triangles, len(shards.vertices)
    start, end = triangles[:, [1, 2, 0]], triangles[:, [2, 0, 1]]  # the edge across corners 0, 1, 2
    forward = start.astype(np.int64).ravel() * count + end.ravel()
    backward = end.astype(np.int64).ravel() * count + start.ravel()
    order = np.argsort(forward)
    partner = order[np.minimum(np.searchsorted(forward, backward, sorter=order), len(forward) - 1)]
    return np.where(forward[partner] == backward, partner // 3, -1).reshape(-1, 3).astype(np.int32)


def _edges(shards: Shards, normals: Any, behind: Ints) -> tuple[npt.NDArray[np.float32], Ints]:
    """Heights (T, 3) and bonds (T, 3) of the edges that are no seams within a flat face."""
    partner, vertices = _partners(shards), shards.vertices
    facing = np.einsum("tj,tkj->tk", normals, normals[partner])
    edge = (partner >= 0) & (facing <= FLAT)
    along = vertices[shards.triangles[:, [2, 0, 1]]] - vertices[shards.triangles[:, [1, 2, 0]]]
    twice_area = np.linalg.norm(np.cross(along[:, 0], along[:, 1]), axis=1)
    height = twice_area[:, None] / np.maximum(np.linalg.norm(along, axis=2), 1e-9)
    return height.astype(np.float32), np.where(edge, behind[partner], -1).astype(np.int32)
