"""The sample briefs say what can be understood."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from secondunit.effects.sets.layout.asking import programme_of
from secondunit.effects.sets.settings import SetsSettings

BRIEFS = sorted((Path(__file__).parents[3] / "docs" / "briefs").glob("*.toml"))


def test_there_are_six() -> None:
    assert len(BRIEFS) == 6


@pytest.mark.parametrize("path", BRIEFS, ids=lambda path: path.stem)
def test_every_word_of_a_sample_is_understood(path: Path) -> None:
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    assert content.pop("brief")["effect"] == "sets"
    assert programme_of(SetsSettings.model_validate(content)).reasons
