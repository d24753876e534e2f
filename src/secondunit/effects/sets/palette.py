"""Colours of a set: as given, or the leading ones of a reference picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError

from secondunit.effects.sets.plan import Colour
from secondunit.errors import BadPicture

SIDE_PX = 96  # of the picture while its colours are counted
ROUNDS = 24
Floats = npt.NDArray[np.float64]


def colour_of(code: str) -> Colour:
    """``#rrggbb`` as sRGB 0..1."""
    red, green, blue = (int(code[k : k + 2], 16) / 255 for k in (1, 3, 5))
    return red, green, blue


def code_of(colour: Colour) -> str:
    """sRGB 0..1 as ``#rrggbb``."""
    return "#" + "".join(f"{round(value * 255):02x}" for value in colour)


def palette_of(picture: Path, count: int = 5) -> tuple[Colour, ...]:
    """The leading colours of a picture, the strongest first: k-means in OKLab, seeded by the picture's own spread.

    Raises:
        BadPicture: it cannot be read.
    """
    try:
        with Image.open(picture) as image:
            small = image.convert("RGB")
            small.thumbnail((SIDE_PX, SIDE_PX))
            codes = np.asarray(small, np.float64).reshape(-1, 3) / 255
    except (OSError, ValueError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise BadPicture(
            str(picture), f"cannot be read ({error})", "a PNG, JPEG or TIFF picture to take colours of"
        ) from error
    points = oklab(codes)
    centres = _spread(points, min(count, len(np.unique(points.round(4), axis=0))))
    for _ in range(ROUNDS):
        nearest = np.argmin(((points[:, None] - centres[None]) ** 2).sum(-1), 1)
        centres = np.stack(
            [points[nearest == k].mean(0) if (nearest == k).any() else centres[k] for k in range(len(centres))]
        )
    nearest = np.argmin(((points[:, None] - centres[None]) ** 2).sum(-1), 1)
    chroma = np.hypot(centres[:, 1], centres[:, 2])
    weight = np.bincount(nearest, minlength=len(centres)) * (1 + 6 * chroma)  # what is colourful is seen first
    means = [codes[nearest == k].mean(0) for k in np.argsort(-weight, kind="stable") if (nearest == k).any()]
    return tuple((float(m[0]), float(m[1]), float(m[2])) for m in means)


def _spread(points: Floats, count: int) -> Floats:
    """Seeds far from each other: the mean's farthest point, then each time the farthest from all."""
    chosen = [points[np.argmax(((points - points.mean(0)) ** 2).sum(1))]]
    while len(chosen) < count:
        gaps = np.min([((points - one) ** 2).sum(1) for one in chosen], 0)
        chosen.append(points[np.argmax(gaps)])
    return np.stack(chosen)


def oklab(srgb: Floats) -> Floats:
    """sRGB codes 0..1 (n, 3) to OKLab (Ottosson, A perceptual color space for image processing, 2020)."""
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    cones = linear @ np.array(
        [
            [0.4122214708, 0.2119034982, 0.0883024619],
            [0.5363325363, 0.6806995451, 0.2817188376],
            [0.0514459929, 0.1073969566, 0.6299787005],
        ]
    )
    return np.asarray(
        np.cbrt(cones)
        @ np.array(
            [
                [0.2104542553, 1.9779984951, 0.0259040371],
                [0.7936177850, -2.4285922050, 0.7827717662],
                [-0.0040720468, 0.4505937099, -0.8086757660],
            ]
        )
    )
