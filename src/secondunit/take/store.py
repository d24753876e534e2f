"""Takes on disk: whole, numbered once, never changed.

A take is put together in ``.t003-partial`` and renamed when it is whole; nobody ever sees half of one.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from secondunit.errors import BrokenStore, NotCleared, Problems, nearest
from secondunit.farm.locks import held
from secondunit.imaging.colour import View
from secondunit.policy.gate import ClearanceGate
from secondunit.policy.receipts import pixels_digest
from secondunit.production import Production
from secondunit.records import digest_file, read_json, safe_name, whole_file, write_json
from secondunit.timebase import FrameRange

_NUMBERED = re.compile(r"t(\d{3,})")
_LAST = ".last-number"  # survives the deletion of takes: a number is never used twice


@dataclass(frozen=True)
class Take:
    """One take.

    Attributes:
        folder: ``takes/<shot>/t003``.
        document: what ``take.json`` says.
    """

    folder: Path
    document: Mapping[str, Any]

    @property
    def name(self) -> str:
        """``t003``."""
        return self.folder.name

    @property
    def shot(self) -> str:
        """The shot it is a take of."""
        return str(self.document["shot"])

    @property
    def id(self) -> str:
        """``EP101_012_0010/t003``: unique in the production."""
        return f"{self.shot}/{self.name}"

    @property
    def frames(self) -> FrameRange:
        """The frames it has."""
        first, end_exclusive = self.document["frames"]
        return FrameRange(int(first), int(end_exclusive))

    @property
    def preview(self) -> bool:
        """Whether it is a quick look and no full take."""
        return bool(self.document["preview"])

    @property
    def words(self) -> str:
        """The brief's text; of a brief that was never written down, what it means as JSON."""
        brief = self.document["brief"]
        return str(brief["text"]) or json.dumps(brief["document"], ensure_ascii=False)

    @property
    def view(self) -> View:
        """How its frames are shown."""
        try:
            return View(self.document["view"])
        except (KeyError, ValueError) as error:
            where, advice = f"take {self.id}: take.json", "Shoot it again (--like)."
            raise BrokenStore(where, "does not say how it is shown", "its 'view'", advice) from error

    def frame_path(self, frame: int) -> Path:
        """The EXR of a frame."""
        return self.folder / "frames" / f"{self.shot}.{frame}.exr"

    def plate_path(self, frame: int) -> Path:
        """The EXR of the plate behind a frame, at the take's size; a still plate is kept once."""
        names = [name for first, name in self.document["plates"] if first <= frame]
        return self.folder / str(names[-1])


def publish(
    production: Production,
    shot: str,
    document: Mapping[str, Any],
    assemble: Callable[[Path, str], Mapping[str, Any]],
    *,
    gate: ClearanceGate,
    result: Path,
    by_hand: bool = False,
    waiting: Callable[[], None],
) -> Take:
    """Put a take together and make it visible in one step; the ledger knows it before anybody sees it.

    Args:
        production: where.
        shot: the shot.
        document: what ``take.json`` shall say.
        assemble: given a folder and the take's name, writes the files; returns what else ``take.json`` shall say, and
            as ``files`` the digests it knows already, as ``relied_on`` the receipts of frames that it went by.
        gate: asked for every frame once more; every frame must have its receipt.
        result: the stage's folder that the frames come from.
        by_hand: whether an artist made that folder.
        waiting: called while another process publishes a take of the same shot.

    Raises:
        BrokenStore: the disk is full; nothing is left behind but the stages' results.
        NotCleared: a frame is no longer cleared, or was not written through the gate.
    """
    if not isinstance(gate, ClearanceGate):
        raise NotCleared(f"take of {shot}", "there is no clearance", "the gate of a clearance that was given")
    takes = production.takes_folder(shot)
    with held(takes / ".lock", waiting=waiting):
        for stale in takes.glob(".t*-partial"):  # of a process that was killed: the lock is ours, so it is dead
            shutil.rmtree(stale)
        for stale in takes.glob(f".{_LAST}-*"):
            stale.unlink()
        name = f"t{_next_number(takes):03d}"
        partial = takes / f".{name}-partial"
        partial.mkdir()
        try:
            more = dict(assemble(partial, name))
            known = more.pop("files", {})
            frames = {frame: partial / "frames" / f"{shot}.{frame}.exr" for frame in FrameRange(*document["frames"])}
            receipts = gate.admit(frames, result, by_hand=by_hand, relied_on=more.pop("relied_on", None))
            names = [path.relative_to(partial).as_posix() for path in sorted(partial.rglob("*")) if path.is_file()]
            files = {one: known.get(one) or digest_file(partial / one) for one in names}
            whole = {"kind": "take", "version": 1, "take": name, "shot": shot, **document, **more, "files": files}
            whole["receipts"] = [one.to_json() for one in receipts]
            write_json(partial / "take.json", whole)
            for path in partial.rglob("*"):
                if path.is_file():
                    path.chmod(0o444)
            with whole_file(takes / _LAST) as temporary:
                temporary.write_text(name[1:], encoding="ascii")
            gate.spend(f"{shot}/{name}", digest_file(partial / "take.json"), pixels_digest(receipts))
            partial.rename(takes / name)
            _flush(takes)
        finally:
            if partial.exists():  # something went wrong
                shutil.rmtree(partial)
    return _read(takes / name)


