"""Stage 3: the change of each frame on the canonical crop, as a ratio of light, in the face's own place."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import cv2
import numpy as np
import numpy.typing as npt

from secondunit.effects.base import Context
from secondunit.effects.deage.age import CROP_PX, AgedFace, Years, age_face
from secondunit.effects.deage.align import crop_at
from secondunit.effects.deage.bands import box_of
from secondunit.effects.deage.controls import Controls
from secondunit.effects.deage.dial import ages_at
from secondunit.effects.deage.follow import FacePath
from secondunit.effects.deage.learned import residual
from secondunit.effects.deage.settings import DeageSettings
from secondunit.effects.deage.young import look_in, look_of, steered, still_names
from secondunit.farm.executor import run_frames
from secondunit.imaging.colour import View
from secondunit.imaging.half import floats, halves
from secondunit.nets.patches import applied
from secondunit.nets.person import person_matte
from secondunit.nets.runtime import Precision
from secondunit.records import read_arrays, write_arrays

FLOOR = 0.02  # light added to both sides of the ratio, white = 1: what is black may be lifted, and noise stays noise
SKIN = (
    0.22  # linear light that the face of a scene-linear plate is exposed to: between fair and dark skin under key light
)
PRECISION: Precision = (
    "auto"  # of the network: where a CPU has it bf16, a fifth of the time and under a third of a code off
)
GLINT, GLINT_LIGHT = 4.0, 0.6  # light over the median of 5 x 5 px, and linear light: more of both is a glint
REGIONS = ("forehead", "eyes", "cheeks", "mouth", "jaw", "neck", "hair")

Floats = npt.NDArray[np.float32]
Halfs = npt.NDArray[np.float16]


@dataclass(frozen=True)
class Change:
    """What is to happen to the crop of one frame.

    Attributes:
        ratio: (512, 512, 3) natural logarithm of (aged + FLOOR) / (moved + FLOOR), linear Rec.709; 0 = no change.
        flow: (512, 512, 2) px of the crop: where the result's pixel is taken from, less its own place.
        matte: (512, 512) 0..1.
        regions: (512, 512, 7) 0..1, in the order of ``REGIONS``.
        exposure: by which the plate is multiplied before it is aged.
    """

    ratio: Halfs
    flow: Halfs
    matte: Halfs
    regions: npt.NDArray[np.uint8]
    exposure: float

    @classmethod
    def load(cls, path: Path) -> Change:
        """Read what the stage wrote; raises ``BrokenStore`` if it is damaged."""
        arrays: dict[str, Any] = read_arrays(path)
        return cls(**{**arrays, "exposure": arrays["exposure"].item()})

    def save(self, path: Path) -> None:
        """Write it, whole or not at all."""
        write_arrays(path, {**vars(self), "exposure": np.array(self.exposure)})


class AgeStage:
    """In: the face's path and the plate. Out: ``{frame}.npz``, see ``Change``, for frames in which it is to be seen."""

    name: ClassVar[str] = "age"
    needs: ClassVar[tuple[str, ...]] = ("follow",)
    reads: ClassVar[tuple[str, ...]] = ("performer.looks", "years", "traits", "regions", "young")
    uses_plate: ClassVar[bool] = True
    uses_size: ClassVar[bool] = True
    uses_frames: ClassVar[bool] = True

    def run(self, context: Context) -> None:
        """Age all frames that were not aged yet, ``context.threads`` at a time."""
        path = FacePath.load(context.inputs["follow"])
        controls = controls_for(context, path)
        seen = [frame for frame in context.frames if path.weight[frame - context.frames.first] > 0]
        exposure = exposures(context, path) if seen else np.empty(0)

        def file(frame: int) -> Path:
            return context.out / f"{frame}.npz"

        def work(frame: int) -> None:
            context.gate(frame)
            index = frame - context.frames.first
            ages = ages_at(context.settings.performer, context.settings.years, frame)
            gain = float(exposure[index])
            if ages.by == 0:
                unchanged(gain).save(file(frame))
                return
            crop = crop_at(context.plate, frame, path.crops[index]) * np.float32(gain)
            marks = applied(path.crops[index], path.points[index, :, :2]).astype(np.float32)
            aged(crop, marks, ages, controls, gain).save(file(frame))

        run_frames(
            seen,
            work,
            threads=context.threads,
            progress=context.progress,
            is_done=lambda frame: file(frame).exists(),
            writes=True,
        )


def aged(crop: Floats, marks: Floats, ages: Years, controls: Controls, exposure: float) -> Change:
    """The change of a crop (512, 512, 3) with landmarks (478, 2) in its px, exposed as for a screen."""
    crop = without_glints(crop)
    person = person_matte(codes_of(crop))
    learned = functools.partial(residual, precision=PRECISION)
    return change_of(crop, age_face(crop, marks, ages, controls, person=person, learned=learned), exposure)


