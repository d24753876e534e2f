"""Pixels without a ray of their own: filled where dust and what is behind it are even, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

from secondunit.effects.collapse.dust.between import COVERED, LOOKED, between, fit, nearness
from secondunit.effects.collapse.dust.transmittance import transmittance


def blocks(covers, depth=30.0, state=LOOKED):
    """Three by three blocks of pixels; those at the corners had rays, which found ``covers`` (2, 2)."""
    far = np.broadcast_to(np.float32(depth), (6, 6)).copy()
    looked, out = np.zeros((3, 3), np.uint8), np.zeros((6, 6, 4), np.float32)
    looked[::2, ::2] = state
    for row in range(2):
        for column in range(2):
            out[4 * row : 4 * row + 2, 4 * column : 4 * column + 2] = covers[row][column]
    return far, looked, out


def fill(row, column, far, looked, out):
    return between(row, column, nearness(far[None])[0], looked, out)


EVEN = ((0.5, 0.505), (0.505, 0.51))


@pytest.mark.parametrize(("row", "column", "mean"), [(0, 1, 0.5025), (1, 0, 0.5025), (1, 1, 0.505)])
def test_even_dust_is_filled_from_all_sides(row, column, mean):
    far, looked, out = blocks(EVEN)
    assert fill(row, column, far, looked, out)
    np.testing.assert_allclose(out[2 * row : 2 * row + 2, 2 * column : 2 * column + 2], mean, rtol=1e-6)


@pytest.mark.parametrize("covers", [((0.5, 0.5), (0.5, 0.6)), ((0.0, 0.03), (0.0, 0.0)), ((0.8, 0.9), (0.9, 0.8))])
def test_an_edge_of_dust_gets_its_own_ray(covers):
    far, looked, out = blocks(covers)
    before = out.copy()
    assert not fill(1, 1, far, looked, out)
    assert np.array_equal(out, before)


@pytest.mark.parametrize("pixel", [(2, 2), (3, 3), (0, 0), (5, 4)])
def test_an_edge_of_a_solid_gets_its_own_ray(pixel):
    far, looked, out = blocks(EVEN)
    far[pixel] = 20.0
    assert not fill(1, 1, far, looked, out)


def test_where_dust_hides_all_it_does_not_matter_what():
    far, looked, out = blocks(((1.0, 1.0), (1.0, 1.0)), state=COVERED)
    far[:, 3:] = 200.0
    assert fill(1, 1, far, looked, out)
    far[2, 2] = 12.0  # nearer than all that is known to be hidden
    assert not fill(1, 1, far, looked, out)


def test_no_dust_is_filled_with_exactly_nothing_and_nothing_is_filled_where_nothing_stands():
    far, looked, out = blocks(((0.0, 0.0), (0.0, 0.0)))
    assert fill(1, 1, far, looked, out)
    assert not out.any()
    far, looked, out = blocks(EVEN)
    far[2:4, 2:4] = 0.0
    assert fill(1, 1, far, looked, out)
    assert not out[2:4, 2:4].any()


def test_dust_before_a_thing_stays_the_same_part_of_all_the_dust():
    random = np.random.default_rng(2)
    whole, looked = random.uniform(0.1, 1.0, (2, 2, 2, 4)).astype(np.float32)
    front = looked * np.float32(0.25)
    front[0, 0] = looked[0, 0]
    fit(whole, looked, front)
    np.testing.assert_array_equal(looked, whole)
    np.testing.assert_allclose(front[0, 0], whole[0, 0], rtol=1e-6)
    np.testing.assert_allclose(front[1, 1], 0.25 * whole[1, 1], rtol=1e-6)


@pytest.mark.parametrize("direction", [(0.3, 0.9, -0.3), (-0.8, 0.1, 0.59), (0.2, -0.3, -0.9)])
def test_light_through_clear_air_is_exactly_all_the_light(direction):
    """A pixel that no dust shades stays as it is in the plate: its factor must be 1, to the bit."""
    assert (transmittance(np.zeros((9, 7, 11), np.float32), direction, 0.5) == 1).all()
