"""What stands in the rights report: uses, ledger, packs, people, takes, models."""

from secondunit.delivery.rights.content import rights_report
from secondunit.delivery.rights.html import to_html
from secondunit.delivery.rights.pdf import to_pdf
from secondunit.policy.ledger import Ledger
from secondunit.policy.rules import load_packs
from secondunit.policy.takes import recorded
from secondunit.shoot import shoot

from .shown import BRIEF, Page, open_about, said


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
    assert open_about(report, "Refused by core/not-covered: change what is asked or talent gives a consent")
    pack = load_packs(used)[0]
    assert f"house-intended-use v{pack.version}, {pack.digest[:16]}" in text


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
