"""Laws of the ageing itself, on a drawn head: what moves, what may not, and how much."""

import functools

import numpy as np
import pytest

from secondunit.effects.deage.age import CROP_PX, Years, age_face
from secondunit.effects.deage.ageing import aged as change_of_crop
from secondunit.effects.deage.ageing import codes_of
from secondunit.effects.deage.align import crop_of, to_crop
from secondunit.effects.deage.anatomy import anatomy
from secondunit.effects.deage.bands import decode, encode, luma, masked_blur
from secondunit.effects.deage.controls import Controls
from secondunit.effects.deage.find import find_meshes
from secondunit.effects.deage.follow import covered
from secondunit.effects.deage.layers import Placed, layers_of
from secondunit.effects.deage.pigment import absorption, darkened, greyed
from secondunit.effects.deage.tracks import box_of
from secondunit.errors import BadPicture
from secondunit.imaging.colour import View, from_working, plate_from_codes
from secondunit.imaging.exr import PLAIN
from secondunit.imaging.half import floats
from secondunit.nets.patches import applied, inverse, sampled
from secondunit.nets.person import person_matte
from tests.effects.deage.clips import still


@functools.cache
def face():
    plate = plate_from_codes(still(size_px=640))
    found = find_meshes(plate, View.DISPLAY_REFERRED)
    points = found.points[0]
    matrix = to_crop(points.astype(np.float64))
    crop = from_working(sampled(plate, inverse(matrix), CROP_PX, CROP_PX), "Linear Rec.709 (sRGB)")
    marks = applied(matrix, points[:, :2]).astype(np.float32)
    return crop, marks, person_matte(codes_of(crop))


@functools.cache
def aged(now, then):
    crop, marks, person = face()
    return age_face(crop, marks, Years(now, then), person=person)


def test_no_years_change_nothing():
    same = aged(50.0, 50.0)
    assert not same.delta.any()
    assert not same.matte.any()
    assert same.flow is None


@pytest.mark.parametrize("then", [30.0, 70.0])
def test_outside_the_matte_nothing_moves(then):
    result = aged(50.0, then)
    outside = result.matte == 0
    assert outside.any()
    assert (result.matte > 0.5).any()
    assert not result.delta[outside].any()
    assert not result.flow[outside].any()


@pytest.mark.parametrize("then", [30.0, 70.0])
def test_eyes_and_the_inside_of_the_mouth_stay(then):
    _, marks, _ = face()
    places = anatomy(marks, CROP_PX)
    closed = np.maximum(places.eyes, places.mouth) > 0.95
    result = aged(50.0, then)
    assert closed.sum() > 200
    assert not result.delta[closed].any()
    assert not result.flow[closed].any()


def test_the_matte_ends_before_the_crop_does():
    matte = aged(50.0, 30.0).matte
    edge = np.concatenate([matte[0], matte[-1], matte[:, 0], matte[:, -1]])
    assert not edge.any()


def test_more_years_change_more():
    changes = [np.abs(aged(60.0, then).delta).mean() for then in (55.0, 50.0, 40.0, 30.0)]
    assert changes == sorted(changes)
    assert changes[0] > 0


def test_a_trait_that_is_turned_off_does_nothing():
    crop, marks, person = face()
    none = Controls(traits={name: 0.0 for name in type(Controls().traits).model_fields})
    result = age_face(crop, marks, Years(60.0, 40.0), none, person=person)
    assert np.abs(result.delta).max() < 1e-5
    assert np.abs(result.flow).max() == 0


def test_a_dark_line_on_skin_is_lightened_when_younger_and_darkened_when_older():
    crop, marks, person = face()
    x, y = marks[151].astype(int)  # the middle of the forehead
    lined = crop.copy()
    profile = 1 - 0.28 * np.exp(-(np.arange(-6, 7) ** 2) / (2 * 1.4**2)).astype(np.float32)
    lined[y - 6 : y + 7, x - 25 : x + 25] *= profile[:, None, None]
    line = (slice(y - 1, y + 2), slice(x - 15, x + 15))
    younger = age_face(lined, marks, Years(60.0, 40.0), person=person)
    older = age_face(lined, marks, Years(60.0, 80.0), person=person)
    above = (slice(y - 12, y - 8), slice(x - 15, x + 15))

    def depth(picture):
        return float(luma(picture[above]).mean() - luma(picture[line]).mean())

    assert depth(lined + younger.delta) < 0.6 * depth(lined)
    assert depth(lined + older.delta) > depth(lined)


