"""A plan's drawings as sheets: floor plan, reflected ceiling plan, elevations, sections; on paper that holds them."""

from __future__ import annotations

from collections.abc import Sequence

from secondunit.effects.sets.drawing import frame, tags
from secondunit.effects.sets.drawing.ceiling import ceiling_plan, hangs, on_wall
from secondunit.effects.sets.drawing.cut import MARK_MM
from secondunit.effects.sets.drawing.dxf import to_dxf
from secondunit.effects.sets.drawing.elevation import elevations
from secondunit.effects.sets.drawing.fittings import size_words
from secondunit.effects.sets.drawing.frame import PAPERS, SCALES, Key, Paper, Papers
from secondunit.effects.sets.drawing.pdf import to_pdf
from secondunit.effects.sets.drawing.pen import length
from secondunit.effects.sets.drawing.plan import bounds, dimensions, floor_plan, opening_names, setting_out
from secondunit.effects.sets.drawing.section import sections
from secondunit.effects.sets.drawing.sheet import Box, Label, Mark, Point, Sheet, View
from secondunit.effects.sets.drawing.shell import inside
from secondunit.effects.sets.drawing.svg import to_svg
from secondunit.effects.sets.kit.catalogue import catalogue
from secondunit.effects.sets.plan import Opening, SetPlan
from secondunit.errors import BadBrief

_TITLE_MM = 16.0  # under a view, for its title
_GAP_MM = 12.0
_USUAL = {"metric": 50, "imperial": 48}  # the scale a set is drawn at, if the paper allows


def draw(plan: SetPlan, papers: Papers | None = None) -> tuple[Sheet, ...]:
    """All sheets of a plan.

    Raises:
        BadBrief: paper or scale was asked for, and the set does not fit on it.
    """
    papers = papers or Papers()
    papers = papers if papers.set_name else papers.model_copy(update={"set_name": plan.title})
    paper, scale = fitting(plan, papers)
    views = [("plan", floor_plan(plan, scale, papers.units)), ("ceiling", ceiling_plan(plan, scale, papers.units))]
    pages = _upright_pages(plan, papers, paper, scale)
    total = 2 + len(pages)
    out = []
    keys = {"plan": _plan_keys(plan, papers.units), "ceiling": _ceiling_keys(plan, papers.units)}
    for number, (name, view) in enumerate(views, 1):
        left, bottom, right, top = frame.drawing_area(paper)
        wide, high = view.size_mm
        placed = view.placed(
            left + (right - left - wide) / 2, bottom + _TITLE_MM + (top - bottom - _TITLE_MM - high) / 2
        )
        marks = frame.frame(paper, papers, view.title.capitalize(), f"{number} of {total}", [scale])
        marks += frame.view_title(placed, str(number), papers.units)
        block, rest = frame.column(paper, keys[name], scale, papers.units, plan.facing_deg)
        marks += block + _overflow(rest, paper)
        out.append(
            Sheet(f"{number:02d}-{name}", view.title.capitalize(), PAPERS[paper], (placed,), tuple(marks), papers.units)
        )
    for number, page in enumerate(pages, 3):
        marks = frame.frame(paper, papers, _span(page), f"{number} of {total}", [view.scale for view in page])
        for view in page:
            marks += frame.view_title(view, view.title.split()[-1], papers.units)
        block, _ = frame.column(paper, [_finish_key(plan)], page[0].scale, papers.units, None)
        name = f"{number:02d}-{'-and-'.join(f'{kind.lower()}s' for kind in _kinds(page))}"
        out.append(Sheet(name, _span(page), PAPERS[paper], tuple(page), tuple(marks + block), papers.units))
    return tuple(out)


def files_of(sheets: Sequence[Sheet], title: str) -> dict[str, bytes]:
    """One SVG and one DXF a sheet and one PDF of all, by file name."""
    out = {}
    for sheet in sheets:
        out[f"{sheet.name}.svg"] = to_svg(sheet).encode("utf-8")
        out[f"{sheet.name}.dxf"] = to_dxf(sheet).encode("utf-8")
    return {**out, "drawings.pdf": to_pdf(sheets, title)}


