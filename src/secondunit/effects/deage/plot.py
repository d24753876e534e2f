"""The quality of a take at a glance: four lines over its frames, their limits, and the frames that are past them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from secondunit.effects.deage.measure import Measured
from secondunit.effects.deage.settings import Limits

Codes = npt.NDArray[np.uint8]
WIDTH, ROW = 1600, 210
_LEFT, _RIGHT, _HEAD, _GAP = 120, 40, 84, 52
_GROUND, _PANEL, _TEXT, _FAINT = (26, 26, 26), (36, 36, 36), (220, 220, 220), (120, 120, 120)
_LINE, _ASKED, _LIMIT, _PAST = (120, 190, 255), (150, 150, 150), (232, 160, 60), (240, 84, 72)


def plotted(frames: Sequence[Measured], limits: Limits, title: str) -> Codes:
    """A picture (H, 1600, 3) of sRGB codes."""
    sheet = Image.new("RGB", (WIDTH, _HEAD + 4 * (ROW + _GAP) + 20), _GROUND)
    draw = ImageDraw.Draw(sheet)
    draw.text((_LEFT, 18), title, font=ImageFont.load_default(24), fill=_TEXT)
    least = {one.frame for one in frames if one.asked and one.years / one.asked < limits.change}
    asked = [one.asked for one in frames]
    rows: list[tuple[str, list[float | None], float | None, list[float] | None]] = [
        ("years that reach the picture (grey: asked)", [one.years for one in frames], None, asked),
        ("identity: distance from the plate's face", [one.identity for one in frames], limits.identity, None),
        ("flicker: as a multiple of the plate's", [one.flicker for one in frames], limits.flicker, None),
        ("seam: contrast at the matte's edge, the same", [one.seam for one in frames], limits.seam, None),
    ]
    for index, (name, values, limit, beside) in enumerate(rows):
        past = least if limit is None else {
            one.frame for one, value in zip(frames, values, strict=True) if value is not None and value > limit
        }  # fmt: skip
        _panel(draw, _HEAD + index * (ROW + _GAP), name, (frames, values), limit, beside, past)
    return np.asarray(sheet)


def _panel(
    draw: ImageDraw.ImageDraw, top: int, name: str, shown: Any, limit: float | None, beside: Any, past: set[int]
) -> None:
    frames, values = shown
    font = ImageFont.load_default(15)
    known = [value for value in values if value is not None] + ([limit] if limit is not None else []) + (beside or [])
    low, high = min([0.0, *known]), max([*known, 0.1 if limit is not None else 0.0])
    room = 0.1 * (high - low)
    low, high = low - room * (low < 0), high + (room * (high > 0) or 0.1)
    first, last = frames[0].frame, max(frames[-1].frame, frames[0].frame + 1)

    def at(frame: int, value: float) -> tuple[float, float]:
        x = _LEFT + (frame - first) / (last - first) * (WIDTH - _LEFT - _RIGHT)
        return x, top + ROW - (value - low) / (high - low) * ROW

    draw.rectangle((_LEFT, top, WIDTH - _RIGHT, top + ROW), fill=_PANEL)
    draw.text((_LEFT, top - 22), name, font=font, fill=_TEXT)
    for value in np.linspace(low, high, 5)[:-1]:
        draw.text((_LEFT - 12, at(first, value)[1]), f"{value:.2g}", font=font, fill=_FAINT, anchor="rm")
    for frame in sorted({first + round(step) for step in np.linspace(0, last - first, 9)}):
        draw.text(
            (at(frame, low)[0], top + ROW + 4), str(frame), font=ImageFont.load_default(12), fill=_FAINT, anchor="mt"
        )
    if beside:
        _line(draw, [at(one.frame, value) for one, value in zip(frames, beside, strict=True)], _ASKED)
    if limit is not None:
        draw.line([at(first, limit), at(last, limit)], fill=_LIMIT, width=1)
    run: list[tuple[float, float]] = []
    for one, value in zip(frames, values, strict=True):
        if value is None:
            _line(draw, run, _LINE)
            run = []
        else:
            run.append(at(one.frame, value))
    _line(draw, run, _LINE)
    for one, value in zip(frames, values, strict=True):
        if one.frame in past and value is not None:
            x, y = at(one.frame, value)
            draw.ellipse((x - 4, y - 4, x + 4, y + 4), fill=_PAST)


def _line(draw: ImageDraw.ImageDraw, points: list[tuple[float, float]], colour: tuple[int, int, int]) -> None:
    if len(points) == 1:
        x, y = points[0]
        draw.ellipse((x - 2, y - 2, x + 2, y + 2), fill=colour)
    elif points:
        draw.line(points, fill=colour, width=2, joint="curve")
