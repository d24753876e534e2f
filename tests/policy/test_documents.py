"""Documents: strict, canonical, and what a list does not name is not allowed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from secondunit.policy.documents import (
    Alteration,
    Approval,
    Consent,
    ConsentStatus,
    HeldConsent,
    Person,
    Standing,
    named,
)
from secondunit.policy.parts import Role
from secondunit.testing.tiny_rights import consent_of as consent
from secondunit.testing.tiny_rights import performer as person


@pytest.mark.parametrize("document", [person(), consent()], ids=["person", "consent"])
def test_a_document_comes_back_from_its_json_with_the_same_digest(document):
    again = type(document).model_validate_json(json.dumps(document.to_json()))
    assert again == document
    assert again.digest == document.digest


def test_every_field_matters_to_the_digest_and_none_is_ignored():
    assert consent().digest != consent(business_reason="schedule").digest
    with pytest.raises(ValidationError, match="extra"):
        Consent.model_validate_json(json.dumps({**consent().to_json(), "allow": True}))


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Person, {"is_minor": "no"}),
        (Person, {"is_minor": None}),
        (Person, {"person_id": "../x"}),
        (Person, {"keys": [{"key": "a" * 64, "role": "producer", "name": "x"}]}),
        (Consent, {"scope": {}}),
        (Consent, {"version": 2}),
        (Consent, {"kind": "person"}),
    ],
)
def test_what_is_not_exactly_right_is_refused(model, change):
    good = (person() if model is Person else consent()).to_json()
    model.model_validate_json(json.dumps(good))
    with pytest.raises(ValidationError):
        model.model_validate_json(json.dumps({**good, **change}))


def test_a_term_runs_forward():
    with pytest.raises(ValidationError, match="term_end"):
        consent(scope={"term_end": "2026-01-01T00:00:00Z"})
    for bad in ("2026-01-01", "2026-13-01T00:00:00Z", "2026-01-01T00:00:00+00:00"):
        with pytest.raises(ValidationError):
            consent(scope={"term_end": bad})


def test_the_span_of_years_is_kept():
    young = Alteration(kind="de-age", years_from=-10.0, years_to=0.0)
    assert young.allows("de-age", -10.0, None)
    assert not young.allows("de-age", -10.1, None)
    assert not young.allows("de-age", 1.0, None)
    assert not young.allows("de-age", None, None), "how far is not said"
    assert not young.allows("de-age", -5.0, 2.0), "an amount nobody limited"
    assert not young.allows("face-swap", -5.0, None)


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_no_number_slips_through_a_span(years):
    assert Alteration(kind="*", years_from=-10.0, years_to=0.0).allows("x", years, None) == (-10 <= years <= 0)


def test_names_and_patterns():
    assert named("EP101_010", ("EP101_*",))
    assert not named("EP102_010", ("EP101_*",))
    assert not named("anything", ())
    assert named("Tom [young]", ("Tom [young]",))
    assert not named("Tom y", ("Tom [young]",))


@pytest.mark.parametrize(
    ("now", "status"),
    [
        ("2025-12-31T23:59:59Z", ConsentStatus.NOT_YET),
        ("2026-01-01T00:00:00Z", ConsentStatus.GRANTED),
        ("2026-12-31T23:59:59Z", ConsentStatus.GRANTED),
        ("2027-01-01T00:00:00Z", ConsentStatus.EXPIRED),
    ],
)
def test_a_consent_holds_within_its_term(now, status):
    held = HeldConsent(consent(), frozenset({Role.TALENT}), "2026-01-01T00:00:00Z", 1)
    assert held.status(now) is status
    standing = Standing("the-fall-1", now, consents=(held,))
    assert (standing.next_change() or "9") > now


def test_an_approval_is_of_one_thing():
    about = {"production_id": "the-fall-1", "role": Role.PRODUCER, "by": "A. Producer", "shot": "EP101"}
    about |= {"use": "final", "at": "2026-01-01T00:00:00Z"}
    request, take = (
        {"brief_digest": "b" * 64, "plate_digest": "c" * 64},
        {"take": "EP101/t001", "pixels_digest": "d" * 64},
    )
    Approval(**about, **request)
    Approval(**about, **take)
    for wrong in ({}, {**request, **take}, {"brief_digest": "b" * 64}, {"take": "EP101/t001"}):
        with pytest.raises(ValidationError, match="give brief_digest"):
            Approval(**about, **wrong)
