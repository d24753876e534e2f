"""The likeness store of a production with its ledger: accesses, deletions and confirmed matches become rows there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from secondunit.errors import BrokenStore
from secondunit.keys import is_signed
from secondunit.likeness.confirm import FaceConfirmation
from secondunit.likeness.papers import LikenessAccess, LikenessDeletion
from secondunit.likeness.store import FOLDER, LikenessStore
from secondunit.policy.ledger import Event, Ledger, production_key
from secondunit.policy.parts import Document
from secondunit.production import Production
from secondunit.records import canonical_json, read_json, write_json

_EVENTS: Mapping[type[Document], Event] = {
    LikenessAccess: Event.ACCESS,
    LikenessDeletion: Event.DELETION,
    FaceConfirmation: Event.MATCH,
}
RECEIPT = "likeness_receipt"


def record(production: Production, document: Document, *, by: str) -> None:
    """Append an access, a deletion or a confirmed match to the ledger.

    Raises:
        BrokenStore: the ledger is not whole, or cannot be written.
        NotCleared: this machine has not the production's key.
    """
    Ledger(production).append(_EVENTS[type(document)], document.to_json(), actor=by)


def open_store(production: Production, *, by: str) -> LikenessStore:
    """The production's likeness store; what is done with it is recorded in its ledger before it is done."""
    return LikenessStore(production.folder, lambda document: record(production, document, by=by))


def confirmations(production: Production) -> tuple[FaceConfirmation, ...]:
    """What people said about faces in this production's plates, oldest first.

    Raises:
        BrokenStore: the ledger is not whole.
    """
    rows = [row for row in Ledger(production).rows() if row.event == Event.MATCH]
    return tuple(FaceConfirmation.model_validate_json(row.body) for row in rows)


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
