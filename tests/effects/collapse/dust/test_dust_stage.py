"""The dust stage: what it writes, no dust before something breaks, and the same bits after a stop."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from secondunit.effects.base import Context
from secondunit.effects.collapse.dust.grid import DustGrid
from secondunit.effects.collapse.dust.stage import DustStage
from secondunit.effects.collapse.settings import CollapseSettings, Dust, Place
from secondunit.errors import BrokenStore, Stopped
from secondunit.records import read_arrays
from secondunit.timebase import FrameRange

FRAMES = 26
START_S = 0.25


@pytest.fixture(scope="module")
def falling(tmp_path_factory, blocks):
    folder = tmp_path_factory.mktemp("falling")
    shards = blocks.building(width_m=10, depth_m=8, storeys=3)
    (folder / "fracture").mkdir()
    (folder / "motion").mkdir()
    shards.save(folder / "fracture" / "shards.npz")
    blocks.pancake(shards, FRAMES, start_s=START_S, spread_m_per_s=40).save(folder / "motion" / "motion.npz")
    return folder


def context(falling, out, *, settings=None, frames=FRAMES, threads=1, progress=None):
    return Context(
        out=out,
        inputs={"survey": falling, "fracture": falling / "fracture", "motion": falling / "motion"},
        settings=settings or CollapseSettings(dust=Dust(resolution=32)),
        plate=None,
        frames=FrameRange(1001, 1001 + frames),
        frame_rate=24.0,
        seed=11,
        threads=threads,
        progress=progress or (lambda done, total, what="": None),
        gate=lambda frame: None,
    )


def digests(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def whole(falling, tmp_path_factory):
    out = tmp_path_factory.mktemp("whole") / "dust"
    DustStage().run(context(falling, out))
    return out


def test_one_file_a_frame_and_the_grid(whole):
    names = {path.name for path in whole.iterdir()}
    assert names == {"grid.json"} | {f"{1001 + frame}.npz" for frame in range(FRAMES)}
    grid = DustGrid.load(whole / "grid.json")
    last = read_arrays(whole / f"{1000 + FRAMES}.npz")
    assert last["density"].shape == grid.dims == last["solid"].shape
    assert last["settled"].shape == (grid.dims[0], grid.dims[2])
    assert last["coordinates"].shape == (2, *(n // 2 for n in grid.dims), 3)
    assert max(grid.dims) == 32
    assert last["density"].max() > 0.001
    assert all(np.isfinite(last[name].astype(float)).all() for name in last)


def test_no_dust_before_something_breaks(whole):
    before = int(START_S * 24)
    for frame in range(before):
        arrays = read_arrays(whole / f"{1001 + frame}.npz")
        assert not arrays["density"].any()
        assert not arrays["settled"].any()


def test_the_cloud_runs_along_the_ground(whole):
    """Seen from the side, dust outside the footprint is low: it surges, it does not hang."""
    grid = DustGrid.load(whole / "grid.json")
    dust = read_arrays(whole / f"{1000 + FRAMES}.npz")["density"].astype(float)
    x = grid.origin_m[0] + (np.arange(grid.dims[0]) + 0.5) * grid.voxel_m
    beside = dust[(x < -1.0) | (x > 11.0)]
    height = (np.arange(grid.dims[1]) + 0.5) * grid.voxel_m
    assert beside.sum() > 0.05 * dust.sum()
    assert (beside.sum((0, 2)) * height).sum() / beside.sum() < 4.0


@pytest.mark.parametrize("stop_at", [5, 19])
def test_a_stopped_run_goes_on_to_the_same_bits(falling, whole, tmp_path, stop_at):
    def stop(done, total, what=""):
        if done == stop_at:
            raise Stopped("dust", "stopped")

    out = tmp_path / "dust"
    with pytest.raises(Stopped):
        DustStage().run(context(falling, out, progress=stop))
    assert len(list(out.glob("1*.npz"))) == stop_at
    DustStage().run(context(falling, out, threads=2))
    assert digests(out) == digests(whole)


def test_a_frame_that_went_missing_is_made_again(falling, whole, tmp_path):
    out = tmp_path / "dust"
    DustStage().run(context(falling, out))
    (out / "1010.npz").unlink()
    DustStage().run(context(falling, out))
    assert digests(out) == digests(whole)


def test_no_amount_is_no_dust(falling, tmp_path):
    settings = CollapseSettings(dust=Dust(resolution=16, amount=0))
    DustStage().run(context(falling, tmp_path / "dust", settings=settings))
    assert not read_arrays(tmp_path / "dust" / f"{1000 + FRAMES}.npz")["density"].any()


def test_a_neighbour_holds_no_dust(falling, tmp_path):
    box = (-9.0, -8.0, -2.5, 2.0, 9.0)
    settings = CollapseSettings(dust=Dust(resolution=32), place=Place(neighbours=(box,)))
    DustStage().run(context(falling, tmp_path / "dust", settings=settings))
    grid = DustGrid.load(tmp_path / "dust" / "grid.json")
    dust = read_arrays(tmp_path / "dust" / f"{1000 + FRAMES}.npz")["density"]
    x, y, z = (grid.origin_m[a] + (np.arange(grid.dims[a]) + 0.5) * grid.voxel_m for a in range(3))
    inside = ((x > box[0]) & (x < box[2]))[:, None, None] & (y < box[4])[None, :, None] & ((z > box[1]) & (z < box[3]))
    assert inside.sum() > 20
    assert not dust[inside].any()
    assert dust.any()


def test_motion_that_does_not_fit_is_refused(falling, tmp_path):
    with pytest.raises(BrokenStore, match="motion"):
        DustStage().run(context(falling, tmp_path / "dust", frames=FRAMES + 5))
