"""Laws of the survey's parts: edges, views, outlines, openings, light, the overlay."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import secondunit.testing.street
from secondunit.plate.lines import EdgePicture, find_segments
from secondunit.plate.outline import read_outline
from secondunit.plate.overlay import overlay
from secondunit.plate.shadows import elevation_deg
from secondunit.plate.survey import Facade, Opening, Survey
from secondunit.plate.view import View, level
from secondunit.plate.windows import BORDER_M, apart, lay_grid, straighten
from secondunit.records import read_json
from secondunit.scene.camera import look_at
from secondunit.scene.light import Light, direction_from_angles

metres = st.floats(1.0, 60.0)


def facade(width_m: float = 12.0, height_m: float = 8.0) -> Facade:
    ring = ((0.0, 0.0), (width_m, 0.0), (width_m, height_m), (0.0, height_m))
    return Facade("front", (0, 0, 0), (1, 0, 0), width_m, height_m, ring)


@given(st.floats(-0.3, 0.3), st.floats(-0.15, 0.15), st.floats(500, 3000), st.floats(0, 1920), st.floats(0, 1080))
def test_bearing_and_pixels_are_inverse(pitch: float, roll: float, focal: float, x: float, y: float) -> None:
    view = View(1920, 1080, focal, pitch, roll)
    bearing = view.bearing(np.array([x, y]))
    np.testing.assert_allclose(view.pixels(bearing[0], bearing[1]), [x, y], atol=1e-6)


@given(st.floats(-0.3, 0.3), st.floats(-0.15, 0.15), st.floats(-1.2, 1.2))
def test_parallel_lines_meet_where_the_view_says(pitch: float, roll: float, theta: float) -> None:
    view = View(1920, 1080, 1500.0, pitch, roll)
    meet = view.vanishing(level(theta))
    for start in (np.array([-1.0, -1.5, -6.0]), np.array([2.0, 3.0, -9.0])):
        ends = view.camera.project(start + np.array([[0.0], [0.5]]) * level(theta))[0]
        line = np.cross([*ends[0], 1.0], [*ends[1], 1.0])
        assert abs(line @ meet) / np.linalg.norm(line) / np.linalg.norm(meet) < 1e-9


def test_the_strongest_edge_is_where_the_step_is() -> None:
    picture = np.zeros((200, 300, 3), np.float32)
    picture[:, 120:] = [180, 90, 40]
    edges = EdgePicture.of(picture)
    x = np.arange(100, 140, 0.5)
    start, end = np.stack([x, np.full_like(x, 10)], 1), np.stack([x, np.full_like(x, 190)], 1)
    assert x[np.argmax(edges.along(start, end))] == pytest.approx(120.0, abs=0.5)


def test_colour_alone_makes_an_edge() -> None:
    picture = np.full((100, 200, 3), 100, np.float32)
    picture[:, 100:] = [100 - 0.6740818 / 0.2722287 * 10, 110, 100]  # the same luminance, before encoding
    edges = EdgePicture.of(picture)
    along = edges.along(np.array([[100.0, 5.0], [60.0, 5.0]]), np.array([[100.0, 95.0], [60.0, 95.0]]))
    assert along[0] > 0.4 > 0.05 > along[1]


def test_a_blank_picture_has_no_segments() -> None:
    assert len(find_segments(np.full((200, 300), 90, np.uint8))) == 0


def test_a_matte_keeps_its_pixels_outer_borders() -> None:
    mask = np.zeros((200, 300))
    mask[50:150, 100:250] = 1
    assert read_outline(mask, 300, 200).bounds == pytest.approx((100, 50, 250, 150), abs=0.3)


@given(metres, metres, st.integers(1, 12))
def test_a_grid_never_overlaps_and_keeps_its_distance(width_m: float, height_m: float, storeys: int) -> None:
    check(lay_grid(facade(width_m, height_m), storeys), width_m, height_m)


boxes = st.tuples(st.floats(-1, 12), st.floats(-1, 8), st.floats(0.1, 6), st.floats(0.1, 6))


@given(st.lists(boxes, max_size=14))
def test_openings_never_overlap_and_keep_their_distance(found: list[tuple[float, float, float, float]]) -> None:
    openings = [Opening(s, t, s + wide, t + tall) for s, t, wide, tall in found]
    check(apart(straighten(openings), facade()), 12.0, 8.0)


def check(openings: tuple[Opening, ...], width_m: float, height_m: float) -> None:
    for one in openings:
        assert BORDER_M - 1e-6 <= one.left_m < one.right_m <= width_m - BORDER_M + 1e-6
        assert BORDER_M - 1e-6 <= one.bottom_m < one.top_m <= height_m - BORDER_M + 1e-6
    for a, b in combinations(openings, 2):
        across = min(a.right_m, b.right_m) - max(a.left_m, b.left_m)
        up = min(a.top_m, b.top_m) - max(a.bottom_m, b.bottom_m)
        assert across <= 1e-9 or up <= 1e-9


@given(st.floats(15, 65), st.floats(-60, 60), st.floats(0.5, 6))
def test_the_suns_height_from_two_ratios(elevation: float, off: float, strength: float) -> None:
    e, a = np.radians([elevation, off])
    ground = 1 + strength * np.sin(e)
    walls = 1 + strength * np.cos(e) * np.cos(a) / (0.5 + 0.25 * ground / 2)
    found = elevation_deg(float(walls), float(ground), off)
    assert found is None or found == pytest.approx(elevation, abs=1e-6)
    assert found is not None or walls <= 1.05 or ground <= 1.05


def test_the_demo_plates_sun_is_found_from_its_shadow() -> None:
    from secondunit.imaging.colour import to_working
    from secondunit.imaging.files import read_picture
    from secondunit.plate.surveying import Hints, survey_plate

    folder = Path(secondunit.testing.street.__file__).parent
    truth = read_json(folder / "truth.json", kind="street_truth", version=1)
    photograph = read_picture(folder / "plate.jpg")
    plate = to_working(photograph.pixels, photograph.space)
    scale = plate.shape[1] / truth["camera"]["width_px"]
    corner = {name: np.array(xy) * scale for name, xy in truth["corners_px"].items()}
    ring = "front_bottom_left front_bottom_right side_bottom_right side_top_right front_top_right front_top_left"
    survey = survey_plate(plate, np.array([corner[name] for name in ring.split()]), Hints(height_m=17.0))
    to_sun = direction_from_angles(truth["sun_azimuth_deg"], truth["sun_elevation_deg"])
    assert np.degrees(np.arccos(np.dot(to_sun, survey.light.to_sun))) < 12
    assert survey.light.sun_known >= 0.5
    for found, true in zip(survey.facades, truth["facades"], strict=True):
        windows = [one for one in true["openings"] if one["kind"] == "window" and one["bottom_m"] > 3.5]
        hit = 0
        for one in windows:
            middle = np.array([one["left_m"] + one["right_m"], one["bottom_m"] + one["top_m"]]) / 2
            hit += any(o.left_m < middle[0] < o.right_m and o.bottom_m < middle[1] < o.top_m for o in found.openings)
        assert hit >= 0.8 * len(windows)


def test_the_overlay_marks_what_was_solved_and_leaves_its_input_alone() -> None:
    camera = look_at((6, 1.7, 14), (6, 4, 0), focal_px=500, width_px=640, height_px=360)
    light = Light((0.0, 0.7071, 0.7071), (3, 3, 3), (1, 1, 1), (0.5, 0.5, 0.5), 0.3)
    front = replace(facade(), openings=(Opening(2, 1, 3, 2.5), Opening(5, 0.25, 6, 2.3, "door")))
    survey = Survey(camera, (front,), 8.0, 2, light, {"focal": 0.8, "sun": 0.2})
    plate = np.full((360, 640, 3), 60, np.uint8)
    drawn = overlay(plate, survey)
    assert (plate == 60).all()
    assert drawn.shape == plate.shape
    assert drawn.dtype == np.uint8
    edge = camera.project(front.to_world(12.0, np.linspace(1, 7, 20)))[0].astype(int)
    assert (np.abs(drawn[edge[:, 1], edge[:, 0]].astype(int) - 60).max(axis=-1) > 20).mean() > 0.9
    np.testing.assert_array_equal(overlay(plate, survey), drawn)


def test_the_overlay_can_be_drawn_on_a_smaller_picture() -> None:
    camera = look_at((6, 1.7, 14), (6, 4, 0), focal_px=1000, width_px=1280, height_px=720)
    light = Light((0.0, 0.7071, 0.7071), (3, 3, 3), (1, 1, 1), (0.5, 0.5, 0.5), 0.9)
    survey = Survey(camera, (facade(),), 8.0, 2, light, {"focal": 0.8})
    assert overlay(np.zeros((180, 320, 3), np.uint8), survey).any()
