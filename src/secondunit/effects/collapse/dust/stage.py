"""The stage that simulates dust: one file a frame, and a checkpoint to go on from after a stop or a kill."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from secondunit.effects.base import Context
from secondunit.effects.collapse.dust.emission import Emission
from secondunit.effects.collapse.dust.frames import write_frame
from secondunit.effects.collapse.dust.grid import DustGrid, Region, grid_around, slices, union
from secondunit.effects.collapse.dust.slabs import Slabs
from secondunit.effects.collapse.dust.solids import Solids, neighbour_mask, rasterise, solid_points
from secondunit.effects.collapse.dust.solver import COORDINATES_S, Air
from secondunit.effects.collapse.shards import Motion, Shards
from secondunit.errors import BrokenStore
from secondunit.farm.executor import Behind
from secondunit.imaging.half import halves
from secondunit.records import read_arrays

_CHECKPOINT = "checkpoint.npz"
_AROUND = 6  # voxels; the fastest gust passes four in a frame
_EVERY = 8  # frames between checkpoints: a kill costs less than three seconds of work


class DustStage:
    """Dust in the air, frame by frame.

    Writes ``grid.json`` (a ``DustGrid``) and one ``{frame}.npz`` a frame:

    - ``density`` (nx, ny, nz) float16, kg/m3;
    - ``settled`` (nx, nz) float16, kg/m2 on the ground or on what lies there;
    - ``solid`` (nx, ny, nz) uint8, 0 = air, 255 = closed to light and air;
    - ``coordinates`` (2, nx/2, ny/2, nz/2, 3) float16, displacement in voxels of coordinates that travel with the air;
    - ``age`` (2,) float32, 0..1 through the life of each of the two.
    """

    name: ClassVar[str] = "dust"
    needs: ClassVar[tuple[str, ...]] = ("survey", "fracture", "motion")
    reads: ClassVar[tuple[str, ...]] = ("dust", "place")
    uses_frames: ClassVar[bool] = True
    uses_plate: ClassVar[bool] = False
    uses_size: ClassVar[bool] = False

    def run(self, context: Context) -> None:
        """Simulate the frames that are not there yet. A run that was stopped ends with the same bits."""
        missing = [frame for frame in context.frames if not frame_path(context.out, frame).exists()]
        if not missing:
            return
        shards = Shards.load(context.inputs["fracture"] / "shards.npz")
        motion = Motion.load(context.inputs["motion"] / "motion.npz")
        if len(motion.position) < len(context.frames) or motion.position.shape[1] != len(shards):
            raise BrokenStore(
                str(context.inputs["motion"] / "motion.npz"),
                f"holds {motion.position.shape[:2]} (frames, shards)",
                f"({len(context.frames)}, {len(shards)})",
                "Delete the motion stage's result; it is made again.",
            )
        grid = grid_around(shards.vertices.min(0), shards.vertices.max(0), context.settings.dust.resolution)
        context.out.mkdir(parents=True, exist_ok=True)
        grid.save(context.out / "grid.json")
        if context.settings.dust.amount == 0:
            for frame in missing:  # still air needs no solving
                write_frame(frame_path(context.out, frame), _clear(grid))
            return
        with Slabs(context.threads) as slabs, Behind() as write:
            _simulate(context, grid, shards, motion, slabs, write, missing[0])
        (context.out / _CHECKPOINT).unlink(missing_ok=True)


def frame_path(folder: Path, frame: int) -> Path:
    """Where a frame's dust is."""
    return folder / f"{frame}.npz"


def _simulate(
    context: Context, grid: DustGrid, shards: Shards, motion: Motion, slabs: Slabs, write: Behind, first_missing: int
) -> None:
    settings = context.settings.dust
    points = solid_points(shards, grid.voxel_m / 2)
    emission = Emission(shards, motion, points, settings.amount, context.frame_rate)
    first = _region(grid, motion, 0)
    air = Air(grid, settings, float(shards.vertices[:, 1].max()), context.seed, slabs, first)
    fixed = neighbour_mask(grid, context.settings.place.neighbours)
    frames = list(context.frames)
    start = _restore(context.out / _CHECKPOINT, air, emission, first_missing - frames[0])
    context.progress(start, len(frames), "dust")
    for number in range(start, len(frames)):
        air.grow(union(air.region, _region(grid, motion, number, air.dusty())))
        near = np.ascontiguousarray(fixed[slices(air.region)])
        motion_now = (motion.position[number], motion.rotation[number], motion.velocity[number], motion.spin[number])
        solids, place = rasterise(air.grid, points, near, *motion_now)
        amount, momentum = np.zeros(air.grid.dims, np.float32), np.zeros((*air.grid.dims, 3), np.float32)
        emission.frame(air.grid, number, place, solids, amount, momentum)
        air.step(solids, amount, momentum, 1.0 / context.frame_rate)
        write(write_frame, frame_path(context.out, frames[number]), _arrays(grid, air, solids))
        if (number + 1) % _EVERY == 0:
            write.settle()  # a checkpoint never runs ahead of the frames
            state = {**air.state(), "powder_kg": emission.powder_kg, "next": np.array([number + 1])}
            write_frame(context.out / _CHECKPOINT, state)
        context.progress(number + 1, len(frames), "dust")


def _region(grid: DustGrid, motion: Motion, number: int, dusty: Region | None = None) -> Region:
    """The region that a frame must simulate: where pieces are and where dust is, and some way around."""
    places = grid.to_voxels(motion.position[number])
    region = grid.region(places.min(0), places.max(0), _AROUND)
    if dusty is None:
        return region
    return union(region, grid.region([low for low, _ in dusty], [high for _, high in dusty], _AROUND))


def _arrays(grid: DustGrid, air: Air, solids: Solids) -> dict[str, npt.NDArray[Any]]:
    """What a frame's file holds."""
    arrays, (x, y, z) = _clear(grid), slices(air.region)
    arrays["density"][x, y, z] = halves(air.dust)
    arrays["settled"][x, z] = halves(air.settled)
    arrays["solid"][x, y, z] = np.round((1.0 - solids.hollow) * 255.0)
    arrays["coordinates"][:, *slices(air.region, 2)] = halves(air.coordinates)
    arrays["age"] = (air.age_s / COORDINATES_S).astype(np.float32)
    return arrays


def _clear(grid: DustGrid) -> dict[str, npt.NDArray[Any]]:
    """A frame without dust."""
    half = tuple(side // 2 for side in grid.dims)
    return {
        "density": np.zeros(grid.dims, np.float16),
        "settled": np.zeros((grid.dims[0], grid.dims[2]), np.float16),
        "solid": np.zeros(grid.dims, np.uint8),
        "coordinates": np.zeros((2, *half, 3), np.float16),
        "age": np.zeros(2, np.float32),
    }


def _restore(path: Path, air: Air, emission: Emission, first_missing: int) -> int:
    """Take up the checkpoint if it is not past the first missing frame. Returns the frame to go on with."""
    if not path.exists():
        return 0
    state = read_arrays(path)
    number = int(state["next"][0])
    if number > first_missing:
        return 0
    air.restore(state)
    emission.powder_kg = state["powder_kg"]
    return number
