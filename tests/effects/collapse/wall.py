"""A wall of nine blocks before a camera, its plate, and a motion: the smallest collapse that can be shaded."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from secondunit.effects.base import Context
from secondunit.effects.collapse.clean_stage import CleanStage
from secondunit.effects.collapse.dust.layers import SmokeLayers
from secondunit.effects.collapse.settings import CollapseSettings
from secondunit.effects.collapse.shards import Material, Motion, Part, Shards, Surface
from secondunit.imaging.colour import View, to_display
from secondunit.plate.survey import Facade, Survey
from secondunit.scene.camera import look_at
from secondunit.scene.light import Light, direction_from_angles
from secondunit.timebase import FrameRange

WIDTH, HEIGHT = 160, 90
BLOCK_M = 2.0
CORNERS = np.array([[x, y, z] for z in (-0.5, 0.0) for y in (0, BLOCK_M) for x in (0, BLOCK_M)], float)
FACES = [(4, 5, 7, 6), (1, 0, 2, 3), (0, 4, 6, 2), (5, 1, 3, 7), (6, 7, 3, 2), (0, 1, 5, 4)]  # front first


class WallPlate:
    """Sky over ground, and a wall whose blocks all have their own colour."""

    width_px, height_px = WIDTH, HEIGHT

    def __init__(self, picture, masks=None, clean=None):
        self._picture, self._masks, self._clean = picture, masks or {}, clean

    def frame(self, number):
        return self._picture.copy()

    def shown(self, number, picture):
        return to_display(picture, View.DISPLAY_REFERRED)

    def require_still(self):
        pass

    def full(self):
        return self

    def mask(self, name):
        return self._masks.get(name)

    def clean(self):
        return self._clean


def wall_survey(light=None):
    camera = look_at((3.0, 3.0, 12.0), (3.0, 2.6, 0.0), focal_px=150.0, width_px=WIDTH, height_px=HEIGHT)
    outline = ((0.0, 0.0), (6.0, 0.0), (6.0, 6.0), (0.0, 6.0))
    facade = Facade("front", (0.0, 0.0, 0.0), (1.0, 0.0, 0.0), 6.0, 6.0, outline)
    to_sun = tuple(direction_from_angles(-30.0, 40.0).tolist())
    light = light or Light(to_sun, (2.5, 2.4, 2.2), (0.5, 0.55, 0.7), (0.3, 0.3, 0.28), 1.0)
    return Survey(camera, (facade,), 6.0, 3, light)


def wall_shards():
    """Nine blocks of 2 x 2 x 0.5 m, three by three, bonded side by side and on the ground."""
    places = [(column * BLOCK_M, row * BLOCK_M) for row in range(3) for column in range(3)]
    vertices = np.concatenate([CORNERS + np.array([x, y, 0.0]) for x, y in places])
    one = np.array([t for a, b, c, d in FACES for t in ((a, b, c), (a, c, d))], np.int32)
    kinds = np.repeat([Surface.PLATE] + [Surface.BROKEN] * 5, 2).astype(np.uint8)
    centroid = np.array([[x + 1, y + 1, -0.25] for x, y in places])
    bonds = [(i, i + 1, (1, 0, 0)) for i in range(9) if i % 3 < 2] + [(i, i + 3, (0, 1, 0)) for i in range(6)]
    centre = [(centroid[a] + centroid[b]) / 2 for a, b, _ in bonds]
    count = len(bonds)
    return Shards(
        vertices=vertices,
        vertex_start=np.arange(10, dtype=np.int32) * 8,
        triangles=np.concatenate([one + 8 * k for k in range(9)]).astype(np.int32),
        triangle_start=np.arange(10, dtype=np.int32) * 12,
        surface=np.tile(kinds, 9),
        material=np.full(9, Material.BRICK, np.uint8),
        part=np.full(9, Part.WALL, np.uint8),
        storey=np.repeat(np.arange(3), 3).astype(np.int16),
        volume=np.full(9, 2.0),
        centroid=centroid,
        inertia=np.tile(np.eye(3), (9, 1, 1)),
        bond_ends=np.array([(a, b) for a, b, _ in bonds], np.int32),
        bond_centre=np.array(centre),
        bond_normal=np.array([normal for _, _, normal in bonds], float),
        bond_area=np.ones(count),
        bond_tension=np.ones(count),
        bond_shear=np.ones(count),
        bond_compression=np.ones(count),
        bond_rebar=np.zeros(count),
    )


def still(shards, frames=3):
    """Nothing moves."""
    rotation = np.zeros((frames, len(shards), 4), np.float32)
    rotation[..., 0] = 1
    nothing = np.zeros((frames, len(shards), 3), np.float32)
    position = np.repeat(shards.centroid[None].astype(np.float32), frames, axis=0)
    return Motion(
        position=position,
        rotation=rotation,
        velocity=nothing,
        spin=nothing.copy(),
        bond_broken_s=np.full(len(shards.bond_area), np.inf, np.float32),
        chip_position=np.zeros((frames, 0, 3), np.float32),
        chip_radius=np.zeros(0, np.float32),
        chip_material=np.zeros(0, np.uint8),
        event_frame=np.zeros(0, np.int32),
        event_position=np.zeros((0, 3), np.float32),
        event_velocity=np.zeros((0, 3), np.float32),
        event_dust_kg=np.zeros(0, np.float32),
    )


def wall_picture(survey):
    """What the plate shows: every block its own colour with stripes, in the light of the survey."""
    camera = survey.camera
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    rays = camera.rays(np.stack([x + 0.5, y + 0.5], axis=-1))
    eye = np.asarray(camera.position_m)
    picture = np.where(rays[..., 1:2] > 0, (0.5, 0.7, 1.0), (0.25, 0.24, 0.22))
    at_wall = eye + rays * (-eye[2] / np.minimum(rays[..., 2], -1e-6))[..., None]
    on_wall = (at_wall[..., 0] > 0) & (at_wall[..., 0] < 6) & (at_wall[..., 1] > 0) & (at_wall[..., 1] < 6)
    block = (at_wall[..., 0] // 2 + 3 * (at_wall[..., 1] // 2)).astype(int)
    tint = np.random.default_rng(4).uniform(0.15, 0.5, (9, 3))[np.clip(block, 0, 8)]
    stripes = 1 + 0.2 * np.sin(8 * at_wall[..., 0:1])
    picture = np.where(on_wall[..., None], tint * stripes, picture)
    return picture.astype(np.float16).astype(np.float32), on_wall


class Asked:
    """A gate that asks the given function; what it lets through gets into no take."""

    def __init__(self, ask):
        self.ask = ask

    def __call__(self, frame):
        self.ask(frame)

    def written(self, frame, path, result, beside=None):
        assert path.is_file()


def context(folder: Path, stage, plate, settings=None, frames=3, gate=lambda frame: None):
    """A context in which every stage's result lies in ``folder``."""
    (folder / stage).mkdir(parents=True, exist_ok=True)
    return Context(
        out=folder / stage,
        inputs={path.name: path for path in folder.iterdir()},
        settings=settings or CollapseSettings(),
        plate=plate,
        frames=FrameRange(1001, 1001 + frames),
        frame_rate=24.0,
        seed=3,
        threads=2,
        progress=lambda done, total, what="": None,
        gate=Asked(gate),
    )


def prepared(folder: Path, plate, survey, shards, motion, settings=None):
    """Survey, shards, motion and clean plate on disk, as the stages before shade leave them."""
    for name in ("survey", "fracture", "motion"):
        (folder / name).mkdir(parents=True)
    survey.save(folder / "survey" / "survey.json")
    shards.save(folder / "fracture" / "shards.npz")
    motion.save(folder / "motion" / "motion.npz")
    CleanStage().run(context(folder, "clean", plate, settings))
    return folder


def no_smoke(folder: Path, frames=3):
    """Frames without dust, as the stage before blend leaves them."""
    (folder / "smoke").mkdir()
    for frame in range(1001, 1001 + frames):
        nothing = np.zeros((HEIGHT, WIDTH, 4), np.float16)
        SmokeLayers(nothing, nothing, np.ones((HEIGHT, WIDTH, 3), np.float16), nothing).save(
            folder / "smoke" / f"{frame}.npz"
        )
