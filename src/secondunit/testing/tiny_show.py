"""A production small enough for a test: a plate of a few pixels, a brief for the tiny effect."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from secondunit.imaging.files import write_png
from secondunit.plate.ingest import ingest
from secondunit.production import Production

SHOT = "EP101_012_0010"
BRIEF = """[brief]
version = 1
effect = "exposure"
shot = "EP101_012_0010"
use = "temp"
frames = {frames}

[lift]
patience_s = {patience_s}
"""


def tiny_show(folder: Path, *, frames: int = 6, patience_s: float = 0.0) -> Production:
    """A production with one plate of 96x64 pixels and ``briefs/exposure.toml``.

    Args:
        folder: where; must be new or empty.
        frames: of the brief.
        patience_s: how long the effect waits on each frame, to try interruptions.
    """
    production = Production.new(folder, title="Tiny")
    picture = folder / "street.png"
    write_png(picture, gradient(96, 64))
    ingest(picture, production.folder, SHOT, rate=production.rate)
    brief = folder / "briefs" / "exposure.toml"
    brief.write_text(BRIEF.format(frames=frames, patience_s=patience_s), encoding="utf-8")
    return production


def gradient(width_px: int, height_px: int) -> npt.NDArray[np.uint8]:
    """A picture in which every pixel differs from its neighbours, sRGB codes (height, width, 3)."""
    y, x = np.mgrid[0:height_px, 0:width_px]
    picture = np.stack([x * 2 + 20, y * 3 + 20, (x * 7 + y * 11) % 200 + 20], axis=-1)
    return np.asarray(picture, np.uint8)
