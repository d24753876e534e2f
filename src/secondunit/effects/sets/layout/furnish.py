"""One option: groups are chosen, placed one after the other where they stand well, then moved while it gets better."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import shapely

from secondunit.effects.sets.kit.catalogue import catalogue
from secondunit.effects.sets.layout import groups_seating, groups_special, groups_wall, groups_work  # noqa: F401 (they register)
from secondunit.effects.sets.layout.ground import Ground, Placed
from secondunit.effects.sets.layout.groups import MAKERS, Group
from secondunit.effects.sets.layout.groups_special import level_seats
from secondunit.effects.sets.layout.groups_wall import single
from secondunit.effects.sets.layout.groups_work import dining, meeting
from secondunit.effects.sets.layout.keeping import Keeping
from secondunit.effects.sets.layout.places import candidates
from secondunit.effects.sets.layout.programme import Programme, Slot
from secondunit.effects.sets.layout.slots import KEY
from secondunit.effects.sets.layout.stock import Stock

TRIES = 5  # candidates looked at for the rules that need the whole room
VARIANTS = 3  # arrangements tried of a group that finds no place
SWEEPS = 2  # of moving every group
FULL = 0.46  # share of the floor that groups and what they need may take before a room looks crammed
LIKED, OPTIONAL = 0.07, 0.2  # largest share of the floor for what the words bring, and for what a place may have
WARM, COLD = 0.45, 0.05  # how readily a group takes a place that is not its best


@dataclass(frozen=True)
class Furnished:
    """Groups where they stand.

    Attributes:
        placed: the groups.
        stock: what is left to be had.
        missing: why it is no option: what found no place.
    """

    placed: tuple[Placed, ...]
    stock: Stock
    missing: tuple[str, ...] = ()


def furnish(
    ground: Ground,
    programme: Programme,
    rng: np.random.Generator,
    kept: tuple[Placed, ...] = (),
    stock: Stock | None = None,
) -> Furnished:
    """Furnish a room.

    Args:
        ground: its floor.
        programme: what is asked.
        rng: of this option.
        kept: groups that stay where they are.
        stock: what may be used; all that the programme has if not given.
    """
    stock = (stock or programme.stock()).copy()
    keeping = Keeping(ground, programme.settings.action)
    placed = list(kept)
    missing: list[str] = []
    for slot in _order(programme, ground, stock, rng):
        if not slot.needed and _taken(placed) > FULL * ground.outline.area * (
            0.5 + 0.5 * programme.settings.pieces.density
        ):
            continue
        found = _place_slot(slot, ground, keeping, placed, stock, rng)
        if found is None:
            if slot.needed and not _used_up(slot, stock):
                missing.append(slot.name.replace("_", " "))
            continue
        one, stock = found
        placed.append(one)
    placed = _move(placed, len(kept), ground, keeping, rng)
    for kind, count in sorted((kind, stock.wanted(kind)) for kind in stock.bound if stock.wanted(kind) > 0):
        if catalogue()[kind].stands != "floor" or kind == "rug":
            continue  # dressing hangs and lays these
        for _ in range(count):
            found = _place_slot(Slot(kind, True, kind), ground, keeping, placed, stock, rng)
            if found is None:
                missing.append(kind.replace("_", " "))
                continue
            one, stock = found
            placed.append(one)
    return Furnished(tuple(_corners(programme, placed, ground, keeping, stock, rng)), stock, tuple(missing))


def _used_up(slot: Slot, stock: Stock) -> bool:
    """All that was asked for of what makes this group stands already, in a group before it."""
    keys = KEY.get(slot.name, (slot.kind or slot.name,))
    bound = [key for key in keys if key in stock.bound]
    return bool(bound) and all(stock.wanted(key) == 0 for key in bound)


def _order(programme: Programme, ground: Ground, stock: Stock, rng: np.random.Generator) -> list[Slot]:
    """The groups in the order they are placed: what the room turns to and what is needed first, the rest shuffled."""
    needed = [slot for slot in programme.slots if slot.needed]
    rest = [slot for slot in programme.slots if not slot.needed]
    jitter = rng.uniform(0, 2.5, len(rest))
    rest = [rest[index] for index in np.argsort(np.arange(len(rest)) + jitter)]
    first = ("conversation",) if any(level.height_m < 0 for level in ground.room.levels) else ()
    first = (*first, "focus", "hearth", "media", "video wall", "whiteboard")
    needed.sort(key=lambda slot: first.index(slot.name) if slot.name in first else len(first))
    return needed + rest


def make_group(slot: Slot, ground: Ground, stock: Stock, rng: np.random.Generator) -> Group | None:
    """An arrangement for a slot."""
    if slot.name == "conversation" and not stock.level_used:
        for level in ground.room.levels:
            group = level_seats(level, stock, rng) if level.height_m < 0 else None
            if group is not None:
                return group
    if slot.seats and slot.name == "dining":
        return dining(stock, rng, slot.seats)
    if slot.seats and slot.name == "meeting":
        return meeting(stock, rng, slot.seats)
    maker: Callable[[Stock, np.random.Generator], Group | None] | None = MAKERS.get(slot.name)
    if maker is None and (slot.kind or slot.name) in catalogue():
        maker = single(slot.kind or slot.name, slot.count)
    return maker(stock, rng) if maker else None


def _place_slot(
    slot: Slot, ground: Ground, keeping: Keeping, placed: list[Placed], stock: Stock, rng: np.random.Generator
) -> tuple[Placed, Stock] | None:
    for _ in range(VARIANTS):
        trial = stock.copy()
        trial.level_used = any(one.group.anchor == "level" for one in placed)
        group = make_group(slot, ground, trial, rng)
        if group is None and slot.needed:  # rather in another style than not there
            trial = stock.copy()
            trial.any_style = True
            group = make_group(slot, ground, trial, rng)
            trial.any_style = False
        if group is None:
            return None
        if not slot.needed and group.area > (LIKED if slot.liked else OPTIONAL) * ground.outline.area:
            continue
        found = best_place(group, ground, keeping, placed, rng, WARM)
        if found is not None:
            return found, trial
    return None


def best_place(
    group: Group, ground: Ground, keeping: Keeping, others: list[Placed], rng: np.random.Generator, warmth: float
) -> Placed | None:
    """One of the good places of a group; the colder, the nearer to the best."""
    if not group.everything().size:
        return Placed(group, np.array(ground.outline.centroid.coords[0]), 0.0, 0)
    every = candidates(group, ground, others, rng)
    if not len(every):
        return None
    noise = rng.gumbel(0, warmth, len(every))  # the largest of score + Gumbel noise is a draw by exp(score / warmth)
    order = np.argsort(-(every.score + noise), kind="stable")
    for index in order[:TRIES]:
        one = Placed(
            group, every.at[index], float(every.turn_deg[index]), int(every.region[index]), float(every.score[index])
        )
        if keeping.holds([*others, one]):
            return one
    return None


def _move(placed: list[Placed], fixed: int, ground: Ground, keeping: Keeping, rng: np.random.Generator) -> list[Placed]:
    """Every group in turn is taken up and put where it stands best with the others there."""
    for sweep in range(SWEEPS):
        warmth = WARM * (1 - (sweep + 1) / SWEEPS) ** 2 + COLD
        for index in range(fixed, len(placed)):
            others = placed[:index] + placed[index + 1 :]
            found = best_place(placed[index].group, ground, keeping, others, rng, warmth)
            if found is not None:
                placed[index] = found
    return placed


def _taken(placed: list[Placed]) -> float:
    return float(sum(one.group.area for one in placed))


def _corners(
    programme: Programme, placed: list[Placed], ground: Ground, keeping: Keeping, stock: Stock, rng: np.random.Generator
) -> list[Placed]:
    """Plants and lights in the corners that are left."""
    kinds = [kind for kind in (*programme.likes, *programme.place.corners) if kind in catalogue() and stock.may(kind)]
    kinds = [
        kind
        for kind in dict.fromkeys(kinds)
        if catalogue()[kind].stands == "floor" and catalogue()[kind].group in ("dressing", "lamp")
    ]
    kinds = [kind for kind in kinds if kind not in ("rug", "log_pile", "curtains") and not stock.wanted(kind)]
    count = round(min(3.0, ground.outline.area / 18) * programme.settings.pieces.density)
    order = [kinds[index] for index in rng.permutation(len(kinds))] if kinds else []
    for kind in (order * 2)[:count]:
        found = _place_slot(Slot(kind, False, kind), ground, keeping, placed, stock, rng)
        if found is not None:
            placed.append(replace(found[0], group=replace(found[0].group, required=False)))
    return placed


def hull(one: Placed) -> shapely.Geometry:
    """The outline of a placed group."""
    return shapely.union_all(shapely.polygons(one.world(one.group.everything()))).convex_hull
