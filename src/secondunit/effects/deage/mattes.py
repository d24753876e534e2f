"""What is skin, hair and neither, told by colour and place: only skin is retouched, only hair recoloured.

Glasses, hands, make-up strokes, clothes and whatever else stands before a face differ from its skin in chroma, or are
darker than any shade of it; they fall out of the skin's matte, and with it out of the result.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numba import njit

from secondunit.effects.deage.anatomy import BROW_TOPS, SKIN_SAMPLES, Anatomy, Points
from secondunit.effects.deage.bands import Image, Plane, blur, box_of, luma, masked_blur, most, smoothstep

SAMPLE_PX = 9  # side of the patches that tell the skin's colour
DARK_FLOOR = 0.002  # scene-linear; keeps ratios of nearly black pixels from being noise
SPREAD = (0.07, 0.11)  # natural logarithm; least and most of what is taken for the skin's own spread of log-ratios
RUDDY = 3.0  # skin in folds and shadows is redder than its median, never greyer: so much more is allowed that way
SHINE = 1.5  # spreads grow so much a stop above the surroundings: a highlight has the light's colour
GLOOM = 0.25  # and so much a stop of shade, where other light comes in
LOCAL_PX, LOCAL = 28.0, 0.75  # coloured light: the skin around tells its colour here, as far as it is skin
INSIDE, OUTSIDE = 2.0, 3.6  # spreads from the skin's median: surely skin, surely not
GLARE = (1.8, 1.05)  # luminance, white = 1: above, light shows and no skin
DARKER_STOPS = (2.6, 4.0)  # below the median skin: still a shadow on skin, no longer
SIDE_PX = 61  # twice as far as hair reaches into the mesh's outline before the ears
BROW_PX = 4.0  # brows are as dense as their hairs are within this
COVER_PX = 76  # lips that lie between so much of what is no skin are behind it
HOLE_PX = 36  # widest highlight on hair that is filled
LOCK_PX, FEATURE_PX = 28, 25  # a lock of hair is wider; so near eyes, brows and mouth nothing is one
EDGE_ROUGH_PX = 13  # roughness reaches half so far over the edge of what is rough
LOCKS, LEAST_ROUGH = (3.0, 4.5), 0.02  # roughness over the skin's: still skin, surely hair; the least that skin has
STRAY, SURE = 0.25, 0.6  # of the hair's matte: what hangs together; what is hair for sure
LEAST_HAIR_PX = 400  # of the crop: less hair tells nothing
ALONG_PX = 64  # as far around brows and eyes as what is beside them tells anything of them
EDGE_PX = 24  # over which everything fades to nothing towards the crop's edge


@dataclass(frozen=True)
class Mattes:
    """Planes (512, 512), 0..1.

    Attributes:
        skin: where skin may be retouched; eyes, mouth, nostrils, brows and lips are out of it.
        hair: on the head, as far as it is told from skin and background.
        brows: hair of the brows.
        beard: hair on lip, cheeks and chin.
        fade: 1, falling to 0 at the crop's edge.
        alien: in the face, but neither skin nor hair: glasses, hands.
        pale: 0..1, how little the brows stand out from the skin: 1 where they are white or fair.
        level: median luminance of the skin, scene-linear.
        hue: its medians of ln(R/G) and ln(B/G).
    """

    skin: Plane
    hair: Plane
    brows: Plane
    beard: Plane
    fade: Plane
    alien: Plane
    pale: float
    level: float
    hue: tuple[float, float]


def mattes(crop: Image, points: Points, places: Anatomy, person: Plane | None) -> Mattes:
    """Tell skin from hair from the rest.

    Args:
        crop: (512, 512, 3) scene-linear Rec.709.
        points: (478, 2) px.
        places: of the same points.
        person: (512, 512) 0..1 or None; without it there is no hair but brows and beard.
    """
    size = crop.shape[0]
    lit = np.maximum(crop, 0) + np.float32(DARK_FLOOR)
    light = luma(lit)
    ratios = np.empty((size, size, 2), np.float32)
    for index, channel in enumerate((0, 2)):
        np.divide(lit[..., channel], lit[..., 1], out=ratios[..., index])
    np.log(ratios, out=ratios)
    ratios = np.asarray(cv2.GaussianBlur(ratios, (0, 0), 1.0), np.float32)
    level, middle, spread = _skin_of(light, ratios, points)
    stops = np.log2(level / light)
    lift = cv2.GaussianBlur(stops, (0, 0), 1.0)
    bright = smoothstep(lift, *DARKER_STOPS[::-1])
    lift = lift - np.minimum(blur(lift, LOCAL_PX), 1.5)  # a face half in shadow is not half alien
    allowed = 1 + np.float32(SHINE) * np.clip(-lift, 0, 1) + np.float32(GLOOM) * np.clip(stops, 0, 4)
    off = _off(ratios, np.broadcast_to(middle, ratios.shape), middle, np.zeros_like(light))
    plain = smoothstep(_away(off, spread, allowed), OUTSIDE, INSIDE) * bright
    known = places.face * plain
    around = masked_blur(ratios, known, LOCAL_PX)
    bright = np.maximum(bright, smoothstep(lift, *DARKER_STOPS[::-1]))
    here = _off(ratios, around, middle, np.float32(LOCAL) * smoothstep(blur(known, LOCAL_PX), 0.05, 0.3))
    likely = np.maximum(plain, smoothstep(_away(here, spread, allowed), OUTSIDE, INSIDE) * bright * places.face)
    fade = _fade(size)
    head = most(places.face, places.forehead, places.neck)
    if person is not None:
        head = head * person
    own = 1 - most(places.eyes, places.mouth, places.nostrils, places.lips, places.brows)
    alien = np.maximum(_opened(1 - likely), _frames(off, stops, places)) * places.face * own
    behind = _shaped(alien, cv2.MORPH_CLOSE, COVER_PX)  # lips have a colour of their own: what lies around them tells
    alien = np.maximum(alien, behind * most(places.lips, places.nostrils))
    # what is not skin keeps a margin: its edge mixes both
    clear = 1 - np.clip(cv2.GaussianBlur(cv2.dilate(alien, np.ones((5, 5))), (0, 0), 1.5) * 1.6, 0, 1)
    skin = np.clip(likely * head * own * clear * fade * smoothstep(light, *GLARE), 0, 1)
    rough = _roughness(light)
    skin = skin * (1 - _locks(rough, skin, own * (1 - alien)))
    brows = places.brows * _hairs(light, stops, places.brows) * fade * (1 - alien)
    hair = _hair(off, stops, rough, places, points, person)
    fringe = smoothstep(rough, 0.05, 0.09) * _pale_share(hair * (1 - places.forehead), stops)
    hair = _joined(hair * (1 - likely * places.forehead * (1 - fringe)) * fade, places, points)
    beard = _beard(off, stops, places, person) * smoothstep(rough, 0.09, 0.15) * own * fade
    beard = beard * smoothstep(blur(beard, 6), 0.12, 0.35)  # a mole is no beard
    skin = np.asarray(skin * (1 - np.maximum(hair, beard)), np.float32)
    pale = _pale(stops, places, likely)
    return Mattes(skin, hair, brows, beard, fade, alien, pale, level, (float(middle[0]), float(middle[1])))


def _skin_of(light: Plane, ratios: Image, points: Points) -> tuple[float, Image, Image]:
    """Median luminance, median log-ratios and their spread, of patches where skin is rarely covered."""
    half = SAMPLE_PX // 2
    size = light.shape[0]
    lights, colours = [], []
    for x, y in points[list(SKIN_SAMPLES)].astype(int):
        if half <= x < size - half and half <= y < size - half:
            patch = slice(y - half, y + half + 1), slice(x - half, x + half + 1)
            lights.append(light[patch].ravel())
            colours.append(ratios[patch].reshape(-1, 2))
    if not lights:  # every sample lies outside the crop: there is no face to speak of
        return 0.2, np.zeros(2, np.float32), np.ones(2, np.float32)
    colour = np.concatenate(colours)
    middle = np.median(colour, axis=0)
    spread = np.clip(1.4826 * np.median(np.abs(colour - middle), axis=0), *SPREAD)  # 1.4826: MAD to sigma
    return float(np.median(np.concatenate(lights))), middle.astype(np.float32), spread.astype(np.float32)


def _off(ratios: Image, around: Image, middle: Image, local: Plane) -> Image:
    """How far log-ratios are from the skin's: its median (2,), or as far as ``local`` says, what is around."""
    out = np.empty_like(ratios)
    for k in range(2):
        np.subtract(ratios[..., k], middle[k] + (around[..., k] - middle[k]) * local, out=out[..., k])
    return out


