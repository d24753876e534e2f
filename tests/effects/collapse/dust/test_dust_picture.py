"""Laws of light in dust: Beer-Lambert, no light from nowhere, what is behind is behind, none is none."""

from __future__ import annotations

import numpy as np
import pytest

from secondunit.effects.collapse.dust.grid import DustGrid
from secondunit.effects.collapse.dust.lighting import EXTINCTION_M2_PER_KG, DustFrame
from secondunit.effects.collapse.dust.picture import Surfaces, picture
from secondunit.effects.collapse.settings import DustLook
from secondunit.scene.camera import look_at
from secondunit.scene.light import Light

GRID = DustGrid((-12.0, 0.0, -12.0), 0.75, (32, 24, 32))
SIZE = (60, 80)
DAY = Light((0.8, 0.6, 0.0), (3.0, 2.8, 2.4), (0.8, 1.0, 1.3), (0.3, 0.3, 0.3), 1.0)
PLAIN = DustLook(detail=0.0)


def frame(density=0.0, box=(slice(8, 24), slice(0, 12), slice(8, 24)), solid=None, settled=0.0):
    dust = np.zeros(GRID.dims, np.float32)
    dust[box] = density
    coordinates = np.zeros((2, *(n // 2 for n in GRID.dims), 3), np.float32)
    return DustFrame(
        dust,
        np.full((GRID.dims[0], GRID.dims[2]), settled, np.float32),
        np.zeros(GRID.dims, np.float32) if solid is None else solid,
        coordinates,
        np.array([0.25, 0.75], np.float32),
    )


def camera(position=(0.0, 5.0, 40.0), target=(0.0, 4.0, 0.0)):
    return look_at(position, target, focal_px=110, width_px=SIZE[1], height_px=SIZE[0])


def surfaces(depth, settles=0.0, size=SIZE, normal=(0.0, 1.0, 0.0), far=0.0):
    return Surfaces(
        *(
            np.broadcast_to(np.float32(one), shape).copy()
            for one, shape in ((depth, size), (normal, (*size, 3)), (settles, size), (far, size))
        )
    )


def shoot(dust, depth=1000.0, light=DAY, look=PLAIN, settles=0.0, view=None, far=0.0):
    return picture(GRID, dust, view or camera(), light, look, surfaces(depth, settles, far=far))


def post(far):
    """A post of the hold-out in the middle of the picture, ``far`` m off."""
    depth = np.zeros(SIZE, np.float32)
    depth[10:50, 36:45] = far
    return depth


def test_no_dust_is_exactly_nothing():
    layers = shoot(frame(0.0), settles=1.0)
    assert not layers.dust.any()
    assert (layers.dust_shadow == 1).all()
    assert not layers.settle.any()


def test_no_density_in_the_look_is_exactly_nothing():
    layers = shoot(frame(0.15), look=DustLook(density=0))
    assert not layers.dust.any()
    assert (layers.dust_shadow == 1).all()


def test_a_slab_covers_by_beer_and_lambert():
    """12 m of even dust seen straight on; the sides fade within a voxel, so the way is known to a voxel."""
    for density in (0.0007, 0.0027):
        layers = shoot(frame(density), view=camera((0.0, 4.0, 60.0)))
        cover = 1 - np.exp(-EXTINCTION_M2_PER_KG * density * 12.0)
        assert layers.dust[28:32, 38:42, 3].astype(float).mean() == pytest.approx(cover, rel=0.06)


def test_thick_dust_hides_what_is_behind_and_a_wall_in_front_hides_the_dust():
    thick = shoot(frame(0.4))
    assert thick.dust[30, 40, 3] > 0.99
    assert not shoot(frame(0.4), depth=20.0).dust.any()


def test_only_dust_before_the_surface_counts():
    half, full = shoot(frame(0.0027), depth=40.0), shoot(frame(0.0027))
    through = [1 - layers.dust[30, 40, 3].astype(float) for layers in (half, full)]
    assert through[0] ** 2 == pytest.approx(through[1], rel=0.06)


def test_an_edge_of_a_solid_has_no_halo():
    """Left half of the picture is a wall in front of the dust: there is none of it, up to the very edge."""
    depth = np.full(SIZE, 1000.0)
    depth[:, :41] = 20.0
    layers = shoot(frame(0.15), depth=depth)
    assert not layers.dust[:, :41].any()
    assert layers.dust[30, 41, 3] > 0.98


def test_what_is_nearer_than_all_dust_is_not_veiled_by_a_single_bit():
    without, before = shoot(frame(0.01)), shoot(frame(0.01), far=post(25.0))
    assert not before.dust_front.any()
    assert before.dust.tobytes() == without.dust.tobytes()


def test_what_is_behind_all_dust_is_veiled_as_the_background_is():
    without, behind = shoot(frame(0.01)), shoot(frame(0.01), far=post(60.0))
    there = post(1.0) > 0
    assert without.dust[there][:, 3].max() > 0.5
    np.testing.assert_allclose(behind.dust_front[there].astype(float), without.dust[there].astype(float), atol=2e-3)
    assert not behind.dust_front[~there].any()
    assert behind.dust[~there].tobytes() == without.dust[~there].tobytes()


@pytest.mark.parametrize("density", [0.0027, 0.01, 0.4])
def test_dust_before_and_behind_a_thing_are_together_all_the_dust(density):
    without, split = shoot(frame(density)), shoot(frame(density), far=post(40.0))
    front, back = split.dust_front.astype(float), split.dust.astype(float)
    together = front + (1 - front[..., 3:]) * back
    np.testing.assert_allclose(together, without.dust.astype(float), atol=2e-3)
    there = front[..., 3] > 0
    assert there.any()
    assert (front[there][:, 3] < 1).all() or density > 0.1


def test_a_thing_halfway_is_veiled_by_half_of_the_dust():
    whole, split = shoot(frame(0.0027)), shoot(frame(0.0027), far=post(40.0))
    assert (1 - float(split.dust_front[30, 40, 3])) ** 2 == pytest.approx(1 - float(whole.dust[30, 40, 3]), rel=0.06)


def test_white_dust_in_a_white_room_adds_no_light():
    """Furnace: radiance 1 from everywhere, dust that takes none: nowhere brighter than 1."""
    room = Light((0.0, 1.0, 0.0), (0.0, 0.0, 0.0), (np.pi,) * 3, (np.pi,) * 3, 1.0)
    for density in (0.0015, 0.015, 0.3):
        dust = shoot(frame(density), light=room, look=DustLook(detail=1.0, albedo=(1.0, 1.0, 1.0))).dust.astype(float)
        assert (dust[..., :3] <= dust[..., 3:] * 1.002 + 1e-3).all()
    assert dust[25, 40, 0] > 0.6, "thick white dust is bright"


@pytest.mark.parametrize("elevation_deg", [35, 60, 90])
def test_thick_dust_in_the_sun_is_about_as_bright_as_a_wall_of_its_colour(elevation_deg):
    angle = np.radians(elevation_deg)
    sun = Light((float(np.cos(angle)), float(np.sin(angle)), 0.0), (1.0,) * 3, (0.0,) * 3, (0.0,) * 3, 1.0)
    above = camera((0.0, 60.0, 0.01), (0.0, 0.0, 0.0))
    got = []
    for colour in (0.3, 0.45, 0.6):
        layers = shoot(frame(0.027), light=sun, look=DustLook(detail=0, albedo=(colour,) * 3), view=above)
        wall = colour * np.sin(angle) / np.pi
        got.append(layers.dust[30, 40, 0] / wall)
    assert min(got) > 0.6
    assert max(got) < 1.5


def test_the_side_in_the_sun_is_brighter():
    dust = shoot(frame(0.07)).dust.astype(float)
    lit, dark = dust[25:35, 56:60, :3].mean(), dust[25:35, 20:24, :3].mean()
    assert dust[30, 58, 3] > 0.9
    assert dust[30, 22, 3] > 0.9
    assert lit > 1.4 * dark


def test_a_solid_throws_its_shadow_on_dust():
    solid = np.zeros(GRID.dims, np.float32)
    solid[26:28, :, :] = 1.0  # a wall between the sun and the dust
    open_, shut = shoot(frame(0.04)).dust, shoot(frame(0.04, solid=solid)).dust
    assert shut[30, 50, 0] < 0.7 * open_[30, 50, 0]


def test_dust_takes_light_from_the_ground_behind_it_from_the_sun():
    """Looking down; the sun comes from +x, so the ground at -x beside the cloud is in its shadow, at +x it is not."""
    above = camera((0.0, 80.0, 0.01), (0.0, 0.0, 0.0))
    factor = shoot(frame(0.15), depth=80.0, view=above).dust_shadow.astype(float)
    at = {name: above.project([x, 0.0, 0.0])[0].astype(int) for name, x in (("dark", -9.0), ("lit", 9.0))}
    dark, lit = (factor[y, x].mean() for x, y in at.values())
    assert dark < 0.6
    assert lit > 0.85
    assert factor.max() <= 1.0
    assert factor.min() >= 0.0


def test_what_faces_away_from_the_sun_only_loses_sky():
    above = camera((0.0, 80.0, 0.01), (0.0, 0.0, 0.0))
    x, y = above.project([-9.0, 0.0, 0.0])[0].astype(int)
    factors = []
    for normal in ((0.0, 1.0, 0.0), (-1.0, 0.0, 0.0)):
        layers = picture(GRID, frame(0.15), above, DAY, PLAIN, surfaces(80.0, normal=normal))
        factors.append(float(layers.dust_shadow[y, x].mean()))
    assert factors[1] > factors[0] + 0.1


def test_settled_dust_lies_where_the_ground_is():
    above = camera((0.0, 80.0, 0.01), (0.0, 0.0, 0.0))
    settles = np.zeros(SIZE, np.float32)
    settles[:, 40:] = 1.0
    dust = frame(0.0, settled=0.05)
    layers = picture(GRID, dust, above, DAY, PLAIN, surfaces(80.0, settles))
    assert not layers.settle[:, :40].any()
    cover = 1 - np.exp(-EXTINCTION_M2_PER_KG / 2 * 0.05)
    assert layers.settle[30, 44, 3] == pytest.approx(cover, rel=0.01)
    full = np.asarray(DAY.sun) * DAY.to_sun[1] + np.asarray(DAY.sky)
    colour = np.asarray(PLAIN.albedo) * full / np.pi
    assert layers.settle[30, 44, :3] == pytest.approx(cover * colour, rel=0.01)


def test_a_camera_in_the_dust_sees_only_dust():
    inside = camera((0.0, 3.0, 0.0), (0.0, 3.0, -10.0))
    assert shoot(frame(0.3), view=inside).dust[..., 3].min() > 0.98


@pytest.mark.parametrize("size", [(59, 81), (1, 1), (2, 3)])
def test_any_size_of_picture(size):
    view = look_at((0.0, 5.0, 40.0), (0.0, 4.0, 0.0), focal_px=100, width_px=size[1], height_px=size[0])
    layers = picture(GRID, frame(0.15), view, DAY, DustLook(), surfaces(np.inf, 0.0, size))
    assert layers.dust.shape == (*size, 4)
    assert np.isfinite(layers.dust.astype(float)).all()
