"""What is kept beside the frames, so that a take need not open them: believed only where a genuine receipt says so."""

import json
import shutil

import numpy as np
import pytest

from secondunit.brief.document import load_brief
from secondunit.effects.registry import find_effect, register
from secondunit.errors import NotCleared
from secondunit.imaging.exr import write_exr
from secondunit.imaging.exr_reader import read_exr
from secondunit.policy import receipts
from secondunit.provenance.untouched import untouched_of_frame
from secondunit.records import digest_bytes
from secondunit.shoot import open_plate, shoot
from secondunit.take.assemble import display_of
from secondunit.take.store import list_takes
from secondunit.testing.tiny_effect import Exposure
from secondunit.testing.tiny_show import SHOT, tiny_show

BRIEF = "briefs/exposure.toml"


@pytest.fixture(autouse=True)
def _tiny():
    register(Exposure())


def shot_folder(show):
    return next(show.work_folder(SHOT).glob("light-*[0-9a-f]"))


def forge(show, **changed):
    folder = receipts.receipts_of(shot_folder(show))
    receipts.write_receipt(folder, receipts.read_receipt(folder, 1002).model_copy(update=changed))


def kept(show, frame=1002):
    return receipts.receipts_of(shot_folder(show)) / f"{frame}.shown"


def proofs(take):
    return [frame["untouched"] for frame in json.loads((take.folder / "frames/frames.json").read_text())["frames"]]


def test_what_is_kept_is_what_the_frame_shows(tmp_path):
    show = tiny_show(tmp_path / "show", frames=3)
    take = shoot(show, show.folder / BRIEF)
    plate = open_plate(show, load_brief(show.folder / BRIEF, find_effect), preview=False)
    for frame, proof in zip(take.frames, proofs(take), strict=True):
        receipt = receipts.read_receipt(receipts.receipts_of(shot_folder(show)), frame)
        beside = receipts.read_beside(receipts.receipts_of(shot_folder(show)), receipt, plate.height_px, plate.width_px)
        assert np.array_equal(beside.codes, display_of(take.frame_path(frame), plate.view))
        assert beside.untouched == proof == untouched_of_frame(take.frame_path(frame))


BESIDE = {
    "gone": lambda show: kept(show).unlink(),
    "nonsense": lambda show: kept(show).write_bytes(b"nonsense"),
    "of another frame": lambda show: shutil.copy(kept(show, 1001), kept(show)),
}


@pytest.mark.parametrize("name", BESIDE)
def test_what_is_not_what_the_receipt_says_is_not_taken(tmp_path, name):
    show = tiny_show(tmp_path / "show", frames=3)
    first = shoot(show, show.folder / BRIEF)
    BESIDE[name](show)
    second = shoot(show, show.folder / BRIEF)
    assert second.document["unsigned"]["preview.mp4"] == first.document["unsigned"]["preview.mp4"]
    assert proofs(second) == proofs(first)


@pytest.mark.parametrize("changed", [{"untouched": "d" * 64}, {"shown": digest_bytes(b"nonsense")}])
def test_a_receipt_that_vouches_for_something_else_is_forged(tmp_path, changed):
    show = tiny_show(tmp_path / "show", frames=3)
    shoot(show, show.folder / BRIEF)
    kept(show).write_bytes(b"nonsense")
    forge(show, **changed)
    with pytest.raises(NotCleared, match="forged"):
        shoot(show, show.folder / BRIEF)
    assert [take.name for take in list_takes(show)] == ["t001"]


def test_of_a_frame_put_in_by_hand_nothing_kept_is_believed(tmp_path):
    show = tiny_show(tmp_path / "show", frames=3)
    first = shoot(show, show.folder / BRIEF)
    hand = show.folder / "by_hand"
    shutil.copytree(shot_folder(show), hand)
    shutil.copytree(receipts.receipts_of(shot_folder(show)), receipts.receipts_of(hand))
    spoiled = hand / "1002.exr"
    layers = {name: layer * 0 + 1 for name, layer in read_exr(spoiled)[0].items()}
    spoiled.unlink()
    write_exr(spoiled, layers)
    brief = show.folder / BRIEF
    brief.write_text(brief.read_text() + '\n[replace]\nlight = "by_hand"\n')
    take = shoot(show, brief)
    assert take.document["unsigned"]["preview.mp4"] != first.document["unsigned"]["preview.mp4"]
    assert proofs(take) == [untouched_of_frame(take.frame_path(frame)) for frame in take.frames] != proofs(first)