def fitting(plan: SetPlan, papers: Papers) -> tuple[Paper, int]:
    """The paper and the scale of plan and ceiling.

    Raises:
        BadBrief: what was asked for does not fit.
    """
    wanted: list[Paper] = [papers.paper] if papers.paper else ["A3", "A2", "A1", "A0"]
    scales = [papers.scale] if papers.scale else list(SCALES[papers.units])
    sizes = {scale: _need(plan, scale, papers.units) for scale in scales}
    fits = {paper: [scale for scale in scales if _fits(sizes[scale], paper)] for paper in wanted}
    usual = scales[0] if papers.scale else _USUAL[papers.units]
    for paper in wanted:
        if fits[paper] and fits[paper][0] <= usual:
            return paper, max(fits[paper][0], usual // 2)
    if fits[wanted[-1]]:
        return wanted[-1], fits[wanted[-1]][0]
    wide, high = sizes[scales[-1]]
    served = next((paper for paper in PAPERS if _fits((wide, high), paper)), None)
    raise BadBrief(
        "drawings.scale" if papers.scale else "drawings.paper",
        f"{plan.title} at 1:{scales[-1]} needs {wide:.0f} x {high:.0f} mm, which is more than {wanted[-1]} holds",
        f"{served} paper" if served else "a smaller scale",
        "Leave the scale or the paper empty, and one that serves is taken.",
    )


def _need(plan: SetPlan, scale: int, units: str) -> Point:
    """Space for the floor plan and the ceiling plan, with dimensions, cut marks and title; millimetres."""
    left, bottom, right, top = bounds(dimensions(plan.room, scale, units, setting_out(plan.room)), scale, units)
    a, b, c, d = inside(plan.room).buffer(plan.room.wall_m + 8 * scale / 1000).bounds
    k = 1000 / scale
    wide, high = (max(right, c) - min(left, a)) * k, (max(top, d) - min(bottom, b)) * k
    return wide + 2 * MARK_MM, high + 2 * MARK_MM + _TITLE_MM


def _fits(size: Point, paper: Paper) -> bool:
    left, bottom, right, top = frame.drawing_area(paper)
    return size[0] <= right - left and size[1] <= top - bottom


def _upright_pages(plan: SetPlan, papers: Papers, paper: Paper, scale: int) -> list[list[View]]:
    """Elevations and sections, row by row, page by page: on as few pages as they can, then as large as those allow."""
    area = frame.drawing_area(paper)
    scales = [one for one in SCALES[papers.units] if scale // 2 <= one <= max(scale, _USUAL[papers.units])]
    if papers.scale:
        scales = [papers.scale]
    drawn = {one: (*elevations(plan, one, papers.units), *sections(plan, one, papers.units)) for one in scales}
    scales = [one for one in scales if all(_fits_view(view, area) for view in drawn[one])] or scales[-1:]
    pages = {one: _packed(drawn[one], area) for one in scales}
    fewest = min(len(one) for one in pages.values())
    return next(pages[one] for one in scales if len(pages[one]) == fewest)


def _fits_view(view: View, area: Box) -> bool:
    return view.size_mm[0] <= area[2] - area[0] and view.size_mm[1] + _TITLE_MM <= area[3] - area[1]


def _packed(views: Sequence[View], area: Box) -> list[list[View]]:
    """Each view into the first row that has room for it, rows from the top, spread over the page."""
    left, bottom, right, top = area
    rows: list[list[View]] = []
    for view in views:
        row = next((r for r in rows if _across([*r, view]) <= right - left), None)
        if row is None:
            rows.append([view])
        else:
            row.append(view)
    pages: list[list[list[View]]] = [[]]
    for row in rows:
        if pages[-1] and sum(_up(r) + _GAP_MM / 2 for r in [*pages[-1], row]) > top - bottom:
            pages.append([])
        pages[-1].append(row)
    return [_spread(page, area) for page in pages]


def _spread(rows: Sequence[Sequence[View]], area: Box) -> list[View]:
    left, bottom, right, top = area
    gap = max(0.0, min(30.0, (top - bottom - sum(_up(row) for row in rows)) / (len(rows) + 1)))
    y = top - gap / 2
    out = []
    for row in rows:
        deepest = min(view.box[1] * 1000 / view.scale for view in row)
        apart = min(40.0, _GAP_MM + (right - left - _across(row)) / (len(row) + 1))
        x = left + max(0.0, (right - left - sum(v.size_mm[0] for v in row) - apart * (len(row) - 1)) / 2)
        for view in row:
            out.append(view.placed(x, y - _up(row) + _TITLE_MM + view.box[1] * 1000 / view.scale - deepest))
            x += view.size_mm[0] + apart
        y -= _up(row) + gap
    return out


def _across(row: Sequence[View]) -> float:
    return sum(view.size_mm[0] for view in row) + _GAP_MM * (len(row) - 1)


def _up(row: Sequence[View]) -> float:
    deepest = min(view.box[1] * 1000 / view.scale for view in row)
    return max(view.box[3] * 1000 / view.scale - deepest for view in row) + _TITLE_MM


def _span(page: Sequence[View]) -> str:
    said = []
    for kind, letters in _kinds(page).items():
        letters = sorted(letters, key=lambda one: (len(one), one))
        said.append(f"{kind}{'s' if len(letters) > 1 else ''} {', '.join(letters)}")
    return "; ".join(said)


def _kinds(page: Sequence[View]) -> dict[str, list[str]]:
    """The letters of a page's views by what they are: Elevation, Section."""
    out: dict[str, list[str]] = {}
    for view in sorted(page, key=lambda one: one.title):
        kind, letter = view.title.split()
        out.setdefault(kind.capitalize(), []).append(letter)
    return out


def _plan_keys(plan: SetPlan, units: str) -> list[Key]:
    names = opening_names(plan.room)
    openings = tuple((names[o.id], f"{o.kind} {o.role}".strip(), size_words(o, units)) for o in _in_order(plan))
    shown = [item for item in tags.items(plan) if not hangs(item.pieces[0])]
    return [Key("Openings", openings), _piece_key("Pieces (width × depth × height)", shown, units)]


def _in_order(plan: SetPlan) -> list[Opening]:
    return sorted(plan.room.openings, key=lambda one: (one.wall, one.at_m))


def _piece_key(title: str, shown: Sequence[tags.Item], units: str) -> Key:
    rows = []
    for item in shown:
        count = f"{len(item.pieces)} × " if len(item.pieces) > 1 else ""
        rows.append((str(item.number), f"{count}{item.words}", " × ".join(length(side, units) for side in item.size_m)))
    return Key(title, tuple(rows))


def _ceiling_keys(plan: SetPlan, units: str) -> list[Key]:
    rows = []
    for item in tags.items(plan):
        if not any(hangs(piece) or on_wall(piece) for piece in item.pieces):
            continue
        light = catalogue()[item.kind].light
        remark = f"{light.lumen:.0f} lm {light.kelvin:.0f} K" if light else ""
        count = f"{len(item.pieces)} × " if len(item.pieces) > 1 else ""
        under = sorted({length(piece.base_m, units) for piece in item.pieces})
        rows.append((str(item.number), f"{count}{item.words}, u/s {', '.join(under)}", remark))
    return [Key("Ceiling and lamps (underside above floor)", tuple(rows))]


def _finish_key(plan: SetPlan) -> Key:
    rows = tuple(
        ("", part.replace(":", " ").replace("_", " "), named.replace("_", " "))
        for part, named in sorted(plan.room.finishes.items())
    )
    return Key("Finishes", rows)


def _overflow(rest: Sequence[Key], paper: Paper) -> list[Mark]:
    """Rows of a key that had no room are counted, and stand in the bill of quantities."""
    count = sum(len(key.rows) for key in rest)
    if not count:
        return []
    x = PAPERS[paper][0] - 10 - 75
    return [
        Label((x, frame.BLOCK_TOP + 1.6), f"and {count} more: see the bill of quantities", "A-ANNO-TTLB", 1.5, "start")
    ]
