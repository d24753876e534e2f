"""What goes into a take: the frames, the plate they stand on, a movie to look at and a contact sheet."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from secondunit.errors import BrokenStore
from secondunit.farm.executor import Behind, in_order
from secondunit.imaging.colour import Codes, View, to_display
from secondunit.imaging.exr import PLAIN, write_exr
from secondunit.imaging.files import write_png
from secondunit.imaging.movie import MovieWriter
from secondunit.imaging.sheet import contact_sheet
from secondunit.plate.files import PlateFiles
from secondunit.policy.receipts import Receipt, read_beside, receipts_of
from secondunit.provenance.beside import Beside
from secondunit.provenance.untouched import untouched_digest
from secondunit.take.extras import WIPE, Extras, read_extras, wiped
from secondunit.take.frames import read_layers
from secondunit.timebase import FrameRange

SHEET_FRAMES = 12  # four across, three down


@dataclass(frozen=True)
class Shot:
    """What is put together.

    Attributes:
        name: of the shot.
        frames: of the take.
        rate: frames a second.
        plate: in the take's size.
        rendered: folder of the last stage: ``{frame}.exr`` with the layers ``composite`` and ``matte`` at least.
        receipts: of its frames, none of them forged; a frame without one, put in by hand, is opened and looked at.
        title: of the contact sheet.
        subtitle: of the contact sheet.
        hold: for how many frames of the movie each picture is shown.
    """

    name: str
    frames: FrameRange
    rate: Fraction
    plate: PlateFiles
    rendered: Path
    receipts: Mapping[int, Receipt]
    title: str
    subtitle: str
    hold: int = 1


def assemble(shot: Shot, folder: Path, *, threads: int, progress: Callable[[int, int], None]) -> Mapping[str, Any]:
    """Write everything but ``take.json`` and credentials into ``folder``.

    Returns:
        ``plates``: ``[[first frame, file], ...]``.
        ``untouched``: frame number to the digest of the plate's pixels in it.
        ``files``: digests of the plate's files, by name.
        ``extras``: names of what the effect laid beside its frames; ``marks``: frames to look at, and why.

    Raises:
        BrokenStore: a frame is missing or damaged, or the disk is full.
    """
    (folder / "frames").mkdir()
    moments = set(moments_of(shot.frames, SHEET_FRAMES))
    pictures: dict[str, Codes] = {}
    untouched: dict[int, str] = {}

    def shown_of(frame: int) -> Codes:
        beside = _beside(shot, frame)
        untouched[frame] = beside.untouched
        return beside.codes

    plates: list[list[Any]] = []
    files: dict[str, str] = {}
    before: npt.NDArray[Any] | None = None

    def lay(name: str, plate: npt.NDArray[Any]) -> None:
        files[name] = write_exr(folder / name, {PLAIN: plate})

    width_px, height_px = shot.plate.width_px, shot.plate.height_px
    extras = read_extras(shot.rendered)
    with (
        MovieWriter(folder / "preview.mp4", width_px, height_px, shot.rate, quick=True) as movie,
        _Wipe(shot, extras, folder) as wipe,
        Behind() as encode,  # a frame is encoded and its plate laid down while the next is fetched
        Behind() as encode_wipe,
        Behind() as store,
    ):
        all_shown = in_order(shot.frames, shown_of, threads=threads)
        for done, (frame, shown) in enumerate(zip(shot.frames, all_shown, strict=True)):
            progress(done, len(shot.frames))
            _link(shot.rendered / f"{frame}.exr", folder / "frames" / f"{shot.name}.{frame}.exr")
            for _ in range(shot.hold):
                encode(movie.write, shown)
            encode_wipe(wipe, frame, shown)
            if frame in moments:
                pictures[" ".join([str(frame), *(one["what"] for one in extras.marks if one["frame"] == frame)])] = (
                    shown
                )
            if not shot.plate.record.files or (before is not None and shot.plate.record.kind == "photo"):
                continue  # made from nothing; or the same at every frame
            plate = shot.plate.half(frame)
            if before is None or not np.array_equal(plate.view(np.uint16), before.view(np.uint16)):
                plates.append([frame, f"plate/{shot.name}.{frame}.exr"])
                store(lay, plates[-1][1], plate)
                before = plate
    columns = min(4, max(2, len(pictures)))
    sheet = contact_sheet(
        list(pictures.values()),
        list(pictures),
        columns=columns,
        title=shot.title,
        subtitle=shot.subtitle,
        lines=1 if shot.hold == 1 else 2,
    )
    write_png(folder / "contact_sheet.png", sheet)
    progress(len(shot.frames), len(shot.frames))
    beside = extras.copy(folder) + ([WIPE] if extras.boxes is not None else [])
    said = {"extras": beside, "marks": list(extras.marks)}
    return {"plates": plates, "untouched": untouched, "files": files, **said}


class _Wipe:
    """The movie that wipes between plate and result, if the effect asks for one."""

    def __init__(self, shot: Shot, extras: Extras, folder: Path) -> None:
        self._shot, self._boxes, self._path = shot, extras.boxes, folder / WIPE
        self._movie: MovieWriter | None = None

    def __call__(self, frame: int, shown: Codes) -> None:
        """The next frame."""
        if self._boxes is None:
            return
        plate, box = self._shot.plate, self._boxes.get(frame)
        picture = wiped(shown, plate.codes(frame), box, frame - self._shot.frames.first)
        if self._movie is None:
            height, width = picture.shape[:2]
            self._movie = MovieWriter(self._path, width, height, self._shot.rate, quick=True).__enter__()
        self._movie.write(picture)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._movie is not None:
            self._movie.__exit__(kind, error, at)


def _beside(shot: Shot, frame: int) -> Beside:
    """What was kept with the frame's receipt, or else the same from the frame itself."""
    height_px, width_px = shot.plate.height_px, shot.plate.width_px
    if receipt := shot.receipts.get(frame):
        kept = read_beside(receipts_of(shot.rendered), receipt, height_px, width_px)
        if kept is not None:
            return kept
    layers = read_layers(shot.rendered / f"{frame}.exr", [PLAIN, "matte"])
    untouched = untouched_digest(layers[PLAIN], layers["matte"])
    return Beside(untouched, to_display(layers[PLAIN][..., :3], shot.plate.view))


def display_of(path: Path, view: View) -> Codes:
    """The composite of a frame as 8-bit sRGB codes (H, W, 3)."""
    return to_display(read_layers(path, [PLAIN])[PLAIN][..., :3], view)


def moments_of(frames: FrameRange, count: int) -> list[int]:
    """``count`` frames spread evenly from the first to the last, without repeats."""
    return sorted({frames.first + round(step) for step in np.linspace(0, len(frames) - 1, count)})


def _link(source: Path, target: Path) -> None:
    """A hard link where the file system can, else a copy."""
    if not source.is_file():
        raise BrokenStore(
            str(source), "is missing", "a frame of the last stage", "Delete its folder; it is made again."
        )
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
