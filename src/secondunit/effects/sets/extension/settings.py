"""What an artist can say about a set extension. Help, starter brief, docs and checks come from this."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from secondunit.brief.section import Section, setting
from secondunit.effects.sets.settings import Place2

Pixel = tuple[
    Annotated[float, Field(ge=-100_000, le=100_000)],
    Annotated[float, Field(ge=-100_000, le=100_000)],
]


class Placing(Section):
    """Which set it is, and where it stands in the plate."""

    plan: str | None = setting(None, "The plan.json of a take of the set, below the production's folder.")
    survey: str | None = setting(None, "The survey.json of the plate, as the verb survey writes it.")
    corner_m: Place2 = setting((0.0, 0.0), "The point of the set's plan that is put on the ground.", unit="m")
    at_m: Place2 = setting(
        (0.0, 0.0),
        "Where it is put: to the right along the main facade from its foot's left end, and out of it.",
        unit="m",
    )
    at_px: Pixel | None = setting(None, "Or the pixel of the plate in which the ground is seen there.", unit="px")
    height_m: float = setting(0.0, "Of the set's main floor above the ground.", unit="m", ge=-50, le=200)
    turn_deg: float = setting(
        0.0,
        "0: the foot of the plan's page faces as the main facade does; 90: to its right.",
        unit="deg",
        ge=-360,
        le=360,
    )


class Blend(Section):
    """What stays in front of it."""

    holdout: str | None = setting(None, "A picture, white where the plate stays in front of the set.")


class Look(Section):
    """How it is exposed."""

    exposure_stops: float = setting(0.0, "Brighter or darker than metered.", unit="stops", ge=-6, le=6)


class Output(Section):
    """The size of the pictures, and the work in them."""

    width_px: int | None = setting(None, "Width of the take; the plate's if not given.", unit="px", ge=16, le=8192)
    samples: int = setting(
        12, "Paths a pixel before the picture is cleaned of noise; 0: a quick picture in soft light.", ge=0, le=4096
    )


class ExtensionSettings(Section):
    """All settings of the effect."""

    set: Placing = Placing()
    blend: Blend = Blend()
    look: Look = Look()
    output: Output = Output()
