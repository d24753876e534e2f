"""Marks broken down to what every pen can do: lines, arcs and letters in millimetres of paper."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from secondunit.effects.sets.drawing.sheet import (
    Arc,
    Dimension,
    Label,
    Mark,
    Picture,
    Point,
    Sheet,
    Stroke,
    line,
    moved,
)
from secondunit.imaging import letters

TEXT_MM = 2.0  # height of a dimension's digits
_TICK_MM, _BEYOND_MM, _GAP_MM, _OVER_MM = 1.1, 1.4, 1.2, 0.8

Simple = Stroke | Arc | Label | Picture


def simple(sheet: Sheet) -> Iterator[Simple]:
    """All of a sheet, dimensions as ticks, lines and numbers."""
    for mark, scale in sheet.on_paper():
        if isinstance(mark, Dimension):
            yield from dimension(mark, scale, sheet.units)
        else:
            yield mark


def dimension(mark: Dimension, scale: float, units: str = "metric") -> Iterator[Simple]:
    """A dimension on paper: extension lines, the line, oblique ticks, the number above it."""
    along = math.cos(math.radians(mark.turn_deg)), math.sin(math.radians(mark.turn_deg))
    across = -along[1], along[0]
    ends = [_onto(point, mark.through, along) for point in (mark.a, mark.b)]
    for point, end in zip((mark.a, mark.b), ends, strict=True):
        away = (end[0] - point[0]) * across[0] + (end[1] - point[1]) * across[1]
        sign = math.copysign(1.0, away)
        if abs(away) > _GAP_MM:
            yield line(_by(point, across, sign * _GAP_MM), _by(end, across, sign * _BEYOND_MM), mark.layer, "hair")
        tick = (along[0] + across[0]) / math.sqrt(2), (along[1] + across[1]) / math.sqrt(2)
        yield line(_by(end, tick, -_TICK_MM), _by(end, tick, _TICK_MM), mark.layer, "object")
    yield line(ends[0], ends[1], mark.layer, "hair")
    middle = (ends[0][0] + ends[1][0]) / 2, (ends[0][1] + ends[1][1]) / 2
    turn = readable(mark.turn_deg)
    up = -math.sin(math.radians(turn)), math.cos(math.radians(turn))
    at = mark.text_at or _by(middle, up, TEXT_MM / 2 + _OVER_MM)
    yield Label(at, length(mark.value * scale / 1000, units), mark.layer, TEXT_MM, turn_deg=turn, plate=True)


def readable(turn_deg: float) -> float:
    """The same line, to be read from the bottom or the right of the sheet: above -90, up to 90 degrees."""
    turn = (turn_deg + 90) % 180 - 90
    return 90.0 if abs(turn + 90) < 0.01 else turn


def length(metres: float, units: str = "metric") -> str:
    """A length as it is written on a drawing: whole millimetres, or feet and inches to the nearest sixteenth."""
    if units == "metric":
        millimetres = metres * 1000
        whole = round(millimetres)
        return f"{whole}" if abs(millimetres - whole) < 0.05 else f"{millimetres:.1f}"
    sixteenths = round(metres / 0.0254 * 16)
    feet, rest = divmod(sixteenths, 12 * 16)
    inches, part = divmod(rest, 16)
    over = math.gcd(part, 16)
    fraction = f" {part // over}/{16 // over}" if part else ""
    return f"{feet}'-{inches}{fraction}\""


def text_width_mm(text: str, height_mm: float, *, bold: bool = False) -> float:
    """Width of a label whose capitals are so high."""
    return letters.width(letters.known(text), height_mm / letters.CAPITAL, bold=bold)


def plate(label: Label) -> Stroke:
    """The white ground under a label that lies over lines."""
    half = text_width_mm(label.text, label.height_mm, bold=label.bold) / 2 + 0.4
    rise = label.height_mm / 2 + 0.35
    c, s = math.cos(math.radians(label.turn_deg)), math.sin(math.radians(label.turn_deg))
    shift = {"start": half - 0.4, "middle": 0.0, "end": 0.4 - half}[label.anchor]
    corners = [(shift + x, y) for x, y in ((-half, -rise), (half, -rise), (half, rise), (-half, rise))]
    points = tuple((label.at[0] + x * c - y * s, label.at[1] + x * s + y * c) for x, y in corners)
    return Stroke(points, label.layer, "none", True, "#ffffff")


def extent(marks: Iterable[Mark], scale: float, units: str = "metric") -> tuple[Point, Point]:
    """Lower left and upper right corner of marks in metres at a scale, letters included; metres."""
    xs: list[float] = []
    ys: list[float] = []
    for mark in marks:
        on_paper = moved(mark, 1000 / scale, (0.0, 0.0))
        parts = dimension(on_paper, scale, units) if isinstance(on_paper, Dimension) else [on_paper]
        for part in parts:
            for x, y in _corners(part):
                xs.append(x)
                ys.append(y)
    k = scale / 1000
    return (min(xs) * k, min(ys) * k), (max(xs) * k, max(ys) * k)


def _corners(mark: Simple) -> tuple[Point, ...]:
    match mark:
        case Stroke():
            return mark.points
        case Arc():
            (x, y), r = mark.centre, mark.radius
            return (x - r, y - r), (x + r, y + r)
        case Label():
            return plate(mark).points
        case Picture():
            return mark.box[:2], mark.box[2:]


def _onto(point: Point, through: Point, along: Point) -> Point:
    reach = (point[0] - through[0]) * along[0] + (point[1] - through[1]) * along[1]
    return through[0] + reach * along[0], through[1] + reach * along[1]


def _by(point: Point, way: Point, far: float) -> Point:
    return point[0] + way[0] * far, point[1] + way[1] * far
