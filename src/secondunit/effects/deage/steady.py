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

SHUT, OPEN = 0.2, 0.5  # of the largest matte near in time: less is hidden; less than that is the matte's edge
SPECK_PX, MARGIN_PX = 9, 9  # of the crop: what is smaller flickers; around what is hidden nothing is averaged
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
    off = warped(_apart([shelf(at) for at in near], share, near.index(index)), shelf.surface.back(index))
    ratio, flow, matte = wide(change)
    matte = np.clip(matte + off[..., 5], 0, 1)
    inside = (matte > 0)[..., None]
    return replace(
        change,
        ratio=halves(np.where(inside, ratio + off[..., :3], 0)),
        flow=halves(np.where(inside, flow + off[..., 3:5], 0)),
        matte=halves(matte),
    )


def _apart(there: list[Floats], share: Floats, own: int) -> Floats:
    """How far the mean of frames (512, 512, 6), each with its share, is from the one at ``own``."""
    top = np.maximum.reduce([one[..., 5] for one in there])
    hidden = [_hidden(one[..., 5], top) for one in there]
    mean: Any = np.zeros_like(there[own]).reshape(CROP_PX, -1)
    if all(one is None for one in hidden):
        for weight, one in zip(share, there, strict=True):
            mean = cv2.scaleAdd(one.reshape(CROP_PX, -1), float(weight), mean, mean)
        return np.asarray(mean.reshape(there[own].shape) - there[own], np.float32)
    total, seen = np.zeros_like(there[own]), np.zeros_like(top)
    for weight, one, behind in zip(share, there, hidden, strict=True):
        part = np.full_like(top, weight) if behind is None else np.float32(weight) * (1 - behind)
        total += one * part[..., None]
        seen += part
    off: Floats = total / np.maximum(seen, np.float32(1e-3))[..., None] - there[own]
    covered = hidden[own]
    if covered is not None:
        off = off * (1 - cv2.dilate(covered, np.ones((MARGIN_PX, MARGIN_PX))))[..., None]
    return np.asarray(off, np.float32)


def _hidden(matte: Floats, top: Floats) -> Floats | None:
    """Where something stands before the face, (512, 512) 0 or 1: closed now, open in other frames, and no mere speck.

    None: nowhere. What is there keeps its pixels, and what is behind it is not averaged with the other frames.
    """
    there = ((matte < SHUT * top) & (top > OPEN)).astype(np.uint8)
    closed = np.asarray(cv2.morphologyEx(there, cv2.MORPH_OPEN, np.ones((SPECK_PX, SPECK_PX), np.uint8)), np.float32)
    return closed if closed.any() else None


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