def without_glints(crop: Floats) -> Floats:
    """A crop (512, 512, 3) with each tiny hard highlight as bright as what is around it.

    It is no mark of age: what lies under it changes as the skin beside it does, and it is lit by the same ratio.
    """
    light = np.asarray(crop @ np.array((0.2126, 0.7152, 0.0722), np.float32), np.float32)  # ITU-R BT.709 luminance
    if float(light.max()) < GLINT_LIGHT:
        return crop
    around = cv2.medianBlur(light, 5)
    glint = (light > GLINT_LIGHT) & (light > GLINT * around)
    if not glint.any():
        return crop
    return np.where(glint[..., None], crop * (around / np.maximum(light, GLINT_LIGHT))[..., None], crop)


def controls_for(context: Context, path: FacePath) -> Controls:
    """The artist's controls, steered by the stills if there are any.

    Raises:
        CannotSolve: a still does not show exactly one face that is large enough.
    """
    settings = context.settings
    controls = controls_of(settings)
    if not settings.young.stills or not (path.weight > 0).any():
        return controls
    stills = zip(still_names(settings.young.stills), settings.young.stills, strict=True)
    then = [look_in(context.plate.still(name), path_) for name, path_ in stills]
    index = int(np.argmin(np.where(path.weight >= path.weight.max() - 1e-6, np.abs(path.yaw_deg), np.inf)))
    crop = crop_at(context.plate, context.frames.first + index, path.crops[index])
    crop = crop * np.float32(exposures(context, path)[index])
    marks = applied(path.crops[index], path.points[index, :, :2]).astype(np.float32)
    now = look_of(crop, marks, float(path.yaw_deg[index]))
    return steered(controls, then, now, settings.young.strength)


def controls_of(settings: DeageSettings) -> Controls:
    """The artist's strengths."""
    years = settings.years
    return Controls(
        strength=years.strength, traits=settings.traits, regions=settings.regions, hair_colour=years.hair_colour
    )


def codes_of(crop: Floats) -> Floats:
    """A crop as a screen shows it, (512, 512, 3) sRGB codes / 255."""
    code = np.clip(crop, 0, 1)
    shown = np.where(code > 0.0031308, 1.055 * code ** (1 / 2.4) - 0.055, 12.92 * code)  # IEC 61966-2-1
    return np.asarray(shown, np.float32)


def exposures(context: Context, path: FacePath) -> npt.NDArray[np.float64]:
    """What each frame is multiplied by before it is aged, (T,): 1 where the plate was made for a screen already.

    A scene-linear plate may be in any unit of light: the skin is brought to that of a picture on a screen. One factor
    for the whole shot: the ratio that comes out does not know it.
    """
    total = len(context.frames)
    if context.plate.view is View.DISPLAY_REFERRED:
        return np.ones(total)
    looked = np.flatnonzero(path.weight > 0)
    looked = looked[:: max(1, len(looked) // 5)]
    levels = []
    for index in looked:
        crop = crop_at(context.plate, context.frames.first + int(index), path.crops[index])
        levels.append(float(np.median(crop[180:400, 160:352] @ (0.2126, 0.7152, 0.0722))))  # ITU-R BT.709 luminance
    return np.full(total, SKIN / max(float(np.median(levels)), 1e-6))


def unchanged(exposure: float) -> Change:
    """Nothing happens."""
    size = (CROP_PX, CROP_PX)
    flat = np.zeros(size, np.float16)
    return Change(
        np.zeros((*size, 3), np.float16),
        np.zeros((*size, 2), np.float16),
        flat,
        np.zeros((*size, len(REGIONS)), np.uint8),
        exposure,
    )


def change_of(crop: Floats, aged: AgedFace, exposure: float) -> Change:
    """The change as a ratio of light: it fits any brightness, keeps grain and highlights, and can be averaged."""
    moved = crop if aged.moved is None else aged.moved
    flow = np.zeros((CROP_PX, CROP_PX, 2), np.float32) if aged.flow is None else aged.flow
    ratio = np.zeros((CROP_PX, CROP_PX, 3), np.float32)
    if (box := box_of(aged.matte)) is not None:  # outside of it nothing differs
        below = np.maximum(moved[box], -FLOOR / 2) + FLOOR
        ratio[box] = np.log(np.maximum(below + aged.delta[box], FLOOR / 4) / below)
    planes = [aged.regions.get(name, np.zeros((CROP_PX, CROP_PX), np.float32)) for name in REGIONS]
    regions: Any = cv2.merge([cv2.convertScaleAbs(np.maximum(plane, 0), alpha=255) for plane in planes])
    return Change(halves(ratio), halves(flow), halves(aged.matte), regions, exposure)


def wide(change: Change) -> tuple[Floats, Floats, Floats]:
    """Ratio, flow and matte as 32-bit floats."""
    return floats(change.ratio), floats(change.flow), floats(change.matte)
