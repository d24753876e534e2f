"""Every sheet of a take says whose it is, and of which take and day; what it says comes from the take's record."""

import io
from datetime import date
from xml.etree import ElementTree

import ezdxf
import pypdf
import pytest

from secondunit.effects.base import Issued
from secondunit.effects.registry import register
from secondunit.effects.sets.drawing.dxf import to_dxf
from secondunit.effects.sets.drawing.pdf import to_pdf
from secondunit.effects.sets.drawing.sheets import draw
from secondunit.effects.sets.drawing.svg import to_svg
from secondunit.effects.sets.effect import Sets
from secondunit.effects.sets.issue import papers_of
from secondunit.effects.sets.plan import SetPlan
from secondunit.effects.sets.settings import Drawings
from secondunit.errors import BadBrief
from secondunit.shoot import shoot
from tests.effects.sets.test_effect import show_in

ASKED = """
[drawings]
set_number = "12"
designer = "Ada Ł. Fields"
scale = 50
paper = "A2"
"""
ISSUED = Issued("Night & Day", "t007", date(2026, 3, 4))
SAYS = ("Night & Day", "12 Aunt Vera's living room", "Ada", "2026-03-04", "t007", "1:50 at A2")


def in_svg(data):
    root = ElementTree.fromstring(data)
    return [text.text or "" for text in root.iter("{http://www.w3.org/2000/svg}text")]


def in_dxf(data):
    return [entity.dxf.text for entity in ezdxf.read(io.StringIO(data)).paperspace("Sheet").query("TEXT")]


def in_pdf(data):
    return pypdf.PdfReader(io.BytesIO(data)).pages[0].extract_text().splitlines()


def test_every_sheet_in_every_form_says_it(living_plan):
    asked = Drawings(set_number="12", designer="Ada", scale=50, paper="A2")
    for sheet in draw(living_plan, papers_of(asked, living_plan, ISSUED)):
        for shown in (in_svg(to_svg(sheet)), in_dxf(to_dxf(sheet)), in_pdf(to_pdf([sheet], "x"))):
            missing = [words for words in SAYS if words not in shown]
            assert not missing, (sheet.name, missing)


def test_a_revision_that_is_asked_goes_before_the_takes_name(living_plan):
    assert papers_of(Drawings(), living_plan, ISSUED).revision == "t007"
    assert papers_of(Drawings(revision="C"), living_plan, ISSUED).revision == "C"


def test_what_a_take_says_on_its_papers_is_in_its_record(tmp_path):
    register(Sets())
    production, path = show_in(tmp_path, book="true", more=ASKED)
    take = shoot(production, path)
    drawn = [name for name in take.document["extras"] if name.endswith(".svg")]
    assert {"01-plan.svg", "02-ceiling.svg", "swatches.svg"} < set(drawn)
    for name in drawn:
        shown = in_svg((take.folder / name).read_bytes())
        assert {production.title, take.name, take.document["at"][:10], "12 Office"} <= set(shown), name
    plan = SetPlan.model_validate_json((take.folder / "plan.json").read_bytes())
    issued = Issued(str(take.document["production"]), take.name, date.fromisoformat(take.document["at"][:10]))
    asked = Sets.settings.model_validate(take.document["settings"]).drawings
    sheet = draw(plan, papers_of(asked, plan, issued))[0]
    assert to_svg(sheet).encode() == (take.folder / "01-plan.svg").read_bytes()
    assert set(take.document["extras"]) <= set(take.document["files"])
    assert "t001" in (take.folder / "book.html").read_text()
    again = shoot(production, path)
    assert all(one["reused"] for one in again.document["stages"])
    assert "t002" in in_svg((again.folder / "01-plan.svg").read_bytes())
    assert (again.folder / "set.glb").read_bytes() == (take.folder / "set.glb").read_bytes()


def test_a_drawing_put_in_by_hand_stays_as_it_is(tmp_path):
    register(Sets())
    production, path = show_in(tmp_path)
    first = shoot(production, path)
    mine = production.folder / "mine"
    (mine / "extras").mkdir(parents=True)
    for frame in first.frames:
        (mine / f"{frame}.exr").write_bytes(first.frame_path(frame).read_bytes())
    (mine / "extras" / "plan.json").write_bytes((first.folder / "plan.json").read_bytes())
    (mine / "extras" / "01-plan.svg").write_text("<svg/>")
    text = path.read_text().replace("book = false", "book = true")
    path.write_text(text + '\n[replace]\nbook = "mine"\n')
    take = shoot(production, path)
    assert (take.folder / "01-plan.svg").read_text() == "<svg/>"
    assert take.name in in_svg((take.folder / "02-ceiling.svg").read_bytes())


def test_paper_that_does_not_serve_is_told_before_anything_is_rendered(tmp_path):
    register(Sets())
    production, path = show_in(tmp_path, more='[drawings]\npaper = "A4"\nscale = 10\n')
    reached = []
    with pytest.raises(BadBrief, match=r"drawings\.scale: .* needs"):
        shoot(production, path, progress=lambda stage, *_: reached.append(stage))
    assert "stills" not in reached
