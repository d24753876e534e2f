"""A budget ranks options: those over it come last and say so; it refuses only where none is within."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secondunit.effects.registry import register
from secondunit.effects.sets.costs import cost_words, ranked, shares
from secondunit.effects.sets.effect import Sets
from secondunit.effects.sets.layout.locks import read_plan
from secondunit.effects.sets.quantities import Bill, bill, price_book
from secondunit.effects.sets.settings import Budget
from secondunit.errors import BadBrief, Problems
from secondunit.shoot import shoot
from tests.effects.sets.rooms import plan
from tests.effects.sets.test_effect import show_in


def option(lamps, sofas=0):
    """A room that costs more the more stands in it."""
    lamp = {"kind": "floor_lamp", "style": "modern", "size_m": (0.45, 0.45, 1.6)}
    sofa = {"kind": "sofa", "style": "modern", "size_m": (2.2, 0.95, 0.8)}
    pieces = [lamp | {"id": f"lamp-{n}", "at_m": (0.5 + 0.6 * n, 0.5)} for n in range(lamps)]
    return plan(pieces=[*pieces, *(sofa | {"id": f"sofa-{n}", "at_m": (6.5, 1 + n)} for n in range(sofas))])


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4)), min_size=1, max_size=6), st.floats(0, 1))
def test_those_within_keep_their_order_and_those_over_come_last_the_cheapest_first(made, share):
    found = [option(*each) for each in made]
    totals = [bill(one).total for one in found]
    most = min(totals) + share * (max(totals) - min(totals))
    order = ranked(found, Budget(most=most))
    assert sorted(map(id, order)) == sorted(map(id, found))
    within = [one for one in found if bill(one).total <= most]
    assert list(order[: len(within)]) == within
    over = [bill(one).total for one in order[len(within) :]]
    assert over == sorted(over)
    assert ranked(found, Budget()) == tuple(found)


def test_none_within_names_the_cheapest_and_what_makes_it_dear():
    found = [option(3, 2), option(1)]
    total = bill(found[1]).total
    with pytest.raises(BadBrief) as refused:
        ranked(found, Budget(most=total - 1))
    assert f"the cheapest of 2 options costs {total:,.0f}" in refused.value.found
    dear = max(shares(bill(found[1])).items(), key=lambda one: one[1])
    assert f"{dear[0]} {dear[1]:,.0f}" in refused.value.advice
    location = bill(found[1], build="location").total
    assert f"{location:,.0f}: within" in refused.value.advice


def test_an_option_says_what_it_has_that_the_cheapest_has_not():
    cheap, dear = bill(option(1)), bill(option(1, 2))
    said = cost_words(dear, [cheap, dear], dear.total - 5)
    assert f"{dear.total:,.0f} EUR, 5 OVER THE BUDGET" in said
    assert f"{dear.total - cheap.total:,.0f} over the cheapest: sofa 360" in said
    assert "the cheapest: most of it" in cost_words(cheap, [cheap, dear], None)
    assert "within the budget" in cost_words(cheap, [cheap, dear], cheap.total)


def test_what_a_bill_goes_to_is_all_of_it(living_plan, bunker_plan):
    for one in (bill(living_plan), bill(bunker_plan, build="location")):
        assert sum(shares(one).values()) == pytest.approx(one.net)


def test_a_bill_is_read_as_it_was_written(living_plan):
    one = bill(living_plan)
    assert Bill.from_json(json.loads(json.dumps(one.to_json()))) == one
    assert one.to_json()["total"] == one.total


def test_the_productions_own_prices_are_what_is_counted(tmp_path):
    register(Sets())
    production, path = show_in(tmp_path)
    plan = read_plan(shoot(production, path).folder / "plan.json")
    (production.folder / "prices.toml").write_text('currency = "GBP"\n[pieces]\ndesk = 1080\n')
    path.write_text(path.read_text() + '\n[budget]\nprices = "prices.toml"\n')
    take = shoot(production, path)
    mine = bill(plan, price_book(production.folder / "prices.toml"))
    assert mine.net == pytest.approx(bill(plan).net + 1000)
    assert f"{mine.total:,.0f} GBP" in take.document["marks"][-1]["what"]
    assert {one["stage"] for one in take.document["stages"] if one["reused"]} >= {"stills"}
    (production.folder / "prices.toml").write_text("[pieces]\ndeks = 5\n")
    with pytest.raises(Problems, match=r"pieces\.deks.*desk"):
        shoot(production, path)


def test_an_option_over_the_budget_is_shot_and_marked(tmp_path):
    register(Sets())
    production, path = show_in(tmp_path)
    work = production.work_folder("SET_OFFICE")
    first = shoot(production, path)
    (folder,) = work.glob("options-*")
    found = [read_plan(each) for each in sorted(folder.glob("[0-9][0-9].json"))]
    totals = [bill(one).total for one in found]
    assert max(totals) > min(totals)
    most = (max(totals) + min(totals)) / 2
    over = sum(total > most for total in totals)
    path.write_text(path.read_text() + f"\n[budget]\nmost = {most}\n")
    within = shoot(production, path)
    assert bill(read_plan(within.folder / "plan.json")).total <= most
    assert "within the budget" in within.document["marks"][-1]["what"]
    text = path.read_text().replace("effort = 0.1", f"effort = 0.1\noption = {len(found)}")
    path.write_text(text)
    last = shoot(production, path)
    assert bill(read_plan(last.folder / "plan.json")).total == max(totals)
    assert "OVER THE BUDGET" in last.document["marks"][-1]["what"]
    assert over >= 1
    assert [one["stage"] for one in last.document["stages"] if not one["reused"]] == ["plan", "stills", "book"]
    json.dumps(first.document["marks"])
