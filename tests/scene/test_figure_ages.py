"""What the years do to a figure: deeper lines, more grey, the same person; and the data set's folders."""

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondunit.effects.deage import dataset
from secondunit.scene.figure import person, portrait
from secondunit.scene.figure.carving import Crease, carve
from secondunit.scene.figure.wrinkles import amounts, creases, strain

YEARS = (22, 35, 48, 61, 74, 88)


@pytest.mark.parametrize("seed", [1, 4, 9])
def test_lines_deepen_and_hair_greys_with_the_years(seed):
    who, sitting = person.sample(seed), portrait.sit(seed)
    lines = [amounts(who, years, {}) for years in YEARS]
    for family in lines[0]:
        strengths = [one[family] for one in lines]
        assert strengths == sorted(strengths), family
    assert lines[-1]["forehead"] > lines[0]["forehead"]
    grey = [portrait.hair_at(sitting, years).grey for years in YEARS]
    assert grey == sorted(grey)
    assert all(0 <= one <= 1 for one in grey)


def test_an_expression_folds_old_skin_deeper_and_young_skin_too():
    who, smile = person.sample(4), {"mouthSmileLeft": 1.0, "mouthSmileRight": 1.0}
    for years in (22, 70):
        assert amounts(who, years, smile)["crow"] > amounts(who, years, {})["crow"]
    assert all(0 <= one <= 1 for one in strain(smile).values())


def test_a_person_follows_from_a_number():
    assert person.sample(7) == person.sample(7)
    assert person.sample(7) != person.sample(8)
    one, other = (creases(person.sample(7), 70, {}) for _ in range(2))
    assert all(
        np.array_equal(a.path_dm, b.path_dm) and a.depth_mm == b.depth_mm for a, b in zip(one, other, strict=True)
    )


def test_a_crease_is_as_deep_as_it_says_and_nothing_is_carved_far_from_it():
    path = np.array([[-0.4, 8.2], [0.0, 8.22], [0.4, 8.2]])
    shallow, deep = (carve([Crease(path, depth, 0.8)], seed=3) for depth in (0.2, 0.4))
    np.testing.assert_allclose(deep, 2 * shallow, atol=1e-7)
    assert 0.2e-3 < -deep.min() < 0.4e-3 * 1.7, "metres; a grown line is uneven"
    assert np.abs(deep[deep.shape[0] // 2 :]).max() == 0, "the lower half of the chart is far away"
    assert not carve([], seed=3).any()


@given(st.integers(0, 10_000), st.integers(2, 8))
def test_a_set_holds_somebody_young_and_somebody_old(seed, count):
    found = dataset.ages(seed, count)
    assert found == sorted(found)
    assert len(set(found)) == count
    assert dataset.YOUNGEST <= found[0] < found[-1] < dataset.OLDEST


def test_light_that_rises_shows_as_codes_that_rise_and_never_wrap():
    ramp = np.linspace(-0.1, 40, 4000, dtype=np.float32)[None, :, None].repeat(3, axis=2)
    codes = dataset.encode(ramp)[0, :, 0].astype(int)
    assert (np.diff(codes) >= 0).all()
    assert (codes[0], codes[-1]) == (0, 255)


def test_a_folder_goes_on_from_whole_sets_and_throws_half_ones_away(tmp_path, monkeypatch):
    whole, half = tmp_path / "000000", tmp_path / ".000001.123"
    for folder in (whole, half):
        folder.mkdir()
        (folder / "25.png").write_bytes(b"a picture")
    monkeypatch.setattr(sys, "argv", ["dataset", "--out", str(tmp_path), "--sets", "1", "--workers", "1"])
    dataset.main()
    assert (whole / "25.png").read_bytes() == b"a picture"
    assert [one.name for one in tmp_path.iterdir()] == ["000000"]
