"""The performer in a production: on record, asked, agreed, with reference faces held. What a crew does once, by hand.

Only the key is not as in life: here one machine has the performer's and the production's. A performer's own key never
leaves the performer's machine; the request goes there and comes back signed (docs/consent.md).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from secondunit.keys import SigningKey, own_key
from secondunit.likeness.recorded import open_store
from secondunit.policy.consents import grant
from secondunit.policy.documents import Consent, KeyHolder, Person
from secondunit.policy.ledger import Ledger
from secondunit.policy.parts import Role, utc_text
from secondunit.policy.people import record_person
from secondunit.policy.signing import Signed, parse_document, read_document, write_document
from secondunit.policy.standing import book_of
from secondunit.production import Production
from secondunit.records import canonical_json
from secondunit.testing.performer import PerformerPlate

SHOT, PERSON, NAME, CHARACTER = "EP101_020_0030", "p-demo-performer", "D. Performer", "The neighbour"
CONSENT = f"{PERSON}-age"
KEY = "demo-performer"  # in the user's own folder, as every private key
TERM = timedelta(days=365)
BY = "demo"


def engage(production: Production, plate: PerformerPlate) -> Path:
    """Record the performer, ask for a consent, sign, grant, and hold references; what is done already stays.

    Returns:
        The consent as it was signed: -20 to 0 years, in this shot, as this character, for temps.

    Raises:
        BrokenStore: the ledger is not whole, or a document in the way is of something else.
        NotCleared: the performer took the consent back, or it ended: nothing is held any more.
    """
    paper = production.folder / "consents" / f"{CONSENT}.json"
    ledger, key = Ledger(production), own_key(KEY)
    known = book_of(ledger.rows())
    if PERSON not in known.people:
        record_person(ledger, _person(key))
    if not paper.exists():
        write_document(paper, _request(production))
    if known.newest(CONSENT) is None:
        asked = read_document(paper, Signed[Consent])
        signed = asked.signed(key, role=Role.TALENT, name=NAME, at=utc_text(datetime.now(UTC)))
        write_document(paper, signed)
        grant(ledger, signed, where=str(paper))
    store = open_store(production, by=BY, said=("person.registry=not_used",))
    if all(one.person_id != PERSON for one in store.holdings()):
        until = read_document(paper, Signed[Consent]).document.custody.deletion_due or ""
        store.add(PERSON, plate.stills, keep_until=until, by=BY)
    return paper


def _person(key: SigningKey) -> Person:
    holder = KeyHolder(key=key.public, role=Role.TALENT, name=NAME)
    return Person(person_id=PERSON, stage_name=NAME, billing="principal", is_minor=False, keys=(holder,))


def _request(production: Production) -> Signed[Consent]:
    """What is asked for, as ``secondunit consent request`` writes it; nobody has signed it."""
    today = datetime.now(UTC)
    end = today + TERM
    said = {
        "consent_id": CONSENT,
        "person_id": PERSON,
        "production_id": production.id,
        "representation": {"by": "none"},
        "replica": {"type": "alteration", "created_how": "none"},
        "scope": {
            "characters": [CHARACTER],
            "shots": [SHOT],
            "description": "The neighbour looks up to twenty years younger in one shot, seen by the crew alone.",
            "alterations": [{"kind": "age", "years_from": -20.0, "years_to": 0.0}],
            "uses": ["temp"],
            "territories": ["US"],
            "media": ["streaming"],
            "languages": ["en"],
            "term_start": f"{today:%Y-%m-%d}T00:00:00Z",
            "term_end": f"{end:%Y-%m-%d}T00:00:00Z",
        },
        "custody": {"deletion_due": f"{end:%Y-%m-%d}"},
        "form": {"separately_signed": True, "clear_conspicuous": True},
    }
    return parse_document(canonical_json({"document": said}), Signed[Consent], where="consent request")
