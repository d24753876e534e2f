"""Pictures that cover a piece once: rugs, paintings, maps, book cloth. All made of chance and geometry."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from secondunit.effects.sets.kit.textures import Texture, made, painter
from secondunit.imaging.noise import Image, Rng, noise, step


def _whole(picture: Image, height: Image | None = None) -> Texture:
    flat = np.zeros(picture.shape[:2], np.float32) if height is None else height
    return made(picture.astype(np.float32), flat, (1.0, 1.0))


def _grid(rows: int, columns: int) -> tuple[Image, Image]:
    """x (1, w) and y (h, 1) from -1 to 1."""
    x = np.linspace(-1, 1, columns, dtype=np.float32)[None]
    return x, np.linspace(-1, 1, rows, dtype=np.float32)[:, None]


@painter("books")
def _books(rng: Rng) -> Texture:
    """Colours of cloth and leather bindings along u: many browns and greys, a few that sing."""
    count = 64
    tints = np.array([
        (0.16, 0.07, 0.04), (0.10, 0.05, 0.035), (0.05, 0.045, 0.04), (0.35, 0.29, 0.2), (0.55, 0.48, 0.37),
        (0.03, 0.05, 0.09), (0.04, 0.08, 0.055), (0.22, 0.035, 0.028), (0.4, 0.2, 0.06), (0.25, 0.23, 0.21),
        (0.6, 0.55, 0.46), (0.07, 0.13, 0.16), (0.14, 0.11, 0.08), (0.02, 0.02, 0.022),
    ], np.float32)  # fmt: skip
    chosen = tints[rng.integers(0, len(tints), count)] * np.exp(rng.normal(0, 0.22, (count, 1)))
    return _whole(np.repeat(np.repeat(chosen[None], 4, 0), 16, 1).astype(np.float32))


@painter("persian")
def _persian(rng: Rng) -> Texture:
    """A knotted rug: borders of rosettes, a medallion on a field of small flowers, abrash across."""
    rows, columns = 900, 1300
    x, y = _grid(rows, columns)
    fold_x, fold_y = np.abs(x) * 1.45, np.abs(y)
    edge = np.minimum(1.45 - fold_x, 1 - fold_y)
    warp = 0.06 * np.sin(9 * fold_x + 3 * np.sin(5 * fold_y)) + 0.05 * np.sin(11 * fold_y + 2 * np.sin(7 * fold_x))
    medallion = np.hypot(fold_x / 0.85, fold_y / 0.62) + 0.07 * np.cos(12 * np.arctan2(fold_y, fold_x)) + warp * 0.4
    bloom = np.sin(26 * fold_x + 3 * np.sin(13 * fold_y)) * np.sin(26 * fold_y + 3 * np.sin(13 * fold_x))
    vine = np.abs(np.sin(13 * fold_x + 2.6 * np.sin(9 * fold_y)) + np.sin(12 * fold_y + 2 * np.sin(8 * fold_x)))
    ground, navy = np.array([1.0, 1.0, 1.0], np.float32), np.array([0.16, 0.75, 2.2], np.float32)
    ivory, ochre = np.array([3.2, 9.5, 11.0], np.float32) * 0.75, np.array([2.2, 4.2, 2.4], np.float32) * 0.8
    tint = ground + 0 * edge[..., None]

    def lay(where: Any, shade: Image) -> None:
        tint[where] = shade

    lay(vine < 0.10, ochre)
    lay(bloom > 0.72, ivory)
    lay(bloom < -0.8, navy)
    lay(medallion < 1.0, navy)
    lay((medallion < 0.97) & (vine < 0.14), ivory)
    lay((medallion < 0.97) & (bloom > 0.6), ochre)
    lay(medallion < 0.52, ground)
    lay((medallion < 0.5) & (bloom > 0.4), ivory)
    lay(medallion < 0.2, ochre)
    lay(np.abs(medallion - 1.0) < 0.02, ivory)
    for low, high, shade in ((0.30, 0.315, ivory), (0.10, 0.30, navy), (0.085, 0.10, ivory), (0.0, 0.085, ground)):
        lay((edge >= low) & (edge < high), shade)
    run = np.where(1.45 - fold_x < 1 - fold_y, fold_y, fold_x)
    rosette = np.hypot((np.mod(run, 0.2) - 0.1) * 1.0, edge - 0.2)
    lay((rosette < 0.072) & (edge < 0.3), ground)
    lay((rosette < 0.045) & (edge < 0.3), ivory)
    lay((rosette < 0.02) & (edge < 0.3), ochre)
    lay((np.abs(edge - 0.0425) < 0.02) & (np.mod(run, 0.08) < 0.045), ochre)
    abrash = np.exp(0.16 * noise((rows, columns), rng, slope=1.6, low=1, stretch=6.0))[..., None]
    knots = np.exp(0.12 * noise((rows, columns), rng, slope=0.3, low=200))[..., None]
    worn = 0.62 + 0.38 * step(noise((rows, columns), rng, slope=1.5, low=2), -2.2, 0.5)[..., None]
    tint = cv2.GaussianBlur(tint, (0, 0), 0.8) * abrash * knots
    return _whole(tint * worn + (1 - worn) * 1.5)


@painter("deco_rug")
def _deco_rug(rng: Rng) -> Texture:
    """Fans and steps: a geometric rug of the nineteen-twenties."""
    rows, columns = 900, 1300
    x, y = _grid(rows, columns)
    u, v = np.abs(x) * 1.45, np.abs(y)
    tint = np.ones((rows, columns, 3), np.float32)
    dark, accent = np.array([0.05, 0.055, 0.06], np.float32), np.array([0.09, 0.25, 0.22], np.float32)
    radius = np.hypot(u, v)
    tint[(np.mod(radius, 0.22) < 0.022) & (radius < 0.9)] = dark
    fan = np.mod(np.arctan2(v, u) * 12 / np.pi, 1.0)
    tint[(radius > 0.9) & (fan < 0.5)] = accent
    tint[np.abs(radius - 0.9) < 0.02] = dark
    edge = np.minimum(1.45 - u, 1 - v)
    tint[edge < 0.16] = dark
    tint[(edge > 0.09) & (edge < 0.105)] = 1.0
    knots = np.exp(0.1 * noise((rows, columns), rng, slope=0.3, low=200) + 0.05 * noise((rows, columns), rng))
    return _whole(cv2.GaussianBlur(tint, (0, 0), 0.8) * knots[..., None])


@painter("abstract")
def _abstract(rng: Rng) -> Texture:
    """Fields of colour with soft, worked edges and one dark stroke."""
    rows, columns = 800, 1000
    x, y = _grid(rows, columns)
    edge = 0.018 * noise((rows, columns), rng, slope=1.5, low=3)
    ground, warm, dark, pale = (np.array(c, np.float32) for c in
        ((0.62, 0.55, 0.44), (0.36, 0.115, 0.04), (0.025, 0.026, 0.03), (0.75, 0.7, 0.6)))  # fmt: skip
    tint = ground * np.ones((rows, columns, 1), np.float32)
    for low, high, left, right, shade in (
        (-0.85, -0.12, -0.8, 0.82, warm), (0.0, 0.86, -0.78, 0.35, dark), (0.1, 0.8, 0.42, 0.8, pale),
    ):  # fmt: skip
        inside = np.minimum(np.minimum(y - low, high - y), np.minimum(x - left, right - x)) + edge
        cover = step(inside, 0.0, 0.05)[..., None] * 0.95
        tint = tint * (1 - cover) + shade * cover
    stroke = np.abs(y - 0.25 * np.sin(2.2 * x + 0.6) + 0.1 + edge) < 0.03 + 0.02 * np.sin(5 * x)
    tint[stroke & (np.abs(x) < 0.9)] = dark
    brush = noise((rows, columns), rng, slope=1.0, low=8, stretch=0.3)
    return _whole(tint * np.exp(0.11 * brush)[..., None], 0.0004 * brush)


@painter("landscape")
def _landscape(rng: Rng) -> Texture:
    """An old landscape under brown varnish: evening sky, hills behind hills, a lake, dark trees."""
    rows, columns = 800, 1100
    x, y = _grid(rows, columns)
    up = -y + 0 * x  # row 0 is the lower edge: v grows up
    up = -up
    clouds = noise((rows, columns), rng, slope=1.6, low=2, stretch=0.4)
    glow = np.exp(-((up - 0.15) ** 2) / 0.18)[..., None]
    tint = np.array([0.10, 0.15, 0.2], np.float32) * (1 - glow) + np.array([0.62, 0.42, 0.2], np.float32) * glow
    tint = tint * np.exp(0.26 * clouds)[..., None]
    line = np.cumsum(rng.normal(0, 1, (4, columns)), axis=1)
    for k in range(4):
        ridge = cv2.GaussianBlur(line[k : k + 1].astype(np.float32), (0, 0), 30 - 6 * k)
        ridge = (ridge - ridge.mean()) / (np.abs(ridge).max() + 1e-6) * 0.16 + 0.14 - 0.2 * k
        shade = (
            np.array([0.17, 0.15, 0.12], np.float32) * 0.62**k * np.array([1, 1 - 0.03 * k, 1 - 0.12 * k], np.float32)
        )
        rough = np.exp(0.2 * noise((rows, columns), rng, slope=1.2, low=6))[..., None]
        cover = step(ridge - up, 0, 0.012)[..., None]
        tint = tint * (1 - cover) + shade * rough * cover
    lake = step(-np.abs(up + 0.33) + 0.08 + 0.05 * np.sin(3 * x), 0, 0.02)[..., None]
    tint = tint * (1 - lake) + np.array([0.3, 0.24, 0.15], np.float32) * lake
    for _ in range(60):
        cx, cy, r = rng.uniform(-1, -0.45), rng.uniform(-0.5, 0.55), rng.uniform(0.05, 0.15)
        leafy = np.hypot(x - cx, up - cy) + 0.03 * clouds < r
        tint[leafy] = np.array([0.035, 0.04, 0.018]) * rng.uniform(0.6, 1.7)
    brush = noise((rows, columns), rng, slope=0.9, low=20)
    vignette = (1 - 0.35 * (x**2 + y**2) / 2)[..., None]
    return _whole(tint * np.exp(0.09 * brush)[..., None] * vignette, 0.0002 * brush)


@painter("map")
def _map(rng: Rng) -> Texture:
    """A chart of a coast: land, contours of depth, a graticule, a frame; of nowhere."""
    rows, columns = 900, 1300
    x, y = _grid(rows, columns)
    land = noise((rows, columns), rng, slope=1.75, low=1) + 0.12 * noise((rows, columns), rng, slope=1.2, low=10)
    tint = np.array([0.62, 0.6, 0.5], np.float32) * np.ones((rows, columns, 1), np.float32)
    tint[land < 0] = (0.42, 0.5, 0.5)
    tint[np.abs(land) < 0.012] = 0.06
    for level in (-1.2, -0.8, -0.4, 0.5, 1.0, 1.5):
        tint[np.abs(land - level) < 0.008] *= 0.55
    for lines in (np.mod((x + 1) * 4, 1.0), np.mod((y + 1) * 3, 1.0)):
        tint[(lines < 0.012) & np.ones((rows, columns), bool)] *= 0.7
    edge = np.minimum(1 - np.abs(x), 1 - np.abs(y))
    tint[edge < 0.05] = (0.66, 0.62, 0.5)
    tint[np.abs(edge - 0.05) < 0.004] = 0.05
    age = np.exp(0.07 * noise((rows, columns), rng, slope=1.5, low=2))[..., None]
    return _whole(tint * age)
