"""Surveys of made-up buildings for the tests of build and fracture."""

from __future__ import annotations

import math
from types import SimpleNamespace

import pytest

from secondunit.plate.survey import Facade, Opening, Survey
from secondunit.scene.camera import look_at
from secondunit.scene.light import Light

HEIGHT_M = 13.0


def rows(width_m: float, storeys: int = 4) -> tuple[Opening, ...]:
    step = HEIGHT_M / storeys
    count = max(1, int(width_m // 2.6))
    return tuple(
        Opening((i + 0.5) * width_m / count - 0.6, k * step + 0.9, (i + 0.5) * width_m / count + 0.6, k * step + 2.5)
        for k in range(storeys)
        for i in range(count)
    )


def square(width_m: float) -> tuple[tuple[float, float], ...]:
    return ((0.0, 0.0), (width_m, 0.0), (width_m, HEIGHT_M), (0.0, HEIGHT_M))


def facade(name, start, turn_deg, width_m, outline=None, openings=None):  # type: ignore[no-untyped-def]
    """Its left end at ``start`` (x, z); ``turn_deg`` turns its right end away from the camera."""
    turn = math.radians(turn_deg)
    along = (math.cos(turn), 0.0, -math.sin(turn))
    outline = outline or square(width_m)
    openings = rows(width_m) if openings is None else openings
    return Facade(name, (start[0], 0.0, start[1]), along, width_m, HEIGHT_M, tuple(outline), tuple(openings))


def survey(*facades: Facade, storeys: int = 4) -> Survey:
    camera = look_at((18.0, 2.0, 26.0), (6.0, 6.0, -3.0), focal_px=260.0, width_px=320, height_px=180)
    light = Light((0.0, 1.0, 0.0), (1.0, 1.0, 1.0), (1.0, 1.0, 1.0), (0.2, 0.2, 0.2), 1.0)
    return Survey(camera, facades, 9.0, storeys, light)


def corner() -> Survey:
    return survey(facade("front", (0.0, 0.0), 0.0, 12.0), facade("side", (12.0, 0.0), 90.0, 8.0))


def skew() -> Survey:
    return survey(facade("front", (0.0, 0.0), 0.0, 12.0), facade("side", (12.0, 0.0), 62.0, 8.0))


def left() -> Survey:
    end = (-7.0 * math.cos(math.radians(-75.0)), -7.0 * math.sin(math.radians(75.0)))
    return survey(facade("front", (0.0, 0.0), 0.0, 12.0), facade("side", end, -75.0, 7.0))


def gable() -> Survey:
    outline = ((0.0, 0.0), (9.0, 0.0), (9.0, HEIGHT_M), (4.5, 17.0), (0.0, HEIGHT_M))
    return survey(facade("front", (0.0, 0.0), 0.0, 9.0, outline))


def three() -> Survey:
    start = (-6.0 * math.cos(math.radians(-80.0)), -6.0 * math.sin(math.radians(80.0)))
    return survey(
        facade("front", (0.0, 0.0), 0.0, 10.0),
        facade("side", (10.0, 0.0), 100.0, 6.0),
        facade("side2", start, -80.0, 6.0),
    )


def ragged() -> Survey:
    """A stepped outline whose foot is hidden, with a cornice beyond the corner, and windows out of line."""
    outline = (
        (0.0, 1.2),
        (12.0, 0.8),
        (12.0, 11.0),
        (12.4, 11.0),
        (12.4, 12.0),
        (7.0, 12.5),
        (7.0, 14.0),
        (5.0, 15.0),
        (3.0, 14.0),
        (3.0, 12.0),
        (-0.3, 12.0),
        (0.0, 6.0),
    )
    openings = [
        Opening(1.0, 0.0, 2.2, 2.4, "door"),
        Opening(4.0, 1.0, 5.5, 3.0),
        Opening(5.2, 1.2, 6.6, 2.9),  # overlaps the one before
        Opening(8.0, 1.7, 10.0, 2.6),
        Opening(1.0, 4.0, 2.4, 8.0),  # crosses a floor
        Opening(4.2, 4.3, 5.4, 6.0),
        Opening(4.9, 6.6, 6.4, 8.4),  # a pinwheel around the middle
        Opening(6.0, 4.1, 7.4, 6.3),
        Opening(7.5, 5.2, 9.3, 7.1),
        Opening(11.5, 5.0, 12.6, 7.0),  # sticks out of the facade
    ]
    return survey(facade("front", (0.0, 0.0), 0.0, 12.0, outline, openings), facade("side", (12.0, 0.0), 90.0, 8.0))


ALL = {"corner": corner, "skew": skew, "left": left, "gable": gable, "three": three, "ragged": ragged}


@pytest.fixture(scope="session")
def buildings() -> SimpleNamespace:
    """``all``: makers of surveys by name; ``facade`` and ``survey`` to make others."""
    return SimpleNamespace(all=ALL, facade=facade, survey=survey)
