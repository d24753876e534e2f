"""What holds shards together at rest: uncracked material, joints between pieces, the foundation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy  # its parts are loaded when they are first used

from secondunit.effects.collapse import contacts
from secondunit.effects.collapse.materials import MATERIALS, REBAR_RATIO
from secondunit.effects.collapse.polyhedron import Floats
from secondunit.effects.collapse.proxy import Piece
from secondunit.effects.collapse.shards import GROUND, Material, Part
from secondunit.effects.collapse.voronoi import Cells

SCATTER = 0.25  # coefficient of variation of strength; masonry 0.2-0.3, JCSS Probabilistic Model Code part 3.2
TIE_M2 = 0.01  # m2: bond given to a loose part so that it hangs on its neighbour
STRENGTH = np.array([(one.tension_pa, one.shear_pa, one.compression_pa) for one in MATERIALS])

# Share of the weaker material's strength that a joint has, by the parts it joins. Masonry is toothed at corners and a
# slab runs over its supports: whole. Floors lie in masonry with mortar only, and half the bed is seldom filled.
WHOLE = {
    frozenset({Part.WALL}),
    frozenset({Part.SLAB}),
    frozenset({Part.ROOF}),
    frozenset({Part.COLUMN, Part.SLAB}),
    frozenset({Part.COLUMN, Part.ROOF}),
    frozenset({Part.GLASS}),
}
BEARING = 0.5  # mortar bed between a floor and masonry, or between inner and outer wall; artistic
LOOSE_PA = {  # tension, shear in Pa of joints that are no more than a fixing
    Part.GLASS: (5e4, 5e4),  # putty or gasket: tenths of the 0.14 MPa design stress of structural silicone, ETAG 002
    Part.FRAME: (3e5, 3e5),  # a screw each 0.5 m; artistic
    Part.FURNITURE: (1e3, 5e3),  # stands on the floor: its own weight times friction
}


@dataclass(frozen=True)
class Bonds:
    """B bonds, fields as in ``Shards`` without the prefix."""

    ends: npt.NDArray[np.int32]
    centre: Floats
    normal: Floats
    area: Floats
    strength: Floats
    rebar: Floats


def bonds(cells: Cells, pieces: tuple[Piece, ...], rebar_share: float, random: np.random.Generator) -> Bonds:
    """All bonds; every shard is tied to the ground through some of them.

    ``strength`` is (B, 3): tension, shear, compression in Pa. ``rebar`` is steel that crosses the face, m2, for a
    random ``rebar_share`` of bonds between concrete and concrete.
    """
    inner = np.flatnonzero((cells.neighbour > cells.cell) & (cells.area > contacts.LEAST_M2))
    ground = _on_ground(cells)
    joint, value = _joints(cells, pieces)
    ends = np.concatenate(
        [
            np.stack([cells.cell[inner], cells.neighbour[inner]], axis=1),
            cells.cell[joint],
            np.stack([cells.cell[ground], np.full(len(ground), GROUND)], axis=1),
        ]
    )
    centre = np.concatenate([cells.centre[inner], value[:, 1:], cells.centre[ground]])
    normal = np.concatenate([cells.normal[inner], cells.normal[joint[:, 0]], cells.normal[ground]])
    area = np.concatenate([cells.area[inner], value[:, 0], cells.area[ground]])
    ties = _ties(ends, cells)
    if len(ties):
        middle = np.array(
            [cells.vertices[cells.vertex_start[k] : cells.vertex_start[k + 1]].mean(axis=0) for k in ties.ravel()]
        )
        a, b = middle[::2], middle[1::2]
        ends = np.concatenate([ends, ties])
        centre = np.concatenate([centre, (a + b) / 2])
        normal = np.concatenate([normal, (b - a) / np.linalg.norm(b - a, axis=1, keepdims=True)])
        area = np.concatenate([area, np.full(len(ties), TIE_M2)])
    strength, concrete = _strengths(ends, cells, pieces)
    strength = strength * np.exp(random.normal(-0.5 * SCATTER**2, SCATTER, len(ends)))[:, None]
    steel = concrete & (random.random(len(ends)) < rebar_share)
    return Bonds(ends.astype(np.int32), centre, normal, area, strength, np.where(steel, REBAR_RATIO * area, 0.0))


def _on_ground(cells: Cells) -> npt.NDArray[np.int64]:
    """Faces that stand on the foundation."""
    down = (cells.normal[:, 1] < -0.999) & (np.abs(cells.centre[:, 1]) < contacts.TOUCH_M)
    return np.flatnonzero(down & (cells.origin >= 0) & (cells.area > contacts.LEAST_M2))


def _joints(cells: Cells, pieces: tuple[Piece, ...]) -> tuple[npt.NDArray[np.int64], Floats]:
    """Touching faces of different pieces (J, 2), and area with centroid (J, 4)."""
    shapes = [piece.shape for piece in pieces]
    loops = [shape.vertices[list(face)] for shape in shapes for face in shape.faces]
    normal = np.array([shape.normal(f) for shape in shapes for f in range(len(shape.faces))])
    offset = np.array([float(way @ loop.mean(axis=0)) for way, loop in zip(normal, loops, strict=True)])
    low, high = np.array([loop.min(axis=0) for loop in loops]), np.array([loop.max(axis=0) for loop in loops])
    piece = np.repeat(np.arange(len(shapes)), [len(shape.faces) for shape in shapes])
    planes, order = np.column_stack([normal, offset]), np.argsort(low[:, 0], kind="stable")
    count, pairs = contacts.touching(planes, low, high, piece, order, 16 * len(piece))
    if count > len(pairs):
        count, pairs = contacts.touching(planes, low, high, piece, order, count)
    pairs = pairs[:count][np.lexsort((pairs[:count, 1], pairs[:count, 0]))]
    outer = np.flatnonzero(cells.origin >= 0)
    outer = outer[np.argsort(cells.origin[outer], kind="stable")]
    first = np.searchsorted(cells.origin[outer], np.arange(len(loops) + 1))
    sizes = np.diff(cells.loop_start)[outer]
    start = np.concatenate([[0], np.cumsum(sizes)])
    loop = cells.loop[np.repeat(cells.loop_start[outer] - start[:-1], sizes) + np.arange(start[-1])]
    points = cells.vertices[loop]
    face_low = np.minimum.reduceat(points, start[:-1], axis=0)
    face_high = np.maximum.reduceat(points, start[:-1], axis=0)
    fixed = (cells.vertices, loop, start, face_low, face_high, cells.normal[outer], pairs, first)
    count, faces, values = contacts.contacts(*fixed, 8 * len(outer))
    if count > len(faces):
        count, faces, values = contacts.contacts(*fixed, count)
    return outer[faces[:count]], values[:count]


def _strengths(
    ends: npt.NDArray[np.int64], cells: Cells, pieces: tuple[Piece, ...]
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Strength (B, 3) in Pa, and whether both ends are concrete."""
    material = np.array([piece.material for piece in pieces])[cells.piece]
    part = np.array([piece.part for piece in pieces])[cells.piece]
    a = ends[:, 0]
    b = np.where(ends[:, 1] == GROUND, a, ends[:, 1])
    strength = np.minimum(STRENGTH[material[a]], STRENGTH[material[b]])
    whole = (cells.piece[a] == cells.piece[b]) & (ends[:, 1] != GROUND)
    joint = np.ones(len(part), bool)[a] & ~whole
    kinds = np.full((len(Part), len(Part)), BEARING)
    for pair in WHOLE:
        one, two = min(pair), max(pair)
        kinds[one, two] = kinds[two, one] = 1.0
    factor = np.where(joint, kinds[part[a], part[b]], 1.0)
    strength = strength * factor[:, None]
    for kind, (tension, shear) in LOOSE_PA.items():
        same = part[a] == part[b]
        loose = (
            joint & ((part[a] == kind) | (part[b] == kind)) & ~(same & (kind == Part.GLASS) & (ends[:, 1] != GROUND))
        )
        strength[loose, 0] = np.minimum(strength[loose, 0], tension)
        strength[loose, 1] = np.minimum(strength[loose, 1], shear)
    concrete = (material[a] == Material.CONCRETE) & (material[b] == Material.CONCRETE)
    return strength, concrete


def _ties(ends: npt.NDArray[np.int64], cells: Cells) -> npt.NDArray[np.int64]:
    """For each group of shards that hangs on nothing, one pair (k, 2): its shard nearest to the rest, and that one.

    An outline found in a plate can carry bits that touch nothing, such as a cornice beyond the corner of the next wall.
    """
    n = len(cells.piece)
    middle = np.add.reduceat(cells.vertices, cells.vertex_start[:-1], axis=0) / np.diff(cells.vertex_start)[:, None]
    node = np.where(ends == GROUND, n, ends)
    graph = scipy.sparse.coo_matrix((np.ones(len(node)), (node[:, 0], node[:, 1])), shape=(n + 1, n + 1))
    group = scipy.sparse.csgraph.connected_components(graph, directed=False)[1]
    standing = np.flatnonzero(group[:n] == group[n])
    found = []
    for loose in np.unique(group[:n][group[:n] != group[n]]):
        mine = np.flatnonzero(group[:n] == loose)
        gap = np.linalg.norm(middle[mine][:, None, :] - middle[standing][None], axis=2)
        i, j = np.unravel_index(int(np.argmin(gap)), gap.shape)
        found.append((mine[i], standing[j]))
    return np.array(found, np.int64).reshape(-1, 2)
