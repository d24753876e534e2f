"""A figure before it is seen: head, painted maps, parts and hair, put together as one mesh."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from secondunit.scene.figure.head import Head, base, fine_normals
from secondunit.scene.figure.light import Image
from secondunit.scene.figure.parts import Array, Part, Strands, smooth_normals

SKIN = 0  # of ``Mesh.part``; parts count from 1


@dataclass(frozen=True)
class SkinMaps:
    """What is painted on the chart, (1024, 1792, ...) float32, row 0 at the top.

    Attributes:
        albedo: (..., 3) linear.
        height_m: relief that the mesh does not carry.
        rough: 0 mirror .. 1 chalk.
        mirror: reflectance head on; 0.028 is skin.
        open_sky: share of soft light that gets into the relief.
    """

    albedo: Image
    height_m: Image
    rough: Image
    mirror: Image
    open_sky: Image


@dataclass(frozen=True)
class Figure:
    """All that is seen: head, what is painted on it, how far its fine vertices are pushed out (n,), parts, hair."""

    head: Head
    maps: SkinMaps
    push_m: Array
    parts: Sequence[Part] = ()
    strands: Sequence[Strands] = ()


@dataclass
class Mesh:
    """Skin and parts as one mesh; ``part`` (t,) tells whose a triangle is, 0 the skin."""

    positions: npt.NDArray[np.float32]
    normals: npt.NDArray[np.float32]
    uv: npt.NDArray[np.float32]
    triangles: npt.NDArray[np.int32]
    part: npt.NDArray[np.int32]


def assembled(figure: Figure) -> Mesh:
    """Skin and parts of a figure."""
    points, normals = figure.head.fine()
    points = points + normals * figure.push_m[:, None]
    skin = base()
    stacks: list[tuple[Array, Array, Array, Any]] = [(points, fine_normals(points), skin.chart_uv, skin.triangles)]
    for part in figure.parts:
        stacks.append((part.positions_m, smooth_normals(part.positions_m, part.triangles), part.uv, part.triangles))
    starts = np.cumsum([0] + [len(one[0]) for one in stacks[:-1]])
    return Mesh(
        np.concatenate([one[0] for one in stacks]).astype(np.float32),
        np.concatenate([one[1] for one in stacks]).astype(np.float32),
        np.concatenate([one[2] for one in stacks]).astype(np.float32),
        np.concatenate([one[3] + start for one, start in zip(stacks, starts, strict=True)]).astype(np.int32),
        np.concatenate([np.full(len(one[3]), number) for number, one in enumerate(stacks)]).astype(np.int32),
    )
