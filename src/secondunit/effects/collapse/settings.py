"""What an artist can say about a collapse. Each section belongs to a stage; help, docs and checks come from this."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from secondunit.brief.section import Section, setting

Pixel = Annotated[tuple[float, float], Field(description="x, y in pixels of the full plate, origin top left")]
PolygonPx = tuple[Pixel, ...]
FallMode = Literal["corner_failure", "soft_storey", "topple", "implosion", "facade_peel", "blast"]
MaterialName = Literal["brick", "concrete", "plaster", "glass", "timber", "steel"]


class Building(Section):
    """Which building, and what is known of it."""

    outline: PolygonPx | None = setting(None, "The building's outline in the plate, as a polygon.", unit="px")
    matte: str | None = setting(
        None, "A picture of the plate's size, white where the building is (instead of outline)."
    )
    height_m: float | None = setting(
        None, "A known height: from the ground to the eaves or parapet of the main facade.", unit="m", gt=0.5, le=500
    )
    storeys: int | None = setting(None, "Number of floors; guessed from windows and height if not given.", ge=1, le=60)
    depth_m: float | None = setting(
        None, "How far the building goes back where no facade shows it.", unit="m", gt=0.5, le=200
    )
    edges: tuple[float, ...] | None = setting(
        None, "Where upright edges between facades cut the ground line: x in the plate; found if not given.", unit="px"
    )
    wall: MaterialName = setting("brick", "What the outer walls are made of.")
    floor: MaterialName = setting("concrete", "What the floors are made of.")
    wall_thickness_m: float = setting(0.36, "Thickness of the outer walls.", unit="m", ge=0.05, le=2)
    slab_thickness_m: float = setting(0.22, "Thickness of the floors.", unit="m", ge=0.05, le=1)
    windows: Literal["find", "grid", "none"] = setting(
        "find", "Windows found in the plate, laid out as a plain grid, or none."
    )


Box = Annotated[
    tuple[float, float, float, float, float],
    Field(description="left x, back z, right x, front z, height; metres, from the main facade's bottom left corner"),
]


class Place(Section):
    """What else stands there."""

    neighbours: tuple[Box, ...] = setting(
        (), "Boxes for what stands beside or behind: they stop debris and dust and receive shadows.", unit="m"
    )


class CameraHints(Section):
    """What is known of the camera; anything given here wins over what the plate says."""

    focal_mm: float | None = setting(None, "Focal length.", unit="mm", gt=1, le=2000)
    sensor_width_mm: float | None = setting(None, "Width of the sensor behind the picture.", unit="mm", gt=1, le=100)
    height_m: float | None = setting(None, "Height of the lens above the ground.", unit="m", gt=0.05, le=500)


class LightHints(Section):
    """What is known of the light; anything given here wins over what the plate says."""

    sun_azimuth_deg: float | None = setting(
        None,
        "Where the sun stands, from the main facade's outward normal towards its right.",
        unit="deg",
        ge=-360,
        le=360,
    )
    sun_elevation_deg: float | None = setting(None, "How high the sun stands.", unit="deg", ge=1, le=90)
    sun_to_sky: float | None = setting(
        None, "Irradiance of the sun over that of the sky, both on level ground; 0 = overcast.", ge=0, le=20
    )


class Fracture(Section):
    """How the building is cut."""

    shards: int = setting(3000, "Number of shards to cut.", ge=500, le=10000)
    finer_near_failure: float = setting(
        2.0, "How many times finer in length shards are where the failure starts.", ge=1, le=6
    )
    rebar: float = setting(0.6, "Share of concrete bonds that steel holds on after they crack.", ge=0, le=1)


class Fall(Section):
    """How and when it comes down."""

    mode: FallMode = setting("corner_failure", "The way it falls.")
    at: tuple[float, float] = setting(
        (0.15, 0.0),
        "Where failure starts on the main facade: shares of its width from the left and its height from the ground.",
    )
    start_s: float = setting(0.4, "When failure starts, after the first frame.", unit="s", ge=0, le=60)
    spread_m_per_s: float = setting(
        9.0, "How fast the failure travels through the structure.", unit="m/s", gt=0.1, le=200
    )
    reach: float = setting(0.3, "How much of the structure is made to fail, as a share of its width.", ge=0.05, le=1)
    direction_deg: float = setting(
        0.0,
        "Where topple, peel or blast push: from the main facade's outward normal to its right.",
        unit="deg",
        ge=-180,
        le=180,
    )
    violence: float = setting(1.0, "Strength of the push (blast, topple); 1 is plausible.", ge=0, le=5)
    strength: float = setting(1.0, "Multiplies all material strengths: lower crumbles more.", ge=0.05, le=20)
    gravity_m_per_s2: float = setting(9.81, "Gravity.", unit="m/s2", ge=0, le=50)
    debris: float = setting(1.0, "Amount of small debris thrown off; 0 = none.", ge=0, le=4)


class Dust(Section):
    """How the dust behaves. Changing these re-runs the dust, not the building."""

    amount: float = setting(1.0, "How much dust is set free; 0 = none.", ge=0, le=10)
    resolution: int = setting(96, "Voxels along the longest side of the dust's box.", ge=16, le=512)
    wind_m_per_s: tuple[float, float] = setting(
        (0.4, 0.0), "Wind along the facade to the right, and towards the camera.", unit="m/s"
    )
    heaviness: float = setting(1.0, "How strongly dusty air sinks and runs along the ground.", ge=0, le=5)
    turbulence: float = setting(1.0, "How much it curls.", ge=0, le=5)
    settle_s: float = setting(14.0, "Time in which dust settles out of still air.", unit="s", gt=0.5, le=600)


class DustLook(Section):
    """How the dust looks."""

    density: float = setting(1.0, "Multiplies how much light the dust stops.", ge=0, le=20)
    albedo: tuple[float, float, float] = setting((0.60, 0.56, 0.51), "Colour of thick dust in white light, ACEScg.")
    detail: float = setting(1.0, "Strength of detail finer than the simulation.", ge=0, le=3)
    forward: float = setting(
        0.35, "How much light goes on forward when scattered (Henyey-Greenstein g).", ge=-0.9, le=0.9
    )


class Look(Section):
    """How solid things are shaded."""

    shutter_deg: float = setting(180.0, "Shutter angle for motion blur.", unit="deg", ge=0, le=360)
    samples: int = setting(6, "Samples a pixel.", ge=1, le=64)
    shadows: float = setting(1.0, "Strength of new and lifted shadows on what stays.", ge=0, le=1)
    haze: float = setting(1.0, "Distance haze over what the plate does not show; 0 = none.", ge=0, le=4)
    brick_colour: tuple[float, float, float] | None = setting(
        None, "Colour of broken wall, ACEScg; taken from the plate if not given."
    )


Stand = Annotated[
    tuple[float, float, Annotated[float, Field(gt=0)]],
    Field(description="x, y in pixels of the full plate, of a point on the thing; its distance along the view axis, m"),
]


class Blend(Section):
    """How layers meet the plate."""

    grain: float = setting(1.0, "Grain added to match the plate's; 0 = none.", ge=0, le=4)
    edge_px: float = setting(
        1.5,
        "How far inside its edge a thing in the hold-out has its own colour: rims are held near it.",
        unit="px",
        ge=0,
        le=20,
    )
    shake_px: float = setting(
        0.0,
        "Camera shake when things land. Above 0 every pixel changes, and the matte says so.",
        unit="px",
        ge=0,
        le=60,
    )
    clean: str | None = setting(None, "A clean plate: what stands behind the building. Filled in if not given.")
    holdout: str | None = setting(None, "A picture, white where something stands in front. A rough one will do.")
    holdout_m: tuple[Stand, ...] = setting(
        (),
        "How far things in the hold-out stand, where the guess from where they touch the ground is wrong.",
        unit="m",
    )


class Output(Section):
    """The size of what is written."""

    width_px: int | None = setting(None, "Width of the take; the plate's if not given.", unit="px", ge=16, le=8192)


class CollapseSettings(Section):
    """All settings of the collapse effect."""

    building: Building = Building()
    place: Place = Place()
    camera: CameraHints = CameraHints()
    light: LightHints = LightHints()
    fracture: Fracture = Fracture()
    fall: Fall = Fall()
    dust: Dust = Dust()
    dust_look: DustLook = DustLook()
    look: Look = Look()
    blend: Blend = Blend()
    output: Output = Output()
