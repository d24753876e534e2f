"""What stops a take from leaving: everything is said at once, and nothing is written."""

import json
import shutil
import sqlite3

import pytest

from secondunit.delivery.deliver import deliver
from secondunit.errors import BrokenStore, NotCleared, Problems
from secondunit.keys import SigningKey
from secondunit.plate.files import PlateFiles
from secondunit.plate.ingest import ingest
from secondunit.policy import strikes
from secondunit.policy.approvals import withdraw
from secondunit.policy.consents import revoke
from secondunit.policy.documents import Appointment
from secondunit.policy.ledger import Event, Ledger
from secondunit.policy.parts import Role
from secondunit.policy.people import appoint
from secondunit.production import Production
from secondunit.provenance.actions import Action, Source
from secondunit.provenance.identity import load_identity
from secondunit.provenance.settings import load_settings
from secondunit.provenance.sign import sign_picture
from secondunit.provenance.statement import PlateIngredient, Statement
from secondunit.records import digest_file
from secondunit.shoot import shoot
from secondunit.take.assemble import display_of
from secondunit.testing.tiny_show import SHOT, tiny_show
from secondunit.works.register import WorksRegister

from .conftest import with_packs
from .leaving import PACKS, approve_pixels, problems, said
from .shown import AGENT, BRIEF, approve, as_final, cast, with_person


@pytest.fixture
def show(show):
    return with_packs(show, *PACKS)


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
    owner = SigningKey.new()
    made = {"production_id": show.id, "role": Role.RELEASE, "name": "D. Owner", "at": "2026-01-01T00:00:00Z"}
    appoint(Ledger(show), Appointment(**made, key=owner.public))
    approve(show, path, by="D. Owner", role=Role.RELEASE, key=owner)
    assert deliver(show, by_hand, tmp_path / "b_TEMP").passed.request.facts["actions_complete"] is False


def test_what_others_signed_into_the_plate_people_must_read(show, tmp_path):
    """The plate's own credentials leave with the take, and nobody here knows whom they name."""
    plate = tmp_path / "signed" / "street.png"
    plate.parent.mkdir()
    shutil.copy(show.folder / "street.png", plate)
    opened = Action(kind="edited", what="Scanned.", source=Source.ENHANCED)
    said_of_it = Statement("plate", PlateIngredient("ab" * 32), (opened,), {}, "ef" * 32)
    sign_picture(plate, said_of_it, load_identity(load_settings()))
    shutil.rmtree(show.folder / "plates" / SHOT)
    ingest(plate, show.folder, SHOT, rate=show.rate)
    take = shoot(show, show.folder / BRIEF)
    assert "nobody said: manifest_personal" in said(problems(show, take, tmp_path / "out_TEMP"))
    path = show.folder / BRIEF
    path.write_text(path.read_text() + "\n[use]\nmanifest_personal = false\n")
    assert deliver(show, shoot(show, path), tmp_path / "out_TEMP")
