"""Scaling keeps light, order and place."""

import numpy as np
import pytest

from secondunit.imaging.resize import resized


@pytest.mark.parametrize(("width", "height"), [(40, 30), (33, 25), (7, 5), (100, 20)])
def test_smaller_keeps_the_light(width, height):
    picture = np.random.default_rng(0).random((60, 120, 3)) * 50
    np.testing.assert_allclose(resized(picture, width, height).mean(axis=(0, 1)), picture.mean(axis=(0, 1)), rtol=1e-4)


@pytest.mark.parametrize("size", [(30, 15), (301, 143), (60, 200)])
def test_a_highlight_makes_no_rim(size):
    picture = np.full((60, 120), 0.1)
    picture[20:40, 50:70] = 50
    small = resized(picture, *size)
    assert small.min() >= 0.1 - 1e-6
    assert small.max() <= 50 + 1e-4


def test_things_stay_where_they_are():
    x = (np.arange(200) + 0.5) / 200
    for width in (50, 80, 500):
        wanted = (np.arange(width) + 0.5) / width
        row = resized(np.tile(x, (4, 1)), width, 4)[0]
        np.testing.assert_allclose(row[5:-5], wanted[5:-5], atol=3e-3)


def test_the_same_size_is_the_same_picture():
    picture = np.random.default_rng(0).random((5, 7, 3), np.float32)
    np.testing.assert_array_equal(resized(picture, 7, 5), picture)
