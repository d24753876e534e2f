"""A face is found, told from others, and followed: where it is, and steadier than it was found."""

import numpy as np
import pytest

from secondunit.effects.deage.age import EYES_AT_PX, EYES_TO_MOUTH_PX
from secondunit.effects.deage.align import EYES, MOUTH, to_crop, to_crops
from secondunit.effects.deage.find import find_meshes
from secondunit.effects.deage.follow import _Seen, eased
from secondunit.effects.deage.motion import settled, similarity
from secondunit.effects.deage.tracks import linked
from secondunit.imaging.colour import View, plate_from_codes, to_display
from secondunit.nets.faces import Square
from secondunit.nets.patches import applied, inverse, sampled
from secondunit.timebase import FrameRange

from .clips import moved, moves, still

SHOWN = View.DISPLAY_REFERRED


@pytest.fixture(scope="module")
def clip():
    maps = moves(12)
    frames = [plate_from_codes(one) for one in moved(still(), maps, light_stops=0.4, noise=1.0)]
    return maps, frames, [find_meshes(one, SHOWN, fine=index % 12 == 0) for index, one in enumerate(frames)]


class Clip:
    """What following needs of a context."""

    threads = 2
    frames = FrameRange(1001, 1013)

    def __init__(self, frames):
        self.plate = self
        self.view, self._frames = SHOWN, frames

    def codes(self, number):
        return to_display(self._frames[number - 1001], SHOWN)


def on_the_still(maps, points):
    return np.array([applied(inverse(one), each[:, :2]) for one, each in zip(maps, points, strict=True)])


def test_a_face_is_followed_as_the_picture_moves(clip):
    maps, frames, faces = clip
    (track,) = linked(faces)
    assert len(track.faces) == len(frames)
    seen = _Seen(Clip(frames), faces, [track])
    raw, steady = on_the_still(maps, seen.points), on_the_still(maps, seen.steady(12))

    def jitter(points):
        return np.sqrt((np.diff(points[:, :468], axis=0) ** 2).sum(axis=-1).mean())

    assert jitter(steady) < 0.25, "px of a face 200 px wide"
    assert jitter(steady) < jitter(raw) / 3
    assert np.abs(steady.mean(axis=0) - raw.mean(axis=0)).max() < 1.5, "steadiness must not cost the place"


def test_a_face_that_is_lost_is_looked_for_where_it_must_be(clip):
    _, frames, faces = clip
    (track,) = linked(faces)
    for index in (4, 5, 6):
        del track.faces[index]
    seen = _Seen(Clip(frames), faces, [track])
    assert not seen.found[4:7].any()
    seen.look_between()
    assert seen.found.all()
    assert np.abs(seen.points[5] - faces[5].points[0])[:468].max() < 4


def test_the_crop_is_where_it_is_defined_and_exactly_back(clip):
    faces = clip[2]
    points = faces[0].points[0].astype(np.float64)
    matrix = to_crop(points)
    eyes, mouth = (applied(matrix, points[list(one), :2]).mean(axis=0) for one in (EYES, MOUTH))
    np.testing.assert_allclose(eyes, EYES_AT_PX, atol=1e-9)
    assert np.linalg.norm(mouth - eyes) == pytest.approx(EYES_TO_MOUTH_PX)
    np.testing.assert_allclose(applied(inverse(matrix), applied(matrix, points[:, :2])), points[:, :2], atol=1e-9)


def test_a_mouth_that_opens_does_not_zoom(clip):
    faces = clip[2]
    mouth = np.array(faces[0].points[0])
    open_ = mouth.copy()
    open_[[61, 291], 1] += 12
    crops = to_crops(np.array([mouth, open_, mouth]))
    scales = np.sqrt(np.abs(np.linalg.det(crops[:, :, :2])))
    assert np.ptp(scales) / scales.mean() < 1e-6


def test_several_people_are_several_tracks():
    pair = np.hstack([still("efe", size_px=240), still("finn", size_px=240)])
    faces = [find_meshes(plate_from_codes(one), SHOWN) for one in (pair, pair, pair)]
    assert sorted(len(track.faces) for track in linked(faces)) == [3, 3]


def test_motion_alone_carries_a_path_over_a_gap_and_noise_averages_out():
    random, count = np.random.default_rng(1), 60
    truth = np.cumsum(random.normal(0, 2, (count, 5, 2)), axis=0)
    seen = truth + random.normal(0, 1, truth.shape)
    seen[20:30] = np.nan
    steps, trust = np.diff(truth, axis=0), np.ones((count - 1, 5))
    path = settled(seen, steps, trust, np.full(5, 20.0))
    error = np.sqrt(((path - truth) ** 2).mean())
    assert error < 0.35, f"{error}: of 1 px of noise about a fifth is left, over the gap too"
    alone = settled(seen, steps, np.zeros_like(trust), np.zeros(5))
    np.testing.assert_allclose(alone[:20], seen[:20], atol=1e-6)


def test_a_similarity_is_found_again():
    random = np.random.default_rng(2)
    points, matrix = random.normal(0, 50, (30, 2)), np.array([[1.1, -0.3, 7.5], [0.3, 1.1, -2.25]])
    np.testing.assert_allclose(similarity(points, applied(matrix, points), np.ones(30)), matrix, atol=1e-9)


def test_a_weight_never_jumps_and_never_exceeds_what_is_there():
    there = np.ones(40)
    there[15:18] = 0
    weight = eased(there, 8)
    assert (weight <= there).all()
    assert np.abs(np.diff(weight)).max() < 0.2
    assert weight[0] == weight[-1] == 1
    assert (eased(np.ones(1), 8) == 1).all()


def test_a_square_is_sampled_where_it_lies():
    y, x = np.mgrid[0:200, 0:300] + 0.5
    picture = np.stack([x, y], axis=-1).astype(np.float32)
    square = Square(140.25, 90.5, 60.0, 0.3)
    for size in (20, 60, 150):  # averaged, as it is, enlarged
        got = sampled(picture, square.matrix(size), size, size)
        line = np.arange(size) + 0.5
        wanted = square.placed(np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2), size).reshape(size, size, 2)
        assert np.abs(got - wanted)[2:-2, 2:-2].max() < 0.08, "OpenCV has places in steps of 1/32 px"


@pytest.mark.parametrize("shape", [(31, 47), (1, 1), (720, 1281), (90, 16)])
def test_a_picture_without_a_face_has_none(shape):
    noise = np.random.default_rng(3).uniform(0, 1, (*shape, 3)).astype(np.float32)
    assert len(find_meshes(noise, SHOWN).points) == 0
