"""Skin made younger or older by frequency bands: folds filled or deepened, pores and grain kept.

Lines are taken out first, in all colours (``lines``). Then the luminance code is split into bands (differences of
Gaussians inside the skin's matte). What is left of a line is what stands out of its band: values beyond the skin's own
texture are drawn in, and what is within it is strengthened by as much, so that skin keeps the texture it had and never
turns to plastic. A fold or a bag is a dark valley at a known place: a closing (Serra 1982) tells how deep it is, and it
is filled to the level of its banks. Older skin is the same in reverse.
Colour goes apart: redness and spots are deviations of the chroma, and of the luminance that goes with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numba import njit

from secondunit.effects.deage.anatomy import Anatomy
from secondunit.effects.deage.bands import (
    Image,
    Plane,
    blur,
    covered,
    limited,
    luma,
    luma_of,
    masked_blur,
    most,
    smooth,
    smoothstep,
)
from secondunit.effects.deage.lines import lines
from secondunit.effects.deage.mattes import Mattes

SIGMAS_PX = (0.9, 1.8, 3.6, 7.2)  # Gaussians between the bands; under the first are pores and grain
TEXTURE = 0.6  # quantile of a band's absolute values over the skin that is taken for texture
LIMITS = (3.0, 2.6, 2.2, 1.8)  # over that quantile: where a line begins, by band
# share of a band that goes even where nothing stands out: young skin is evener at 2 to 7 px
EVENED = (0.05, 0.45, 0.85, 0.8)
PORES_PX = 1.6  # Gaussian under which pores, down and grain lie
KEPT = 1.08  # share of their local contrast that stays
AGAIN = 2.2  # most that pores and grain are strengthened by
LINE_DEPTH, FOLD_DEPTH = 0.10, 0.13  # share of the code that a new line or fold takes at 20 years
RELIEF_DEPTH, SPOT_DEPTH = 0.085, 0.10  # the same of a furrow of the skin's own net, and of a spot
CREASE_TINT = np.array([0.8, 1.08, 1.12], np.float32)  # light in a fold went through skin and is redder
COARSE = (0.7, 0.9, 0.5, 0.2)  # by how much each band of the skin's own texture grows in 20 years
VALLEY_PX = 11  # half the width of the widest fold that is filled
WARM_HUE, WARM_MOST, WARM_OLD = -0.32, 0.012, 0.008  # ln(B/G) of fresh skin; most and least of the code that is shifted
WHITE_CODE = 1.0  # code of white: skin so bright has no room to be lit
RING_PX = 18.0  # dark rings under the eyes are filled from the skin around at this width


@dataclass(frozen=True)
class Amounts:
    """How much of each change, as planes (512, 512); 1 is about what 20 years do, negative is older."""

    fine_lines: Plane
    deep_folds: Plane
    eye_bags: Plane
    spots: Plane
    tone: Plane


def worn(codes: Image, relief: Plane, pigment: Image, skin: Plane, amounts: Amounts) -> Image:
    """The same codes with the surface that skin has later.

    Args:
        codes: (512, 512, 3) perceptual codes.
        relief: see ``relief.weathered``.
        pigment: the same.
        skin: (512, 512) matte.
        amounts: how much; only what is below 0 does anything.
    """
    depth = relief * np.clip(-amounts.fine_lines, 0, 1.5) * np.float32(RELIEF_DEPTH)
    dark = pigment * np.clip(-amounts.spots, 0, 1.5)[..., None] * np.float32(SPOT_DEPTH)
    lit = skin * smoothstep(luma(codes), 1.02, 0.8)  # what is overexposed shows nothing
    return np.asarray(codes * (1 + lit[..., None] * (depth[..., None] * CREASE_TINT + dark)), np.float32)


def creased(codes: Image, fine: Plane, folds: Plane, skin: Plane, amounts: Amounts) -> Image:
    """The same codes with lines and folds that were not there.

    Args:
        codes: (512, 512, 3) perceptual codes.
        fine: shading of fine lines, see ``folds.drawn``.
        folds: shading of folds.
        skin: (512, 512) matte.
        amounts: how much; only what is below 0 does anything.
    """
    depth = fine * np.clip(-amounts.fine_lines, 0, 1.5) * np.float32(LINE_DEPTH)
    depth += folds * np.clip(-amounts.deep_folds, 0, 1.5) * np.float32(FOLD_DEPTH)
    return np.asarray(codes * (1 + (skin * depth)[..., None] * CREASE_TINT), np.float32)


def retouched(codes: Image, places: Anatomy, found: Mattes, amounts: Amounts) -> Image:
    """The same codes with the skin changed.

    Args:
        codes: (512, 512, 3) perceptual codes (``bands.encode``).
        places: of the face.
        found: its mattes.
        amounts: how much.

    Returns:
        (512, 512, 3) codes, the same where the skin's matte is 0.
    """
    skin = found.skin
    gone = np.clip(amounts.fine_lines * _where_lines(places, 0), 0, 0.9)
    codes = codes - covered(lines(codes, skin), gone)
    light = luma(codes)
    level = [light, *(masked_blur(light, skin, sigma) for sigma in SIGMAS_PX)]
    change, folds = np.zeros_like(light), _folds(places)
    for band in range(len(SIGMAS_PX)):
        detail = level[band] - level[band + 1]
        change += _lines(detail, skin, band, _where_lines(places, band) * amounts.fine_lines, folds)
    change += _valleys(light + skin * change, skin, places, amounts)
    wide = masked_blur(codes, skin, RING_PX)
    tint = covered(wide, 1 / np.maximum(luma(wide), np.float32(0.02)))
    smooth = codes + covered(tint, skin * np.maximum(change, np.float32(-0.35) * np.maximum(light, 0)))
    smooth += _rings(smooth, skin, places, amounts)
    smooth += _evened(smooth, found, amounts)
    younger = np.maximum(amounts.fine_lines, amounts.spots)
    texture = smooth - masked_blur(smooth, skin, PORES_PX)
    return smooth + covered(texture, skin * _texture(light, luma(smooth), skin, younger))


def _texture(before: Plane, after: Plane, skin: Plane, amount: Plane) -> Plane:
    """By how much more pores and grain must show to have the strength that they had before the skin's lines went.

    It is for each channel's own texture: one that is overexposed has none, and what it were given would be cut off.
    """
    had, has = (picture - masked_blur(picture, skin, PORES_PX) for picture in (before, after))
    rough = np.sqrt(np.maximum(masked_blur(had * had, skin, 12), 0))
    sure = skin > 0.8
    usual = np.quantile(rough[sure], 0.95) if sure.any() else 0.0  # where lines are dense, that is not all texture
    wanted = np.minimum(rough, np.float32(usual)) * np.float32(KEPT)
    gain = wanted / np.maximum(np.sqrt(np.maximum(masked_blur(has * has, skin, 12), 0)), np.float32(1e-4))
    return np.asarray((np.clip(gain, 1, AGAIN) - 1) * np.clip(amount * 2, 0, 1), np.float32)


def _lines(detail: Plane, skin: Plane, band: int, amount: Plane, folds: Plane) -> Plane:
    """What to add to a band so that its lines are drawn in (amount above 0) or out."""
    sure = skin > 0.8
    if not sure.any():
        return np.zeros_like(detail)
    texture = np.float32(np.quantile(np.abs(detail[sure]), TEXTURE) * LIMITS[band])
    beyond = limited(detail, texture, 0.0) - detail  # opposes the line: bright in valleys, dark on ridges
    beyond *= np.where(detail < 0, np.float32(1.0), np.float32(0.6))  # a ridge is half shape, half fold
    younger, older = np.clip(amount, 0, 1.2), np.clip(amount, -1.2, 0)
    even = np.minimum(younger * np.float32(EVENED[band]), 0.85)
    smooth = (detail + beyond * np.minimum(younger, 1)) * (1 - even)
    coarse = (detail + beyond * (1 - folds)) * older * np.float32(-COARSE[band])  # a mole is no fold, and stays
    return np.asarray(smooth - detail + beyond * folds * older + coarse, np.float32)


def _where_lines(places: Anatomy, band: int) -> Plane:
    """Where a band's outliers are lines: the coarser, the less sure outside of the known places."""
    known = np.maximum(_folds(places), places.neck * np.float32(0.7))
    return np.asarray(
        np.maximum(known, np.float32((0.9, 0.9, 0.9, 0.7)[band])) * (1 - places.nose * np.float32(0.6)), np.float32
    )