def read_take(folder: Path) -> Take:
    """The take in ``folder``, wherever it was copied to.

    Raises:
        BrokenStore: there is none, or its document is damaged.
    """
    document = read_json(folder / "take.json", kind="take", version=1)
    keys = {"take", "shot", "frames", "plates", "files", "preview", "size_px", "papers"}
    if missing := sorted(keys - document.keys()):
        raise BrokenStore(str(folder / "take.json"), f"says nothing of {', '.join(missing)}", "the papers of a take")
    return Take(folder, document)


def list_takes(production: Production, shot: str | None = None) -> tuple[Take, ...]:
    """All takes, by shot and number.

    Raises:
        Problems: the documents of some takes are damaged; which, and how.
    """
    takes, damage = takes_and_damage(production, shot)
    if damage:
        raise Problems(damage)
    return takes


def takes_and_damage(
    production: Production, shot: str | None = None
) -> tuple[tuple[Take, ...], tuple[BrokenStore, ...]]:
    """The takes that can be read, and what is wrong with the documents of the others."""
    takes, damage = [], []
    for folder in _folders(production, safe_name(shot, where="shot") if shot else "*", "t*"):
        try:
            takes.append(_read(folder))
        except BrokenStore as error:
            damage.append(error)
    return tuple(takes), tuple(damage)


def find_take(production: Production, text: str) -> Take:
    """The take called ``t003`` or ``SHOT/t003``; other takes, even damaged ones, do not matter.

    Raises:
        BrokenStore: no such take, its document is damaged, or several shots have one of that number.
    """
    shot, _, name = text.rpartition("/")
    where = f"take {text!r}"
    fitting = _folders(production, safe_name(shot, where=where) if shot else "*", safe_name(name, where=where))
    if len(fitting) == 1:
        return _read(fitting[0])
    if fitting:
        ids = ", ".join(_id(folder) for folder in fitting)
        raise BrokenStore(where, f"could be {ids}", "one of them", "Write the shot as well.")
    every = [_id(folder) for folder in _folders(production, "*", "t*")]
    known = nearest(text, every) if every else "There are no takes yet."
    raise BrokenStore(where, "no such take", "a take of this production", known)


def _folders(production: Production, shot: str, name: str) -> list[Path]:
    """Folders of takes by shot and number; ``shot`` and ``name`` are patterns."""
    found = [one for one in (production.folder / "takes").glob(f"{shot}/{name}") if _NUMBERED.fullmatch(one.name)]
    return sorted(found, key=lambda one: (one.parent.name, int(one.name[1:])))


def _read(folder: Path) -> Take:
    take = read_take(folder)
    document = take.document
    if document.get("take") != folder.name or document.get("shot") != folder.parent.name:
        raise BrokenStore(
            str(folder / "take.json"), f"is of {document.get('shot')}/{document.get('take')}", _id(folder)
        )
    return take


def _id(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


def _next_number(takes: Path) -> int:
    there = [int(match[1]) for path in takes.glob("t*") if (match := _NUMBERED.fullmatch(path.name))]
    last = takes / _LAST
    text = last.read_text(encoding="ascii").strip() if last.exists() else "0"
    if not text.isdigit():
        raise BrokenStore(str(last), f"says {text!r}", "the number of the last take", "Write the last number there.")
    return max([int(text), *there]) + 1


def _flush(folder: Path) -> None:
    """Make the rename last through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
