"""The smallest real effect, to copy from: a square of the plate gets brighter, frame by frame.

Two stages. ``square`` decides where; ``light`` writes one EXR a frame. Everything outside the square is the plate.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from secondunit.brief.section import Section
from secondunit.effects.base import Context, Issued, Stage
from secondunit.errors import BadBrief
from secondunit.farm.executor import run_frames
from secondunit.imaging.colour import to_half
from secondunit.policy.facts import PersonChange
from secondunit.provenance.actions import Action, Source
from secondunit.records import read_json, write_json


class Square(Section):
    """Which part of the picture."""

    size: float = Field(0.25, description="Side of the square, as a share of the picture's height.", gt=0, le=1)
    holdout: str | None = Field(None, description="A picture, white where something stands in front.")


class Lift(Section):
    """How much light."""

    stops: float = Field(1.0, description="Exposure at the last frame.", json_schema_extra={"unit": "stops"}, le=8)
    flicker: float = Field(0.1, description="Random change from frame to frame.", ge=0, le=1)
    patience_s: float = Field(0.0, description="Time to wait on every frame; to try interruptions.", ge=0, le=10)


class Output(Section):
    """The size of what is written."""

    width_px: int | None = Field(None, description="Width of the take; the plate's if not given.", ge=16, le=8192)


class ExposureSettings(Section):
    """All settings."""

    square: Square = Square()
    lift: Lift = Lift()
    output: Output = Output()


class PlaceSquare:
    """Where the square is. In: the plate's size and a seed. Out: ``square.json`` (left, top, side in pixels)."""

    name: ClassVar[str] = "square"
    needs: ClassVar[tuple[str, ...]] = ()
    reads: ClassVar[tuple[str, ...]] = ("square.size",)
    uses_plate: ClassVar[bool] = False
    uses_size: ClassVar[bool] = True
    uses_frames: ClassVar[bool] = False

    def run(self, context: Context) -> None:
        """Choose a place for the square inside the picture."""
        width, height = context.plate.width_px, context.plate.height_px
        side = max(1, min(width, round(context.settings.square.size * height)))
        random = np.random.default_rng(context.seed)
        left, top = (int(random.integers(0, room + 1)) for room in (width - side, height - side))
        write_json(
            context.out / "square.json", {"kind": "square", "version": 1, "left": left, "top": top, "side": side}
        )


class LightSquare:
    """The frames. In: the square and the plate. Out: ``{frame}.exr`` with composite, matte and the layer ``light``."""

    name: ClassVar[str] = "light"
    needs: ClassVar[tuple[str, ...]] = ("square",)
    reads: ClassVar[tuple[str, ...]] = ("lift", "square.holdout")
    uses_plate: ClassVar[bool] = True
    uses_size: ClassVar[bool] = True
    uses_frames: ClassVar[bool] = True

    def run(self, context: Context) -> None:
        """Write the frames that are not there yet."""
        square = read_json(context.inputs["square"] / "square.json", kind="square", version=1)

        def path(frame: int) -> Path:
            return context.out / f"{frame}.exr"

        def work(frame: int) -> None:
            time.sleep(context.settings.lift.patience_s)
            context.write_frame(frame, self._layers(context, square, frame))

        run_frames(
            context.frames,
            work,
            threads=context.threads,
            progress=context.progress,
            is_done=lambda frame: path(frame).exists(),
        )

    def _layers(self, context: Context, square: dict[str, Any], frame: int) -> dict[str, Any]:
        plate = context.plate.frame(frame)
        matte = np.zeros(plate.shape[:2], np.float32)
        matte[square["top"] : square["top"] + square["side"], square["left"] : square["left"] + square["side"]] = 1
        holdout = context.plate.mask("holdout")
        if holdout is not None:
            matte *= 1 - holdout
        random = np.random.default_rng([context.seed, frame])  # by frame: the order of the work does not matter
        share = (frame - context.frames.first + 1) / len(context.frames)
        stops = context.settings.lift.stops * share + context.settings.lift.flicker * random.normal()
        matte = to_half(matte)
        light = to_half(plate * (2.0**stops - 1.0))
        composite = np.where(matte[..., None] > 0, to_half(plate + matte[..., None] * light), plate)
        return {"composite": composite, "matte": matte, "light": light}


class Exposure:
    """A square of the plate gets brighter."""

    name: ClassVar[str] = "exposure"
    settings: ClassVar[type[ExposureSettings]] = ExposureSettings
    facts: ClassVar[dict[str, Any]] = {"generative": False, "alters_people": False}
    stages: ClassVar[tuple[Stage, ...]] = (PlaceSquare(), LightSquare())

    def check(self, settings: ExposureSettings) -> list[BadBrief]:
        """What contradicts itself."""
        if settings.lift.stops == 0 and settings.lift.flicker == 0:
            return [BadBrief("lift", "neither stops nor flicker: nothing would change", "one of them above 0")]
        return []

    def changes(self, settings: ExposureSettings) -> tuple[PersonChange, ...]:
        """Nobody's likeness."""
        return ()

    def canvas(self, settings: ExposureSettings) -> None:
        """It changes a plate."""

    def pictures(self, settings: ExposureSettings) -> dict[str, str]:
        """The hold-out, if there is one."""
        return {"holdout": settings.square.holdout} if settings.square.holdout else {}

    def actions(self, settings: ExposureSettings) -> tuple[Action, ...]:
        """One: nothing is placed."""
        return (Action(kind="edited", what="A square of the plate gets brighter.", source=Source.ENHANCED),)

    def issue(self, settings: ExposureSettings, result: Path, issued: Issued) -> dict[str, bytes]:
        """None."""
        return {}

    def preview(self, settings: ExposureSettings) -> ExposureSettings:
        """Nothing to make cheaper but the waiting."""
        return settings.model_copy(update={"lift": settings.lift.model_copy(update={"patience_s": 0.0})})

    def variation(self, settings: ExposureSettings, number: int) -> tuple[ExposureSettings, str]:
        """Each one half a stop brighter."""
        stops = min(8.0, settings.lift.stops + 0.5 * (number + 1))
        lift = settings.lift.model_copy(update={"stops": stops})
        return settings.model_copy(update={"lift": lift}), f"{stops:+.1f} stops"
