"""A paper that somebody got: what it says is what was signed, or it is named; a made-up one brings nothing down."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from secondunit.delivery.papers import examine_paper
from secondunit.keys import SigningKey
from secondunit.policy.parts import Role
from secondunit.policy.signing import Signed, write_document
from secondunit.provenance.reading import State
from secondunit.testing.tiny_rights import NOW, consent_of


@pytest.fixture
def paper(tmp_path):
    path = tmp_path / "consent.json"
    write_document(path, Signed(document=consent_of()).signed(SigningKey.new(), role=Role.TALENT, name="A", at=NOW))
    return path


def test_a_signed_paper_says_whose_key_is_under_it(paper):
    report = examine_paper(paper)
    assert (report.state, report.problems) == (State.INTACT, ())
    assert report.keys[0].startswith("A, talent, key ")


def test_a_request_is_not_signed(tmp_path):
    write_document(tmp_path / "asked.json", Signed(document=consent_of()))
    assert examine_paper(tmp_path / "asked.json").state is State.UNSIGNED


def test_what_is_no_paper_of_ours_is_left_to_others(tmp_path):
    for text in ('{"kind": "take", "version": 1}', "[]", "{", '{"kind": "signed", "version": 1, "document": 3}'):
        (tmp_path / "other.json").write_text(text)
        assert examine_paper(tmp_path / "other.json") is None


KEYS = st.sampled_from(["document", "signatures", "key", "signature", "kind", "deletion", "production", "scope", "at"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60)
@given(st.sampled_from(["signed", "likeness_receipt"]), st.dictionaries(KEYS, st.none() | st.text() | st.integers()))
def test_a_made_up_paper_is_named_and_brings_nothing_down(paper, kind, other):
    made = json.loads(paper.read_text()) | other | {"kind": kind, "version": 1}
    path = paper.with_name("made.json")
    path.write_text(json.dumps(made))
    report = examine_paper(path)
    if report is not None and other:
        assert report.state is not State.INTACT or not other.keys() & {"document", "signatures"}
