"""A take leaves whole, checked and on record, or it does not leave; everything that stops it is said at once."""

import errno
import json
import os
import shutil
import signal
import sqlite3
import time

import click.testing
import numpy as np
import pytest

from secondunit.cli import main
from secondunit.delivery.deliver import deliver
from secondunit.delivery.examine import examine_delivery
from secondunit.delivery.record import read_delivery
from secondunit.effects.base import StopFlag
from secondunit.errors import BrokenStore, NotCleared, Problems, SecondUnitError, Stopped
from secondunit.plate.files import PlateFiles
from secondunit.policy import strikes
from secondunit.policy.approvals import approval_of_take, record_approval, sign_approval, withdraw
from secondunit.policy.consents import revoke
from secondunit.policy.ledger import Event, Ledger
from secondunit.policy.parts import Role
from secondunit.policy.takes import recorded
from secondunit.production import Production
from secondunit.records import digest_file, digest_tree
from secondunit.shoot import shoot
from secondunit.take.assemble import display_of
from secondunit.testing.tiny_show import SHOT, tiny_show
from secondunit.works.register import WorksRegister

from .conftest import with_packs
from .shown import AGENT, BRIEF, NAME, approve, as_final, cast, with_person

PACKS = ("house-intended-use", "house-c2pa")


@pytest.fixture
def show(show):
    return with_packs(show, *PACKS)


@pytest.fixture
def take(show):
    return shoot(show, show.folder / BRIEF)


@pytest.fixture
def final(show):
    """A final take whose brief is approved; its pixels are not yet."""
    path = as_final(show)
    approve(show, path)
    return shoot(show, path)


def approve_pixels(show, take, *, role=Role.PRODUCER):
    pixels = recorded(show, take.id, take.folder)
    use = take.document["clearance"]["request"]["use"]
    paper = approval_of_take(show, take.id, pixels, shot=SHOT, use=use, role=role, by="A. Producer")
    return record_approval(Ledger(show), sign_approval(paper))


def problems(show, take, to):
    """What stops it; and that nothing of a delivery was written or recorded."""
    beside = sorted(to.parent.iterdir())
    there = digest_tree(to) if to.is_dir() else None
    with pytest.raises(Problems) as caught:
        deliver(show, take, to, by="Kim")
    assert sorted(to.parent.iterdir()) == beside
    assert (digest_tree(to) if to.is_dir() else None) == there
    assert not deliveries(show)
    return caught.value.problems


def said(found):
    return "\n".join(map(str, found))


def deliveries(show):
    """The rows, read without asking whether the ledger is whole."""
    with sqlite3.connect(show.folder / "ledger.db") as database:
        return [
            json.loads(one) for (one,) in database.execute("select body from secondunit_ledger where event='delivery'")
        ]


def run(*words):
    return click.testing.CliRunner().invoke(main, [*map(str, words)])


# What leaves.


def test_a_final_take_leaves_with_its_papers_and_whoever_gets_it_can_check_it(show, final, tmp_path):
    given = approve_pixels(show, final)
    to = tmp_path / "to_the_post_house"
    done = deliver(show, final.name, to, by="Kim")
    names = {path.relative_to(to).as_posix() for path in to.rglob("*") if path.is_file()}
    frames = {f"frames/{SHOT}.{frame}.exr" for frame in final.frames}
    papers = {"README.txt", "delivery.json", "rights-report.html", "rights-report.pdf"}
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
        "rights-report.html", "rights-report.pdf",
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


# What stops it.


def test_an_approval_of_one_take_says_nothing_of_the_next(show, final, tmp_path):
    approve_pixels(show, final)
    second = shoot(show, show.folder / BRIEF)
    assert digest_file(second.frame_path(1001)) == digest_file(final.frame_path(1001)), "even of the same picture"
    found = problems(show, second, tmp_path / "out")
    assert [type(one) for one in found] == [NotCleared]
    assert "house-intended-use/final-leaves-with-its-pixels-approved" in said(found)
    approve_pixels(show, second, role=Role.PRODUCER)
    assert deliver(show, second, tmp_path / "out").record.take == second.id


@pytest.mark.parametrize("which", ["brief", "pixels"])
def test_a_withdrawn_approval_stops_it_and_the_refusal_is_on_record(show, tmp_path, which):
    path = as_final(show)
    given = {"brief": approve(show, path)}
    take = shoot(show, path)
    given["pixels"] = approve_pixels(show, take)
    withdraw(Ledger(show), given[which], by="A. Producer")
    rule = {"brief": "final-needs-approval", "pixels": "final-leaves-with-its-pixels-approved"}[which]
    assert f"house-intended-use/{rule}" in said(problems(show, take, tmp_path / "out"))
    last = Ledger(show).rows()[-1]
    assert (last.event, last.content()["verdict"]) == (Event.DECISION, "needs")


def test_a_default_of_the_production_that_changed_is_asked_anew(show, final, tmp_path):
    approve_pixels(show, final)
    document = show.folder / "production.toml"
    document.write_text(document.read_text() + "\n[use]\nmarketing = true\n")
    assert "final-needs-approval" in said(problems(Production.open(show.folder), final, tmp_path / "out"))


def test_a_revoked_consent_and_a_strike_stop_what_was_shot_before(show, tmp_path):
    cast(show)
    take = shoot(show, with_person(show))
    held = strikes.lock(Ledger(show), union="SAG-AFTRA", reason="strike", by="Union")
    assert "core/strike-lock" in said(problems(show, take, tmp_path / "out_TEMP"))
    strikes.lift(Ledger(show), held.lock_id, by="Union")
    revoke(Ledger(show), "p-3f2a-age", by=AGENT)
    assert "core/not-covered" in said(problems(show, take, tmp_path / "out_TEMP"))


