"""How the rights report is set: nothing fetched, nothing lost, every text stays text."""

import re

import pytest

from secondunit.delivery.rights.content import rights_report
from secondunit.delivery.rights.html import to_html
from secondunit.delivery.rights.pdf import to_pdf
from secondunit.policy.ledger import Ledger

from .shown import Page, cast, pdf_text

EXTERNAL = re.compile(r"https?://|(?<![a-z])//|url\(|@import|javascript:|file:", re.IGNORECASE)


def test_the_page_is_whole_and_reaches_for_nothing(used):
    text = to_html(rights_report(used))
    page = Page(text)
    assert not [tag for tag, _ in page.tags if tag in ("script", "link", "img", "iframe", "object", "embed", "base")]
    ids = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    for _, attributes in page.tags:
        for name, value in attributes.items():
            assert not name.startswith("on")
            if name in ("href", "src", "action", "srcset", "poster"):
                assert value.startswith("#")
                assert value[1:] in ids
    assert not EXTERNAL.search(re.search(r"<style>(.*?)</style>", text, re.DOTALL)[1])
    assert page.text.startswith("Rights report"), page.text[:40]
    assert "This is not legal advice." in page.text


def test_the_pdf_is_read_back(used, tmp_path):
    from pypdf import PdfReader

    report = rights_report(used)
    path = tmp_path / "report.pdf"
    path.write_bytes(to_pdf(report))
    pages = PdfReader(path).pages
    head = Ledger(used).rows()[-1].hash
    for number, page in enumerate(pages, 1):
        text = page.extract_text()
        assert f"Page {number} of {len(pages)}" in text
        assert head in text
    outline = [one.title for one in PdfReader(path).outline]
    assert outline == [f"{number}. {one.title}" for number, one in enumerate(report.sections, 1)]
    every = pdf_text(path.read_bytes(), tmp_path)
    for words in report.words():
        assert set(words.shown.split()) <= set(every.split()) or words.shown.replace(" ", "") in every.replace(" ", "")
    assert to_pdf(report) == path.read_bytes(), "the same report gives the same bytes"


@pytest.mark.parametrize(
    "title",
    [
        '<script>alert("x")</script> & "quotes" \'n\' <b>',
        "</title></style><img src=x onerror=alert(1)>",
        "{{ 7 * 7 }} {% raw %} ${x} <para>&amp;</para>",
        "Крушение 落下 \u202eright to left",
        "a" * 4000,
    ],
    ids=["script", "closing", "templates", "alphabets", "long"],
)
def test_a_hostile_title_stays_text(used, title, tmp_path):
    import dataclasses

    report = rights_report(dataclasses.replace(used, title=title))
    page = Page(to_html(report))
    assert {tag for tag, _ in page.tags} == {tag for tag, _ in Page(to_html(rights_report(used))).tags}
    assert " ".join(title.split()) in page.text
    paper = pdf_text(to_pdf(report), tmp_path).replace(" ", "")
    letters = re.sub(r"\s", "", title)
    known = "".join(one if ord(one) < 0x100 else f"[U+{ord(one):04X}]" for one in letters)
    assert known[:60] in paper


def test_long_words_and_notes_are_set_whole(show, tmp_path):
    cast(show, characters=tuple(f"{'long' * 40} {number}" for number in range(60)))
    report = rights_report(show)
    paper = pdf_text(to_pdf(report), tmp_path).replace(" ", "")
    assert paper.count("longlong") >= 60
