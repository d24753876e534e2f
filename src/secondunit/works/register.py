"""The register of protected works: titles, owners, and what their pictures are known by. No picture of a work is kept
in the clear; a small one can be kept sealed, so that a near match can be shown beside it.
"""

from __future__ import annotations

import io
import uuid
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from secondunit.errors import BadPicture, BrokenStore
from secondunit.likeness.papers import now
from secondunit.likeness.sealed import KeyRing, seal, unseal
from secondunit.records import digest_bytes, read_json, whole_file, write_json
from secondunit.works.fingerprint import Codes, Embedder, Fingerprint, fingerprint
from secondunit.works.names import LIST, Kind, Name, load_names

FOLDER, DOCUMENT = "works", "register.json"
_KIND = "works_register"
THUMBNAIL_PX = 320  # longer side: enough to see what it is, not to use it


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WorkPicture(_Entry):
    """One reference picture of a work: its digest and what it is known by."""

    picture_digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    width_px: int = Field(ge=1)
    height_px: int = Field(ge=1)
    fingerprint: str
    embeddings: dict[str, tuple[float, ...]] = {}
    thumbnail: bool = False


class Work(_Entry):
    """A protected work."""

    work_id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{1,63}$")
    title: str = Field(min_length=1, max_length=400)
    owner: str = Field(min_length=1, max_length=400)
    kind: Kind = "work"
    source: str = Field(min_length=1, max_length=400)
    aliases: tuple[str, ...] = ()
    ordinary: bool = False
    added_at: str
    by: str
    pictures: tuple[WorkPicture, ...] = ()

    def as_name(self) -> Name:
        """Its title, for prompts and briefs."""
        source = f"register of works: {self.owner}; {self.source}"[:400]
        return Name(name=self.title[:200], kind=self.kind, source=source, aliases=self.aliases, ordinary=self.ordinary)


class WorksRegister:
    """The register of one production.

    Args:
        production: the production's folder.

    Raises:
        BrokenStore: the register is damaged.
    """

    def __init__(self, production: Path) -> None:
        self.production = Path(production)
        self.folder = self.production / FOLDER
        self.works: tuple[Work, ...] = ()
        self._store_id = uuid.uuid4().hex
        path = self.folder / DOCUMENT
        if path.exists():
            content = read_json(path, kind=_KIND, version=1)
            try:
                self.works = tuple(Work.model_validate(one) for one in content["works"])
                self._store_id = str(content["store_id"])
            except (KeyError, TypeError, ValidationError) as error:
                raise BrokenStore(str(path), f"is damaged ({str(error).splitlines()[0]})", "a register") from error
            for work in self.works:
                for picture in work.pictures:
                    Fingerprint.from_text(picture.fingerprint, f"{path}: {work.work_id}")

    def names(self) -> tuple[Name, ...]:
        """What prompts and briefs are held against: titles in the register, and the production's own list."""
        return (*(work.as_name() for work in self.works), *load_names(self.production / LIST))

    def add(
        self,
        title: str,
        pictures: Sequence[Codes] = (),
        *,
        owner: str,
        source: str,
        by: str,
        kind: Kind = "work",
        aliases: Sequence[str] = (),
        ordinary: bool = False,
        thumbnails: bool = False,
        embedder: Embedder | None = None,
    ) -> Work:
        """Take a work in; its pictures are known by their hashes from now on and are not kept.

        Args:
            title: as it is written; prompts and briefs are held against it.
            pictures: (H, W, 3) sRGB codes each.
            owner: who holds the rights.
            source: who said so, or which paper.
            by: who enters it.
            kind: what it is.
            aliases: other ways to write the title.
            ordinary: the title is an ordinary word too.
            thumbnails: also keep a small picture, sealed.
            embedder: a learned measure, if there is one.

        Raises:
            BadPicture: a picture is so plain that it would match every plain picture.
            BrokenStore: a field is unusable, or the disk is full.
        """
        prints = [fingerprint(codes) for codes in pictures]
        for number, one in enumerate(prints, 1):
            if not one.speaks[0]:
                raise BadPicture(
                    f"{title}, picture {number}", "is too plain to be known by", "a picture with something in it"
                )
        work_id = f"w-{uuid.uuid4().hex[:8]}"
        held = []
        for codes, one in zip(pictures, prints, strict=True):
            digest = digest_bytes(repr(codes.shape).encode() + codes.tobytes())
            numbers = {embedder.name: tuple(map(float, embedder.embed(codes)))} if embedder else {}
            held.append(
                WorkPicture(
                    picture_digest=digest,
                    width_px=codes.shape[1],
                    height_px=codes.shape[0],
                    fingerprint=one.to_text(),
                    embeddings=numbers,
                    thumbnail=thumbnails,
                )
            )
        try:
            work = Work(
                work_id=work_id, title=title, owner=owner, kind=kind, source=source, aliases=tuple(aliases),
                ordinary=ordinary, added_at=now(), by=by, pictures=tuple(held),
            )  # fmt: skip
            work.as_name()
        except ValidationError as error:
            first = error.errors()[0]
            raise BrokenStore(
                f"work {title!r}: {first['loc'][0]}", first["msg"], "a title, an owner and a source"
            ) from error
        if thumbnails:
            for codes, picture in zip(pictures, held, strict=True):
                self._seal_thumbnail(work_id, picture, codes)
        self._save((*self.works, work))
        return work

    def remove(self, work_id: str) -> Work:
        """Take a work out; the key of its thumbnails is destroyed.

        Raises:
            BrokenStore: there is no such work.
        """
        found = [work for work in self.works if work.work_id == work_id]
        if not found:
            known = ", ".join(work.work_id for work in self.works) or "nothing"
            raise BrokenStore(f"work {work_id}", "is not in the register", advice=f"Known here: {known}.")
        self._save(tuple(work for work in self.works if work.work_id != work_id))
        self._keys().destroy(work_id)
        for picture in found[0].pictures:
            self._thumbnail_path(work_id, picture).unlink(missing_ok=True)
        return found[0]

    def thumbnail(self, work: Work, picture: WorkPicture) -> Codes | None:
        """The small picture of a reference, (h, w, 3) codes; None if none was kept or its key is elsewhere.

        Raises:
            BrokenStore: its file was changed.
        """
        path = self._thumbnail_path(work.work_id, picture)
        if not picture.thumbnail or not path.is_file() or not self._keys().has(work.work_id):
            return None
        _, content = unseal(self._keys().key(work.work_id), path.read_bytes(), str(path))
        return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))

    def _seal_thumbnail(self, work_id: str, picture: WorkPicture, codes: Codes) -> None:
        small = Image.fromarray(codes).convert("RGB")
        small.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX), Image.Resampling.LANCZOS)
        content = io.BytesIO()
        small.save(content, "PNG")
        header = {"work_id": work_id, "picture_digest": picture.picture_digest}
        with whole_file(self._thumbnail_path(work_id, picture)) as temporary:
            temporary.write_bytes(seal(self._keys().make(work_id), header, content.getvalue()))

    def _thumbnail_path(self, work_id: str, picture: WorkPicture) -> Path:
        return self.folder / f"{work_id}-{picture.picture_digest[:16]}.sealed"

    def _keys(self) -> KeyRing:
        return KeyRing(self._store_id)

    def _save(self, works: tuple[Work, ...]) -> None:
        content = [work.model_dump(mode="json") for work in works]
        write_json(self.folder / DOCUMENT, {"kind": _KIND, "version": 1, "store_id": self._store_id, "works": content})
        self.works = works
