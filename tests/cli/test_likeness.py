"""``secondunit likeness``: from a reference picture to a confirmed match, a ledger that knows, and a signed receipt."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from secondunit.cli import main
from secondunit.errors import BrokenStore
from secondunit.likeness.recorded import confirmations, read_receipt
from secondunit.plate.ingest import ingest
from secondunit.policy.ledger import Ledger
from secondunit.production import Production
from secondunit.testing.heads.people import CAST, Setup, picture
from secondunit.testing.tiny_rights import take_in

SHOT = "EP101_012_0010"
SIZE = 240


def run(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


def answer(*words):
    done = run(*words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.fixture
def show(tmp_path):
    production = Production.new(tmp_path / "show", title="Tiny")
    another_day = Setup(yaw_deg=13, pitch_deg=4, light_azimuth_deg=-45, smile=0.6)
    plate = np.hstack([picture(CAST[name], another_day, size_px=SIZE, rays=1) for name in ("bram", "finn")])
    Image.fromarray(plate).save(tmp_path / "plate.png")
    ingest(tmp_path / "plate.png", production.folder, SHOT, rate=production.rate)
    Image.fromarray(picture(CAST["bram"], size_px=SIZE, rays=1)).save(tmp_path / "bram.png")
    return production


def add(show, path):
    """A reference of bram, who agreed."""
    take_in(show, "p-bram")
    words = ("--until", "2199-01-01", "--say", "person.registry=absent", "--by", "Kim")
    return answer("likeness", "add", show.folder, "p-bram", path, *words)


def test_from_a_reference_to_a_receipt(show, tmp_path):
    folder = show.folder
    assert "Nothing is held" in run("likeness", "list", folder).output
    early = run("likeness", "add", folder, "p-bram", tmp_path / "bram.png", "--until", "2199-01-01", "--by", "Kim")
    assert early.exit_code == 4
    assert "p-bram is not in the people register" in early.output
    before = len(Ledger(show).rows())
    added = add(show, tmp_path / "bram.png")
    assert len(added["held"]) == 1
    (held,) = answer("likeness", "list", folder)["people"]
    assert (held["person"], held["readable"], held["keep_until"]) == ("p-bram", True, "2199-01-01")

    checked = answer("likeness", "check", folder, SHOT, "--by", "Kim")
    bram, finn = checked["faces"]
    assert (bram["verdict"], bram["person_id"], finn["person_id"]) == ("match", "p-bram", None)
    overlay = np.asarray(Image.open(checked["overlay"]))
    assert overlay.shape == (SIZE, 2 * SIZE, 3)

    left, top, right, bottom = finn["box_px"]
    at = f"{(left + right) // 2},{(top + bottom) // 2}"
    word = answer(
        "likeness", "confirm", folder, SHOT, "--at", at, "--is", "p-finn", "--by", "Kim", "--note", "I know him"
    )
    assert (word["person_id"], word["machine"]) == ("p-finn", finn["verdict"])
    assert [one.person_id for one in confirmations(show)] == ["p-finn"]
    again = answer("likeness", "check", folder, SHOT, "--by", "Kim")
    assert [face["person_id"] for face in again["faces"]] == ["p-bram", "p-finn"]
    assert again["faces"][1]["confirmed_by"] == "Kim"

    gone = answer("likeness", "delete", folder, "p-bram", "--by", "Kim", "--reason", "the agent asked")
    events = [row.event for row in Ledger(show).rows()]
    assert events[before:] == [
        *("person", "grant", "decision", "access", "access"),
        *("appointment", "match", "access", "deletion"),
    ]
    assert read_receipt(Path(gone["receipt"])).person_id == "p-bram"
    (checked,) = answer("verify", gone["receipt"])["reports"]
    assert checked["keys"][0].startswith("the production, key")
    text = Path(gone["receipt"]).read_text().replace("the agent asked", "nobody asked it")
    (tmp_path / "forged.json").write_text(text)
    with pytest.raises(BrokenStore, match="signature does not fit"):
        read_receipt(tmp_path / "forged.json")
    assert run("verify", tmp_path / "forged.json").exit_code == 5
    after = answer("likeness", "check", folder, SHOT, "--by", "Kim", "--person", "p-bram")
    assert [face["verdict"] for face in after["faces"]] == ["nobody", "match"], "the word of a person stays"


def test_nothing_but_the_plate_shows_a_face_in_the_show(show, tmp_path):
    add(show, tmp_path / "bram.png")
    answer("likeness", "check", show.folder, SHOT, "--by", "Kim")
    pictures = set()
    for path in show.folder.rglob("*"):
        if path.is_file() and path.read_bytes()[:4] in (b"\x89PNG", b"\xff\xd8\xff\xe0", b"\x76\x2f\x31\x01"):
            pictures.add(path.relative_to(show.folder).as_posix())
    assert {one for one in pictures if not one.startswith("plates/")} == {f"likeness/checks/{SHOT}/overlay.png"}
    found = (show.folder / "likeness" / "checks" / SHOT / "faces.json").read_text()
    assert "embedding" not in found


def test_what_is_asked_wrongly_is_told(show, tmp_path):
    folder = show.folder
    assert run("likeness", "confirm", folder, SHOT, "--at", "1,1", "--nobody", "--by", "K").exit_code == 5
    assert run("likeness", "confirm", folder, SHOT, "--nobody", "--by", "K").exit_code == 2
    answer("likeness", "check", folder, SHOT, "--by", "Kim")
    for words, code in (
        (("--at", "1,1", "--nobody"), 2),
        (("--at", "x", "--nobody"), 2),
        (("--at", "1,1"), 2),
        (("--at", "1,1", "--nobody", "--not-a-face"), 2),
        (("--at", "1,1", "--box", "1,1,2,2", "--nobody"), 2),
        (("--box", "1,1,2", "--nobody"), 2),
        (("--box", f"1,1,2,{SIZE + 1}", "--nobody"), 2),
    ):
        assert run("likeness", "confirm", folder, SHOT, *words, "--by", "K").exit_code == code
    assert run("likeness", "delete", folder, "p-nobody", "--by", "K").exit_code == 5
    assert (
        run("likeness", "add", folder, "p-bram", tmp_path / "bram.png", "--until", "2001-01-01", "--by", "K").exit_code
        == 5
    )


@pytest.mark.parametrize(("agreed", "code"), [("2199-01-01", 0), ("2198-12-31", 4), (None, 4)])
def test_the_three_commands_in_order(show, tmp_path, agreed, code):
    key = answer("people", "key")["key"]
    person = answer("people", "add", show.folder, "--name", "A. Performer", "--adult", "--key", key)["person_id"]
    day = datetime.now(UTC).date()
    paper = tmp_path / "request.json"
    words = ["--describe", "Nobody else shall be altered by mistake.", "--change", "age", "--years", "-10", "0"]
    words += ["--character", "Anna", "--shot", "EP101_*", "--use", "temp", "--territory", "*", "--medium", "*"]
    words += ["--language", "*", "--from", day - timedelta(days=1), "--until", day + timedelta(days=30)]
    words += ["--keep-likeness", agreed] if agreed else []
    answer("consent", "request", show.folder, person, "--out", paper, *words)
    answer("consent", "sign", paper, "--name", "A. Performer", "--yes")
    answer("consent", "grant", show.folder, paper)
    add = ("likeness", "add", show.folder, person, tmp_path / "bram.png", "--until", "2199-01-01", "--by", "Kim")
    assert run(*add, "--say", "person.registry=absent").exit_code == code
    assert run(*add, "--say", "person.registry=prohibited").exit_code == 4


def test_a_word_about_a_place_without_a_face_is_signed(show):
    words = ("likeness", "confirm", show.folder, SHOT, "--box", "0,0,40,40", "--is", "p-bram", "--until", "1049")
    word = answer(*words, "--by", "Kim")
    assert (word["machine"], word["box_px"], word["frame"], word["end_frame_exclusive"]) == (
        *("unseen", [0, 0, 40, 40]),
        *(1001, 1049),
    )
    assert run(*words, "--by", "Somebody Else").exit_code == 4
    assert run(*words, "--by", "Kim", "--role", "vendor").exit_code == 4
    assert [one.by for one in confirmations(show)] == ["Kim"]
