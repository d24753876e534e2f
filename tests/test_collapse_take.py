"""The whole line on the project's own plate, small: what a user runs, and what must hold of a take."""

import dataclasses

import numpy as np
import pytest

import secondunit
from secondunit.brief.document import load_brief
from secondunit.effects.collapse.effect import Collapse
from secondunit.effects.registry import find_effect
from secondunit.imaging.comp import LAYERS, composite
from secondunit.imaging.exr_reader import read_exr
from secondunit.production import Production
from secondunit.take.verify import verify
from secondunit.testing.street import load

SHOT = "EP101_012_0010"
BRIEF = """
[brief]
version = 1
effect = "collapse"
shot = "EP101_012_0010"
use = "temp"
frames = 30

[building]
outline = [[586, 820], [1050, 846], [1266, 822], [1250, 238], [1046, 121], [604, 247]]
height_m = 17.0
storeys = 5

[fracture]
shards = 500

[fall]
mode = "blast"
at = [0.8, 0.1]
start_s = 0.1

[dust]
resolution = 32
{dust}
[look]
samples = 3

[blend]
holdout = "pictures/holdout.png"
{blend}
[output]
width_px = 240
"""


@pytest.fixture(scope="module")
def show(tmp_path_factory):
    folder = tmp_path_factory.mktemp("line") / "show"
    production = Production.new(folder, title="Line")
    street = load()
    secondunit.ingest(street.plate, folder, SHOT)
    (folder / "pictures").mkdir()
    (folder / "pictures" / "holdout.png").write_bytes(street.holdout.read_bytes())
    return production


def shot(show, *, dust="", blend="", threads=2):
    path = show.folder / "briefs" / "line.toml"
    path.write_text(BRIEF.format(dust=dust, blend=blend))
    return secondunit.shoot(show, path, threads=threads)


@pytest.fixture(scope="module")
def take(show):
    return shot(show)


def made_anew(take):
    return [stage["stage"] for stage in take.document["stages"] if not stage["reused"]]


def frames_of(take):
    for frame in take.frames:
        yield read_exr(take.frame_path(frame))[0], read_exr(take.plate_path(frame))[0]["composite"]


def test_the_take_holds_what_it_says_and_untouched_pixels_are_the_plate(take):
    assert verify(take) == []
    touched = 0
    for layers, plate in frames_of(take):
        untouched = layers["matte"] == 0
        assert layers["composite"][untouched].tobytes() == plate[untouched].tobytes()
        touched = max(touched, int((~untouched).sum()))
    assert touched > 0.02 * untouched.size


def test_the_comp_of_the_layers_is_the_composite(take):
    for layers, plate in frames_of(take):
        again = composite(plate, {name: layers[name] for name in LAYERS}).astype(np.float16)
        assert np.array_equal(again, layers["composite"].astype(np.float16))


def test_every_layer_of_a_collapse_is_there_and_says_something(take):
    last = list(frames_of(take))[-1][0]
    for name in ("beauty", "dust", "depth", "normal", "motion", "crypto00", "matte", "delta", "background"):
        assert np.abs(last[name]).max() > 0, name
    assert last["shadow"].min() < 1
    assert last["dust_shadow"].min() < 1


def test_shooting_the_same_brief_again_makes_nothing_anew(show, take):
    assert made_anew(shot(show)) == []


def test_changing_how_dust_looks_lights_it_again_and_nothing_else(show, take):
    assert made_anew(shot(show, dust="[dust_look]\ndensity = 2.0\n")) == ["smoke", "blend"]


def test_changing_how_dust_behaves_leaves_building_and_shading_alone(show, take):
    assert made_anew(shot(show, dust="amount = 0.5\n")) == ["dust", "smoke", "blend"]


def test_changing_the_grain_blends_again(show, take):
    assert made_anew(shot(show, blend="grain = 0.0\n")) == ["blend"]


def test_one_thread_or_two_give_the_same_frames(show, take, tmp_path):
    other = Production.new(tmp_path / "other", title="Line")
    secondunit.ingest(load().plate, other.folder, SHOT)
    (other.folder / "pictures").mkdir()
    (other.folder / "pictures" / "holdout.png").write_bytes(load().holdout.read_bytes())
    one = shot(other, threads=1)
    for frame in take.frames:
        assert one.frame_path(frame).read_bytes() == take.frame_path(frame).read_bytes(), frame


def test_every_stage_reads_only_what_it_declares_and_every_setting_is_read(show):
    brief = load_brief(show.folder / "briefs" / "line.toml", find_effect)
    settings = Collapse().preview(brief.settings)
    assert dataclasses.is_dataclass(brief)
    read = {name for stage in Collapse.stages for name in stage.reads}
    for section, model in type(settings).model_fields.items():
        for key in model.annotation.model_fields:
            known = section in read or f"{section}.{key}" in read or section == "output"
            assert known, f"no stage reads {section}.{key}"
