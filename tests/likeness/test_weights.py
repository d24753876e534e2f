"""Only two weight files are ever read, and only if their bytes are the ones we know."""

import shutil
import subprocess
import sys

import pytest

from secondunit.errors import BrokenStore
from secondunit.likeness.weights import DIGESTS, LANDMARKS, RECOGNISER, weights


def test_the_weights_are_the_ones_we_know():
    assert [weights(name).name for name in (LANDMARKS, RECOGNISER)] == [LANDMARKS, RECOGNISER]


@pytest.mark.parametrize("name", ["shape_predictor_68_face_landmarks.dat", "mmod_human_face_detector.dat", "../x"])
def test_no_other_model_can_be_asked_for(name):
    with pytest.raises(BrokenStore, match="not a model this project may use"):
        weights(name)


def test_no_other_model_is_opened():
    """What a process that finds and matches a face opens of the package, as the interpreter's audit hook sees it."""
    code = """
import sys, builtins
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
import dlib
for name in ("shape_predictor", "face_recognition_model_v1", "cnn_face_detection_model_v1"):
    real = getattr(dlib, name)
    setattr(dlib, name, lambda path, real=real: (opened.append(path), real(path))[1])
import numpy as np
from secondunit.likeness import weights
weights.landmarks(), weights.recogniser(), weights.detector()
print("\\n".join(sorted({one.rpartition("/")[2] for one in opened if one.endswith(".dat")})))
print("face_recognition_models" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [*sorted(DIGESTS), "False"]


def test_an_exchanged_model_is_refused(tmp_path):
    shutil.copy(weights(LANDMARKS), tmp_path / LANDMARKS)
    with (tmp_path / LANDMARKS).open("r+b") as file:
        file.seek(1000)
        file.write(b"\0\1\2\3")
    with pytest.raises(BrokenStore, match="SHA-256"):
        weights(LANDMARKS, tmp_path)
    with pytest.raises(BrokenStore, match="cannot be read"):
        weights(RECOGNISER, tmp_path)
