"""The stage that pictures dust, frame by frame."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import numpy as np

from secondunit.effects.base import Context
from secondunit.effects.collapse.dust.grid import DustGrid
from secondunit.effects.collapse.dust.lighting import DustFrame
from secondunit.effects.collapse.dust.picture import Surfaces, picture
from secondunit.farm.executor import run_frames
from secondunit.imaging.half import floats
from secondunit.plate.survey import Survey
from secondunit.records import read_arrays


class SmokeStage:
    """Writes ``{frame}.npz``, a ``SmokeLayers``, in working size."""

    name: ClassVar[str] = "smoke"
    needs: ClassVar[tuple[str, ...]] = ("survey", "dust", "clean", "shade")
    reads: ClassVar[tuple[str, ...]] = ("dust_look",)
    uses_plate: ClassVar[bool] = False
    uses_size: ClassVar[bool] = True
    uses_frames: ClassVar[bool] = True

    def run(self, context: Context) -> None:
        """Picture all frames that are not there yet, ``context.threads`` at a time."""
        survey = Survey.load(context.inputs["survey"] / "survey.json")
        grid = DustGrid.load(context.inputs["dust"] / "grid.json")
        camera = survey.camera.scaled(context.plate.width_px, context.plate.height_px)

        far = floats(read_arrays(context.inputs["clean"] / "clean.npz", ("far",))["far"])

        def path(frame: int) -> Path:
            return context.out / f"{frame}.npz"

        def work(frame: int) -> None:
            dust = read_dust(context.inputs["dust"] / f"{frame}.npz")
            shade = read_arrays(context.inputs["shade"] / f"{frame}.npz", ("depth", "normal", "settles"))
            depth, normal, settles = (floats(shade[name]) for name in ("depth", "normal", "settles"))
            surfaces = Surfaces(depth, normal, settles, far)
            layers = picture(grid, dust, camera, survey.light, context.settings.dust_look, surfaces)
            context.gate(frame)
            layers.save(path(frame))

        run_frames(
            context.frames,
            work,
            threads=context.threads,
            progress=context.progress,
            is_done=lambda frame: path(frame).exists(),
            writes=True,
        )


def read_dust(path: Path) -> DustFrame:
    """One frame of the dust stage, as float32."""
    arrays = read_arrays(path)
    return DustFrame(
        density=floats(arrays["density"]),
        settled=floats(arrays["settled"]),
        solid=arrays["solid"] * np.float32(1 / 255),
        coordinates=floats(arrays["coordinates"]),
        age=arrays["age"],
    )
