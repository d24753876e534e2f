"""What is put on a frame: nothing outside the matte, nothing where nothing is asked, and the rest as it must be."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secondunit.effects.deage.age import CROP_PX, AgedFace
from secondunit.effects.deage.ageing import Change, change_of, unchanged
from secondunit.effects.deage.align import crop_of
from secondunit.effects.deage.follow import FacePath
from secondunit.effects.deage.layers import Placed, layers_of, untouched
from secondunit.imaging.colour import LINEAR_SRGB, from_working, to_half, to_working
from secondunit.imaging.exr import PLAIN, Windowed
from secondunit.imaging.half import floats
from secondunit.nets.patches import inverse

EVERYWHERE = (-1e6, -1e6, 1e6, 1e6)
NOBODY = np.full((1, 4), np.nan, np.float32)


def plate_of(height, width, seed=0):
    """Noise with highlights far above 1, exact in half float."""
    return to_half(np.random.default_rng(seed).uniform(0.02, 6.0, (height, width, 3)))


def round_matte(radius=180.0):
    y, x = np.mgrid[0:CROP_PX, 0:CROP_PX] + 0.5
    return np.clip((radius - np.hypot(x - 256, y - 256)) / 40, 0, 1).astype(np.float32)


def change(ratio=0.0, flow=(0.0, 0.0), matte=None):
    matte = round_matte() if matte is None else matte
    return replace(
        unchanged(1.0),
        ratio=(np.full((CROP_PX, CROP_PX, 3), ratio) * matte[..., None]).astype(np.float16),
        flow=(np.ones((CROP_PX, CROP_PX, 1)) * flow * matte[..., None]).astype(np.float16),
        matte=matte.astype(np.float16),
        regions=np.full((CROP_PX, CROP_PX, 7), 255, np.uint8),
    )


def to_crop_at(x, y, side, roll=0.1):
    """The crop as a square of the plate: its centre and side, px."""
    k, c, s = CROP_PX / side, np.cos(roll), np.sin(roll)
    turn = np.array([[c, s], [-s, c]]) * k
    return np.column_stack([turn, np.array([CROP_PX / 2, CROP_PX / 2]) - turn @ (x, y)])


def placed(what, matrix, **other):
    face = other.pop("face", EVERYWHERE)
    fields = {"weight": 1.0, "step": None, "others": NOBODY, "allowed": None}
    return lambda plate: Placed(what, matrix, box_of(matrix, plate), face, **(fields | other))


def box_of(matrix, plate):
    nothing = np.zeros(1, np.float32)
    path = FacePath(nothing, matrix[None], nothing, nothing, nothing, nothing)
    return path.box(0, plate.shape[1], plate.shape[0])


def put(plate, what, matrix, **other):
    return whole(layers_of(plate, placed(what, matrix, **other)(plate)).layers)


def whole(layers):
    return {name: floats(one.whole() if isinstance(one, Windowed) else one) for name, one in layers.items()}


@settings(max_examples=25, deadline=None)
@given(
    st.integers(1, 90),
    st.integers(1, 130),
    st.floats(-40, 160),
    st.floats(-40, 120),
    st.floats(4, 400),
    st.floats(-1.5, 1.5),
)
def test_outside_the_matte_is_the_plate_wherever_the_face_lies(height, width, x, y, side, roll):
    plate = plate_of(height, width)
    layers = put(plate, change(0.5, (3.0, -2.0)), to_crop_at(x, y, side, roll))
    outside = layers["matte"] == 0
    assert (layers[PLAIN].view(np.uint32)[outside] == plate.view(np.uint32)[outside]).all()
    assert (layers["delta"][outside] == 0).all()
    assert np.isfinite(layers[PLAIN]).all()


def test_the_layers_recombine():
    plate = plate_of(200, 301)
    layers = put(plate, change(-0.4, (4.0, 1.0)), to_crop_at(150, 100, 180))
    np.testing.assert_array_equal(to_half(plate + layers["delta"]), layers[PLAIN])
    assert layers["matte"].max() == 1
    assert (layers["delta"] != 0).any()


def test_no_change_is_no_difference_inside_the_matte_either():
    plate = plate_of(120, 160)
    layers = put(plate, change(), to_crop_at(80, 60, 140))
    assert (layers["matte"] > 0).any()
    assert np.abs(layers[PLAIN] - plate).max() < 0.01, "colour there and back in half floats"


def test_a_ratio_multiplies_light_above_white_too():
    plate = np.full((120, 160, 3), 8.0, np.float32)
    layers = put(plate, change(np.log(0.5)), to_crop_at(80, 60, 140, 0))
    assert layers[PLAIN][60, 80] == pytest.approx(4.0, rel=0.01)


def test_what_moves_is_taken_from_where_it_was():
    y, x = np.mgrid[0:160, 0:200] + 0.5
    plate = to_half(np.stack([0.2 + 0.01 * x, 0.2 + 0.01 * y, np.full_like(x, 0.4)], axis=-1))
    layers = put(plate, change(0.0, (12.8, 0.0)), to_crop_at(100, 80, 256, 0))
    moved = from_working(layers[PLAIN], LINEAR_SRGB)[80, 100] - from_working(plate, LINEAR_SRGB)[80, 100]
    step = from_working(plate, LINEAR_SRGB)[80, 101] - from_working(plate, LINEAR_SRGB)[80, 100]
    assert moved == pytest.approx(step * 6.4, abs=0.01), "12.8 px of the crop are 6.4 of the plate"


def test_other_faces_and_masks_keep_every_bit():
    plate, matrix = plate_of(160, 200), to_crop_at(100, 80, 150)
    beside = np.array([[110.0, 0, 200, 160]], np.float32)
    left = np.ones((160, 200), np.float32)
    left[:, :80] = 0
    layers = put(plate, change(0.7), matrix, others=beside, allowed=left)
    assert (layers["matte"][:, 110:] == 0).all()
    assert (layers["matte"][:, :80] == 0).all()
    assert (layers["matte"] > 0).any()


def test_crumbs_that_do_not_hang_together_with_the_face_are_left_out():
    plate, matte = plate_of(120, 160), round_matte(100.0)
    matte[60:80, 100:120] = 1
    matrix = to_crop_at(80, 60, 140)
    kept = put(plate, change(0.3, matte=matte), matrix)["matte"]
    only = put(plate, change(0.3, matte=matte), matrix, face=(60.0, 40.0, 100.0, 80.0))["matte"]
    assert 0 < (only > 0).sum() < (kept > 0).sum()
    assert (only[:30, :60] == 0).all()


def test_half_the_weight_is_half_the_change():
    plate, matrix = np.full((120, 160, 3), 0.5, np.float32), to_crop_at(80, 60, 140)
    full, half = (put(plate, change(0.2), matrix, weight=weight) for weight in (1.0, 0.5))
    assert half["delta"][60, 80] == pytest.approx(full["delta"][60, 80] / 2, rel=0.06)
    assert half["matte"][60, 80] == pytest.approx(0.5)


def test_a_softer_edge_runs_inwards():
    plate, matrix = plate_of(120, 160), to_crop_at(80, 60, 140)
    sharp, soft = (put(plate, change(0.2), matrix, feather=feather)["matte"] for feather in (1.0, 3.0))
    assert (soft <= sharp).all()
    assert soft.sum() < 0.95 * sharp.sum()


def test_a_frame_without_a_face_is_the_plate():
    plate = plate_of(33, 47)
    layers = whole(untouched(plate))
    np.testing.assert_array_equal(layers[PLAIN], plate)
    assert (layers["matte"] == 0).all()
    face = put(plate, change(), to_crop_at(20, 20, 30))
    assert {name: one.shape for name, one in layers.items()} == {name: one.shape for name, one in face.items()}


def test_a_change_is_what_ageing_says(tmp_path):
    """There and back: the ratio of light, put on the crop's own plate, gives the aged crop."""
    random, matte = np.random.default_rng(5), round_matte()
    plate = to_half(to_working(random.uniform(0.05, 0.9, (CROP_PX, CROP_PX, 3)), LINEAR_SRGB))
    as_it_is = np.array([[1.0, 0, 0], [0, 1, 0]])
    crop = crop_of(plate, as_it_is)
    delta = (random.normal(0, 0.01, crop.shape) * matte[..., None]).astype(np.float32)
    made = change_of(crop, AgedFace(delta, matte, None, {"cheeks": matte}), 1.0)
    made.save(tmp_path / "1001.npz")
    layers = put(plate, Change.load(tmp_path / "1001.npz"), inverse(as_it_is))
    got = from_working(layers[PLAIN], LINEAR_SRGB) - from_working(plate, LINEAR_SRGB)
    assert np.abs(got - delta).max() < 0.004
    assert layers["regions"][256, 256, 2] == 1, "cheeks are the third of the regions"
