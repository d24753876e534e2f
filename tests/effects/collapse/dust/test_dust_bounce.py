"""Laws of light that was scattered before: none is made, shade is filled from what is bright beside it."""

from __future__ import annotations

import numpy as np
import pytest

from secondunit.effects.collapse.dust.bounce import arriving, kept
from secondunit.effects.collapse.dust.lighting import _DOWN, _UP, _WEIGHTS

DIMS = (10, 8, 12)
ONE = np.ones(3, np.float32)
BEAMS = [(one, 0.5 * weight, ONE, ONE) for half in (_UP, _DOWN) for one, weight in zip(half, _WEIGHTS, strict=True)]


def random_field(seed, most):
    random = np.random.default_rng(seed)
    return (most * random.random(DIMS) * (random.random(DIMS) > 0.4)).astype(np.float32)


@pytest.mark.parametrize("thickness", [0.01, 1.0, 50.0])
def test_in_a_white_room_everything_stays_at_one(thickness):
    """Furnace: radiance 1 from everywhere, dust and walls that absorb none."""
    dust, solid = random_field(1, thickness), random_field(2, thickness)
    sent = np.ones((*DIMS, 3), np.float32)
    own = kept(dust, 1.5, BEAMS)[..., None]
    mean = arriving(dust, solid, sent, sent, 1.5, BEAMS) + own * sent
    np.testing.assert_allclose(mean, 1.0, atol=2e-5)


@pytest.mark.parametrize("albedo", [0.3, 0.9, 1.0])
def test_bounces_never_end_above_the_light_that_comes_in(albedo):
    dust, solid = random_field(3, 2.0), random_field(4, 2.0)
    own = kept(dust, 1.5, BEAMS)[..., None]
    sent = np.zeros((*DIMS, 3), np.float32)
    for _ in range(30):
        others = arriving(dust, solid, sent, albedo * sent, 1.5, BEAMS)
        sent = albedo * others / (1 - albedo * own)
        assert (others + own * sent).max() < 1 + 1e-4
        assert sent.max() < albedo + 1e-4


def test_dust_in_the_dark_is_lit_by_bright_dust_beside_it():
    dust, dark = np.zeros(DIMS, np.float32), np.zeros((*DIMS, 3), np.float32)
    dust[2:4, 2:6, 3:9] = 4.0
    sent = dark.copy()
    sent[2:4, 2:6, 3:9] = 1.0
    night = [(direction, share, dark[0, 0, 0], dark[0, 0, 0]) for direction, share, _, _ in BEAMS]
    mean = arriving(dust, np.zeros(DIMS, np.float32), sent, dark, 1.0, night)
    assert mean[5, 4, 6, 0] > 0.1
    assert mean[5, 4, 6, 0] > mean[8, 4, 6, 0] > 0


def test_a_wall_stops_light_and_sends_its_own():
    solid, dark = np.zeros(DIMS, np.float32), np.zeros((*DIMS, 3), np.float32)
    solid[5] = 20.0
    across = [((1.0, 0.0, 0.0), 1.0, ONE, ONE)]
    reflected = dark + np.float32([0.3, 0.2, 0.1])
    mean = arriving(np.zeros(DIMS, np.float32), solid, dark, reflected, 1.0, across)
    np.testing.assert_allclose(mean[6:], 1.0)
    np.testing.assert_allclose(mean[5], 1.0, err_msg="what lies before a lit wall is lit")
    np.testing.assert_allclose(mean[:5], np.broadcast_to(reflected[:5], mean[:5].shape), atol=1e-5)
