"""Faces are found where they are, at any size, once each; and nothing else is."""

import numpy as np
import pytest

from secondunit.errors import BadPicture
from secondunit.likeness.find import TILE_PX, _merged, _starts, find_faces, shared

from .conftest import SIZE, portrait


def test_each_face_is_found_once_where_it_is(seen):
    assert len(seen) == 2
    for index, face in enumerate(seen):
        left, top, right, bottom = face.box_px
        assert index * SIZE < left < right < (index + 1) * SIZE
        assert 0 < top < bottom < SIZE
        assert face.picture_px == (2 * SIZE, SIZE)
        assert face.embedding.shape == (128,)


def test_the_same_picture_gives_the_same_numbers(street, seen):
    again = find_faces(street.copy(), frame=1001)
    assert again == seen
    assert all(np.array_equal(a.embedding, b.embedding) for a, b in zip(again, seen, strict=True))


def test_a_face_on_the_seam_of_two_tiles_is_found_once():
    wide = np.full((SIZE, 2 * TILE_PX - SIZE, 3), 90, np.uint8)
    seam = _starts(wide.shape[1])[1]
    wide[:, seam - SIZE // 2 : seam + SIZE // 2] = portrait("bram")
    (face,) = find_faces(wide, frame=1)
    assert face.box_px[0] < seam < face.box_px[2]


@pytest.mark.parametrize("length", [1, 1599, 1600, 1601, 2048, 3840, 4096, 8192])
def test_tiles_cover_the_picture(length):
    covered = np.zeros(length, bool)
    for start in _starts(length):
        assert 0 <= start <= max(0, length - TILE_PX)
        covered[start : start + TILE_PX] = True
    assert covered.all()


def test_where_there_is_no_face_none_is_found():
    noise = np.random.default_rng(1).integers(0, 256, (300, 300, 3), np.uint8)
    assert find_faces(noise, frame=1) == ()
    assert find_faces(np.zeros((1, 1, 3), np.uint8), frame=1) == ()


def test_only_codes_are_looked_at():
    for wrong in (np.zeros((8, 8, 3), np.float32), np.zeros((8, 8), np.uint8), np.zeros((0, 8, 3), np.uint8)):
        with pytest.raises(BadPicture, match="sRGB codes"):
            find_faces(wrong, frame=1)


def test_of_boxes_on_each_other_the_surest_stays():
    assert shared((0, 0, 10, 10), (0, 0, 10, 10)) == 1
    assert shared((0, 0, 10, 10), (10, 0, 20, 10)) == 0
    assert _merged([(0.1, (0, 0, 10, 10)), (0.9, (1, 0, 11, 10)), (0.2, (50, 0, 60, 10))]) == [
        (0.9, (1, 0, 11, 10)),
        (0.2, (50, 0, 60, 10)),
    ]
