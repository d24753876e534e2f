import numpy as np
import pytest

from secondunit.scene.render.raster import rasterise, sample_offsets, splat

HEIGHT, WIDTH = 60, 80
CENTRE = np.array([0.5, 0.5], np.float32)


def draw(screen, triangles, offset=CENTRE):
    inverse, ids = np.zeros((HEIGHT, WIDTH), np.float32), np.full((HEIGHT, WIDTH), -1, np.int32)
    rasterise(np.asarray(screen, np.float32), np.asarray(triangles, np.int32), 0, offset, inverse, ids)
    return ids, inverse


FACING = [[10, 10, 0.1], [10, 40, 0.1], [60, 10, 0.1]]  # counter-clockwise to the eye: y points down


def test_area_averaged_over_samples_is_the_triangle_s():
    covered = np.mean([(draw(FACING, [[0, 1, 2]], offset)[0] >= 0).sum() for offset in sample_offsets(16)])
    assert covered == pytest.approx(0.5 * 50 * 30, rel=0.01)


def test_a_triangle_seen_from_behind_is_not_drawn():
    assert (draw(FACING, [[0, 2, 1]])[0] == -1).all()


def test_a_vertex_behind_the_camera_hides_the_triangle():
    screen = np.array(FACING)
    screen[1, 2] = 0
    assert (draw(screen, [[0, 1, 2]])[0] == -1).all()


def test_the_nearer_one_wins_in_either_order():
    near, far = np.array(FACING), np.array(FACING)
    near[:, 2], far[:, 2] = 0.2, 0.1
    for screen, winner in ((np.concatenate([near, far]), 0), (np.concatenate([far, near]), 1)):
        ids, inverse = draw(screen, [[0, 1, 2], [3, 4, 5]])
        assert set(np.unique(ids)) == {-1, winner}
        assert inverse[ids >= 0] == pytest.approx(0.2)


def test_triangles_that_share_edges_leave_no_gap():
    random = np.random.default_rng(8)
    y, x = np.mgrid[0:7, 0:9]
    points = np.stack([x * 10.0, y * 10.0, 0 * x + 0.1], axis=-1)
    points[1:-1, 1:-1, :2] += random.uniform(-4, 4, (5, 7, 2))
    number = np.arange(63).reshape(7, 9)
    a, b, c, d = number[:-1, :-1].ravel(), number[1:, :-1].ravel(), number[1:, 1:].ravel(), number[:-1, 1:].ravel()
    triangles = np.concatenate([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)])
    for offset in sample_offsets(8):
        assert (draw(points.reshape(-1, 3), triangles, offset)[0] >= 0).all()


def test_small_lumps_cover_their_area_on_average():
    random = np.random.default_rng(3)
    centres = np.concatenate([random.uniform(5, 55, (400, 2)), np.full((400, 1), 0.1)], axis=1).astype(np.float32)
    covered = []
    for salt, offset in enumerate(sample_offsets(32)):
        for one in range(0, 400, 40):  # few at a time, so that they do not hide each other
            ids, inverse = np.full((HEIGHT, WIDTH), -1, np.int32), np.zeros((HEIGHT, WIDTH), np.float32)
            part = np.zeros_like(centres)
            part[one : one + 40] = centres[one : one + 40]
            splat(part, np.full(400, 0.25, np.float32), 0, offset, salt, inverse, ids)
            covered.append((ids >= 0).sum() / 40)
    assert np.mean(covered) == pytest.approx(np.pi * 0.25**2, rel=0.3)
