"""The last question before a frame gets its receipt: whose faces does it alter? Asked where people can be altered."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from secondunit.errors import BrokenStore
from secondunit.imaging.colour import to_display
from secondunit.imaging.exr_reader import read_exr
from secondunit.likeness.confirm import FaceConfirmation, places_said, with_confirmations
from secondunit.likeness.find import Box, Embedding, Face, find_faces, shared
from secondunit.likeness.judge import FacesJudged, Matte, judge_faces
from secondunit.likeness.match import Matched, match_face
from secondunit.likeness.recorded import confirmations, open_store
from secondunit.plate.files import PlateFiles
from secondunit.policy.facts import Request
from secondunit.policy.ledger import Ledger
from secondunit.production import Production
from secondunit.timebase import FIRST_FRAME


class FacesInShot:
    """Faces of a plate, matched to the people a cleared request names, held against the mattes of its frames.

    Who is named here consents: the request was cleared, and the gate asks again before each frame. References are read
    once, which the ledger records; what people confirm meanwhile counts from the next frame on. Where the effect alters
    people, or does not say, a part of a matte without any face blocks too. Safe for threads.

    Args:
        production: whose plate, store and ledger.
        request: what was cleared.
    """

    def __init__(self, production: Production, request: Request) -> None:
        self._production, self._request = production, request
        self._named = tuple(sorted({one.person_id for one in request.people}))
        self._alters_people = request.facts.get("alters_people") is not False
        self._lock = threading.Lock()
        self._plate: PlateFiles | None = None
        self._references: dict[str, tuple[Embedding, ...]] = {}
        self._found: dict[int, tuple[Face, ...]] = {}
        self._said: tuple[Any, tuple[FaceConfirmation, ...]] | None = None

    def require(self, frame: int, path: Path) -> None:
        """Returns if the frame in the file ``path`` alters no face it must not.

        Raises:
            Problems: of ``NotCleared``, one for each face that blocks.
            BrokenStore: plate, store or ledger cannot be read.
        """
        self.judged(frame, _matte(path)).require(self._request.shot)

    def faces(self, frame: int, near: Sequence[tuple[float, float, float, float]]) -> tuple[Matched, ...]:
        """Faces of the plate at ``frame`` near boxes (left, top, right, bottom, px of the full plate), as confirmed."""
        return tuple(one for one in self._known(frame) if any(shared(one.box_px, _whole(box)) > 0 for box in near))

    def judged(self, frame: int, matte: Matte | None) -> FacesJudged:
        """The plate's faces at ``frame`` against its matte (H, W); without one everything counts as altered."""
        known, number = self._known(frame), self._number(frame)
        mattes = {number: np.ones((1, 1), np.float32) if matte is None else matte}
        return judge_faces(
            known, named=self._named, consented=self._named, mattes=mattes, alters_people=self._alters_people
        )

    def _number(self, frame: int) -> int:
        """The frame whose picture it is: a photo stands for all."""
        with self._lock:
            return FIRST_FRAME if self._opened().record.kind == "photo" else frame

    def _known(self, frame: int) -> tuple[Matched, ...]:
        """The faces of a frame, matched, with what people said of them."""
        number = self._number(frame)
        with self._lock:
            plate = self._opened()
            if number not in self._found:
                self._found[number] = find_faces(to_display(plate.frame(number), plate.view), frame=number)
            faces = [match_face(face, self._references) for face in self._found[number]]
            words, digest, size = self._words(), plate.digest(), (plate.width_px, plate.height_px)
            known = with_confirmations(faces, words, plate_digest=digest)
            return known + places_said(words, plate_digest=digest, frame=number, picture_px=size)

    def _opened(self) -> PlateFiles:
        if self._plate is None:
            purpose = f"clear {self._request.shot}"
            plate = PlateFiles(self._production.folder, self._request.shot).full()
            self._references = open_store(self._production, by="gate").references(
                self._named, by="gate", purpose=purpose
            )
            self._plate = plate
        return self._plate

    def _words(self) -> tuple[FaceConfirmation, ...]:
        head = Ledger(self._production).head()
        if self._said is None or self._said[0] != head:
            self._said = head, confirmations(self._production)
        return self._said[1]


def _whole(box: tuple[float, float, float, float]) -> Box:
    left, top, right, bottom = (round(edge) for edge in box)
    return left, top, right, bottom


def _matte(path: Path) -> Matte | None:
    """The matte of a frame's file; None if it has none: then nothing says what is untouched."""
    try:
        return read_exr(path, only=["matte"])[0].get("matte")
    except BrokenStore:
        return None
