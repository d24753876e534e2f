"""Looking for faces in a picture of sRGB codes: in the whole of it, in parts of it, and at one place closely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from secondunit.nets.faces import (
    DETECTOR_PX,
    EYE_PX,
    MESH_PX,
    Detection,
    Square,
    detect,
    eye_squares,
    mesh,
    overlap,
    refined,
    square_of,
)
from secondunit.nets.patches import seen

LOOKED_PX = 640  # longer side of the picture that whole frames and squares of their height are looked at in
FINE_PX = 1280  # the same where smaller faces are looked for
NEAR_PX = 600  # side of the squares in which faces are looked for around a place
PRESENT = 0.5  # of the mesh model: less is no face (face_landmark_cpu.pbtxt, min_detection_confidence)
SURE = 0.7  # of the detector: what it is less sure of and lies in a larger face is a part of that
PART, SAME = 0.5, 1.2  # share of a face's box in a larger one's from which it is a part of it, and from which the same
MIDDLE, SIDE = 0.5, 2.44  # of the way from eyes to mouth: where a frontal detector's box is, and its side; measured

Codes = npt.NDArray[np.uint8]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Mesh:
    """A face's mesh in a plate.

    Attributes:
        points: (478, 3) px of the plate, z in the same measure.
        present: how sure the mesh model is, 0..1.
        square: where it was looked for.
        score: how sure the detector was, 0..1.
    """

    points: npt.NDArray[np.float64]
    present: float
    square: Square
    score: float = 1.0


def meshes_of(codes: Codes, found: Sequence[Detection]) -> list[Mesh]:
    """The meshes of detections, largest first; each face once, and no part of a face for one of its own."""
    meshes = [
        replace(one, score=detection.score)
        for detection in distinct(found)
        if (one := face_at(codes, detection.square)) is not None
    ]
    kept: list[Mesh] = []
    for one in sorted(meshes, key=lambda each: -each.square.side):
        shares = [_share_within(one.points, other.points) for other in kept]
        if not any(share > (SAME if one.score > SURE else PART) for share in shares):
            kept.append(one)
    return kept


def face_at(codes: Codes, square: Square) -> Mesh | None:
    """The mesh of the face in a square of the plate, with its own square; None if none is there."""
    present = 0.0
    points = np.empty((0, 3))
    for _ in range(2):  # a second look from the mesh's own square: the same wherever the first one began
        points, present = mesh(seen(codes, square, MESH_PX))
        points[:, :2], points[:, 2] = square.placed(points[:, :2], MESH_PX), points[:, 2] * square.side / MESH_PX
        if present < PRESENT:
            return None
        square = square_of(points)
    right, left = ((eye, seen(codes, eye, EYE_PX)) for eye in eye_squares(points))
    return Mesh(refined(points, right, left), present, square)


def _share_within(points: npt.NDArray[Any], larger: npt.NDArray[Any]) -> float:
    """How much of a mesh's box lies in a larger one's, 0..1 and a little more."""
    low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
    both = np.minimum(high, larger[:, :2].max(axis=0)) - np.maximum(low, larger[:, :2].min(axis=0))
    alike = float((high - low).prod() / max(float(np.ptp(larger[:, :2], axis=0).prod()), 1e-9))
    return float(both.prod() / (high - low).prod()) * (1.0 if alike < 0.5 else 1.5) if (both > 0).all() else 0.0


def box_of_face(points: npt.NDArray[Any]) -> tuple[int, int, int, int]:
    """Left, top, right, bottom px of a face as dlib's frontal detector would box it, from its mesh (478, 2 or more)."""
    eyes, mouth = points[[33, 133, 362, 263], :2].mean(axis=0), points[[61, 291], :2].mean(axis=0)
    x, y = eyes + MIDDLE * (mouth - eyes)
    half = SIDE / 2 * float(np.linalg.norm(mouth - eyes))
    return round(x - half), round(y - half), round(x + half), round(y + half)


def found_in(codes: Codes, longer_px: int, *, whole: bool = False) -> list[Detection]:
    """Faces in the ``whole`` picture, and in squares of its shorter side (half of it where it is looked at finely)."""
    height, width = codes.shape[:2]
    scale = min(1.0, longer_px / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(codes, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    high, wide = small.shape[:2]
    side = min(high, wide) if longer_px == LOOKED_PX else max(min(high, wide) // 2, 96)
    windows = [(0, 0, wide, high)]
    if not whole:
        windows += [(left, top, side, side) for top in _starts(high, side) for left in _starts(wide, side)]
    found = []
    for left, top, w, h in dict.fromkeys(windows):
        part = np.ascontiguousarray(small[top : top + h, left : left + w])
        found += [_placed(one, left / scale, top / scale, scale) for one in detect(part)]
    return distinct(found)


def found_near(codes: Codes, near: Sequence[Box], around_px: float = 90.0) -> list[Detection]:
    """Faces from about 40 px wide in and around boxes of a picture, and larger ones anywhere in it.

    Args:
        codes: (H, W, 3) sRGB codes.
        near: left, top, right, bottom px.
        around_px: how far around; a face that is found in the whole plate only is larger than twice that.
    """
    height, width = codes.shape[:2]
    found = found_in(codes, DETECTOR_PX, whole=True)
    for box in near:
        left, top = (int(max(0, edge - around_px)) for edge in box[:2])
        right, bottom = int(min(width, box[2] + around_px)), int(min(height, box[3] + around_px))
        if right <= left or bottom <= top:
            continue
        near_by = codes[top:bottom, left:right]
        for y in _starts(bottom - top, NEAR_PX):
            for x in _starts(right - left, NEAR_PX):
                part = near_by[y : y + NEAR_PX, x : x + NEAR_PX]
                found += [_placed(one, left + x, top + y, 1.0) for one in detect(part)]
    return distinct(found)


def _placed(one: Detection, left: float, top: float, scale: float) -> Detection:
    """A detection in a part that begins at ``left``, ``top`` of the plate and is ``scale`` times its size."""
    x0, y0, x1, y1 = (edge / scale for edge in one.box)
    box = (x0 + left, y0 + top, x1 + left, y1 + top)
    return Detection(one.score, box, one.points / scale + np.array((left, top)))


def _starts(length: int, side: int) -> list[int]:
    """Where squares begin that share at least a third of their side."""
    if length <= side:
        return [0]
    count = -(-(length - side) * 3 // (2 * side)) + 1
    return [round(index * (length - side) / (count - 1)) for index in range(count)]


def distinct(found: Sequence[Detection]) -> list[Detection]:
    """One detection a face, the best of those that lie on each other."""
    kept: list[Detection] = []
    for one in sorted(found, key=lambda each: (-each.score, each.box)):
        if all(overlap(one.box, other.box) < 0.3 for other in kept):
            kept.append(one)
    return kept
