"""A frame gets its receipt only if the faces it alters are those of people the request names."""

import dataclasses

import numpy as np
import pytest
from PIL import Image

from secondunit.errors import BrokenStore, NotCleared, Problems
from secondunit.imaging.exr import write_exr
from secondunit.keys import SigningKey
from secondunit.likeness.confirm import confirmation, sign_word, word_about
from secondunit.likeness.in_shot import FacesInShot
from secondunit.likeness.recorded import confirmations, open_store, record_word
from secondunit.plate.files import PlateFiles
from secondunit.plate.ingest import ingest
from secondunit.policy.documents import Appointment
from secondunit.policy.facts import PersonChange, Request
from secondunit.policy.ledger import Ledger
from secondunit.policy.parts import Role
from secondunit.policy.people import appoint
from secondunit.production import Production
from secondunit.testing.tiny_rights import take_in

from .conftest import LATER, SIZE

SHOT = "EP101_012_0010"
LEFT, RIGHT = (0, SIZE), (SIZE, 2 * SIZE)  # where bram and finn are


@pytest.fixture
def show(tmp_path, street, portraits):
    production = Production.new(tmp_path / "show", title="Tiny")
    Image.fromarray(street).save(tmp_path / "plate.png")
    ingest(tmp_path / "plate.png", production.folder, SHOT, rate=production.rate)
    take_in(production, "p-bram")
    open_store(production, by="Kim", said=["person.registry=absent"]).add(
        "p-bram", [portraits["bram"]], keep_until=LATER, by="Kim"
    )
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
    record_word(show, sign_word(word, Role.PRODUCER))
    with pytest.raises(Problems, match="Kim said nobody named"):
        faces.require(1002, frame(LEFT))


def test_references_are_read_once_and_recorded(show, request_, frame):
    faces = FacesInShot(show, request_)
    for number in range(1001, 1005):
        faces.require(number, frame(LEFT))
    read = [row.content() for row in Ledger(show).rows() if row.event == "access" and row.content()["did"] == "read"]
    assert [(one["person_id"], one["purpose"]) for one in read] == [("p-bram", f"clear {SHOT}")]


WALL = (0, 0, 40, 40)  # a corner of the plate in which no head stands


def test_where_people_are_altered_a_matte_without_a_face_needs_a_persons_word(show, request_, frame, tmp_path):
    corner = np.zeros((SIZE, 2 * SIZE), np.float32)
    corner[: WALL[3] - 20, : WALL[2] - 20] = 1
    path = tmp_path / "corner.exr"
    write_exr(path, {"composite": np.zeros((SIZE, 2 * SIZE, 3), np.float32), "matte": corner})
    faces = FacesInShot(show, request_)
    with pytest.raises(Problems, match="no face is found: it may be anybody"):
        faces.require(1001, path)
    harmless = dataclasses.replace(request_, facts={"alters_people": False})
    FacesInShot(show, harmless).require(1001, path)
    digest = PlateFiles(show.folder, SHOT).full().digest()
    about = {"production_id": show.id, "shot": SHOT, "plate_digest": digest, "by": "Kim", "frames": (1001, 1002)}

    def say(person, at):
        word = word_about(WALL, said="person", person_id=person, at=at, **about)
        record_word(show, sign_word(word, Role.PRODUCER))

    say("p-finn", "2026-01-01T00:00:00Z")
    with pytest.raises(Problems, match="p-finn's, whom the request does not name"):
        faces.require(1001, path)
    say("p-bram", "2026-01-02T00:00:00Z")
    faces.require(1001, path)
    faces.require(1001, frame(LEFT))


def test_who_says_whose_face_it_is_is_known_by_a_key(show, request_):
    bram = FacesInShot(show, request_).judged(1001, None).altered[0]
    digest = PlateFiles(show.folder, SHOT).full().digest()

    def word(by, said="person", person="p-bram", production=show.id):
        return confirmation(
            bram, production_id=production, shot=SHOT, plate_digest=digest, said=said, person_id=person, by=by,
            at="2026-01-01T00:00:00Z",
        )  # fmt: skip

    stranger = SigningKey.new()
    for role in (Role.PRODUCER, Role.VENDOR, Role.TALENT):
        with pytest.raises(NotCleared, match="does not answer"):
            record_word(show, sign_word(word("Kim"), role, stranger))
    record_word(show, sign_word(word("Kim"), Role.PRODUCER))  # the first on this machine is its producer
    with pytest.raises(NotCleared, match="the key is Kim's"):
        record_word(show, sign_word(word("Somebody Else"), Role.PRODUCER))
    made = Appointment(
        production_id=show.id, role=Role.VENDOR, name="Ola", key=stranger.public, at="2026-01-01T00:00:00Z"
    )
    appoint(Ledger(show), made)
    record_word(show, sign_word(word("Ola"), Role.VENDOR, stranger))
    signed = sign_word(word("Ola"), Role.VENDOR, stranger)
    forged = signed.model_copy(update={"document": word("Ola", "not_a_face", None)})
    with pytest.raises(BrokenStore, match="is not of this document"):
        record_word(show, forged)
    foreign = sign_word(word("Ola", production="another-1"), Role.VENDOR, stranger)
    with pytest.raises(BrokenStore, match="production_id"):
        record_word(show, foreign)
    assert [one.by for one in confirmations(show)] == ["Kim", "Ola"]


def test_performers_speak_for_their_own_face_alone(tmp_path, show, request_):
    bram = FacesInShot(show, request_).judged(1001, None).altered[0]
    key = take_in(show, "p-finn")
    about = {"production_id": show.id, "shot": SHOT, "plate_digest": "c" * 64, "at": "2026-01-01T00:00:00Z"}
    mine = confirmation(bram, said="person", person_id="p-finn", by="A. Performer", **about)
    record_word(show, sign_word(mine, Role.TALENT, key))
    for other in ({"said": "person", "person_id": "p-bram"}, {"said": "nobody_named"}):
        with pytest.raises(NotCleared, match="does not answer"):
            record_word(show, sign_word(confirmation(bram, by="A. Performer", **other, **about), Role.TALENT, key))
