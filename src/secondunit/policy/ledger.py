"""The ledger: what was granted, revoked, locked, decided, approved and opened, in order, and nothing ever taken out.

Every row carries the hash of the row before it and a signature by the production's key over its own hash, so a changed,
moved, added or missing row is named. That rows are missing at the end shows by the heads others have seen: a file in
the show, another in the user's own folder, and every clearance and take.
"""

from __future__ import annotations

import getpass
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from secondunit.errors import BrokenStore, NotCleared
from secondunit.keys import SigningKey, is_signed, key_path, read_key
from secondunit.policy import heads
from secondunit.policy.heads import Head
from secondunit.policy.parts import utc_text
from secondunit.policy.rows import Row, Rows
from secondunit.production import Production, key_name
from secondunit.records import canonical_json

PURPOSE = "ledger-row"
SKEW_S = 300  # how far the clocks of machines that work together may be apart


class Event(StrEnum):
    """What a row says happened."""

    OPENED = "opened"
    PERSON = "person"
    GRANT = "grant"
    REVOCATION = "revocation"
    STRIKE_LOCK = "strike_lock"
    STRIKE_LIFTED = "strike_lifted"
    APPOINTMENT = "appointment"
    APPROVAL = "approval"
    WITHDRAWAL = "withdrawal"
    DECISION = "decision"
    CLEARANCE = "clearance"
    TAKE = "take"
    DELIVERY = "delivery"
    ACCESS = "access"
    MATCH = "match"
    DELETION = "deletion"


@dataclass(frozen=True)
class Finding:
    """Something that is wrong with the ledger, and the row it is about."""

    seq: int
    what: str

    def error(self, where: str) -> BrokenStore:
        """As an error that says what to do."""
        advice = (
            "Nothing is cleared until it is whole: put the newest whole copy back, then 'secondunit ledger verify'."
        )
        return BrokenStore(f"{where}: row {self.seq}", self.what, "the row as it was written", advice)


class Ledger:
    """A production's ledger. Safe from several threads, processes and machines at once.

    Args:
        production: whose.
    """

    def __init__(self, production: Production) -> None:
        self.production = production
        self._rows = Rows(production)

    @property
    def where(self) -> str:
        """The database, without any password."""
        return self._rows.where

    def head(self) -> Head | None:
        """The last row's number and hash; quick, and not checked."""
        return self._rows.head()

    def rows(self) -> tuple[Row, ...]:
        """All rows, in order, after looking that none was changed, moved, added or taken away.

        Raises:
            BrokenStore: the first row that is wrong.
        """
        anchors = heads.seen(self.production)  # before the rows: another process may add one meanwhile
        rows = self._rows.read()
        self._require_whole(rows, anchors)
        return rows

    def problems(self, seen: Iterable[Head] = ()) -> list[Finding]:
        """Everything that is wrong, row by row; every signature is checked.

        Args:
            seen: heads that takes and clearances have seen.
        """
        anchors = heads.seen(self.production)
        rows = self._rows.read()
        found = [*chain_problems(self.production, rows), *head_problems(rows, (*anchors, *seen))]
        return [*found, *_without_witness(rows, anchors)]

    def append(
        self,
        event: Event,
        body: Mapping[str, Any],
        *,
        actor: str = "",
        check: Callable[[Sequence[Row]], None] = lambda rows: None,
    ) -> Row:
        """Add a row. The first one ever is preceded by a row that opens the ledger.

        Args:
            event: what happened.
            body: the document.
            actor: who did it; the user of this machine if not given.
            check: given all rows while nobody else can write; may raise to refuse.

        Raises:
            BrokenStore: the ledger is not whole, or cannot be written.
            NotCleared: this machine has not the production's key.
        """
        key = production_key(self.production)
        with self._rows.writing() as (before, add):
            rows = list(before)
            self._require_whole(rows, heads.seen(self.production))
            if not rows:
                opened = {"production": self.production.id, "title": self.production.title, "key": key.public}
                rows.append(add(self._made(key, rows, Event.OPENED, opened, actor)))
            check(rows)
            row = add(self._made(key, rows, event, body, actor))
        heads.remember(self.production, head_of(row))
        return row

    def _made(self, key: SigningKey, rows: Sequence[Row], event: Event, body: Mapping[str, Any], actor: str) -> Row:
        last = rows[-1] if rows else None
        blank = Row(
            production=self.production.id,
            seq=last.seq + 1 if last else 1,
            at=utc_text(datetime.now(UTC)),
            event=event.value,
            actor=actor or user(),
            body=canonical_json(body),
            prev=last.hash if last else "",
        )
        digest = blank.content_hash()
        return blank.sealed(digest, key.sign(PURPOSE, digest.encode()))

    def _require_whole(self, rows: Sequence[Row], anchors: Sequence[Head]) -> None:
        found = [*chain_problems(self.production, rows, every_signature=False), *head_problems(rows, anchors)]
        for one in (*found, *_without_witness(rows, anchors)):
            raise one.error(self.where)


