"""Multi-layer OpenEXR frames: single part, zip, half or float by channel; the same layers give the same bytes.

Written here and not through OpenImageIO because that dates every file, and takes 0.7 s of processor time for 35 mixed
half and float channels of 960x540; this takes a third and leaves the interpreter free while it compresses. Read back
through OpenImageIO, so that every file is checked by a reader that is not ours.
Source of the format: "OpenEXR File Layout" and "Technical Introduction to OpenEXR", Academy Software Foundation.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import OpenImageIO as oiio
from isal import isal_zlib
from isal.igzip_lib import IsalError
from numba import njit

from secondunit.errors import BadPicture, BrokenStore
from secondunit.imaging.half import floats, halves
from secondunit.records import whole_file

Attribute = str | int | float | tuple[int, int] | tuple[float, ...]

PLAIN = "composite"  # this layer is the file's own R, G, B, A: what every viewer shows first
SUFFIXES: Mapping[str, tuple[str, ...]] = {  # as Nuke and Blender name them; any other layer is A, RG, RGB or RGBA
    "depth": ("Z",),
    "motion": ("u", "v"),
    "normal": ("X", "Y", "Z"),
    "position": ("X", "Y", "Z"),
}
BY_COUNT = {1: ("A",), 2: ("R", "G"), 3: ("R", "G", "B"), 4: ("R", "G", "B", "A")}
ACESCG_CHROMATICITIES = (
    0.713,
    0.293,
    0.165,
    0.830,
    0.128,
    0.044,
    0.32168,
    0.33767,
)  # AP1 and ACES white, xy: S-2014-004
_COLOUR: Mapping[str, Attribute] = {"chromaticities": ACESCG_CHROMATICITIES, "colorInteropID": "lin_ap1_scene"}

_AGAIN = "Delete it; it is made again."
_LEVEL = 1  # of ISA-L's deflate: a fifth of the time of zlib's fastest, and smaller
_ROWS = 16  # scanlines a block, fixed by the format's ZIP compression
_HALF_MAX = 65504.0  # IEEE 754-2008 binary16
_MAGIC, _LONG_NAMES = 20000630, 0x400  # of the format; bit 10: names of up to 255 characters
_HALF_INFINITE = 0x7C00  # the exponent's bits of infinities and of what is not a number


def channel_names(layer: str, count: int) -> tuple[str, ...]:
    """The channels of a layer, in the order of its last axis."""
    suffixes = SUFFIXES.get(layer, BY_COUNT.get(count, ()))
    if len(suffixes) != count:
        raise BadPicture(f"layer {layer}", f"{count} channels", f"{len(suffixes) or '1 to 4'}")
    return suffixes if layer == PLAIN else tuple(f"{layer}.{suffix}" for suffix in suffixes)


def write_exr(
    path: Path,
    layers: Mapping[str, npt.NDArray[Any]],
    *,
    attributes: Mapping[str, Attribute] | None = None,
    full_precision: Collection[str] = (),
) -> None:
    """Write layers (H, W) or (H, W, n), scene-linear ACEScg or data, as one frame; whole or not at all.

    ``composite`` becomes the plain R, G, B, A. Layers named in ``full_precision`` keep 32-bit floats (ids, depth); the
    others become half floats, where values beyond half's range become its largest. Safe from several threads at once.

    Raises:
        BadPicture: layers of different sizes, or a pixel that is not a finite number.
        BrokenStore: the disk is full.
    """
    channels: dict[str, npt.NDArray[Any]] = {}
    for layer, picture in layers.items():
        stored = _stored(picture, f"{path}: layer {layer}", whole=layer in full_precision)
        stacked = stored[..., None] if stored.ndim == 2 else stored
        for index, name in enumerate(channel_names(layer, stacked.shape[-1])):
            channels[name] = stacked[..., index]
    sizes = {channel.shape for channel in channels.values()}
    if len(sizes) != 1:
        raise BadPicture(str(path), f"layers of sizes {sorted(sizes)}", "at least one layer, all of one size")
    ordered = {name: channels[name] for name in sorted(channels)}
    header = _header(ordered, {**_COLOUR, **(attributes or {})})
    blocks = list(_blocks(ordered))
    offsets = len(header) + 8 * len(blocks) + np.concatenate([[0], np.cumsum([len(block) for block in blocks])[:-1]])
    with whole_file(path) as temporary, temporary.open("wb") as file:
        file.write(header)
        file.write(offsets.astype("<u8").tobytes())
        file.writelines(blocks)


def _stored(picture: npt.NDArray[Any], where: str, *, whole: bool) -> npt.NDArray[Any]:
    """A layer as the file holds it: finite, and 32-bit float if ``whole``, else half."""
    if picture.dtype == np.float16:
        bits = np.ascontiguousarray(picture).reshape(-1).view(np.uint16)
        finite, beyond = bool(_most_exponent(bits) < _HALF_INFINITE), False
    else:
        low, high = float(np.min(picture)), float(np.max(picture))  # these carry what is not a number with them
        finite, beyond = bool(np.isfinite(low) and np.isfinite(high)), low < -_HALF_MAX or high > _HALF_MAX
    if not finite:
        bad = int(np.sum(~np.isfinite(picture)))
        raise BadPicture(where, f"{bad} values are not finite numbers", "finite pixels")
    if whole:
        return picture.astype("<f4", copy=False)
    return halves(np.clip(picture, -_HALF_MAX, _HALF_MAX) if beyond else picture)


@njit(cache=True, nogil=True)
def _most_exponent(bits: Any) -> int:
    """The largest exponent among half floats, in place."""
    most = np.uint16(0)
    for i in range(bits.size):
        most = max(most, bits[i] & np.uint16(_HALF_INFINITE))
    return int(most)


def _header(channels: Mapping[str, npt.NDArray[Any]], attributes: Mapping[str, Attribute]) -> bytes:
    height, width = next(iter(channels.values())).shape
    listed = b"".join(
        name.encode() + b"\0" + struct.pack("<iB3xii", 1 if channel.dtype.itemsize == 2 else 2, 0, 1, 1)
        for name, channel in channels.items()
    )
    window = struct.pack("<4i", 0, 0, width - 1, height - 1)
    fields = {
        "channels": ("chlist", listed + b"\0"),
        "compression": ("compression", b"\x03"),  # ZIP, 16 scanlines a block
        "dataWindow": ("box2i", window),
        "displayWindow": ("box2i", window),
        "lineOrder": ("lineOrder", b"\0"),  # increasing y
        "pixelAspectRatio": ("float", struct.pack("<f", 1)),
        "screenWindowCenter": ("v2f", struct.pack("<2f", 0, 0)),
        "screenWindowWidth": ("float", struct.pack("<f", 1)),
    }
    fields |= {name: _attribute(name, value) for name, value in attributes.items()}
    long_names = any(len(name) > 31 for name in (*fields, *channels))
    flags = 2 | (_LONG_NAMES if long_names else 0)  # version 2
    parts = [struct.pack("<ii", _MAGIC, flags)]
    for name, (kind, data) in fields.items():
        parts.append(name.encode() + b"\0" + kind.encode() + b"\0" + struct.pack("<i", len(data)) + data)
    return b"".join(parts) + b"\0"


def _attribute(name: str, value: Attribute) -> tuple[str, bytes]:
    """Type and bytes of one attribute: text, number, rational (two integers) or chromaticities (eight numbers)."""
    if isinstance(value, str):
        return "string", value.encode()
    if isinstance(value, int):
        return "int", struct.pack("<i", value)
    if isinstance(value, float):
        return "float", struct.pack("<f", value)
    if len(value) == 2:
        return "rational", struct.pack("<iI", int(value[0]), int(value[1]))
    if len(value) == 8:
        return "chromaticities", struct.pack("<8f", *value)
    raise BadPicture(f"EXR attribute {name}", f"{value!r}", "text, a number, a rational or chromaticities")


def _blocks(channels: Mapping[str, npt.NDArray[Any]]) -> Iterator[bytes]:
    """Blocks of 16 scanlines: bytes regrouped even/odd, differenced, deflated."""
    height, width = next(iter(channels.values())).shape
    pairs_a_row = sum(channel.dtype.itemsize for channel in channels.values()) * width // 2
    pairs = np.empty((min(_ROWS, height), pairs_a_row), np.uint16)  # every sample is an even number of bytes
    differences = np.empty(2 * pairs.size, np.uint8)
    for y in range(0, height, _ROWS):
        rows, column = min(_ROWS, height - y), 0
        for channel in channels.values():
            wide = channel.dtype.itemsize // 2
            part = pairs[:rows, column : column + wide * width]
            if wide == 1:
                _put(channel[y : y + rows].view(np.uint16), part)
            else:
                _put_wide(channel[y : y + rows].view(np.uint32), part)
            column += wide * width
        raw = pairs[:rows].reshape(-1)
        _regroup(raw, differences)
        packed = isal_zlib.compress(differences[: 2 * raw.size].data, _LEVEL)
        data = packed if len(packed) < 2 * raw.size else raw.tobytes()  # the format: not smaller means stored as it is
        yield struct.pack("<ii", y, len(data)) + data


@njit(cache=True, nogil=True)
def _put(samples: Any, pairs: Any) -> None:
    """Copy a channel (R, W) of half floats."""
    for y in range(samples.shape[0]):
        line = pairs[y]
        for x in range(samples.shape[1]):
            line[x] = samples[y, x]


@njit(cache=True, nogil=True)
def _put_wide(samples: Any, pairs: Any) -> None:
    """Copy a channel (R, W) of 32-bit floats into pairs of bytes (R, 2 W)."""
    for y in range(samples.shape[0]):
        line = pairs[y]
        for x in range(samples.shape[1]):
            line[2 * x], line[2 * x + 1] = samples[y, x] & 0xFFFF, samples[y, x] >> 16


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
    found = np.empty((len(picked), _ROWS, 2 * width), np.uint16)
    for block, y in enumerate(range(0, height, _ROWS)):
        rows = min(_ROWS, height - y)
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
    if magic != _MAGIC or flags & ~_LONG_NAMES != 2:
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
