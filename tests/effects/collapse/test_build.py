from __future__ import annotations

import functools

import numpy as np
import pytest
from embreex import rtcore_scene
from embreex.mesh_construction import TriangleMesh
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, box, contains_xy, union_all

from secondunit.effects.collapse.build import build, floor_levels
from secondunit.effects.collapse.cracks import cracked
from secondunit.effects.collapse.footprint import inset, plan
from secondunit.effects.collapse.proxy import Proxy, fan
from secondunit.effects.collapse.settings import Building
from secondunit.effects.collapse.shards import Material, Part, Surface
from secondunit.effects.collapse.walls_plane import convex_parts, partition
from secondunit.errors import BrokenStore, CannotSolve
from secondunit.plate.survey import Opening

SURVEYS = pytest.mark.parametrize("name", ["corner", "skew", "left", "gable", "three", "ragged"])


@pytest.fixture(scope="module")
def built(buildings):  # type: ignore[no-untyped-def]
    @functools.cache
    def make(name: str, **given: object) -> Proxy:
        return build(buildings.all[name](), Building(**given), 1500, 7)

    return make


def inside(shape, points, margin=1e-6):  # type: ignore[no-untyped-def]
    result = np.ones(len(points), bool)
    for f, face in enumerate(shape.faces):
        result &= (points - shape.vertices[face[0]]) @ shape.normal(f) < -margin
    return result


@SURVEYS
def test_pieces_are_convex_closed_and_have_volume(name, built):
    for piece in built(name).pieces:
        shape = piece.shape
        assert shape.volume > 1e-6
        for f, face in enumerate(shape.faces):
            assert ((shape.vertices - shape.vertices[face[0]]) @ shape.normal(f)).max() < 1e-6
        edges = [(face[k - 1], face[k]) for face in shape.faces for k in range(len(face))]
        assert sorted(edges) == sorted((b, a) for a, b in edges)


@SURVEYS
def test_pieces_do_not_overlap(name, built):
    for given_wall in ("brick", "concrete"):
        pieces = built(name, wall=given_wall).pieces
        low = np.array([piece.shape.vertices.min(axis=0) for piece in pieces])
        high = np.array([piece.shape.vertices.max(axis=0) for piece in pieces])
        random = np.random.Generator(np.random.PCG64(3))
        for k, piece in enumerate(pieces):
            near = np.flatnonzero(((low < high[k] - 1e-6) & (high > low[k] + 1e-6)).all(axis=1))
            shares = random.dirichlet(np.ones(len(piece.shape.vertices)), 40)
            points = shares @ piece.shape.vertices
            for other in near[near != k]:
                assert not inside(pieces[other].shape, points).any(), (piece, pieces[other])


@SURVEYS
def test_plate_faces_cover_the_outline_of_every_visible_facade(name, built, buildings):
    """A ray at any point of the outline, straight at the facade, meets a face that carries the plate, in its plane."""
    shown = buildings.all[name]()
    proxy = built(name)
    shapes = [piece.shape for piece in proxy.pieces]
    soup = np.concatenate([shape.vertices[fan(shape.faces)] for shape in shapes])
    surface = np.array(
        [shape.surfaces[f] for shape in shapes for f, face in enumerate(shape.faces) for _ in range(len(face) - 2)]
    )
    scene = rtcore_scene.EmbreeScene()
    TriangleMesh(scene, soup.astype(np.float32))
    random = np.random.Generator(np.random.PCG64(5))
    for one in shown.facades:
        outline = Polygon(one.wall_m)
        left, bottom, right, top = outline.buffer(-0.005).bounds
        s, t = random.uniform(left, right, 20000), random.uniform(max(bottom, 0.005), top, 20000)
        within = contains_xy(outline.buffer(-0.005), s, t)
        within &= (s > 0.5) | ((name, one.name) != ("ragged", "side"))  # the front's cornice is in the way
        start = one.to_world(s[within], t[within], -1.0).astype(np.float32)
        ways = np.broadcast_to(-one.normal, start.shape).astype(np.float32)
        found = scene.run(start, ways, query="DISTANCE")
        hit = scene.run(start, ways)
        assert (hit >= 0).all()
        assert (surface[hit] == Surface.PLATE).all()
        assert np.abs(found - 1.0).max() < 1e-4


def test_openings_are_filled_with_glass_and_hidden_walls_do_not_carry_the_plate(buildings):
    proxy = build(buildings.all["corner"](), Building(), 3000, 1)
    seen = [piece for piece in proxy.pieces if piece.part == Part.GLASS and piece.seen]
    assert len(seen) == sum(len(one.openings) for one in buildings.all["corner"]().facades)
    assert all(piece.material == Material.GLASS and Surface.PLATE in piece.shape.surfaces for piece in seen)
    assert not any(
        Surface.PLATE in piece.shape.surfaces for piece in proxy.pieces if piece.part == Part.WALL and not piece.seen
    )


def test_plan_of_one_facade_is_as_deep_as_the_survey_says(buildings):
    edges = plan(buildings.all["gable"]())
    assert [edge.width_m for edge in edges] == pytest.approx([9.0, 9.0, 9.0, 9.0])
    inner = inset(edges, 0.4)
    assert np.linalg.norm(inner[1] - inner[0]) == pytest.approx(9.0 - 0.8)


@SURVEYS
def test_plan_goes_round_once_with_outward_normals(name, buildings):
    edges = plan(buildings.all[name]())
    middle = np.mean([edge.start for edge in edges], axis=0)
    for k, edge in enumerate(edges):
        assert edge.end == pytest.approx(edges[(k + 1) % 4].start)
        assert (edge.start - middle) @ edge.normal > 0


