"""A take leaves whole, checked and on record, or it does not leave."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import click.testing
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from secondunit.cli import main
from secondunit.delivery.deliver import deliver
from secondunit.delivery.examine import examine_delivery
from secondunit.delivery.record import read_delivery
from secondunit.delivery.rights.content import rights_report
from secondunit.delivery.rights.html import to_html
from secondunit.effects.base import StopFlag
from secondunit.effects.registry import register
from secondunit.errors import NotCleared, SecondUnitError, Stopped
from secondunit.policy.approvals import withdraw
from secondunit.policy.ledger import Ledger
from secondunit.policy.takes import recorded
from secondunit.records import digest_file
from secondunit.shoot import shoot
from secondunit.take.store import list_takes
from secondunit.testing.tiny_effect import Exposure
from secondunit.testing.tiny_show import SHOT, tiny_show
from secondunit.works.register import WorksRegister

from .conftest import with_packs
from .leaving import PACKS, approve_pixels, deliveries, problems, said
from .shown import AGENT, BRIEF, NAME, cast, with_person


@pytest.fixture
def show(show):
    return with_packs(show, *PACKS)


def run(*words):
    return click.testing.CliRunner().invoke(main, [*map(str, words)])


# What leaves.


def test_a_final_take_leaves_with_its_papers_and_whoever_gets_it_can_check_it(show, final, tmp_path):
    given = approve_pixels(show, final)
    to = tmp_path / "to_the_post_house"
    done = deliver(show, final.name, to, by="Kim")
    names = {path.relative_to(to).as_posix() for path in to.rglob("*") if path.is_file()}
    frames = {f"frames/{SHOT}.{frame}.exr" for frame in final.frames}
    papers = {"README.txt", "delivery.json", "rights-report.html", "rights-report.pdf", "timeline.otio"}
    assert names == frames | papers | {"frames/frames.json", "frames/frames.c2pa", "preview.mp4", "contact_sheet.png"}
    for name in frames | {"preview.mp4"}:
        assert (to / name).read_bytes() == (final.folder / name).read_bytes()
        assert (to / name).stat().st_nlink == 1, "a copy: nobody reaches the take through it"
    record = read_delivery(to)
    assert record == done.record
    assert record.is_genuine()
    assert (record.take, record.use, record.temp, record.by) == (final.id, "final", False, "Kim")
    assert {one.of for one in record.approvals} == {"brief and plate", "pixels"}
    assert given in {one.digest for one in record.approvals}
    assert any(one["rule"] == "house-intended-use/final-needs-approval" for one in record.decision["reasons"])
    assert "TEMP" not in (to / "README.txt").read_text()
    checked = run("verify", to)
    assert checked.exit_code == 0, checked.output
    assert not list(tmp_path.glob(".*partial*"))


READ_BACK = """
import json, sys
import opentimelineio as otio
(clip,) = otio.adapters.read_from_file(sys.argv[1]).find_clips()
frames, movie = (clip.media_references()[key] for key in ("DEFAULT_MEDIA", "preview"))
seen, numbers = clip.visible_range(), range(frames.number_of_images_in_sequence())
print(json.dumps({
    "urls": [frames.target_url_for_image_number(number) for number in numbers],
    "movie": movie.target_url,
    "seen": [seen.start_time.value, seen.duration.value, seen.start_time.rate],
    "whole": clip.visible_range() == clip.available_range(),
}))
"""


def test_an_edit_finds_the_frames_by_the_timeline(show, take, tmp_path):
    to = tmp_path / "out_TEMP"
    deliver(show, take, to)
    # A process of its own: the library ends one that loaded others of ours with a crash.
    done = subprocess.run(
        [sys.executable, "-c", READ_BACK, to / "TEMP_timeline.otio"], capture_output=True, text=True, check=True
    )
    read = json.loads(done.stdout)
    assert read["urls"] == [f"TEMP_frames/{SHOT}.{frame}.exr" for frame in take.frames]
    assert all((to / url).is_file() for url in (*read["urls"], read["movie"]))
    assert (read["seen"], read["whole"]) == ([1001, len(take.frames), 24], True)


def test_what_leaves_tells_nothing_of_the_rest_of_the_production(used, tmp_path):
    other = shoot(used, used.folder / BRIEF, preview=True)
    (first, *_) = list_takes(used)
    to = tmp_path / "out_TEMP"
    deliver(used, first, to)
    page = (to / "rights-report.html").read_text()
    assert first.id in page
    assert other.id not in page
    assert "core/" not in page, "a refusal that has nothing to do with this take"
    assert other.id in to_html(rights_report(used))


def test_what_was_wanted_once_and_given_is_no_open_question(show, final, tmp_path):
    problems(show, final, tmp_path / "out")
    assert "waits for" in to_html(rights_report(show, take=final.id))
    approve_pixels(show, final)
    deliver(show, final, tmp_path / "out")
    assert "waits for" not in (tmp_path / "out" / "rights-report.html").read_text()


def test_as_what_it_leaves_is_asked_recorded_and_said(show, take, final, tmp_path):
    approve_pixels(show, final)
    done = deliver(show, final, tmp_path / "out", step="release")
    assert deliveries(show)[-1]["request"]["step"] == done.record.step == "release"
    assert "Released" in (tmp_path / "out" / "README.txt").read_text()
    with pytest.raises(SecondUnitError, match="a final take"):
        deliver(show, take, tmp_path / "second_TEMP", step="release")
    assert deliver(show, take, tmp_path / "second_TEMP", step="transfer").record.step == "transfer"


def test_the_ledger_knows_it_before_the_folder_appears_and_stays_whole(show, take, tmp_path):
    to = tmp_path / "out_TEMP"
    done = deliver(show, take, to)
    (row,) = deliveries(show)
    assert row["delivery"] == done.record.delivery_id
    assert row["document"] == digest_file(to / "delivery.json")
    assert row["pixels"] == recorded(show, take.id, take.folder)
    assert row["request"]["step"] == "export"
    assert Ledger(show).problems() == []
    report = run("rights", "report", show.folder, "--json")
    assert report.exit_code == 0
    assert "exposure for temp, delivered" in json.dumps(json.loads(report.output)["report"])


def test_what_is_not_final_cannot_be_mistaken(show, take, tmp_path):
    assert "a folder whose name says TEMP" in said(problems(show, take, tmp_path / "attempt_2"))
    to = tmp_path / "reel-temp-2"
    record = deliver(show, take, to).record
    assert (record.temp, record.use) == (True, "temp")
    assert (to / "README.txt").read_text().startswith("*****  TEMP")
    assert {one.name for one in to.iterdir()} == {
        "TEMP_frames", "TEMP_preview.mp4", "TEMP_contact_sheet.png", "README.txt", "delivery.json",
        "rights-report.html", "rights-report.pdf", "TEMP_timeline.otio",
    }  # fmt: skip
    checked = run("verify", to)
    assert checked.exit_code == 0, checked.output
    assert "TEMP" in checked.output


def test_a_preview_of_a_final_brief_is_temp_and_a_final_take_is_not(show, final, tmp_path):
    approve_pixels(show, final)
    assert "t001 is final" in said(problems(show, final, tmp_path / "out_TEMP"))
    preview = shoot(show, show.folder / BRIEF, preview=True)
    assert "is a preview" in said(problems(show, preview, tmp_path / "out"))
    record = deliver(show, preview, tmp_path / "out_TEMP").record
    assert (record.temp, record.preview, record.use) == (True, True, "temp")


def test_no_performer_is_named_in_what_leaves(show, tmp_path):
    consent = cast(show)
    take = shoot(show, with_person(show))
    to = tmp_path / "out_TEMP"
    record = deliver(show, take, to).record
    assert record.consents == (consent.digest,)
    for path in to.rglob("*"):
        if path.is_file():
            assert NAME.encode() not in path.read_bytes(), path
            assert AGENT.encode() not in path.read_bytes(), path


# Nothing half.


def test_what_falls_while_it_is_put_together_stops_it(show, final, tmp_path):
    given = approve_pixels(show, final)
    fell = []

    def watch(stage, done, total, what=""):
        if stage == "deliver" and not fell:
            fell.append(withdraw(Ledger(show), given, by="A. Producer"))

    with pytest.raises(NotCleared, match="final-leaves-with-its-pixels-approved"):
        deliver(show, final, tmp_path / "out", progress=watch)
    assert fell
    assert not deliveries(show)
    assert [one.name for one in tmp_path.iterdir() if "out" in one.name] == []


def test_wherever_the_disk_fills_up_nothing_half_is_left(show, take, tmp_path, monkeypatch):
    room, real, failures = [0], os.fsync, 0

    def fsync(handle):
        room[0] -= 1
        if room[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    to = tmp_path / "out_TEMP"
    while failures < 40:
        room[0] = 3 * failures
        try:
            deliver(show, take, to)
            break
        except SecondUnitError as error:
            assert "disk is full" in str(error) or "No space" in str(error)  # noqa: PT017 - the loop ends without one
            failures += 1
        if to.exists():  # all was there; only the last flush of the folder above was missing
            break
        assert not [one for one in tmp_path.iterdir() if "TEMP" in one.name]
    monkeypatch.undo()
    assert failures >= 4, "every file is flushed"
    assert examine_delivery(to).problems == ()


@pytest.mark.parametrize("at", ["verify", "works", "deliver"])
def test_a_stop_leaves_nothing(show, take, tmp_path, at):
    codes = np.random.default_rng(1).integers(0, 256, (90, 160, 3)).astype(np.uint8)
    WorksRegister(show.folder).add("Noise", [codes], owner="Somebody", source="memo", by="Kim")
    stop = StopFlag()

    def watch(stage, done, total, what=""):
        if stage == at and done == 2:
            stop.set()

    with pytest.raises(Stopped):
        deliver(show, take, tmp_path / "out_TEMP", progress=watch, stop=stop)
    assert not [one for one in tmp_path.iterdir() if "TEMP" in one.name]
    assert not deliveries(show)


def test_kill_leaves_a_whole_delivery_or_none_and_the_same_command_goes_on(tmp_path, installed):
    show = tiny_show(tmp_path / "show", frames=8)
    take = shoot(show, show.folder / BRIEF)
    to = tmp_path / "disk" / "out_TEMP"
    to.parent.mkdir()
    process = installed.start("deliver", show.folder, take.name, "--to", to)
    while process.poll() is None and not list(to.parent.glob(".*/TEMP_frames/*.exr")):
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert not to.exists() or examine_delivery(to).problems == ()
    if not to.exists():
        assert all(one.name.startswith(".") for one in to.parent.iterdir())
        deliver(show, take, to)
    assert [one.name for one in to.parent.iterdir()] == [to.name], "what the killed process left is swept away"
    assert examine_delivery(to).problems == ()
    assert Ledger(show).problems() == []


# Whoever gets it.


def changed_readme(to):
    (to / "README.txt").write_text("final")


def missing_report(to):
    (to / "rights-report.pdf").unlink()


def another_file(to):
    (to / "notes.txt").write_text("x")


def another_word(to):
    path = to / "delivery.json"
    path.write_text(path.read_text().replace('"temp": true', '"temp": false').replace("TEMP_", ""))
    (to / "TEMP_frames").rename(to / "frames")
    for name in ("preview.mp4", "contact_sheet.png"):
        (to / f"TEMP_{name}").rename(to / name)


def another_frame(to):
    shutil.copy(to / "TEMP_frames" / f"{SHOT}.1001.exr", to / "TEMP_frames" / f"{SHOT}.1002.exr")


def no_json(to):
    (to / "delivery.json").write_text("{")


@pytest.mark.parametrize("change", [changed_readme, missing_report, another_file, another_word, another_frame, no_json])
def test_whatever_changes_after_it_left_is_found(show, take, tmp_path, change):
    to = tmp_path / "out_TEMP"
    deliver(show, take, to)
    change(to)
    checked = run("verify", to, "--json")
    assert checked.exit_code == 5, checked.output


def test_the_command_says_where_it_is_and_scripts_get_the_record(show, take, tmp_path):
    done = run("deliver", show.folder, "t001", "--to", tmp_path / "out_TEMP", "--by", "Kim", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["delivery"] == read_delivery(tmp_path / "out_TEMP").to_json()
    again = run("deliver", show.folder, "t001", "--to", tmp_path / "out_TEMP", "--json")
    assert again.exit_code == 5
    assert json.loads(again.output)["error"]["problems"][0]["found"] == "something is there"


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    """A delivery's record as plain values."""
    register(Exposure())
    show = tiny_show(tmp_path_factory.mktemp("fuzz") / "show", frames=2)
    to = show.folder.parent / "out_TEMP"
    deliver(show, shoot(show, show.folder / BRIEF), to)
    return json.loads((to / "delivery.json").read_text())


PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
VALUES = PLAIN | st.lists(PLAIN, max_size=3) | st.dictionaries(st.text(max_size=9), PLAIN, max_size=3)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_a_record_that_somebody_made_up_is_no_record(data, record, tmp_path):
    """Any file in its place is refused in words, or is a record whose signature does not hold."""
    key = data.draw(st.sampled_from(sorted(record)))
    changed = record | {key: data.draw(VALUES)}
    content = data.draw(st.sampled_from([json.dumps(changed).encode(), json.dumps(changed).encode()[:-9]]))
    (tmp_path / "delivery.json").write_bytes(data.draw(st.just(content) | st.binary(max_size=40)))
    try:
        found = read_delivery(tmp_path)
    except SecondUnitError:
        return
    assert found.is_genuine() == (found.to_json() == record)
    assert not any(".." in name.split("/") or name.startswith("/") for name in found.files)
