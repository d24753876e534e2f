"""Colour through OpenColorIO's built-in ACES CG config. No colour matrix or curve of our own.

A photograph (JPEG, PNG, TIFF, 8-bit movie) is display-referred: its picture is already rendered for a screen, so it is
shown again un-tone-mapped, and an untouched pixel keeps its code value. A scene-linear plate (EXR) is shown through the
ACES SDR view.

OCIO processors are immutable once made: every function here may be called from several threads at once.
"""

from __future__ import annotations

import enum
import functools
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import PyOpenColorIO as ocio
from numba import njit

from secondunit.errors import BadPicture, nearest
from secondunit.imaging.half import floats, halves
from secondunit.imaging.screen import Screen
from secondunit.records import digest_bytes

Image = npt.NDArray[np.float32]
Codes = npt.NDArray[np.uint8]

CONFIG = "cg-config-v2.2.0_aces-v1.3_ocio-v2.4"  # built into OCIO 2.4 and later
WORKING = "ACEScg"
SRGB = "sRGB Encoded Rec.709 (sRGB)"  # what an untagged photograph or movie means
DISPLAY = "sRGB - Display"
LINEAR_SRGB = "Linear Rec.709 (sRGB)"  # the screen's own light
_PACKED = np.array([1 << 16, 1 << 8, 1], np.uint32)  # a colour's codes as one number
_NUDGES: dict[int, Any] = {}  # by packed colour; dictionaries are safe for threads
_MOST_NUDGES = 1 << 18
_STRIP = 128  # rows
HALF_MAX = 65504.0  # largest finite half float, IEEE 754-2008 binary16


class View(enum.StrEnum):
    """How scene-linear pixels are shown on an sRGB screen; the values are the config's own names."""

    DISPLAY_REFERRED = "Un-tone-mapped"
    SCENE_LINEAR = "ACES 1.0 - SDR Video"

    @classmethod
    def of(cls, *, display_referred: bool) -> View:
        """The view for a plate that is, or is not, display-referred."""
        return cls.DISPLAY_REFERRED if display_referred else cls.SCENE_LINEAR


@functools.cache
def _config() -> Any:
    return ocio.Config.CreateFromBuiltinConfig(CONFIG)


@functools.cache
def config_digest() -> str:
    """SHA-256 of the whole colour config, for the papers of a take."""
    return digest_bytes(_config().serialize().encode())


def space_name(name: str, *, where: str = "colour space") -> str:
    """The config's own name for a colour space or one of its aliases.

    Raises:
        BadPicture: the config has no such space.
    """
    space = _config().getColorSpace(name)
    if space is None:
        raise BadPicture(where, f"the colour space {name!r}", "one of the config", nearest(name, known_spaces()))
    return str(space.getName())


def known_spaces() -> tuple[str, ...]:
    """Names of the spaces a picture may be in."""
    return tuple(str(name) for name in _config().getColorSpaceNames())


def is_display_referred(space: str) -> bool:
    """Whether a space encodes pictures already rendered for a screen (sRGB, Rec.709, Adobe RGB...)."""
    return str(_config().getColorSpace(space_name(space)).getEncoding()) in ("sdr-video", "hdr-video")


@functools.cache
def _processor(source: str, target: str) -> Any:
    return _config().getProcessor(source, target).getOptimizedCPUProcessor(ocio.OPTIMIZATION_LOSSLESS)


@functools.cache
def _display_processor(view: View) -> Any:
    transform = ocio.DisplayViewTransform()
    transform.setSrc(WORKING)
    transform.setDisplay(DISPLAY)
    transform.setView(str(view))
    return _config().getProcessor(transform).getOptimizedCPUProcessor(ocio.OPTIMIZATION_LOSSLESS)


def _applied(processor: Any, pixels: npt.NDArray[Any]) -> Image:
    out = np.array(pixels, dtype=np.float32, order="C")  # OCIO works in place: always a copy
    if out.size:
        processor.applyRGB(out)
    return out


def to_working(pixels: npt.NDArray[Any], space: str) -> Image:
    """Pixels (..., 3) in ``space`` to scene-linear ACEScg float32.

    Raises:
        BadPicture: the config has no such space.
    """
    return _applied(_processor(space_name(space), WORKING), pixels)


def from_working(pixels_acescg: npt.NDArray[Any], space: str) -> Image:
    """Scene-linear ACEScg (..., 3) to ``space``, float32.

    Raises:
        BadPicture: the config has no such space.
    """
    return _applied(_processor(WORKING, space_name(space)), pixels_acescg)


def to_display(pixels_acescg: npt.NDArray[Any], view: View) -> Codes:
    """Scene-linear ACEScg (..., 3) to 8-bit sRGB codes for a screen, rounded to the nearest."""
    if view is View.DISPLAY_REFERRED:
        return _screen().codes(np.asarray(pixels_acescg, np.float32), lambda rest: _displayed(rest, view))
    return _displayed(pixels_acescg, view)


@functools.cache
def _screen() -> Screen:
    """The quick way to and from a screen's codes, where no tone is mapped."""
    linear = space_name(LINEAR_SRGB)
    return Screen.of(
        lambda pixels: from_working(pixels, linear),
        lambda pixels: to_working(pixels, linear),
        lambda codes: _applied(_processor(space_name(SRGB), linear), codes),
    )


