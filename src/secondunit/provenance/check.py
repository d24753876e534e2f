"""Checking any file or folder: what it is, who signed it, whether that is trusted, and what changed since."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from secondunit.errors import BrokenStore, SecondUnitError
from secondunit.imaging.exr_reader import read_exr
from secondunit.provenance.media import EXR, JSON, SIDECAR, UNKNOWN, media_type
from secondunit.provenance.pointer import FRAME_KEY, POINTER_KEY, RECORD
from secondunit.provenance.pointer import SIDECAR as FRAMES_SIDECAR
from secondunit.provenance.reading import Credentials, State, read_credentials
from secondunit.provenance.sequence import FrameEntry, FramesRecord, check_frame, check_frames, load_record
from secondunit.provenance.sign import SIDECAR_SUFFIX
from secondunit.provenance.untouched import untouched_of_frame

PlateFrames = Callable[[int], npt.NDArray[np.float32]]
_AGAIN = "Fetch it again from whoever sent it."


@dataclass(frozen=True)
class Report:
    """What was found out.

    Attributes:
        what: is looked at, in words.
        path: where it is.
        credentials: of every signed file in it.
        problems: what does not hold.
        proved: what else was proved, in words.
        keys: who signed a paper with a key of theirs, where there are no credentials.
    """

    what: str
    path: Path
    credentials: tuple[Credentials, ...]
    problems: tuple[SecondUnitError, ...]
    proved: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()

    @property
    def state(self) -> State:
        """The worst of it all."""
        states = {one.state for one in self.credentials} or {State.INTACT if self.keys else State.UNSIGNED}
        if self.problems or State.CHANGED in states:
            return State.CHANGED
        return next(state for state in (State.UNREADABLE, State.UNSIGNED, State.INTACT) if state in states)

    @property
    def trusted(self) -> bool:
        """Whether every signer leads to a trusted root."""
        return bool(self.credentials) and all(one.trusted for one in self.credentials)


def check_path(
    path: Path,
    roots: bytes = b"",
    *,
    plate: PlateFrames | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Report]:
    """One report of a file or sequence, several of a folder of them.

    Args:
        path: a picture, movie, EXR frame, sidecar or folder, ours or a stranger's.
        roots: PEM certificates to trust.
        plate: the plate's frames, scene-linear ACEScg, to prove untouched pixels with.
        progress: told how many frames of a sequence were read.

    Raises:
        BrokenStore: there is nothing to check.
    """
    if path.is_dir():
        reports = list(_folder(path, roots, plate, progress))
        if not reports:
            raise BrokenStore(str(path), "holds nothing that can be signed", "a picture, a movie or a sequence")
        return reports
    if not path.is_file():
        raise BrokenStore(str(path), "is not there", "a file or a folder")
    kind = media_type(path)
    if kind == EXR or path.suffix == ".exr":
        return [check_one_frame(path, roots, plate=plate)]
    if path.name in (RECORD, FRAMES_SIDECAR):
        return [check_sequence(path.parent, roots, plate=plate, progress=progress)]
    if kind == SIDECAR:
        path = _signed_by(path)
    return [_report(one) for one in read_all([path], roots)]


def check_sequence(
    folder: Path,
    roots: bytes = b"",
    *,
    plate: PlateFrames | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """The frames in ``folder`` against their signed record."""
    credentials, record, problems = _record(folder, roots)
    if record is None:
        return Report("EXR sequence", folder, credentials, tuple(problems))
    changed = check_frames(folder, record, progress=progress)
    problems += changed
    proved = [] if problems else [f"{len(record.frames)} frames are those that were signed: none changed or missing."]
    if plate is not None:
        wheres = {one.where for one in changed}  # a frame that was changed is not decoded: it may be made to hurt
        sound = [entry for entry in record.frames if f"{folder / entry.name}: frame {entry.frame}" not in wheres]
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            each = pool.map(lambda entry: list(_touched(folder / entry.name, entry, plate)), sound)
            wrong = [one for found in each for one in found]
        proved += [] if problems or wrong else ["Untouched pixels are the plate's in every frame."]
        problems += wrong
    numbers = f"{record.frames[0].frame} to {record.frames[-1].frame}"
    what = f"EXR sequence of {record.shot} {record.take}, frames {numbers}"
    return Report(what, folder, credentials, tuple(problems), tuple(proved))


def check_one_frame(path: Path, roots: bytes = b"", *, plate: PlateFrames | None = None) -> Report:
    """One EXR frame alone: its header names the sidecar, and its leaf and path lead to the signed root."""
    try:
        _, header = read_exr(path, only=())
    except SecondUnitError as error:
        return Report("EXR frame", path, (Credentials(path, EXR, State.UNREADABLE),), (error,))
    listed = header.get(POINTER_KEY) == FRAMES_SIDECAR
    if not listed and not (path.parent / RECORD).is_file():
        return _report(read_all([path], roots)[0])
    credentials, record, problems = _record(path.parent, roots)
    number = header.get(FRAME_KEY)
    what = f"EXR frame {number}" if isinstance(number, int) else "EXR frame"
    if record is None:
        return Report(what, path, credentials, tuple(problems))
    wrong = check_frame(path, record, number if isinstance(number, int) and number >= 0 else 0)
    problems += [wrong] if wrong else []
    proved = [] if problems else [f"It is frame {number} of {record.shot} {record.take} as it was signed."]
    entry = next((one for one in record.frames if one.name == path.name), None)
    if plate is not None and entry and not problems:
        touched = list(_touched(path, entry, plate))
        proved += [] if touched else ["Its untouched pixels are the plate's."]
        problems += touched
    return Report(what, path, credentials, tuple(problems), tuple(proved))


def read_all(paths: Sequence[Path], roots: bytes) -> list[Credentials]:
    """Credentials of the files that are there; of one that cannot be opened that it is unreadable."""
    there = [path for path in paths if path.is_file()]
    found = dict(zip(there, read_credentials(there, roots), strict=True))
    return [found.get(path) or Credentials(path, UNKNOWN, State.UNREADABLE, problems=("is missing",)) for path in paths]


def _record(folder: Path, roots: bytes) -> tuple[tuple[Credentials, ...], FramesRecord | None, list[SecondUnitError]]:
    """The signed record of a folder's frames; None if it does not hold."""
    path = folder / RECORD
    for part in (path, folder / FRAMES_SIDECAR):
        if not part.is_file():
            return (), None, [BrokenStore(str(part), "is missing", "the signed record of the frames", _AGAIN)]
    credentials = read_credentials([path], roots)
    if credentials[0].state is not State.INTACT:
        found = "; ".join(credentials[0].problems) or credentials[0].state.value
        return tuple(credentials), None, [BrokenStore(str(path), found, "the record as it was signed", _AGAIN)]
    try:
        record = load_record(path)
    except SecondUnitError as error:
        return tuple(credentials), None, [error]
    if credentials[0].record.get("root") != record.root:
        wrong = BrokenStore(str(path), "another root was signed", str(credentials[0].record.get("root")), _AGAIN)
        return tuple(credentials), None, [wrong]
    return tuple(credentials), record, []


