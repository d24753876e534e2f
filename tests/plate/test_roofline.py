"""What the outline leaves out of the building: found where it stands before the sky, and nothing is made up."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from secondunit.plate.overlay import overlay
from secondunit.plate.roofline import left_out
from secondunit.plate.survey import Survey
from secondunit.plate.surveying import Hints, survey_plate

from .drawn_street import draw

BLUE, GREY, GREEN, BRICK = (120, 150, 220), (205, 205, 207), (60, 90, 50), (140, 100, 80)
SIZE = (720, 960)
ROOF = np.array([(200, 600), (200, 300), (480, 220), (760, 300), (760, 600)])


def sky(colour=BLUE, seed=0):
    picture = np.broadcast_to(np.float32(colour), (*SIZE, 3)) * np.linspace(0.85, 1.1, SIZE[0])[:, None, None]
    return np.asarray(picture + np.random.default_rng(seed).normal(0, 2.0, picture.shape), np.float32)


def inside(outline=ROOF):
    mask = np.zeros(SIZE, np.uint8)
    cv2.fillPoly(mask, [outline.astype(np.int32)], (1,))
    return mask.astype(bool)


def house(picture):
    picture[inside()] = (170, 120, 90)
    return picture


def blob(picture, centre, radius, colour, soft):
    """Something round, with a soft edge as a cloud has, or a sharp one."""
    y, x = np.mgrid[: SIZE[0], : SIZE[1]]
    share = np.clip((radius - np.hypot(x - centre[0], y - centre[1])) / soft, 0, 1)[..., None]
    return np.asarray(picture * (1 - share) + np.float32(colour) * share, np.float32)


@pytest.mark.parametrize("light", [BLUE, GREY])
@pytest.mark.parametrize("colour", [BRICK, (90, 90, 92), (60, 62, 70)])
def test_a_chimney_before_the_sky_is_found_where_it_is(light, colour):
    picture = sky(light)
    cv2.rectangle(picture, (560, 185), (600, 300), colour, -1)
    ((left, top, right, bottom),) = left_out(house(picture), inside())
    assert (left, top, right) == pytest.approx((560, 185, 601), abs=5)
    assert 235 < bottom < 260  # where it meets the roof's edge


def test_an_outline_that_holds_it_leaves_nothing_out():
    picture = sky()
    cv2.rectangle(picture, (560, 185), (600, 300), BRICK, -1)
    around = [
        (200, 600),
        (200, 300),
        (480, 220),
        (556, 240),
        (556, 180),
        (604, 180),
        (604, 250),
        (760, 300),
        (760, 600),
    ]
    assert not left_out(house(picture), inside(np.array(around)))


@pytest.mark.parametrize("move", [-8, 8])
def test_an_outline_drawn_a_little_off_makes_no_false_alarm_and_still_finds_it(move):
    drawn = inside(ROOF + np.array([0, move]))
    assert not left_out(house(sky()), drawn)
    picture = sky()
    cv2.rectangle(picture, (560, 185), (600, 300), BRICK, -1)
    assert len(left_out(house(picture), drawn)) == 1


def test_clouds_are_sky():
    picture = sky()
    for centre, radius, grey in (((330, 250), 60, 245), ((480, 200), 40, 215), ((640, 250), 25, 235)):
        picture = blob(picture, centre, radius, (grey, grey, grey), 12.0)
    assert not left_out(house(picture), inside())


def test_nothing_is_said_before_trees_or_a_neighbour():
    random = np.random.default_rng(1)
    trees = sky(GREEN) + random.normal(0, 25, (*SIZE, 3)).astype(np.float32)
    assert not left_out(house(trees), inside())
    picture = sky()
    cv2.rectangle(picture, (0, 150), (420, 600), (150, 140, 130), -1)  # a house behind, wider than things on a roof
    assert not left_out(house(picture), inside())


def test_the_survey_says_so_in_words_on_the_overlay_and_in_its_file(tmp_path):
    street = draw(width_px=2400, height_px=1350)  # larger than what is worked on: boxes are in the plate's pixels
    outline = street.outline()
    x, y = np.rint((outline[4] + outline[5]) / 2).astype(int).tolist()  # the middle of the front's upper edge
    picture = street.picture.copy()
    cv2.rectangle(picture, (x - 40, y - 110), (x + 40, y + 2), (0.1, 0.08, 0.07), -1)
    survey = survey_plate(picture, outline, Hints(height_m=9.0))
    assert len(survey.left_out) == 1
    left, top, right, _ = survey.left_out[0]
    assert (left, top, right) == pytest.approx((x - 40, y - 110, x + 40), abs=12)
    assert sum("roofline" in note and f"x {left} to {right}" in note for note in survey.notes) == 1
    survey.save(tmp_path / "survey.json")
    assert Survey.load(tmp_path / "survey.json") == survey
    plain = np.full((675, 1200, 3), 128, np.uint8)
    without = Survey.from_json({**survey.to_json(), "left_out_px": []})
    marked = np.argwhere((overlay(plain, survey) != overlay(plain, without)).any(axis=-1))
    assert marked[:, 1].min() == pytest.approx(left / 2, abs=4)
    assert marked[:, 0].min() == pytest.approx(top / 2, abs=4)
    assert not survey_plate(street.picture, outline, Hints(height_m=9.0)).left_out
