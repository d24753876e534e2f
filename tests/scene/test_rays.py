import numpy as np
import pytest

from secondunit.scene.render.rays import Occluder, around_sun, over_hemisphere, pixel_noise
from secondunit.scene.render.smooth import smooth

ROOF = (np.array([[-5, 3, -5], [5, 3, -5], [5, 3, 5], [-5, 3, 5]], float), np.array([[0, 1, 2], [0, 2, 3]]))


def uniform(count, seed):
    return np.random.default_rng(seed).random(count).astype(np.float32)


def test_a_roof_blocks_what_is_below_it_and_only_within_reach():
    origins = np.array([[0, 0, 0], [20, 0, 0], [0, 4, 0]], np.float32)
    up = np.tile(np.array([[0, 1, 0]], np.float32), (3, 1))
    assert Occluder(*ROOF).blocked(origins, up).tolist() == [True, False, False]
    assert not Occluder(*ROOF).blocked(origins, up, reach_m=2.0).any()


def test_nothing_blocks_nothing():
    nothing = Occluder(np.zeros((0, 3)), np.zeros((0, 3), int))
    assert not nothing.blocked(np.zeros((4, 3), np.float32), np.ones((4, 3), np.float32)).any()


def test_directions_about_a_normal_are_unit_and_cosine_weighted():
    normal = np.array([0.36, 0.48, -0.8], np.float32)
    count = 20000
    found = over_hemisphere(np.tile(normal, (count, 1)), uniform(count, 1), uniform(count, 2))
    cosine = found @ normal
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    assert cosine.min() >= 0
    assert cosine.mean() == pytest.approx(2 / 3, abs=0.01)  # integral of cos^2 / integral of cos over the hemisphere


def test_the_sun_s_disc_is_as_wide_as_the_sun():
    to_sun = np.array([0.6, 0.8, 0.0])
    rays = around_sun(to_sun, uniform(5000, 3), uniform(5000, 4))
    angle = np.degrees(np.arccos(np.clip(rays @ to_sun / np.linalg.norm(rays, axis=1), -1, 1)))
    assert 2 * angle.max() == pytest.approx(0.533, abs=0.01)


def test_an_infinite_wall_hides_half_the_sky():
    """Openness of level ground at the foot of a tall wall is 1/2."""
    wall = (np.array([[0, 0, -900], [0, 0, 900], [0, 900, 900], [0, 900, -900]], float), ROOF[1])
    count = 20000
    origins = np.tile(np.array([[0.01, 0, 0]], np.float32), (count, 1))
    up = np.tile(np.array([[0, 1, 0]], np.float32), (count, 1))
    blocked = Occluder(*wall).blocked(origins, over_hemisphere(up, uniform(count, 5), uniform(count, 6)))
    assert blocked.mean() == pytest.approx(0.5, abs=0.02)


def test_pixel_noise_fills_its_range_evenly():
    values = pixel_noise((64, 64), 3)
    assert np.histogram(values, bins=8, range=(0, 1))[0].min() > 0.8 * values.size / 8


def test_smoothing_keeps_a_constant_and_stops_at_edges():
    group = np.zeros((40, 40), np.int32)
    depth, normal = np.full((40, 40), 10.0, np.float32), np.zeros((40, 40, 3), np.float32)
    normal[..., 1] = 1
    depth[:, 20:] = 30
    value = np.where(np.arange(40) < 20, 1.0, 0.0)[None, :, None] * np.ones((40, 1, 1))
    everywhere = np.ones((40, 40), bool)
    assert np.allclose(smooth(value, group, everywhere, normal, depth, (1, 2, 4)), value, atol=1e-6)
    noisy = np.random.default_rng(1).random((40, 40, 1))
    smoothed = smooth(noisy, group, everywhere, normal, depth, (1, 2, 4))
    assert smoothed.std() < 0.35 * noisy.std()
    assert np.array_equal(smooth(value, group, ~everywhere, normal, depth, (1,)), value.astype(np.float32))
    assert smoothed.mean() == pytest.approx(noisy.mean(), abs=0.02)
