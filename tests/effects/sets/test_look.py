"""Stills obey the laws of light, and the same plan gives the same picture."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from secondunit.effects.sets import ceiling, daylight, look, passes
from secondunit.effects.sets.build import build
from secondunit.effects.sets.kit.materials import material
from secondunit.effects.sets.plan import Ceiling
from secondunit.scene.camera import look_at
from tests.effects.sets.rooms import plan

SMALL = look.LookSettings(width_px=64, height_px=64, samples=4, bounces=3)


@pytest.fixture(scope="module")
def day() -> look.Still:
    return look.render(plan(hour=10.0, facing_deg=0.0), plan().eyes[0], SMALL)


def test_the_same_plan_gives_the_same_picture(day: look.Still) -> None:
    again = look.render(plan(hour=10.0, facing_deg=0.0), plan().eyes[0], SMALL)
    assert again.colour.tobytes() == day.colour.tobytes()


def test_light_adds_up_and_is_finite(day: look.Still) -> None:
    assert np.isfinite(day.colour).all()
    assert set(day.groups) >= {"practicals", "sky"}
    assert sum(day.groups.values()) == pytest.approx(day.colour, rel=1e-4, abs=1e-5)
    assert day.groups["sky"].mean() > 0


def test_without_lamps_only_the_day_is_left_and_a_stop_is_a_factor_of_2(day: look.Still) -> None:
    brighter = look.render(
        plan(hour=10.0), plan().eyes[0], SMALL.model_copy(update={"exposure_stops": 1.0, "kelvin": day.kelvin})
    )
    assert brighter.exposure == pytest.approx(2 * day.exposure, rel=1e-6)


def test_underground_there_are_lamps_only() -> None:
    night = plan(underground=True)
    assert set(look.render(night, night.eyes[0], SMALL).groups) == {"practicals"}


def test_gel_holds_the_view_and_leaves_the_light_that_came_in() -> None:
    room = plan(hour=12.0, facing_deg=180.0)
    pane = next(iter(build(room).panes)).corners_m.mean(0)
    low, aim = (1.0, 0.4, 5.2), tuple(float(value) for value in pane)  # from below: the sky fills most of it
    eye = room.eyes[0].model_copy(update={"at_m": low, "aim_m": aim, "lens_mm": 40.0})
    open_, held = (look.render(room, eye, SMALL.model_copy(update={"view_stops": stops})) for stops in (12.0, -1.0))
    assert held.exposure == open_.exposure
    assert held.groups["practicals"].tobytes() == open_.groups["practicals"].tobytes()
    nothing = passes.passes(passes.Solid(build(room)), held.camera).layers["depth"] == 0
    inside = cv2.erode(nothing.astype(np.uint8), np.ones((3, 3))) > 0
    assert inside.sum() > 20
    luminance = (held.groups["sky"] @ daylight.LUMA)[inside]
    assert np.percentile(luminance, 90) == pytest.approx(0.09, rel=0.25)
    assert (open_.groups["sky"] @ daylight.LUMA)[inside].mean() > 4 * luminance.mean()


def test_a_cove_shines_with_what_the_ceiling_reflects_of_its_strip() -> None:
    room = plan()
    lit = room.model_copy(
        update={"room": room.room.model_copy(update={"ceiling": Ceiling(cove_m=0.5, cove_drop_m=0.25)})}
    )
    glow = [part for part in build(lit).parts if part.glow]
    strip = (8 - 1 + 6 - 1) * 2 * ceiling.COVE_LM_PER_M
    white = float(np.dot(material(glow[0].material).acescg, daylight.LUMA))
    assert 0.5 * strip * white < sum(part.lumen for part in glow) < strip * white
    assert all(part.uv[:, 1].min() >= -1e-6 and part.uv[:, 1].max() <= part.glow_m + 1e-6 for part in glow)


def test_sparks_are_calmed_and_their_light_stays() -> None:
    rng = np.random.default_rng(5)
    picture = np.exp(rng.normal(0, 0.3, (120, 160, 1))) * np.float32([1.0, 0.8, 0.6])
    sparks = rng.random((120, 160)) < 0.002
    picture[sparks] *= 300
    edge, lamp = np.zeros((120, 160), bool), np.zeros((120, 160), bool)
    edge[40, 30:90], lamp[80:82, 100:102] = True, True
    picture[edge | lamp] = 60
    picture = picture.astype(np.float32)
    steady = np.where(edge, picture @ daylight.LUMA, 1.0)
    calm = look._calmed(picture, steady, lamp)
    assert (calm[lamp] == picture[lamp]).all()
    assert (calm @ daylight.LUMA).sum() == pytest.approx((picture @ daylight.LUMA).sum(), rel=1e-3)
    luminance = calm @ daylight.LUMA
    assert luminance[sparks & ~edge & ~lamp].max() < 30
    assert luminance[edge].min() > 50, "a streak of sun stays"


def test_a_camera_off_its_axis_sees_what_its_rays_see() -> None:
    camera = look_at((2, 1.5, 4), (6, 1.2, 1), focal_px=40, width_px=64, height_px=48)
    shifted = replace(camera, centre_px=(42.0, 18.0))
    straight, moved = (look.render_from(plan(hour=11.0), one, SMALL) for one in (camera, shifted))
    a, b = (np.log(one.colour.mean(-1) / one.exposure + 1e-3) for one in (straight, moved))
    there, elsewhere = a[6:, :-10] - b[:-6, 10:], a[6:, 10:] - b[:-6, :-10]
    assert np.abs(there).mean() < 0.6 * np.abs(elsewhere).mean()
