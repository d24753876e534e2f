"""Where a person is in a picture: Google's selfie segmentation, run by OpenVINO.

MediaPipe 0.10.21's model for pictures of one person near the camera (Apache-2.0; model card "MediaPipe Selfie
Segmentation", 2021). Hair, clothes and what is worn or held close belong to the person.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from secondunit.nets.mediapipe import model

PERSON_PX = 256  # side of what the model takes
LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)  # Rec. 709
EDGE_SHARE = 0.02  # of the picture's side: half of the window in which the matte follows the picture's edges
SURE = (0.25, 0.75)  # of the matte so brought to edges: outside, inside; what the model leaves out stays out
EDGE_CODES = 0.02  # contrast of codes from which an edge is one


def person_matte(codes: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The matte of the person in the middle of a square picture.

    Args:
        codes: (n, n, 3) float32 sRGB codes / 255.

    Returns:
        (n, n) 0..1: what the model sees at ``PERSON_PX``, brought to the picture's own edges.
    """
    size = codes.shape[0]
    small = np.clip(cv2.resize(codes, (PERSON_PX, PERSON_PX), interpolation=cv2.INTER_AREA), 0, 1)
    (found,) = model("person")(np.asarray(small[None], np.float32))
    matte = np.asarray(cv2.resize(found[0, ..., 0], (size, size), interpolation=cv2.INTER_LINEAR), np.float32)
    matte = np.clip(matte, 0, 1)
    inside = guided(matte, np.asarray(codes @ LUMINANCE, np.float32), round(EDGE_SHARE * size))
    return np.minimum(matte, np.clip((inside - SURE[0]) / (SURE[1] - SURE[0]), 0, 1))


def guided(matte: npt.NDArray[np.float32], guide: npt.NDArray[np.float32], half_px: int) -> npt.NDArray[np.float32]:
    """A matte brought to the edges of a picture: the guided filter (He, Sun and Tang 2010, equations 5, 6 and 8).

    Args:
        matte: (H, W) 0..1.
        guide: (H, W) codes.
        half_px: half of the window's side.
    """

    def mean(plane: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        return np.asarray(cv2.blur(plane, (side, side), borderType=cv2.BORDER_REFLECT), np.float32)

    side = 2 * half_px + 1
    guide_mean, matte_mean = mean(guide), mean(matte)
    slope = (mean(guide * matte) - guide_mean * matte_mean) / (mean(guide * guide) - guide_mean**2 + EDGE_CODES**2)
    level = matte_mean - slope * guide_mean
    return np.asarray(np.clip(mean(slope) * guide + mean(level), 0, 1), np.float32)
