"""Laws of options: what was asked is there exactly, nothing is in the way, the same brief is the same set."""

from __future__ import annotations

import re
import time
from collections import Counter
from itertools import combinations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from secondunit.effects.sets.kit.catalogue import catalogue
from secondunit.effects.sets.kit.materials import materials
from secondunit.effects.sets.layout.asking import programme_of
from secondunit.effects.sets.layout.check import broken
from secondunit.effects.sets.layout.groups import MAKERS
from secondunit.effects.sets.layout.judge import WEIGHTS, weights_of
from secondunit.effects.sets.layout.locks import kept_of
from secondunit.effects.sets.layout.options import options
from secondunit.effects.sets.places import places
from secondunit.effects.sets.plan import SetPlan
from secondunit.effects.sets.settings import SetsSettings
from secondunit.effects.sets.words import vocabulary
from secondunit.errors import BadBrief, Problems

LIVING = {"place": {"kind": "living room"}, "room": {"width_m": 6.4, "depth_m": 4.8, "height_m": 2.7}}


def plans(brief: dict[str, object], seed: int = 1, count: int = 2) -> tuple[SetPlan, ...]:
    return options(programme_of(SetsSettings.model_validate(brief)), seed, count)


@settings(max_examples=3, deadline=None)
@given(
    st.floats(5, 9).map(lambda x: round(x, 3)), st.floats(4.5, 8).map(lambda x: round(x, 3)),
    st.floats(2.4, 4).map(lambda x: round(x, 3)), st.integers(0, 2**31 - 1),
)  # fmt: skip
def test_every_dimension_asked_is_kept_and_no_rule_is_broken(
    width: float, depth: float, height: float, seed: int
) -> None:
    brief = {"place": {"kind": "living room"}, "room": {"width_m": width, "depth_m": depth, "height_m": height}}
    for plan in plans(brief, seed):
        left, top, right, bottom = shapely.Polygon(plan.room.outline).bounds
        assert (right - left, bottom - top, plan.room.height_m) == (width, depth, height)
        assert broken(plan, 0.8) == []


@pytest.mark.parametrize("name", ["bedroom", "office", "kitchen", "control room", "meeting room", "interrogation room"])
def test_every_kind_of_place_holds_the_rules(name: str) -> None:
    for plan in plans({"place": {"kind": name}}, seed=3):
        assert broken(plan, 0.8) == [], plan.reasons


def test_counts_are_met_exactly() -> None:
    asked = {"sofa": 1, "armchair": 2, "bookcase": 2, "painting": 2, "table_lamp": 1}
    require = [f"{count} {kind.replace('_', ' ')}s" for kind, count in asked.items()]
    for plan in plans({**LIVING, "pieces": {"require": [*require, "fireplace"], "forbid": ["plant", "TV"]}}):
        counts = Counter(piece.kind for piece in plan.pieces)
        assert {kind: counts[kind] for kind in asked} == asked
        assert (counts["plant"], counts["tv"], counts["fireplace"]) == (0, 0, 1)


def test_the_same_brief_and_seed_are_the_same_set_and_another_seed_is_not() -> None:
    first, again, other = (plans(LIVING, seed) for seed in (5, 5, 6))
    assert first == again
    assert first != other


def test_a_size_that_was_asked_for_is_kept() -> None:
    want = {"piece": "couch", "count": 1, "size_m": [2.05, 0.9, 0.78]}
    for plan in plans({**LIVING, "pieces": {"require": [want]}}):
        assert [piece.size_m for piece in plan.pieces if piece.kind == "sofa"] == [(2.05, 0.9, 0.78)]


def test_openings_stand_where_they_were_asked() -> None:
    door = {"wall": "south", "at_m": 4.0, "width_m": 1.0, "id": "in"}
    window = {"wall": "east", "at_m": 1.2, "width_m": 1.6, "id": "bay"}
    for plan in plans({**LIVING, "openings": {"doors": [door], "windows": [window]}}):
        by_id = {one.id: one for one in plan.room.openings}
        assert (by_id["in"].wall, by_id["bay"].wall) == (1, 2)
        assert by_id["in"].at_m == pytest.approx(4.0)
        assert by_id["bay"].at_m == pytest.approx(4.8 - 1.2 - 1.6)
        assert broken(plan, 0.8) == []