def test_a_name_that_came_onto_the_list_stops_it(show, tmp_path):
    path = show.folder / BRIEF
    path.write_text(path.read_text() + "\n# as if Zephyron walked by\n")
    take = shoot(show, path)
    (show.folder / "protected_names.toml").write_text(
        '[[names]]\nname = "Zephyron"\nkind = "character"\nsource = "memo 5"\n'
    )
    assert "core/reference-without-permission" in said(problems(show, take, tmp_path / "out_TEMP"))


def test_a_near_match_stops_it_and_shows_both(show, take, tmp_path):
    codes = display_of(take.frame_path(1002), PlateFiles(show.folder, SHOT).view)
    WorksRegister(show.folder).add("Harbour", [codes], owner="Somebody", source="memo", by="Kim", thumbnails=True)
    picture = show.folder / "works" / f"near-{SHOT}-t001.png"
    (found,) = problems(show, take, tmp_path / "out_TEMP")
    assert isinstance(found, NotCleared)
    assert "is like 'Harbour' of Somebody" in found.found
    assert str(picture) in found.advice
    assert picture.is_file()


def other_pixels(take, tmp_path):
    frame = take.frame_path(1002)
    frame.chmod(0o644)
    frame.write_bytes(take.frame_path(1001).read_bytes())
    return "frame 1002"


def missing_sidecar(take, tmp_path):
    (take.folder / "frames" / "frames.c2pa").unlink()
    return "frames.c2pa"


def other_movie(take, tmp_path):
    movie = take.folder / "preview.mp4"
    movie.chmod(0o644)
    movie.write_bytes(movie.read_bytes() + b"\0")
    return "preview.mp4"


def other_papers(take, tmp_path):
    papers = take.folder / "take.json"
    papers.chmod(0o644)
    papers.write_text(papers.read_text().replace('"temp"', '"final"'))
    return "take.json"


def no_papers(take, tmp_path):
    papers = take.folder / "take.json"
    papers.chmod(0o644)
    document = json.loads(papers.read_text())
    for key in ("clearance", "brief", "receipts"):
        del document[key]
    papers.write_text(json.dumps(document))
    return "take.json"


@pytest.mark.parametrize("tamper", [other_pixels, missing_sidecar, other_movie, other_papers, no_papers])
def test_a_take_that_is_not_as_it_was_shot_stays(show, take, tmp_path, tamper):
    what = tamper(take, tmp_path)
    found = problems(show, take.name, tmp_path / "out_TEMP")
    assert what in said(found)
    assert any(isinstance(one, BrokenStore) for one in found)


def test_a_take_the_ledger_does_not_know_stays(show, take, tmp_path):
    other = with_packs(tiny_show(tmp_path / "other", frames=3), *PACKS)
    shutil.copytree(take.folder, other.takes_folder(SHOT) / "t001")
    shoot(other, other.folder / BRIEF)
    with pytest.raises(Problems) as caught:
        deliver(other, "t001", tmp_path / "out_TEMP")
    assert "the ledger does not know it" in said(caught.value.problems)
    assert "was not given by this production" in said(caught.value.problems)


def test_a_forged_ledger_stops_it_and_is_said_once(show, take, tmp_path):
    with sqlite3.connect(show.folder / "ledger.db") as database:
        database.execute("update secondunit_ledger set body = replace(body, 'temp', 'final') where event = 'clearance'")
    found = problems(show, take, tmp_path / "out_TEMP")
    assert said(found).count("was changed: it does not fit its hash") == 1


def test_everything_that_stops_it_is_said_at_once(show, tmp_path):
    cast(show)
    take = shoot(show, with_person(show))
    other_pixels(take, tmp_path)
    revoke(Ledger(show), "p-3f2a-age", by=AGENT)
    to = tmp_path / "out"
    to.mkdir()
    (to / "somebody's.mov").write_bytes(b"x")
    found = said(problems(show, take, to))
    for one in ("name says TEMP", "something is there", "frame 1002", "core/not-covered"):
        assert one in found


def test_it_takes_a_new_or_empty_folder_and_no_other(show, take, tmp_path):
    (tmp_path / "TEMP").mkdir()
    assert deliver(show, take, tmp_path / "TEMP").folder == tmp_path / "TEMP"
    inside = show.folder / "takes" / "x_TEMP"
    for to, what in (
        (tmp_path / "TEMP", "something is there"),
        (tmp_path / "nowhere" / "TEMP", "is not there"),
        (inside, "lies inside the production's own pictures"),
    ):
        with pytest.raises(Problems, match=what):
            deliver(show, take, to)
    link = tmp_path / "link_TEMP"
    link.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Problems, match="something is there"):
        deliver(show, take, link)


def test_what_the_files_prove_nobody_declares(show, tmp_path):
    """People's word on the credentials does not count, for better or worse."""
    path = show.folder / BRIEF
    plain = path.read_text()
    path.write_text(plain + "\n[use]\nactions_complete = false\nmining_refused = false\nmanifest_personal = true\n")
    take = shoot(show, path)
    assert deliver(show, take, tmp_path / "a_TEMP").passed.request.facts["actions_complete"] is True
    hand = show.folder / "by_hand"
    shutil.copytree(next(show.work_folder(SHOT).glob("square-*[!s]")), hand)
    path.write_text(plain + '\n[replace]\nsquare = "by_hand"\n\n[use]\nactions_complete = true\n')
    by_hand = shoot(show, path)
    with pytest.raises(Problems, match="house-c2pa/C2PA-02"):
        deliver(show, by_hand, tmp_path / "b_TEMP")


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
        except (SecondUnitError, OSError) as error:
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
    show = tiny_show(tmp_path / "show", frames=24)
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
