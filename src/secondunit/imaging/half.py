"""Half floats and back, many times as fast as NumPy 1.26 turns them; every rounding is the same.

Whole pictures are turned by OpenCV, with the processor's own instructions; the loops of ``numba`` use ``half_bits``.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from numba import njit

Halfs = npt.NDArray[np.float16]
Floats = npt.NDArray[np.float32]

OF_HALF: Floats = np.arange(65536, dtype=np.uint16).view(np.float16).astype(np.float32)  # each of them


def halves(picture: npt.NDArray[Any]) -> Halfs:
    """Any floats as half floats, rounded to nearest, ties to even (IEEE 754-2008); beyond the range is infinite."""
    if picture.dtype == np.float16:
        return picture
    wide = np.ascontiguousarray(picture, np.float32)
    out = np.empty(wide.shape, np.float16)
    if out.size:
        cv2.convertFp16(wide.reshape(-1, 1), out.view(np.int16).reshape(-1, 1))
    return out


def floats(picture: npt.NDArray[Any]) -> Floats:
    """Half floats as 32-bit floats; exact."""
    if picture.dtype != np.float16:
        return np.asarray(picture, np.float32)
    narrow = np.ascontiguousarray(picture)
    out = np.empty(narrow.shape, np.float32)
    if out.size:
        cv2.convertFp16(narrow.view(np.int16).reshape(-1, 1), out.reshape(-1, 1))
    return out


def above_zero(picture: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Where finite floats are above 0; of half floats without turning them."""
    if picture.dtype != np.float16:
        return np.asarray(picture > 0, np.bool_)
    return np.asarray(np.ascontiguousarray(picture).view(np.int16) > 0, np.bool_)  # the sign is the sign's bit


def is_zero(picture: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Where floats are 0, of either sign."""
    if picture.dtype != np.float16:
        return np.asarray(picture == 0, np.bool_)
    return np.asarray(np.ascontiguousarray(picture).view(np.uint16) << np.uint16(1) == 0, np.bool_)


def round_into(picture: Floats, first: int, out: Halfs) -> None:
    """Round columns of a picture to half floats, in the picture itself and in ``out``.

    Args:
        picture: (H, W) or (H, W, n), side by side in memory.
        first: the column that is the first of ``out``.
        out: (H, w) or (H, w, n), written.
    """
    height, width = picture.shape[:2]
    samples = picture.size // max(height * width, 1)
    wide, narrow = picture.reshape(height, -1), out.reshape(height, -1)
    _round_into(wide, wide.view(np.uint32), first * samples, narrow.view(np.uint16), OF_HALF)


@njit(cache=True, nogil=True)
def half_bits(value: Any, bits: Any) -> Any:
    """The bits of a half float, of a float and its bits."""
    magic = np.float32(0.5)  # adding it leaves the half's denormal in the low bits, rounded by the processor
    size = bits & np.uint32(0x7FFFFFFF)
    sign = (bits >> np.uint32(16)) & np.uint32(0x8000)
    normal = ((size + np.uint32(0xFFF) + ((size >> np.uint32(13)) & np.uint32(1))) >> np.uint32(13)) - np.uint32(
        0x1C000
    )
    small = min(abs(value), magic)
    tiny = np.uint32(np.int32((small + magic) * np.float32(16777216.0)) - np.int32(8388608))
    least = size < np.uint32(0x38800000)  # below 2 ** -14
    most = size >= np.uint32(0x47800000)  # 2 ** 16 and beyond
    found = tiny if least else normal
    found = (np.uint32(0x7E00) if size > np.uint32(0x7F800000) else np.uint32(0x7C00)) if most else found
    return np.uint16(sign | found)


@njit(cache=True, nogil=True)
def _round_into(values: Any, bits: Any, first: int, out: Any, table: Any) -> None:
    count = out.shape[1]
    for y in range(out.shape[0]):
        value, bit, half = values[y, first : first + count], bits[y, first : first + count], out[y]
        for x in range(count):
            half[x] = half_bits(value[x], bit[x])
        for x in range(count):
            value[x] = table[half[x]]
