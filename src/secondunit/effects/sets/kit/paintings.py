"""Pictures to hang: old ones in oil, new ones in fields of colour, so that no two on a wall are the same."""

from __future__ import annotations

import cv2
import numpy as np

from secondunit.effects.sets.kit.textures import Texture, made, painter
from secondunit.imaging.noise import Image, Rng, noise, step

ROWS, COLUMNS = 800, 1000
CREAM, SAND, RUST, INK, TEAL, OCHRE = (
    (0.68, 0.62, 0.5), (0.5, 0.4, 0.28), (0.34, 0.1, 0.04), (0.03, 0.032, 0.04), (0.05, 0.15, 0.16), (0.5, 0.27, 0.05),
)  # fmt: skip


def _axes() -> tuple[Image, Image]:
    """x (1, w) from -1.25 to 1.25 and y (h, 1) from -1, the foot, to 1."""
    x = np.linspace(-1.25, 1.25, COLUMNS, dtype=np.float32)[None]
    return x, np.linspace(-1, 1, ROWS, dtype=np.float32)[:, None]


def _ground(colour: tuple[float, float, float]) -> Image:
    return np.full((ROWS, COLUMNS, 3), colour, np.float32)


def _lay(picture: Image, inside: Image, colour: tuple[float, float, float], soft: float = 0.01) -> None:
    """Paint where ``inside`` (h, w) is above 0, with an edge that wide."""
    cover = step(inside, 0.0, soft)[..., None] * 0.96
    picture += (np.asarray(colour, np.float32) - picture) * cover


def _worked(picture: Image, rng: Rng, rough: float = 0.09) -> Texture:
    """With the marks of a brush."""
    brush = noise((ROWS, COLUMNS), rng, slope=1.0, low=8, stretch=0.3)
    return made((picture * np.exp(rough * brush)[..., None]).astype(np.float32), 0.0004 * brush, (1.0, 1.0))


@painter("abstract_arcs")
def _arcs(rng: Rng) -> Texture:
    """Half discs and a ring on a pale ground."""
    x, y = _axes()
    edge = 0.006 * noise((ROWS, COLUMNS), rng, slope=1.3, low=6)
    picture = _ground(CREAM)
    disc = 0.46 - np.hypot(x + 0.42, y - 0.3) + edge
    _lay(picture, np.minimum(disc, x + 0.42), RUST)
    _lay(picture, np.minimum(0.46 - np.hypot(x + 0.42, y - 0.3) + edge, -0.42 - x), SAND)
    _lay(picture, np.minimum(0.5 - np.hypot(x - 0.45, y + 0.28) + edge, -0.28 - y), TEAL)
    _lay(picture, 0.05 - np.abs(np.hypot(x - 0.45, y + 0.02) - 0.34) + edge, INK)
    _lay(picture, np.minimum(0.02 - np.abs(y + 0.62 + 0.04 * np.sin(2 * x)), 1.0 - np.abs(x)) + edge, INK)
    return _worked(picture, rng, 0.06)


@painter("abstract_bands")
def _bands(rng: Rng) -> Texture:
    """Bands that lie over each other, none of them quite straight."""
    x, y = _axes()
    picture, foot = _ground(INK), -1.05
    for colour, high in ((TEAL, 0.5), (SAND, 0.28), (CREAM, 0.62), (OCHRE, 0.16), (CREAM, 0.34), (RUST, 0.3)):
        drift = 0.03 * noise((ROWS, COLUMNS), rng, slope=1.6, low=2)
        _lay(picture, np.minimum(y - foot, foot + high - y) + drift + 0.02 * x, colour, 0.035)
        foot += high - 0.02
    return _worked(picture, rng, 0.13)


@painter("line_drawing")
def _lines(rng: Rng) -> Texture:
    """A drawing of a few leaves in ink on paper."""
    picture = np.full((ROWS, COLUMNS), 0.62, np.float32)
    for number in range(5):
        t = np.linspace(0, 1, 60)
        lean, high = -0.35 + 0.18 * number + rng.uniform(-0.05, 0.05), rng.uniform(0.55, 0.8)
        stem = np.stack([500 + 420 * lean * t**1.6, 90 + 640 * high * t], -1)
        cv2.polylines(picture, [stem.astype(np.int32)], False, (0.04,), 4, cv2.LINE_AA)
        for k in range(18, 60, 7):
            for side in (-1, 1):
                long, turn = (150 - 1.6 * k) * rng.uniform(0.8, 1.1), 55 * side + np.degrees(np.arctan2(lean, high))
                s = np.linspace(0, 1, 24)
                wide = 0.22 * long * np.sin(np.pi * s) ** 0.8
                across, along = np.concatenate([wide, -wide[::-1]]), np.concatenate([s, s[::-1]]) * long
                c, q = np.cos(np.radians(turn)), np.sin(np.radians(turn))
                leaf = np.stack([across * c + along * q, along * c - across * q], -1) + stem[k]
                cv2.polylines(picture, [leaf.astype(np.int32)], True, (0.05,), 3, cv2.LINE_AA)
    paper = np.exp(0.03 * noise((ROWS, COLUMNS), rng, slope=1.0, low=30))
    tint = (picture * paper)[..., None] * np.array([1.0, 0.96, 0.86], np.float32)
    return made(tint.astype(np.float32), np.zeros((ROWS, COLUMNS), np.float32), (1.0, 1.0))


