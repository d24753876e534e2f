"""Conversations, nooks and what a room turns to."""

from __future__ import annotations

import numpy as np

from secondunit.effects.sets.kit.catalogue import catalogue
from secondunit.effects.sets.layout.groups import Group, Making, makes
from secondunit.effects.sets.layout.stock import Stock

KNEES_M = 0.42  # from a seat's edge to a low table: reached without getting up (0.35 to 0.46 in common practice)
SOFAS = ("sofa", "chaise_longue", "daybed", "loveseat")
CHAIRS = ("armchair", "lounge_chair", "club_chair", "rocking_chair")
SIT_DEEP_M = 0.28  # of a seat that stands on the rug: its front legs


def _chair(stock: Stock, rng: np.random.Generator) -> str | None:
    wanted = [kind for kind in CHAIRS if stock.wanted(kind)]
    if wanted:
        return wanted[0]
    free = [kind for kind in CHAIRS[:3] if stock.may(kind)]
    return free[int(rng.integers(len(free)))] if free else None


def _main(stock: Stock, rng: np.random.Generator) -> str | None:
    wanted = [kind for kind in ("corner_sofa", *SOFAS) if stock.wanted(kind)]
    if wanted:
        return wanted[0]
    free = [kind for kind in ("sofa", "sofa", "sofa", "corner_sofa", "loveseat") if stock.may(kind)]
    return free[int(rng.integers(len(free)))] if free else None


def arrangements(stock: Stock, main: str | None, chair: str | None) -> list[str]:
    """How the seats that can be had may stand."""
    found = []
    if main in SOFAS and stock.may(main, 2):
        found += ["face to face", "in an L"]
    if main and chair:
        if stock.may(chair, 2):
            found += ["with two chairs opposite", "with a chair either side"]
        if stock.may(chair, 4) and main == "sofa" and stock.wanted(chair) >= 4:
            found += ["with four chairs"] * 4
        if stock.may(chair):
            found.append("with one chair")
    if main and not found:
        found.append("alone")
    if not main and chair:
        found = ["four chairs around a table"] * stock.may(chair, 4) + ["two chairs"] * stock.may(chair, 2)
    asked = {kind: stock.wanted(kind) for kind in (main, chair) if kind}
    if chair and asked[chair] in (2, 3) and main:
        found = [one for one in found if one in ("with two chairs opposite", "with a chair either side")] or found
    if main and asked[main] >= 2:
        found = [one for one in found if one in ("face to face", "in an L")] or found
    return found


@makes("conversation")
def conversation(stock: Stock, rng: np.random.Generator) -> Group | None:
    """A sofa, what faces it, a low table between, a rug below all, light beside."""
    main, chair = _main(stock, rng), _chair(stock, rng)
    ways = arrangements(stock, main, chair)
    if not ways:
        return None
    way = ways[int(rng.integers(len(ways)))]
    making = Making(stock)
    table = "coffee_table" if stock.may("coffee_table") else ("ottoman" if stock.may("ottoman") else None)
    width, deep = (stock.size(table)[0], stock.size(table)[1]) if table else (0.9, 0.6)
    if table == "coffee_table" and main and stock.size(main)[0] > 2 and not stock.asked(table):
        width, deep = 1.4, 0.8
    if table:
        size = (width, deep, stock.size(table)[2])
        low = making.add(table, 0.0, 0.0, 0.0, size_m=size, spares=True, why="within reach of every seat")
        making.on(low, "tray", -width * 0.2, 0.0)
        making.on(low, "books", width * 0.2, deep * 0.12, 12.0)
    front, ends = -(deep / 2 + KNEES_M), 0.6
    if main:
        front, ends = _sofa(making, main, front)
    far = _others(making, way, main, chair, (width, deep), front)
    if main and main != "corner_sofa":
        _beside(making, rng, main, front)
    _rug(making, front, far, max(ends, width / 2 + 0.7))
    words = f"{main.replace('_', ' ')} {way}" if main else way
    return making.group("conversation", words, "free", focus=way not in ("face to face", "four chairs around a table"))


