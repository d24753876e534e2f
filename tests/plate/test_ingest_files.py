"""The plate as effects see it: exact, still, in any size; masks stay in the production; changes are noticed."""

from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import numpy as np
import pytest

from secondunit.errors import BadPicture, BrokenStore
from secondunit.imaging.colour import LINEAR_SRGB, from_working, to_display, to_half, to_working
from secondunit.imaging.exr import write_exr
from secondunit.imaging.files import write_png
from secondunit.imaging.movie import MovieReader, MovieWriter
from secondunit.plate import files
from secondunit.plate.files import PlateFiles
from secondunit.plate.ingest import ingest

SHOT = "s010"


def noise(seed=0, height=96, width=128, channels=3):
    return np.random.default_rng(seed).integers(0, 256, (height, width, channels), dtype=np.uint8)


@pytest.fixture
def show(tmp_path):
    write_png(tmp_path / "in.png", noise())
    ingest(tmp_path / "in.png", tmp_path / "show", SHOT)
    return tmp_path / "show"


def test_an_untouched_photo_is_shown_as_it_was(show):
    plate = PlateFiles(show, SHOT)
    frame = plate.frame(1001)
    np.testing.assert_array_equal(to_display(frame, plate.view), noise())
    np.testing.assert_array_equal(frame, to_half(frame))


def test_a_photo_is_the_same_at_every_frame_and_cannot_be_spoilt(show):
    plate = PlateFiles(show, SHOT)
    first = plate.frame(1001)
    wanted = first.copy()
    first[:] = 0
    np.testing.assert_array_equal(plate.frame(5000), wanted)


