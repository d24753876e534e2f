"""Proving a delivery, by whoever got it: every file against the signed record, and what the files say of themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from secondunit.delivery.record import NAME, Delivery, Names, read_delivery
from secondunit.errors import BrokenStore, SecondUnitError
from secondunit.keys import fingerprint
from secondunit.provenance.check import PlateFrames, Report, check_sequence, read_all
from secondunit.records import digest_file

_AGAIN = "Ask for it again."


def examine_delivery(
    folder: Path,
    roots: bytes = b"",
    *,
    plate: PlateFrames | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """All there is to know of a delivered folder; it needs nothing of the production.

    Args:
        folder: with ``delivery.json``.
        roots: PEM certificates to trust.
        plate: a copy of the plate, to prove untouched pixels with.
        progress: told how many frames were read.

    Raises:
        BrokenStore: the record cannot be read.
        Problems: all that is wrong with the record's form.
    """
    record = read_delivery(folder)
    named = Names(record.temp)
    sequence = check_sequence(folder / named.frames, roots, plate=plate, progress=progress)
    credentials = (*sequence.credentials, *read_all([folder / named.movie, folder / named.sheet], roots))
    problems = [*sequence.problems, *_signature(folder, record), *_files(folder, record, named)]
    for one in credentials:
        if (one.record.get("shot"), one.record.get("take")) != (record.shot, record.take.rpartition("/")[2]):
            problems.append(BrokenStore(str(one.path), "is not of the take in the record", record.take, _AGAIN))
    proved = list(sequence.proved)
    if not problems:
        signed = fingerprint(record.production_key)
        proved.append(f"{len(record.files)} other files are those of the delivery's record, signed {signed}.")
    what = f"delivery of {record.take} for {record.use} use{', TEMP' if record.temp else ''}"
    return Report(what, folder, credentials, tuple(problems), tuple(proved))


def _signature(folder: Path, record: Delivery) -> Iterator[SecondUnitError]:
    if not record.is_genuine():
        yield BrokenStore(str(folder / NAME), "is not as it was signed", "the record as it was signed", _AGAIN)


def _files(folder: Path, record: Delivery, named: Names) -> Iterator[SecondUnitError]:
    """Every file on the list; and files that are neither on it nor frames, whose own record was checked."""
    for name, digest in record.files.items():
        path = folder / name
        if not path.is_file():
            yield BrokenStore(str(path), "is missing", "the file as it was delivered", _AGAIN)
        elif digest_file(path) != digest:
            yield BrokenStore(str(path), "was changed", "the file as it was delivered", _AGAIN)
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    for name in sorted(one for one in there - {*record.files, NAME} if not _is_frame(one, named)):
        yield BrokenStore(str(folder / name), "does not belong to the delivery", advice="Move it elsewhere.")


def _is_frame(name: str, named: Names) -> bool:
    return name.startswith(f"{named.frames}/") and name.endswith(".exr")
