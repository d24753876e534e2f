"""Scene-linear to the codes of an sRGB screen and back, ten times as fast as OpenColorIO, to the same bits.

The matrices and the curve are OpenColorIO's own, asked once. What lies so near a border between two codes that rounding
might decide is left to OpenColorIO itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from secondunit.imaging.half import OF_HALF

Image = npt.NDArray[np.float32]
Codes = npt.NDArray[np.uint8]
Halfs = npt.NDArray[np.float16]
Convert = Callable[[Image], Image]

_GUARD = np.float32(2e-5)  # relative; a hundred times what two orders of adding float32 differ by
_RUN = 1024  # pixels worked on at once
_BITS = 16  # of a float that the table of codes is looked up by: sign, exponent and seven bits


@dataclass(frozen=True)
class Screen:
    """What is known of the way to an sRGB screen.

    Attributes:
        to_light: (3, 3) rows: from the working space to the screen's linear light.
        from_light: (3, 3) rows: back.
        light_of: (256,) linear light of each code.
        borders: (257,) linear light where each code begins; the first is minus and the last plus infinity.
        table: (65536,) the code of the least light with these first 16 bits.
    """

    to_light: Image
    from_light: Image
    light_of: Image
    borders: Image
    table: Codes

    @classmethod
    def of(cls, to_light: Convert, from_light: Convert, decode: Convert) -> Screen:
        """Ask three conversions of (n, 3) pixels; ``decode`` goes from codes / 255 to linear light."""
        eye = np.eye(3, dtype=np.float32)
        steps = np.arange(256, dtype=np.float64)
        gray = decode(np.repeat((steps[:, None] / 255).astype(np.float32), 3, axis=1))[:, 0]
        half = np.repeat(((steps[1:, None] - 0.5) / 255).astype(np.float32), 3, axis=1)
        borders = np.concatenate([[-np.inf], decode(half)[:, 0], [np.inf]]).astype(np.float32)
        bits = (np.arange(65536, dtype=np.uint32) << np.uint32(_BITS)).view(np.float32)
        table = np.clip(np.searchsorted(borders, np.nan_to_num(bits), side="right") - 1, 0, 255)
        table[bits < 0] = 0
        return cls(to_light(eye).T.copy(), from_light(eye).T.copy(), gray.copy(), borders, table.astype(np.uint8))

    def codes(self, working: Image, exact: Callable[[Image], Codes]) -> Codes:
        """Codes of pixels (..., 3); ``exact`` gives those of (n, 3) that rounding might decide."""
        wide = np.ascontiguousarray(working, np.float32).reshape(-1, 3)
        out = np.empty(wide.shape, np.uint8)
        doubtful = np.empty(len(wide) + 1, np.int64)
        count = _shown(wide, self.to_light, self.borders, self.table, _GUARD, out, doubtful)
        if count:
            at = doubtful[:count]
            out[at] = exact(wide[at])
        return out.reshape(working.shape)

    def codes_beside(self, picture: Halfs, known: Halfs, codes: Codes, exact: Callable[[Image], Codes]) -> Codes:
        """``codes`` of a picture (..., 3) of half floats, of which those of another one, ``known``, are at hand."""
        wide, beside = (np.ascontiguousarray(one).view(np.uint16).reshape(-1, 3) for one in (picture, known))
        out, doubtful = np.array(codes), np.empty(len(wide) + 1, np.int64)
        flat = out.reshape(-1, 3)
        ways = (self.to_light, self.borders, self.table, _GUARD)
        count = _shown_beside(wide, beside, OF_HALF, *ways, flat, doubtful)
        if count:
            at = doubtful[:count]
            flat[at] = exact(OF_HALF[wide[at]])
        return out

    def working(self, codes: Codes) -> tuple[Image, npt.NDArray[np.int64]]:
        """Codes (n, 3) as pixels (n, 3) rounded to half; and which of them might be shown as other codes."""
        out = np.empty(codes.shape, np.float32)
        doubtful = np.empty(len(codes) + 1, np.int64)
        flat = np.ascontiguousarray(codes)
        count = _read(flat, self.light_of, self.from_light, self.to_light, self.borders, _GUARD, out, doubtful)
        return out, doubtful[:count]


@njit(cache=True, nogil=True, error_model="numpy")
def _shown(wide: Any, to_light: Any, borders: Any, table: Any, guard: Any, out: Any, doubtful: Any) -> int:
    count = 0
    light = np.empty(3, np.float32)
    bits = light.view(np.uint32)
    for i in range(len(wide)):
        doubtful[count] = i
        count += _pixel(wide[i, 0], wide[i, 1], wide[i, 2], to_light, borders, table, guard, light, bits, out[i])
    return count


@njit(cache=True, nogil=True, error_model="numpy")
def _shown_beside(
    halves: Any, known: Any, of_half: Any, to_light: Any, borders: Any, table: Any, guard: Any, out: Any, doubtful: Any
) -> int:
    """``_shown`` where bits of half floats (n, 3) are not those of another picture; ``out`` keeps the rest."""
    count = 0
    light = np.empty(3, np.float32)
    bits = light.view(np.uint32)
    for i in range(len(halves)):
        red, green, blue = halves[i, 0], halves[i, 1], halves[i, 2]
        if red == known[i, 0] and green == known[i, 1] and blue == known[i, 2]:
            continue
        doubtful[count] = i
        count += _pixel(
            of_half[red], of_half[green], of_half[blue], to_light, borders, table, guard, light, bits, out[i]
        )
    return count


@njit(cache=True, nogil=True, error_model="numpy")
def _pixel(
    red: Any,
    green: Any,
    blue: Any,
    to_light: Any,
    borders: Any,
    table: Any,
    guard: Any,
    light: Any,
    bits: Any,
    out: Any,
) -> bool:
    """One pixel's codes into ``out``; whether rounding might decide otherwise. ``bits`` are those of ``light``."""
    for k in range(3):
        light[k] = red * to_light[k, 0] + green * to_light[k, 1] + blue * to_light[k, 2]
    size, unsure = guard * (abs(red) + abs(green) + abs(blue)), False
    for k in range(3):
        code = int(table[bits[k] >> np.uint32(_BITS)])
        while light[k] >= borders[code + 1]:
            code += 1
        out[k] = code
        sure = light[k] - size > borders[code] and light[k] + size < borders[code + 1]
        unsure = unsure or not sure
    return unsure


