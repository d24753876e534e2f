"""Stills of the performer when young: what they tell of hair, brows, lips and shape steers how strong each trait is.

Only what light does not change is compared: hair and lips over the skin beside them, in the still and in the plate.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from secondunit.effects.deage.age import CROP_PX
from secondunit.effects.deage.align import crop_of, to_crop, yaws
from secondunit.effects.deage.anatomy import anatomy
from secondunit.effects.deage.bands import LUMA, srgb
from secondunit.effects.deage.controls import STRONGEST, Controls
from secondunit.effects.deage.find import meshes_in
from secondunit.effects.deage.mattes import LEAST_HAIR_PX, mattes
from secondunit.effects.deage.pigment import LIPS, WHITE_HAIR
from secondunit.errors import CannotSolve
from secondunit.imaging.colour import Codes, plate_from_codes
from secondunit.nets.patches import applied
from secondunit.nets.person import person_matte

FRONTAL_DEG = 20.0  # farther turned, a face's shape is not compared
LEAST_PX = 24.0  # from eyes to mouth in a still: below, brows and lips tell nothing
BROW_STOPS = 0.6  # by so much darker than now the brows of the young are brought back at strength 1
JAW = 0.045  # of the cheeks' width: by so much narrower the jaw becomes at shape 1 and 20 years (``shape.PUSHES``)
DARKEST = 0.045  # reflectance of a head of black hair, its sheen included
SURE = 0.7  # of a matte

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Look:
    """What of a face can be told in any light.

    Attributes:
        hair: (3,) colour of the hair over that of the skin, linear; None where too little is seen.
        lips: (3,) natural logarithm of the lips' colour over the skin's.
        brows: stops by which the brows are darker than the skin.
        jaw: width of the jaw over that of the cheeks; None if the head is turned.
    """

    hair: tuple[float, ...] | None
    lips: tuple[float, ...]
    brows: float
    jaw: float | None


def look_of(crop: Floats, marks: Floats, yaw_deg: float) -> Look:
    """How a face looks, from its crop (512, 512, 3), exposed as for a screen, and landmarks (478, 2) in its px."""
    places = anatomy(marks, CROP_PX)
    found = mattes(crop, marks, places, person_matte(srgb(crop)))
    skin = _middle(crop, found.skin > SURE, np.full(3, found.level))
    hair = found.hair > SURE
    near = (places.jaw > 0.5) & (found.skin > SURE)
    lips = np.log(_middle(crop, places.lips > 0.9, skin) / _middle(crop, near, skin))
    core = places.brows > 0.9
    brows = float(np.log2((skin @ LUMA) / (_middle(crop, core, skin) @ LUMA)))
    jaw = np.hypot(*(marks[397] - marks[172])) / max(float(np.hypot(*(marks[454] - marks[234]))), 1.0)
    return Look(
        tuple((_middle(crop, hair, skin) / skin).tolist()) if hair.sum() >= LEAST_HAIR_PX else None,
        tuple(lips.tolist()),
        brows,
        float(jaw) if abs(yaw_deg) < FRONTAL_DEG else None,
    )


def steered(controls: Controls, then: Sequence[Look], now: Look, strength: float) -> Controls:
    """The artist's controls, with hair colour and strengths of traits as far as the stills tell them.

    Args:
        controls: of the brief; a hair colour given there stays.
        then: of the stills.
        now: of the plate.
        strength: 0..1, how far the stills steer.
    """
    traits, colour = controls.traits, controls.hair_colour
    hairs = [one.hair for one in then if one.hair is not None]
    if colour is None and hairs and now.hair is not None and strength > 0:
        share = np.mean(hairs, axis=0) / np.maximum(now.hair, 1e-3)
        colour = _as_hair(WHITE_HAIR * share)
    gap = np.mean([one.lips for one in then], axis=0) - np.array(now.lips)
    wanted = {
        "lips": float(gap @ LIPS / (LIPS @ LIPS)),
        "brows": (float(np.mean([one.brows for one in then])) - now.brows) / BROW_STOPS,
    }
    jaws = [one.jaw for one in then if one.jaw is not None]
    if jaws and now.jaw is not None:
        wanted["shape"] = (now.jaw - float(np.mean(jaws))) / JAW
    update = {
        name: getattr(traits, name) * (1 + strength * (float(np.clip(value, 0, STRONGEST)) - 1))
        for name, value in wanted.items()
    }
    update = {name: min(STRONGEST, value) for name, value in update.items()}
    return controls.model_copy(update={"traits": traits.model_copy(update=update), "hair_colour": colour})


def _as_hair(colour: npt.NDArray[Any]) -> tuple[float, float, float]:
    """The nearest colour that hair has: melanin takes blue before green and green before red, and black hair shines."""
    red, green, blue = (float(one) for one in colour)
    red, blue = max(red, green), min(blue, green)
    lift = max(DARKEST / max(float(np.array((red, green, blue)) @ LUMA), 1e-6), 1.0)
    red, green, blue = np.clip(np.array((red, green, blue)) * lift, 0, 1).tolist()
    return red, green, blue


def still_names(stills: Iterable[str]) -> dict[str, str]:
    """Paths of stills by the names that ``Plate.still`` knows them by."""
    return {f"young{index}": path for index, path in enumerate(stills)}


def look_in(codes: Codes, path: str) -> Look:
    """How the face in a still looks, (h, w, 3) sRGB codes; ``path`` is for errors.

    Raises:
        CannotSolve: it does not show exactly one face that is large enough.
    """
    faces, where = meshes_in(codes), f"young.stills: {path}"
    if len(faces.points) != 1:
        found = f"{len(faces.points)} faces" if len(faces.points) else "no face"
        raise CannotSolve(where, found, "the performer's face alone", "Cut it to that, and ask for consent anew.")
    points = faces.points[0]
    eyes, mouth = points[[33, 133, 362, 263], :2].mean(axis=0), points[[61, 291], :2].mean(axis=0)
    if (size := float(np.hypot(*(eyes - mouth)))) < LEAST_PX:
        raise CannotSolve(where, f"{size:.0f} px from eyes to mouth", f"{LEAST_PX:g} px or more", "Use a larger still.")
    to = to_crop(points)
    crop = crop_of(plate_from_codes(codes), to)
    return look_of(crop, applied(to, points[:, :2]).astype(np.float32), float(np.degrees(yaws(points[None])[0])))


def _middle(crop: Floats, where: npt.NDArray[np.bool_], otherwise: npt.NDArray[Any]) -> Floats:
    """Median colour of a place, kept above black."""
    colour = np.median(crop[where], axis=0) if where.any() else otherwise
    return np.maximum(np.asarray(colour, np.float32), np.float32(1e-3))
