"""Google's models, read as files from the installed wheel of MediaPipe: the package itself is never imported.

The wheel is Apache-2.0, models included. Their cards ("MediaPipe Face Mesh", "Iris", "BlazeFace Full Range") say that
they were trained on pictures that Google gathered or had consent for; quality by skin tone and sex is in the cards.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from secondunit.errors import BrokenStore
from secondunit.nets.runtime import compiled

PACKAGE = "mediapipe"
FILES = {  # below the package, with SHA-256 of release 0.10.21
    "detector": (
        "modules/face_detection/face_detection_full_range_sparse.tflite",
        "2c3728e6da56f21e21a320433396fb06d40d9088f2247c05e5635a688d45dfe1",
    ),
    "mesh": (
        "modules/face_landmark/face_landmark.tflite",
        "1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814",
    ),
    "iris": (
        "modules/iris_landmark/iris_landmark.tflite",
        "d1744d2a09c25f501d39eba4faff47e53ecca8852c5ce19bce8eeac39357521f",
    ),
    "person": (
        "modules/selfie_segmentation/selfie_segmentation.tflite",
        "9ee168ec7c8f2a16c56fe8e1cfbc514974cbbb7e434051b455635f1bd1462f5c",
    ),
}
UNKNOWN = "TFFrameworkNode"  # what OpenVINO leaves in place of an operation that it does not know
Arrays = tuple[npt.NDArray[np.float32], ...]
_LOCK = threading.Lock()


def weights(name: str, folder: Path | None = None) -> Path:
    """The path of a model whose bytes are the ones we know.

    Args:
        name: one of ``FILES``; nothing else is ever opened.
        folder: the package's, if it is not the installed one.

    Raises:
        BrokenStore: package or file is missing, or its SHA-256 is another.
    """
    if name not in FILES:
        raise BrokenStore(name, "is not a model this project may use", " or ".join(FILES))
    if folder is None:
        spec = importlib.util.find_spec(PACKAGE)  # found, not imported
        if spec is None or not spec.submodule_search_locations:
            raise BrokenStore(PACKAGE, "is not installed", advice="Install the project's requirements again.")
        folder = Path(next(iter(spec.submodule_search_locations)))
    path, digest = folder / FILES[name][0], FILES[name][1]
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise BrokenStore(str(path), f"cannot be read ({error.strerror})", f"a file of {PACKAGE}") from error
    if found != digest:
        advice = f"Install {PACKAGE} 0.10.21 again; a model that was exchanged would find other faces."
        raise BrokenStore(str(path), f"SHA-256 {found[:12]}…", f"{digest[:12]}…", advice)
    return path


def model(name: str) -> Callable[[npt.NDArray[np.float32]], Arrays]:
    """A model as a function of one picture (1, H, W, 3) to its outputs; safe for threads, one core a call."""
    with _LOCK:
        return _model(name)


@functools.cache
def _model(name: str) -> Callable[[npt.NDArray[np.float32]], Arrays]:
    run = compiled(_read(weights(name)))
    return lambda picture: run([picture])


def _read(path: Path) -> Any:
    """A model in OpenVINO's graph; MediaPipe's own operation, a transposed convolution with bias, is put in by hand."""
    from openvino import opset15
    from openvino.frontend import FrontEndManager

    front = FrontEndManager().load_by_framework("tflite")
    made = front.convert_partially(front.load(str(path)))
    for node in [one for one in made.get_ordered_ops() if one.get_type_name() == UNKNOWN]:
        if node.get_input_size() != 3:
            raise BrokenStore(str(path), "an operation that is not known", "Convolution2DTransposeBias")
        picture, kernel, bias = (node.input_value(index) for index in range(3))
        channels_first = opset15.transpose(picture, np.array([0, 3, 1, 2]))
        kernel_first = opset15.transpose(kernel, np.array([3, 0, 1, 2]))  # from out, height, width, in
        wider = opset15.convolution_backprop_data(channels_first, kernel_first, strides=[2, 2], auto_pad="same_upper")
        done = opset15.add(opset15.transpose(wider, np.array([0, 2, 3, 1])), bias)
        for target in list(node.output(0).get_target_inputs()):
            target.replace_source_output(done.output(0))
    made.validate_nodes_and_infer_types()
    return made
