"""The survey against truth: streets drawn by a known camera, and the project's own rendered plate."""

from __future__ import annotations

import time
from pathlib import Path

import cv2
import numpy as np
import pytest

import secondunit.testing.street
from secondunit.errors import BadBrief, BadPicture, CannotSolve
from secondunit.imaging.colour import to_working
from secondunit.imaging.files import read_picture
from secondunit.plate.survey import Facade, Survey
from secondunit.plate.surveying import Hints, survey_plate
from secondunit.records import read_json
from secondunit.scene.camera import Array, Camera

from .drawn_street import Street, draw

ROUGH_PX = 6.0
RING = ((0, 0), (1, 0), (1, 1), (0, 1))


@pytest.fixture(scope="module")
def street() -> Street:
    return draw()


@pytest.fixture(scope="module")
def survey(street: Street) -> Survey:
    return survey_plate(street.picture, street.outline(ROUGH_PX, 1), Hints(height_m=9.0))


def corners(survey: Survey, facade: Facade) -> Array:
    points = [facade.to_world(s * facade.width_m, t * facade.height_m) for s, t in RING]
    return survey.camera.project(np.array(points))[0]


def stray_px(survey: Survey, truth: Array) -> float:
    """The farthest that any corner is off, in a row of walls from left to right."""
    left_to_right = sorted(survey.facades, key=lambda one: corners(survey, one)[:, 0].mean())
    found = np.concatenate([corners(survey, one) for one in left_to_right])
    return float(np.linalg.norm(found - truth, axis=1).max())


@pytest.mark.parametrize(
    "scene",
    [
        pytest.param({}, id="right-angled"),
        pytest.param({"corner_deg": 60.0}, id="obtuse corner"),
        pytest.param({"size_m": (14, 18, 10), "aim_m": 9, "at_m": (24, 24)}, id="six storeys"),
        pytest.param({"focal": 1.3, "at_m": (26, 30)}, id="long lens"),
        pytest.param({"focal": 0.65, "at_m": (18, 16), "aim_m": 4.5}, id="wide lens"),
        pytest.param({"side_light": 0.9}, id="flat light"),
    ],
)
def test_focal_within_3_percent_and_corners_within_3_px_from_a_rough_outline(scene: dict[str, float]) -> None:
    street = draw(**scene)  # type: ignore[arg-type]
    for seed in (1, 2):
        high = street.front.height_m
        survey = survey_plate(street.picture, street.outline(ROUGH_PX, seed), Hints(height_m=high))
        assert abs(survey.camera.focal_px / street.camera.focal_px - 1) < 0.03
        assert len(survey.facades) == 2
        assert stray_px(survey, street.corners()) < 3.0
        assert survey.facades[0].width_m == pytest.approx(street.front.width_m, rel=0.03)


def test_world_frame_has_the_main_facade_at_the_origin(survey: Survey, street: Street) -> None:
    front, side = survey.facades
    np.testing.assert_allclose(front.origin_m, 0, atol=1e-9)
    np.testing.assert_allclose(front.along_m, [1, 0, 0], atol=1e-9)
    np.testing.assert_allclose(front.normal, [0, 0, 1], atol=1e-9)
    assert front.height_m == pytest.approx(9.0)
    assert survey.camera.position_m[2] > 0
    np.testing.assert_allclose(survey.camera.position_m, street.camera.position_m, rtol=0.03, atol=0.1)
    shared = front.to_world(front.width_m, 0.0)
    np.testing.assert_allclose(side.to_world(0.0, 0.0), shared, atol=1e-6)
    assert survey.depth_m == pytest.approx(12.0, rel=0.03)


def test_the_outline_is_carried_to_the_walls_it_lies_on(survey: Survey, street: Street) -> None:
    for facade in survey.facades:
        s, t = np.array(facade.outline_m).T
        assert t.min() >= 0
        assert t.max() == pytest.approx(9.0, abs=0.4)
        assert s.max() - s.min() == pytest.approx(facade.width_m, abs=0.8)


