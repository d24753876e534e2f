"""What things are made of (``materials.toml``), and which material of a class a style takes when none is named.

A material is named as ``oak``, or with another colour as ``white_plaster:#c8b9a6``.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import Field

from secondunit.brief.section import Section
from secondunit.effects.sets.kit.catalogue import MaterialClass, Style
from secondunit.errors import BadBrief, nearest
from secondunit.imaging import colour

Share = Annotated[float, Field(ge=0, le=1)]
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


class Material(Section):
    """One material."""

    name: str
    of: MaterialClass
    words: tuple[str, ...] = Field(description="Other words for it, singular.")
    srgb: str = Field(pattern=r"^#[0-9a-fA-F]{6}$", description="Its mean colour as display code values.")
    pattern: str = Field("", description="What is painted on it (kit/textures.py, kit/pictures.py); empty = even.")
    roughness: Share = Field(description="0 a mirror, 1 chalk.")
    specular: Share = Field(0.5, description="Mirrored share head on, as times 0.08; 0.5 is varnish or stone.")
    metallic: Share = 0.0
    relief: Annotated[float, Field(ge=0, le=4)] = Field(1.0, description="Times the pattern's own height.")
    whole: bool = Field(False, description="The pattern covers the piece once and does not repeat.")
    through: Share = Field(0.0, description="Light that a thin sheet lets through, scattered.")

    @property
    def acescg(self) -> tuple[float, float, float]:
        """Its mean reflectance, scene-linear ACEScg."""
        return acescg(self.srgb)


@cache
def acescg(srgb: str) -> tuple[float, float, float]:
    """``#rrggbb`` to scene-linear ACEScg, as a matt surface lit to its own value."""
    codes = np.array([[int(srgb[k : k + 2], 16) / 255 for k in (1, 3, 5)]], np.float32)
    red, green, blue = (float(value) for value in colour.to_working(codes, colour.SRGB)[0])
    return max(red, 0.0), max(green, 0.0), max(blue, 0.0)


@cache
def _document() -> dict[str, object]:
    return tomllib.loads(Path(__file__).with_name("materials.toml").read_text(encoding="utf-8"))


@cache
def materials() -> dict[str, Material]:
    """All materials by name."""
    rows = _document()["material"]
    assert isinstance(rows, list)
    found = [Material.model_validate(row) for row in rows]
    return {material.name: material for material in found}


@cache
def defaults() -> dict[Style, dict[MaterialClass, str]]:
    """By style: the material a class stands for where none is named."""
    found = _document()["default"]
    assert isinstance(found, dict)
    return found


def material(name: str, *, where: str = "material") -> Material:
    """The material ``name``, with the colour given after a colon.

    Raises:
        BadBrief: there is no such material, or its colour is not #rrggbb.
    """
    base, _, tint = name.partition(":")
    known = materials().get(base)
    if known is None:
        raise BadBrief(where, f"the material {base!r}", "one of the kit", nearest(base, materials()))
    if not tint:
        return known
    if not _HEX.fullmatch(tint):
        raise BadBrief(where, f"the colour {tint!r} of {base}", "#rrggbb")
    return known.model_copy(update={"srgb": tint.lower()})


_OF_SLOT = {"ball": "map", "board": "white_lacquer", "mirror": "mirror_glass", "bottles": "green_glass", "wax": "wax"}
_OF_KIND = {  # what these are made of whatever the style
    ("radiator", "metal"): "white_enamel", ("cooker", "metal"): "white_enamel", ("fridge", "metal"): "white_enamel",
    ("typewriter", "metal"): "black_lacquer", ("toilet", "ceramic"): "white_ceramic",
    ("washbasin", "ceramic"): "white_ceramic", ("bathtub", "ceramic"): "white_ceramic",
    ("vanity_unit", "ceramic"): "white_ceramic",
}  # fmt: skip
_OLD_STYLES = ("colonial", "rustic", "art_deco")
_OLD_PICTURES = ("landscape", "seascape", "still_life")
_NEW_PICTURES = ("abstract", "abstract_arcs", "line_drawing", "abstract_bands")


def default_material(style: str, of: str, slot: str = "", kind: str = "", number: int = 0) -> str:
    """What a style takes for a class of material; some slots and some kinds are always of one material.

    Of pictures there are several: ``number`` says which.
    """
    if (kind, of) in _OF_KIND and style not in ("brutalist", "industrial"):
        return _OF_KIND[kind, of]
    if slot == "picture":
        if kind == "wall_map":
            return "map"
        pictures = _OLD_PICTURES if style in _OLD_STYLES else _NEW_PICTURES
        return pictures[number % len(pictures)]
    if slot == "shade" and of == "fabric":
        return "lamp_linen"
    if slot == "shade" and of == "glass":
        return "opal_glass"
    if slot in _OF_SLOT:
        return _OF_SLOT[slot]
    table = defaults()
    row: dict[MaterialClass, str] = table.get(style, table["modern"])  # type: ignore[call-overload]
    return row[of]  # type: ignore[index]
