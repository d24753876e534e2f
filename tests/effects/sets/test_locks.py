"""What is locked stays exactly as it is, a door as well as a sofa; what is not is made anew and holds the rules."""

from __future__ import annotations

from collections import Counter

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from secondunit.effects.sets.layout.alcoves import alcoves_of, with_alcoves
from secondunit.effects.sets.layout.asking import programme_of
from secondunit.effects.sets.layout.check import broken
from secondunit.effects.sets.layout.locks import kept_of
from secondunit.effects.sets.layout.options import options
from secondunit.effects.sets.plan import SetPlan
from secondunit.effects.sets.settings import Alcove, SetsSettings
from secondunit.errors import Problems, SecondUnitError

ROOM = {"width_m": 9.0, "depth_m": 7.0, "height_m": 3.0}
BRIEF = {
    "place": {"kind": "living room"},
    "room": ROOM,
    "openings": {"doors": [{"id": "hall"}, {"width_m": 1.2}], "windows": [{"width_m": 1.1}, {}]},
    "shell": {
        "levels": [{"id": "dais", "width_m": 2.6, "depth_m": 2.2, "height_m": 0.3}],
        "columns": [{"at_m": [2.2, 1.4], "width_m": 0.3, "depth_m": 0.3}],
        "alcoves": [{"wall": "west", "at_m": 2.5, "width_m": 1.4, "depth_m": 0.5}],
    },
    "pieces": {"density": 0.2},
    "layout": {"effort": 0.1},
}
PARTS = ("hall", "door-2", "window-3", "window-4", "dais", "column-1", "alcove-1")


def made(brief, seed, **more) -> tuple[SetPlan, ...]:
    return options(programme_of(SetsSettings.model_validate(brief)), seed, 2, **more)


def with_shell(**more):
    return BRIEF | {"shell": BRIEF["shell"] | more}


@pytest.fixture(scope="module")
def first() -> SetPlan:
    return made(BRIEF, 1)[0]


def parts_of(plan):
    room = plan.room
    return {one.id: one for one in (*room.openings, *room.levels, *room.columns)}


def test_everything_of_the_shell_has_a_name(first):
    assert set(parts_of(first)) == set(PARTS) - {"alcove-1"}
    assert len(alcoves_of(first.room.outline)[0]) == 1


@settings(max_examples=5, deadline=None)
@given(keep=st.sets(st.sampled_from(PARTS), min_size=1, max_size=5), seed=st.integers(2, 2**20))
def test_parts_of_the_shell_that_are_locked_stay_and_the_rest_holds_the_rules(first, keep, seed):
    before = parts_of(first)
    for plan in made(BRIEF, seed, kept=kept_of(first, sorted(keep))):
        after = parts_of(plan)
        assert set(after) == set(before), "nothing is lost and nothing is there twice"
        for name in keep - {"alcove-1"}:
            assert after[name] == before[name]
        assert plan.room.outline == first.room.outline
        assert plan.room.height_m == first.room.height_m
        assert broken(plan, 0.6) == []


def test_what_is_not_locked_is_made_anew(first):
    found = [plan for seed in (5, 6, 7) for plan in made(BRIEF, seed, kept=kept_of(first, ["hall"]))]
    before = parts_of(first)
    for name in ("door-2", "window-3", "dais"):
        assert any(parts_of(plan)[name] != before[name] for plan in found), name


def test_where_only_pieces_are_locked_the_room_stays(first):
    piece = next(one for one in first.pieces if one.on is None)
    kept = kept_of(first, [piece.id])
    assert kept.shell is None
    assert kept_of(first, ["room", "hall"]).shell is None
    freed = kept_of(first, [piece.id], ["hall"]).shell
    assert {one.id for one in freed.openings} == {"door-2", "window-3", "window-4"}
    assert (len(freed.levels), len(freed.columns), len(freed.alcoves)) == (1, 1, 1)


def test_a_piece_and_a_door_are_locked_together(first):
    seat = next(one for one in first.pieces if one.kind in ("sofa", "corner_sofa", "armchair", "lounge_chair"))
    for plan in made(BRIEF, 11, kept=kept_of(first, [seat.id, "hall"])):
        assert seat in plan.pieces
        assert parts_of(plan)["hall"] == parts_of(first)["hall"]
        assert broken(plan, 0.6) == []


def test_an_alcove_stays_though_the_brief_has_another_now(first):
    moved = [
        {"wall": "west", "at_m": 2.9, "width_m": 1.4, "depth_m": 0.9},
        {"wall": "north", "at_m": 7.0, "width_m": 1},
    ]
    plan = made(with_shell(alcoves=moved), 4, kept=kept_of(first, ["alcove-1"]))[0]
    mine = alcoves_of(first.room.outline)[0]
    now = alcoves_of(plan.room.outline)[0]
    assert len(now) == 2
    assert mine[0] in now
    other = made(with_shell(alcoves=moved), 4, kept=kept_of(first, ["hall"]))[0]
    assert mine[0] not in alcoves_of(other.room.outline)[0]
    old, new = parts_of(first)["hall"], parts_of(other)["hall"]
    ends = []
    for room, one in ((first.room, old), (other.room, new)):
        a, b = (room.outline[(one.wall + step) % len(room.outline)] for step in (0, 1))
        ends.append(shapely.LineString([a, b]).interpolate(one.at_m))
    assert ends[0].distance(ends[1]) < 1e-6, "the door stays in its place, whatever its wall's number is now"


