"""Options: many tries of a brief, the ones that hold all that was asked, ranked, really different from each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from secondunit.effects.sets.kit.catalogue import Kind, catalogue
from secondunit.effects.sets.layout.check import broken
from secondunit.effects.sets.layout.dress import dress
from secondunit.effects.sets.layout.furnish import furnish
from secondunit.effects.sets.layout.ground import LANDING_M, Ground, Placed, column_area
from secondunit.effects.sets.layout.judge import Judged, judge, seats_of
from secondunit.effects.sets.layout.locks import Kept
from secondunit.effects.sets.layout.outline import Outline
from secondunit.effects.sets.layout.programme import Programme
from secondunit.effects.sets.layout.shapes import leaf_area
from secondunit.effects.sets.layout.shell import make_room
from secondunit.effects.sets.plan import Piece, Room, SetPlan
from secondunit.errors import BadBrief

TRIES_PER_OPTION = 2.5
ROOMS = 20  # made until one is not in the way of what is kept
LEAST_DIFFERENCE = 0.12  # below this two options are the same set with a chair moved
Watch = Callable[[int, int], None]


@dataclass(frozen=True)
class Try:
    """One option before it is ranked."""

    plan: SetPlan
    placed: tuple[Placed, ...]
    judged: Judged


def options(
    programme: Programme,
    seed: int,
    count: int = 12,
    *,
    outline: Outline = (),
    kept: Kept | None = None,
    watch: Watch = lambda done, total: None,
) -> tuple[SetPlan, ...]:
    """Up to ``count`` plans, the best first.

    Args:
        programme: what was asked.
        seed: of the brief.
        count: how many are wanted.
        outline: corners of an own floor plan.
        kept: what stays of an earlier plan.
        watch: told how far it is.

    Raises:
        BadBrief: no arrangement holds all that was asked; it says what found no place.
    """
    tries = max(2, round(count * TRIES_PER_OPTION * programme.settings.layout.effort))
    good: list[Try] = []
    missing: Counter[str] = Counter()
    for number in range(tries):
        watch(number, tries)
        made = one_try(programme, seed, number, outline, missing, kept)
        if made is not None:
            good.append(made)
        if number >= 7 and not good:
            break
    watch(tries, tries)
    if not good:
        raise no_place(programme, missing, outline)
    return tuple(one.plan for one in different(good, count))


def one_try(
    programme: Programme, seed: int, number: int, outline: Outline, missing: Counter[str], kept: Kept | None = None
) -> Try | None:
    """One arrangement; None if it lacks something that was asked."""
    rng = np.random.default_rng([seed, number, 0x5E7])
    room = _room_of(programme, rng, outline, kept)
    if room is None:
        missing.update(["what of the shell is made anew, beside what is kept"])
        return None
    asked = kept.programme(programme) if kept else programme
    ground = Ground(room, programme.settings.action.path_m)
    stays = kept.placed() if kept else ()
    furnished = furnish(ground, asked, rng, stays, kept.stock(programme) if kept else None)
    new = furnished.placed[len(stays) :]
    pieces, lacking = dress(new, ground, asked, furnished.stock, rng, kept.pieces if kept else ())
    few = programme.settings.action.seats
    if few and seats_of(furnished.placed) < few:
        lacking.append(f"a conversation for {few}")
    lacking += _absent(programme, {one.id for one in room.openings} | {one.kind for one in pieces}, furnished.placed)
    missing.update(set(furnished.missing) | set(lacking))
    if furnished.missing or lacking:
        return None
    judged = judge(furnished.placed, ground, programme)
    light = programme.settings.light
    stay = kept.pieces if kept else ()
    whole = tuple(piece if piece in stay else finished(piece, programme) for piece in pieces)
    plan = SetPlan(
        title=programme.settings.place.title or programme.place.name.capitalize(), kind=programme.place.name,
        style=programme.style, seed=int(rng.integers(2**31)), room=room, pieces=whole,
        palette=programme.palette, hour=light.hour, day_of_year=light.day_of_year, latitude_deg=light.latitude_deg,
        facing_deg=light.facing_deg, underground=programme.underground, score=judged.score, reasons=judged.reasons,
    )  # fmt: skip
    return Try(plan, furnished.placed, judged)


def _absent(programme: Programme, there: set[str], placed: tuple[Placed, ...]) -> list[str]:
    """Ends of ways and sight lines that are not there."""
    there = there | {item.kind for one in placed for item in one.group.items}
    action = programme.settings.action
    ends = [end for way in action.paths for end in (way.start, way.end)]
    ends += [end for sight in action.sights for end in (sight.start, sight.end)]
    return [f"the {end.replace('_', ' ')} of a way or a sight line" for end in ends if end not in there]


def _room_of(programme: Programme, rng: np.random.Generator, outline: Outline, kept: Kept | None) -> Room | None:
    """The room of an option: new, or as it was, or with what is kept of it; None if what is kept is in its way."""
    if kept and kept.shell is None:
        return kept.plan.room
    for _ in range(ROOMS):
        room = make_room(
            programme.settings, programme.place, dict(programme.finishes), rng, outline,
            underground=programme.underground, cove_m=programme.cove_m, beams=programme.beams,
            kept=kept.shell if kept else None,
        )  # fmt: skip
        if not kept or not broken(kept.plan.model_copy(update={"room": room, "pieces": kept.pieces})):
            return room
    return None


def finished(piece: Piece, programme: Programme) -> Piece:
    """The piece in the materials the words choose."""
    chosen = materials_of(catalogue()[piece.kind], programme.materials)
    return piece.model_copy(update={"materials": chosen, "lit": programme.settings.light.practicals})


def materials_of(kind: Kind, by_class: Mapping[str, str]) -> dict[str, str]:
    """Material by slot where a word names one for its class."""
    return {slot: by_class[of] for slot, of in sorted(kind.slots.items()) if of in by_class}


def different(good: list[Try], count: int) -> list[Try]:
    """The best, then each time the one that is good and least like those chosen; ranked by score."""
    rest = sorted(good, key=lambda one: (-one.judged.score, one.plan.seed))
    chosen = [rest.pop(0)]
    while rest and len(chosen) < count:
        gaps = [min(difference(one, other) for other in chosen) for one in rest]
        best = max(range(len(rest)), key=lambda k: (round(rest[k].judged.score + 1.2 * min(gaps[k], 0.6), 6), -k))
        if gaps[best] < LEAST_DIFFERENCE:
            break
        chosen.append(rest.pop(best))
    return sorted(chosen, key=lambda one: (-one.judged.score, one.plan.seed))


def difference(one: Try, other: Try) -> float:
    """0 the same, 1 nothing alike: by what the groups are, how they are made, where they stand and look."""
    names = sorted({p.group.name for p in (*one.placed, *other.placed) if p.group.anchor != "corner"})
    if not names:
        return 0.0
    total = 0.0
    for name in names:
        mine = [p for p in one.placed if p.group.name == name]
        theirs = [p for p in other.placed if p.group.name == name]
        if not mine or not theirs:
            total += 0.7
            continue
        total += min(_apart(a, b) for a in mine for b in theirs)
    return total / len(names)


def _apart(a: Placed, b: Placed) -> float:
    turn = abs((a.turn_deg - b.turn_deg + 180) % 360 - 180) / 180
    moved = min(1.0, float(np.hypot(*(a.at - b.at))) / 4)
    return 0.45 * moved + 0.3 * turn + 0.25 * (a.group.variant != b.group.variant)


def no_place(programme: Programme, missing: Counter[str], outline: Outline) -> BadBrief:
    """Why a brief cannot be met: what found no place, and against what."""
    room = make_room(
        programme.settings, programme.place, {}, np.random.default_rng(0), outline, underground=programme.underground
    )
    ground = Ground(room, programme.settings.action.path_m)
    x0, z0, x1, z1 = ground.outline.bounds
    free = ground.regions[0].difference(ground.kept).area
    what = ", ".join(name for name, _ in missing.most_common(4)) or "the ways asked for"
    asked = sum(
        float(np.prod(programme.sizes.get(kind, catalogue()[kind].size_m)[:2])) * count
        for kind, count in programme.required.items() if catalogue()[kind].stands == "floor"
    )  # fmt: skip
    ways = f"{programme.settings.action.path_m:g} m"
    found = f"no place was found for {what} in {x1 - x0:g} x {z1 - z0:g} m with ways of {ways}"
    advice = (
        f"{free:.1f} m2 of floor are free of doors and steps; the pieces asked for stand on {asked:.1f} m2. "
        "Ask for fewer or smaller pieces, narrower ways or a larger room."
    )
    shut = [
        f"{column.id} stands in the way of {opening.id}. "
        for opening in room.openings for column in room.columns
        if opening.kind != "window" and column_area(column).intersects(leaf_area(room, opening, LANDING_M))
    ]  # fmt: skip
    advice = "".join(shut) + advice
    return BadBrief(
        "pieces.require" if programme.required else "room",
        found,
        "room for all of it with what each needs free",
        advice,
    )
