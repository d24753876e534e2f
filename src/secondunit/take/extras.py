"""What an effect lays beside its frames for people to look at: the folder ``extras`` of its last stage.

Pictures, drawings, models and documents go into the take as they are. Two documents say more: ``marks.json``
(kind ``marks``: what to look at, by frame) is read into ``take.json``, and ``wipe.json`` (kind ``wipe``: by frame the
box that may differ from the plate) asks for ``wipe.mp4``, a movie that wipes between plate and result.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from secondunit.errors import BrokenStore
from secondunit.imaging.colour import Codes
from secondunit.records import read_json, safe_name

FOLDER = "extras"
WIPE = "wipe.mp4"
MARKS, BOXES = "marks.json", "wipe.json"
WIPE_PX = 960  # width of the movie at most: something to look at, not to grade
PERIOD = 48  # frames from the left edge to the right one and back
_SUFFIXES = (".png", ".json", ".svg", ".dxf", ".pdf", ".html", ".glb", ".usdc")
_LINE = (236, 236, 236)

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Extras:
    """What lies beside a last stage's frames.

    Attributes:
        files: pictures and documents, by name.
        marks: ``{"frame": number, "what": words}`` each.
        boxes: by frame, left, top, right, bottom px of what may differ from the plate; None: no wipe is asked for.
    """

    files: tuple[Path, ...]
    marks: tuple[dict[str, Any], ...]
    boxes: dict[int, Box] | None

    def copy(self, folder: Path) -> list[str]:
        """Put the files into a take's folder; their names there."""
        for path in self.files:
            shutil.copyfile(path, folder / path.name)
        return [path.name for path in self.files]


def put_beside(folder: Path, extras: Sequence[str], files: Mapping[str, bytes]) -> list[str]:
    """Write files into a take's folder, but for those whose names are there; the names of all extras.

    Raises:
        BrokenStore: a file that has no place in a take.
    """
    new = sorted(files.keys() - set(extras))
    for name in new:
        path = folder / safe_name(name, where=name)
        if path.suffix not in _SUFFIXES or path.exists():
            raise BrokenStore(str(path), "has no place in a take", f"a file {' or '.join(_SUFFIXES)} of its own name")
        path.write_bytes(files[name])
    return sorted([*extras, *new])


def read_extras(rendered: Path) -> Extras:
    """The extras of the last stage's result.

    Raises:
        BrokenStore: a file that has no place in a take, or a damaged document.
    """
    paths = sorted((rendered / FOLDER).iterdir()) if (rendered / FOLDER).is_dir() else []
    for path in paths:
        safe_name(path.name, where=str(path))
        if path.suffix not in _SUFFIXES or not path.is_file():
            raise BrokenStore(str(path), "has no place in a take", f"a file {' or '.join(_SUFFIXES)}")
    by_name = {path.name: path for path in paths}
    marks: tuple[dict[str, Any], ...] = ()
    boxes: dict[int, Box] | None = None
    try:
        if MARKS in by_name:
            listed = read_json(path := by_name.pop(MARKS), kind="marks", version=1)["marks"]
            marks = tuple({"frame": int(one["frame"]), "what": str(one["what"])} for one in listed)
        if BOXES in by_name:
            listed = read_json(path := by_name.pop(BOXES), kind="wipe", version=1)["boxes"]
            boxes = {int(frame): _box(box) for frame, box in listed.items()}
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenStore(str(path), f"is damaged ({error!r})", advice="Delete the stage's folder.") from error
    return Extras(tuple(by_name.values()), marks, boxes)


def wiped(shown: Codes, plate: Codes, box: Box | None, index: int) -> Codes:
    """One frame of the wipe, at most 960 px wide: the plate left of a line, the result right of it.

    Args:
        shown: the result (H, W, 3) as a screen shows it.
        plate: (H, W, 3) the same of the plate.
        box: what may differ from the plate; None: nothing does.
        index: of the frame: the line goes from left to right and back over the box.
    """
    height, width = shown.shape[:2]
    left, top, right, bottom = box or (0, 0, width, height)
    share = 0.5 - 0.5 * np.cos(2 * np.pi * index / PERIOD)
    line = round(float(left + share * (right - left)))
    out = shown
    if box is not None and line > left:
        out = shown.copy()
        out[top:bottom, left:line] = plate[top:bottom, left:line]
    scale = min(1.0, WIPE_PX / width)
    size = (max(2, round(width * scale)), max(2, round(height * scale)))
    small = np.ascontiguousarray(cv2.resize(out, size, interpolation=cv2.INTER_AREA) if scale < 1 else out)
    if out is shown and scale >= 1:
        small = small.copy()
    at = min(max(round(line * scale), 0), small.shape[1] - 1)
    small[:, at : at + max(1, size[0] // 640)] = _LINE
    return np.asarray(small, np.uint8)


def _box(value: Any) -> Box:
    left, top, right, bottom = (int(one) for one in value)
    return left, top, right, bottom
