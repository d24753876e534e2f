"""What a set can be furnished with: kinds of pieces, their sizes, the room they need (``catalogue.toml``)."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from secondunit.brief.section import Section
from secondunit.effects.sets.plan import Length

Clear = Annotated[float, Field(ge=0, le=10)]
Group = Literal["seating", "table", "storage", "bed", "lamp", "fitting", "kitchen", "bath", "dressing", "technical"]
Style = Literal["modern", "brutalist", "art_deco", "colonial", "rustic", "industrial", "institutional"]
MaterialClass = Literal[
    "concrete", "plaster", "brick", "timber", "stone", "metal", "glass", "leather", "fabric", "tile", "carpet",
    "ceramic", "lacquer", "paper", "leaf",
]  # fmt: skip


class Light(Section):
    """Of a lamp."""

    lumen: Annotated[float, Field(gt=0, le=200_000)]
    kelvin: Annotated[float, Field(ge=1000, le=12_000)]


class Kind(Section):
    """One kind of piece.

    Sizes are width, depth, height. ``clear_m`` is what must stay free at front, back, left and right for it to be used
    (front is where one comes from); where a wall is allowed at the back that side is 0.
    """

    name: str
    words: tuple[str, ...] = Field(description="Other words for it, singular.")
    group: Group
    size_m: tuple[Length, Length, Length]
    least_m: tuple[Length, Length, Length]
    most_m: tuple[Length, Length, Length]
    stands: Literal["floor", "wall", "ceiling", "on"] = Field(
        "floor", description="What carries it; on: another piece's top."
    )
    hang_m: Clear = Field(0.0, description="Of what hangs on a wall: usual height of its lowest point above the floor.")
    wall: Literal["must", "likes", "never"] = Field("likes", description="Its back against a wall.")
    clear_m: tuple[Clear, Clear, Clear, Clear] = (0.6, 0.0, 0.0, 0.0)
    seats: Annotated[int, Field(ge=0, le=40)] = 0
    top_m: float | None = Field(None, description="Height of a top that others can stand on; None if there is none.")
    rises_m: Clear = Field(
        0.0, description="How far what is fixed to it or lies on it reaches above its height: a tap, an open lid."
    )
    faces: tuple[str, ...] = Field((), description="Kinds or groups it wants to look at, the dearest first.")
    beside: tuple[str, ...] = Field((), description="Kinds it belongs to: a lamp beside a sofa.")
    slots: dict[str, MaterialClass] = Field(description="Material class by slot: {seat = 'leather', legs = 'timber'}.")
    styles: tuple[Style, ...] = Field((), description="Styles it is made in; empty = all.")
    light: Light | None = None
    price: str = Field(description="Key in the price book.")


@cache
def catalogue() -> dict[str, Kind]:
    """All kinds by name."""
    rows = tomllib.loads(Path(__file__).with_name("catalogue.toml").read_text(encoding="utf-8"))["kind"]
    kinds = [Kind.model_validate(row) for row in rows]
    return {kind.name: kind for kind in kinds}
