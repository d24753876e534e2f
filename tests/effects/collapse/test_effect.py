import itertools

import pytest

from secondunit.effects.collapse.effect import Collapse
from secondunit.effects.collapse.settings import Building, CameraHints, CollapseSettings, Fracture

SQUARE = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0))


@pytest.mark.parametrize(
    ("settings", "where"),
    [
        (CollapseSettings(building=Building(outline=SQUARE, matte="a.png")), "building"),
        (CollapseSettings(building=Building(outline=SQUARE[:2])), "building.outline"),
        (CollapseSettings(camera=CameraHints(sensor_width_mm=36.0)), "camera.sensor_width_mm"),
        (
            CollapseSettings(building=Building(height_m=4.0, storeys=4, slab_thickness_m=0.5)),
            "building.slab_thickness_m",
        ),
    ],
    ids=["two outlines", "two points", "half a lens", "floors thicker than rooms"],
)
def test_contradictions_are_named(settings, where):
    found = Collapse().check(settings)
    assert [problem.where for problem in found] == [where]
    assert found[0].wanted


def test_a_plain_brief_has_no_contradictions():
    assert Collapse().check(CollapseSettings(building=Building(outline=SQUARE, height_m=17.0, storeys=5))) == []


def test_variations_are_all_different_and_say_how():
    made = [Collapse().variation(CollapseSettings(), number) for number in range(12)]
    assert {settings.fall.mode for settings, _ in made[:6]} == {
        "corner_failure",
        "soft_storey",
        "topple",
        "implosion",
        "facade_peel",
        "blast",
    }
    for (one, words), (other, others) in itertools.combinations(made, 2):
        assert one.fall != other.fall
        assert words != others


def test_a_variation_changes_the_fall_and_nothing_else():
    asked = CollapseSettings(fracture=Fracture(shards=1200))
    varied, _ = Collapse().variation(asked, 2)
    assert varied.model_dump(exclude={"fall"}) == asked.model_dump(exclude={"fall"})


def test_a_preview_is_never_dearer_than_the_take():
    small = CollapseSettings(fracture=Fracture(shards=600))
    assert Collapse().preview(small).fracture.shards == 600
    assert Collapse().preview(CollapseSettings()).fracture.shards < CollapseSettings().fracture.shards
    assert Collapse().preview(small).fall == small.fall
