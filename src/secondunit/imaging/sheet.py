"""Contact sheets: pictures in a grid on neutral grey, each with a caption."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Codes = npt.NDArray[np.uint8]

_GROUND = (26, 26, 26)  # sRGB codes; dark and neutral, so that the eye judges the pictures and not the page
_TITLE, _CAPTION, _NUMBER = (236, 236, 236), (188, 188, 188), (112, 112, 112)


def contact_sheet(
    pictures: Sequence[Codes],
    captions: Sequence[str],
    *,
    columns: int,
    title: str = "",
    subtitle: str = "",
    numbered: bool = False,
    width_px: int = 1920,
    lines: int = 1,
) -> Codes:
    """Lay pictures out in reading order.

    Args:
        pictures: (h, w, 3) sRGB codes each, of one size.
        captions: words for each picture; shortened to its width.
        columns: pictures in a row.
        title: set large at the top left; none, no head.
        subtitle: set small at the top right.
        numbered: set 1, 2, 3... before the captions, for people to point at.
        width_px: width of the sheet.
        lines: of a caption, at most.

    Returns:
        (H, width_px, 3) sRGB codes.
    """
    if len(pictures) != len(captions) or not pictures or columns < 1:
        raise ValueError(f"{len(pictures)} pictures, {len(captions)} captions, {columns} columns")
    margin, gap = round(width_px / 60), max(4, round(width_px / 240))
    cell_w = (width_px - 2 * margin - (columns - 1) * gap) // columns
    cell_h = round(cell_w * pictures[0].shape[0] / pictures[0].shape[1])
    size = max(11, min(round(cell_w / 26), round(width_px / 96)))
    line = round(size * (2.1 + 1.35 * (lines - 1)))
    head = round(width_px / 22) if title else 0
    rows = -(-len(pictures) // columns)
    height = margin + head + rows * (cell_h + line) + (rows - 1) * gap + margin // 2
    sheet = Image.new("RGB", (width_px, height), _GROUND)
    draw = ImageDraw.Draw(sheet)
    if title:
        large, small = ImageFont.load_default(round(width_px / 64)), ImageFont.load_default(round(width_px / 120))
        baseline = margin + head * 0.5
        right = width_px - margin
        draw.text((right, baseline), subtitle, font=small, fill=_CAPTION, anchor="rs")
        room = right - margin - draw.textlength(subtitle, font=small) - 2 * gap
        draw.text((margin, baseline), _fitted(draw, title, large, room), font=large, fill=_TITLE, anchor="ls")
    font = ImageFont.load_default(size)
    for index, (picture, caption) in enumerate(zip(pictures, captions, strict=True)):
        x = margin + (index % columns) * (cell_w + gap)
        y = margin + head + (index // columns) * (cell_h + line + gap)
        shown = Image.fromarray(np.ascontiguousarray(picture)).resize(
            (cell_w, cell_h), Image.Resampling.LANCZOS, reducing_gap=2.0
        )
        sheet.paste(shown, (x, y))
        baseline = y + cell_h + size * 1.4
        indent = 0.0
        if numbered:
            draw.text((x, baseline), f"{index + 1}", font=font, fill=_NUMBER, anchor="ls")
            indent = draw.textlength(f"{len(pictures)}", font=font) + size * 0.6
        for number, said in enumerate(_broken(draw, caption, font, cell_w - indent, lines)):
            draw.text((x + indent, baseline + 1.35 * size * number), said, font=font, fill=_CAPTION, anchor="ls")
    return np.asarray(sheet)


def _broken(draw: ImageDraw.ImageDraw, text: str, font: Any, room: float, lines: int) -> list[str]:
    """A caption in at most so many lines of ``room`` pixels; the last is shortened."""
    words, out = text.split(), [""]
    while words and len(out) < lines:
        longer = f"{out[-1]} {words[0]}".strip()
        if out[-1] and draw.textlength(longer, font=font) > room:
            out.append("")
        else:
            out[-1] = longer
            words.pop(0)
    return [*out[:-1], _fitted(draw, " ".join([out[-1], *words]), font, room)]


def _fitted(
    draw: ImageDraw.ImageDraw, text: str, font: ImageFont.ImageFont | ImageFont.FreeTypeFont, room: float
) -> str:
    """One line of ``text``, shortened with an ellipsis to ``room`` pixels."""
    text = " ".join(text.split())
    if draw.textlength(text, font=font) <= room:
        return text
    while text and draw.textlength(text + "…", font=font) > room:
        text = text[:-1].rstrip()
    return text + "…"
