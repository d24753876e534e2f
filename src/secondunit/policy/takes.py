"""Takes and the ledger: a take that the ledger does not know, or knows otherwise, was not shot here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from secondunit.errors import BrokenStore, NotCleared
from secondunit.policy.ledger import Event, Ledger
from secondunit.policy.receipts import Receipt, pixels_digest
from secondunit.policy.signing import parse_document
from secondunit.production import Production
from secondunit.records import canonical_json, digest_file, read_json


def recorded(
    production: Production,
    take: str,
    folder: Path,
    *,
    frames: bool = True,
    digest: Callable[[Path], str] = digest_file,
) -> str:
    """The root of a take's pixels, after looking that ledger, papers and frames all say the same.

    Args:
        production: whose.
        take: ``SHOT/t003``.
        folder: where it is.
        frames: whether to read every frame too; else the papers only.
        digest: SHA-256 of a file; for callers that have just read the frames.

    Raises:
        NotCleared: the ledger does not know it.
        BrokenStore: its papers or one of its frames were changed since.
    """
    path = folder / "take.json"
    body = next(
        (
            row.content()
            for row in reversed(Ledger(production).rows())
            if row.event == Event.TAKE and row.content().get("take") == take
        ),
        None,
    )
    if body is None:
        raise NotCleared(f"take {take}", "the ledger does not know it", "a take that was shot in this production")
    if digest_file(path) != body["document"]:
        raise BrokenStore(str(path), "was changed after the take was shot", advice="Shoot it again (--like).")
    document = read_json(path, kind="take", version=1)
    receipts = [parse_document(canonical_json(one), Receipt, where=f"{path}: receipts") for one in document["receipts"]]
    for one in receipts if frames else ():
        frame = folder / "frames" / f"{one.shot}.{one.frame}.exr"
        if not frame.is_file() or digest(frame) != one.content:
            raise BrokenStore(str(frame), "is missing or was changed", "the frame as it was shot")
    pixels = pixels_digest(receipts)
    if pixels != body["pixels"]:
        raise BrokenStore(str(path), "its receipts are not those of the ledger")
    return pixels
