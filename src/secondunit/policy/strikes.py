"""Strike locks: while one stands, nothing that needs a performer's consent is done."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from secondunit.errors import BrokenStore
from secondunit.policy.documents import StrikeLock
from secondunit.policy.ledger import Event, Ledger
from secondunit.policy.parts import utc_text
from secondunit.policy.rows import Row
from secondunit.policy.standing import book_of


def lock(ledger: Ledger, *, union: str, reason: str, by: str) -> StrikeLock:
    """Lock all work on members of ``union``; ``*`` for everybody.

    Raises:
        BrokenStore: something is not said.
    """
    for name, text in (("union", union), ("reason", reason), ("by", by)):
        if not text.strip():
            raise BrokenStore(f"--{name}", "nothing", "a few words")
    made = StrikeLock(
        lock_id=f"s-{secrets.token_hex(4)}", union=union, reason=reason, by=by, at=utc_text(datetime.now(UTC))
    )
    ledger.append(Event.STRIKE_LOCK, made.to_json())
    return made


def lift(ledger: Ledger, lock_id: str, *, by: str, reason: str = "") -> Row:
    """Lift a lock.

    Raises:
        BrokenStore: nobody is named, or no such lock stands.
    """
    if not by.strip():
        raise BrokenStore("--by", "no name", "the name of who lifts it")

    def stands(rows: Sequence[Row]) -> None:
        if lock_id not in book_of(rows).locks:
            raise BrokenStore(f"strike lock {lock_id}", "does not stand", advice="See: secondunit strike SHOW.")

    body = {"kind": "strike_lifted", "version": 1, "lock_id": lock_id, "by": by, "reason": reason}
    return ledger.append(Event.STRIKE_LIFTED, body, check=stands)
