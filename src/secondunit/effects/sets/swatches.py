"""Swatches of a set: its palette, and each material it is made of with colour codes and light reflectance."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from secondunit.effects.sets.build import Built, build
from secondunit.effects.sets.drawing import frame
from secondunit.effects.sets.drawing.frame import PAPERS, Papers
from secondunit.effects.sets.drawing.sheet import Label, Mark, Picture, Sheet, rectangle
from secondunit.effects.sets.export import linear, tile
from secondunit.effects.sets.kit.materials import Material, material
from secondunit.effects.sets.palette import code_of
from secondunit.effects.sets.plan import SetPlan
from secondunit.records import read_json, whole_file, write_json

_SIDE, _STEP_X, _STEP_Y = 44.0, 52.0, 66.0
_PICTURE_PX = 360  # of a swatch: 200 to the inch
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


@dataclass(frozen=True)
class Swatches:
    """What a set is made of.

    Attributes:
        areas: m² by material, the most first.
        tiles: the painted tile of each that has a pattern, JPEG.
    """

    areas: dict[str, float]
    tiles: dict[str, bytes]

    def keep(self, folder: Path) -> None:
        """Write them, so that nothing is built or painted again."""
        named = {name: f"{number:03d}.jpg" for number, name in enumerate(self.areas) if name in self.tiles}
        folder.mkdir(exist_ok=True)
        for name, file in named.items():
            with whole_file(folder / file) as temporary:
                temporary.write_bytes(self.tiles[name])
        listed = [[name, area, named.get(name, "")] for name, area in self.areas.items()]
        write_json(folder / "swatches.json", {"kind": "swatches", "version": 1, "materials": listed})

    @classmethod
    def of(cls, plan: SetPlan, folder: Path | None = None) -> Swatches:
        """Of a plan: as they were kept in a folder, or else built and painted."""
        listed = folder / "swatches.json" if folder else None
        if folder and listed and listed.is_file():
            rows = read_json(listed, kind="swatches", version=1)["materials"]
            tiles = {name: (folder / file).read_bytes() for name, _, file in rows if file}
            return cls({name: area for name, area, _ in rows}, tiles)
        return cls.made(build(plan))

    @classmethod
    def made(cls, built: Built) -> Swatches:
        """Of a built set."""
        covered = areas(built)
        return cls(covered, {name: _tile(material(name)) for name in covered if material(name).pattern})


def _tile(one: Material) -> bytes:
    stream, shown = io.BytesIO(), tile(one)
    if max(shown.size) <= 2 * min(shown.size):  # a longer tile is a row of colours, of which none is left out
        shown = shown.crop((0, 0, min(shown.size), min(shown.size)))
    shown.thumbnail((_PICTURE_PX, _PICTURE_PX))
    shown.save(stream, "JPEG", quality=88)
    return stream.getvalue()


def swatches(plan: SetPlan, found: Swatches, papers: Papers | None = None) -> Sheet:
    """A sheet of palette and materials, those with the largest areas first; as many as it holds."""
    papers = papers or Papers()
    papers = papers if papers.set_name else papers.model_copy(update={"set_name": plan.title})
    left, bottom, right, top = frame.drawing_area("A3")
    marks = frame.frame("A3", papers, "Swatches", "1 of 1", [])
    covered = found.areas
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
        marks += _swatch(name, area, found.tiles.get(name, b""), x, top - 54 - _STEP_Y * (number // across))
    return Sheet("swatches", "Swatches", PAPERS["A3"], (), tuple(marks), papers.units)


def _swatch(name: str, area: float, picture: bytes, x: float, top: float) -> list[Mark]:
    one = material(name)
    foot = top - _SIDE
    out: list[Mark] = [Picture((x, foot, x + _SIDE, top), picture)] if picture else []
    out.append(rectangle(x, foot, x + _SIDE, top, "A-ANNO-TEXT", "hair", "" if picture else one.srgb))
    words = name.partition(":")[0].replace("_", " ")
    out.append(Label((x, foot - 3.5), words, height_mm=1.9, anchor="start", bold=True))
    out.append(Label((x, foot - 7), f"{one.srgb}  LRV {reflectance(one.srgb):.0f}", height_mm=1.6, anchor="start"))
    return [*out, Label((x, foot - 10.2), f"{one.of}, {area:.1f} m² in the set", height_mm=1.6, anchor="start")]
