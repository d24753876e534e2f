"""Stage 3: a picture of each camera, and the set from above."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from secondunit.effects.base import Context
from secondunit.effects.sets import cameras
from secondunit.effects.sets.above import above
from secondunit.effects.sets.build import Built, build
from secondunit.effects.sets.layout.locks import read_plan
from secondunit.effects.sets.look import LookSettings, render
from secondunit.effects.sets.passes import Solid, passes, preview
from secondunit.effects.sets.plan import SetPlan
from secondunit.errors import BadBrief
from secondunit.imaging.exr import PLAIN
from secondunit.records import read_arrays, write_arrays, write_json

FULL = ("depth", "crypto00", "crypto01", "crypto02")  # layers that keep 32-bit floats


class StillsStage:
    """In: the plan. Out: ``{frame}.npz`` with the layers of each still, ``{frame}.json`` with the file's attributes."""

    name: ClassVar[str] = "stills"
    needs: ClassVar[tuple[str, ...]] = ("plan",)
    reads: ClassVar[tuple[str, ...]] = ("output.samples", "look.view_stops")
    uses_plate: ClassVar[bool] = False
    uses_size: ClassVar[bool] = True
    uses_frames: ClassVar[bool] = True

    def run(self, context: Context) -> None:
        """Render the stills that are not there yet; the last is the view from above."""
        plan = plan_of(context.inputs["plan"])
        if len(plan.eyes) != len(context.frames) - 1:
            asked, has = str(len(context.frames) - 1), f"{len(plan.eyes)}: so many cameras the plan has"
            raise BadBrief("cameras.count", asked, has, "Change the count, or the cameras (eyes) of plan.json.")
        built = build(plan)
        solid = Solid(built)
        for done, frame in enumerate(context.frames):
            context.progress(done, len(context.frames), "stills")
            path = context.out / f"{frame}.npz"
            if path.exists():
                continue
            context.gate(frame)
            layers, attributes = self._still(context, plan, built, solid, done)
            write_json(path.with_suffix(".json"), {"kind": "attributes", "version": 1, "attributes": attributes})
            write_arrays(path, layers)

    def _still(
        self, context: Context, plan: SetPlan, built: Built, solid: Solid, number: int
    ) -> tuple[dict[str, Any], Mapping[str, Any]]:
        width, height, samples = context.plate.width_px, context.plate.height_px, context.settings.output.samples
        if number == len(plan.eyes):
            top = above(plan, width, height, solid)
            return {PLAIN: top.colour, "depth": top.depth, "normal": top.normal}, {"secondunit/metres": top.metres}
        eye = plan.eyes[number]
        data = passes(solid, cameras.camera(eye, width, height))
        layers, attributes = dict(data.layers), dict(data.attributes)
        if samples == 0:
            return {PLAIN: preview(plan, eye, width, height, solid), **layers}, attributes
        stops = context.settings.look.view_stops
        settings = LookSettings(width_px=width, height_px=height, samples=samples, view_stops=stops)
        picture = render(plan, eye, settings, built, solid)
        said = {"secondunit/exposure": picture.exposure, "secondunit/balance_kelvin": picture.kelvin}
        return {PLAIN: picture.colour, **picture.groups, **layers}, {**attributes, **said}


def plan_of(folder: Path) -> SetPlan:
    """The plan that the stage ``plan`` left, or that an artist put in its place."""
    return read_plan(folder / "plan.json")


def layers_of(path: Path) -> dict[str, Any]:
    """The layers of a still as this stage wrote them; the matte is all of it."""
    layers = read_arrays(path)
    shape = layers[PLAIN].shape[:2]
    return {**layers, "matte": np.ones(shape, np.float32)}
