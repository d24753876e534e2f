from __future__ import annotations

import functools
from dataclasses import fields
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from shapely import Polygon

from secondunit.effects.collapse import voronoi
from secondunit.effects.collapse.bonds import LOOSE_PA, SCATTER
from secondunit.effects.collapse.build import BuildStage, build
from secondunit.effects.collapse.contacts import LEAST_M2, contacts
from secondunit.effects.collapse.fracture import FractureStage, fracture
from secondunit.effects.collapse.masses import mass_properties
from secondunit.effects.collapse.materials import MATERIALS
from secondunit.effects.collapse.polyhedron import Polyhedron
from secondunit.effects.collapse.proxy import Piece, Proxy, fan
from secondunit.effects.collapse.seeds import Grading, sow
from secondunit.effects.collapse.settings import Building, CollapseSettings, Fracture
from secondunit.effects.collapse.shards import GROUND, Material, Part, Shards, Surface
from secondunit.errors import BadBrief

NAMES = pytest.mark.parametrize("name", ["corner", "skew", "left", "gable", "three", "ragged"])
AT, REACH = (0.15, 0.0), 0.3


def prism(corners, thickness=1.0, lift=0.0):  # type: ignore[no-untyped-def]
    plan = np.array([(x, lift + thickness, z) for x, z in corners])
    n = len(corners)
    surfaces = (Surface.OUTER, Surface.INNER, (Surface.OUTER,) * n)
    return Polyhedron.prism(plan, plan - [0.0, thickness, 0.0], surfaces)


def block(sizes=(2.0, 1.0, 0.4), lift=0.0, part=Part.WALL, material=Material.BRICK):  # type: ignore[no-untyped-def]
    x, y, z = sizes
    return Piece(prism([(0, 0), (0, z), (x, z), (x, 0)], y, lift), material, part)


def measured(shape):  # type: ignore[no-untyped-def]
    triangles = shape.vertices[fan(shape.faces)]
    volume, centre, inertia = mass_properties(triangles, np.array([0, len(triangles)]))
    return volume[0], centre[0], inertia[0]


def cut(pieces, target, seed=1):  # type: ignore[no-untyped-def]
    random = np.random.Generator(np.random.PCG64(seed))
    grading = Grading.random(np.zeros(3), 3.0, 2.0, random)
    return voronoi.cut(pieces, sow(pieces, grading, target, random))


@pytest.fixture(scope="module")
def proxy(buildings):  # type: ignore[no-untyped-def]
    return functools.cache(lambda name, shards=1200: build(buildings.all[name](), Building(), shards, 7))


@pytest.fixture(scope="module")
def broken(proxy):  # type: ignore[no-untyped-def]
    return functools.cache(lambda name, shards=1200: fracture(proxy(name), Fracture(shards=shards), AT, REACH, 11))


@NAMES
def test_volume_is_conserved_in_every_piece(name, proxy):
    pieces = proxy(name).pieces
    cells = cut(pieces, 1200)
    triangles, face = cells.triangles()
    start = np.searchsorted(cells.cell[face], np.arange(len(cells.piece) + 1))
    volume = np.bincount(cells.piece, mass_properties(cells.vertices[triangles], start)[0])
    assert volume == pytest.approx([piece.shape.volume for piece in pieces], rel=1e-3)
    assert volume.sum() == pytest.approx(sum(piece.shape.volume for piece in pieces), rel=1e-6)


@NAMES
def test_shards_are_convex_and_closed(name, broken):
    shards = broken(name)
    for k in range(len(shards)):
        own = slice(shards.vertex_start[k], shards.vertex_start[k + 1])
        triangles = shards.triangles[shards.triangle_start[k] : shards.triangle_start[k + 1]]
        assert triangles.min() == own.start
        assert triangles.max() == own.stop - 1
        edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
        assert len(np.unique(edges, axis=0)) == len(edges)
        assert {tuple(e) for e in edges.tolist()} == {(b, a) for a, b in edges.tolist()}
        assert own.stop - own.start - len(edges) // 2 + len(triangles) == 2  # Euler
        corner = shards.vertices[triangles]
        normal = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
        area = np.linalg.norm(normal, axis=1)
        real = area > 1e-7
        normal = normal[real] / area[real, None]
        height = np.einsum("tj,tvj->tv", normal, shards.vertices[own][None] - corner[real][:, :1])
        assert height.max() < 1e-6
    assert (shards.volume > 0).all()


def test_every_point_of_a_piece_lies_in_exactly_one_shard():
    piece = block((3.0, 2.0, 0.5))
    cells = cut((piece,), 60)
    points = np.random.Generator(np.random.PCG64(2)).uniform((0, 0, 0), (3.0, 2.0, 0.5), (4000, 3))
    inside = np.ones((len(cells.piece), len(points)), bool)
    for f, owner in enumerate(cells.cell):
        inside[owner] &= (points - cells.centre[f]) @ cells.normal[f] < 0
    assert (inside.sum(axis=0) == 1).mean() > 0.999  # a point may fall on a cut
    assert inside.sum(axis=0).max() == 1


