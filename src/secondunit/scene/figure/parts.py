"""What a figure is made of besides its skin: meshes and strands, each with the surface that takes the light.

Positions are world metres, colours linear sRGB primaries. ``shapes`` turns parts into the path tracer's dictionary
(extra ``plate``); nothing else here needs the renderer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
        normals: tangent-space normals (h, w, 3) in -1..1 for what lies under the film, or None.
    """

    albedo: tuple[float, float, float] | npt.NDArray[np.float32] = (0.5, 0.5, 0.5)
    roughness: float = 0.5
    specular: float = 0.5
    film: float = 0.0
    film_roughness: float = 0.05
    normals: npt.NDArray[np.float32] | None = None


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


def _texture(colour: tuple[float, float, float] | npt.NDArray[np.float32], mi: Any) -> dict[str, Any]:
    if isinstance(colour, tuple):
        return {"type": "rgb", "value": list(colour)}
    return {"type": "bitmap", "bitmap": mi.Bitmap(np.ascontiguousarray(colour, np.float32)), "raw": True}


def _bsdf(surface: Surface, mi: Any) -> dict[str, Any]:
    """A surface as the renderer's material."""
    base: dict[str, Any] = {
        "type": "principled",
        "base_color": _texture(surface.albedo, mi),
        "roughness": surface.roughness,
        "specular": surface.specular,
    }
    if surface.normals is not None:
        image = np.ascontiguousarray(surface.normals * 0.5 + 0.5, np.float32)
        normal = {"type": "bitmap", "bitmap": mi.Bitmap(image), "raw": True}
        base = {"type": "normalmap", "normalmap": normal, "bsdf": base}
    if surface.film > 0:
        mirror = {"type": "roughconductor", "material": "none", "alpha": max(surface.film_roughness, 0.002)}
        base = {"type": "blendbsdf", "weight": surface.film, "first": base, "second": mirror}
    return {"type": "twosided", "bsdf": base}


def _curves(strands: Strands, path: Path) -> None:
    """Write control points as text, a blank line between hairs; doubled end points make curves reach them."""
    points = np.concatenate([strands.points_m, strands.radius_m[..., None]], axis=-1)
    points = np.concatenate([points[:, :1], points, points[:, -1:]], axis=1)
    line = "%.6g %.6g %.6g %.4g\n"
    hair = line * points.shape[1] + "\n"
    path.write_text("".join(hair % tuple(one.ravel()) for one in points.astype(np.float32)))


def shapes(parts: Iterable[Part | Strands], folder: Path, mi: Any) -> dict[str, Any]:
    """Parts as entries of the path tracer's scene.

    Args:
        parts: meshes and strands.
        folder: where strand files are written; the renderer reads them while it loads the scene.
        mi: the module ``mitsuba`` with its variant set.
    """
    out: dict[str, Any] = {}
    for part in parts:
        if isinstance(part, Strands):
            if not len(part.points_m):
                continue
            path = folder / f"{part.name}.txt"
            _curves(part, path)
            # opaque fibres: light through them costs ten times the samples for a little more glow
            fibre = _bsdf(Surface(part.albedo, roughness=0.42, specular=0.6), mi)
            out[part.name] = {"type": "bsplinecurve", "filename": str(path), "bsdf": fibre}
            continue
        mesh = mi.Mesh(part.name, len(part.positions_m), len(part.triangles), has_vertex_normals=not part.flat,
                       has_vertex_texcoords=True, props=_properties(part.surface, mi))  # fmt: skip
        values = mi.traverse(mesh)
        values["vertex_positions"] = np.ascontiguousarray(part.positions_m, np.float32).ravel()
        values["faces"] = np.ascontiguousarray(part.triangles, np.uint32).ravel()
        values["vertex_texcoords"] = np.ascontiguousarray(part.uv, np.float32).ravel()
        if not part.flat:
            normals = smooth_normals(part.positions_m, part.triangles)
            values["vertex_normals"] = np.ascontiguousarray(normals, np.float32).ravel()
        values.update()
        out[part.name] = mesh
    return out


def _properties(surface: Surface, mi: Any) -> Any:
    properties = mi.Properties()
    properties["bsdf"] = mi.load_dict(_bsdf(surface, mi))
    return properties
