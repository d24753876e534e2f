"""The street itself: where everything stands. The hero's front facade begins at the world origin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from secondunit.plate.survey import Opening
from secondunit.scene.camera import Array, Camera, look_at
from secondunit.scene.light import direction_from_angles
from secondunit.testing.street import furniture, house, nature
from secondunit.testing.street.furniture import ROAD_M
from secondunit.testing.street.house import Wall
from secondunit.testing.street.mesh import GROUND, Frame, Part, Stage

SEED = 20
WIDTH_M, DEPTH_M, HEIGHT_M, STOREYS = 16.0, 11.0, 17.0, 5
SUN_AZIMUTH_DEG, SUN_ELEVATION_DEG = -36.0, 37.0
FOCAL_MM, SENSOR_MM = 28.0, 36.0
FLOORS_M = (4.4, 7.4, 10.4, 13.2)  # feet of storeys 2 to 5 of the hero


@dataclass(frozen=True)
class House:
    """A neighbour: a box on the ground in world metres, and how its walls look."""

    name: str
    lo_m: tuple[float, float]
    hi_m: tuple[float, float]
    height_m: float
    style: str
    floors: int
    bays: int
    side_bays: int
    roof_m: float = 0.0


NEIGHBOURS = (
    House("left1", (-16.0, -12.0), (-4.6, -0.2), 9.4, "cream", 3, 4, 2, 2.4),
    House("left2", (-27.0, -12.0), (-16.0, 0.0), 12.0, "stock", 4, 4, 2),
    House("left3", (-40.0, -11.0), (-27.0, -0.4), 8.6, "blue", 3, 4, 2, 2.2),
    House("left4", (-62.0, -12.0), (-40.0, 0.0), 12.6, "red", 4, 8, 2, 2.0),
    House("back1", (2.0, -31.0), (16.0, -19.0), 10.2, "stock", 3, 5, 4, 2.6),
    House("back2", (2.0, -56.0), (16.2, -31.0), 13.5, "ochre", 4, 5, 8),
    House("back3", (3.0, -84.0), (16.0, -57.0), 10.5, "red", 3, 5, 9, 2.2),
    House("back4", (-24.0, -40.0), (-4.0, -28.0), 14.5, "grey", 5, 7, 4),
    House("right1", (32.0, -24.0), (44.0, -5.0), 11.6, "ochre", 3, 5, 6),
    House("right2", (32.0, -47.0), (44.0, -24.0), 14.2, "red", 4, 5, 8),
    House("right3", (32.0, -84.0), (44.0, -47.0), 10.0, "cream", 3, 5, 11, 2.2),
    House("end", (10.0, -112.0), (44.0, -98.0), 16.0, "grey", 5, 11, 4),
    House("mirror1", (-52.0, 38.0), (-22.0, 50.0), 11.0, "red", 3, 9, 4, 2.0),
    House("mirror2", (-20.0, 40.0), (14.0, 52.0), 13.0, "cream", 4, 10, 4),
)
TOWERS = ((-150, -260, 26, 52), (-95, -300, 34, 70), (-40, -330, 22, 48), (-60, -240, 24, 38), (60, -420, 30, 66),
          (10, -380, 24, 58), (-210, -230, 40, 44), (30, -260, 30, 34), (-10, -230, 22, 30))  # fmt: skip


@dataclass(frozen=True)
class Street:
    """The built scene: meshes, the walls that want paint, the camera and the direction to the sun."""

    parts: tuple[Part, ...]
    walls: dict[str, tuple[Wall, str]]
    camera: Camera
    to_sun: Array
    front: Wall
    side: Wall


def camera(width_px: int = 1920, height_px: int = 1080) -> Camera:
    """From the square across the crossing, a little above eye level."""
    focal_px = FOCAL_MM / SENSOR_MM * width_px
    return look_at((35.0, 2.4, 29.0), (9.4, 7.95, -5.4), focal_px=focal_px, width_px=width_px, height_px=height_px)


def hero_walls() -> tuple[Wall, Wall, Wall, Wall]:
    """Front (+Z), side (+X), back and left wall of the hero."""
    size, sill = (1.25, 1.85), 0.75
    front = house.grid_windows(WIDTH_M, 5, FLOORS_M, size, sill, 1.9)
    side = house.grid_windows(DEPTH_M, 3, FLOORS_M, size, sill, 2.1)
    shops = (
        Opening(0.9, 0.0, 5.6, 3.1, "shop"),
        Opening(7.1, 0.0, 8.5, 3.1, "door"),
        Opening(10.0, 0.0, 15.1, 3.1, "shop"),
    )
    lower = (Opening(0.9, 0.0, 4.6, 3.1, "shop"), Opening(5.9, 1.1, 7.1, 3.0), Opening(8.3, 0.0, 9.6, 3.0, "door"))
    ledges = (4.25, HEIGHT_M - 0.95)
    return (
        Wall("front", Frame((0, 0, 0), (1, 0, 0)), WIDTH_M, HEIGHT_M, shops + front, ledges),
        Wall("side", Frame((WIDTH_M, 0, 0), (0, 0, -1)), DEPTH_M, HEIGHT_M, lower + side, ledges),
        Wall("back", Frame((WIDTH_M, 0, -DEPTH_M), (-1, 0, 0)), WIDTH_M, HEIGHT_M, (), ledges),
        Wall("left", Frame((0, 0, -DEPTH_M), (0, 0, 1)), DEPTH_M, HEIGHT_M, (), ledges),
    )


def build() -> Street:
    """The whole street, the same for the same ``SEED``."""
    stage, walls = Stage(), {}
    hero = hero_walls()
    for number, wall in enumerate(hero):
        rng = np.random.default_rng((SEED, number))
        house.raise_wall(stage, "hero", wall, rng)
        house.cornice(stage, "hero", wall, HEIGHT_M)
        walls[wall.name] = (wall, "hero")
    _hero_extras(stage, hero)
    for number, one in enumerate(NEIGHBOURS):
        walls |= _neighbour(stage, one, np.random.default_rng((SEED, 100 + number)))
    _grounds(stage)
    _courtyard(stage)
    _furniture(stage)
    _green(stage)
    for x, z, wide, high in TOWERS:
        stage.box("set", "tower", GROUND, (x - wide / 2, x + wide / 2), (0, high), (z - wide / 2, z + wide / 2))
    sun = direction_from_angles(SUN_AZIMUTH_DEG, SUN_ELEVATION_DEG)
    return Street(tuple(stage.parts()), walls, camera(), sun, hero[0], hero[1])


def _hero_extras(stage: Stage, hero: tuple[Wall, ...]) -> None:
    """Roof, pipes, a hanging sign."""
    inset = 0.3
    x0, x1, z0, z1, y = inset, WIDTH_M - inset, -DEPTH_M + inset, -inset, HEIGHT_M - 0.8
    stage.quad("hero", "felt", [[x0, y, z1], [x1, y, z1], [x1, y, z0], [x0, y, z0]])
    house.downpipe(stage, "hero", hero[0].frame, 0.35, HEIGHT_M - 1.2)
    house.downpipe(stage, "hero", hero[1].frame, DEPTH_M - 0.4, HEIGHT_M - 1.2)
    stage.box("hero", "iron", hero[0].frame, (9.2, 9.24), (3.95, 3.99), (0.0, 0.95))
    stage.box("hero", "signred", hero[0].frame, (9.2, 9.25), (3.25, 3.93), (0.2, 0.9))
    house.awning(stage, "hero", hero[0].frame, (9.9, 15.2), 3.2)
    for s in (2.0, 12.5):
        stage.box("hero", "alarm", hero[0].frame, (s + 3.0, s + 3.3), (3.75, 4.05), (0.0, 0.09))


def _neighbour(stage: Stage, one: House, rng: np.random.Generator) -> dict[str, tuple[Wall, str]]:
    """A neighbour's four walls, roof and pipes."""
    (x0, z0), (x1, z1), top = one.lo_m, one.hi_m, one.height_m
    wide, deep = x1 - x0, z1 - z0
    storey = (top - (0.9 if not one.roof_m else 0.3)) / one.floors
    floors = tuple(round(storey * k, 3) for k in range(one.floors))
    size = (1.05, min(1.65, storey - 1.2))
    frames = {
        "front": (Frame((x0, 0, z1), (1, 0, 0)), wide, one.bays),
        "right": (Frame((x1, 0, z1), (0, 0, -1)), deep, one.side_bays),
        "back": (Frame((x1, 0, z0), (-1, 0, 0)), wide, 0),
        "left": (Frame((x0, 0, z0), (0, 0, 1)), deep, one.side_bays),
    }
    walls = {}
    for name, (frame, width, bays) in frames.items():
        openings = house.grid_windows(width, bays, floors, size, 0.85, width / bays / 2) if bays else ()
        wall = Wall(f"{one.name}.{name}", frame, width, top, openings, (storey,), sash="sash2", reveal_m=0.1)
        house.raise_wall(stage, "set", wall, rng)
        if not one.roof_m:
            house.cornice(stage, "set", wall, top, 0.2)
        walls[wall.name] = (wall, one.style)
    house.downpipe(stage, "set", frames["front"][0], 0.3, top - 0.4)
    if one.roof_m:
        house.pitched_roof(stage, "set", one.lo_m, one.hi_m, top, one.roof_m)
    else:
        stage.quad("set", "felt", [[x0, top - 0.5, z1], [x1, top - 0.5, z1], [x1, top - 0.5, z0], [x0, top - 0.5, z0]])
        stage.box("set", "chimney", GROUND, (x0 + 1.5, x0 + 2.5), (top - 0.5, top + 1.4), (z0 + 2, z0 + 3.4))
    return walls


