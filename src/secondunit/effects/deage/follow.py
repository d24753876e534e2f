"""Stage 2: the named person's face through the shot: who it is, where, how turned, and how much of it is to change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from secondunit.effects.base import Context
from secondunit.effects.deage.age import CROP_PX
from secondunit.effects.deage.align import to_crops, yaws
from secondunit.effects.deage.find import Faces, gray_of
from secondunit.effects.deage.motion import settled, stepped
from secondunit.effects.deage.settings import Matte
from secondunit.effects.deage.tracks import Track, box_of, linked, of_person, said_of, surely
from secondunit.errors import CannotSolve
from secondunit.farm.executor import in_order
from secondunit.nets.faces import POINTS, Square
from secondunit.nets.looking import face_at
from secondunit.nets.patches import applied, inverse
from secondunit.records import read_arrays, write_arrays, write_json

CARRIED = 12  # frames that a face is looked for on its own path where the finder lost it
SURE = 0.8  # of the mesh model, there
GONE_DEG = 20.0  # turned that much farther than ``matte.profile_deg`` nothing is left
SMALL_PX, TINY_PX = 14.0, 8.0  # from eyes to mouth: from here on less, below that nothing
OTHERS_HELD = 6  # frames that another face is kept clear of before it is found and after it is lost
AROUND = 0.45  # of its size, around another's mesh: what the gate counts as that face, and some more

DOUBTS = "doubts.json"  # frames in which it is not sure whose face it is

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class FacePath:
    """A face through a shot; T frames.

    Attributes:
        points: (T, 478, 3) px of the plate, steady; where the face is not, the last or next place.
        crops: (T, 2, 3) from px of the plate to px of the crop.
        weight: (T,) 0..1: how much of the change is to be seen; 0 where the face is lost or turned away.
        found: (T,) whether it was found in the frame.
        yaw_deg: (T,) how far the head is turned.
        others: (T, M, 4) boxes of other faces, left, top, right, bottom px; not a number where there is none.
    """

    points: Floats
    crops: npt.NDArray[np.float64]
    weight: Floats
    found: npt.NDArray[np.bool_]
    yaw_deg: Floats
    others: Floats

    def box(self, index: int, width: int, height: int) -> tuple[int, int, int, int]:
        """Left, top, right, bottom of a frame's crop in a plate of that size, px; at least one pixel."""
        return covered(self.crops[index], width, height)

    def spans(self, index: int) -> bool:
        """Whether the face was found in the frame, or both before and after it."""
        at = np.flatnonzero(self.found)
        return bool(len(at)) and int(at[0]) <= index <= int(at[-1])

    @classmethod
    def load(cls, folder: Path) -> FacePath:
        """Read what the stage wrote; raises ``BrokenStore`` if it is damaged."""
        arrays: dict[str, Any] = read_arrays(folder / "path.npz")
        return cls(**arrays)


