"""The project's own demo plate: a procedural street, its pictures and what is true about it.

``load()`` gives the rendered files. ``python -m secondunit.testing.street.render`` makes them anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from secondunit.records import read_json
from secondunit.scene.camera import Camera

__all__ = ["StreetPlate", "load"]


@dataclass(frozen=True)
class StreetPlate:
    """The rendered street and its truth.

    Attributes:
        plate: the picture, 1920x1080 sRGB JPEG.
        clean: the same without the hero building, its shadow and its reflections.
        holdout: matte, white where something stands in front of the hero or of where its debris goes.
        building: matte of the hero where it is seen.
        camera: the true camera of all four pictures.
        truth: the ``street_truth`` document: facades and openings in metres, corners in pixels, sun, neighbours.
    """

    plate: Path
    clean: Path
    holdout: Path
    building: Path
    camera: Camera
    truth: dict[str, Any]


def load(folder: Path | None = None) -> StreetPlate:
    """The demo plate from ``folder``, by default the one in the package.

    Raises:
        BrokenStore: ``truth.json`` is missing or is not a ``street_truth`` document.
    """
    here = folder or Path(__file__).parent
    truth = read_json(here / "truth.json", kind="street_truth", version=1)
    camera = Camera.from_json(truth["camera"])
    return StreetPlate(
        here / "plate.jpg", here / "clean.jpg", here / "holdout.png", here / "building.png", camera, truth
    )
