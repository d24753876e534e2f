"""What a brief means once its words are understood: everything the generator goes by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from secondunit.effects.sets.kit.catalogue import Style
from secondunit.effects.sets.layout.stock import Size, Stock
from secondunit.effects.sets.places import PlaceKind
from secondunit.effects.sets.plan import Colour
from secondunit.effects.sets.settings import SetsSettings


@dataclass(frozen=True)
class Slot:
    """A group the set is to have.

    Attributes:
        name: of the group, or of a kind that stands by itself.
        needed: without it the option is none.
        kind: of single pieces: the kind, and how many.
        seats: of tables: for how many; 0 = as usual.
        liked: the words bring it, not the place: only where the room is large.
    """

    name: str
    needed: bool
    kind: str = ""
    count: int = 1
    seats: int = 0
    liked: bool = False


@dataclass(frozen=True)
class Programme:
    """All choices that are the same for every option.

    Attributes:
        settings: the brief.
        place, style: as understood.
        required, sizes: kinds that were asked for, exactly so many, and of these sizes.
        forbidden: kinds that must not be there.
        likes: kinds that the words bring; slots: what the set is made of, in order.
        materials: material by class (kit) where the words choose one.
        finishes: material by part of the room.
        palette: sRGB.
        cove_m, beams: of the ceiling; underground: no daylight.
        formal: 0..1, how much symmetry is liked.
        reasons: what was understood, a sentence each.
    """

    settings: SetsSettings
    place: PlaceKind
    style: Style
    required: Mapping[str, int] = field(default_factory=dict)
    sizes: Mapping[str, Size] = field(default_factory=dict)
    forbidden: frozenset[str] = frozenset()
    likes: tuple[str, ...] = ()
    slots: tuple[Slot, ...] = ()
    materials: Mapping[str, str] = field(default_factory=dict)
    finishes: Mapping[str, str] = field(default_factory=dict)
    palette: tuple[Colour, ...] = ()
    cove_m: float = 0.0
    beams: int = 0
    underground: bool = False
    formal: float = 0.5
    reasons: tuple[str, ...] = ()

    def stock(self) -> Stock:
        """All that may be used, nothing of it taken yet."""
        return Stock(self.required, self.forbidden, self.sizes, self.style)
