"""Stage 1: the set as the plate's camera sees it."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import numpy as np

from secondunit.effects.base import Context, Image
from secondunit.effects.sets import view as windows
from secondunit.effects.sets.build import Built
from secondunit.effects.sets.extension.placing import opened, seen_by
from secondunit.effects.sets.layout.locks import read_plan
from secondunit.effects.sets.look import LookSettings, render_from
from secondunit.effects.sets.passes import Solid, passes, rays, softly_lit
from secondunit.effects.sets.plan import SetPlan
from secondunit.errors import BadBrief
from secondunit.imaging.colour import View, plate_from_codes, to_display
from secondunit.plate.survey import Survey
from secondunit.records import write_arrays, write_json
from secondunit.scene.camera import Camera

PLAN, SURVEY = "plan", "survey"  # names of what lies beside the brief
PER_SIDE = 4  # squared samples a pixel for the alpha
QUICK_PER_SIDE = 2  # of a quick picture and its alpha


class SetStage:
    """In: the set's plan and the survey. Out: ``set.npz`` with beauty and data layers, ``set.json`` with attributes."""

    name: ClassVar[str] = "set"
    needs: ClassVar[tuple[str, ...]] = ()
    reads: ClassVar[tuple[str, ...]] = ("set", "look", "output.samples")
    uses_plate: ClassVar[bool] = True
    uses_size: ClassVar[bool] = True
    uses_frames: ClassVar[bool] = False

    def run(self, context: Context) -> None:
        """Render the set once: the camera stands still."""
        context.plate.require_still()
        full, width, height = context.plate.full(), context.plate.width_px, context.plate.height_px
        plan = read_plan(_beside(context, PLAN), "set.plan")
        camera = surveyed(_beside(context, SURVEY), full.width_px, full.height_px)
        camera = seen_by(camera, context.settings.set).scaled(width, height)
        context.progress(0, 1, "set")
        built = opened(plan, camera)
        solid = Solid(built)
        samples, stops = context.settings.output.samples, context.settings.look.exposure_stops
        if samples:
            settings = LookSettings(samples=samples, exposure_stops=stops)
            beauty = traced(plan, camera, settings, built, solid)
        else:
            beauty = quick(camera, solid) * np.array([2.0**stops] * 3 + [1.0], np.float32)
        if not beauty[..., 3].any():
            x, y, z = (round(float(value), 1) for value in camera.position_m)
            found = f"nothing of the set is in the picture: the camera is at {x:g}, {y:g}, {z:g} m in the set's axes"
            raise BadBrief("set.at_m", found, "a place that the plate's camera sees", "Move or turn the set.")
        beauty = beside(beauty, context.plate.view)
        data = passes(solid, camera)
        write_json(context.out / "set.json", {"kind": "attributes", "version": 1, "attributes": dict(data.attributes)})
        write_arrays(context.out / "set.npz", {"beauty": beauty, **data.layers})


def _beside(context: Context, name: str) -> Path:
    path = context.plate.beside(name)
    if path is None:
        raise BadBrief(f"set.{name}", "not given", f"the path of a {name}.json below the production's folder")
    return path


def surveyed(path: Path, width_px: int, height_px: int) -> Camera:
    """The camera that a survey solved, for a plate of that size.

    Raises:
        BadBrief: it is the survey of another plate.
        BrokenStore: it cannot be read.
    """
    camera = Survey.load(path).camera
    if (camera.width_px, camera.height_px) != (width_px, height_px):
        found = f"a survey of {camera.width_px} x {camera.height_px} px"
        wanted = f"one of this plate, which has {width_px} x {height_px} px"
        raise BadBrief("set.survey", found, wanted, "Survey the plate: secondunit survey SHOW SHOT.")
    return camera


def traced(plan: SetPlan, camera: Camera, settings: LookSettings, built: Built, solid: Solid) -> Image:
    """The set in its own light, premultiplied RGBA (h, w, 4): where there is glass, what lies behind is seen."""
    picture = render_from(plan, camera, settings, built, solid).colour
    alpha = _alpha(solid, camera, PER_SIDE)
    rows, columns, _ = windows.glazed(built.panes, 1 - alpha, camera)
    bars = windows.beside(picture, alpha >= 1)[rows, columns]
    picture[rows, columns] = bars * alpha[rows, columns, None]  # without the glass' own shine
    picture[alpha == 0] = 0
    return np.dstack([picture, alpha]).astype(np.float32)


def beside(beauty: Image, view: View) -> Image:
    """The set (h, w, 4) as it looks in its stills, in the colours of a plate that is shown by ``view``.

    A display-referred plate is not tone-mapped when it is shown: the set is, before it stands beside it.
    """
    if view is View.SCENE_LINEAR:
        return beauty
    alpha = beauty[..., 3:]
    codes = to_display(beauty[..., :3] / np.maximum(alpha, 1e-6), View.SCENE_LINEAR)
    out: Image = np.concatenate([plate_from_codes(codes) * alpha, alpha], -1).astype(np.float32)
    return out


def quick(camera: Camera, solid: Solid) -> Image:
    """The set in soft light, premultiplied RGBA (h, w, 4)."""
    count, height, width = QUICK_PER_SIDE, camera.height_px, camera.width_px
    origins, headings = rays(camera, count)
    colour = softly_lit(solid, origins, headings, (height * count, width * count))
    alpha = (solid.scene.first(origins, headings).triangle >= 0).reshape(height * count, width * count, 1)
    fine = np.concatenate([colour * alpha, alpha], -1).reshape(height, count, width, count, 4)
    out: Image = fine.mean((1, 3)).astype(np.float32)
    return out


def _alpha(solid: Solid, camera: Camera, count: int) -> Image:
    origins, headings = rays(camera, count)
    met = (solid.scene.first(origins, headings).triangle >= 0).reshape(camera.height_px, count, camera.width_px, count)
    out: Image = met.mean((1, 3), dtype=np.float32)
    return out
