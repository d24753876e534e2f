"""Likeness data of a production: reference faces of named people, sealed, listed, recorded, deleted on request.

Of a reference picture only the face is kept (150 x 150 px) with its 128 numbers, sealed in one file; not the picture.
Nothing in here writes a face or a number in the clear, not even for a moment.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from pydantic import ValidationError

from secondunit.errors import BadPicture, BrokenStore
from secondunit.imaging.colour import View, to_display, to_working
from secondunit.imaging.files import read_picture
from secondunit.likeness.find import Codes, Embedding, Face, chip, find_faces
from secondunit.likeness.papers import Held, LikenessAccess, LikenessDeletion, Permit, Recorder, now
from secondunit.likeness.sealed import KeyRing, header_of, seal, unseal
from secondunit.likeness.weights import DIGESTS, RECOGNISER
from secondunit.records import digest_bytes, read_json, whole_file, write_json

FOLDER = "likeness"
_KIND = "likeness_store"
_NUMBERS = 128 * 8  # bytes of an embedding, float64
_ID = re.compile(r"[a-z0-9][a-z0-9-]{1,63}")
SMALLEST_REFERENCE_PX = 80  # width of a face; smaller ones tell people apart worse: docs/likeness.md


@dataclass(frozen=True)
class Holding:
    """What is held of one person."""

    person_id: str
    items: tuple[Held, ...]
    readable: bool

    @property
    def keep_until(self) -> str:
        """The day from which nothing of it may be read: the earliest of its items."""
        return min((one.keep_until for one in self.items), default="")


class LikenessStore:
    """The likeness data of one production.

    Args:
        production: the production's folder; the store is below it.
        record: is given every access and deletion; a ledger's append.
        permit: is given a person_id and the day to keep until before anything is put in; raises if it may not be.

    Raises:
        BrokenStore: the store's document is damaged.
    """

    def __init__(self, production: Path, record: Recorder, permit: Permit) -> None:
        self.folder = Path(production) / FOLDER
        self._record, self._permit = record, permit
        document = self.folder / "store.json"
        if not document.exists():
            write_json(document, {"kind": _KIND, "version": 1, "store_id": uuid.uuid4().hex})
        store_id = read_json(document, kind=_KIND, version=1).get("store_id")
        if not isinstance(store_id, str) or not _ID.fullmatch(store_id):
            raise BrokenStore(f"{document}: store_id", repr(store_id), "letters, digits and '-'")
        self.store_id = store_id
        self.keys = KeyRing(store_id)

    def add(self, person_id: str, pictures: Sequence[Path], *, keep_until: str, by: str) -> tuple[Held, ...]:
        """Keep the face in each picture as a reference of ``person_id``; all of them or none.

        Args:
            person_id: opaque, e.g. ``p-3f2a``; names stay in the people's documents.
            pictures: each with exactly one face, seen from the front.
            keep_until: the day (2026-12-31) from which it may not be read.
            by: who puts it in.

        Raises:
            BadPicture: a picture has no face, several, or one that is too small.
            BrokenStore: the name is unusable, the day is past, or the disk is full.
            NotCleared: nobody agreed to it.
        """
        self._check_person(person_id)
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", keep_until) or keep_until <= now()[:10]:
            raise BrokenStore("keep until", repr(keep_until), "a day to come, as 2027-06-30")
        self._permit(person_id, keep_until)
        found = [(_codes(path), path) for path in pictures]
        faces = [(codes, _only_face(codes, path)) for codes, path in found]
        key = self.keys.make(person_id)
        held = []
        for codes, face in faces:
            item_id = uuid.uuid4().hex
            header = {
                "store_id": self.store_id,
                "person_id": person_id,
                "item_id": item_id,
                "picture_digest": digest_bytes(repr(codes.shape).encode() + codes.tobytes()),
                "added_at": now(),
                "keep_until": keep_until,
                "recogniser": DIGESTS[RECOGNISER],
            }
            data = seal(key, header, face.embedding.astype("<f8").tobytes() + _png(chip(codes, face)))
            path = self._person(person_id) / f"{item_id}.sealed"
            with whole_file(path) as temporary:
                temporary.write_bytes(data)
            held.append(_held(header, data, str(path)))
        self._note(person_id, "added", "a reference for matching", held, by)
        return tuple(held)

    def holdings(self) -> tuple[Holding, ...]:
        """What is held, person by person; no key is needed and nothing is opened.

        Raises:
            BrokenStore: a sealed file is damaged.
        """
        folder = self.folder / "people"
        people = sorted(one.name for one in folder.iterdir() if _ID.fullmatch(one.name)) if folder.is_dir() else []
        found = []
        for person_id in people:
            items = tuple(item for item, _ in self._items(person_id))
            if items:
                found.append(Holding(person_id, items, self.keys.has(person_id)))
        return tuple(found)

    def references(self, people: Iterable[str], *, by: str, purpose: str) -> dict[str, tuple[Embedding, ...]]:
        """Embeddings of each of ``people`` that something is held of, by person_id; each reading is recorded first.

        Raises:
            BrokenStore: a day to keep it until is past, a key is gone, or a file was changed.
        """
        found = {}
        for person_id in people:
            self._check_person(person_id)
            items = self._items(person_id)
            if items:
                found[person_id] = self._read(person_id, items, by=by, purpose=purpose)
        return found

    def delete(self, person_id: str, *, by: str, reason: str = "") -> LikenessDeletion:
        """Destroy the person's key, then remove the files; the receipt is kept in ``receipts/`` and recorded.

        A deletion that was interrupted is finished by asking again.

        Raises:
            BrokenStore: nothing is held of this person.
        """
        self._check_person(person_id)
        paths = self._paths(person_id)
        if not paths and not self.keys.has(person_id):
            raise BrokenStore(
                f"likeness of {person_id}", "nothing is held", advice="See: secondunit likeness list SHOW."
            )
        items = tuple(one for path in paths if (one := _if_whole(path)) is not None)
        key_digest = self.keys.destroy(person_id)  # first: from here on no copy can be read
        for path in paths:
            path.unlink()
        if self._person(person_id).is_dir():
            self._person(person_id).rmdir()
        receipt = LikenessDeletion(
            store_id=self.store_id,
            person_id=person_id,
            items=items,
            key_digest=key_digest,
            reason=reason,
            by=by,
            at=now(),
        )
        write_json(self.folder / "receipts" / f"{person_id}-{receipt.digest[:12]}.json", receipt.to_json())
        self._record(receipt)
        return receipt

    def _read(self, person_id: str, items: list[tuple[Held, bytes]], *, by: str, purpose: str) -> tuple[Embedding, ...]:
        today = now()[:10]
        if late := [one for one, _ in items if one.keep_until <= today]:
            self._note(person_id, "refused", purpose, late, by)
            advice = (
                f"Delete it: secondunit likeness delete SHOW {person_id}; or add it again with a later day, if agreed."
            )
            raise BrokenStore(f"likeness of {person_id}", f"was to be kept until {late[0].keep_until}", advice=advice)
        self._note(person_id, "read", purpose, [one for one, _ in items], by)
        key, found = self.keys.key(person_id), []
        for item, data in items:
            where = f"likeness of {person_id}, {item.item_id}"
            header, content = unseal(key, data, where)
            if (header["store_id"], header["person_id"]) != (self.store_id, person_id):
                raise BrokenStore(where, f"is sealed for {header['person_id']}", person_id)
            if header["recogniser"] != DIGESTS[RECOGNISER]:
                raise BrokenStore(where, "was made with another recogniser", advice="Add the pictures again.")
            found.append(np.frombuffer(content[:_NUMBERS], "<f8").astype(np.float64))
        return tuple(found)

    def _note(self, person_id: str, did: Any, purpose: str, items: Sequence[Held], by: str) -> None:
        digests = tuple(one.sealed_digest for one in items)
        self._record(
            LikenessAccess(
                store_id=self.store_id, person_id=person_id, did=did, purpose=purpose, items=digests, by=by, at=now()
            )
        )

    def _check_person(self, person_id: str) -> None:
        if not _ID.fullmatch(person_id):
            raise BrokenStore("person", repr(person_id), "an opaque id of small letters, digits and '-', e.g. p-3f2a")

    def _person(self, person_id: str) -> Path:
        return self.folder / "people" / person_id

    def _paths(self, person_id: str) -> list[Path]:
        return sorted(self._person(person_id).glob("*.sealed"))

    def _items(self, person_id: str) -> list[tuple[Held, bytes]]:
        found = []
        for path in self._paths(person_id):
            data = path.read_bytes()
            found.append((_held(header_of(data, str(path)), data, str(path)), data))
        return found


def _held(header: dict[str, Any], data: bytes, where: str) -> Held:
    names = ("item_id", "picture_digest", "added_at", "keep_until")
    try:
        return Held(sealed_digest=digest_bytes(data), size_bytes=len(data), **{name: header[name] for name in names})
    except (KeyError, ValidationError) as error:
        raise BrokenStore(where, "has a damaged header") from error


def _if_whole(path: Path) -> Held | None:
    """What a sealed file says it is; None if it is damaged: it is deleted all the same."""
    data = path.read_bytes()
    try:
        return _held(header_of(data, str(path)), data, str(path))
    except BrokenStore:
        return None


def _codes(path: Path) -> Codes:
    picture = read_picture(path)
    view = View.of(display_referred=picture.display_referred)
    return to_display(to_working(picture.pixels, picture.space), view)


def _only_face(codes: Codes, path: Path) -> Face:
    faces = find_faces(codes, frame=0)
    if len(faces) != 1:
        advice = "Give pictures of this person alone, from the front, evenly lit."
        raise BadPicture(str(path), f"{len(faces)} faces are found" if faces else "no face is found", "one", advice)
    if faces[0].side_px < SMALLEST_REFERENCE_PX:
        raise BadPicture(str(path), f"the face is {faces[0].side_px} px wide", f"at least {SMALLEST_REFERENCE_PX} px")
    return faces[0]


def _png(codes: Codes) -> bytes:
    done, data = cv2.imencode(".png", codes[..., ::-1])
    if not done:
        raise BadPicture("reference face", "cannot be encoded as PNG")
    return bytes(data)