def _away(off: Image, spread: Image, allowed: Plane) -> Plane:
    """Distance from the skin's colour in spreads (2,), times what is ``allowed``; redder and yellower is nearer."""
    out = np.empty(off.shape[:2], np.float32)
    _far(off, spread, allowed, out)
    return out


@njit(cache=True, nogil=True, error_model="numpy")
def _far(off: Any, spread: Any, allowed: Any, out: Any) -> None:
    for y in range(out.shape[0]):
        for x in range(out.shape[1]):
            one, other = spread[0] * allowed[y, x], spread[1] * allowed[y, x]
            red, blue = off[y, x, 0] / one, -off[y, x, 1] / other
            red = red / np.float32(RUDDY) if red > 0 else red
            blue = blue / np.float32(RUDDY) if blue > 0 else blue
            out[y, x] = np.sqrt(red * red + blue * blue)


def _opened(plane: Any) -> Plane:
    """Without single specks: a pore or a mole is no pair of glasses."""
    return np.asarray(cv2.morphologyEx(plane, cv2.MORPH_OPEN, np.ones((3, 3))), np.float32)


def _fade(size: int) -> Plane:
    ramp = smoothstep(np.arange(size, dtype=np.float32) + 0.5, 2, EDGE_PX)
    ramp = ramp * ramp[::-1]
    return np.asarray(ramp[:, None] * ramp[None, :], np.float32)


