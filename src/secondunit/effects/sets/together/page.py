"""The sets of a show as one HTML page that fetches nothing."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from functools import cache

import jinja2

from secondunit.effects.sets.drawing.frame import Papers
from secondunit.effects.sets.drawing.svg import to_svg
from secondunit.effects.sets.together.palettes import palette_sheet
from secondunit.effects.sets.together.report import Report


def to_html(report: Report, papers: Papers, pictures: Mapping[str, Sequence[bytes]]) -> str:
    """The page.

    Args:
        report: what was found.
        papers: production and date of the sheet of palettes.
        pictures: by set, JPEG pictures to know it by.
    """
    sheet = palette_sheet({one.name: one.palette for one in report.sets}, papers)
    shown = {name: [base64.b64encode(data).decode() for data in each] for name, each in pictures.items()}
    return _template().render(report=report, palettes=to_svg(sheet), pictures=shown, date=papers.date)


@cache
def _template() -> jinja2.Template:
    loader = jinja2.PackageLoader("secondunit.effects.sets.together", package_path="")
    environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, undefined=jinja2.StrictUndefined)
    return environment.get_template("page.html")