def test_windows_are_found_where_they_are(survey: Survey, street: Street) -> None:
    for found, truth in zip(survey.facades, (street.front, street.side), strict=True):
        assert len(found.openings) == len(truth.openings)
        for one in truth.openings:
            sides = np.array([one.left_m, one.bottom_m, one.right_m, one.top_m])
            off = [np.abs(np.array([o.left_m, o.bottom_m, o.right_m, o.top_m]) - sides).max() for o in found.openings]
            assert min(off) < 0.2
    assert survey.storeys == 2


def test_same_picture_same_survey(survey: Survey, street: Street) -> None:
    again = survey_plate(street.picture, street.outline(ROUGH_PX, 1), Hints(height_m=9.0))
    assert again.to_json() == survey.to_json()


def test_a_mask_says_the_same_as_its_polygon(street: Street) -> None:

    mask = np.zeros(street.picture.shape[:2], np.uint8)
    cv2.fillPoly(mask, [np.rint(street.outline() - 0.5).astype(np.int32)], (1,))
    survey = survey_plate(street.picture, mask.astype(np.float32), Hints(height_m=9.0))
    assert stray_px(survey, street.corners()) < 3.0


def test_twice_the_height_makes_everything_twice_as_large(survey: Survey, street: Street) -> None:
    large = survey_plate(street.picture, street.outline(ROUGH_PX, 1), Hints(height_m=18.0, windows="none"))
    assert large.camera.focal_px == survey.camera.focal_px
    assert large.facades[0].width_m == pytest.approx(2 * survey.facades[0].width_m)
    np.testing.assert_allclose(large.camera.position_m, 2 * np.array(survey.camera.position_m))


def test_what_the_artist_gives_wins(street: Street) -> None:
    hints = Hints(
        camera_height_m=1.7,
        storeys=3,
        depth_m=7.5,
        focal_mm=28.8,
        sensor_width_mm=36.0,
        windows="grid",
        edges=(float(street.corners()[1, 0]),),
        sun_azimuth_deg=30.0,
        sun_elevation_deg=50.0,
        sun_to_sky=3.0,
    )
    survey = survey_plate(street.picture, street.outline(ROUGH_PX, 4), hints)
    assert survey.camera.focal_px == pytest.approx(0.8 * 1920)
    assert survey.confidence["focal"] == 1.0
    assert survey.camera.position_m[1] == pytest.approx(1.7)
    assert survey.facades[0].height_m == pytest.approx(9.0, rel=0.03)
    assert (survey.storeys, survey.depth_m, survey.light.sun_known) == (3, 7.5, 1.0)
    assert len({round(one.bottom_m, 3) for one in survey.facades[0].openings}) == 3
    assert survey.facades[0].along_m == pytest.approx((1, 0, 0))
    np.testing.assert_allclose(np.degrees(np.arcsin(survey.light.to_sun[1])), 50.0)
    sun_on_level = np.array(survey.light.sun) * survey.light.to_sun[1]
    luminance = np.array([0.2722287, 0.6740818, 0.0536895])
    assert sun_on_level @ luminance == pytest.approx(3.0 * (np.array(survey.light.sky) @ luminance))


def test_edges_given_split_the_walls_there(street: Street) -> None:
    x = float(street.corners()[1, 0]) - 40.0
    survey = survey_plate(street.picture, street.outline(), Hints(height_m=9.0, edges=(x,)))
    foot = survey.camera.project(survey.facades[1].to_world(0.0, 0.0))[0]
    assert abs(foot[0] - x) < 3.0
    one = survey_plate(street.picture, street.outline(), Hints(height_m=9.0, edges=()))
    assert len(one.facades) == 1


def test_without_any_scale_it_guesses_and_says_so(street: Street) -> None:
    survey = survey_plate(street.picture, street.outline(), Hints())
    assert survey.confidence["scale"] < 0.35
    assert any("scale" in note.lower() for note in survey.notes)
    storeys = survey_plate(street.picture, street.outline(), Hints(storeys=3))
    assert storeys.facades[0].height_m == pytest.approx(9.3)


def test_a_building_cut_by_the_picture_ends_there() -> None:
    street = draw(aim_x=1.3)
    assert street.corners()[0, 0] < -100
    survey = survey_plate(street.picture, street.outline(), Hints(height_m=9.0))
    bottom, top = corners(survey, survey.facades[0])[[0, 3]]
    assert min(bottom[0], top[0]) < 0 < max(bottom[0], top[0]) + 3
    assert any("beyond the picture" in note for note in survey.notes)


