"""A production to start from: its folder, and a starter brief for every effect that is installed."""

from __future__ import annotations

from pathlib import Path

from secondunit.brief.describe import starter_brief
from secondunit.effects.registry import survey_plugins
from secondunit.production import Production
from secondunit.records import whole_file

FIRST_SHOT = "EP101_012_0010"  # that starter briefs name


def new(folder: Path, *, title: str, rate: str | float = "24", database: str = "") -> Production:
    """Make a production and write its starter briefs, ``briefs/EFFECT.toml``.

    Raises:
        BrokenStore: see ``Production.new``.
    """
    production = Production.new(folder, title=title, rate=rate, database=database)
    for effect in survey_plugins()[0]:
        with whole_file(production.folder / "briefs" / f"{effect.name}.toml") as temporary:
            text = starter_brief(effect.name, effect.settings, shot=FIRST_SHOT)
            temporary.write_text(text, encoding="utf-8")
    return production