ROAD_A = ((-75.0, 3.5), (75.0, 14.5))  # along X in front of the hero: (x, z) corners
ROAD_B = ((19.5, -98.0), (28.5, 3.5))  # away from the camera along the hero's side


def _grounds(stage: Stage) -> None:
    """Carriageways, pavements and kerbs. Textures of the two roads cover them once."""
    for name, (lo, hi) in (("road_a", ROAD_A), ("road_b", ROAD_B)):
        corners = [[lo[0], ROAD_M, hi[1]], [hi[0], ROAD_M, hi[1]], [hi[0], ROAD_M, lo[1]], [lo[0], ROAD_M, lo[1]]]
        stage.quad("set", name, corners, [[0, 1], [1, 1], [1, 0], [0, 0]])
    for x0, x1, z0, z1 in ((-75, 19.2, -98, 3.2), (28.8, 75, -98, 3.2), (-75, 75, 14.8, 60)):
        uv = [[x0, z1], [x1, z1], [x1, z0], [x0, z0]]
        stage.quad("set", "slabs", [[x0, 0, z1], [x1, 0, z1], [x1, 0, z0], [x0, 0, z0]], uv)
    for x0, x1, z0, z1 in ((-75, 19.5, 3.2, 3.5), (28.5, 75, 3.2, 3.5), (-75, 75, 14.5, 14.8)):
        furniture.kerb(stage, (x0, x1), (z0, z1))
    for x0, x1 in ((19.2, 19.5), (28.5, 28.8)):
        furniture.kerb(stage, (x0, x1), (-98, 3.2))
    stage.quad("set", "far", [[-900, -0.3, 60], [900, -0.3, 60], [900, -0.3, -900], [-900, -0.3, -900]])


