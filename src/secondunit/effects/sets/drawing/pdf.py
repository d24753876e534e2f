"""Sheets as PDF: one page each, true to scale, letters in the file, one bookmark a sheet. Same sheets, same bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from secondunit.effects.sets.drawing.pen import Simple, plate, simple
from secondunit.effects.sets.drawing.sheet import PENS, Arc, Label, Picture, Sheet, Stroke
from secondunit.imaging.letters import BOLD, CAPITAL, FONT, known, put_in


def to_pdf(sheets: Sequence[Sheet], title: str) -> bytes:
    """The file's bytes."""
    stream = io.BytesIO()
    canvas = Canvas(stream, invariant=1, lang="en", pageCompression=1)
    canvas.setTitle(known(title))
    canvas.setCreator("secondunit")
    canvas.setAuthor("secondunit")
    for sheet in sheets:
        canvas.setPageSize((sheet.size_mm[0] * mm, sheet.size_mm[1] * mm))
        canvas.bookmarkPage(sheet.name)
        canvas.addOutlineEntry(known(sheet.title), sheet.name)
        draw(canvas, sheet)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def draw(canvas: Any, sheet: Sheet) -> None:
    """All marks of a sheet onto the canvas' page, its lower left corner at (0, 0)."""
    put_in()
    canvas.setLineJoin(0)
    for mark in simple(sheet):
        _mark(canvas, mark)


def _mark(canvas: Any, mark: Simple) -> None:
    match mark:
        case Stroke():
            path = canvas.beginPath()
            for points, closed in ((mark.points, mark.closed), *((hole, True) for hole in mark.holes)):
                path.moveTo(points[0][0] * mm, points[0][1] * mm)
                for x, y in points[1:]:
                    path.lineTo(x * mm, y * mm)
                if closed:
                    path.close()
            canvas.drawPath(path, stroke=_pen(canvas, mark), fill=_fill(canvas, mark), fillMode=0)
        case Arc():
            (x, y), r = mark.centre, mark.radius
            if mark.end_deg - mark.start_deg >= 360:
                canvas.circle(x * mm, y * mm, r * mm, stroke=_pen(canvas, mark), fill=_fill(canvas, mark))
            elif _pen(canvas, mark):
                turn = (mark.end_deg - mark.start_deg) % 360
                canvas.arc((x - r) * mm, (y - r) * mm, (x + r) * mm, (y + r) * mm, mark.start_deg, turn)
        case Label():
            _label(canvas, mark)
        case Picture():
            left, bottom, right, top = (one * mm for one in mark.box)
            canvas.drawImage(ImageReader(io.BytesIO(mark.data)), left, bottom, right - left, top - bottom)


def _label(canvas: Any, mark: Label) -> None:
    if mark.plate:
        _mark(canvas, plate(mark))
    canvas.saveState()
    canvas.translate(mark.at[0] * mm, mark.at[1] * mm)
    canvas.rotate(mark.turn_deg)
    canvas.setFillColor(Color(mark.grey, mark.grey, mark.grey))
    canvas.setFont(BOLD if mark.bold else FONT, mark.height_mm / CAPITAL * mm)
    write = {"start": canvas.drawString, "middle": canvas.drawCentredString, "end": canvas.drawRightString}[mark.anchor]
    write(0, -mark.height_mm / 2 * mm, known(mark.text))
    canvas.restoreState()


def _pen(canvas: Any, mark: Stroke | Arc) -> int:
    pen = PENS[mark.pen]
    canvas.setLineWidth(pen.width_mm * mm)
    canvas.setDash([one * mm for one in pen.dashes_mm])
    canvas.setStrokeColor(Color(pen.grey, pen.grey, pen.grey))
    return int(pen.width_mm > 0)


def _fill(canvas: Any, mark: Stroke | Arc) -> int:
    if mark.fill:
        canvas.setFillColor(HexColor(mark.fill))
    return int(bool(mark.fill))
