"""What takes have seen of the ledger: a copy of it that lacks those rows is cut short or old."""

from __future__ import annotations

from collections.abc import Iterable

from secondunit.errors import BrokenStore
from secondunit.policy.clearance import Clearance
from secondunit.policy.heads import Head
from secondunit.policy.signing import parse_document
from secondunit.production import Production
from secondunit.records import canonical_json
from secondunit.take.store import Take


def heads_of(production: Production, takes: Iterable[Take]) -> list[Head]:
    """The ledger's end as each take's clearance saw it; a clearance that nobody signed has seen nothing.

    Raises:
        BrokenStore, Problems: a take holds no clearance.
    """
    seen = []
    for take in takes:
        where = f"take {take.id}"
        try:
            text = canonical_json(take.document.get("clearance"))
        except ValueError as error:
            raise BrokenStore(f"{where}: clearance", "holds a number that is not finite", "a clearance") from error
        clearance = parse_document(text, Clearance, where=where)
        head = clearance.head(where)
        if head is not None and clearance.is_genuine(production):
            seen.append(head)
    return seen
