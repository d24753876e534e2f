"""A face some years younger or older: one call on the canonical crop. Everything before and after it is geometry.

The canonical crop is 512 x 512 px, upright (no roll): the midpoint between the four eye corners lies at ``EYES_AT_PX``,
and the midpoint between the corners of the mouth ``EYES_TO_MOUTH_PX`` from it, so that hair, ears and neck are inside.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from secondunit.effects.deage.controls import Controls
from secondunit.errors import BadPicture

Image = npt.NDArray[np.float32]
Plane = npt.NDArray[np.float32]
Points = npt.NDArray[np.float32]

CROP_PX = 512
EYES_AT_PX = (256.0, 232.0)  # x, y of the midpoint between the eye corners (33, 133, 362, 263 of the mesh)
EYES_TO_MOUTH_PX = 100.0  # from there to the midpoint between the corners of the mouth (61, 291)
LANDMARKS = 478  # MediaPipe face mesh with refined irises
YOUNGEST, OLDEST = 18.0, 90.0  # years between which a face may be moved


@dataclass(frozen=True)
class Years:
    """From which apparent age to which, in years."""

    now: float
    then: float

    @property
    def by(self) -> float:
        """How many years; negative is younger."""
        return self.then - self.now


@dataclass(frozen=True)
class AgedFace:
    """What ageing does to the crop: ``aged(x) = crop(x + flow(x)) + delta(x)``; outside the matte neither moves.

    Attributes:
        delta: (512, 512, 3) scene-linear Rec.709, the crop's own scale; 0 where the matte is 0.
        matte: (512, 512) 0..1: where the picture may differ from the plate; falls to 0 before the crop's edge.
        flow: (512, 512, 2) px of the crop, x and y: where the result's pixel is taken from, less its own place; 0 where
            the matte is 0. None: nothing moves.
        regions: (512, 512) 0..1 by name of ``Regions``: where each region's strength counts.
    """

    delta: Image
    matte: Plane
    flow: Image | None
    regions: dict[str, Plane]


def age_face(
    crop: Image, landmarks: Points, years: Years, controls: Controls | None = None, *, person: Plane | None = None
) -> AgedFace:
    """One face, aged.

    Args:
        crop: (512, 512, 3) float32, scene-linear with Rec.709 primaries, exposed as for a screen (white near 1; more is
            kept): the canonical crop.
        landmarks: (478, 2) float32, x and y in px of the crop, pixel centres at half integers.
        years: from which age to which.
        controls: the artist's; None for 1 everywhere.
        person: (512, 512) 0..1, 1 where the person is (skin, hair, clothes), 0 in the background and where something
            stands in front. None: hair is not told from the background and keeps its colour.

    Raises:
        BadPicture: an array of another shape or kind, a number that is not finite, or an age outside 18..90.
    """
    _check(crop, landmarks, years, person)
    nothing = np.zeros((CROP_PX, CROP_PX), np.float32)
    return AgedFace(np.zeros_like(crop), nothing, None, {})


def _check(crop: Image, landmarks: Points, years: Years, person: Plane | None) -> None:
    wanted = {"crop": (crop, (CROP_PX, CROP_PX, 3)), "landmarks": (landmarks, (LANDMARKS, 2))}
    if person is not None:
        wanted["person"] = (person, (CROP_PX, CROP_PX))
    for name, (array, shape) in wanted.items():
        if array.shape != shape or array.dtype != np.float32:
            raise BadPicture(name, f"{array.dtype} {array.shape}", f"float32 {shape}")
        if not np.isfinite(array).all():
            raise BadPicture(name, "numbers that are not finite", "finite numbers")
    for age in (years.now, years.then):
        if not YOUNGEST <= age <= OLDEST:
            raise BadPicture("years", f"{age:g}", f"{YOUNGEST:g} to {OLDEST:g}", "Only adults are aged, to adults.")
