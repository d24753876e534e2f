"""Where faces are and how they are turned: Google's face models, run by OpenVINO.

Detector, 468-point mesh and iris model of MediaPipe 0.10.21 (Apache-2.0; Bazarevsky et al. 2019, "BlazeFace";
Kartynnik et al. 2019, "Real-time facial surface geometry"; Ablavatski et al. 2020, "Real-time pupil tracking").
Pictures here are small: (H, W, 3) float32 sRGB codes / 255. Every call may come from several threads and gives the same
numbers on any of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from secondunit.nets.mediapipe import model

Codes = npt.NDArray[np.float32]
Points = npt.NDArray[np.float64]

DETECTOR_PX, MESH_PX, EYE_PX = 192, 192, 64  # sides of what the models take
POINTS = 478  # of the mesh: 468, and five for each iris
_STRIDE = 4  # px between the detector's anchors, one each (face_detection_full_range)
_OVERLAP = 0.3  # two boxes sharing this much are one face (face_detection.pbtxt, min_suppression_threshold)
_MOST = 100.0  # the detector's logits are clipped there (the same)
_OF_CODE: Codes = (np.arange(256) * (2 / 255) - 1).astype(np.float32)  # as the detector takes it
_NEAR = 1e-3  # around the logit of the least score, what is surely not rounding
_AROUND = 1.5  # side of the mesh's square as a multiple of the face's (face_landmark_front)
_EYE_AROUND = 2.3  # the same of an eye's (iris_landmark_left_and_right)
RIGHT_EYE, LEFT_EYE = (33, 133), (263, 362)  # corners, outer first; the person's right is on the picture's left

# Points of the mesh that the iris model places better: lower and upper lid, and the next ring
# (mediapipe/graphs/iris_tracking/calculators/update_face_landmarks_calculator.cc)
_RIGHT_LIDS = (33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173)
_LEFT_LIDS = (263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398)


@dataclass(frozen=True)
class Square:
    """A square in a picture, turned.

    Attributes:
        x: of its centre, px; y: the same.
        side: px.
        roll: angle by which its own x axis is turned clockwise from the picture's, radians.
    """

    x: float
    y: float
    side: float
    roll: float = 0.0

    def placed(self, points: Points, size: float) -> Points:
        """Points (n, 2) in px of the square sampled at ``size`` x ``size``, in px of the picture."""
        c, s = np.cos(self.roll), np.sin(self.roll)
        turn = np.array([[c, s], [-s, c]])
        return np.asarray((points / size - 0.5) * self.side @ turn + (self.x, self.y), np.float64)

    def matrix(self, size: float) -> npt.NDArray[np.float64]:
        """(2, 3): from px of the square sampled at ``size`` to px of the picture; pixel centres at half integers."""
        c, s, k = np.cos(self.roll), np.sin(self.roll), self.side / size
        turn = np.array([[c, -s], [s, c]]) * k
        return np.column_stack([turn, np.array([self.x, self.y]) - turn @ (size / 2, size / 2)])


@dataclass(frozen=True)
class Detection:
    """A face that was found.

    Attributes:
        score: 0..1.
        box: left, top, right, bottom, px.
        points: (6, 2) px: right eye, left eye, nose, mouth, right ear, left ear.
    """

    score: float
    box: tuple[float, float, float, float]
    points: Points

    @property
    def square(self) -> Square:
        """Where the mesh is looked for."""
        left, top, right, bottom = self.box
        (x0, y0), (x1, y1) = self.points[:2]
        side = _AROUND * max(right - left, bottom - top)
        return Square((left + right) / 2, (top + bottom) / 2, side, float(np.arctan2(y1 - y0, x1 - x0)))


def detect(picture: npt.NDArray[Any], *, score: float = 0.5) -> list[Detection]:
    """Faces in a small picture, best first; from about a sixteenth of its longer side wide.

    Args:
        picture: (H, W, 3) sRGB codes, uint8, or float32 codes / 255; brought to 192 px on its longer side.
        score: the least.
    """
    height, width = picture.shape[:2]
    k = DETECTOR_PX / max(height, width)
    size = (max(1, round(width * k)), max(1, round(height * k)))
    how = cv2.INTER_AREA if k < 1 else cv2.INTER_LINEAR
    square = np.full((DETECTOR_PX, DETECTOR_PX, 3), -1, np.float32)
    small = cv2.resize(picture, size, interpolation=how)
    square[: size[1], : size[0]] = _OF_CODE[small] if picture.dtype == np.uint8 else small * 2 - 1
    boxes, logits = model("detector")(square[None])
    logits = np.clip(logits.reshape(-1), -_MOST, _MOST)
    at = np.flatnonzero(logits >= np.log(score / (1 - score)) - _NEAR)
    likely = 1 / (1 + np.exp(-logits[at].astype(np.float64)))
    at, likely = at[likely >= score], likely[likely >= score]
    across = DETECTOR_PX // _STRIDE
    centres = np.stack([(at % across + 0.5) * _STRIDE, (at // across + 0.5) * _STRIDE], axis=-1)
    rows = boxes.reshape(-1, 16)[at].astype(np.float64).reshape(-1, 8, 2)
    middle, extent, points = rows[:, 0] + centres, rows[:, 1], rows[:, 2:] + centres[:, None]
    corners = np.concatenate([middle - extent / 2, middle + extent / 2], axis=1)
    scale = np.array([width / size[0], height / size[1]])
    return _merged(likely, corners * np.tile(scale, 2), points * scale)


def _merged(scores: Any, boxes: Any, points: Any) -> list[Detection]:
    """Those that lie on each other, averaged by score: steadier than the best of them."""
    order, found = list(np.argsort(-scores, kind="stable")), []
    while order:
        together = [one for one in order if overlap(boxes[order[0]], boxes[one]) > _OVERLAP]
        weight = scores[together] / scores[together].sum()
        left, top, right, bottom = (float(edge) for edge in weight @ boxes[together])
        found.append(
            Detection(
                float(scores[order[0]]),
                (left, top, right, bottom),
                np.asarray(np.einsum("i,ijk->jk", weight, points[together]), np.float64),
            )
        )
        order = [one for one in order if one not in together]
    return found


def overlap(a: Any, b: Any) -> float:
    """Area two boxes (left, top, right, bottom) share, as a share of what they cover together."""
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if wide <= 0 or high <= 0:
        return 0.0
    both = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1])
    return float(wide * high / (both - wide * high))


def mesh(patch: Codes) -> tuple[Points, float]:
    """The mesh of the face in a square patch (192, 192, 3), without irises.

    Returns:
        (468, 3) px of the patch, z towards the picture's depth in the same measure; and how sure it is that a face is
        there, 0..1.
    """
    points, logit = sorted(model("mesh")(patch[None]), key=lambda one: -one.size)
    flat = points.reshape(468, 3).astype(np.float64)
    return flat, float(1 / (1 + np.exp(-float(logit.reshape(-1)[0]))))


def square_of(points: Points) -> Square:
    """The square around a mesh (n, 2 or more) px that the mesh model was trained to look at."""
    (x0, y0), (x1, y1) = points[RIGHT_EYE[0], :2], points[LEFT_EYE[0], :2]
    roll = float(np.arctan2(y1 - y0, x1 - x0))
    return _around(points[:, :2], roll, _AROUND)


def eye_squares(points: Points) -> tuple[Square, Square]:
    """Right and left eye of a mesh: squares that the iris model looks at."""
    roll = square_of(points).roll
    right, left = (_around(points[list(corners), :2], roll, _EYE_AROUND) for corners in (RIGHT_EYE, LEFT_EYE))
    return right, left


def refined(points: Points, right: tuple[Square, Codes], left: tuple[Square, Codes]) -> Points:
    """A mesh (468, 3) with lids and irises from the eyes' patches (64, 64, 3): (478, 3).

    Args:
        points: px of the picture.
        right: the right eye's square and patch; left: the left's.
    """
    out: Points = np.concatenate([points, np.zeros((10, 3))])
    for eye, ((square, patch), lids) in enumerate(((right, _RIGHT_LIDS), (left, _LEFT_LIDS))):
        found = model("iris")((patch[:, ::-1] if eye else patch)[None])  # it was trained on right eyes
        lid, iris = (one.reshape(-1, 3)[:, :2].astype(np.float64) for one in sorted(found, key=lambda one: -one.size))
        if eye:
            lid[:, 0], iris[:, 0] = EYE_PX - lid[:, 0], EYE_PX - iris[:, 0]
        out[list(lids), :2] = square.placed(lid[: len(lids)], EYE_PX)
        at = slice(468 + 5 * eye, 473 + 5 * eye)
        out[at, :2] = square.placed(iris, EYE_PX)
        out[at, 2] = points[list(lids), 2].mean()
    return out


def _around(points: Points, roll: float, share: float) -> Square:
    c, s = np.cos(roll), np.sin(roll)
    along = points @ np.array([[c, -s], [s, c]])
    low, high = along.min(axis=0), along.max(axis=0)
    x, y = (low + high) / 2 @ np.array([[c, s], [-s, c]])
    return Square(float(x), float(y), float(share * (high - low).max()), roll)
