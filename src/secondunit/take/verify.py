"""Proving a take: every file is as it was signed, and every untouched pixel is the plate's, bit for bit."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from secondunit.errors import BrokenStore, SecondUnitError
from secondunit.farm.executor import in_order
from secondunit.imaging.exr import PLAIN
from secondunit.imaging.files import read_picture
from secondunit.plate.files import PlateFiles, plate_pixels
from secondunit.policy.takes import recorded
from secondunit.production import Production
from secondunit.provenance.check import PlateFrames, Report, check_sequence, read_all
from secondunit.provenance.media import EXR, media_type
from secondunit.provenance.pointer import RECORD
from secondunit.provenance.reading import Credentials, State
from secondunit.provenance.sequence import load_record
from secondunit.records import digest_file
from secondunit.take.credentials import papers_digest, signed_files
from secondunit.take.frames import read_layers
from secondunit.take.store import Take

Floats = npt.NDArray[np.float32]
_NUMBER = re.compile(r"(\d+)\.exr$")
_AGAIN = "Shoot the take again (--like)."


def verify(take: Take, *, progress: Callable[[int, int], None] = lambda done, total: None) -> list[SecondUnitError]:
    """All that is wrong with a take; an empty list if it is whole and keeps the law.

    Args:
        take: the take.
        progress: told how many frames were checked.
    """
    return list(examine(take, progress=progress).problems)


def examine(
    take: Take,
    roots: bytes = b"",
    plate: PlateFrames | None = None,
    *,
    production: Production | None = None,
    pixels: bool = True,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """All there is to know of a take: its credentials, and what does not hold.

    Args:
        take: the take.
        roots: PEM certificates to trust.
        plate: another copy of the plate, to compare the signed digests of untouched pixels with.
        production: whose ledger must know the take, just so; None for a take that was copied elsewhere.
        pixels: whether to compare every untouched pixel with the take's own plate; else files and signatures only.
        progress: told how many frames were checked.
    """
    frames = list(take.frames)
    silent: Callable[[int, int], None] = lambda done, total: None  # noqa: E731 - the pixels are what takes its time
    sequence = check_sequence(take.folder / "frames", roots, plate=plate, progress=silent if pixels else progress)
    credentials = (
        *sequence.credentials,
        *read_all([take.folder / name for name in signed_files(take.document)], roots),
    )
    problems = [*sequence.problems, *_files(take), *_papers(take, credentials)]
    problems += _ledger(production, take, whole=not sequence.problems) if production else []
    if pixels:
        checked = in_order(frames, lambda frame: list(_frame(take, frame)), threads=os.cpu_count() or 1)
        for done, found in enumerate(checked):
            progress(done, len(frames))
            problems += found
    progress(len(frames), len(frames))
    proved = list(sequence.proved)
    if production and not problems:
        proved.append("The production's ledger has it so: every frame was written under a clearance.")
    if pixels and not problems and take.document["plates"]:
        proved.append("Where the matte is 0 every pixel is the plate's, bit for bit, in every frame.")
    return Report(f"take {take.id}", take.folder, credentials, tuple(problems), tuple(proved))


def plate_frames(path: Path, width_px: int | None = None) -> PlateFrames:
    """The frames of a plate that somebody holds: scene-linear ACEScg, exact in half float.

    Args:
        path: a take's ``plate`` folder, an ingested plate (``plates/SHOT``) wherever it was copied, or a picture that
            stands for every frame.
        width_px: of the take, to which an ingested plate is scaled as it was when the take was shot.

    Raises:
        BrokenStore: there is no plate.
    """
    if (path / "plate.json").is_file():
        here = path.absolute()
        return PlateFiles(here.parent, here.name, width_px=width_px, folder=here).frame
    if path.is_dir():
        return _numbered(path)
    if not path.is_file():
        raise BrokenStore(str(path), "is not there", "a plate: a folder or a picture")
    if media_type(path) == EXR:
        return lambda frame: read_layers(path, [PLAIN])[PLAIN][..., :3]
    picture = read_picture(path)
    pixels = plate_pixels(picture.pixels, picture.space, picture.bits)
    return lambda frame: pixels


def width_of(path: Path) -> int | None:
    """The width of a frame, of a folder of frames, or of the frames of a delivery; None if none can be read."""
    frames = [path] if path.is_file() else sorted(path.glob("*.exr")) or sorted(path.glob("*frames/*.exr"))
    try:
        return int(read_layers(frames[0], [PLAIN])[PLAIN].shape[1]) if frames else None
    except SecondUnitError:
        return None  # a damaged frame is named when it is checked


def _numbered(folder: Path) -> PlateFrames:
    """Frames by the number before the suffix; one stands for all that follow until the next."""
    files = {int(match[1]): one for one in folder.glob("*.exr") if (match := _NUMBER.search(one.name))}
    if not files:
        raise BrokenStore(str(folder), "holds no numbered EXR frames", "a plate, as in a take's folder 'plate'")

    def frame(number: int) -> Floats:
        before = [one for one in files if one <= number]
        if not before:
            raise BrokenStore(str(folder), f"has no frame {number}", f"frames from {min(files)} on")
        return read_layers(files[max(before)], [PLAIN])[PLAIN][..., :3]

    return frame


def untouched_is_plate(composite: Floats, matte: Floats, plate: Floats) -> int:
    """How many pixels break the law: matte 0, and yet not the plate's bits.

    Args:
        composite: (H, W, 3) or (H, W, 4).
        matte: (H, W).
        plate: (H, W, 3).
    """
    differs = (composite[..., :3].view(np.uint32) != plate[..., :3].view(np.uint32)).any(axis=-1)
    return int(np.count_nonzero(differs & (matte == 0)))


def _files(take: Take) -> Iterator[SecondUnitError]:
    """Every file but the frames, whose record was checked, against the list in ``take.json``."""
    listed = dict(take.document["files"])
    for name, digest in listed.items():
        path = take.folder / name
        if name.startswith("frames/") and name.endswith(".exr"):
            continue
        if not path.is_file():
            yield BrokenStore(str(path), "is missing", "the file as it was shot", _AGAIN)
        elif digest_file(path) != digest:
            yield BrokenStore(str(path), "was changed", "the file as it was shot", _AGAIN)
    there = {path.relative_to(take.folder).as_posix() for path in take.folder.rglob("*") if path.is_file()}
    for name in sorted(there - {*listed, "take.json"}):
        if not (name.startswith("frames/") and name.endswith(".exr")):
            yield BrokenStore(str(take.folder / name), "does not belong to the take", advice="Move it elsewhere.")


def _papers(take: Take, credentials: tuple[Credentials, ...]) -> Iterator[SecondUnitError]:
    """Whether ``take.json`` still says what was signed, and whether each file is of this take."""
    keys = take.document.get("papers", [])
    found = papers_digest(take.document, keys if isinstance(keys, list) else [])
    for one in credentials:
        if one.state is State.UNSIGNED:
            yield BrokenStore(str(one.path), "carries no credentials", "a signed file", _AGAIN)
        if one.state is not State.INTACT:
            continue
        if one.record.get("papers") != found:
            yield BrokenStore(
                str(take.folder / "take.json"), f"is not what {one.path.name} was signed with", "the same"
            )
        if (one.record.get("shot"), one.record.get("take")) != (take.shot, take.document["take"]):
            yield BrokenStore(str(one.path), f"is of {one.record.get('shot')}/{one.record.get('take')}", take.id)


def _ledger(production: Production, take: Take, *, whole: bool) -> list[SecondUnitError]:
    """Whether the ledger knows the take as it is; frames that are ``whole`` are not read a second time."""
    known: dict[Path, str] = {}
    try:
        if whole:
            record = load_record(take.folder / "frames" / RECORD)
            known = {take.folder / "frames" / entry.name: entry.content for entry in record.frames}
        recorded(production, take.id, take.folder, digest=lambda path: known.get(path) or digest_file(path))
    except SecondUnitError as error:
        return [error]
    return []


def _frame(take: Take, frame: int) -> Iterator[SecondUnitError]:
    path = take.frame_path(frame)
    if f"frames/{path.name}" not in take.document["files"]:
        yield BrokenStore(str(path), "is not listed in take.json", "every frame of the take")
        return
    if not path.is_file():
        return  # its record says so
    try:
        layers = read_layers(path, [PLAIN, "matte"])
        if not take.document["plates"]:
            if (layers["matte"] != 1).any():
                yield BrokenStore(str(path), "has a matte that is not 1, and there is no plate", "all of it is made")
            return
        plate = read_layers(take.plate_path(frame), [PLAIN])[PLAIN]
    except SecondUnitError as error:
        yield error
        return
    if layers[PLAIN].shape[:2] != plate.shape[:2] or layers["matte"].shape != plate.shape[:2]:
        yield BrokenStore(str(path), f"is {layers[PLAIN].shape[:2]}", f"the size of the plate, {plate.shape[:2]}")
    elif wrong := untouched_is_plate(
        np.ascontiguousarray(layers[PLAIN][..., :3]), layers["matte"], np.ascontiguousarray(plate)
    ):
        yield BrokenStore(str(path), f"{wrong} untouched pixels differ from the plate", "none (matte 0 = plate)")
