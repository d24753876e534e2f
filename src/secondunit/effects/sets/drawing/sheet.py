"""A sheet of paper with views on it, before it is written as SVG, PDF or DXF.

A view's marks are in metres of the set, at full size; the sheet's own marks (border, title block, key) in millimetres
of paper. Both have x to the right and y up the page. Sizes that belong to the pen, not to the
set (letters, line widths, ticks), are always millimetres of paper.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

Point = tuple[float, float]
Box = tuple[float, float, float, float]  # left, bottom, right, top
Anchor = Literal["start", "middle", "end"]
Layer = Literal[
    "A-WALL",
    "A-WALL-PATT",
    "A-DOOR",
    "A-GLAZ",
    "A-FLOR-LEVL",
    "A-COLS",
    "A-CLNG",
    "A-ELEV",
    "I-FURN",
    "I-FURN-OVHD",
    "E-LITE",
    "G-CAMR",
    "A-ANNO-DIMS",
    "A-ANNO-TEXT",
    "A-ANNO-SYMB",
    "A-ANNO-TTLB",
]  # after the US National CAD Standard's layer list; G-CAMR is ours


@dataclass(frozen=True)
class Pen:
    """A line's width in mm of paper (ISO 128-2 series), its dashes (drawn, gap ...; mm), its grey (0 = black)."""

    width_mm: float
    dashes_mm: tuple[float, ...] = ()
    grey: float = 0.0


PENS = {
    "cut": Pen(0.5),
    "edge": Pen(0.35),
    "object": Pen(0.25),
    "fine": Pen(0.18),
    "hair": Pen(0.13, grey=0.25),
    "faint": Pen(0.13, grey=0.55),
    "overhead": Pen(0.18, (2.4, 1.2), 0.2),
    "axis": Pen(0.13, (6.0, 1.2, 0.8, 1.2), 0.25),
    "none": Pen(0.0),
}
PenName = Literal["cut", "edge", "object", "fine", "hair", "faint", "overhead", "axis", "none"]


@dataclass(frozen=True)
class Stroke:
    """A line through points; closed it may be filled (``#rrggbb``) and have holes."""

    points: tuple[Point, ...]
    layer: Layer
    pen: PenName = "object"
    closed: bool = False
    fill: str = ""
    holes: tuple[tuple[Point, ...], ...] = ()


@dataclass(frozen=True)
class Arc:
    """Part of a circle, counter-clockwise from start to end; 0 to 360 is all of it, which may be filled."""

    centre: Point
    radius: float
    start_deg: float
    end_deg: float
    layer: Layer
    pen: PenName = "fine"
    fill: str = ""


@dataclass(frozen=True)
class Label:
    """Letters; ``at`` is on the line half a capital's height above the foot of the letters."""

    at: Point
    text: str
    layer: Layer = "A-ANNO-TEXT"
    height_mm: float = 2.2
    anchor: Anchor = "middle"
    turn_deg: float = 0.0
    bold: bool = False
    grey: float = 0.0
    plate: bool = False


@dataclass(frozen=True)
class Dimension:
    """The distance from ``a`` to ``b`` along ``turn_deg``; its line passes through ``through``.

    ``text_at`` is where the number stands if there is no room over the line.
    """

    a: Point
    b: Point
    through: Point
    turn_deg: float = 0.0
    text_at: Point | None = None
    layer: Layer = "A-ANNO-DIMS"

    @property
    def value(self) -> float:
        """What the number says, in the unit of the points."""
        along = math.cos(math.radians(self.turn_deg)), math.sin(math.radians(self.turn_deg))
        return abs((self.b[0] - self.a[0]) * along[0] + (self.b[1] - self.a[1]) * along[1])


@dataclass(frozen=True)
class Picture:
    """A PNG or a JPEG in a box; left out of DXF."""

    box: Box
    data: bytes
    layer: Layer = "A-ANNO-TEXT"

    @property
    def kind(self) -> Literal["png", "jpeg"]:
        """By its first bytes."""
        return "jpeg" if self.data.startswith(b"\xff\xd8\xff") else "png"


Mark = Stroke | Arc | Label | Dimension | Picture


