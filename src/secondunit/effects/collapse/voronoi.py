"""Pieces cut into Voronoi cells: all cells of the building in flat arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from secondunit.effects.collapse import clipping
from secondunit.effects.collapse.polyhedron import Floats
from secondunit.effects.collapse.proxy import Piece
from secondunit.effects.collapse.shards import Surface

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Cells:
    """N convex cells with F faces and V vertices.

    Attributes:
        vertices: (V, 3) m; cells do not share vertices.
        vertex_start: (N + 1,) cell i owns vertices ``vertex_start[i]:vertex_start[i + 1]``.
        loop: (L,) vertex numbers, face after face, counter-clockwise seen from outside.
        loop_start: (F + 1,).
        cell: (F,) owner of each face.
        neighbour: (F,) the cell of the same piece on the other side, or -1.
        origin: (F,) the piece's face it is part of, counted through all pieces, or -1.
        piece: (N,) the piece each cell was cut from.
        normal: (F, 3) outward unit normal.
        area: (F,) m2.
        centre: (F, 3) centroid.
    """

    vertices: Floats
    vertex_start: Ints
    loop: Ints
    loop_start: Ints
    cell: Ints
    neighbour: Ints
    origin: Ints
    piece: Ints
    normal: Floats
    area: Floats
    centre: Floats

    def triangles(self) -> tuple[Ints, Ints]:
        """Fans of the faces: vertex numbers (T, 3), and the face of each triangle (T,)."""
        sizes = np.diff(self.loop_start)
        face = np.repeat(np.arange(len(sizes)), sizes - 2)
        first = np.cumsum(sizes - 2) - (sizes - 2)
        step = np.arange(len(face)) - first[face]
        start = self.loop_start[face]
        return np.stack([self.loop[start], self.loop[start + step + 1], self.loop[start + step + 2]], axis=1), face


def cut(pieces: tuple[Piece, ...], seeds: list[Floats]) -> Cells:
    """Voronoi cells of each piece's seeds, clipped to the piece."""
    columns: dict[str, list[npt.NDArray[np.int64]]] = {key: [] for key in ("sizes", "counts", "loop")}
    owner: dict[str, list[Ints]] = {key: [] for key in ("cell", "neighbour", "origin", "piece")}
    vertices: list[Floats] = []
    cells_before, faces_before, vertices_before = 0, 0, 0
    for number, (piece, points) in enumerate(zip(pieces, seeds, strict=True)):
        shape = piece.shape
        arrays = shape.work_arrays()
        found = clipping.cells(
            arrays[0], arrays[1], arrays[2], len(shape.vertices), len(shape.faces), points, _by_distance(points)
        )
        corners, vertex_start, loop, loop_start, label, face_start = found
        if len(corners) == 0:
            raise RuntimeError(f"piece {number}: a Voronoi cell has more faces than the work arrays hold")
        vertices.append(corners.copy())  # a view of a larger work array
        columns["counts"].append(np.diff(vertex_start).astype(np.int64))
        columns["loop"].append(loop.astype(np.int64) + vertices_before)
        columns["sizes"].append(np.diff(loop_start).astype(np.int64))
        inside = label >= 0
        owner["cell"].append(np.repeat(np.arange(len(points)), np.diff(face_start)) + cells_before)
        owner["neighbour"].append(np.where(inside, label + cells_before, -1).astype(np.int64))
        owner["origin"].append(np.where(inside, -1, faces_before - 1 - label).astype(np.int64))
        owner["piece"].append(np.full(len(points), number, np.int64))
        cells_before += len(points)
        faces_before += len(shape.faces)
        vertices_before += len(corners)
    flat = {key: np.concatenate(value) for key, value in (*columns.items(), *owner.items())}
    loop_start = np.concatenate([[0], np.cumsum(flat["sizes"])])
    points = np.concatenate(vertices)
    measures = face_measures(points, flat["loop"], loop_start)
    vertex_start = np.concatenate([[0], np.cumsum(flat["counts"])])
    return Cells(
        points,
        vertex_start,
        flat["loop"],
        loop_start,
        flat["cell"],
        flat["neighbour"],
        flat["origin"],
        flat["piece"],
        *measures,
    )


def _by_distance(points: Floats) -> Ints:
    """For each point itself and all others, nearest first, (n, n)."""
    gap = ((points[:, None, :] - points[None, :, :]) ** 2).sum(axis=2)
    np.fill_diagonal(gap, -1.0)
    return np.argsort(gap, axis=1, kind="stable")


def face_measures(vertices: Floats, loop: Ints, loop_start: Ints) -> tuple[Floats, Floats, Floats]:
    """Unit normal (F, 3), area (F,) and centroid (F, 3) of plane faces."""
    sizes = np.diff(loop_start)
    start = np.repeat(loop_start[:-1], sizes)
    following = start + (np.arange(len(loop)) - start + 1) % np.repeat(sizes, sizes)
    base = vertices[loop[start]]
    here, there = vertices[loop] - base, vertices[loop[following]] - base
    cross = np.cross(here, there) / 2
    vector = np.add.reduceat(cross, loop_start[:-1], axis=0)
    area = np.linalg.norm(vector, axis=1)
    normal = vector / np.maximum(area, 1e-300)[:, None]
    share = np.einsum("ij,ij->i", cross, np.repeat(normal, sizes, axis=0))
    moment = np.add.reduceat(share[:, None] * (here + there) / 3, loop_start[:-1], axis=0)
    centre = vertices[loop[loop_start[:-1]]] + moment / np.maximum(area, 1e-300)[:, None]
    return normal, area, centre


def surfaces(cells: Cells, pieces: tuple[Piece, ...]) -> npt.NDArray[np.uint8]:
    """What each face's outside is, (F,)."""
    known = np.array([surface for piece in pieces for surface in piece.shape.surfaces], np.uint8)
    return np.where(cells.origin >= 0, known[cells.origin], np.uint8(Surface.BROKEN)).astype(np.uint8)
