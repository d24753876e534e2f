"""Two sets written by hand: a living room in an L with a bay, and a bunker lounge with a pit."""

from pathlib import Path

import pytest

from secondunit.effects.sets.plan import SetPlan


def _plan(name):
    return SetPlan.model_validate_json((Path(__file__).parent / "plans" / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def bunker_plan():
    return _plan("bunker")


@pytest.fixture(scope="session")
def living_plan():
    return _plan("living")
