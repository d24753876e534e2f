"""A plate as an effect sees it: frames in the working size, ACEScg, and the artist's pictures beside them."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from secondunit.errors import BadPicture, BrokenStore, CannotSolve
from secondunit.imaging.colour import (
    LINEAR_SRGB,
    SRGB,
    Codes,
    Image,
    View,
    from_working,
    light_of,
    plate_from_codes,
    plate_halves,
    space_name,
    to_display,
    to_display_beside,
    to_half,
    to_working,
)
from secondunit.imaging.files import MAX_SIDE_PX, Picture, read_picture
from secondunit.imaging.half import floats, halves
from secondunit.imaging.movie import MovieReader
from secondunit.imaging.resize import resized
from secondunit.plate.inspect import STILL_PX
from secondunit.plate.record import PlateRecord
from secondunit.records import digest_file, digest_json, safe_name
from secondunit.timebase import FIRST_FRAME

CLEAN = "clean"  # the name of the artist's clean plate among the pictures; all others are masks
# What was read is kept in a process, since stages go over a shot one after the other. A plain movie's codes take half
# the room of its light, which is made of them quickly: only the latest of that is kept, for the gate after a worker.
_KEPT_BYTES, _MADE_BYTES, _LEAST_KEPT = 384 << 20, 128 << 20, 2
_LATEST = 8  # frames: workers run a little apart
_KEPT: dict[tuple[Any, ...], npt.NDArray[Any]] = {}  # by the plate, its file's looks, space, size and frame
_MADE: dict[tuple[Any, ...], npt.NDArray[Any]] = {}
_KEPT_LOCK = threading.Lock()
_ASPECT_SLACK = 0.05  # an artist's picture may be scaled, not squeezed


def plate_folder(production: Path, shot: str) -> Path:
    """Where the plate of ``shot`` is."""
    return Path(production) / "plates" / safe_name(shot, where="shot")


class PlateFiles:
    """The ``Plate`` of ``effects.base`` for an ingested plate. Safe from several threads at once.

    Args:
        production: the production's folder.
        shot: the shot's name.
        width_px: the working width; the plate's own if not given. The height follows.
        pictures: the artist's pictures by name (``holdout``, ``building``..., and ``clean``); paths below the
            production's folder, any size of the plate's aspect.
        folder: where the plate lies, if it was taken out of its production.
        record: of a plate that nothing on disk stands for.

    Raises:
        BrokenStore: the shot was not ingested, or a path climbs out of the production's folder.
    """

    def __init__(
        self,
        production: Path,
        shot: str,
        *,
        width_px: int | None = None,
        pictures: Mapping[str, Path | str] | None = None,
        folder: Path | None = None,
        record: PlateRecord | None = None,
    ) -> None:
        self.production = Path(production)
        self.folder = plate_folder(self.production, shot) if folder is None else folder
        if record is None and not (self.folder / "plate.json").is_file():
            advice = "Ingest it first: secondunit ingest SHOW FILE --shot " + shot
            raise BrokenStore(str(self.folder), "holds no plate", "an ingested shot", advice)
        self.record = record or PlateRecord.load(self.folder / "plate.json")
        self.pictures = {name: self._inside(name, path) for name, path in (pictures or {}).items()}
        self.width_px = width_px or self.record.width_px
        if not 16 <= self.width_px <= MAX_SIDE_PX:
            raise BadPicture(f"plate {shot}", f"a working width of {self.width_px}", f"16 to {MAX_SIDE_PX} pixels")
        self.height_px = max(1, round(self.record.height_px * self.width_px / self.record.width_px))
        self._lock = threading.RLock()
        self._beside: dict[str, Image] = {}
        self._movie: MovieReader | None = None
        self._shown: tuple[npt.NDArray[Any], Codes] | None = None  # of a photo, which is the same at every frame
        self._hashed: dict[Path, tuple[tuple[int, int, int], str]] = {}
        self._files = [str(self.folder / "original" / file.name) for file in self.record.files]
        self._files += [str(path) for path in self.pictures.values()]
        self._digest: tuple[tuple[tuple[int, int, int], ...], str] | None = None

    @property
    def view(self) -> View:
        """How the plate is shown."""
        return self.record.view

    def sized(self, width_px: int) -> PlateFiles:
        """The same plate and pictures at another working width."""
        return PlateFiles(
            self.production, self.record.shot, width_px=width_px, pictures=self.pictures, folder=self.folder
        )

    def require_still(self) -> None:
        """Pass if the camera stood still.

        Raises:
            CannotSolve: it moved, and one solved frame would not fit the others.
        """
        moved_px = self.record.camera_motion_px
        if moved_px > STILL_PX:
            raise CannotSolve(
                f"plate {self.record.shot}",
                f"the camera moves, by up to {moved_px:.1f} px between frames",
                f"a locked-off camera (at most {STILL_PX} px)",
                "Stabilise the plate first, or ingest one of its frames as a photo.",
            )

    def full(self) -> PlateFiles:
        """The same plate in its own size."""
        return self if self.width_px == self.record.width_px else self.sized(self.record.width_px)

    def frame(self, number: int) -> Image:
        """One frame, (height_px, width_px, 3) ACEScg exact in half float; a photo is the same at every number.

        Raises:
            BadPicture: the plate has no such frame.
        """
        return floats(self.half(number))

    def half(self, number: int) -> npt.NDArray[Any]:
        """``frame`` as half floats, not to be changed.

        Raises:
            BadPicture: the plate has no such frame.
        """
        index = number - FIRST_FRAME
        if self.record.kind == "photo":
            index = 0
        elif number not in self.record.frames:
            last = self.record.frames.end_exclusive - 1
            advice = "Ask for frames the plate has, in the brief's frames."
            raise BadPicture(f"plate {self.record.shot}", f"no frame {number}", f"{FIRST_FRAME} to {last}", advice)
        key = (self.folder, *self._look(index), self.record.space, self.width_px, index)
        store = _MADE if self._plain(number) else _KEPT
        kept = _found(store, key)
        if kept is None and self.record.kind == "movie":
            kept = self._of_codes(self._decoded(index))
            _keep(store, key, kept)
        elif kept is None:
            with self._lock:  # of this plate: a photo is asked for by all workers at once
                kept = _found(store, key)
                if kept is None:
                    kept = halves(self._read(index))
                    _keep(store, key, kept)
        return kept

    def light(self, number: int, box: tuple[int, int, int, int]) -> Image:
        """What is in ``box`` (left, top, right, bottom px) of a frame, linear Rec.709, (h, w, 3) float32.

        Raises:
            BadPicture: the plate has no such frame.
        """
        left, top, right, bottom = box
        if self._plain(number):  # the codes' own light: as ``frame``, but for the rounding to half
            return light_of(np.asarray(self._decoded(number - FIRST_FRAME)[top:bottom, left:right], np.uint8))
        return from_working(floats(self.half(number)[top:bottom, left:right]), LINEAR_SRGB)

    def codes(self, number: int) -> Codes:
        """One frame as a screen shows it, (height_px, width_px, 3) uint8, not to be changed; of an 8-bit sRGB movie its
        own codes.

        Raises:
            BadPicture: the plate has no such frame.
        """
        if not self._plain(number):
            return self.shown(number, self.half(number))
        return np.asarray(self._decoded(number - FIRST_FRAME), np.uint8)

    def shown(self, number: int, picture: npt.NDArray[Any]) -> Codes:
        """A picture (height_px, width_px, 3) ACEScg that stands on frame ``number``, as 8-bit codes for a screen.

        Where it is the plate it has the plate's codes, which are known already or made once.
        """
        if self._plain(number):
            codes = np.asarray(self._decoded(number - FIRST_FRAME), np.uint8)
            return to_display_beside(picture, self.view, self.half(number), codes)
        if self.record.kind != "photo":
            return to_display(np.asarray(picture, np.float32), self.view)
        with self._lock:
            if self._shown is None:
                photo = self.half(number)
                self._shown = (photo, to_display(floats(photo), self.view))
        return to_display_beside(picture, self.view, *self._shown)

    def _plain(self, number: int) -> bool:
        """Whether the movie's own codes are those of a screen: its frames in ACEScg are shown as the very same."""
        record = self.record
        if record.kind != "movie" or record.bits != 8 or number not in record.frames:
            return False
        return self.width_px == record.width_px and space_name(record.space) == SRGB

    def mask(self, name: str) -> Image | None:
        """An artist's picture, (height_px, width_px) of 0..1: its code values as drawn, times any alpha."""
        return None if name not in self.pictures else self._picture(name, colour=False)

    def clean(self) -> Image | None:
        """The artist's clean plate, (height_px, width_px, 3) ACEScg exact in half float."""
        return None if CLEAN not in self.pictures else self._picture(CLEAN, colour=True)

    def still(self, name: str) -> Codes:
        """A picture that has nothing of the plate's size or aspect, (h, w, 3) sRGB codes, uint8.

        Raises:
            BadPicture: it cannot be read.
        """
        picture = read_picture(self.pictures[name])
        return to_display(to_working(picture.pixels, picture.space), View.of(display_referred=picture.display_referred))

    def beside(self, name: str) -> Path | None:
        """Where an artist's picture or document lies, or None if not given."""
        return self.pictures.get(name)

    def digest(self) -> str:
        """SHA-256 of what is on disk now: originals, their colour space, and the pictures beside them.

        Cheap to ask again: a file is read again only when its size or times change.
        """
        try:
            looks = tuple((one.st_size, one.st_mtime_ns, one.st_ctime_ns) for one in map(os.stat, self._files))
        except OSError:
            looks = ()  # what is missing is named below
        known = self._digest
        if known is None or not looks or known[0] != looks:
            originals = [self._hash(self.folder / "original" / file.name) for file in self.record.files]
            beside = {name: self._hash(path) for name, path in self.pictures.items()}
            known = self._digest = (looks, digest_json([originals, self.record.space, beside]))
        return known[1]

    def verify(self) -> None:
        """Read every original again and compare.

        Raises:
            BrokenStore: one is missing or not what was ingested.
        """
        for file in self.record.files:
            path = self.folder / "original" / file.name
            found = digest_file(path) if path.is_file() else "missing"
            if found != file.sha256:
                advice = f"Copy it again from where it came ({file.source})."
                raise BrokenStore(
                    str(path), f"was changed since it was ingested ({found[:12]})", file.sha256[:12], advice
                )

    def _inside(self, name: str, path: Path | str) -> Path:
        full = (self.production / path).resolve()
        if not full.is_relative_to(self.production.resolve()):
            wanted = "a path below the production's folder"
            raise BrokenStore(f"picture {name}", f"{str(path)!r} is outside the production", wanted, "Copy it in.")
        if not full.is_file():
            raise BrokenStore(f"picture {name}", f"{str(path)!r} does not exist", f"a picture below {self.production}")
        return full

    def _hash(self, path: Path) -> str:
        try:
            stat = path.stat()
            key = (stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
            known = self._hashed.get(path)
            if known is None or known[0] != key:
                known = self._hashed[path] = (key, digest_file(path))
        except OSError as error:
            raise BrokenStore(str(path), f"cannot be read ({error.strerror})", "the file as it was given") from error
        return known[1]

    def _look(self, index: int) -> tuple[Any, ...]:
        """What tells the file of a frame from any other, and from itself once it is changed."""
        files = self.record.files
        path = self.folder / "original" / files[index if self.record.kind == "sequence" else 0].name
        try:
            stat = path.stat()
        except OSError:
            return (str(path), None)  # reading it says what is wrong
        return str(path), stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns

    def _read(self, index: int) -> Image:
        """Picture ``index`` of what is no movie, in the working size."""
        record = self.record
        picture = read_picture(self.folder / "original" / record.files[index].name, space=record.space)
        return self._working(picture.pixels, record.space, record.bits)

    def _of_codes(self, codes: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """A movie's frame in the working size, as half floats."""
        record = self.record
        if codes.dtype == np.uint8 and codes.shape[:2] == (self.height_px, self.width_px):
            return plate_halves(codes.astype(np.uint8, copy=False), record.space)
        return halves(self._working(codes.astype(np.float32) / np.iinfo(codes.dtype).max, record.space, record.bits))

    def _decoded(self, index: int) -> npt.NDArray[Any]:
        """A frame of a movie as it was encoded; not to be changed."""
        key = (self.folder, *self._look(index), "codes", index)
        kept = _found(_KEPT, key)
        if kept is None:
            with self._lock:  # of this plate: one movie is read by one thread at a time
                kept = _found(_KEPT, key)
                if kept is None:
                    if self._movie is None:
                        self._movie = MovieReader(self.folder / "original" / self.record.files[0].name)
                    kept = self._movie.frame(index)
                    _keep(_KEPT, key, kept)
        return kept

    def _working(self, pixels: Image, space: str, bits: int) -> Image:
        if pixels.shape[:2] == (self.height_px, self.width_px):
            return plate_pixels(pixels, space, bits)
        return to_half(resized(to_working(pixels, space), self.width_px, self.height_px))

    def _picture(self, name: str, *, colour: bool) -> Image:
        with self._lock:
            if name not in self._beside:
                picture = read_picture(self.pictures[name])
                self._check_aspect(name, picture)
                if colour:
                    self._beside[name] = self._working(picture.pixels, picture.space, picture.bits)
                else:
                    drawn = picture.pixels.mean(axis=-1) * (1.0 if picture.alpha is None else picture.alpha)
                    self._beside[name] = np.clip(resized(drawn, self.width_px, self.height_px), 0, 1)
            return self._beside[name].copy()

    def _check_aspect(self, name: str, picture: Picture) -> None:
        height, width = picture.pixels.shape[:2]
        squeeze = (width / height) / (self.record.width_px / self.record.height_px)
        if abs(squeeze - 1) > _ASPECT_SLACK:
            wanted = f"the plate's shape, {self.record.width_px}x{self.record.height_px} or a scale of it"
            raise BadPicture(str(self.pictures[name]), f"is {width}x{height}", wanted, "Paint it over the plate.")


def _found(store: Mapping[tuple[Any, ...], npt.NDArray[Any]], key: tuple[Any, ...]) -> npt.NDArray[Any] | None:
    with _KEPT_LOCK:
        return store.get(key)


def _keep(store: dict[tuple[Any, ...], npt.NDArray[Any]], key: tuple[Any, ...], picture: npt.NDArray[Any]) -> None:
    """Keep a picture; what is over the budget goes.

    First the oldest of other plates. Then the newest but the latest few: whoever goes over a long shot again needs the
    oldest next, and would find none of it if that went first.
    """
    most = _MADE_BYTES if store is _MADE else _KEPT_BYTES
    with _KEPT_LOCK:
        store[key] = picture
        while len(store) > _LEAST_KEPT and sum(one.nbytes for one in store.values()) > most:
            keys = list(store)
            others = [one for one in keys if one[0] != key[0]]
            newest = keys[0] if store is _MADE else keys[max(0, len(keys) - 1 - _LATEST)]
            del store[others[0] if others else newest]


def plate_pixels(pixels: Image, space: str, bits: int) -> Image:
    """File pixels (H, W, 3) to ACEScg exact in half float; 8-bit pictures are shown again as the very same codes."""
    if bits == 8:
        return plate_from_codes(np.round(pixels * 255).astype(np.uint8), space)
    return to_half(to_working(pixels, space))
