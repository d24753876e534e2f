"""Real street photographs from a phone, with rough outlines drawn by hand and no camera data.

Not collected unless SECONDUNIT_REAL_PLATES names a folder that holds them: we may use them, but not pass them on.
There is no truth to compare with, so what is checked is what any right answer has: a phone's focal length, uprights
that fit, a camera at a person's height, walls whose feet are on the ground below the horizon.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from secondunit.imaging.colour import to_working
from secondunit.imaging.files import read_picture
from secondunit.plate.surveying import Hints, survey_plate

FOLDER = Path(os.environ["SECONDUNIT_REAL_PLATES"])
# File, outline in its pixels, height to the eaves by eye (m) or None where the top is not in the picture, walls.
PLATES = {
    "eaves wall seen sharply from the side": (
        "street_22.jpg",
        [(655, 472), (712, 500), (760, 530), (1023, 652), (1023, 5), (1000, 2), (870, 90), (686, 88), (668, 170)],
        4.0,
        1,
    ),
    "brick house with a cut corner": (
        "street_10.jpg",
        [
            (0, 530),
            (190, 515),
            (345, 500),
            (395, 485),
            (500, 425),
            (505, 330),
            (420, 250),
            (260, 175),
            (152, 98),
            (0, 98),
        ],
        4.0,
        3,
    ),
    "white house with a cut corner": (
        "street_10.jpg",
        [(705, 483), (765, 495), (915, 503), (1023, 498), (1023, 62), (960, 65), (880, 150), (780, 250), (702, 305)],
        4.6,
        3,
    ),
    "gable cut by the picture's top": (
        "street_23.jpg",
        [(720, 523), (800, 570), (900, 608), (1023, 672), (1023, 60), (975, 0), (788, 0), (718, 300)],
        None,
        1,
    ),
}


@pytest.mark.parametrize("name", PLATES)
def test_a_rough_outline_is_enough_for_a_sane_survey(name: str) -> None:
    file, outline, height_m, walls = PLATES[name]
    photograph = read_picture(FOLDER / file)
    picture = to_working(photograph.pixels, photograph.space)
    hints = Hints(height_m=height_m) if height_m else Hints(camera_height_m=1.6)
    survey = survey_plate(picture, np.array(outline, float), hints)
    camera = survey.camera
    assert 20 < camera.focal_px / camera.width_px * 36 < 40
    assert 1.2 < camera.position_m[1] < 2.0
    up = np.array(camera.rotation) @ [0.0, 1.0, 0.0]
    assert np.degrees(np.arccos(up[1])) < 8
    assert survey.confidence["vertical"] > 0.6
    assert len(survey.facades) == walls
    for facade in survey.facades:
        foot, depth = camera.project(facade.to_world([0.0, facade.width_m], 0.0))
        assert (depth > 0).all()
        ahead = camera.project(np.array(camera.position_m) - np.array(camera.rotation[2]) * [100, 0, 100])[0]
        assert (foot[:, 1] > ahead[1]).all()
        assert np.dot(facade.normal, np.array(camera.position_m) - facade.origin_m) > 0
