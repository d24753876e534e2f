"""The rights report names no performer, wherever somebody wrote the name."""

import pytest

from secondunit.delivery.rights.content import rights_report
from secondunit.delivery.rights.html import to_html
from secondunit.delivery.rights.pdf import to_pdf
from secondunit.likeness.recorded import open_store
from secondunit.likeness.sealed import seal
from secondunit.policy.approvals import approval_of_take, record_approval, sign_approval
from secondunit.policy.consents import revoke
from secondunit.policy.ledger import Ledger
from secondunit.policy.parts import Role
from secondunit.policy.takes import recorded
from secondunit.shoot import shoot

from .shown import AGENT, BRIEF, NAME, Page, cast, open_about, pdf_text, refused, said, with_person


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
