"""Drawn people in front of a camera, a store that keeps its papers in a list, and a street they stand in."""

import numpy as np
import pytest
from PIL import Image

from secondunit.likeness.find import find_faces
from secondunit.likeness.store import LikenessStore
from secondunit.testing.heads.people import CAST, Setup, picture

SIZE = 240
LATER = "2199-01-01"
ANOTHER_DAY = Setup(yaw_deg=13, pitch_deg=4, light_azimuth_deg=-45, smile=0.6, light_stops=-0.4)


def portrait(name, setup=None):
    return picture(CAST[name], setup or Setup(), size_px=SIZE, rays=1)


@pytest.fixture(scope="session")
def street():
    """bram and finn side by side on another day: (240, 480, 3) codes."""
    return np.hstack([portrait("bram", ANOTHER_DAY), portrait("finn", ANOTHER_DAY)])


@pytest.fixture(scope="session")
def seen(street):
    """The faces of the street, left to right."""
    return find_faces(street, frame=1001)


@pytest.fixture(scope="session")
def portraits(tmp_path_factory):
    """Reference pictures as files, by name."""
    folder = tmp_path_factory.mktemp("portraits")
    paths = {}
    for name in ("bram", "finn"):
        paths[name] = folder / f"{name}.png"
        Image.fromarray(portrait(name)).save(paths[name])
    return paths


def anybody(person_id, keep_until):
    """A permit that asks nothing: the store alone is tried."""


@pytest.fixture
def papers():
    return []


@pytest.fixture
def store(tmp_path, papers):
    return LikenessStore(tmp_path / "show", papers.append, anybody)
