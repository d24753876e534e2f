"""What stays of an earlier plan: its room, and the pieces that are liked, exactly where they are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from secondunit.effects.sets.kit.catalogue import catalogue
from secondunit.effects.sets.layout.ground import Placed
from secondunit.effects.sets.layout.groups import Group, Item
from secondunit.effects.sets.layout.programme import Programme
from secondunit.effects.sets.layout.slots import GROUP_OF, SAME
from secondunit.effects.sets.layout.stock import Stock
from secondunit.effects.sets.plan import Piece, SetPlan
from secondunit.errors import BadBrief, Problems, nearest

LARGEST_PLAN_BYTES = 20_000_000


@dataclass(frozen=True)
class Kept:
    """An earlier plan and its pieces that stay."""

    plan: SetPlan
    pieces: tuple[Piece, ...]
    everything: bool = False

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
        return stock

    def programme(self, programme: Programme) -> Programme:
        """The programme without the groups whose pieces are kept."""
        slots = list(programme.slots)
        groups = {GROUP_OF.get(piece.kind, piece.kind) for piece in self.pieces}
        for group in sorted(groups):
            found = next((slot for slot in slots if slot.name in (group, *SAME.get(group, ()))), None)
            if found is not None:
                slots.remove(found)
        return replace(programme, slots=tuple(slots))


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


def kept_of(plan: SetPlan, keep: Sequence[str], where: str = "lock.keep") -> Kept:
    """What stays of a plan: ids, kinds, 'room' (which stays in any case) or 'all'.

    Raises:
        Problems: something named is not in it.
    """
    if "all" in keep:
        return Kept(plan, plan.pieces, everything=True)
    ids, problems = set[str](), list[BadBrief]()
    for number, name in enumerate(keep):
        found = {piece.id for piece in plan.pieces if name in (piece.id, piece.kind)}
        if not found and name != "room":
            known = {piece.id for piece in plan.pieces} | {piece.kind for piece in plan.pieces} | {"room", "all"}
            problems.append(
                BadBrief(
                    f"{where}[{number}]",
                    f"{name!r} is not in the plan",
                    "an id or a kind of its pieces",
                    nearest(name, known),
                )
            )
        ids |= found
    if problems:
        raise Problems(problems)
    while True:  # what stands on something kept stays on it
        more = {piece.id for piece in plan.pieces if piece.on in ids} - ids
        if not more:
            return Kept(plan, tuple(piece for piece in plan.pieces if piece.id in ids))
        ids |= more
