"""One convex polyhedron: vertices and faces, made as a prism, cut by planes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from secondunit.effects.collapse import clipping
from secondunit.effects.collapse.clipping import MAX_FACES, MAX_LOOP, MAX_VERTICES
from secondunit.effects.collapse.shards import Surface

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Polyhedron:
    """A convex polyhedron.

    Attributes:
        vertices: (n, 3) metres.
        faces: for each face its vertices, counter-clockwise seen from outside.
        surfaces: for each face what its outside is.
    """

    vertices: Floats
    faces: tuple[tuple[int, ...], ...]
    surfaces: tuple[Surface, ...]

    @classmethod
    def prism(cls, outer: Floats, inner: Floats, surfaces: tuple[Surface, Surface, tuple[Surface, ...]]) -> Polyhedron:
        """Between two polygons (n, 3) of equal length; ``outer`` is counter-clockwise seen from outside.

        ``surfaces`` names the outer face, the inner face and the n sides (side k starts at vertex k).
        """
        n = len(outer)
        sides = tuple((k, k + n, (k + 1) % n + n, (k + 1) % n) for k in range(n))
        faces = (tuple(range(n)), tuple(range(2 * n - 1, n - 1, -1)), *sides)
        return cls(np.concatenate([outer, inner]), faces, (surfaces[0], surfaces[1], *surfaces[2]))

    def work_arrays(self) -> tuple[Floats, npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """Copies as ``clipping`` wants them: vertices, loops, counts, labels (the face's surface)."""
        vertices = np.zeros((MAX_VERTICES, 3))
        vertices[: len(self.vertices)] = self.vertices
        loops = np.zeros((MAX_FACES, MAX_LOOP), np.int32)
        counts = np.zeros(MAX_FACES, np.int32)
        labels = np.zeros(MAX_FACES, np.int32)
        for f, face in enumerate(self.faces):
            loops[f, : len(face)] = face
            counts[f] = len(face)
            labels[f] = self.surfaces[f]
        return vertices, loops, counts, labels

    def cut(self, normal: npt.ArrayLike, point: npt.ArrayLike, surface: Surface) -> Polyhedron | None:
        """What lies behind the plane through ``point`` (3,) with outward ``normal`` (3,), or None if nothing does."""
        direction = np.asarray(normal, float)
        direction = direction / np.linalg.norm(direction)
        vertices, loops, counts, labels = self.work_arrays()
        nv, nf = clipping.clip(
            vertices,
            loops,
            counts,
            labels,
            len(self.vertices),
            len(self.faces),
            direction,
            float(direction @ np.asarray(point, float)),
            int(surface),
        )
        if nv <= 0:
            return None
        faces = tuple(tuple(int(i) for i in loops[f, : counts[f]]) for f in range(nf))
        return Polyhedron(vertices[:nv].copy(), faces, tuple(Surface(int(one)) for one in labels[:nf]))

    def normal(self, face: int) -> Floats:
        """Outward unit normal of a face, (3,), by Newell's method."""
        loop = self.vertices[list(self.faces[face])]
        area: Floats = np.cross(loop - loop[0], np.roll(loop, -1, axis=0) - loop[0]).sum(axis=0)
        length = float(np.linalg.norm(area))
        return area / length if length > 0 else area

    def tetrahedra(self) -> Floats:
        """The polyhedron as tetrahedra (n, 4, 3) that meet in the mean of its vertices."""
        middle = self.vertices.mean(axis=0)
        corners = [
            [middle, self.vertices[face[0]], self.vertices[face[k]], self.vertices[face[k + 1]]]
            for face in self.faces
            for k in range(1, len(face) - 1)
        ]
        return np.array(corners)

    @property
    def volume(self) -> float:
        """In m3."""
        corner = self.tetrahedra()
        edges = corner[:, 1:] - corner[:, :1]
        return float(np.linalg.det(edges).sum() / 6.0)
