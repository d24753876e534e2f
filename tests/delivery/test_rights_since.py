"""The rights report is true when something changed since, and believes no papers that others wrote."""

import json
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from secondunit.delivery.rights.content import rights_report
from secondunit.delivery.rights.html import to_html
from secondunit.errors import NotCleared
from secondunit.policy.approvals import approval_of_take, record_approval, sign_approval, withdraw
from secondunit.policy.consents import revoke
from secondunit.policy.ledger import Ledger
from secondunit.policy.parts import Role
from secondunit.policy.takes import recorded
from secondunit.production import Production
from secondunit.shoot import shoot
from secondunit.works.register import WorksRegister

from .conftest import with_packs
from .shown import AGENT, BRIEF, Page, approve, as_final, cast, moment, open_about, refused, said, with_person


def test_a_consent_that_ends_soon_is_told_and_a_late_one_is_not(show):
    cast(show, days=59)
    assert open_about(rights_report(show), "A consent ends in 59 days")
    assert not open_about(rights_report(show, now=moment(days=-3)), "A consent ends"), "62 days before its end"


def test_a_take_under_a_consent_that_was_revoked_stops(show):
    cast(show)
    shoot(show, with_person(show))
    assert not open_about(rights_report(show), "no longer stands")
    revoke(Ledger(show), "p-3f2a-age", by=AGENT)
    report = rights_report(show)
    assert open_about(report, "rests on what no longer stands: consent")
    assert open_about(report, "Would not be cleared today: refused (core/not-covered)")
    assert "REVOKED" in said(report, "people")


def test_a_pack_that_is_another_today_is_told(used):
    with_packs(used, "house-consent")
    report = rights_report(Production.open(used.folder))
    assert "not in force as it was then" in said(report, "uses")
    assert open_about(report, "Would not be cleared today: unknown (core/silence-is-no)")


def test_a_shoot_that_was_stopped_under_way_is_no_use_of_its_own(show):
    paper, fell = approve(show, as_final(show)), []

    def watch(stage, done, total, what=""):
        if stage == "light" and not fell:
            fell.append(withdraw(Ledger(show), paper, by="A. Producer"))

    with pytest.raises(NotCleared):
        shoot(show, show.folder / BRIEF, progress=watch)
    assert Ledger(show).rows()[-1].content()["verdict"] == "stopped"
    assert said(rights_report(show), "uses").count("exposure for final") == 1


def test_approvals_are_held_against_the_pixels(show):
    brief = as_final(show)
    refused(show, brief)
    given = approve(show, brief)
    take = shoot(show, brief)
    assert open_about(rights_report(show), "whose pixels nobody has approved")
    pixels = recorded(show, take.id, take.folder)
    paper = approval_of_take(show, take.id, pixels, shot=take.shot, use="final", role=Role.PRODUCER, by="A. Producer")
    record_approval(Ledger(show), sign_approval(paper))
    report = rights_report(show)
    assert not open_about(report, "whose pixels nobody has approved")
    assert "fits by the papers; frames not read" in said(report, "approvals")
    assert "producer: A. Producer" in said(report, "approvals")
    later = shoot(show, brief)
    assert open_about(rights_report(show), "whose pixels nobody has approved")[0][3][0].text == later.id
    papers = take.folder / "take.json"
    papers.chmod(0o644)
    papers.write_text(papers.read_text() + " ")
    withdraw(Ledger(show), given, by="A. Producer")
    report = rights_report(show)
    assert open_about(report, "An approval no longer fits its take: the take was changed since")
    assert open_about(report, "rests on what no longer stands: approval")
    assert "withdrawn in row" in said(report, "approvals")


def test_an_approval_of_other_pixels_does_not_fit(show):
    take = shoot(show, show.folder / BRIEF)
    paper = approval_of_take(show, take.id, "0" * 64, shot=take.shot, use="temp", role=Role.PRODUCER, by="A. Producer")
    record_approval(Ledger(show), sign_approval(paper))
    assert open_about(rights_report(show), "An approval no longer fits its take: the take has other pixels")


def test_takes_that_are_gone_copied_or_damaged_are_told(used):
    folder = used.takes_folder("EP101_012_0010")
    shutil.copytree(folder / "t001", folder / "t009")
    document = folder / "t009" / "take.json"
    document.chmod(0o644)
    document.write_text(document.read_text().replace('"take": "t001"', '"take": "t009"'))
    (folder / "t010").mkdir()
    (folder / "t010" / "take.json").write_text("{}")
    report = rights_report(used)
    assert open_about(report, "the ledger does not know it")
    assert open_about(report, "A take cannot be read")
    assert str(used.folder) not in to_html(report), "where it lies on this machine is nobody's business"
    shutil.rmtree(folder / "t001")
    assert open_about(rights_report(used), "its folder is gone")


