"""A set in the camera of a plate: it stands where it was put, to a pixel, and the plate stays where it should."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondunit.effects.registry import register
from secondunit.effects.sets.extension.blend_stage import layers
from secondunit.effects.sets.extension.effect import SetExtension
from secondunit.effects.sets.extension.placing import ground_at, opened, seen_by, to_world, wild_walls
from secondunit.effects.sets.extension.set_stage import quick
from secondunit.effects.sets.extension.settings import ExtensionSettings, Placing
from secondunit.effects.sets.passes import Solid
from secondunit.effects.sets.plan import Ceiling, SetPlan
from secondunit.errors import BadBrief, SecondUnitError
from secondunit.imaging.exr_reader import read_exr
from secondunit.imaging.files import write_png
from secondunit.plate.ingest import ingest
from secondunit.plate.survey import Facade, Survey
from secondunit.production import Production
from secondunit.provenance.reading import read_credentials
from secondunit.scene.camera import Camera, look_at
from secondunit.scene.light import Light
from secondunit.shoot import shoot
from secondunit.take.credentials import SHEET
from secondunit.testing import street
from secondunit.testing.contract import EffectContract
from secondunit.testing.tiny_show import SHOT, gradient
from tests.effects.sets.rooms import plan, room

BRIEF = """[brief]
version = 1
effect = "set_extension"
shot = "EP101_012_0010"
use = "temp"
frames = 2

[set]
plan = "plan.json"
survey = "survey.json"
at_m = [-4.0, -6.0]

