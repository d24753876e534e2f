"""An own floor plan is honoured to the millimetre in every format, and what is no plan is told, never a crash."""

import contextlib
import io
import json
import re

import ezdxf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secondunit.effects.sets.layout.asking import programme_of
from secondunit.effects.sets.layout.check import broken
from secondunit.effects.sets.layout.floorplan import read_floor_plan, with_floor_plan
from secondunit.effects.sets.layout.options import options
from secondunit.effects.sets.layout.shapes import walls_of
from secondunit.effects.sets.settings import SetsSettings
from secondunit.errors import SecondUnitError

ROOM = [(0, 0), (0, 5000), (4000, 5000), (4000, 3600), (6000, 3600), (6000, 0)]  # an L, millimetres, y down
DOOR = [(1000, 5000), (1900, 5000)]
WINDOW = [(6000, 1000), (6150, 1000), (6150, 2600), (6000, 2600)]


def svg(room=ROOM, door=DOOR, more="", head=""):
    corners = " ".join(f"{x},{y}" for x, y in room)
    (x1, y1), (x2, y2) = door
    return (
        f'{head}<svg xmlns="http://www.w3.org/2000/svg"><polygon id="room" points="{corners}"/>'
        f'<g id="doors"><line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/></g>'
        f'<path class="window" d="M6000 1000 h150 v1600 h-150 z"/>{more}</svg>'
    ).encode()


def dxf(room=ROOM):
    document = ezdxf.new()
    document.units = ezdxf.units.MM
    space = document.modelspace()
    for points, layer in ((room, "A-WALL"), (WINDOW, "A-GLAZ")):
        space.add_lwpolyline([(x + 700, 900 - y) for x, y in points], close=True, dxfattribs={"layer": layer})
    space.add_line(*[(x + 700, 900 - y) for x, y in DOOR], dxfattribs={"layer": "A-DOOR"})
    text = io.StringIO()
    document.write(text)
    return text.getvalue().encode()


def plan_json():
    return json.dumps({
        "outline": [(x / 1000, y / 1000) for x, y in ROOM],
        "doors": [{"wall": 1, "at_m": 1.0, "width_m": 0.9}],
        "windows": [{"wall": 4, "at_m": 1.0, "width_m": 1.6}],
    }).encode()  # fmt: skip


FILES = {"a.svg": svg, "a.dxf": dxf, "a.json": plan_json}
WHOLE = {name: make() for name, make in FILES.items()}


def written(folder, name, data):
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("name", FILES)
def test_every_format_says_the_same_room(tmp_path, name):
    plan = read_floor_plan(written(tmp_path, name, FILES[name]()), 0.001 if name == "a.svg" else None)
    assert set(plan.outline) == {(x / 1000, y / 1000) for x, y in ROOM}
    (door,), (window,) = plan.doors, plan.windows
    walls = walls_of(plan.outline)
    assert tuple(walls[door.wall].inward) == pytest.approx((0, -1))
    assert (door.at_m, door.width_m) == pytest.approx((1.0, 0.9))
    assert tuple(walls[window.wall].inward) == pytest.approx((-1, 0))
    assert (window.at_m, window.width_m) == pytest.approx((1.0, 1.6))


def test_options_stand_in_the_plan_as_it_was_drawn(tmp_path):
    brief = SetsSettings.model_validate({"place": {"kind": "living room"}, "layout": {"effort": 0.2},
                                         "room": {"height_m": 2.7, "floor_plan": "a.dxf"}})  # fmt: skip
    asked = with_floor_plan(brief, written(tmp_path, "a.dxf", dxf()))
    for plan in options(programme_of(asked), 4, 2):
        assert set(plan.room.outline) == {(x / 1000, y / 1000) for x, y in ROOM}
        assert sorted((one.kind, one.width_m) for one in plan.room.openings) == [("door", 0.9), ("window", 1.6)]
        assert broken(plan) == []


BOMB = '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("name", "data", "unit", "says"),
    [
        ("a.svg", svg(head=BOMB), 0.001, "declares an entity, 'a'"),
        ("a.svg", svg(head='<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), 0.001, "declares an entity"),
        ("a.svg", svg(), None, "unit.*plan_unit_m"),
        ("a.svg", svg(), 1.0, "6000 m long.*plan_unit_m right"),
        ("a.svg", svg(door=[(2000, 2000), (2900, 2000)]), 0.001, "in no wall"),
        ("a.svg", svg(door=[(1000, 5000), (1200, 5000)]), 0.001, "width_m.*0.5"),
        ("a.svg", svg(room=[(0, 0), (4000, 4000), (4000, 0), (0, 4000)]), 0.001, "crosses or touches itself"),
        ("a.svg", svg(more='<path id="wall" d="M0 0 C 1 1 2 2 3 3"/>'), 0.001, "curves are not read"),
        ("a.svg", svg(more='<rect id="room-2" width="9" height="9"/>'), 0.001, "2 closed outlines"),
        ("a.svg", svg(more='<rect id="x" transform="scale(2)"/>'), 0.001, "Flatten"),
        ("a.svg", b"<html/>", 0.001, "first element is 'html'"),
        ("a.dxf", b"not a drawing", None, "is not a DXF"),
        ("a.dwg", b"AC1032", None, "a .dwg file"),
        ("a.json", b'{"outline": [[0, 0], [1, NaN], [2, 2]], "dors": []}', None, "dors"),
    ],
)
def test_what_is_no_plan_is_told(tmp_path, name, data, unit, says):
    with pytest.raises(SecondUnitError) as caught:
        read_floor_plan(written(tmp_path, name, data), unit)
    assert re.search(says, str(caught.value), re.DOTALL), str(caught.value)


@pytest.mark.parametrize("name", FILES)
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_a_damaged_plan_is_a_plan_or_an_error(tmp_path_factory, name, data):
    whole = WHOLE[name]
    at = round(data.draw(st.floats(0, 1)) * len(whole))
    piece = data.draw(st.binary(max_size=8) | st.sampled_from([b"nan", b"1e999", b"-", b"&a;", b"[" * 3000]))
    cut = data.draw(st.integers(0, 20))
    path = written(tmp_path_factory.mktemp("plans"), name, whole[:at] + piece + whole[at + cut :])
    with contextlib.suppress(SecondUnitError):
        assert len(read_floor_plan(path, 0.001 if name == "a.svg" else None).outline) >= 3
