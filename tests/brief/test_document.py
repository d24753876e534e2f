"""A brief: every mistake found at once, in the artist's own words; what it means has a digest."""

import tomllib
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, ValidationError

from secondunit.brief.describe import fields_of, starter_brief, unit_and_range
from secondunit.brief.document import load_brief, parse_brief
from secondunit.brief.problems import explain
from secondunit.effects.collapse.settings import CollapseSettings
from secondunit.errors import BadBrief, Problems, SecondUnitError
from secondunit.testing.tiny_effect import Exposure, ExposureSettings

HEAD = '[brief]\nversion = 1\neffect = "exposure"\nshot = "EP101"\nuse = "temp"\n'


def find(name):
    """The tiny effect, and nothing else."""
    if name != "exposure":
        raise BadBrief("brief.effect", f"no effect {name!r}", "an installed effect", "Did you mean 'exposure'?")
    return Exposure()


def parsed(text):
    return parse_brief(tomllib.loads(text), find, source="b.toml", text=text)


def problems_of(text):
    with pytest.raises(Problems) as caught:
        parsed(text)
    return {one.where.removeprefix("b.toml: "): one for one in caught.value.problems}


def test_a_good_brief_becomes_a_frozen_value():
    brief = parsed(HEAD + "[lift]\nstops = 2\n")
    assert brief.settings.lift.stops == 2.0
    assert (brief.frames.first, len(brief.frames), brief.seed) == (1001, 96, 1)
    with pytest.raises(AttributeError):
        brief.seed = 2


def test_the_digest_is_of_the_meaning():
    plain, same = parsed(HEAD), parsed("# a remark\n" + HEAD + "seed = 1\n[lift]\nstops = 1.0\n[square]\nsize = 0.25\n")
    assert plain.digest == same.digest
    others = [
        HEAD + "seed = 2\n",
        HEAD + "frames = 95\n",
        HEAD + "[lift]\nstops = 1.5\n",
        HEAD.replace("temp", "final"),
    ]
    assert len({plain.digest, *(parsed(text).digest for text in others)}) == 5


def test_a_brief_survives_the_way_through_its_own_papers():
    brief = parsed(HEAD + 'seed = 7\nframes = 3\n[replace]\nsquare = "mine"\n[lift]\nstops = -1.5\n')
    again = parse_brief(brief.to_json(), find)
    assert again.digest == brief.digest
    assert again.replace == {"square": "mine"}


def test_everything_wrong_is_said_at_once_and_in_place():
    text = """
[brief]
version = 1
effect = "exposure"
shot = "../EP101"
use = "fnal"
frames = 0
sede = 3
[lift]
stops = "two"
flicker = 3.0
[squaer]
size = 1
[square]
size = 0
hodlout = "x.png"
[replace]
lihgt = "x"
square = 3
"""
    found = problems_of(text)
    assert found["brief.use"].wanted == "'ideation', 'temp' or 'final'"
    assert "'final'" in found["brief.use"].advice
    assert found["brief.frames"].found == "0"
    assert "at least 1" in found["brief.frames"].wanted
    assert found["brief.sede"].advice == "Did you mean 'seed'?"
    assert found["lift.stops"].wanted == "a number in stops"
    assert found["lift.flicker"].wanted == "at least 0 and up to 1"
    assert found["squaer"].advice == "Did you mean 'square'?"
    assert found["square.size"].wanted == "above 0 and up to 1"
    assert found["square.hodlout"].advice == "Did you mean 'holdout'?"
    assert "light" in found["replace.lihgt"].advice
    assert found["replace.square"].wanted == "a folder, as text"
    assert len(found) == 10


def test_a_shot_that_climbs_is_refused():
    assert "1 to 64 letters" in problems_of(HEAD.replace("EP101", "../EP101"))["brief.shot"].wanted


def test_a_contradiction_between_settings_is_an_error():
    assert "nothing would change" in problems_of(HEAD + "[lift]\nstops = 0\nflicker = 0\n")["lift"].found


