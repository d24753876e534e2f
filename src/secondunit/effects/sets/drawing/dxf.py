"""A sheet as DXF R2010: the set at full size in model space, the sheet to scale in paper space, a viewport a view.

Model units are millimetres, or inches for a sheet in feet and inches. Views lie side by side. Dimensions are
DIMENSION entities, so that a reader measures what we drew. White grounds are WIPEOUTs, tints solid hatches; pictures
are left out.
"""

from __future__ import annotations

import io
import math
from typing import Any

from secondunit.effects.sets.drawing.pen import TEXT_MM
from secondunit.effects.sets.drawing.sheet import PENS, Arc, Dimension, Label, Mark, Picture, Sheet, Stroke, View, moved
from secondunit.imaging.letters import known

_COLOURS = {
    "A-WALL": 7,
    "A-WALL-PATT": 8,
    "A-DOOR": 30,
    "A-GLAZ": 4,
    "A-FLOR-LEVL": 7,
    "A-COLS": 7,
    "A-CLNG": 7,
    "A-ELEV": 7,
    "I-FURN": 3,
    "I-FURN-OVHD": 8,
    "E-LITE": 2,
    "G-CAMR": 6,
    "A-ANNO-DIMS": 1,
    "A-ANNO-TEXT": 7,
    "A-ANNO-SYMB": 5,
    "A-ANNO-TTLB": 7,
}  # AutoCAD colour index
_PER_METRE = {"metric": 1000.0, "imperial": 1 / 0.0254}
_ALIGN = {"start": "MIDDLE_LEFT", "middle": "MIDDLE_CENTER", "end": "MIDDLE_RIGHT"}
_APART_M = 5.0


def to_dxf(sheet: Sheet) -> str:
    """The file. Same sheet, same text."""
    import ezdxf

    kept = ezdxf.options.write_fixed_meta_data_for_testing
    ezdxf.options.write_fixed_meta_data_for_testing = True  # no clock, no random ids
    try:
        drawing = _drawing(sheet)
        stream = io.StringIO()
        drawing.write(stream)
    finally:
        ezdxf.options.write_fixed_meta_data_for_testing = kept
    return stream.getvalue()


def _drawing(sheet: Sheet) -> Any:
    import ezdxf

    metric = sheet.units == "metric"
    drawing = ezdxf.new("R2010", units=4 if metric else 1)
    drawing.header["$MEASUREMENT"] = int(metric)
    drawing.header["$LTSCALE"], drawing.header["$PSLTSCALE"] = 1.0, 0
    drawing.styles.new("SET", dxfattribs={"font": "arial.ttf"})
    for name, colour in _COLOURS.items():
        drawing.layers.add(name, color=colour)
    drawing.layers.add("G-VPRT", color=9).off()
    for name, pen in PENS.items():
        if pen.dashes_mm:
            pattern = [one if number % 2 == 0 else -one for number, one in enumerate(pen.dashes_mm)]
            drawing.linetypes.add(f"SET-{name.upper()}", pattern=[sum(pen.dashes_mm), *pattern], description=name)
    drawing.layouts.rename("Layout1", "Sheet")
    paper = drawing.paperspace("Sheet")
    paper.page_setup(size=sheet.size_mm, margins=(0, 0, 0, 0), units="mm")
    k, left = _PER_METRE[sheet.units], 0.0
    for view in sheet.views:
        pitch = view.scale / 1000 * k  # model units in a millimetre of paper
        shift = (left - view.box[0]) * k, 0.0
        style = _dimension_style(drawing, view.scale, pitch, metric)
        for mark in view.marks:
            _mark(drawing.modelspace(), moved(mark, k, shift), pitch, style)
        _viewport(paper, view, k, shift)
        left += view.box[2] - view.box[0] + _APART_M
    for mark in sheet.marks:
        _mark(paper, mark, 1.0, "")
    return drawing


def _viewport(paper: Any, view: View, k: float, shift: tuple[float, float]) -> None:
    across, up = view.size_mm
    left, bottom, right, top = view.box
    scale = 1000 / view.scale
    centre = view.at_mm[0] + (left + right) / 2 * scale, view.at_mm[1] + (bottom + top) / 2 * scale
    looked_at = (left + right) / 2 * k + shift[0], (bottom + top) / 2 * k + shift[1]
    paper.add_viewport(
        center=centre,
        size=(across, up),
        view_center_point=looked_at,
        view_height=(top - bottom) * k,
        dxfattribs={"layer": "G-VPRT"},
    )