def test_both_sides_of_a_cut_are_the_same_face():
    cells = cut((block(), block((2.0, 1.0, 0.4), 1.0)), 80)
    pair = {}
    for f in np.flatnonzero(cells.neighbour >= 0):
        pair.setdefault((cells.cell[f], cells.neighbour[f]), (cells.area[f], cells.normal[f]))
    for (a, b), (area, normal) in pair.items():
        if area > 1e-6:
            assert pair[b, a][0] == pytest.approx(area, rel=1e-6, abs=1e-9)
            assert pair[b, a][1] == pytest.approx(-normal, abs=1e-6)


@pytest.mark.parametrize("count", [500, 1200, 3000])
def test_the_wanted_number_is_cut(count, broken):
    assert len(broken("skew", count)) == pytest.approx(count, rel=0.12)


@NAMES
def test_every_shard_hangs_on_the_ground(name, broken):
    shards = broken(name)
    ends = np.where(shards.bond_ends == GROUND, len(shards), shards.bond_ends)
    graph = coo_matrix((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(len(shards) + 1,) * 2)
    assert connected_components(graph, directed=False)[0] == 1


@NAMES
def test_bonds_lie_between_their_shards_and_point_from_first_to_second(name, broken):
    shards = broken(name)
    a, b = shards.bond_ends.T
    assert (a >= 0).all()
    assert (a != b).all()
    assert (shards.bond_area > 0).all()
    assert np.linalg.norm(shards.bond_normal, axis=1) == pytest.approx(1.0, abs=1e-9)
    between = b != GROUND
    way = shards.centroid[b[between]] - shards.centroid[a[between]]
    assert np.einsum("ij,ij->i", way, shards.bond_normal[between]).min() > -1e-9
    assert shards.bond_normal[~between] == pytest.approx(np.tile([0.0, -1.0, 0.0], ((~between).sum(), 1)), abs=1e-6)
    assert shards.bond_centre[~between][:, 1] == pytest.approx(0.0, abs=1e-6)


def test_a_wall_on_a_floor_is_joined_over_its_whole_foot():
    """However both are cut, bonds across the joint and to the ground add up to the areas in contact."""
    floor, wall = block((4.0, 0.3, 3.0), 0.0, Part.SLAB, Material.CONCRETE), block((2.0, 1.0, 0.4), 0.3)
    proxy = Proxy((floor, wall), np.array([0.0, 4.0]), np.array([[0.0, 0, 0], [4.0, 0, 0], [0, 4.0, 0]]))
    shards = fracture(proxy, Fracture(shards=500), AT, REACH, 3)
    a, b = shards.bond_ends.T
    ground = b == GROUND
    assert shards.bond_area[ground].sum() == pytest.approx(12.0, rel=1e-3)
    joint = ~ground & (shards.part[a] != shards.part[b])
    assert shards.bond_area[joint].sum() == pytest.approx(0.8, rel=1e-3)
    steel = shards.bond_rebar > 0
    assert (shards.material[a[steel]] == Material.CONCRETE).all()
    assert steel[~ground & ~joint & (shards.part[a] == Part.SLAB)].mean() == pytest.approx(0.6, abs=0.08)


def test_contact_area_is_that_of_the_polygons_intersection():
    random = np.random.Generator(np.random.PCG64(4))
    for _ in range(40):
        loops = [Polygon(random.uniform(0, 1, (7, 2))).convex_hull for _ in range(2)]
        plane = [np.array(loop.exterior.coords)[:-1] for loop in loops]
        plane[1] = plane[1][::-1]  # seen from the other side
        points = [np.column_stack([one[:, 0], np.zeros(len(one)), -one[:, 1]]) for one in plane]
        vertices = np.concatenate(points)
        start = np.array([0, len(points[0]), len(vertices)])
        normal = np.array([[0.0, 1.0, 0.0], [0.0, -1.0, 0.0]]) * (1 if loops[0].exterior.is_ccw else -1)
        box_of_each = (np.array([fn(one, axis=0) for one in points]) for fn in (np.min, np.max))
        loop, pairs, first = np.arange(len(vertices)), np.array([[0, 1]]), np.array([0, 1, 2])
        count, _, values = contacts(vertices, loop, start, *box_of_each, normal, pairs, first, 4)
        wanted = loops[0].intersection(loops[1])
        assert count == (wanted.area > LEAST_M2)
        if count:
            assert values[0] == pytest.approx([wanted.area, wanted.centroid.x, 0.0, -wanted.centroid.y], abs=1e-9)


def test_shards_are_finer_where_the_failure_starts(buildings, proxy):
    def lengths(at):  # type: ignore[no-untyped-def]
        shards = fracture(proxy("corner"), Fracture(shards=3000, finer_near_failure=4), at, 0.2, 5)
        wall = (shards.part == Part.WALL) & (shards.centroid[:, 2] > -0.4)
        near = wall & (shards.centroid[:, 0] < 3.0) & (shards.centroid[:, 1] < 3.0)
        return np.cbrt(shards.volume[near].mean())

    assert lengths((0.1, 0.05)) < 0.75 * lengths((0.9, 0.9))


def test_sizes_differ_as_rubble_does_and_no_stone_stays_long_and_thin(broken):
    shards = broken("corner", 3000)
    stone = np.isin(shards.material, [Material.BRICK, Material.CONCRETE])
    share = np.sort(shards.volume[stone])[::-1].cumsum() / shards.volume[stone].sum()
    assert share[len(share) // 5] > 0.35  # the largest fifth holds more than a third, as equal ones would not
    spread = np.array([np.linalg.eigvalsh(one) for one in shards.inertia[stone]]) / shards.volume[stone, None]
    second = (spread.sum(axis=1)[:, None] / 2 - spread) * 12.0  # squared sides of the box of equal inertia
    sides = np.sqrt(np.sort(second, axis=1))
    assert np.quantile(sides[:, 2] / sides[:, 1], 0.98) < 4.0
    floor = stone & (shards.part == Part.SLAB)
    assert np.quantile(np.sqrt(shards.volume[floor] / 0.22), 0.95) < 1.8


def test_strengths_are_the_weaker_materials_and_fixings_are_weak(broken):
    shards = broken("corner")
    a, b = shards.bond_ends.T
    b = np.where(b == GROUND, a, b)
    weaker = np.minimum(*(np.array([m.tension_pa for m in MATERIALS])[shards.material[end]] for end in (a, b)))
    most = np.exp(6 * SCATTER)
    assert (shards.bond_tension < weaker * most).all()
    assert (shards.bond_compression > shards.bond_tension * 0.9).all()
    loose = (shards.part[a] == Part.GLASS) != (shards.part[b] == Part.GLASS)
    assert shards.bond_tension[loose].max() < LOOSE_PA[Part.GLASS][0] * most


def test_same_seed_same_shards_bit_for_bit(proxy):
    one, other, different = (fracture(proxy("skew"), Fracture(shards=900), AT, REACH, seed) for seed in (9, 9, 10))
    assert all(np.array_equal(getattr(one, f.name), getattr(other, f.name)) for f in fields(Shards))
    assert not np.array_equal(one.centroid, different.centroid)


def test_fewer_shards_than_pieces_are_refused(proxy):
    pieces = tuple(block((0.1, 0.1, 0.1), 0.1 * k) for k in range(600))
    tower = Proxy(pieces, np.array([0.0, 4.0]), np.array([[0.0, 0, 0], [4.0, 0, 0], [0, 4.0, 0]]))
    with pytest.raises(BadBrief, match="at least 600"):
        fracture(tower, Fracture(shards=500), AT, REACH, 1)


def test_mass_properties_of_box_and_tetrahedron_are_exact():
    x, y, z = 2.0, 3.0, 0.5
    volume, centre, inertia = measured(block((x, y, z), 10.0).shape)
    assert volume == pytest.approx(x * y * z)
    assert centre == pytest.approx([x / 2, 10.0 + y / 2, z / 2])
    wanted = volume / 12 * np.diag([y * y + z * z, x * x + z * z, x * x + y * y])
    assert inertia == pytest.approx(wanted, abs=1e-9)
    corners = np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]])
    tetrahedron = Polyhedron(corners + 5.0, ((0, 2, 1), (0, 1, 3), (0, 3, 2), (1, 2, 3)), (Surface.INNER,) * 4)
    volume, centre, inertia = measured(tetrahedron)
    assert volume == pytest.approx(1 / 6)
    assert centre == pytest.approx([5.25] * 3)
    assert inertia == pytest.approx(np.full((3, 3), 1 / 480) + np.eye(3) * (3 / 240 - 1 / 480), abs=1e-12)


