"""Names are found however they are written, and ordinary words are left alone. All names here are made up."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from secondunit.errors import BrokenStore, Problems
from secondunit.works.names import Name, find_in_file_name, find_names, load_names, wordings

HARBOUR = Name(name="The Harbour of Glass", kind="work", source="legal, memo 4")
OKONJO = Name(name="Mirèlle Okónjo-Vant", kind="artist", source="legal, memo 4", aliases=("M. O. Vant",))
ZEPHYRON = Name(name="Zephyron", kind="character", source="legal, memo 5")
TWELVE = Name(name="Thornbladewood", kind="brand", source="legal, memo 6")
TIDE = Name(name="Tide", kind="work", source="legal, memo 7", ordinary=True)
SHORT = Name(name="Ilka", kind="public_figure", source="legal, memo 8")
NAMES = (HARBOUR, OKONJO, ZEPHYRON, TWELVE, TIDE, SHORT)


def found(text):
    return [(flag.name, flag.near) for flag in find_names(text, NAMES, where="brief")]


@pytest.mark.parametrize(
    ("text", "name", "near"),
    [
        ("make it like THE HARBOUR OF GLASS please", HARBOUR, False),
        ("the-harbour_of.glass", HARBOUR, False),
        ("theharbourofglass", HARBOUR, False),
        ("the harbor of glass", HARBOUR, True),
        ("the harbour of glas at dusk", HARBOUR, True),
        ("a wall by mirelle okonjo vant", OKONJO, False),
        ("a wall by Mirelle Okonjovant", OKONJO, False),
        ("MIRÉLLE  OKONJO—VANT", OKONJO, False),
        ("Mirelle Okonjo-Vandt", OKONJO, True),
        ("as m.o. vant would", OKONJO, False),
        ("zephyron's cape", ZEPHYRON, False),
        ("Zephryon falls", ZEPHYRON, True),
        ("Zepphyron falls", ZEPHYRON, True),
        ("Zерhуrоn in Cyrillic letters", ZEPHYRON, False),
        ("Zeph\u200byron with a hidden joiner", ZEPHYRON, False),
        ("a crate of thornbledewod", TWELVE, True),
        ("ilka waves", SHORT, False),
        ("we saw Tide last week", TIDE, False),
        ('a poster that says "Tide"', TIDE, False),
    ],
)
def test_a_name_is_found_however_it_is_written(text, name, near):
    assert (name.name, near) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "the harbour, made of glass",
        "the harbour of mud and glassware",
        "a zephyr runs on and the tide comes in",
        "Tide comes in at six.",
        "Wide shot. Tide rising over the wall.",
        "silk, milk, ilk and inka",
        "an ordinary brick house falls; dust, rebar, a lamp post, a tram",
        "thorn bushes and a wooden blade",
        "collapse of the corner building, storeys pancake, dust runs along the street",
        "",
    ],
)
def test_ordinary_words_are_left_alone(text):
    assert found(text) == []


def test_a_flag_says_where_and_why():
    (flag,) = find_names("fall = 'implosion'\nnote = 'like Zephyron'\n", NAMES, where="briefs/a.toml")
    assert flag.where == "briefs/a.toml, line 2"
    assert (flag.kind, flag.found, flag.source) == ("character", "Zephyron", "legal, memo 5")


@pytest.mark.parametrize("name", ["EP101_zephyron_v3.png", "TheHarbourOfGlassPoster.jpg", "wall-MirelleOkonjoVant.exr"])
def test_a_file_name_is_read_like_a_text(name):
    assert len(find_in_file_name(Path(name), NAMES)) == 1


def test_an_ordinary_file_name_is_not_flagged():
    assert find_in_file_name(Path("EP101_012_0010_plate_v003.exr"), NAMES) == ()


@pytest.mark.parametrize(
    "text",
    [
        "dust in the style of Somebody Real",
        "a street in the visual style of some painter",
        "lit like a famous drama",
        "painted as if by somebody",
        "a copy of that poster",
        "looks like the film about sharks",
        "a somebodyesque facade",
        "make it somebodyesque",
        "ein Haus im Stil von Jemand",
        "une rue à la manière de Quelqu'un",
        "una calle al estilo de alguien",
        "una strada nello stile di qualcuno",
    ],
)
def test_wording_that_asks_for_a_style_is_flagged(text):
    assert [flag.kind for flag in find_names(text, (), where="x")] == ["style"]


@pytest.mark.parametrize(
    "text",
    [
        "in the style of the plate",
        "in the style of the 1930s",
        "it looks like rain",
        "the dust should look like real dust",
        "shot like this before",
        "styled like the reference",
        "a picturesque street with romanesque arches",
        "two copies of the brief",
    ],
)
def test_wording_that_names_nobody_is_not(text):
    assert find_names(text, (), where="x") == ()


def test_the_shipped_list_names_nobody():
    """It holds turns of phrase; whom a production must not name it writes down itself."""
    assert {one.language for one in wordings()} == {"en", "de", "fr", "es", "it"}
    assert all(re.compile(one.pattern).search("") is None for one in wordings())


def test_the_list_is_read_and_all_its_faults_are_told(tmp_path):
    path = tmp_path / "protected_names.toml"
    assert load_names(path) == ()
    path.write_text('[[names]]\nname = "Zephyron"\nkind = "character"\nsource = "memo"\naliases = ["The Zeph"]\n')
    assert load_names(path)[0].aliases == ("The Zeph",)
    path.write_text(
        '[[names]]\nname = "Z"\nkind = "myth"\n[[names]]\nname = "--"\nkind = "work"\nsource = "m"\nx = 1\n'
    )
    with pytest.raises(Problems) as caught:
        load_names(path)
    assert len(caught.value.problems) == 5
    for text in ("not toml", "[other]\n", "names = 3\n"):
        path.write_text(text)
        with pytest.raises(BrokenStore):
            load_names(path)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=200), st.sampled_from(["", " ", "-", "\n"]))
def test_whatever_stands_around_it_the_name_is_found(noise, gap):
    text = noise + "\n" + gap + "ZEPHYRON" + gap + "\n" + noise
    assert any(flag.name == "Zephyron" for flag in find_names(text, NAMES, where="x"))
