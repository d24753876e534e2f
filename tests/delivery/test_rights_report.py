"""The rights report is complete, true when something changed since, and names nobody."""

import json
import re
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from secondunit.delivery.rights.content import rights_report
from secondunit.delivery.rights.html import to_html
from secondunit.delivery.rights.pdf import to_pdf
from secondunit.errors import NotCleared
from secondunit.likeness.recorded import open_store
from secondunit.likeness.sealed import seal
from secondunit.policy.approvals import approval_of_take, record_approval, sign_approval, withdraw
from secondunit.policy.consents import revoke
from secondunit.policy.ledger import Ledger
from secondunit.policy.parts import Role
from secondunit.policy.rules import load_packs
from secondunit.policy.takes import recorded
from secondunit.records import digest_file
from secondunit.shoot import shoot
from secondunit.works.register import WorksRegister

from .shown import AGENT, BRIEF, NAME, Page, approve, as_final, cast, moment, pdf_text, with_person

EXTERNAL = re.compile(r"https?://|(?<![a-z])//|url\(|@import|javascript:|file:", re.IGNORECASE)


def refused(show, path):
    with pytest.raises(NotCleared):
        shoot(show, path)


@pytest.fixture
def used(show):
    """One cleared use with a take, one refused, and a consent that ends in a month."""
    cast(show)
    shoot(show, show.folder / BRIEF)
    refused(show, with_person(show, change="face"))
    return show


def section(report, name):
    return next(one for one in report.sections if one.id == name)


def said(report, name):
    """The text of a section, digests in full."""
    one = section(report, name)
    only = type(report)(**{**vars(report), "sections": (one,), "facts": type(report.facts)(())})
    return " ".join(words.text for words in only.words())


def open_about(report, text):
    """The rows of the open questions that say so."""
    rows = section(report, "open").blocks[0].rows
    return [row for row in rows if text in " ".join(words.text for cell in row for words in cell)]


# What stands in it.


def test_it_tells_a_cleared_and_a_refused_use_with_clause_and_source(used):
    report = rights_report(used)
    text = said(report, "uses")
    assert "CLEARED" in text
    assert "Ideation and temp takes may be shot by anyone on the production." in text
    assert "Second Unit house rules, section 1" in text
    assert "REFUSED" in text
    assert "A consent covers what it describes and nothing else" in text
    assert "change: face by -10 years; the consent allows age from -15 to +0 years" in text
    assert "talent: a consent that covers exactly this (p-3f2a) [core/not-covered]" in text
    assert open_about(report, "Refused by core/not-covered")


def test_it_tells_ledger_packs_people_and_takes_by_digest(used):
    report, rows = rights_report(used), Ledger(used).rows()
    consent = cast_consent(used)
    take = used.takes_folder("EP101_012_0010") / "t001"
    assert rows[-1].hash in report.head
    assert rows[-1].hash in said(report, "ledger")
    for pack in load_packs(used):
        assert pack.digest in said(report, "packs")
    assert consent.digest in said(report, "people")
    assert "GRANTED" in said(report, "people")
    assert recorded(used, "EP101_012_0010/t001", take) in said(report, "takes")
    assert "No learned parts" in said(report, "models")
    assert "square, light" in said(report, "models")
    full = {words.text for words in report.words() if words.tone == "digest"}
    listed = said(report, "digests")
    assert full
    assert all(one in listed for one in full)


def cast_consent(show):
    from secondunit.policy.standing import standing_of

    return standing_of(show).consents[0].consent


def test_a_production_in_which_nothing_happened_has_a_report(show):
    report = rights_report(show)
    assert report.open == 0
    assert report.whole
    assert "no row yet" in report.head
    Page(to_html(report))
    assert to_pdf(report).startswith(b"%PDF")
    assert not (show.folder / "likeness").exists(), "a report writes nothing"
    assert not (show.folder / "ledger.db").exists()


def test_unsure_rules_that_spoke_go_to_counsel(show, tmp_path):
    (show.folder / "own.toml").write_text(
        '[pack]\nid = "own"\nversion = 1\ntitle = "t"\nsource = "s"\nas_of = 2026-01-01\nconfidence = "P"\n'
        '[[rule]]\nid = "a"\nclause = "1"\nsays = "All may be done."\nthen = "allow"\nunsure = "Who said so?"\n'
    )
    from .conftest import with_packs

    show = with_packs(show, "own.toml")
    shoot(show, show.folder / BRIEF)
    report = rights_report(show)
    assert open_about(report, "Have counsel check own/a: Who said so?")
    assert "1 unsure" in said(report, "packs")


