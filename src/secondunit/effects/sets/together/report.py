"""What several sets of a show share, what differs between them, and what clashes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from secondunit.effects.sets.build import build
from secondunit.effects.sets.continuity import continuity
from secondunit.effects.sets.drawing.fittings import size_words
from secondunit.effects.sets.drawing.pen import length
from secondunit.effects.sets.drawing.shell import inside
from secondunit.effects.sets.plan import Opening, SetPlan
from secondunit.effects.sets.swatches import areas
from secondunit.effects.sets.together.palettes import Note, Tone, apart, palette, palette_check

_NAMED = 6  # pieces of another style that are named
_LEAST_M2 = 0.05  # of a material that is named: less is a handle


@dataclass(frozen=True)
class SetOfShow:
    """One set and the take that stands for it.

    Attributes:
        name: of the set, its own in the show.
        take: ``SHOT/t003``.
        why: why this take: approved, newest.
        plan: the set.
    """

    name: str
    take: str
    why: str
    plan: SetPlan

    @cached_property
    def areas(self) -> dict[str, float]:
        """m² by material, the most first."""
        return areas(build(self.plan))

    @cached_property
    def palette(self) -> tuple[Tone, ...]:
        """Its leading colours."""
        return palette(self.areas)


@dataclass(frozen=True)
class Row:
    """One thing of every set: ``values`` in the order of the sets; ``differs`` if it should be the same and is not."""

    what: str
    values: tuple[str, ...]
    differs: bool = False


@dataclass(frozen=True)
class Report:
    """Sets beside each other."""

    production: str
    sets: tuple[SetOfShow, ...]
    notes: tuple[Note, ...]
    sizes: tuple[Row, ...]
    continuity: tuple[Row, ...]
    materials: tuple[Row, ...]
    pieces: tuple[Row, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        names = [one.name for one in self.sets]
        return {
            "production": self.production,
            "sets": [
                {"set": one.name, "take": one.take, "why": one.why, "kind": one.plan.kind, "style": one.plan.style,
                 "palette": [tone.to_json() for tone in one.palette]}
                for one in self.sets
            ],
            "apart": {
                one.name: {two.name: round(apart(one.palette, two.palette), 2) for two in self.sets if two is not one}
                for one in self.sets
            },
            "notes": [{"topic": one.topic, "sets": list(one.sets), "what": one.words} for one in self.notes],
            **{
                part: [
                    {"what": row.what, "differs": row.differs, "by_set": dict(zip(names, row.values, strict=True))}
                    for row in getattr(self, part)
                ]
                for part in ("sizes", "continuity", "materials", "pieces")
            },
        }  # fmt: skip


def report(production: str, sets: Sequence[SetOfShow]) -> Report:
    """Compare the sets of a show."""
    made, kept = _pieces(sets), _materials(sets)
    notes = [*palette_check({one.name: one.palette for one in sets}), *_styles(sets)]
    notes += [_repeat(sets, row) for row in made]
    sizes = _sizes(sets)
    notes += [
        Note("size", tuple(one.name for one in sets), f"{row.what.lower()} differs: {_listed(sets, row)}")
        for row in sizes
        if row.differs
    ]
    kinds = [name for name, _ in continuity(sets[0].plan)]
    told = [dict(continuity(one.plan)) for one in sets]
    rows = tuple(Row(kind, tuple(each[kind] for each in told)) for kind in kinds)
    return Report(production, tuple(sets), tuple(notes), sizes, rows, kept, made)


def _listed(sets: Sequence[SetOfShow], row: Row) -> str:
    return "; ".join(f"{one.name} {value}" for one, value in zip(sets, row.values, strict=True) if value)


def _styles(sets: Sequence[SetOfShow]) -> Iterable[Note]:
    """Pieces that are of another style than their set."""
    for one in sets:
        strange = sorted({(p.style, p.kind) for p in one.plan.pieces if p.style and p.style != one.plan.style})
        if strange:
            words = ", ".join(f"{kind} ({style})".replace("_", " ") for style, kind in strange[:_NAMED])
            more = f" and {len(strange) - _NAMED} kinds more" if len(strange) > _NAMED else ""
            yield Note("style", (one.name,), f"the set is {_said(one.plan.style)}, but for: {words}{more}")


def _pieces(sets: Sequence[SetOfShow]) -> tuple[Row, ...]:
    """The same piece in several sets: kind, size, style and materials."""
    found: dict[tuple[Any, ...], list[int]] = {}
    for number, one in enumerate(sets):
        for piece in one.plan.pieces:
            same = (piece.kind, piece.size_m, piece.style, tuple(sorted(piece.materials.items())))
            found.setdefault(same, [0] * len(sets))[number] += 1
    rows = []
    for (kind, size, style, _), counts in sorted(found.items(), key=lambda one: str(one[0])):
        if sum(count > 0 for count in counts) > 1:
            words = f"{_said(kind)}, {_said(style)}, {' × '.join(length(side) for side in size)}"
            rows.append(Row(words, tuple(str(count or "") for count in counts)))
    return tuple(rows)


def _repeat(sets: Sequence[SetOfShow], row: Row) -> Note:
    names = tuple(one.name for one, count in zip(sets, row.values, strict=True) if count)
    return Note("piece", names, f"the same {row.what} stands in each: {_listed(sets, row)}")


def _materials(sets: Sequence[SetOfShow]) -> tuple[Row, ...]:
    """m² of every material by set, those that several sets share first."""
    names = {name for one in sets for name, area in one.areas.items() if area > _LEAST_M2}
    rows = []
    for name in names:
        shown = [one.areas.get(name, 0.0) for one in sets]
        many = sum(area > _LEAST_M2 for area in shown)
        values = tuple(f"{area:.1f} m²" if area > _LEAST_M2 else "" for area in shown)
        rows.append((-many, -sum(shown), name, Row(_said(name), values)))
    return tuple(row for *_, row in sorted(rows, key=lambda one: one[:3]))


def _sizes(sets: Sequence[SetOfShow]) -> tuple[Row, ...]:
    """Dimensions and heights; those that are stock in a show, and differ, are marked."""
    out = []
    for each in zip(*(tuple(_measured(one.plan)) for one in sets), strict=True):
        (what, stock, _), values = each[0], tuple(value for *_, value in each)
        out.append(Row(what, values, stock and len({value for value in values if value}) > 1))
    return tuple(out)


def _measured(plan: SetPlan) -> Iterable[tuple[str, bool, str]]:
    """What is measured, whether a show keeps it the same from set to set, and how much it is."""
    room, ceiling = plan.room, plan.room.ceiling
    x, z = zip(*room.outline, strict=True)
    doors = [one for one in room.openings if one.kind == "door"]
    windows = [one for one in room.openings if one.kind == "window"]
    yield "Width × depth", False, f"{length(max(x) - min(x))} × {length(max(z) - min(z))}"
    yield "Floor area", False, f"{inside(room).area:.1f} m²"
    yield "Ceiling height", True, length(room.height_m)
    yield "Wall thickness", True, length(room.wall_m)
    yield "Doors, width × height", False, _each(doors, lambda one: size_words(one, "metric"))
    yield "Door height", True, _each(doors, lambda one: length(one.height_m))
    yield "Windows, width × height", False, _each(windows, lambda one: size_words(one, "metric"))
    yield "Window head height", True, _each(windows, lambda one: length(one.sill_m + one.height_m))
    yield "Sill height", True, _each(windows, lambda one: length(one.sill_m))
    yield "Levels", False, ", ".join(f"{one.id} {one.height_m:+.3f} m" for one in room.levels)
    cove = f"{length(ceiling.cove_m)} wide, {length(ceiling.cove_drop_m)} down" if ceiling.cove_m else ""
    yield "Cove", True, cove
    beam = " × ".join(length(side) for side in ceiling.beam_m)
    yield "Beams", False, f"{ceiling.beams} of {beam}" if ceiling.beams else ""
    yield "Columns", False, str(len(room.columns) or "")


def _each(openings: Sequence[Opening], words: Callable[[Opening], str]) -> str:
    return ", ".join(sorted({words(one) for one in openings}))


def _said(name: str) -> str:
    return name.replace("_", " ")
