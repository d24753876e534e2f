"""Colour keeps what it must: codes of an untouched plate, order of light, the same answer on any thread."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from secondunit.errors import BadPicture
from secondunit.imaging.colour import (
    SRGB,
    WORKING,
    View,
    config_digest,
    from_working,
    is_display_referred,
    plate_from_codes,
    space_name,
    to_display,
    to_display_beside,
    to_half,
    to_working,
)


def shown(codes):
    return to_display(plate_from_codes(codes), View.DISPLAY_REFERRED)


def test_every_grey_comes_back_as_it_was():
    greys = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    np.testing.assert_array_equal(shown(greys), greys)


def test_a_plate_is_exact_in_half_float_and_shown_as_it_was():
    rng = np.random.default_rng(7)
    codes = np.concatenate(
        [
            rng.integers(0, 256, (200_000, 3), dtype=np.uint8),
            # saturated greens: where rounding to half alone is known to miss
            np.stack(np.meshgrid(np.arange(24), np.arange(200, 256), np.arange(64), indexing="ij"), -1).reshape(-1, 3),
        ]
    ).astype(np.uint8)
    working = plate_from_codes(codes)
    np.testing.assert_array_equal(to_half(working), working)
    np.testing.assert_array_equal(to_display(working, View.DISPLAY_REFERRED), codes)


def test_rounding_alone_would_not_do():
    codes = np.stack(np.meshgrid(np.arange(8), np.arange(200, 256), np.arange(64), indexing="ij"), -1).reshape(-1, 3)
    rounded = to_half(to_working(codes / 255, SRGB))
    assert np.any(to_display(rounded, View.DISPLAY_REFERRED) != codes), "the nudging has become needless: remove it"


def test_white_and_grey_stay_neutral_and_linear():
    white = to_working(np.ones((1, 3)), SRGB)
    np.testing.assert_allclose(white, 1.0, atol=1e-4)
    half = to_working(np.full((1, 3), 0.5), "Linear Rec.709 (sRGB)")
    np.testing.assert_allclose(half, 0.5, atol=1e-4)


@pytest.mark.parametrize("space", [SRGB, "ACES2065-1", "Linear Rec.2020", "ACEScct"])
def test_there_and_back(space):
    colours = np.random.default_rng(1).random((100, 3), np.float32) * 0.8 + 0.1
    np.testing.assert_allclose(to_working(from_working(colours, space), space), colours, rtol=2e-4, atol=2e-5)


def test_the_scene_view_rolls_highlights_off_and_keeps_their_order():
    light = np.repeat(np.geomspace(0.01, 60, 40)[:, None], 3, axis=1)
    graded = to_display(light, View.SCENE_LINEAR)[:, 1].astype(int)
    assert np.all(np.diff(graded) >= 0)
    assert graded[np.searchsorted(light[:, 0], 2.0)] < 255, "twice white is not burnt out"
    assert to_display(np.full((1, 3), 2.0), View.DISPLAY_REFERRED)[0, 0] == 255


def test_what_is_given_is_not_changed():
    given = np.full((4, 4, 3), 0.25, np.float32)
    to_working(given, SRGB)
    to_display(given, View.SCENE_LINEAR)
    assert np.all(given == 0.25)


def test_half_has_no_infinities():
    np.testing.assert_array_equal(to_half(np.array([1e9, -1e9])), [65504, -65504])


def test_threads_agree():
    codes = np.random.default_rng(3).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: plate_from_codes(codes), range(12)))
    assert all(np.array_equal(answer, answers[0]) for answer in answers)


def test_aliases_and_unknown_spaces():
    assert space_name("srgb_tx") == SRGB
    assert space_name("lin_ap1") == WORKING
    assert is_display_referred("srgb_tx")
    assert not is_display_referred(WORKING)
    with pytest.raises(BadPicture, match="Did you mean 'ACEScg'"):
        to_working(np.ones((1, 3)), "ACESc")


def test_the_config_has_a_digest():
    assert len(config_digest()) == 64
    assert config_digest() == config_digest()


@pytest.mark.parametrize("kind", [np.float16, np.float32])
@pytest.mark.parametrize("view", View)
def test_what_is_known_is_not_converted_again_and_the_rest_is_as_ever(view, kind):
    random = np.random.default_rng(5)
    known = to_half(random.random((31, 47, 3)).astype(np.float32) * 2 - 0.1).astype(kind)
    picture = np.where(random.random((31, 47, 1)) < 0.4, to_half(known * 1.5).astype(kind), known)
    codes = to_display(known, view)
    np.testing.assert_array_equal(to_display_beside(picture, view, known, codes), to_display(picture, view))
    np.testing.assert_array_equal(to_display_beside(known, view, known, 255 - codes), 255 - codes)
