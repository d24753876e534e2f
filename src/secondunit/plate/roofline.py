"""What stands on the roof but outside the outline: it stays in the air when the building falls."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Box = tuple[float, float, float, float]

_LOOKED_AT = 0.12  # how far above the outline is looked, as a share of the picture's height
_GAP = 0.012  # as a share of the picture's height: an outline is drawn by hand, and may run above the roof's edge
_HIGHEST, _LEAST = 0.02, 0.012  # of the picture's height: what is lower, or narrower, is a gutter or a sloppy outline
_WIDEST = 0.35  # of the roofline: what is wider is a neighbour, a hill, trees or the roof itself
_CLEAR = 0.6  # share of what is above the outline that has to be sky, before anything else is said to stand out of it
_EVEN = 6.0  # difference in 5 pixels, of 255, up to which a sky is even, by eye
_BLUE = 15.0  # of 255, blue over red from which on a sky is blue rather than overcast
_DARK = 0.78  # of the sky's brightness: what is darker is no sky
_WHITEN = 0.5  # a cloud brightens a blue sky at least by this share of what it would if it were white
_NOISE = 8.0  # of 255
_STANDS_OUT = 40.0  # of 255 in a channel: by so much a thing differs from the sky beside it


@dataclass(frozen=True)
class _Sky:
    """The typical sky over a roof: luma and blueness (blue less red), 0..255."""

    luma: float
    blue: float

    def unlike(self, luma: npt.NDArray[np.float32], blue: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
        """Which pixels are neither this sky nor a cloud in it: a cloud takes the blue away and adds light."""
        paler = np.clip((self.blue - blue) / max(self.blue, _BLUE), 0.0, 1.0) if self.blue >= _BLUE else 0.0
        least = self.luma + _WHITEN * (255.0 - self.luma) * paler - _NOISE
        return np.asarray((luma < _DARK * self.luma) | ((paler > 0.5) & (luma < least)) | (blue < -2.0 * _NOISE))


def left_out(colours: npt.NDArray[np.float32], building: npt.NDArray[np.bool_]) -> tuple[Box, ...]:
    """Boxes (left, top, right, bottom) in pixels around what stands upright on the outline's top, before the sky.

    A chimney, a tank, a dormer: narrow, with the sky on both sides of it. Nothing is said where there is little sky
    above the outline: trees and houses behind a roof look like things on it. What is as white as a cloud is missed.

    Args:
        colours: (H, W, 3) 0..255, encoded for a display (``lines.display_colours``).
        building: (H, W) the inside of the outline.
    """
    height = len(building)
    columns = np.flatnonzero(building.any(axis=0))
    top = np.argmax(building[:, columns], axis=0)
    reach = round(_LOOKED_AT * height)
    rows = top[None] - 1 - np.arange(reach)[:, None]  # upwards from the outline, column by column
    seen = rows >= 0
    strip = colours[np.maximum(rows, 0), columns[None]]
    luma, blue = strip.mean(axis=-1), strip[..., 2] - strip[..., 0]
    sky = _sky(luma, blue, seen)
    if sky is None:
        return ()
    high = _rises(sky.unlike(luma, blue) & seen, round(_GAP * height))
    boxes = []
    for start, end in _upright(high, height):
        if _stands_out(strip, seen, high, start, end):
            ridge, tip = float(top[start:end].max()), float((top - high)[start:end].min())
            boxes.append((float(columns[start]), max(tip, 0.0), float(columns[end - 1] + 1), ridge))
    return tuple(boxes)


def _sky(luma: npt.NDArray[np.float32], blue: npt.NDArray[np.float32], seen: npt.NDArray[np.bool_]) -> _Sky | None:
    """The sky in a strip above a roof, or None where there is too little of it."""
    if seen.mean() < 0.05:
        return None
    rough = cv2.dilate(luma, np.ones((5, 5), np.uint8)) - cv2.erode(luma, np.ones((5, 5), np.uint8))
    even = seen & (rough < _EVEN) & (blue > -_NOISE)
    if even.sum() < 0.25 * seen.sum():
        return None
    sky = _Sky(float(np.median(luma[even])), float(np.median(blue[even])))
    clear = ~sky.unlike(luma, blue)
    return sky if clear[seen].mean() > _CLEAR else None


def _rises(other: npt.NDArray[np.bool_], gap: int) -> npt.NDArray[np.float64]:
    """(N,) how many pixels up from the outline something other than sky goes without a gap, column by column."""
    whole = cv2.morphologyEx(other.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    closed = cv2.morphologyEx(whole, cv2.MORPH_CLOSE, np.ones((3, 5), np.uint8)).astype(bool)
    closed[:gap] |= closed[gap] | np.cumsum(closed[:gap], axis=0).astype(bool)
    return np.where(closed.all(axis=0), len(closed), np.argmin(closed, axis=0)).astype(float)


def _upright(high: npt.NDArray[np.float64], height: int) -> list[tuple[int, int]]:
    """Runs of columns where something rises, if both their sides are seen and they are no wider than a thing is."""
    usual = min(float(np.median(high)), _HIGHEST * height)  # of an outline drawn inside the roof all along
    rises = np.concatenate([[False], high - usual >= _HIGHEST * height, [False]])
    starts, ends = np.flatnonzero(~rises[:-1] & rises[1:]), np.flatnonzero(rises[:-1] & ~rises[1:])
    return [
        (int(start), int(end))
        for start, end in zip(starts, ends, strict=True)
        if start > 0 and end < len(high) and _LEAST * height <= end - start <= _WIDEST * len(high)
    ]


def _stands_out(
    strip: npt.NDArray[np.float32],
    seen: npt.NDArray[np.bool_],
    high: npt.NDArray[np.float64],
    start: int,
    end: int,
) -> bool:
    """Whether a run of columns has another colour than what is as high beside it; a cloud fades into what is."""
    wide = max(end - start, 4)
    rows = slice(int(np.median(high[start:end])) // 3, int(np.median(high[start:end])))
    inside = strip[rows, start:end][seen[rows, start:end]]
    for beside in (slice(max(start - wide, 0), start), slice(end, end + wide)):
        around = strip[rows, beside][seen[rows, beside]]
        if not len(around) or not len(inside):
            return False
        if np.abs(np.median(inside, axis=0) - np.median(around, axis=0)).max() < _STANDS_OUT:
            return False
    return True
