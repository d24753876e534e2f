"""Multi-layer OpenEXR frames in: whole through OpenImageIO, a few of many channels by ourselves.

OpenImageIO reads every kind of EXR and is not ours, so it checks what ``imaging.exr`` writes. A few channels of such a
frame are read without it in a third of the time.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import OpenImageIO as oiio
from isal import isal_zlib
from isal.igzip_lib import IsalError
from numba import njit

from secondunit.errors import BrokenStore
from secondunit.imaging.exr import LONG_NAMES, MAGIC, PLAIN, ROWS
from secondunit.imaging.half import floats

_AGAIN = "Delete it; it is made again."


def read_exr(
    path: Path, *, only: Collection[str] | None = None
) -> tuple[dict[str, npt.NDArray[np.float32]], dict[str, Any]]:
    """Layers and attributes of a frame written by ``write_exr``, or of any single-part EXR.

    Layers come back as float32, (H, W) for one channel and (H, W, n) for more, in the order of ``channel_names``. With
    ``only``, just those of them that are there: the composite of a frame of 50 channels takes an eighth of the time.

    Raises:
        BrokenStore: it is missing, truncated or not an EXR.
    """
    try:
        reader = oiio.ImageInput.open(str(path)) if path.is_file() else None
        if reader is None or reader.format_name() != "openexr":
            raise BrokenStore(str(path), f"cannot be read ({oiio.geterror() or 'no such frame'})", "an EXR frame")
        spec = reader.spec()
        found = _channels(spec.channelnames, only)
        pixels = _pixels(reader, spec.nchannels, list(found.values()), at_once=only is None)
        attributes, error = {one.name: one.value for one in spec.extra_attribs}, reader.geterror()
        reader.close()
    except UnicodeDecodeError as bad_text:  # a name or value in a damaged header
        raise BrokenStore(str(path), "has a damaged header", "a whole EXR frame", _AGAIN) from bad_text
    if pixels is None or error:
        raise BrokenStore(str(path), f"is damaged ({error})", "a whole EXR frame", _AGAIN)
    layers = dict(zip(found, pixels, strict=True))
    layers = {name: picture[..., 0] if picture.shape[-1] == 1 else picture for name, picture in layers.items()}
    return layers, attributes


def _pixels(
    reader: Any, count: int, groups: Sequence[Sequence[int]], *, at_once: bool
) -> list[npt.NDArray[np.float32]] | None:
    """The channels of each group, (H, W, n) float32; None if the file is damaged.

    OpenImageIO turns only the channels asked for into floats, and that is most of the work: so a few layers are read
    one by one, and all of them at once.
    """
    ranges = [(0, count)] if at_once else [(min(group), max(group) + 1) for group in groups]
    read = {bounds: reader.read_image(0, 0, *bounds, oiio.FLOAT) for bounds in ranges}
    if any(pixels is None for pixels in read.values()):
        return None
    bounds = ranges * len(groups) if at_once else ranges
    return [read[one][..., [index - one[0] for index in group]] for one, group in zip(bounds, groups, strict=True)]


def _channels(names: Sequence[str], only: Collection[str] | None) -> dict[str, list[int]]:
    """Layer to the places of its channels, in the order of ``channel_names``."""
    order = "RGBAXYZuv"
    found: dict[str, list[tuple[int, int]]] = {}
    for index, channel in enumerate(names):
        layer, _, suffix = channel.rpartition(".")
        if only is None or (layer or PLAIN) in only:
            found.setdefault(layer or PLAIN, []).append((order.find(suffix), index))
    return {layer: [index for _, index in sorted(places)] for layer, places in found.items()}


def read_channels(path: Path, wanted: Callable[[str], bool]) -> dict[str, npt.NDArray[np.float32]] | None:
    """Some channels (H, W) of a frame as ``write_exr`` writes them, in a third of the time of OpenImageIO.

    None if the file is of any other kind or damaged: let OpenImageIO look at it, and say what is wrong.
    """
    try:
        data = path.read_bytes()
        channels, (width, height), at = _parsed(data)
    except (OSError, ValueError, KeyError, struct.error):
        return None
    row_bytes = width * sum(size for _, size in channels)
    places = np.cumsum([0, *(size * width for _, size in channels)])
    picked = [(name, size, int(place)) for (name, size), place in zip(channels, places, strict=False) if wanted(name)]
    out = {name: np.empty((height, width), np.uint16 if size == 2 else np.uint32) for name, size, _ in picked}
    starts = np.array([place // 2 for _, _, place in picked], np.int64)
    counts = np.array([width * size // 2 for _, size, _ in picked], np.int64)
    found = np.empty((len(picked), ROWS, 2 * width), np.uint16)
    for block, y in enumerate(range(0, height, ROWS)):
        rows = min(ROWS, height - y)
        differences = _inflated(data, at + 8 * block, y, rows * row_bytes)
        if differences is None:
            return None
        _pick(differences, row_bytes // 2, starts, counts, found[:, :rows])
        for one, (name, size, _) in enumerate(picked):
            out[name][y : y + rows].view(np.uint16)[:] = found[one, :rows, : width * size // 2]
    return {
        name: floats(bits.view(np.float16)) if bits.itemsize == 2 else bits.view(np.float32)
        for name, bits in out.items()
    }


def _parsed(data: bytes) -> tuple[list[tuple[str, int]], tuple[int, int], int]:
    """Channels as name and bytes a sample, size, and where the table of blocks begins; ValueError if not as ours."""
    magic, flags = struct.unpack_from("<ii", data)
    if magic != MAGIC or flags & ~LONG_NAMES != 2:
        raise ValueError("not a plain single-part file")
    at, fields = 8, dict[str, bytes]()
    while data[at : at + 1] != b"\0":
        name, at = _text(data, at)
        _, at = _text(data, at)
        (size,) = struct.unpack_from("<i", data, at)
        fields[name] = data[at + 4 : at + 4 + max(0, size)]
        at += 4 + max(0, size)
    channels, place = [], 0
    while fields["channels"][place : place + 1] != b"\0":
        name, place = _text(fields["channels"], place)
        kind, _, across, down = struct.unpack_from("<iB3xii", fields["channels"], place)
        if kind not in (1, 2) or (across, down) != (1, 1):
            raise ValueError("other kinds of channels")
        channels.append((name, 2 * kind))
        place += 16
    left, top, right, bottom = struct.unpack("<4i", fields["dataWindow"])
    width, height = right + 1, bottom + 1
    plain = (left, top, fields["compression"], fields["lineOrder"]) == (0, 0, b"\x03", b"\0")
    if (
        not plain or not channels or min(width, height) < 1 or width * height > len(data) * 2000
    ):  # deflate packs 1032 to 1 at most
        raise ValueError("not as written here")
    return channels, (width, height), at + 1


def _text(data: bytes, at: int) -> tuple[str, int]:
    end = data.index(b"\0", at)
    return data[at:end].decode(), end + 1


def _inflated(data: bytes, at: int, y: int, size: int) -> npt.NDArray[np.uint8] | None:
    """The differences in the block listed at ``at`` of the table; None if it is damaged."""
    try:
        (start,) = struct.unpack_from("<Q", data, at)
        line, packed_size = struct.unpack_from("<ii", data, start)
        packed = data[start + 8 : start + 8 + packed_size]
        if line != y or not 0 < packed_size == len(packed) <= size:
            return None
        if packed_size == size:
            differences = np.empty(size, np.uint8)
            _regroup(np.frombuffer(packed, np.uint16), differences)
            return differences
        differences = np.frombuffer(isal_zlib.decompress(packed, bufsize=size), np.uint8)
    except (struct.error, OverflowError, IsalError):  # type: ignore[misc]  # typed as an instance
        return None
    return differences if len(differences) == size else None


@njit(cache=True, nogil=True)
def _pick(differences: Any, row_pairs: int, starts: Any, counts: Any, out: Any) -> None:
    """Some channels of a block, (C, R, n) of 16 bits: what lies between them is only added up.

    Args:
        differences: as ``_regroup`` makes them.
        row_pairs: pairs of bytes in a row.
        starts: (C,) where each channel begins in a row, in pairs, rising; counts: (C,) how many pairs it has.
    """
    value, place = np.uint8(128), 0
    for half in range(2):
        for y in range(out.shape[1]):
            row = (half * out.shape[1] + y) * row_pairs
            for channel in range(len(starts)):
                start = row + starts[channel]
                between = differences[place:start]
                gap = np.uint32(0)
                for i in range(between.size):
                    gap += np.uint32(between[i])
                value = np.uint8(value + gap - ((start - place) & 1) * 128)
                place = start + counts[channel]
                for x in range(counts[channel]):
                    value = np.uint8(value + differences[start + x] - 128)
                    if half == 0:
                        out[channel, y, x] = value
                    else:
                        out[channel, y, x] |= np.uint16(value) << np.uint16(8)


@njit(cache=True, nogil=True)
def _regroup(pairs: Any, out: Any) -> None:
    """First all low bytes, then all high ones, each as the difference from the one before, plus 128."""
    half = pairs.size
    low, high = out[:half], out[half:]
    low[0] = pairs[0] & 0xFF
    high[0] = (pairs[0] >> 8) - (pairs[half - 1] & 0xFF) + 128
    for i in range(1, half):
        low[i] = (pairs[i] - pairs[i - 1] + 128) & 0xFF
        high[i] = ((pairs[i] >> 8) - (pairs[i - 1] >> 8) + 128) & 0xFF
