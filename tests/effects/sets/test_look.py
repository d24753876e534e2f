"""Stills obey the laws of light, and the same plan gives the same picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from secondunit.effects.sets import look, stills
from secondunit.imaging.exr_reader import read_exr
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


def test_a_still_is_written_with_its_layers(tmp_path: Path) -> None:
    night = plan(underground=True)
    picture, data = stills.still(night, night.eyes[0], SMALL)
    assert set(picture.groups) == {"practicals"}
    stills.write_still(tmp_path / "wide.exr", picture, data)
    layers, _ = read_exr(tmp_path / "wide.exr")
    assert {"composite", "practicals", "depth", "normal", "crypto00"} <= set(layers)
    assert (tmp_path / "wide.png").stat().st_size > 1000