def test_a_column_stays_though_the_brief_moved_it(first):
    moved = with_shell(columns=[{"at_m": [6.0, 2.0]}, {"at_m": [7.5, 1.4]}])
    plan = made(moved, 3, kept=kept_of(first, ["column-1"]))[0]
    assert parts_of(plan)["column-1"] == parts_of(first)["column-1"]
    assert parts_of(plan)["column-2"].at_m == (7.5, 1.4)


def test_one_opening_is_moved_by_hand_and_all_else_is_kept(first):
    door = next(one for one in first.room.openings if one.id == "door-2")
    moved = door.model_copy(update={"width_m": door.width_m - 0.05})
    openings = tuple(moved if one.id == door.id else one for one in first.room.openings)
    edited = first.model_copy(update={"room": first.room.model_copy(update={"openings": openings})})
    plan = made(BRIEF, 9, kept=kept_of(edited, ["all"]))[0]
    assert plan.room == edited.room
    assert plan.pieces == edited.pieces


def test_one_opening_is_made_anew_and_all_else_is_kept(first):
    kept = kept_of(first, ["all"], ["window-4"])
    found = [plan for seed in range(3) for plan in made(BRIEF, seed, kept=kept)]
    before = parts_of(first)
    for plan in found:
        after = parts_of(plan)
        assert {name: one for name, one in after.items() if name != "window-4"} == {
            name: one for name, one in before.items() if name != "window-4"
        }
        assert after["window-4"].width_m == before["window-4"].width_m
        assert all(one in plan.pieces for one in kept.pieces)
        assert len(plan.pieces) == len(first.pieces), "its curtain hangs at it again, and nothing else is added"
        assert len(first.pieces) - len(kept.pieces) <= 1


def test_a_level_that_is_freed_frees_what_stands_on_it(first):
    area = shapely.Polygon(first.room.levels[0].outline)
    there = {one.id for one in first.pieces if area.covers(shapely.Point(one.at_m))}
    kept = kept_of(first, ["all"], ["dais"])
    assert not there & {one.id for one in kept.pieces}
    assert not kept.shell.levels
    named = next((one.id for one in first.pieces if one.id in there), None)
    if named is not None:
        assert kept_of(first, [named, "hall"]).shell.levels == first.room.levels


def test_a_piece_is_made_anew_and_all_else_is_kept(first):
    gone = next(
        one for one in first.pieces if one.kind in ("plant", "floor_lamp", "bookcase", "indoor_tree", "sideboard")
    )
    kept = kept_of(first, ["all"], [gone.id])
    plan = made(BRIEF, 5, kept=kept)[0]
    assert plan.room == first.room
    assert all(one in plan.pieces for one in kept.pieces)
    assert Counter(one.kind for one in plan.pieces)[gone.kind] == Counter(one.kind for one in first.pieces)[gone.kind]
    assert broken(plan, 0.6) == []


def test_what_was_edited_against_the_rules_is_told(first):
    piece = next(one for one in first.pieces if one.on is None)
    away = piece.model_copy(update={"at_m": (80.0, 80.0)})
    wrong = first.model_copy(update={"pieces": tuple(away if one is piece else one for one in first.pieces)})
    with pytest.raises(Problems, match=r"lock\.plan: .*sticks out"):
        kept_of(wrong, [piece.id])
    with pytest.raises(Problems, match=r"lock\.free\[0\]: 'hal' is not in the plan"):
        kept_of(first, ["all"], ["hal"])


def test_a_door_in_an_alcove_that_goes_is_told(first):
    number = first.room.outline.index(alcoves_of(first.room.outline)[0][0][1])
    door = next(one for one in first.room.openings if one.id == "hall")
    inside = door.model_copy(update={"wall": number, "at_m": 0.2})
    openings = tuple(inside if one.id == "hall" else one for one in first.room.openings)
    edited = first.model_copy(update={"room": first.room.model_copy(update={"openings": openings})})
    with pytest.raises(SecondUnitError, match="hall is in a wall that is no longer there"):
        made(with_shell(alcoves=[]), 3, kept=kept_of(edited, ["hall"]))


@settings(max_examples=25, deadline=None)
@given(
    at=st.integers(1, 30), width=st.integers(3, 30), deep=st.integers(1, 20),
    wall=st.sampled_from(["north", "south", "east", "west"]),
)  # fmt: skip
def test_alcoves_are_found_again_as_they_were_made(at, width, deep, wall):
    base = ((0.0, 0.0), (0.0, 7.0), (9.0, 7.0), (9.0, 0.0))
    one = Alcove(wall=wall, at_m=at / 10, width_m=width / 10, depth_m=deep / 10)
    outline = with_alcoves(base, [one], ())
    grown = shapely.Polygon(outline).area - 63
    assert grown == pytest.approx(one.width_m * one.depth_m)
    found, rest = alcoves_of(outline)
    assert len(found) == 1
    assert shapely.Polygon(found[0]).area == pytest.approx(grown)
    assert shapely.Polygon(rest).equals(shapely.Polygon(base))
    assert with_alcoves(base, [one], found) == outline, "the one that is kept is not made twice"
