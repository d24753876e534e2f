"""Stage 1: every face of every frame, with its 478 landmarks. Who it is, is asked later."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import cv2
import numpy as np
import numpy.typing as npt

from secondunit.effects.base import Context, Image
from secondunit.effects.deage.patches import seen
from secondunit.farm.executor import run_frames
from secondunit.imaging.colour import View, to_display
from secondunit.imaging.resize import resized
from secondunit.nets.faces import (
    EYE_PX,
    MESH_PX,
    POINTS,
    Detection,
    Square,
    detect,
    eye_squares,
    mesh,
    overlap,
    refined,
    square_of,
)
from secondunit.records import read_arrays, write_arrays

LOOKED_PX = 640  # longer side of the picture that whole frames and squares of their height are looked at in
FINE_PX = 1280  # the same where smaller faces are looked for
FINE_EVERY = 12  # frames; smaller faces are looked for in these, and where none is found
SMALLEST_PX = 24.0  # width of a face: below, there is nothing to age
PRESENT = 0.5  # of the mesh model: less is no face (face_landmark_cpu.pbtxt, min_detection_confidence)
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
            fine = (frame - context.frames.first) % FINE_EVERY == 0
            find_meshes(context.plate.frame(frame), context.plate.view, fine=fine).save(path(frame))

        run_frames(
            context.frames,
            work,
            threads=context.threads,
            progress=context.progress,
            is_done=lambda frame: path(frame).exists(),
        )


def find_meshes(plate: Image, view: View, *, fine: bool = True) -> Faces:
    """The faces of a plate (H, W, 3) ACEScg, largest first."""
    found = _detected(plate, view, LOOKED_PX)
    if fine or not found:
        found = _distinct(found + _detected(plate, view, FINE_PX))
    meshes = [one for one in (face_at(plate, view, detection.square) for detection in found[:MOST]) if one]
    kept: list[tuple[Any, ...]] = []
    for one in sorted(meshes, key=lambda each: -each[2].side):
        if one[2].side >= SMALLEST_PX and not any(_within(one[0], other[0]) for other in kept):
            kept.append(one)
    return Faces(
        np.array([one[0] for one in kept], np.float32).reshape(-1, POINTS, 3),
        np.array([one[1] for one in kept], np.float32),
        np.array([(one[2].x, one[2].y, one[2].side, one[2].roll) for one in kept], np.float64).reshape(-1, 4),
        np.array([gray_of(plate, view, one[2]) for one in kept], np.uint8).reshape(-1, GRAY_PX, GRAY_PX),
    )


def face_at(plate: Image, view: View, square: Square) -> tuple[npt.NDArray[np.float64], float, Square] | None:
    """The mesh of the face in a square of the plate: points (478, 3), how sure, and its own square; None if none is."""
    present = 0.0
    points = np.empty((0, 3))
    for _ in range(2):  # a second look from the mesh's own square: the same wherever the first one began
        points, present = mesh(seen(plate, square, MESH_PX, view))
        points[:, :2], points[:, 2] = square.placed(points[:, :2], MESH_PX), points[:, 2] * square.side / MESH_PX
        if present < PRESENT:
            return None
        square = square_of(points)
    right, left = ((eye, seen(plate, eye, EYE_PX, view)) for eye in eye_squares(points))
    return refined(points, right, left), present, square


def gray_of(plate: Image, view: View, square: Square) -> npt.NDArray[np.uint8]:
    """The square in grey codes (384, 384)."""
    codes = seen(plate, square, GRAY_PX, view)
    return np.asarray(cv2.cvtColor(codes, cv2.COLOR_RGB2GRAY) * 255 + 0.5, np.uint8)


def _detected(plate: Image, view: View, longer_px: int) -> list[Detection]:
    """Faces in the whole picture and in squares of its shorter side (half of it where it is looked at finely)."""
    height, width = plate.shape[:2]
    scale = min(1.0, longer_px / max(height, width))
    small = resized(plate, max(1, round(width * scale)), max(1, round(height * scale)))
    codes = to_display(small, view).astype(np.float32) / 255
    high, wide = codes.shape[:2]
    side = min(high, wide) if longer_px == LOOKED_PX else max(min(high, wide) // 2, 96)
    windows = [(0, 0, wide, high)]
    windows += [(left, top, side, side) for top in _starts(high, side) for left in _starts(wide, side)]
    found = []
    for left, top, w, h in dict.fromkeys(windows):
        for one in detect(np.ascontiguousarray(codes[top : top + h, left : left + w])):
            box = tuple((edge + (left, top)[index % 2]) / scale for index, edge in enumerate(one.box))
            found.append(Detection(one.score, box, (one.points + np.array((left, top))) / scale))  # type: ignore[arg-type]
    return _distinct(found)


def _starts(length: int, side: int) -> list[int]:
    """Where squares begin that share at least a third of their side."""
    if length <= side:
        return [0]
    count = -(-(length - side) * 3 // (2 * side)) + 1
    return [round(index * (length - side) / (count - 1)) for index in range(count)]


def _distinct(found: list[Detection]) -> list[Detection]:
    kept: list[Detection] = []
    for one in sorted(found, key=lambda each: (-each.score, each.box)):
        if all(overlap(one.box, other.box) < 0.3 for other in kept):
            kept.append(one)
    return kept


def _within(points: npt.NDArray[Any], larger: npt.NDArray[Any]) -> bool:
    """Whether half of a mesh's box lies in a larger one's: a part of that face taken for one of its own."""
    low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
    both = np.minimum(high, larger[:, :2].max(axis=0)) - np.maximum(low, larger[:, :2].min(axis=0))
    return bool((both > 0).all() and both.prod() > 0.5 * (high - low).prod())
