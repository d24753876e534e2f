"""Likeness data is sealed, listed, recorded, and gone when it is deleted: also from every copy."""

import shutil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from secondunit.errors import BadPicture, BrokenStore
from secondunit.home import home
from secondunit.likeness import papers as paper
from secondunit.likeness.find import chip, find_faces
from secondunit.likeness.papers import LikenessDeletion
from secondunit.likeness.sealed import MAGIC, seal, unseal
from secondunit.likeness.store import LikenessStore, _png

from .conftest import LATER, SIZE, anybody, portrait


def held(store, portraits, person="p-bram", name="bram"):
    return store.add(person, [portraits[name]], keep_until=LATER, by="Kim")


def test_what_goes_in_comes_out(store, portraits):
    held(store, portraits)
    (face,) = find_faces(portrait("bram"), frame=0)
    (found,) = store.references(["p-bram", "p-unknown"], by="Kim", purpose="clear EP101")["p-bram"]
    assert np.array_equal(found, face.embedding)


def test_every_access_is_recorded_before_it_happens(store, portraits, papers):
    (item,) = held(store, portraits)
    store.references(["p-bram"], by="Kim", purpose="clear EP101")
    assert [(one.did, one.by, one.purpose) for one in papers] == [
        ("added", "Kim", "a reference for matching"),
        ("read", "Kim", "clear EP101"),
    ]
    assert papers[1].items == (item.sealed_digest,)

    def full(document):
        raise OSError("the ledger is away")

    with pytest.raises(OSError, match="away"):
        LikenessStore(store.folder.parent, full, anybody).references(["p-bram"], by="Kim", purpose="x")


def test_the_list_needs_no_key(store, portraits):
    assert store.holdings() == ()
    held(store, portraits)
    held(store, portraits, "p-finn", "finn")
    shutil.rmtree(home() / "likeness" / store.store_id)
    assert [(one.person_id, len(one.items), one.keep_until, one.readable) for one in store.holdings()] == [
        ("p-bram", 1, LATER, False),
        ("p-finn", 1, LATER, False),
    ]


def test_no_face_and_no_number_of_it_stands_on_the_disk_in_the_clear(store, portraits, tmp_path):
    held(store, portraits)
    store.references(["p-bram"], by="Kim", purpose="x")
    codes = portrait("bram")
    (face,) = find_faces(codes, frame=0)
    secrets = [
        face.embedding.tobytes()[:32],
        face.embedding.astype("<f4").tobytes()[:32],
        b"\x89PNG\r\n\x1a\n",
        b"JFIF\0",
    ]
    secrets += [chip(codes, face).tobytes()[5000:5032], _png(chip(codes, face))[60:92]]
    files = [path for root in (tmp_path, home()) for path in root.rglob("*") if path.is_file()]
    assert len(files) >= 3
    for path in files:
        data = path.read_bytes()
        assert not any(one in data for one in secrets), path


def test_after_deletion_no_copy_can_be_read(store, portraits, papers, tmp_path):
    items = held(store, portraits)
    held(store, portraits, "p-finn", "finn")
    shutil.copytree(tmp_path / "show", tmp_path / "copy")
    receipt = store.delete("p-bram", by="Kim", reason="asked for by the agent")
    assert isinstance(receipt, LikenessDeletion)
    assert receipt.items == items
    assert receipt.key_digest
    assert papers[-1] == receipt
    (path,) = (store.folder / "receipts").iterdir()
    assert LikenessDeletion.model_validate_json(path.read_text()) == receipt
    copy = LikenessStore(tmp_path / "copy", papers.append, anybody)
    with pytest.raises(BrokenStore, match="has no key"):
        copy.references(["p-bram"], by="Kim", purpose="x")
    assert copy.references(["p-finn"], by="Kim", purpose="x")
    assert [one.person_id for one in store.holdings()] == ["p-finn"]
    assert store.references(["p-bram"], by="Kim", purpose="x") == {}
    with pytest.raises(BrokenStore, match="nothing is held"):
        store.delete("p-bram", by="Kim")


