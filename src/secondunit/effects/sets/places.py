"""Kinds of places: their usual size and openings, and what they are made of (``places.toml``)."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from secondunit.brief.section import Section
from secondunit.effects.sets.plan import Length
from secondunit.errors import BadBrief, nearest


class PlaceKind(Section):
    """One kind of place."""

    name: str
    words: tuple[str, ...] = Field(description="Other words for it.")
    size_m: tuple[Length, Length, Length] = Field(description="Usual width, depth, height.")
    doors: Annotated[int, Field(ge=0, le=8)] = 1
    windows: Annotated[int, Field(ge=0, le=20)] = 0
    window_m: tuple[Length, Length, float] = Field(description="Width, height, sill.")
    underground: bool = False
    groups: tuple[str, ...] = Field(description="What it is made of, the dearest first: name, name:least-most, name?.")
    corners: tuple[str, ...] = Field((), description="What fills a corner.")
    ceiling: tuple[str, ...] = Field((), description="General light.")


@cache
def places() -> dict[str, PlaceKind]:
    """All kinds by name."""
    rows = tomllib.loads(Path(__file__).with_name("places.toml").read_text(encoding="utf-8"))["place"]
    found = [PlaceKind.model_validate(row) for row in rows]
    return {place.name: place for place in found}


def place_of(words: str, where: str = "place.kind") -> PlaceKind:
    """The kind of place that words name.

    Raises:
        BadBrief: none does; the nearest known one is named.
    """
    wanted = " ".join(words.lower().replace("-", " ").split())
    named = {name: place for place in places().values() for name in (place.name, *place.words)}
    if wanted in named:
        return named[wanted]
    inside = [name for name in named if f" {name} " in f" {wanted} "]
    if inside:
        return named[max(inside, key=len)]
    raise BadBrief(where, f"no kind of place is called {words!r}", "a known kind", nearest(wanted, named))
