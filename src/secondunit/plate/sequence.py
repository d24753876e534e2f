"""Image sequences on disk: a folder, a pattern (``name.####.exr``, ``name.%04d.exr``) or the first file of several."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from secondunit.errors import BadPicture

_NUMBERED = re.compile(r"(?P<stem>.*?)(?P<number>\d+)(?P<suffix>\.[A-Za-z0-9]+)")
_HOLE = re.compile(r"#+|%0?\d*d")
_PICTURES = {".exr", ".png", ".jpg", ".jpeg", ".tif", ".tiff"}


def is_sequence(source: Path) -> bool:
    """Whether ``source`` names several pictures: a folder, a pattern, or ``name.1001.exr`` with siblings."""
    if source.is_dir() or _HOLE.search(source.name):
        return True
    found = _NUMBERED.fullmatch(source.name)
    return bool(
        found and found["stem"].endswith(".") and len(_numbered(source.parent, found["stem"], found["suffix"])) > 1
    )


def find_frames(source: Path) -> tuple[Path, ...]:
    """The pictures of a sequence in order.

    Raises:
        BadPicture: there are none, or of more than one sequence, or frames are missing.
    """
    if source.is_dir():
        names = [path.name for path in source.iterdir() if path.suffix.lower() in _PICTURES and path.is_file()]
        found = [match for match in map(_NUMBERED.fullmatch, names) if match]
        families = {(match["stem"], match["suffix"]) for match in found}
        if len(families) != 1 or len(found) != len(names):
            several = sorted({f"{stem}#{suffix}" for stem, suffix in families} | (set(names) - {m[0] for m in found}))
            wanted = "one numbered sequence of EXR, PNG, JPEG or TIFF pictures"
            raise BadPicture(str(source), f"holds {', '.join(several[:5]) or 'no pictures'}", wanted)
        ((stem, suffix),) = families
        folder = source
    elif hole := _HOLE.search(source.name):
        folder, stem, suffix = source.parent, source.name[: hole.start()], source.name[hole.end() :]
    else:
        named = _NUMBERED.fullmatch(source.name)
        if named is None:
            raise BadPicture(str(source), "has no frame number in its name", "a name like plate.1001.exr")
        folder, stem, suffix = source.parent, named["stem"], named["suffix"]
    frames = _numbered(folder, stem, suffix)
    _check_whole(source, frames)
    return tuple(frames[number] for number in sorted(frames))


def _numbered(folder: Path, stem: str, suffix: str) -> dict[int, Path]:
    """Frame number to file, of the files named ``stem`` + digits + ``suffix``."""
    if not folder.is_dir():
        return {}
    pattern = re.compile(re.escape(stem) + r"(\d+)" + re.escape(suffix))
    found: dict[int, Path] = {}
    for path in sorted(folder.iterdir()):
        if match := pattern.fullmatch(path.name):
            number = int(match[1])
            if number in found:
                raise BadPicture(str(path), f"is frame {number}, and so is {found[number].name}", "each frame once")
            found[number] = path
    return found


def _check_whole(source: Path, frames: dict[int, Path]) -> None:
    if not frames:
        raise BadPicture(str(source), "matches no file", "a folder, a pattern or a first file of a sequence")
    if source in frames.values() and source != frames[min(frames)]:
        advice = "Give the first file, or move the others elsewhere."
        raise BadPicture(
            str(source), f"is not the first: there is {frames[min(frames)].name}", "the first file", advice
        )
    if max(frames) - min(frames) >= 10 * len(frames):
        wanted = "frames without gaps"
        raise BadPicture(str(source), f"has {len(frames)} frames between {min(frames)} and {max(frames)}", wanted)
    missing = [number for number in range(min(frames), max(frames)) if number not in frames]
    if missing:
        advice = "Render or copy them again; nothing is made up between frames."
        raise BadPicture(str(source), f"has no frame {ranges(missing)}", "frames without gaps", advice)


def ranges(numbers: Iterable[int]) -> str:
    """Rising numbers as people write them: ``1004, 1010-1012``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(f"{first}" if first == last else f"{first}-{last}" for first, last in runs)
