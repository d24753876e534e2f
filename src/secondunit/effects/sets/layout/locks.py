"""What stays of an earlier plan: pieces, openings, levels, columns and alcoves that are liked, exactly as they are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import shapely
from pydantic import ValidationError

from secondunit.effects.sets.kit.catalogue import catalogue
from secondunit.effects.sets.layout.alcoves import alcoves_of
from secondunit.effects.sets.layout.check import broken
from secondunit.effects.sets.layout.ground import Placed
from secondunit.effects.sets.layout.groups import Group, Item
from secondunit.effects.sets.layout.programme import Programme
from secondunit.effects.sets.layout.shapes import Wall, walls_of
from secondunit.effects.sets.layout.shell import KeptShell
from secondunit.effects.sets.layout.slots import GROUP_OF, SAME
from secondunit.effects.sets.layout.stock import Stock
from secondunit.effects.sets.layout.walls import span_at
from secondunit.effects.sets.plan import Opening, Piece, SetPlan
from secondunit.errors import BadBrief, Problems, nearest

LARGEST_PLAN_BYTES = 20_000_000


@dataclass(frozen=True)
class Kept:
    """What stays of an earlier plan.

    Attributes:
        plan: all of it.
        pieces: that stay.
        shell: what stays of the room; None: all of it.
        everything: nothing is added but what is asked for and is not there.
        again: kinds of the pieces that were freed: where all else stays, each is there again.
    """

    plan: SetPlan
    pieces: tuple[Piece, ...]
    shell: KeptShell | None = None
    everything: bool = False
    again: tuple[str, ...] = ()

    def placed(self) -> tuple[Placed, ...]:
        """The kept pieces as one group whose axes are the set's."""
        if not self.pieces:
            return ()
        items = tuple(
            Item(
                piece.kind,
                piece.size_m,
                *piece.at_m,
                piece.turn_deg,
                piece.base_m,
                None if piece.on is None else 0,
                piece.why,
            )
            for piece in self.pieces
        )
        focus = any(piece.kind in ("fireplace", "tv", "wood_stove", "video_wall") for piece in self.pieces)
        seats = any(catalogue()[piece.kind].group == "seating" for piece in self.pieces)
        group = Group("kept", "what was kept", "free", items, is_focus=focus and not seats)
        return (Placed(group, np.zeros(2), 0.0, 0),)

    def stock(self, programme: Programme) -> Stock:
        """What may still be had."""
        stock = programme.stock()
        for piece in self.pieces:
            if piece.kind in stock.bound:
                stock.left[piece.kind] = max(0, stock.left[piece.kind] - 1)
        for kind in self.again if self.everything else ():
            if kind not in programme.required and catalogue()[kind].stands != "on":
                stock.bound.add(kind)
                stock.left[kind] += 1
        return stock

    def programme(self, programme: Programme) -> Programme:
        """The programme without the groups whose pieces are kept."""
        slots = list(programme.slots)
        groups = {GROUP_OF.get(piece.kind, piece.kind) for piece in self.pieces}
        for group in sorted(groups):
            found = next((slot for slot in slots if slot.name in (group, *SAME.get(group, ()))), None)
            if found is not None:
                slots.remove(found)
        if not self.everything:
            return replace(programme, slots=tuple(slots))
        asked = programme.settings.pieces.model_copy(update={"density": 0.0})
        settings = programme.settings.model_copy(update={"pieces": asked})
        return replace(programme, settings=settings, slots=tuple(slot for slot in slots if slot.needed))


def read_plan(path: Path, where: str = "") -> SetPlan:
    """A plan from its JSON.

    Raises:
        BadBrief: it cannot be read.
        Problems: all that is wrong with it.
    """
    where = where or str(path)
    try:
        data = path.read_bytes()
        if len(data) > LARGEST_PLAN_BYTES:
            raise BadBrief(where, f"{len(data)} bytes", f"a plan of at most {LARGEST_PLAN_BYTES} bytes")
        content = json.loads(data)
    except (OSError, ValueError, RecursionError) as error:
        raise BadBrief(where, f"cannot be read ({error})", "the JSON of a set plan") from error
    try:
        return SetPlan.model_validate(content)
    except ValidationError as error:
        found = error.errors(include_url=False)
        raise Problems(
            BadBrief(f"{where}: {'.'.join(str(part) for part in one['loc'])}", one["msg"], "a set plan")
            for one in found
        ) from error


