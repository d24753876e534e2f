"""Letters of what we set (PDF, drawings): Bitstream Vera, which comes with ReportLab: alike anywhere."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import reportlab
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FONT, BOLD = "Vera", "VeraBd"
CAPITAL = 0.73  # height of a capital over the size of the font: Vera's own table, 1493 of 2048


@cache
def put_in() -> frozenset[int]:
    """Gives ReportLab the fonts; the code points both of them have."""
    folder = Path(reportlab.__file__).parent / "fonts"
    fonts = [TTFont(FONT, str(folder / "Vera.ttf")), TTFont(BOLD, str(folder / "VeraBd.ttf"))]
    for font in fonts:
        pdfmetrics.registerFont(font)
    pdfmetrics.registerFontFamily(FONT, normal=FONT, bold=BOLD, italic=FONT, boldItalic=BOLD)
    return frozenset(fonts[0].face.charToGlyph) & frozenset(fonts[1].face.charToGlyph)


def known(text: str) -> str:
    """The text in letters the font has; any other as [U+4E2D], a line break or tab as a space."""
    letters = put_in()
    spaced = " ".join(text.split())
    return "".join(one if ord(one) in letters else f"[U+{ord(one):04X}]" for one in spaced)


def width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a line of text is, in the unit of ``size`` (the font's size, not the height of its capitals)."""
    put_in()
    return float(pdfmetrics.stringWidth(text, BOLD if bold else FONT, size))
