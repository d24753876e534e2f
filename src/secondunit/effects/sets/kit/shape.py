"""A piece while it is made: triangles by slot in the piece's own axes, with bevels that catch light.

Own axes: x to the right seen from the front, y up from its lowest point, z to the front; the origin is the middle of
the footprint. Texture coordinates are metres, u along the grain. Triangles are counter-clockwise seen from outside.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from secondunit.effects.sets.kit.facets import open_triangles, smooth_normals

Array = npt.NDArray[np.float64]
Range = tuple[float, float]
BEVEL_M = 0.003  # edges of joinery, as a router leaves them


@dataclass(frozen=True)
class Mesh:
    """Triangles of one material.

    Attributes:
        slot: of the kind, or ``=name`` of a material.
        points_m: (n, 3).
        normals: (n, 3), unit.
        uv: (n, 2) metres.
        triangles: (m, 3).
        share: of the lamp's light that leaves here; 0 = does not shine.
    """

    slot: str
    points_m: Array
    normals: Array
    uv: Array
    triangles: npt.NDArray[np.int64]
    share: float = 0.0


@dataclass(frozen=True)
class Spot:
    """A narrow beam: place (3,), heading (3,), half angle, and its share of the lamp's light."""

    at_m: Array
    heading: Array
    beam_deg: float
    share: float


def turned(turn_deg: float) -> Array:
    """Own axes to the set's, (3, 3): 0 faces +z, 90 faces +x."""
    c, s = np.cos(np.radians(turn_deg)), np.sin(np.radians(turn_deg))
    return np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])


def tilted(tilt_deg: float) -> Array:
    """A turn about x, (3, 3): positive leans the top to the back."""
    c, s = np.cos(np.radians(-tilt_deg)), np.sin(np.radians(-tilt_deg))
    return np.array([[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]])


def rolled(roll_deg: float) -> Array:
    """A turn about z, (3, 3): positive is counter-clockwise seen from the front."""
    c, s = np.cos(np.radians(roll_deg)), np.sin(np.radians(roll_deg))
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def _bevelled_box() -> tuple[Array, Array, Array, npt.NDArray[np.int64]]:
    """Signs (24, 3), insets (24, 3), normals (24, 3), triangles (44, 3) of a box with chamfered edges."""
    signs, insets, normals = list[Array](), list[Array](), list[Array]()
    index = dict[tuple[int, tuple[float, ...]], int]()
    for axis in range(3):
        for side in (-1, 1):
            for first in (-1, 1):
                for second in (-1, 1):
                    sign, normal, inset = np.zeros(3), np.zeros(3), np.ones(3)
                    others = [k for k in range(3) if k != axis]
                    sign[axis], sign[others[0]], sign[others[1]] = side, first, second
                    normal[axis], inset[axis] = side, 0
                    index[axis, tuple(sign)] = len(signs)
                    signs.append(sign)
                    insets.append(inset)
                    normals.append(normal)
    loops = []
    for axis in range(3):
        b, c = (k for k in range(3) if k != axis)
        for side in (-1, 1):
            corner = np.zeros(3)
            loop = []
            for first, second in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
                corner[[axis, b, c]] = side, first, second
                loop.append(index[axis, tuple(corner)])
            loops.append(loop)
        for first in (-1, 1):  # edges along this axis join faces b and c
            for second in (-1, 1):
                ends = np.zeros((2, 3))
                ends[:, b], ends[:, c], ends[0, axis], ends[1, axis] = first, second, -1, 1
                low, high = tuple(ends[0]), tuple(ends[1])
                loops.append([index[b, low], index[b, high], index[c, high], index[c, low]])
    for corner_signs in np.ndindex(2, 2, 2):
        corner = np.array(corner_signs) * 2.0 - 1
        loops.append([index[axis, tuple(corner)] for axis in range(3)])
    points = np.array(signs) * (1 - 0.1 * np.array(insets))
    triangles = []
    for loop in loops:
        a, b3, c3 = points[loop[0]], points[loop[1]], points[loop[2]]
        if np.cross(b3 - a, c3 - a) @ points[loop].mean(0) < 0:
            loop = loop[::-1]
        triangles += [[loop[0], loop[k], loop[k + 1]] for k in range(1, len(loop) - 1)]
    return np.array(signs), np.array(insets), np.array(normals), np.array(triangles)


_SIGNS, _INSETS, _NORMALS, _TRIANGLES = _bevelled_box()
_AXES = np.abs(_NORMALS).argmax(1)


