"""The stage: shards in, motion out."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from secondunit.effects.base import Context
from secondunit.effects.collapse.motion import checkpoint
from secondunit.effects.collapse.motion.checkpoint import Checkpoint
from secondunit.effects.collapse.motion.chips import chips
from secondunit.effects.collapse.motion.events import Sources, collect, events
from secondunit.effects.collapse.motion.failure import script_of
from secondunit.effects.collapse.motion.picture import strip
from secondunit.effects.collapse.motion.world import World
from secondunit.effects.collapse.settings import Fall, Place
from secondunit.effects.collapse.shards import Motion, Shards
from secondunit.plate.survey import Survey

Array = npt.NDArray[Any]
_STEPS_PER_S = 96.0  # at least so many steps a second: a shard at 15 m/s moves 0.16 m in one
_EVERY = 16  # frames between checkpoints: a kill costs about three seconds of work


class MotionStage:
    """Bonded shards under gravity, with contact, friction and steel; the artist's failure starts it."""

    name: ClassVar[str] = "motion"
    needs: ClassVar[tuple[str, ...]] = ("survey", "build", "fracture")
    reads: ClassVar[tuple[str, ...]] = ("fall", "place")
    uses_plate: ClassVar[bool] = False
    uses_size: ClassVar[bool] = False
    uses_frames: ClassVar[bool] = True

    def run(self, context: Context) -> None:
        """Write ``motion.npz`` (a ``Motion``) and ``motion.png`` (a strip of moments)."""
        shards = Shards.load(context.inputs["fracture"] / "shards.npz")
        survey = Survey.load(context.inputs["survey"] / "survey.json")
        motion = simulate(
            shards,
            context.settings.fall,
            context.settings.place,
            frames=len(context.frames),
            rate=context.frame_rate,
            seed=context.seed,
            progress=context.progress,
            kept=context.out / "checkpoint.npz",
        )
        strip(shards, motion, survey.camera, context.out / "motion.png")
        motion.save(context.out / "motion.npz")
        (context.out / "checkpoint.npz").unlink(missing_ok=True)


def simulate(
    shards: Shards,
    fall: Fall,
    place: Place,
    *,
    frames: int,
    rate: float,
    seed: int,
    progress: Any = None,
    kept: Path | None = None,
) -> Motion:
    """Let ``shards`` fall for ``frames`` frames at ``rate``; ``progress`` is called after each frame.

    ``kept`` is where a checkpoint is written now and then, and taken up if it is there: the result is the same to the
    bit. It must be of the same fall.
    """
    steps = math.ceil(_STEPS_PER_S / rate)
    world = World(
        shards,
        place.neighbours,
        step_s=1.0 / (rate * steps),
        gravity_m_per_s2=fall.gravity_m_per_s2,
        strength=fall.strength,
    )
    script = script_of(shards, fall)
    first = math.ceil(fall.start_s * rate * steps - 1e-9)
    record = _Record(world, frames)
    sources: list[Sources] = []
    begin = 0
    if kept is not None and kept.exists():
        done = checkpoint.load(kept, world)
        begin, sources = done.frame, [done.sources]
        record.put(done.taken)
    else:
        world.season()
    for frame in range(begin, frames):
        if kept is not None and frame % _EVERY == 0 and frame > begin:
            checkpoint.save(kept, world, Checkpoint(frame, Sources.joined(sources), record.until(frame)))
        record.take(frame)
        for step in range(frame * steps, (frame + 1) * steps):
            world.time_s = step * world.step_s
            if step >= first and frame + 1 < frames:
                script.act(world, (step - first) * world.step_s)
                world.step()
                sources.append(collect(world))
        if progress is not None:
            progress(frame + 1, frames, "motion")
    return record.motion(Sources.joined(sources), fall, rate, seed)


class _Record:
    """Where every shard is at every frame."""

    _NAMES = ("position", "rotation", "velocity", "spin")

    def __init__(self, world: World, frames: int) -> None:
        count = len(world.shards)
        self.world = world
        self.position = np.zeros((frames, count, 3), np.float32)
        self.rotation = np.zeros((frames, count, 4), np.float32)
        self.velocity = np.zeros((frames, count, 3), np.float32)
        self.spin = np.zeros((frames, count, 3), np.float32)

    def take(self, frame: int) -> None:
        """Note this moment. What stands on the ground is exactly where it was built."""
        bodies, count = self.world.bodies, len(self.world.shards)
        owner = bodies.of_shard[:count]
        free = bodies.free[owner]
        centre = self.world.centres_now()
        arm = centre - bodies.position[owner]
        self.position[frame] = np.where(free[:, None], centre, self.world.shards.centroid)
        self.rotation[frame] = bodies.rotation[owner]
        self.velocity[frame] = bodies.velocity[owner] + np.cross(bodies.spin[owner], arm)
        self.spin[frame] = bodies.spin[owner]

    def until(self, frame: int) -> dict[str, Array]:
        """The frames before ``frame``."""
        return {name: getattr(self, name)[:frame] for name in self._NAMES}

    def put(self, taken: dict[str, Array]) -> None:
        """Fill in frames taken earlier."""
        for name, value in taken.items():
            getattr(self, name)[: len(value)] = value

    def motion(self, sources: Sources, fall: Fall, rate: float, seed: int) -> Motion:
        """The finished record, with chips and dust events."""
        world = self.world
        flown, radius, material = chips(
            sources,
            self.position,
            world.extent,
            world.shards.centroid,
            np.array(world.boxes, float).reshape(-1, 5),
            rate=rate,
            amount=fall.debris,
            seed=seed,
            gravity=fall.gravity_m_per_s2,
        )
        frame, point, speed, dust = events(sources, rate, len(self.position))
        return Motion(
            position=self.position,
            rotation=self.rotation,
            velocity=self.velocity,
            spin=self.spin,
            bond_broken_s=world.broken_s.astype(np.float32),
            chip_position=flown,
            chip_radius=radius,
            chip_material=material,
            event_frame=frame,
            event_position=point,
            event_velocity=speed,
            event_dust_kg=dust,
        )
