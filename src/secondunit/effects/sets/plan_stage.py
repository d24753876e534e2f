"""Stage 2: the option that was chosen, those within the budget first, and its cameras."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import shapely

from secondunit.effects.base import Context
from secondunit.effects.sets.cameras import action_at, coverage, fits, sensor
from secondunit.effects.sets.costs import ranked
from secondunit.effects.sets.drawing.frame import Papers
from secondunit.effects.sets.drawing.sheets import fitting
from secondunit.effects.sets.kit.catalogue import catalogue
from secondunit.effects.sets.options_stage import read_options, write_plan
from secondunit.effects.sets.placed import placed_eyes
from secondunit.effects.sets.plan import Eye, SetPlan
from secondunit.effects.sets.quantities import PriceBook, price_book
from secondunit.effects.sets.settings import Cameras
from secondunit.errors import BadBrief, Problems

PRICES = "prices"  # name of the price book beside the brief
_PAPER = ("drawings.units", "drawings.paper", "drawings.scale")


class PlanStage:
    """In: the options. Out: ``plan.json``, a ``SetPlan`` with its cameras; may be edited and put in its place."""

    name: ClassVar[str] = "plan"
    needs: ClassVar[tuple[str, ...]] = ("options",)
    reads: ClassVar[tuple[str, ...]] = ("layout.option", "cameras", "budget", *_PAPER)
    uses_plate: ClassVar[bool] = True  # for the price book beside it
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
        found = ranked(found, context.settings.budget, prices_of(context))
        plan, asked = found[number - 1], context.settings.drawings
        fitting(plan, Papers(units=asked.units, paper=asked.paper, scale=asked.scale))  # told before anything is made
        heading = f"option {number} of {len(found)}, {plan.score:.2f}"
        eyes = chosen_eyes(found, number, context.settings.cameras)
        said = Counter(reason for one in found for reason in one.reasons)
        reasons = sorted(plan.reasons, key=lambda reason: said[reason])  # what tells it from the others comes first
        plan = plan.model_copy(update={"eyes": eyes, "reasons": (heading, *reasons)})
        write_plan(context.out / "plan.json", plan)


def prices_of(context: Context) -> PriceBook | None:
    """The production's own prices, if the brief names them.

    Raises:
        BadBrief: they cannot be read.
        Problems: all that is wrong with them.
    """
    path = context.plate.beside(PRICES)
    return price_book(path) if path else None


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
