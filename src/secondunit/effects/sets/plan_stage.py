"""Stage 2: the option that was chosen, what it costs, and its cameras."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
import shapely

from secondunit.effects.base import Context
from secondunit.effects.sets.cameras import action_at, coverage, fits, sensor
from secondunit.effects.sets.kit.catalogue import catalogue
from secondunit.effects.sets.options_stage import read_options, write_plan
from secondunit.effects.sets.placed import placed_eyes
from secondunit.effects.sets.plan import Eye, SetPlan
from secondunit.effects.sets.quantities import bill
from secondunit.effects.sets.settings import Cameras
from secondunit.errors import BadBrief, Problems


class PlanStage:
    """In: the options. Out: ``plan.json``, a ``SetPlan`` with its cameras; may be edited and put in its place."""

    name: ClassVar[str] = "plan"
    needs: ClassVar[tuple[str, ...]] = ("options",)
    reads: ClassVar[tuple[str, ...]] = ("layout.option", "cameras", "budget")
    uses_plate: ClassVar[bool] = False
    uses_size: ClassVar[bool] = False
    uses_frames: ClassVar[bool] = False

    def run(self, context: Context) -> None:
        """Choose."""
        found, number = read_options(context.inputs["options"]), context.settings.layout.option
        if number > len(found):
            raise BadBrief(
                "layout.option", str(number), f"1 to {len(found)}: so many options hold all that was asked",
                "Ask for one of them, or search longer: layout.effort.",
            )  # fmt: skip
        require_budget(found, number, context.settings.budget)
        plan = found[number - 1]
        heading = f"option {number} of {len(found)}, {plan.score:.2f}"
        eyes = chosen_eyes(found, number, context.settings.cameras)
        said = Counter(reason for one in found for reason in one.reasons)
        reasons = sorted(plan.reasons, key=lambda reason: said[reason])  # what tells it from the others comes first
        plan = plan.model_copy(update={"eyes": eyes, "reasons": (heading, *reasons)})
        write_plan(context.out / "plan.json", plan)


def require_budget(found: Sequence[SetPlan], number: int, budget: Any) -> None:
    """Pass if the option costs no more than it may.

    Raises:
        BadBrief: it does; says which options do not, and what costs most.
    """
    if budget.most is None:
        return
    bills = [bill(plan, build=budget.build) for plan in found]
    chosen = bills[number - 1]
    if chosen.total <= budget.most:
        return
    within = [f"{k} ({one.total:,.0f})" for k, one in enumerate(bills, 1) if one.total <= budget.most]
    parts: dict[str, float] = {}
    for line in chosen.lines:
        parts[line.part] = parts.get(line.part, 0.0) + line.cost
    dear = ", ".join(f"{name} {parts[name]:,.0f}" for name in sorted(parts, key=lambda one: -parts[one])[:3])
    advice = f"Options within: {', '.join(within)}." if within else f"None is within; what costs most: {dear}."
    raise BadBrief(
        "budget.most",
        f"option {number} costs {chosen.total:,.0f} {chosen.currency}",
        f"at most {budget.most:,.0f}",
        advice,
    )


def eyes_of(plan: SetPlan, cameras: Cameras) -> tuple[Eye, ...]:
    """The cameras of a plan: as many of its coverage as are asked for, which say where they do not fit, then those
    that the brief places.

    Raises:
        BadBrief: an unknown sensor.
        Problems: all that is wrong with cameras the brief places.
    """
    name = sensor(cameras.sensor, where="cameras.sensor").name
    eyes = coverage(plan, focus_of(plan), name, cameras.count)
    if eyes and cameras.lens_mm is not None:
        eyes = (eyes[0].model_copy(update={"lens_mm": cameras.lens_mm}), *eyes[1:])
    eyes = tuple(eye.model_copy(update={"why": "; ".join([eye.why, *fits(plan, eye)])}) for eye in eyes)
    placed, problems = placed_eyes(plan, cameras, _action(plan))
    if problems:
        raise Problems(problems)
    return (*eyes, *placed)


def chosen_eyes(found: Sequence[SetPlan], number: int, cameras: Cameras) -> tuple[Eye, ...]:
    """The cameras of the chosen option; where one stands in something, the options in which none does are named.

    Raises:
        BadBrief: an unknown sensor.
        Problems: all that is wrong with cameras the brief places.
    """
    try:
        return eyes_of(found[number - 1], cameras)
    except Problems as error:
        free = [k for k, one in enumerate(found, 1) if not placed_eyes(one, cameras, _action(one))[1]]
        if not free:
            raise
        named = ", ".join(str(k) for k in free)
        here = BadBrief("layout.option", f"{number}, in which they do not fit", f"one in which all do: {named}")
        raise Problems([*error.problems, here]) from error


def _action(plan: SetPlan) -> tuple[float, float, float]:
    return action_at(plan.room, focus_of(plan))


def focus_of(plan: SetPlan) -> tuple[float, float]:
    """What the action plays around: where most people can sit together; else the middle of the floor."""
    pieces = [piece for piece in plan.pieces if catalogue()[piece.kind].group == "seating"]
    if not pieces:
        middle = shapely.Polygon(plan.room.outline).representative_point()
        return (float(middle.x), float(middle.y))
    seats = np.array([piece.at_m for piece in pieces])
    people = np.array([max(1, catalogue()[piece.kind].seats) for piece in pieces])
    apart = np.linalg.norm(seats[:, None] - seats[None], axis=-1)
    close = apart < 2.6  # m: people talk across that
    heart = int(np.argmax(close @ people))
    x, z = np.average(seats[close[heart]], axis=0, weights=people[close[heart]])
    return (float(x), float(z))