[output]
samples = {samples}
{more}
"""
GREY = (0.5, 0.5, 0.5)


def survey_of(camera: Camera) -> Survey:
    outline = ((0.0, 0.0), (8.0, 0.0), (8.0, 6.0), (0.0, 6.0))
    front = Facade("front", (0.0, 0.0, 0.0), (1.0, 0.0, 0.0), 8.0, 6.0, outline)
    return Survey(camera, (front,), 5.0, 2, Light((0.0, 1.0, 0.0), GREY, GREY, GREY, 0.5))


def show_in(folder: Path, *, samples: int = 0, more: str = "", camera: Camera | None = None) -> tuple[Production, Path]:
    production = Production.new(folder / "show", title="Street")
    write_png(folder / "street.png", gradient(96, 64))
    ingest(folder / "street.png", production.folder, SHOT, rate=production.rate)
    (production.folder / "plan.json").write_text(plan().model_dump_json())
    seen = camera or look_at((1.0, 1.7, 9.0), (0.0, 1.4, 0.0), focal_px=90, width_px=96, height_px=64)
    survey_of(seen).save(production.folder / "survey.json")
    path = production.folder / "briefs" / "extension.toml"
    path.write_text(BRIEF.format(samples=samples, more=more))
    return production, path


@pytest.fixture(autouse=True)
def _extension() -> None:
    register(SetExtension())


class TestSetExtension(EffectContract):
    """What every effect must do."""

    def make(self, folder: Path) -> tuple[Production, Path]:
        register(SetExtension())
        return show_in(folder)


number = st.floats(-30, 30)


@given(st.tuples(number, number), st.tuples(number, number), st.floats(-5, 20), st.floats(-360, 360))
def test_a_point_of_the_set_is_seen_where_the_survey_sees_it(
    corner: tuple[float, float], at: tuple[float, float], high: float, turn: float
) -> None:
    camera = street.load().camera
    where = Placing(corner_m=corner, at_m=at, height_m=high, turn_deg=turn)
    points = np.array([[0, 0, 0], [4, 1, 2], [*corner, 0]])[:, [0, 2, 1]]
    world = to_world(points, camera, where)
    assert world[2] == pytest.approx([at[0], high, at[1]], abs=1e-9)
    (there, depth), (here, again) = camera.project(world), seen_by(camera, where).project(points)
    assert depth == pytest.approx(again, abs=1e-9)
    ahead = depth > 0.1
    assert here[ahead] == pytest.approx(there[ahead], abs=1e-6)


def test_a_corner_on_the_foot_of_the_facade_is_drawn_there_to_a_pixel() -> None:
    demo = street.load()
    seen_at = np.array(demo.truth["corners_px"]["front_bottom_left"])
    bare: SetPlan = plan(pieces=(), room=room(ceiling=Ceiling()))
    where = Placing(corner_m=(0.0, 6.0))  # the page's bottom left corner, at the foot's left end
    camera = seen_by(demo.camera, where)
    assert camera.project([0.0, 0.0, 6.0])[0] == pytest.approx(seen_at, abs=0.01)
    alpha = quick(camera.scaled(960, 540), Solid(opened(bare, camera)))[..., 3]
    x, y = seen_at / 2
    assert alpha[int(y - 1.5), int(x + 4)] == 1, "the floor begins right there"
    assert alpha[int(y - 3) : int(y + 3), : int(x - 1)].max() == 0
    assert alpha[int(y + 6), int(x - 2) : int(x + 3)].max() == 0


def test_a_pixel_of_the_ground_places_the_set_there() -> None:
    camera = street.load().camera
    where = Placing(at_px=(700.0, 900.0), turn_deg=30)
    assert seen_by(camera, where).project([0.0, 0.0, 0.0])[0] == pytest.approx([700, 900], abs=1e-6)
    x, z = ground_at(camera, (700.0, 900.0))
    assert seen_by(camera, Placing(at_m=(x, z), turn_deg=30)).position_m == pytest.approx(
        seen_by(camera, where).position_m
    )
    with pytest.raises(BadBrief, match="above the horizon"):
        ground_at(camera, (700.0, 100.0))


def test_walls_between_the_camera_and_the_set_go_out_with_what_is_on_them() -> None:
    outside = look_at((2.0, 1.6, 12.0), (4.0, 1.2, 3.0), focal_px=60, width_px=64, height_px=36)
    assert wild_walls(plan(), outside) == (0,)
    inside = look_at((2.0, 1.6, 5.0), (4.0, 1.2, 3.0), focal_px=60, width_px=64, height_px=36)
    assert wild_walls(plan(), inside) == ()
    for style in ("modern", "colonial"):
        points = np.concatenate(
            [
                part.points_m[part.triangles].reshape(-1, 3)
                for part in opened(plan(style=style), outside).parts
                if part.object not in ("floor", "ceiling", "level:pit") and not part.object.startswith("wall:")
            ]
        )
        middle = (points[:, 0] > 0.3) & (points[:, 0] < 7.7)
        assert points[middle, 2].max() < 5.7, "nothing of the door or the skirting is left at that wall"
    assert quick(outside, Solid(opened(plan(), outside)))[18, 32, 3] == 1


def test_the_plate_stays_where_the_mask_says_and_beside_the_set(tmp_path: Path) -> None:
    production, path = show_in(tmp_path, more='[blend]\nholdout = "front.png"')
    mask = np.zeros((64, 96, 3), np.uint8)
    mask[:, 30:50] = 255
    write_png(production.folder / "front.png", mask)
    take = shoot(production, path)
    found, _ = read_exr(take.frame_path(take.frames.first))
    free = read_exr(take.frame_path(take.frames.first))[0]["matte"]
    assert free[:, 30:50].max() == 0
    assert 0.2 < free.mean() < 0.8
    assert (found["delta"][free == 0] == 0).all()
    assert found["beauty"][..., 3][free > 0].min() > 0
    document = take.document["plate"]
    assert set(document["pictures"]) == {"plan", "survey", "holdout"}


def test_what_is_seen_is_over_the_plate_as_layers_say() -> None:
    plate = np.full((2, 2, 3), 0.5, np.float32)
    beauty = np.zeros((2, 2, 4), np.float32)
    beauty[0, 0] = (1, 1, 1, 1)
    beauty[0, 1] = (0.5, 0.5, 0.5, 0.5)
    front = np.array([[0.0, 0.0], [1.0, 0.0]], np.float32)
    made = layers(plate, {"beauty": beauty, "depth": np.ones((2, 2), np.float32)}, front)
    assert made["composite"][..., 0].tolist() == [[1.0, 0.75], [0.5, 0.5]]
    assert made["matte"].tolist() == [[1.0, 0.5], [0.0, 0.0]]


def test_a_traced_set_has_the_plate_in_its_windows_and_says_what_it_stands_on(tmp_path: Path) -> None:
    inside = look_at((-3.2, 1.6, -1.0), (4.0, 1.6, -3.0), focal_px=60, width_px=96, height_px=64)
    production, path = show_in(tmp_path, samples=2, camera=inside)
    take = shoot(production, path)
    found, _ = read_exr(take.frame_path(take.frames.first))
    seen = seen_by(inside, Placing(at_m=(-4.0, -6.0)))
    x, y = seen.project([8.0, 1.6, 2.5])[0].astype(int)  # a pane of the window
    assert found["beauty"][y, x, 3] == 0
    assert found["matte"][y, x] == 0
    assert found["beauty"][..., 3].mean() > 0.9
    assert np.isfinite(found["composite"]).all()
    (credentials,) = read_credentials([take.folder / SHEET])
    assert ("plate", "parentOf") in credentials.ingredients
    assert ("set", "componentOf") in credentials.ingredients


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('plan = "plan.json"', "", "set.plan: not given"),
        ("at_m = [-4.0, -6.0]", "at_m = [-4.0, 60.0]", "nothing of the set is in the picture"),
        ("at_m = [-4.0, -6.0]", "at_m = [-4.0, -6.0]\nat_px = [1, 1]", "given beside"),
    ],
)
def test_what_cannot_be_is_said(tmp_path: Path, old: str, new: str, said: str) -> None:
    production, path = show_in(tmp_path)
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(SecondUnitError, match=said):
        shoot(production, path)


def test_the_survey_of_another_plate_is_refused(tmp_path: Path) -> None:
    production, path = show_in(tmp_path, camera=street.load().camera)
    with pytest.raises(BadBrief, match="1920 x 1080 px"):
        shoot(production, path)


def test_its_settings_stand_by_themselves() -> None:
    assert SetExtension().check(ExtensionSettings()) == []
