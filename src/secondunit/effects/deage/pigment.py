"""Hair, brows and beard, darker or greyer: pigment absorbs, so colour is multiplied and highlights stay the light's.

One fibre's eumelanin absorbs 0.419, 0.697, 1.37 in R, G, B (d'Eon et al. 2011, "An energy-conserving hair reflectance
model"): white hair so dyed comes out golden. Between that and even absorption lies what brown hair looks like.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from secondunit.effects.deage.bands import Image, Plane, blur, luma, masked_blur, most, smooth, smoothstep

BROWN = np.array([0.71, 1.02, 1.27], np.float32)  # that of a head of hair, where fibres light each other: less golden
FULL = 1.5  # concentration times path that makes white hair dark brown
WHITE_HAIR = 0.6  # reflectance of white hair
LIPS = np.array([-0.02, -0.22, -0.16], np.float32)  # natural logarithm, 20 years younger: redder, darker (Russell 2003)
SPARSE = 0.3  # share of a brow's pigment that the skin between its hairs gets
STRAND_PX = 1.0  # a strand's pigment has soft edges
PALE_PX = 16.0  # the skin around a brow, by whose red hair is told from skin
LAMP = 0.3  # so much more colour grey hair may have in coloured light
SHEEN = 0.45  # share of a strand's highlight that pigment does not touch
BROW_SHEEN = 0.1  # the same of a brow: white hairs are bright, and do not shine


def absorption(colour: tuple[float, float, float] | None) -> Image:
    """What white hair must absorb, in R, G, B, to have a colour (scene-linear reflectance); None is dark brown."""
    if colour is None:
        return BROWN * np.float32(FULL)
    share = np.clip(np.array(colour, np.float32) / np.float32(WHITE_HAIR), 0.01, 1)
    return np.asarray(-np.log(share), np.float32)


def darkened(linear: Image, hair: Plane, amount: Plane, full: Image, *, fair: bool = False) -> Image:
    """Grey strands with their pigment back.

    Args:
        linear: (512, 512, 3) scene-linear.
        hair: (512, 512) 0..1.
        amount: (512, 512) 0..1; 1 gives grey hair its whole pigment back.
        full: (3,) absorption at amount 1, see ``absorption``.
        fair: whether hair that has a colour gets darker, too.

    Returns:
        The change, (512, 512, 3) scene-linear; strands that are dark already, or coloured, keep what they have.
    """
    light = np.maximum(luma(linear), np.float32(1e-4))
    around = masked_blur(light, np.maximum(hair, np.float32(1e-3)), 5.0)
    if fair:  # brows let skin through: hairs, brighter or darker than it, are dyed, the skin between them little
        strand = light / around
        hairs = np.maximum(smoothstep(strand, 0.98, 1.15) * _pale(linear, hair), smoothstep(strand, 0.98, 0.8))
        amount = amount * (np.float32(SPARSE) + np.float32(1 - SPARSE) * blur(hairs, STRAND_PX))
    out, lamp = np.zeros(linear.shape, np.float32), np.float32(0 if fair else _lamp(linear, hair))
    _darkened(np.ascontiguousarray(linear), (light, around, hair, amount), full, (fair, lamp), out)
    return out


@njit(cache=True, nogil=True, error_model="numpy")
def _darkened(linear: Any, planes: Any, full: Any, how: Any, out: Any) -> None:
    light, around, hair, amount = planes
    (fair, lamp), one = how, np.float32(1)
    sheen = np.float32(BROW_SHEEN if fair else SHEEN)
    for y in range(out.shape[0]):
        for x in range(out.shape[1]):
            if hair[y, x] == 0 or amount[y, x] == 0:
                continue
            red, green, blue = linear[y, x]
            top = max(max(red, green), max(blue, np.float32(1e-4)))
            colour = one - min(min(red, green), blue) / top
            grey = one if fair else smooth(colour - lamp, np.float32(0.62), np.float32(0.30))
            if grey == 0:
                continue
            shine = sheen * max(light[y, x] - np.float32(1.05) * around[y, x], np.float32(0))
            kept = -amount[y, x] * grey * full
            mean = np.float32(0)
            for k in range(3):
                kept[k] = np.exp(kept[k])
                mean += kept[k] / np.float32(3)
            mean = np.sqrt(mean)
            for k in range(3):
                new = linear[y, x, k] * kept[k] + shine * (one - kept[k]) * mean
                out[y, x, k] = hair[y, x] * (new - linear[y, x, k])


def _pale(linear: Image, hair: Plane) -> Plane:
    """Where what is brighter than a brow is white hair, which is less red than the skin around it, and no skin."""
    red = blur(linear[..., 0], 0.8) / np.maximum(blur(linear[..., 1], 0.8), np.float32(1e-3))
    bare = np.asarray(1 - np.clip(hair * 2, 0, 1), np.float32)
    skin = masked_blur(np.clip(red, 0.5, 4), bare, PALE_PX)
    return smoothstep(red / np.maximum(skin, np.float32(1e-3)), 0.98, 0.9)


def _lamp(linear: Image, hair: Plane) -> float:
    """How much more colour strands may have and be grey: on a head that is grey mostly, a lamp gives it to them."""
    some, share = linear[::2, ::2], hair[::2, ::2]
    red, green, blue = some[..., 0], some[..., 1], some[..., 2]
    colour = 1 - np.minimum(np.minimum(red, green), blue) / np.maximum(most(red, green, blue), 1e-4)
    grey = float((smoothstep(colour, 0.62, 0.30) * share).sum() / max(float(share.sum()), 1.0))
    return LAMP * float(np.clip((grey - 0.2) / 0.3, 0, 1))


def greyed(linear: Image, hair: Plane, amount: Plane, white: Plane) -> Image:
    """Strands that lose their pigment, some before others.

    Args:
        linear: (512, 512, 3) scene-linear.
        hair: (512, 512) 0..1.
        amount: (512, 512) 0..1; 1 is white.
        white: (512, 512) luminance that white hair would have there, scene-linear.

    Returns:
        The change, (512, 512, 3) scene-linear.
    """
    light = np.maximum(luma(linear), 1e-4)
    around = np.maximum(masked_blur(light, np.maximum(hair, 1e-3), 9.0), 1e-3)
    strand = np.clip(light / around, 0.25, 3.0)
    shade = np.minimum((around / white) ** np.float32(0.35), 1.0)  # dark hair hides how much light there is
    aim = white * shade * strand
    aim = np.maximum(aim, light)
    some = smoothstep(strand, 0.7, 1.2) * np.float32(0.7) + np.float32(0.3)  # between strands it stays dark
    mix = np.clip(amount * some, 0, 1)
    target = aim[..., None] * np.array([1.0, 0.97, 0.92], np.float32)
    soft = blur(mix, 0.8)[..., None]
    return np.asarray(hair[..., None] * soft * (target - linear), np.float32)


def lips_coloured(linear: Image, lips: Plane, amount: Plane) -> Image:
    """Lips with more blood, or less: younger ones are redder and darker than the skin around (Russell 2003)."""
    out = np.zeros(linear.shape, np.float32)
    for k, each in enumerate(LIPS):
        gain = np.exp(np.clip(amount, -1.2, 1.2) * np.float32(each))
        np.multiply(lips * linear[..., k], gain - 1, out=out[..., k])
    return out