def test_light_comes_from_the_side_of_the_brighter_wall() -> None:
    for side_light in (0.3, 3.0):
        street = draw(side_light=side_light, width_px=1280, height_px=720)
        survey = survey_plate(street.picture, street.outline(), Hints(height_m=9.0))
        lit = survey.facades[0 if side_light < 1 else 1]
        dark = survey.facades[1 if side_light < 1 else 0]
        assert np.dot(lit.normal, survey.light.to_sun) > 0.2
        assert np.dot(lit.normal, survey.light.to_sun) > np.dot(dark.normal, survey.light.to_sun)
        assert survey.light.sun_known < 0.5


@pytest.mark.parametrize(
    ("outline", "said"),
    [
        ([(2000, 100), (2200, 100), (2200, 300)], "outside"),
        ([(100, 100), (200, 200), (300, 300)], "area"),
        ([(100, 100), (900, 900), (900, 100), (100, 900)], "crosses itself"),
        ([(100, 100), (130, 100), (130, 130)], "%"),
        ([(100, 100), (900, 100)], "three corners"),
        ([(100, 100), (900, 100), (float("nan"), 500)], "number"),
    ],
)
def test_an_impossible_outline_is_refused_by_name(
    street: Street, outline: list[tuple[float, float]], said: str
) -> None:
    with pytest.raises(BadBrief, match=r"building\.outline") as caught:
        survey_plate(street.picture, np.array(outline, float))
    assert said in str(caught.value)


def test_an_empty_matte_is_refused(street: Street) -> None:
    with pytest.raises(BadBrief, match=r"building\.matte"):
        survey_plate(street.picture, np.zeros(street.picture.shape[:2]))


def test_nothing_to_solve_from_is_refused_with_advice() -> None:
    outline = np.array([(100, 100), (900, 100), (900, 600), (100, 600)], float)
    noise = np.random.default_rng(5).uniform(0, 1, (720, 1280, 3)).astype(np.float32)
    for picture in (np.full((720, 1280, 3), 0.18, np.float32), np.zeros((720, 1280, 3), np.float32), noise):
        with pytest.raises(CannotSolve) as caught:
            survey_plate(picture, outline)
        assert caught.value.advice


def test_an_outline_that_hangs_in_the_sky_is_refused(street: Street) -> None:
    high = np.array([(300, 330), (1000, 250), (1000, 450), (300, 500)], float)
    with pytest.raises(CannotSolve, match="foot"):
        survey_plate(street.picture, high, Hints(focal_mm=28.8))


def test_a_picture_that_is_no_picture_is_refused() -> None:
    with pytest.raises(BadPicture):
        survey_plate(np.zeros((40, 40, 3), np.float32), np.array([(1, 1), (30, 1), (30, 30)], float))


def test_the_demo_plate_within_its_bars() -> None:
    folder = Path(secondunit.testing.street.__file__).parent
    truth = read_json(folder / "truth.json", kind="street_truth", version=1)
    photograph = read_picture(folder / "plate.jpg")
    plate = to_working(photograph.pixels, photograph.space)
    camera = Camera.from_json(truth["camera"]).scaled(plate.shape[1], plate.shape[0])
    scale = plate.shape[1] / truth["camera"]["width_px"]
    places = ("bottom_left", "bottom_right", "top_right", "top_left")
    corner = {name: np.array(xy) * scale for name, xy in truth["corners_px"].items()}
    expected = np.array([corner[f"{wall}_{place}"] for wall in ("front", "side") for place in places])
    silhouette = expected[[0, 1, 5, 6, 7, 3]]
    for seed in (1, 2):
        rough = silhouette + np.random.default_rng(seed).uniform(-5, 5, silhouette.shape)
        began = time.process_time()
        survey = survey_plate(plate, rough, Hints(height_m=truth["facades"][0]["height_m"]))
        assert time.process_time() - began < 6.0
        assert abs(survey.camera.focal_px / camera.focal_px - 1) < 0.03
        assert stray_px(survey, expected) < 3.0 * plate.shape[1] / 1920
        assert survey.confidence["focal"] > 0.5
