"""Sets beside each other: colours are compared as the eye does, what repeats and what differs is found and named."""

import json

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from secondunit.cli import main
from secondunit.effects.registry import register
from secondunit.effects.sets.difference import ciede2000, differences, lab
from secondunit.effects.sets.drawing.frame import PAPERS, Papers
from secondunit.effects.sets.drawing.pen import extent
from secondunit.effects.sets.effect import Sets
from secondunit.effects.sets.together.page import to_html
from secondunit.effects.sets.together.palettes import ALIKE, Tone, apart, palette, palette_check, palette_sheet
from secondunit.effects.sets.together.report import SetOfShow, report
from secondunit.production import Production
from secondunit.shoot import shoot
from tests.effects.sets.test_effect import ROOM

# Sharma, Wu and Dalal (2005), table 1: L*, a*, b* of two colours and their difference
PAIRS = """
50 2.6772 -79.7751 50 0 -82.7485 2.0425
50 3.1571 -77.2803 50 0 -82.7485 2.8615
50 2.8361 -74.0200 50 0 -82.7485 3.4412
50 -1.3802 -84.2814 50 0 -82.7485 1.0000
50 0 0 50 -1 2 2.3669
50 2.4900 -0.0010 50 -2.4900 0.0009 7.1792
50 2.4900 -0.0010 50 -2.4900 0.0011 7.2195
50 -0.0010 2.4900 50 0.0009 -2.4900 4.8045
50 -0.0010 2.4900 50 0.0011 -2.4900 4.7461
50 2.5 0 50 0 -2.5 4.3065
50 2.5 0 73 25 -18 27.1492
50 2.5 0 61 -5 29 22.8977
50 2.5 0 56 -27 -3 31.9030
50 2.5 0 58 24 15 19.4535
50 2.5 0 50 3.1736 0.5854 1.0000
60.2574 -34.0099 36.2677 60.4626 -34.1751 39.4387 1.2644
63.0109 -31.0961 -5.8663 62.8187 -29.7946 -4.0864 1.2630
22.7233 20.0904 -46.6940 23.0331 14.9730 -42.5619 2.0373
36.4612 47.8580 18.3852 36.2715 50.5065 21.2231 1.4146
90.8027 -2.0831 1.4410 91.1528 -1.6435 0.0447 1.4441
2.0776 0.0795 -1.1350 0.9033 -0.0636 -0.5514 0.9082
"""
SHARE = st.floats(0, 1)
COLOUR = st.tuples(SHARE, SHARE, SHARE)


def test_differences_are_those_of_the_published_table():
    rows = np.array([[float(value) for value in line.split()] for line in PAIRS.split("\n") if line])
    assert ciede2000(rows[:, :3], rows[:, 3:6]) == pytest.approx(rows[:, 6], abs=5e-5)
    assert ciede2000(rows[:, 3:6], rows[:, :3]) == pytest.approx(rows[:, 6], abs=5e-5)


def test_white_is_white_and_black_is_black():
    assert lab(np.array([[1.0, 1, 1], [0, 0, 0], [0.5, 0.5, 0.5]])) == pytest.approx(
        np.array([[100, 0, 0], [0, 0, 0], [53.39, 0, 0]]), abs=0.02
    )


@given(COLOUR, COLOUR)
def test_a_difference_is_the_same_both_ways_and_0_only_to_itself(one, other):
    there, back = differences([one], [other])[0, 0], differences([other], [one])[0, 0]
    assert there == pytest.approx(back, abs=1e-9)
    assert there >= 0
    assert differences([one], [one])[0, 0] == pytest.approx(0, abs=1e-6)
    if max(abs(a - b) for a, b in zip(one, other, strict=True)) > 0.05:
        assert there > 0.1


def as_set(name, plan):
    return SetOfShow(name, f"{name.upper()}/t001", "the newest", plan)


def test_shares_of_a_palette_are_one_and_the_largest_area_leads():
    tones = palette({"concrete": 200.0, "oak": 9.0, "brass": 0.5})
    assert sum(tone.share for tone in tones) == pytest.approx(1)
    assert [tone.materials[0] for tone in tones] == ["concrete", "oak", "brass"]
    assert tones[0].share / tones[1].share == pytest.approx((200 / 9) ** 0.5)
    assert len(palette({"concrete": 3.0, "concrete:#8f8c86": 2.0, "concrete:#8f8c87": 1.0})) <= 2


def test_twins_and_strangers_and_near_misses_are_named(bunker_plan, living_plan):
    plain = {"a": palette({"concrete:#808080": 50.0}), "b": palette({"concrete:#838383": 50.0})}
    words = [note.words for note in palette_check(plain)]
    assert any("hardly to be told apart" in said for said in words)
    assert any("one colour, or two that are meant" in said for said in words)
    loud = {
        "a": palette({"concrete:#808080": 50.0}),
        "b": palette({"rust_velvet:#ff00ff": 9.0, "concrete:#808080": 50.0}),
    }
    notes = palette_check(loud)
    assert any(note.sets == ("b",) and "#ff00ff stands alone" in note.words for note in notes)
    assert palette_check({"a": plain["a"]}) == ()


