import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from secondunit.imaging.extent import around, extent, within


@settings(deadline=None)  # the first call loads the kernel
@given(st.integers(0, 11), st.integers(0, 13), st.integers(1, 4), st.sampled_from([0.0, 1.0]), st.randoms())
def test_the_rectangle_holds_all_that_is_something_and_no_row_or_column_more(rows, columns, channels, neutral, random):
    layer = np.full((12, 14, channels), neutral, np.float16)
    for _ in range(random.randint(1, 4)):
        layer[random.randint(0, rows), random.randint(0, columns), random.randrange(channels)] = 0.5
    found = extent(layer, neutral)
    busy = (layer != neutral).any(-1)
    down, across = np.flatnonzero(busy.any(1)), np.flatnonzero(busy.any(0))
    assert found == (slice(down[0], down[-1] + 1), slice(across[0], across[-1] + 1))


def test_nothing_has_no_pixels_and_does_not_count_beside_something():
    nothing = extent(np.ones((5, 6, 3), np.float16), 1.0)
    assert nothing == (slice(0, 0), slice(0, 0))
    some = (slice(2, 3), slice(4, 6))
    assert around(nothing, some, nothing) == some
    assert around(nothing) == nothing
    assert around(some, (slice(1, 2), slice(0, 1))) == (slice(1, 3), slice(0, 6))


def test_what_two_rectangles_share():
    one = (slice(1, 5), slice(2, 8))
    assert within(one, (slice(3, 9), slice(0, 4))) == (slice(3, 5), slice(2, 4))
    assert within(one, (slice(5, 9), slice(0, 4))) == (slice(0, 0), slice(0, 0))
