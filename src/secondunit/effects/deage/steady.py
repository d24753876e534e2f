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
from numba import njit

from secondunit.effects.base import Context
from secondunit.effects.deage.age import CROP_PX
from secondunit.effects.deage.ageing import Change, wide
from secondunit.effects.deage.follow import FacePath
from secondunit.effects.deage.surface import Surface, warped
from secondunit.farm.executor import run_frames
from secondunit.imaging.half import halves

SHUT, OPEN = 0.2, 0.5  # of the largest matte near in time: less is hidden; less than that is the matte's edge
SPECK_PX, MARGIN_PX = 9, 9  # of the crop: what is smaller flickers; around what is hidden nothing is averaged
_BAND = 16  # rows worked on at once; divides the crop's side
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
        shelf = _Shelf(context.inputs["age"], Surface(path), first, keep=2 * reach + 2 + context.threads)

        def file(frame: int) -> Path:
            return context.out / f"{frame}.npz"

        def work(frame: int) -> None:
            index = frame - first
            change = shelf(index).change()
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
            writes=True,
        )


def _averaged(change: Change, index: int, near: list[int], spread: float, shelf: _Shelf) -> Change:
    """The frame's own change plus what its surroundings in time say it is off by: no detail is lost on the way."""
    share = np.exp(-0.5 * ((np.array(near) - index) / spread) ** 2)
    share /= share.sum()
    off = warped(_apart([shelf(at).flat() for at in near], share, near.index(index)), shelf.surface.back(index))
    ratio, flow, matte = wide(change)
    _add(off, ratio, flow, matte)
    return replace(change, ratio=halves(ratio), flow=halves(flow), matte=halves(matte))


@njit(cache=True, nogil=True)
def _add(off: Any, ratio: Any, flow: Any, matte: Any) -> None:
    """Add what a change is off by, (512, 512, 6), in place; nothing where the matte is 0 then."""
    zero, one = np.float32(0), np.float32(1)
    for y in range(matte.shape[0]):
        for x in range(matte.shape[1]):
            cover = min(max(matte[y, x] + off[y, x, 5], zero), one)
            matte[y, x] = cover
            for k in range(3):
                ratio[y, x, k] = ratio[y, x, k] + off[y, x, k] if cover > 0 else zero
            for k in range(2):
                flow[y, x, k] = flow[y, x, k] + off[y, x, 3 + k] if cover > 0 else zero


def _apart(shelved: list[tuple[Floats, Floats]], share: Floats, own: int) -> Floats:
    """How far the mean of frames (512, 512, 6), each with its matte and share, is from the one at ``own``."""
    there, mattes = [one for one, _ in shelved], [matte for _, matte in shelved]
    top, least = mattes[0].copy(), mattes[0].copy()
    for one in mattes[1:]:  # ``reduce`` would lay them all side by side first
        np.maximum(top, one, out=top)
        np.minimum(least, one, out=least)
    if _hidden(least, top) is None:  # nor in any of them: an opening of more holds that of less
        return _mean_less(there, share, own)
    hidden = [_hidden(one, top) for one in mattes]
    parts = [
        np.full_like(top, weight) if behind is None else np.float32(weight) * (1 - behind)
        for weight, behind in zip(share, hidden, strict=True)
    ]
    off, seen = np.zeros_like(there[own]), np.zeros_like(top)
    for rows in _bands():
        for part, one in zip(parts, there, strict=True):
            _gather(one[rows], part[rows], off[rows], seen[rows])
        _mean_of(off[rows], seen[rows], there[own][rows])
    covered = hidden[own]
    if covered is not None:
        off = off * (1 - cv2.dilate(covered, np.ones((MARGIN_PX, MARGIN_PX))))[..., None]
    return np.asarray(off, np.float32)


def _mean_less(there: list[Floats], share: Floats, own: int) -> Floats:
    """The mean of frames less the one at ``own``, band by band: each stays in the processor's cache."""
    out: Floats = np.zeros_like(there[own])
    for rows in _bands():
        mean = out[rows].reshape(_BAND, -1)
        for weight, one in zip(share, there, strict=True):
            cv2.scaleAdd(one[rows].reshape(_BAND, -1), float(weight), mean, mean)
        np.subtract(mean, there[own][rows].reshape(_BAND, -1), out=mean)
    return out


def _bands() -> list[slice]:
    return [slice(first, first + _BAND) for first in range(0, CROP_PX, _BAND)]


@njit(cache=True, nogil=True)
def _gather(one: Any, part: Any, total: Any, seen: Any) -> None:
    for y in range(part.shape[0]):
        for x in range(part.shape[1]):
            seen[y, x] += part[y, x]
            for k in range(6):
                total[y, x, k] += one[y, x, k] * part[y, x]


@njit(cache=True, nogil=True, error_model="numpy")
def _mean_of(total: Any, seen: Any, own: Any) -> None:
    for y in range(seen.shape[0]):
        for x in range(seen.shape[1]):
            much = max(seen[y, x], np.float32(1e-3))
            for k in range(6):
                total[y, x, k] = total[y, x, k] / much - own[y, x, k]


def _hidden(matte: Floats, top: Floats) -> Floats | None:
    """Where something stands before the face, (512, 512) 0 or 1: closed now, open in other frames, and no mere speck.

    None: nowhere. What is there keeps its pixels, and what is behind it is not averaged with the other frames.
    """
    there = ((matte < SHUT * top) & (top > OPEN)).astype(np.uint8)
    closed = np.asarray(cv2.morphologyEx(there, cv2.MORPH_OPEN, np.ones((SPECK_PX, SPECK_PX), np.uint8)), np.float32)
    return closed if closed.any() else None


class _Shelved:
    """A frame's change as it is, and on the mean shape: (512, 512, 6) ratio, flow and matte; and that matte alone.

    Each is made once: who comes second waits.
    """

    def __init__(self, path: Path, surface: Surface, index: int) -> None:
        self._path, self._surface, self._index = path, surface, index
        self._lock = threading.RLock()
        self._change: Change | None = None
        self._flat: tuple[Floats, Floats] | None = None

    def change(self) -> Change:
        with self._lock:
            self._change = self._change or Change.load(self._path)
            return self._change

    def flat(self) -> tuple[Floats, Floats]:
        with self._lock:
            if self._flat is None:
                parts = np.asarray(cv2.merge(wide(self.change())), np.float32)
                flat = warped(parts, self._surface.out(self._index))
                self._flat = flat, np.ascontiguousarray(flat[..., 5])
            return self._flat


class _Shelf:
    """The latest changes."""

    def __init__(self, folder: Path, surface: Surface, first: int, keep: int) -> None:
        self.surface = surface
        self._folder, self._first, self._keep = folder, first, keep
        self._lock, self._kept = threading.Lock(), OrderedDict[int, _Shelved]()

    def __call__(self, index: int) -> _Shelved:
        with self._lock:
            if index not in self._kept:
                path = self._folder / f"{self._first + index}.npz"
                self._kept[index] = _Shelved(path, self.surface, index)
                while len(self._kept) > self._keep:
                    self._kept.popitem(last=False)
            return self._kept[index]