def kept_of(plan: SetPlan, keep: Sequence[str], free: Sequence[str] = ()) -> Kept:
    """What stays of a plan.

    Pieces, openings, levels, columns and alcoves are named by their ids or kinds; 'all' is all of them, 'pieces' all
    pieces, 'room' the shell as it is. Where nothing of the shell is named or freed, the room stays. Where something is,
    walls and height stay, with what is named. A piece that is kept keeps the level it stands on, a curtain its window;
    a level or a window that is freed frees them.

    Args:
        plan: the earlier plan.
        keep: what stays.
        free: what of it is made anew after all.

    Raises:
        Problems: something named is not in it, or what is kept breaks a rule where it is.
    """
    names, wanted = _names(plan), "an id or a kind of what is in it"
    problems = [
        BadBrief(f"{where}[{number}]", f"{name!r} is not in the plan", wanted, nearest(name, names))
        for where, said in (("lock.keep", keep), ("lock.free", free))
        for number, name in enumerate(said)
        if name not in names
    ]
    if problems:
        raise Problems(problems)
    freed = {part for name in free for part in names[name]}
    freed |= {("piece", name) for name in _bound_to(plan, freed)}
    again = tuple(piece.kind for piece in plan.pieces if ("piece", piece.id) in freed)
    ids = {part for name in keep for part in names[name]} - freed
    pieces = _with_tops(plan, {name for kind, name in ids if kind == "piece"}, freed)
    named = {kind for name in keep if name not in ("all", "room") for kind, _ in names[name]}
    some = bool(named - {"piece"}) and not {"all", "room"} & set(keep)
    ids |= set() if some else names["room"] - freed  # where nothing of the shell is named, all of it stays
    remade = some or any(kind != "piece" for kind, _ in freed)
    shell = _shell(plan, ids, pieces) if remade else None
    wrong = [] if remade else broken(plan.model_copy(update={"pieces": pieces}))
    if wrong:
        wanted, advice = "what is kept holds the rules", "Change it in the plan, or take it out of lock.keep."
        raise Problems(BadBrief("lock.plan", said, wanted, advice) for said in wrong)
    return Kept(plan, pieces, shell, everything="all" in keep, again=again)


Part = tuple[str, str]  # of what it is, and its id


def _names(plan: SetPlan) -> dict[str, set[Part]]:
    """All that can be named, and the parts that it stands for."""
    pieces = {("piece", piece.id) for piece in plan.pieces}
    shell: dict[str, set[Part]] = {"opening": set(), "door": set(), "window": set()}
    for number, _ in enumerate(alcoves_of(plan.room.outline)[0], 1):
        shell.setdefault("alcove", set()).add(("alcove", f"alcove-{number}"))
    for opening in plan.room.openings:
        shell[opening.kind].add(("opening", opening.id))
    for kind, each in (("level", plan.room.levels), ("column", plan.room.columns)):
        for one in each:
            shell.setdefault(kind, set()).add((kind, one.id))
    parts = {part for each in shell.values() for part in each}
    named = {kind: each for kind, each in shell.items() if each}
    named |= {"all": pieces | parts, "room": parts, "pieces": pieces}
    for piece in plan.pieces:
        for name in (piece.id, piece.kind):
            named.setdefault(name, set()).add(("piece", piece.id))
    for part in parts:
        named.setdefault(part[1], set()).add(part)
    return named


def _with_tops(plan: SetPlan, ids: set[str], freed: set[Part]) -> tuple[Piece, ...]:
    """The pieces of these ids; what stands on something kept stays on it, what stands on nothing does not stay."""
    gone = {name for kind, name in freed if kind == "piece"}
    while True:
        more = {piece.id for piece in plan.pieces if piece.on in ids} - ids - gone
        less = {piece.id for piece in plan.pieces if piece.on in gone} - gone
        if not more and not less:
            return tuple(piece for piece in plan.pieces if piece.id in ids)
        ids, gone = (ids | more) - less, gone | less


def _shell(plan: SetPlan, ids: set[Part], pieces: Sequence[Piece]) -> KeptShell:
    """The parts of the shell that stay: those named, and those that a piece which stays belongs to."""
    room = plan.room
    stay = {name for kind, name in ids if kind != "piece"}
    alcoves, outline = alcoves_of(room.outline)
    kept = {piece.id for piece in pieces}
    stay |= {part for part, piece in _bound(plan) if piece in kept}
    return KeptShell(
        outline=outline,
        height_m=room.height_m,
        alcoves=tuple(four for number, four in enumerate(alcoves, 1) if f"alcove-{number}" in stay),
        openings=tuple(one for one in room.openings if one.id in stay),
        levels=tuple(one for one in room.levels if one.id in stay),
        columns=tuple(one for one in room.columns if one.id in stay),
        before=room.outline,
    )


def _bound_to(plan: SetPlan, parts: set[Part]) -> set[str]:
    """The pieces that go where these levels and windows go."""
    names = {name for kind, name in parts if kind != "piece"}
    return {piece for part, piece in _bound(plan) if part in names}


def _bound(plan: SetPlan) -> list[tuple[str, str]]:
    """Level and piece that stands on it, window and curtain that hangs at it; by their ids."""
    room, walls = plan.room, walls_of(plan.room.outline)
    areas = [(level.id, shapely.Polygon(level.outline)) for level in room.levels]
    out = [(name, one.id) for one in plan.pieces for name, area in areas if area.covers(shapely.Point(one.at_m))]
    hung = [one for one in plan.pieces if one.kind in ("curtains", "blind")]
    windows = [one for one in room.openings if one.kind == "window"]
    return out + [(window.id, one.id) for one in hung for window in windows if _hangs_at(one, window, walls)]


def _hangs_at(piece: Piece, opening: Opening, walls: Sequence[Wall]) -> bool:
    span = span_at(walls[opening.wall], piece)
    return span is not None and span[0] < opening.at_m + opening.width_m and opening.at_m < span[1]