def _touched(path: Path, entry: FrameEntry, plate: PlateFrames) -> Iterator[SecondUnitError]:
    if not path.is_file():
        return
    try:
        if untouched_of_frame(path, plate(entry.frame)) != entry.untouched:
            where = f"{path}: frame {entry.frame}"
            yield BrokenStore(where, "untouched pixels are not this plate's", "the plate, bit for bit, under matte 0")
    except SecondUnitError as error:
        yield error


def _folder(
    folder: Path, roots: bytes, plate: PlateFrames | None, progress: Callable[[int, int], None]
) -> Iterator[Report]:
    """Sequences below ``folder``, then every other file that could be signed."""
    inside = sorted(one for one in folder.rglob("*") if one.is_file() and not one.name.startswith("."))
    sequences = sorted({one.parent for one in inside if one.name in (RECORD, FRAMES_SIDECAR)})
    for sequence in sequences:
        yield check_sequence(sequence, roots, plate=plate, progress=progress)
    kinds = {one: media_type(one) for one in inside}
    listed = {one for one in inside if one.parent in sequences and kinds[one] == EXR}
    files = [one for one in inside if one not in listed and kinds[one] not in (UNKNOWN, JSON, SIDECAR)]
    for one in files:
        if kinds[one] == EXR:
            yield check_one_frame(one, roots, plate=plate)
    for found in read_all([one for one in files if kinds[one] != EXR], roots):
        yield _report(found)


def _report(one: Credentials) -> Report:
    wrong = one.state in (State.CHANGED, State.UNREADABLE)
    problems = [BrokenStore(str(one.path), text, "as it was signed", _AGAIN) for text in one.problems] if wrong else []
    return Report(one.kind, one.path, (one,), tuple(problems))


def _signed_by(sidecar: Path) -> Path:
    """The file a sidecar speaks of."""
    beside: list[Any] = [one for one in sidecar.parent.glob(f"{sidecar.stem}.*") if one.suffix != SIDECAR_SUFFIX]
    if len(beside) == 1:
        return Path(beside[0])
    found = "no file" if not beside else f"{len(beside)} files"
    raise BrokenStore(str(sidecar), f"{found} of its name beside it", f"the one file it speaks of: {sidecar.stem}.*")
