"""The last question before a frame gets its receipt: whose faces does it alter? Asked where people can be altered."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from secondunit.errors import BrokenStore
from secondunit.imaging.exr_reader import read_channels, read_exr
from secondunit.likeness.confirm import FaceConfirmation, places_said, with_confirmations
from secondunit.likeness.find import Box, Embedding, Face, shared
from secondunit.likeness.judge import FacesJudged, Matte, judge_faces, parts_without_a_face
from secondunit.likeness.match import Matched, match_face
from secondunit.likeness.near import find_faces_near
from secondunit.likeness.recorded import confirmations, open_store
from secondunit.plate.files import PlateFiles
from secondunit.policy.facts import Request
from secondunit.policy.ledger import Ledger
from secondunit.production import Production
from secondunit.timebase import FIRST_FRAME

Near = tuple[float, float, float, float]  # left, top, right, bottom px
_FEW = 4  # parts of a matte: where there are more, one box around them all is looked at


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
        self._production, self._request, self._ledger = production, request, Ledger(production)
        self._named = tuple(sorted({one.person_id for one in request.people}))
        self._alters_people = request.facts.get("alters_people") is not False
        self._lock = threading.Lock()
        self._plate: PlateFiles | None = None
        self._references: dict[str, tuple[Embedding, ...]] = {}
        self._found: dict[int, tuple[tuple[Near, ...], tuple[Face, ...]]] = {}  # by frame: where was looked, and what
        self._said: tuple[Any, tuple[FaceConfirmation, ...]] | None = None

    def require(self, frame: int, path: Path, matte: Matte | None = None) -> None:
        """Returns if the frame in the file ``path`` alters no face it must not; its ``matte`` is read if not given.

        Raises:
            Problems: of ``NotCleared``, one for each face that blocks.
            BrokenStore: plate, store or ledger cannot be read.
        """
        self.judged(frame, _matte(path) if matte is None else matte).require(self._request.shot)

    def faces(self, frame: int, near: Sequence[Near]) -> tuple[Matched, ...]:
        """Faces of the plate at ``frame`` near boxes (left, top, right, bottom, px of the full plate), as confirmed."""
        return tuple(
            one for one in self._known(frame, near) if any(shared(one.box_px, _whole(box)) > 0 for box in near)
        )

    def judged(self, frame: int, matte: Matte | None) -> FacesJudged:
        """The plate's faces at ``frame`` against its matte (H, W); without one everything counts as altered."""
        number, size = self._number(frame)
        mattes = {number: np.ones((1, 1), np.float32) if matte is None else matte}
        known = self._known(frame, _boxes(mattes[number], size))
        return judge_faces(
            known, named=self._named, consented=self._named, mattes=mattes, alters_people=self._alters_people
        )

    def _number(self, frame: int) -> tuple[int, tuple[int, int]]:
        """The frame whose picture it is (a photo stands for all), and the plate's width and height."""
        with self._lock:
            plate = self._opened()
        return FIRST_FRAME if plate.record.kind == "photo" else frame, (plate.width_px, plate.height_px)

    def _known(self, frame: int, near: Sequence[Near]) -> tuple[Matched, ...]:
        """The faces of a frame near boxes, matched, with what people said of them."""
        number, size = self._number(frame)
        with self._lock:
            plate, looked = self._opened(), self._found.get(number)
        if looked is None or not all(any(_holds(one, box) for one in looked[0]) for box in near):
            looked = (tuple(near), find_faces_near(plate.codes(number), near, frame=number))
        with self._lock:
            self._found[number] = looked
            found = looked[1]
            faces = [match_face(face, self._references) for face in found]
            words, digest = self._words(), plate.digest()
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
        head = self._ledger.head()
        if self._said is None or self._said[0] != head:
            self._said = head, confirmations(self._production)
        return self._said[1]


def _holds(outer: Near, inner: Near) -> bool:
    """Whether a box that was looked at holds another."""
    return outer[0] <= inner[0] and outer[1] <= inner[1] and outer[2] >= inner[2] and outer[3] >= inner[3]


def _whole(box: Near) -> Box:
    left, top, right, bottom = (round(edge) for edge in box)
    return left, top, right, bottom


def _boxes(matte: Matte, size: tuple[int, int]) -> tuple[Near, ...]:
    """Where a matte is above 0, in px of a plate of that width and height: a box for each of few connected parts."""
    x, y = size[0] / matte.shape[1], size[1] / matte.shape[0]
    parts = parts_without_a_face(matte, ())
    if len(parts) > _FEW:
        edges = np.array(parts)
        low, high = edges[:, :2].min(axis=0), edges[:, 2:].max(axis=0)
        parts = ((int(low[0]), int(low[1]), int(high[0]), int(high[1])),)
    return tuple((left * x, top * y, right * x, bottom * y) for left, top, right, bottom in parts)


def _matte(path: Path) -> Matte | None:
    """The matte of a frame's file; None if it has none: then nothing says what is untouched."""
    quick = read_channels(path, lambda channel: channel == "matte.A")
    if quick:
        return quick["matte.A"]
    try:
        return read_exr(path, only=["matte"])[0].get("matte")
    except BrokenStore:
        return None
