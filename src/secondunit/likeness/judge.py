"""May these faces be altered? A pure function: faces, names and mattes in, what blocks out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from secondunit.errors import NotCleared, Problems
from secondunit.likeness.find import Box
from secondunit.likeness.match import Likely, Matched

Matte = npt.NDArray[Any]
AROUND = 0.25  # of the box on each side: a detector's box holds brow to chin, a head is more


@dataclass(frozen=True)
class Blocking:
    """What must not be altered as things stand.

    Attributes:
        where: the place, in words.
        reason: a sentence for people.
        advice: what would change it.
        face: the face; None where the picture is to be altered and no face was found.
    """

    where: str
    reason: str
    advice: str
    face: Matched | None = None


@dataclass(frozen=True)
class FacesJudged:
    """What came of it.

    Attributes:
        blocking: what stands in the altered region and may not be altered; empty means allowed.
        altered: faces in the region that may be.
        untouched: faces outside it: they keep every bit.
        unseen: people named in the request whose face was not found in the region: a reason to look.
    """

    blocking: tuple[Blocking, ...]
    altered: tuple[Matched, ...]
    untouched: tuple[Matched, ...]
    unseen: tuple[str, ...]

    @property
    def allowed(self) -> bool:
        """Whether nothing blocks."""
        return not self.blocking

    def require(self, where: str) -> None:
        """Go on only if nothing blocks.

        Raises:
            Problems: of ``NotCleared``, one for each.
        """
        if self.blocking:
            raise Problems(NotCleared(f"{where}: {one.where}", one.reason, advice=one.advice) for one in self.blocking)


def judge_faces(
    faces: Iterable[Matched],
    *,
    named: Collection[str],
    consented: Collection[str],
    mattes: Mapping[int, Matte],
    still: bool = False,
    alters_people: bool = False,
) -> FacesJudged:
    """Which faces would be altered, and whether they may be.

    A face is altered if the matte is above 0 anywhere in its box with a quarter of it around. It may be if it is a
    named person's who consents. One that matches nobody named, is unsure, or is somebody's without consent blocks. What
    a person said is not a face is nobody's. Nothing is assumed: a frame without a matte counts as altered all over.

    The detector does not find profiles and faces under 40 px. So where an effect alters people every connected part of
    a matte must reach a face that was found, or a place of which a person said whose it is; a part that reaches none
    blocks: it may be the wrong person. See ``docs/likeness.md``.

    Args:
        faces: of all frames that are to be written, with what people confirmed.
        named: person_ids the request names.
        consented: those whose consent covers exactly this request.
        mattes: by frame, (H, W) or (H, W, 1), any size of the picture's aspect; above 0 where the effect may change.
        still: the plate is a photograph: its faces stand in every frame and are held against every matte.
        alters_people: the effect changes how people look.
    """
    faces = tuple(faces)
    blocking, altered, untouched = [], [], []
    for face in faces:
        theirs: list[Matte | None] = [*mattes.values()] if still and mattes else [mattes.get(face.frame)]
        if not face.is_face or not any(touches(face, matte) for matte in theirs):
            untouched.append(face)
            continue
        block = _blocks(face, named, consented)
        if block:
            blocking.append(block)
        else:
            altered.append(face)
    for frame, matte in mattes.items() if alters_people else ():
        heads = [face for face in faces if face.is_face and (still or face.frame == frame)]
        blocking += [_faceless(frame, part) for part in parts_without_a_face(matte, heads)]
    seen = {face.person_id for face in altered}
    unseen = tuple(sorted(set(named) - seen))
    return FacesJudged(tuple(blocking), tuple(altered), tuple(untouched), unseen)


def touches(face: Matched, matte: Matte | None) -> bool:
    """Whether an effect with this matte may change the face; without a matte it may."""
    if matte is None:
        return True
    part = _part(face.box_px, face.picture_px, matte.shape[1], matte.shape[0])
    seen = matte[part[1] : part[3], part[0] : part[2]]
    return bool(np.any(_changed(seen)))


def parts_without_a_face(matte: Matte, faces: Iterable[Matched]) -> tuple[Box, ...]:
    """Connected parts of a matte (H, W) or (H, W, 1) that reach no face's head; boxes in the matte's own pixels."""
    changed = _changed(matte.reshape(matte.shape[:2])).view(np.uint8)
    x, y, wide, high = cv2.boundingRect(changed)  # around it there is nothing to look for
    if not wide:
        return ()
    window = np.ascontiguousarray(changed[y : y + high, x : x + wide])
    count, labels, stats, _ = cv2.connectedComponentsWithStats(window, connectivity=8)
    reached: set[int] = {0}
    for face in faces:
        left, top, right, bottom = _part(face.box_px, face.picture_px, matte.shape[1], matte.shape[0])
        inside = labels[max(0, top - y) : max(0, bottom - y), max(0, left - x) : max(0, right - x)]
        reached.update(int(one) for one in np.unique(inside))
    boxes = []
    for label in sorted(set(range(count)) - reached):
        left, top, wide, high = (int(one) for one in stats[label][:4])
        boxes.append((x + left, y + top, x + left + wide, y + top + high))
    return tuple(boxes)


def _changed(matte: Matte) -> npt.NDArray[np.bool_]:
    """Where it is above 0; not a number counts."""
    return np.asarray(matte if matte.dtype == np.bool_ else ~(matte <= 0), np.bool_)


def place(face: Matched) -> str:
    """Where a face is, in words."""
    left, top, right, bottom = face.box_px
    return f"frame {face.frame}, face at {(left + right) // 2}, {(top + bottom) // 2}"


def _part(box: Box, picture_px: tuple[int, int], width: int, height: int) -> Box:
    """The pixels of a matte (width x height) the surrounded box covers, even in part; at least one at the edge."""
    around_x, around_y = AROUND * (box[2] - box[0]), AROUND * (box[3] - box[1])
    x, y = width / picture_px[0], height / picture_px[1]
    left, top = int(np.floor((box[0] - around_x) * x)), int(np.floor((box[1] - around_y) * y))
    right, bottom = int(np.ceil((box[2] + around_x) * x)), int(np.ceil((box[3] + around_y) * y))
    left, top = min(max(left, 0), width - 1), min(max(top, 0), height - 1)
    return left, top, min(max(right, left + 1), width), min(max(bottom, top + 1), height)


def _faceless(frame: int, part: Box) -> Blocking:
    left, top, right, bottom = part
    advice = (
        "Look. If it is a person's whom the request names, say so: secondunit likeness confirm SHOW SHOT "
        f"--frame {frame} --box L,T,R,B --is PERSON --by NAME; else keep it out of the matte."
    )
    reason = "people are altered here and no face is found: it may be anybody"
    return Blocking(f"frame {frame}, matte at {left},{top} to {right},{bottom}", reason, advice)


def _blocks(face: Matched, named: Collection[str], consented: Collection[str]) -> Blocking | None:
    where = place(face)
    if face.verdict is Likely.UNSURE:
        advice = "Look at the overlay and confirm whose face it is, or keep it out of the matte."
        return Blocking(where, f"it is not sure whose face this is ({face.why})", advice, face)
    if face.person_id is None or face.verdict is Likely.NOBODY:
        advice = "Keep it out of the matte (a bystander is not altered), or name the person and get consent."
        return Blocking(where, f"the face to be altered is nobody's who is named ({face.why})", advice, face)
    if face.person_id not in named:
        advice = "Name the person in the brief and get consent, or keep the face out of the matte."
        return Blocking(where, f"the face is {face.person_id}'s, whom the request does not name", advice, face)
    if face.person_id not in consented:
        advice = "Ask for consent: secondunit consent request."
        return Blocking(where, f"{face.person_id} has not consented to this", advice, face)
    return None
