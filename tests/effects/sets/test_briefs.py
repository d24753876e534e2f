"""The sample briefs say what can be understood."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pypdf
import pytest

from secondunit.effects.sets.layout.asking import programme_of
from secondunit.effects.sets.settings import SetsSettings

LARGEST_BOOK = 1_500_000  # bytes: a repository carries six
BRIEFS = sorted((Path(__file__).parents[3] / "docs" / "briefs").glob("*.toml"))


def test_there_are_six() -> None:
    assert len(BRIEFS) == 6


@pytest.mark.parametrize("path", BRIEFS, ids=lambda path: path.stem)
def test_every_word_of_a_sample_is_understood(path: Path) -> None:
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    assert content.pop("brief")["effect"] == "sets"
    assert programme_of(SetsSettings.model_validate(content)).reasons


@pytest.mark.parametrize("path", BRIEFS, ids=lambda path: path.stem)
def test_every_sample_has_its_book(path: Path) -> None:
    book = path.parents[1] / "books" / f"{path.stem}.pdf"
    assert book.stat().st_size <= LARGEST_BOOK
    pages = [page.extract_text() for page in pypdf.PdfReader(book).pages]
    text = "\n".join(pages)
    for said in ("Still: wide", "Still: reverse", "FLOOR PLAN", "REFLECTED CEILING PLAN", "ELEVATION A", "SECTION B-B"):
        assert said in text, said
    assert "contingency" in text
    room = tomllib.loads(path.read_text(encoding="utf-8"))["room"]
    for side in (room["width_m"], room["height_m"]):
        assert str(round(side * 1000)) in text.split(), side
    assert all("PRODUCTION" in page for page in pages), "every page has its title block"