@dataclass(frozen=True)
class View:
    """One drawing at a scale.

    Attributes:
        title: under the drawing.
        scale: 50 is 1:50.
        marks: metres.
        box: metres; what it covers with its dimensions.
        at_mm: where the view's (0, 0) lies on the sheet.
    """

    title: str
    scale: int
    marks: tuple[Mark, ...]
    box: Box
    at_mm: Point = (0.0, 0.0)

    @property
    def size_mm(self) -> Point:
        """Width and height on paper."""
        left, bottom, right, top = self.box
        return (right - left) * 1000 / self.scale, (top - bottom) * 1000 / self.scale

    def placed(self, left_mm: float, bottom_mm: float) -> View:
        """The view with its box's lower left corner there."""
        k = 1000 / self.scale
        return replace(self, at_mm=(left_mm - self.box[0] * k, bottom_mm - self.box[1] * k))


@dataclass(frozen=True)
class Sheet:
    """A page.

    Attributes:
        name: file name without ending.
        size_mm: width and height.
        units: how lengths are written.
        marks: millimetres of paper.
    """

    name: str
    title: str
    size_mm: Point
    views: tuple[View, ...] = ()
    marks: tuple[Mark, ...] = ()
    units: Literal["metric", "imperial"] = "metric"

    def on_paper(self) -> Iterator[tuple[Mark, int]]:
        """Every mark in millimetres of paper, with the scale of its view (1 for the sheet's own), first drawn first."""
        for view in self.views:
            for mark in view.marks:
                yield moved(mark, 1000 / view.scale, view.at_mm), view.scale
        for mark in self.marks:
            yield mark, 1


def moved(mark: Mark, scale: float, by: Point) -> Mark:
    """The mark scaled about (0, 0), then shifted."""

    def at(point: Point) -> Point:
        return point[0] * scale + by[0], point[1] * scale + by[1]

    match mark:
        case Stroke():
            holes = tuple(tuple(at(p) for p in hole) for hole in mark.holes)
            return replace(mark, points=tuple(at(p) for p in mark.points), holes=holes)
        case Arc():
            return replace(mark, centre=at(mark.centre), radius=mark.radius * scale)
        case Label():
            return replace(mark, at=at(mark.at))
        case Dimension():
            text_at = None if mark.text_at is None else at(mark.text_at)
            return replace(mark, a=at(mark.a), b=at(mark.b), through=at(mark.through), text_at=text_at)
        case Picture():
            return replace(mark, box=(*at(mark.box[:2]), *at(mark.box[2:])))


def turned(marks: Iterable[Mark], turn_deg: float, by: Point = (0.0, 0.0)) -> tuple[Mark, ...]:
    """Strokes, arcs and labels turned counter-clockwise about (0, 0), then shifted; labels stay upright."""
    c, s = math.cos(math.radians(turn_deg)), math.sin(math.radians(turn_deg))

    def at(p: Point) -> Point:
        return p[0] * c - p[1] * s + by[0], p[0] * s + p[1] * c + by[1]

    out: list[Mark] = []
    for mark in marks:
        match mark:
            case Stroke():
                holes = tuple(tuple(at(p) for p in hole) for hole in mark.holes)
                out.append(replace(mark, points=tuple(at(p) for p in mark.points), holes=holes))
            case Arc():
                start, end = mark.start_deg + turn_deg, mark.end_deg + turn_deg
                out.append(replace(mark, centre=at(mark.centre), start_deg=start, end_deg=end))
            case Label():
                out.append(replace(mark, at=at(mark.at)))
            case _:
                raise TypeError(f"{type(mark).__name__} cannot be turned")
    return tuple(out)


def rectangle(
    left: float, bottom: float, right: float, top: float, layer: Layer, pen: PenName = "object", fill: str = ""
) -> Stroke:
    """Four corners, closed."""
    points = ((left, bottom), (right, bottom), (right, top), (left, top))
    return Stroke(points, layer, pen, True, fill)


def circle(centre: Point, radius: float, layer: Layer, pen: PenName = "fine", fill: str = "") -> Arc:
    """All round."""
    return Arc(centre, radius, 0, 360, layer, pen, fill)


def line(a: Point, b: Point, layer: Layer, pen: PenName = "fine") -> Stroke:
    """From a to b."""
    return Stroke((a, b), layer, pen)
