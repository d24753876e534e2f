"""What may still be put into a set: required pieces run out, forbidden ones are none, all others are free."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Set

from secondunit.effects.sets.kit.catalogue import catalogue

Size = tuple[float, float, float]


class Stock:
    """Counts of pieces. ``sizes`` are the ones a brief asked for, by kind."""

    def __init__(self, required: Mapping[str, int], forbidden: Set[str], sizes: Mapping[str, Size], style: str) -> None:
        self.left = Counter(required)
        self.bound = set(required)
        self.forbidden = set(forbidden)
        self.sizes = dict(sizes)
        self.style = style
        self.level_used, self.any_style = False, False

    def copy(self) -> Stock:
        """A second one that is used up by itself."""
        other = Stock(self.left, self.forbidden, self.sizes, self.style)
        other.bound, other.level_used, other.any_style = set(self.bound), self.level_used, self.any_style
        return other

    def may(self, kind: str, count: int = 1) -> bool:
        """Whether so many can still be had."""
        row = catalogue()[kind]
        if kind in self.forbidden:
            return False
        if kind in self.bound:
            return self.left[kind] >= count
        return self.any_style or not row.styles or self.style in row.styles

    def wanted(self, kind: str) -> int:
        """How many of a required kind are still to be placed."""
        return self.left[kind]

    def take(self, kind: str, count: int = 1) -> None:
        """They are used."""
        if kind in self.bound:
            self.left[kind] -= count

    def size(self, kind: str) -> Size:
        """Of the next of its kind."""
        return self.sizes.get(kind, catalogue()[kind].size_m)

    def asked(self, kind: str) -> bool:
        """Whether the brief gave it a size."""
        return kind in self.sizes
