"""What is copied is found, also cut, mirrored, graded and captioned; what is not is left alone; nothing is kept."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from secondunit.errors import BadPicture, BrokenStore, NotCleared, Problems
from secondunit.home import home
from secondunit.testing import street
from secondunit.testing.heads.people import CAST, picture
from secondunit.works.compare import compare, report, require_no_near_match
from secondunit.works.fingerprint import NEAR_AT, Fingerprint, differing_bits, fingerprint
from secondunit.works.register import WorksRegister


@pytest.fixture(scope="module")
def plate():
    return np.asarray(Image.open(street.load().plate).convert("RGB").resize((640, 360)))


@pytest.fixture(scope="module")
def portrait():
    return picture(CAST["finn"], size_px=160, rays=1)


@pytest.fixture
def register(tmp_path, plate):
    made = WorksRegister(tmp_path)
    made.add("Street at Noon", [plate], owner="Somebody", source="memo 1", by="Kim", thumbnails=True)
    return made


def captioned(codes):
    image = Image.fromarray(codes)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 320, 640, 360), fill=(0, 0, 0))
    draw.text((200, 332), "COMING SOON", fill=(255, 255, 255))
    return np.asarray(image)


def graded(codes):
    return np.clip((codes / 255.0) ** 0.7 * [300, 250, 190] - 12, 0, 255).astype(np.uint8)


def framed(codes):
    wall = np.full((540, 960, 3), (120, 130, 110), np.uint8)
    wall[90:450, 160:800] = codes
    return wall


COPIES = {
    "the same": lambda codes: codes,
    "smaller": lambda codes: np.asarray(Image.fromarray(codes).resize((200, 112))),
    "graded": graded,
    "grey": lambda codes: np.repeat(codes.mean(axis=2, keepdims=True), 3, axis=2).astype(np.uint8),
    "captioned": captioned,
    "letterboxed": lambda codes: np.pad(codes, ((60, 60), (0, 0), (0, 0))),
    "cropped": lambda codes: np.ascontiguousarray(codes[18:342, 32:608]),
    "framed on a wall": framed,
    "noisy": lambda codes: np.clip(codes + np.random.default_rng(1).normal(0, 18, codes.shape), 0, 255).astype(
        np.uint8
    ),
}


@pytest.mark.parametrize("change", COPIES)
@pytest.mark.parametrize("mirrored", [False, True])
def test_a_copy_is_found(register, plate, change, mirrored):
    output = COPIES[change](plate)
    (match,) = compare(np.ascontiguousarray(output[:, ::-1]) if mirrored else output, register, where="t001")
    assert (match.verdict, match.work.title, match.mirrored) == ("near", "Street at Noon", mirrored)
    with pytest.raises(Problems, match=r"t001: is like 'Street at Noon' of Somebody") as caught:
        require_no_near_match([match])
    assert isinstance(caught.value.problems[0], NotCleared)


def test_something_else_is_not(register, portrait):
    assert compare(portrait, register, where="t001") == ()
    require_no_near_match(())


@pytest.mark.parametrize("codes", [np.zeros((90, 160, 3), np.uint8), np.full((90, 160, 3), 200, np.uint8)])
def test_a_plain_picture_is_like_nothing_and_cannot_be_registered(register, codes):
    assert compare(codes, register, where="black") == ()
    with pytest.raises(BadPicture, match="too plain"):
        register.add("Black", [codes], owner="x", source="y", by="z")
    assert len(register.works) == 1


def test_the_register_keeps_hashes_and_no_picture_in_the_clear(register, plate, tmp_path):
    again = WorksRegister(tmp_path)
    assert again.works == register.works
    for path in (path for root in (tmp_path, home()) for path in root.rglob("*") if path.is_file()):
        data = path.read_bytes()
        assert not any(one in data for one in (b"\x89PNG\r\n\x1a\n", b"JFIF\0", b"Exif\0\0"))
        assert plate.tobytes()[5000:5040] not in data
    small = again.thumbnail(again.works[0], again.works[0].pictures[0])
    assert small is not None
    assert max(small.shape) == 320


def test_both_pictures_are_shown(register, plate, portrait, tmp_path):
    register.add("Finn", [portrait], owner="Nobody", source="memo", by="Kim")
    matches = [compare(graded(plate), register, where="t001")[0], compare(portrait, register, where="t002")[0]]
    sheet = report([plate, portrait], matches, register)
    height, width = sheet.shape[0] // 2, sheet.shape[1] // 2
    assert np.std(sheet[:height, :width]) > 20, "the output"
    assert np.std(sheet[:height, width:]) > 20, "the work, unsealed"


def test_what_is_removed_is_gone_with_its_key(register, plate, tmp_path):
    work = register.works[0]
    register.remove(work.work_id)
    assert WorksRegister(tmp_path).works == ()
    assert compare(plate, register, where="x") == ()
    assert not list((tmp_path / "works").glob("*.sealed"))
    with pytest.raises(BrokenStore, match="not in the register"):
        register.remove(work.work_id)


def test_titles_are_names_to_look_for(register, tmp_path):
    (tmp_path / "protected_names.toml").write_text(
        '[[names]]\nname = "Zephyron"\nkind = "character"\nsource = "memo"\n'
    )
    assert [name.name for name in register.names()] == ["Street at Noon", "Zephyron"]
    assert "Somebody" in register.names()[0].source


class Redness:
    """A tiny learned measure: how red a picture is."""

    name = "redness-1"
    near_at = 0.01

    def embed(self, codes):
        return codes.reshape(-1, 3).mean(axis=0)[:1] / 255


def test_a_learned_measure_is_asked_where_both_have_it(register, plate, portrait):
    assert compare(portrait, register, where="x", embedder=Redness()) == ()
    register.add("Finn", [portrait], owner="Nobody", source="memo", by="Kim", embedder=Redness())
    turned = np.ascontiguousarray(portrait[::-1])
    (match,) = compare(turned, register, where="x", embedder=Redness())
    assert (match.work.title, match.verdict, match.bits > NEAR_AT) == ("Finn", "near", True)
    assert match.distance == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("text", ["{", '{"kind": "works_register", "version": 1}', '{"kind": "x", "version": 1}'])
def test_a_damaged_register_is_an_error(tmp_path, text):
    (tmp_path / "works").mkdir()
    (tmp_path / "works" / "register.json").write_text(text)
    with pytest.raises(BrokenStore):
        WorksRegister(tmp_path)


def test_a_fingerprint_can_be_written_and_read(plate):
    one = fingerprint(plate)
    again = Fingerprint.from_text(one.to_text(), "x")
    assert np.array_equal(again.bits, one.bits)
    assert np.array_equal(again.speaks, one.speaks)
    assert differing_bits(one, again) == 0


@given(st.text(max_size=60))
def test_any_other_text_is_no_fingerprint(text):
    with pytest.raises(BrokenStore):
        Fingerprint.from_text(text, "x")
