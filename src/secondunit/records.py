"""Documents and files on disk: digests, whole-or-nothing writes, arrays with a name and a version."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import json
import math
import os
import re
import tempfile
import threading
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from isal import isal_zlib

from secondunit.errors import BrokenStore

_HASH_THREADS = 8  # more files at once than that keep no disk busier
# ISA-L's deflate in place of zlib's: a fifth of the time. At its lowest level: those above are a fifth smaller, but one
# process in a hundred gets other bytes of the same data from 1 and 2 (isal 1.9.1, measured), and 3 takes three times
# as long. -15: without zlib's own head.
_LEVEL, _RAW = 0, -15
# NumPy reads headers by ``ast``, which Python 3.11 counts the depth of across threads and then refuses (gh-106905)
_ONE_HEADER = threading.RLock()
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


def safe_name(text: str, *, where: str) -> str:
    """``text`` if it can be a file name on every system and cannot climb out of a folder.

    Raises:
        BrokenStore: it has other characters than letters, digits, ``_``, ``-`` and ``.``, starts with one of the last
            three, ends with a dot, is too long, or is a reserved word of Windows.
    """
    reserved = text.split(".")[0].upper() in {
        "CON",
        "PRN",
        "AUX",
        "NUL",
        *(f"{n}{d}" for n in ("COM", "LPT") for d in "123456789"),
    }
    if not _NAME.fullmatch(text) or text.endswith(".") or ".." in text or reserved:
        raise BrokenStore(
            where, f"the name {text!r}", "1 to 64 letters, digits, '_', '-' or '.', starting with a letter or digit"
        )
    return text


def deflated(data: bytes | memoryview) -> bytes:
    """``data`` as a zlib stream (RFC 1950); the same data gives the same bytes."""
    return bytes(isal_zlib.compress(data, _LEVEL))


def digest_bytes(data: bytes) -> str:
    """SHA-256 of ``data`` in hex."""
    return hashlib.sha256(data).hexdigest()


def canonical_json(value: Any) -> str:
    """A JSON value in canonical form: sorted keys, no spaces, ASCII, no number that is not finite."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest_json(value: Any) -> str:
    """SHA-256 of a JSON value in canonical form."""
    return digest_bytes(canonical_json(value).encode())


def digest_file(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest_files(paths: Sequence[Path]) -> list[str]:
    """SHA-256 of each of several files, a few at a time."""
    with ThreadPoolExecutor(max_workers=min(_HASH_THREADS, os.cpu_count() or 1)) as pool:  # hashing lets go of the GIL
        return list(pool.map(digest_file, paths))


def digest_tree(folder: Path) -> str:
    """SHA-256 over the names and contents of all files below ``folder``, in name order."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    digests = digest_files(files)
    return digest_json([[path.relative_to(folder).as_posix(), one] for path, one in zip(files, digests, strict=True)])


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A temporary path beside ``path`` that takes its place when the block ends well, and vanishes when not.

    The suffix is kept, since writers choose a format by it. A full disk becomes a ``BrokenStore``.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise BrokenStore(
                str(path.parent), "the disk is full", advice="Free some space and run the same command again."
            ) from error
        raise
    finally:
        temporary.unlink(missing_ok=True)


def write_json(path: Path, value: Any) -> None:
    """Write a JSON document, whole or not at all."""
    with whole_file(path) as temporary:
        temporary.write_text(json.dumps(value, indent=1, sort_keys=True, allow_nan=False) + "\n", encoding="utf-8")


def read_json(path: Path, *, kind: str, version: int) -> dict[str, Any]:
    """Read a JSON document that must say ``{"kind": kind, "version": version}``.

    Raises:
        BrokenStore: it is missing, not JSON, or of another kind or version.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"), parse_constant=_no_number)
    except (OSError, ValueError, RecursionError) as error:
        raise BrokenStore(str(path), f"cannot be read ({error})", f"a {kind} document") from error
    found = (value.get("kind"), value.get("version")) if isinstance(value, dict) else type(value).__name__
    if found != (kind, version):
        raise BrokenStore(str(path), f"is {found}", f"kind {kind!r}, version {version}")
    return dict(value)


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number of JSON")


def write_arrays(path: Path, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Write named arrays as one compressed ``.npz``, whole or not at all; the same arrays give the same bytes."""
    with whole_file(path) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as file:
        for name in sorted(arrays):
            entry = zipfile.ZipInfo(f"{name}.npy")  # its fixed date keeps the bytes the same
            entry.compress_type = zipfile.ZIP_DEFLATED
            with file.open(entry, "w", force_zip64=True) as part:
                part._compressor = isal_zlib.compressobj(_LEVEL, wbits=_RAW)  # type: ignore[attr-defined]
                part.write(_npy(arrays[name]))


def read_arrays(path: Path, only: Collection[str] | None = None) -> dict[str, npt.NDArray[Any]]:
    """Read arrays written by ``write_arrays``, or just those named; nothing in the file is ever executed.

    Raises:
        BrokenStore: it is missing, truncated or not an ``.npz`` of plain arrays, or has none of a name.
    """
    try:
        with zipfile.ZipFile(path) as file:
            names = [one.removesuffix(".npy") for one in file.namelist()] if only is None else sorted(only)
            return {name: _array(file, f"{name}.npy") for name in names}
    except Exception as error:  # numpy and zipfile raise many kinds for a damaged file
        raise BrokenStore(
            str(path), f"cannot be read ({error})", "arrays as this project writes them", "Delete it; it is made again."
        ) from error


def _npy(array: npt.NDArray[Any]) -> memoryview:
    stream = io.BytesIO()
    np.save(stream, np.asarray(array, order="C"), allow_pickle=False)
    return stream.getbuffer()


def _array(file: zipfile.ZipFile, entry: str) -> npt.NDArray[Any]:
    info = file.getinfo(entry)
    with file.open(entry) as part:
        if info.compress_type == zipfile.ZIP_DEFLATED:
            part._decompressor = isal_zlib.decompressobj(wbits=_RAW)  # type: ignore[attr-defined]
        part._expected_crc = None  # type: ignore[attr-defined]  # summed below, ten times as fast
        data = part.read()
    if isal_zlib.crc32(data) != info.CRC:
        raise zipfile.BadZipFile(f"bad CRC-32 for file {entry!r}")
    return _of_npy(data)


def _of_npy(data: bytes) -> npt.NDArray[Any]:
    """The array in the bytes of a ``.npy`` file; ``ValueError`` if they are anything else."""
    raw = io.BytesIO(data)
    with _ONE_HEADER:
        version = np.lib.format.read_magic(raw)  # type: ignore[no-untyped-call]
        if version != (1, 0):
            raise ValueError(f"an array of format {version}")
        shape, by_columns, kind = np.lib.format.read_array_header_1_0(raw)  # type: ignore[no-untyped-call]
    if kind.hasobject or len(data) - raw.tell() != math.prod(shape) * kind.itemsize:
        raise ValueError(f"{len(data) - raw.tell()} bytes for {shape} of {kind}")
    return np.ndarray(shape, kind, data, raw.tell(), order="F" if by_columns else "C").copy()
