"""What is learned from: pairs that differ by the years alone, whatever camera and codec did."""

import json

import cv2
import numpy as np
import pytest

from secondunit.effects.deage.augment import Pair, photographed
from secondunit.effects.deage.net import SIDE_PX
from secondunit.effects.deage.train import HOLD_OUT, Sittings
from secondunit.errors import BrokenStore


def picture(seed, size=96):
    return cv2.GaussianBlur(np.random.default_rng(seed).random((size, size, 3), np.float32), (0, 0), 3)


@pytest.mark.parametrize("seed", range(6))
def test_the_same_age_teaches_no_difference(seed):
    one = picture(seed)
    pair = Pair(one, one, np.ones((96, 96), np.float32))
    seen, difference, weight = photographed(pair, np.random.default_rng(seed))
    assert seen.shape == difference.shape == (96, 96, 3)
    assert weight.shape == (96, 96)
    assert 0 <= seen.min() <= seen.max() <= 1
    assert not difference.any()


def test_a_mark_of_age_is_in_the_difference_and_grain_is_not():
    young = np.full((96, 96, 3), 0.5, np.float32)
    old = young.copy()
    old[40:56, 40:56] -= 0.2
    found = [
        photographed(Pair(old, young, np.ones((96, 96), np.float32)), np.random.default_rng(seed))[1]
        for seed in range(12)
    ]
    assert np.mean([one.max() for one in found]) > 0.1
    assert np.median([np.abs(one).mean() for one in found]) < 0.02


def test_the_same_seed_draws_the_same():
    pair = Pair(picture(1), picture(2), np.ones((96, 96), np.float32))
    one, other = (photographed(pair, np.random.default_rng(3)) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def write_set(folder, number, ages=(25, 70)):
    path = folder / f"{number:06d}"
    path.mkdir(parents=True)
    maps = np.zeros((SIDE_PX, SIDE_PX, 4), np.uint8)
    maps[64:192, 64:192, 2] = 255  # skin, in the order blue, green, red, alpha
    maps[16:48, 16:48, 0] = 255  # eyes
    for age in ages:
        cv2.imwrite(str(path / f"{age}.png"), np.full((SIDE_PX, SIDE_PX, 3), age, np.uint8))
        cv2.imwrite(str(path / f"{age}_maps.png"), maps)
    (path / "set.json").write_text(json.dumps({"ages": list(ages)}))


def test_sets_that_are_held_out_are_not_trained_on(tmp_path):
    for number in range(1, 2 * HOLD_OUT + 1):
        write_set(tmp_path, number)
    trained, held = Sittings(tmp_path), Sittings(tmp_path, held_out=True)
    assert trained.scan() == 2 * (HOLD_OUT - 1)
    assert held.scan() == 2
    assert not set(trained.names) & set(held.names)


def test_eyes_keep_what_is_shown(tmp_path):
    write_set(tmp_path, 1)
    pair = Sittings(tmp_path).between("000001", 0, 1)
    assert np.array_equal(pair.wanted[20:40, 20:40], pair.seen[20:40, 20:40])
    assert np.allclose(pair.wanted[96, 96] - pair.seen[96, 96], 45 / 255)
    assert pair.weight[96, 96] > pair.weight[224, 224]


def test_a_picture_that_is_missing_is_said(tmp_path):
    write_set(tmp_path, 1)
    (tmp_path / "000001" / "70.png").unlink()
    sittings = Sittings(tmp_path)
    sittings.scan()
    with pytest.raises(BrokenStore, match=r"70\.png"):
        sittings.pair(np.random.default_rng(0))
