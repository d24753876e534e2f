"""What an artist can say about an age. Each section belongs to a stage or two; help, docs and checks come from this."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from secondunit.brief.section import Section, setting
from secondunit.effects.deage.age import OLDEST, YOUNGEST
from secondunit.effects.deage.controls import STRONGEST, Regions, Traits

Key = Annotated[
    tuple[Annotated[int, Field(ge=0)], Annotated[float, Field(ge=-70, le=70)]],
    Field(description="a frame, and how many years older the person is to look there (negative: younger)"),
]
Rgb = tuple[
    Annotated[float, Field(ge=0, le=1)], Annotated[float, Field(ge=0, le=1)], Annotated[float, Field(ge=0, le=1)]
]


class Performer(Section):
    """Who, and how old the person looks in the plate."""

    person: str = setting("", "The person's id in the register; all others are left as shot.", max_length=64)
    looks: float | None = setting(
        None,
        "How old the person looks in the plate; the years start from there.",
        unit="years",
        ge=YOUNGEST,
        le=OLDEST,
    )


class Dial(Section):
    """By how many years: one of by, to_age and keys."""

    by: float | None = setting(None, "How many years older; negative is younger.", unit="years", ge=-70, le=70)
    to_age: float | None = setting(None, "The age to show.", unit="years", ge=YOUNGEST, le=OLDEST)
    keys: tuple[Key, ...] = setting(
        (), "Years by frame, eased from one to the next: [[1001, 0], [1049, -20]].", unit="years"
    )
    strength: float = setting(1.0, "Strength of the whole change.", unit="1", ge=0, le=STRONGEST)
    hair_colour: Rgb | None = setting(
        None, "Colour of the hair when young, scene-linear Rec.709; the brows tell if not given."
    )


class Matte(Section):
    """Where the face may change."""

    include: str | None = setting(None, "A picture of the plate's size, white where the change may be; elsewhere not.")
    exclude: str | None = setting(None, "A picture, white where nothing may change: hands, hair, props in front.")
    feather: float = setting(1.0, "Softness of the matte's edge; 1 = as the ageing makes it.", unit="1", ge=1, le=4)
    profile_deg: float = setting(
        60.0, "How far the head may turn before the change fades out; gone 20 degrees later.", unit="deg", ge=20, le=75
    )


class Steady(Section):
    """How the change is kept from flickering and swimming."""

    track_s: float = setting(
        0.5, "Over how long a face's place is trusted to its motion rather than looked for anew.", unit="s", ge=0, le=2
    )
    change_s: float = setting(
        0.08, "Over how long the change is averaged along the face's motion.", unit="s", ge=0, le=0.5
    )
    fade_s: float = setting(
        0.5, "How long the change takes to come and go where a face is lost or turns away.", unit="s", ge=0, le=5
    )


class Young(Section):
    """Stills of the performer when young; each is worked after only if a signed consent names it."""

    stills: tuple[Annotated[str, Field(max_length=512)], ...] = setting(
        (),
        "Pictures of the performer when young, one face in each: hair colour, brows, lips and jaw follow them.",
        max_length=6,
    )
    strength: float = setting(1.0, "How far the stills steer; 0 is not at all.", unit="1", ge=0, le=1)


class Limits(Section):
    """What a frame may measure before it is marked in the take."""

    identity: float = setting(0.45, "Distance of the result's face from the plate's.", unit="1", ge=0.05, le=1)
    flicker: float = setting(
        1.15, "Difference between frames along the motion, as a multiple of the plate's own.", unit="1", ge=1, le=5
    )
    seam: float = setting(
        1.5, "Contrast along the matte's edge, as a multiple of the plate's own.", unit="1", ge=1, le=10
    )
    change: float = setting(0.5, "Least share of the years asked for that reaches the picture.", unit="1", ge=0, le=1)


class Output(Section):
    """The size of what is written, and what is shown beside it."""

    width_px: int | None = setting(None, "Width of the take; the plate's if not given.", unit="px", ge=16, le=8192)
    wipe: bool = setting(True, "Write a movie that wipes between plate and result.")
    ages: int = setting(
        5, "Ages on the contact sheet, from the plate's to the one asked for; 0 = no sheet.", ge=0, le=9
    )


class DeageSettings(Section):
    """All settings of the deage effect."""

    performer: Performer = Performer()
    years: Dial = Dial()
    traits: Traits = Traits()
    regions: Regions = Regions()
    matte: Matte = Matte()
    young: Young = Young()
    steady: Steady = Steady()
    limits: Limits = Limits()
    output: Output = Output()
