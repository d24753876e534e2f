"""Consents: only the person's own key makes one, only for this production, and what is taken back is gone."""

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondunit.errors import BrokenStore, SecondUnitError
from secondunit.keys import SigningKey
from secondunit.policy.clearance import ask
from secondunit.policy.consents import find_consent, grant, revoke
from secondunit.policy.decide import Verdict
from secondunit.policy.documents import Consent, ConsentStatus, KeyHolder, Person
from secondunit.policy.ledger import Event
from secondunit.policy.parts import Role
from secondunit.policy.people import record_person
from secondunit.policy.signing import MOST_BYTES, Signed, parse_document, read_document, write_document
from secondunit.policy.standing import standing_of
from secondunit.policy.strikes import lift, lock
from secondunit.testing.tiny_rights import performer

from .rights import moment


def verdict(rights):
    return ask(rights.show, rights.request()).verdict


def test_a_consent_signed_elsewhere_from_a_file_clears_what_it_says(rights, tmp_path):
    assert verdict(rights) is Verdict.REFUSED
    path = tmp_path / "consent.json"
    write_document(path, rights.consent())
    asked = read_document(path, Signed[Consent])  # the other machine
    write_document(path, asked.signed(rights.key, role=Role.TALENT, name="A. Performer", at=moment()))
    grant(rights.ledger, read_document(path, Signed[Consent]))  # back again
    assert verdict(rights) is Verdict.CLEARED
    held = standing_of(rights.show).consents_of("p-3f2a")
    assert [one.signed_by for one in held] == [frozenset({Role.TALENT})]


def test_revoking_ends_it_for_good(rights):
    rights.grant()
    revoke(rights.ledger, "p-3f2a-age", by="A. Performer", reason="second thoughts")
    assert verdict(rights) is Verdict.REFUSED
    assert find_consent(rights.ledger, "p-3f2a-age").ended is ConsentStatus.REVOKED
    with pytest.raises(BrokenStore, match="was revoked"):
        rights.grant(revision=2)
    with pytest.raises(BrokenStore, match="revoked before"):
        revoke(rights.ledger, "p-3f2a-age", by="A. Performer")
    with pytest.raises(BrokenStore, match="no such consent"):
        revoke(rights.ledger, "other", by="A. Performer")
    with pytest.raises(BrokenStore, match="--by"):
        revoke(rights.ledger, "p-3f2a-age", by=" ")


def test_a_new_revision_takes_the_place_of_the_old(rights):
    signed = rights.signed()
    grant(rights.ledger, signed)
    narrow = {"alterations": ({"kind": "age", "years_from": -5.0, "years_to": 0.0},)}
    rights.grant(revision=2, scope=narrow)
    assert verdict(rights) is Verdict.REFUSED, "ten years are no longer covered"
    with pytest.raises(BrokenStore, match="revision 1 of p-3f2a-age is there already"):
        grant(rights.ledger, signed)


def forged_content(rights):
    signed = rights.signed()
    scope = signed.document.scope.model_copy(update={"shots": ("*",)})
    return signed.model_copy(update={"document": signed.document.model_copy(update={"scope": scope})})


def stolen_signature(rights):
    other, mine = rights.signed(consent_id="other"), rights.consent()
    return mine.model_copy(update={"signatures": other.signatures})


def raised_role(rights):
    signed = rights.signed()
    one = signed.signatures[0].model_copy(update={"role": Role.GUARDIAN})
    return signed.model_copy(update={"signatures": (one,)})


FORGED = {
    "not signed": (lambda rights: rights.consent(), "is not signed"),
    "another key": (lambda rights: rights.signed(key=SigningKey.new()), "may not sign"),
    "right key, wrong role": (lambda rights: rights.signed(role=Role.ESTATE), "may not sign"),
    "role changed after signing": (raised_role, "not of this document"),
    "text changed after signing": (forged_content, "not of this document"),
    "signature of another consent": (stolen_signature, "not of this document"),
    "another production": (lambda rights: rights.signed(production_id="another-1"), "production_id"),
    "nobody known": (lambda rights: rights.signed(person_id="p-0000"), "nobody is known"),
}


@pytest.mark.parametrize("name", FORGED)
def test_what_is_forged_is_not_granted(rights, name):
    make, says = FORGED[name]
    with pytest.raises(BrokenStore, match=says):
        grant(rights.ledger, make(rights))
    assert verdict(rights) is Verdict.REFUSED


