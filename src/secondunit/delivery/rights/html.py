"""The report as one HTML page: style inside, nothing fetched, no script; it prints well."""

from __future__ import annotations

from functools import cache

import jinja2

from secondunit.delivery.rights.page import Report


def to_html(report: Report) -> str:
    """The page. Every text is escaped; the page forbids itself to load anything."""
    return _template().render(report=report)


@cache
def _template() -> jinja2.Template:
    loader = jinja2.PackageLoader("secondunit.delivery.rights", package_path="")
    environment = jinja2.Environment(
        loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    environment.tests["block"] = lambda block, name: type(block).__name__ == name
    return environment.get_template("report.html")
