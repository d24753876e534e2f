"""Grain and camera motion are measured where the truth is known."""

import cv2
import numpy as np
import pytest

from secondunit.plate.measure import camera_motion, noise_sigma


def street(height=360, width=640, seed=0):
    """Edges, texture and soft areas, (H, W) linear."""
    rng = np.random.default_rng(seed)
    picture = np.full((height, width), 0.4, np.float32)
    for _ in range(120):
        x, y, w, h = rng.integers(0, width), rng.integers(120, height), rng.integers(5, 60), rng.integers(5, 60)
        picture[y : y + h, x : x + w] = rng.random() * 0.8
    return cv2.GaussianBlur(picture, (0, 0), 0.8)


@pytest.mark.parametrize("sigma", [0.002, 0.01, 0.04])
def test_grain_is_measured_beside_edges_and_ramps(sigma):
    y, x = np.mgrid[:360, :640]
    clean = street()[..., None] + (0.1 * x / 640 + 0.05 * y / 360)[..., None] * np.ones(3)
    grain = np.random.default_rng(1).normal(0, 1, clean.shape) * np.array([1.0, 0.5, 2.0]) * sigma
    found = np.array(noise_sigma(clean + grain))
    np.testing.assert_allclose(found, np.array([1.0, 0.5, 2.0]) * sigma, rtol=0.1)


def test_a_picture_without_grain_has_none():
    assert max(noise_sigma(np.repeat(street()[..., None], 3, axis=-1))) < 1e-4
    assert noise_sigma(np.ones((64, 64, 3))) == (0.0, 0.0, 0.0)


def grainy(picture, seed):
    return picture + np.random.default_rng(seed).normal(0, 0.01, picture.shape)


@pytest.mark.parametrize("shift", [(0.0, 0.0), (2.0, -1.0), (7.0, 4.0), (0.5, 0.5)])
def test_a_pan_is_measured(shift):
    moved = cv2.warpAffine(street(), np.float32([[1, 0, shift[0]], [0, 1, shift[1]]]), (640, 360), borderMode=2)
    found = camera_motion([grainy(street(), 1), grainy(moved, 2)])
    assert found == pytest.approx(np.hypot(*shift), abs=0.3)


def test_a_zoom_counts():
    moved = cv2.warpAffine(street(), cv2.getRotationMatrix2D((320, 180), 0, 1.02), (640, 360), borderMode=2)
    assert camera_motion([grainy(street(), 1), grainy(moved, 2)]) > 1.5


def test_people_who_walk_by_do_not():
    before, after = street(), street()
    before[150:350, 100:180], after[150:350, 130:210] = 0.05, 0.05
    assert camera_motion([grainy(before, 1), grainy(after, 2)]) < 0.5


def test_an_empty_sky_says_nothing():
    assert camera_motion([np.full((64, 64), 0.5), np.full((64, 64), 0.5)]) == 0
