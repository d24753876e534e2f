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


def person_matte(codes: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The matte of the person in the middle of a square picture.

    Args:
        codes: (n, n, 3) float32 sRGB codes / 255.

    Returns:
        (n, n) 0..1; as fine as ``PERSON_PX`` allows.
    """
    size = codes.shape[0]
    small = np.clip(cv2.resize(codes, (PERSON_PX, PERSON_PX), interpolation=cv2.INTER_AREA), 0, 1)
    (found,) = model("person")(np.asarray(small[None], np.float32))
    matte = cv2.resize(found[0, ..., 0], (size, size), interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.clip(matte, 0, 1), np.float32)
