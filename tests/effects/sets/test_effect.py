"""The effect in the line: a brief without a plate becomes a take, and only what must is made again."""

import json

import pytest

from secondunit.brief.document import load_brief
from secondunit.delivery.deliver import deliver
from secondunit.delivery.examine import examine_delivery
from secondunit.effects.registry import find_effect, register
from secondunit.effects.sets.effect import Sets
from secondunit.effects.sets.layout.check import broken
from secondunit.effects.sets.layout.locks import read_plan
from secondunit.effects.sets.plan_stage import eyes_of
from secondunit.errors import BadBrief, Problems, SecondUnitError
from secondunit.imaging.exr_reader import read_exr
from secondunit.production import Production
from secondunit.shoot import shoot
from secondunit.take.frames import read_layers
from secondunit.take.verify import verify
from secondunit.testing.contract import EffectContract
from secondunit.variations import brief_of, shoot_variations

ROOM = """[brief]
version = 1
effect = "sets"
shot = "SET_OFFICE"
use = "ideation"
seed = 3

[place]
kind = "office"

[room]
width_m = 4.6
depth_m = 3.8
height_m = 2.7

[pieces]
require = ["desk", "office chair"]
density = 0.3

[layout]
effort = 0.1
{more}
[output]
width_px = 96
samples = 0
book = {book}
"""


@pytest.fixture(autouse=True)
def _sets():
    register(Sets())


def show_in(folder, *, book="false", more=""):
    production = Production.new(folder / "show", title="Sets")
    path = production.folder / "briefs" / "office.toml"
    path.write_text(ROOM.format(book=book, more=more), encoding="utf-8")
    return production, path


def stages(take):
    return {one["stage"]: one["reused"] for one in take.document["stages"]}


class TestSets(EffectContract):
    """What every effect must do."""

    def make(self, folder):
        register(Sets())
        return show_in(folder)


def test_a_take_of_a_set_has_a_still_a_camera_and_one_from_above(tmp_path):
    production, path = show_in(tmp_path, book="true")
    take = shoot(production, path)
    assert len(take.frames) == 2
    assert verify(take) == []
    wide, above = (read_layers(take.frame_path(frame), ["composite", "matte", "depth"]) for frame in take.frames)
    assert wide["matte"].min() == above["matte"].min() == 1
    assert 0.5 < wide["depth"].max() < 7, "the room is six metres across its corners"
    assert abs(above["depth"].max() - 2.05) < 0.01, "the floor lies that far under the cut"
    plan = read_plan(take.folder / "plan.json")
    assert broken(plan) == []
    x, z = zip(*plan.room.outline, strict=True)
    assert (max(x) - min(x), max(z) - min(z), plan.room.height_m) == pytest.approx((4.6, 3.8, 2.7))
    kinds = [piece.kind for piece in plan.pieces]
    assert kinds.count("desk") == kinds.count("office_chair") == 1
    names = {one.name for one in take.folder.iterdir()}
    assert {"01-plan.svg", "01-plan.dxf", "drawings.pdf", "set.glb", "set.usdc", "book.html", "book.pdf"} <= names
    total = json.loads((take.folder / "quantities.json").read_text())
    assert total["total"] > total["net"] > 0


def test_a_still_of_traced_light_has_its_lights_as_layers(tmp_path):
    production, path = show_in(tmp_path)
    path.write_text(path.read_text().replace("width_px = 96\nsamples = 0", "width_px = 64\nsamples = 2"))
    take = shoot(production, path)
    layers, _ = read_exr(take.frame_path(take.frames.first))
    lights = [layers[name] for name in ("practicals", "sky", "sun") if name in layers]
    assert {"composite", "matte", "practicals", "depth", "normal", "crypto00"} <= layers.keys()
    assert sum(lights) == pytest.approx(layers["composite"][..., :3], rel=2e-3, abs=2e-3)


def test_papers_leave_with_the_set_and_are_checked_there(tmp_path):
    production, path = show_in(tmp_path, book="true")
    take = shoot(production, path)
    out = tmp_path / "SET_OFFICE_TEMP"
    deliver(production, take, out, by="Kim")
    assert examine_delivery(out).problems == ()
    names = {one.name for one in out.iterdir()}
    assert {f"TEMP_{name}" for name in take.document["extras"]} <= names
    assert "nothing was" in (out / "README.txt").read_text()
    (out / "TEMP_quantities.json").write_text("{}")
    assert "was changed" in str(examine_delivery(out).problems[0])


