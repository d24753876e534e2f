"""Swatches of a set: its palette, and each material it is made of with colour codes and light reflectance."""

from __future__ import annotations

import io

import numpy as np

from secondunit.effects.sets.build import Built
from secondunit.effects.sets.drawing import frame
from secondunit.effects.sets.drawing.frame import PAPERS, Papers
from secondunit.effects.sets.drawing.sheet import Label, Mark, Picture, Sheet, rectangle
from secondunit.effects.sets.export import linear, tile
from secondunit.effects.sets.kit.materials import material
from secondunit.effects.sets.palette import code_of
from secondunit.effects.sets.plan import SetPlan

_SIDE, _STEP_X, _STEP_Y = 44.0, 52.0, 66.0
_LUMA = np.array([0.2126, 0.7152, 0.0722])  # of linear Rec.709: ITU-R BT.709-6


def reflectance(code: str) -> float:
    """Light reflectance value of ``#rrggbb`` in percent: its luminance against white."""
    return float(_LUMA @ np.array(linear(code)) * 100)


def areas(built: Built) -> dict[str, float]:
    """How much of each material a set shows, m², the most first."""
    out: dict[str, float] = {}
    for part in built.parts:
        a, b, c = (part.points_m[part.triangles[:, corner]] for corner in range(3))
        out[part.material] = out.get(part.material, 0.0) + float(
            np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2
        )
    return dict(sorted(out.items(), key=lambda one: (-one[1], one[0])))


def swatches(plan: SetPlan, built: Built, papers: Papers | None = None) -> Sheet:
    """A sheet of palette and materials, those with the largest areas first; as many as it holds."""
    papers = papers or Papers()
    papers = papers if papers.set_name else papers.model_copy(update={"set_name": plan.title})
    left, bottom, right, top = frame.drawing_area("A3")
    marks = frame.frame("A3", papers, "Swatches", "1 of 1", [])
    covered = areas(built)
    codes = [code_of(colour) for colour in plan.palette]
    title = "PALETTE" if codes else "LEADING COLOURS"
    codes = codes or list(dict.fromkeys(material(name).srgb for name in covered))[:6]
    marks.append(Label((left + 2, top - 4), title, height_mm=2.6, anchor="start", bold=True))
    wide = (right - left - 4) / max(1, len(codes))
    for number, code in enumerate(codes):
        x = left + 2 + wide * number
        marks.append(rectangle(x, top - 34, x + wide - 2, top - 9, "A-ANNO-TEXT", "hair", code))
        marks.append(Label((x, top - 37.5), f"{code}  LRV {reflectance(code):.0f}", height_mm=1.6, anchor="start"))
    marks.append(Label((left + 2, top - 48), "MATERIALS", height_mm=2.6, anchor="start", bold=True))
    across = int((right - left - 2 + _STEP_X - _SIDE) // _STEP_X)
    down = int((top - 54 - bottom) // _STEP_Y)
    for number, (name, area) in enumerate(list(covered.items())[: across * down]):
        x = left + 2 + _STEP_X * (number % across)
        marks += _swatch(name, area, x, top - 54 - _STEP_Y * (number // across))
    return Sheet("swatches", "Swatches", PAPERS["A3"], (), tuple(marks), papers.units)


def _swatch(name: str, area: float, x: float, top: float) -> list[Mark]:
    one = material(name)
    foot = top - _SIDE
    out: list[Mark] = []
    if one.pattern:
        stream = io.BytesIO()
        tile(one).save(stream, "PNG")
        out.append(Picture((x, foot, x + _SIDE, top), stream.getvalue()))
    out.append(rectangle(x, foot, x + _SIDE, top, "A-ANNO-TEXT", "hair", "" if one.pattern else one.srgb))
    words = name.partition(":")[0].replace("_", " ")
    out.append(Label((x, foot - 3.5), words, height_mm=1.9, anchor="start", bold=True))
    out.append(Label((x, foot - 7), f"{one.srgb}  LRV {reflectance(one.srgb):.0f}", height_mm=1.6, anchor="start"))
    return [*out, Label((x, foot - 10.2), f"{one.of}, {area:.1f} m² in the set", height_mm=1.6, anchor="start")]
