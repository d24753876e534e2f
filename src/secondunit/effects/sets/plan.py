"""A set as a document: room, pieces, cameras. It is drawn, priced, exported and rendered from this alone.

Metres. Seen from above x goes right and z down the page; y is up and the main floor is y = 0. A turn of 0 faces +z,
90 faces +x. A wall runs from one corner of the outline to the next, counter-clockwise on the page (x right, z down),
with the room on its left as one walks along it; ``at_m`` along a wall is measured from its first corner.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from secondunit.brief.section import Section

ABOVE = "from-above"  # the view that every set has besides its cameras
Metres = Annotated[float, Field(ge=-200, le=200)]
Length = Annotated[float, Field(gt=0, le=200)]
Point = tuple[Metres, Metres]
CameraName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 _-]{0,39}$")]
Colour = tuple[
    Annotated[float, Field(ge=0, le=1)], Annotated[float, Field(ge=0, le=1)], Annotated[float, Field(ge=0, le=1)]
]


class Opening(Section):
    """A door, a window or a way through in a wall."""

    id: str
    kind: Literal["door", "window", "opening"]
    wall: int = Field(ge=0, description="Number of the wall: it starts at that corner of the outline.")
    at_m: Length | Literal[0] = Field(description="From the wall's first corner to the near edge.")
    width_m: Length
    height_m: Length
    sill_m: float = Field(0.0, ge=0, description="Height of its lower edge above the floor.")
    swing: Literal["in-near", "in-far", "out-near", "out-far", "slide", "none"] = Field(
        "none", description="Which way a leaf opens, and at which edge it hangs; double leaves hang at both."
    )
    leaves: Literal[0, 1, 2] = 0
    role: str = Field("", description="What the action uses it for: entrance, exit, view.")


class Level(Section):
    """Part of the floor that is higher, or lower, than the rest."""

    id: str
    outline: tuple[Point, ...] = Field(min_length=3)
    height_m: Metres = Field(description="Above the main floor; negative is sunken.")
    steps: tuple[int, ...] = Field((), description="Edges of its outline that are steps; all others are drops.")


class Column(Section):
    """Carries the ceiling, or says it does."""

    id: str
    at_m: Point
    width_m: Length
    depth_m: Length
    round: bool = False


class Ceiling(Section):
    """What is above."""

    cove_m: float = Field(0.0, ge=0, le=2, description="Width of a lit cove along the walls; 0 = none.")
    cove_drop_m: float = Field(0.0, ge=0, le=1)
    beams: int = Field(0, ge=0, le=40)
    beam_m: tuple[Length, Length] = Field((0.2, 0.3), description="Width and depth of a beam.")
    beams_along: Literal["x", "z"] = "x"


class Room(Section):
    """Walls, floor, ceiling."""

    outline: tuple[Point, ...] = Field(min_length=3, description="Inner faces of the walls, counter-clockwise.")
    height_m: Length = Field(description="Finished floor to the ceiling's underside.")
    wall_m: Length = Field(0.2, description="Thickness of the walls.")
    openings: tuple[Opening, ...] = ()
    levels: tuple[Level, ...] = ()
    columns: tuple[Column, ...] = ()
    ceiling: Ceiling = Ceiling()
    finishes: dict[str, str] = Field(
        default_factory=dict,
        description="Material by part: floor, walls, ceiling, skirting, wall:2, level:pit, column, beam, door, frame.",
    )


class Piece(Section):
    """One thing that stands, hangs or lies in the set."""

    id: str = Field(description="Its own, as sofa-1.")
    kind: str = Field(description="Its name in the catalogue.")
    style: str
    size_m: tuple[Length, Length, Length] = Field(description="Width, depth, height.")
    at_m: Point = Field(description="Middle of its footprint.")
    base_m: Metres = Field(0.0, description="Height of its lowest point.")
    turn_deg: float = Field(0.0, ge=-360, le=360)
    on: str | None = Field(None, description="The piece it stands on.")
    materials: dict[str, str] = Field(default_factory=dict, description="Material by slot of its kind.")
    lit: bool = Field(True, description="Whether its lamp is on.")
    why: str = Field("", description="Why it stands here, in a few words.")
    seed: int = Field(0, ge=0, description="Of what varies in its shape: books on a shelf, folds of a throw.")


class Eye(Section):
    """A camera in the set."""

    name: CameraName = Field(description="Also the name of its picture.")
    sensor: str = Field(description="Name in the list of sensors.")
    lens_mm: Length
    at_m: tuple[Metres, Metres, Metres]
    aim_m: tuple[Metres, Metres, Metres]
    why: str = ""

    @property
    def slug(self) -> str:
        """Its name as that of a file."""
        return self.name.replace(" ", "-")


class SetPlan(Section):
    """The whole set."""

    version: Literal[1] = 1
    title: str
    kind: str = Field(description="Kind of place, as understood from the brief.")
    style: str
    seed: int
    room: Room
    pieces: tuple[Piece, ...] = ()
    eyes: tuple[Eye, ...] = ()
    palette: tuple[Colour, ...] = Field((), description="sRGB, the strongest first.")
    hour: float = Field(12.0, ge=0, lt=24, description="Local solar time.")
    day_of_year: int = Field(172, ge=1, le=366)
    latitude_deg: float = Field(51.5, ge=-90, le=90)
    facing_deg: float = Field(0.0, ge=-360, le=360, description="Compass bearing of the page's top (-z).")
    underground: bool = False
    score: float = Field(0.0, description="How well it does what was asked; 1 is all of it.")
    reasons: tuple[str, ...] = Field((), description="What it does well and what it gave up, a sentence each.")

    @property
    def pictures(self) -> tuple[str, ...]:
        """Names of its stills: one a camera, and the view from above."""
        return (*(eye.slug for eye in self.eyes), ABOVE)

    @model_validator(mode="after")
    def _cameras_differ(self) -> SetPlan:
        names = [eye.slug.casefold() for eye in self.eyes]
        if twice := sorted({name for name in names if names.count(name) > 1 or name == ABOVE}):
            raise ValueError(f"two pictures would be called {twice[0]!r}: every camera has a name of its own")
        return self
