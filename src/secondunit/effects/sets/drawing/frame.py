"""The paper: sizes and scales, border, title block, key, scale bar; and which view goes where."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from secondunit.brief.section import Section
from secondunit.effects.sets.drawing import fittings
from secondunit.effects.sets.drawing.pen import text_width_mm
from secondunit.effects.sets.drawing.sheet import Box, Label, Mark, Point, View, circle, line, rectangle

Paper = Literal["A4", "A3", "A2", "A1", "A0"]
PAPERS: dict[Paper, Point] = {
    "A4": (297, 210),
    "A3": (420, 297),
    "A2": (594, 420),
    "A1": (841, 594),
    "A0": (1189, 841),
}  # ISO 216, landscape, mm
SCALES = {
    "metric": (10, 20, 25, 50, 75, 100, 200, 500),
    "imperial": (12, 16, 24, 48, 64, 96, 192, 384),
}  # 1:12 is 1" = 1'-0"; 1:48 is 1/4" = 1'-0"
_IMPERIAL = {12: '1"', 16: '3/4"', 24: '1/2"', 48: '1/4"', 64: '3/16"', 96: '1/8"', 192: '1/16"', 384: '1/32"'}
_BORDER, _COLUMN = 10.0, 78.0
_ROW = 3.9


class Papers(Section):
    """What the title block says, and how the drawings are made."""

    production: str = Field("", description="Title of the production.")
    set_name: str = Field("", description="Name of the set; empty: the plan's title.")
    set_number: str = Field("", description="The art department's number of the set.")
    designer: str = Field("", description="Who designed it.")
    drawn_by: str = Field("Second Unit", description="Who drew it.")
    date: datetime.date | None = Field(None, description="Date of issue; none is left blank.")
    revision: str = Field("", description="Letter or number of the revision.")
    units: Literal["metric", "imperial"] = Field("metric", description="Millimetres, or feet and inches.")
    paper: Paper | None = Field(None, description="Paper of plan and ceiling; empty: the smallest that serves.")
    scale: int | None = Field(None, ge=1, le=1000, description="50 is 1:50; empty: the largest usual one that fits.")


@dataclass(frozen=True)
class Key:
    """A table in the sheet's right column: heading, and rows of a number, words and a remark."""

    title: str
    rows: tuple[tuple[str, str, str], ...]


def scale_words(scale: int, units: str) -> str:
    """1:50, or 1/4" = 1'-0"."""
    return f"{_IMPERIAL[scale]} = 1'-0\"" if units == "imperial" and scale in _IMPERIAL else f"1:{scale}"


def drawing_area(paper: Paper) -> Box:
    """What is left of a sheet for views: left, bottom, right, top in millimetres."""
    width, height = PAPERS[paper]
    return _BORDER + 4, _BORDER + 4, width - _BORDER - _COLUMN - 4, height - _BORDER - 4


def frame(paper: Paper, papers: Papers, title: str, number: str, scales: Sequence[int]) -> list[Mark]:
    """Border and title block."""
    width, height = PAPERS[paper]
    left, right, bottom, top = width - _BORDER - _COLUMN, width - _BORDER, _BORDER, height - _BORDER
    out: list[Mark] = [
        rectangle(_BORDER, bottom, right, top, "A-ANNO-TTLB", "edge"),
        line((left, bottom), (left, top), "A-ANNO-TTLB", "object"),
    ]
    one = sorted(set(scales))
    scale = scale_words(one[0], papers.units) if len(one) == 1 else "as shown" if one else "none"
    date = papers.date.isoformat() if papers.date else ""
    cells: list[tuple[float, tuple[tuple[str, str, float], ...]]] = [
        (13.0, (("production", papers.production, 3.4),)),
        (13.0, (("set", " ".join(part for part in (papers.set_number, papers.set_name) if part), 3.4),)),
        (12.0, (("drawing", title, 2.8),)),
        (10.0, (("designer", papers.designer, 2.2), ("drawn", papers.drawn_by, 2.2))),
        (10.0, (("scale", f"{scale} at {paper}" if one else scale, 2.2), ("date", date, 2.2))),
        (11.0, (("sheet", number, 2.8), ("revision", papers.revision, 2.8))),
    ]
    y = bottom + 9.0
    check = "Check on site; do not scale for building."
    out.append(Label((left + 2, bottom + 6.2), _note(papers.units), "A-ANNO-TTLB", 1.5, "start", grey=0.3))
    out.append(Label((left + 2, bottom + 3.0), check, "A-ANNO-TTLB", 1.5, "start", grey=0.3))
    out.append(line((left, y), (right, y), "A-ANNO-TTLB", "fine"))
    for high, row in reversed(cells):
        share = _COLUMN / len(row)
        for at, (name, text, size) in enumerate(row):
            x = left + share * at
            out.append(Label((x + 2, y + high - 2.4), name.upper(), "A-ANNO-TTLB", 1.3, "start", grey=0.4))
            out.append(_fitted((x + 2, y + high / 2 - 1.4), text, size, share - 4))
            if at:
                out.append(line((x, y), (x, y + high), "A-ANNO-TTLB", "fine"))
        y += high
        out.append(line((left, y), (right, y), "A-ANNO-TTLB", "object" if row is cells[0][1] else "fine"))
    return out