def _hair(off: Image, stops: Plane, rough: Plane, places: Anatomy, points: Points, person: Plane | None) -> Plane:
    """The person's, around and above the face, greyer or much darker than skin; farther down what is like it."""
    size = stops.shape[0]
    if person is None:
        return np.zeros((size, size), np.float32)
    rows = np.arange(size, dtype=np.float32)[:, None] + 0.5
    columns = np.arange(size, dtype=np.float32)[None, :] + 0.5
    right, left = points[234], points[454]
    ear_y = float(right[1] + left[1]) / 2
    above = smoothstep(rows, ear_y + 30, ear_y - 10)
    ears = smoothstep(np.abs(rows - ear_y - 10), 60, 40)
    ears = ears * np.maximum(smoothstep(right[0] + 6 - columns, 0, 8), smoothstep(columns - left[0] + 6, 0, 8))
    dark = smoothstep(stops, 1.2, 2.4) * (1 - ears) * smoothstep(rough, 0.03, 0.07)
    plain = smoothstep(-off[..., 0], 0.10, 0.24)
    grey = plain * smoothstep(rough, 0.025, 0.045)  # a highlight on skin is smooth
    sides = _sides(grey * person * smoothstep(stops, 1.5, 0.7), places, points, rows)  # dark: the leg of glasses
    grey = grey * (1 - ears * (1 - smoothstep(blur(grey, 8), 0.5, 0.75)))  # an ear's rim is no lock of hair
    inner = np.maximum(places.face * (1 - places.forehead), places.nose)
    outside = person * (1 - smoothstep(inner, 0.2, 0.8)) * (1 - places.eyes)
    upper = outside * np.maximum(dark, grey) * above
    upper = np.maximum(
        upper, _shaped(upper, cv2.MORPH_CLOSE, HOLE_PX) * outside * plain
    )  # a highlight on hair is smooth too
    chin = float(points[152, 1])
    reach = (1 - above) * smoothstep(rows, chin + 70, chin + 10)
    lower = outside * reach * _alike(off, stops, upper) * smoothstep(rough, 0.04, 0.08)
    return np.asarray(cv2.GaussianBlur(most(upper, lower, sides), (0, 0), 1.0), np.float32)