def test_two_different_sets_are_told_apart(bunker_plan, living_plan):
    one, other = as_set("bunker", bunker_plan), as_set("living", living_plan)
    assert apart(one.palette, other.palette) == pytest.approx(apart(other.palette, one.palette))
    assert apart(one.palette, other.palette) > ALIKE
    assert apart(one.palette, one.palette) == pytest.approx(0, abs=1e-9)


def test_what_repeats_and_what_differs_is_found(bunker_plan, living_plan):
    twin = bunker_plan.model_copy(update={"room": bunker_plan.room.model_copy(update={"height_m": 3.1})})
    made = report("Show", [as_set("one", bunker_plan), as_set("two", twin), as_set("three", living_plan)])
    by_what = {row.what: row for row in made.sizes}
    assert by_what["Ceiling height"].values[:2] == ("3400", "3100")
    assert by_what["Ceiling height"].differs
    assert not by_what["Width × depth"].differs, "no two sets need the same width"
    sofas = [row for row in made.pieces if row.values[:2] == ("1", "1")]
    assert sofas, "the twins share their pieces"
    said = {note.topic for note in made.notes}
    assert {"colour", "size", "piece"} <= said
    whole = made.to_json()
    assert json.loads(json.dumps(whole)) == whole
    assert whole["apart"]["one"]["two"] == pytest.approx(0, abs=0.5)
    shared = {row.what for row in made.materials if sum(map(bool, row.values)) > 1}
    assert shared


def test_the_sheet_of_palettes_stays_on_its_paper():
    for count in (1, 2, 6, 12):
        tones = (Tone("#808080", 0.7, ("concrete",)), Tone("#a05020", 0.3, ("rust_velvet:#a05020",)))
        sheet = palette_sheet({f"set {number}": tones for number in range(count)}, Papers())
        (left, bottom), (right, top) = extent([mark for mark, _ in sheet.on_paper()], 1000)
        assert left >= 9.9
        assert bottom >= 9.9
        assert right <= PAPERS["A3"][0] - 9.9
        assert top <= PAPERS["A3"][1] - 9.9


def test_the_page_fetches_nothing_and_is_not_fooled_by_a_title(bunker_plan):
    made = report("<b>Show</b>", [as_set("<i>one</i>", bunker_plan)])
    page = to_html(made, Papers(), {"<i>one</i>": [b"jpeg"]})
    assert "<i>one" not in page
    assert "<b>Show" not in page
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")


def run(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture(scope="module")
def show(tmp_path_factory):
    register(Sets())
    production = Production.new(tmp_path_factory.mktemp("together") / "show", title="Two sets")
    for name, width in (("OFFICE", 4.6), ("OTHER", 5.2)):
        text = ROOM.format(book="false", more="").replace("SET_OFFICE", name).replace("4.6", str(width))
        path = production.folder / "briefs" / f"{name}.toml"
        path.write_text(text)
        shoot(production, path, preview=name == "OTHER")
    shoot(production, production.folder / "briefs" / "OFFICE.toml")
    return production


def test_the_verb_writes_a_page_and_answers_scripts(show, tmp_path):
    register(Sets())
    page = tmp_path / "page.html"
    done = run("sets", show.folder, "--json", "--out", page)
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert [one["take"] for one in said["sets"]] == ["OFFICE/t002", "OTHER/t001"]
    assert [one["why"] for one in said["sets"]] == ["the newest", "the newest, a preview"]
    assert len({one["set"] for one in said["sets"]}) == 2, "two sets of one title are told apart"
    assert set(said["apart"]) == {one["set"] for one in said["sets"]}
    assert page.read_text().count("data:image/jpeg") == 4
    first = page.read_bytes()
    assert run("sets", show.folder, "--out", page).exit_code == 0
    assert page.read_bytes() == first


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--take", "OFFICE/t099"], "no such take"),
        (["--take", "OFFICE/t001", "--take", "OFFICE/t002"], "of one shot"),
    ],
)
def test_what_cannot_be_compared_is_said(show, words, said):
    done = run("sets", show.folder, *words, "--json")
    assert done.exit_code == 5
    assert said in json.dumps(json.loads(done.stdout)["error"])


def test_a_show_without_sets_says_what_to_do(tmp_path):
    production = Production.new(tmp_path / "show", title="None")
    done = run("sets", production.folder)
    assert done.exit_code == 5
    assert "has no sets" in done.stderr
    assert not (production.folder / "reports").exists()


def test_a_plan_that_was_changed_in_a_take_is_not_believed(show):
    register(Sets())
    path = show.folder / "takes" / "OTHER" / "t001" / "plan.json"
    kept = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(kept.replace(b"Office", b"Offine", 1))
    try:
        done = run("sets", show.folder)
        assert done.exit_code == 5
        assert "is not what the take was made with" in done.stderr
    finally:
        path.write_bytes(kept)


def test_an_approved_take_goes_before_a_newer_one(show):
    register(Sets())
    folder = show.folder
    assert run("approve", folder, "--take", "OFFICE/t001", "--by", "P. Roducer").exit_code == 0
    said = json.loads(run("sets", folder, "--json").stdout)["sets"]
    assert said[0]["take"] == "OFFICE/t001"
    assert "P. Roducer" in said[0]["why"]
    named = json.loads(run("sets", folder, "--json", "--take", "OFFICE/t002").stdout)["sets"]
    assert (named[0]["take"], named[0]["why"]) == ("OFFICE/t002", "as named")
