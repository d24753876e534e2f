"""Stages: run once for the same inputs, again for others; seen is only what was declared."""

import ast
import dataclasses
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from secondunit.brief.document import load_brief
from secondunit.effects import sources
from secondunit.effects.declared import DeclaredSettings, NoPlate, SizeOnly, values_read
from secondunit.effects.registry import find_effect, register, survey_plugins
from secondunit.effects.running import stage_seed
from secondunit.effects.sources import source_digest
from secondunit.errors import BadBrief, BrokenStore
from secondunit.imaging.files import write_png
from secondunit.records import write_json
from secondunit.shoot import shoot
from secondunit.testing.tiny_effect import Exposure, ExposureSettings
from secondunit.testing.tiny_show import SHOT, tiny_show


@pytest.fixture(autouse=True)
def _tiny():
    register(Exposure())


@pytest.fixture(scope="module")
def show(tmp_path_factory):
    register(Exposure())
    return tiny_show(tmp_path_factory.mktemp("running") / "show", frames=2)


@pytest.fixture
def brief(show):
    return load_brief(show.folder / "briefs" / "exposure.toml", find_effect)


def with_settings(brief, **sections):
    return dataclasses.replace(brief, settings=ExposureSettings.model_validate(sections))


def run_anew(take):
    return {stage["stage"] for stage in take.document["stages"] if not stage["reused"]}


def test_only_what_a_change_touches_is_run_again(show, brief):
    shoot(show, brief)
    assert run_anew(shoot(show, brief)) == set()
    assert run_anew(shoot(show, with_settings(brief, lift={"stops": 3}))) == {"light"}
    assert run_anew(shoot(show, with_settings(brief, square={"size": 0.5}))) == {"square", "light"}
    assert run_anew(shoot(show, with_settings(brief, output={"width_px": 48}))) == {"square", "light"}
    assert run_anew(shoot(show, dataclasses.replace(brief, seed=2))) == {"square", "light"}
    longer = dataclasses.replace(brief, frames=dataclasses.replace(brief.frames, end_exclusive=1004))
    assert run_anew(shoot(show, longer)) == {"light"}
    assert run_anew(shoot(show, dataclasses.replace(brief, use="ideation"))) == set(), "the use changes no pixel"
    same_in_pixels = with_settings(brief, square={"size": 0.2501})
    assert run_anew(shoot(show, same_in_pixels)) == {"square"}, "the result is the same: what follows is kept"
    write_png(show.folder / "holdout.png", np.full((64, 96), 255, np.uint8))
    held = with_settings(brief, square={"holdout": "holdout.png"})
    assert run_anew(shoot(show, held)) == {"light"}
    assert run_anew(shoot(show, held)) == set()
    write_png(show.folder / "holdout.png", np.full((64, 96), 128, np.uint8))
    assert run_anew(shoot(show, held)) == {"light"}, "the picture changed, not its name"


def test_a_result_made_by_hand_takes_a_stages_place(show, brief):
    mine = show.folder / "mine"
    shutil.rmtree(mine, ignore_errors=True)
    mine.mkdir()
    write_json(mine / "square.json", {"kind": "square", "version": 1, "left": 1, "top": 2, "side": 3})
    take = shoot(show, dataclasses.replace(brief, replace={"square": "mine"}))
    stages = {stage["stage"]: stage for stage in take.document["stages"]}
    assert stages["square"]["by_hand"]
    assert not stages["light"]["reused"]
    write_json(mine / "square.json", {"kind": "square", "version": 1, "left": 4, "top": 2, "side": 3})
    assert run_anew(shoot(show, dataclasses.replace(brief, replace={"square": "mine"}))) == {"light"}
    with pytest.raises(BrokenStore, match="outside the production"):
        shoot(show, dataclasses.replace(brief, replace={"square": "../mine"}))
    with pytest.raises(BrokenStore, match="no folder"):
        shoot(show, dataclasses.replace(brief, replace={"square": "nowhere"}))


def test_pictures_in_a_brief_cannot_climb_out(show, brief):
    with pytest.raises(BrokenStore, match="outside the production"):
        shoot(show, with_settings(brief, square={"holdout": "../holdout.png"}))


def test_seeds_differ_by_shot_brief_and_stage_and_stay_as_they_are():
    seeds = {stage_seed(shot, seed, stage) for shot in ("A", "B") for seed in (1, 2) for stage in ("dust", "shade")}
    assert len(seeds) == 8
    assert all(0 <= seed < 2**32 for seed in seeds)
    assert stage_seed("A", 1, "dust") == stage_seed("A", 1, "dust")


