"""What is drawn is what was asked: every dimension on paper, in SVG, PDF and DXF, is the plan's own."""

import io
import math
import re
from xml.etree import ElementTree

import ezdxf
import pypdf
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from secondunit.effects.sets.cameras import field_of_view_deg, sensor
from secondunit.effects.sets.drawing.ceiling import ceiling_plan
from secondunit.effects.sets.drawing.dxf import to_dxf
from secondunit.effects.sets.drawing.elevation import elevations
from secondunit.effects.sets.drawing.eyes import cone
from secondunit.effects.sets.drawing.frame import PAPERS, Papers, drawing_area
from secondunit.effects.sets.drawing.pdf import to_pdf
from secondunit.effects.sets.drawing.pen import dimension, extent, length, plate, text_width_mm
from secondunit.effects.sets.drawing.plan import floor_plan, piece_symbol
from secondunit.effects.sets.drawing.seats import sofa
from secondunit.effects.sets.drawing.sheet import Dimension, Label, moved
from secondunit.effects.sets.drawing.sheets import draw, files_of, fitting
from secondunit.effects.sets.drawing.shell import inside, page, sides, walls
from secondunit.effects.sets.drawing.svg import to_svg
from secondunit.effects.sets.drawing.symbols import symbol
from secondunit.effects.sets.drawing.tags import footprint, items
from secondunit.effects.sets.kit.catalogue import catalogue
from secondunit.effects.sets.plan import Eye, Room, SetPlan
from secondunit.errors import BadBrief

MILLIMETRE = st.integers(min_value=0, max_value=20_000)


def dimensions(view):
    return [mark for mark in view.marks if isinstance(mark, Dimension)]


def values(view):
    return sorted(round(mark.value * 1000, 3) for mark in dimensions(view))


@st.composite
def rooms(draw_):
    """A rectangle to the millimetre with a door and a window somewhere in its walls."""
    wide, deep = (draw_(st.integers(2000, 20_000)) / 1000 for _ in range(2))
    outline = ((0, 0), (0, deep), (wide, deep), (wide, 0))
    openings = []
    for name, kind, wall in (("d", "door", draw_(st.integers(0, 1))), ("w", "window", draw_(st.integers(2, 3)))):
        long = deep if wall % 2 == 0 else wide
        width = draw_(st.integers(500, int(long * 1000) - 400)) / 1000
        at = draw_(st.integers(100, round((long - width) * 1000) - 100)) / 1000
        place = {"id": name, "kind": kind, "wall": wall, "at_m": at, "width_m": width, "height_m": 1.9}
        leaf = {"swing": "in-near", "leaves": 1} if kind == "door" else {"sill_m": 0.8}
        openings.append(place | leaf)
    high = draw_(st.integers(2800, 6000)) / 1000
    room = {"outline": outline, "height_m": high, "wall_m": 0.2, "openings": openings}
    return SetPlan.model_validate({"title": "room", "kind": "room", "style": "modern", "seed": 1, "room": room})


@settings(max_examples=12, deadline=None)
@given(rooms())
def test_every_size_of_a_room_is_drawn_to_the_tenth_of_a_millimetre(plan):
    room = plan.room
    found = values(floor_plan(plan, 50))
    (_, deep), (wide, _) = room.outline[1], room.outline[3]
    for wanted in (wide, deep, *(opening.width_m for opening in room.openings)):
        assert any(abs(value - wanted * 1000) < 0.05 for value in found), wanted
    for opening, side in ((o, sides(room)[o.wall]) for o in room.openings):
        rest = side.length_m - opening.at_m - opening.width_m
        for wanted in (opening.at_m, rest):
            assert any(abs(value - wanted * 1000) < 0.05 for value in found), wanted
    for view, side in zip(elevations(plan, 50), sides(room), strict=True):
        found = values(view)
        for wanted in (side.length_m, room.height_m, *(o.width_m for o in side.openings)):
            assert any(abs(value - wanted * 1000) < 0.05 for value in found), wanted


@settings(max_examples=5, deadline=None)
@given(rooms())
def test_a_dxf_reader_measures_what_was_asked_and_finds_no_fault(plan):
    for sheet in draw(plan, Papers(paper="A1")):
        document = ezdxf.read(io.StringIO(to_dxf(sheet)))
        audit = document.audit()
        assert not audit.errors
        assert not audit.fixes
        measured = sorted(entity.get_measurement() for entity in document.modelspace().query("DIMENSION"))
        wanted = sorted(mark.value * 1000 for view in sheet.views for mark in dimensions(view))
        assert measured == pytest.approx(wanted, abs=1e-6)
        assert len(document.paperspace("Sheet").query("VIEWPORT")) >= len(sheet.views)


