"""Stage 1: what the plate says about camera, building and light."""

from __future__ import annotations

from typing import ClassVar

from secondunit.effects.base import Context
from secondunit.effects.collapse.settings import CollapseSettings
from secondunit.errors import BadBrief
from secondunit.imaging.colour import View, to_display
from secondunit.imaging.files import write_png
from secondunit.plate.overlay import overlay
from secondunit.plate.surveying import Hints, survey_plate


class SurveyStage:
    """Writes ``survey.json`` and ``overlay.png``, both in the plate's own size."""

    name: ClassVar[str] = "survey"
    needs: ClassVar[tuple[str, ...]] = ()
    reads: ClassVar[tuple[str, ...]] = (
        "building.outline",
        "building.matte",
        "building.height_m",
        "building.storeys",
        "building.depth_m",
        "building.edges",
        "building.windows",
        "camera",
        "light",
    )
    uses_plate: ClassVar[bool] = True
    uses_size: ClassVar[bool] = False
    uses_frames: ClassVar[bool] = False

    def run(self, context: Context) -> None:
        """Survey the plate's first frame."""
        context.plate.require_still()
        full = context.plate.full()
        picture = full.frame(context.frames.first)
        outline = full.mask("building") if context.settings.building.matte else context.settings.building.outline
        if outline is None:
            raise BadBrief(
                "building",
                "neither outline nor matte: it is not said which building falls",
                "building.outline as [[x, y], ...] in pixels of the plate, or building.matte with a picture's name",
                "Draw it roughly around the building, along the ground too.",
            )
        context.progress(0, 1, "survey")
        survey = survey_plate(picture, outline, hints(context.settings))
        codes = to_display(picture, View.of(display_referred=True))
        write_png(context.out / "overlay.png", overlay(codes, survey))
        survey.save(context.out / "survey.json")


def hints(settings: CollapseSettings) -> Hints:
    """What the brief says of the place, as the survey wants it."""
    building, camera, light = settings.building, settings.camera, settings.light
    return Hints(
        height_m=building.height_m,
        storeys=building.storeys,
        depth_m=building.depth_m,
        edges=building.edges,
        windows=building.windows,
        focal_mm=camera.focal_mm,
        sensor_width_mm=camera.sensor_width_mm,
        camera_height_m=camera.height_m,
        sun_azimuth_deg=light.sun_azimuth_deg,
        sun_elevation_deg=light.sun_elevation_deg,
        sun_to_sky=light.sun_to_sky,
    )
