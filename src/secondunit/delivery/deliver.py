"""The door: a take leaves whole, checked and on record, or it does not leave.

    checks -> copies and papers, aside -> a row in the ledger -> one rename

Nobody ever sees half a delivery: it is put together in a hidden folder beside its place.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from secondunit.delivery.checks import Leaving, Passed, decide_again, is_temp, require_deliverable
from secondunit.delivery.conform import TIMELINE, timeline_of
from secondunit.delivery.readme import readme_of
from secondunit.delivery.record import NAME, README, REPORT, Delivery, Names, delivery_of
from secondunit.delivery.rights.content import rights_report
from secondunit.delivery.rights.html import to_html
from secondunit.delivery.rights.pdf import to_pdf
from secondunit.effects.base import StopFlag
from secondunit.effects.running import Watch, unwatched
from secondunit.errors import BrokenStore, Stopped
from secondunit.farm.locks import held
from secondunit.policy.ledger import Event, Ledger, production_key, user
from secondunit.policy.standing import standing_from
from secondunit.production import Production
from secondunit.records import digest_bytes, digest_file, whole_file, write_json
from secondunit.take.credentials import PREVIEW, SHEET
from secondunit.take.store import Take, find_take

_PIECE_BYTES = 1 << 20  # read at once when copying


@dataclass(frozen=True)
class Delivered:
    """What left.

    Attributes:
        folder: where it stands.
        record: what ``delivery.json`` says.
        passed: what it rests on.
    """

    folder: Path
    record: Delivery
    passed: Passed


def deliver(
    production: Production | Path | str,
    take: Take | str,
    to: Path | str,
    *,
    step: Leaving = "export",
    by: str = "",
    progress: Watch = unwatched,
    stop: StopFlag | None = None,
) -> Delivered:
    """Deliver a take into the folder ``to``, new or empty.

    Args:
        production: the production or its folder.
        take: the take, or ``t003`` or ``SHOT/t003``.
        to: where; its name says TEMP exactly if the take is not final.
        step: as what it leaves: ``export`` to a house that works for the production, ``transfer`` to somebody who works
            for themselves, ``release`` to the public. Rules may ask more of the latter two.
        by: who delivers; the user of this machine if not given.
        progress: told how far each step is.
        stop: set it to stop at the next safe point.

    Raises:
        Problems: everything that stops it, all at once; nothing was written.
        BrokenStore: the disk is full or cannot be written; nothing is left.
        Stopped: by ``stop``; nothing is left.
    """
    production = production if isinstance(production, Production) else Production.open(Path(production))
    take = take if isinstance(take, Take) else find_take(production, take)
    to, by = Path(to).absolute(), by.strip() or user()

    def watch(stage: str, done: int, total: int, what: str = "") -> None:
        if stop:
            raise Stopped(f"delivery of {take.id}", "stopped by the user", advice="Nothing was delivered.")
        progress(stage, done, total, what)

    passed = require_deliverable(production, take, to, step=step, progress=watch)
    with held(production.folder / ".deliver.lock", waiting=lambda: watch("deliver", 0, 0)):
        aside = to.parent / f".{to.name}-partial-{production.id}"
        try:
            shutil.rmtree(aside, ignore_errors=True)  # of a process that was killed: the lock is ours, so it is dead
            record = _put_together(production, take, passed, _made(aside), by=by, watch=watch)
            _record(production, passed, record, aside, to)
            _appear(aside, to)
        except OSError as error:
            advice = "Is the disk full, mounted, and may you write there? Then run the same command again."
            raise BrokenStore(str(error.filename or to), f"{error.strerror}", "a delivery", advice) from error
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    return Delivered(to, record, passed)


def _put_together(
    production: Production, take: Take, passed: Passed, folder: Path, *, by: str, watch: Watch
) -> Delivery:
    """Copies and papers; returns the record, signed and written."""
    key, named = production_key(production), Names(is_temp(take))
    listed = dict(take.document["files"])
    extras = set() if take.document["plates"] else set(take.document["extras"])  # drawings, models, the set's book
    names = [name for name in listed if name.startswith("frames/") or name in {PREVIEW, SHEET, *extras}]
    files = {}
    for done, name in enumerate(names):
        watch("deliver", done, len(names))
        digest = _copy(take.folder / name, folder / named.of(name), listed[name])
        if not name.endswith(".exr"):  # frames are in their own record
            files[named.of(name)] = digest
    report = rights_report(production, take=take.id, leaves=True)
    papers = {
        named.of(TIMELINE): timeline_of(production, take, named),
        f"{REPORT}.html": to_html(report).encode(),
        f"{REPORT}.pdf": to_pdf(report),
        README: readme_of(production, take, named, step=passed.request.step, by=by, key=key.public).encode(),
    }
    for name, data in papers.items():
        with whole_file(folder / name) as temporary:
            temporary.write_bytes(data)
        files[name] = digest_bytes(data)
    record = delivery_of(production, take, passed, files, by=by, key=key)
    write_json(folder / NAME, record.to_json())
    for one in (*(path for path in folder.rglob("*") if path.is_dir()), folder):
        _flush(one)
    watch("deliver", len(names), len(names))
    return record


def _copy(source: Path, target: Path, digest: str) -> str:
    """Copy a file, hashing what is copied; returns its digest.

    Raises:
        BrokenStore: it is no longer the file that was checked, or there is no room.
    """
    content = hashlib.sha256()
    with whole_file(target) as temporary:
        with source.open("rb") as from_, temporary.open("wb") as to:
            for piece in _pieces(from_):
                content.update(piece)
                to.write(piece)
        if content.hexdigest() != digest:
            raise BrokenStore(str(source), "was changed while it was delivered", "the file as it was shot")
    return digest


def _pieces(file: object) -> Iterator[bytes]:
    while piece := file.read(_PIECE_BYTES):  # type: ignore[attr-defined]
        yield piece


def _record(production: Production, passed: Passed, record: Delivery, aside: Path, to: Path) -> None:
    """The row in the ledger; the question is asked once more while nobody else can write there."""
    body = {
        "delivery": record.delivery_id,
        "take": record.take,
        "document": digest_file(aside / NAME),
        "pixels": record.pixels_digest,
        "folder": to.name,
        "by": record.by,
        "temp": record.temp,
        "request": passed.request.to_json(),
        "decision": passed.decision.to_json(),
        "packs": list(record.packs),
    }
    Ledger(production).append(
        Event.DELIVERY,
        body,
        check=lambda rows: decide_again(production, passed, standing_from(production, tuple(rows))),
    )


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _appear(aside: Path, to: Path) -> None:
    """Put it in its place in one step; an empty folder there gives way, anything else does not."""
    if to.is_dir():
        to.rmdir()  # not every network disk renames onto an empty folder
    aside.rename(to)
    _flush(to.parent)


def _flush(folder: Path) -> None:
    """Make names last through a power cut, on file systems that can promise it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # what some network and memory-card disks say
            raise
    finally:
        os.close(handle)
