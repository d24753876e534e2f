"""A match is near and alone; what lies between is asked; nobody is nobody."""

import json

import numpy as np
import pytest

from secondunit.likeness.find import Face
from secondunit.likeness.match import APART, MATCH_AT, NOBODY_AT, SMALLEST_MATCH_PX, Likely, match_face

ORIGIN = np.zeros(128)


def at(distance, axis=0):
    one = np.zeros(128)
    one[axis] = distance
    return one


def face(embedding=ORIGIN, side=120):
    return Face(1001, (10, 10, 10 + side, 10 + side), (640, 360), 1.0, embedding)


@pytest.mark.parametrize(
    ("distance", "verdict"),
    [
        (0.0, Likely.MATCH),
        (MATCH_AT, Likely.MATCH),
        (MATCH_AT + 0.001, Likely.UNSURE),
        (NOBODY_AT - 0.001, Likely.UNSURE),
        (NOBODY_AT, Likely.NOBODY),
    ],
)
def test_the_verdict_goes_by_the_nearest(distance, verdict):
    found = match_face(face(), {"p-near": [at(1.2), at(distance)], "p-far": [at(1.0, 1)]})
    assert found.verdict is verdict
    assert found.person_id == ("p-near" if verdict is Likely.MATCH else None)
    assert found.distances == {"p-near": round(distance, 4), "p-far": 1.0}


def test_two_who_are_about_as_near_are_told_apart_by_people():
    assert match_face(face(), {"a1": [at(0.3)], "b1": [at(0.3 + APART - 0.01, 1)]}).verdict is Likely.UNSURE
    assert match_face(face(), {"a1": [at(0.3)], "b1": [at(0.3 + APART + 0.01, 1)]}).person_id == "a1"


def test_a_face_too_small_is_never_a_match():
    small = match_face(face(side=SMALLEST_MATCH_PX - 1), {"a1": [at(0.1)]})
    assert (small.verdict, small.person_id) == (Likely.UNSURE, None)
    assert match_face(face(side=SMALLEST_MATCH_PX), {"a1": [at(0.1)]}).person_id == "a1"


def test_without_references_nobody_matches():
    assert match_face(face(), {}).verdict is Likely.NOBODY
    assert match_face(face(), {"a1": []}).verdict is Likely.NOBODY


def test_a_drawn_person_is_known_on_another_day_and_a_stranger_is_not(seen, store, portraits):
    store.add("p-bram", [portraits["bram"]], keep_until="2199-01-01", by="t")
    references = store.references(["p-bram"], by="t", purpose="a test")
    bram, finn = (match_face(one, references) for one in seen)
    assert (bram.verdict, bram.person_id) == (Likely.MATCH, "p-bram")
    assert finn.person_id is None
    assert finn.distances["p-bram"] > bram.distances["p-bram"] + APART


def test_what_is_written_of_a_face_holds_no_numbers_of_it():
    text = json.dumps(match_face(face(np.full(128, 0.123456789)), {"a1": [ORIGIN]}).to_json())
    assert "embedding" not in text
    assert "0.12345" not in text
