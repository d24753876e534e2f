"""The likeness store of a production with its ledger: accesses, deletions and confirmed matches become rows there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from secondunit.errors import BrokenStore, NotCleared
from secondunit.keys import is_signed
from secondunit.likeness.confirm import FaceConfirmation
from secondunit.likeness.keeping import require_consent
from secondunit.likeness.papers import LikenessAccess, LikenessDeletion
from secondunit.likeness.store import FOLDER, LikenessStore
from secondunit.policy.approvals import appoint_first_producer
from secondunit.policy.ledger import Event, Ledger, production_key
from secondunit.policy.parts import Document
from secondunit.policy.signing import Signed, parse_document
from secondunit.policy.standing import Book, book_of
from secondunit.production import Production
from secondunit.records import canonical_json, read_json, write_json

_EVENTS: Mapping[type[Document], Event] = {
    LikenessAccess: Event.ACCESS,
    LikenessDeletion: Event.DELETION,
}
RECEIPT = "likeness_receipt"


def record(production: Production, document: Document, *, by: str) -> None:
    """Append an access or a deletion to the ledger.

    Raises:
        BrokenStore: the ledger is not whole, or cannot be written.
        NotCleared: this machine has not the production's key.
    """
    Ledger(production).append(_EVENTS[type(document)], document.to_json(), actor=by)


def record_word(production: Production, signed: Signed[FaceConfirmation]) -> str:
    """Take a person's signed word about a face into the ledger; returns its digest.

    Who speaks was appointed for a role, or signs for the person whose face it is said to be. The first who speaks as
    producer on a machine that has the production's key is its producer from then on, as with approvals.

    Raises:
        NotCleared: the key is nobody's who may say so, or another's than ``by`` says.
        BrokenStore: it is forged or of another production, or the ledger is not whole.
    """
    word, where, ledger = signed.document, "likeness confirm", Ledger(production)
    if word.production_id != production.id:
        raise BrokenStore(f"{where}: production_id", word.production_id, production.id)
    appoint_first_producer(ledger, signed, where=where)
    ledger.append(
        Event.MATCH,
        signed.to_json(),
        actor=word.by,
        check=lambda rows: _require_speaker(book_of(rows), signed, where),
    )
    return word.digest


def open_store(production: Production, *, by: str, said: Iterable[str] = ()) -> LikenessStore:
    """The production's likeness store; what is done with it is recorded in its ledger before it is done.

    A reference goes in only if the policy allows it: ``keeping.require_consent``, which is given the answers ``said``.
    """
    return LikenessStore(
        production.folder,
        lambda document: record(production, document, by=by),
        lambda person_id, until: require_consent(production, person_id, keep_until=until, said=said),
    )


def confirmations(production: Production) -> tuple[FaceConfirmation, ...]:
    """What people said about faces in this production's plates, oldest first; each signed by one who might say it then.

    Raises:
        BrokenStore: the ledger is not whole.
        NotCleared: a row holds a word of one who might not say it.
    """
    book, said = Book(), []
    for row in Ledger(production).rows():
        book.read(row)
        if row.event == Event.MATCH:
            where = f"ledger, row {row.seq}"
            signed = parse_document(row.body, Signed[FaceConfirmation], where=where)
            _require_speaker(book, signed, where)
            said.append(signed.document)
    return tuple(said)


def _require_speaker(book: Book, signed: Signed[FaceConfirmation], where: str) -> None:
    word = signed.document
    for one in signed.all_valid(where=where):
        whose = book.speaks(one, word.person_id)
        if whose is None:
            advice = f"Appoint it first: secondunit people appoint SHOW --role {one.role} --key KEY --name NAME."
            raise NotCleared(
                where, f"{word.by}'s key does not answer for {one.role}", "the key of one appointed", advice
            )
        if whose.casefold() != word.by.casefold():
            raise NotCleared(where, f"{word.by} is said to speak, the key is {whose}'s", "one's own name and key")


def checks_folder(production: Production, shot: str) -> Path:
    """Where what was found in a shot is written: ``faces.json`` and ``overlay.png``."""
    return production.folder / FOLDER / "checks" / production.work_folder(shot).name


def write_receipt(production: Production, receipt: LikenessDeletion) -> Path:
    """Write a deletion's receipt, signed with the production's key, to be handed out; gives its path.

    Raises:
        NotCleared: this machine has not the production's key.
    """
    key = production_key(production)
    message = canonical_json(receipt.to_json()).encode()
    path = production.folder / FOLDER / "receipts" / f"{receipt.person_id}-{receipt.digest[:12]}.receipt.json"
    content: dict[str, Any] = {
        "kind": RECEIPT,
        "version": 1,
        "deletion": receipt.to_json(),
        "production": {"id": production.id, "title": production.title},
        "key": key.public,
        "signature": key.sign(RECEIPT, message),
    }
    write_json(path, content)
    return path


def read_receipt(path: Path) -> LikenessDeletion:
    """A receipt whose signature fits; whose the key is, the reader must know.

    Raises:
        BrokenStore: it is no receipt, or was changed.
    """
    content = read_json(path, kind=RECEIPT, version=1)
    try:
        receipt = LikenessDeletion.model_validate_json(canonical_json(content["deletion"]))
        good = is_signed(content["key"], RECEIPT, canonical_json(content["deletion"]).encode(), content["signature"])
    except (KeyError, TypeError, ValueError, ValidationError) as error:
        raise BrokenStore(str(path), "is no receipt of a deletion") from error
    if not good:
        raise BrokenStore(str(path), "was changed: its signature does not fit")
    return receipt
