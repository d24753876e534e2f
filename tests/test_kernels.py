"""Compiled kernels never outlive the sources they were made of, nor those of the functions they call."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from secondunit import kernels


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Two files, one of which calls a kernel of the other, and one that has none."""
    (tmp_path / "rows.py").write_text("from numba import njit\n\n@njit(cache=True)\ndef inner(x):\n    return x + 1\n")
    (tmp_path / "outer.py").write_text(
        "from numba import njit\nfrom rows import inner\n\n@njit(cache=True)\ndef outer(x):\n    return inner(x)\n"
    )
    (tmp_path / "plain.py").write_text("ANSWER = 1\n")
    monkeypatch.setattr(kernels, "_PACKAGE", tmp_path)
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    return tmp_path


def run(package):
    kernels.keep_apart()
    chosen = os.environ.pop("NUMBA_CACHE_DIR")
    line = [sys.executable, "-c", "from outer import outer; print(outer(1))"]
    done = subprocess.run(
        line, cwd=package, env={**os.environ, "NUMBA_CACHE_DIR": chosen}, capture_output=True, text=True, check=True
    )
    return int(done.stdout), Path(chosen)


def test_a_kernel_follows_a_change_in_the_function_it_calls(package):
    before, first = run(package)
    rows = package / "rows.py"
    rows.write_text(rows.read_text().replace("x + 1", "x + 5"))
    after, second = run(package)
    assert (before, after) == (2, 6)
    assert first != second
    kernels.forget_others()
    assert [one.name for one in second.parent.iterdir()] == [second.name]


def test_files_without_kernels_cost_no_compiling(package):
    first = kernels._state()
    (package / "plain.py").write_text("ANSWER = 2\n")
    assert kernels._state() == first


def test_a_folder_the_user_chose_stays(package, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", "mine")
    kernels.keep_apart()
    assert os.environ["NUMBA_CACHE_DIR"] == "mine"
