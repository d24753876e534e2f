"""Doors and windows of a room: where they were asked, and where a brief leaves it open where a designer would."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from secondunit.effects.sets.layout.outline import Outline, base_along, same_wall
from secondunit.effects.sets.layout.shapes import walls_of
from secondunit.effects.sets.places import PlaceKind
from secondunit.effects.sets.plan import Opening
from secondunit.effects.sets.settings import Door, SetsSettings, Window
from secondunit.errors import BadBrief

JAMB_M = 0.1  # of wall that stays beside an opening


def openings_of(
    settings: SetsSettings, place: PlaceKind, base: Outline, outline: Outline, height: float, rng: np.random.Generator,
    underground: bool, kept: Sequence[Opening] = (),
) -> tuple[Opening, ...]:  # fmt: skip
    """Doors and windows: those that are kept, then those with a place, then those that are free to choose."""
    asked: list[tuple[str, Door | Window]] = [
        (f"openings.doors[{n}]", one) for n, one in enumerate(settings.openings.doors)
    ]
    if not asked:
        asked += [("openings.doors", Door(role="entrance" if n == 0 else "exit")) for n in range(place.doors)]
    windows = [(f"openings.windows[{n}]", one) for n, one in enumerate(settings.openings.windows)]
    if not windows and not underground:
        windows = [
            (
                "openings.windows",
                Window(
                    width_m=place.window_m[0],
                    height_m=min(place.window_m[1], height - place.window_m[2] - 0.2),
                    sill_m=place.window_m[2],
                ),
            )
        ] * place.windows
    asked += windows
    taken, stay = list(kept), {one.id: one for one in kept}
    lit = _window_walls(outline, asked, rng)
    ordered = sorted(range(len(asked)), key=lambda index: asked[index][1].at_m is None)
    placed: dict[int, Opening] = {}
    for index in ordered:
        where, one = asked[index]
        if name_of(one, index) in stay:
            placed[index] = stay.pop(name_of(one, index))
            continue
        try:
            opening = _place(one, where, base, outline, height, taken, rng, lit, index)
        except BadBrief:
            if where == "openings.windows":
                continue  # nobody asked for it: the place usually has one
            raise
        taken.append(opening)
        placed[index] = opening
    return (*(placed[index] for index in sorted(placed)), *stay.values())


def name_of(one: Door | Window, index: int) -> str:
    """An opening's id: its own, or its number among all that were asked."""
    return one.id or f"{'window' if isinstance(one, Window) else 'door'}-{index + 1}"


def _window_walls(outline: Outline, asked: list[tuple[str, Door | Window]], rng: np.random.Generator) -> list[int]:
    """Walls the windows without a wall go to: one long side, and a second where there are many."""
    walls = sorted(walls_of(outline), key=lambda wall: -wall.length_m)[:4]
    count = sum(isinstance(one, Window) and one.wall is None for _, one in asked)
    first = int(rng.integers(min(2, len(walls))))
    return [walls[first].number] if count <= 2 else [walls[first].number, walls[(first + 2) % len(walls)].number]


def _place(
    one: Door | Window, where: str, base: Outline, outline: Outline, height: float, taken: list[Opening],
    rng: np.random.Generator, lit: list[int], index: int,
) -> Opening:  # fmt: skip
    """One opening where it was asked, or where there is room for it."""
    sill = one.sill_m if isinstance(one, Window) else 0.0
    if sill + one.height_m > height + 1e-9:
        raise BadBrief(
            f"{where}.height_m",
            f"it reaches {sill + one.height_m:.2f} m in a room {height:.2f} m high",
            f"at most {height - sill:.2f} m",
        )
    walls = walls_of(outline)
    if one.wall is not None:
        numbers = [same_wall(base, outline, one.wall, one.at_m, one.width_m, where)]
    elif isinstance(one, Window):
        numbers = lit
    else:
        numbers = [
            int(n)
            for n in rng.permutation([wall.number for wall in walls if wall.length_m >= one.width_m + 2 * JAMB_M])
        ]
        used = {each.wall for each in taken if each.kind != "window"}
        numbers.sort(key=lambda n: (n in used, n in lit))
    for number in numbers:
        wall = walls[number]
        if one.at_m is not None and one.wall is not None:
            places = [base_along(base, outline, one.wall, one.at_m, one.width_m, number)]
        else:
            places = _spots(one, wall.length_m, rng, number, taken)
        for at in places:
            if (
                at >= -1e-9
                and at + one.width_m <= wall.length_m + 1e-9
                and not _overlaps(number, at, one.width_m, taken)
            ):
                return _opening(one, index, number, max(0.0, round(at, 4)), sill, rng, wall.length_m)
    if one.at_m is not None and one.wall is not None:
        wall = walls[numbers[0]]
        raise BadBrief(
            f"{where}.at_m",
            f"{one.at_m:g} m with a width of {one.width_m:g} m on a wall of {wall.length_m:.2f} m",
            "a free stretch of that wall",
        )
    raise BadBrief(where, f"no wall has {one.width_m:g} m free for it", "a narrower one, or fewer")


def _spots(one: Door | Window, length: float, rng: np.random.Generator, wall: int, taken: list[Opening]) -> list[float]:
    """Where an opening may go on a wall: a door near a corner or in the middle, windows at even distances."""
    room = length - one.width_m
    if isinstance(one, Window):
        same = sum(each.kind == "window" and each.wall == wall for each in taken)
        count = max(1, int(length / (one.width_m + 0.7)))
        order = sorted(range(count), key=lambda k: (abs(k - (count - 1) / 2), k))
        even = [(k + 0.5) * length / count - one.width_m / 2 for k in order]
        return [*even[same:], *even[:same]]
    corner = 0.35 if room > 0.7 else room / 2
    spots = [corner, room - corner, room / 2]
    rng.shuffle(spots)
    return [*spots, *np.arange(JAMB_M, max(room, JAMB_M), 0.3).tolist()]


def _overlaps(wall: int, at: float, width: float, taken: list[Opening]) -> bool:
    return any(
        one.wall == wall and at < one.at_m + one.width_m + JAMB_M and one.at_m < at + width + JAMB_M for one in taken
    )


def _opening(
    one: Door | Window, index: int, wall: int, at: float, sill: float, rng: np.random.Generator, length: float
) -> Opening:
    if isinstance(one, Window):
        return Opening(
            id=name_of(one, index),
            kind="window",
            wall=wall,
            at_m=at,
            width_m=one.width_m,
            height_m=one.height_m,
            sill_m=sill,
            role="view",
        )
    hinge = "near" if at < length / 2 else "far"  # it opens against the nearer side wall
    out = one.swing == "out" or "fire" in one.role
    swing = "none" if one.leaves == 0 else "slide" if one.swing == "slide" else f"{'out' if out else 'in'}-{hinge}"
    return Opening(
        id=name_of(one, index), kind="door" if one.leaves else "opening", wall=wall, at_m=at,
        width_m=one.width_m, height_m=one.height_m, swing=swing, leaves=one.leaves, role=one.role,
    )  # fmt: skip
