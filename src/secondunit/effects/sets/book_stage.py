"""Stage 4: the frames of the take, and beside them the plan, quantities, models and the stills as pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from secondunit.effects.base import Context
from secondunit.effects.sets.build import build
from secondunit.effects.sets.costs import cost_words
from secondunit.effects.sets.export import write_gltf, write_usd
from secondunit.effects.sets.options_stage import read_options, write_plan
from secondunit.effects.sets.plan import SetPlan
from secondunit.effects.sets.plan_stage import prices_of
from secondunit.effects.sets.quantities import Bill, bill
from secondunit.effects.sets.stills_stage import FULL, layers_of, plan_of
from secondunit.effects.sets.swatches import Swatches
from secondunit.imaging.colour import View, to_display
from secondunit.imaging.exr import PLAIN
from secondunit.imaging.files import write_png
from secondunit.records import read_json, write_json

_STEPS = 2  # steps: models, pictures
SWATCHES = "swatches"  # beside the extras: what the papers of a take are made of
FOLDER, MARKS = "extras", "marks.json"  # the take's own words: what lies in that folder goes into it


class BookStage:
    """In: options, plan and stills. Out: ``{frame}.exr``, one a still, and the extras of the take."""

    name: ClassVar[str] = "book"
    needs: ClassVar[tuple[str, ...]] = ("options", "plan", "stills")
    reads: ClassVar[tuple[str, ...]] = ("output.book", "budget")
    uses_plate: ClassVar[bool] = True  # for the price book beside it
    uses_size: ClassVar[bool] = True
    uses_frames: ClassVar[bool] = True

    def run(self, context: Context) -> None:
        """Write what is not there yet."""
        plan, stills = plan_of(context.inputs["plan"]), context.inputs["stills"]
        budget = context.settings.budget
        prices = prices_of(context)
        costs = bill(plan, prices, budget.build)
        every = [bill(one, prices, budget.build) for one in read_options(context.inputs["options"])]
        why = cost_words(costs, every, budget.most)
        folder = context.out / FOLDER
        folder.mkdir(exist_ok=True)
        write_plan(folder / "plan.json", plan)
        write_json(folder / MARKS, {"kind": "marks", "version": 1, "marks": _marks(context, plan, why)})
        shown = []
        for done, frame in enumerate(context.frames):
            context.progress(done, len(context.frames) + _STEPS)
            layers = layers_of(stills / f"{frame}.npz")
            said = read_json(stills / f"{frame}.json", kind="attributes", version=1)["attributes"]
            if not (context.out / f"{frame}.exr").exists():
                whole = tuple(name for name in FULL if name in layers)
                context.write_frame(frame, layers, attributes=said, full_precision=whole)
            shown.append((plan.pictures[done], to_display(layers[PLAIN], View.SCENE_LINEAR)))
        if context.settings.output.book:
            _beside(context, plan, (costs, why), shown, folder)


def _marks(context: Context, plan: SetPlan, why: str) -> list[dict[str, Any]]:
    """What to say of each still: the option and its reasons with the first, the size and the cost with the last."""
    said = [f"{eye.name}, {eye.lens_mm:g} mm: {eye.why}" for eye in plan.eyes]
    said[0] = "; ".join((*plan.reasons[:4], said[0]))
    x, z = zip(*plan.room.outline, strict=True)
    size = f"{max(x) - min(x):.2f} x {max(z) - min(z):.2f} x {plan.room.height_m:.2f} m"
    said.append(f"from above, {size}, {len(plan.pieces)} pieces, {why}")
    return [{"frame": frame, "what": what} for frame, what in zip(context.frames, said, strict=True)]


def _beside(
    context: Context, plan: SetPlan, cost: tuple[Bill, str], shown: list[tuple[str, Any]], folder: Path
) -> None:
    """Quantities, models and pictures; what has a title block is made when the take is put together."""
    steps, built, (costs, why) = len(context.frames), build(plan), cost
    said = {"kind": "quantities", "version": 1, **costs.to_json(), "why": why}
    write_json(folder / "quantities.json", said)
    context.progress(steps, steps + _STEPS, "models")
    write_gltf(plan, folder / "set.glb", built)
    write_usd(plan, folder / "set.usdc", built)
    Swatches.made(built).keep(context.out / SWATCHES)
    context.progress(steps + 1, steps + _STEPS, "pictures")
    for name, codes in shown:
        write_png(folder / f"{name}.png", codes)
