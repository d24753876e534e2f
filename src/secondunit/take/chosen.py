"""Which take stands for a shot: the one whose pixels were approved, or else the newest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from secondunit.errors import BrokenStore
from secondunit.policy.receipts import pixels_of
from secondunit.policy.standing import standing_of
from secondunit.production import Production
from secondunit.take.store import Take


@dataclass(frozen=True)
class Chosen:
    """A take, and why it is this one."""

    take: Take
    why: str


def choose(production: Production, takes: Sequence[Take], named: Sequence[Take] = ()) -> tuple[Chosen, ...]:
    """One take a shot, by shot: as named; else the newest that is approved; else the newest in full; else the newest.

    Raises:
        BrokenStore: two takes of one shot are named, or the ledger is not whole.
    """
    standing = standing_of(production)
    out = []
    for shot in sorted({take.shot for take in (*takes, *named)}):
        mine = [take for take in takes if take.shot == shot]
        asked = [take for take in named if take.shot == shot]
        if len(asked) > 1:
            found = " and ".join(take.id for take in asked)
            raise BrokenStore("--take", f"{found} are of one shot", "one take of each shot")
        if asked:
            out.append(Chosen(asked[0], "as named"))
            continue
        full = [take for take in mine if not take.preview]
        for take in reversed(full):
            pixels = pixels_of(take.document["receipts"], where=take.id)
            by = [f"{one.by}, {one.role}" for one in standing.approvals_of_take(take.id, pixels)]
            if by:
                out.append(Chosen(take, f"approved by {'; '.join(by)}"))
                break
        else:
            out.append(Chosen(full[-1], "the newest") if full else Chosen(mine[-1], "the newest, a preview"))
    return tuple(out)
