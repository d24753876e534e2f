"""Contact sheets: every picture where it belongs, captions that never run into each other."""

import numpy as np
import pytest

from secondunit.imaging.sheet import contact_sheet

GROUND = 26


def tiles(count, height=90, width=160):
    return [np.full((height, width, 3), (60 + 15 * index, 250 - 15 * index, 0), np.uint8) for index in range(count)]


@pytest.mark.parametrize(("count", "columns"), [(1, 1), (6, 3), (7, 4), (12, 4), (3, 6)])
def test_every_picture_is_there_in_reading_order(count, columns):
    sheet = contact_sheet(tiles(count), [f"picture {index}" for index in range(count)], columns=columns, title="A shot")
    assert sheet.shape[1] == 1920
    centres = []
    for picture in tiles(count):
        where = np.argwhere(np.all(sheet == picture[0, 0], axis=-1))
        assert len(where) > 1000
        assert np.prod(np.ptp(where, axis=0) + 1) == len(where), "one whole rectangle"
        centres.append(where.mean(axis=0))
    for index, (y, x) in enumerate(centres):
        assert y == pytest.approx(centres[index - index % columns][0], abs=1), "one row, one height"
        if index % columns:
            assert x > centres[index - 1][1]
        elif index:
            assert y > centres[index - 1][0]


def test_the_aspect_is_kept():
    sheet = contact_sheet(tiles(1, 80, 200), ["wide"], columns=2)
    where = np.argwhere(np.all(sheet == tiles(1)[0][0, 0], axis=-1))
    height, width = np.ptp(where, axis=0) + 1
    assert width / height == pytest.approx(2.5, rel=0.01)


def test_a_long_caption_stays_below_its_own_picture():
    sheet = contact_sheet(tiles(2), ["", "long " * 100], columns=2, numbered=True).astype(int)
    lit = np.abs(sheet - GROUND).max(axis=-1) > 60
    picture = np.all(sheet == tiles(2)[1][0, 0], axis=-1)
    left, right = np.argwhere(picture)[:, 1].min(), np.argwhere(picture)[:, 1].max()
    below = lit[np.argwhere(picture)[:, 0].max() + 1 :]
    columns = np.flatnonzero(below.any(axis=0))
    assert columns.max() <= right
    assert np.any((columns >= left) & (columns <= right))


def test_the_page_is_neutral():
    sheet = contact_sheet(tiles(2), ["a", "b"], columns=2, title="Title", subtitle="small", width_px=800).astype(int)
    page = sheet[:20]
    assert np.all(page == page[..., :1]), "no colour cast beside the pictures"
    assert np.array_equal(
        sheet, contact_sheet(tiles(2), ["a", "b"], columns=2, title="Title", subtitle="small", width_px=800)
    )


def test_pictures_and_captions_must_match():
    for pictures, captions, columns in ((tiles(2), ["a"], 1), ([], [], 1), (tiles(1), ["a"], 0)):
        with pytest.raises(ValueError, match="pictures"):
            contact_sheet(pictures, captions, columns=columns)
