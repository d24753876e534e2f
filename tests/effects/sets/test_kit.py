"""Pieces are true to size, of known materials, and shine as much as their lumen; the room is as large as it says."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from secondunit.effects.sets import daylight, surfaces
from secondunit.effects.sets.build import Part, build, build_piece
from secondunit.effects.sets.kit import facets, forms, paintings, pictures, screens, stones, textiles, textures
from secondunit.effects.sets.kit.catalogue import MaterialClass, Style, catalogue
from secondunit.effects.sets.kit.materials import defaults, material, materials
from secondunit.effects.sets.kit.pieces import PIECES
from secondunit.effects.sets.kit.shape import Shape, turned
from secondunit.effects.sets.plan import Piece
from secondunit.errors import BadBrief
from secondunit.scene.figure.trace import Scene
from tests.effects.sets.rooms import plan

STYLES = get_args(Style)
PAINTED = (paintings, pictures, screens, stones, textiles)  # they register their painters
PICTURES = ("map", "abstract", "abstract_arcs", "abstract_bands", "line_drawing", "landscape", "seascape", "still_life")


def area(parts: list[Part]) -> float:
    total = 0.0
    for part in parts:
        a, b, c = (part.points_m[part.triangles[:, k]].astype(float) for k in range(3))
        total += float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2)
    return total


def test_every_kind_has_a_maker_and_no_maker_is_without_a_kind() -> None:
    assert set(PIECES) == set(catalogue())


@pytest.mark.parametrize("number", range(len(STYLES)))
def test_pieces_keep_to_their_footprint_and_shine_what_they_should(number: int) -> None:
    for index, kind in enumerate(catalogue().values()):
        if index % len(STYLES) != number:
            continue
        style = STYLES[(index * 3 + number) % len(STYLES)]
        piece = Piece(id="one", kind=kind.name, style=style, size_m=kind.size_m, at_m=(0, 0))
        parts, beams = build_piece(piece)
        points = np.concatenate([part.points_m for part in parts])
        assert np.isfinite(points).all(), kind.name
        top = points[:, 1].max()
        assert kind.size_m[2] - 0.01 <= top <= kind.size_m[2] + kind.rises_m + 0.01, (kind.name, style)
        assert not kind.rises_m or top > kind.size_m[2] + 0.01, kind.name
        assert (np.abs(points[:, [0, 2]]).max(0) <= np.array(kind.size_m[:2]) / 2 + 1e-4).all(), kind.name
        assert points[:, 1].min() > -0.01, kind.name
        for part in parts:
            assert part.triangles.max() < len(part.points_m), kind.name
            length = np.linalg.norm(part.normals, axis=1)
            assert np.abs(length - 1).max() < 1e-3, (kind.name, part.material)
        light = sum(part.lumen for part in parts) + sum(beam.lumen for beam in beams)
        assert light == pytest.approx(kind.light.lumen if kind.light else 0, rel=0.05), (kind.name, style)


def test_slots_of_all_meshes_are_those_of_the_kind() -> None:
    for index, kind in enumerate(catalogue().values()):
        shape = Shape(kind.least_m, STYLES[index % len(STYLES)], 1)
        PIECES[kind.name](shape)
        for mesh in shape.meshes:
            if mesh.slot.startswith("="):
                assert mesh.slot[1:] in materials(), (kind.name, mesh.slot)
            else:
                assert mesh.slot in kind.slots, (kind.name, mesh.slot)


def test_a_piece_faces_where_its_turn_says() -> None:
    assert turned(0) @ [0, 0, 1] == pytest.approx([0, 0, 1])
    assert turned(90) @ [0, 0, 1] == pytest.approx([1, 0, 0], abs=1e-12)


def test_triangles_are_seen_from_outside() -> None:
    shape = Shape((1, 1, 1), "modern")
    shape.box("a", (-1, 1), (-1, 1), (-1, 1))
    mesh = shape.meshes[0]
    a, b, c = (mesh.points_m[mesh.triangles[:, k]] for k in range(3))
    outward = (np.cross(b - a, c - a) * (a + b + c)).sum(1)
    assert (outward > 0).all()


def test_walls_are_as_large_as_asked_less_their_openings() -> None:
    parts = [part for part in build(plan()).parts if part.object.startswith("wall:")]
    foot = 3.0 + 0.54  # walls reach down to the lowest floor
    reveals = 0.2 * 2 * (0.9 + 2.1) + 0.2 * 2 * (2.0 + 1.4)
    assert area(parts) == pytest.approx(28 * foot - 0.9 * 2.1 - 2.0 * 1.4 + reveals, rel=1e-5)


def test_the_floor_leaves_the_pit_out() -> None:
    parts = build(plan()).parts
    assert area([part for part in parts if part.object == "floor"]) == pytest.approx(48 - 6, rel=1e-6)
    pit = np.concatenate([part.points_m for part in parts if part.object == "level:pit"])
    assert pit[:, 1].min() == pytest.approx(-0.54)
    assert pit[:, 1].max() <= 0.0


def test_the_same_plan_is_the_same_set() -> None:
    one, two = build(plan()), build(plan())
    assert len(one.parts) == len(two.parts)
    for a, b in zip(one.parts, two.parts, strict=True):
        assert a.points_m.tobytes() == b.points_m.tobytes()
        assert a.uv.tobytes() == b.uv.tobytes()


def test_every_style_has_a_material_for_every_class() -> None:
    assert set(defaults()) == set(STYLES)
    for row in defaults().values():
        assert set(row) == set(get_args(MaterialClass))
        for of, name in row.items():
            assert material(name).of == of
    for one in materials().values():
        assert not one.pattern or one.pattern in textures.PAINTERS, one.name


def test_a_material_can_have_another_colour_and_a_wrong_one_is_named() -> None:
    assert material("white_plaster:#C8B9A6").srgb == "#c8b9a6"
    with pytest.raises(BadBrief, match="walnut"):
        material("wallnut")
    with pytest.raises(BadBrief, match="rrggbb"):
        material("oak:brown")


@pytest.mark.parametrize("pattern", ["plaster", "timber", "weave", "terrazzo", "brick"])
def test_tiles_have_no_seam_and_keep_their_colour(pattern: str) -> None:
    tile = textures.PAINTERS[pattern](np.random.default_rng(1))
    for axis in (0, 1):
        steps = np.abs(np.diff(tile.tint, axis=axis)).mean()
        seam = np.abs(np.take(tile.tint, 0, axis) - np.take(tile.tint, -1, axis)).mean()
        assert seam < 3 * steps + 0.02
    assert 0.7 < tile.tint.mean() < 1.35


@pytest.mark.parametrize("pattern", ["books", "persian", "checker_tile"])
def test_a_materials_colour_is_its_mean(pattern: str) -> None:
    assert surfaces.texture(pattern).tint.mean((0, 1), dtype=float) == pytest.approx(np.ones(3), rel=1e-3)


def test_no_relief_is_steeper_than_a_bent_normal_can_show() -> None:
    assert surfaces.steepness("pile") > surfaces.STEEPEST  # as it is
    relief = surfaces.bsdf("rust_carpet")["bsdf"]["arbitrary"]
    height = np.array(relief["bitmap"]).reshape(surfaces.texture("pile").height_m.shape)
    pile = surfaces.texture("pile")
    slope = np.diff(height, axis=1)[:-1] * height.shape[1] / pile.tile_m[0]
    rise = np.diff(height, axis=0)[:, :-1] * height.shape[0] / pile.tile_m[1]
    assert np.sqrt((slope**2 + rise**2).mean()) == pytest.approx(surfaces.STEEPEST, rel=1e-3)


def test_points_that_coincide_share_a_normal_weighted_by_area() -> None:
    rng = np.random.default_rng(3)
    points, triangles = rng.normal(0, 1, (60, 3)), rng.integers(0, 60, (80, 3))
    points[30:45] = points[:15]  # a seam
    face = np.cross(
        points[triangles[:, 1]] - points[triangles[:, 0]], points[triangles[:, 2]] - points[triangles[:, 0]]
    )
    same = np.linalg.norm(points[:, None] - points[None], axis=-1) < 1e-9
    total = np.zeros((60, 3))
    for corner in range(3):
        np.add.at(total, triangles[:, corner], face)
    total = same @ total
    used = np.linalg.norm(total, axis=1) > 1e-9
    wanted = np.where(used[:, None], total / np.linalg.norm(total, axis=1, keepdims=True).clip(1e-12), (0, 1, 0))
    assert facets.smooth_normals(points, triangles) == pytest.approx(wanted, abs=1e-9)


def test_triangles_that_have_closed_up_go() -> None:
    points = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [2, 0, 0]], float)
    assert facets.open_triangles(points, np.array([[0, 1, 2], [0, 1, 3], [1, 1, 2]])).tolist() == [[0, 1, 2]]


@pytest.mark.parametrize("closed", [False, True])
def test_a_tube_is_as_thick_as_asked_all_along_and_does_not_twist(closed: bool) -> None:
    turn = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    line = np.stack([np.cos(turn), 0.2 * np.sin(2 * turn), np.sin(turn)], -1)
    shape = Shape((3, 3, 3), "modern")
    forms.tube(shape, "a", line, 0.05, sides=16, closed=closed)
    (mesh,) = shape.meshes
    rings = len(line) + closed
    wall = mesh.points_m[: rings * 17].reshape(rings, 17, 3)
    middle = np.concatenate([line, line[:1]]) if closed else line
    assert np.linalg.norm(wall - middle[:, None], axis=-1) == pytest.approx(0.05)
    step = np.linalg.norm(np.diff(wall, axis=0), axis=-1)
    assert step.max() < 2.2 * np.linalg.norm(line[1] - line[0])
    outward = ((wall - middle[:, None]) * mesh.normals[: rings * 17].reshape(rings, 17, 3)).sum(-1)
    assert outward[2:-2].min() > 0.04
    assert len(mesh.points_m) == rings * 17 + (0 if closed else 2 * 18)


def test_a_wall_of_screens_shows_pictures_and_is_dark_when_it_is_off() -> None:
    kind = catalogue()["video_wall"]
    wall = Piece(id="a", kind="video_wall", style="modern", size_m=kind.size_m, at_m=(0, 0))
    assert kind.light is not None
    lit = [part for part in build_piece(wall)[0] if part.lumen]
    assert sum(part.lumen for part in lit) == pytest.approx(kind.light.lumen)
    for part in lit:
        assert (part.uv.min(), part.uv.max()) == (0, 1)
        shown = surfaces.shown(part.material)
        assert shown is not None
        assert (shown @ daylight.LUMA).mean() == pytest.approx(1, rel=1e-5)
        assert shown.std() > 0.5
    assert not any(part.lumen for part in build_piece(wall.model_copy(update={"lit": False}))[0])


@pytest.mark.parametrize("style", ["modern", "industrial"])
def test_loose_cushions_lie_on_what_is_behind_them(style: str) -> None:
    sofa = Piece(id="a", kind="sofa", style=style, size_m=(2.2, 0.95, 0.8), at_m=(0, 0))
    parts = build_piece(sofa)[0]
    seat = next(part for part in parts if len(part.points_m) == max(len(one.points_m) for one in parts))
    loose = [
        part for part in parts if part.material.endswith(("velvet", "boucle", "linen", "wool")) and part is not seat
    ]
    loose = [part for part in loose if np.ptp(part.points_m[:, 1]) > 0.2]
    assert loose
    solid = Scene(seat.points_m, seat.triangles, None)
    for part in loose:
        points = np.ascontiguousarray(part.points_m[part.normals[:, 2] < -0.5])  # its back
        behind, _, far = solid.meets(
            points + np.float32([0, 0, 0.3]), np.tile(np.float32([0, 0, -1]), (len(points), 1))
        )
        deep = np.where(behind, 0.3 - far, 0)
        assert np.percentile(deep, 90) < 0.06, "it sinks into the back"
        assert np.percentile(deep, 90) > -0.12, "it leans on nothing"


@pytest.mark.parametrize("style", STYLES)
def test_pictures_of_a_room_differ_and_a_map_is_a_map(style: str) -> None:
    def shown(kind: str, number: int) -> str:
        size = catalogue()[kind].size_m
        parts, _ = build_piece(Piece(id=f"{kind}-{number}", kind=kind, style=style, size_m=size, at_m=(0, 0)))
        (name,) = {part.material for part in parts if material(part.material).pattern in PICTURES}
        return name

    assert len({shown("painting", number) for number in range(1, 4)}) == 3
    assert shown("wall_map", 2) == "map"
