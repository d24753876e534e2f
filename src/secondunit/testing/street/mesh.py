"""Triangles for the demo street: upright frames, boxes, tubes and sheets, gathered by material and group."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
UP = np.array([0.0, 1.0, 0.0])


@dataclass(frozen=True)
class Frame:
    """An upright wall's own axes: ``s`` to the right as seen from outside, ``t`` up, ``d`` outwards, in metres."""

    origin_m: tuple[float, float, float]
    along_m: tuple[float, float, float]

    def to_world(self, s: Any, t: Any, d: Any = 0.0) -> Array:
        """Wall coordinates (broadcast) to world points (..., 3)."""
        along = np.asarray(self.along_m, float)
        s, t, d = np.broadcast_arrays(np.asarray(s, float), np.asarray(t, float), np.asarray(d, float))
        world: Array = (np.asarray(self.origin_m, float) + s[..., None] * along + t[..., None] * UP) + d[
            ..., None
        ] * np.cross(along, UP)
        return world


GROUND = Frame((0.0, 0.0, 0.0), (1.0, 0.0, 0.0))  # s = x, t = y, d = z


@dataclass
class Part:
    """A mesh of one material in one group.

    Attributes:
        positions_m: (n, 3) world metres.
        triangles: (m, 3) indices, counter-clockwise as seen from outside.
        uv: (n, 2) texture coordinates; v = 0 is the top row of a picture.
        normals: (n, 3) for smooth shading, or None for flat faces.
    """

    material: str
    group: str
    positions_m: npt.NDArray[np.float32]
    triangles: npt.NDArray[np.int32]
    uv: npt.NDArray[np.float32]
    normals: npt.NDArray[np.float32] | None


@dataclass
class Stage:
    """Collects the shapes of the scene. Groups: ``hero``, ``fore`` (in front of it), ``set`` (all else)."""

    _pieces: dict[tuple[str, str, bool], list[tuple[Array, Array, Array]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add(
        self, group: str, material: str, points: npt.ArrayLike, triangles: Any, uv: Any, *, smooth: bool = False
    ) -> None:
        """Add a mesh: points (n, 3), triangles (m, 3), uv (n, 2)."""
        piece = (np.asarray(points, float), np.asarray(triangles, int), np.asarray(uv, float))
        self._pieces[group, material, smooth].append(piece)

    def quad(self, group: str, material: str, corners: npt.ArrayLike, uv: Any = None) -> None:
        """Add a quad: corners (4, 3) counter-clockwise from outside, from the bottom left; uv (4, 2) or metres."""
        points = np.asarray(corners, float)
        if uv is None:
            width, height = np.linalg.norm(points[1] - points[0]), np.linalg.norm(points[3] - points[0])
            shift = points[0, :2] * [0.37, 0.61] + points[0, 2] * 0.53  # no two sheets start at the same texel
            uv = np.array([[0, height], [width, height], [width, 0], [0, 0]]) + shift
        self.add(group, material, points, [[0, 1, 2], [0, 2, 3]], uv)

    def box(
        self,
        group: str,
        material: str,
        frame: Frame,
        s: tuple[float, float],
        t: tuple[float, float],
        d: tuple[float, float],
    ) -> None:
        """Add a box given by its ranges in a frame."""
        grid = frame.to_world(
            np.array([s[0], s[1], s[1], s[0]] * 2), np.array([t[0], t[0], t[1], t[1]] * 2), np.repeat([d[0], d[1]], 4)
        )
        for face in ((4, 5, 6, 7), (1, 0, 3, 2), (5, 1, 2, 6), (0, 4, 7, 3), (7, 6, 2, 3), (0, 1, 5, 4)):
            self.quad(group, material, grid[list(face)])

    def tube(self, group: str, material: str, path_m: npt.ArrayLike, radius_m: npt.ArrayLike, sides: int = 10) -> None:
        """Add a smooth tube along points (n, 3) with radii (n,)."""
        path = np.asarray(path_m, float)
        radius = np.broadcast_to(np.asarray(radius_m, float), (len(path),))
        heading = np.gradient(path, axis=0)
        heading /= np.linalg.norm(heading, axis=1, keepdims=True) + 1e-12
        helper = np.where(np.abs(heading[:, 1:2]) > 0.9, [[1.0, 0.0, 0.0]], [[0.0, 1.0, 0.0]])
        across = np.cross(helper, heading)
        across /= np.linalg.norm(across, axis=1, keepdims=True) + 1e-12
        other = np.cross(heading, across)
        angle = np.linspace(0, 2 * np.pi, sides + 1)
        ring = np.cos(angle)[None, :, None] * across[:, None] + np.sin(angle)[None, :, None] * other[:, None]
        points = path[:, None] + ring * radius[:, None, None]
        length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
        uv = np.stack(np.broadcast_arrays(angle[None] / np.pi * 0.5, length[:, None]), axis=-1)
        self.sheet(group, material, points, uv, smooth=True)

    def sheet(self, group: str, material: str, points: Array, uv: Array, *, smooth: bool = False) -> None:
        """Add a grid of points (rows, columns, 3) with uv (rows, columns, 2) as a surface."""
        rows, columns = points.shape[:2]
        index = np.arange(rows * columns).reshape(rows, columns)
        a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]
        triangles = np.concatenate([np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)])
        self.add(group, material, points.reshape(-1, 3), triangles, uv.reshape(-1, 2), smooth=smooth)

    def parts(self) -> list[Part]:
        """All meshes, in a fixed order, one for each group and material."""
        out = []
        for (group, material, smooth), pieces in sorted(self._pieces.items()):
            starts = np.cumsum([0] + [len(piece[0]) for piece in pieces])
            points = np.concatenate([piece[0] for piece in pieces])
            triangles = np.concatenate([piece[1] + start for piece, start in zip(pieces, starts, strict=False)])
            uv = np.concatenate([piece[2] for piece in pieces])
            normals = _smooth_normals(points, triangles) if smooth else None
            out.append(
                Part(
                    material,
                    group,
                    points.astype(np.float32),
                    triangles.astype(np.int32),
                    uv.astype(np.float32),
                    normals,
                )
            )
        return out


def _smooth_normals(points: Array, triangles: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """Area-weighted vertex normals (n, 3)."""
    a, b, c = (points[triangles[:, k]] for k in range(3))
    face = np.cross(b - a, c - a)
    normals = np.zeros_like(points)
    for corner in range(3):
        np.add.at(normals, triangles[:, corner], face)
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    normals = np.where(length > 1e-14, normals / np.maximum(length, 1e-14), UP)
    return normals.astype(np.float32)


def digest(parts: list[Part]) -> str:
    """SHA-256 over all meshes, rounded to a tenth of a millimetre."""
    state = hashlib.sha256()
    for part in parts:
        state.update(f"{part.group}/{part.material}/{len(part.triangles)}".encode())
        state.update(np.round(part.positions_m.astype(float) * 1e4).astype(np.int64).tobytes())
        state.update(part.triangles.tobytes())
    return state.hexdigest()