def _sofa(making: Making, main: str, front: float) -> tuple[float, float]:
    size = making.stock.size(main)
    if main == "corner_sofa":  # its arm runs forward at the left; the table stands inside the L
        deep = min(0.98, size[1] * 0.5, size[0] * 0.45)
        x = -making.items[0].size_m[0] / 2 - KNEES_M - deep + size[0] / 2 if making.items else 0.0
        making.add(main, x, front - deep + size[1] / 2, spares=True, why="holds the corner of the conversation")
        return front, size[0] / 2
    sofa = making.add(main, 0.0, front - size[1] / 2, spares=True, why="faces what the room turns to")
    making.on(sofa, "cushion")
    return front, size[0] / 2


def _others(
    making: Making, way: str, main: str | None, chair: str | None, table: tuple[float, float], front: float
) -> float:
    """All other seats; returns the z of the farthest seat's edge."""
    width, deep = table
    near = deep / 2 + KNEES_M
    if way == "face to face" and main:
        size = making.stock.size(main)
        making.add(main, 0.0, near + size[1] / 2, 180.0, spares=True, why="faces the other across the table")
        return near
    if way == "in an L" and main:
        second = (
            "loveseat" if main == "sofa" and making.stock.may("loveseat") and not making.stock.wanted(main) else main
        )
        size = making.stock.size(second)
        x, z = width / 2 + KNEES_M + size[1] / 2, front + 0.1 + size[0] / 2
        making.add(second, x, z, -90.0, spares=True, why="closes the corner of the conversation")
        return max(near, z + 0.2)
    if not chair:
        return near
    across, along = making.stock.size(chair)[:2]
    if way in ("with two chairs opposite", "with four chairs"):
        apart = max(across / 2 + 0.12, width * 0.36)
        for side in (-1, 1):
            making.add(
                chair, side * apart, near + 0.08 + along / 2, 180 + side * 8.0, spares=True, why="faces the sofa"
            )
        if way == "with two chairs opposite":
            return near + 0.1
    if way in ("with a chair either side", "with four chairs", "with one chair"):
        for side in (-1, 1) if way != "with one chair" else (1,):
            if main == "corner_sofa" and side < 0:
                continue
            x = side * (width / 2 + KNEES_M + 0.1 + along / 2)
            making.add(chair, x, 0.12, -side * 82.0, spares=True, why="closes the circle, half turned to the sofa")
        return near
    if way == "four chairs around a table":
        reach = KNEES_M + along / 2 + 0.05
        for x, z, turn in (
            (0, deep / 2 + reach, 180),
            (0, -deep / 2 - reach, 0),
            (width / 2 + reach, 0, -90),
            (-width / 2 - reach, 0, 90),
        ):
            making.add(chair, x, z, float(turn), spares=True, why="one of four around the table")
        return near
    for side in (-1, 1):  # two chairs side by side, turned to each other and to the focus
        making.add(
            chair,
            side * (across / 2 + 0.35),
            front - along / 2,
            -side * 14.0,
            spares=True,
            why="half turned to the other",
        )
    return near


def _beside(making: Making, rng: np.random.Generator, main: str, front: float) -> None:
    """Tables and light at the sofa's ends."""
    stock, size = making.stock, making.stock.size(main)
    sides = [-1, 1] if rng.random() < 0.6 else [int(rng.choice([-1, 1]))]
    for number, side in enumerate(sides):
        if stock.may("side_table") and (number == 0 or rng.random() < 0.75):
            w, d = stock.size("side_table")[:2]
            place = side * (size[0] / 2 + w / 2 + 0.06)
            table = making.add(
                "side_table", place, front - size[1] + d / 2 + 0.15, why="a glass and a lamp at the sofa's end"
            )
            making.on(table, "table_lamp")
        elif stock.may("floor_lamp"):
            w = stock.size("floor_lamp")[0]
            making.add(
                "floor_lamp",
                side * (size[0] / 2 + w / 2 + 0.06),
                front - size[1] + 0.3,
                why="reading light at the sofa's end",
            )


