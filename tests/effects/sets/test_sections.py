"""A section shows what is built: its floor is the mesh's own, every height is measured, the plan says where it is."""

import io

import ezdxf
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from secondunit.effects.sets.build import build
from secondunit.effects.sets.drawing.cut import cut_marks, cuts, floor
from secondunit.effects.sets.drawing.dxf import to_dxf
from secondunit.effects.sets.drawing.pen import extent
from secondunit.effects.sets.drawing.plan import floor_plan
from secondunit.effects.sets.drawing.section import sections
from secondunit.effects.sets.drawing.sheet import Dimension, Label, Stroke
from secondunit.effects.sets.drawing.sheets import draw
from secondunit.effects.sets.drawing.shell import POCHE, inside
from secondunit.effects.sets.passes import Solid
from secondunit.effects.sets.plan import SetPlan


@st.composite
def rooms(draw_):
    """A rectangle with a level, a cove, beams, a door and a window; to the centimetre."""
    wide, deep = (draw_(st.integers(500, 1200)) / 100 for _ in range(2))
    high = draw_(st.integers(280, 450)) / 100
    rise = draw_(st.sampled_from([-0.9, -0.54, -0.36, -0.18, 0.18, 0.3, 0.54]))
    x, z = wide / 2, deep / 2
    level = {
        "id": "pit", "height_m": rise, "steps": draw_(st.sampled_from([(0,), (1,), (0, 2), (3,)])),
        "outline": [(x - 1.6, z - 1.5), (x - 1.6, z + 1.5), (x + 1.6, z + 1.5), (x + 1.6, z - 1.5)],
    }  # fmt: skip
    door = {"id": "d", "kind": "door", "wall": 0, "at_m": z - 0.5, "width_m": 1.0, "height_m": 2.05, "leaves": 1}
    window = {"id": "w", "kind": "window", "wall": 2, "at_m": z - 0.7, "width_m": 1.4, "height_m": 1.2, "sill_m": 0.85}
    ceiling = {
        "cove_m": draw_(st.sampled_from([0.0, 0.4])), "cove_drop_m": draw_(st.integers(16, 40)) / 100,
        "beams": draw_(st.integers(0, 4)), "beam_m": (0.2, draw_(st.integers(15, 30)) / 100),
    }  # fmt: skip
    room = {
        "outline": [(0, 0), (0, deep), (wide, deep), (wide, 0)], "height_m": high, "wall_m": 0.15,
        "levels": [level], "ceiling": ceiling, "openings": [door, window],
    }  # fmt: skip
    return SetPlan.model_validate({"title": "r", "kind": "room", "style": "modern", "seed": 1, "room": room})


def values(view):
    return [round(mark.value * 1000, 3) for mark in view.marks if isinstance(mark, Dimension)]


def upright(view):
    """Heights between which the view measures."""
    return {
        round(end[1], 4) for mark in view.marks if isinstance(mark, Dimension) and mark.turn_deg == 90
        for end in (mark.a, mark.b)
    }  # fmt: skip


@settings(max_examples=10, deadline=None)
@given(rooms())
def test_every_height_and_every_width_is_dimensioned(plan):
    room, ceiling = plan.room, plan.room.ceiling
    across, down = sections(plan, 50)
    (_, deep), (wide, _) = room.outline[1], room.outline[3]
    assert round(wide * 1000, 3) in values(across)
    assert round(deep * 1000, 3) in values(down)
    found = upright(across) | upright(down)
    wanted = {0.0, room.height_m, room.levels[0].height_m}
    wanted |= {room.height_m - ceiling.cove_drop_m} if ceiling.cove_m else set()
    wanted |= {room.height_m - ceiling.beam_m[1]} if ceiling.beams else set()
    assert {round(one, 4) for one in wanted} <= found
    assert round(room.height_m * 1000, 3) in values(across), "the clear height stands by itself"
    assert {2.05, 0.85} <= found, "the line goes through the door and the window"
    said = [mark.text for mark in across.marks if isinstance(mark, Label)]
    assert f"+{room.height_m:.3f} CLG" in said


@settings(max_examples=8, deadline=None)
@given(rooms())
def test_the_floor_that_is_drawn_is_the_floor_that_is_built(plan):
    solid = Solid(build(plan))
    for cut in cuts(plan):
        for a, b, height in floor(cut, cut.across(inside(plan.room))):
            at = cut.point((a + b) / 2)
            origin = np.array([[at[0], 1.5, -at[1]]], np.float32)
            down = np.array([[0, -1, 0]], np.float32)
            hit = solid.scene.first(origin, down)
            assert 1.5 - float(hit.distance[0]) == pytest.approx(height, abs=2e-3), (cut.letter, a, b)


@settings(max_examples=6, deadline=None)
@given(rooms())
def test_what_is_cut_is_black_and_the_room_is_free(plan):
    room = plan.room
    for cut, view in zip(cuts(plan), sections(plan, 50), strict=True):
        black = [
            mark for mark in view.marks if isinstance(mark, Stroke) and mark.fill == POCHE and mark.layer == "A-WALL"
        ]
        mass = shapely.union_all([shapely.Polygon(mark.points, mark.holes) for mark in black])
        start = cut.reach[0]
        for a, b, height in floor(cut, cut.across(inside(room))):
            free = shapely.box(a - start, height, b - start, room.height_m)
            assert mass.intersection(free).area < 1e-6
        assert not mass.is_empty


def test_the_plan_says_where_it_is_cut(bunker_plan, living_plan):
    for plan in (bunker_plan, living_plan):
        view = floor_plan(plan, 50)
        letters = [mark.text for mark in view.marks if isinstance(mark, Label) and mark.height_mm == 3.2]
        assert sorted(letters) == ["A", "A", "B", "B"]
        lines, arrows = cut_marks(plan, (0, -9, 14, 0), 50)
        (low, _), (high, _) = extent(lines, 50), extent(arrows, 50)
        assert low is not None
        assert high is not None


def test_a_section_does_not_run_along_a_beam_or_through_a_column(bunker_plan):
    for cut in cuts(bunker_plan):
        x, y = cut.point(0.0)
        for column in bunker_plan.room.columns:
            cx, cz = column.at_m
            far = abs(cut.flat((cx, -cz))[1])
            assert far > max(column.width_m, column.depth_m) / 2, (cut.letter, x, y)


def test_a_reader_measures_the_pit(bunker_plan):
    sheet = next(one for one in draw(bunker_plan) if "sections" in one.name)
    document = ezdxf.read(io.StringIO(to_dxf(sheet)))
    assert not document.audit().errors
    measured = {round(entity.get_measurement(), 3) for entity in document.modelspace().query("DIMENSION")}
    assert {540.0, 3400.0, 3940.0, 14000.0, 9000.0, 5200.0} <= measured
