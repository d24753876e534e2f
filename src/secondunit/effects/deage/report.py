"""What is laid beside the frames of a take: quality as numbers and a plot, marks, a sheet of ages, where to wipe."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from secondunit.effects.base import Context
from secondunit.effects.deage.age import CROP_PX, Years
from secondunit.effects.deage.ageing import FLOOR, aged, controls_for, exposures, wide
from secondunit.effects.deage.align import crop_at
from secondunit.effects.deage.controls import Controls
from secondunit.effects.deage.dial import ages_at, years_at
from secondunit.effects.deage.follow import DOUBTS, FacePath
from secondunit.effects.deage.measure import Looked, Measured, measured
from secondunit.effects.deage.plot import plotted
from secondunit.effects.deage.surface import Surface, warped
from secondunit.farm.executor import in_order
from secondunit.imaging.colour import LINEAR_SRGB, Codes, to_display, to_working
from secondunit.imaging.files import write_png
from secondunit.imaging.sheet import contact_sheet
from secondunit.nets.patches import applied
from secondunit.records import read_json, write_json

EXTRAS = "extras"  # the take's own word: what lies in this folder goes into it
LOOKED = "looked"  # folder of what is measured

Floats = npt.NDArray[np.float32]


def report(context: Context, path: FacePath, surface: Surface) -> None:
    """Measure all frames and write ``extras/``; every frame of the take has been written by now."""
    settings, out = context.settings, context.out / EXTRAS
    out.mkdir(exist_ok=True)
    numbers = list(
        in_order(context.frames, lambda frame: _measured(context, path, surface, frame), threads=context.threads)
    )
    rows = [{name: _rounded(value) for name, value in vars(one).items()} for one in numbers]
    write_json(out / "quality.json", {"kind": "deage_quality", "version": 1, "frames": rows})
    doubts = read_json(context.inputs["follow"] / DOUBTS, kind="deage_doubts", version=1)["frames"]
    marks = [{"frame": int(frame), "what": f"as shot: not surely the person ({why})"} for frame, why in doubts.items()]
    marks += [{"frame": one.frame, "what": what} for one in numbers for what in one.past(settings.limits)]
    marks.sort(key=lambda one: int(str(one["frame"])))
    write_json(out / "marks.json", {"kind": "marks", "version": 1, "marks": marks})
    title = f"De-age: {len({one['frame'] for one in marks})} of {len(numbers)} frames past a limit"
    write_png(out / "quality.png", plotted(numbers, settings.limits, title))
    if settings.output.wipe:
        write_json(out / "wipe.json", {"kind": "wipe", "version": 1, "boxes": _boxes(context, path)})
    if settings.output.ages and (path.weight > 0).any():
        write_png(out / "ages.png", ages_sheet(context, path))


def _measured(context: Context, path: FacePath, surface: Surface, frame: int) -> Measured:
    index, folder = frame - context.frames.first, context.out / LOOKED
    asked = years_at(context.settings.performer, context.settings.years, frame)
    paths = [folder / f"{one}.npz" for one in (frame, frame - 1)]
    if not paths[0].exists():
        return Measured(frame, 0.0, asked if path.spans(index) else 0.0, None, None, None)
    before = Looked.load(paths[1]) if paths[1].exists() else None
    return measured(frame, asked, Looked.load(paths[0]), before, index, surface)


def _rounded(value: Any) -> Any:
    return round(value, 4) if isinstance(value, float) else value


def _boxes(context: Context, path: FacePath) -> dict[str, list[int]]:
    """By frame: left, top, right, bottom of what may differ from the plate, px; other frames are left out."""
    boxes = {}
    for frame in context.frames:
        index = frame - context.frames.first
        if path.weight[index] > 0:
            boxes[str(frame)] = list(path.box(index, context.plate.width_px, context.plate.height_px))
    return boxes


def ages_sheet(context: Context, path: FacePath) -> npt.NDArray[np.uint8]:
    """The crop of the frame that shows the face best, at ages from the plate's to the one asked for.

    Raises:
        NotCleared: the frame may not be shown.
    """
    settings = context.settings
    index = int(np.argmin(np.where(path.weight >= path.weight.max() - 1e-6, np.abs(path.yaw_deg), np.inf)))
    frame = context.frames.first + index
    context.gate(frame)
    crop, exposure = crop_at(context.plate, frame, path.crops[index]), float(exposures(context, path)[index])
    marks = applied(path.crops[index], path.points[index, :, :2]).astype(np.float32)
    asked = max(
        (ages_at(settings.performer, settings.years, one) for one in context.frames), key=lambda one: abs(one.by)
    )
    controls = controls_for(context, path)
    shares = np.linspace(0, 1, settings.output.ages) if settings.output.ages > 1 else np.ones(1)
    steps = [Years(asked.now, asked.now + float(share) * asked.by) for share in shares]

    def made(step: int) -> Codes:
        ages = steps[step]
        result = crop if ages.by == 0 else _shown(crop, marks, ages, controls, exposure)
        return to_display(to_working(result, LINEAR_SRGB), context.plate.view)

    shown = list(in_order(range(len(steps)), made, threads=context.threads))
    captions = [f"{one.then:.0f} ({one.by:+.0f})" if one.by else f"{one.now:.0f}, as shot" for one in steps]
    return contact_sheet(shown, captions, columns=min(5, len(shown)), title=f"Ages, frame {frame}")


def _shown(crop: Floats, marks: Floats, ages: Years, controls: Controls, exposure: float) -> Floats:
    ratio, flow, _ = wide(aged(crop * np.float32(exposure), marks, ages, controls, exposure))
    line = np.arange(CROP_PX, dtype=np.float32) + 0.5
    moved = warped(crop, np.stack(np.meshgrid(line, line), axis=-1) + flow) * np.float32(exposure)
    result = moved + (np.maximum(moved, -FLOOR / 2) + FLOOR) * (np.exp(ratio) - 1)
    return np.asarray(result / np.float32(exposure), np.float32)
