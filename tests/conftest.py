"""``secondunit`` as a process of its own, with the tiny effect installed as any plug-in would be."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXPOSURE = "exposure = secondunit.testing.tiny_effect:Exposure\n"


class Installed:
    """A folder on the path with the metadata that pip would write, and a way to run the command line with it."""

    def __init__(self, folder: Path, entry_points: str = EXPOSURE) -> None:
        info = folder / "tiny-1.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: tiny\nVersion: 1\n")
        (info / "entry_points.txt").write_text(f"[secondunit.effects]\n{entry_points}")
        paths = [str(folder), *filter(None, [os.environ.get("PYTHONPATH")])]
        self.environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}

    def start(self, *words: object) -> "subprocess.Popen[str]":
        """Start ``secondunit`` with these words."""
        line = [sys.executable, "-c", "from secondunit.cli import main; main()", *map(str, words)]
        return subprocess.Popen(
            line,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
        )

    def run(self, *words: object) -> "tuple[int, str, str]":
        """Exit code, stdout and stderr of ``secondunit`` run to its end."""
        process = self.start(*words)
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err


@pytest.fixture(scope="session", autouse=True)
def _home(tmp_path_factory):
    """Keys and certificates of the tests are theirs alone; child processes inherit the folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECONDUNIT_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture
def installed(tmp_path):
    return Installed(tmp_path / "plugin")


@pytest.fixture
def install():
    return Installed
