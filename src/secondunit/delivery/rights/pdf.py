"""The report as a PDF: title block, contents, bookmarks, page numbers and the ledger's head on every page.

The same report gives the same bytes. Its letters are in the file (Bitstream Vera, which comes with ReportLab); a letter
that Vera does not have is written as its Unicode number, so that nothing is lost or guessed.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, CondPageBreak, Flowable, Frame, LongTable, PageTemplate, Spacer
from reportlab.platypus import Paragraph as Set
from reportlab.platypus.tableofcontents import TableOfContents

from secondunit.delivery.rights.page import Block, Cell, Facts, Heading, Paragraph, Report, Table, Words
from secondunit.imaging.letters import BOLD, FONT, known, put_in

_SIDE, _TOP, _FOOT = 18 * mm, 16 * mm, 20 * mm
_WIDTH, _HEIGHT = A4[0] - 2 * _SIDE, A4[1] - _TOP - _FOOT
_TOGETHER = 42 * mm  # a heading that has less than this below it goes to the next page
_NAME_SHARE = 0.23  # of the width: the left column of facts
_INK, _SOFT, _RULE, _SHADE = (HexColor(one) for one in ("#1b1d21", "#5d6470", "#cfd4dc", "#f3f5f8"))
_COLOURS: Mapping[str, str] = {
    "faint": "#5d6470",
    "good": "#17633a",
    "open": "#8a5200",
    "doubt": "#8a5200",
    "bad": "#a3161c",
}


def to_pdf(report: Report) -> bytes:
    """The file's bytes: A4, with bookmarks."""
    put_in()
    stream = io.BytesIO()
    document = _Document(stream, report)
    document.multiBuild(_story(report), canvasmaker=_counting(report))
    return stream.getvalue()


class _Document(BaseDocTemplate):  # type: ignore[misc]  # ReportLab has no types
    """Headings go into contents and bookmarks as they are set."""

    def __init__(self, stream: io.BytesIO, report: Report) -> None:
        said = {"title": f"{report.title}: {report.subject}", "subject": report.head, "creator": "secondunit"}
        super().__init__(stream, pagesize=A4, lang="en", invariant=1, author="secondunit", **said)
        frame = Frame(_SIDE, _FOOT, _WIDTH, _HEIGHT, 0, 0, 0, 0)
        self.addPageTemplates(PageTemplate("page", [frame]))

    def afterFlowable(self, flowable: Flowable) -> None:
        """Called by ReportLab after each piece."""
        chapter = getattr(flowable, "chapter", None)
        if chapter is not None:
            key, title = chapter
            self.canv.bookmarkPage(key)
            self.canv.addOutlineEntry(title, key, level=0)
            self.notify("TOCEntry", (0, escape(known(title)), self.page, key))


class _Rows(LongTable):  # type: ignore[misc]
    """A table whose rows stay whole; only a row that is taller than a page is cut."""

    def split(self, width: float, height: float) -> list[Flowable]:
        """Called by ReportLab where the page ends; nothing means: to the next page."""
        self.splitInRow = 0
        parts: list[Flowable] = super().split(width, height)
        if not parts and height >= _HEIGHT - 1:
            self.splitInRow = 1
            parts = super().split(width, height)
        return parts


def _counting(report: Report) -> type[Canvas]:
    """A canvas that knows at the end how many pages there are, and sets every foot then."""

    class Counting(Canvas):  # type: ignore[misc]
        def __init__(self, *args: Any, **settings: Any) -> None:
            super().__init__(*args, **settings)
            self._pages: list[dict[str, Any]] = []

        def showPage(self) -> None:
            self._pages.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, page in enumerate(self._pages, 1):
                self.__dict__.update(page)
                _foot(self, report, number, len(self._pages))
                super().showPage()
            super().save()

    return Counting


def _foot(canvas: Canvas, report: Report, number: int, total: int) -> None:
    canvas.setStrokeColor(_RULE)
    canvas.line(_SIDE, 14 * mm, A4[0] - _SIDE, 14 * mm)
    canvas.setFillColor(_SOFT)
    canvas.setFont(FONT, 6.5)
    subject = known(f"{report.title}: {report.subject}")
    canvas.drawString(_SIDE, 10.5 * mm, subject if len(subject) <= 90 else f"{subject[:89]}…")
    canvas.drawString(_SIDE, 7.5 * mm, f"Ledger: {report.head}. State of {report.made_at}. Not legal advice.")
    canvas.drawRightString(A4[0] - _SIDE, 10.5 * mm, f"Page {number} of {total}")