def test_an_interrupted_deletion_is_finished_by_asking_again(store, portraits):
    (item,) = held(store, portraits)
    store.keys.destroy("p-bram")
    receipt = store.delete("p-bram", by="Kim")
    assert receipt.key_digest is None
    assert receipt.items == (item,)
    assert store.holdings() == ()


def test_a_new_key_does_not_open_what_was_deleted(store, portraits, tmp_path):
    held(store, portraits)
    shutil.copytree(store.folder / "people" / "p-bram", tmp_path / "kept")
    store.delete("p-bram", by="Kim")
    held(store, portraits)
    for path in (tmp_path / "kept").iterdir():
        shutil.copy(path, store.folder / "people" / "p-bram")
    with pytest.raises(BrokenStore, match="cannot be opened"):
        store.references(["p-bram"], by="Kim", purpose="x")


def test_nothing_is_read_after_its_day(store, portraits, papers, monkeypatch):
    held(store, portraits)
    monkeypatch.setattr("secondunit.likeness.store.now", lambda: f"{LATER}T00:00:00Z")
    with pytest.raises(BrokenStore, match="was to be kept until"):
        store.references(["p-bram"], by="Kim", purpose="x")
    assert papers[-1].did == "refused"


def test_what_was_swapped_or_changed_is_found(store, portraits):
    held(store, portraits)
    held(store, portraits, "p-finn", "finn")
    (bram,), (finn,) = (list((store.folder / "people" / one).iterdir()) for one in ("p-bram", "p-finn"))
    shutil.copy(finn, bram)
    with pytest.raises(BrokenStore, match="cannot be opened"):
        store.references(["p-bram"], by="Kim", purpose="x")
    data = bytearray(finn.read_bytes())
    data[-1] ^= 1
    finn.write_bytes(data)
    with pytest.raises(BrokenStore, match="cannot be opened"):
        store.references(["p-finn"], by="Kim", purpose="x")


def test_the_wrapped_key_of_one_person_opens_no_other(store, portraits):
    held(store, portraits)
    held(store, portraits, "p-finn", "finn")
    shutil.copy(store.keys.path("p-finn"), store.keys.path("p-bram"))
    with pytest.raises(BrokenStore, match="another person's"):
        store.references(["p-bram"], by="Kim", purpose="x")


def test_a_reference_is_one_face_large_enough_and_all_or_nothing(store, portraits, tmp_path, street):
    Image.fromarray(street).save(tmp_path / "two.png")
    Image.fromarray(np.full((200, 200, 3), 90, np.uint8)).save(tmp_path / "none.png")
    Image.fromarray(portrait("bram")).resize((SIZE // 2, SIZE // 2)).save(tmp_path / "small.png")
    for name, match in (("two", "2 faces are found"), ("none", "no face is found"), ("small", "px wide")):
        with pytest.raises(BadPicture, match=match):
            store.add("p-bram", [portraits["bram"], tmp_path / f"{name}.png"], keep_until=LATER, by="Kim")
        assert store.holdings() == ()
    for day in ("2001-01-01", "soon", paper.now()[:10]):
        with pytest.raises(BrokenStore, match="a day to come"):
            store.add("p-bram", [portraits["bram"]], keep_until=day, by="Kim")
    for name in ("../out", "P Bram", "", "a/b"):
        with pytest.raises(BrokenStore, match="opaque id"):
            store.add(name, [portraits["bram"]], keep_until=LATER, by="Kim")


@given(st.binary(max_size=300), st.integers(0, 200), st.booleans())
def test_a_damaged_file_is_an_error_and_nothing_else(junk, at, front):
    key = bytes(32)
    whole = seal(key, {"person_id": "p-a"}, b"face")
    assert unseal(key, whole, "x") == ({"person_id": "p-a"}, b"face")
    data = (MAGIC + junk) if front else whole[:at] + junk + whole[at + len(junk) :]
    if data != whole:
        with pytest.raises(BrokenStore):
            unseal(key, data, "x")