def test_a_forged_grant_put_straight_into_the_ledger_allows_nothing(rights):
    rights.ledger.append(Event.GRANT, forged_content(rights).to_json())
    with pytest.raises(BrokenStore, match="not of this document"):
        standing_of(rights.show)


def test_a_grant_stands_by_the_keys_of_its_day(rights):
    rights.grant()
    new = KeyHolder(key=SigningKey.new().public, role=Role.TALENT, name="A. Performer")
    record_person(rights.ledger, rights.person.model_copy(update={"revision": 2, "keys": (new,)}))
    assert verdict(rights) is Verdict.CLEARED, "a new key does not undo what was agreed"
    with pytest.raises(BrokenStore, match="may not sign"):
        rights.grant(consent_id="later")
    with pytest.raises(BrokenStore, match="revision"):
        record_person(rights.ledger, rights.person)


def test_a_strike_lock_stops_what_needs_consent_and_only_until_it_is_lifted(rights):
    rights.grant()
    made = lock(rights.ledger, union="SAG-AFTRA", reason="strike", by="Legal")
    assert verdict(rights) is Verdict.REFUSED
    with pytest.raises(BrokenStore, match="does not stand"):
        lift(rights.ledger, "s-0000", by="Legal")
    lift(rights.ledger, made.lock_id, by="Legal")
    assert verdict(rights) is Verdict.CLEARED


def test_everything_is_in_the_ledger(rights):
    rights.grant()
    lock(rights.ledger, union="*", reason="strike", by="Legal")
    revoke(rights.ledger, "p-3f2a-age", by="A. Performer")
    assert [row.event for row in rights.ledger.rows()] == [
        Event.OPENED,
        Event.PERSON,
        Event.GRANT,
        Event.STRIKE_LOCK,
        Event.REVOCATION,
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@given(st.binary(max_size=400) | JSON.map(lambda value: json.dumps(value).encode()))
def test_whatever_a_file_holds_the_error_is_ours(data):
    for model in (Signed[Consent], Signed[Person], Consent, Person):
        with pytest.raises(SecondUnitError):
            parse_document(data, model, where="a file")


PLACES = [(), ("scope",), ("replica",), ("form",), ("representation",), ("scope", "alterations", 0)]


@given(st.sampled_from(PLACES), st.data(), JSON)
def test_a_consent_with_one_thing_changed_is_refused_or_no_longer_signed(place, data, value):
    key = SigningKey.from_secret("11" * 32)
    signed = FUZZED.signed(key, role=Role.TALENT, name="A. Performer", at="2026-01-01T00:00:00Z")
    content = signed.to_json()
    part = content["document"]
    for step in place:
        part = part[step]
    name = data.draw(st.sampled_from(sorted(part)) | st.text(max_size=10))
    before = part.get(name)
    part[name] = value
    try:
        again = parse_document(json.dumps(content), Signed[Consent], where="a file")
    except SecondUnitError:
        return
    same = again.document == signed.document
    assert bool(again.valid()) == same, f"{name}: {before!r} became {value!r}"


def test_what_nests_without_end_or_is_too_long_is_refused():
    for data in (b"[" * 100_000, b'{"a":' * 100_000, b" " * (MOST_BYTES + 1), b'{"kind": "signed", "version": 1e999}'):
        with pytest.raises(SecondUnitError):
            parse_document(data, Signed[Consent], where="a file")


def _fuzzed():
    from secondunit.testing.tiny_rights import consent_of

    return Signed(document=consent_of())


FUZZED = _fuzzed()


def test_a_minor_needs_the_guardians_key(rights):
    parent = SigningKey.new()
    keys = (KeyHolder(key=parent.public, role=Role.GUARDIAN, name="B. Parent"), *rights.person.keys)
    kid = performer(revision=2, keys=keys, is_minor=True, birth_year=2014, guardian="B. Parent, court of X, 12/26")
    record_person(rights.ledger, kid)
    rights.grant()
    assert verdict(rights) is Verdict.REFUSED
    both = rights.signed(revision=2).signed(parent, role=Role.GUARDIAN, name="B. Parent", at=moment())
    grant(rights.ledger, both)
    held = standing_of(rights.show).consents_of("p-3f2a")[-1]
    assert held.signed_by == {Role.TALENT, Role.GUARDIAN}
    assert dataclasses.replace(held, ended=None) == held