def _note(units: str) -> str:
    return f"Dimensions in {'millimetres' if units == 'metric' else 'feet and inches'}, levels in metres."


def _fitted(at: Point, text: str, size: float, room: float) -> Label:
    """A label made smaller until it fits, at most to half; then cut."""
    wide = text_width_mm(text, size, bold=True)
    if wide > room:
        size = max(size * room / wide, size / 2)
        while (
            text and text_width_mm(text + "…", size, bold=True) > room and text_width_mm(text, size, bold=True) > room
        ):
            text = text[:-1]
    return Label(at, text, "A-ANNO-TTLB", size, "start", bold=True)


BLOCK_TOP = _BORDER + 9.0 + 69.0  # of the title block, from the sheet's lower edge


def column(
    paper: Paper, keys: Sequence[Key], scale: int | None, units: str, bearing_deg: float | None
) -> tuple[list[Mark], list[Key]]:
    """North arrow and scale bar over the title block, keys from the top; and the keys' rows that had no room."""
    width, height = PAPERS[paper]
    left = width - _BORDER - _COLUMN
    foot = BLOCK_TOP + 3
    out: list[Mark] = []
    if scale is not None:
        out += scale_bar((left + 5, foot + 7), scale, units)
        foot += 16
    if bearing_deg is not None:
        out += fittings.north((left + _COLUMN - 13, foot + 8), bearing_deg)
        foot += 22 if scale is None else 20
    top = height - _BORDER - 5
    rest: list[Key] = []
    for key in keys:
        out_rows, top, over = _key(key, left, top, foot)
        out += out_rows
        if over.rows:
            rest.append(over)
    return out, rest


def _key(key: Key, left: float, top: float, foot: float) -> tuple[list[Mark], float, Key]:
    room = int((top - foot - 6) // _ROW)
    if room < 2 or not key.rows:
        return [], top, key
    shown, rest = key.rows[:room], key.rows[room:]
    out: list[Mark] = [
        Label((left + 3, top), key.title.upper(), "A-ANNO-TTLB", 1.9, "start", bold=True),
        line((left + 3, top - 2.2), (left + _COLUMN - 3, top - 2.2), "A-ANNO-TTLB", "object"),
    ]
    y = top - 4.6
    for number, words, remark in shown:
        over = text_width_mm(remark, 1.6)
        out.append(Label((left + 3, y), number, "A-ANNO-TTLB", 1.6, "start", bold=True))
        out.append(_cut((left + 11, y), words, 1.6, _COLUMN - 16 - over))
        out.append(Label((left + _COLUMN - 3, y), remark, "A-ANNO-TTLB", 1.6, "end"))
        y -= _ROW
    return out, y - 3, Key(key.title, rest)


def _cut(at: Point, text: str, size: float, room: float) -> Label:
    shown = text
    while shown and text_width_mm(shown, size) > room:
        shown = shown[:-2].rstrip() + "…" if len(shown) > 2 else ""
    return Label(at, shown, "A-ANNO-TTLB", size, "start")


def scale_bar(at: Point, scale: int, units: str) -> list[Mark]:
    """Alternating blocks of a metre (or of feet), with their numbers."""
    unit = 1.0 if units == "metric" else 0.3048
    choices = (0.2, 0.5, 1, 2, 5, 10, 20) if units == "metric" else (1, 2, 4, 5, 10, 20, 50)
    step = next((one for one in choices if one * unit * 1000 / scale >= 8), choices[-1])
    wide = step * unit * 1000 / scale
    count = max(2, min(5, int(58 // wide)))
    x, y = at
    out: list[Mark] = []
    for number in range(count):
        fill = "#000000" if number % 2 == 0 else "#ffffff"
        out.append(rectangle(x + wide * number, y, x + wide * (number + 1), y + 1.6, "A-ANNO-TTLB", "fine", fill))
    for number in range(count + 1):
        text = f"{step * number:g}" + ((" m" if units == "metric" else " ft") if number == count else "")
        out.append(Label((x + wide * number, y + 3.6), text, "A-ANNO-TTLB", 1.5))
    return [*out, Label((x, y - 3.2), f"Scale {scale_words(scale, units)}", "A-ANNO-TTLB", 1.6, "start")]


def view_title(view: View, letter: str, units: str) -> list[Mark]:
    """Under a view: its letter in a circle, its title over a line, its scale below."""
    left = view.at_mm[0] + view.box[0] * 1000 / view.scale
    y = view.at_mm[1] + view.box[1] * 1000 / view.scale - 8
    wide = max(text_width_mm(view.title, 2.6, bold=True), 24.0) + 2
    x = left + 5
    out: list[Mark] = [
        Label((x + 7, y + 2.4), view.title, "A-ANNO-TEXT", 2.6, "start", bold=True),
        line((x + 5, y), (x + 7 + wide, y), "A-ANNO-SYMB", "edge"),
        Label((x + 7, y - 2.4), f"Scale {scale_words(view.scale, units)}", "A-ANNO-TEXT", 1.8, "start"),
    ]
    return [*out, circle((x, y), 5.0, "A-ANNO-SYMB", "edge"), Label((x, y), letter, "A-ANNO-SYMB", 3.0, bold=True)]
