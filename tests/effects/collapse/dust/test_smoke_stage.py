"""The smoke stage: every frame once, asked for before it is written, the same in any order; its file."""

from __future__ import annotations

import types

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondunit.effects.base import Context
from secondunit.effects.collapse.dust.frames import write_frame
from secondunit.effects.collapse.dust.grid import DustGrid
from secondunit.effects.collapse.dust.layers import SmokeLayers, no_dust
from secondunit.effects.collapse.dust.smoke_stage import SmokeStage
from secondunit.effects.collapse.settings import CollapseSettings
from secondunit.errors import BrokenStore, NotCleared
from secondunit.plate.survey import Facade, Survey
from secondunit.scene.camera import look_at
from secondunit.scene.light import Light
from secondunit.timebase import FrameRange

WIDTH, HEIGHT, FRAMES = 96, 54, 4


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("inputs")
    grid = DustGrid((-8.0, 0.0, -8.0), 1.0, (16, 16, 16))
    grid.save(folder / "grid.json")
    camera = look_at((0, 3, 30), (0, 3, 0), focal_px=200, width_px=192, height_px=108)
    facade = Facade("front", (0, 0, 0), (1, 0, 0), 5.0, 5.0, ((0, 0), (5, 0), (5, 5), (0, 5)))
    light = Light((0.6, 0.8, 0.0), (2.0, 2.0, 2.0), (1.0, 1.0, 1.0), (0.3, 0.3, 0.3), 1.0)
    Survey(camera, (facade,), 5.0, 2, light).save(folder / "survey.json")
    (folder / "shade").mkdir()
    far = np.zeros((HEIGHT, WIDTH), np.float32)
    far[20:40, 40:44] = 28.0
    write_frame(folder / "clean.npz", {"far": far})
    random = np.random.default_rng(4)
    for number in range(FRAMES):
        density = np.zeros(grid.dims, np.float16)
        if number > 0:
            density[4:12, 0 : 2 * number, 4:12] = random.uniform(0, 0.05, (8, 2 * number, 8))
        dust = {
            "density": density,
            "settled": np.full((16, 16), 0.01 * number, np.float16),
            "solid": np.zeros(grid.dims, np.uint8),
            "coordinates": random.uniform(-2, 2, (2, 8, 8, 8, 3)).astype(np.float16),
            "age": np.array([0.3, 0.8], np.float32),
        }
        write_frame(folder / f"{1001 + number}.npz", dust)
        depth = np.full((HEIGHT, WIDTH), np.inf, np.float32)
        depth[30:] = 32.0
        shade = {
            "depth": depth,
            "settles": (depth < 50).astype(np.float16),
            "normal": np.full((HEIGHT, WIDTH, 3), [0, 1, 0], np.float16),
        }
        write_frame(folder / "shade" / f"{1001 + number}.npz", shade)
    return folder


def context(inputs, out, *, threads=1, gate=None, progress=None):
    return Context(
        out=out,
        inputs={"survey": inputs, "dust": inputs, "clean": inputs, "shade": inputs / "shade"},
        settings=CollapseSettings(),
        plate=types.SimpleNamespace(width_px=WIDTH, height_px=HEIGHT),
        frames=FrameRange(1001, 1001 + FRAMES),
        frame_rate=24.0,
        seed=1,
        threads=threads,
        progress=progress or (lambda done, total, what="": None),
        gate=gate or (lambda frame: None),
    )


def bytes_of(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_every_frame_in_working_size_and_the_same_on_any_number_of_threads(inputs, tmp_path):
    seen = []
    SmokeStage().run(context(inputs, tmp_path / "one", progress=lambda done, total, what="": seen.append(done)))
    SmokeStage().run(context(inputs, tmp_path / "two", threads=2))
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")
    assert seen[-1] == FRAMES
    layers = [SmokeLayers.load(tmp_path / "one" / f"{1001 + number}.npz") for number in range(FRAMES)]
    assert all(one.dust.shape == (HEIGHT, WIDTH, 4) for one in layers)
    assert not layers[0].dust.any()
    assert layers[2].dust[..., 3].max() > 0.5
    assert layers[3].settle[..., 3].max() > 0.1
    assert layers[3].dust_front[20:40, 40:44, 3].max() > 0.1
    assert not layers[3].dust_front[:, :40].any()


def test_only_missing_frames_are_made(inputs, tmp_path):
    SmokeStage().run(context(inputs, tmp_path))
    before = bytes_of(tmp_path)
    (tmp_path / "1003.npz").unlink()
    asked = []
    SmokeStage().run(context(inputs, tmp_path, gate=asked.append))
    assert asked == [1003]
    assert bytes_of(tmp_path) == before


def test_nothing_is_written_that_is_not_allowed(inputs, tmp_path):
    def shut(frame):
        if frame >= 1003:
            raise NotCleared("policy", "not now")

    with pytest.raises(NotCleared):
        SmokeStage().run(context(inputs, tmp_path, gate=shut))
    assert not {"1003.npz", "1004.npz"} & set(bytes_of(tmp_path))


def test_layers_come_back_as_they_were(tmp_path):
    layers = no_dust(20, 30)
    layers.dust[5:9, 3:28] = 0.25
    layers.dust_shadow[19, 29] = 0.5
    layers.save(tmp_path / "1001.npz")
    back = SmokeLayers.load(tmp_path / "1001.npz")
    assert np.array_equal(back.dust, layers.dust)
    assert np.array_equal(back.dust_front, layers.dust_front)
    assert np.array_equal(back.dust_shadow, layers.dust_shadow)
    assert np.array_equal(back.settle, layers.settle)
    no_dust(2000, 3000).save(tmp_path / "none.npz")
    assert (tmp_path / "none.npz").stat().st_size < 4000


@given(st.integers(0, 900), st.binary(min_size=1, max_size=40))
def test_a_damaged_file_is_an_error_that_names_it(tmp_path_factory, at, junk):
    path = tmp_path_factory.mktemp("damaged") / "1001.npz"
    layers = no_dust(6, 8)
    layers.dust[2:4, 2:4] = 0.5
    layers.save(path)
    data = bytearray(path.read_bytes())
    data[at : at + len(junk)] = junk
    path.write_bytes(bytes(data[: max(len(data) - at, 0)]))
    with pytest.raises(BrokenStore, match="1001"):
        SmokeLayers.load(path)
