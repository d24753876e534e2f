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
def clip(
    vertices: Any, loops: Any, counts: Any, labels: Any, nv: int, nf: int, normal: Any, offset: float, label: int
) -> Any:
    """Keep what lies at ``normal . x <= offset``; the new face gets ``label``. Works in place.

    Returns:
        The new (vertex count, face count); (0, 0) when nothing is left; (-1, -1) when the arrays are too small.
    """
    side = np.empty(nv)
    outside = False
    inside = False
    for i in range(nv):
        side[i] = normal[0] * vertices[i, 0] + normal[1] * vertices[i, 1] + normal[2] * vertices[i, 2] - offset
        outside |= side[i] > ON_PLANE_M
        inside |= side[i] < -ON_PLANE_M
    if not outside:
        return nv, nf
    if not inside:
        return 0, 0
    following = np.full(MAX_VERTICES, -1, np.int32)
    edges = np.empty((MAX_VERTICES, 3), np.int32)
    made = 0
    row = np.empty(MAX_LOOP, np.int32)
    kept = 0
    for f in range(nf):
        size = 0
        leaving = -1
        entering = -1
        for k in range(counts[f]):
            i = loops[f, k]
            j = loops[f, (k + 1) % counts[f]]
            if size + 2 > MAX_LOOP:
                return -1, -1
            if side[i] <= ON_PLANE_M:
                row[size] = i
                size += 1
            if (side[i] <= ON_PLANE_M) == (side[j] <= ON_PLANE_M):
                continue
            near, far = (i, j) if side[i] <= ON_PLANE_M else (j, i)
            point = near
            if side[near] < -ON_PLANE_M:
                point = -1
                for e in range(made):
                    if edges[e, 0] == near and edges[e, 1] == far:
                        point = edges[e, 2]
                if point < 0:
                    if nv >= MAX_VERTICES:
                        return -1, -1
                    share = side[near] / (side[near] - side[far])
                    for axis in range(3):
                        vertices[nv, axis] = vertices[near, axis] + share * (vertices[far, axis] - vertices[near, axis])
                    edges[made, 0], edges[made, 1], edges[made, 2] = near, far, nv
                    made += 1
                    point = nv
                    nv += 1
                row[size] = point
                size += 1
            if near == i:
                leaving = point
            else:
                entering = point
        if entering >= 0 and leaving >= 0 and entering != leaving:
            following[entering] = leaving
        if size >= 3:
            for k in range(size):
                loops[kept, k] = row[k]
            counts[kept] = size
            labels[kept] = labels[f]
            kept += 1
    start = -1
    for i in range(nv):
        if following[i] >= 0:
            start = i
            break
    if start >= 0:
        size = 0
        i = start
        while i >= 0 and size < MAX_LOOP:
            loops[kept, size] = i
            size += 1
            i = following[i]
            if i == start:
                break
        if i != start or kept + 1 >= MAX_FACES:
            return -1, -1
        if size >= 3:
            counts[kept] = size
            labels[kept] = label
            kept += 1
    fresh = np.full(nv, -1, np.int32)
    for f in range(kept):
        for k in range(counts[f]):
            fresh[loops[f, k]] = 0
    alive = 0
    for i in range(nv):
        if fresh[i] == 0:
            fresh[i] = alive
            for axis in range(3):
                vertices[alive, axis] = vertices[i, axis]
            alive += 1
    for f in range(kept):
        for k in range(counts[f]):
            loops[f, k] = fresh[loops[f, k]]
    return alive, kept


@njit(cache=True, nogil=True)
def cells(start_vertices: Any, start_loops: Any, start_counts: Any, nv0: int, nf0: int, seeds: Any) -> Any:
    """Voronoi cells of ``seeds`` (n, 3) inside a convex polyhedron given as work arrays.

    Bisector planes of neighbours are taken in order of distance until no farther one can reach the cell: twice its
    radius. Faces are labelled with the neighbour's number, or -1 - k for face k of the polyhedron.

    Returns:
        vertices (V, 3), vertex_start (n + 1,), loop (L,) indices into vertices, loop_start (F + 1,), label (F,),
        face_start (n + 1,). All empty when the work arrays were too small.
    """
    n = len(seeds)
    out_vertices = np.empty((64 * n + MAX_VERTICES, 3))
    out_loop = np.empty(256 * n + 1024, np.int32)
    out_loop_start = np.zeros(40 * n + MAX_FACES + 1, np.int32)
    out_label = np.empty(40 * n + MAX_FACES, np.int32)
    vertex_start = np.zeros(n + 1, np.int32)
    face_start = np.zeros(n + 1, np.int32)
    vertices = np.empty((MAX_VERTICES, 3))
    loops = np.empty((MAX_FACES, MAX_LOOP), np.int32)
    counts = np.empty(MAX_FACES, np.int32)
    labels = np.empty(MAX_FACES, np.int32)
    normal = np.empty(3)
    v_end, l_end, f_end = 0, 0, 0
    for s in range(n):
        nv, nf = nv0, nf0
        vertices[:nv] = start_vertices[:nv]
        loops[:nf] = start_loops[:nf]
        counts[:nf] = start_counts[:nf]
        for f in range(nf):
            labels[f] = -1 - f
        gap = np.empty(n)
        for o in range(n):
            gap[o] = (
                (seeds[o, 0] - seeds[s, 0]) ** 2 + (seeds[o, 1] - seeds[s, 1]) ** 2 + (seeds[o, 2] - seeds[s, 2]) ** 2
            )
        for o in np.argsort(gap, kind="mergesort"):
            if o == s:
                continue
            radius = 0.0
            for i in range(nv):
                radius = max(
                    radius,
                    (vertices[i, 0] - seeds[s, 0]) ** 2
                    + (vertices[i, 1] - seeds[s, 1]) ** 2
                    + (vertices[i, 2] - seeds[s, 2]) ** 2,
                )
            if gap[o] > 4.0 * radius:
                break
            length = np.sqrt(gap[o])
            offset = 0.0
            for axis in range(3):
                normal[axis] = (seeds[o, axis] - seeds[s, axis]) / length
                offset += normal[axis] * 0.5 * (seeds[o, axis] + seeds[s, axis])
            nv, nf = clip(vertices, loops, counts, labels, nv, nf, normal, offset, o)
            if nv <= 0:
                break
        size = 0
        for f in range(max(nf, 0)):
            size += counts[f]
        full = v_end + nv > len(out_vertices) or f_end + nf > len(out_label) or l_end + size > len(out_loop)
        if nv <= 0 or full:
            return out_vertices[:0], vertex_start, out_loop[:0], out_loop_start[:1], out_label[:0], face_start
        out_vertices[v_end : v_end + nv] = vertices[:nv]
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
    return (
        out_vertices[:v_end].copy(),
        vertex_start,
        out_loop[:l_end].copy(),
        out_loop_start[: f_end + 1].copy(),
        out_label[:f_end].copy(),
        face_start,
    )