# What changed since.


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


def test_likeness_data_is_told_by_id_and_until_when(show):
    sealed = hold(show, "p-3f2a", until="2026-12-31")
    report = rights_report(show, now="2026-12-30T00:00:00Z")
    text = said(report, "likeness")
    assert "p-3f2a" in text
    assert "1 sealed face" in text
    assert "until" not in text
    assert not open_about(report, "Likeness data")
    report = rights_report(show, now="2027-01-01T00:00:00Z")
    assert open_about(report, "Likeness data was to be kept until 2026-12-31 and is still there")
    assert "about 3 million faces" in said(report, "models")
    open_store(show, by="A. Keeper").delete("p-3f2a", by="A. Keeper")
    assert not sealed.exists()
    text = said(rights_report(show), "likeness")
    assert "1 sealed face and the key" in text
    assert "A. Keeper" not in text


def hold(show, person_id, *, until):
    """A sealed file as the store writes it; nothing in the report opens it."""
    store = open_store(show, by="A. Keeper")
    header = {
        "store_id": store.store_id,
        "person_id": person_id,
        "item_id": "a" * 32,
        "picture_digest": "b" * 64,
        "added_at": "2026-01-01T00:00:00Z",
        "keep_until": until,
    }
    path = store.folder / "people" / person_id / "a.sealed"
    path.parent.mkdir(parents=True)
    path.write_bytes(seal(store.keys.make(person_id), header, b"numbers"))
    return path


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


# Whom it does not name.


@pytest.fixture
def personal(show):
    """A production in which everybody wrote the performer's name wherever they could."""
    cast(
        show,
        person_id="ottilie-vandergaard",
        characters=(NAME, "Ms Vandergaard's double"),
        prohibited=(f"no {NAME} in the rain",),
    )
    refused(show, with_person(show, person="ottilie-vandergaard", character=f"{NAME.upper()} as herself"))
    refused(show, with_person(show, person="ottilie-vandergaard", character=NAME, name="judged.toml"))
    shoot(show, show.folder / BRIEF)
    from secondunit.policy.strikes import lock

    lock(Ledger(show), union="SAG-AFTRA", reason=f"{NAME} walked out", by=NAME)
    refused(show, with_person(show, person="ottilie-vandergaard", character="Anna"))
    revoke(Ledger(show), "p-3f2a-age", by=AGENT, reason=f"{AGENT} for {NAME}")
    return show


def test_who_answers_for_a_performer_is_told_by_key(show):
    from secondunit.keys import fingerprint
    from secondunit.policy.standing import book_of

    key = cast_key(show)
    take = shoot(show, show.folder / BRIEF)
    pixels = recorded(show, take.id, take.folder)
    paper = approval_of_take(show, take.id, pixels, shot=take.shot, use="temp", role=Role.TALENT, by=NAME)
    paper = paper.model_copy(update={"person_id": "p-3f2a", "note": f"{NAME} agrees"})
    record_approval(Ledger(show), sign_approval(paper, key))
    assert book_of(Ledger(show).rows()).approvals
    report = rights_report(show)
    assert f"talent for p-3f2a, key {fingerprint(key.public)}" in said(report, "approvals")
    assert NAME not in to_html(report)


def cast_key(show):
    from secondunit.keys import SigningKey
    from secondunit.policy.documents import KeyHolder
    from secondunit.policy.people import record_person
    from secondunit.testing.tiny_rights import performer

    key = SigningKey.new()
    holder = KeyHolder(key=key.public, role=Role.TALENT, name=NAME)
    record_person(Ledger(show), performer(stage_name=NAME, keys=(holder,)))
    return key


def test_nobody_is_named(personal, tmp_path):
    report = rights_report(personal)
    page, paper = Page(to_html(report)), pdf_text(to_pdf(report), tmp_path)
    raw = to_html(report) + str(report.to_json())
    for text in (page.text, paper, raw):
        for name in (*NAME.split(), *AGENT.split(), "A. Performer"):
            assert name.casefold() not in text.casefold(), name
        assert "1980" not in text, "the year of birth"
    assert "person " in said(report, "people"), "an id made of the name is not told either"
    assert "core" in said(report, "uses")


