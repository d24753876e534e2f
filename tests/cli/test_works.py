"""``secondunit works``: a register, near matches shown side by side, names in briefs and file names."""

import json

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from secondunit.cli import main
from secondunit.effects.registry import register
from secondunit.production import Production
from secondunit.shoot import shoot
from secondunit.testing.tiny_effect import Exposure
from secondunit.testing.tiny_show import tiny_show


def run(*words):
    done = CliRunner().invoke(main, [*(str(word) for word in words), "--json"])
    return done.exit_code, json.loads(done.stdout)


@pytest.fixture
def show(tmp_path):
    return tiny_show(tmp_path / "show").folder


@pytest.fixture
def poster(tmp_path):
    coarse = np.random.default_rng(3).integers(0, 256, (6, 9, 3)).astype(np.uint8)
    Image.fromarray(coarse).resize((200, 120), Image.Resampling.BICUBIC).save(tmp_path / "poster.png")
    return tmp_path / "poster.png"


def test_a_near_match_stops_and_both_are_shown(show, poster, tmp_path):
    code, work = run(
        "works", "add", show, "The Harbour of Glass", poster, "--owner", "Somebody", "--source", "memo", "--by", "Kim",
        "--thumbnail",
    )  # fmt: skip
    assert code == 0
    Image.open(poster).resize((150, 90)).save(tmp_path / "ours.jpg", quality=70)
    code, found = run("works", "check", show, tmp_path / "ours.jpg")
    assert code == 4
    assert [(one["verdict"], one["title"]) for one in found["matches"]] == [("near", "The Harbour of Glass")]
    assert Image.open(found["report"]).width == 1400
    code, found = run("works", "check", show, show / "street.png", "briefs/exposure.toml")
    assert (code, found["matches"], found["flags"]) == (0, [], [])
    assert run("works", "list", show)[1]["works"][0]["work_id"] == work["work_id"]
    assert run("works", "remove", show, work["work_id"])[0] == 0
    assert run("works", "remove", show, work["work_id"])[0] == 5
    assert run("works", "check", show, tmp_path / "ours.jpg")[0] == 0


def test_a_name_in_a_brief_or_a_file_name_stops_and_a_style_is_shown(show, tmp_path):
    (show / "protected_names.toml").write_text('[[names]]\nname = "Zephyron"\nkind = "character"\nsource = "memo 5"\n')
    (show / "note.txt").write_text("Let the dust fall\nin the style of a painter, like Zefyron.\n")
    code, found = run("works", "check", show, "note.txt")
    assert (code, found["stops"]) == (0, False), "f for ph is two letters away: only the style is shown"
    (show / "note.txt").write_text("as if ZEPHYRON walked by\n")
    code, found = run("works", "check", show, "note.txt")
    assert (code, found["flags"][0]["where"], found["flags"][0]["source"]) == (4, "note.txt", "memo 5")
    Image.fromarray(np.zeros((9, 9, 3), np.uint8)).save(tmp_path / "zephyron_v2.png")
    assert run("works", "check", show, tmp_path / "zephyron_v2.png")[0] == 4


def test_what_cannot_be_read_is_told(show, tmp_path):
    (tmp_path / "note.txt").write_bytes(b"\xff\xfe\x00")
    assert run("works", "check", show, tmp_path / "note.txt")[0] == 2
    assert run("works", "check", show, "t999")[0] == 5
    Image.fromarray(np.zeros((90, 90, 3), np.uint8)).save(tmp_path / "black.png")
    words = ("--owner", "x", "--source", "y", "--by", "z")
    assert run("works", "add", show, "Black", tmp_path / "black.png", *words)[0] == 2
    assert run("works", "add", show, "-", *words)[0] == 5


def test_a_take_is_held_against_names_by_the_brief_that_made_it(show):
    register(Exposure())
    with (show / "briefs" / "exposure.toml").open("a") as brief:
        brief.write("# as in The Corner House\n")
    take = shoot(Production.open(show), show / "briefs" / "exposure.toml")
    assert run("works", "check", show, take.id)[0] == 0
    words = ("--owner", "Somebody", "--source", "memo", "--by", "Kim")
    assert run("works", "add", show, "The Corner House", *words)[0] == 0
    (show / "briefs" / "exposure.toml").unlink()
    code, found = run("works", "check", show, take.id)
    assert (code, found["flags"][0]["name"]) == (4, "The Corner House")
    assert found["flags"][0]["where"].startswith(take.id)