def chain_problems(production: Production, rows: Sequence[Row], *, every_signature: bool = True) -> list[Finding]:
    """What is wrong inside the chain. The last signature alone vouches for all rows before it, by their hashes."""
    found, prev, expected = [], "", 1
    for row in rows:
        if row.seq != expected:
            missing = f"is missing (the next one is {row.seq})" if row.seq > expected else "is there twice"
            found.append(Finding(min(expected, row.seq), missing))
        elif row.prev != prev:
            found.append(Finding(row.seq, "does not follow from the row before it"))
        if row.content_hash() != row.hash:
            found.append(Finding(row.seq, "was changed: it does not fit its hash"))
        elif (every_signature or row is rows[-1]) and not is_signed(
            production.key, PURPOSE, row.hash.encode(), row.signature
        ):
            found.append(Finding(row.seq, "is not signed by the production's key"))
        prev, expected = row.hash, row.seq + 1
    if rows and (rows[0].event != Event.OPENED or rows[0].content().get("production") != production.id):
        found.append(Finding(1, f"does not open the ledger of {production.id}"))
    return found


def head_problems(rows: Sequence[Row], seen: Iterable[Head]) -> list[Finding]:
    """What others have seen of the ledger that is no longer in it."""
    found: dict[int, str] = {}
    hashes = {row.seq: row.hash for row in rows}
    for head in seen:
        there = hashes.get(head.seq)
        if there is None:
            found.setdefault(head.seq, f"is missing: {head.by} has seen it; the ledger was cut short or is an old copy")
        elif there != head.hash:
            found.setdefault(head.seq, f"is not the row that {head.by} has seen: this is another copy of the ledger")
    return [Finding(seq, what) for seq, what in sorted(found.items())]


def _without_witness(rows: Sequence[Row], anchors: Sequence[Head]) -> list[Finding]:
    """The show's head file must be there; only a crash right after the very first rows leaves it out."""
    if len(rows) <= 2 or any(head.by == heads.SHOW for head in anchors):
        return []
    return [Finding(rows[-1].seq, "has no witness: the show's file ledger.head is missing")]


def head_of(row: Row) -> Head:
    """What a witness keeps of a row."""
    return Head(row.seq, row.hash, row.signature)


def production_key(production: Production) -> SigningKey:
    """The production's signing key, on machines that may write to its ledger.

    Raises:
        NotCleared: it is not here, or not the one that ``production.toml`` names.
    """
    path = key_path(key_name(production.id))
    if not path.is_file():
        raise NotCleared(
            str(path), f"the key of {production.title} is not on this machine", advice="Copy it from where it was made."
        )
    key = read_key(path)
    if key.public != production.key:
        advice = "Put production.toml back as it was."
        raise NotCleared(
            str(production.folder / "production.toml"), "key: is not the key of this production", key.public, advice
        )
    return key


def user() -> str:
    """Who works on this machine."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no such user in the container's password file
        return "unknown"


def text_of(row: Row) -> str:
    """A row in one line for people."""
    body = row.content()
    about = [str(body[name]) for name in ("consent_id", "person_id", "shot", "take", "verdict", "role") if name in body]
    return f"{row.seq:>5}  {row.at}  {row.event:<13} {row.actor:<12} {json.dumps(' '.join(about))[1:-1]}"
