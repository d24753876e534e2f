"""The set book: stills, reasons, drawings, swatches, quantities and continuity of one set, as HTML or PDF."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import jinja2
from PIL import Image

from secondunit.effects.sets.continuity import continuity
from secondunit.effects.sets.drawing import frame
from secondunit.effects.sets.drawing.frame import PAPERS, Papers
from secondunit.effects.sets.drawing.pdf import to_pdf
from secondunit.effects.sets.drawing.pen import text_width_mm
from secondunit.effects.sets.drawing.sheet import Label, Mark, Picture, Sheet, line
from secondunit.effects.sets.drawing.svg import to_svg
from secondunit.effects.sets.plan import SetPlan
from secondunit.effects.sets.quantities import Bill, Line

_ROW, _TIGHT = 5.4, 4.7  # mm from row to row, and at least


@dataclass(frozen=True)
class Book:
    """What a set book is made of.

    Attributes:
        stills: a name and a picture each, PNG or JPEG.
        why: what it costs beside the other options, and what makes it so.
        sheets: drawings and swatches.
    """

    plan: SetPlan
    papers: Papers
    sheets: tuple[Sheet, ...]
    bill: Bill
    stills: tuple[tuple[str, bytes], ...] = ()
    why: str = ""


def to_html(book: Book) -> str:
    """One page with everything in it; it fetches nothing."""
    return _template().render(
        book=book,
        stills=[(name, _address(picture), caption(book.plan, name)) for name, picture in book.stills],
        drawings=[(sheet.title, to_svg(sheet)) for sheet in book.sheets],
        continuity=continuity(book.plan),
        quantity=quantity,
    )


def book_pdf(book: Book) -> bytes:
    """The same on A3 and larger sheets, with bookmarks."""
    papers = book.papers if book.papers.set_name else book.papers.model_copy(update={"set_name": book.plan.title})
    stills = [
        _still(papers, (name, caption(book.plan, name)), data, f"{number} of {len(book.stills)}")
        for number, (name, data) in enumerate(book.stills, 1)
    ]
    rows: list[tuple[str, ...]] = [
        (one.part, one.what, quantity(one), f"{one.rate:.2f}", f"{one.cost:,.2f}") for one in book.bill.lines
    ]
    rows.append(("", "Sum", "", "", f"{book.bill.net:,.2f} {book.bill.currency}"))
    share = f"With {book.bill.contingency * 100:g} % contingency"
    rows.append(("", share, "", "", f"{book.bill.total:,.2f} {book.bill.currency}"))
    rows += [("", book.why, "", "", "")] if book.why else []
    pages = [*stills, *book.sheets, *_tables(papers, "Quantities", ("Part", "What", "Quantity", "Rate", "Cost"), rows)]
    reasons = enumerate(book.plan.reasons)
    notes: list[tuple[str, ...]] = [("" if number else "Why", reason, "", "", "") for number, reason in reasons]
    notes += [(name, value, "", "", "") for name, value in continuity(book.plan)]
    return to_pdf([*pages, *_tables(papers, "Reasons and continuity", ("", "", "", "", ""), notes)], book.plan.title)


def quantity(one: Line) -> str:
    """A quantity with its unit."""
    return f"{one.quantity:g}" if one.unit == "each" else f"{one.quantity:.2f} {one.unit}"


def _address(picture: bytes) -> str:
    kind = Picture((0, 0, 1, 1), picture).kind
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode()}"


def caption(plan: SetPlan, name: str) -> str:
    """What a still shows and how: camera, lens, why it stands there."""
    eye = next((eye for eye in plan.eyes if eye.slug == name), None)
    if eye is None:
        return "From above, cut open at head height"
    return f"{eye.name.capitalize()}: {eye.sensor}, {eye.lens_mm:g} mm" + (f"; {eye.why}" if eye.why else "")


def _still(papers: Papers, named: tuple[str, str], data: bytes, number: str) -> Sheet:
    name, words = named
    left, bottom, right, top = frame.drawing_area("A3")
    with Image.open(io.BytesIO(data)) as image:
        shape = image.height / image.width
    wide = min(right - left, (top - bottom - 10) / shape)
    high = wide * shape
    x, y = left + (right - left - wide) / 2, bottom + 8 + (top - bottom - 8 - high) / 2
    marks = frame.frame("A3", papers, f"Still: {name}", number, [])
    marks += [Picture((x, y, x + wide, y + high), data), Label((x, y - 5), words, height_mm=2.2, anchor="start")]
    return Sheet(f"still-{name}", f"Still: {name}", PAPERS["A3"], (), tuple(marks))


def _tables(papers: Papers, title: str, head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[Sheet]:
    """Rows set on as many A3 sheets as they need."""
    left, bottom, right, top = frame.drawing_area("A3")
    lines = [part for row in rows for part in _broken(row, right - left)]
    high = top - bottom - 16
    tight = high / max(1, len(lines))
    step = tight if _TIGHT <= tight < _ROW else _ROW  # rather than two rows on a page of their own
    most = int(high / step + 1e-6)
    parts = [lines[at : at + most] for at in range(0, len(lines), most)]
    out = []
    for number, part in enumerate(parts, 1):
        marks: list[Mark] = list(frame.frame("A3", papers, title, f"{number} of {len(parts)}", []))
        y = top - 5
        for row, bold in ((head, True), *((row, False) for row in part)):
            marks += _row(row, y, left + 2, right - 2, bold)
            marks.append(line((left + 2, y - 2.6), (right - 2, y - 2.6), "A-ANNO-TTLB", "object" if bold else "faint"))
            y -= step
        out.append(Sheet(f"{title.split()[0].lower()}-{number}", title, PAPERS["A3"], (), tuple(marks)))
    return out


def _row(row: tuple[str, ...], y: float, left: float, right: float, bold: bool) -> list[Mark]:
    places = ((left, "start"), (left + 34, "start"), (right - 70, "end"), (right - 38, "end"), (right, "end"))
    return [
        Label((x, y), text, height_mm=2.0, anchor=anchor, bold=bold)  # type: ignore[arg-type]
        for text, (x, anchor) in zip(row, places, strict=True)
        if text
    ]


def _broken(row: tuple[str, ...], wide: float) -> list[tuple[str, ...]]:
    """A row whose words are too long for one line, on several."""
    room = wide - 40 - (100 if row[2] or row[4] else 0)
    lines, now = [], ""
    for word in row[1].split():
        if now and text_width_mm(f"{now} {word}", 2.0) > room:
            lines.append(now)
            now = word
        else:
            now = f"{now} {word}".strip()
    lines.append(now)
    return [(row[0], lines[0], *row[2:]), *[("", more, "", "", "") for more in lines[1:]]]


@cache
def _template() -> jinja2.Template:
    loader = jinja2.PackageLoader("secondunit.effects.sets", package_path="")
    environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, undefined=jinja2.StrictUndefined)
    return environment.get_template("book.html")
