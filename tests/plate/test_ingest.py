"""Ingest: the original comes in byte for byte, whole or not at all, once; and what is known of it is right."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from secondunit.errors import BadPicture, BrokenStore
from secondunit.imaging.colour import View
from secondunit.imaging.exr import write_exr
from secondunit.imaging.files import write_png
from secondunit.imaging.movie import MovieWriter
from secondunit.plate.files import PlateFiles
from secondunit.plate.ingest import ingest
from secondunit.plate.record import PlateRecord

SHOT = "EP101_012_0010"


def codes(seed=0, height=90, width=160):
    """A picture with shapes, soft areas and grain."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    picture = 90 + 40 * np.sin(x / 9) * np.cos(y / 7) + rng.normal(0, 2, (height, width))
    return np.clip(np.stack([picture, picture * 0.8, picture * 0.6 + 20], -1), 0, 255).astype(np.uint8)


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "in" / "Street photo (1).PNG"
    write_png(path, codes())
    return path


@pytest.fixture
def show(tmp_path):
    (tmp_path / "show").mkdir()
    return tmp_path / "show"


def sequence(folder, count=4, first=998, size=(90, 160), **more):
    for index in range(count):
        write_exr(folder / f"plate.{first + index:04d}.exr", {"composite": codes(0, *size) / 255}, **more)
    return folder


def test_a_photo_comes_in_byte_for_byte(photo, show):
    record = ingest(photo, show, SHOT)
    (original,) = record.files
    copy = show / "plates" / SHOT / "original" / original.name
    assert copy.read_bytes() == photo.read_bytes()
    assert original.sha256 == hashlib.sha256(photo.read_bytes()).hexdigest()
    assert original.source == "Street photo (1).PNG"
    assert not copy.stat().st_mode & 0o222, "read-only"
    assert (record.kind, record.width_px, record.height_px, record.frame_count) == ("photo", 160, 90, 1)
    assert record.rate == 24
    assert record.view is View.DISPLAY_REFERRED
    assert PlateRecord.load(show / "plates" / SHOT / "plate.json") == record
    with Image.open(show / "plates" / SHOT / "thumbnail.png") as thumbnail:
        assert thumbnail.size == (160, 90)


def test_the_same_bytes_again_change_nothing(photo, show):
    first = ingest(photo, show, SHOT)
    stamp = (show / "plates" / SHOT / "plate.json").stat().st_mtime_ns
    copied = shutil.copy(photo, photo.parent / "other name.png")
    assert ingest(copied, show, SHOT) == first
    assert (show / "plates" / SHOT / "plate.json").stat().st_mtime_ns == stamp


def test_other_bytes_for_a_shot_are_refused(photo, show, tmp_path):
    ingest(photo, show, SHOT)
    write_png(tmp_path / "b.png", codes(1))
    with pytest.raises(BrokenStore, match="another plate already"):
        ingest(tmp_path / "b.png", show, SHOT)
    with pytest.raises(BrokenStore, match="at 24 frames a second"):
        ingest(photo, show, SHOT, rate=25)


def test_a_changed_original_is_noticed_when_it_comes_again(photo, show):
    record = ingest(photo, show, SHOT)
    copy = show / "plates" / SHOT / "original" / record.files[0].name
    copy.chmod(0o644)
    copy.write_bytes(copy.read_bytes() + b"x")
    with pytest.raises(BrokenStore, match="was changed"):
        ingest(photo, show, SHOT)


@pytest.mark.parametrize("shot", ["../x", "a/b", "", ".hidden", "a" * 65, "CON"])
def test_shot_names_stay_in_their_folder(photo, show, shot):
    with pytest.raises(BrokenStore):
        ingest(photo, show, shot)
    assert not any(show.iterdir())


def test_a_folder_that_is_in_the_way_is_left_alone(photo, show):
    (show / "plates" / SHOT).mkdir(parents=True)
    (show / "plates" / SHOT / "notes.txt").write_text("mine")
    with pytest.raises(BrokenStore, match="holds no plate"):
        ingest(photo, show, SHOT)
    assert os.listdir(show / "plates" / SHOT) == ["notes.txt"]


def test_a_failed_ingest_leaves_nothing_and_names_the_users_file(photo, show):
    photo.write_bytes(photo.read_bytes()[:500])
    with pytest.raises(BadPicture) as caught:
        ingest(photo, show, SHOT)
    assert caught.value.where == str(photo)
    assert os.listdir(show / "plates") == []