def _story(report: Report) -> list[Flowable]:
    contents = TableOfContents(levelStyles=[_style(size=9, space=3)], dotsMinLevel=0)
    first, _, rest = report.notice.partition(". ")
    said = f"<b>{escape(known(first))}.</b> {escape(known(rest))}"
    notice = LongTable([[Set(said, _style(size=8.5))]], [_WIDTH])
    notice.setStyle([("BACKGROUND", (0, 0), (-1, -1), _SHADE), ("LINEBEFORE", (0, 0), (0, -1), 3, HexColor("#a3161c"))])
    story = [
        Set(escape(known(report.title)), _style(size=22, bold=True, space=2)),
        Set(escape(known(report.subject)), _style(size=13, colour="#5d6470", space=8)),
        notice,
        Spacer(0, 8),
        _facts(report.facts),
        Set("Contents", _style(size=12, bold=True, before=10, space=4)),
        contents,
    ]
    for number, section in enumerate(report.sections, 1):
        title = f"{number}. {section.title}"
        heading = Set(escape(known(title)), _style(size=14, bold=True, before=18, space=5))
        heading.chapter = (section.id, title)
        story += [CondPageBreak(_TOGETHER), heading]
        for block in section.blocks:
            story += [CondPageBreak(_TOGETHER)] if isinstance(block, Heading) else []
            story.append(_block(block))
    return story


def _block(block: Block) -> Flowable:
    if isinstance(block, Heading):
        return Set(_inline(block.words), _style(size=10, bold=True, before=11, space=3))
    if isinstance(block, Paragraph):
        return Set(_inline(block.words), _style(size=8.5, before=3, space=4))
    if isinstance(block, Facts):
        return _facts(block)
    if not block.rows:
        return Set(escape(known(block.empty)), _style(size=8.5, colour="#5d6470", before=3, space=4))
    return _table(block)


def _facts(block: Facts) -> Flowable:
    name = _style(size=8, colour="#5d6470")
    rows = [[Set(escape(known(text)), name), _cell(cell, 8)] for text, cell in block.rows]
    table = _Rows(rows, [_WIDTH * _NAME_SHARE, _WIDTH * (1 - _NAME_SHARE)])
    table.setStyle([*_PLAIN, ("LEFTPADDING", (0, 0), (0, -1), 0)])
    return table


def _table(block: Table) -> Flowable:
    head = [Set(escape(name), _style(size=7.5, bold=True)) for name, _ in block.columns]
    rows = [[_cell(cell, 7.5) for cell in row] for row in block.rows]
    table = _Rows([head, *rows], [_WIDTH * share for _, share in block.columns], repeatRows=1)
    marks = [("BACKGROUND", (0, 0), (-1, 0), _SHADE), ("LINEBELOW", (0, 0), (-1, 0), 1, _INK)]
    table.setStyle([*_PLAIN, *marks])
    table.spaceBefore, table.spaceAfter = 4, 8
    return table


_PLAIN = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LINEBELOW", (0, 0), (-1, -1), 0.4, _RULE),
    ("TOPPADDING", (0, 0), (-1, -1), 2.5),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ("LEFTPADDING", (0, 0), (-1, -1), 3),
    ("RIGHTPADDING", (0, 0), (-1, -1), 3),
]


def _cell(cell: Cell, size: float) -> list[Flowable]:
    return [Set(_piece(one), _style(size=size)) for one in cell]


def _inline(words: Cell) -> str:
    return " ".join(_piece(one) for one in words)


def _piece(one: Words) -> str:
    """One piece as ReportLab's markup; whatever it says, it is text."""
    text = escape(known(one.shown))
    if one.tone in _COLOURS:
        text = f'<font color="{_COLOURS[one.tone]}">{text}</font>'
    return f"<b>{text}</b>" if one.tone in ("strong", "open", "bad") else text


def _style(
    *, size: float, bold: bool = False, colour: str = "#1b1d21", before: float = 0, space: float = 0
) -> ParagraphStyle:
    return ParagraphStyle(
        f"{size}",
        fontName=BOLD if bold else FONT,
        fontSize=size,
        leading=size * 1.32,
        textColor=HexColor(colour),
        spaceBefore=before,
        spaceAfter=space,
        splitLongWords=True,
    )