class FollowStage:
    """In: the faces of all frames. Out: ``path.npz``, see ``FacePath``.

    Refuses a shot without a face that is surely the named person's, and one with two of them at a time.
    """

    name: ClassVar[str] = "follow"
    needs: ClassVar[tuple[str, ...]] = ("find",)
    reads: ClassVar[tuple[str, ...]] = ("performer.person", "steady.track_s", "steady.fade_s", "matte.profile_deg")
    uses_plate: ClassVar[bool] = True
    uses_size: ClassVar[bool] = True
    uses_frames: ClassVar[bool] = True

    def run(self, context: Context) -> None:
        """Follow the person; everything at once, since the whole shot is at hand."""
        settings, total = context.settings, len(context.frames)
        frames = [Faces.load(context.inputs["find"] / f"{frame}.npz") for frame in context.frames]
        context.progress(0, total, "who is who")
        tracks = linked(frames)
        theirs = of_person(context, tracks, frames, settings.performer.person)
        seen = _Seen(context, frames, theirs)
        seen.look_between()
        context.progress(total // 3, total, "motion")
        points = seen.steady(max(1.0, settings.steady.track_s * context.frame_rate))
        turned = np.degrees(yaws(points))
        there = _there(seen, points, turned, settings.matte)
        doubts = _doubts(context, points, there, settings.performer.person)
        there[list(doubts)] = 0
        if not there.any():
            found = (
                f"a face at {int(np.nanmax(np.abs(turned)))} degrees, {_size(points).max():.0f} px from eyes to mouth"
            )
            wanted = f"one turned less than {settings.matte.profile_deg + GONE_DEG:g} degrees and above {TINY_PX:g} px"
            raise CannotSolve(
                "follow", found, wanted, "Use a plate in which the face is larger or seen from the front."
            )
        known = there > 0
        crops = _everywhere(to_crops(points[known]), known)
        write_arrays(
            context.out / "path.npz",
            {
                "points": points.astype(np.float32),
                "crops": crops,
                "weight": eased(there, max(1, round(settings.steady.fade_s * context.frame_rate))),
                "found": seen.found,
                "yaw_deg": turned.astype(np.float32),
                "others": _others([one for one in tracks if one not in theirs], total),
            },
        )
        said = {str(context.frames.first + index): why for index, why in sorted(doubts.items())}
        write_json(context.out / DOUBTS, {"kind": "deage_doubts", "version": 1, "frames": said})
        context.progress(total, total)


class _Seen:
    """Where one person's face was found, frame by frame, with its grey squares."""

    def __init__(self, context: Context, frames: Sequence[Faces], tracks: Sequence[Track]) -> None:
        self.context = context
        self.points = np.full((len(frames), POINTS, 3), np.nan)
        self.squares: dict[int, Square] = {}
        self.gray: dict[int, npt.NDArray[np.uint8]] = {}
        for track in tracks:
            for index, number in track.faces.items():
                faces = frames[index]
                self.points[index] = faces.points[number]
                self.squares[index] = Square(*(float(one) for one in faces.squares[number]))
                self.gray[index] = faces.gray[number]

    @property
    def found(self) -> npt.NDArray[np.bool_]:
        """(T,) where it was."""
        return np.asarray(~np.isnan(self.points[:, 0, 0]), np.bool_)

    def look_between(self) -> None:
        """Look where the face should be in frames near those where it was found."""
        for step in (1, -1):
            order = range(len(self.points))[::step]
            carried, before = 0, -1
            for index in order:
                if index in self.squares:
                    carried, before = 0, index
                elif before >= 0 and carried < CARRIED and self._look(index, self.squares[before]):
                    carried, before = carried + 1, index
                else:
                    carried = CARRIED  # lost: from the other side, or not at all

    def _look(self, index: int, square: Square) -> bool:
        codes = self.context.plate.codes(self.context.frames.first + index)
        found = face_at(codes, square)
        if found is None or found.present < SURE:
            return False
        self.points[index], self.squares[index] = found.points, found.square
        self.gray[index] = gray_of(codes, found.square)
        return True

    def steady(self, frames: float) -> npt.NDArray[np.float64]:
        """The landmarks (T, 478, 3) with nothing but the motion of the picture left; filled where none were found."""
        known = self.found
        pairs = [index for index in range(len(known) - 1) if known[index] and known[index + 1]]

        def step(index: int) -> Any:
            one, other = ((self.points[at, :, :2], self.squares[at], self.gray[at]) for at in (index, index + 1))
            return stepped(one, other)

        steps, trust = np.zeros((len(known) - 1, POINTS, 2)), np.full((len(known) - 1, POINTS), 1e-4)
        for index, (moved, trusted) in zip(pairs, in_order(pairs, step, threads=self.context.threads), strict=True):
            steps[index], trust[index] = moved, trusted
        path = settled(self.points[..., :2], steps, trust, np.full(POINTS, frames))
        depth = np.array(
            [np.interp(np.arange(len(known)), np.flatnonzero(known), one[known]) for one in self.points[..., 2].T]
        ).T
        return np.concatenate([path, depth[..., None]], axis=2)


def _doubts(context: Context, points: npt.NDArray[Any], there: npt.NDArray[np.float64], person: str) -> dict[int, str]:
    """Frames, by index, in which the face is not surely the person's, and why: the gate would not sign for them."""
    known = [int(index) for index in np.flatnonzero(there > 0)]
    width, height = context.plate.width_px, context.plate.height_px
    crops = to_crops(points[known]) if known else np.empty((0, 2, 3))
    crop_of = dict(zip(known, crops, strict=True))

    def doubt(index: int) -> str:
        around = covered(crop_of[index], width, height)
        said = said_of(context, context.frames.first + index, box_of(points[index]), around)
        return "" if surely(said, person) else "; ".join(one.why for one in said) or "no face is found there"

    words = in_order(known, doubt, threads=context.threads)
    return {index: why for index, why in zip(known, words, strict=True) if why}


def covered(to_crop: npt.NDArray[np.float64], width: int, height: int) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of a crop in a plate of that size, px; at least one pixel."""
    size = float(CROP_PX)
    corners = applied(inverse(to_crop), np.array([[0, 0], [size, 0], [0, size], [size, size]]))
    left, top = (int(one) for one in np.clip(np.floor(corners.min(axis=0)), 0, (width - 1, height - 1)))
    ends = np.clip(np.ceil(corners.max(axis=0)), (left + 1, top + 1), (width, height))
    return left, top, int(ends[0]), int(ends[1])


def _size(points: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """From eyes to mouth, (T,) px."""
    eyes, mouth = points[:, [33, 133, 362, 263]].mean(axis=1), points[:, [61, 291]].mean(axis=1)
    return np.asarray(np.linalg.norm((eyes - mouth), axis=1), np.float64)


def _there(seen: _Seen, points: npt.NDArray[Any], yaw_deg: npt.NDArray[Any], matte: Matte) -> npt.NDArray[np.float64]:
    """(T,) 0..1: how well the face can be seen in each frame, by itself."""
    turned = np.clip((matte.profile_deg + GONE_DEG - np.abs(yaw_deg)) / GONE_DEG, 0, 1)
    large = np.clip((_size(points) - TINY_PX) / (SMALL_PX - TINY_PX), 0, 1)
    return np.where(seen.found, turned * large, 0.0)


def eased(there: npt.NDArray[Any], frames: int) -> Floats:
    """The largest weight (T,) that is never above ``there`` and never changes faster than in ``frames`` frames."""
    weight = np.array(there, np.float64)
    for order in (range(1, len(weight)), range(len(weight) - 2, -1, -1)):
        for index in order:
            before = index - 1 if order.step > 0 else index + 1
            weight[index] = min(weight[index], weight[before] + 1 / frames)
    return (weight * weight * (3 - 2 * weight)).astype(np.float32)


def _everywhere(crops: npt.NDArray[np.float64], known: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Each frame's crop; where there is none, the nearest frame's."""
    at = np.flatnonzero(known)
    nearest = np.abs(np.arange(len(known))[:, None] - at[None]).argmin(axis=1)
    return np.asarray(crops[nearest], np.float64)


def _others(tracks: Sequence[Track], total: int) -> Floats:
    """(T, M, 4) boxes to keep clear of: grown by what the gate counts as a face, held where one is lost."""
    out = np.full((total, max(1, len(tracks)), 4), np.nan, np.float32)
    for number, track in enumerate(tracks):
        at = np.array(sorted(track.boxes))
        boxes = np.array([track.boxes[int(index)] for index in at])
        grown = AROUND * (boxes[:, 2:] - boxes[:, :2])
        boxes = np.concatenate([boxes[:, :2] - grown, boxes[:, 2:] + grown], axis=1)
        when = np.arange(max(0, at[0] - OTHERS_HELD), min(total, at[-1] + OTHERS_HELD + 1))
        out[when, number] = np.stack([np.interp(when, at, boxes[:, k]) for k in range(4)], axis=1)
    return out