def test_verify_reads_the_frames(used):
    take = used.takes_folder("EP101_012_0010") / "t001"
    text = said(rights_report(used, verify=True), "takes")
    assert "Where the matte is 0 every pixel is the plate's" in text
    assert "The production's ledger has it so" in text
    assert "no time stamp not trusted" in text
    frame = take / "frames" / "EP101_012_0010.1002.exr"
    frame.chmod(0o644)
    frame.write_bytes(frame.read_bytes() + b"x")
    assert not open_about(rights_report(used), "not as they were signed"), "nobody asked to read the frames"
    report = rights_report(used, verify=True)
    assert open_about(report, "Its files are not as they were signed")
    assert "frames/EP101_012_0010.1002.exr" in said(report, "takes")


def test_verify_holds_every_frame_against_the_register(used):
    from secondunit.plate.files import PlateFiles
    from secondunit.take.assemble import display_of

    frame = used.takes_folder("EP101_012_0010") / "t001" / "frames" / "EP101_012_0010.1001.exr"
    codes = display_of(frame, PlateFiles(used.folder, "EP101_012_0010").view)
    work = WorksRegister(used.folder).add("A Street", [codes], owner="Somebody", source="their letter", by="clearance")
    unread = rights_report(used)
    assert "Not held against the register, since its frames were not read" in said(unread, "works")
    report = rights_report(used, verify=True)
    assert open_about(report, f"A frame is near {work.work_id} (0 of 128 bits differ)")
    assert "EP101_012_0010/t001 frame 1001" in said(report, "works")


def test_a_question_about_one_person_does_not_hide_another(show):
    cast(show)
    refused(show, with_person(show, change="face"))
    refused(show, with_person(show, person="p-other"))
    report = rights_report(show)
    assert open_about(report, "Refused by core/not-covered")
    assert open_about(report, "Refused by core/unknown-person")
    shoot(show, with_person(show))
    report = rights_report(show)
    assert not open_about(report, "Refused by core/not-covered"), "the brief was mended"
    assert open_about(report, "Refused by core/unknown-person")


def test_a_ledger_that_is_not_whole_is_told_and_nothing_rests_on_it(used):
    import sqlite3

    with sqlite3.connect(used.folder / "ledger.db") as database:
        database.execute("update secondunit_ledger set actor = 'nobody' where seq = 3")
    report = rights_report(used)
    assert not report.whole
    assert open_about(report, "The ledger is not whole: row 3 was changed")
    assert {one.id for one in report.sections} == {"open", "ledger", "packs", "works", "words", "digests"}
    assert not open_about(report, "the ledger does not know it"), "nothing can be said of takes"


def test_names_that_were_listed_later_are_found_in_the_briefs_of_takes(show):
    brief = show.folder / BRIEF
    brief.write_text("# as in The Glass Harbour, with Wilhelmina Osterhagen\n" + brief.read_text())
    shoot(show, brief)
    register = WorksRegister(show.folder)
    register.add("The Glass Harbour", owner="Somebody", source="their letter", by="clearance")
    register.add("Wilhelmina Osterhagen", owner="herself", source="their letter", by="clearance", kind="public_figure")
    report = rights_report(show)
    assert open_about(report, "Its brief names or asks for The Glass Harbour (work)")
    assert open_about(report, "Its brief names or asks for a listed public figure")
    assert "Osterhagen" not in to_html(report)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=9) | st.integers(), lambda one: st.lists(one, max_size=2)
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_take_that_says_anything_at_all_is_told_and_believed_in_nothing(used, data):
    path = used.takes_folder("EP101_012_0010") / "t001" / "take.json"
    kept = path.with_name("take.kept")
    if not kept.exists():
        kept.write_bytes(path.read_bytes())
    document = json.loads(kept.read_text())
    for key in data.draw(st.lists(st.sampled_from(sorted(document)), min_size=1, max_size=4)):
        document[key] = data.draw(ANYTHING, label=key)
    path.chmod(0o644)
    path.write_text(json.dumps(document))
    report = rights_report(used, verify=True)
    Page(to_html(report))
    told = ("was changed after the take was shot", "A take cannot be read", "its folder is gone")
    assert document == json.loads(kept.read_text()) or any(open_about(report, one) for one in told)
    assert "No learned parts" not in said(report, "models")
