"""Frames and rates. Frames are integers that start at 1001; ranges are half-open; rates are rational."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

FIRST_FRAME = 1001


@dataclass(frozen=True)
class FrameRange:
    """Frames ``first`` up to but not including ``end_exclusive``."""

    first: int
    end_exclusive: int

    def __post_init__(self) -> None:
        if self.end_exclusive <= self.first:
            raise ValueError(f"a frame range needs a frame: {self.first}..{self.end_exclusive} (end exclusive)")

    def __len__(self) -> int:
        return self.end_exclusive - self.first

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.first, self.end_exclusive))

    def __contains__(self, frame: object) -> bool:
        return isinstance(frame, int) and self.first <= frame < self.end_exclusive


def parse_rate(text: str | int | float) -> Fraction:
    """A frame rate in frames a second from ``24``, ``23.976`` or ``24000/1001``.

    Decimal NTSC rates become the exact rational they stand for (23.976 is 24000/1001).

    Raises:
        ValueError: not a number, or outside 1 to 240 frames a second.
    """
    rate = Fraction(str(text))
    for whole in (24, 30, 48, 60, 120):
        exact = Fraction(whole * 1000, 1001)
        if rate.denominator != 1 and abs(rate - exact) < Fraction(1, 200):
            rate = exact
    if not 1 <= rate <= 240:
        raise ValueError(f"a rate of {text} frames a second; wanted 1 to 240")
    return rate
