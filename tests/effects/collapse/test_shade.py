import dataclasses

import numpy as np
import pytest

from secondunit.effects.collapse.settings import CollapseSettings, Look, Place
from secondunit.effects.collapse.shade.crease import Creases
from secondunit.effects.collapse.shade.stage import ShadeStage
from secondunit.records import read_arrays
from secondunit.scene.light import Light

from . import wall as toy

SETTINGS = CollapseSettings(look=Look(samples=4, haze=0))


def shaded(folder, motion, survey=None, shards=None, settings=SETTINGS, picture=None):
    survey, shards = survey or toy.wall_survey(), shards or toy.wall_shards()
    plate = toy.WallPlate(toy.wall_picture(survey)[0] if picture is None else picture)
    toy.prepared(folder, plate, survey, shards, motion, settings)
    ShadeStage().run(toy.context(folder, "shade", plate, settings))
    return [read_arrays(folder / "shade" / f"{frame}.npz") for frame in (1001, 1002, 1003)]


def gone(motion, block, shift, frame=1):
    """From ``frame`` on, a block is somewhere else."""
    position = motion.position.copy()
    position[frame:, block] += shift
    return dataclasses.replace(motion, position=position)


@pytest.fixture(scope="module")
def moved(tmp_path_factory):
    """The top right block hovers one metre to the right, at the same depth."""
    shards = toy.wall_shards()
    motion = gone(toy.still(shards), 8, (1.0, 0.0, 0.0))
    return shaded(tmp_path_factory.mktemp("moved"), motion)


def test_a_building_at_rest_is_the_plate(moved):
    first = moved[0]
    assert first["beauty"].max() == 0
    assert first["clean"].max() == 0
    assert (first["shadow"] == 1).all()


def test_only_what_moved_is_drawn_and_what_it_left_shows_the_clean_plate(moved):
    survey, frame = toy.wall_survey(), moved[1]
    inside, _ = survey.camera.project([[6.5, 5.0, 0.0], [4.5, 5.0, 0.0], [1.0, 1.0, 0.0]])
    (x, y), (left_x, left_y), (far_x, far_y) = np.floor(inside).astype(int)
    assert frame["beauty"][y, x, 3] == 1
    assert frame["clean"][left_y, left_x] == 1
    assert frame["beauty"][left_y, left_x, 3] == 0
    assert frame["beauty"][far_y, far_x, 3] == 0
    assert frame["clean"][far_y, far_x] == 0


def test_a_moved_block_carries_its_piece_of_the_plate(moved):
    """What is seen at the moved point has the plate's colour at its old place, in nearly the same light."""
    survey = toy.wall_survey()
    picture, _ = toy.wall_picture(survey)
    for u, v in ((4.6, 4.6), (5.0, 5.2), (5.5, 4.8)):
        (old_x, old_y), (new_x, new_y) = np.floor(survey.camera.project([[u, v, 0], [u + 1, v, 0]])[0]).astype(int)
        carried = moved[1]["beauty"][new_y, new_x, :3].astype(float)
        assert carried == pytest.approx(picture[old_y, old_x], rel=0.25)


def test_depth_normals_and_ids_are_those_of_the_block(moved):
    survey, frame = toy.wall_survey(), moved[1]
    pixel, depth = survey.camera.project([[6.5, 5.0, 0.0]])
    x, y = np.floor(pixel[0]).astype(int)
    assert frame["depth"][y, x] == pytest.approx(depth[0], rel=0.01)
    assert frame["normal"][y, x] == pytest.approx([0, 0, 1], abs=0.01)
    assert frame["crypto_id"][y, x, 0] == 8
    assert frame["crypto_part"][y, x, 0] == 1


def test_the_plates_own_surfaces_have_normals_too(moved):
    """What falls on them from the sun, and what dust takes of it, depends on how they face it."""
    for frame in moved:
        lies = frame["settles"] > 0
        assert lies.any()
        assert np.array_equal(frame["normal"][lies], np.broadcast_to(np.float16([0, 1, 0]), (lies.sum(), 3)))
        seen = np.isfinite(frame["depth"])
        assert np.linalg.norm(frame["normal"][seen].astype(float), axis=-1) == pytest.approx(1.0, abs=2e-3)


def test_a_block_in_the_air_casts_a_shadow_away_from_the_sun(tmp_path):
    shards = toy.wall_shards()
    motion = gone(toy.still(shards), 8, (1.0, 0.0, 6.0))
    frame = shaded(tmp_path, motion)[1]
    survey = toy.wall_survey()
    to_sun = np.asarray(survey.light.to_sun)
    corner = np.array([6.0, 5.0, 5.75])  # middle of the hovering block
    on_ground = corner - to_sun * corner[1] / to_sun[1]
    (x, y), (far_x, far_y) = np.floor(survey.camera.project([on_ground, [1.5, 0.0, 3.0]])[0]).astype(int)
    assert frame["shadow"][y, x].max() < 0.6
    assert frame["shadow"][far_y, far_x] == pytest.approx(1, abs=0.05)


