import numpy as np

from secondunit.imaging.half import floats, halves, round_into


def test_every_half_float_survives_the_way_there_and_back():
    every = np.arange(65536, dtype=np.uint16).view(np.float16)
    wide = floats(every)
    assert np.array_equal(wide, every.astype(np.float32), equal_nan=True)
    known = ~np.isnan(every)
    assert np.array_equal(halves(wide)[known].view(np.uint16), every[known].view(np.uint16))
    assert np.isnan(halves(wide)[~known]).all()


def test_rounding_is_that_of_ieee_754():
    exponents = np.linspace(-30, 18, 40001)
    values = np.exp2(exponents) * np.where(np.arange(len(exponents)) % 2, 1, -1)
    ties = np.arange(0, 4096, dtype=np.float32) * np.float32(2.0**-25)  # half way between denormals
    for wide in (values.astype(np.float32), ties, np.array([65519.9, 65520, 1e30, np.inf, -np.inf, 0, -0.0], "f4")):
        with np.errstate(over="ignore"):
            assert np.array_equal(halves(wide).view(np.uint16), wide.astype(np.float16).view(np.uint16))


def test_shape_and_stride_do_not_matter():
    picture = np.random.default_rng(2).random((5, 7, 4)).astype(np.float32)
    assert np.array_equal(halves(picture[..., 1:3]), picture[..., 1:3].astype(np.float16))
    assert np.array_equal(floats(halves(picture)[::2]), picture.astype(np.float16)[::2].astype(np.float32))


def test_rounding_some_columns_leaves_what_is_kept_and_the_rest_alone():
    picture = np.random.default_rng(3).standard_normal((6, 9, 3)).astype(np.float32)
    before, kept = picture.copy(), np.empty((6, 4, 3), np.float16)
    round_into(picture, 2, kept)
    assert np.array_equal(kept, before[:, 2:6].astype(np.float16))
    assert np.array_equal(picture[:, 2:6], kept.astype(np.float32))
    assert np.array_equal(np.delete(picture, np.s_[2:6], 1), np.delete(before, np.s_[2:6], 1))
