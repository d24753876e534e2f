"""What is a line in skin, and what is not."""

import cv2
import numpy as np
import pytest

from secondunit.effects.deage.lines import lines

SIDE_PX = 256
TONE = np.array([0.72, 0.55, 0.48], np.float32)  # of skin, in codes


def skin(seed=1):
    """Pores: noise a pixel or two wide."""
    noise = np.random.default_rng(seed).normal(size=(SIDE_PX, SIDE_PX)).astype(np.float32)
    return TONE * (1 + np.float32(0.03) * cv2.GaussianBlur(noise, (0, 0), 0.8)[..., None])


def furrow(turn_deg, depth=0.12):
    """A line through the middle: dark and red at its bottom, light on its banks."""
    rows, columns = np.mgrid[:SIDE_PX, :SIDE_PX].astype(np.float32) - SIDE_PX / 2
    turn = np.deg2rad(turn_deg)
    across = rows * np.cos(turn) - columns * np.sin(turn) + 4 * np.sin(columns / 30)
    bottom, banks = (np.exp(-(away**2) / (2 * 1.5**2)) for away in (across, np.abs(across) - 4))
    profile = bottom - np.float32(0.35) * banks
    return -depth * profile[..., None] * np.array([0.55, 1.0, 1.1], np.float32) * TONE


EVERYWHERE = np.ones((SIDE_PX, SIDE_PX), np.float32)
INSIDE = np.s_[24:-24, 24:-24]


def energy(picture):
    return float((picture[INSIDE] ** 2).sum())


@pytest.mark.parametrize("turn_deg", [0, 37, 90, 141])
def test_a_line_goes_in_all_colours_and_the_pores_on_it_stay(turn_deg):
    pores, line = skin(), furrow(turn_deg)
    left = pores + line - lines(pores + line, EVERYWHERE)
    for channel in range(3):
        assert energy((left - pores)[..., channel]) < 0.25 * energy(line[..., channel])
    on_it = np.abs(line[..., 1]) > 0.5 * np.abs(line[..., 1]).max()
    on_it[:24], on_it[-24:], on_it[:, :24], on_it[:, -24:] = False, False, False, False
    fine = [picture - cv2.GaussianBlur(picture, (0, 0), 1.5) for picture in (pores, left)]
    assert fine[1][on_it].std() > 0.8 * fine[0][on_it].std()


def test_skin_without_lines_stays():
    pores = skin(2)
    assert energy(lines(pores, EVERYWHERE)) < 0.05 * energy(pores - cv2.GaussianBlur(pores, (0, 0), 5))


def test_the_edge_of_a_shadow_stays():
    shade = np.where(np.arange(SIDE_PX) < SIDE_PX // 2, 1.0, 0.7).astype(np.float32)[None, :, None]
    lit = skin(3) * cv2.GaussianBlur(np.broadcast_to(shade, (SIDE_PX, SIDE_PX, 3)).copy(), (0, 0), 1.0)
    assert np.abs(lines(lit, EVERYWHERE)).max() < 0.1 * 0.3 * TONE.max()


def test_what_is_no_skin_stays_and_tells_nothing():
    bare = EVERYWHERE.copy()
    bare[:, SIDE_PX // 2 :] = 0
    found = lines(skin() + furrow(0), bare)
    assert found[:, : SIDE_PX // 2].any()
    assert not found[:, SIDE_PX // 2 :].any()
    assert not lines(skin(), 0 * EVERYWHERE).any()
