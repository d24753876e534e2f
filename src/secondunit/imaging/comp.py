"""The comp: how the layers of a take become its composite. The same few lines a compositor would set up in Nuke."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

LAYERS = ("background", "shadow", "settle", "beauty", "dust_shadow", "dust", "grain", "holdout", "matte")

Image = npt.NDArray[np.float32]


def over(front: npt.NDArray[Any], back: npt.NDArray[Any]) -> Image:
    """Premultiplied RGBA (H, W, 4) over RGB (H, W, 3)."""
    return np.asarray(front[..., :3] + (1 - front[..., 3:]) * back, np.float32)


def composite(plate: npt.NDArray[Any], layers: Mapping[str, npt.NDArray[Any]]) -> Image:
    """The composite (H, W, 3) of a plate and the layers named in ``LAYERS``, all scene-linear ACEScg.

    background (3) is the plate, or the clean plate where the building stood; shadow (3) multiplies it; settled dust,
    debris (beauty) go over it; dust_shadow (3) multiplies what lies in the dust's shade; dust goes over, grain is
    added, and what stands in front (holdout) goes over all. Where matte is 0 the result is the plate, bit for bit.
    """
    wide = {name: np.asarray(layers[name], np.float32) for name in LAYERS}
    colour = wide["background"] * wide["shadow"]
    colour = over(wide["settle"], colour)
    colour = over(wide["beauty"], colour)
    colour = over(wide["dust"], colour * wide["dust_shadow"])
    colour = over(wide["holdout"], colour + wide["grain"])
    matte = wide["matte"] if wide["matte"].ndim == 3 else wide["matte"][..., None]
    return np.asarray(np.where(matte > 0, colour, plate), np.float32)


def coverage(layers: Mapping[str, npt.NDArray[Any]], clean: npt.NDArray[Any]) -> Image:
    """How much each pixel differs from the plate, (H, W) in 0..1: 1 minus what every layer leaves of it.

    Args:
        clean: (H, W) share of the background that is clean plate.
    """
    shadow = np.maximum(np.asarray(layers["shadow"], np.float32), 1e-6)
    left = np.minimum(shadow, 1 / shadow).min(axis=-1) * np.asarray(layers["dust_shadow"], np.float32).min(axis=-1)
    for name in ("settle", "beauty", "dust"):
        left = left * (1 - np.asarray(layers[name], np.float32)[..., 3])
    changed = 1 - np.clip(left, 0, 1) * (1 - clean)
    return np.asarray(changed * (1 - np.asarray(layers["holdout"], np.float32)[..., 3]), np.float32)
