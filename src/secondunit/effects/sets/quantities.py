"""What a set is made of, measured from its plan, and what it costs after an editable price book (``prices.toml``)."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import shapely
from pydantic import Field, ValidationError

from secondunit.brief.section import Section
from secondunit.effects.sets.build import finish
from secondunit.effects.sets.drawing import tags
from secondunit.effects.sets.drawing.elevation import floor_profile
from secondunit.effects.sets.drawing.fittings import risers, size_words
from secondunit.effects.sets.drawing.plan import opening_names
from secondunit.effects.sets.drawing.shell import Side, beams, cove, inside, page, sides
from secondunit.effects.sets.kit.catalogue import catalogue
from secondunit.effects.sets.kit.materials import material
from secondunit.effects.sets.plan import SetPlan
from secondunit.errors import BadBrief, Problems, nearest

Build = Literal["location", "flats"]
Unit = Literal["m²", "m", "l", "each"]
Rate = Annotated[float, Field(ge=0, le=1e7)]


class PriceBook(Section):
    """Rates in one currency. All are first guesses to be overwritten by the production's own."""

    currency: str = Field(min_length=1, max_length=8, description="As it stands before a number.")
    contingency: float = Field(ge=0, le=1, description="Share added to the sum.")
    paint_m2_per_l: float = Field(gt=0, le=40, description="Area that a litre covers once.")
    paint_coats: int = Field(ge=1, le=6)
    flat_width_m: float = Field(gt=0.2, le=4, description="Width of a stock flat.")
    work: dict[str, Rate] = Field(
        description="flat (m²), opening (each), skirting, cove, beam, step (m), level (m²), paint (l)."
    )
    finishes: dict[str, Rate] = Field(description="By material or its class, a m²; other is for all the rest.")
    pieces: dict[str, Rate] = Field(description="By price key of the catalogue, each: hire for the shoot.")


WORK = ("flat", "opening", "skirting", "cove", "beam", "step", "level", "column", "paint")


@dataclass(frozen=True)
class Line:
    """One row of the bill."""

    part: Literal["Walls", "Floor", "Ceiling", "Openings", "Paint", "Construction", "Pieces", "Lamps"]
    what: str
    quantity: float
    unit: Unit
    rate: float

    @property
    def cost(self) -> float:
        """Quantity times rate, to the hundredth."""
        return round(self.quantity * self.rate, 2)


@dataclass(frozen=True)
class Bill:
    """A set's bill of quantities."""

    lines: tuple[Line, ...]
    currency: str
    contingency: float

    def to_json(self) -> dict[str, Any]:
        """Plain values, with the sums."""
        return {
            "lines": [{**asdict(line), "cost": line.cost} for line in self.lines],
            "currency": self.currency, "contingency": self.contingency, "net": self.net, "total": self.total,
        }  # fmt: skip

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Bill:
        """The other way round; sums are made anew."""
        keys = ("part", "what", "quantity", "unit", "rate")
        lines = tuple(Line(**{key: line[key] for key in keys}) for line in said["lines"])
        return cls(lines, str(said["currency"]), float(said["contingency"]))

    @property
    def net(self) -> float:
        """The sum of all rows."""
        return round(sum(line.cost for line in self.lines), 2)

    @property
    def total(self) -> float:
        """With contingency."""
        return round(self.net * (1 + self.contingency), 2)


