"""Bonds as short beams: stiffness and section from the shards on both sides. Worked out once, at rest."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from secondunit.effects.collapse.shards import Shards

Array = npt.NDArray[Any]

YIELD_PA = 500e6  # characteristic yield of reinforcing steel B500, EN 1992-1-1 table C.1
_POISSON = 0.2  # concrete and masonry, EN 1992-1-1 3.1.3(4)
# Young's moduli, Pa: brick masonry (EN 1996-1-1 3.7.2, 1000 f_k), concrete C25/30 (EN 1992-1-1 table 3.1), gypsum
# plaster, soda-lime glass (EN 572-1), softwood C24 along the grain (EN 338), steel (EN 1993-1-1 3.2.6); by ``Material``
MODULUS_PA = np.array([5e9, 31e9, 3e9, 70e9, 11e9, 210e9])


class Beams(NamedTuple):
    """B bonds; the second end may be the ground (-1).

    Attributes:
        ends: (B, 2) shards.
        arm_a, arm_b: (B, 3) from each shard's centre to the middle of the bond, at rest, m.
        axes: (B, 3, 3) rows: normal, thin direction of the face, wide direction.
        stiffness: (B, 5) N/m along the normal and across; N m/rad about normal, thin and wide direction.
        modulus: (B, 3) section moduli about normal, thin, wide direction, m3.
        area: (B,) m2.
        thickness: (B,) m, of the face in its thin direction.
    """

    ends: Array
    arm_a: Array
    arm_b: Array
    axes: Array
    stiffness: Array
    modulus: Array
    area: Array
    thickness: Array


def _thin_axis(shards: Shards) -> tuple[Array, Array]:
    """Thinnest direction of every shard (N, 3) and its thickness (N,), as of a box with the same inertia."""
    values, vectors = np.linalg.eigh(shards.inertia / shards.volume[:, None, None])
    square = 6.0 * (values.sum(axis=1) - 2.0 * values[:, 2])  # box: I_c = (a2 + b2) / 12, so c2 = 6 (I_a + I_b - I_c)
    return vectors[:, :, 2], np.sqrt(np.maximum(square, 1e-8))


def beams_of(shards: Shards) -> Beams:
    """The beam behind every bond."""
    first, second = shards.bond_ends[:, 0], shards.bond_ends[:, 1]
    other = np.where(second < 0, first, second)
    thin, thickness = _thin_axis(shards)
    normal = shards.bond_normal
    along = np.abs(np.einsum("bi,bi->b", thin[first], normal))
    along_other = np.abs(np.einsum("bi,bi->b", thin[other], normal))
    pick = np.where(along <= along_other, first, other)  # the shard whose thin direction lies in the face
    u = thin[pick] - np.einsum("bi,bi->b", thin[pick], normal)[:, None] * normal
    flat = np.minimum(along, along_other) > 0.7  # both thin across the face (a pane on a pane): no direction stands out
    spare = np.cross(normal, np.where(np.abs(normal[:, 1:2]) < 0.9, [[0.0, 1.0, 0.0]], [[1.0, 0.0, 0.0]]))
    u = np.where(flat[:, None], spare, u)
    u /= np.linalg.norm(u, axis=1, keepdims=True)
    area = shards.bond_area
    t = np.where(flat, np.sqrt(area), np.minimum(thickness[pick], np.sqrt(area)))
    wide = area / t
    arm_a = shards.bond_centre - shards.centroid[first]
    arm_b = shards.bond_centre - shards.centroid[other]
    arm_b[second < 0] = 0.0
    length = np.abs(np.einsum("bi,bi->b", arm_a, normal)) + np.abs(np.einsum("bi,bi->b", arm_b, normal))
    length = np.maximum(length, 0.3 * np.sqrt(area))
    e = 2.0 / (1.0 / MODULUS_PA[shards.material[first]] + 1.0 / MODULUS_PA[shards.material[other]])
    shear = e / (2.0 * (1.0 + _POISSON))
    second_u, second_w = t * wide**3 / 12.0, wide * t**3 / 12.0
    stiffness = np.stack(
        [
            e * area / length,
            shear * area / 1.2 / length,  # 1.2: shear correction of a rectangle (Timoshenko)
            shear * (second_u + second_w) / length,
            e * second_u / length,
            e * second_w / length,
        ],
        axis=1,
    )
    modulus = np.stack([area * t / 4.0, t * wide**2 / 6.0, wide * t**2 / 6.0], axis=1)
    axes = np.stack([normal, u, np.cross(normal, u)], axis=1)
    ends = shards.bond_ends.astype(np.int32)
    return Beams(ends, arm_a, arm_b, axes, stiffness, modulus, area.astype(float), t)
