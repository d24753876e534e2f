"""The project's own performer: a rendered, talking head that looks about sixty, stills of the same face, a bystander.

``load()`` gives the rendered files. ``make performer`` makes them anew. Nobody real is meant.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from secondunit.records import read_json

__all__ = ["PerformerPlate", "load"]


@dataclass(frozen=True)
class PerformerPlate:
    """The shot and its truth.

    Attributes:
        movie: 48 frames of 1920x1080 at 24 frames a second, H.264.
        stills: pictures of the same face, as a casting file holds them: calm, smiling, turned.
        bystander: a picture of somebody else, 1920x1080.
        truth: the ``performer_truth`` document: for every frame landmarks in pixels, the head's turn, jaw and lids.
    """

    movie: Path
    stills: tuple[Path, ...]
    bystander: Path
    truth: dict[str, Any]


def load(folder: Path | None = None) -> PerformerPlate:
    """The performer's plate from ``folder``, by default the one in the package.

    Raises:
        BrokenStore: ``truth.json`` is missing or is not a ``performer_truth`` document.
    """
    here = folder or Path(__file__).parent
    truth = read_json(here / "truth.json", kind="performer_truth", version=1)
    stills = tuple(here / f"{name}.jpg" for name in sorted(truth["stills"]) if name != "bystander")
    return PerformerPlate(here / "plate.mp4", stills, here / "bystander.jpg", truth)