def test_white_hair_takes_the_colour_that_is_asked_for():
    full = absorption((0.30, 0.10, 0.05))
    white = np.full((32, 32, 3), 0.6, np.float32)
    one = np.ones((32, 32), np.float32)
    assert np.allclose((white + darkened(white, one, one, full))[16, 16], (0.30, 0.10, 0.05), atol=0.02)
    assert not darkened(white, 0 * one, one, full).any()


def test_dark_hair_goes_grey_and_white_hair_stays():
    one = np.ones((32, 32), np.float32)
    dark = np.full((32, 32, 3), (0.04, 0.02, 0.01), np.float32)
    grey = dark + greyed(dark, one, one, 0.5 * one)
    assert grey.mean() > 2 * dark.mean()
    assert np.ptp(grey[16, 16]) / grey[16, 16].max() < np.ptp(dark[16, 16]) / dark[16, 16].max()
    white = np.full((32, 32, 3), 0.5, np.float32)
    assert np.abs(greyed(white, one, one, 0.5 * one)).max() < 0.08


def test_glasses_stay():
    crop, marks, person = face()
    worn = crop.copy()
    y = int(marks[[159, 386], 1].mean()) + 22
    worn[y : y + 5, 170:342] = 0.01
    result = age_face(worn, marks, Years(60.0, 40.0), person=person)
    assert np.abs(result.delta[y + 1 : y + 4, 180:332]).max() < 2e-3


def test_light_above_white_is_kept():
    crop, marks, person = face()
    bright = crop.copy()
    x, y = marks[151].astype(int)
    bright[y - 3 : y + 3, x - 3 : x + 3] = 6.0
    result = age_face(bright, marks, Years(50.0, 40.0), person=person)
    after = bright + result.delta
    assert np.isfinite(after).all()
    assert after[y, x].min() > 2.5


@pytest.mark.parametrize(("scale", "by"), [(1.6, 20), (0.7, -20)])  # a crop by cubics, and one by means
def test_a_tiny_hard_highlight_leaves_the_skin_around_it_alone(scale, by):
    size = round(480 / scale)
    plate = plate_from_codes(still(size_px=size))
    points = find_meshes(plate, View.DISPLAY_REFERRED).points[0]
    matrix = to_crop(points.astype(np.float64))
    marks = applied(matrix, points[:, :2]).astype(np.float32)

    def result(plate):
        change = change_of_crop(crop_of(plate, matrix), marks, Years(60.0, 60.0 + by), Controls(), 1.0)
        nobody, box = np.full((1, 4), np.nan, np.float32), covered(matrix, size, size)
        placed = Placed(change, matrix, box, box_of(points), 1.0, None, nobody, None)
        return floats(layers_of(plate, placed).layers[PLAIN])

    before = result(plate)
    for place in (50, 205, 280):  # cheeks and jaw
        x, y = points[place, :2].astype(int)
        hot = plate.copy()
        hot[y, x] = 3.0
        near = result(hot)[y - 12 : y + 13, x - 12 : x + 13]
        was = before[y - 12 : y + 13, x - 12 : x + 13]
        assert near.max() < 4.0, "not brighter than it was, but for the years' own"
        assert (near < 0.5 * was.min(axis=(0, 1))).any(axis=-1).sum() <= 5, "no ring of black"


def test_ageing_twice_is_bit_identical():
    crop, marks, person = face()
    again = age_face(crop, marks, Years(50.0, 30.0), person=person)
    assert np.array_equal(again.delta, aged(50.0, 30.0).delta)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"crop": np.zeros((512, 512), np.float32)}, "crop"),
        ({"crop": np.zeros((512, 512, 3), np.float64)}, "crop"),
        ({"crop": np.full((512, 512, 3), np.nan, np.float32)}, "finite"),
        ({"landmarks": np.zeros((68, 2), np.float32)}, "landmarks"),
        ({"years": Years(17.0, 30.0)}, "18 to 90"),
        ({"person": np.zeros((64, 64), np.float32)}, "person"),
    ],
)
def test_what_is_not_a_face_is_refused(change, word):
    crop, marks, person = face()
    given = {"crop": crop, "landmarks": marks, "years": Years(50.0, 30.0), "person": person, **change}
    with pytest.raises(BadPicture, match=word):
        age_face(given["crop"], given["landmarks"], given["years"], person=given["person"])


