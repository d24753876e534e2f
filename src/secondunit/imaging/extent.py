"""Where in a picture there is anything."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

Window = tuple[slice, slice]  # rows and columns


def extent(layer: npt.NDArray[np.float16], neutral: float = 0.0) -> Window:
    """The smallest rectangle of a layer (H, W) or (H, W, n) with all that is not ``neutral``; 0 x 0 if all is.

    Compared are bits: -0 is something where 0 is nothing.
    """
    height, width = layer.shape[:2]
    bits = np.ascontiguousarray(layer).view(np.uint16).reshape(height, -1)
    top, bottom, first, last = _extent(bits, np.float16(neutral).view(np.uint16))
    channels = bits.shape[1] // width
    return slice(top, bottom), slice(first // channels, -(-last // channels))


def around(*parts: Window) -> Window:
    """The smallest rectangle that holds all parts; those of no pixels do not count."""
    held = [part for part in parts if part[0].stop > part[0].start and part[1].stop > part[1].start]
    if not held:
        return slice(0, 0), slice(0, 0)
    rows, columns = (
        slice(min(part[axis].start for part in held), max(part[axis].stop for part in held)) for axis in (0, 1)
    )
    return rows, columns


def within(part: Window, other: Window) -> Window:
    """The pixels that two parts share; 0 x 0 if they share none."""
    (top, bottom), (left, right) = (
        (max(one.start, two.start), min(one.stop, two.stop)) for one, two in zip(part, other, strict=True)
    )
    return (slice(top, bottom), slice(left, right)) if top < bottom and left < right else (slice(0, 0), slice(0, 0))


@njit(cache=True, nogil=True)
def _extent(bits: Any, neutral: Any) -> Any:
    """First and one after the last of the rows, and of the samples in them, that are not neutral."""
    height, count = bits.shape
    top, bottom, first, last = height, 0, count, 0
    for y in range(height):
        row, differs = bits[y], np.uint16(0)
        for x in range(count):
            differs |= row[x] ^ neutral
        if differs == 0:
            continue
        top, bottom, x = min(top, y), y + 1, 0
        while x < first and row[x] == neutral:
            x += 1
        first, x = min(first, x), count
        while x > last and row[x - 1] == neutral:
            x -= 1
        last = max(last, x)
    return (top, bottom, first, last) if bottom > 0 else (0, 0, 0, 0)