def price_book(path: Path | None = None) -> PriceBook:
    """The project's price book, or a user's in its place; a user's may name only what it changes.

    Raises:
        BadBrief: it cannot be read, or names something unknown or a rate below 0; all of it at once.
    """
    own = tomllib.loads(Path(__file__).with_name("prices.toml").read_text(encoding="utf-8"))
    if path is None:
        return PriceBook.model_validate(own)
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadBrief(str(path), f"the price book cannot be read ({error})", "a TOML file") from error
    problems: list[BadBrief] = []
    for name, value in given.items():
        if name not in own:
            problems.append(BadBrief(f"{path}: {name}", "unknown", "", nearest(name, own)))
        elif isinstance(own[name], dict) and isinstance(value, dict):
            known = own[name] if name != "finishes" else {**own[name], **value}
            problems += [
                BadBrief(f"{path}: {name}.{key}", "unknown", "", nearest(key, known))
                for key in value
                if key not in known
            ]
            own[name] = {**own[name], **value}
        else:
            own[name] = value
    if problems:
        raise Problems(problems)
    try:
        return PriceBook.model_validate(own)
    except ValidationError as error:
        wrong = [
            BadBrief(f"{path}: {'.'.join(map(str, e['loc']))}", f"{e['input']!r}", e["msg"]) for e in error.errors()
        ]
        raise Problems(wrong) from error


def bill(plan: SetPlan, book: PriceBook | None = None, build: Build = "flats") -> Bill:
    """The bill of a plan: a location is dressed and painted, a stage set is built of flats as well."""
    book = book or price_book()
    lines = [*_walls(plan, book), *_floors(plan, book), *_ceilings(plan, book), *_openings(plan, book, build)]
    lines += _paint(plan, book)
    if build == "flats":
        lines += _construction(plan, book)
    lines += _pieces(plan, book)
    return Bill(tuple(lines), book.currency, book.contingency)


def wall_area(plan: SetPlan, side: Side) -> float:
    """A wall's visible face without its openings, from the floor before it to the ceiling; m²."""
    area = sum((b - a) * (plan.room.height_m - height) for a, b, height in floor_profile(plan, side))
    face = shapely.union_all([shapely.box(a, h, b, plan.room.height_m) for a, b, h in floor_profile(plan, side)])
    for one in side.openings:
        right = side.length_m - one.at_m
        hole = shapely.box(right - one.width_m, one.sill_m, right, one.sill_m + one.height_m)
        area -= hole.intersection(face).area
    return float(area)


def skirting_length(plan: SetPlan, side: Side) -> float:
    """A wall's foot without what reaches the floor; metres."""
    return side.length_m - sum(one.width_m for one in side.openings if one.sill_m < 0.05)


def floor_areas(plan: SetPlan) -> dict[str, float]:
    """The main floor, and each level by its id; m²."""
    levels = {level.id: shapely.Polygon([page(*corner) for corner in level.outline]) for level in plan.room.levels}
    main = inside(plan.room).difference(shapely.union_all(list(levels.values())))
    return {"floor": float(main.area), **{name: float(area.area) for name, area in levels.items()}}


def finish_rate(book: PriceBook, name: str) -> float:
    """A m² of a material: by its own name, or by a word in it, or by its class, or the rate of others."""
    base = name.partition(":")[0]
    words = (base, *reversed(base.split("_")), material(name).of)
    return next((book.finishes[word] for word in words if word in book.finishes), book.finishes["other"])


def _walls(plan: SetPlan, book: PriceBook) -> Iterator[Line]:
    for side in sides(plan.room):
        name = finish(plan, f"wall:{side.number}")
        yield Line("Walls", f"Wall {side.name}, {_named(name)}", wall_area(plan, side), "m²", finish_rate(book, name))
    foot = sum(skirting_length(plan, side) for side in sides(plan.room))
    yield Line("Walls", "Skirting, less doors", foot, "m", book.work["skirting"])


def _floors(plan: SetPlan, book: PriceBook) -> Iterator[Line]:
    areas = floor_areas(plan)
    name = finish(plan, "floor")
    yield Line("Floor", f"Main floor, {_named(name)}", areas["floor"], "m²", finish_rate(book, name))
    for level in plan.room.levels:
        name = finish(plan, f"level:{level.id}")
        yield Line("Floor", f"Level {level.id}, {_named(name)}", areas[level.id], "m²", finish_rate(book, name))


