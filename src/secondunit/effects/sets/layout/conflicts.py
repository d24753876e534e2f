"""What in a brief cannot be, told from its numbers alone, before anything is tried: all of it at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

import numpy as np
import shapely

from secondunit.effects.sets.kit.catalogue import catalogue
from secondunit.effects.sets.places import PlaceKind
from secondunit.effects.sets.settings import SetsSettings
from secondunit.errors import BadBrief

HEADROOM_M = 1.9  # least height over a raised floor on which people act
TABLES = ("dining_table", "round_table", "conference_table")
Size = tuple[float, float, float]


def conflicts(
    settings: SetsSettings, place: PlaceKind, required: Mapping[str, int], sizes: Mapping[str, Size],
    forbidden: Collection[str],
) -> list[BadBrief]:  # fmt: skip
    """Every contradiction between two things that were asked, each with both named.

    Args:
        settings: the brief, its action with kinds and doors by their own names.
        place: what kind of place it is; its usual size counts where none was asked.
        required, sizes: kinds and how many, and the sizes asked for.
        forbidden: kinds that the brief or its words rule out.
    """
    size = largest(settings, place)
    return [
        *_too_high(settings, size[2], required, sizes),
        *_too_wide(settings, size),
        *_too_many(size, required, sizes),
        *_ruled_out(settings, forbidden),
        *_named_twice(settings),
    ]


def largest(settings: SetsSettings, place: PlaceKind) -> Size:
    """Width, depth and height that the room may have at most, metres."""
    asked = settings.room
    wide, deep, high = (
        max(value) if isinstance(value, tuple) else value or usual
        for value, usual in zip((asked.width_m, asked.depth_m, asked.height_m), place.size_m, strict=True)
    )
    if asked.outline:
        wide, deep = np.ptp(np.asarray(asked.outline), axis=0).tolist()
    return float(wide), float(deep), float(high)


def _too_high(
    settings: SetsSettings, high_m: float, required: Mapping[str, int], sizes: Mapping[str, Size]
) -> Iterator[BadBrief]:
    room = f"a room {high_m:.2f} m high"
    for name in ("doors", "windows"):
        for number, one in enumerate(getattr(settings.openings, name)):
            sill = getattr(one, "sill_m", 0.0)
            if sill + one.height_m > high_m + 1e-9:
                yield BadBrief(
                    f"openings.{name}[{number}].height_m", f"it reaches {sill + one.height_m:.2f} m in {room}",
                    f"at most {high_m - sill:.2f} m", "Lower it, or raise room.height_m.",
                )  # fmt: skip
    for number, level in enumerate(settings.shell.levels):
        if level.height_m > 0 and level.height_m + HEADROOM_M > high_m:
            yield BadBrief(
                f"shell.levels[{number}].height_m", f"a floor {level.height_m:.2f} m up in {room}",
                f"{HEADROOM_M:g} m over it: at most {high_m - HEADROOM_M:.2f} m", "Lower it, or raise room.height_m.",
            )  # fmt: skip
    for kind in sorted(required):
        row = catalogue()[kind]
        tall = sizes[kind][2] if kind in sizes else row.least_m[2]
        if row.stands == "floor" and tall > high_m:
            yield BadBrief(
                "pieces.require", f"a {_said(kind)} {tall:.2f} m high in {room}", "one that stands under the ceiling",
                "Ask for a lower one, or raise room.height_m.",
            )  # fmt: skip


def _too_wide(settings: SetsSettings, size: Size) -> Iterator[BadBrief]:
    room, least = f"a room of {size[0]:g} x {size[1]:g} m", min(size[:2])
    reach = float(np.hypot(*size[:2])) if settings.room.outline else max(size[:2])
    for name in ("doors", "windows"):
        for number, one in enumerate(getattr(settings.openings, name)):
            side = {"north": size[0], "south": size[0], "east": size[1], "west": size[1]}.get(str(one.wall), reach)
            side = reach if settings.room.outline else side
            if one.width_m > side + 1e-9:
                yield BadBrief(
                    f"openings.{name}[{number}].width_m", f"{one.width_m:g} m in {room}",
                    f"at most {side:g} m: the wall it may be in is that long", "Narrow it, or make the room larger.",
                )  # fmt: skip
    action = settings.action
    asked = [("action.path_m", "a clear way", action.path_m), ("action.play_m", "a free square", action.play_m)]
    asked += [(f"action.paths[{k}].width_m", "a clear way", way.width_m) for k, way in enumerate(action.paths)]
    for where, what, width in asked:
        if width > least:
            yield BadBrief(
                where, f"{what} {width:g} m wide in {room}", f"at most {least:g} m",
                "Narrow it, or make the room larger.",
            )  # fmt: skip


def _too_many(size: Size, required: Mapping[str, int], sizes: Mapping[str, Size]) -> Iterator[BadBrief]:
    floor = size[0] * size[1]
    areas = {
        kind: float(np.prod((sizes[kind] if kind in sizes else catalogue()[kind].least_m)[:2])) * count
        for kind, count in required.items()
        if catalogue()[kind].stands == "floor" and kind != "rug"
    }
    if sum(areas.values()) > floor:
        dear = max(sorted(areas), key=lambda kind: areas[kind])
        yield BadBrief(
            "pieces.require", f"pieces that stand on {sum(areas.values()):.1f} m2 or more in a room of {floor:.1f} m2",
            "pieces that leave floor free", f"{required[dear]} x {_said(dear)} take most: {areas[dear]:.1f} m2.",
        )  # fmt: skip


def _ruled_out(settings: SetsSettings, forbidden: Collection[str]) -> Iterator[BadBrief]:
    action = settings.action
    if action.table_for and all(kind in forbidden for kind in TABLES):
        yield BadBrief(
            "action.table_for", f"a table for {action.table_for} with every table forbidden",
            "a table that may be there", "Take one out of pieces.forbid.",
        )  # fmt: skip
    seats = [kind for kind, row in sorted(catalogue().items()) if row.group == "seating" and row.seats]
    if action.seats and all(kind in forbidden for kind in seats):
        yield BadBrief("action.seats", f"{action.seats} with every seat forbidden", "a seat that may be there",
                       "Take one out of pieces.forbid.")  # fmt: skip
    for name in ("paths", "sights"):
        for number, way in enumerate(getattr(action, name)):
            for end in ("start", "end"):
                if getattr(way, end) in forbidden:
                    yield BadBrief(
                        f"action.{name}[{number}].{end}", f"{_said(getattr(way, end))} is forbidden",
                        "a piece that may be there", "Take it out of pieces.forbid, or out of the words.",
                    )  # fmt: skip


def _named_twice(settings: SetsSettings) -> Iterator[BadBrief]:
    said = [door.id for door in settings.openings.doors] + [window.id for window in settings.openings.windows]
    ids = Counter(one for one in said if one)
    for name in sorted(name for name, count in ids.items() if count > 1):
        yield BadBrief("openings", f"{ids[name]} of them are called {name!r}", "an id of its own for each")
    if settings.room.outline and not shapely.Polygon(settings.room.outline).is_valid:
        yield BadBrief("room.outline", "it crosses or touches itself", "corners in order, each once")


def _said(kind: str) -> str:
    return kind.replace("_", " ")