class Shape:
    """Collects the triangles of a piece of a given size (width, depth, height), style and seed."""

    def __init__(self, size_m: tuple[float, float, float], style: str, seed: int = 0) -> None:
        self.width, self.depth, self.height = size_m
        self.style = style
        self.rng = np.random.default_rng((20531, seed))
        self.meshes: list[Mesh] = []
        self.spots: list[Spot] = []
        self._turn, self._shift = np.eye(3), np.zeros(3)

    @contextmanager
    def moved(self, x: float = 0.0, y: float = 0.0, z: float = 0.0, *, turn: Any = 0.0) -> Iterator[None]:
        """What is added within is turned by degrees about y, or by a matrix (3, 3), then moved."""
        kept = self._turn, self._shift
        matrix = turn if isinstance(turn, np.ndarray) else turned(turn)
        self._shift = self._shift + self._turn @ np.array([x, y, z])
        self._turn = self._turn @ matrix
        yield
        self._turn, self._shift = kept

    def add(
        self,
        slot: str,
        points: npt.ArrayLike,
        triangles: npt.ArrayLike,
        uv: npt.ArrayLike,
        normals: npt.ArrayLike | None = None,
        *,
        share: float = 0.0,
    ) -> None:
        """Add triangles; without normals the surface is smooth."""
        own, faces = np.asarray(points, float), np.asarray(triangles, np.int64)
        faces = open_triangles(own, faces)
        if not len(faces):
            return
        facing = smooth_normals(own, faces) if normals is None else np.asarray(normals, float)
        place = self.place(own)
        self.meshes.append(Mesh(slot, place, facing @ self._turn.T, np.asarray(uv, float), faces, share))

    def place(self, points: npt.ArrayLike) -> Array:
        """Points (..., 3) of the present axes in the piece's own."""
        out: Array = np.asarray(points, float) @ self._turn.T + self._shift
        return out

    def spot(self, at: npt.ArrayLike, heading: npt.ArrayLike, beam_deg: float, share: float = 1.0) -> None:
        """Add a beam of light."""
        self.spots.append(Spot(self.place(at), self._turn @ np.asarray(heading, float), beam_deg, share))

    def box(
        self, slot: str, x: Range, y: Range, z: Range, *, bevel: float = BEVEL_M, tint: float | None = None,
        grain: int | None = None, share: float = 0.0,
    ) -> None:  # fmt: skip
        """A box with soft edges.

        Args:
            slot: what it is made of.
            x: from, to; y, z alike.
            bevel: width of the chamfer.
            tint: 0..1, which colour of a material that holds many (book cloth); None = all of it.
            grain: axis the grain runs along; None = the longest.
            share: of the lamp's light.
        """
        ranges = np.array([x, y, z], float)
        half = np.abs(ranges[:, 1] - ranges[:, 0]) / 2
        own = _SIGNS * (half - _INSETS * min(bevel, 0.45 * half.min()))
        along = int(half.argmax()) if grain is None else grain
        uv = own.ravel()[_BOX_UV[along]] + self.rng.uniform(0, 7, 2)
        if tint is not None:
            uv = np.broadcast_to([(tint % 1.0), 0.5], uv.shape)
        self.add(slot, own + (ranges[:, 0] + ranges[:, 1]) / 2, _TRIANGLES, uv, _NORMALS, share=share)

    def quad(self, slot: str, corners: npt.ArrayLike, *, uv: npt.ArrayLike | None = None, share: float = 0.0) -> None:
        """A flat sheet: corners (4, 3) counter-clockwise from its front, from the bottom left; uv in metres."""
        points = np.asarray(corners, float)
        across, up = points[1] - points[0], points[3] - points[0]
        normal = np.cross(across, up)
        normal /= np.linalg.norm(normal)
        if uv is None:
            wide, high = np.linalg.norm(across), np.linalg.norm(up)
            uv = np.array([[0, 0], [wide, 0], [wide, high], [0, high]]) + self.rng.uniform(0, 7, 2)
        self.add(slot, points, [[0, 1, 2], [0, 2, 3]], uv, np.broadcast_to(normal, (4, 3)), share=share)


def box_uv(points: Array, axes: npt.NDArray[Any], along: int) -> Array:
    """Metres on the face whose normal is along ``axes`` (n,), u along the grain where the face has it."""
    others = _OTHERS[along]
    at = np.arange(len(points))
    return np.stack([points[at, others[axes, 0]], points[at, others[axes, 1]]], -1)


# By the axis of the grain and that of the normal: the two axes of a face, the grain's first.
_OTHERS = np.array([
    [[k for _, k in sorted((k != along, k) for k in range(3) if k != axis)] for axis in range(3)] for along in range(3)
])  # fmt: skip
_BOX_UV = 3 * np.arange(len(_AXES))[None, :, None] + _OTHERS[:, _AXES]  # of a box, by the axis of its grain