def _ceilings(plan: SetPlan, book: PriceBook) -> Iterator[Line]:
    ceiling, name = plan.room.ceiling, finish(plan, "ceiling")
    yield Line("Ceiling", f"Ceiling, {_named(name)}", float(inside(plan.room).area), "m²", finish_rate(book, name))
    if ceiling.cove_m:
        yield Line("Ceiling", "Lit cove", float(cove(plan.room).length), "m", book.work["cove"])
    if ceiling.beams:
        long = sum(beam.area for beam in beams(plan.room)) / ceiling.beam_m[0]
        yield Line("Ceiling", f"Beams, {ceiling.beams} in all", float(long), "m", book.work["beam"])


def _openings(plan: SetPlan, book: PriceBook, build: Build) -> Iterator[Line]:
    names = opening_names(plan.room)
    rate = book.work["opening"] if build == "flats" else 0.0
    for one in sorted(plan.room.openings, key=lambda o: (o.wall, o.at_m)):
        yield Line("Openings", f"{names[one.id]} {one.kind} {size_words(one, 'metric')}", 1, "each", rate)


def _paint(plan: SetPlan, book: PriceBook) -> Iterator[Line]:
    """Walls and ceiling in plaster are painted."""
    walls = [wall_area(plan, s) for s in sides(plan.room) if _painted(finish(plan, f"wall:{s.number}"))]
    above = [float(inside(plan.room).area)] if _painted(finish(plan, "ceiling")) else []
    for what, areas in (("walls", walls), ("ceiling", above)):
        if areas:
            litres = sum(areas) * book.paint_coats / book.paint_m2_per_l
            yield Line("Paint", f"Paint for {what}, {book.paint_coats} coats", litres, "l", book.work["paint"])


def _painted(name: str) -> bool:
    return material(name).of == "plaster"


def _construction(plan: SetPlan, book: PriceBook) -> Iterator[Line]:
    room = plan.room
    faces = sum(s.length_m * room.height_m for s in sides(room))
    count = sum(math.ceil(s.length_m / book.flat_width_m - 1e-9) for s in sides(room))
    yield Line("Construction", f"Flats, {count} of {book.flat_width_m:g} m", faces, "m²", book.work["flat"])
    areas = floor_areas(plan)
    for level in room.levels:
        # a pit on a stage is made by raising all the rest
        raised = areas[level.id] if level.height_m > 0 else areas["floor"]
        yield Line(
            "Construction", f"Rostra for {level.id}, {abs(level.height_m):.3f} m", raised, "m²", book.work["level"]
        )
        corners = [page(*corner) for corner in level.outline]
        run = sum(math.dist(corners[e], corners[(e + 1) % len(corners)]) for e in level.steps) * risers(level.height_m)
        if run:
            yield Line(
                "Construction", f"Steps of {level.id}, {risers(level.height_m)} risers", run, "m", book.work["step"]
            )
    for column in room.columns:
        round_it = (
            math.pi * (column.width_m + column.depth_m) / 2 if column.round else 2 * (column.width_m + column.depth_m)
        )
        yield Line("Construction", f"Column {column.id}", round_it * room.height_m, "m²", book.work["column"])


def _pieces(plan: SetPlan, book: PriceBook) -> Iterator[Line]:
    for item in tags.items(plan):
        kind = catalogue()[item.kind]
        part: Literal["Lamps", "Pieces"] = "Lamps" if kind.light and kind.group == "lamp" else "Pieces"
        size = " × ".join(f"{round(side * 1000)}" for side in item.size_m)
        if kind.price not in book.pieces:
            raise BadBrief("price book: pieces", f"no rate for {kind.price!r}", "a rate", "Add it under [pieces].")
        yield Line(part, f"{item.words}, {size}", len(item.pieces), "each", book.pieces[kind.price])


def _named(name: str) -> str:
    return name.replace("_", " ")


@cache
def price_keys() -> frozenset[str]:
    """Every key that the catalogue asks for."""
    return frozenset(kind.price for kind in catalogue().values())
