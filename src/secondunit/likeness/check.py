"""Who is in a shot: every frame looked at, every face matched, one picture to look at. No face leaves the plate."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from secondunit.errors import BrokenStore
from secondunit.imaging.colour import to_display
from secondunit.likeness.find import Codes, Embedding, find_faces
from secondunit.likeness.match import MATCH_AT, NOBODY_AT, Likely, Matched, match_face
from secondunit.plate.files import PlateFiles
from secondunit.records import read_json, write_json

Progress = Callable[[int, int], None]
_COLOURS = {Likely.MATCH: (88, 214, 120), Likely.UNSURE: (255, 186, 48), Likely.NOBODY: (232, 232, 232)}
_DARK = (16, 16, 16)


@dataclass(frozen=True)
class ShotFaces:
    """What was found in a shot.

    Attributes:
        shot: its name.
        plate_digest: of the pixels looked at.
        frames: those looked at.
        faces: all of them, frame by frame, left to right.
        people: who they were compared with.
    """

    shot: str
    plate_digest: str
    frames: tuple[int, ...]
    faces: tuple[Matched, ...]
    people: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values: places, distances and verdicts; nothing a face could be made of."""
        return {
            "kind": "shot_faces",
            "version": 1,
            "shot": self.shot,
            "plate_digest": self.plate_digest,
            "frames": list(self.frames),
            "people": list(self.people),
            "match_at": MATCH_AT,
            "nobody_at": NOBODY_AT,
            "faces": [face.to_json() for face in self.faces],
        }

    def save(self, path: Path) -> None:
        """Write as a ``shot_faces`` document."""
        write_json(path, self.to_json())

    @classmethod
    def load(cls, path: Path) -> ShotFaces:
        """Read a ``shot_faces`` document.

        Raises:
            BrokenStore: it is missing or damaged.
        """
        content = read_json(path, kind="shot_faces", version=1)
        try:
            faces = tuple(Matched.from_json(one) for one in content["faces"])
            frames = tuple(int(one) for one in content["frames"])
            return cls(content["shot"], content["plate_digest"], frames, faces, tuple(content["people"]))
        except (KeyError, TypeError, ValueError) as error:
            raise BrokenStore(str(path), f"is damaged ({error!r})", advice="Check the shot again.") from error


def check_shot(
    plate: PlateFiles,
    references: Mapping[str, Sequence[Embedding]],
    *,
    every: int = 1,
    progress: Progress | None = None,
) -> ShotFaces:
    """Find and match the faces of a plate at its full size.

    Args:
        plate: any working size; the original's is used.
        references: embeddings by person_id.
        every: look at every so manieth frame, and at the last. 1 to clear a shot; more for a first look.
        progress: told how many frames are done, of how many.
    """
    full = plate.full()
    frames = tuple(full.record.frames)
    chosen = tuple(sorted({*frames[::every], frames[-1]}))
    faces: list[Matched] = []
    for index, number in enumerate(chosen):
        codes = to_display(full.frame(number), full.view)
        faces += [match_face(face, references) for face in find_faces(codes, frame=number)]
        if progress:
            progress(index + 1, len(chosen))
    return ShotFaces(full.record.shot, full.digest(), chosen, tuple(faces), tuple(sorted(references)))


def overlay(codes: Codes, faces: Iterable[Matched], title: str) -> Codes:
    """The frame with each face framed: green a match, amber unsure, white nobody; with distances. (H, W, 3) codes."""
    picture = Image.fromarray(codes)
    draw = ImageDraw.Draw(picture)
    line = max(1, round(min(picture.size) / 360))
    size = max(11, round(min(picture.size) / 48))
    font = ImageFont.load_default(size)
    count = 0
    for face in faces:
        count += 1
        colour = _COLOURS[face.verdict]
        left, top, right, bottom = face.box_px
        draw.rectangle((left - line, top - line, right + line, bottom + line), outline=_DARK, width=3 * line)
        draw.rectangle((left, top, right, bottom), outline=colour, width=line)
        for row, text in enumerate(_words(face)):
            _label(draw, text, (left, bottom + 2 * line + row * round(size * 1.35)), colour, font, picture.size)
    _label(
        draw,
        f"{title}: {count} face{'' if count == 1 else 's'}",
        (size, size),
        _COLOURS[Likely.NOBODY],
        font,
        picture.size,
    )
    return np.asarray(picture)


def _words(face: Matched) -> list[str]:
    if not face.is_face:
        return [f"no face, says {face.confirmed_by}"]
    head = face.person_id or ("unsure" if face.verdict is Likely.UNSURE else "nobody named")
    first = f"{head}, says {face.confirmed_by}" if face.confirmed_by else head
    nearest = sorted(face.distances.items(), key=lambda one: one[1])[:3]
    return [first, *(f"{person} {distance:.2f}" for person, distance in nearest)]


def _label(
    draw: ImageDraw.ImageDraw,
    text: str,
    at: tuple[float, float],
    colour: tuple[int, int, int],
    font: Any,
    size_px: tuple[int, int],
) -> None:
    """Text on a dark plate, kept inside the picture."""
    left, top, right, bottom = draw.textbbox((0, 0), text, font=font)
    x = min(max(at[0], 0), max(0, size_px[0] - (right - left) - 8))
    y = min(max(at[1], 0), max(0, size_px[1] - (bottom - top) - 8))
    draw.rectangle((x, y, x + right - left + 8, y + bottom - top + 7), fill=_DARK)
    draw.text((x + 4 - left, y + 3 - top), text, font=font, fill=colour)
