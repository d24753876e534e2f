"""Frames between two stages: the same bytes each time, whole or not there."""

import resource
from pathlib import Path

import numpy as np
import pytest

from secondunit.effects.collapse.dust.frames import write_frame
from secondunit.records import read_arrays


def test_the_same_arrays_give_the_same_file_and_come_back(tmp_path: Path) -> None:
    arrays = {"density": np.random.default_rng(1).random((4, 5, 6), np.float32), "box": np.arange(6.0).reshape(2, 3).T}
    write_frame(tmp_path / "a.npz", arrays)
    write_frame(tmp_path / "b.npz", dict(reversed(arrays.items())))
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    back = read_arrays(tmp_path / "a.npz")
    assert all(np.array_equal(back[name], arrays[name]) for name in arrays)


def test_a_file_that_cannot_be_written_to_its_end_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            write_frame(tmp_path / "a.npz", {"density": np.ones(100_000, np.float32)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not list(tmp_path.iterdir())
