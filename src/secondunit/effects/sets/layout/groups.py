"""Arrangements of pieces as a designer makes them: seats around a table on a rug, a desk with its chairs.

A group has its own axes: x to the right seen by someone who faces it, z forward. A group that stands at a wall has its
back at z = 0; a free one is about its middle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeVar

import numpy as np

from secondunit.effects.sets.kit.catalogue import catalogue
from secondunit.effects.sets.layout.shapes import Array, clearance, corners, solid, stands_in_the_way, turned
from secondunit.effects.sets.layout.stock import Size, Stock

HUNG_M = 0.3  # before what hangs on a wall nothing else hangs or stands high
Anchor = Literal["wall", "free", "corner", "window", "level"]


@dataclass(frozen=True)
class Item:
    """One piece of a group, in the group's axes."""

    kind: str
    size_m: Size
    x: float
    z: float
    turn_deg: float = 0.0
    base_m: float = 0.0
    on: int | None = None
    why: str = ""
    spares: bool = False  # what it needs free is meant for others of its group


@dataclass(frozen=True)
class Group:
    """An arrangement that is moved as one.

    Attributes:
        name: what it is for.
        variant: how it is arranged, in words.
        anchor: where it likes to stand.
        items: its pieces.
        focus: it wants to look at what the room turns to.
        is_focus: it is what the room turns to.
        required: a brief's pieces are in it: a plan without it is none.
        reach_m: how far its back stays from the wall.
    """

    name: str
    variant: str
    anchor: Anchor
    items: tuple[Item, ...]
    focus: bool = False
    is_focus: bool = False
    required: bool = False
    reach_m: float = 0.0
    cache: dict[str, Array] = field(default_factory=dict, compare=False, repr=False)

    def solids(self) -> Array:
        """Corners of what stands in the way, (n, 4, 2)."""
        return self._cached("solid", lambda: self._rectangles(lambda item: solid(item.kind, item.size_m), True))

    def zones(self) -> Array:
        """Corners of what must stay free of others' pieces, (n, 4, 2)."""
        return self._cached("zone", lambda: self._rectangles(self._needs, True))

    def tall(self) -> Array:
        """Corners of what takes up a wall, (n, 4, 2): pieces higher than 0.95 m, and what hangs, with air before it."""
        return self._cached("tall", lambda: np.concatenate([
            self._rectangles(lambda item: solid(item.kind, item.size_m), True, 0.95),
            self._rectangles(_before, False),
        ]))  # fmt: skip

    def everything(self) -> Array:
        """Corners of all that lies or stands on the floor, (n, 4, 2)."""
        return self._cached("all", lambda: self._rectangles(lambda item: solid(item.kind, item.size_m), False))

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """Left, right, back, front of all that stands."""
        shapes = self.solids() if len(self.solids()) else self.everything()  # what only hangs has its own outline
        points = shapes.reshape(-1, 2) if len(shapes) else np.zeros((1, 2))
        return (
            float(points[:, 0].min()),
            float(points[:, 0].max()),
            float(points[:, 1].min()),
            float(points[:, 1].max()),
        )

    @property
    def area(self) -> float:
        """Of its outer rectangle."""
        left, right, back, front = self.extent
        return (right - left) * (front - back)

    def _needs(self, item: Item) -> list[tuple[float, float, float, float]]:
        return [] if item.spares else clearance(catalogue()[item.kind], item.size_m)

    def _cached(self, name: str, make: Callable[[], Array]) -> Array:
        if name not in self.cache:
            self.cache[name] = make()
        return self.cache[name]

    def _rectangles(
        self, of: Callable[[Item], Sequence[tuple[float, float, float, float]]], standing: bool, above: float = 0.0
    ) -> Array:
        found = [
            turned(corners(of(item)), np.array([item.x, item.z]), item.turn_deg)
            for item in self.items
            if item.on is None
            and item.size_m[2] > above
            and catalogue()[item.kind].stands in ("floor", "wall")
            and (not standing or stands_in_the_way(catalogue()[item.kind], item.size_m, item.base_m))
            and of(item)
        ]
        return np.concatenate(found) if found else np.zeros((0, 4, 2))


def _before(item: Item) -> list[tuple[float, float, float, float]]:
    """The floor below a piece that hangs on a wall."""
    if catalogue()[item.kind].stands != "wall":
        return []
    w, d = item.size_m[0] / 2, item.size_m[1] / 2
    return [(-w, w, -d, -d + HUNG_M)]


class Making:
    """Puts a group together; takes from the stock what it uses."""

    def __init__(self, stock: Stock) -> None:
        self.stock, self.items = stock, list[Item]()
        self.bound = False
        self.tops: list[tuple[int, float, float, float, float]] = []  # host, place, width and depth of what is on it

    def add(self, kind: str, x: float, z: float, turn: float = 0.0, **said: object) -> int:
        """One piece; returns its number."""
        self.bound |= self.stock.wanted(kind) > 0
        self.stock.take(kind)
        size = said.pop("size_m", None) or self.stock.size(kind)
        self.items.append(Item(kind, size, x, z, turn, **said))  # type: ignore[arg-type]
        return len(self.items) - 1

    def on(self, host: int, kind: str, dx: float = 0.0, dz: float = 0.0, turn: float = 0.0) -> None:
        """Something on top of another, if it may be had, there is a top, and it does not stick out."""
        item, row = self.items[host], catalogue()[self.items[host].kind]
        if row.top_m is None or not self.stock.may(kind):
            return
        size, top = self.stock.size(kind), row.top_m + item.size_m[2] - row.size_m[2]
        offset = turned(np.array([dx, dz]), np.zeros(2), item.turn_deg)
        if abs(dx) + size[0] / 2 > item.size_m[0] / 2 or abs(dz) + size[1] / 2 > item.size_m[1] / 2:
            return
        angle = np.radians(turn)
        c, s = abs(float(np.cos(angle))), abs(float(np.sin(angle)))
        width, deep = size[0] * c + size[1] * s, size[0] * s + size[1] * c
        for other, x, z, w, d in self.tops:
            if other == host and abs(x - dx) < (w + width) / 2 and abs(z - dz) < (d + deep) / 2:
                return
        self.tops.append((host, dx, dz, width, deep))
        at = (item.x + float(offset[0]), item.z + float(offset[1]))
        self.add(kind, *at, item.turn_deg + turn, base_m=top, on=host)

    def group(self, name: str, variant: str, anchor: Anchor, **said: object) -> Group:
        """It is done."""
        return Group(name, variant, anchor, tuple(self.items), required=self.bound, **said)  # type: ignore[arg-type]


Maker = Callable[[Stock, np.random.Generator], Group | None]
M = TypeVar("M", bound=Maker)
MAKERS: dict[str, Maker] = {}


def makes(name: str) -> Callable[[M], M]:
    """Registers how a group is made."""

    def keep(maker: M) -> M:
        MAKERS[name] = maker
        return maker

    return keep


def row_of(count: int, pitch: float) -> Iterator[float]:
    """Middles of ``count`` things at even distances about 0."""
    for number in range(count):
        yield (number - (count - 1) / 2) * pitch
