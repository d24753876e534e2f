"""The tiny effect, for every test of a delivery, and a show whose one rule pack is always the same."""

import pytest

from secondunit.effects.registry import register
from secondunit.production import DOCUMENT, Production
from secondunit.shoot import shoot
from secondunit.testing.tiny_effect import Exposure
from secondunit.testing.tiny_show import tiny_show

from .shown import BRIEF, approve, as_final, cast, refused, with_person


@pytest.fixture(autouse=True)
def _tiny():
    register(Exposure())


@pytest.fixture
def show(tmp_path):
    made = tiny_show(tmp_path / "show", frames=3)
    return with_packs(made, "house-intended-use")


def with_packs(show, *names):
    """The production deciding by these packs."""
    document = show.folder / DOCUMENT
    listed = ", ".join(f'"{name}"' for name in names)
    lines = document.read_text().splitlines()
    first = next(number for number, text in enumerate(lines) if text.startswith("rule_packs"))
    last = next(number for number in range(first, len(lines)) if "]" in lines[number])
    document.write_text("\n".join([*lines[:first], f"rule_packs = [{listed}]", *lines[last + 1 :]]) + "\n")
    return Production.open(show.folder)


@pytest.fixture
def used(show):
    """One cleared use with a take, one refused, and a consent that ends in a month."""
    cast(show)
    shoot(show, show.folder / BRIEF)
    refused(show, with_person(show, change="face"))
    return show


@pytest.fixture
def take(show):
    return shoot(show, show.folder / BRIEF)


@pytest.fixture
def final(show):
    """A final take whose brief is approved; its pixels are not yet."""
    path = as_final(show)
    approve(show, path)
    return shoot(show, path)
