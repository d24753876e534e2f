"""Stage ``build``: from the survey's planes to a proxy building with walls, openings, floors and rooms."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from shapely import Polygon, box

from secondunit.effects.base import Context
from secondunit.effects.collapse import interior, preview, walls
from secondunit.effects.collapse.footprint import Edge, inset, plan
from secondunit.effects.collapse.polyhedron import Floats, Polyhedron
from secondunit.effects.collapse.proxy import Piece, Proxy
from secondunit.effects.collapse.settings import Building
from secondunit.effects.collapse.shards import Material, Surface
from secondunit.errors import CannotSolve
from secondunit.plate.survey import Survey

FRAMED = ("concrete", "steel", "glass")  # walls that hang on columns; the others bear the floors themselves
SHARDS_PER_OPENING = 8  # an opening makes about four pieces: glass, pier, bars
SHARDS_PER_HIDDEN = 30  # the same for each wall that the camera does not see
SHARDS_PER_BAY = 12  # a bay makes about five pieces: floor, walls, furniture
PARAPET_M = 0.35  # m: the roof slab lies this far below the top of the walls


class BuildStage:
    """Writes ``proxy.npz`` (the result), ``proxy.glb`` and ``build.png`` (to look at)."""

    name: ClassVar[str] = "build"
    needs: ClassVar[tuple[str, ...]] = ("survey",)
    reads: ClassVar[tuple[str, ...]] = ("building", "fracture.shards")
    uses_plate: ClassVar[bool] = False
    uses_size: ClassVar[bool] = False
    uses_frames: ClassVar[bool] = False

    def run(self, context: Context) -> None:
        """Build and save."""
        survey = Survey.load(context.inputs["survey"] / "survey.json")
        proxy = build(survey, context.settings.building, context.settings.fracture.shards, context.seed)
        context.progress(1, 2, "building")
        proxy.save(context.out / "proxy.npz")
        proxy.save_glb(context.out / "proxy.glb")
        preview.picture_of_proxy(proxy, survey.camera, context.out / "build.png")
        context.progress(2, 2, "building")


def build(survey: Survey, building: Building, shards: int, seed: int) -> Proxy:
    """The proxy building: convex pieces that touch and do not overlap.

    ``shards`` is how many it will be cut into: small numbers leave no room for many openings and bays. An opening that
    is not built stays painted on the wall, since walls carry the plate.

    Outer faces of walls and panes on surveyed facades lie in the facade's plane and cover its outline without gaps.

    Raises:
        CannotSolve: the facades bound no building, or it is too small for its walls.
    """
    edges = plan(survey)
    thickness = building.wall_thickness_m
    corners = inset(edges, thickness)
    for k in range(4):
        if (corners[(k + 1) % 4] - corners[k]) @ edges[k].along < 4 * thickness:
            raise CannotSolve(
                "brief: building",
                f"walls of {thickness} m leave no room behind a facade of {edges[k].width_m:.2f} m",
                "a plan at least six walls wide",
                "Check building.height_m (the scale), building.depth_m and building.wall_thickness_m.",
            )
    shapes = [walls.surveyed_shape(edge) if edge.facade else None for edge in edges]
    tops = [walls.eaves_m(shape, edge.width_m) for edge, shape in zip(edges, shapes, strict=True) if shape]
    top = min(survey.facades[0].height_m + survey.facades[0].origin_m[1], *tops)  # nothing hidden may look over a wall
    levels = floor_levels(survey, top, building.slab_thickness_m)
    random = np.random.Generator(np.random.PCG64(seed))
    pieces: list[Piece] = []
    for k, edge in enumerate(edges):
        wall = _outer_wall(edge, shapes[k] or box(0.0, 0.0, edge.width_m, top), survey, building, levels, shards)
        pieces += walls.pieces(wall, (corners[k], corners[(k + 1) % 4]), random)
    rooms = interior.Rooms(
        corners,
        levels,
        building.slab_thickness_m,
        Material[building.floor.upper()],
        building.wall in FRAMED,
        shards // SHARDS_PER_BAY,
    )
    pieces += interior.pieces(rooms, random)
    seen = tuple(_facing(piece, np.asarray(survey.camera.position_m)) for piece in pieces)
    front = edges[0]
    height = survey.facades[0].height_m
    failure = np.array([front.start, front.end - front.start, [0.0, height, 0.0]])
    return Proxy(seen, levels, failure)


def floor_levels(survey: Survey, top_m: float, slab_m: float) -> Floats:
    """Height of each floor's top, (storeys + 1,), m, under walls up to ``top_m``: even, but clear of windows."""
    front = survey.facades[0]
    base = front.origin_m[1]
    roof = top_m - min(PARAPET_M, 0.1 * top_m / survey.storeys)
    even = np.linspace(0.0, roof, survey.storeys + 1)
    step = roof / survey.storeys
    levels = [0.0]
    for level in even[1:-1]:
        tries = level + np.linspace(-0.45, 0.45, 37) * step

        def cost(top: float, level: float = level) -> tuple[int, float]:
            cut = sum(o.bottom_m + base < top and o.top_m + base > top - slab_m for o in front.openings)
            return cut, abs(top - level)

        levels.append(float(min(tries, key=cost)))
    return np.array([*levels, roof])


def _outer_wall(
    edge: Edge, shape: Polygon, survey: Survey, building: Building, levels: Floats, shards: int
) -> walls.Wall:
    if edge.facade is not None:
        share = edge.width_m / sum(facade.width_m for facade in survey.facades)
        found = walls.largest(walls.surveyed_openings(edge, shape), round(shards / SHARDS_PER_OPENING * share))
    else:
        grid = walls.plain_openings(edge.width_m, levels) if building.windows != "none" else ()
        found = walls.largest(grid, shards // SHARDS_PER_HIDDEN)
    return walls.Wall(edge, shape, found, building.wall_thickness_m, Material[building.wall.upper()])


def _facing(piece: Piece, eye: Floats) -> Piece:
    """Outer faces turned to the camera carry the plate."""
    shape = piece.shape
    surfaces = tuple(
        Surface.PLATE
        if surface == Surface.OUTER and shape.normal(f) @ (eye - shape.vertices[shape.faces[f][0]]) > 0
        else surface
        for f, surface in enumerate(shape.surfaces)
    )
    return Piece(Polyhedron(shape.vertices, shape.faces, surfaces), piece.material, piece.part, piece.seen)
