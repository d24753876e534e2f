"""A sheet as SVG: millimetres of paper, one group a layer, letters as text."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator
from itertools import groupby
from xml.sax.saxutils import escape

from secondunit.effects.sets.drawing.pen import Simple, plate, simple, text_width_mm
from secondunit.effects.sets.drawing.sheet import PENS, Arc, Label, Picture, Point, Sheet, Stroke
from secondunit.imaging.letters import CAPITAL, known

_FAMILY = "Bitstream Vera Sans, DejaVu Sans, Verdana, Arial, sans-serif"


def to_svg(sheet: Sheet) -> str:
    """The whole file."""
    width, height = sheet.size_mm
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(width)}mm" height="{_n(height)}mm" '
        f'viewBox="0 0 {_n(width)} {_n(height)}" font-family="{_FAMILY}" stroke-linejoin="miter" stroke-linecap="butt">'
    )
    lines = [head, f"<title>{escape(known(sheet.title))}</title>"]
    lines.append(f'<rect width="{_n(width)}" height="{_n(height)}" fill="#ffffff"/>')
    for layer, marks in groupby(simple(sheet), key=lambda mark: mark.layer):
        lines.append(f'<g data-layer="{layer}">')
        for mark in marks:
            lines += _mark(mark, height)
        lines.append("</g>")
    return "\n".join([*lines, "</svg>", ""])


def _mark(mark: Simple, height: float) -> Iterator[str]:
    match mark:
        case Stroke():
            yield f'<path d="{_path(mark, height)}"{_drawn(mark)}/>'
        case Arc():
            yield f"{_arc(mark, height)}{_drawn(mark)}/>"
        case Label():
            if mark.plate:
                yield from _mark(plate(mark), height)
            yield _label(mark, height)
        case Picture():
            left, bottom, right, top = mark.box
            data = base64.b64encode(mark.data).decode()
            size = f'x="{_n(left)}" y="{_n(height - top)}" width="{_n(right - left)}" height="{_n(top - bottom)}"'
            yield f'<image {size} preserveAspectRatio="none" href="data:image/{mark.kind};base64,{data}"/>'


def _path(mark: Stroke, height: float) -> str:
    rings = [(mark.points, mark.closed), *((hole, True) for hole in mark.holes)]
    return " ".join(
        "M" + " ".join(f"{_n(x)},{_n(height - y)}" for x, y in points) + ("Z" if closed else "")
        for points, closed in rings
    )


def _arc(mark: Arc, height: float) -> str:
    (x, y), r = mark.centre, mark.radius
    if mark.end_deg - mark.start_deg >= 360:
        return f'<circle cx="{_n(x)}" cy="{_n(height - y)}" r="{_n(r)}"'
    ends = [_round(mark.centre, r, angle) for angle in (mark.start_deg, mark.end_deg)]
    wide = int((mark.end_deg - mark.start_deg) % 360 > 180)
    (ax, ay), (bx, by) = ends
    return f'<path d="M{_n(ax)},{_n(height - ay)} A{_n(r)},{_n(r)} 0 {wide} 0 {_n(bx)},{_n(height - by)}"'


def _round(centre: Point, radius: float, angle_deg: float) -> Point:
    angle = math.radians(angle_deg)
    return centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle)


def _drawn(mark: Stroke | Arc) -> str:
    pen = PENS[mark.pen]
    fill = mark.fill or "none"
    rule = ' fill-rule="evenodd"' if isinstance(mark, Stroke) and mark.holes else ""
    if not pen.width_mm:
        return f' fill="{fill}"{rule}'
    dashes = f' stroke-dasharray="{" ".join(_n(one) for one in pen.dashes_mm)}"' if pen.dashes_mm else ""
    return f' fill="{fill}"{rule} stroke="{_grey(pen.grey)}" stroke-width="{_n(pen.width_mm)}"{dashes}'


def _label(mark: Label, height: float) -> str:
    text = known(mark.text)
    size = mark.height_mm / CAPITAL
    turn = f" rotate({_n(-mark.turn_deg)})" if mark.turn_deg else ""
    where = f'transform="translate({_n(mark.at[0])} {_n(height - mark.at[1])}){turn}" y="{_n(mark.height_mm / 2)}"'
    wide = text_width_mm(mark.text, mark.height_mm, bold=mark.bold)
    look = f'font-size="{_n(size)}" text-anchor="{mark.anchor}" fill="{_grey(mark.grey)}"'
    bold = ' font-weight="bold"' if mark.bold else ""
    fit = f' textLength="{_n(wide)}" lengthAdjust="spacingAndGlyphs"' if len(text) > 1 else ""
    return f"<text {where} {look}{bold}{fit}>{escape(text)}</text>"


def _grey(grey: float) -> str:
    level = round(grey * 255)
    return f"#{level:02x}{level:02x}{level:02x}"


def _n(value: float) -> str:
    """A number with at most three decimals: a micrometre of paper."""
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
