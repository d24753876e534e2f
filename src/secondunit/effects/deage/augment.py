"""What cameras, rooms and codecs do to pictures, done to a rendered pair alike, so that only the years differ.

What a picture has from its taking (light, lens, grade, freckles, things in front) both get; what is lost or added in
recording it (grain, compression) only the one that is looked at gets: the difference that is learned is clean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.float32]
Random = np.random.Generator
_DRAW: Any = cv2


@dataclass(frozen=True)
class Pair:
    """Two pictures of one sitting.

    Attributes:
        seen: (n, n, 3) sRGB codes / 255 of the age that is shown.
        wanted: (n, n, 3) of the age that is asked for.
        weight: (n, n) how much each pixel's difference counts.
    """

    seen: Image
    wanted: Image
    weight: Image


def photographed(pair: Pair, random: Random) -> tuple[Image, Image, Image]:
    """The pair as a camera might have recorded it.

    Returns:
        seen (n, n, 3), difference (n, n, 3) and weight (n, n), sRGB codes / 255.
    """
    stack = np.dstack([pair.seen, pair.wanted, pair.weight])
    stack = _placed(stack, random)
    seen, wanted, weight = stack[..., :3], stack[..., 3:6], stack[..., 6]
    seen, wanted = _skin_noise(seen, wanted, weight > 0.9, random)
    seen, wanted, weight = _occluded(seen, wanted, weight, random)
    tone = _grade(random)
    seen, wanted = tone(seen), tone(wanted)
    soft = random.uniform(-0.3, 0.8)
    if soft > 0.25:
        seen, wanted = (np.asarray(cv2.GaussianBlur(one, (0, 0), soft), np.float32) for one in (seen, wanted))
    elif random.random() < 0.5:  # sharpened, as phones and raw converters do
        much = np.float32(random.uniform(0, 0.8))
        seen, wanted = (one + much * (one - cv2.GaussianBlur(one, (0, 0), 1.2)) for one in (seen, wanted))
    difference = np.clip(wanted, 0, 1) - np.clip(seen, 0, 1)
    return _recorded(np.clip(seen, 0, 1), random), difference.astype(np.float32), weight


def _placed(stack: Image, random: Random) -> Image:
    """Turned, scaled, mirrored and shifted: landmarks are not where they were rendered."""
    side = stack.shape[0]
    angle, scale = random.normal(0, 4), np.exp(random.normal(0, 0.06))
    matrix: Any = cv2.getRotationMatrix2D((side / 2, side / 2 - 10), angle, scale)
    matrix[:, 2] += random.normal(0, 0.015 * side, 2)
    if random.random() < 0.5:
        stack = np.ascontiguousarray(stack[:, ::-1])
    parts = [
        cv2.warpAffine(
            np.ascontiguousarray(stack[..., low : low + 4]),
            matrix,
            (side, side),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REFLECT_101,
        ).reshape(side, side, -1)
        for low in (0, 4)
    ]
    return np.asarray(np.concatenate(parts, axis=-1), np.float32)


def _skin_noise(seen: Image, wanted: Image, skin: npt.NDArray[np.bool_], random: Random) -> tuple[Image, Image]:
    """Pores, freckles and blotches that a generator has not: no sign of age, they stay."""
    size = seen.shape[0]
    total = np.zeros((size, size, 1), np.float32)
    for sigma, most in ((0.6, 0.03), (1.2, 0.03), (3.0, 0.02), (8.0, 0.03)):
        noise = cv2.GaussianBlur(random.standard_normal((size, size), np.float32), (0, 0), sigma)
        total[..., 0] += noise / max(float(noise.std()), 1e-6) * np.float32(random.uniform(0, most))
    colour = np.array([0.6, 1.0, 1.1], np.float32) ** np.float32(random.uniform(0, 1))
    factor = 1 + total * colour * skin[..., None]
    return seen * factor, wanted * factor


def _occluded(seen: Image, wanted: Image, weight: Image, random: Random) -> tuple[Image, Image, Image]:
    """Frames of glasses, a strand of hair, a hand's edge: flat or shaded shapes that stay what they are."""
    if random.random() < 0.5:
        return seen, wanted, weight
    size = seen.shape[0]
    mask = np.zeros((size, size), np.uint8)
    if random.random() < 0.6:  # a pair of rims
        wide, high, thick = random.integers(16, 30), random.integers(10, 22), int(random.integers(1, 5))
        x, y, gap = *random.normal(0.5, 0.06, 2) * size, random.integers(20, 36)
        for side in (-1, 1):
            _DRAW.ellipse(mask, (int(x + side * gap), int(y)), (int(wide), int(high)), 0, 0, 360, 255, thick)
        _DRAW.line(mask, (int(x - gap + wide), int(y)), (int(x + gap - wide), int(y)), 255, thick)
    else:
        points = random.integers(-40, size + 40, (3, 2)).astype(np.int32)
        _DRAW.polylines(mask, [points], False, 255, int(random.integers(2, 24)))
    cover = (cv2.GaussianBlur(mask, (0, 0), random.uniform(0.6, 2)) / np.float32(255))[..., None]
    first, last = (float(one) for one in random.uniform(0.3, 1.3, 2))
    ramp = np.linspace(first, last, size, dtype=np.float32)[:, None, None]
    paint = random.uniform(0.02, 0.7, 3).astype(np.float32) * ramp
    inside = np.asarray(cover[..., 0] > 0.02)
    return (
        seen * (1 - cover) + paint * cover,
        wanted * (1 - cover) + paint * cover,
        np.where(inside, 1.0, weight).astype(np.float32),
    )


def _grade(random: Random) -> Any:
    """Exposure, white balance, gamma, contrast and saturation as one function of codes."""
    gain = np.float32(2 ** random.uniform(-0.45, 0.3)) * random.uniform(0.88, 1.12, 3).astype(np.float32)
    gamma, contrast = np.float32(random.uniform(0.8, 1.3)), np.float32(random.uniform(-0.3, 0.5))
    colour = np.float32(random.uniform(0.5, 1.35))
    luma = np.array([0.2126, 0.7152, 0.0722], np.float32)  # Rec. 709

    def grade(codes: Image) -> Image:
        x = np.clip(codes * gain, 0, 1) ** gamma
        x = x + contrast * (x * x * (3 - 2 * x) - x)  # an S-curve, or its opposite
        grey = (x @ luma)[..., None]
        return np.asarray(grey + (x - grey) * colour, np.float32)

    return grade


def _recorded(codes: Image, random: Random) -> Image:
    """Grain and compression."""
    size = codes.shape[0]
    if random.random() < 0.7:
        grain = random.standard_normal((size, size, 3), np.float32) * np.float32(random.uniform(0, 0.03))
        codes = codes + cv2.GaussianBlur(grain, (0, 0), random.uniform(0.3, 0.9))
    if random.random() < 0.5:
        shown = np.rint(np.clip(codes, 0, 1) * 255).astype(np.uint8)
        kept, data = cv2.imencode(".jpg", shown, [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(45, 96))])
        if kept:
            codes = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.float32) / 255
    return np.asarray(np.clip(codes, 0, 1), np.float32)
