"""Volume, centre of mass and inertia of closed meshes, exact."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def mass_properties(triangles_m: Floats, triangle_start: npt.NDArray[np.integer[Any]]) -> tuple[Floats, Floats, Floats]:
    """Of N bodies whose outward triangles (T, 3, 3) lie one after another.

    Each triangle makes a signed tetrahedron with a point of its body; the second moments of a tetrahedron with one
    corner at the origin are det A / 120 (A^T (1 + J) A) with corners as rows of A, J all ones (J. Blow and A. Binstock,
    "How to find the inertia tensor of a 3D solid body", 2004; equal to B. Mirtich, J. Graphics Tools 1(2), 1996).

    Returns:
        volume (N,), centroid (N, 3), inertia (N, 3, 3) about the centroid for a density of 1.
    """
    sizes = np.diff(triangle_start)
    first = np.asarray(triangle_start[:-1])
    origin = np.add.reduceat(triangles_m.mean(axis=1), first, axis=0) / sizes[:, None]
    corner = triangles_m - np.repeat(origin, sizes, axis=0)[:, None, :]
    det = np.einsum("ij,ij->i", corner[:, 0], np.cross(corner[:, 1], corner[:, 2]))
    volume = np.add.reduceat(det, first) / 6.0
    total = corner.sum(axis=1)
    offset = np.add.reduceat(det[:, None] * total, first, axis=0) / 24.0 / volume[:, None]
    products = np.einsum("tki,tkj->tij", corner, corner) + total[:, :, None] * total[:, None, :]
    second = np.add.reduceat(det[:, None, None] * products, first, axis=0) / 120.0
    second -= volume[:, None, None] * offset[:, :, None] * offset[:, None, :]
    inertia = np.trace(second, axis1=1, axis2=2)[:, None, None] * np.eye(3) - second
    return volume, origin + offset, inertia
