"""Faces in a picture: where they are, and the 128 numbers that tell whose they are. The numbers stay in memory."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

import cv2
import dlib
import numpy as np
import numpy.typing as npt

from secondunit.errors import BadPicture
from secondunit.likeness.weights import detector, landmarks, recogniser

Codes = npt.NDArray[np.uint8]
Embedding = npt.NDArray[np.float64]
Box = tuple[int, int, int, int]  # left, top, right, bottom in px; right and bottom are not inside

SMALLEST_PX = 80  # side of the detector's window in dlib: smaller faces are looked for in an enlarged picture
SCORE = -0.3  # of the detector; 0 is its default. Lower finds more faces, and more things that are none
TILE_PX = 1600  # side of a tile; an enlarged tile of this size takes about 1 s of one core and 100 MB
OVERLAP_PX = 240  # tiles share this much: a face up to this size is whole in one of them
WHOLE_PX = 1600  # the whole picture is also looked at with its longer side brought to this: large faces, cut by tiles
SAME_SHARE = 0.35  # two boxes that share this much of their union are one face
CHIP_PX, CHIP_PADDING = 150, 0.25  # what the recogniser was trained with (dlib, dnn_face_recognition_ex)

_ONE_AT_A_TIME = threading.Lock()  # dlib's objects are not for several threads


@dataclass(frozen=True)
class Face:
    """A face that was found.

    Attributes:
        frame: of which frame.
        box_px: left, top, right, bottom; may reach over the picture's edge.
        picture_px: width and height of the picture it was found in.
        score: the detector's; higher is surer.
        embedding: (128,) from the recogniser; never written anywhere but sealed.
    """

    frame: int
    box_px: Box
    picture_px: tuple[int, int]
    score: float
    embedding: Embedding = field(repr=False, compare=False)

    @property
    def side_px(self) -> int:
        """The face's width."""
        return self.box_px[2] - self.box_px[0]


def find_faces(codes: Codes, *, frame: int) -> tuple[Face, ...]:
    """Every face the frontal detector finds, at two scales, from left to right.

    Faces from 40 px wide are looked for; profiles, backs of heads and hidden faces are not found. Deterministic.

    Args:
        codes: (H, W, 3) sRGB codes, uint8.
        frame: its number.

    Raises:
        BadPicture: not (H, W, 3) uint8.
    """
    _check(codes, f"frame {frame}")
    with _ONE_AT_A_TIME:
        found = _merged(_looked(codes))
    height, width = codes.shape[:2]
    faces = [Face(frame, box, (width, height), round(score, 3), embedding_in(codes, box)) for score, box in found]
    return tuple(sorted(faces, key=lambda face: face.box_px))


def chip(codes: Codes, face: Face) -> Codes:
    """The face alone, upright, (150, 150, 3): what is kept of a reference picture."""
    with _ONE_AT_A_TIME:
        return _chip(codes, face.box_px)


def _check(codes: Codes, where: str) -> None:
    if codes.dtype != np.uint8 or codes.ndim != 3 or codes.shape[2] != 3 or 0 in codes.shape:
        raise BadPicture(where, f"{codes.dtype} {codes.shape}", "sRGB codes (H, W, 3), uint8")


def embedding_in(codes: Codes, box: Box) -> Embedding:
    """The 128 numbers of the face in a box of a picture (H, W, 3) of codes."""
    with _ONE_AT_A_TIME:
        face = _chip(codes, box)
    return recogniser()(face)


def _chip(codes: Codes, box: Box) -> Codes:
    """The face in a box, upright, (150, 150, 3); of dlib's objects there is one for all threads."""
    shape = landmarks()(codes, dlib.rectangle(*box))
    return np.asarray(dlib.get_face_chip(codes, shape, size=CHIP_PX, padding=CHIP_PADDING), np.uint8)


def _looked(codes: Codes) -> list[tuple[float, Box]]:
    """Scores and boxes from the whole picture and from enlarged tiles, with repetitions."""
    height, width = codes.shape[:2]
    scale = min(1.0, WHOLE_PX / max(height, width))
    whole = codes
    if scale < 1:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        whole = np.asarray(cv2.resize(codes, size, interpolation=cv2.INTER_AREA), np.uint8)
    found = [_placed(one, 0, 0, scale) for one in _detected(whole, 0)]
    for top in _starts(height):
        for left in _starts(width):
            tile = np.ascontiguousarray(codes[top : top + TILE_PX, left : left + TILE_PX])
            found += [_placed(one, left, top, 1.0) for one in _detected(tile, 1)]
    return found


def _starts(length: int) -> list[int]:
    if length <= TILE_PX:
        return [0]
    count = -(-(length - OVERLAP_PX) // (TILE_PX - OVERLAP_PX))
    return [round(index * (length - TILE_PX) / (count - 1)) for index in range(count)]


def _detected(codes: Codes, enlarged: int) -> list[tuple[float, Any]]:
    if min(codes.shape[:2]) < SMALLEST_PX // (1 + enlarged):
        return []
    boxes, scores, _ = detector().run(np.ascontiguousarray(codes), enlarged, SCORE)
    return list(zip(scores, boxes, strict=True))


def _placed(one: tuple[float, Any], left: int, top: int, scale: float) -> tuple[float, Box]:
    score, box = one
    edges = (box.left() / scale + left, box.top() / scale + top, box.right() / scale + left, box.bottom() / scale + top)
    x0, y0, x1, y1 = (round(edge) for edge in edges)
    return float(score), (x0, y0, x1 + 1, y1 + 1)


def _merged(found: list[tuple[float, Box]]) -> list[tuple[float, Box]]:
    """One box a face: the best-scored of those that lie on each other."""
    kept: list[tuple[float, Box]] = []
    for score, box in sorted(found, key=lambda one: (-one[0], one[1])):
        if all(shared(box, other) < SAME_SHARE for _, other in kept):
            kept.append((score, box))
    return kept


def shared(a: Box, b: Box) -> float:
    """Area two boxes share, as a share of what they cover together."""
    wide = min(a[2], b[2]) - max(a[0], b[0])
    high = min(a[3], b[3]) - max(a[1], b[1])
    if wide <= 0 or high <= 0:
        return 0.0
    both = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1])
    return wide * high / (both - wide * high)
