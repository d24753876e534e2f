"""No plate: what an effect that photographs nothing stands on."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from secondunit.imaging.colour import WORKING
from secondunit.plate.files import PlateFiles
from secondunit.plate.record import PlateRecord


class BlankPlate(PlateFiles):
    """Black at every frame, scene-linear ACEScg; nothing on disk but the artist's pictures.

    Args:
        production: the production's folder.
        shot: what is shot.
        width_px: of the pictures.
        height_px: of the pictures.
        pictures: the artist's pictures by name, paths below the production's folder.

    Raises:
        BrokenStore: a path climbs out of the production's folder, or is not there.
    """

    def __init__(
        self,
        production: Path,
        shot: str,
        width_px: int,
        height_px: int,
        pictures: Mapping[str, Path | str] | None = None,
    ) -> None:
        grain = (0.0, 0.0, 0.0)
        record = PlateRecord(shot, "photo", (), width_px, height_px, Fraction(24), 1, WORKING, False, 16, grain)
        super().__init__(production, shot, pictures=pictures, record=record)

    def sized(self, width_px: int) -> BlankPlate:
        """The same at another width."""
        height_px = max(1, round(self.height_px * width_px / self.width_px))
        return BlankPlate(self.production, self.record.shot, width_px, height_px, self.pictures)

    def half(self, number: int) -> npt.NDArray[Any]:
        """One frame, black."""
        return np.zeros((self.height_px, self.width_px, 3), np.float16)