@pytest.mark.parametrize("seed", range(3))
def test_points_anywhere_break_nothing(seed):
    rng = np.random.default_rng(seed)
    crop, _, person = face()
    marks = rng.uniform(-300, 800, (478, 2)).astype(np.float32)
    result = age_face(crop, marks, Years(60.0, 40.0), person=person)
    assert np.isfinite(result.delta).all()
    assert not result.delta[result.matte == 0].any()


def test_codes_can_be_undone():
    linear = np.array([-0.02, 0.0, 1e-4, 0.18, 1.0, 20.0], np.float32)
    assert np.allclose(decode(encode(linear)), linear, rtol=1e-4, atol=1e-6)


def test_a_masked_blur_keeps_what_is_flat():
    mask = np.zeros((64, 64), np.float32)
    mask[20:40, 20:40] = 1
    flat = np.where(mask > 0, np.float32(0.7), np.float32(9.0))
    assert np.allclose(masked_blur(flat, mask, 5.0)[22:38, 22:38], 0.7, atol=1e-4)


def test_what_the_network_says_is_used_on_skin_alone_and_only_to_be_younger():
    crop, marks, person = face()

    def learned(codes, now, then):
        spots = np.zeros_like(codes)
        spots[::40, ::40] = 0.5
        return spots

    plain = aged(60.0, 40.0)
    taught = age_face(crop, marks, Years(60.0, 40.0), person=person, learned=learned)
    assert (np.abs(taught.delta - plain.delta) > 1e-3).any()
    assert not taught.delta[taught.matte == 0].any()
    older = age_face(crop, marks, Years(60.0, 80.0), person=person, learned=learned)
    assert np.array_equal(older.delta, aged(60.0, 80.0).delta)


def test_only_hair_that_hangs_together_with_the_top_is_hair():
    from secondunit.effects.deage.anatomy import anatomy
    from secondunit.effects.deage.mattes import _joined

    _, marks, _ = face()
    places = anatomy(marks, CROP_PX)
    brow = int(marks[[70, 63, 105, 66, 107, 336, 296, 334, 293, 300], 1].min())
    hair = np.zeros((CROP_PX, CROP_PX), np.float32)
    hair[20:40, 150:360] = 1  # on top
    hair[40 : brow + 60, 150:160] = 1  # a lock that falls from there
    hair[brow - 12 : brow - 6, 240:270] = 1  # a bright wrinkle
    kept = _joined(hair, places, marks)
    assert (kept[25:35, 160:350] == 1).all()
    assert kept[brow + 50, 155] == 1
    assert not kept[brow - 12 : brow - 6, 240:270].any()


def test_grey_hair_in_a_lamp_s_light_is_grey_and_fair_hair_is_not():
    from secondunit.effects.deage.pigment import absorption, darkened

    linear = np.full((CROP_PX, CROP_PX, 3), 0.4, np.float32)
    linear[:, 256:] = (0.6, 0.36, 0.15)  # the same hair beside a warm lamp
    hair = np.ones((CROP_PX, CROP_PX), np.float32)
    change = darkened(linear, hair, hair, absorption(None))
    assert change[200, 400, 1] < -0.1 * linear[200, 400, 1]
    fair = np.broadcast_to(np.array((0.6, 0.36, 0.15), np.float32), linear.shape).copy()
    assert np.abs(darkened(fair, hair, hair, absorption(None))).max() < 0.02


def test_what_moved_to_where_skin_was_is_no_skin():
    from secondunit.effects.deage.age import _along
    from secondunit.effects.deage.mattes import Mattes

    plane = np.zeros((CROP_PX, CROP_PX), np.float32)
    skin = plane.copy()
    skin[:, :256] = 1
    flow = np.zeros((CROP_PX, CROP_PX, 2), np.float32)
    flow[..., 0] = 4  # everything moves 4 px to the left
    moved = _along(Mattes(skin, plane, plane, plane, plane, plane, 0.0, 0.2, (0.0, 0.0)), flow).skin
    assert moved[100, 249] == 1
    assert moved[100, 254] == 0
