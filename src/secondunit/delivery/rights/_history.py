"""What the ledger's rows say was asked, decided, approved and shot, in order. Pure: rows in, history out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from secondunit.policy.documents import Approval, Revocation, Withdrawal
from secondunit.policy.facts import Request
from secondunit.policy.ledger import Event
from secondunit.policy.rows import Row
from secondunit.policy.signing import Signed, parse_document
from secondunit.records import canonical_json, digest_json

_REQUEST = TypeAdapter(Request)


@dataclass(frozen=True)
class Decided:
    """One decision, and the take that came of it.

    Attributes:
        seq: its row in the ledger.
        at: when.
        request: what was asked.
        verdict: cleared, needs, refused or unknown.
        reasons: the rules that spoke, as ``decide.Decision.to_json`` writes them.
        needs: what was wanted of whom.
        missing: fields that nobody answered.
        consents: digests of those it rests on.
        approvals: digests of those it rests on.
        clearance_id: of the clearance that was given; empty if none was.
        packs: id, version and digest of the rule packs that cleared it.
        take: ``SHOT/t003``; empty if none came of it.
        pixels: root of the take's pixels, as the ledger has it.
        document: SHA-256 of the take's ``take.json``, as the ledger has it.
    """

    seq: int
    at: str
    request: Request
    verdict: str
    reasons: tuple[Mapping[str, Any], ...]
    needs: tuple[Mapping[str, Any], ...]
    missing: tuple[str, ...]
    consents: tuple[str, ...] = ()
    approvals: tuple[str, ...] = ()
    clearance_id: str = ""
    packs: tuple[tuple[str, int, str], ...] = ()
    take: str = ""
    pixels: str = ""
    document: str = ""


@dataclass(frozen=True)
class SameUse:
    """Decisions that asked the same and were answered the same, for the same reasons; oldest first."""

    times: tuple[Decided, ...]

    @property
    def last(self) -> Decided:
        """The newest of them."""
        return self.times[-1]


@dataclass(frozen=True)
class Given:
    """An approval as the ledger has it.

    Attributes:
        approval: the document.
        seq: its row.
        keys: the public keys that signed it.
        withdrawn: the row in which it was taken back; 0 while it was not.
    """

    approval: Approval
    seq: int
    keys: tuple[str, ...]
    withdrawn: int = 0


def decisions(rows: Iterable[Row]) -> tuple[Decided, ...]:
    """Every decision that the ledger keeps, oldest first.

    Raises:
        ValidationError: a row holds no request; the ledger does not write such rows.
    """
    rows = tuple(rows)
    shot = {str(one["clearance"]): one for one in (row.content() for row in rows if row.event == Event.TAKE)}
    asked = (row for row in rows if row.event in (Event.DECISION, Event.CLEARANCE, Event.DELIVERY))
    return tuple(_decided(row, shot) for row in asked if "request" in row.content())  # a stop under way asks nothing


def _decided(row: Row, shot: Mapping[str, Mapping[str, Any]]) -> Decided:
    body = row.content()
    decision = body if row.event == Event.DECISION else body["decision"]
    clearance_id = str(body.get("clearance_id", ""))
    take = shot.get(clearance_id, {}) if clearance_id else {}
    return Decided(
        seq=row.seq,
        at=row.at,
        request=_REQUEST.validate_json(canonical_json(body["request"])),
        verdict=str(decision["verdict"]),
        reasons=tuple(decision["reasons"]),
        needs=tuple(decision["needs"]),
        missing=tuple(decision["missing"]),
        consents=tuple(decision["consents"]),
        approvals=tuple(decision["approvals"]),
        clearance_id=clearance_id,
        packs=tuple((str(name), int(version), str(digest)) for name, version, digest in body.get("packs", ())),
        take=str(take.get("take", "")),
        pixels=str(take.get("pixels", "")),
        document=str(take.get("document", "")),
    )


def same_uses(decided: Iterable[Decided]) -> tuple[SameUse, ...]:
    """Decisions put together where only the moment, the brief or the plate differ; by shot, then in time."""
    found: dict[str, list[Decided]] = {}
    for one in decided:
        found.setdefault(_sameness(one), []).append(one)
    uses = [SameUse(tuple(times)) for times in found.values()]
    return tuple(sorted(uses, key=lambda use: (use.times[0].request.shot, use.times[0].seq)))


def newest(decided: Iterable[Decided]) -> tuple[Decided, ...]:
    """The last word on every kind of use of every shot, shot or delivered, and of every person in it: a brief that was
    mended counts.
    """
    last = {}
    for one in decided:
        asked = one.request
        people = tuple(sorted(change.person_id for change in asked.people))
        last[asked.shot, asked.kind, asked.use, asked.step, people] = one
    return tuple(last.values())


def approvals_given(rows: Iterable[Row]) -> dict[str, Given]:
    """Every approval ever given, by digest, with what became of it."""
    found: dict[str, Given] = {}
    for row in rows:
        where = f"ledger, row {row.seq}"
        if row.event == Event.APPROVAL:
            signed = parse_document(row.body, Signed[Approval], where=where)
            found[signed.document.digest] = Given(signed.document, row.seq, tuple(one.key for one in signed.signatures))
        elif row.event == Event.WITHDRAWAL:
            withdrawn = parse_document(row.body, Withdrawal, where=where).approval
            if withdrawn in found:
                given = found[withdrawn]
                found[withdrawn] = Given(given.approval, given.seq, given.keys, row.seq)
    return found


def revoked_in(rows: Iterable[Row]) -> dict[str, int]:
    """The row in which a consent was taken back, by consent_id."""
    return {
        parse_document(row.body, Revocation, where=f"ledger, row {row.seq}").consent_id: row.seq
        for row in rows
        if row.event == Event.REVOCATION
    }


def _sameness(one: Decided) -> str:
    apart = ("brief_digest", "plate_digest", "take", "pixels_digest")
    asked = {key: value for key, value in one.request.to_json().items() if key not in apart}
    reasons = [{key: value for key, value in reason.items() if key != "answers"} for reason in one.reasons]
    return digest_json([asked, one.verdict, reasons])
