"""Groups of particular places: seats in a sunken level, wards, classrooms, cafes, baths."""

from __future__ import annotations

import numpy as np
import shapely

from secondunit.effects.sets.kit.catalogue import catalogue
from secondunit.effects.sets.layout.ground import step_areas
from secondunit.effects.sets.layout.groups import Group, Making, makes
from secondunit.effects.sets.layout.groups_seating import KNEES_M, hearth, media
from secondunit.effects.sets.layout.groups_work import bed, dining, table_and_chairs
from secondunit.effects.sets.layout.stock import Stock
from secondunit.effects.sets.plan import Level

STEP_SIDE_M = 0.45  # kept free inside a level before its treads


def level_seats(level: Level, stock: Stock, rng: np.random.Generator) -> Group | None:
    """Seats along the sides of a sunken level that have no steps; about the level's middle, its open side forward."""
    if not stock.may("pit_seating") or not level.steps:
        return None
    area = shapely.Polygon(level.outline)
    x0, z0, x1, z1 = area.bounds
    edge = level.steps[0]
    middle = np.mean([level.outline[edge], level.outline[(edge + 1) % len(level.outline)]], axis=0)
    along_x = abs(middle[0] - area.centroid.x) > abs(middle[1] - area.centroid.y)
    width, deep = (z1 - z0, x1 - x0) if along_x else (x1 - x0, z1 - z0)
    treads = step_areas(level)
    free = deep - (treads.area / max(width, 1e-6) if not treads.is_empty else 0.0) - STEP_SIDE_M
    row = catalogue()["pit_seating"]
    high = stock.size("pit_seating")[2]
    size = (
        stock.size("pit_seating")
        if stock.asked("pit_seating")
        else (min(width - 0.02, row.most_m[0]), min(free, row.most_m[1]), high)
    )
    if size[0] < row.least_m[0] or size[1] < row.least_m[1]:
        return None
    making = Making(stock)
    back = -deep / 2 + 0.01
    making.add(
        "pit_seating",
        0.0,
        back + size[1] / 2,
        size_m=size,
        spares=True,
        why="lines the sunken floor on three sides, open to the steps",
    )
    seat = min(0.95, size[1] * 0.42, size[0] * 0.3)
    if stock.may("coffee_table"):
        table = stock.size("coffee_table")
        if not stock.asked("coffee_table"):
            most = catalogue()["coffee_table"].most_m
            table = (
                min(size[0] - 2 * seat - 2 * KNEES_M, most[0]),
                min(size[1] - seat - KNEES_M, most[1]) * 0.8,
                table[2],
            )
        low = making.add(
            "coffee_table",
            0.0,
            back + seat + KNEES_M + table[1] / 2,
            size_m=table,
            spares=True,
            why="within reach of every seat",
        )
        making.on(low, "tray", -table[0] * 0.22)
        making.on(low, "books", table[0] * 0.2, 0.05, 10.0)
    if stock.may("rug"):
        rug = (size[0] - 2 * seat + 0.3, size[1] - seat + 0.1, 0.012)
        making.add("rug", 0.0, back + seat - 0.15 + rug[1] / 2, size_m=rug, why="softens the sunken floor")
    return making.group("conversation", "seats around the sunken floor", "level", focus=True)


@makes("focus")
def focus(stock: Stock, rng: np.random.Generator) -> Group | None:
    """What the seats turn to: a fireplace or a screen, whichever may be had."""
    for kind, maker in (("fireplace", hearth), ("wood_stove", hearth), ("tv", media)):
        if stock.wanted(kind):
            return maker(stock, rng)
    first, second = (hearth, media) if rng.random() < 0.6 else (media, hearth)
    return first(stock, rng) or second(stock, rng)


@makes("cafe")
def cafe(stock: Stock, rng: np.random.Generator) -> Group | None:
    """A small table for two or four."""
    return dining(stock, rng, int(rng.choice([2, 2, 4])))


@makes("interview")
def interview(stock: Stock, rng: np.random.Generator) -> Group | None:
    """A bare table, a chair at either side."""
    chair = next((kind for kind in ("folding_chair", "dining_chair") if stock.may(kind, 2)), None)
    if chair is None or not stock.may("dining_table"):
        return None
    making = Making(stock)
    if not stock.asked("dining_table"):
        stock.sizes["dining_table"] = (1.4, 0.8, 0.75)
    table_and_chairs(making, "dining_table", chair, 2, "between those who sit")
    making.items[0] = type(making.items[0])(**{**making.items[0].__dict__, "size_m": stock.size("dining_table")})
    return making.group("interview", "a table between two", "free")


@makes("ward bed")
def ward_bed(stock: Stock, rng: np.random.Generator) -> Group | None:
    """A ward's bed with its locker."""
    return bed(stock, rng, "hospital_bed") if stock.may("hospital_bed") else None


@makes("bunk")
def bunk(stock: Stock, rng: np.random.Generator) -> Group | None:
    """A bunk bed, its side to the wall."""
    if not stock.may("bunk_bed"):
        return None
    making = Making(stock)
    size = stock.size("bunk_bed")
    making.add("bunk_bed", 0.0, size[1] / 2, why="its head at the wall")
    return making.group("bunk", "bunk bed", "wall")


@makes("pupil")
def pupil(stock: Stock, rng: np.random.Generator) -> Group | None:
    """A desk that faces the board."""
    if not stock.may("desk") or not stock.may("dining_chair"):
        return None
    making = Making(stock)
    size = stock.size("desk") if stock.asked("desk") else (1.2, 0.55, 0.75)
    making.add("desk", 0.0, 0.0, 0.0, size_m=size, spares=True, why="turned to the board")
    making.add("dining_chair", 0.0, -size[1] / 2 - 0.15, 0.0, why="at the desk")
    return making.group("pupil", "a desk turned to the board", "free", focus=True)


@makes("vanity")
def vanity(stock: Stock, rng: np.random.Generator) -> Group | None:
    """A basin with its mirror."""
    kind = next((one for one in ("vanity_unit", "washbasin") if stock.may(one)), None)
    if kind is None:
        return None
    making = Making(stock)
    size = stock.size(kind)
    making.add(kind, 0.0, size[1] / 2, why="where the light falls")
    if stock.may("mirror"):
        mirror = stock.size("mirror")
        making.add("mirror", 0.0, mirror[1] / 2, base_m=size[2] + 0.25, why="over the basin")
    return making.group("vanity", kind.replace("_", " "), "wall")


@makes("workbench")
def workbench(stock: Stock, rng: np.random.Generator) -> Group | None:
    """A bench to work at with a stool."""
    if not stock.may("workbench"):
        return None
    making = Making(stock)
    size = stock.size("workbench")
    number = making.add("workbench", 0.0, size[1] / 2, spares=True, why="with light from the side")
    making.on(number, "desk_lamp", size[0] * 0.3, -0.1)
    if stock.may("stool"):
        making.add("stool", size[0] * 0.15, size[1] + 0.3, 180.0, why="at the bench")
    return making.group("workbench", "bench", "wall")


@makes("whiteboard")
def whiteboard(stock: Stock, rng: np.random.Generator) -> Group | None:
    """A board on the wall."""
    if not stock.may("whiteboard"):
        return None
    making = Making(stock)
    size = stock.size("whiteboard")
    making.add("whiteboard", 0.0, size[1] / 2, base_m=catalogue()["whiteboard"].hang_m, why="where all can see it")
    return making.group("whiteboard", "board", "wall", is_focus=True)
