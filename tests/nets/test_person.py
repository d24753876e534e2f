"""A person's matte ends where the person does."""

import cv2
import numpy as np

from secondunit.nets.person import guided


def test_a_matte_s_edge_comes_to_the_picture_s():
    columns = np.arange(128, dtype=np.float32)[None, :].repeat(128, axis=0)
    picture = np.where(columns < 60, 0.2, 0.6).astype(np.float32)
    picture += np.random.default_rng(1).normal(0, 0.01, picture.shape).astype(np.float32)
    rough = cv2.GaussianBlur((columns > 56).astype(np.float32), (0, 0), 3)  # three pixels off, and soft
    step = [float(abs(matte[:, 60] - matte[:, 59]).mean()) for matte in (rough, guided(rough, picture, 10))]
    assert step[1] > 5 * step[0]


def test_where_the_picture_is_even_a_matte_stays():
    rough = cv2.GaussianBlur((np.arange(128)[None, :].repeat(128, axis=0) > 64).astype(np.float32), (0, 0), 6)
    even = np.full((128, 128), 0.5, np.float32)
    assert np.abs(guided(rough, even, 3) - rough).max() < 0.1
