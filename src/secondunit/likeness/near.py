"""Faces near a place in a plate, quickly: what the gate looks at before it signs for a frame.

``find.find_faces`` takes a second or two for a picture, looks everywhere, and sees faces from the front. This looks
where a frame was changed with the face models of ``nets``: from 40 px, also half turned away, and in the whole picture
for large faces that reach there. The recogniser is the same. What was measured: ``docs/likeness.md``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from secondunit.likeness.find import Box, Codes, Face, embedding_in
from secondunit.nets.looking import box_of_face, found_near, meshes_of

_AROUND = 0.6  # of a face's side, around it: what its picture is told from


def find_faces_near(
    codes: Codes,
    near: Sequence[tuple[float, float, float, float]],
    *,
    frame: int,
) -> tuple[Face, ...]:
    """Faces of a plate in and around boxes, from left to right.

    Args:
        codes: (H, W, 3) sRGB codes, the plate's full size.
        near: left, top, right, bottom px.
        frame: its number.
    """
    height, width = codes.shape[:2]
    faces: list[Face] = []
    for one in meshes_of(codes, found_near(codes, near)):
        box = box_of_face(one.points)
        faces.append(Face(frame, box, (width, height), round(one.score, 3), _embedding(codes, box)))
    return tuple(sorted(faces, key=lambda face: face.box_px))


def _embedding(codes: Codes, box: Box) -> npt.NDArray[np.float64]:
    height, width = codes.shape[:2]
    around = int(_AROUND * (box[2] - box[0])) + 1
    left, top = min(max(0, box[0] - around), width - 1), min(max(0, box[1] - around), height - 1)
    right, bottom = max(left + 1, min(width, box[2] + around)), max(top + 1, min(height, box[3] + around))
    part = np.ascontiguousarray(codes[top:bottom, left:right])
    return embedding_in(part, (box[0] - left, box[1] - top, box[2] - left, box[3] - top))