def test_the_numbers_on_paper_are_those_of_the_dimensions(living_plan):
    for sheet in draw(living_plan):
        numbers = sorted(length(mark.value) for view in sheet.views for mark in dimensions(view))
        root = ElementTree.fromstring(to_svg(sheet))
        shown = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
        page_text = pypdf.PdfReader(io.BytesIO(to_pdf([sheet], "x"))).pages[0].extract_text()
        for number in set(numbers):
            assert shown.count(number) >= numbers.count(number)
            assert len(re.findall(rf"(?<!\d){re.escape(number)}(?!\d)", page_text)) >= numbers.count(number)


def test_a_bay_is_measured_along_its_slanted_walls(living_plan):
    found = values(floor_plan(living_plan, 50))
    assert found.count(700.0) >= 2  # windows of the slanted walls
    assert math.isclose(sides(living_plan.room)[2].length_m, 1.0, abs_tol=1e-9)


def test_everything_stays_on_the_paper(bunker_plan, living_plan):
    for plan in (bunker_plan, living_plan):
        for sheet in draw(plan):
            wide, high = sheet.size_mm
            (left, bottom), (right, top) = extent([mark for mark, _ in sheet.on_paper()], 1000)
            assert left >= 9.9
            assert bottom >= 9.9
            assert right <= wide - 9.9
            assert top <= high - 9.9
            area = drawing_area(next(name for name, size in PAPERS.items() if size == sheet.size_mm))
            for view in sheet.views:
                assert view.size_mm[0] <= area[2] - area[0] + 1e-6


def test_views_of_a_sheet_do_not_overlap(living_plan, bunker_plan):
    for sheet in (*draw(living_plan), *draw(bunker_plan)):
        boxes = []
        for view in sheet.views:
            left = view.at_mm[0] + view.box[0] * 1000 / view.scale
            foot = view.at_mm[1] + view.box[1] * 1000 / view.scale
            boxes.append((left, foot - 13, left + view.size_mm[0], foot + view.size_mm[1]))
        for number, a in enumerate(boxes):
            for b in boxes[number + 1 :]:
                assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


def test_no_two_numbers_of_a_plan_lie_over_each_other(bunker_plan, living_plan):
    for plan in (bunker_plan, living_plan):
        for view in (floor_plan(plan, 50), ceiling_plan(plan, 50), *elevations(plan, 50)):
            on_paper = [moved(mark, 1000 / 50, (0, 0)) for mark in dimensions(view)]
            labels = [part for mark in on_paper for part in dimension(mark, 50) if isinstance(part, Label)]
            boxes = [(label.text, shapely.Polygon(plate(label).points)) for label in labels]
            for number, (text, box) in enumerate(boxes):
                for other_text, other in boxes[number + 1 :]:
                    assert box.intersection(other).area < 0.3, (view.title, text, other_text)


def test_walls_are_as_thick_as_asked_and_openings_go_through(living_plan):
    room = living_plan.room
    cut, whole = walls(room), walls(room, None)
    missing = whole.area - cut.area
    through = sum(o.width_m * room.wall_m for o in room.openings if o.sill_m < 1.2 < o.sill_m + o.height_m)
    assert missing == pytest.approx(through, rel=0.01)
    assert inside(room).intersection(whole).area < 1e-9


@settings(max_examples=40, deadline=None)
@given(kind=st.sampled_from(sorted(catalogue())), grow=st.floats(0, 1))
def test_every_symbol_lies_within_its_piece(kind, grow):
    row = catalogue()[kind]
    wide, deep, _ = (low + (high - low) * grow for low, high in zip(row.least_m, row.most_m, strict=True))
    (left, bottom), (right, top) = extent(symbol(kind, row.group, wide, deep), 50)
    assert left >= -wide / 2 - 2e-3
    assert right <= wide / 2 + 2e-3
    assert bottom >= -deep / 2 - 2e-3
    assert top <= deep / 2 + 2e-3


def test_a_piece_that_faces_east_is_drawn_facing_right(bunker_plan):
    piece = next(one for one in bunker_plan.pieces if one.id == "side-1")
    body = footprint(piece)
    assert body.bounds[2] - body.bounds[0] == pytest.approx(piece.size_m[1])
    (left, bottom), (right, top) = extent(piece_symbol(piece), 50)
    assert (left, right) == pytest.approx((body.bounds[0], body.bounds[2]), abs=2e-3)
    assert (bottom, top) == pytest.approx((body.bounds[1], body.bounds[3]), abs=2e-3)


def test_a_sofa_has_its_seats():
    assert len(sofa(2.2, 0.95)) == 1 + 3 + 2


