"""Stage ``fracture``: the proxy building cut into convex shards, and the bonds that hold them."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from secondunit.effects.base import Context
from secondunit.effects.collapse import preview, voronoi
from secondunit.effects.collapse.bonds import bonds
from secondunit.effects.collapse.masses import mass_properties
from secondunit.effects.collapse.proxy import Piece, Proxy
from secondunit.effects.collapse.seeds import Grading, sow
from secondunit.effects.collapse.settings import Fracture
from secondunit.effects.collapse.shards import Material, Part, Shards
from secondunit.errors import BadBrief
from secondunit.plate.survey import Survey

FILLED = 0.75  # share of the wanted shards that whole pieces may take up before the least important are left out
NEEDED = 4  # rank of pieces that are never left out
LEAST_REACH_M = 2.0  # m: shards are finer at least this far around the failure


class FractureStage:
    """Writes ``shards.npz`` (the result) and ``fracture.png`` (to look at)."""

    name: ClassVar[str] = "fracture"
    needs: ClassVar[tuple[str, ...]] = ("survey", "build")
    reads: ClassVar[tuple[str, ...]] = ("fracture", "fall.at", "fall.reach")
    uses_plate: ClassVar[bool] = False
    uses_size: ClassVar[bool] = False
    uses_frames: ClassVar[bool] = False

    def run(self, context: Context) -> None:
        """Cut and save."""
        survey = Survey.load(context.inputs["survey"] / "survey.json")
        proxy = Proxy.load(context.inputs["build"] / "proxy.npz")
        fall = context.settings.fall
        shards = fracture(proxy, context.settings.fracture, fall.at, fall.reach, context.seed)
        context.progress(1, 2, "fracture")
        shards.save(context.out / "shards.npz")
        preview.picture_of_shards(shards, survey.camera, context.out / "fracture.png")
        context.progress(2, 2, "fracture")


def fracture(proxy: Proxy, settings: Fracture, at: tuple[float, float], reach: float, seed: int) -> Shards:
    """Cut a building. The same proxy, settings and seed give the same shards bit for bit.

    Args:
        proxy: the building.
        settings: how many shards and how fine.
        at: where the failure starts, shares of the main facade's width and height.
        reach: how far shards are finer, as a share of the main facade's width.
        seed: of all that is random here.

    Raises:
        BadBrief: the building has more pieces than shards were asked for.
    """
    random = np.random.Generator(np.random.PCG64(seed))
    pieces = _worth_cutting(proxy.pieces, settings.shards)
    origin, along, up = proxy.failure_m
    reach_m = max(reach * float(np.linalg.norm(along)), LEAST_REACH_M)
    grading = Grading.random(origin + at[0] * along + at[1] * up, reach_m, settings.finer_near_failure, random)
    cells = voronoi.cut(pieces, sow(pieces, grading, settings.shards, random))
    held = bonds(cells, pieces, settings.rebar, random)
    triangles, face = cells.triangles()
    owner = cells.cell[face]
    start = np.searchsorted(owner, np.arange(len(cells.piece) + 1))
    volume, centroid, inertia = mass_properties(cells.vertices[triangles], start)
    floors = proxy.levels_m[1:-1] - _deepest_slab(pieces) - 0.01  # 1 cm below a floor's underside
    return Shards(
        vertices=cells.vertices,
        vertex_start=cells.vertex_start.astype(np.int32),
        triangles=triangles.astype(np.int32),
        triangle_start=start.astype(np.int32),
        surface=voronoi.surfaces(cells, pieces)[face],
        material=np.array([piece.material for piece in pieces], np.uint8)[cells.piece],
        part=np.array([piece.part for piece in pieces], np.uint8)[cells.piece],
        storey=np.searchsorted(floors, centroid[:, 1], side="right").astype(np.int16),
        volume=volume,
        centroid=centroid,
        inertia=inertia,
        bond_ends=held.ends,
        bond_centre=held.centre,
        bond_normal=held.normal,
        bond_area=held.area,
        bond_tension=held.strength[:, 0].copy(),
        bond_shear=held.strength[:, 1].copy(),
        bond_compression=held.strength[:, 2].copy(),
        bond_rebar=held.rebar,
    )


def _worth_cutting(pieces: tuple[Piece, ...], target: int) -> tuple[Piece, ...]:
    """All pieces if there is room for them; else without frames, furniture, hidden panes and light inner walls."""
    kept = pieces
    for rank in range(NEEDED):
        if len(kept) > FILLED * target:
            kept = tuple(one for one in kept if _importance(one) != rank)
    if len(kept) > target:
        raise BadBrief(
            "brief: fracture.shards",
            f"{target} shards for a building of {len(kept)} pieces",
            f"at least {len(kept)}",
            "Ask for more shards, or survey fewer windows.",
        )
    return kept


def _importance(piece: Piece) -> int:
    """What is left out first when there are too many pieces: 0; ``NEEDED`` = never."""
    if piece.part == Part.INNER_WALL and piece.material == Material.PLASTER:
        return 3
    if piece.part == Part.GLASS and not piece.seen:
        return 2
    return {Part.FRAME: 0, Part.FURNITURE: 1}.get(piece.part, NEEDED)


def _deepest_slab(pieces: tuple[Piece, ...]) -> float:
    """Thickness of floors, m."""
    heights = [float(np.ptp(one.shape.vertices[:, 1])) for one in pieces if one.part in (Part.SLAB, Part.ROOF)]
    return max(heights, default=0.0)