def _courtyard(stage: Stage) -> None:
    """Walls that close the plot behind the hero and the gap at its left."""
    for x0, x1, z0, z1, high in (
        (-4.6, 0.0, -1.2, -0.9, 2.5),
        (0.0, 16.0, -13.6, -13.3, 2.3),
        (15.7, 16.0, -19.0, -13.3, 2.3),
    ):
        stage.box("set", "yardwall", GROUND, (x0, x1), (0, high), (z0, z1))
        stage.box("set", "stone", GROUND, (x0 - 0.05, x1 + 0.05), (high, high + 0.08), (z0 - 0.05, z1 + 0.05))


CARS = (  # group, x, z, heading, paint
    ("fore", 4.4, 4.62, 1.0, "paint_blue"),
    ("fore", 9.5, 13.35, 180.5, "paint_silver"),
    ("set", -2.6, 4.6, -1.0, "paint_white"),
    ("set", -9.5, 4.65, 0.5, "paint_black"),
    ("set", -20.0, 4.6, 0.0, "paint_red"),
    ("set", 27.3, -9.0, 90.0, "paint_black"),
    ("set", 27.35, -16.5, 91.0, "paint_white"),
    ("set", 20.7, -26.0, -90.0, "paint_red"),
    ("set", 27.3, -30.0, 90.0, "paint_silver"),
    ("set", 20.7, -40.0, -90.0, "paint_blue"),
)
LAMPS = (  # group, x, z, reach of the arm
    ("fore", 11.2, 3.0, (0.0, 1.6)),
    ("set", -13.0, 3.0, (0.0, 1.6)),
    ("set", -36.0, 3.0, (0.0, 1.6)),
    ("set", 29.2, -12.0, (-1.6, 0.0)),
    ("set", 29.2, -38.0, (-1.6, 0.0)),
)
BOLLARDS = ((15.2, 3.0), (16.7, 2.9), (18.0, 2.2), (18.8, 1.0), (18.85, -0.6))
PEOPLE = ((-19.0, 1.6, 5.0), (-20.1, 1.3, 8.0), (30.6, -7.0, 95.0), (30.1, -24.0, -88.0), (-6.0, 1.7, 178.0))
TREES = (  # group, x, z, height, leaves, tint
    ("fore", 17.3, 16.2, 7.2, 11000, "leaf"),
    ("set", 18.2, 24.5, 8.0, 9000, "leaf"),
    ("set", 20.6, 26.8, 8.6, 9000, "leaf"),
    ("set", -7.5, 2.4, 6.4, 9000, "leaf2"),
    ("set", -22.0, 2.4, 7.0, 9000, "leaf"),
    ("set", -2.2, -7.0, 8.5, 9000, "leaf2"),
    ("set", 7.0, -16.0, 9.0, 9000, "leaf"),
    ("set", 12.8, -16.6, 7.0, 8000, "leaf2"),
    ("set", 30.3, -18.0, 8.0, 9000, "leaf"),
    ("set", 30.3, -33.0, 8.5, 8000, "leaf2"),
    ("set", 17.6, -44.0, 8.0, 7000, "leaf"),
    ("set", 30.3, -60.0, 9.0, 7000, "leaf"),
)


