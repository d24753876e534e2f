"""Reference faces go in only with a consent that lets them be kept: register, signature, term, day, locks and packs."""

import dataclasses

import pytest

from secondunit.errors import BadBrief, BadPicture, NotCleared
from secondunit.likeness.keeping import require_consent, scan_request
from secondunit.likeness.recorded import open_store
from secondunit.policy.clearance import clear
from secondunit.policy.consents import revoke
from secondunit.policy.gate import ClearanceGate
from secondunit.policy.ledger import Ledger
from secondunit.policy.rules import shipped_packs
from secondunit.policy.strikes import lock
from secondunit.production import Production
from secondunit.testing.tiny_rights import take_in

from .conftest import LATER

DAY = "2199-01-01"
ANSWERED = ("person.registry=absent",)  # what the house's own packs ask
NOTICE = {"sent_at": "2026-01-01T00:00:00Z", "services_at": "2026-01-05T00:00:00Z"}
REASON = "Faces are matched so that nobody else is altered."


@pytest.fixture
def show(tmp_path):
    return Production.new(tmp_path / "show", title="Tiny")


def kept(show, until=DAY, said=ANSWERED):
    return require_consent(show, "p-bram", keep_until=until, said=said)


def refused(show, reason, **more):
    with pytest.raises(NotCleared, match=reason) as caught:
        kept(show, **more)
    assert "secondunit" in caught.value.advice or "--until" in caught.value.advice
    assert caught.value.exit_code == 4


def test_a_person_who_agreed_may_be_kept_and_the_ledger_knows(show):
    take_in(show, "p-bram")
    assert len(kept(show).consents) == 1
    last = Ledger(show).rows()[-1]
    assert (last.event, last.content()["verdict"]) == ("decision", "cleared")
    assert last.content()["request"]["step"] == "scan"


def test_nobody_unknown_is_kept(show, portraits):
    refused(show, "core/unknown-person")
    with pytest.raises(NotCleared, match="core/unknown-person"):
        open_store(show, by="Kim").add("p-bram", [portraits["bram"]], keep_until=LATER, by="Kim")
    assert open_store(show, by="Kim").holdings() == ()
    assert [row.content()["verdict"] for row in Ledger(show).rows() if row.event == "decision"] == ["refused"] * 2


def test_a_consent_that_says_nothing_of_keeping_allows_none(show):
    take_in(show, "p-bram", custody={})
    refused(show, "custody names no day of deletion")


def test_nothing_is_kept_longer_than_agreed(show):
    take_in(show, "p-bram", custody={"deletion_due": "2198-12-31"})
    kept(show, "2198-12-31")
    refused(show, "the consent allows it until 2198-12-31")


def test_what_ended_allows_nothing(show):
    take_in(show, "p-bram")
    revoke(Ledger(show), "p-bram-age", by="A. Performer")
    refused(show, "core/not-covered")


@pytest.mark.parametrize(("union", "stops"), [("*", True), ("SAG-AFTRA", True), ("Equity", False)])
def test_a_strike_lock_stops_scans_too(show, union, stops):
    take_in(show, "p-bram")
    lock(Ledger(show), union=union, reason="talks", by="Kim")
    if stops:
        refused(show, "core/strike-lock")
    else:
        kept(show)


GUILD = ("house-intended-use", "sag-aftra-tv-theatrical-2023", "sag-aftra-tv-theatrical-2026")
GUILD_ASKS = ("access_by_need=true", "biometrics_beyond=false", "work=film")


@pytest.mark.parametrize(
    ("paper", "stops"),
    [
        ({}, "SAG-003"),
        ({"business_reason": REASON}, "SAG-003"),
        ({"notice": NOTICE}, "SAG-004"),
        ({"notice": NOTICE, "business_reason": REASON}, None),
    ],
)
def test_the_guilds_rules_about_scans_are_asked(show, paper, stops):
    asked = dataclasses.replace(show, rule_packs=GUILD)
    take_in(show, "p-bram", **paper)
    if stops:
        refused(asked, stops, said=GUILD_ASKS)
    else:
        assert kept(asked, said=GUILD_ASKS).verdict == "cleared"


def test_every_shipped_pack_can_be_answered(show):
    everything = dataclasses.replace(show, rule_packs=tuple(shipped_packs()))
    take_in(show, "p-bram", notice=NOTICE, business_reason=REASON)
    refused(everything, "nobody said")
    assert kept(everything, said=(*GUILD_ASKS, *ANSWERED, "pack_of_work=true")).verdict == "cleared"


def test_an_answer_changes_nothing_of_what_a_reference_is(show):
    take_in(show, "p-bram")
    request = scan_request(show, "p-bram", keep_until=DAY, said=["person.registry=absent", "generative=true"])
    assert request.people[0].facts["registry"] == "absent"
    assert request.facts["generative"] is False
    for wrong in ("step=shoot", "use=final", "shot=EP101"):
        request = scan_request(show, "p-bram", keep_until=DAY, said=[wrong])
        assert (request.step, request.use, request.shot) == ("scan", "temp", "likeness")
    with pytest.raises(BadBrief, match=r"--say person.registri.*unknown field"):
        scan_request(show, "p-bram", keep_until=DAY, said=["person.registri=absent"])


def test_what_clears_a_scan_clears_no_frame(show):
    take_in(show, "p-bram")
    clearance, key = clear(show, scan_request(show, "p-bram", keep_until=DAY, said=ANSWERED))
    with pytest.raises(NotCleared, match="is for the step scan"):
        ClearanceGate(clearance, key, show, lambda: clearance.request.plate_digest)


def test_pictures_are_looked_at_only_after_that(show, tmp_path):
    with pytest.raises(NotCleared):
        open_store(show, by="Kim", said=ANSWERED).add("p-bram", [tmp_path / "none.png"], keep_until=LATER, by="Kim")
    take_in(show, "p-bram")
    with pytest.raises(BadPicture):
        open_store(show, by="Kim", said=ANSWERED).add("p-bram", [tmp_path / "none.png"], keep_until=LATER, by="Kim")
