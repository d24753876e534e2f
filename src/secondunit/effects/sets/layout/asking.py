"""From a brief to a programme: its words understood, its wishes made groups, its contradictions found."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar, cast

from secondunit.effects.sets.kit.catalogue import Style, catalogue
from secondunit.effects.sets.layout.conflicts import conflicts
from secondunit.effects.sets.layout.programme import Programme
from secondunit.effects.sets.layout.slots import slots_of
from secondunit.effects.sets.palette import code_of, colour_of
from secondunit.effects.sets.places import place_of
from secondunit.effects.sets.plan import Colour
from secondunit.effects.sets.settings import MOST_PIECES, Action, SetsSettings, Sight, Way
from secondunit.effects.sets.words import Understood, kind_named, material_named, style_of, understand
from secondunit.errors import BadBrief, Problems, SecondUnitError

DECADES = {
    "2": "thirties",
    "3": "thirties",
    "4": "fifties",
    "5": "fifties",
    "6": "retro",
    "7": "retro",
    "8": "eighties",
    "9": "eighties",
}


def programme_of(settings: SetsSettings, reference: Sequence[Colour] = ()) -> Programme:
    """What a brief means.

    Args:
        settings: the brief.
        reference: colours of its reference picture.

    Raises:
        Problems: everything in it that is not understood or contradicts itself.
    """
    problems: list[SecondUnitError] = []
    place = _try(partial(place_of, settings.place.kind), problems)
    phrases = [*settings.place.words, *period_words(settings.place.period, problems)]
    words, unknown = understand(phrases)
    words, of_place = understand([settings.place.kind], "place.kind", words)
    problems += unknown + of_place
    required, sizes = _required(settings, problems)
    forbidden = _forbidden(settings, required, words, problems)
    materials, finishes = dict(words.materials), dict(words.finishes)
    for part in ("floor", "walls", "ceiling"):
        said = getattr(settings.look, part)
        if said:
            named = _try(partial(material_named, said, f"look.{part}", part), problems)
            if named:
                finishes[part] = named
    problems += _ranges(settings)
    action = _named(settings, problems)
    if place is not None:
        known = settings.model_copy(update={"action": action})
        problems += conflicts(known, place, required, sizes, forbidden)
    if problems or place is None:
        raise Problems(problems)
    style = settings.place.style or cast(Style, style_of(words.styles, "modern"))
    palette = tuple(colour_of(code) for code in settings.look.palette) or tuple(reference)
    _tint(palette, materials, finishes)
    values = words.values
    density = settings.pieces.density * values.get("density", 1.0)
    pieces = settings.pieces.model_copy(update={"density": min(2.0, density)})
    settings = settings.model_copy(update={"pieces": pieces, "action": action})
    below = settings.place.underground
    reasons = [f"{place.name}, {style.replace('_', ' ')}", *words.reasons]
    return Programme(
        settings=settings, place=place, style=style, required=required, sizes=sizes, forbidden=frozenset(forbidden),
        likes=tuple(words.likes), slots=slots_of(place, settings, required, forbidden, [*words.likes]),
        materials=materials, finishes=finishes, palette=palette, cove_m=values.get("cove_m", 0.0) or 0.0,
        beams=values.get("beams", 0) or 0, formal=values.get("formal", 0.5),
        underground=below if below is not None else bool(place.underground or values.get("underground", False)),
        reasons=tuple(reasons),
    )  # fmt: skip


T = TypeVar("T")


def _try(call: Callable[[], T], problems: list[SecondUnitError]) -> T | None:
    """What a call returns, or None with its error kept."""
    try:
        return call()
    except SecondUnitError as error:
        problems.append(error)
        return None


def _named(settings: SetsSettings, problems: list[SecondUnitError]) -> Action:
    """The action with doors and kinds of pieces by their own names."""
    doors = {door.id or f"door-{number + 1}" for number, door in enumerate(settings.openings.doors)} | {
        "door-1",
        "door-2",
    }
    changed: dict[str, tuple[Way, ...] | tuple[Sight, ...]] = {}
    for key, ways in (("paths", settings.action.paths), ("sights", settings.action.sights)):
        named = []
        for number, way in enumerate(ways):
            ends = {}
            for end in ("start", "end"):
                said = getattr(way, end)
                where = f"action.{key}[{number}].{end}"
                ends[end] = said if said in doors else _try(partial(kind_named, said, where), problems)
            named.append(way.model_copy(update=ends))
        changed[key] = tuple(named)  # type: ignore[assignment]
    return settings.action.model_copy(update=changed)


def period_words(period: str, problems: list[SecondUnitError]) -> list[str]:
    """A year or a decade as words of the vocabulary; other words stay as they are."""
    found = re.search(r"\b(1[5-9]|20)(\d)\d(?:s|\b)", period)
    if not found:
        return [period] if period else []
    century, decade = found[1], found[2]
    if century == "20":
        return ["contemporary"]
    if century != "19" or decade in "01":
        return ["nineteenth century"]
    return [DECADES[decade]]


def _required(
    settings: SetsSettings, problems: list[SecondUnitError]
) -> tuple[dict[str, int], dict[str, tuple[float, float, float]]]:
    required: Counter[str] = Counter()
    sizes: dict[str, tuple[float, float, float]] = {}
    for number, wanted in enumerate(settings.pieces.require):
        where = f"pieces.require[{number}]"
        kind = _try(partial(kind_named, wanted.piece, where), problems)
        if kind is None:
            continue
        required[kind] += wanted.count
        if wanted.size_m:
            row = catalogue()[kind]
            for name, value, low, high in zip(
                ("width", "depth", "height"), wanted.size_m, row.least_m, row.most_m, strict=True
            ):
                if not low <= value <= high:
                    problems.append(
                        BadBrief(
                            f"{where}.size_m",
                            f"a {kind.replace('_', ' ')} with a {name} of {value:g} m",
                            f"{low:g} to {high:g} m",
                            "The kit makes it in that range.",
                        )
                    )
            if sizes.setdefault(kind, wanted.size_m) != wanted.size_m:
                said = " and ".join(" x ".join(f"{value:g}" for value in one) for one in (sizes[kind], wanted.size_m))
                problems.append(
                    BadBrief(f"{where}.size_m", f"a {kind.replace('_', ' ')} of {said} m", "one size for a kind")
                )
    if sum(required.values()) > MOST_PIECES:
        problems.append(
            BadBrief(
                "pieces.require",
                f"{sum(required.values())} pieces",
                f"at most {MOST_PIECES} in one set",
                "Ask for the part of the set that the camera sees.",
            )
        )
        required.clear()
    if (
        settings.action.table_for
        and not required["dining_table"] + required["round_table"] + required["conference_table"]
    ):
        chairs = required["dining_chair"]
        if chairs and chairs < settings.action.table_for:
            problems.append(
                BadBrief(
                    "action.table_for",
                    f"a table for {settings.action.table_for} with {chairs} chairs required",
                    "as many chairs as places",
                )
            )
    return dict(required), sizes


def _forbidden(
    settings: SetsSettings, required: dict[str, int], words: Understood, problems: list[SecondUnitError]
) -> set[str]:
    found = set()
    for number, said in enumerate(settings.pieces.forbid):
        kind = _try(partial(kind_named, said, f"pieces.forbid[{number}]"), problems)
        if kind is not None:
            if kind in required:
                problems.append(
                    BadBrief(
                        f"pieces.forbid[{number}]",
                        f"{said} is required as well",
                        "one or the other",
                        "Take it out of require or of forbid.",
                    )
                )
            found.add(kind)
    return found | {kind for kind in words.avoid if kind in catalogue() and kind not in required}


def _ranges(settings: SetsSettings) -> list[BadBrief]:
    out = []
    for name in ("width_m", "depth_m", "height_m"):
        value = getattr(settings.room, name)
        if isinstance(value, tuple) and value[0] > value[1]:
            out.append(BadBrief(f"room.{name}", f"from {value[0]:g} to {value[1]:g} m", "the smaller number first"))
    given = [name for name in ("floor_plan", "outline") if getattr(settings.room, name)]
    if given and (settings.room.width_m or settings.room.depth_m):
        out.append(
            BadBrief(
                "room.width_m",
                f"given beside {given[0]}",
                "one of the two",
                f"The {given[0].replace('_', ' ')} has its own dimensions.",
            )
        )
    return out


def _tint(palette: Sequence[Colour], materials: dict[str, str], finishes: dict[str, str]) -> None:
    """The palette on what carries colour: the strongest on cloth, the next on carpets, the palest on walls."""
    if not palette:
        return
    ranked = list(palette)
    pale = max(ranked, key=lambda colour: sum(colour))
    if len(ranked) > 1:
        ranked.remove(pale)
    if "concrete" not in finishes.get("walls", "") and "brick" not in finishes.get("walls", ""):
        finishes.setdefault("walls", f"white_plaster:{code_of(pale)}")
    materials["fabric"] = f"{materials.get('fabric', 'grey_wool').split(':')[0]}:{code_of(ranked[0])}"
    if len(ranked) > 1:
        materials["carpet"] = f"{materials.get('carpet', 'grey_carpet').split(':')[0]}:{code_of(ranked[1])}"
    if len(ranked) > 2:
        materials["lacquer"] = f"white_lacquer:{code_of(ranked[2])}"
