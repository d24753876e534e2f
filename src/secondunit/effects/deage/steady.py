"""Stage 4: the change averaged in time along the face's own motion, so that nothing flickers or swims."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import cv2
import numpy as np
import numpy.typing as npt

from secondunit.effects.base import Context
from secondunit.effects.deage.age import CROP_PX
from secondunit.effects.deage.ageing import Change, wide
from secondunit.effects.deage.follow import FacePath
from secondunit.effects.deage.surface import Surface, warped
from secondunit.farm.executor import run_frames
from secondunit.imaging.half import halves

_REACH = 2.0  # standard deviations of the average on each side

Floats = npt.NDArray[np.float32]


class SteadyStage:
    """In: the changes and the face's path. Out: ``{frame}.npz``, see ``Change``, with what flickers averaged out.

    The log of a ratio of light does not know how bright the plate is: when the light changes, the change stays.
    """

    name: ClassVar[str] = "steady"
    needs: ClassVar[tuple[str, ...]] = ("follow", "age")
    reads: ClassVar[tuple[str, ...]] = ("steady.change_s",)
    uses_plate: ClassVar[bool] = False
    uses_size: ClassVar[bool] = False
    uses_frames: ClassVar[bool] = True

    def run(self, context: Context) -> None:
        """Steady all frames that are not there yet, ``context.threads`` at a time."""
        path = FacePath.load(context.inputs["follow"])
        first, spread = context.frames.first, context.settings.steady.change_s * context.frame_rate
        reach = int(np.ceil(_REACH * spread)) if spread > 0.1 else 0
        shelf = _Shelf(context.inputs["age"], Surface(path), first, keep=2 * reach + 1 + context.threads)

        def file(frame: int) -> Path:
            return context.out / f"{frame}.npz"

        def work(frame: int) -> None:
            index = frame - first
            change = Change.load(context.inputs["age"] / f"{frame}.npz")
            near = [at for at in range(index - reach, index + reach + 1) if 0 <= at < len(path.weight)]
            near = [at for at in near if path.weight[at] > 0]
            if len(near) > 1:
                change = _averaged(change, index, near, spread, shelf)
            change.save(file(frame))

        run_frames(
            [frame for frame in context.frames if path.weight[frame - first] > 0],
            work,
            threads=context.threads,
            progress=context.progress,
            is_done=lambda frame: file(frame).exists(),
        )


def _averaged(change: Change, index: int, near: list[int], spread: float, shelf: _Shelf) -> Change:
    """The frame's own change plus what its surroundings in time say it is off by: no detail is lost on the way."""
    share = np.exp(-0.5 * ((np.array(near) - index) / spread) ** 2)
    share /= share.sum()
    own = shelf(index)
    mean: Any = -own.reshape(CROP_PX, -1)
    for weight, at in zip(share, near, strict=True):
        mean = cv2.scaleAdd(shelf(at).reshape(CROP_PX, -1), float(weight), mean, mean)
    off = warped(mean.reshape(own.shape), shelf.surface.back(index))
    ratio, flow, matte = wide(change)
    matte = np.clip(matte + off[..., 5], 0, 1)
    inside = (matte > 0)[..., None]
    return replace(
        change,
        ratio=halves(np.where(inside, ratio + off[..., :3], 0)),
        flow=halves(np.where(inside, flow + off[..., 3:5], 0)),
        matte=halves(matte),
    )


class _Shelf:
    """Changes as they lie on the mean shape: (512, 512, 6) ratio, flow and matte; the latest are kept."""

    def __init__(self, folder: Path, surface: Surface, first: int, keep: int) -> None:
        self.surface = surface
        self._folder, self._first, self._keep = folder, first, keep
        self._lock, self._kept = threading.Lock(), OrderedDict[int, Floats]()

    def __call__(self, index: int) -> Floats:
        with self._lock:
            if index in self._kept:
                return self._kept[index]
        made = warped(
            np.dstack(wide(Change.load(self._folder / f"{self._first + index}.npz"))), self.surface.out(index)
        )
        with self._lock:
            self._kept[index] = made
            while len(self._kept) > self._keep:
                self._kept.popitem(last=False)
        return made
