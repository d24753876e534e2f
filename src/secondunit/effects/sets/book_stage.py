"""Stage 4: the frames of the take, and beside them drawings, quantities, models and the set book."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from secondunit.effects.base import Context
from secondunit.effects.sets.book import Book, book_pdf, quantity, to_html
from secondunit.effects.sets.build import build
from secondunit.effects.sets.drawing.frame import Papers
from secondunit.effects.sets.drawing.sheets import draw, write, written
from secondunit.effects.sets.export import write_gltf, write_usd
from secondunit.effects.sets.options_stage import write_plan
from secondunit.effects.sets.plan import ABOVE, SetPlan
from secondunit.effects.sets.quantities import Bill, bill
from secondunit.effects.sets.stills_stage import FULL, layers_of, plan_of
from secondunit.effects.sets.swatches import swatches
from secondunit.imaging.colour import View, to_display
from secondunit.imaging.exr import PLAIN
from secondunit.imaging.files import write_png
from secondunit.records import read_json, write_json

_STEPS = 3  # steps: drawings, models, book
FOLDER, MARKS = "extras", "marks.json"  # the take's own words: what lies in that folder goes into it


class BookStage:
    """In: plan and stills. Out: ``{frame}.exr``, one a still, and the extras of the take."""

    name: ClassVar[str] = "book"
    needs: ClassVar[tuple[str, ...]] = ("plan", "stills")
    reads: ClassVar[tuple[str, ...]] = ("output.book", "budget.build")
    uses_plate: ClassVar[bool] = False
    uses_size: ClassVar[bool] = True
    uses_frames: ClassVar[bool] = True

    def run(self, context: Context) -> None:
        """Write what is not there yet."""
        plan, stills = plan_of(context.inputs["plan"]), context.inputs["stills"]
        costs = bill(plan, build=context.settings.budget.build)
        folder = context.out / FOLDER
        folder.mkdir(exist_ok=True)
        write_plan(folder / "plan.json", plan)
        write_json(folder / MARKS, {"kind": "marks", "version": 1, "marks": _marks(context, plan, costs)})
        shown = []
        for done, frame in enumerate(context.frames):
            context.progress(done, len(context.frames) + _STEPS)
            layers = layers_of(stills / f"{frame}.npz")
            said = read_json(stills / f"{frame}.json", kind="attributes", version=1)["attributes"]
            if not (context.out / f"{frame}.exr").exists():
                whole = tuple(name for name in FULL if name in layers)
                context.write_frame(frame, layers, attributes=said, full_precision=whole)
            shown.append((_name(plan, done), to_display(layers[PLAIN], View.SCENE_LINEAR)))
        if context.settings.output.book:
            _papers(context, plan, costs, shown, folder)


def _name(plan: SetPlan, number: int) -> str:
    return plan.eyes[number].slug if number < len(plan.eyes) else ABOVE


def _marks(context: Context, plan: SetPlan, costs: Bill) -> list[dict[str, Any]]:
    """What to say of each still: the option and its reasons with the first, the size and the cost with the last."""
    said = [f"{eye.name}, {eye.lens_mm:g} mm: {eye.why}" for eye in plan.eyes]
    said[0] = "; ".join((*plan.reasons[:4], said[0]))
    x, z = zip(*plan.room.outline, strict=True)
    size = f"{max(x) - min(x):.2f} x {max(z) - min(z):.2f} x {plan.room.height_m:.2f} m"
    said.append(f"from above, {size}, {len(plan.pieces)} pieces, {costs.total:,.0f} {costs.currency}")
    return [{"frame": frame, "what": what} for frame, what in zip(context.frames, said, strict=True)]


def _papers(context: Context, plan: SetPlan, costs: Bill, shown: list[tuple[str, Any]], folder: Path) -> None:
    """Drawings, quantities, models, pictures and the book."""
    steps = len(context.frames)
    context.progress(steps, steps + _STEPS, "drawings")
    papers, built = Papers(set_name=plan.title), build(plan)
    sheets = (*draw(plan, papers), swatches(plan, built, papers))
    write(sheets, folder, plan.title)
    lines = [
        {"part": one.part, "what": one.what, "quantity": quantity(one), "cost": round(one.cost, 2)}
        for one in costs.lines
    ]
    total = {"net": round(costs.net, 2), "total": round(costs.total, 2), "currency": costs.currency}
    write_json(folder / "quantities.json", {"kind": "quantities", "version": 1, "lines": lines, **total})
    context.progress(steps + 1, steps + _STEPS, "models")
    write_gltf(plan, folder / "set.glb", built)
    write_usd(plan, folder / "set.usdc", built)
    context.progress(steps + 2, steps + _STEPS, "book")
    pictures = []
    for name, codes in shown:
        path = folder / f"{name}.png"
        write_png(path, codes)
        pictures.append((name, path.read_bytes()))
    book = Book(plan, papers, sheets, costs, tuple(pictures))
    written(folder / "book.html", to_html(book).encode("utf-8"))
    written(folder / "book.pdf", book_pdf(book))