def test_options_are_really_different() -> None:
    found = plans(LIVING, count=6)
    assert len(found) == 6
    for one, other in combinations(found, 2):
        mine, theirs = ({(p.kind, p.at_m, p.turn_deg) for p in plan.pieces if p.on is None} for plan in (one, other))
        assert len(mine & theirs) < len(mine) / 2  # most of it stands elsewhere
    assert [plan.score for plan in found] == sorted((plan.score for plan in found), reverse=True)


def test_what_is_locked_stays_and_the_rest_is_made_anew() -> None:
    programme = programme_of(SetsSettings.model_validate(LIVING))
    first = options(programme, 1, 1)[0]
    seat = next(piece for piece in first.pieces if piece.kind in ("sofa", "loveseat", "corner_sofa"))
    kept = kept_of(first, [seat.id])
    for plan in options(programme, 9, 2, kept=kept):
        assert plan.room == first.room
        assert seat in plan.pieces
        assert broken(plan, 0.6) == []
        assert {p.id: p.at_m for p in plan.pieces} != {p.id: p.at_m for p in first.pieces}


def test_what_is_not_there_cannot_be_locked() -> None:
    plan = plans(LIVING, count=1)[0]
    with pytest.raises(Problems, match="is not in the plan"):
        kept_of(plan, ["sofaa-1"])


@pytest.mark.parametrize(
    ("brief", "says"),
    [
        ({"pieces": {"require": ["10000 chairs"]}}, "10000 pieces; wanted at most 400"),
        ({"pieces": {"require": ["unicorn"]}}, "no piece is called 'unicorn'"),
        ({"pieces": {"require": ["sofa"], "forbid": ["couch"]}}, "couch is required as well"),
        ({"place": {"kind": "living room", "words": ["brutalistic"]}}, "'brutalistic' is not.*mean 'brutalis"),
        ({"place": {"kind": "zorgle"}}, "no kind of place is called 'zorgle'"),
        ({"room": {"width_m": 1.2, "depth_m": 1.2, "height_m": 2.5}}, "no (place|wall)"),
        ({"room": {"width_m": 3.0, "depth_m": 2.4}, "pieces": {"require": ["pool table"]}}, "no place was found"),
        ({"room": {"width_m": [6, 5]}}, "from 6 to 5 m"),
        ({"room": {"height_m": 1.8}}, "reaches 2.10 m in a room 1.80 m high"),
        ({"shell": {"levels": [{"width_m": 20, "depth_m": 3}]}}, "a level of 20 x 3 m"),
        (
            {**LIVING, "shell": {"levels": [{"height_m": 2.8}]}},
            r"levels\[0\].height_m: a floor 2.80 m up in a room 2.70",
        ),
        ({**LIVING, "openings": {"doors": [{"wall": "east", "width_m": 6}]}}, "6 m in a room.*at most 4.8 m"),
        ({**LIVING, "action": {"path_m": 3.9, "play_m": 5}}, "action.play_m: a free square 5 m wide.*at most 4.8 m"),
        (
            {**LIVING, "action": {"paths": [{"start": "door-1", "end": "sofa", "width_m": 8}]}},
            r"paths\[0\].width_m.*8 m",
        ),
        ({**LIVING, "pieces": {"require": ["300 sofas"]}}, "300 x sofa take most"),
        (
            {**LIVING, "pieces": {"forbid": ["tv"]}, "action": {"sights": [{"start": "sofa", "end": "tv"}]}},
            r"sights\[0\].end: tv is forbidden",
        ),
        (
            {
                **LIVING,
                "pieces": {"forbid": ["dining table", "round table", "conference table"]},
                "action": {"table_for": 6},
            },
            "a table for 6 with every table forbidden",
        ),
        (
            {
                **LIVING,
                "openings": {"doors": [{"wall": "north", "at_m": 1}]},
                "shell": {"columns": [{"at_m": [1.4, 0.4]}]},
            },
            "column-1 stands in the way of door-1",
        ),
        ({**LIVING, "openings": {"doors": [{"id": "a"}, {"id": "a"}]}}, "2 of them are called 'a'"),
        (
            {
                **LIVING,
                "pieces": {
                    "require": [
                        {"piece": "sofa", "size_m": [2, 0.9, 0.8]},
                        {"piece": "sofa", "size_m": [2.2, 0.9, 0.8]},
                    ]
                },
            },
            "sofa of 2 x 0.9 x 0.8 and 2.2 x 0.9 x 0.8 m; wanted one size",
        ),
        (
            {"room": {"width_m": 1.4, "depth_m": 1.4, "height_m": 2.6}, "action": {"table_for": 6}},
            "dining.*1.4 x 1.4 m",
        ),
        (
            {"place": {"kind": "office"}, "action": {"paths": [{"start": "door-1", "end": "bathtub"}]}},
            "no place was found for .*the bathtub of a way",
        ),
    ],
)
def test_what_cannot_be_is_explained(brief: dict[str, object], says: str) -> None:
    before = time.process_time()
    with pytest.raises((BadBrief, Problems)) as caught:
        plans(brief, count=1)
    assert time.process_time() - before < 10  # s: nothing hangs
    assert re.search(says, str(caught.value), re.DOTALL), str(caught.value)


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(Problems) as caught:
        plans({"place": {"kind": "office", "words": ["blorp"]}, "pieces": {"require": ["florp"]}})
    assert len(caught.value.problems) == 2