def _displayed(pixels_acescg: npt.NDArray[Any], view: View) -> Codes:
    """``to_display`` by OpenColorIO."""
    shown = _applied(_display_processor(view), pixels_acescg)
    shown *= 255
    shown += 0.5
    return np.clip(np.floor(shown, out=shown), 0, 255, out=shown).astype(np.uint8)


def to_display_beside(pixels_acescg: npt.NDArray[Any], view: View, known: npt.NDArray[Any], codes: Codes) -> Codes:
    """``to_display`` of a picture (H, W, 3): where it is ``known``, it takes its ``codes``, and converts the rest.

    Args:
        pixels_acescg: float32, or half like ``known``.
        view: of both.
        known: (H, W, 3) the same of another picture.
        codes: (H, W, 3) of that one.
    """
    alike = pixels_acescg.dtype == known.dtype == np.float16
    if alike and view is View.DISPLAY_REFERRED:
        return _screen().codes_beside(pixels_acescg, known, codes, lambda rest: _displayed(rest, view))
    one, other = (np.ascontiguousarray(each, None if alike else np.float32) for each in (pixels_acescg, known))
    wide, beside = one.reshape(-1, 3), other.reshape(-1, 3)
    where = _differing(*((each.view(np.uint16) for each in (wide, beside)) if alike else (wide, beside)))
    out = codes.copy()
    out.reshape(-1, 3)[where] = to_display(floats(np.take(wide, where, axis=0)), view)
    return out


@njit(cache=True, nogil=True)
def _differing(one: Any, other: Any) -> Any:
    """Which rows (N, 3) are not the same, rising."""
    found, count = np.empty(len(one), np.int64), 0
    for i in range(len(one)):
        found[count] = i
        count += one[i, 0] != other[i, 0] or one[i, 1] != other[i, 1] or one[i, 2] != other[i, 2]
    return found[:count]


def to_half(pixels: npt.NDArray[Any]) -> Image:
    """Float32 whose values are exact in half float; values beyond half's range become its largest."""
    return np.clip(pixels, -HALF_MAX, HALF_MAX).astype(np.float16).astype(np.float32)


def plate_from_codes(codes: Codes, space: str = SRGB) -> Image:
    """8-bit display-referred codes (..., 3) to ACEScg exact in half float, shown again as the very same codes.

    Rounding to half moves about one saturated colour in 200 by one code (a bright green's rounding error lands in its
    near-black red). Those are nudged to a neighbouring half value that shows right. Codes of a gamut wider than sRGB
    are only rounded: an sRGB screen cannot show them.
    """
    if space_name(space) != SRGB:
        return to_half(to_working(codes.astype(np.float32) / 255, space))
    flat = np.ascontiguousarray(codes).reshape(-1, 3)
    working, doubtful = _screen().working(flat)
    doubtful = doubtful[np.any(_displayed(working[doubtful], View.DISPLAY_REFERRED) != flat[doubtful], axis=-1)]
    if len(doubtful):
        colours, inverse = np.unique(flat[doubtful] @ _PACKED, return_inverse=True)
        working[doubtful] = _known_nudges(colours)[np.ravel(inverse)]
    return working.reshape(codes.shape)


def light_of(codes: Codes) -> Image:
    """Linear Rec.709 of sRGB codes (h, w, 3), float32."""
    return np.asarray(cv2.LUT(codes, _screen().light_of), np.float32)


def plate_halves(codes: Codes, space: str = SRGB) -> npt.NDArray[np.float16]:
    """``plate_from_codes`` of a picture (H, W, 3) as half floats; strips of it stay in the processor's cache."""
    out = np.empty(codes.shape, np.float16)
    for first in range(0, len(codes), _STRIP):
        strip = slice(first, first + _STRIP)
        out[strip] = halves(plate_from_codes(codes[strip], space))
    return out


def _known_nudges(packed: npt.NDArray[np.uint32]) -> Image:
    """What colours (N,), packed in one number, are nudged to, (N, 3): one frame's are mostly those of the last."""
    found: dict[int, Any] = {one: _NUDGES.get(one) for one in packed.tolist()}
    new = np.array([one for one, nudged in found.items() if nudged is None], np.uint32)
    if len(new):
        colours = np.stack([new >> np.uint32(shift) & np.uint32(255) for shift in (16, 8, 0)], axis=-1).astype(np.uint8)
        rounded = to_half(to_working(colours.astype(np.float32) / 255, SRGB))
        made = dict(zip(new.tolist(), _nudged(rounded, colours), strict=True))
        found.update(made)
        if len(_NUDGES) + len(made) > _MOST_NUDGES:
            _NUDGES.clear()
        _NUDGES.update(made)
    return np.array([found[one] for one in packed.tolist()], np.float32)


def _nudged(rounded: Image, colours: Codes) -> Image:
    """For each colour (N, 3), the nearest half-float neighbour whose display codes are ``colours``."""
    steps = np.stack(np.meshgrid(*[np.arange(-2, 3)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    steps = steps[np.argsort(np.abs(steps).sum(axis=1), kind="stable")]  # smallest change first
    out, open_ = rounded.copy(), np.arange(len(rounded))
    for step in steps:
        bits = rounded[open_].astype(np.float16).view(np.int16).astype(np.int32)
        tried = np.maximum(bits + step, 0).astype(np.int16).view(np.float16).astype(np.float32)
        good = np.all(to_display(tried, View.DISPLAY_REFERRED) == colours[open_], axis=-1)
        out[open_[good]] = tried[good]
        open_ = open_[~good]
        if not len(open_):
            break
    return out
