"""``secondunit doctor``: does everything work on this machine; each library is tried, not only found."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from fractions import Fraction
from importlib import metadata
from pathlib import Path

import click

from secondunit.cli.verb import Answer, Verb

ENOUGH_MEMORY_GB = 4.0  # what a take of 96 frames at 960x540 may need
ENOUGH_DISK_GB = 2.0


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    name: str
    good: bool
    found: str


@click.command("doctor", cls=Verb)
def command() -> Answer:
    """Look at this machine: Python, cores, memory, disk, every library at work, every effect."""
    findings = [*_machine(), *(_try(*trial) for trial in TRIALS), *_effects()]
    good = all(one.good for one in findings)
    lines = [f"{'ok ' if one.good else 'BAD'}  {one.name:<14} {one.found}" for one in findings]
    lines.append("All is well." if good else "Something is not well: see BAD above.")
    return Answer({"good": good, "findings": [asdict(one) for one in findings]}, "\n".join(lines), 0 if good else 1)


def _machine() -> list[Finding]:
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    free_gb = shutil.disk_usage(Path.cwd()).free / 1e9
    return [
        Finding("Python", (3, 11) <= sys.version_info[:2] < (3, 13), platform.python_version()),
        Finding("cores", True, str(os.cpu_count())),
        Finding("memory", memory_gb >= ENOUGH_MEMORY_GB, f"{memory_gb:.1f} GB; {ENOUGH_MEMORY_GB:g} are enough"),
        Finding("disk", free_gb >= ENOUGH_DISK_GB, f"{free_gb:.1f} GB free here; {ENOUGH_DISK_GB:g} are enough"),
    ]


def _try(library: str, what: str, trial: Callable[[], bool]) -> Finding:
    try:
        version = metadata.version(library)
        return Finding(library, trial(), f"{version}, {what}")
    except Exception as error:  # a broken library can fail in any way; the finding says how
        return Finding(library, False, f"{what}: {type(error).__name__}: {error}")


def _colour() -> bool:
    import numpy as np

    from secondunit.imaging.colour import SRGB, from_working, to_working

    grey = np.full((1, 1, 3), 0.5, np.float32)
    return bool(np.allclose(from_working(to_working(grey, SRGB), SRGB), grey, atol=1e-4))


def _exr() -> bool:
    import numpy as np

    from secondunit.imaging.exr import write_exr
    from secondunit.imaging.exr_reader import read_exr

    picture = np.linspace(0, 1, 4 * 4 * 3, dtype=np.float16).astype(np.float32).reshape(4, 4, 3)
    with tempfile.TemporaryDirectory() as folder:
        write_exr(Path(folder) / "a.exr", {"composite": picture})
        return bool((read_exr(Path(folder) / "a.exr")[0]["composite"] == picture).all())


def _movie() -> bool:
    import numpy as np

    from secondunit.imaging.movie import MovieWriter, probe

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.mp4"
        with MovieWriter(path, width_px=32, height_px=32, rate=Fraction(24)) as movie:
            for code in (0, 128, 255):
                movie.write(np.full((32, 32, 3), code, np.uint8))
        return len(probe(path).times) == 3


def _ray() -> bool:
    import numpy as np
    from embreex.mesh_construction import TriangleMesh
    from embreex.rtcore_scene import EmbreeScene

    scene = EmbreeScene()
    TriangleMesh(scene, np.array([[[-1, -1, 0], [1, -1, 0], [0, 1, 0]]], np.float32))
    hit = scene.run(np.array([[0, 0, 1]], np.float32), np.array([[0, 0, -1]], np.float32))
    return int(hit[0]) == 0


def _kernel() -> bool:
    from numba import njit

    return int(njit(lambda number: number + 1)(41)) == 42


def _credentials() -> bool:
    import numpy as np

    from secondunit.imaging.files import write_png
    from secondunit.provenance.identity import load_identity
    from secondunit.provenance.reading import State, read_credentials
    from secondunit.provenance.settings import load_settings
    from secondunit.provenance.sign import sign_picture
    from secondunit.provenance.statement import PlateIngredient, Statement

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.png"
        write_png(path, np.zeros((16, 16, 3), np.uint8))
        said = Statement("a", PlateIngredient("0" * 64), (), {}, "0" * 64)
        sign_picture(path, said, load_identity(load_settings()))
        return read_credentials([path])[0].state is State.INTACT


TRIALS: tuple[tuple[str, str, Callable[[], bool]], ...] = (
    ("opencolorio", "a colour there and back", _colour),
    ("OpenImageIO", "an EXR written and read", _exr),
    ("av", "three frames of H.264", _movie),
    ("embreex", "a ray hits a triangle", _ray),
    ("numba", "a compiled function", _kernel),
    ("c2pa-python", "a picture signed and read", _credentials),
)


def _effects() -> list[Finding]:
    from secondunit.effects.registry import survey_plugins

    good, broken = survey_plugins()
    findings = [Finding(f"effect {one.name}", True, ", ".join(stage.name for stage in one.stages)) for one in good]
    return findings + [Finding(f"effect {one.name}", False, f"{one.entry_point}: {one.reason}") for one in broken]