def test_an_unknown_effect_names_the_nearest():
    assert "exposure" in problems_of(HEAD.replace('"exposure"', '"expose"'))["brief.effect"].advice


@pytest.mark.parametrize("number", ["nan", "inf", "-inf"])
def test_numbers_that_are_none_are_refused(number):
    assert "lift.stops" in problems_of(HEAD + f"[lift]\nstops = {number}\n")


def test_broken_toml_is_located(tmp_path):
    path = tmp_path / "b.toml"
    path.write_text(HEAD + "[lift\nstops = 1\n")
    with pytest.raises(BadBrief, match=r"line 6, column"):
        load_brief(path, find)
    with pytest.raises(BadBrief, match="cannot be read"):
        load_brief(tmp_path / "none.toml", find)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadBrief, match="cannot be read"):
        load_brief(path, find)


KEYS = ["brief", "replace", "lift", "square", "output", "effect", "size", "shot", "x"]
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=20,
)


@given(ANYTHING)
def test_whatever_a_brief_says_the_error_is_ours(value):
    content = value if isinstance(value, dict) else {"brief": value}
    with pytest.raises(SecondUnitError):
        parse_brief(content, find)


@given(st.binary(max_size=120) | st.text(max_size=120).map(str.encode))
def test_whatever_a_file_holds_the_error_is_ours(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("brief") / "b.toml"
    for content in (data, HEAD.encode() + data):
        path.write_bytes(content)
        try:
            load_brief(path, find)
        except SecondUnitError as error:
            assert str(path) in str(error)  # noqa: PT017 - most of these are no briefs, a few may be


def test_a_bomb_of_brackets_is_only_bad_toml(tmp_path):
    path = tmp_path / "b.toml"
    path.write_text("a = " + "[" * 50_000)
    with pytest.raises(BadBrief, match="is not TOML"):
        load_brief(path, find)


@pytest.mark.parametrize("model", [ExposureSettings, CollapseSettings], ids=["exposure", "collapse"])
def test_the_starter_brief_names_every_setting_and_means_the_defaults(model):
    text = starter_brief("exposure", model, shot="EP101")
    content = tomllib.loads(text)
    sections = {key: value for key, value in content.items() if key != "brief"}
    assert model.model_validate(sections) == model()
    lines = text.splitlines()
    for section, key, field in fields_of(model):
        if not key:
            assert any(line.startswith(f"[{section}]") for line in lines)
            continue
        line = next(line for line in lines if line.startswith(f"# {key} = ") and field.description in line)
        unit, limits = unit_and_range(field)
        assert unit in line
        assert limits in line


def test_every_default_of_the_starter_brief_can_be_taken_as_it_stands():
    """A setting that is uncommented means what it meant before."""
    text = starter_brief("exposure", CollapseSettings, shot="EP101")
    lines = [
        line[2:] if line.startswith("# ") and " = " in line and "(not given)" not in line else line
        for line in text.splitlines()
    ]
    content = tomllib.loads("\n".join(line for line in lines if not line.startswith(("[replace]", "A brief", "take"))))
    sections = {key: value for key, value in content.items() if key != "brief"}
    assert sections["dust"]["settle_s"] == 14.0
    assert CollapseSettings.model_validate(sections) == CollapseSettings()


def test_a_missing_choice_names_its_words():
    assert problems_of(HEAD.replace('use = "temp"\n', ""))["brief.use"].wanted == "ideation or temp or final"


def test_what_may_be_a_number_or_a_list_is_told_once():
    class Room(BaseModel):
        width: Annotated[float, Field(gt=0, le=200)] | tuple[float, float]

    with pytest.raises(ValidationError) as wrong:
        Room(width=-3)
    (told,) = explain(wrong.value, Room, source="a.toml", path=("room",))
    assert (told.where, told.found) == ("a.toml: room.width", "-3")
    assert told.wanted == "above 0, or a list"
