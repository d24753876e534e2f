import itertools

import pytest

from secondunit.effects.collapse.effect import Collapse
from secondunit.effects.collapse.settings import Blend, Building, CameraHints, CollapseSettings, Fracture
from secondunit.provenance.actions import LEARNED, Source

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


def test_credentials_say_what_was_done_and_nothing_that_was_not():
    """Nothing in a collapse was trained; a clean plate by hand and a shaken picture are said only where they are."""
    plain = Collapse().actions(CollapseSettings(blend=Blend(shake_px=0.0)))
    assert not {action.source for action in plain} & set(LEARNED)
    assert [action.kind for action in plain] == ["edited", "placed", "placed", "edited"]
    assert "filled in" in plain[0].what
    shaken = Collapse().actions(CollapseSettings(blend=Blend(shake_px=3.0, clean="clean.png")))
    assert "shakes" in shaken[-1].what
    assert shaken[0].source is Source.HAND
    assert len(shaken) == 5