def test_the_artist_decides_how_strong_shadows_are(tmp_path):
    motion = gone(toy.still(toy.wall_shards()), 8, (1.0, 0.0, 6.0))
    full, half, none = (
        shaded(tmp_path / str(share), motion, settings=CollapseSettings(look=Look(samples=4, haze=0, shadows=share)))[1]
        for share in (1.0, 0.5, 0.0)
    )
    assert (none["shadow"] == 1).all()
    dark = full["shadow"].astype(float) < 0.6
    assert dark.any()
    assert half["shadow"].astype(float)[dark] == pytest.approx(0.5 + 0.5 * full["shadow"].astype(float)[dark], abs=2e-3)


def test_where_the_sun_is_only_a_guess_old_shadows_stay(tmp_path):
    survey = toy.wall_survey()
    guess = dataclasses.replace(survey, light=dataclasses.replace(survey.light, sun_known=0.2))
    motion = gone(toy.still(toy.wall_shards()), slice(0, 9), (0.0, 0.0, -60.0))
    known, unsure = shaded(tmp_path / "a", motion)[1], shaded(tmp_path / "b", motion, survey=guess)[1]
    assert known["shadow"].max() > 1.2
    assert unsure["shadow"].max() == 1


def test_a_grey_place_under_an_even_sky_gives_back_no_more_light_than_falls_on_it(tmp_path):
    """White furnace: light of 1 from everywhere, so a surface shows its albedo and never more than 1 / pi."""
    light = Light((0.0, 1.0, 0.0), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (1.0, 1.0, 1.0), 1.0)
    survey = toy.wall_survey(light)
    settings = CollapseSettings(look=Look(samples=4, haze=0, brick_colour=(0.5, 0.5, 0.5)))
    motion = gone(toy.still(toy.wall_shards()), 8, (1.5, 0.0, 0.0))
    motion.rotation[1:, 8] = (0, 0, 1, 0)  # half a turn: its broken back faces the camera
    frame = shaded(tmp_path, motion, survey=survey, settings=settings)[1]
    full = (frame["beauty"][..., 3] == 1) & (frame["crypto_id"][..., 0] == 8)
    assert full.sum() > 100
    radiance = frame["beauty"][full][:, :3].astype(float)
    assert radiance.max() <= 1 / np.pi
    assert np.median(radiance) == pytest.approx(0.5 / np.pi, rel=0.35)


def test_a_neighbour_in_front_hides_debris_and_keeps_its_plate(tmp_path):
    settings = CollapseSettings(look=SETTINGS.look, place=Place(neighbours=((6.0, 1.0, 9.0, 2.0, 9.0),)))
    motion = gone(toy.still(toy.wall_shards()), 8, (1.5, 0.0, 0.0))
    frame = shaded(tmp_path, motion, settings=settings)[1]
    (x, y), *_ = np.floor(toy.wall_survey().camera.project([[7.0, 5.0, 2.0]])[0]).astype(int)
    assert frame["beauty"][y, x, 3] == 0
    assert frame["clean"][y, x] == 0


def test_a_fast_block_is_blurred_along_its_way_and_its_vector_says_so(tmp_path):
    shards = toy.wall_shards()
    motion = gone(toy.still(shards), 8, (1.0, 0.0, 0.0))
    velocity = motion.velocity.copy()
    velocity[1:, 8] = (24.0, 0.0, 0.0)  # one metre a frame
    frame = shaded(tmp_path, dataclasses.replace(motion, velocity=velocity))[1]
    partly = (frame["beauty"][..., 3] > 0.05) & (frame["beauty"][..., 3] < 0.95)
    assert partly.sum() > 60
    pixels, _ = toy.wall_survey().camera.project([[6.0, 5.0, 0.0], [7.0, 5.0, 0.0]])
    x, y = np.floor(pixels[0]).astype(int)
    assert frame["motion"][y, x].astype(float) == pytest.approx([pixels[1, 0] - pixels[0, 0], 0], abs=0.3)


def test_edges_crumble_only_where_a_bond_broke():
    shards = toy.wall_shards()
    broken = np.full(len(shards.bond_area), np.inf, np.float32)
    creases = Creases(shards)
    assert creases.at(broken, 10.0).max() == 0
    broken[0] = 1.0  # between blocks 0 and 1
    assert creases.at(broken, 0.9).max() == 0
    crumbled = np.unique(np.flatnonzero(creases.at(broken, 2.0).max(axis=1) > 0) // 12)
    assert crumbled.tolist() == [0, 1]


def test_threads_and_order_do_not_change_a_bit(tmp_path):
    motion = gone(toy.still(toy.wall_shards()), 4, (0.4, 0.1, 1.0))
    one = shaded(tmp_path / "a", motion)
    two = shaded(tmp_path / "b", motion)
    for first, second in zip(one, two, strict=True):
        assert all(first[name].tobytes() == second[name].tobytes() for name in first)
