"""Bringing a plate in: the original bytes are copied and never changed; what can be known of them is written beside."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

from secondunit.errors import BadPicture, BrokenStore
from secondunit.imaging.colour import space_name
from secondunit.imaging.files import picture_kind
from secondunit.imaging.movie import movie_kind
from secondunit.plate.files import PlateFiles, plate_folder
from secondunit.plate.inspect import inspect
from secondunit.plate.record import Original, PlateRecord
from secondunit.plate.sequence import find_frames, is_sequence
from secondunit.records import digest_file
from secondunit.timebase import FIRST_FRAME, parse_rate

Report = Callable[[int, int, str], None]

_LEFTOVER_S = 24 * 3600  # an unfinished ingest this old was killed: nobody is still writing it
_COPY_BYTES = 1 << 20


def ingest(
    source: Path | str,
    production_folder: Path | str,
    shot: str,
    *,
    rate: Fraction | str | float | None = None,
    space: str | None = None,
    progress: Report | None = None,
) -> PlateRecord:
    """Copy a photo, movie or image sequence into ``plates/<shot>`` and write down what it is.

    It is there whole or not at all: it is built beside and moved into place. The same bytes again change nothing.

    Args:
        source: a picture; a movie; or a sequence as a folder, a pattern (``plate.####.exr``) or its first file.
        production_folder: the production.
        shot: the shot's name.
        rate: frames a second. A movie brings its own; a sequence needs it unless its files say; a photo is 24
            if nothing is given.
        space: the colour space, if it is known better than the files say.
        progress: called with (done, total, what).

    Raises:
        BadPicture: the source is missing, damaged, too small or large, incomplete, or of no use here.
        BrokenStore: the shot has another plate already, its name cannot be a folder's, or the disk is full.
    """
    source, target = Path(source), plate_folder(Path(production_folder), shot)
    exact = None if rate is None else _rate(rate)
    space = space if space is None else space_name(space, where="--space")
    kind, paths = _what(source)
    if target.is_file() or (target.is_dir() and any(target.iterdir())):
        return _again(target, shot, paths, exact, space)
    report = progress or (lambda done, total, what: None)
    target.parent.mkdir(parents=True, exist_ok=True)
    _sweep(target.parent, shot)
    building = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{shot}-"))
    try:
        files = _copied(paths, building / "original", shot, kind, report)
        record = inspect(building, shot, kind, files, rate=exact, space=space, progress=report)
        record.save(building / "plate.json")
        building.chmod(0o755)
        building.rename(target)
    except BadPicture as error:
        raise _as_given(error, building, paths) from error
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
            return _again(target, shot, paths, exact, space)  # another process was quicker
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise BrokenStore(
                str(target.parent), "the disk is full", advice="Free some space and ingest again."
            ) from error
        raise
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return record


def _rate(rate: Fraction | str | float) -> Fraction:
    try:
        return parse_rate(rate if isinstance(rate, str | int | float) else str(rate))
    except (ValueError, ZeroDivisionError) as error:
        raise BadPicture("--rate", f"{rate!r}", "1 to 240 frames a second, like 24, 23.976 or 24000/1001") from error


def _what(source: Path) -> tuple[str, tuple[Path, ...]]:
    """``photo``, ``movie`` or ``sequence``, and its files."""
    if is_sequence(source):
        return "sequence", find_frames(source)
    if picture_kind(source):
        return "photo", (source,)
    if movie_kind(source):
        return "movie", (source,)
    wanted = "EXR, PNG, JPEG or TIFF; MP4, MOV, MKV, AVI or MXF; or a folder of numbered pictures"
    raise BadPicture(str(source), "is neither a picture nor a movie this project reads", wanted)


def _as_given(error: BadPicture, building: Path, paths: tuple[Path, ...]) -> BadPicture:
    """The error with the file the user gave in place of our unfinished copy of it."""
    copies = sorted((building / "original").iterdir())
    given = next((path for copy, path in zip(copies, paths, strict=False) if copy.name in error.where), None)
    return error if given is None else BadPicture(str(given), error.found, error.wanted, error.advice)


def _again(target: Path, shot: str, paths: tuple[Path, ...], rate: Fraction | None, space: str | None) -> PlateRecord:
    """The record of a plate that is there already, if it is the same plate."""
    if not (target / "plate.json").is_file():
        raise BrokenStore(
            str(target), "is there, but holds no plate", "a free place", "Move it elsewhere, ingest again."
        )
    plate = PlateFiles(target.parent.parent, shot)
    record = plate.record
    advice = "Give the new plate another shot name, or move the old one elsewhere."
    if [digest_file(path) for path in paths] != [file.sha256 for file in record.files]:
        raise BrokenStore(str(target), "the shot has another plate already", "the same files, or a new shot", advice)
    if (rate and record.kind != "movie" and rate != record.rate) or (space and space != record.space):
        found = f"was ingested at {record.rate} frames a second in {record.space}"
        raise BrokenStore(str(target), found, "the same rate and space, or a new shot", advice)
    plate.verify()
    return record


def _sweep(plates: Path, shot: str) -> None:
    """Remove what a killed ingest of this shot left behind."""
    for left in plates.glob(f".{shot}-*"):
        if time.time() - left.stat().st_mtime > _LEFTOVER_S:
            shutil.rmtree(left, ignore_errors=True)


def _copied(paths: tuple[Path, ...], folder: Path, shot: str, kind: str, report: Report) -> tuple[Original, ...]:
    """Copy the files byte for byte, read-only, under names that are safe everywhere."""
    folder.mkdir()
    files = []
    for index, path in enumerate(paths):
        report(index, len(paths), "copying")
        suffix = path.suffix.lower()
        name = f"{shot}.{FIRST_FRAME + index}{suffix}" if kind == "sequence" else f"{shot}{suffix}"
        files.append(Original(name, path.name, _copy(path, folder / name)))
    return tuple(files)


def _copy(source: Path, target: Path) -> str:
    """Copy and return the SHA-256 of what was copied."""
    hashed = hashlib.sha256()
    try:
        reading = source.open("rb")
    except OSError as error:
        raise BadPicture(str(source), f"cannot be read ({error.strerror})", "a readable file") from error
    with reading, target.open("wb") as writing:
        while piece := reading.read(_COPY_BYTES):
            hashed.update(piece)
            writing.write(piece)
        writing.flush()
        os.fsync(writing.fileno())
    target.chmod(0o444)
    return hashed.hexdigest()
