"""Proving a take: every file is as it was written, and every untouched pixel is the plate's, bit for bit."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from secondunit.errors import BrokenStore, SecondUnitError
from secondunit.farm.executor import in_order
from secondunit.imaging.exr import PLAIN
from secondunit.records import digest_file
from secondunit.take.frames import read_layers
from secondunit.take.store import Take

Floats = npt.NDArray[np.float32]


def verify(take: Take, *, progress: Callable[[int, int], None] = lambda done, total: None) -> list[SecondUnitError]:
    """All that is wrong with a take; an empty list if it is whole and keeps the law.

    Args:
        take: the take.
        progress: told how many frames were checked.
    """
    problems: list[SecondUnitError] = list(_files(take))
    frames = list(take.frames)
    checked = in_order(frames, lambda frame: list(_frame(take, frame)), threads=os.cpu_count() or 1)
    for done, found in enumerate(checked):
        progress(done, len(frames))
        problems += found
    progress(len(frames), len(frames))
    return problems


def untouched_is_plate(composite: Floats, matte: Floats, plate: Floats) -> int:
    """How many pixels break the law: matte 0, and yet not the plate's bits.

    Args:
        composite: (H, W, 3) or (H, W, 4).
        matte: (H, W).
        plate: (H, W, 3).
    """
    differs = (composite[..., :3].view(np.uint32) != plate[..., :3].view(np.uint32)).any(axis=-1)
    return int(np.count_nonzero(differs & (matte == 0)))


def _files(take: Take) -> Iterator[SecondUnitError]:
    listed = dict(take.document["files"])
    for name, digest in listed.items():
        path = take.folder / name
        if not path.is_file():
            yield BrokenStore(str(path), "is missing", "the file as it was shot", "Shoot the take again (--like).")
        elif digest_file(path) != digest:
            yield BrokenStore(str(path), "was changed", "the file as it was shot", "Shoot the take again (--like).")
    there = {path.relative_to(take.folder).as_posix() for path in take.folder.rglob("*") if path.is_file()}
    for name in sorted(there - {*listed, "take.json"}):
        yield BrokenStore(str(take.folder / name), "does not belong to the take", advice="Move it elsewhere.")


def _frame(take: Take, frame: int) -> Iterator[SecondUnitError]:
    path = take.frame_path(frame)
    if f"frames/{path.name}" not in take.document["files"]:
        yield BrokenStore(str(path), "is not listed in take.json", "every frame of the take")
        return
    try:
        layers = read_layers(path, [PLAIN, "matte"])
        plate = read_layers(take.plate_path(frame), [PLAIN])[PLAIN]
    except SecondUnitError as error:
        yield error
        return
    if layers[PLAIN].shape[:2] != plate.shape[:2] or layers["matte"].shape != plate.shape[:2]:
        yield BrokenStore(str(path), f"is {layers[PLAIN].shape[:2]}", f"the size of the plate, {plate.shape[:2]}")
    elif wrong := untouched_is_plate(
        np.ascontiguousarray(layers[PLAIN][..., :3]), layers["matte"], np.ascontiguousarray(plate)
    ):
        yield BrokenStore(str(path), f"{wrong} untouched pixels differ from the plate", "none (matte 0 = plate)")
