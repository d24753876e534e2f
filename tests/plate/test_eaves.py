"""Where the wall ends: under a roof, in the shadow of its eaves, at a gable's shoulder."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from secondunit.plate.survey import Facade, Survey
from secondunit.plate.surveying import Hints, survey_plate
from secondunit.scene.camera import Camera
from tests.plate.drawn_street import Street, draw

ROOF = (0.055, 0.06, 0.065)
ROOF_M = 3.5


def paint(picture: npt.NDArray[np.float32], camera: Camera, world: Any, colour: Any) -> None:
    pixels, _ = camera.project(np.asarray(world, float))
    cv2.fillPoly(picture, [np.rint(pixels).astype(np.int32)], [float(c) for c in colour], cv2.LINE_AA)


def roofed(street: Street, shade_m: float) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float64]]:
    """The street with a steep roof above each wall and the eaves' shadow on it; the outline with the roof in it."""
    picture = street.picture.copy()
    for facade in (street.front, street.side):
        for s in np.arange(0.0, facade.width_m, 0.5):
            end = min(s + 0.5, facade.width_m)
            top, low = facade.height_m, facade.height_m - shade_m
            wall = np.median(picture[_patch(street.camera, facade, (s + end) / 2, low - 0.6)], axis=(0, 1))
            ring = [facade.to_world(u, t) for u, t in ((s, low), (end, low), (end, top), (s, top))]
            paint(picture, street.camera, ring, wall * [0.22, 0.24, 0.28])
        ring = [(0, 0.0), (facade.width_m, 0.0), (facade.width_m, ROOF_M), (0, ROOF_M)]
        paint(picture, street.camera, [facade.to_world(u, facade.height_m + t) for u, t in ring], ROOF)
    front, side = street.front, street.side
    ends = [(front, 0, 0), (front, front.width_m, 0), (side, side.width_m, 0)]
    ends += [(side, side.width_m, side.height_m + ROOF_M), (front, front.width_m, front.height_m + ROOF_M)]
    ends += [(front, 0, front.height_m + ROOF_M)]
    outline, _ = street.camera.project(np.array([facade.to_world(s, t) for facade, s, t in ends]))
    return picture, outline


def _patch(camera: Camera, facade: Facade, s: float, t: float) -> tuple[slice, slice]:
    x, y = np.rint(camera.project(facade.to_world(s, t)[None])[0][0]).astype(int)
    return slice(y - 2, y + 3), slice(x - 2, x + 3)


def eaves_px(survey: Survey, camera: Camera, facade: Facade, name: str) -> float:
    """How far the found eaves' middle stands from the true one, px up."""
    found = next(one for one in survey.facades if one.name == name)
    there = survey.camera.project(found.to_world(found.width_m / 2, found.height_m)[None])[0][0]
    true = camera.project(
        np.array([facade.to_world(0, facade.height_m), facade.to_world(facade.width_m, facade.height_m)])
    )[0]
    slope = (true[1, 1] - true[0, 1]) / (true[1, 0] - true[0, 0])
    return float(true[0, 1] + slope * (there[0] - true[0, 0]) - there[1])


@pytest.mark.parametrize("shade_m", [0.0, 0.5, 1.0])
def test_the_shadow_of_the_eaves_belongs_to_the_wall(shade_m: float) -> None:
    street = draw()
    picture, outline = roofed(street, shade_m)
    survey = survey_plate(picture, outline, Hints(height_m=street.front.height_m))
    assert abs(eaves_px(survey, street.camera, street.front, "front")) < 8
    assert abs(eaves_px(survey, street.camera, street.side, "side")) < 8


def test_a_gable_cut_by_the_picture_ends_at_its_shoulder() -> None:
    street = draw(at_m=(18.0, 17.0))
    front, camera = street.front, street.camera
    picture = street.picture.copy()
    shoulder, peak = front.height_m, front.height_m + 9.0
    gable = [(0, shoulder), (front.width_m, shoulder), (front.width_m, peak)]
    paint(picture, camera, [front.to_world(s, t) for s, t in gable], (0.5, 0.3, 0.18))
    ring = [(0, 0), (front.width_m, 0), (front.width_m, peak), (0, shoulder)]
    outline, _ = camera.project(np.array([front.to_world(s, t) for s, t in ring]))
    survey = survey_plate(picture, outline, Hints(camera_height_m=camera.position_m[1]))
    found = survey.facades[0]
    assert found.height_m == pytest.approx(shoulder, rel=0.1)
    assert max(t for _, t in found.wall_m) > 1.3 * found.height_m