def test_inertia_turns_with_the_body():
    turn = np.linalg.qr(np.random.Generator(np.random.PCG64(8)).normal(size=(3, 3)))[0]
    turn *= np.sign(np.linalg.det(turn))
    shape = block().shape
    turned = Polyhedron(shape.vertices @ turn.T + [3.0, -2.0, 7.0], shape.faces, shape.surfaces)
    assert measured(turned)[2] == pytest.approx(turn @ measured(shape)[2] @ turn.T, abs=1e-12)


def test_stages_leave_what_the_next_ones_and_the_artist_need(tmp_path, buildings):
    for stage in ("survey", "build", "fracture"):
        (tmp_path / stage).mkdir()
    buildings.all["corner"]().save(tmp_path / "survey" / "survey.json")
    settings = CollapseSettings(fracture=Fracture(shards=600))
    for stage in (BuildStage(), FractureStage()):
        context = SimpleNamespace(
            out=tmp_path / stage.name,
            inputs={name: tmp_path / name for name in stage.needs},
            settings=settings,
            seed=3,
            progress=lambda done, total, what="": None,
        )
        stage.run(context)
    assert len(Shards.load(tmp_path / "fracture" / "shards.npz")) == pytest.approx(600, rel=0.12)
    for made in ("build/proxy.glb", "build/build.png", "fracture/fracture.png"):
        assert (tmp_path / made).stat().st_size > 1000
