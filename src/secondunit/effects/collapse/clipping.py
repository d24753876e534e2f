"""Convex polyhedra cut by planes, compiled. A polyhedron is a set of work arrays, see ``new_polyhedron``.

The cut is combinatorial: vertices are sorted into kept and lost once, and everything else follows from those labels, so
that a cut polyhedron is always closed (the idea of the plane cuts in C. H. Rycroft, "Voro++", Chaos 19, 041111, 2009).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
MAX_VERTICES = 256  # of one polyhedron while it is cut; a Voronoi cell has about 27
MAX_FACES = 128  # a Voronoi cell has about 15
MAX_LOOP = 64  # vertices of one face
ON_PLANE_M = 1e-9  # a vertex this near to a plane lies on it


@njit(cache=True, nogil=True)
def _sides(vertices: Any, nv: int, normal: Any, offset: float, side: Any, following: Any) -> Any:
    """Write each vertex's height over the plane into ``side`` and -1 into ``following``; (lowest, highest) height."""
    lowest, highest = np.inf, -np.inf
    for i in range(nv):
        side[i] = normal[0] * vertices[i, 0] + normal[1] * vertices[i, 1] + normal[2] * vertices[i, 2] - offset
        lowest, highest = min(lowest, side[i]), max(highest, side[i])
    for i in range(MAX_VERTICES):
        following[i] = -1
    return lowest, highest


@njit(cache=True, nogil=True)
def _crossing(vertices: Any, side: Any, edges: Any, made: int, near: int, far: int, nv: int) -> Any:
    """The vertex where the edge from a kept to a lost vertex meets the plane: (its number, vertices, edges)."""
    if side[near] >= -ON_PLANE_M:
        return near, nv, made
    for e in range(made):
        if edges[e, 0] == near and edges[e, 1] == far:
            return edges[e, 2], nv, made
    if nv >= MAX_VERTICES:
        return -1, nv, made
    share = side[near] / (side[near] - side[far])
    for axis in range(3):
        vertices[nv, axis] = vertices[near, axis] + share * (vertices[far, axis] - vertices[near, axis])
    edges[made, 0], edges[made, 1], edges[made, 2] = near, far, nv
    return nv, nv + 1, made + 1


@njit(cache=True, nogil=True)
def _close(loops: Any, following: Any, face: int, nv: int) -> int:
    """Write the new face into row ``face``: its edges run against those of the cut faces. Its size, or -1."""
    start = 0
    while start < nv and following[start] < 0:
        start += 1
    if start == nv:
        return 0
    size = 0
    i = start
    while i >= 0 and size < MAX_LOOP:
        loops[face, size] = i
        size += 1
        i = following[i]
        if i == start:
            return size
    return -1


@njit(cache=True, nogil=True)
def _compact(vertices: Any, loops: Any, counts: Any, nv: int, nf: int) -> int:
    """Drop vertices that no face uses; returns how many are left."""
    fresh = np.empty(nv, np.int32)
    for i in range(nv):
        fresh[i] = -1
    for f in range(nf):
        for k in range(counts[f]):
            fresh[loops[f, k]] = 0
    alive = 0
    for i in range(nv):
        if fresh[i] == 0:
            fresh[i] = alive
            for axis in range(3):
                vertices[alive, axis] = vertices[i, axis]
            alive += 1
    for f in range(nf):
        for k in range(counts[f]):
            loops[f, k] = fresh[loops[f, k]]
    return alive


@njit(cache=True, nogil=True)
def clip(
    vertices: Any, loops: Any, counts: Any, labels: Any, nv: int, nf: int, normal: Any, offset: float, label: int
) -> Any:
    """Keep what lies at ``normal . x <= offset``; the new face gets ``label``. Works in place.

    Returns:
        The new (vertex count, face count); (0, 0) when nothing is left; (-1, -1) when the arrays are too small.
    """
    side = np.empty(MAX_VERTICES)
    following = np.empty(MAX_VERTICES, np.int32)  # of the new face: the vertex after each, -1 = not on it
    lowest, highest = _sides(vertices, nv, normal, offset, side, following)
    if highest <= ON_PLANE_M:
        return nv, nf
    if lowest >= -ON_PLANE_M:
        return 0, 0
    edges = np.empty((MAX_VERTICES, 3), np.int32)  # cut so far: kept end, lost end, vertex made
    row = np.empty(MAX_LOOP + 2, np.int32)
    made, kept = 0, 0
    for f in range(nf):
        size, leaving, entering = 0, -1, -1
        for k in range(counts[f]):
            i, j = loops[f, k], loops[f, (k + 1) % counts[f]]
            stays, next_stays = side[i] <= ON_PLANE_M, side[j] <= ON_PLANE_M
            if stays:
                row[size] = i
                size += 1
            if stays != next_stays:
                near, far = (i, j) if stays else (j, i)
                point, nv, made = _crossing(vertices, side, edges, made, near, far, nv)
                if point != near:
                    row[size] = point
                    size += 1
                if stays:
                    leaving = point
                else:
                    entering = point
            if size > MAX_LOOP - 2 or nv >= MAX_VERTICES:
                return -1, -1
        if entering >= 0 and entering != leaving:
            following[entering] = leaving
        if size >= 3:
            for k in range(size):
                loops[kept, k] = row[k]
            counts[kept] = size
            labels[kept] = labels[f]
            kept += 1
    size = _close(loops, following, kept, nv)
    if size < 0 or kept + 1 >= MAX_FACES:
        return -1, -1
    if size >= 3:
        counts[kept] = size
        labels[kept] = label
        kept += 1
    return _compact(vertices, loops, counts, nv, kept), kept