def _shaped(plane: Plane, how: int, across_px: int) -> Plane:
    """Closed or eroded by a disc, at a quarter of the size."""
    size, side = plane.shape[::-1], across_px // 4 | 1
    small = cv2.resize(plane, (size[0] // 4, size[1] // 4), interpolation=cv2.INTER_AREA)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return np.asarray(cv2.resize(cv2.morphologyEx(small, how, disc), size), np.float32)


def _locks(rough: Plane, skin: Plane, own: Plane) -> Plane:
    """Hair that falls over the face and has skin's colour: rough all over, where a fold or an edge is narrow."""
    sure = skin > 0.8
    usual = max(float(np.quantile(rough[sure], 0.3)), LEAST_ROUGH) if sure.any() else LEAST_ROUGH
    beside = np.asarray(cv2.erode(own, np.ones((FEATURE_PX, FEATURE_PX))), np.float32)  # lids, lips, frames: rough
    core = _shaped(rough * beside, cv2.MORPH_OPEN, LOCK_PX) / np.float32(usual)
    near = _shaped(smoothstep(core, *LOCKS), cv2.MORPH_DILATE, FEATURE_PX)  # what is rough goes on beside an eye
    inner = np.asarray(cv2.erode(rough / np.float32(usual), np.ones((EDGE_ROUGH_PX, EDGE_ROUGH_PX))), np.float32)
    return near * smoothstep(inner, *LOCKS)


def _sides(grey: Plane, places: Anatomy, points: Points, rows: Plane) -> Plane:
    """Grey hair before the ears, where the mesh says there is face already: from the brows down to the ear's lobe."""
    inner = _shaped(places.face, cv2.MORPH_ERODE, SIDE_PX)
    rim = smoothstep(places.face, 0.05, 0.3) * (1 - smoothstep(inner, 0.2, 0.8))
    lobe = float(points[132, 1] + points[361, 1]) / 2
    brow = float(points[70, 1] + points[300, 1]) / 2
    along = smoothstep(rows, brow - 10, brow + 5) * smoothstep(rows, lobe, lobe - 10)
    return np.asarray(grey * rim * along * (1 - places.brows) * (1 - places.eyes), np.float32)


def _joined(hair: Plane, places: Anatomy, points: Points) -> Plane:
    """Only what hangs together with the hair on top: a bright wrinkle, a shadow on the neck is none."""
    count, labels = cv2.connectedComponents((hair > STRAY).astype(np.uint8), connectivity=8)
    brow = int(np.clip(points[list(BROW_TOPS), 1].min(), 0, hair.shape[0]))
    top = (hair[:brow] > SURE) & (places.face[:brow] < 0.5) & (places.forehead[:brow] < 0.5)
    kept = np.zeros(count, np.bool_)
    kept[np.unique(labels[:brow][top])] = True
    kept[0] = False
    near = cv2.dilate(kept[labels].astype(np.uint8), np.ones((5, 5), np.uint8))  # with its soft edge
    return np.where(near > 0, hair, np.float32(0))


def _alike(off: Image, stops: Plane, known: Plane) -> Plane:
    """How like the hair above a place is, in brightness and colour: locks that fall past the ears, no clothes."""
    sure = known > 0.7
    if sure.sum() < LEAST_HAIR_PX:
        return np.zeros_like(stops)
    far = np.zeros_like(stops)
    for plane, spread in ((blur(stops, 3), 0.7), (off[..., 0], 0.11), (off[..., 1], 0.11)):
        far += ((plane - np.float32(np.median(plane[sure]))) / np.float32(spread)) ** 2
    return smoothstep(np.sqrt(far), 2.4, 1.4)


def _roughness(light: Plane) -> Plane:
    """Local contrast of what is a hair's width: high in hair and beard."""
    code = np.log(light + np.float32(0.02))
    detail = cv2.GaussianBlur(code, (0, 0), 0.8) - cv2.GaussianBlur(code, (0, 0), 3.0)
    return np.asarray(np.sqrt(blur(detail * detail, 5)), np.float32)


def _pale_share(hair: Plane, stops: Plane) -> np.float32:
    """0..1, how much of the hair is as bright as skin: only then bright strands on the forehead are hair."""
    pale = smoothstep(stops, 1.6, 0.6)
    return np.float32((hair * pale).sum() / max(float(hair.sum()), 1.0))


def _pale(stops: Plane, places: Anatomy, likely: Plane) -> float:
    """From how much darker brows are than the skin around them."""
    core = places.brows > 0.9
    near = np.asarray(cv2.dilate(places.brows, np.ones((21, 21))) > 0.5)
    around = near & (places.brows < 0.1) & (likely > 0.3) & (places.eyes < 0.01)
    if not core.any() or not around.any():
        return 0.0
    darker = np.float32(np.median(stops[core]) - np.median(stops[around]))
    return float(smoothstep(np.array([[darker]], np.float32), 1.1, 0.5)[0, 0])


def _hairs(light: Plane, stops: Plane, outline: Plane) -> Plane:
    """Single hairs, dark or bright, and what is darker than the skin: where brows are in their outline."""
    out = np.zeros_like(light)
    if (box := box_of(outline, ALONG_PX)) is None:
        return out
    light, stops, outline = (np.ascontiguousarray(one[box]) for one in (light, stops, outline))
    code = np.log(light + np.float32(0.02))
    fine = np.abs(code - cv2.GaussianBlur(code, (0, 0), 2.5))
    near = blur(fine, BROW_PX)
    core = outline > 0.9
    usual = float(np.median(near[core])) if core.any() else 0.0  # an outline that is too wide has bare skin, too
    hairy = smoothstep(near, 0.015, 0.05) * smoothstep(near / np.float32(max(usual, 0.015)), 0.4, 0.9)
    darker = smoothstep(stops - blur(stops, 10), 0.15, 0.6)
    out[box] = np.maximum(hairy, darker)
    return out


def _beard(off: Image, stops: Plane, places: Anatomy, person: Plane | None) -> Plane:
    """Around mouth and chin, greyer than skin or darker than the skin beside it."""
    darker = smoothstep(stops - np.minimum(blur(stops, 20), 2.0), 0.1, 0.9)
    plane = places.jaw * smoothstep(places.face, 0.3, 0.8) * np.maximum(darker, smoothstep(-off[..., 0], 0.2, 0.4))
    plane = plane * smoothstep(-off[..., 0], -0.12, 0.02)  # what is redder than the skin is a fold, no hair
    return np.asarray(plane if person is None else plane * person, np.float32)


def _frames(off: Image, stops: Plane, places: Anatomy) -> Plane:
    """Thin rims of glasses: darker than around and greyer, or darker than any line; near the eyes, not on lids."""
    out, eyes = np.zeros_like(stops), np.maximum(places.eyes, places.under_eyes)
    if (box := box_of(eyes, ALONG_PX)) is None:
        return out
    parts = (eyes, places.eyes, places.brows, stops, off[..., 0])
    eyes, lids, brows, stops, red = (np.ascontiguousarray(one[box]) for one in parts)
    near = smoothstep(blur(eyes, 14), 0.02, 0.15) * (1 - lids)
    darker = stops - blur(stops, 7)
    line = np.maximum(smoothstep(darker, 0.5, 1.2) * smoothstep(-red, 0.05, 0.2), smoothstep(darker, 0.9, 1.6))
    out[box] = line * near * (1 - brows)
    return out
