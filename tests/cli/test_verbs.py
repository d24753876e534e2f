"""The command line: every verb answers people and scripts; every error has a place, a reason and an exit code."""

import json

import click
import numpy as np
import pytest
from click.testing import CliRunner

from secondunit.cli import main
from secondunit.effects.registry import register
from secondunit.imaging.files import write_png
from secondunit.testing.tiny_effect import Exposure
from secondunit.testing.tiny_show import SHOT, gradient, tiny_show

BRIEF = "briefs/exposure.toml"


@pytest.fixture(autouse=True)
def _tiny():
    register(Exposure())


@pytest.fixture(scope="module")
def show(tmp_path_factory):
    register(Exposure())
    return tiny_show(tmp_path_factory.mktemp("cli") / "show", frames=2).folder


def run(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


def answer(*words):
    """What a verb says to a script that it serves well."""
    done = run(*words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def refusal(*words):
    """Exit code and problems of a verb that refuses; stdout holds one JSON object and nothing else."""
    done = run(*words, "--json")
    error = json.loads(done.stdout)["error"]
    assert error["code"] == done.exit_code != 0
    assert all(set(one) == {"kind", "where", "found", "wanted", "advice"} for one in error["problems"])
    spoken = run(*words)
    assert spoken.exit_code == done.exit_code
    assert spoken.stdout == ""
    assert "Traceback" not in spoken.stderr
    return done.exit_code, error["problems"]


def test_from_nothing_to_a_take_and_its_proof(tmp_path):
    folder, picture = tmp_path / "show", tmp_path / "street.png"
    write_png(picture, gradient(128, 80))
    original = picture.read_bytes()
    made = answer("new", folder, "--title", "The Fall", "--rate", "25")
    assert made["rate"] == "25"
    assert str(folder / BRIEF) in made["briefs"]
    plate = answer("ingest", folder, picture, "--shot", SHOT)
    assert plate["size_px"] == [128, 80]
    assert answer("policy", "check", folder, BRIEF)["verdict"] == "cleared"
    take = answer("shoot", folder, BRIEF, "--preview")["take"]
    assert take["id"] == f"{SHOT}/t001"
    assert [one["id"] for one in answer("takes", folder)["takes"]] == [take["id"]]
    assert answer("show", folder, "t001")["brief"]["document"]["brief"]["effect"] == "exposure"
    assert answer("verify", folder, "t001")["whole"] is True
    assert answer("shoot", folder, "--like", "t001")["take"]["size_px"] == [128, 80]
    assert picture.read_bytes() == original


def test_people_are_told_where_to_look(show):
    said = run("shoot", show, BRIEF)
    assert said.exit_code == 0, said.output
    assert "preview.mp4" in said.stdout
    assert "light: done in" in said.stderr
    assert "t001" in run("takes", show).stdout
    assert "--like" in run("show", show, "t001").stdout
    assert "as it was signed" in run("verify", show, "t001").stdout


def test_variations_say_how_to_shoot_each_in_full(show):
    said = run("shoot", show, BRIEF, "--variations", 2)
    assert said.exit_code == 0, said.output
    assert "stops = 1.5" in said.stdout
    assert "--like" in said.stdout
    assert ".png" in said.stdout.splitlines()[0]


def test_final_needs_an_approval_and_loses_it(tmp_path):
    show = tiny_show(tmp_path / "show", frames=2).folder
    brief = show / BRIEF
    brief.write_text(brief.read_text().replace('"temp"', '"final"'))
    code, problems = refusal("shoot", show, BRIEF)
    assert code == 4
    assert "secondunit approve" in problems[0]["advice"]
    refused = run("policy", "check", show, BRIEF)
    assert refused.exit_code == 4
    assert "final-needs-approval" in refused.stdout
    given = answer("approve", show, BRIEF, "--by", "A. Producer", "--note", "go")
    assert run("policy", "check", show, BRIEF).exit_code == 0
    take = answer("shoot", show, BRIEF)["take"]["id"]
    assert answer("show", show, take)["clearance"]["approvals"] == [given["approval"]]
    brief.write_text(brief.read_text() + "stops = 1.5\n")
    assert refusal("shoot", show, BRIEF)[0] == 4, "another brief is another question"
    brief.write_text(brief.read_text().replace("stops = 1.5\n", ""))
    rules = show / "production.toml"
    before = rules.read_text()
    rules.write_text(before + '\n[use]\nmedia = ["cinema"]\n')
    assert refusal("shoot", show, BRIEF)[0] == 4, "so is the same brief under other defaults"
    rules.write_text(before)
    assert run("policy", "check", show, BRIEF).exit_code == 0
    answer("approve", show, "--withdraw", given["approval"], "--by", "A. Producer")
    assert refusal("shoot", show, BRIEF)[0] == 4, "also where every frame is there already"


@pytest.mark.parametrize(
    ("words", "code", "place"),
    [
        (("shoot", "{show}", "briefs/none.toml"), 2, "none.toml"),
        (("shoot", "{show}", "{bad}"), 2, "lift.stpos"),
        (("shoot", "{show}"), 2, "command line"),
        (("shoot", "{show}", BRIEF, "--like", "t001"), 2, "command line"),
        (("shoot", "{show}", BRIEF, "--preview", "--variations", "2"), 2, "command line"),
        (("shoot", "{show}", BRIEF, "--threads", "0"), 2, "command line"),
        (("shoot", "{show}", "--like", "t999"), 5, "t999"),
        (("shoot", "{nowhere}", BRIEF), 5, "nowhere"),
        (("show", "{show}", "t999"), 5, "t999"),
        (("takes", "{show}", "--shot", "../x"), 5, "shot"),
        (("verify", "{show}", "t999"), 5, "t999"),
        (("new", "{show}"), 5, "production.toml"),
        (("ingest", "{show}", "{bad}", "--shot", "NEW"), 2, "bad.toml"),
        (("ingest", "{show}", "{nowhere}", "--shot", "NEW"), 2, "nowhere"),
        (("ingest", "{show}", "{bad}", "--shot", "../NEW"), 5, "shot"),
        (("survey", "{show}", SHOT), 2, "survey"),
        (("survey", "{show}", SHOT, "--outline", "1,2 3"), 2, "--outline"),
        (("survey", "{show}", SHOT, "--outline", "10,10 80,10 80,50 10,50", "--matte", "x.png"), 2, "survey"),
        (("survey", "{show}", SHOT, "--outline", "900,900 990,900 990,990"), 2, "building.outline"),
        (("survey", "{show}", "NEVER", "--outline", "1,1 9,1 9,9"), 5, "NEVER"),
        (("approve", "{show}", "--by", "me"), 2, "command line"),
        (("approve", "{show}", "--withdraw", "nothing", "--by", "me"), 5, "approvals"),
        (("dance",), 2, "command line"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_what_is_wrong_has_a_place_and_a_code(words, code, place, show, tmp_path):
    bad = tmp_path / "bad.toml"
    bad.write_text((show / BRIEF).read_text() + "stpos = 1\n")
    found, problems = refusal(*(word.format(show=show, bad=bad, nowhere=tmp_path / "nowhere") for word in words))
    assert found == code
    assert any(place in one["where"] for one in problems), problems


def test_a_flat_plate_cannot_be_surveyed_and_the_advice_says_what_to_give(show, tmp_path):
    write_png(tmp_path / "flat.png", np.full((120, 160, 3), 90, np.uint8))
    answer("ingest", show, tmp_path / "flat.png", "--shot", "FLAT")
    unfinished = show / "briefs" / "flat.toml"  # of an effect that says nothing of a building: it is left alone
    unfinished.write_text('[brief]\nversion = 1\neffect = "deage"\nshot = "FLAT"\nuse = "temp"\n')
    code, problems = refusal("survey", show, "FLAT", "--outline", "20,20 140,20 140,110 20,110")
    unfinished.unlink()
    assert code == 3
    assert problems[0]["advice"]


def verbs(group, words=()):
    """Every verb with the words that lead to it, also those of a group."""
    for name, verb in group.commands.items():
        if isinstance(verb, click.Group):
            yield from verbs(verb, (*words, name))
        else:
            yield (*words, name), verb


def test_every_verb_tells_its_exit_codes_and_takes_json():
    for words, verb in verbs(main):
        text = run(*words, "--help").stdout
        assert "--json" in text, words
        assert "130" in text, words
        assert verb.help


def test_an_unexpected_error_is_one_line_and_a_trace_on_request(show, monkeypatch):
    def fails(*_):
        raise ZeroDivisionError("who knows")

    monkeypatch.setattr("secondunit.take.store.takes_and_damage", fails)
    said = run("takes", show)
    assert said.exit_code == 1
    assert said.stderr.count("\n") == 1
    assert "unexpected ZeroDivisionError: who knows" in said.stderr
    assert "Traceback" in run("takes", show, "--debug").stderr


def test_doctor_names_a_broken_plug_in_and_the_others_still_work(install, tmp_path):
    points = "exposure = secondunit.testing.tiny_effect:Exposure\nbroken = nowhere.at_all:Thing\n"
    installed = install(tmp_path / "plugins", points)
    code, out, _ = installed.run("doctor", "--json")
    findings = {one["name"]: one for one in json.loads(out)["findings"]}
    assert code == 1
    assert not findings["effect broken"]["good"]
    assert "nowhere" in findings["effect broken"]["found"]
    assert findings["effect exposure"]["good"]
    for library in ("opencolorio", "OpenImageIO", "av", "embreex", "numba"):
        assert findings[library]["good"], findings[library]
    show = tiny_show(tmp_path / "show", frames=1).folder
    code, _, err = installed.run("shoot", show, BRIEF)
    assert code == 0, err
    brief = show / "briefs" / "broken.toml"
    brief.write_text((show / BRIEF).read_text().replace('"exposure"', '"broken"'))
    code, _, err = installed.run("shoot", show, brief)
    assert code == 5
    assert "secondunit doctor" in err
