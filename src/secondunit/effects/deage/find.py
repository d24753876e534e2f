"""Stage 1: every face of every frame, with its 478 landmarks. Who it is, is asked later."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import cv2
import numpy as np
import numpy.typing as npt

from secondunit.effects.base import Context, Image
from secondunit.farm.executor import run_frames
from secondunit.imaging.colour import Codes, View, to_display
from secondunit.nets.faces import POINTS, Square
from secondunit.nets.looking import FINE_PX, LOOKED_PX, found_in, meshes_of
from secondunit.nets.patches import seen
from secondunit.records import read_arrays, write_arrays

# Frames between those in which faces are looked for in parts of the picture, too, and small ones in small parts; and
# everywhere where none is found. In between only large ones are found; where others are, is known from both sides.
PARTS_EVERY, FINE_EVERY = 4, 12
SMALLEST_PX = 24.0  # width of a face: below, there is nothing to age
GRAY_PX = 384  # side of the grey square that is kept of each face, for its motion
MOST = 16  # faces a frame


@dataclass(frozen=True)
class Faces:
    """The faces of one frame.

    Attributes:
        points: (n, 478, 3) px of the plate; z in the same measure, towards the back.
        present: (n,) how sure the mesh model is, 0..1.
        squares: (n, 4) x, y, side and roll of the square each face was looked at in.
        gray: (n, 384, 384) that square in grey codes.
    """

    points: npt.NDArray[np.float32]
    present: npt.NDArray[np.float32]
    squares: npt.NDArray[np.float64]
    gray: npt.NDArray[np.uint8]

    @classmethod
    def load(cls, path: Path) -> Faces:
        """Read what the stage wrote; raises ``BrokenStore`` if it is damaged."""
        arrays: dict[str, Any] = read_arrays(path)
        return cls(arrays["points"], arrays["present"], arrays["squares"], arrays["gray"])

    def save(self, path: Path) -> None:
        """Write it, whole or not at all."""
        write_arrays(path, vars(self))


class FindStage:
    """In: the plate. Out: ``{frame}.npz``, see ``Faces``. Refuses nothing: a frame may have no face."""

    name: ClassVar[str] = "find"
    needs: ClassVar[tuple[str, ...]] = ()
    reads: ClassVar[tuple[str, ...]] = ()
    uses_plate: ClassVar[bool] = True
    uses_size: ClassVar[bool] = True
    uses_frames: ClassVar[bool] = True

    def run(self, context: Context) -> None:
        """Look at all frames that were not looked at yet, ``context.threads`` at a time."""

        def path(frame: int) -> Path:
            return context.out / f"{frame}.npz"

        def work(frame: int) -> None:
            index = frame - context.frames.first
            fine, parts = index % FINE_EVERY == 0, index % PARTS_EVERY == 0
            meshes_in(context.plate.codes(frame), fine=fine, parts=parts).save(path(frame))

        run_frames(
            context.frames,
            work,
            threads=context.threads,
            progress=context.progress,
            is_done=lambda frame: path(frame).exists(),
            writes=True,
        )


def find_meshes(plate: Image, view: View, *, fine: bool = True) -> Faces:
    """The faces of a plate (H, W, 3) ACEScg, largest first."""
    return meshes_in(to_display(plate, view), fine=fine)


def meshes_in(codes: Codes, *, fine: bool = True, parts: bool = True) -> Faces:
    """The faces of a picture (H, W, 3) of sRGB codes, largest first.

    Args:
        codes: the picture.
        fine: whether small ones are looked for, too; they are where no other is found.
        parts: whether those are that show in parts of the picture only; the same.
    """
    found = found_in(codes, LOOKED_PX, whole=not parts)
    if not found and not parts:
        found = found_in(codes, LOOKED_PX)
    if fine or not found:
        found += found_in(codes, FINE_PX)
    kept = [one for one in meshes_of(codes, found) if one.square.side >= SMALLEST_PX][:MOST]
    return Faces(
        np.array([one.points for one in kept], np.float32).reshape(-1, POINTS, 3),
        np.array([one.present for one in kept], np.float32),
        np.array([(one.square.x, one.square.y, one.square.side, one.square.roll) for one in kept]).reshape(-1, 4),
        np.array([gray_of(codes, one.square) for one in kept], np.uint8).reshape(-1, GRAY_PX, GRAY_PX),
    )


def gray_of(codes: Codes, square: Square) -> npt.NDArray[np.uint8]:
    """The square in grey codes (384, 384)."""
    patch = seen(codes, square, GRAY_PX)
    return np.asarray(cv2.cvtColor(patch, cv2.COLOR_RGB2GRAY) * 255 + 0.5, np.uint8)
