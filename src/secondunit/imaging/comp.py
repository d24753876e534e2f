"""The comp: how the layers of a take become its composite. The same few lines a compositor would set up in Nuke."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from secondunit.imaging.half import floats

LAYERS = ("background", "shadow", "settle", "beauty", "dust_shadow", "dust", "grain", "holdout", "dust_front", "matte")

Image = npt.NDArray[np.float32]


def over(front: npt.NDArray[Any], back: npt.NDArray[Any]) -> Image:
    """Premultiplied RGBA (H, W, 4) over RGB (H, W, 3)."""
    return np.asarray(front[..., :3] + (1 - front[..., 3:]) * back, np.float32)


def composite(plate: npt.NDArray[Any], layers: Mapping[str, npt.NDArray[Any]]) -> Image:
    """The composite (H, W, 3) of a plate and the layers named in ``LAYERS``, all scene-linear ACEScg.

    background (3) is the plate, or the clean plate where the building stood; shadow (3) multiplies it; settled dust,
    debris (beauty) go over it; dust_shadow (3) multiplies what lies in the dust's shade; dust goes over, grain is
    added, what stands in front (holdout) goes over all that, and over it the dust before it (dust_front). Where matte
    is 0 the result is the plate, bit for bit.
    """
    wide: Any = tuple(np.ascontiguousarray(floats(layers[name])) for name in LAYERS)
    result = np.array(plate, np.float32)
    _chain(wide[:-1], wide[-1].reshape(plate.shape[:2]), result)
    return result


@njit(cache=True, nogil=True)
def _chain(layers: Any, matte: Any, result: Any) -> None:
    """``composite`` in one pass; ``result`` holds the plate and is changed where the matte is above 0."""
    background, shadow, settle, beauty, dust_shadow, dust, grain, holdout, front = layers
    for y in range(matte.shape[0]):
        for x in range(matte.shape[1]):
            if not matte[y, x] > 0:
                continue
            for k in range(3):
                colour = background[y, x, k] * shadow[y, x, k]
                colour = settle[y, x, k] + (1 - settle[y, x, 3]) * colour
                colour = beauty[y, x, k] + (1 - beauty[y, x, 3]) * colour
                colour = dust[y, x, k] + (1 - dust[y, x, 3]) * (colour * dust_shadow[y, x, k])
                colour = holdout[y, x, k] + (1 - holdout[y, x, 3]) * (colour + grain[y, x, k])
                result[y, x, k] = front[y, x, k] + (1 - front[y, x, 3]) * colour


def coverage(layers: Mapping[str, npt.NDArray[Any]], clean: npt.NDArray[Any]) -> Image:
    """How much each pixel differs from the plate, (H, W) in 0..1: 1 minus what every layer leaves of it.

    Args:
        layers: shadow, dust_shadow, settle, beauty, dust, holdout and dust_front.
        clean: (H, W) share of the background that is clean plate.
    """
    names = ("shadow", "dust_shadow", "settle", "beauty", "dust", "holdout", "dust_front")
    wide: Any = tuple(np.ascontiguousarray(floats(layers[name])) for name in names)
    out = np.empty(clean.shape, np.float32)
    _coverage(wide, np.ascontiguousarray(floats(clean)), out)
    return out


@njit(cache=True, nogil=True, error_model="numpy")
def _coverage(layers: Any, clean: Any, out: Any) -> None:
    shadow, dust_shadow, settle, beauty, dust, holdout, front = layers
    for y in range(clean.shape[0]):
        for x in range(clean.shape[1]):
            left, dimmed = np.float32(1), dust_shadow[y, x, 0]
            for k in range(3):
                factor = max(shadow[y, x, k], np.float32(1e-6))
                left = min(left, factor, np.float32(1) / factor)
                dimmed = min(dimmed, dust_shadow[y, x, k])
            left *= dimmed * (1 - settle[y, x, 3]) * (1 - beauty[y, x, 3]) * (1 - dust[y, x, 3])
            changed = (1 - min(max(left, 0.0), 1.0) * (1 - clean[y, x])) * (1 - holdout[y, x, 3])
            out[y, x] = 1 - (1 - changed) * (1 - front[y, x, 3])
