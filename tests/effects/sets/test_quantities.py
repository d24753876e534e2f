"""What is priced is what is drawn: areas, lengths and counts of the plan."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secondunit.effects.sets.drawing.shell import sides
from secondunit.effects.sets.plan import SetPlan
from secondunit.effects.sets.quantities import (
    WORK,
    bill,
    floor_areas,
    price_book,
    price_keys,
    skirting_length,
    wall_area,
)
from secondunit.errors import BadBrief, Problems


def test_the_price_book_has_every_key_of_the_catalogue_and_no_other():
    book = price_book()
    assert set(book.pieces) == set(price_keys())
    assert set(book.work) == set(WORK)


def test_walls_are_net_of_openings_and_levels(bunker_plan, living_plan):
    a, b, c, d = (wall_area(bunker_plan, side) for side in sides(bunker_plan.room))
    assert a == pytest.approx(9 * 3.4)
    assert b == pytest.approx(14 * 3.4 - 1.8 * 2.3)
    assert c == pytest.approx(9 * 3.4)
    assert d == pytest.approx(14 * 3.4 - 0.95 * 2.1 - 2.4 * 0.4)
    raised = sides(living_plan.room)[8]  # stands on the dining level, 0.18 m up
    assert wall_area(living_plan, raised) == pytest.approx(3.8 * (2.9 - 0.18) - 1.4 * (2.05 - 0.18))


@settings(max_examples=30, deadline=None)
@given(wide=st.integers(2000, 20_000), deep=st.integers(2000, 20_000), high=st.integers(2200, 6000))
def test_every_size_asked_is_priced(wide, deep, high):
    x, z, y = wide / 1000, deep / 1000, high / 1000
    room = {"outline": [(0, 0), (0, z), (x, z), (x, 0)], "height_m": y}
    plan = SetPlan.model_validate({"title": "r", "kind": "room", "style": "modern", "seed": 1, "room": room})
    lines = {line.what: line for line in bill(plan).lines}
    assert lines["Main floor, pale boards"].quantity == pytest.approx(x * z)
    assert lines["Wall A, white plaster"].quantity == pytest.approx(z * y)
    assert lines["Wall B, white plaster"].quantity == pytest.approx(x * y)
    assert lines["Skirting, less doors"].quantity == pytest.approx(2 * (x + z))


def test_levels_are_taken_from_the_floor(bunker_plan):
    areas = floor_areas(bunker_plan)
    assert areas["pit"] == pytest.approx(5.2 * 3.9)
    assert areas["floor"] + areas["pit"] == pytest.approx(14 * 9)


def test_every_piece_is_counted_once(bunker_plan):
    lines = bill(bunker_plan).lines
    assert sum(line.quantity for line in lines if line.part in ("Pieces", "Lamps")) == len(bunker_plan.pieces)


def test_skirting_stops_at_doors_and_runs_under_windows(living_plan):
    hall, north = sides(living_plan.room)[0], sides(living_plan.room)[9]
    assert skirting_length(living_plan, hall) == pytest.approx(6.5 - 0.9)
    assert skirting_length(living_plan, north) == pytest.approx(8.2)


def test_paint_covers_what_is_plaster(living_plan, bunker_plan):
    book = price_book()
    paint = next(line for line in bill(living_plan).lines if line.part == "Paint")
    area = sum(wall_area(living_plan, side) for side in sides(living_plan.room))
    assert paint.quantity == pytest.approx(area * book.paint_coats / book.paint_m2_per_l)
    assert not [line for line in bill(bunker_plan).lines if line.part == "Paint"]  # concrete and walnut


def test_the_sum_is_the_sum_and_a_location_needs_no_flats(bunker_plan):
    stage, location = bill(bunker_plan), bill(bunker_plan, build="location")
    assert stage.net == pytest.approx(sum(line.cost for line in stage.lines))
    assert stage.total == pytest.approx(stage.net * 1.1, abs=0.01)
    assert location.net < stage.net
    assert not [line for line in location.lines if line.part == "Construction"]


def test_a_book_of_ones_own_changes_only_what_it_names(bunker_plan, tmp_path):
    path = tmp_path / "prices.toml"
    path.write_text('currency = "GBP"\n[pieces]\npit_seating = 2500\n', encoding="utf-8")
    book = price_book(path)
    assert book.currency == "GBP"
    assert bill(bunker_plan, book).net - bill(bunker_plan).net == pytest.approx(
        2500 - price_book().pieces["pit_seating"]
    )


def test_a_wrong_book_is_told_all_at_once(tmp_path):
    path = tmp_path / "prices.toml"
    path.write_text("curency = 'X'\n[pieces]\nsofaa = 1\n", encoding="utf-8")
    with pytest.raises(Problems, match=r"(?s)curency.*currency.*sofaa.*sofa"):
        price_book(path)
    path.write_text("[pieces]\nsofa = -1\n[work]\nflat = 'dear'\n", encoding="utf-8")
    with pytest.raises(Problems, match=r"(?s)work.flat.*pieces.sofa"):
        price_book(path)


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=80))
def test_any_bytes_are_a_book_or_a_clear_error(data, tmp_path_factory):
    path = tmp_path_factory.mktemp("prices") / "prices.toml"
    path.write_bytes(data)
    try:
        book = price_book(path)
    except BadBrief as error:
        told = str(error)
    except Problems as error:
        told = str(error)
    else:
        told = f"{path}: {book.currency}"
    assert str(path) in told