def test_a_plan_made_wrong_by_hand_is_told() -> None:
    plan = plans(LIVING, count=1)[0]
    moved = plan.pieces[0].model_copy(update={"at_m": (99.0, 99.0)})
    wrong = plan.model_copy(update={"pieces": (moved, *plan.pieces[1:])})
    assert any("sticks out" in line for line in broken(wrong))


def test_every_place_has_what_its_rows_name() -> None:
    for place in places().values():
        for text in place.groups:
            name = text.rstrip("?").partition(":")[0]
            assert name in MAKERS or name in catalogue(), (place.name, name)
        assert set(place.corners) | set(place.ceiling) <= set(catalogue())


def test_a_sunken_floor_is_sat_in_and_its_steps_are_free() -> None:
    level = {"id": "pit", "width_m": 4.6, "depth_m": 3.6, "height_m": -0.45}
    room = {"width_m": 11.0, "depth_m": 8.0, "height_m": 3.4}
    brief = {"place": {"kind": "bunker lounge"}, "room": room, "shell": {"levels": [level]}}
    plan = plans(brief, count=1)[0]
    seats = next(piece for piece in plan.pieces if piece.kind == "pit_seating")
    pit = shapely.Polygon(plan.room.levels[0].outline)
    assert seats.base_m == -0.45
    assert pit.contains(shapely.Point(seats.at_m))
    left, top, right, bottom = pit.bounds
    assert np.allclose((right - left, bottom - top), (4.6, 3.6))
    assert broken(plan, 0.8) == []


def test_every_word_chooses_what_there_is() -> None:
    for word in vocabulary().values():
        assert {*word.materials.values(), *word.finishes.values()} <= set(materials()), word.name
        assert {*word.likes, *word.avoid} <= {*MAKERS, *catalogue()}, word.name


def test_formal_words_make_symmetry_count() -> None:
    said = [{"place": {"kind": "office", "words": [word]}, "layout": {"effort": 0.2}} for word in ("formal", "relaxed")]
    stiff, easy = (plans(one, 5, 4) for one in said)
    assert weights_of(1.0)["axes"] > weights_of(0.5)["axes"] == WEIGHTS["axes"] > weights_of(0.1)["axes"]
    assert weights_of(1.0)["ways"] == WEIGHTS["ways"]
    assert [one.score for one in stiff] != [one.score for one in easy]
