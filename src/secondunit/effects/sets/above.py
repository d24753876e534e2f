"""A set from above, cut open at head height: the picture by which options are told apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from secondunit.effects.sets.passes import Solid, softly_lit
from secondunit.effects.sets.plan import Opening, SetPlan
from secondunit.imaging.noise import Image

CUT_M = 2.05  # above the main floor: over doors' handles and shelves, under lamps, beams and most lintels
_MARGIN_M = 0.35  # of paper around the walls
_PAPER, _WALL, _GLASS = 1.4, 0.02, 0.5  # scene-linear grey


@dataclass(frozen=True)
class Above:
    """A view from above.

    Attributes:
        colour: (h, w, 3) scene-linear ACEScg.
        depth: (h, w) m below the cut; 0 where there is no floor.
        normal: (h, w, 3) world axes.
        metres: of a pixel.
    """

    colour: Image
    depth: Image
    normal: Image
    metres: float


def above(plan: SetPlan, width_px: int, height_px: int, solid: Solid) -> Above:
    """The whole set, walls black, the page's top up, as large as the picture holds it."""
    room = shapely.Polygon(plan.room.outline)
    walls = room.buffer(plan.room.wall_m, join_style="mitre")
    x0, z0, x1, z1 = walls.buffer(_MARGIN_M).bounds
    metres = max((x1 - x0) / width_px, (z1 - z0) / height_px)
    across = (x0 + x1) / 2 + (np.arange(width_px) + 0.5 - width_px / 2) * metres
    down = (z0 + z1) / 2 + (np.arange(height_px) + 0.5 - height_px / 2) * metres
    x, z = (each.ravel() for each in np.meshgrid(across, down))
    origins = np.stack([x, np.full_like(x, min(CUT_M, plan.room.height_m - 0.05)), z], -1).astype(np.float32)
    headings = np.tile(np.array([0, -1, 0], np.float32), (len(x), 1))
    shape = (height_px, width_px)
    colour = softly_lit(solid, origins, headings, shape)
    hits = solid.scene.first(origins, headings)
    inside = shapely.contains_xy(room, x, z).reshape(shape)
    colour[~inside] = _PAPER
    colour[shapely.contains_xy(walls, x, z).reshape(shape) & ~inside] = _WALL
    for opening in plan.room.openings:
        there = shapely.contains_xy(_gap(plan, opening), x, z).reshape(shape) & ~inside
        colour[there] = _GLASS if opening.kind == "window" else _PAPER
    met = (hits.triangle >= 0).reshape(shape) & inside
    depth = np.where(met, hits.distance.reshape(shape), 0).astype(np.float32)
    normal = np.where(met[..., None], solid.normal_at(hits, headings).reshape(*shape, 3), 0).astype(np.float32)
    return Above(colour, depth, normal, metres)


def _gap(plan: SetPlan, opening: Opening) -> shapely.Polygon:
    """Where a wall is open, through all its thickness."""
    corners: npt.NDArray[np.float64] = np.array(plan.room.outline)
    start, end = corners[opening.wall], corners[(opening.wall + 1) % len(corners)]
    way = (end - start) / np.linalg.norm(end - start)
    near, far = start + way * opening.at_m, start + way * (opening.at_m + opening.width_m)
    return shapely.LineString([near, far]).buffer(plan.room.wall_m + 0.01, cap_style="flat")
