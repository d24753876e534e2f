"""What stands on screens of control rooms: charts, traces, rows of words and lamps, of nothing. Made by chance."""

from __future__ import annotations

import cv2
import numpy as np

from secondunit.effects.sets.kit.textures import Texture, made, painter
from secondunit.imaging.noise import Image, Rng, noise

ROWS, COLUMNS = 360, 640
CYAN, GREEN, AMBER, RED, WHITE = (
    (0.35, 1.7, 2.1), (0.4, 1.9, 0.6), (2.3, 1.2, 0.2), (2.6, 0.25, 0.15), (1.8, 1.9, 2.0),
)  # fmt: skip
Box = tuple[int, int, int, int]  # left, foot, right, head, pixels; row 0 is the foot


def _blank() -> Image:
    picture = np.full((ROWS, COLUMNS, 3), (0.02, 0.024, 0.04), np.float32)
    picture[:, ::40] *= 1.7
    picture[::40] *= 1.7
    return picture


def _frame(picture: Image, box: Box) -> None:
    left, foot, right, head = box
    for rows, columns in (
        (slice(foot, foot + 2), slice(left, right)), (slice(head - 2, head), slice(left, right)),
        (slice(foot, head), slice(left, left + 2)), (slice(foot, head), slice(right - 2, right)),
    ):  # fmt: skip
        picture[rows, columns] = (0.12, 0.4, 0.5)
    picture[head - 14 : head - 2, left + 2 : left + (right - left) // 2] = (0.1, 0.32, 0.4)


def _words(picture: Image, rng: Rng, box: Box) -> None:
    """Rows of marks as long as words are; a few of them warn."""
    left, foot, right, head = box
    for y in range(head - 30, foot + 8, -11):
        colour, x = (AMBER if rng.random() < 0.12 else CYAN), left + 10
        while x < right - 14:
            long = int(rng.integers(6, 34))
            picture[y : y + 4, x : min(x + long, right - 8)] = np.array(colour) * rng.uniform(0.35, 0.8)
            x += long + 6


def _traces(picture: Image, rng: Rng, box: Box) -> None:
    """Curves over each other."""
    left, foot, right, head = box
    at = np.arange(left + 8, right - 8)
    for number, colour in enumerate((GREEN, CYAN, AMBER)):
        curve = noise((4, 1024), rng, slope=2.3, low=3)[0, : len(at)]
        middle = foot + (head - foot) * (0.25 + 0.2 * number)
        level = np.clip(middle + 0.1 * (head - foot) * curve, foot + 6, head - 20)
        cv2.polylines(picture, [np.stack([at, level], -1).astype(np.int32)], False, colour, 2)


def _chart(picture: Image, rng: Rng, box: Box) -> None:
    """A coast in lines, ways across it, and marks along them."""
    left, foot, right, head = box
    high, wide = head - foot, right - left
    land = noise((high, wide), rng, slope=1.7, low=2)
    part = picture[foot:head, left:right]
    part[land > 0.15] = (0.06, 0.15, 0.13)
    part[np.abs(land - 0.15) < 0.03] = (0.3, 1.1, 0.9)
    for _ in range(4):
        t = np.linspace(0, 1, 400)
        ends = rng.uniform(0.1, 0.9, (3, 2)) * (wide - 8, high - 8)
        way = ends[0] * ((1 - t) ** 2)[:, None] + ends[1] * (2 * t * (1 - t))[:, None] + ends[2] * (t**2)[:, None]
        x, y = way.astype(int).T
        part[y, x] = part[y, x + 1] = AMBER
        for k in (0, 399):
            part[y[k] : y[k] + 6, x[k] : x[k] + 6] = RED if k else WHITE


def _lamps(picture: Image, rng: Rng, box: Box) -> None:
    """Fields that are lit or not."""
    left, foot, right, head = box
    for y in range(foot + 8, head - 22, 16):
        for x in range(left + 8, right - 26, 28):
            colour = (GREEN, GREEN, CYAN, AMBER, RED)[int(rng.choice(5, p=(0.45, 0.2, 0.2, 0.1, 0.05)))]
            picture[y : y + 10, x : x + 22] = np.array(colour) * (0.75 if rng.random() < 0.6 else 0.12)


def _texture(picture: Image) -> Texture:
    return made(picture, np.zeros((ROWS, COLUMNS), np.float32), (1.0, 1.0))


@painter("readout_chart")
def _readout_chart(rng: Rng) -> Texture:
    """A large chart with a column of words."""
    picture = _blank()
    chart, words = (10, 10, 470, 350), (480, 10, 630, 350)
    _chart(picture, rng, chart)
    _words(picture, rng, words)
    for box in (chart, words):
        _frame(picture, box)
    return _texture(picture)


@painter("readout_traces")
def _readout_traces(rng: Rng) -> Texture:
    """Two panels of curves over a row of fields."""
    picture = _blank()
    panels = (10, 120, 310, 350), (330, 120, 630, 350)
    for box in panels:
        _traces(picture, rng, box)
    fields = (10, 10, 630, 110)
    _lamps(picture, rng, fields)
    for box in (*panels, fields):
        _frame(picture, box)
    return _texture(picture)


@painter("readout_words")
def _readout_words(rng: Rng) -> Texture:
    """Three columns of words and a panel of fields."""
    picture = _blank()
    columns = (10, 10, 210, 350), (220, 10, 420, 350), (430, 150, 630, 350)
    for box in columns:
        _words(picture, rng, box)
    fields = (430, 10, 630, 140)
    _lamps(picture, rng, fields)
    for box in (*columns, fields):
        _frame(picture, box)
    return _texture(picture)
