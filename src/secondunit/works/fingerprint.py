"""What a picture is known by: perceptual hashes of it and of windows of it, so that crops and insets are found too.

pHash and dHash (64 bits each) by the library ``imagehash``; sources: Zauner 2010, "Implementation and benchmarking of
perceptual image hash functions"; Krawetz 2013, "Kind of like that". The library's crop-resistant hash (Steinebach et
al. 2014) was measured beside windows and found less of what was cropped while it confused more: ``docs/likeness.md``.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Protocol

import imagehash
import numpy as np
import numpy.typing as npt
from PIL import Image

from secondunit.errors import BadPicture, BrokenStore

Codes = npt.NDArray[np.uint8]
Bits = npt.NDArray[np.bool_]

WINDOWS = {1.0: 1, 0.9: 3, 0.8: 3, 0.7: 4, 0.6: 4, 0.5: 5}  # share of each side: places along each side
LONG_SIDE_PX = 256  # a picture is brought to this before it is cut into windows; hashes are taken of 32 x 32
PLAIN = 6.0  # standard deviation of sRGB codes below which a picture or window says nothing
FLAT_EDGE = 6  # codes a row or column may vary by and still be a border
NEAR_AT = 24  # bits of 128 that may differ in a near match, which stops; measured: docs/likeness.md
LOOK_AT = 30  # up to here somebody should look
BYTES = 16  # of one window: 64 + 64 bits


class Embedder(Protocol):
    """A learned measure of likeness, if one is installed; none is shipped.

    Attributes:
        name: of the model and its weights' digest: numbers of different models are never compared.
        near_at: distance up to which two pictures are a near match, by the model's card.
    """

    name: str
    near_at: float

    def embed(self, codes: Codes) -> npt.NDArray[np.float64]:
        """Numbers (N,) of a picture (H, W, 3) of sRGB codes."""
        ...


@dataclass(frozen=True)
class Fingerprint:
    """Hashes of the whole picture (first) and its windows.

    Attributes:
        bits: (W, 128): pHash and dHash of each window.
        speaks: (W,) whether the window holds enough to be known by.
    """

    bits: Bits
    speaks: Bits

    def to_text(self) -> str:
        """Hex, for a document."""
        return (np.packbits(self.speaks).tobytes() + np.packbits(self.bits, axis=1).tobytes()).hex()

    @classmethod
    def from_text(cls, text: str, where: str) -> Fingerprint:
        """What ``to_text`` wrote.

        Raises:
            BrokenStore: it is no such text.
        """
        count = len(_places())
        head = -(-count // 8)
        try:
            data = np.frombuffer(bytes.fromhex(text), np.uint8)
        except (ValueError, TypeError) as error:
            raise BrokenStore(where, "is not hex", "a fingerprint as this project writes it") from error
        if len(data) != head + count * BYTES:
            raise BrokenStore(where, f"{len(data)} bytes", f"{head + count * BYTES}", "Add the picture again.")
        bits = np.unpackbits(data[head:].reshape(count, BYTES), axis=1).astype(bool)
        return cls(bits, np.unpackbits(data[:head])[:count].astype(bool))


@functools.cache
def _places() -> tuple[tuple[float, float, float], ...]:
    """(share of each side, place across, place down) of every window; the whole picture first."""
    found = []
    for share, count in WINDOWS.items():
        steps = [index / (count - 1) for index in range(count)] if count > 1 else [0.5]
        found += [(share, x, y) for x in steps for y in steps]
    return tuple(found)


def fingerprint(codes: Codes, *, mirrored: bool = False) -> Fingerprint:
    """The fingerprint of a picture (H, W, 3) or (H, W) of sRGB codes; of its mirror image if asked.

    Plain borders (letterbox, passe-partout) are cut off first.

    Raises:
        BadPicture: not such an array.
    """
    if codes.dtype != np.uint8 or codes.ndim not in (2, 3) or 0 in codes.shape:
        raise BadPicture("picture", f"{codes.dtype} {codes.shape}", "sRGB codes (H, W, 3), uint8")
    picture = Image.fromarray(np.ascontiguousarray(codes)).convert("L")
    if mirrored:
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    scale = LONG_SIDE_PX / max(picture.size)
    if scale < 1:
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    picture = _without_borders(picture)
    bits, speaks = [], []
    for share, x, y in _places():
        width, height = max(1, int(picture.width * share)), max(1, int(picture.height * share))
        left, top = int((picture.width - width) * x), int((picture.height - height) * y)
        window = picture.crop((left, top, left + width, top + height))
        bits.append(np.concatenate([imagehash.phash(window).hash.ravel(), imagehash.dhash(window).hash.ravel()]))
        speaks.append(float(np.std(np.asarray(window))) >= PLAIN)
    return Fingerprint(np.array(bits), np.array(speaks))


def differing_bits(reference: Fingerprint, picture: Fingerprint) -> int:
    """Bits of 128 that differ at best: whole against windows, both ways round; 128 if either says nothing."""
    best = 128
    for one, others in ((reference, picture), (picture, reference)):
        if one.speaks[0] and others.speaks.any():
            best = min(best, int((one.bits[0] != others.bits[others.speaks]).sum(axis=1).min()))
    return best


def _without_borders(picture: Image.Image) -> Image.Image:
    codes = np.asarray(picture).astype(int)
    rows = np.flatnonzero(np.ptp(codes, axis=1) > FLAT_EDGE)
    columns = np.flatnonzero(np.ptp(codes, axis=0) > FLAT_EDGE)
    if len(rows) < 8 or len(columns) < 8:
        return picture
    return picture.crop((int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1))
