"""What stands along walls and in corners, and single pieces."""

from __future__ import annotations

import numpy as np

from secondunit.effects.sets.kit.catalogue import catalogue
from secondunit.effects.sets.layout.groups import Group, Maker, Making, makes, row_of
from secondunit.effects.sets.layout.stock import Stock


def _run(stock: Stock, name: str, kind: str, count: int, why: str) -> Group | None:
    count = stock.wanted(kind) or count
    while count > 1 and not stock.may(kind, count):
        count -= 1
    if not stock.may(kind, max(count, 1)):
        return None
    making = Making(stock)
    size = stock.size(kind)
    for x in row_of(count, size[0]):
        making.add(kind, x, size[1] / 2, why=why)
    words = kind.replace("_", " ")
    return making.group(name, f"{count} in a row: {words}" if count > 1 else words, "wall")


@makes("books")
def books(stock: Stock, rng: np.random.Generator) -> Group | None:
    """A wall of books."""
    return _run(stock, "books", "bookcase", int(rng.integers(2, 4)), "one of a row that fills the wall")


@makes("shelving")
def shelving(stock: Stock, rng: np.random.Generator) -> Group | None:
    """Racks."""
    return _run(stock, "shelving", "open_shelving", int(rng.integers(2, 4)), "one of a row")


@makes("lockers")
def lockers(stock: Stock, rng: np.random.Generator) -> Group | None:
    """A row of lockers."""
    return _run(stock, "lockers", "locker", int(rng.integers(2, 4)), "one of a row")


@makes("servers")
def servers(stock: Stock, rng: np.random.Generator) -> Group | None:
    """A row of racks."""
    count = stock.wanted("server_rack") or 3
    if not stock.may("server_rack", count):
        return None
    making = Making(stock)
    size = stock.size("server_rack")
    for x in row_of(count, size[0]):
        making.add("server_rack", x, 0.6 + size[1] / 2, why="one of a row, with room to work behind")
    return making.group("servers", f"{count} racks", "wall")


@makes("files")
def files(stock: Stock, rng: np.random.Generator) -> Group | None:
    """Filing cabinets."""
    return _run(stock, "files", "filing_cabinet", int(rng.integers(2, 4)), "one of a row")


@makes("wardrobe")
def wardrobe(stock: Stock, rng: np.random.Generator) -> Group | None:
    """Clothes."""
    return _run(stock, "wardrobe", "wardrobe", 1, "its doors open without meeting anything")


@makes("drawers")
def drawers(stock: Stock, rng: np.random.Generator) -> Group | None:
    """A chest with a mirror over it."""
    return _board(stock, rng, "drawers", "chest_of_drawers", ("mirror", "painting"), ("table_lamp", "vase"))


@makes("sideboard")
def sideboard(stock: Stock, rng: np.random.Generator) -> Group | None:
    """A sideboard with a picture over it and a lamp on it."""
    return _board(
        stock,
        rng,
        "sideboard",
        "sideboard",
        ("painting", "mirror"),
        ("table_lamp", "sculpture", "vase", "record_player"),
    )


@makes("console")
def console(stock: Stock, rng: np.random.Generator) -> Group | None:
    """A narrow table with a mirror over it."""
    return _board(stock, rng, "console", "console_table", ("mirror", "painting"), ("table_lamp", "vase", "bowl"))


def _board(
    stock: Stock, rng: np.random.Generator, name: str, kind: str, over: tuple[str, ...], on: tuple[str, ...]
) -> Group | None:
    if not stock.may(kind):
        return None
    making = Making(stock)
    width, deep, high = stock.size(kind)
    number = making.add(kind, 0.0, deep / 2, why="its long side to the wall")
    things = [thing for thing in on if stock.may(thing)]
    if things:
        first = things[0]
        making.on(number, first, -width * 0.32, 0.0)
        if len(things) > 1:
            making.on(number, things[1 + int(rng.integers(len(things) - 1))], width * 0.3, 0.0)
    hung = [thing for thing in over if stock.may(thing)]
    if hung:
        thing = hung[0] if rng.random() < 0.75 else hung[-1]
        size = stock.size(thing)
        base = max(high + (0.3 if deep > 0.45 else 0.62), catalogue()[thing].hang_m)  # over the lamps on a narrow top
        why = f"over the {kind.replace('_', ' ')}, on its axis"
        making.add(thing, 0.0, size[1] / 2, base_m=base, why=why)
    return making.group(name, kind.replace("_", " "), "wall")


@makes("waiting")
def waiting(stock: Stock, rng: np.random.Generator) -> Group | None:
    """A bench along the wall."""
    kind = next((one for one in ("banquette", "bench") if stock.wanted(one)), "bench")
    return _run(stock, "waiting", kind, 2, "for those who wait")


def single(kind: str, count: int = 1) -> Maker:
    """A maker of a group that is ``count`` of one kind, where its kind likes to stand."""

    def make(stock: Stock, rng: np.random.Generator) -> Group | None:
        if not stock.may(kind, count):
            return None
        row, making = catalogue()[kind], Making(stock)
        size = stock.size(kind)
        at_wall = row.wall == "must" or row.stands == "wall" or (row.wall == "likes" and row.group != "dressing")
        z = size[1] / 2 if row.wall == "must" or row.stands == "wall" else size[1] / 2 + (0.05 if at_wall else 0.0)
        base = row.hang_m if row.stands == "wall" else 0.0
        for x in row_of(count, size[0] + 0.05):
            making.add(kind, x, z if at_wall else 0.0, base_m=base)
        small = row.group in ("dressing", "lamp") or kind in ("coat_stand", "safe", "barrel", "crate")
        if small and row.stands == "floor" and row.wall != "must":
            making.items = [type(item)(**{**item.__dict__, "z": size[1] / 2 + 0.12}) for item in making.items]
            return making.group(kind, kind.replace("_", " "), "corner")
        return making.group(kind, kind.replace("_", " "), "wall" if at_wall else "free")

    return make
