"""The set book holds all of a set, fetches nothing, and says in every form what the plan says."""

import io
import re

import pypdf
import pytest
from PIL import Image

from secondunit.effects.sets.book import Book, book_pdf, to_html
from secondunit.effects.sets.build import build
from secondunit.effects.sets.continuity import continuity, runs
from secondunit.effects.sets.drawing.frame import Papers
from secondunit.effects.sets.drawing.sheets import draw
from secondunit.effects.sets.quantities import bill
from secondunit.effects.sets.swatches import areas, reflectance


@pytest.fixture(scope="module")
def book(living_plan):
    plan = living_plan.model_copy(update={"title": "<b>Salon</b>", "reasons": ("The sofa faces the fire.",)})
    stream = io.BytesIO()
    Image.new("RGB", (64, 36), (90, 60, 30)).save(stream, "PNG")
    return Book(plan, Papers(production="A & B"), draw(plan), bill(plan), (("wide", stream.getvalue()),))


def test_the_page_is_whole_and_fetches_nothing(book):
    page = to_html(book)
    assert "<b>Salon</b>" not in page
    assert page.count("<svg") == len(book.sheets)
    assert not re.findall(r'(?:src|href)="(?!data:|#)', page)
    for line in book.bill.lines:
        assert f"{line.cost:,.2f}" in page
    assert f"{book.bill.total:,.2f}" in page


def test_the_pdf_is_read_and_has_every_sheet_and_the_sum(book):
    reader = pypdf.PdfReader(io.BytesIO(book_pdf(book)))
    text = "\n".join(page.extract_text() for page in reader.pages)
    assert len(reader.pages) >= len(book.sheets) + 3
    assert f"{book.bill.total:,.2f}" in text
    assert "The sofa faces the fire." in text
    assert book_pdf(book) == book_pdf(book)


def test_areas_of_materials_are_those_of_the_set(bunker_plan):
    bare = bunker_plan.model_copy(update={"pieces": ()})
    found = areas(build(bare))
    assert found["walnut"] > 14 * 3.4 - 5  # wall D, less its openings
    assert found["concrete"] > 100


def test_reflectance_runs_from_black_to_white():
    assert reflectance("#000000") == 0
    assert reflectance("#ffffff") == pytest.approx(100)


def test_continuity_names_every_lamp(living_plan):
    rows = dict(continuity(living_plan))
    assert {"chandelier-1", "lamp-1"} <= set(rows["Lamps on"].split(", "))
    assert rows["Story time"].startswith("12:00")


def test_lamps_in_a_row_are_written_by_their_ends():
    assert runs(["lamp-1", "spot-1", "spot-2", "spot-3", "lamp-2", "lamp-3", "odd"]) == [
        "lamp-1", "spot-1 to spot-3", "lamp-2", "lamp-3", "odd",
    ]  # fmt: skip
    assert runs([]) == []