# How it is set.


def test_the_page_is_whole_and_reaches_for_nothing(used):
    text = to_html(rights_report(used))
    page = Page(text)
    assert not [tag for tag, _ in page.tags if tag in ("script", "link", "img", "iframe", "object", "embed", "base")]
    ids = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    for _, attributes in page.tags:
        for name, value in attributes.items():
            assert not name.startswith("on")
            if name in ("href", "src", "action", "srcset", "poster"):
                assert value.startswith("#")
                assert value[1:] in ids
    assert not EXTERNAL.search(re.search(r"<style>(.*?)</style>", text, re.DOTALL)[1])
    assert page.text.startswith("Rights report"), page.text[:40]
    assert "This is not legal advice." in page.text


def test_the_pdf_is_read_back(used, tmp_path):
    from pypdf import PdfReader

    report = rights_report(used)
    path = tmp_path / "report.pdf"
    path.write_bytes(to_pdf(report))
    pages = PdfReader(path).pages
    head = Ledger(used).rows()[-1].hash
    for number, page in enumerate(pages, 1):
        text = page.extract_text()
        assert f"Page {number} of {len(pages)}" in text
        assert head in text
    outline = [one.title for one in PdfReader(path).outline]
    assert outline == [f"{number}. {one.title}" for number, one in enumerate(report.sections, 1)]
    every = pdf_text(path.read_bytes(), tmp_path)
    for words in report.words():
        assert set(words.shown.split()) <= set(every.split()) or words.shown.replace(" ", "") in every.replace(" ", "")
    assert to_pdf(report) == path.read_bytes(), "the same report gives the same bytes"


@pytest.mark.parametrize(
    "title",
    [
        '<script>alert("x")</script> & "quotes" \'n\' <b>',
        "</title></style><img src=x onerror=alert(1)>",
        "{{ 7 * 7 }} {% raw %} ${x} <para>&amp;</para>",
        "Крушение 落下 \u202eright to left",
        "a" * 4000,
    ],
    ids=["script", "closing", "templates", "alphabets", "long"],
)
def test_a_hostile_title_stays_text(used, title, tmp_path):
    import dataclasses

    report = rights_report(dataclasses.replace(used, title=title))
    page = Page(to_html(report))
    assert {tag for tag, _ in page.tags} == {tag for tag, _ in Page(to_html(rights_report(used))).tags}
    assert " ".join(title.split()) in page.text
    paper = pdf_text(to_pdf(report), tmp_path).replace(" ", "")
    letters = re.sub(r"\s", "", title)
    known = "".join(one if ord(one) < 0x100 else f"[U+{ord(one):04X}]" for one in letters)
    assert known[:60] in paper


def test_long_words_and_notes_are_set_whole(show, tmp_path):
    cast(show, characters=tuple(f"{'long' * 40} {number}" for number in range(60)))
    report = rights_report(show)
    paper = pdf_text(to_pdf(report), tmp_path).replace(" ", "")
    assert paper.count("longlong") >= 60


def test_the_papers_digest_is_the_files(used):
    take = used.takes_folder("EP101_012_0010") / "t001"
    assert [row.content()["document"] for row in Ledger(used).rows() if row.event == "take"] == [
        digest_file(take / "take.json")
    ]


def test_learned_parts_are_told_with_what_they_were_trained_on(used, monkeypatch):
    from secondunit.provenance.actions import Action, ModelCard, Source
    from secondunit.testing.tiny_effect import Exposure

    card = ModelCard(name="ageing", version="2", weights="1" * 64, card="2" * 64, trained_on="our own drawings")
    action = Action(kind="edited", what="A face gets older.", source=Source.PART_TRAINED, models=(card,))
    monkeypatch.setattr(Exposure, "actions", lambda self, settings: (action,))
    text = said(rights_report(used), "models")
    assert "our own drawings" in text
    assert "No learned parts" not in text


def test_an_effect_that_is_another_today_is_said_to_be_unknown(used, monkeypatch):
    from pydantic import BaseModel

    from secondunit.testing.tiny_effect import Exposure

    class Other(BaseModel):
        strength: float

    monkeypatch.setattr(Exposure, "settings", Other)
    report = rights_report(used)
    assert open_about(report, "its settings are not those of the effect installed here")
    assert "No learned parts" not in said(report, "models")


# What others write.

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
