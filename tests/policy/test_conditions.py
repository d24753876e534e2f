"""The condition language: Kleene's tables, types, plain errors; nothing runs and nothing hangs."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondunit.errors import BrokenStore
from secondunit.policy.conditions import DEEPEST, LONGEST, fields_in, parse
from secondunit.policy.vocabulary import FIELDS

TRUTHS = (True, False, None)


def truth(text, **values):
    given_ = {name.replace("__", "."): value for name, value in values.items() if value is not None}
    return parse(text, where="x").truth(given_)


@pytest.mark.parametrize(("a", "b"), list(itertools.product(TRUTHS, TRUTHS)))
def test_and_or_and_not_follow_kleene(a, b):
    both, either = (
        truth("central and generative", central=a, generative=b),
        truth("central or generative", central=a, generative=b),
    )
    assert both is (False if False in (a, b) else None if None in (a, b) else True)
    assert either is (True if True in (a, b) else None if None in (a, b) else False)
    assert truth("not central", central=a) is (None if a is None else not a)
    assert truth("not (central and generative)", central=a, generative=b) is truth(
        "not central or not generative", central=a, generative=b
    )


@pytest.mark.parametrize(
    ("text", "values", "wanted"),
    [
        ("central or generative and marketing", {"central": True, "generative": False}, True),
        ("(central or generative) and marketing", {"central": True, "marketing": False}, False),
        ("not central and generative", {"central": False, "generative": True}, True),
        ("central = false", {"central": False}, True),
        ('use != "final"', {"use": "temp"}, True),
        ('use in ["temp", "final"]', {"use": "ideation"}, False),
        ('references has "public_figure"', {"references": ("deceased", "public_figure")}, True),
        ('references has_any ["public_figure"]', {"references": ()}, False),
        ('territories has "US-CA"', {"territories": ("US",)}, True),
        ('territories has "EU"', {"territories": ("DE",)}, True),
        ('territories has "EU"', {"territories": ("GB",)}, False),
        ("person.years <= -10", {"person__years": -10.0}, True),
        ("consent.notice_hours < 48", {"consent__notice_hours": 47.9}, True),
        ("person.script_revision_on < person.performed_on", {"person__script_revision_on": "2026-01-01"}, None),
        ('photography_starts >= "2026-07-01"', {"photography_starts": "2026-07-01"}, True),
    ],
)
def test_what_a_comparison_means(text, values, wanted):
    assert truth(text, **values) is wanted


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("generatve", "Did you mean 'generative'?"),
        ("person.is_minr", "Did you mean 'person.is_minor'?"),
        ('use = "fnal"', "Did you mean 'final'?"),
        ("use", "not yes or no"),
        ("central = yes", "unknown field 'yes'"),
        ("central < true", "operator"),
        ('territories = "EU"', "operator"),
        ('use has "final"', "operator"),
        ('person.years = "ten"', "a number"),
        ('photography_starts > "July"', "a day"),
        ("central and", "the end"),
        ("(central", "')'"),
        ("central generative", "'generative'"),
        ("central; import os", "';"),
        ("__import__", "unknown field"),
        ("use = person.billing and central = use", "two of yes or no, not a word"),
        ("", "the end"),
        ("not " * 50 + "central", "nested deeper"),
        ("(" * 50 + "central" + ")" * 50, "nested deeper"),
        ("central or " * 400 + "central", f"at most {LONGEST}"),
    ],
)
def test_what_it_cannot_say(text, says):
    with pytest.raises(BrokenStore) as caught:
        parse(text, where="x.toml: rule[0].when")
    assert says in str(caught.value), caught.value
    assert str(caught.value).startswith("x.toml: rule[0].when")


def test_depth_up_to_the_limit_is_read():
    assert truth("(" * DEEPEST + "central" + ")" * DEEPEST, central=True) is True


def test_what_is_missing_is_named_and_nothing_else():
    condition = parse("central and (generative or marketing) and not brands", where="x")
    assert fields_in(condition) == {"central", "generative", "marketing", "brands"}
    assert condition.missing({"generative": True, "brands": True}) == {"central"}
    assert condition.truth({"generative": True, "brands": True}) is False


SIGNS = ["and", "or", "not", "in", "has", "has_any", "(", ")", "[", "]", ",", "=", "<", '"US"', '"final"', "3", "true"]
WORDS = [*FIELDS, *SIGNS]


@given(st.text(max_size=80) | st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join))
def test_whatever_stands_there_it_is_read_or_refused(text):
    try:
        condition = parse(text, where="x")
    except BrokenStore:
        return
    assert condition.truth({}) is None
    assert condition.missing({}) == fields_in(condition)