def test_a_file_that_is_in_the_way_is_left_alone(photo, show):
    (show / "plates").mkdir()
    (show / "plates" / SHOT).write_text("mine")
    with pytest.raises(BrokenStore, match="holds no plate"):
        ingest(photo, show, SHOT)
    assert (show / "plates" / SHOT).read_text() == "mine"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.floats(0, 0.99), hits=st.lists(st.tuples(st.floats(0, 0.99), st.integers(0, 255)), max_size=5))
def test_whatever_comes_is_ingested_whole_or_leaves_nothing(photo, show, cut, hits):
    data = bytearray(photo.read_bytes())
    for where, value in hits:
        data[int(where * len(data))] = value
    broken = photo.parent / "broken.png"
    broken.write_bytes(data[: int((1 - cut) * len(data))])
    refused = None
    try:
        ingest(broken, show, SHOT)
    except BadPicture as error:
        refused = error
    if refused is None:
        PlateFiles(show, SHOT).verify()
        shutil.rmtree(show / "plates")
    else:
        assert refused.where == str(broken)
        assert not (show / "plates").exists() or os.listdir(show / "plates") == []


def test_a_full_disk_is_named_and_leaves_nothing(photo, show):
    """A folder that takes no more bytes: the process may write files of 4 kB at most."""
    script = f"""
        import resource, signal
        from secondunit.errors import BrokenStore
        from secondunit.plate import ingest as module
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        try:
            module.ingest({str(photo)!r}, {str(show)!r}, {SHOT!r})
        except BrokenStore as error:
            print(error, flush=True)
    """
    answer = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=True)
    assert "the disk is full" in answer.stdout
    assert os.listdir(show / "plates") == []


def test_a_plate_must_be_large_enough(show, tmp_path):
    write_png(tmp_path / "a.png", codes(0, 63, 200))
    with pytest.raises(BadPicture, match="200x63 pixels; wanted at least 64"):
        ingest(tmp_path / "a.png", show, SHOT)


def test_a_killed_ingest_leaves_nothing_that_looks_ingested(photo, show):
    script = f"""
        import time
        from secondunit.plate import ingest as module
        real = module.inspect
        def slow(*args, **kwargs):
            print("copied", flush=True)
            time.sleep(60)
        module.inspect = slow
        module.ingest({str(photo)!r}, {str(show)!r}, {SHOT!r})
    """
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"copied\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert not (show / "plates" / SHOT).exists()
    (left,) = (show / "plates").iterdir()
    assert left.name.startswith(".")
    ingest(photo, show, SHOT)
    old = time.time() - 2 * 24 * 3600
    os.utime(left, (old, old))
    shutil.rmtree(show / "plates" / SHOT)
    ingest(photo, show, SHOT)
    assert os.listdir(show / "plates") == [SHOT], "what is long dead is swept up"


def test_a_sequence_comes_in_by_folder_pattern_or_first_file(show, tmp_path):
    folder = sequence(tmp_path / "in", attributes={"framesPerSecond": (24000, 1001)})
    for index, source in enumerate(
        (folder, folder / "plate.####.exr", folder / "plate.%04d.exr", folder / "plate.0998.exr")
    ):
        record = ingest(source, show, f"shot{index}")
        assert (record.kind, record.frame_count, record.rate) == ("sequence", 4, Fraction(24000, 1001))
        assert [file.source for file in record.files] == [f"plate.{998 + number:04d}.exr" for number in range(4)]
        assert record.files[0].name == f"shot{index}.1001.exr"
        assert not record.display_referred


def test_a_sequence_needs_a_rate(show, tmp_path):
    folder = sequence(tmp_path / "in")
    with pytest.raises(BadPicture, match="--rate"):
        ingest(folder, show, SHOT)
    assert ingest(folder, show, SHOT, rate="23.976").rate == Fraction(24000, 1001)


def test_missing_frames_are_named(show, tmp_path):
    folder = sequence(tmp_path / "in", count=12)
    for number in (1000, 1003, 1004, 1005):
        (folder / f"plate.{number}.exr").unlink()
    with pytest.raises(BadPicture, match="no frame 1000, 1003-1005"):
        ingest(folder, show, SHOT, rate=24)


def test_frames_of_different_sizes_are_refused(show, tmp_path):
    folder = sequence(tmp_path / "in")
    sequence(folder, count=1, first=1000, size=(90, 162))
    with pytest.raises(BadPicture, match="is 162x90, 16 bits, ACEScg; wanted 160x90") as caught:
        ingest(folder, show, SHOT, rate=24)
    assert caught.value.where == str(folder / "plate.1000.exr")


