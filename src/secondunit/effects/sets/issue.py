"""The papers of a take: drawings, swatches and the set book, whose title block says which take they go with."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from secondunit.effects.base import Issued
from secondunit.effects.sets.book import Book, book_pdf, to_html
from secondunit.effects.sets.book_stage import FOLDER, SWATCHES
from secondunit.effects.sets.drawing.frame import Papers
from secondunit.effects.sets.drawing.sheets import draw, files_of
from secondunit.effects.sets.layout.locks import read_plan
from secondunit.effects.sets.plan import SetPlan
from secondunit.effects.sets.quantities import Bill, bill
from secondunit.effects.sets.settings import Budget, Drawings, SetsSettings
from secondunit.effects.sets.swatches import Swatches, swatches
from secondunit.errors import BrokenStore
from secondunit.records import read_json

_QUALITY = 88


def issue(settings: SetsSettings, result: Path, issued: Issued) -> dict[str, bytes]:
    """All papers by file name, of the plan and the stills that the last stage left; none where it left no plan.

    The same plan, stills and take give the same bytes.
    """
    folder = result / FOLDER
    if not (folder / "plan.json").is_file():
        return {}
    plan = read_plan(folder / "plan.json")
    papers = papers_of(settings.drawings, plan, issued)
    sheets = (*draw(plan, papers), swatches(plan, Swatches.of(plan, result / SWATCHES), papers))
    stills = [(name, folder / f"{name}.png") for name in plan.pictures]
    shown = tuple((name, _light(path)) for name, path in stills if path.is_file())
    costs, why = _costs(folder / "quantities.json", plan, settings.budget)
    book = Book(plan, papers, sheets, costs, shown, why)
    whole = {"book.html": to_html(book).encode("utf-8"), "book.pdf": book_pdf(book)}
    return {**files_of(sheets, plan.title), **whole}


def _costs(path: Path, plan: SetPlan, budget: Budget) -> tuple[Bill, str]:
    """The bill that the stage left and its words; without one, what the project's own prices make of the plan."""
    if not path.is_file():
        return bill(plan, build=budget.build), ""
    said = read_json(path, kind="quantities", version=1)
    try:
        return Bill.from_json(said), str(said.get("why", ""))
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenStore(str(path), f"is damaged ({error!r})", "the quantities of a set") from error


def _light(path: Path) -> bytes:
    """A still that a book can carry: a fifth of the PNG, and no difference is seen on paper."""
    stream = io.BytesIO()
    with Image.open(path) as picture:
        picture.convert("RGB").save(stream, "JPEG", quality=_QUALITY, subsampling=0)
    return stream.getvalue()


def papers_of(asked: Drawings, plan: SetPlan, issued: Issued | None = None) -> Papers:
    """What the title block says: as asked, and of the take."""
    made = {"production": issued.production, "date": issued.date} if issued else {}
    revision = asked.revision or (issued.take if issued else "")
    return Papers(
        set_name=plan.title, set_number=asked.set_number, designer=asked.designer, revision=revision,
        units=asked.units, paper=asked.paper, scale=asked.scale, **made,
    )  # fmt: skip
