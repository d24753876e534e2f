"""Cameras see what their sensor and lens say; the sun stands where it should; data layers are exact."""

from __future__ import annotations

import numpy as np
import pytest

from secondunit.effects.sets import cameras, daylight
from secondunit.effects.sets.build import build
from secondunit.effects.sets.passes import Solid, passes, preview
from secondunit.effects.sets.plan import Column, Eye, Piece
from secondunit.errors import BadBrief
from tests.effects.sets.rooms import plan, room


def eye(**more: object) -> Eye:
    given = {"name": "a", "sensor": "alexa 35", "lens_mm": 32, "at_m": (1.0, 1.6, 5.2), "aim_m": (6.5, 1.6, 2.5)}
    return Eye.model_validate(given | more)


def test_the_field_of_view_is_the_sensors() -> None:
    for one in cameras.sensors().values():
        across, _ = cameras.field_of_view_deg(one.size_mm, 32)
        camera = cameras.camera(eye(sensor=one.name), 1000, round(1000 * one.size_mm[1] / one.size_mm[0]))
        left, right = camera.rays(np.array([[0, camera.centre_px[1]], [1000, camera.centre_px[1]]]))
        assert np.degrees(np.arccos(left @ right)) == pytest.approx(across, abs=0.15), one.name


def test_a_wide_picture_lies_within_the_sensor() -> None:
    camera = cameras.camera(eye(), 1280, 720)
    assert camera.width_px / camera.focal_px * 32 == pytest.approx(27.99)
    tall = cameras.camera(eye(), 500, 1000)
    assert tall.height_px / tall.focal_px * 32 == pytest.approx(19.22)


def test_an_unknown_sensor_and_an_impossible_aim_are_named() -> None:
    with pytest.raises(BadBrief, match="ALEXA"):
        cameras.camera(eye(sensor="ARRI ALEXA 36"), 640, 360)
    with pytest.raises(BadBrief, match="straight"):
        cameras.camera(eye(aim_m=(1.0, 0.0, 5.2)), 640, 360)


def test_whether_a_camera_fits() -> None:
    assert cameras.fits(plan(), eye()) == ()
    assert "outside" in cameras.fits(plan(), eye(at_m=(-1.0, 1.6, 3.0)))[0]
    assert "from a wall" in cameras.fits(plan(), eye(at_m=(0.2, 1.6, 3.0)))[0]
    assert "sofa-1" in cameras.fits(plan(), eye(at_m=(6.5, 1.6, 3.0)))[0]


def test_coverage_fits_the_room_and_looks_both_ways() -> None:
    found = cameras.coverage(plan(), (6.0, 3.0))
    assert [one.name for one in found] == ["wide", "reverse", "over-shoulder", "single"]
    for one in found:
        assert cameras.fits(plan(), one) == ()
    wide, reverse = (np.subtract(one.aim_m, one.at_m)[[0, 2]] for one in found[:2])
    assert wide @ reverse < 0


def test_the_sun_at_noon_of_an_equinox() -> None:
    noon = plan(hour=12.0, day_of_year=81, latitude_deg=50.0, facing_deg=0.0)
    to_sun, elevation = daylight.sun(noon)
    assert elevation == pytest.approx(40, abs=0.5)
    assert to_sun[2] > 0  # the page's top is north: the sun is to its foot
    assert abs(to_sun[0]) < 0.01
    assert daylight.sun(noon.model_copy(update={"hour": 9.0}))[0][0] > 0  # in the morning it is in the east
    assert daylight.sun(noon.model_copy(update={"hour": 0.0}))[1] < 0


def test_lamps_have_luminance_1_and_warm_ones_are_red() -> None:
    for kelvin in (1900, 2700, 4000, 5600, 6500):
        assert daylight.blackbody(kelvin) @ daylight.LUMA == pytest.approx(1, abs=0.02)
    warm, cool = daylight.blackbody(2700), daylight.blackbody(6500)
    assert warm[0] / warm[2] > 2 * cool[0] / cool[2]
    assert cool == pytest.approx([1, 1, 1], abs=0.08)


def test_depth_is_to_the_wall_and_ids_cover_every_pixel() -> None:
    bare = plan(pieces=(), style="brutalist")
    camera = cameras.camera(eye(at_m=(4.0, 1.5, 3.0), aim_m=(4.0, 1.5, 0.0), lens_mm=60), 64, 36)
    data = passes(Solid(build(bare)), camera)
    assert data.layers["depth"][18, 32] == pytest.approx(3.0, abs=1e-4)
    assert data.layers["depth"][18, 2] == pytest.approx(3.0, abs=1e-4)  # along the axis, not the ray
    assert data.layers["normal"][18, 32] == pytest.approx([0, 0, 1], abs=1e-5)
    ranked = data.layers["crypto00"]
    assert ranked[18, 32, 1] == 1.0
    assert any("wall:2" in value for value in data.attributes.values())


def test_a_preview_shows_the_set() -> None:
    picture = preview(plan(), plan().eyes[0], 160, 90)
    assert picture.shape == (90, 160, 3)
    assert np.isfinite(picture).all()
    assert picture.std() > 0.05


def test_the_wide_does_not_look_past_a_cabinet_at_its_side() -> None:
    tall = [
        Piece(id=f"case-{k}", kind="wardrobe", style="modern", size_m=(1.2, 0.6, 2.1), at_m=at, turn_deg=turn)
        for k, (at, turn) in enumerate((((1.4, 0.3), 0.0), ((0.3, 1.9), 90.0)))
    ]
    full = plan(pieces=(*plan().pieces, *tall), room=room())
    wide = cameras.coverage(full, (6.5, 3.0))[0]
    picture = passes(Solid(build(full)), cameras.camera(wide, 96, 54)).layers["depth"]
    assert (picture[:40] < 1.2).mean() < 0.12, "a case fills the picture's side"


def test_no_camera_of_the_coverage_looks_at_a_column_before_the_action() -> None:
    import shapely

    focus = (6.0, 3.0)
    bare = plan(room=room(columns=()))
    for seen in cameras.coverage(bare, focus):  # a column where each would have stood, or half way to the action
        for share in (0.0, 0.5):
            at = np.add(np.multiply((seen.at_m[0], seen.at_m[2]), 1 - share), np.multiply(focus, share))
            column = Column(id="column-1", at_m=(float(at[0]), float(at[1])), width_m=0.3, depth_m=0.3)
            full = plan(room=room(columns=(column,)))
            one = next(eye for eye in cameras.coverage(full, focus) if eye.name == seen.name)
            body = shapely.box(at[0] - 0.15, at[1] - 0.15, at[0] + 0.15, at[1] + 0.15)
            line = shapely.LineString([(one.at_m[0], one.at_m[2]), focus])
            assert not line.intersects(body), (seen.name, share)
            assert body.distance(shapely.Point(one.at_m[0], one.at_m[2])) > 0.3
