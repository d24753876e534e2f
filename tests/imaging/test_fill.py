import numpy as np
import pytest

from secondunit.imaging.fill import fill


def street(height=120, width=200):
    """Sky above, a striped fence, a chequered ground: what a fill must carry across."""
    y, x = np.mgrid[0:height, 0:width]
    sky = np.stack([0.3 + 0 * y, 0.4 + 0 * y, 0.6 + 0.2 * y / height], axis=-1)
    fence = np.where((x // 5 % 2)[..., None], (0.5, 0.3, 0.2), (0.2, 0.12, 0.08))
    ground = np.where(((x // 8 + y // 8) % 2)[..., None], (0.30, 0.30, 0.28), (0.22, 0.22, 0.21))
    picture = np.where((y < 50)[..., None], sky, np.where((y < 80)[..., None], fence, ground))
    return picture.astype(np.float32)


@pytest.fixture(scope="module")
def hole():
    mask = np.zeros((120, 200), bool)
    mask[20:105, 80:125] = True
    return mask


@pytest.fixture(scope="module")
def filled(hole):
    picture = street()
    spoilt = picture.copy()
    spoilt[hole] = (9.0, 0.0, 9.0)
    return fill(spoilt, hole, np.zeros_like(hole))


def test_outside_the_hole_no_bit_changes(filled, hole):
    assert filled[~hole].tobytes() == street()[~hole].tobytes()


def test_nothing_of_the_hole_survives_and_layers_stay_at_their_height(filled, hole):
    assert filled.max() < 1.0
    truth = street()
    inside = slice(85, 120)
    for row in (30, 40, 60, 70, 90, 100):
        found, wanted = filled[row, inside].mean(axis=0), truth[row, inside].mean(axis=0)
        assert np.abs(found - wanted).max() < 0.06, f"row {row}: {found} for {wanted}"


def test_texture_is_carried_on_not_smeared(filled):
    fence = filled[55:75, 85:120, 0]
    assert fence.std() > 0.5 * street()[55:75, 85:120, 0].std()


def test_the_same_seed_gives_the_same_bits_and_another_seed_may_not(hole):
    picture = street() + np.random.default_rng(2).normal(0, 0.02, (120, 200, 3)).astype(np.float32)
    first, again = (fill(picture, hole, np.zeros_like(hole), seed=4) for _ in range(2))
    other = fill(picture, hole, np.zeros_like(hole), seed=5)
    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != other.tobytes()


def test_what_may_not_be_copied_is_not_copied(hole):
    picture = street()
    picture[:, 150:] = (0.0, 0.9, 0.0)
    unusable = np.zeros_like(hole)
    unusable[:, 146:] = True
    result = fill(picture, hole, unusable)
    assert not ((result[hole][:, 1] > 0.7) & (result[hole][:, 0] < 0.1)).any()


def test_a_hole_that_leaves_nothing_says_so():
    with pytest.raises(ValueError, match="nothing of the picture"):
        fill(street(), np.ones((120, 200), bool), np.zeros((120, 200), bool))
