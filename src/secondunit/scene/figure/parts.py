"""What a figure is made of besides its skin: meshes and strands, each with the surface that takes the light.

Positions are world metres, colours linear sRGB primaries.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]
Sheet = tuple[Array, Index, Array]  # positions (n, 3), triangles (m, 3), uv (n, 2)


@dataclass(frozen=True)
class Surface:
    """How a mesh takes light.

    Attributes:
        albedo: linear colour 0..1, one (3,) or a texture (h, w, 3) whose row 0 is v = 1.
        roughness: of the base layer, 0 mirror .. 1 chalk.
        specular: of the base layer; 0.5 mirrors 4 % head on, as skin and cloth do.
        film: share of light mirrored by a wet or varnished film on top, 0..1; the film keeps the mesh's own normals.
        film_roughness: of that film.
    """

    albedo: tuple[float, float, float] | npt.NDArray[np.float32] = (0.5, 0.5, 0.5)
    roughness: float = 0.5
    specular: float = 0.5
    film: float = 0.0
    film_roughness: float = 0.05


@dataclass(frozen=True)
class Part:
    """A mesh: positions (n, 3) in metres, triangles (m, 3), uv (n, 2); shaded smoothly unless ``flat``."""

    name: str
    positions_m: Array
    triangles: Index
    uv: Array
    surface: Surface
    flat: bool = False


@dataclass(frozen=True)
class Strands:
    """Hairs of one pigment.

    Attributes:
        points_m: (n, k, 3) control points of cubic B-splines from root to tip.
        radius_m: (n, k).
        melanin: eumelanin concentration, about 8 black, 2.5 brown, 0.3 blond, 0.03 white.
        redness: pheomelanin concentration, 0 to about 1.5.
    """

    name: str
    points_m: Array
    radius_m: Array
    melanin: float
    redness: float = 0.0

    @property
    def albedo(self) -> tuple[float, float, float]:
        """Linear colour of an opaque fibre; absorption by pigment after Chiang et al. 2016, section 6.1."""
        absorbed = self.melanin * np.array([0.419, 0.697, 1.37]) + self.redness * np.array([0.187, 0.4, 1.05])
        red, green, blue = (0.66 * np.exp(-1.6 * np.sqrt(absorbed))).tolist()
        return red, green, blue


def smooth_normals(points: Array, triangles: Index) -> Array:
    """Area-weighted vertex normals, (n, 3)."""
    a, b, c = (points[triangles[:, k]] for k in range(3))
    face = np.cross(b - a, c - a)
    normals = np.zeros_like(points)
    for axis in range(3):
        for corner in range(3):
            normals[:, axis] += np.bincount(triangles[:, corner], face[:, axis], len(points))
    normals /= np.linalg.norm(normals, axis=1, keepdims=True) + 1e-20
    return normals


def facing_out(points: Array, triangles: Index) -> Index:
    """Triangles turned so that most of them look away from the middle of their points."""
    away = (smooth_normals(points, triangles) * (points - points.mean(0))).sum()
    return triangles if away > 0 else triangles[:, ::-1]


def grid(points: Array, *, closed: bool = False, inside_out: bool = False) -> Sheet:
    """A sheet of points (rows, columns, 3) as positions, triangles and uv; ``closed`` joins last and first column."""
    rows, columns = points.shape[:2]
    number = np.arange(rows * columns).reshape(rows, columns)
    if closed:
        number = np.concatenate([number, number[:, :1]], axis=1)
    a, b, c, d = number[:-1, :-1], number[:-1, 1:], number[1:, 1:], number[1:, :-1]
    triangles = np.concatenate([np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)])
    triangles = triangles[:, ::-1] if inside_out else triangles
    v, u = np.meshgrid(np.linspace(0, 1, rows), np.linspace(0, 1, columns), indexing="ij")
    return points.reshape(-1, 3), triangles, np.stack([u, v], -1).reshape(-1, 2)


def tube(path_m: Array, radius_m: npt.ArrayLike, sides: int = 12, *, closed: bool = False) -> Sheet:
    """A tube along points (n, 3); radii (n,), (n, 2) for an oval (across, along the tube's own up), or one for all."""
    path = np.concatenate([path_m, path_m[:1]]) if closed else path_m
    radius = np.asarray(radius_m, float)
    radius = np.broadcast_to(radius if radius.ndim == 2 else np.atleast_1d(radius)[:, None], (len(path_m), 2))
    radius = np.concatenate([radius, radius[:1]]) if closed else radius
    heading = (np.roll(path_m, -1, 0) - np.roll(path_m, 1, 0)) if closed else np.gradient(path, axis=0)
    heading = np.concatenate([heading, heading[:1]]) if closed else heading
    heading = heading / (np.linalg.norm(heading, axis=1, keepdims=True) + 1e-12)
    helper = np.where(np.abs(heading[:, 1:2]) > 0.95, [[1.0, 0.0, 0.0]], [[0.0, 1.0, 0.0]])
    across = np.cross(helper, heading)
    across /= np.linalg.norm(across, axis=1, keepdims=True) + 1e-12
    up = np.cross(heading, across)
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)[None, :, None]
    ring = np.cos(angle) * across[:, None] * radius[:, :1, None] + np.sin(angle) * up[:, None] * radius[:, 1:, None]
    return grid(path[:, None] + ring, closed=True)