def test_only_what_reads_a_change_is_made_again(tmp_path):
    production, path = show_in(tmp_path)
    shoot(production, path)
    path.write_text(path.read_text().replace("samples = 0", "samples = 0\nheight_px = 64"))
    assert stages(shoot(production, path)) == {"options": True, "plan": True, "stills": False, "book": False}
    path.write_text(path.read_text().replace("effort = 0.1", "effort = 0.1\noption = 2"))
    assert stages(shoot(production, path)) == {"options": True, "plan": False, "stills": False, "book": False}


def test_variations_are_the_ranked_options_on_one_sheet(tmp_path):
    production, path = show_in(tmp_path)
    made, sheet = shoot_variations(production, path, 2)
    plans = [read_plan(one.take.folder / "plan.json") for one in made]
    assert plans[0].score >= plans[1].score
    assert plans[0].pieces != plans[1].pieces
    assert sheet.is_file()
    assert brief_of(made[1].take).settings.layout.option == 2
    again = shoot(production, brief_of(made[1].take))
    assert read_plan(again.folder / "plan.json").pieces == plans[1].pieces


def test_what_is_locked_stays_and_the_rest_is_made_anew(tmp_path):
    production, path = show_in(tmp_path)
    first = shoot(production, path)
    kept = read_plan(first.folder / "plan.json")
    earlier = (first.folder / "plan.json").relative_to(production.folder)
    text = path.read_text().replace("seed = 3", "seed = 8")
    path.write_text(f'{text}\n[lock]\nplan = "{earlier}"\nkeep = ["desk"]\n')
    new = read_plan(shoot(production, path).folder / "plan.json")
    desk = next(piece for piece in kept.pieces if piece.kind == "desk")
    assert desk in new.pieces
    assert new.room == kept.room


def test_a_plan_edited_by_hand_takes_the_place_of_the_stage(tmp_path):
    production, path = show_in(tmp_path)
    first = shoot(production, path)
    plan = read_plan(first.folder / "plan.json")
    folder = production.folder / "mine"
    folder.mkdir()
    edited = plan.model_copy(update={"title": "Mine"})
    (folder / "plan.json").write_text(edited.model_dump_json())
    path.write_text(path.read_text() + '\n[replace]\nplan = "mine"\n')
    take = shoot(production, path)
    assert read_plan(take.folder / "plan.json") == edited


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("option = 24", "layout.option: 24; wanted 1 to"),
        ("\n[budget]\nmost = 10", "None is within"),
        ('\n[cameras]\nsensor = "box brownie"', "the sensor 'box brownie'"),
    ],
)
def test_what_cannot_be_is_said_and_leaves_no_take(tmp_path, change, said):
    production, path = show_in(tmp_path, more=change)
    with pytest.raises(SecondUnitError, match=said):
        shoot(production, path)
    assert not list(production.takes_folder("SET_OFFICE").glob("*t0*"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("seed = 3", "seed = 3\nframes = 7", "brief.frames: 7; wanted 2"),
        ("density = 0.3", 'density = 0.3\n[lock]\nkeep = ["desk"]', "lock.keep"),
    ],
)
def test_a_brief_that_contradicts_itself_is_not_read(tmp_path, old, new, said):
    _, path = show_in(tmp_path)
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(Problems, match=said):
        load_brief(path, find_effect)


def test_a_floor_plan_beside_the_brief_is_the_room(tmp_path):
    production, path = show_in(tmp_path)
    corners = [[0, 0], [0, 4.1], [5.3, 4.1], [5.3, 0]]
    (production.folder / "room.json").write_text(json.dumps({"outline": corners}))
    size = "width_m = 4.6\ndepth_m = 3.8\n"
    path.write_text(path.read_text().replace(size, 'floor_plan = "room.json"\n'))
    plan = read_plan(shoot(production, path).folder / "plan.json")
    assert sorted(plan.room.outline) == sorted(map(tuple, corners))
    assert broken(plan) == []
    path.write_text(path.read_text().replace("height_m", "width_m = 4.6\nheight_m"))
    with pytest.raises(SecondUnitError, match="given beside floor_plan"):
        shoot(production, path)


def test_a_plan_that_has_other_cameras_than_asked_is_told(tmp_path):
    production, path = show_in(tmp_path)
    plan = read_plan(shoot(production, path).folder / "plan.json")
    folder = production.folder / "mine"
    folder.mkdir()
    eyes = eyes_of(plan, Sets.settings().cameras.model_copy(update={"count": 3}))
    (folder / "plan.json").write_text(plan.model_copy(update={"eyes": eyes}).model_dump_json())
    path.write_text(path.read_text() + '\n[replace]\nplan = "mine"\n')
    with pytest.raises(BadBrief, match=r"cameras\.count: 1; wanted 3"):
        shoot(production, path)
