"""Stage 5: the take's frames: plate plus change inside the matte, and what is measured of it."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from secondunit.effects.base import Context
from secondunit.effects.deage.ageing import Change
from secondunit.effects.deage.dial import years_at
from secondunit.effects.deage.follow import FacePath
from secondunit.effects.deage.layers import Placed, layers_of, untouched
from secondunit.effects.deage.measure import looked
from secondunit.effects.deage.report import LOOKED, report
from secondunit.effects.deage.surface import Surface
from secondunit.effects.deage.tracks import box_of
from secondunit.farm.executor import run_frames

Floats = npt.NDArray[np.float32]


class BlendStage:
    """In: the steady changes, the face's path and the plate. Out: ``{frame}.exr``; layers: docs/conventions.md."""

    name: ClassVar[str] = "blend"
    needs: ClassVar[tuple[str, ...]] = ("follow", "steady")
    reads: ClassVar[tuple[str, ...]] = (
        "performer.looks", "years", "traits", "regions", "matte.include", "matte.exclude", "matte.feather", "young",
        "limits", "output.wipe", "output.ages",
    )  # fmt: skip
    uses_plate: ClassVar[bool] = True
    uses_size: ClassVar[bool] = True
    uses_frames: ClassVar[bool] = True

    def run(self, context: Context) -> None:
        """Blend all frames that are not there yet, ``context.threads`` at a time."""
        path, first = FacePath.load(context.inputs["follow"]), context.frames.first
        surface, allowed = Surface(path), _allowed(context)

        def file(frame: int) -> Path:
            return context.out / f"{frame}.exr"

        def work(frame: int) -> None:
            plate, index = context.plate.half(frame), frame - first
            years = years_at(context.settings.performer, context.settings.years, frame)
            if path.weight[index] <= 0 or years == 0:
                context.write_frame(frame, untouched(plate))
                return
            placed = Placed(
                Change.load(context.inputs["steady"] / f"{frame}.npz"),
                path.crops[index],
                path.box(index, context.plate.width_px, context.plate.height_px),
                box_of(path.points[index]),
                float(path.weight[index]),
                surface.step(index),
                path.others[index],
                allowed,
                context.settings.matte.feather,
            )
            context.gate(frame)
            made = layers_of(plate, placed)
            looked(plate, made, placed, context.plate.view).save(context.out / LOOKED / f"{frame}.npz")
            context.write_frame(frame, made.layers)

        run_frames(
            context.frames,
            work,
            threads=context.threads,
            progress=context.progress,
            is_done=lambda frame: file(frame).exists(),
            writes=True,
        )
        report(context, path, surface)


def _allowed(context: Context) -> Floats | None:
    """The artist's masks as one, (H, W) 0..1; None if there are none."""
    include, exclude = context.plate.mask("include"), context.plate.mask("exclude")
    if include is None and exclude is None:
        return None
    whole = np.ones((context.plate.height_px, context.plate.width_px), np.float32) if include is None else include
    return whole if exclude is None else np.asarray(whole * (1 - exclude), np.float32)