def test_elevations_run_from_left_to_right_as_seen_from_the_room(living_plan):
    """Wall 0 runs down the left of the page: who looks at it has the page's bottom to the left."""
    view = elevations(living_plan, 50)[0]
    door = next(o for o in living_plan.room.openings if o.id == "hall")
    edges = [round(mark.a[0], 6) for mark in dimensions(view) if mark.turn_deg == 0]
    assert round(6.5 - door.at_m - door.width_m, 6) in edges


def test_same_plan_same_bytes(living_plan):
    first, second = draw(living_plan), draw(living_plan)
    assert first == second
    assert to_pdf(first, "x") == to_pdf(second, "x")
    assert to_dxf(first[1]) == to_dxf(second[1])
    files = files_of(first, "x")
    assert files == files_of(second, "x")
    assert [name.rpartition(".")[2] for name in files] == ["svg", "dxf"] * len(first) + ["pdf"]


def test_paper_that_is_too_small_is_refused_with_what_would_serve(bunker_plan):
    with pytest.raises(BadBrief, match=r"needs \d+ x \d+ mm, which is more than A4 holds; wanted A2 paper"):
        fitting(bunker_plan, Papers(paper="A4", scale=50))
    assert fitting(bunker_plan, Papers()) == ("A2", 50)
    assert fitting(bunker_plan, Papers(scale=25))[1] == 25


def test_feet_and_inches(bunker_plan):
    assert length(3.048, "imperial") == "10'-0\""
    assert length(2.1336 + 0.0127, "imperial") == "7'-0 1/2\""
    sheet = draw(bunker_plan, Papers(units="imperial"))[0]
    assert sheet.views[0].scale == 48
    document = ezdxf.read(io.StringIO(to_dxf(sheet)))
    measured = [entity.get_measurement() for entity in document.modelspace().query("DIMENSION")]
    assert any(abs(inches - 14 / 0.0254) < 1e-6 for inches in measured)


def test_millimetres_are_written_whole_unless_they_are_not():
    assert length(0.7071068) == "707.1"
    assert length(3.4) == "3400"


def test_strange_letters_are_written_not_dropped(living_plan):
    odd = living_plan.model_copy(update={"title": "Salon <b>中</b> & Co"})
    sheet = draw(odd, Papers(production="Ł & <i>é"))[0]
    root = ElementTree.fromstring(to_svg(sheet))
    shown = [text.text or "" for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert any("<B>[U+4E2D]</B> & CO" in text for text in shown)
    assert any("& <i>é" in text for text in shown)
    assert to_pdf([sheet], odd.title).startswith(b"%PDF")


def test_six_hundred_stools_are_drawn_in_time():
    row = catalogue()["stool"]
    room = Room(outline=((0, 0), (0, 60), (60, 60), (60, 0)), height_m=6)
    stool = {"kind": "stool", "style": "modern", "size_m": row.size_m}
    places = [(0.5 + x, 0.5 + z) for x in range(20) for z in range(30)]
    pieces = [{"id": f"s-{n}", "at_m": at, **stool} for n, at in enumerate(places)]
    plan = SetPlan.model_validate(
        {"title": "hall", "kind": "hall", "style": "modern", "seed": 1, "room": room, "pieces": pieces}
    )
    assert len(items(plan)) == 1
    assert draw(plan)[0].views[0].scale in (100, 200)


def test_a_page_turns_z_down():
    assert page(1.0, 2.0) == (1.0, -2.0)
    assert text_width_mm("MM", 2.0) > text_width_mm("ii", 2.0)


@given(lens=st.floats(12, 100), turn=st.floats(0, 360))
@settings(max_examples=30, deadline=None)
def test_the_cone_on_the_plan_is_the_lens_own(lens, turn):
    at, aim = (7.0, 1.6, 4.5), (7 + math.sin(math.radians(turn)), 1.2, 4.5 + math.cos(math.radians(turn)))
    eye = Eye(name="wide", sensor="alexa mini lf", lens_mm=lens, at_m=at, aim_m=aim)
    area = shapely.box(0, -9, 14, 0)
    spot, _, edges = cone(eye, area)
    angles = [math.atan2(*reversed([b - a for a, b in zip(*edge.coords, strict=True)])) for edge in edges]
    apart = math.degrees(angles[1] - angles[0]) % 360
    assert apart == pytest.approx(field_of_view_deg(sensor("alexa mini lf").size_mm, lens)[0])
    assert spot == pytest.approx((7.0, -4.5))
    assert all(shapely.Point(edge.coords[1]).distance(area.exterior) < 1e-6 for edge in edges)
