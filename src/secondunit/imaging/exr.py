"""Multi-layer OpenEXR frames: single part, zip, half or float by channel; the same layers give the same bytes.

Written here and not through OpenImageIO because that dates every file, and takes 0.7 s of processor time for 35 mixed
half and float channels of 960x540; this takes a third and leaves the interpreter free while it compresses. Read back
(``imaging.exr_reader``) through OpenImageIO, so that every file is checked by a reader that is not ours.
Source of the format: "OpenEXR File Layout" and "Technical Introduction to OpenEXR", Academy Software Foundation.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from secondunit.errors import BadPicture
from secondunit.imaging.half import halves
from secondunit.records import deflated, whole_file

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

ROWS = 16  # scanlines a block, fixed by the format's ZIP compression
_HALF_MAX = 65504.0  # IEEE 754-2008 binary16
MAGIC, LONG_NAMES = 20000630, 0x400  # of the format; bit 10: names of up to 255 characters
_HALF_INFINITE, _FLOAT_INFINITE = 0x7C00, 0x7F800000  # the exponent's bits of infinities and of what is not a number


def channel_names(layer: str, count: int) -> tuple[str, ...]:
    """The channels of a layer, in the order of its last axis."""
    suffixes = SUFFIXES.get(layer, BY_COUNT.get(count, ()))
    if len(suffixes) != count:
        raise BadPicture(f"layer {layer}", f"{count} channels", f"{len(suffixes) or '1 to 4'}")
    return suffixes if layer == PLAIN else tuple(f"{layer}.{suffix}" for suffix in suffixes)


@dataclass(frozen=True)
class Windowed:
    """A layer of which a window is given; all around it has one value.

    Attributes:
        pixels: (h, w) or (h, w, n), at least one pixel.
        top: row of its first pixel in the frame; left: column of the same.
        height: of the frame; width: of the frame.
        outside: the value around it.
    """

    pixels: npt.NDArray[Any]
    top: int
    left: int
    height: int
    width: int
    outside: float = 0.0

    def whole(self) -> npt.NDArray[Any]:
        """The layer as wide and high as the frame."""
        out = np.full((self.height, self.width, *self.pixels.shape[2:]), self.outside, self.pixels.dtype)
        rows, columns = self.pixels.shape[:2]
        out[self.top : self.top + rows, self.left : self.left + columns] = self.pixels
        return out


Layer = npt.NDArray[Any] | Windowed


@dataclass(frozen=True)
class _Laid:
    """A layer as the file holds it.

    Attributes:
        bits: (h, w, n) half floats, or (h, w, 2 n) 32-bit floats, as 16-bit integers.
        wide: 16-bit integers a sample: 1 or 2.
        part: where it is; outside: the bits around it.
        starts: (n,) where each channel begins in a row of the file, in 16-bit integers.
        places: (n,) which of the file's channels each is.
    """

    bits: npt.NDArray[np.uint16]
    wide: int
    part: Windowed
    outside: int
    starts: npt.NDArray[np.int64]
    places: npt.NDArray[np.int64]


def write_exr(
    path: Path,
    layers: Mapping[str, Layer],
    *,
    attributes: Mapping[str, Attribute] | None = None,
    full_precision: Collection[str] = (),
) -> str:
    """Write layers (H, W) or (H, W, n), or windows of such, scene-linear ACEScg or data, as one whole frame or none.

    ``composite`` becomes the plain R, G, B, A. Layers named in ``full_precision`` keep 32-bit floats (ids, depth); the
    others become half floats, where values beyond half's range become its largest. Safe from several threads at once.

    Returns:
        SHA-256 of the file's bytes, in hex.

    Raises:
        BadPicture: layers of different sizes, or a pixel that is not a finite number.
        BrokenStore: the disk is full.
    """
    parts, names = dict[str, Windowed](), dict[str, tuple[str, ...]]()
    for layer, given in layers.items():
        part = given if isinstance(given, Windowed) else Windowed(given, 0, 0, *given.shape[:2])
        pixels = as_stored(part.pixels, f"{path}: layer {layer}", whole=layer in full_precision)
        if pixels.dtype != np.float16 and part.outside:
            part, pixels = Windowed(pixels, 0, 0, part.height, part.width), replace(part, pixels=pixels).whole()
        parts[layer] = replace(part, pixels=pixels)
        names[layer] = channel_names(layer, 1 if pixels.ndim == 2 else pixels.shape[-1])
    sizes = {(part.height, part.width) for part in parts.values()}
    if len(sizes) != 1:
        raise BadPicture(str(path), f"layers of sizes {sorted(sizes)}", "at least one layer, all of one size")
    wide = {name: parts[layer].pixels.dtype.itemsize // 2 for layer in parts for name in names[layer]}
    wide = {name: wide[name] for name in sorted(wide)}
    header = _header(wide, next(iter(sizes)), {**_COLOUR, **(attributes or {})})
    blocks = list(_blocks(*next(iter(sizes)), [_laid(parts[layer], names[layer], wide) for layer in parts], wide))
    offsets = len(header) + 8 * len(blocks) + np.concatenate([[0], np.cumsum([len(block) for block in blocks])[:-1]])
    digest, pieces = hashlib.sha256(), [header, offsets.astype("<u8").tobytes(), *blocks]
    with whole_file(path) as temporary, temporary.open("wb") as file:
        for piece in pieces:
            file.write(piece)
            digest.update(piece)
    return digest.hexdigest()


def as_stored(picture: npt.NDArray[Any], where: str, *, whole: bool = False) -> npt.NDArray[Any]:
    """A layer as the file holds it: finite, and 32-bit float if ``whole``, else half.

    Raises:
        BadPicture: a pixel is not a finite number.
    """
    if picture.dtype == np.float16:
        bits = np.ascontiguousarray(picture).reshape(-1).view(np.uint16)
        finite, beyond = bool(_most(bits, np.uint16(_HALF_INFINITE)) < _HALF_INFINITE), False
    elif whole and picture.dtype == np.float32:
        wide = np.ascontiguousarray(picture).reshape(-1).view(np.uint32)
        finite, beyond = bool(_most(wide, np.uint32(_FLOAT_INFINITE)) < _FLOAT_INFINITE), False
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
def _most(bits: Any, mask: Any) -> int:
    """The largest of some of the bits of each float: of its exponent."""
    most = bits[0] & mask
    for i in range(bits.size):
        most = max(most, bits[i] & mask)
    return int(most)


def _header(wide: Mapping[str, int], size: tuple[int, int], attributes: Mapping[str, Attribute]) -> bytes:
    """Everything before the table of blocks: ``wide`` has the channels and how many 16 bits a sample of each takes."""
    height, width = size
    listed = b"".join(name.encode() + b"\0" + struct.pack("<iB3xii", each, 0, 1, 1) for name, each in wide.items())
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
    long_names = any(len(name) > 31 for name in (*fields, *wide))
    flags = 2 | (LONG_NAMES if long_names else 0)  # version 2
    parts = [struct.pack("<ii", MAGIC, flags)]
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


def _laid(part: Windowed, names: Sequence[str], wide: Mapping[str, int]) -> _Laid:
    order = list(wide)
    places = np.array([order.index(name) for name in names], np.int64)
    begins = np.cumsum([0, *wide.values()])[places] * part.width
    bits = np.ascontiguousarray(part.pixels).reshape(*part.pixels.shape[:2], -1).view(np.uint16)
    outside = int(np.float16(part.outside).view(np.uint16))
    return _Laid(bits, wide[names[0]], part, outside, begins.astype(np.int64), places)


def _blocks(height: int, width: int, layers: Sequence[_Laid], wide: Mapping[str, int]) -> Iterator[bytes]:
    """Blocks of 16 scanlines: bytes regrouped even/odd, differenced, deflated.

    The buffer of differences is kept from block to block: what is all of one value is written into it only once.
    """
    row = sum(wide.values()) * width
    starts = np.cumsum([0, *wide.values()])[:-1].astype(np.int64) * width
    edges = np.empty((ROWS, len(wide), 2), np.uint16)
    differences, half, stale = np.empty(0, np.uint8), 0, [True] * len(layers)
    for y in range(0, height, ROWS):
        rows = min(ROWS, height - y)
        if half != rows * row:
            half, stale = rows * row, [True] * len(layers)
            differences = np.empty(2 * half, np.uint8)
        low, high = differences[:half], differences[half:]
        for index, layer in enumerate(layers):
            first = min(max(layer.part.top - y, 0), rows)
            last = min(max(layer.part.top + len(layer.bits) - y, 0), rows)
            if first < last or stale[index]:
                skipped = y + first - layer.part.top
                bits = layer.bits[skipped : skipped + last - first] if first < last else layer.bits[:0]
                shape = (first, layer.part.left, width, layer.wide, layer.outside)
                _lay(bits, shape, layer.starts, layer.places, row, low, high, edges)
                stale[index] = first < last
        _join(edges, starts, row, low, high)
        packed = deflated(differences.data)
        data = packed if len(packed) < 2 * half else _raw(differences)  # the format: not smaller means stored as it is
        yield struct.pack("<ii", y, len(data)) + data


@njit(cache=True, nogil=True)
def _lay(bits: Any, shape: Any, starts: Any, places: Any, row: int, low: Any, high: Any, edges: Any) -> None:
    """The differences of one layer in a block, but for the first of each row and channel: that is of ``_join``.

    Args:
        bits: (R, w, n) of a layer, as ``_Laid.bits`` of the rows that lie in the block.
        shape: first row and column of these in the block, columns of the block, 16 bits a sample, bits around them.
        starts: (n,) where each channel begins in a row; places: (n,) its place among all channels.
        row: 16-bit integers in a row of the block.
        low: out, differences of low bytes; high: out, of high bytes.
        edges: out, (16, C, 2) first and last of each row and channel.
    """
    first, left, width, wide, outside = shape
    begin, count = left * wide, bits.shape[1] * wide
    end, total, around = begin + count, width * wide, np.uint16(outside)
    samples = np.empty(count, np.uint16)  # of one channel side by side: the loop over them is vectorised
    for y in range(low.size // row):
        for channel in range(len(starts)):
            at = y * row + starts[channel]
            lower, upper = low[at : at + total], high[at : at + total]
            edge = edges[y, places[channel]]
            if y < first or y >= first + len(bits):
                lower[:], upper[:] = 128, 128
                edge[0], edge[1] = around, around
                continue
            line = bits[y - first]
            lower[:begin], upper[:begin] = 128, 128
            lower[end:], upper[end:] = 128, 128
            one, final = line[0, channel * wide], line[-1, channel * wide + wide - 1]
            lower[begin], upper[begin] = (one & 0xFF) - (around & 0xFF) + 128, (one >> 8) - (around >> 8) + 128
            if end < total:
                lower[end], upper[end] = (around & 0xFF) - (final & 0xFF) + 128, (around >> 8) - (final >> 8) + 128
            edge[0], edge[1] = one if begin == 0 else around, final if end == total else around
            if wide == 1:
                for x in range(count):
                    samples[x] = line[x, channel]
            else:
                for x in range(bits.shape[1]):
                    samples[2 * x], samples[2 * x + 1] = line[x, 2 * channel], line[x, 2 * channel + 1]
            _step(samples, lower[begin:end], upper[begin:end])


@njit(cache=True, nogil=True)
def _step(samples: Any, low: Any, high: Any) -> None:
    for x in range(1, samples.size):
        low[x] = (samples[x] & 0xFF) - (samples[x - 1] & 0xFF) + 128
        high[x] = (samples[x] >> 8) - (samples[x - 1] >> 8) + 128


@njit(cache=True, nogil=True)
def _join(edges: Any, starts: Any, row: int, low: Any, high: Any) -> None:
    """The differences where one channel ends and the next begins, and where the high bytes follow the low ones."""
    rows, before = low.size // row, np.uint16(0)
    for y in range(rows):
        for channel in range(len(starts)):
            one, at = edges[y, channel, 0], y * row + starts[channel]
            low[at], high[at] = (one & 0xFF) - (before & 0xFF) + 128, (one >> 8) - (before >> 8) + 128
            before = edges[y, channel, 1]
    low[0] = edges[0, 0, 0] & 0xFF
    high[0] = (edges[0, 0, 0] >> 8) - (before & 0xFF) + 128


def _raw(differences: npt.NDArray[np.uint8]) -> bytes:
    """What the differences are of."""
    summed = np.cumsum(differences, dtype=np.uint8)
    summed[1::2] += 128  # each but the first is 128 too large; two of those are none
    return np.ascontiguousarray(summed.reshape(2, -1).T).tobytes()