@njit(cache=True, nogil=True)
def _cell(vertices: Any, loops: Any, counts: Any, labels: Any, nv: int, nf: int, seeds: Any, order: Any) -> Any:
    """Clip the polyhedron in the work arrays down to the cell of seed ``order[0]``: (vertex count, face count)."""
    here = seeds[order[0]]
    normal = np.empty(3)
    for k in range(1, len(order)):
        o = order[k]
        gap = (seeds[o, 0] - here[0]) ** 2 + (seeds[o, 1] - here[1]) ** 2 + (seeds[o, 2] - here[2]) ** 2
        radius = 0.0
        for i in range(nv):
            x, y, z = vertices[i, 0] - here[0], vertices[i, 1] - here[1], vertices[i, 2] - here[2]
            radius = max(radius, x * x + y * y + z * z)
        if gap > 4.0 * radius:
            break
        length = np.sqrt(gap)
        offset = 0.0
        for axis in range(3):
            normal[axis] = (seeds[o, axis] - here[axis]) / length
            offset += normal[axis] * 0.5 * (seeds[o, axis] + here[axis])
        nv, nf = clip(vertices, loops, counts, labels, nv, nf, normal, offset, o)
        if nv <= 0:
            break
    return nv, nf


@njit(cache=True, nogil=True)
def cells(start_vertices: Any, start_loops: Any, start_counts: Any, nv0: int, nf0: int, seeds: Any, order: Any) -> Any:
    """Voronoi cells of ``seeds`` (n, 3) inside a convex polyhedron given as work arrays.

    Bisector planes of neighbours are taken in order of distance until no farther one can reach the cell: twice its
    radius; ``order`` (n, n) names for each seed itself and its neighbours, nearest first. Faces are labelled with the
    neighbour's number, or -1 - k for face k of the polyhedron.

    Returns:
        vertices (V, 3), vertex_start (n + 1,), loop (L,) indices into vertices, loop_start (F + 1,), label (F,),
        face_start (n + 1,). All empty when the work arrays were too small.
    """
    n = len(seeds)
    out_vertices = np.empty((64 * n + MAX_VERTICES, 3))
    out_loop = np.empty(256 * n + 1024, np.int32)
    out_loop_start = np.empty(40 * n + MAX_FACES + 1, np.int32)
    out_loop_start[0] = 0
    out_label = np.empty(40 * n + MAX_FACES, np.int32)
    vertex_start = np.empty(n + 1, np.int32)
    face_start = np.empty(n + 1, np.int32)
    vertex_start[0], face_start[0] = 0, 0
    vertices = np.empty((MAX_VERTICES, 3))
    loops = np.empty((MAX_FACES, MAX_LOOP), np.int32)
    counts = np.empty(MAX_FACES, np.int32)
    labels = np.empty(MAX_FACES, np.int32)
    v_end, l_end, f_end = 0, 0, 0
    for s in range(n):
        for i in range(nv0):
            for axis in range(3):
                vertices[i, axis] = start_vertices[i, axis]
        for f in range(nf0):
            counts[f] = start_counts[f]
            labels[f] = -1 - f
            for k in range(counts[f]):
                loops[f, k] = start_loops[f, k]
        nv, nf = _cell(vertices, loops, counts, labels, nv0, nf0, seeds, order[s])
        size = 0
        for f in range(nf):
            size += counts[f]
        full = v_end + nv > len(out_vertices) or f_end + nf > len(out_label) or l_end + size > len(out_loop)
        if nv <= 0 or full:
            return out_vertices[:0], vertex_start, out_loop[:0], out_loop_start[:1], out_label[:0], face_start
        for i in range(nv):
            for axis in range(3):
                out_vertices[v_end + i, axis] = vertices[i, axis]
        for f in range(nf):
            for k in range(counts[f]):
                out_loop[l_end] = v_end + loops[f, k]
                l_end += 1
            out_label[f_end] = labels[f]
            f_end += 1
            out_loop_start[f_end] = l_end
        v_end += nv
        vertex_start[s + 1] = v_end
        face_start[s + 1] = f_end
    ends = out_loop_start[: f_end + 1]
    return out_vertices[:v_end], vertex_start, out_loop[:l_end], ends, out_label[:f_end], face_start
