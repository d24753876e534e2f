"""``secondunit rights report`` as people and scripts call it."""

import json
import sqlite3

import click.testing
import pytest

from secondunit.cli import main
from secondunit.shoot import shoot

from .shown import BRIEF, Page


def run(*words):
    return click.testing.CliRunner().invoke(main, ["rights", "report", *map(str, words)])


def test_it_writes_a_page_and_a_pdf_into_the_show(show):
    shoot(show, show.folder / BRIEF)
    done = run(show.folder)
    assert done.exit_code == 0, done.output
    page, paper = sorted((show.folder / "reports").iterdir())
    assert (page.suffix, paper.suffix, page.stem) == (".html", ".pdf", paper.stem)
    assert Page(page.read_text()).text.startswith("Rights report")
    assert paper.read_bytes().startswith(b"%PDF")
    assert "This is not legal advice." in done.output
    assert run(show.folder).exit_code == 0, "a second report takes the first one's place"


def test_files_are_named_and_scripts_get_the_content(show, tmp_path):
    page, paper = tmp_path / "a" / "filed.html", tmp_path / "b" / "filed.pdf"
    done = run(show.folder, "--out", page, "--pdf", paper, "--json")
    assert done.exit_code == 0, done.output
    answer = json.loads(done.output)
    assert (answer["html"], answer["pdf"]) == (str(page), str(paper))
    assert [one["id"] for one in answer["report"]["sections"]][:2] == ["open", "ledger"]
    assert page.is_file()
    assert paper.is_file()


def test_one_take_is_told_alone(show):
    first, second = (shoot(show, show.folder / BRIEF) for _ in range(2))
    done = run(show.folder, "--take", "t001")
    assert done.exit_code == 0, done.output
    (page,) = (show.folder / "reports").glob("*t001*.html")
    text = Page(page.read_text()).text
    assert first.id in text
    assert second.id not in text
    assert run(show.folder, "--take", "t009").exit_code == 5


def test_one_file_cannot_be_both(show, tmp_path):
    done = run(show.folder, "--out", tmp_path / "x", "--pdf", tmp_path / "x")
    assert done.exit_code == 2
    assert not (tmp_path / "x").exists()


def test_a_ledger_that_is_not_whole_ends_with_5_and_a_report_that_says_so(show):
    shoot(show, show.folder / BRIEF)
    with sqlite3.connect(show.folder / "ledger.db") as database:
        database.execute("delete from secondunit_ledger where seq = 3")
    done = run(show.folder)
    assert done.exit_code == 5, done.output
    page = next((show.folder / "reports").glob("*.html"))
    assert "The ledger is not whole: row 3 is missing" in Page(page.read_text()).text


def test_a_place_that_cannot_be_written_is_an_error_with_its_reason(show, tmp_path):
    for place in (tmp_path, show.folder / "street.png" / "x.html"):
        done = run(show.folder, "--out", place, "--pdf", tmp_path / "x.pdf")
        assert done.exit_code == 5, done.output
        assert f"{place}: cannot be written" in done.output


@pytest.mark.parametrize("name", ["nowhere", "street.png"])
def test_what_is_no_production_is_an_error_and_writes_nothing(show, tmp_path, name):
    done = run(show.folder / name, "--out", tmp_path / "x.html")
    assert done.exit_code == 5
    assert not (tmp_path / "x.html").exists()
