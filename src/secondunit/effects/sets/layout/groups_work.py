"""Tables, desks, bars, kitchens, beds: groups in which something is done."""

from __future__ import annotations

import numpy as np

from secondunit.effects.sets.kit.catalogue import catalogue
from secondunit.effects.sets.layout.groups import Group, Making, makes, row_of
from secondunit.effects.sets.layout.stock import Stock

ELBOW_M = 0.62  # of table edge for one who eats (0.6 to 0.7 in common practice)
TUCK_M = 0.2  # of a chair that is under the table


def table_size(stock: Stock, kind: str, seats: int) -> tuple[float, float, float]:
    """Of a table for so many, in the range of its kind; a size the brief gave is kept."""
    size = stock.size(kind)
    if stock.asked(kind) or kind == "round_table":
        return size
    row = catalogue()[kind]
    sides = max(1, (seats - 2 + 1) // 2) if seats > 4 else max(1, seats // 2)
    width = min(max(sides * ELBOW_M + 0.25, row.least_m[0]), row.most_m[0])
    return (round(width, 2), size[1], size[2])


def seats_around(size: tuple[float, float, float], seats: int) -> list[tuple[float, float, float]]:
    """x, z and turn of the table's edge where each sits, long sides first."""
    most = max(1, int((size[0] - 0.1) / ELBOW_M))
    ends = 2 if seats > 4 or seats > 2 * most else 0
    sides = seats - ends
    near, far = (sides + 1) // 2, sides // 2
    found = [(x, size[1] / 2, 180.0) for x in row_of(near, min(0.75, (size[0] - 0.1) / max(near, 1)))]
    found += [(x, -size[1] / 2, 0.0) for x in row_of(far, min(0.75, (size[0] - 0.1) / max(far, 1)))]
    return found + [(size[0] / 2, 0.0, -90.0), (-size[0] / 2, 0.0, 90.0)][:ends]


def table_and_chairs(making: Making, table: str, chair: str, seats: int, why: str) -> int:
    """A table with chairs drawn up to it; returns the table's number."""
    stock = making.stock
    size = table_size(stock, table, seats)
    number = making.add(table, 0.0, 0.0, size_m=size, spares=True, why=why)
    deep = stock.size(chair)[1]
    if table == "round_table":
        reach = size[0] / 2 + deep / 2 - TUCK_M
        for each in range(seats):
            angle = 2 * np.pi * each / seats + (np.pi / 4 if seats == 4 else 0)
            turn = (float(np.degrees(angle)) + 180) % 360
            making.add(
                chair, reach * float(np.sin(angle)), reach * float(np.cos(angle)), turn, why="drawn up to the table"
            )
        return number
    for x, z, turn in seats_around(size, seats):
        out = deep / 2 - TUCK_M
        way = (np.sin(np.radians(turn + 180)), np.cos(np.radians(turn + 180)))
        making.add(chair, x + out * float(way[0]), z + out * float(way[1]), turn, why="drawn up to the table")
    return number


@makes("dining")
def dining(stock: Stock, rng: np.random.Generator, seats: int = 0) -> Group | None:
    """A table with its chairs, a lamp over it."""
    chair = next((kind for kind in ("dining_chair", "folding_chair", "stool") if stock.may(kind)), None)
    wanted = stock.wanted("dining_chair")
    seats = seats or wanted or int(rng.choice([4, 6, 6]))
    table = next((kind for kind in ("dining_table", "round_table") if stock.wanted(kind)), None)
    if table is None:
        table = "round_table" if seats <= 4 and rng.random() < 0.5 and stock.may("round_table") else "dining_table"
    if chair is None or not stock.may(table) or not stock.may(chair, seats):
        return None
    if table == "round_table" and not stock.asked(table):
        stock.sizes[table] = (max(1.1, 0.24 * seats + 0.2),) * 2 + (catalogue()[table].size_m[2],)
    making = Making(stock)
    number = table_and_chairs(making, table, chair, seats, f"seats {seats}")
    making.on(number, "flowers" if rng.random() < 0.5 else "bowl")
    over = ["pendant", "linear_pendant", "chandelier"] if making.items[0].size_m[0] >= 1.7 else ["pendant"]
    over = [kind for kind in over if stock.wanted(kind)] or [
        kind for kind in over[: 3 if stock.style in ("art_deco", "colonial") else 2] if stock.may(kind)
    ]
    if over:
        making.add(over[int(rng.integers(len(over)))], 0.0, 0.0, why="hangs over the middle of the table")
    if rng.random() < 0.5 and stock.may("rug"):
        size = making.items[0].size_m
        making.add(
            "rug", 0.0, 0.0, size_m=(size[0] + 1.5, size[1] + 1.5, 0.012), why="the chairs stay on it when drawn back"
        )
    return making.group("dining", f"table for {seats}", "free")


@makes("meeting")
def meeting(stock: Stock, rng: np.random.Generator, seats: int = 0) -> Group | None:
    """A conference table."""
    chair = "office_chair" if stock.may("office_chair") else "dining_chair"
    seats = seats or stock.wanted(chair) or 8
    if not stock.may("conference_table") or not stock.may(chair, seats):
        return None
    making = Making(stock)
    table_and_chairs(making, "conference_table", chair, seats, f"seats {seats}")
    if stock.may("linear_pendant"):
        making.add("linear_pendant", 0.0, 0.0, why="hangs over the middle of the table")
    return making.group("meeting", f"table for {seats}", "free", focus=True)


@makes("desk")
def desk(stock: Stock, rng: np.random.Generator) -> Group | None:
    """A desk: its user faces the room, visitors face the desk."""
    if not stock.may("desk"):
        return None
    chair = "office_chair" if stock.may("office_chair") else "dining_chair"
    if not stock.may(chair):
        return None
    commanding = rng.random() < 0.55
    making = Making(stock)
    width, deep, _ = stock.size("desk")
    number = making.add(
        "desk", 0.0, 0.0, 0.0, spares=True, why="its user sees who comes in" if commanding else "turned to the light"
    )
    behind = deep / 2 + stock.size(chair)[1] / 2 - 0.12
    making.add(chair, 0.0, -behind, 0.0, why="behind the desk")
    making.on(number, "desk_lamp", -width / 2 + 0.21, 0.1, 180.0)
    making.on(
        number,
        "computer" if stock.may("computer") and stock.style not in ("colonial", "rustic", "art_deco") else "typewriter",
        0.05,
        0.05,
        180.0,
    )
    making.on(number, "telephone", width / 2 - 0.2, 0.1, 180.0)
    if commanding:
        guest = next(
            (kind for kind in ("club_chair", "dining_chair") if stock.may(kind, 2) and not stock.wanted(kind)), None
        )
        if guest:
            for side in (-1, 1):
                making.add(
                    guest,
                    side * max(0.5, width * 0.3),
                    deep / 2 + 0.4 + stock.size(guest)[1] / 2,
                    180 - side * 6.0,
                    spares=True,
                    why="for visitors",
                )
        return making.group("desk", "commands the room", "free", reach_m=0.9)
    return making.group("desk", "by itself", "free", reach_m=0.9)


@makes("workplace")
def workplace(stock: Stock, rng: np.random.Generator) -> Group | None:
    """One desk of many, its user with the back to the room."""
    if not stock.may("desk") or not stock.may("office_chair"):
        return None
    making = Making(stock)
    deep = stock.size("desk")[1]
    number = making.add("desk", 0.0, deep / 2, 180.0, spares=True, why="a place to work at the wall")
    making.add("office_chair", 0.0, deep + 0.22, 180.0, why="drawn up to the desk")
    making.on(number, "computer", 0.0, 0.05)
    making.on(number, "desk_lamp", 0.53, 0.05)
    return making.group("workplace", "desk at the wall", "wall")


@makes("bar")
def bar(stock: Stock, rng: np.random.Generator) -> Group | None:
    """A counter with stools before it and bottles behind."""
    if not stock.may("bar_counter"):
        return None
    making = Making(stock)
    width, deep, _ = stock.size("bar_counter")
    behind = 0.0
    back = next((kind for kind in ("wine_rack", "display_cabinet") if stock.may(kind)), None)
    if back:
        size = stock.size(back)
        count = min(2, max(1, int(width / size[0])), stock.wanted(back) or 2)
        count = count if stock.may(back, count) else 1
        for x in row_of(count, size[0] + 0.02):
            making.add(back, x, size[1] / 2, spares=True, why="bottles behind the bar")
        behind = size[1]
    middle = behind + 0.95 + deep / 2
    number = making.add("bar_counter", 0.0, middle, spares=True, why="whoever serves sees the room")
    making.on(number, "tray", width * 0.3, -0.05)
    if stock.may("bar_stool"):
        stool = stock.size("bar_stool")
        count = stock.wanted("bar_stool") or min(4, int((width - 0.3) / 0.62))
        for x in row_of(count, min(0.7, (width - 0.1) / max(count, 1))):
            making.add("bar_stool", x, middle + deep / 2 + stool[1] / 2 + 0.08, 180.0, why="before the bar")
    if stock.may("pendant"):
        for x in row_of(2 if width < 2.6 else 3, width / 3.2):
            making.add("pendant", x, middle, why="a row of light over the bar")
    return making.group("bar", "counter with stools", "wall")


@makes("kitchen")
def kitchen(stock: Stock, rng: np.random.Generator) -> Group | None:
    """A run along a wall: fridge, worktop, sink, worktop, cooker under its hood."""
    order = [kind for kind in ("fridge", "kitchen_unit", "sink_unit", "cooker") if stock.may(kind)]
    if not order:
        return None
    if rng.random() < 0.5:
        order.reverse()
    making = Making(stock)
    sizes = {kind: stock.size(kind) for kind in order}
    if "kitchen_unit" in sizes and not stock.asked("kitchen_unit"):
        sizes["kitchen_unit"] = (float(rng.choice([1.2, 1.8, 2.4])), *sizes["kitchen_unit"][1:])
    at = -sum(size[0] for size in sizes.values()) / 2
    for kind in order:
        width, deep, _ = sizes[kind]
        middle = at + width / 2
        number = making.add(kind, middle, deep / 2, size_m=sizes[kind], why="in the run of the kitchen")
        if kind == "kitchen_unit":
            making.on(number, "bowl", -width * 0.25, 0.0)
            if stock.may("kitchen_wall_unit"):
                upper = (width, *stock.size("kitchen_wall_unit")[1:])
                making.add(
                    "kitchen_wall_unit",
                    middle,
                    upper[1] / 2,
                    size_m=upper,
                    base_m=catalogue()["kitchen_wall_unit"].hang_m,
                    why="over the worktop",
                )
        if kind == "cooker" and stock.may("extractor_hood"):
            hood = (width, *stock.size("extractor_hood")[1:])
            making.add(
                "extractor_hood",
                middle,
                hood[1] / 2,
                size_m=hood,
                base_m=catalogue()["extractor_hood"].hang_m,
                why="over the cooker",
            )
        at += width
    return making.group("kitchen", "one run", "wall")


@makes("island")
def island(stock: Stock, rng: np.random.Generator) -> Group | None:
    """A kitchen island with stools."""
    if not stock.may("kitchen_island"):
        return None
    making = Making(stock)
    width, deep, _ = stock.size("kitchen_island")
    number = making.add("kitchen_island", 0.0, 0.0, spares=True, why="parallel to the run")
    making.on(number, "bowl", width * 0.25, 0.0)
    count = stock.wanted("bar_stool") or 3
    if stock.may("bar_stool", count):
        for x in row_of(count, 0.6):
            making.add("bar_stool", x, deep / 2 + stock.size("bar_stool")[1] / 2 - 0.1, 180.0, why="at the island")
    if stock.may("pendant"):
        for x in row_of(2, width / 2.2):
            making.add("pendant", x, 0.0, why="over the island")
    return making.group("island", "island with stools", "free")


@makes("bed")
def bed(stock: Stock, rng: np.random.Generator, kind: str = "") -> Group | None:
    """A bed with a table and a light at either side, a bench at its foot."""
    kinds = ("four_poster", "bed", "single_bed", "hospital_bed", "bunk_bed")
    kind = kind or next((one for one in kinds if stock.wanted(one)), "bed")
    if not stock.may(kind):
        return None
    making = Making(stock)
    width, deep, _ = stock.size(kind)
    making.add(kind, 0.0, deep / 2, spares=True, why="its head at the wall, seen from the door")
    for side in (-1, 1) if kind in ("bed", "four_poster") else (1,):
        if stock.may("bedside_table"):
            size = stock.size("bedside_table")
            table = making.add(
                "bedside_table", side * (width / 2 + 0.08 + size[0] / 2), size[1] / 2, why="at the bed's side"
            )
            making.on(table, "table_lamp")
    if kind in ("bed", "four_poster"):
        foot = next((one for one in ("bench", "trunk", "ottoman") if stock.may(one)), None)
        if foot and rng.random() < 0.6:
            size = stock.size(foot)
            making.add(foot, 0.0, deep + 0.1 + size[1] / 2, why="at the foot of the bed")
        if stock.may("rug"):
            making.add(
                "rug", 0.0, deep * 0.62, size_m=(width + 1.3, deep * 0.85, 0.012), why="for bare feet on both sides"
            )
        if stock.may("painting") and rng.random() < 0.6:
            making.add("painting", 0.0, stock.size("painting")[1] / 2, base_m=1.35, why="over the bed, on its axis")
    return making.group("bed", kind.replace("_", " "), "wall")


@makes("control")
def control(stock: Stock, rng: np.random.Generator) -> Group | None:
    """A console with its chairs, turned to the screens."""
    if not stock.may("control_console") or not stock.may("office_chair"):
        return None
    making = Making(stock)
    width, deep, _ = stock.size("control_console")
    making.add("control_console", 0.0, 0.0, 180.0, spares=True, why="its users face the screens")
    return _operators(making, width, deep)


def _operators(making: Making, width: float, deep: float) -> Group:
    stock = making.stock
    count = 2 if stock.may("office_chair", 2) and width > 1.8 else 1
    item = making.items[0]
    making.items[0] = type(item)(item.kind, item.size_m, 0.0, 0.0, 180.0, spares=True, why=item.why)
    for x in row_of(count, width / 2):
        making.add("office_chair", x, -deep / 2 - stock.size("office_chair")[1] / 2 + 0.1, 0.0, why="at the console")
    return making.group("control", "console", "free", focus=True)


@makes("reception")
def reception(stock: Stock, rng: np.random.Generator) -> Group | None:
    """A front desk, its clerk turned to the door."""
    if not stock.may("reception_desk"):
        return None
    making = Making(stock)
    size = stock.size("reception_desk")
    number = making.add("reception_desk", 0.0, 0.0, why="turned to who comes in")
    making.on(number, "telephone", size[0] * 0.3, -0.1, 180.0)
    if stock.may("office_chair"):
        making.add("office_chair", 0.0, -size[1] / 2 - 0.3, spares=True, why="behind the front desk")
    return making.group("reception", "front desk", "free", reach_m=0.9)
