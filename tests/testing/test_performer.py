"""The demo's performer: found, recognised and where the truth says, in every picture that ships."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest

from secondunit.errors import BrokenStore
from secondunit.imaging.movie import MovieReader
from secondunit.likeness.find import find_faces
from secondunit.testing import performer


@pytest.fixture(scope="module")
def plate():
    return performer.load()


@pytest.fixture(scope="module")
def frames(plate):
    with MovieReader(plate.movie) as movie:
        return {index: movie.frame(index) for index in (0, 15, 24, 47)}


def face(codes):
    found = find_faces(codes, frame=1001)
    assert len(found) == 1
    return found[0]


def read(path):
    return cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)


def test_the_movie_is_small_and_of_the_size_and_length_its_truth_tells(plate):
    with MovieReader(plate.movie) as movie:
        assert (movie.facts.width_px, movie.facts.height_px) == tuple(plate.truth["size_px"]) == (1920, 1080)
        assert len(movie.facts.times) == len(plate.truth["frames"]) == 48
        assert str(movie.facts.rate) == plate.truth["rate"] == "24"
    assert plate.movie.stat().st_size < 3 * 2**20
    assert all(still.stat().st_size < 2**20 for still in (*plate.stills, plate.bystander))


def test_the_performer_is_recognised_from_the_stills_and_the_bystander_is_not(plate, frames):
    known = [np.asarray(face(read(still)).embedding) for still in plate.stills]
    stranger = np.asarray(face(read(plate.bystander)).embedding)
    for codes in frames.values():
        seen = np.asarray(face(codes).embedding)
        assert min(np.linalg.norm(seen - one) for one in known) < 0.5
        assert np.linalg.norm(seen - stranger) > 0.6


def test_the_face_is_where_the_truth_says(plate, frames):
    for index, codes in frames.items():
        marks = plate.truth["frames"][index]["landmarks_px"]
        eyes = np.mean([marks[name] for name in marks if name.startswith("eye")], axis=0)
        left, top, right, bottom = face(codes).box_px
        assert left < eyes[0] < right
        assert top < eyes[1] < (top + bottom) / 2


def test_somebody_speaks_blinks_and_moves_without_jumps(plate):
    told = plate.truth["frames"]
    jaw, lids = (np.array([frame[name] for frame in told]) for name in ("jaw_open", "lids_shut"))
    assert jaw.max() > 0.2
    assert jaw.min() < 0.06
    assert lids.max() > 0.8
    assert (lids > 0.3).sum() < 10
    nose = np.array([frame["landmarks_px"]["nose-tip"] for frame in told])
    assert 3 < np.ptp(nose, axis=0).max() < 120
    assert max(np.linalg.norm(b - a) for a, b in pairwise(nose)) < 12


def test_a_folder_without_truth_is_told(tmp_path):
    with pytest.raises(BrokenStore, match=r"truth\.json"):
        performer.load(tmp_path)
