"""What a brief says about its use: frozen, typed, with plain errors; whatever stands there, it is read or refused."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondunit.brief.document import LARGEST_BRIEF_BYTES, load_brief, parse_brief
from secondunit.brief.use import ChangedPerson, DeclaredUse, UsedTool
from secondunit.effects.registry import find_effect, register
from secondunit.errors import BadBrief, Problems, SecondUnitError
from secondunit.policy.asking import asked_people, asked_tools
from secondunit.testing.tiny_effect import Exposure

HEADING = {"version": 1, "effect": "exposure", "shot": "EP101", "use": "temp"}
SAID = """
territories = ["US", "EU"]
photography_starts = 2026-07-01
references = []
[[people]]
person = "p-3f2a"
change = "age"
years = -30
character = "Anna"
script_revision_on = 2026-06-01
[[tools]]
name = "a model"
keeps_or_trains = "no"
"""


@pytest.fixture(autouse=True)
def _tiny():
    register(Exposure())


def brief(use):
    return parse_brief({"brief": HEADING, "use": use}, find_effect)


def test_what_is_said_arrives_and_comes_back():
    made = brief(tomllib.loads(SAID))
    assert made.declared.facts() == {
        "territories": ("US", "EU"),
        "photography_starts": "2026-07-01",
        "references": (),
    }
    (person,) = asked_people(made.declared, {})
    assert (person.person_id, person.change, person.years, person.character) == ("p-3f2a", "age", -30.0, "Anna")
    assert person.facts == {"script_revision_on": "2026-06-01"}
    assert asked_tools(made.declared) == ({"name": "a model", "keeps_or_trains": "no"},)
    again = parse_brief(made.to_json(), find_effect)
    assert again.declared == made.declared
    assert again.digest == made.digest


def test_no_registry_is_said_once_for_everybody_and_a_person_can_say_otherwise():
    people = [{"person": "p-1", "change": "age"}, {"person": "p-2", "change": "age", "registry": "prohibited"}]
    declared = brief({"people": people}).declared

    def said(used):
        return [one.facts.get("registry") for one in asked_people(declared, {"registries_used": used})]

    assert said(False) == ["not_used", "prohibited"]
    assert said(True) == [None, "prohibited"]


def test_a_statement_is_part_of_what_is_approved():
    plain, said = brief({}), brief({"marketing": False})
    assert plain.digest == parse_brief({"brief": HEADING}, find_effect).digest
    assert plain.digest != said.digest != brief({"marketing": True}).digest


@pytest.mark.parametrize(
    ("use", "says"),
    [
        ({"marketting": True}, "Did you mean 'marketing'?"),
        ({"marketing": "no"}, "use.marketing"),
        ({"marketing": 0}, "use.marketing"),
        ({"territories": ["Mars"]}, "use.territories[0]"),
        ({"territories": []}, "use.territories"),
        ({"media": ["cinma"]}, "use.media[0]"),
        ({"photography_starts": "July"}, "use.photography_starts"),
        ({"people": [{"person": "p-3f2a"}]}, "use.people[0].change: missing"),
        ({"people": [{"person": "P 3", "change": "age"}]}, "use.people[0].person"),
        ({"people": [{"person": "p-3f2a", "change": "age", "yeers": 1}]}, "Did you mean 'years'?"),
        ({"people": [{"person": "p-3f2a", "change": "age", "years": 500}]}, "up to 120"),
        ({"people": [{"person": "p-3f2a", "change": "age"}] * 65}, "use.people"),
        ({"tools": [{"keeps_or_trains": "maybe"}]}, "use.tools[0].keeps_or_trains"),
        ([], "use"),
    ],
)
def test_what_cannot_be_said(use, says):
    with pytest.raises(Problems) as caught:
        brief(use)
    assert says in str(caught.value)


def test_a_brief_has_a_largest_size(tmp_path):
    path = tmp_path / "brief.toml"
    path.write_bytes(b"#" * (LARGEST_BRIEF_BYTES + 1))
    with pytest.raises(BadBrief, match="at most"):
        load_brief(path, find_effect)


FIELDS = sorted({*DeclaredUse.model_fields, *ChangedPerson.model_fields, *UsedTool.model_fields})
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES | st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=4))
def test_whatever_stands_there_it_is_read_or_refused(use):
    register(Exposure())
    try:
        made = brief(use)
    except SecondUnitError:
        return
    assert parse_brief(made.to_json(), find_effect).declared == made.declared
