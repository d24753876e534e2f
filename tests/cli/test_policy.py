"""``secondunit policy``: verdicts with reasons, what-ifs that write nothing, packs that can be tested."""

import json

import pytest
from click.testing import CliRunner

from secondunit.cli import main
from secondunit.effects.registry import register
from secondunit.policy.rules import shipped_packs
from secondunit.testing.tiny_effect import Exposure
from secondunit.testing.tiny_show import tiny_show

BRIEF = "briefs/exposure.toml"


@pytest.fixture(autouse=True)
def _tiny():
    register(Exposure())


@pytest.fixture
def show(tmp_path):
    return tiny_show(tmp_path / "show", frames=1).folder


def run(*words):
    return CliRunner().invoke(main, ["policy", *(str(word) for word in words)])


def answer(*words, code=0):
    done = run(*words, "--json")
    assert done.exit_code == code, done.output
    return json.loads(done.stdout)


def say(show, text):
    brief = show / BRIEF
    brief.write_text(brief.read_text() + text)


def test_a_plain_brief_is_cleared_and_the_reason_cites_its_source(show):
    said = run("check", show, BRIEF)
    assert said.exit_code == 0, said.output
    assert ": cleared" in said.stdout
    assert "house-intended-use/looks-are-free" in said.stdout
    assert "Second Unit house rules, section 1" in said.stdout
    assert "not legal advice" in said.stdout


def test_a_final_names_whom_to_ask(show):
    decided = answer("explain", show, BRIEF, "--set", "use=final", code=4)
    assert decided["verdict"] == "needs"
    assert [(need["whom"], need["what"]) for need in decided["needs"]] == [("producer", "approval")]
    assert decided["what_if"] == ["use=final"]
    assert answer("check", show, BRIEF)["verdict"] == "cleared"


def test_an_explanation_shows_every_comparison(show):
    said = run("explain", show, BRIEF, "--all")
    assert 'use in ["ideation", "temp"]: true (use is temp)' in said.stdout
    assert "final-needs-approval" in said.stdout
    assert "final-needs-approval" not in run("explain", show, BRIEF).stdout


def test_a_person_without_a_consent_is_refused_and_told_why(show):
    say(show, '\n[[use.people]]\nperson = "p-3f2a"\nchange = "age"\nyears = -30\nintimate = "none"\n')
    decided = answer("check", show, BRIEF, code=4)
    assert decided["verdict"] == "refused"
    assert "core/unknown-person" in [one["rule"] for one in decided["reasons"]]
    assert answer("explain", show, BRIEF, "--set", "person.intimate=unknown", code=4)["verdict"] == "refused"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--set", "use"), "field=value"),
        (("--set", "generatve=true"), "Did you mean 'generative'?"),
        (("--set", "original=mabye"), "one of its words"),
        (("--set", "person.is_minor=false"), "worked out"),
        (("--set", "central=perhaps"), "yes or no"),
        (("--without-consent", "p-1"), "no such consent"),
    ],
)
def test_a_what_if_that_cannot_be_says_so(show, words, says):
    done = run("explain", show, BRIEF, *words)
    assert done.exit_code in (2, 5)
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_what_a_brief_says_about_its_use_is_checked(show):
    say(show, '\n[use]\nterritorys = ["US"]\nmarketing = "no"\n[[use.people]]\nperson = "p-3f2a"\nchnge = "age"\n')
    done = run("check", show, BRIEF)
    assert done.exit_code == 2
    for words in ("use.territorys", "Did you mean 'territories'?", "use.marketing", "use.people[0].chnge", "'change'"):
        assert words in done.stderr, done.stderr


def test_what_the_effect_says_of_itself_a_brief_cannot_change(show):
    say(show, "\n[use]\ngenerative = true\n")
    done = run("check", show, BRIEF)
    assert done.exit_code == 2
    assert "as the effect says" in done.stderr


def test_what_holds_for_the_production_holds_for_its_briefs(show):
    document = show / "production.toml"
    document.write_text(document.read_text() + '\n[use]\nreferences = ["public_figure"]\n')
    assert answer("check", show, BRIEF, code=4)["verdict"] == "refused"
    say(show, "\n[use]\nreferences = []\n")
    assert answer("check", show, BRIEF)["verdict"] == "cleared"
    document.write_text(document.read_text().replace("references", "referencs"))
    assert "Did you mean 'references'?" in run("check", show, BRIEF).stderr


def test_packs_are_listed_and_those_in_force_marked(show):
    listed = answer("packs", show)["packs"]
    assert {one["id"] for one in listed} == set(shipped_packs())
    assert {one["id"] for one in listed if one["in_force"]} == {"house-intended-use", "house-consent", "house-c2pa"}
    assert "netflix-partner-guidance" in run("packs").stdout


def test_a_pack_of_ones_own_is_tested(tmp_path):
    assert answer("test", "eu-ai-act-50")["untried"] == []
    own = tmp_path / "own.toml"
    own.write_bytes(shipped_packs()["wga-mba-2026"].replace(b'verdict = "noted"', b'verdict = "refused"'))
    done = run("test", own)
    assert done.exit_code == 2
    assert "WGA-001, case 1: wanted refused, is noted" in done.stdout
    assert run("test", tmp_path / "nothing.toml").exit_code == 5


def test_every_field_is_listed_with_its_sentence():
    listed = {one["name"]: one for one in answer("fields")["fields"]}
    assert listed["original"]["words"] == ["yes", "no", "unsure"]
    assert not listed["consent.covers"]["given"]
    assert "territories: a list of territories, said. Where it will be shown" in run("fields").stdout
