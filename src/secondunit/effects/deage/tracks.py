"""From faces of single frames to people through a shot: which faces are one person's, and which is the named one's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from secondunit.effects.deage.find import Faces
from secondunit.errors import CannotSolve, NotCleared
from secondunit.nets.faces import overlap

if TYPE_CHECKING:
    from secondunit.effects.base import Context
    from secondunit.likeness.match import Matched

GAP = 24  # frames that a face may be lost for and still be the same track
REACH = 0.6  # of a face's size: how far it may move between frames and be the same
ASKED = 3  # frames of a track in which it is asked whose it is
_IS_HIS = 0.25  # share of their union that a matched box and a mesh's have in common at least

Box = tuple[float, float, float, float]


@dataclass
class Track:
    """One person's face through a shot: index of the frame to the index of the face in it."""

    faces: dict[int, int] = field(default_factory=dict)
    boxes: dict[int, Box] = field(default_factory=dict)

    @property
    def last(self) -> int:
        """The last frame it was seen in."""
        return max(self.faces)


def box_of(points: npt.NDArray[Any]) -> Box:
    """Left, top, right, bottom of a mesh (478, 2 or more), px."""
    low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def linked(frames: Sequence[Faces]) -> list[Track]:
    """The tracks of a shot, in the order of their first faces; each face is in one of them."""
    tracks: list[Track] = []
    for index, faces in enumerate(frames):
        boxes = [box_of(points) for points in faces.points]
        open_ = [track for track in tracks if index - track.last <= GAP]
        cost = np.array([[_apart(track, box, index) for box in boxes] for track in open_])
        cost = cost.reshape(len(open_), len(boxes))
        pairs = zip(*linear_sum_assignment(cost), strict=True)
        taken = {int(b): open_[int(a)] for a, b in pairs if cost[a, b] < REACH}
        for number, box in enumerate(boxes):
            track = taken.get(number)
            if track is None:
                track = Track()
                tracks.append(track)
            track.faces[index], track.boxes[index] = number, box
    return tracks


def _apart(track: Track, box: Box, index: int) -> float:
    """How far a face is from where the track was last, in sizes of the face; a long gap lets it go farther."""
    last = track.boxes[track.last]
    size = max(last[2] - last[0], box[2] - box[0], 1.0)
    away = np.hypot(last[0] + last[2] - box[0] - box[2], last[1] + last[3] - box[1] - box[3]) / 2 / size
    grown = abs(np.log(max(box[2] - box[0], 1.0) / max(last[2] - last[0], 1.0)))
    return float((away + grown) / (1 + 0.1 * (index - track.last - 1)))


def of_person(context: Context, tracks: Sequence[Track], frames: Sequence[Faces], person: str) -> list[Track]:
    """The tracks of one person, as the gate sees whose faces they are.

    Raises:
        NotCleared: none of them is surely the person's.
        CannotSolve: there is no face at all, or two at the same time are the person's.
    """
    if not tracks:
        found = f"no face in {len(frames)} frames"
        advice = "Faces are found from about 40 px wide; a drawn or painted one may be none to the finder."
        raise CannotSolve("find", found, f"the face of {person}", advice)
    asked = [_asked(context, track, frames) for track in tracks]
    theirs = [track for track, said in zip(tracks, asked, strict=True) if surely(said, person)]
    if not theirs:
        why = "; ".join(sorted({one.why for said in asked for one in said})) or "no face the recogniser can tell"
        advice = (
            "Name the right person and hold references (secondunit likeness add), or look and say whose face it is "
        )
        raise NotCleared(
            f"performer.person = {person!r}", f"nobody in the shot is surely this person: {why}", "one face that is",
            advice + "(secondunit likeness confirm).",
        )  # fmt: skip
    first = context.frames.first
    for number, one in enumerate(theirs):
        for other in theirs[:number]:
            both = sorted(set(one.faces) & set(other.faces))
            if both:
                at = [
                    tuple(round((box[k] + box[k + 2]) / 2) for k in (0, 1))
                    for box in (one.boxes[both[0]], other.boxes[both[0]])
                ]
                advice = (
                    "Say which one is somebody else: secondunit likeness confirm SHOW SHOT --frame N --box L,T,R,B."
                )
                raise CannotSolve(
                    f"frame {first + both[0]}", f"two faces are {person}'s, at {at[0]} and {at[1]}", "one", advice
                )
    return theirs


def _asked(context: Context, track: Track, frames: Sequence[Faces]) -> list[Matched]:
    """What the gate says of a track, in the frames that show it best: largest and most from the front."""

    def shows(index: int) -> tuple[float, int]:
        points = frames[index].points[track.faces[index]]
        width, depth = np.abs(points[263] - points[33])[[0, 2]]
        return -float(width - depth), index

    best: list[int] = []
    for index in sorted(track.faces, key=shows):
        if all(abs(index - other) > 2 for other in best):  # neighbours look the same
            best.append(index)
        if len(best) == ASKED:
            break
    return [
        one
        for index in best
        for one in said_of(context, context.frames.first + index, track.boxes[index], track.boxes[index])
    ]


def said_of(context: Context, frame: int, box: Box, around: Box) -> list[Matched]:
    """Whose the face in ``box`` is at ``frame``, as the gate sees it; it looks in ``around``; both px of the plate."""
    said = []
    for one in context.gate.faces(frame, [_full(around, context)]):
        k = context.plate.width_px / one.picture_px[0]
        theirs = tuple(edge * k for edge in one.box_px)
        if overlap(box, theirs) > _IS_HIS:
            said.append(one)
    return said


def _full(box: Box, context: Context) -> Box:
    k = context.plate.full().width_px / context.plate.width_px
    return box[0] * k, box[1] * k, box[2] * k, box[3] * k


def surely(said: Sequence[Matched], person: str) -> bool:
    """Whether a track is a person's: one frame says so and none says otherwise; a person's word decides."""
    words = [one for one in said if one.confirmed_by]
    if words:
        return all(one.person_id == person for one in words)
    named = {one.person_id for one in said if one.person_id is not None}
    return named == {person}