@njit(cache=True, nogil=True)
def _read(
    codes: Any, light_of: Any, from_light: Any, to_light: Any, borders: Any, guard: Any, out: Any, doubtful: Any
) -> int:
    """In runs that stay in the processor's cache, each step a loop without branches that is vectorised."""
    count = 0
    light, low, high = np.empty((3, _RUN), np.float32), np.empty((3, _RUN), np.float32), np.empty((3, _RUN), np.float32)
    half, unsure = np.empty((3, _RUN), np.float32), np.empty(_RUN, np.bool_)
    for start in range(0, len(codes), _RUN):
        size = min(_RUN, len(codes) - start)
        for i in range(size):
            for k in range(3):
                code = codes[start + i, k]
                light[k, i], low[k, i], high[k, i] = light_of[code], borders[code], borders[code + 1]
        for k in range(3):
            a, b, c = from_light[k, 0], from_light[k, 1], from_light[k, 2]
            for i in range(size):
                half[k, i] = half_of(light[0, i] * a + light[1, i] * b + light[2, i] * c)
        unsure[:] = False
        for k in range(3):
            a, b, c = to_light[k, 0], to_light[k, 1], to_light[k, 2]
            for i in range(size):
                near = guard * (abs(half[0, i]) + abs(half[1, i]) + abs(half[2, i]))
                back = half[0, i] * a + half[1, i] * b + half[2, i] * c
                unsure[i] |= (back - near <= low[k, i]) | (back + near >= high[k, i])
        for i in range(size):
            for k in range(3):
                out[start + i, k] = half[k, i]
            doubtful[count] = start + i
            count += unsure[i]
    return count


@njit(cache=True, nogil=True)
def half_of(value: Any) -> Any:
    """A float32 of half's normal and subnormal range, rounded to nearest half, ties to even."""
    magic = np.float32(0.75)  # in [0.5, 1) floats are 2 ** -24 apart, as halves are below 2 ** -14
    scaled = value * np.float32(8193.0)  # 2 ** 13 + 1: Dekker's split leaves the 11 bits of a half
    small = abs(value) < np.float32(6.103515625e-05)
    return (value + magic) - magic if small else scaled - (scaled - value)
