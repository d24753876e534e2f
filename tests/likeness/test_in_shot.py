"""A frame gets its receipt only if the faces it alters are those of people the request names."""

import dataclasses

import numpy as np
import pytest
from PIL import Image

from secondunit.errors import Problems
from secondunit.imaging.exr import write_exr
from secondunit.likeness.confirm import confirmation
from secondunit.likeness.in_shot import FacesInShot
from secondunit.likeness.recorded import open_store, record
from secondunit.plate.files import PlateFiles
from secondunit.plate.ingest import ingest
from secondunit.policy.facts import PersonChange, Request
from secondunit.policy.ledger import Ledger
from secondunit.production import Production

from .conftest import LATER, SIZE

SHOT = "EP101_012_0010"
LEFT, RIGHT = (0, SIZE), (SIZE, 2 * SIZE)  # where bram and finn are


@pytest.fixture
def show(tmp_path, street, portraits):
    production = Production.new(tmp_path / "show", title="Tiny")
    Image.fromarray(street).save(tmp_path / "plate.png")
    ingest(tmp_path / "plate.png", production.folder, SHOT, rate=production.rate)
    open_store(production, by="Kim").add("p-bram", [portraits["bram"]], keep_until=LATER, by="Kim")
    return production


@pytest.fixture
def request_(show):
    change = PersonChange("p-bram", "age", years=-10.0)
    return Request(show.id, SHOT, "age", "temp", (change,), 1001, 1049, "b" * 64, "c" * 64)


@pytest.fixture
def frame(tmp_path):
    """A frame's file, its matte white between two columns of the plate."""

    def write(columns, name="1001"):
        matte = np.zeros((SIZE, 2 * SIZE), np.float32)
        if columns:
            matte[:, columns[0] : columns[1]] = 1
        path = tmp_path / f"{name}.exr"
        write_exr(path, {"composite": np.zeros((SIZE, 2 * SIZE, 3), np.float32), "matte": matte})
        return path

    return write


def test_the_named_face_may_be_altered_and_the_bystander_may_not(show, request_, frame):
    faces = FacesInShot(show, request_)
    faces.require(1001, frame(LEFT))
    faces.require(1030, frame(None))
    with pytest.raises(Problems, match=f"{SHOT}: frame 1001, face at"):
        faces.require(1030, frame(RIGHT))
    with pytest.raises(Problems):
        faces.require(1001, frame((0, 2 * SIZE)))


def test_a_frame_that_says_nothing_of_what_it_alters_alters_everything(show, request_, tmp_path):
    path = tmp_path / "bare.exr"
    write_exr(path, {"composite": np.zeros((8, 16, 3), np.float32)})
    for one in (path, tmp_path / "none.exr"):
        with pytest.raises(Problems):
            FacesInShot(show, request_).require(1001, one)


def test_who_is_not_named_in_the_request_may_not_be_altered(show, request_, frame):
    other = dataclasses.replace(request_, people=(PersonChange("p-finn", "age", years=-10.0),))
    with pytest.raises(Problems, match="nobody's who is named"):
        FacesInShot(show, other).require(1001, frame(LEFT))


def test_what_a_person_says_counts_from_the_next_frame_on(show, request_, frame):
    faces = FacesInShot(show, request_)
    faces.require(1001, frame(LEFT))
    digest = PlateFiles(show.folder, SHOT).full().digest()
    bram = faces.judged(1001, None).altered[0]
    word = confirmation(
        bram, production_id=show.id, shot=SHOT, plate_digest=digest, said="nobody_named", by="Kim",
        at="2026-01-01T00:00:00Z",
    )  # fmt: skip
    record(show, word, by="Kim")
    with pytest.raises(Problems, match="Kim said nobody named"):
        faces.require(1002, frame(LEFT))


def test_references_are_read_once_and_recorded(show, request_, frame):
    faces = FacesInShot(show, request_)
    for number in range(1001, 1005):
        faces.require(number, frame(LEFT))
    read = [row.content() for row in Ledger(show).rows() if row.event == "access" and row.content()["did"] == "read"]
    assert [(one["person_id"], one["purpose"]) for one in read] == [("p-bram", f"clear {SHOT}")]
