"""Whose face it is: distances to the reference faces of named people, and a verdict that would rather ask.

A distance is Euclidean between the recogniser's 128 numbers. Its maker trained it to hold each person in a ball of
radius 0.6 and reports 99.38 % right at 0.6 on pairs of Labeled Faces in the Wild (dlib, dnn_face_recognition_ex).
Here a wrong match would let somebody be altered who never agreed, so a match must be much nearer than that; between the
two numbers a person looks. What was measured: ``docs/likeness.md``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from secondunit.likeness.find import Box, Embedding, Face

MATCH_AT = 0.45  # distance up to which a face is a person's; measured: docs/likeness.md
NOBODY_AT = 0.60  # distance from which it is not; the radius the recogniser was trained with
APART = 0.08  # how much farther the next person must be; two who are about as near are told apart by people
SMALLEST_MATCH_PX = 40  # width below which a face is not matched; measured: docs/likeness.md


class Likely(StrEnum):
    """What the machine makes of a face."""

    MATCH = "match"
    UNSURE = "unsure"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Matched:
    """A face and whose it may be.

    Attributes:
        frame: of which frame.
        box_px: left, top, right, bottom.
        picture_px: width and height of the picture.
        score: the detector's.
        distances: to each person that was asked for, by person_id; the nearest of the person's references.
        verdict: what the machine makes of it.
        person_id: whose face it is; None unless ``verdict`` is a match or a person said so.
        confirmed_by: who said so; empty if nobody was asked.
        is_face: False if a person said it is none.
        why: a sentence.
    """

    frame: int
    box_px: Box
    picture_px: tuple[int, int]
    score: float
    distances: Mapping[str, float]
    verdict: Likely
    person_id: str | None
    why: str
    confirmed_by: str = ""
    is_face: bool = True

    def to_json(self) -> dict[str, Any]:
        """Plain values: no face and no embedding is among them."""
        return {
            **vars(self),
            "box_px": list(self.box_px),
            "picture_px": list(self.picture_px),
            "distances": dict(sorted(self.distances.items())),
            "verdict": str(self.verdict),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Matched:
        """What ``to_json`` gave.

        Raises:
            KeyError, TypeError, ValueError: it is something else.
        """
        left, top, right, bottom = (int(one) for one in value["box_px"])
        width, height = (int(one) for one in value["picture_px"])
        return cls(
            frame=int(value["frame"]),
            box_px=(left, top, right, bottom),
            picture_px=(width, height),
            score=float(value["score"]),
            distances={str(person): float(far) for person, far in value["distances"].items()},
            verdict=Likely(value["verdict"]),
            person_id=value["person_id"],
            why=str(value["why"]),
            confirmed_by=str(value["confirmed_by"]),
            is_face=bool(value["is_face"]),
        )


def match_face(face: Face, references: Mapping[str, Sequence[Embedding]]) -> Matched:
    """Compare one face with the references of people.

    Args:
        face: as ``find_faces`` gives it.
        references: embeddings by person_id; a person without any cannot be matched.
    """
    distances = {
        person: round(min(float(np.linalg.norm(face.embedding - one)) for one in theirs), 4)
        for person, theirs in references.items()
        if len(theirs)
    }
    verdict, person, why = _verdict(distances, face.side_px)
    return Matched(face.frame, face.box_px, face.picture_px, face.score, distances, verdict, person, why)


def _verdict(distances: Mapping[str, float], side_px: int) -> tuple[Likely, str | None, str]:
    if not distances:
        return Likely.NOBODY, None, "there is nobody to compare it with"
    (person, nearest), *others = sorted(distances.items(), key=lambda one: (one[1], one[0]))
    if nearest >= NOBODY_AT:
        return Likely.NOBODY, None, f"nearest is {person} at {nearest:.2f}; nobody from {NOBODY_AT:.2f} on"
    if side_px < SMALLEST_MATCH_PX:
        return Likely.UNSURE, None, f"{side_px} px wide; matched from {SMALLEST_MATCH_PX} px on; nearest is {person}"
    if nearest > MATCH_AT:
        return Likely.UNSURE, None, f"nearest is {person} at {nearest:.2f}; a match up to {MATCH_AT:.2f}"
    if others and others[0][1] - nearest < APART:
        return Likely.UNSURE, None, f"{person} at {nearest:.2f} and {others[0][0]} at {others[0][1]:.2f} are too alike"
    return Likely.MATCH, person, f"{person} at {nearest:.2f}"
