"""A person looks and says whose face it is. That is a document for the ledger, and it outranks the machine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from secondunit.keys import SigningKey, own_key
from secondunit.likeness.find import Box, shared
from secondunit.likeness.match import Likely, Matched
from secondunit.policy.parts import Digest, Id, NamedDocument, Role, Said, Text, Utc, Word
from secondunit.policy.signing import Signed

Saying = Literal["person", "nobody_named", "not_a_face"]
SAME_FACE_SHARE = 0.5  # a word about a box covers a face found there again if they share this much of their union


class FaceConfirmation(NamedDocument):
    """Somebody looked at one face of one plate and said whose it is. It holds for that plate's pixels alone.

    It can also be about a place where the machine found no face (``machine`` is unseen): a profile, a back of a head.
    """

    kind: Literal["face_confirmation"] = "face_confirmation"
    production_id: Id
    shot: Word
    plate_digest: Digest
    frame: int = Field(ge=0)
    end_frame_exclusive: int = Field(ge=1, description="The word holds for this face up to here, half-open.")
    box_px: Box
    said: Saying
    person_id: Id | None = Field(None, description="Whose face it is, if ``said`` is person.")
    machine: Literal["match", "unsure", "nobody", "unseen"] = Field(description="What the machine had said.")
    machine_person_id: Id | None = None
    distance: float | None = Field(None, ge=0, description="To the person named here, if references were held.")
    by: Said
    note: Text = ""
    at: Utc

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.said == "person") != (self.person_id is not None):
            raise ValueError("person_id belongs to said = person, and only to it")
        if self.end_frame_exclusive <= self.frame:
            raise ValueError("end_frame_exclusive must come after frame")
        left, top, right, bottom = self.box_px
        if right <= left or bottom <= top:
            raise ValueError("box_px is left, top, right, bottom")
        return self


def confirmation(face: Matched, *, end_frame_exclusive: int | None = None, **said: Any) -> FaceConfirmation:
    """The record of a person's word about ``face``, to be appended to the ledger.

    Args:
        face: that was found.
        end_frame_exclusive: the word holds up to here; for the face's own frame if not given.
        said: the other fields of ``FaceConfirmation``: who says what, of whose plate, when.
    """
    person_id = said.get("person_id")
    return FaceConfirmation(
        frame=face.frame,
        end_frame_exclusive=face.frame + 1 if end_frame_exclusive is None else end_frame_exclusive,
        box_px=face.box_px,
        machine=face.verdict.value,
        machine_person_id=face.person_id,
        distance=face.distances.get(person_id) if person_id else None,
        **said,
    )


def word_about(box_px: Box, *, frames: tuple[int, int], **said: Any) -> FaceConfirmation:
    """The record of a person's word about a place where no face was found, in ``frames`` (first, end; half-open).

    Args:
        box_px: left, top, right, bottom, in pixels of the plate.
        frames: first, and the frame after the last.
        said: the other fields of ``FaceConfirmation``: who says what, of whose plate, when.
    """
    first, end = frames
    return FaceConfirmation(frame=first, end_frame_exclusive=end, box_px=box_px, machine="unseen", **said)


def sign_word(word: FaceConfirmation, role: Role, key: SigningKey | None = None) -> Signed[FaceConfirmation]:
    """The word under the speaker's own key (this user's if none is given)."""
    blank: Signed[FaceConfirmation] = Signed(document=word)
    return blank.signed(key or own_key(), role=role, name=word.by, at=word.at)


def with_confirmations(
    faces: Iterable[Matched], said: Iterable[FaceConfirmation], *, plate_digest: str
) -> tuple[Matched, ...]:
    """Faces as people confirmed them; of words in the ledger's order the last about a face of this very plate holds."""
    words = [one for one in said if one.plate_digest == plate_digest]
    return tuple(_as_said(face, words) for face in faces)


def places_said(
    said: Iterable[FaceConfirmation], *, plate_digest: str, frame: int, picture_px: tuple[int, int]
) -> tuple[Matched, ...]:
    """Places of this plate's ``frame`` where no face was found and a person said whose it is; the last word holds.

    Args:
        said: what people said, in the ledger's order: when somebody claims to have said it does not count.
        plate_digest: of the plate's pixels.
        frame: the frame.
        picture_px: width and height of the plate.
    """
    words = [one for one in said if one.plate_digest == plate_digest]
    places: dict[Box, Matched] = {}
    for word in words:
        if word.machine == "unseen" and word.frame <= frame < word.end_frame_exclusive:
            blank = Matched(frame, word.box_px, picture_px, 0.0, {}, Likely.NOBODY, None, "no face was found here")
            places[word.box_px] = _as_said(blank, words)
    return tuple(places.values())


def _as_said(face: Matched, words: list[FaceConfirmation]) -> Matched:
    for word in reversed(words):
        here = word.frame <= face.frame < word.end_frame_exclusive
        if here and shared(word.box_px, face.box_px) >= SAME_FACE_SHARE:
            why = f"{word.by} said {word.person_id or word.said.replace('_', ' ')}; the machine: {face.why}"
            verdict = Likely.MATCH if word.said == "person" else Likely.NOBODY
            return replace(
                face, verdict=verdict, person_id=word.person_id, why=why, confirmed_by=word.by,
                is_face=word.said != "not_a_face",
            )  # fmt: skip
    return face
