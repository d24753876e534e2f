"""Everything a production holds that a rights report speaks of, read from disk once. It writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from secondunit.delivery.rights._history import Decided, Given, approvals_given, decisions, revoked_in
from secondunit.delivery.rights._takes import TakeFound, doubtful, take_found, untold_takes
from secondunit.delivery.rights._veil import Veil, veil_of
from secondunit.errors import SecondUnitError
from secondunit.likeness.papers import LikenessAccess, LikenessDeletion
from secondunit.likeness.recorded import open_store
from secondunit.likeness.store import FOLDER as LIKENESS
from secondunit.likeness.store import Holding
from secondunit.policy.documents import Standing
from secondunit.policy.heads import Head
from secondunit.policy.ledger import Event, Finding, Ledger
from secondunit.policy.parts import utc_text
from secondunit.policy.rows import Row
from secondunit.policy.rules import Pack, load_packs
from secondunit.policy.standing import standing_from
from secondunit.production import Production
from secondunit.take.store import Take, takes_and_damage
from secondunit.take.witness import heads_of
from secondunit.works.register import Work, WorksRegister

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class LikenessFound:
    """What is held of people's faces, and what was done with it.

    Attributes:
        holdings: person by person; nothing was opened.
        accesses: the ledger's rows about it, oldest first.
        deletions: receipts, oldest first.
        confirmed: how many faces people named or ruled out, by shot.
    """

    holdings: tuple[Holding, ...] = ()
    accesses: tuple[LikenessAccess, ...] = ()
    deletions: tuple[LikenessDeletion, ...] = ()
    confirmed: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Gathered:
    """All that the report is made from.

    Attributes:
        production: whose.
        now: the moment it speaks of, ISO 8601 UTC.
        rows: the ledger; empty if it is not whole, since nothing can then be said to hold.
        wrong: what is wrong with the ledger.
        packs: the rule packs in force.
        standing: what holds now.
        decided: every decision.
        given: every approval, by digest.
        revoked: row of the revocation, by consent_id.
        takes: on disk, in the ledger, or both.
        damage: takes whose papers cannot be read.
        likeness: what is held of faces.
        works: those that may not be copied.
        veil: takes names out of texts.
        verified: whether every frame was read.
        take: the only take it is about; empty for the whole production.
    """

    production: Production
    now: str
    rows: tuple[Row, ...]
    wrong: tuple[Finding, ...]
    packs: Sequence[Pack]
    standing: Standing
    decided: tuple[Decided, ...]
    given: dict[str, Given]
    revoked: dict[str, int]
    takes: tuple[TakeFound, ...]
    damage: tuple[str, ...]
    likeness: LikenessFound
    works: tuple[Work, ...]
    veil: Veil
    verified: bool
    take: str = ""


def gather(
    production: Production,
    *,
    verify: bool = False,
    now: str | None = None,
    progress: Progress = lambda done, total: None,
) -> Gathered:
    """Read a production.

    Args:
        production: whose.
        verify: also read every frame of every take: its signature, its untouched pixels, the works it may be like.
        now: the moment to speak of; this machine's clock if not given.
        progress: told how many frames were verified.

    Raises:
        BrokenStore: a rule pack, the likeness store or the register of works is damaged or missing.
    """
    moment = now or utc_text(datetime.now(UTC))
    on_disk, damaged = takes_and_damage(production)
    seen, unread = _seen(production, on_disk)
    ledger, packs = Ledger(production), load_packs(production)
    wrong = tuple(ledger.problems(seen))
    rows = () if wrong else ledger.rows()
    standing, decided = standing_from(production, rows, now=moment), decisions(rows)
    register = WorksRegister(production.folder)
    by_take = {one.take: one for one in decided if one.take}
    doubts = {take.id: doubtful(take, by_take.get(take.id)) for take in on_disk}
    frames = sum(len(take.frames) for take in on_disk if doubts[take.id] is None)
    takes, before = [], 0
    for take in on_disk:
        found = doubts[take.id]
        if found is None:
            known, shown = by_take[take.id], _further(progress, before, frames)
            found = take_found(production, take, known, standing, packs, register, verify=verify, progress=shown)
            before += len(take.frames)
        takes.append(found)
    return Gathered(
        production=production,
        now=moment,
        rows=rows,
        wrong=wrong,
        packs=packs,
        standing=standing,
        decided=decided,
        given=approvals_given(rows),
        revoked=revoked_in(rows),
        takes=(*takes, *untold_takes(decided, (take.id for take in on_disk))),
        damage=tuple(inside(production, one) for one in (*damaged, *unread)),
        likeness=_likeness(production, rows),
        works=tuple(register.works),
        veil=veil_of(rows),
        verified=verify,
    )


def _seen(production: Production, takes: Iterable[Take]) -> tuple[list[Head], list[SecondUnitError]]:
    """What the takes have seen of the ledger, and what is wrong with those that hold no clearance."""
    seen: list[Head] = []
    wrong: list[SecondUnitError] = []
    for take in takes:
        try:
            seen += heads_of(production, [take])
        except SecondUnitError as error:
            wrong.append(error)
    return seen, wrong


def _further(progress: Progress, before: int, total: int) -> Progress:
    return lambda done, _: progress(before + done, total)


def inside(production: Production, error: SecondUnitError) -> str:
    """An error in words, with paths from the production's folder on: the rest is this machine's."""
    text = f"{error.where}: {error.found}" + (f"; wanted {error.wanted}" if error.wanted else "")
    return text.replace(f"{production.folder}/", "").replace(str(production.folder), "the production")


def _likeness(production: Production, rows: Iterable[Row]) -> LikenessFound:
    rows = tuple(rows)
    there = (production.folder / LIKENESS / "store.json").exists()
    confirmed: dict[str, int] = {}
    for row in rows:
        if row.event == Event.MATCH:
            shot = str(row.content().get("shot", ""))
            confirmed[shot] = confirmed.get(shot, 0) + 1
    return LikenessFound(
        holdings=open_store(production, by="").holdings() if there else (),
        accesses=tuple(
            LikenessAccess.model_validate_json(row.body)
            for row in rows
            if row.event == Event.ACCESS and row.content().get("kind") == "likeness_access"
        ),
        deletions=tuple(LikenessDeletion.model_validate_json(row.body) for row in rows if row.event == Event.DELETION),
        confirmed=confirmed,
    )