def _furniture(stage: Stage) -> None:
    """Cars, lamps, bollards, bins, signs, people and wires."""
    rng = np.random.default_rng((SEED, 900))
    for group, x, z, heading, paint in CARS:
        furniture.car(stage, group, (x, z), heading, paint)
    for group, x, z, reach in LAMPS:
        furniture.lamp(stage, group, x, z, reach)
    for x, z in BOLLARDS:
        furniture.bollard(stage, "fore", x, z)
    furniture.bin_(stage, "fore", 9.9, 2.8)
    furniture.bin_(stage, "set", 29.3, -3.5)
    furniture.sign(stage, "set", 29.3, 0.6, rng)
    for x, z, heading in PEOPLE:
        furniture.person(stage, x, z, heading, rng)
    for y in (7.6, 8.0):
        furniture.wire(stage, "set", (-4.6, y, -0.2), (-13.0, 7.4, 3.0), 0.2)
    furniture.wire(stage, "set", (16.0, 9.0, -34.0), (32.0, 9.6, -34.0), 0.7)


def _green(stage: Stage) -> None:
    """Trees; the first one, across the road, stands in front of the hero's edge."""
    for number, (group, x, z, high, leaves, tint) in enumerate(TREES):
        rng = np.random.default_rng((SEED, 500 + number))
        nature.tree(stage, group, (x, 0.0, z), high, rng, leaves=leaves, tint=tint)
