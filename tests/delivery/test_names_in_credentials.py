"""Credentials that name a performer do not leave; a surname that is also a word stops nothing."""

from pathlib import Path

import pytest

from secondunit.delivery.rights._veil import veil_of
from secondunit.delivery.shown import proved_facts
from secondunit.policy.ledger import Ledger
from secondunit.policy.people import record_person
from secondunit.provenance.reading import Credentials, State
from secondunit.testing.tiny_rights import performer

SENTENCE = "A square of the plate gets brighter."


@pytest.fixture
def veil(show):
    """Over a performer who is called like a thing in the effect's sentence."""
    ledger = Ledger(show)
    record_person(ledger, performer(stage_name="A. Square"))
    return veil_of(ledger.rows())


def personal(veil, *, title="preview.mp4", what=SENTENCE):
    signed = Credentials(
        Path("preview.mp4"), "video/mp4", State.INTACT, title=title, actions=(("c2pa.edited", what, ""),)
    )
    return proved_facts([signed], veil, generative=False)["manifest_personal"]


def test_a_word_in_a_sentence_is_no_name(veil):
    assert personal(veil) is False


@pytest.mark.parametrize("what", ["The face of A. Square is younger.", "Square is younger.", "A.Square, younger"])
def test_a_name_in_a_sentence_is_one(veil, what):
    assert personal(veil, what=what) is True


@pytest.mark.parametrize("title", ["square_still.jpg", "A_SQUARE.mp4"])
def test_a_name_in_a_title_is_one_in_any_case(veil, title):
    assert personal(veil, title=title) is True


def test_an_opaque_id_stays_whole_though_a_word_of_it_is_a_surname(show):
    ledger = Ledger(show)
    record_person(ledger, performer(person_id="p-the-square", stage_name="A. Square"))
    veil = veil_of(ledger.rows())
    assert veil.over("Consent p-the-square-age of A. Square") == "Consent p-the-square-age of [p-the-square]"
    assert veil.over("SQUARE's agent") == "[p-the-square]'s agent"