def _rug(making: Making, front: float, far: float, half: float) -> None:
    if not making.stock.may("rug"):
        return
    back, ahead = front - SIT_DEEP_M, far + SIT_DEEP_M
    size = (2 * half + 0.5, ahead - back, making.stock.size("rug")[2])
    if making.stock.asked("rug"):
        size = making.stock.size("rug")
    most, least = catalogue()["rug"].most_m, catalogue()["rug"].least_m
    size = tuple(min(max(value, low), high) for value, low, high in zip(size, least, most, strict=True))  # type: ignore[assignment]
    making.add(
        "rug", 0.0, (back + ahead) / 2, size_m=size, why="holds the seats together; their front legs stand on it"
    )


@makes("nook")
def nook(stock: Stock, rng: np.random.Generator) -> Group | None:
    """A chair to read in, its lamp, a small table."""
    chair = _chair(stock, rng)
    if chair is None:
        return None
    making = Making(stock)
    deep = stock.size(chair)[1]
    making.add(chair, 0.0, 0.35 + deep / 2, 0.0, why="a place apart, turned to the room")
    if stock.may("side_table"):
        table = making.add("side_table", stock.size(chair)[0] / 2 + 0.32, 0.4 + deep / 2 - 0.15, why="for the book")
        making.on(table, "books")
    if stock.may("floor_lamp"):
        making.add("floor_lamp", -stock.size(chair)[0] / 2 - 0.26, 0.3, why="over the reader's shoulder")
    return making.group("nook", "a chair to read in", "corner")


@makes("hearth")
def hearth(stock: Stock, rng: np.random.Generator) -> Group | None:
    """A fireplace with what belongs to it."""
    kind = "wood_stove" if stock.wanted("wood_stove") or not stock.may("fireplace") else "fireplace"
    if not stock.may(kind):
        return None
    making = Making(stock)
    width, deep, high = stock.size(kind)
    gap = 0.25 if kind == "wood_stove" else 0.0
    making.add(kind, 0.0, gap + deep / 2, why="what the room turns to")
    hung = [name for name in ("mirror", "painting") if stock.may(name)]
    if hung and kind == "fireplace":
        over = hung[int(rng.integers(len(hung)))]
        size = stock.size(over)
        making.add(over, 0.0, size[1] / 2, base_m=high + 0.2, why="over the mantel, on its axis")
    if stock.may("log_pile"):
        making.add(
            "log_pile",
            width / 2 + 0.35 + stock.size("log_pile")[0] / 2,
            stock.size("log_pile")[1] / 2,
            why="wood at hand",
        )
    return making.group("hearth", kind.replace("_", " "), "wall", is_focus=True)


@makes("media")
def media(stock: Stock, rng: np.random.Generator) -> Group | None:
    """A screen over its low board."""
    if not stock.may("tv"):
        return None
    making = Making(stock)
    width, deep, high = stock.size("tv_unit")
    if stock.may("tv_unit"):
        making.add("tv_unit", 0.0, deep / 2, why="below the screen")
    size = stock.size("tv")
    making.add("tv", 0.0, size[1] / 2, base_m=max(high + 0.15, catalogue()["tv"].hang_m), why="what the seats turn to")
    for side in (-1, 1):
        if stock.may("speaker") and (stock.wanted("speaker") or rng.random() < 0.4):
            making.add(
                "speaker",
                side * (width / 2 + 0.25),
                stock.size("speaker")[1] / 2 + 0.1,
                why="either side of the screen",
            )
    return making.group("media", "screen over a low board", "wall", is_focus=True)


@makes("video wall")
def video_wall(stock: Stock, rng: np.random.Generator) -> Group | None:
    """A wall of screens."""
    if not stock.may("video_wall"):
        return None
    making = Making(stock)
    size = stock.size("video_wall")
    making.add("video_wall", 0.0, size[1] / 2, base_m=catalogue()["video_wall"].hang_m, why="what the desks face")
    return making.group("video wall", "a wall of screens", "wall", is_focus=True)
