"""A fall that was stopped or killed goes on where it was: all that the next step depends on, written whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from secondunit.effects.collapse.motion.contact import Manifolds
from secondunit.effects.collapse.motion.events import Sources
from secondunit.effects.collapse.motion.world import World
from secondunit.records import read_arrays, write_arrays

Array = npt.NDArray[Any]
# What a script and the next step do not work out anew. Placed corners too: those of a sleeper are from its last step.
_WORLD = (
    *("intact", "closed", "broken_s", "tied", "tie_impulse", "strength_pa", "damage"),
    *("flex", "amiss", "inverse", "outside", "steady"),
)


class Checkpoint(NamedTuple):
    """How far a fall has come: the next frame, what came loose so far, and the record of the frames before (F, ...)."""

    frame: int
    sources: Sources
    taken: dict[str, Array]


def save(path: Path, world: World, done: Checkpoint) -> None:
    """Write ``world`` and what is ``done`` as one file, whole or not at all."""
    state = {name: getattr(world, name) for name in _WORLD}
    state["frame"] = np.array([done.frame])
    state["stiffness"] = world.beams.stiffness
    for kind, group in (("bodies", world.bodies), ("placed", world.placed)):
        state.update({f"{kind}.{name}": value for name, value in group._asdict().items()})
    for kind, found in (("manifolds", world.manifolds), ("floor", world.floor)):
        state.update({f"{kind}.{name}": value for name, value in found._asdict().items()})
    state.update({f"sources.{name}": value for name, value in vars(done.sources).items()})
    state.update({f"taken.{name}": value for name, value in done.taken.items()})
    write_arrays(path, state)


def load(path: Path, world: World) -> Checkpoint:
    """Bring ``world``, newly made from the same shards and settings, to where it was.

    Raises:
        BrokenStore: the file is damaged.
    """
    state = read_arrays(path)
    for name in _WORLD:
        getattr(world, name)[:] = state[name]
    world.beams.stiffness[:] = state["stiffness"]
    for kind, group in (("bodies", world.bodies), ("placed", world.placed)):
        for name, value in group._asdict().items():
            value[:] = state[f"{kind}.{name}"]
    world.manifolds, world.floor = (
        Manifolds(**{name: state[f"{kind}.{name}"] for name in Manifolds._fields}) for kind in ("manifolds", "floor")
    )
    world.relist()
    sources = Sources(**{name: state[f"sources.{name}"] for name in Sources.__dataclass_fields__})
    taken = {name.removeprefix("taken."): value for name, value in state.items() if name.startswith("taken.")}
    return Checkpoint(int(state["frame"][0]), sources, taken)
