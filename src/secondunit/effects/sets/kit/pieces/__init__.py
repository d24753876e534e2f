"""The makers of all kinds in the catalogue."""

from secondunit.effects.sets.kit.pieces import (
    bath,
    beds,
    cabinets,
    chairs,
    counters,
    curios,
    dressing,
    fittings,
    hanging,
    hanging_lamps,
    kitchen,
    lamps,
    plants,
    seating,
    stores,
    tables,
    technical,
)
from secondunit.effects.sets.kit.pieces.registry import PIECES

__all__ = [
    "PIECES",
    "bath",
    "beds",
    "cabinets",
    "chairs",
    "counters",
    "curios",
    "dressing",
    "fittings",
    "hanging",
    "hanging_lamps",
    "kitchen",
    "lamps",
    "plants",
    "seating",
    "stores",
    "tables",
    "technical",
]