@painter("seascape")
def _sea(rng: Rng) -> Texture:
    """A grey sea under broken clouds, a sail, under brown varnish."""
    x, y = _axes()
    clouds = noise((ROWS, COLUMNS), rng, slope=1.7, low=2, stretch=0.4)
    sky = np.array([0.24, 0.25, 0.24], np.float32) + 0.09 * clouds[..., None] * np.array([1.1, 1.0, 0.8], np.float32)
    light = np.exp(-((y + 0.1) ** 2) / 0.06 - (x - 0.35) ** 2 / 0.5)[..., None]
    picture = np.clip(sky + 0.3 * light * np.array([1.0, 0.85, 0.55], np.float32), 0.03, 1)
    waves = noise((ROWS, COLUMNS), rng, slope=1.1, low=10, stretch=0.15)
    depth = np.clip((-0.2 - y) / 0.8, 0, 1)[..., None]
    sea = np.array([0.15, 0.17, 0.15], np.float32) * (1 - 0.55 * depth) * np.exp(0.3 * waves)[..., None]
    below = step(-0.2 - y + 0 * x, 0.0, 0.012)[..., None]
    picture = picture * (1 - below) + (sea + 0.16 * light) * below
    sail = np.minimum(np.minimum(x + 0.5, 0.16 - (x + 0.5) - 0.35 * (y + 0.2)), y + 0.2)
    _lay(picture, sail, (0.4, 0.34, 0.24))
    _lay(picture, np.minimum(0.12 - np.abs(x + 0.45), 0.03 - np.abs(y + 0.215)), (0.03, 0.026, 0.02))
    vignette = (1 - 0.35 * (x**2 / 1.5 + y**2) / 2)[..., None]
    return _worked((picture * vignette).astype(np.float32), rng)


@painter("still_life")
def _still_life(rng: Rng) -> Texture:
    """Fruit in a bowl on a table before a dark wall."""
    x, y = _axes()
    shade = noise((ROWS, COLUMNS), rng, slope=1.6, low=2)
    picture = np.array([0.07, 0.05, 0.035], np.float32) * np.exp(0.3 * shade)[..., None]
    table = step(-0.32 - y + 0 * x, 0.0, 0.01)[..., None]
    picture = picture * (1 - table) + np.array([0.2, 0.11, 0.05], np.float32) * np.exp(0.15 * shade)[..., None] * table

    def round_thing(cx: float, cy: float, r: float, colour: tuple[float, float, float]) -> None:
        lit = np.clip(1 - np.hypot(x - cx + 0.4 * r, y - cy - 0.45 * r) / (1.5 * r), 0.05, 1) ** 1.2
        cover = step(r - np.hypot(x - cx, y - cy), 0.0, 0.012)[..., None]
        ball = np.asarray(colour, np.float32) * (0.15 + 1.6 * lit[..., None])
        picture[:] = picture * (1 - cover) + ball * cover

    for cx, cy, r, colour in (
        (-0.22, 0.0, 0.19, (0.35, 0.09, 0.04)), (0.12, 0.02, 0.2, (0.4, 0.23, 0.05)),
        (-0.05, 0.17, 0.17, (0.22, 0.2, 0.05)), (0.34, -0.02, 0.15, (0.16, 0.03, 0.05)),
        (0.72, -0.33, 0.14, (0.4, 0.24, 0.06)),
    ):  # fmt: skip
        round_thing(cx, cy, r, colour)
    bowl = np.minimum(0.52 - np.hypot((x - 0.06) * 0.85, y + 0.02), -0.06 - y)
    _lay(picture, bowl, (0.3, 0.28, 0.24))
    _lay(picture, np.minimum(0.16 - np.abs(x - 0.06), 0.06 - np.abs(y + 0.52)), (0.2, 0.19, 0.16))
    return _worked(picture.astype(np.float32), rng)
