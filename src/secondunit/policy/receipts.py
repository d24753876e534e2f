"""Receipts: for every frame that was written, under which clearance, and the digest of what was written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from secondunit.errors import NotCleared, SecondUnitError
from secondunit.keys import SigningKey, is_signed
from secondunit.policy.clearance import Clearance
from secondunit.policy.parts import Digest, Document, Id, Utc
from secondunit.policy.signing import parse_document, read_document, write_document
from secondunit.provenance.beside import Beside, read_back
from secondunit.records import canonical_json, digest_bytes, digest_json, whole_file

PURPOSE = "frame-receipt"
_SHOWN = ".shown"
_AGAIN = "Delete the stage's folder in work/; its frames are made again."


class Receipt(Document):
    """One frame was written through the gate.

    Attributes:
        production_id: whose.
        shot: of which shot.
        frame: its number.
        content: SHA-256 of the EXR file, pixels and header.
        clearance_id: the clearance it was written under; the ledger has it.
        by_hand: whether an artist made the frame and the gate let it in.
        at: when.
        untouched: SHA-256 of the plate's pixels in it, where whoever wrote it had them at hand.
        shown: SHA-256 of its display picture, which is kept beside the receipt, if it is.
        signature: of the clearance's work key.
    """

    kind: Literal["receipt"] = "receipt"
    production_id: Id
    shot: str
    frame: int = Field(ge=0)
    content: Digest
    clearance_id: Id
    by_hand: bool = False
    at: Utc
    untouched: Digest | None = None
    shown: Digest | None = None
    signature: str = ""

    def message(self) -> bytes:
        """What the signature is under."""
        said = {key: value for key, value in self.to_json().items() if value is not None}
        return canonical_json({**said, "signature": ""}).encode()

    def sealed(self, key: SigningKey) -> Receipt:
        """The same, signed."""
        return self.model_copy(update={"signature": key.sign(PURPOSE, self.message())})


def receipts_of(result: Path) -> Path:
    """Where the receipts of the frames in a stage's folder are: beside it, so that its content stays what it is."""
    return result.parent / f"{result.name}.receipts"


def write_receipt(folder: Path, receipt: Receipt) -> None:
    """Keep a receipt, whole or not at all."""
    write_document(folder / f"{receipt.frame}.json", receipt)


def write_shown(folder: Path, frame: int, kept: bytes) -> None:
    """Keep the display picture of a frame, whole or not at all."""
    with whole_file(folder / f"{frame}{_SHOWN}") as temporary:
        temporary.write_bytes(kept)


def read_beside(folder: Path, receipt: Receipt, height_px: int, width_px: int) -> Beside | None:
    """What was kept beside a receipt that is genuine; None if there is nothing, or not what the receipt says."""
    path = folder / f"{receipt.frame}{_SHOWN}"
    if receipt.shown is None or receipt.untouched is None or not path.is_file():
        return None
    kept = path.read_bytes()
    if len(kept) != height_px * width_px * 3 or digest_bytes(kept) != receipt.shown:
        return None
    return Beside(receipt.untouched, read_back(kept, height_px, width_px))


def read_receipt(folder: Path, frame: int) -> Receipt:
    """The receipt of a frame.

    Raises:
        NotCleared: there is none, or it is none.
    """
    path = folder / f"{frame}.json"
    if not path.is_file():
        raise NotCleared(f"frame {frame}", "has no receipt: it was not written through the gate", advice=_AGAIN)
    try:
        return read_document(path, Receipt)
    except SecondUnitError as error:
        raise NotCleared(str(path), "is no receipt", advice=_AGAIN) from error


def require_receipt(receipt: Receipt, digest: str, clearance: Clearance, given: Mapping[str, Clearance]) -> None:
    """Pass if the frame with this digest was written through the gate, under ``clearance`` or an earlier like one.

    Args:
        receipt: of the frame.
        digest: of the frame's file as it is now.
        clearance: what the take is shot under.
        given: every clearance the ledger has, by id.

    Raises:
        NotCleared: it was not.
    """
    where = f"{clearance.request.shot}, frame {receipt.frame}"
    under = require_genuine(receipt, clearance, given)
    if receipt.content != digest:
        raise NotCleared(where, "was changed after it was written", advice=_AGAIN)
    past, now = under.request, clearance.request
    alike = (past.shot, past.kind, past.people) == (now.shot, now.kind, now.people) and receipt.shot == now.shot
    if not alike or not past.first_frame <= receipt.frame < past.end_frame_exclusive:
        raise NotCleared(where, "its receipt is of other work", f"{now.kind} in {now.shot}", _AGAIN)


def require_genuine(receipt: Receipt, clearance: Clearance, given: Mapping[str, Clearance]) -> Clearance:
    """The clearance under which the gate signed a receipt; whether the frame is still that one, is not looked at.

    Raises:
        NotCleared: it was not signed under any that this production gave.
    """
    where = f"{clearance.request.shot}, frame {receipt.frame}"
    under = given.get(receipt.clearance_id)
    if under is None or receipt.production_id != clearance.production_id:
        raise NotCleared(where, "its receipt is of a clearance that this production never gave", advice=_AGAIN)
    if not is_signed(under.work_key, PURPOSE, receipt.message(), receipt.signature):
        raise NotCleared(where, "its receipt is forged", advice=_AGAIN)
    return under


def pixels_of(receipts: Sequence[Any], *, where: str) -> str:
    """The root of the pixels of a take by the receipts in its papers.

    Raises:
        Problems: one of them is no receipt.
    """
    return pixels_digest(parse_document(canonical_json(one), Receipt, where=f"{where}: receipts") for one in receipts)


def pixels_digest(receipts: Iterable[Receipt]) -> str:
    """The root over all frames of a take, in order: what an approval of its pixels is bound to."""
    return digest_json([[one.frame, one.content] for one in sorted(receipts, key=lambda one: one.frame)])
