"""The record of an EXR sequence, ``frames.json``, that ``frames.c2pa`` signs: every frame's digests and their tree.

C2PA cannot sit inside an EXR, and a manifest for each of a thousand frames would not see one that is missing. So the
manifest's asset is one small record of all frames: any C2PA reader can check it, and the record then proves each frame
by its leaf and path.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from secondunit.errors import BrokenStore
from secondunit.provenance.pointer import RECORD
from secondunit.provenance.tree import leaf_digest, path_of, root_by_path, root_digest
from secondunit.records import digest_file, write_json

_AGAIN = "Fetch it again from whoever shot it, or shoot the take again (--like)."
_MOST_BYTES = 256 << 20  # of a record: a million frames
Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class FrameEntry(BaseModel):
    """One frame: its number, its file, and the SHA-256 of its bytes and of the plate's pixels in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    frame: int = Field(ge=0, le=2**63 - 1)
    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,255}$")
    content: Digest
    untouched: Digest

    @property
    def leaf(self) -> bytes:
        """Its leaf in the tree."""
        return leaf_digest(self.frame, self.name, self.content, self.untouched)


class FramesRecord(BaseModel):
    """All frames of a take, in order, and the root of their tree."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["frames"] = "frames"
    version: Literal[1] = 1
    tree: Literal["RFC 6962, SHA-256"] = "RFC 6962, SHA-256"
    shot: str
    take: str
    root: Digest
    frames: tuple[FrameEntry, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_whole(self) -> FramesRecord:
        numbers = [entry.frame for entry in self.frames]
        if any(later <= earlier for earlier, later in itertools.pairwise(numbers)):
            raise ValueError("frames out of order")
        if len({entry.name for entry in self.frames}) != len(self.frames):
            raise ValueError("two frames in one file")
        if root_digest(self._leaves).hex() != self.root:
            raise ValueError("the root is not that of the frames listed")
        return self

    @cached_property
    def _leaves(self) -> list[bytes]:
        return [entry.leaf for entry in self.frames]

    def path(self, index: int) -> list[bytes]:
        """What leads from the leaf of the frame at ``index`` of the list to the root."""
        return path_of(self._leaves, index)

    def proves(self, index: int, leaf: bytes) -> bool:
        """Whether ``leaf`` is the one at ``index``: by its path alone."""
        found = root_by_path(leaf, index, len(self.frames), self.path(index))
        return found is not None and found.hex() == self.root


def record_frames(
    folder: Path,
    untouched: Mapping[int, str],
    names: Mapping[int, str],
    *,
    shot: str,
    take: str,
    threads: int,
    contents: Mapping[int, str] | None = None,
) -> FramesRecord:
    """Hash the frames in ``folder`` and write their record beside them.

    Args:
        folder: where the frames are.
        untouched: frame number to the digest of the plate's pixels in it.
        names: frame number to file name.
        shot: the shot.
        take: name of the take.
        threads: how many files are read at once.
        contents: frame number to the digest of its file, where that is proved elsewhere: these are not read.
    """
    known, numbers = contents or {}, sorted(names)
    with ThreadPoolExecutor(max(1, threads)) as pool:
        digests = list(pool.map(lambda frame: known.get(frame) or digest_file(folder / names[frame]), numbers))
    entries = [
        FrameEntry(frame=frame, name=names[frame], content=content, untouched=untouched[frame])
        for frame, content in zip(numbers, digests, strict=True)
    ]
    root = root_digest([entry.leaf for entry in entries]).hex()
    record = FramesRecord(shot=shot, take=take, root=root, frames=tuple(entries))
    write_json(folder / RECORD, record.model_dump(mode="json"))
    return record


def load_record(path: Path) -> FramesRecord:
    """Read a record; its root is computed anew from the frames it lists.

    Raises:
        BrokenStore: it is missing, is no record, or contradicts itself.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise BrokenStore(str(path), f"is larger than {_MOST_BYTES >> 20} MB", "a record of frames")
        return FramesRecord.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BrokenStore(f"{path}: {place}".removesuffix(": "), first["msg"], "a record of frames", _AGAIN) from error
    except OSError as error:
        raise BrokenStore(str(path), f"cannot be read ({error.strerror})", "a record of frames", _AGAIN) from error


def check_frames(
    folder: Path,
    record: FramesRecord,
    *,
    others: bool = True,
    threads: int | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[BrokenStore]:
    """Everything by which the frames in ``folder`` are not those of the record, each named with what happened to it.

    Args:
        folder: where the frames are.
        record: whose signature was checked.
        others: whether EXR files that the record does not list are wrong.
        threads: how many files are read at once; all cores if not given.
        progress: told how many frames were read.
    """
    contents = {entry.content: entry for entry in record.frames}
    problems = []
    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        found = pool.map(lambda entry: _digest_if_there(folder / entry.name), record.frames)
        for done, (entry, digest) in enumerate(zip(record.frames, found, strict=True)):
            progress(done, len(record.frames))
            if digest != entry.content:
                problems.append(_difference(folder / entry.name, entry, digest, contents))
    if others:
        listed = {entry.name for entry in record.frames}
        problems += _added(sorted(path for path in folder.glob("*.exr") if path.name not in listed), contents)
    progress(len(record.frames), len(record.frames))
    return problems


def check_frame(path: Path, record: FramesRecord, frame: int) -> BrokenStore | None:
    """What is wrong with one frame, which its leaf and path prove without any other frame; None if nothing is.

    Args:
        path: the frame's file.
        record: whose signature was checked.
        frame: the number the frame's header says.
    """
    index = next((at for at, entry in enumerate(record.frames) if entry.name == path.name), None)
    contents = {entry.content: entry for entry in record.frames}
    digest = digest_file(path)
    if index is None:
        return _added([path], contents)[0]
    entry = record.frames[index]
    leaf = leaf_digest(frame, path.name, digest, entry.untouched)
    return None if record.proves(index, leaf) else _difference(path, entry, digest, contents)


def _digest_if_there(path: Path) -> str:
    try:
        return digest_file(path)
    except (FileNotFoundError, IsADirectoryError):
        return ""


def _difference(path: Path, entry: FrameEntry, digest: str, contents: Mapping[str, FrameEntry]) -> BrokenStore:
    where = f"{path}: frame {entry.frame}"
    if not digest:
        return BrokenStore(where, "is missing", "the frame as it was signed", _AGAIN)
    if digest in contents:
        other = contents[digest].frame
        return BrokenStore(where, f"holds frame {other}: swapped or re-ordered", f"frame {entry.frame}", "Rename it.")
    return BrokenStore(where, "was changed", "the frame as it was signed", _AGAIN)


def _added(paths: Iterable[Path], contents: Mapping[str, FrameEntry]) -> list[BrokenStore]:
    problems = []
    for path in paths:
        same = contents.get(_digest_if_there(path))
        found = f"is a copy of frame {same.frame}" if same else "was added"
        problems.append(BrokenStore(str(path), found, "only the frames that were signed", "Move it elsewhere."))
    return problems
