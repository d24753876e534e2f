"""How far off things in front stand: from their feet, for rough mattes, joined things and feet out of the picture."""

from __future__ import annotations

import numpy as np
import pytest

from secondunit.effects.collapse.standing import distances
from secondunit.errors import CannotSolve
from secondunit.scene.camera import look_at

WIDTH, HEIGHT = 320, 180
CAMERA = look_at((0.0, 2.0, 0.0), (0.0, 1.5, -30.0), focal_px=260, width_px=WIDTH, height_px=HEIGHT)


def depth_of(point):
    return float(CAMERA.project(point)[1])


def stand(matte, x_m, z_m, wide_m, tall_m, foot_m=0.0):
    """Draw a board that stands on the ground."""
    (left, low), _ = CAMERA.project([x_m - wide_m / 2, foot_m, z_m])
    (right, high), _ = CAMERA.project([x_m + wide_m / 2, foot_m + tall_m, z_m])
    matte[max(0, round(high)) : max(0, round(low)), max(0, round(left)) : round(right)] = 1
    return depth_of([x_m, 0.0, z_m])


def empty():
    return np.zeros((HEIGHT, WIDTH), np.float32)


@pytest.mark.parametrize("z_m", [-6.0, -12.0, -25.0])
def test_a_thing_is_as_far_as_the_ground_at_its_foot(z_m):
    matte = empty()
    true = stand(matte, 1.0, z_m, 1.0, 2.5)
    far = distances(CAMERA, matte)
    assert far[matte > 0] == pytest.approx(true, rel=0.08)
    assert not far[matte == 0].any()


def test_things_apart_have_distances_of_their_own():
    matte = empty()
    near, away = stand(matte, -2.0, -8.0, 0.3, 3.0), stand(matte, 3.0, -20.0, 4.0, 1.5)
    far = distances(CAMERA, matte)
    assert far[:, : WIDTH // 2].max() == pytest.approx(near, rel=0.06)
    assert far[:, WIDTH // 2 :].max() == pytest.approx(away, rel=0.06)


def test_a_car_behind_a_trunk_is_not_as_near_as_the_tree_and_leaves_are():
    matte = empty()
    away = stand(matte, 1.4, -16.0, 3.4, 1.4)
    near = stand(matte, 0.0, -8.0, 0.5, 4.0)
    stand(matte, 0.0, -8.0, 3.0, 1.2, foot_m=3.0)
    (car_x, car_y), _ = CAMERA.project([2.4, 0.7, -16.0])
    (leaf_x, leaf_y), _ = CAMERA.project([1.2, 3.6, -8.0])
    far = distances(CAMERA, matte)
    assert far[int(car_y), int(car_x)] == pytest.approx(away, rel=0.06)
    assert far[int(leaf_y), int(leaf_x)] == pytest.approx(near, rel=0.06)


def test_a_foot_below_the_picture_is_nearer_than_its_lower_edge():
    matte = empty()
    matte[40:, 100:140] = 1
    edge = 2.0 / -(CAMERA.rays([120.0, float(HEIGHT)])[1])
    far = distances(CAMERA, matte)
    assert 0 < far[100, 120] < 0.8 * edge


def test_what_touches_no_ground_is_as_far_as_what_is_next_to_it_or_before_everything():
    matte = empty()
    alone = matte.copy()
    alone[20:30, 100:110] = 1
    assert 0 < distances(CAMERA, alone)[25, 105] < 0.1
    matte[20:30, 100:110] = 1
    true = stand(matte, -2.0, -12.0, 0.5, 2.0)
    assert distances(CAMERA, matte)[25, 105] == pytest.approx(true, rel=0.06)


def test_soft_edges_and_faint_mattes_have_a_distance_too():
    matte = empty()
    true = stand(matte, 0.0, -12.0, 2.0, 2.0)
    faint = 0.3 * matte
    matte[:, 1:] = np.maximum(matte[:, 1:], 0.2 * matte[:, :-1])
    for one in (matte, faint):
        assert distances(CAMERA, one)[one > 0] == pytest.approx(true, rel=0.08)


def test_the_artist_wins():
    matte = empty()
    stand(matte, -2.0, -8.0, 1.0, 2.0)
    other = stand(matte, 3.0, -20.0, 4.0, 1.5)
    rows, columns = np.nonzero(distances(CAMERA, matte) < 12.0 * (matte > 0))
    point = (float(columns.mean()) * 4, float(rows.mean()) * 4, 17.5)
    far = distances(CAMERA, matte, [point], full_width_px=4 * WIDTH)
    assert far[rows, columns] == pytest.approx(17.5)
    assert far.max() == pytest.approx(other, rel=0.06)
    with pytest.raises(CannotSolve, match="holdout_m"):
        distances(CAMERA, matte, [(2.0, 2.0, 9.0)])


def test_nothing_in_front_is_nowhere():
    assert not distances(CAMERA, empty()).any()


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (90, 2000)])
def test_any_size_and_noise(size):
    random = np.random.default_rng(3)
    camera = look_at((0.0, 2.0, 0.0), (0.0, 1.5, -30.0), focal_px=260, width_px=size[1], height_px=size[0])
    matte = random.random(size).astype(np.float32)
    far = distances(camera, matte)
    assert far.shape == size
    assert np.isfinite(far).all()
    assert (far[matte > 0] > 0).all()