def _folds(places: Anatomy) -> Plane:
    around_eyes = np.maximum(places.crow, places.under_eyes)
    beside_mouth = np.maximum(places.nasolabial, places.marionette)
    return np.maximum(np.maximum(around_eyes, beside_mouth), np.maximum(places.forehead, places.frown))


def _valleys(light: Plane, skin: Plane, places: Anatomy, amounts: Amounts) -> Plane:
    """Folds and bags: how deep, by a closing at half size; filled to their banks, or deepened."""
    low = masked_blur(light, skin, SIGMAS_PX[1]) * skin
    low += masked_blur(light, skin, SIGMAS_PX[3]) * (1 - skin)  # what is not skin is no valley
    size = low.shape[::-1]
    half = cv2.resize(low, (size[0] // 2, size[1] // 2), interpolation=cv2.INTER_AREA)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (VALLEY_PX, VALLEY_PX))
    deep = cv2.resize(cv2.morphologyEx(half, cv2.MORPH_CLOSE, disc) - half, size, interpolation=cv2.INTER_LINEAR)
    deep = cv2.GaussianBlur(np.maximum(deep - np.float32(0.004), 0), (0, 0), 1.6)
    inside = blur(skin, 3)  # near what is not skin the banks are not known
    deep = deep * smoothstep(inside, 0.6, 0.95)
    lines = most(places.nasolabial, places.marionette, places.frown, places.forehead * np.float32(0.8))
    elsewhere = places.face * (1 - places.nose) * np.float32(0.35)
    folds = most(lines, places.crow, elsewhere, places.neck * np.float32(0.5))
    bags = places.under_eyes
    amount = np.maximum(folds * amounts.deep_folds * (1 - bags), 0) + np.maximum(bags * amounts.eye_bags, 0)
    older = np.minimum(folds * amounts.deep_folds * (1 - bags), 0) + np.minimum(bags * amounts.eye_bags, 0)
    return np.asarray(
        deep * np.clip(amount, 0, 1.1) * np.float32(0.9) + np.minimum(deep, 0.06) * np.clip(older, -1.2, 0), np.float32
    )


def _rings(codes: Image, skin: Plane, places: Anatomy, amounts: Amounts) -> Image:
    """Dark rings and hollows under the eyes, lifted in colour too."""
    outside = skin * (1 - np.clip(places.under_eyes * 1.3, 0, 1))
    gap = masked_blur(codes, outside, RING_PX) - masked_blur(codes, skin, SIGMAS_PX[2])
    dark = smoothstep(luma(gap), 0.0, 0.04) * smoothstep(blur(outside, RING_PX), 0.02, 0.15)
    amount = np.clip(amounts.eye_bags, -0.4, 1.1) * np.float32(0.6)
    return covered(gap, dark * places.under_eyes * skin * amount)


def _evened(codes: Image, found: Mattes, amounts: Amounts) -> Image:
    """Spots, redness and tone.

    Spots are what is darker than the skin around at 2 to 9 px; redness is the chroma's unevenness; tone is how much
    the wide light and shade of hollows and bulges stand out, and how lively the colour is.
    """
    skin = found.skin
    fine, middle, wide = (masked_blur(codes, skin, sigma) for sigma in (1.2, 7.0, 26.0))
    pale = np.clip(WARM_HUE - found.hue[1], -WARM_MOST, 0) if amounts.tone.max() > 0 else -WARM_OLD
    warm = np.array([0.008, 0.004, pale], np.float32)
    change = np.zeros(codes.shape, np.float32)
    _even(np.ascontiguousarray(codes), (fine, middle, wide), skin, amounts.spots, amounts.tone, warm, change)
    return change


@njit(cache=True, nogil=True)
def _even(codes: Any, blurred: Any, skin: Any, spots: Any, tone: Any, warm: Any, change: Any) -> None:
    f = np.float32
    for y in range(change.shape[0]):
        for x in range(change.shape[1]):
            if skin[y, x] == 0:
                continue
            fine, middle, wide = blurred[0][y, x], blurred[1][y, x], blurred[2][y, x]
            light, sharp, slow, broad = luma_of(codes[y, x]), luma_of(fine), luma_of(middle), luma_of(wide)
            darker = smooth(slow - sharp, f(0.006), f(0.02))
            amount, fresh = skin[y, x] * spots[y, x], skin[y, x] * tone[y, x]
            amount, fresh = min(max(amount, -skin[y, x]), skin[y, x]), min(max(fresh, -skin[y, x]), skin[y, x])
            shade = broad - slow
            glow = (f(0.3) if shade > 0 else f(0.08)) * shade + slow * f(0.015)
            glow *= smooth(broad, f(WHITE_CODE), f(WHITE_CODE - 0.2)) if glow > 0 else f(1)  # no room above
            for k in range(3):
                uneven = (wide[k] - broad) - (middle[k] - slow)
                redder = (fine[k] - sharp) - (middle[k] - slow)  # what is left of a line when its shade is gone
                spot = (fine[k] - middle[k]) * darker
                younger = uneven * f(0.5) - spot * f(0.7) - redder * (f(1) - darker) * f(0.65)
                lively = (codes[y, x, k] - light) * f(0.04) + slow * warm[k]
                new = max(amount, f(0)) * younger + min(amount, f(0)) * uneven * f(0.3)
                change[y, x, k] = new + max(fresh, f(0)) * glow + fresh * lively