def test_smaller_is_the_mean_of_linear_light(show):
    plate = PlateFiles(show, SHOT).sized(32)
    assert (plate.width_px, plate.height_px) == (32, 24)
    light = to_working(noise() / 255, "srgb_tx")
    mean = light.reshape(24, 4, 32, 4, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(plate.frame(1001), mean, rtol=2e-3)
    np.testing.assert_array_equal(plate.frame(1001), to_half(plate.frame(1001)))


def test_larger_stays_within_what_is_there(show):
    frame = PlateFiles(show, SHOT, width_px=300).frame(1001)
    light = to_working(noise() / 255, "srgb_tx")
    assert frame.shape == (225, 300, 3)
    assert light.min() - 1e-4 <= frame.min() <= frame.max() <= light.max() + 1e-3


def test_masks_are_drawings_and_clean_plates_are_pictures(show):
    drawn = np.zeros((192, 256, 4), np.uint8)
    drawn[:96, :, :3], drawn[:, :128, 3] = 255, 255
    write_png(show / "masks" / "holdout.png", drawn)
    write_png(show / "masks" / "grey.png", np.full((96, 128), 51, np.uint8))
    write_png(show / "clean.png", noise(3))
    pictures = {"holdout": "masks/holdout.png", "building": "masks/grey.png", "clean": show / "clean.png"}
    plate = PlateFiles(show, SHOT, pictures=pictures)
    mask = plate.mask("holdout")
    assert mask.shape == (96, 128)
    np.testing.assert_array_equal(mask[:48, :64], 1)
    assert mask[48:].max() == mask[:, 64:].max() == 0
    np.testing.assert_allclose(plate.mask("building"), 0.2, atol=1e-6)
    np.testing.assert_array_equal(to_display(plate.clean(), plate.view), noise(3))
    assert plate.mask("nothing given") is None
    assert PlateFiles(show, SHOT).clean() is None


def test_pictures_cannot_climb_out_of_the_production(show, tmp_path):
    write_png(tmp_path / "secret.png", noise())
    (show / "link.png").symlink_to(tmp_path / "secret.png")
    for path in ("../secret.png", "link.png", str(tmp_path / "secret.png"), "plates/../../secret.png"):
        with pytest.raises(BrokenStore, match="outside the production"):
            PlateFiles(show, SHOT, pictures={"holdout": path})
    with pytest.raises(BrokenStore, match="does not exist"):
        PlateFiles(show, SHOT, pictures={"holdout": "none.png"})


def test_a_squeezed_mask_is_refused(show):
    write_png(show / "square.png", np.zeros((100, 100), np.uint8))
    with pytest.raises(BadPicture, match="is 100x100; wanted the plate's shape, 128x96"):
        PlateFiles(show, SHOT, pictures={"holdout": "square.png"}).mask("holdout")


def test_the_digest_follows_what_is_on_disk(show):
    write_png(show / "mask.png", np.zeros((96, 128), np.uint8))
    plate = PlateFiles(show, SHOT, pictures={"holdout": "mask.png"})
    before = plate.digest()
    assert plate.sized(32).digest() == before == plate.digest()
    assert PlateFiles(show, SHOT).digest() != before
    write_png(show / "mask.png", np.full((96, 128), 255, np.uint8))
    assert plate.digest() != before


def test_a_changed_original_is_noticed(show):
    plate = PlateFiles(show, SHOT)
    plate.verify()
    before = plate.digest()
    path = show / "plates" / SHOT / "original" / plate.record.files[0].name
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert plate.digest() != before
    with pytest.raises(BrokenStore, match="was changed"):
        plate.verify()
    path.unlink()
    with pytest.raises(BrokenStore, match="missing"):
        plate.verify()
    with pytest.raises(BrokenStore, match="cannot be read"):
        plate.digest()


def test_a_movie_answers_in_any_order_from_several_threads(tmp_path):
    with MovieWriter(tmp_path / "a.mp4", 96, 64, Fraction(24)) as movie:
        for index in range(24):
            movie.write(np.full((64, 96, 3), 10 * index, np.uint8))
    ingest(tmp_path / "a.mp4", tmp_path / "show", SHOT)
    plate = PlateFiles(tmp_path / "show", SHOT)
    order = [1001, 1020, 1003, 1004, 1024, 1001, 1010] * 3
    with ThreadPoolExecutor(4) as pool:
        shown = list(pool.map(lambda number: to_display(plate.frame(number), plate.view), order))
    with MovieReader(tmp_path / "a.mp4") as reader:
        for number, codes in zip(order, shown, strict=True):
            np.testing.assert_array_equal(codes, reader.frame(number - 1001))
    for number in (1000, 1025):
        with pytest.raises(BadPicture, match="wanted 1001 to 1024"):
            plate.frame(number)


def test_who_goes_over_a_long_movie_again_finds_most_of_what_fits(tmp_path, monkeypatch):
    with MovieWriter(tmp_path / "a.mp4", 96, 64, Fraction(24)) as movie:
        for index in range(24):
            movie.write(np.full((64, 96, 3), 10 * index, np.uint8))
    ingest(tmp_path / "a.mp4", tmp_path / "show", SHOT)
    plate = PlateFiles(tmp_path / "show", SHOT)
    monkeypatch.setattr(files, "_KEPT_BYTES", 16 * 64 * 96 * 3)  # room for 16 frames of 24
    first = {number: plate.codes(number) for number in range(1001, 1025)}
    again = {number: plate.codes(number) for number in range(1001, 1025)}
    same = [number for number, codes in first.items() if again[number] is codes]
    assert len(same) >= 8, "of 16 that are kept, eight follow who works on the latest"
    for number, codes in first.items():
        np.testing.assert_array_equal(again[number], codes)


def test_the_light_of_a_part_is_that_of_the_frame(tmp_path, show):
    with MovieWriter(tmp_path / "a.mp4", 96, 64, Fraction(24)) as movie:
        for index in range(3):
            movie.write(noise(index, 64, 96) // 2 + 64)
    ingest(tmp_path / "a.mp4", tmp_path / "other", SHOT)
    for plate in (PlateFiles(tmp_path / "other", SHOT), PlateFiles(show, SHOT), PlateFiles(show, SHOT, width_px=64)):
        whole = from_working(plate.frame(1001), LINEAR_SRGB)
        part = plate.light(1001, (5, 7, 50, 40))
        assert part.dtype == np.float32
        np.testing.assert_allclose(part, whole[7:40, 5:50], atol=2e-3)  # half floats have 11 bits


def test_a_scene_linear_sequence_keeps_its_light(tmp_path):
    for index in range(3):
        write_exr(tmp_path / "in" / f"a.{index}.exr", {"composite": np.full((64, 80, 3), 12.5 + index)})
    record = ingest(tmp_path / "in", tmp_path / "show", SHOT, rate=24)
    assert not record.display_referred
    assert np.all(PlateFiles(tmp_path / "show", SHOT).frame(1003) == 14.5)


def test_what_was_never_ingested_says_how(tmp_path):
    with pytest.raises(BrokenStore, match="secondunit ingest"):
        PlateFiles(tmp_path, SHOT)
    with pytest.raises(BrokenStore):
        PlateFiles(tmp_path, "../..")


def test_absurd_sizes_are_refused(show):
    for width in (1, 15, 100_000, -5):
        with pytest.raises(BadPicture, match="working width"):
            PlateFiles(show, SHOT, width_px=width)
