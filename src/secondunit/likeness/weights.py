"""The two learned parts that tell faces, read from the installed package ``face_recognition_models``, checked first.

Both are by Davis King, who gave them to the public domain (CC0; ``dlib-models``, README). The package also carries a
68-point landmark model that is not for commercial use: nothing here can name it. The frontal detector needs no file.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dlib
import numpy as np
import numpy.typing as npt

from secondunit.errors import BrokenStore
from secondunit.likeness.recogniser import numbers_of

PACKAGE = "face_recognition_models"
LANDMARKS = "shape_predictor_5_face_landmarks.dat"
RECOGNISER = "dlib_face_recognition_resnet_model_v1.dat"
DIGESTS = {  # SHA-256, of release 0.3.0
    LANDMARKS: "c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888",
    RECOGNISER: "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30",
}
TRAINED_ON = {  # as their author says it (dlib-models, README)
    LANDMARKS: "7,198 faces, annotated by its author",
    RECOGNISER: "about 3 million faces of 7,485 people: FaceScrub, VGG, and pictures gathered from the internet",
}


def weights(name: str, folder: Path | None = None) -> Path:
    """The path of a weight file whose bytes are the ones we know.

    Args:
        name: ``LANDMARKS`` or ``RECOGNISER``; nothing else is ever opened.
        folder: where to look instead of the installed package.

    Raises:
        BrokenStore: the package or file is missing, or its SHA-256 is another.
    """
    if name not in DIGESTS:
        raise BrokenStore(name, "is not a model this project may use", " or ".join(DIGESTS))
    if folder is None:
        spec = importlib.util.find_spec(PACKAGE)  # found, not imported: its import wants pkg_resources
        if spec is None or not spec.submodule_search_locations:
            raise BrokenStore(PACKAGE, "is not installed", advice="Install the project's requirements again.")
        folder = Path(next(iter(spec.submodule_search_locations))) / "models"
    path = folder / name
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise BrokenStore(
            str(path), f"cannot be read ({error.strerror})", "a file of face_recognition_models"
        ) from error
    if found != DIGESTS[name]:
        advice = f"Install {PACKAGE} again; a model that was exchanged would tell faces wrongly."
        raise BrokenStore(str(path), f"SHA-256 {found[:12]}…", f"{DIGESTS[name][:12]}…", advice)
    return path


@functools.cache
def detector() -> Any:
    """The frontal face detector: histograms of oriented gradients (Dalal and Triggs 2005), built into dlib."""
    return dlib.get_frontal_face_detector()


@functools.cache
def landmarks() -> Any:
    """Corners of the eyes and the nose's foot in a face's box."""
    return dlib.shape_predictor(str(weights(LANDMARKS)))


@functools.cache
def recogniser() -> Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.float64]]:
    """128 numbers of a face chip (150, 150, 3): nearer for one person than for two."""
    return numbers_of(weights(RECOGNISER))