def test_facades_that_do_not_join_are_refused(buildings):
    with pytest.raises(CannotSolve, match="shares no upright edge"):
        plan(
            buildings.survey(
                buildings.facade("front", (0.0, 0.0), 0.0, 12.0), buildings.facade("side", (15.0, 0.0), 90.0, 8.0)
            )
        )
    with pytest.raises(CannotSolve, match="convex"):
        plan(
            buildings.survey(
                buildings.facade("front", (0.0, 0.0), 0.0, 12.0), buildings.facade("side", (12.0, 0.0), -60.0, 8.0)
            )
        )


def test_walls_without_room_between_them_are_refused(buildings):
    with pytest.raises(CannotSolve, match="no room"):
        build(buildings.all["corner"](), Building(wall_thickness_m=2.0), 1500, 1)


def test_floors_keep_clear_of_windows(buildings):
    shown = buildings.survey(buildings.facade("front", (0.0, 0.0), 0.0, 12.0, None, walls_at(2.6)))
    levels = floor_levels(shown, 13.0, 0.22)
    for level in levels[1:-1]:
        assert not any(o.bottom_m < level and o.top_m > level - 0.22 for o in shown.facades[0].openings)
    assert (np.diff(levels) > 1.5).all()


def walls_at(bottom_m):  # type: ignore[no-untyped-def]
    return [Opening(3.0, bottom_m + 3.25 * k, 5.0, bottom_m + 3.25 * k + 1.6) for k in range(3)]


TWENTIETHS = st.integers(0, 190), st.integers(0, 190), st.integers(4, 80), st.integers(4, 80)
RECTS = st.lists(
    st.tuples(*TWENTIETHS).map(
        lambda v: (v[0] / 20, v[1] / 20, min(v[0] + v[2], 200) / 20, min(v[1] + v[3], 200) / 20)
    ),
    max_size=9,
)


def apart(rects):  # type: ignore[no-untyped-def]
    found: list[tuple[float, float, float, float]] = []
    for rect in rects:
        if not any(box(*rect).distance(box(*other)) < 0.05 for other in found):
            found.append(rect)
    return tuple(found)


@settings(max_examples=60, deadline=None)
@given(RECTS)
def test_partition_tiles_the_wall_and_keeps_openings_apart_from_wall(rects):
    openings = apart(rects)
    parts = list(partition((0.0, 0.0, 10.0, 10.0), openings))
    assert sum(box(*rect).area for rect, _ in parts) == pytest.approx(100.0, abs=1e-4)
    glass = sum(box(*rect).area for rect, opening in parts if opening)
    assert glass == pytest.approx(sum(box(*one).area for one in openings), abs=1e-4)


@settings(max_examples=60, deadline=None)
@given(RECTS, st.integers(0, 100))
def test_cracked_parts_are_convex_and_tile_the_wall_around_its_openings(rects, seed):
    openings = apart(rects)
    outline = Polygon([(0, 0), (10, 0), (10, 10), (5, 13), (0, 10)])
    parts = [Polygon(part) for part in cracked(outline, openings, np.random.Generator(np.random.PCG64(seed)))]
    wall = outline.difference(union_all([box(*one) for one in openings]))
    assert union_all(parts).symmetric_difference(wall).area < 1e-3
    assert sum(part.area for part in parts) == pytest.approx(wall.area, abs=1e-3)
    assert all(part.convex_hull.area == pytest.approx(part.area, rel=1e-6) for part in parts)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0.3, 5.0), min_size=3, max_size=14), st.floats(0, 1))
def test_convex_parts_tile_a_star(radii, turn):
    angle = (np.arange(len(radii)) + turn) * 2 * np.pi / len(radii)
    star = Polygon(10 * np.stack([np.cos(angle), np.sin(angle)], axis=1) * np.array(radii)[:, None])
    if len(radii) < 5 or not star.is_valid:
        return
    parts = list(convex_parts(star))
    assert sum(Polygon(part).area for part in parts) == pytest.approx(star.area, abs=1e-3)
    for part in parts:
        assert Polygon(part).convex_hull.area == pytest.approx(Polygon(part).area, rel=1e-6)


def test_proxy_comes_back_from_disk_as_it_was(tmp_path, built):
    proxy = built("skew")
    proxy.save(tmp_path / "proxy.npz")
    again = Proxy.load(tmp_path / "proxy.npz")
    assert len(again.pieces) == len(proxy.pieces)
    for one, other in zip(proxy.pieces, again.pieces, strict=True):
        assert np.array_equal(one.shape.vertices, other.shape.vertices)
        assert (one.shape.faces, one.shape.surfaces) == (other.shape.faces, other.shape.surfaces)
        assert (one.material, one.part, one.seen) == (other.material, other.part, other.seen)


def test_a_damaged_proxy_is_refused(tmp_path, built):
    built("gable").save(tmp_path / "proxy.npz")
    whole = (tmp_path / "proxy.npz").read_bytes()
    (tmp_path / "half.npz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BrokenStore):
        Proxy.load(tmp_path / "half.npz")


def test_the_same_seed_builds_the_same(buildings):
    one, other = (build(buildings.all["left"](), Building(), 1500, 7) for _ in range(2))
    assert all(
        np.array_equal(a.shape.vertices, b.shape.vertices) for a, b in zip(one.pieces, other.pieces, strict=True)
    )