@pytest.mark.parametrize(
    ("names", "source", "said"),
    [
        (["a.1.png", "b.1.png"], "", "holds a.#.png, b.#.png"),
        ([], "", "no pictures"),
        (["a.1.png", "a.01.png"], "", "is frame 1, and so is"),
        (["a.1.png", "a.2.png"], "a.2.png", "is not the first"),
        (["a.1.png", "a.2.png"], "b.##.png", "matches no file"),
        (["a.1.png", "a.20260101.png"], "", "has 2 frames between"),
        (["cover.png", "a.1.png"], "", "holds a.#.png, cover.png"),
    ],
)
def test_unclear_sequences_are_refused(show, tmp_path, names, source, said):
    (tmp_path / "in").mkdir()
    for name in names:
        write_png(tmp_path / "in" / name, codes())
    with pytest.raises(BadPicture, match=said):
        ingest(tmp_path / "in" / source, show, SHOT, rate=24)


def test_a_numbered_photo_is_a_photo(show, tmp_path):
    for number in (1, 2, 9):
        write_png(tmp_path / f"IMG_{number:04d}.png", codes(number))
    assert ingest(tmp_path / "IMG_0002.png", show, SHOT).kind == "photo"


def test_a_picture_that_one_can_see_through_says_that_it_is_taken_as_opaque(show, tmp_path):
    from PIL import Image

    for alpha, said in ((128, True), (255, False)):
        Image.fromarray(np.dstack([codes(1), np.full(codes(1).shape[:2], alpha, np.uint8)])).save(tmp_path / "a.png")
        record = ingest(tmp_path / "a.png", show, f"{SHOT}_{alpha}", rate=24)
        assert any("alpha" in warning for warning in record.warnings) == said


def test_a_movie_brings_its_own_rate(show, tmp_path):
    with MovieWriter(tmp_path / "a.mp4", 160, 90, Fraction(25)) as movie:
        for index in range(8):
            movie.write(codes(index))
    record = ingest(tmp_path / "a.mp4", show, SHOT, rate=24)
    assert (record.kind, record.rate, record.frame_count) == ("movie", 25, 8)
    assert any("25 frames a second" in warning for warning in record.warnings)
    assert record.camera_motion_px < 0.5
    assert ingest(tmp_path / "a.mp4", show, SHOT, rate=24) == record


def test_what_is_neither_picture_nor_movie_says_so(show, tmp_path):
    (tmp_path / "a.txt").write_text("hello, hello, hello")
    for source, said in ((tmp_path / "a.txt", "neither"), (tmp_path / "none.jpg", "cannot be read")):
        with pytest.raises(BadPicture, match=said):
            ingest(source, show, SHOT)


def test_lenses_are_kept_and_owners_are_not(show, tmp_path):
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x013B] = "Maker", "Model 5", "A. Person"
    exif.get_ifd(0x8769).update({0x920A: IFDRational(71, 2), 0xA405: 53})
    Image.fromarray(codes()).save(tmp_path / "a.jpg", exif=exif)
    camera = ingest(tmp_path / "a.jpg", show, SHOT).camera
    assert camera == {"make": "Maker", "model": "Model 5", "focal_mm": 35.5, "focal_35mm_mm": 53.0}


def test_a_space_can_be_named(photo, show):
    assert ingest(photo, show, SHOT, space="adobergb").space == "Gamma 2.2 Encoded AdobeRGB"
    with pytest.raises(BadPicture, match="--space"):
        ingest(photo, show, "other", space="no such")


def test_progress_is_told(show, tmp_path):
    told = []
    ingest(sequence(tmp_path / "in"), show, SHOT, rate=24, progress=lambda *step: told.append(step))
    assert [step for step in told if step[2] == "reading"] == [(index, 4, "reading") for index in range(4)]


@pytest.mark.parametrize(
    "damage", ["{}", "[]", '{"kind": "plate", "version": 1}', '{"kind": "plate", "version": 2}', "{"]
)
def test_a_damaged_record_is_named(photo, show, damage):
    ingest(photo, show, SHOT)
    (show / "plates" / SHOT / "plate.json").write_text(damage)
    with pytest.raises(BrokenStore, match=r"plate\.json"):
        ingest(photo, show, SHOT)
