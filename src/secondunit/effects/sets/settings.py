"""What a designer can say about a set. Help, starter brief, docs and checks come from this."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from secondunit.brief.section import Section, setting
from secondunit.effects.sets.kit.catalogue import Style
from secondunit.effects.sets.plan import CameraName

MOST_PIECES = 400
Side = Annotated[
    str | int, Field(description="north, south, east, west (the page's top is north), or the wall's number")
]
Size = Annotated[float, Field(gt=0, le=200)]
Range = Size | tuple[Size, Size]
Place2 = tuple[Annotated[float, Field(ge=-200, le=200)], Annotated[float, Field(ge=-200, le=200)]]
Word = Annotated[str, Field(min_length=1, max_length=200)]


class Place(Section):
    """What place it is, and how it should feel."""

    kind: str = setting("living room", "The kind of place: bunker lounge, office, bedroom ...", max_length=100)
    title: str = setting("", "What the drawings are called; the kind of place if not given.", max_length=120)
    words: tuple[Word, ...] = setting((), "Style, mood and material words: every one is used, or named as not known.")
    style: Style | None = setting(None, "The style of the kit; the words choose it if not given.")
    period: str = setting("", "When it plays: 1974, 1920s, contemporary.", max_length=40)
    underground: bool | None = setting(None, "No daylight; the kind of place says so if not given.")


class Room(Section):
    """True dimensions: a number is kept exactly, a pair is a range to choose from."""

    width_m: Range | None = setting(None, "Inside, across the page.", unit="m")
    depth_m: Range | None = setting(None, "Inside, down the page.", unit="m")
    height_m: Range | None = setting(None, "Finished floor to ceiling.", unit="m")
    wall_m: float = setting(0.2, "Thickness of the walls.", unit="m", ge=0.02, le=3)
    outline: tuple[Place2, ...] = setting((), "Corners of the walls' inner faces instead of width and depth.", unit="m")
    floor_plan: str | None = setting(None, "A DXF, SVG or JSON floor plan below the production's folder instead.")
    plan_unit_m: float | None = setting(
        None, "Metres in one unit of the floor plan, if the file does not say.", unit="m", gt=0, le=1000
    )


class Door(Section):
    """A door or a way through."""

    id: str = setting("", "Its name, to be spoken of in [action].", max_length=40)
    wall: Side | None = setting(None, "The wall it is in; chosen if not given.")
    at_m: float | None = setting(
        None, "From the wall's left end as drawn (north, south) or its top end (east, west).", unit="m", ge=0, le=200
    )
    width_m: float = setting(0.9, "Clear width.", unit="m", ge=0.5, le=12)
    height_m: float = setting(2.1, "Clear height.", unit="m", ge=1.5, le=12)
    leaves: Literal[0, 1, 2] = setting(1, "0 is an opening without a door.")
    swing: Literal["in", "out", "slide"] = setting("in", "Where the leaf goes.")
    role: str = setting("entrance", "What the action uses it for: entrance, exit, fire exit.", max_length=40)


class Window(Section):
    """A window."""

    id: str = setting("", "Its name.", max_length=40)
    wall: Side | None = setting(None, "The wall it is in; chosen if not given.")
    at_m: float | None = setting(
        None, "From the wall's left end as drawn (north, south) or its top end (east, west).", unit="m", ge=0, le=200
    )
    width_m: float = setting(1.4, "Width of the opening.", unit="m", ge=0.3, le=40)
    height_m: float = setting(1.4, "Height of the opening.", unit="m", ge=0.3, le=12)
    sill_m: float = setting(0.9, "Floor to its lower edge.", unit="m", ge=0, le=10)


class Openings(Section):
    """Doors and windows; where nothing is said the kind of place decides."""

    doors: tuple[Door, ...] = setting((), "[[openings.doors]]: one door each.", max_length=40)
    windows: tuple[Window, ...] = setting((), "[[openings.windows]]: one window each.", max_length=60)


class Pit(Section):
    """A part of the floor that is sunken or raised."""

    id: str = setting("level", "Its name.", max_length=40)
    width_m: float = setting(4.4, "Across the page.", unit="m", gt=0.5, le=100)
    depth_m: float = setting(3.4, "Down the page.", unit="m", gt=0.5, le=100)
    height_m: float = setting(-0.45, "Above the main floor; negative is sunken.", unit="m", ge=-3, le=3)
    at_m: Place2 | None = setting(
        None, "Its middle, from the top left corner of the room; chosen if not given.", unit="m"
    )
    steps: tuple[Literal["north", "south", "east", "west"], ...] = setting((), "Sides with steps; chosen if not given.")


class Pillar(Section):
    """A column."""

    at_m: Place2 = Field(description="Its middle.", json_schema_extra={"unit": "m"})
    width_m: float = setting(0.4, "Across the page.", unit="m", gt=0.05, le=5)
    depth_m: float = setting(0.4, "Down the page.", unit="m", gt=0.05, le=5)
    round: bool = setting(False, "Round instead of square.")


class Alcove(Section):
    """A niche in a wall: the outline goes back there."""

    wall: Side = Field(description="The wall it is in.")
    at_m: float = Field(description="From the wall's left or top end.", json_schema_extra={"unit": "m"}, ge=0, le=200)
    width_m: float = setting(1.6, "Its width.", unit="m", gt=0.2, le=40)
    depth_m: float = setting(0.6, "How far it goes back.", unit="m", gt=0.05, le=10)


class Shell(Section):
    """Levels, columns, alcoves, the ceiling."""

    levels: tuple[Pit, ...] = setting((), "[[shell.levels]]: sunken or raised floors.", max_length=8)
    columns: tuple[Pillar, ...] = setting((), "[[shell.columns]]: columns.", max_length=100)
    alcoves: tuple[Alcove, ...] = setting((), "[[shell.alcoves]]: niches.", max_length=20)
    cove_m: float | None = setting(None, "Width of a lit cove along the walls; the words decide.", unit="m", ge=0, le=2)
    cove_drop_m: float = setting(0.25, "How far the cove hangs below the ceiling.", unit="m", ge=0.16, le=1)
    beams: int | None = setting(None, "Beams below the ceiling; the words decide.", ge=0, le=40)


class Look(Section):
    """Colours and materials."""

    palette: tuple[Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")], ...] = setting(
        (), "Colours as #rrggbb, the strongest first.", max_length=8
    )
    palette_from: str | None = setting(
        None, "A reference picture below the production's folder to take the colours of."
    )
    floor: str = setting("", "Material words for the floor.", max_length=100)
    walls: str = setting("", "Material words for the walls.", max_length=100)
    ceiling: str = setting("", "Material words for the ceiling.", max_length=100)
    view_stops: float = setting(
        3.0,
        "How far the bright parts of the view outside may stand over mid grey, as with ND gel; 12 is without gel.",
        unit="stops",
        ge=-4,
        le=12,
    )


class Wanted(Section):
    """A kind of piece and how many; "4 armchairs" says the same."""

    piece: str = Field(description="Its name in the catalogue or another word for it.", max_length=100)
    count: int = setting(1, "How many, exactly.", ge=1, le=10_000)
    size_m: tuple[Size, Size, Size] | None = setting(None, "Width, depth, height, kept exactly.", unit="m")

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        count, _, rest = value.strip().partition(" ")
        if count.lstrip("-").isdigit() and len(count) < 9:
            return {"piece": rest.strip(), "count": int(count)}
        return {"piece": value.strip()}


class Pieces(Section):
    """What must be there, and what must not."""

    require: tuple[Wanted, ...] = setting(
        (), 'A list of "sofa", "4 armchairs" or tables with piece, count, size_m.', max_length=60
    )
    forbid: tuple[Word, ...] = setting((), "Kinds that must not be there.", max_length=60)
    density: float = setting(1.0, "How much beyond that: 0 is only what is required.", unit="1", ge=0, le=2)


class Way(Section):
    """A path that must stay clear from one place to another."""

    start: str = Field(description="A door's id, or a piece's word.", max_length=60)
    end: str = Field(description="A door's id, or a piece's word.", max_length=60)
    width_m: float = setting(1.0, "Clear width along it.", unit="m", ge=0.3, le=10)


class Sight(Section):
    """One thing that must be seen from another at eye level."""

    start: str = Field(description="A door's id, or a piece's word.", max_length=60)
    end: str = Field(description="A door's id, or a piece's word.", max_length=60)


class Action(Section):
    """What the scene needs."""

    path_m: float = setting(0.8, "Least clear width of ways between doors and to what is used.", unit="m", ge=0.5, le=4)
    paths: tuple[Way, ...] = setting((), "[[action.paths]]: ways that need a width of their own.", max_length=12)
    sights: tuple[Sight, ...] = setting((), "[[action.sights]]: what must see what.", max_length=12)
    seats: int | None = setting(None, "How many people sit in one conversation.", ge=1, le=24)
    table_for: int | None = setting(None, "A table for how many.", ge=1, le=24)
    play_m: float = setting(0.0, "A free square for the action, this wide.", unit="m", ge=0, le=20)


class Light(Section):
    """Daylight and practicals."""

    hour: float = setting(18.5, "Local solar time.", unit="h", ge=0, lt=24)
    day_of_year: int = setting(172, "172 is midsummer in the north.", ge=1, le=366)
    latitude_deg: float = setting(51.5, "Of the place.", unit="deg", ge=-90, le=90)
    facing_deg: float = setting(0.0, "Compass bearing of the page's top.", unit="deg", ge=-360, le=360)
    practicals: bool = setting(True, "Whether the lamps are on.")


class PlacedCamera(Section):
    """A camera with a place of its own."""

    name: CameraName = Field(description="Its name; also that of its picture.")
    at_m: Place2 = Field(
        description="Where its lens is, from the top left corner of the room, as the corners of an outline.",
        json_schema_extra={"unit": "m"},
    )
    height_m: float = setting(1.6, "Of its lens above the floor there.", unit="m", ge=0.02, le=20)
    aim: str = setting(
        "", "The piece it looks at, by id or word; a door or a window by id. Without it: the action.", max_length=60
    )
    aim_m: Place2 | None = setting(None, "A point it looks at instead, as at_m.", unit="m")
    aim_height_m: float | None = setting(
        None,
        "Of what it looks at above the floor there; else a thing's middle, 0.9 at a low one, the lens' own at a point.",
        unit="m",
        ge=0,
        le=20,
    )
    sensor: str = setting("", "A cinema camera of the list; that of all cameras if not given.", max_length=60)
    lens_mm: float = setting(32.0, "Focal length.", unit="mm", ge=8, le=300)


class Cameras(Section):
    """The cameras of the stills."""

    sensor: str = setting("ARRI ALEXA Mini LF Open Gate", "A cinema camera of the list.", max_length=60)
    lens_mm: float | None = setting(None, "Focal length of the wide; 21 mm if not given.", unit="mm", ge=8, le=300)
    count: int = setting(1, "How many of these: the wide, its reverse, an over-shoulder, a single.", ge=0, le=4)
    placed: tuple[PlacedCamera, ...] = setting(
        (), "[[cameras.placed]]: a camera each, with name, at_m, height_m, aim, lens_mm.", max_length=12
    )


class Budget(Section):
    """Money and how it is built."""

    most: float | None = setting(
        None, "Most it may cost, in the price book's currency; options over it come last.", gt=0, le=1e9
    )
    build: Literal["location", "flats"] = setting("flats", "Dressing a location, or flats on a stage.")
    prices: str | None = setting(
        None, "A price book (TOML) below the production's folder; it need only say what it changes."
    )


class Drawings(Section):
    """How drawings are made, and what of their title block is not the production's or the take's."""

    set_number: str = setting("", "The art department's number of the set.", max_length=20)
    designer: str = setting("", "Who designed it.", max_length=80)
    revision: str = setting("", "Letter or number of the revision; the take's name if not given.", max_length=20)
    units: Literal["metric", "imperial"] = setting("metric", "Millimetres, or feet and inches.")
    paper: Literal["A4", "A3", "A2", "A1", "A0"] | None = setting(
        None, "Paper of the drawings; the smallest that serves if not given."
    )
    scale: int | None = setting(
        None, "50 is 1:50, 48 a quarter inch to the foot; the largest usual one that fits if not given.", ge=1, le=1000
    )


class Layout(Section):
    """How options are made."""

    option: int = setting(1, "Which of the ranked options: 1 is the best.", ge=1, le=24)
    effort: float = setting(1.0, "How long it searches.", unit="1", ge=0.1, le=5)


class Lock(Section):
    """What stays of an earlier plan while the rest is made anew."""

    plan: str | None = setting(None, "The earlier plan's JSON below the production's folder.")
    keep: tuple[Word, ...] = setting(
        (),
        "Ids or kinds of what stays as it is: pieces, openings, levels, columns, alcoves; or all, pieces, room.",
    )
    free: tuple[Word, ...] = setting((), "What of that is made anew after all: keep all, free one.")


class Output(Section):
    """The size of the stills."""

    width_px: int | None = setting(1280, "Width of a still.", unit="px", ge=16, le=8192)
    height_px: int | None = setting(None, "Height of a still; 16:9 if not given.", unit="px", ge=16, le=8192)
    samples: int = setting(
        12, "Paths a pixel before the picture is cleaned of noise; 0: a quick picture in soft light.", ge=0, le=4096
    )
    book: bool = setting(True, "Whether drawings, quantities, models and the set book are made.")


class SetsSettings(Section):
    """All settings of the effect."""

    place: Place = Place()
    room: Room = Room()
    openings: Openings = Openings()
    shell: Shell = Shell()
    look: Look = Look()
    pieces: Pieces = Pieces()
    action: Action = Action()
    light: Light = Light()
    cameras: Cameras = Cameras()
    budget: Budget = Budget()
    drawings: Drawings = Drawings()
    layout: Layout = Layout()
    lock: Lock = Lock()
    output: Output = Output()