def test_a_stage_sees_only_the_settings_it_declared():
    seen = DeclaredSettings(ExposureSettings(), ("lift.stops", "square"), "mine")
    assert seen.lift.stops == 1.0
    assert seen.square.size == 0.25
    with pytest.raises(AttributeError, match=r"'mine' reads the setting 'lift.flicker' but does not declare it"):
        _ = seen.lift.flicker
    with pytest.raises(AttributeError, match="'output'"):
        _ = seen.output
    with pytest.raises(AttributeError, match="uses_plate"):
        NoPlate("mine").frame(1001)
    assert SizeOnly("mine", 4, 3).height_px == 3
    with pytest.raises(AttributeError, match="uses_plate"):
        SizeOnly("mine", 4, 3).frame(1001)


def test_values_read_are_those_declared():
    assert values_read(ExposureSettings(), ("lift.stops", "output")) == {
        "lift.stops": 1.0,
        "output": {"width_px": None},
    }
    with pytest.raises(BadBrief, match=r"lift\.stpos"):
        values_read(ExposureSettings(), ("lift.stpos",))


def test_the_code_digest_follows_imports_inside_the_package(tmp_path, monkeypatch):
    package = tmp_path / "fictional"
    (package / "deep").mkdir(parents=True)
    files = {
        "__init__.py": "",
        "stage.py": "import json\n\ndef run():\n    from fictional.deep import lazy\n",
        "deep/__init__.py": "",
        "deep/lazy.py": "from .near import x\n",
        "deep/near.py": "x = 1\n",
        "apart.py": "y = 1\n",
    }
    for name, text in files.items():
        (package / name).write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))

    def digest():
        for one in (source_digest, sources._read, sources._source):
            one.cache_clear()
        return source_digest("fictional.stage")

    before = digest()
    (package / "apart.py").write_text("y = 2\n")
    assert digest() == before
    (package / "deep" / "near.py").write_text("x = 2\n")
    assert digest() != before
    with pytest.raises(BrokenStore, match="no source file"):
        source_digest("fictional.nowhere")
    source_digest.cache_clear()
    sys.modules.pop("fictional", None)


@pytest.mark.parametrize(
    "source",
    [
        "import a.b as c, d\n",
        "from a import (  # why\n    b,\n    c,\n)\n",
        "from a import *\n",
        "from a import b; import c\n",
        "if True: import a\n",
        "from a \\\n    import b\n",
        "from a import b, \\\n    c\n",
        "x = 1\rimport a\n",
        "def f():\n    from a import b  # lazily\n    return b\n",
        'def f():\n    """From here\n    import nothing at all.\n    """\n    import a\n',
        "# import a\nfrom b import c\r\nimport d\r\n",
    ],
)
def test_no_import_of_a_source_is_missed(source):
    every = {
        name.name if isinstance(node, ast.Import) else f"{node.module}.{name.name}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    assert every
    assert every <= set(sources._imports("m", Path("m.py"), source.encode()))


def test_an_unknown_effect_is_named_with_the_nearest():
    with pytest.raises(BadBrief, match="Did you mean 'exposure'"):
        find_effect("exposur")


def test_every_effect_that_loads_is_listed():
    good, _ = survey_plugins()
    assert "exposure" in {effect.name for effect in good}


def test_frames_that_a_stage_kept_are_not_made_again(show, brief):
    """A stage whose mark is gone runs again in its folder and finds its frames."""
    take = shoot(show, with_settings(brief, lift={"stops": 5}))
    digest = take.document["stages"][-1]["digest"]
    folder = show.work_folder(SHOT) / f"light-{digest[:12]}"
    (folder / "result.json").unlink()
    before = {path.name: path.stat().st_mtime_ns for path in folder.glob("*.exr")}
    (folder / "1002.exr").unlink()
    again = shoot(show, with_settings(brief, lift={"stops": 5}))
    after = {path.name: path.stat().st_mtime_ns for path in folder.glob("*.exr")}
    assert run_anew(again) == {"light"}
    assert after["1001.exr"] == before["1001.exr"]
    assert after["1002.exr"] != before["1002.exr"]
    assert again.document["files"][f"frames/{SHOT}.1002.exr"] == take.document["files"][f"frames/{SHOT}.1002.exr"]