def _dimension_style(drawing: Any, scale: int, pitch: float, metric: bool) -> str:
    name = f"SET-{scale}"
    if name not in drawing.dimstyles:
        style = drawing.dimstyles.new(name)
        style.dxf.dimtxsty, style.dxf.dimtxt, style.dxf.dimscale = "SET", TEXT_MM, pitch
        style.dxf.dimtsz, style.dxf.dimexo, style.dxf.dimexe, style.dxf.dimgap = 1.1, 1.2, 1.4, 0.8
        style.dxf.dimtad, style.dxf.dimlfac, style.dxf.dimrnd = 1, 1.0, 0.0
        style.dxf.dimlunit, style.dxf.dimdec = (2, 1) if metric else (4, 4)
        style.dxf.dimzin = 8 if metric else 2
    return name


def _mark(space: Any, mark: Mark, pitch: float, style: str) -> None:
    from ezdxf.enums import TextEntityAlignment

    match mark:
        case Stroke():
            _stroke(space, mark, pitch)
        case Arc():
            _arc(space, mark, pitch)
        case Label():
            text = space.add_text(
                known(mark.text),
                height=mark.height_mm * pitch,
                rotation=mark.turn_deg,
                dxfattribs={"layer": mark.layer, "style": "SET"},
            )
            text.set_placement(mark.at, align=TextEntityAlignment[_ALIGN[mark.anchor]])
        case Dimension():
            space.add_linear_dim(
                base=mark.through,
                p1=mark.a,
                p2=mark.b,
                angle=mark.turn_deg,
                location=mark.text_at,
                dimstyle=style,
                dxfattribs={"layer": mark.layer},
            ).render()
        case Picture():
            left, bottom, right, top = mark.box
            corners = [(left, bottom), (right, bottom), (right, top), (left, top)]
            space.add_lwpolyline(corners, close=True, dxfattribs={"layer": mark.layer})


def _stroke(space: Any, mark: Stroke, pitch: float) -> None:
    if mark.fill == "#ffffff":
        space.add_wipeout(mark.points, dxfattribs={"layer": mark.layer})
    elif mark.fill:
        hatch = _hatch(space, mark)
        hatch.paths.add_polyline_path(mark.points, is_closed=True, flags=1)
        for hole in mark.holes:
            hatch.paths.add_polyline_path(hole, is_closed=True, flags=16)
    if PENS[mark.pen].width_mm:
        looks = _looks(mark, pitch)
        space.add_lwpolyline(mark.points, close=mark.closed, dxfattribs=looks)
        for hole in mark.holes:
            space.add_lwpolyline(hole, close=True, dxfattribs=looks)


def _arc(space: Any, mark: Arc, pitch: float) -> None:
    whole = mark.end_deg - mark.start_deg >= 360
    if mark.fill and whole:
        if mark.fill == "#ffffff":
            space.add_wipeout(_ring(mark), dxfattribs={"layer": mark.layer})
        else:
            edge = _hatch(space, mark).paths.add_edge_path()
            edge.add_arc(mark.centre, mark.radius, 0, 360)
    if not PENS[mark.pen].width_mm:
        return
    looks = _looks(mark, pitch)
    if whole:
        space.add_circle(mark.centre, mark.radius, dxfattribs=looks)
    else:
        space.add_arc(mark.centre, mark.radius, mark.start_deg, mark.end_deg, dxfattribs=looks)


def _ring(mark: Arc) -> list[tuple[float, float]]:
    turns = [math.tau * number / 24 for number in range(24)]
    return [(mark.centre[0] + mark.radius * math.cos(t), mark.centre[1] + mark.radius * math.sin(t)) for t in turns]


def _hatch(space: Any, mark: Stroke | Arc) -> Any:
    hatch = space.add_hatch(dxfattribs={"layer": mark.layer})
    red, green, blue = (int(mark.fill[at : at + 2], 16) for at in (1, 3, 5))
    hatch.rgb = red, green, blue
    return hatch


def _looks(mark: Stroke | Arc, pitch: float) -> dict[str, Any]:
    pen = PENS[mark.pen]
    looks: dict[str, Any] = {"layer": mark.layer, "lineweight": round(pen.width_mm * 100)}
    if pen.dashes_mm:
        looks |= {"linetype": f"SET-{mark.pen.upper()}", "ltscale": pitch}
    return looks
