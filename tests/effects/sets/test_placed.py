"""Cameras with a place of their own stand where they were put, look where they were told, and fit or say why not."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from secondunit.effects.sets.cameras import camera, footprint
from secondunit.effects.sets.effect import Sets
from secondunit.effects.sets.plan import Column, SetPlan
from secondunit.effects.sets.plan_stage import chosen_eyes, eyes_of
from secondunit.effects.sets.settings import Cameras, SetsSettings
from secondunit.errors import Problems
from tests.effects.sets.rooms import plan, room


def asked(*placed: dict[str, object], count: int = 0) -> Cameras:
    rows = [{"name": f"c{number}", "at_m": (6.5, 5.3), **one} for number, one in enumerate(placed)]
    return Cameras.model_validate({"count": count, "placed": rows})


def said_of(found: SetPlan, *placed: dict[str, object]) -> list[str]:
    with pytest.raises(Problems) as error:
        eyes_of(found, asked(*placed))
    return [str(one) for one in error.value.problems]


def test_a_camera_stands_where_it_was_put_and_looks_at_a_piece_by_name() -> None:
    given_one = {"aim": "sofa", "height_m": 1.2, "lens_mm": 50, "sensor": "venice"}
    wide, eye = eyes_of(plan(), asked(given_one, count=1))
    assert wide.name == "wide"
    assert eye.at_m == (6.5, 1.2, 5.3)
    assert (eye.lens_mm, eye.sensor) == (50, "Sony VENICE 2 8.6K 3:2")
    seen, depth = camera(eye, 1280, 720).project([6.5, 0.9, 3.0])  # who sits on the sofa
    assert seen == pytest.approx([640, 360], abs=1e-6)
    assert depth > 0


def test_what_it_looks_at_may_be_a_point_an_opening_or_the_action() -> None:
    found = eyes_of(plan(), asked({"aim_m": (1, 1)}, {"aim": "window"}, {}, {"aim_m": (1, 1), "aim_height_m": 0.5}))
    assert [one.aim_m for one in found] == [
        (1.0, 1.6, 1.0),
        pytest.approx((8.0, 1.6, 3.0)),
        pytest.approx((6.5, 0.9, 3.0)),
        (1.0, 0.5, 1.0),
    ]


def test_heights_are_above_the_floor_there() -> None:
    (eye,) = eyes_of(plan(), asked({"at_m": (3.5, 3.0), "aim": "lamp-1"}))
    assert eye.at_m[1] == pytest.approx(1.6 - 0.54)  # it stands in the pit


@pytest.mark.parametrize(
    ("one", "said"),
    [
        ({"at_m": (9, 3)}, "outside the room, which goes from [0, 0] to [8, 6]"),
        ({"at_m": (6.5, 5.9)}, "into a wall with its body"),
        ({"at_m": (6.5, 3.0), "height_m": 0.5, "aim_m": (1, 1)}, "stands inside sofa-1"),
        ({"at_m": (5.85, 3.0), "height_m": 0.5, "aim_m": (1, 3.0)}, "runs into sofa-1 with its body"),
        ({"at_m": (4.0, 1.0)}, "inside column-1"),
        ({"height_m": 2.95}, "through the ceiling"),
        ({"height_m": 0.03}, "the floor with its foot"),
        ({"at_m": (5.05, 3.0), "height_m": 0.05, "aim_m": (1, 3)}, "the floor with its foot"),
        ({"aim": "piano"}, "the set has none"),
        ({"aim": "sofaa"}, "no piece is called 'sofaa'"),
        ({"sensor": "alexa 36"}, "the sensor 'alexa 36'"),
        ({"aim_m": (6.5, 5.3)}, "right above or below"),
    ],
)
def test_what_cannot_be_names_the_camera_and_the_wish(one: dict[str, object], said: str) -> None:
    shell = plan().room.model_copy(update={"columns": (Column(id="column-1", at_m=(4, 1), width_m=0.4, depth_m=0.4),)})
    (text,) = said_of(plan(room=shell), one)
    assert said in text
    assert text.startswith("cameras.placed[0]")


def test_all_that_is_wrong_is_said_at_once() -> None:
    found = said_of(plan(), {"at_m": (9, 3)}, {"aim": "piano", "sensor": "box"}, {}, {"height_m": 3.5})
    assert [text[: len("cameras.placed[0]")] for text in found] == [f"cameras.placed[{k}]" for k in (0, 1, 1, 3)]
    assert "'c0'" in found[0]


@settings(max_examples=40, deadline=None)
@given(st.floats(0.1, 7.9), st.floats(0.1, 5.9), st.floats(0.1, 2.5), st.floats(0, 359))
def test_a_camera_that_passes_is_free_and_the_place_offered_passes(x: float, z: float, high: float, way: float) -> None:
    aim = (x + np.cos(way), z + np.sin(way))
    one = {"at_m": (x, z), "height_m": high, "aim_m": tuple(map(float, aim))}
    bare = plan(room=room())
    try:
        (eye,) = eyes_of(bare, asked(one))
    except Problems as error:
        spot = str(error).rpartition("at_m = [")[2].rstrip("].").split(", ")
        moved = {**one, "at_m": tuple(map(float, spot))}
        aside = {"aim_m": (float(spot[0]) + np.cos(way), float(spot[1]) + np.sin(way))}
        eyes_of(bare, asked(moved | aside))
        return
    assert shapely.Polygon(bare.room.outline).covers(shapely.Point(eye.at_m[0], eye.at_m[2]))
    for piece in bare.pieces:
        inside = footprint(piece).covers(shapely.Point(eye.at_m[0], eye.at_m[2]))
        assert not (inside and piece.base_m <= eye.at_m[1] <= piece.base_m + piece.size_m[2])


def test_options_in_which_all_fit_are_named() -> None:
    moved = plan(pieces=(plan().pieces[0].model_copy(update={"at_m": (2.0, 1.0)}),))
    with pytest.raises(Problems, match="one in which all do: 2"):
        chosen_eyes((plan(), moved), 1, asked({"at_m": (6.5, 3.0), "height_m": 0.5, "aim": "window"}))
    (eye,) = chosen_eyes((plan(), moved), 2, asked({"at_m": (6.5, 3.0), "height_m": 0.5, "aim": "window"}))
    assert eye.at_m == (6.5, 0.5, 3.0)


def test_cameras_that_contradict_each_other_are_told_when_the_brief_is_read() -> None:
    placed = asked({"name": "Wide"}, {"name": "a b"}, {"name": "A-b"}, {"aim": "sofa", "aim_m": (1, 1)}, count=2)
    found = Sets().check(SetsSettings(cameras=placed))
    assert [one.where for one in found] == [
        "cameras.placed[0].name",
        "cameras.placed[2].name",
        "cameras.placed[3]",
    ]
    assert [one.where for one in Sets().check(SetsSettings(cameras=Cameras(count=0)))] == ["cameras.count"]
    assert Sets().canvas(SetsSettings(cameras=placed)).stills == 2 + 4 + 1


def test_variations_are_seen_by_the_coverage() -> None:
    settings, _ = Sets().variation(SetsSettings(cameras=asked({"aim": "sofa"})), 2)
    assert (settings.cameras.count, settings.cameras.placed, settings.layout.option) == (1, (), 3)
