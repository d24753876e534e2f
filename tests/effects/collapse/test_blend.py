import dataclasses

import numpy as np
import pytest

from secondunit.effects.collapse.blend.grain import grain_sigma
from secondunit.effects.collapse.blend.shake import shake_path
from secondunit.effects.collapse.blend.stage import BlendStage
from secondunit.effects.collapse.settings import Blend, CollapseSettings, Look
from secondunit.effects.collapse.shade.stage import ShadeStage
from secondunit.errors import NotCleared
from secondunit.imaging.comp import LAYERS, composite
from secondunit.imaging.exr_reader import read_exr
from secondunit.records import read_arrays

from . import wall as toy


def blended(folder, *, blend=None, masks=None, motion=None, gate=lambda frame: None):
    survey, shards = toy.wall_survey(), toy.wall_shards()
    if motion is None:
        motion = toy.still(shards)
        position = motion.position.copy()
        position[1:, 8] += (1.0, 0.0, 2.0)
        motion = dataclasses.replace(motion, position=position)
    picture, on_wall = toy.wall_picture(survey)
    plate = toy.WallPlate(picture, masks)
    settings = CollapseSettings(look=Look(samples=4), blend=blend or Blend())
    toy.prepared(folder, plate, survey, shards, motion, settings)
    ShadeStage().run(toy.context(folder, "shade", plate, settings))
    toy.no_smoke(folder)
    BlendStage().run(toy.context(folder, "blend", plate, settings, gate=gate))
    frames = [read_exr(folder / "blend" / f"{number}.exr")[0] for number in (1001, 1002, 1003)]
    return picture, frames, on_wall


@pytest.fixture(scope="module")
def take(tmp_path_factory):
    masks = {"holdout": np.zeros((toy.HEIGHT, toy.WIDTH), np.float32)}
    masks["holdout"][:, 95:100] = 1  # a post before the moving block
    masks["holdout"][:, 94] = masks["holdout"][:, 100] = 0.5
    return blended(tmp_path_factory.mktemp("take"), masks=masks)


def test_where_the_matte_is_zero_the_frame_is_the_plate_bit_for_bit(take):
    picture, frames, _ = take
    for layers in frames:
        untouched = layers["matte"] == 0
        assert untouched.any()
        assert layers["composite"][untouched].tobytes() == picture[untouched].tobytes()
    assert (frames[0]["matte"] == 0).all()
    assert (frames[1]["matte"] > 0).any()


def test_the_layers_of_the_file_recombine_to_its_composite(take):
    picture, frames, _ = take
    for layers in frames:
        again = composite(picture, {name: layers[name] for name in LAYERS}).astype(np.float16)
        assert np.array_equal(again, layers["composite"].astype(np.float16))
        delta = layers["composite"] - picture
        assert np.allclose(delta, layers["delta"], atol=1e-3)


def test_what_stands_in_front_stays_in_front(take):
    picture, frames, _ = take
    assert np.array_equal(frames[1]["composite"][:, 95:100], picture[:, 95:100])
    assert frames[1]["matte"][:, 95:100].max() == 0
    assert frames[1]["beauty"][..., 3].max() == 1


def test_soft_edges_of_what_stands_in_front_have_no_rim(tmp_path):
    """Where nothing changed behind it, an edge pixel put together again is what the plate shows: not brighter."""
    survey, shards = toy.wall_survey(), toy.wall_shards()
    picture, _ = toy.wall_picture(survey)
    picture[:, 93:102] = 0.01  # a dark post, and its shadow beside it
    matte = np.zeros((toy.HEIGHT, toy.WIDTH), np.float32)
    matte[:, 95:100], matte[:, 94], matte[:, 100] = 1, 0.5, 0.25
    toy.prepared(tmp_path, toy.WallPlate(picture, {"holdout": matte}), survey, shards, toy.still(shards))
    made = read_arrays(tmp_path / "clean" / "clean.npz")
    alpha, front, behind = (made[name].astype(np.float32) for name in ("holdout", "front", "behind"))
    again = front + (1 - alpha[..., None]) * behind
    assert np.abs(again - picture)[alpha > 0].max() < 2e-3


def test_alpha_over_one_or_values_below_zero_do_not_happen(take):
    for layers in take[1]:
        for name in ("beauty", "dust", "settle", "holdout"):
            assert layers[name].min() >= 0
            assert layers[name][..., 3].max() <= 1
        assert layers["composite"].min() >= 0


def test_shake_moves_every_pixel_and_the_matte_says_so(tmp_path):
    shards = toy.wall_shards()
    motion = dataclasses.replace(
        toy.still(shards),
        event_frame=np.array([1], np.int32),
        event_position=np.zeros((1, 3), np.float32),
        event_velocity=np.full((1, 3), 3.0, np.float32),
        event_dust_kg=np.array([5.0], np.float32),
    )
    picture, frames, _ = blended(tmp_path, blend=Blend(shake_px=40.0), motion=motion)
    assert (frames[0]["matte"] == 0).all()
    assert (frames[1]["matte"] == 1).all()
    assert np.abs(frames[1]["composite"] - picture).max() > 0.05


def test_shake_is_never_more_than_asked_and_rings_out():
    motion = toy.still(toy.wall_shards(), frames=96)
    motion = dataclasses.replace(
        motion,
        event_frame=np.array([10], np.int32),
        event_position=np.zeros((1, 3), np.float32),
        event_velocity=np.ones((1, 3), np.float32),
        event_dust_kg=np.ones(1, np.float32),
    )
    path = shake_path(motion, 24.0, 12.0, 1)
    assert not path[:10].any()
    assert 3 < np.abs(path).max() <= 12
    assert np.abs(path[80:]).max() < 0.15 * np.abs(path).max()


def test_grain_is_measured_in_the_plate(tmp_path):
    random = np.random.default_rng(6)
    flat = np.full((200, 300, 3), 0.25, np.float32)
    noisy = np.square(np.sqrt(flat) + 0.01 * random.standard_normal(flat.shape)).astype(np.float32)
    assert grain_sigma(noisy) == pytest.approx([0.01] * 3, rel=0.15)
    assert grain_sigma(flat).max() == 0


def test_no_frame_is_written_that_is_not_cleared(tmp_path):
    def gate(frame):
        raise NotCleared(str(frame), "revoked")

    with pytest.raises(NotCleared):
        blended(tmp_path, gate=gate)
    assert not list((tmp_path / "blend").glob("*.exr"))
