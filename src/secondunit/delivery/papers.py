"""Papers that people get in their hands: a signed consent or approval, a receipt; and whose key is under them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from secondunit.errors import BrokenStore, Problems, SecondUnitError
from secondunit.keys import fingerprint
from secondunit.likeness.recorded import RECEIPT, read_receipt
from secondunit.policy.documents import Approval, Consent
from secondunit.policy.signing import MOST_BYTES, Signed, read_document
from secondunit.provenance.check import Report
from secondunit.records import read_json

_SIGNED = ("consent", "approval")  # kinds of documents that people sign


def examine_paper(path: Path) -> Report | None:
    """Whether the signatures under a paper of ours are of what it says, and by which keys; None if it is no such paper.

    Args:
        path: a JSON file.
    """
    content = _content(path)
    if content is None:
        return None
    try:
        if content["kind"] == RECEIPT:
            gone = read_receipt(path)
            what = f"receipt: {len(gone.items)} references of {gone.person_id} deleted by {gone.by}, {gone.at}"
            return Report(what, path, (), (), (), (f"the production, key {fingerprint(content['key'])}",))
        return _signed(path, str(content["document"]["kind"]))
    except (Problems, BrokenStore) as error:
        problems = error.problems if isinstance(error, Problems) else (error,)
        return Report("a signed paper", path, (), problems)


def _content(path: Path) -> dict[str, Any] | None:
    if path.suffix != ".json" or not path.is_file() or path.stat().st_size > MOST_BYTES:
        return None
    for kind in (RECEIPT, "signed"):
        try:
            found = read_json(path, kind=kind, version=1)
        except SecondUnitError:
            continue
        document = found.get("document")
        known = kind == RECEIPT or (isinstance(document, dict) and document.get("kind") in _SIGNED)
        return found if known else None
    return None


def _signed(path: Path, kind: str) -> Report:
    paper: Signed[Consent] | Signed[Approval]
    paper = read_document(path, Signed[Consent]) if kind == "consent" else read_document(path, Signed[Approval])
    what = f"{kind} for {paper.document.production_id}"
    if not paper.signatures:
        return Report(what, path, (), ())
    return Report(what, path, (), (), (), tuple(_signers(paper, path)))


def _signers(paper: Signed[Consent] | Signed[Approval], path: Path) -> Iterator[str]:
    for one in paper.all_valid(where=str(path)):
        yield f"{one.name}, {one.role}, key {fingerprint(one.key)}"
