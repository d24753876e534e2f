"""Painted surfaces of noise: brick, stone, plaster, asphalt, slabs, windows. Albedo is scene-linear RGB."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from secondunit.imaging.noise import Image, Rng, mix, noise, step


def bricks(
    size_m: tuple[float, float],
    px_per_m: float,
    rng: Rng,
    *,
    colour: tuple[float, float, float],
    mortar: tuple[float, float, float] = (0.30, 0.27, 0.23),
    spread: float = 0.22,
    hue: float = 1.0,
    brick_m: tuple[float, float] = (0.225, 0.075),
) -> Image:
    """A brick wall (h, w, 3) in running bond; every brick has its own tint and some are burnt dark."""
    height, width = round(size_m[1] * px_per_m), round(size_m[0] * px_per_m)
    y = ((np.arange(height) + 0.5) / px_per_m)[:, None]
    x = ((np.arange(width) + 0.5) / px_per_m)[None]
    row = np.floor(y / brick_m[1]).astype(int)
    shifted = x + 0.5 * brick_m[0] * (row % 2) + 0.004 * np.sin(row * 7.3)
    column = np.floor(shifted / brick_m[0]).astype(int)
    tints = rng.normal(0, 1, (row.max() + 2, column.max() + 2)).astype(np.float32)
    hues = rng.normal(0, hue, tints.shape).astype(np.float32)
    dark = (rng.random(tints.shape) < 0.07).astype(np.float32)
    rows = np.broadcast_to(row, column.shape)
    tint, turn, burnt = tints[rows, column], hues[rows, column], dark[rows, column]
    fine = noise((height, width), rng, slope=0.7, low=40)
    level = np.exp(spread * tint + 0.10 * fine) * (1 - 0.45 * burnt)
    tone = np.stack([1 + 0.02 * turn, 1 - 0.07 * turn, 1 - 0.12 * turn], -1)
    level = level * np.exp(0.16 * _patches(rows, column, rng))
    body = np.asarray(colour, np.float32) * level[..., None] * tone
    u, v = np.mod(shifted, brick_m[0]), np.mod(y, brick_m[1])
    edge = np.minimum(np.minimum(u, brick_m[0] - u), np.minimum(v, brick_m[1] - v))
    joint = 1 - step(edge + 0.0015 * fine, 0.003, 0.003 + max(0.004, 0.7 / px_per_m))
    grout = np.asarray(mortar, np.float32) * np.exp(0.12 * fine)[..., None]
    out: Image = mix(body, grout, joint).astype(np.float32)
    return out


def _patches(rows: Any, columns: Any, rng: Rng) -> Any:
    """Where a wall was mended: blocks of whole bricks that are a little lighter or darker, (h, w)."""
    out = np.zeros(rows.shape, np.float32)
    for _ in range(max(1, rows.max() * columns.max() // 2200)):
        row, column = rng.integers(rows.max() + 1), rng.integers(columns.max() + 1)
        high, wide = rng.integers(3, 14), rng.integers(2, 9)
        out[(np.abs(rows - row) < high) & (np.abs(columns - column) < wide)] = rng.uniform(-1.6, 2.0)
    return out


def plaster(size_m: tuple[float, float], px_per_m: float, rng: Rng, *, colour: tuple[float, float, float]) -> Image:
    """Painted render (h, w, 3) with faint clouds, patches and hairline wear."""
    shape = (round(size_m[1] * px_per_m), round(size_m[0] * px_per_m))
    clouds, grain = noise(shape, rng, slope=1.6), noise(shape, rng, slope=0.6, low=30)
    patch = step(noise(shape, rng, slope=1.9, low=3), 1.2, 1.35)
    level = np.exp(0.07 * clouds + 0.04 * grain) * (1 - 0.13 * patch)
    out: Image = (np.asarray(colour, np.float32) * level[..., None]).astype(np.float32)
    return out


def ashlar(
    size_m: tuple[float, float], px_per_m: float, rng: Rng, *, colour: Any, block_m: tuple[float, float] = (0.9, 0.45)
) -> Image:
    """Squared stone (h, w, 3) with dark joints."""
    red, green, blue = (float(value) for value in colour)
    return bricks(
        size_m,
        px_per_m,
        rng,
        colour=(red, green, blue),
        mortar=(0.12, 0.11, 0.1),
        spread=0.07,
        hue=0.4,
        brick_m=block_m,
    )


def weather(wall: Image, px_per_m: float, rng: Rng, openings: Any, ledges: Any = ()) -> Image:
    """Stain a wall in place of years: streaks below sills and ledges, soot at the top, damp at the foot, old repairs.

    Args:
        wall: albedo (h, w, 3), row 0 at the top.
        px_per_m: resolution.
        rng: source of chance.
        openings: rectangles (left, bottom, right, top) in metres.
        ledges: heights in metres of courses that run the whole width.
    """
    height, width = wall.shape[:2]
    y = (height - np.arange(height) - 0.5)[:, None] / px_per_m
    x = (np.arange(width) + 0.5)[None] / px_per_m
    streaks = noise((height, width), rng, slope=1.1, low=6, stretch=0.06)
    broad = noise((height, width), rng, slope=1.9, low=1)
    dirt: Any = 0.13 + 0.13 * broad + 0.05 * streaks
    for left, bottom, right, _top in openings:
        inside = step(x, left - 0.18, left - 0.04) * (1 - step(x, right + 0.04, right + 0.18))
        corners = np.exp(-(((x - left) / 0.16) ** 2)) + np.exp(-(((x - right) / 0.16) ** 2))
        fall = np.where(y < bottom, np.exp((y - bottom) / 1.0), 0.0)
        dirt = dirt + fall * (0.40 * inside + 0.55 * corners) * np.clip(0.9 + 0.8 * streaks, 0, 2)
    for ledge in ledges:
        fall = np.where(y < ledge, np.exp((y - ledge) / 0.55), 0.0)
        dirt = dirt + fall * np.clip(0.42 + 0.45 * streaks, 0, 1)
    top = height / px_per_m
    dirt = (
        dirt
        + 0.45 * np.exp((y - top) / 1.4) * np.clip(1 + 0.5 * streaks, 0, 2)
        + 0.4 * np.exp(-y / 0.45) * np.clip(1 + 0.4 * broad, 0, 2)
    )
    dirt = dirt + 0.22 * np.clip(streaks - 0.7, 0, 1.5) * step(y, 0.2 * top, top)
    salt = step(noise((height, width), rng, slope=1.7, low=3) + 0.4 * streaks, 1.7, 2.6) * 0.22
    soiled = mix(wall, wall * np.array([0.27, 0.255, 0.235], np.float32) + 0.006, np.clip(dirt, 0, 0.85))
    out: Image = mix(soiled, np.array([0.42, 0.39, 0.35], np.float32), salt).astype(np.float32)
    return np.clip(out, 0.008, 0.85)


def asphalt(size_m: tuple[float, float], px_per_m: float, rng: Rng) -> Image:
    """A road (h, w, 3): aggregate, tyre tracks along the width, cracks, trench patches, oil, manholes."""
    height, width = round(size_m[1] * px_per_m), round(size_m[0] * px_per_m)
    shape = (height, width)
    y = (np.arange(height)[:, None] + 0.5) / px_per_m
    x = (np.arange(width)[None] + 0.5) / px_per_m
    grain, mid, broad = noise(shape, rng, slope=0.25, low=60), noise(shape, rng, slope=1.2, low=6), noise(shape, rng)
    level: Any = 0.085 * np.exp(0.16 * grain + 0.10 * mid + 0.13 * broad)
    lane = size_m[1] / 4
    level = level * (1 + 0.10 * np.cos(2 * np.pi * y / lane * 2))
    ridge = np.abs(noise(shape, rng, slope=1.55, low=5))
    crack = (1 - step(ridge, 0.006, 0.022)) * step(noise(shape, rng, slope=1.9), 0.1, 0.7)
    level = level * (1 - 0.65 * crack)
    for _ in range(max(3, int(size_m[0] / 9))):
        cx, cy = rng.uniform(0, size_m[0]), rng.uniform(0, size_m[1])
        half = (rng.uniform(0.4, 3.0), rng.uniform(0.3, 0.8))
        inside = np.minimum(half[0] - np.abs(x - cx), half[1] - np.abs(y - cy)) + 0.02 * mid
        body = step(inside, 0.0, 0.02)
        seam = step(inside, -0.05, 0.0) * (1 - step(inside, 0.02, 0.07))
        level = level * (1 + body * rng.uniform(-0.38, 0.22)) * (1 - 0.5 * seam)
    for _ in range(int(size_m[0] / 3)):
        cx, cy, wide = rng.uniform(0, size_m[0]), rng.uniform(0, size_m[1]), rng.uniform(0.1, 0.5)
        level = level * (1 - rng.uniform(0.1, 0.5) * np.exp(-(((x - cx) ** 2 + (y - cy) ** 2) / wide**2)))
    for cx in np.arange(5.0, size_m[0], 13.0):
        cy = rng.uniform(0.3, 0.7) * size_m[1]
        radius = np.hypot(x - cx, y - cy)
        lid = 1 - step(radius, 0.32, 0.34)
        level = level * (1 - lid) + (0.045 + 0.02 * (np.sin(x * 90) * np.sin(y * 90) > 0)) * lid
        level = level * (1 - 0.6 * np.exp(-(((radius - 0.35) / 0.02) ** 2)))
    gutter = np.minimum(y, size_m[1] - y)
    level = level * (1 - 0.35 * np.exp(-gutter / 0.22) * np.clip(1 + 0.5 * mid, 0, 2))
    warm = np.array([1.04, 1.0, 0.94], np.float32) + 0.02 * broad[..., None]
    out: Image = (np.clip(level, 0.01, 0.4)[..., None] * warm).astype(np.float32)
    return out


def lines(road: Image, px_per_m: float, rng: Rng, strokes: Any) -> Image:
    """Worn white road paint on a road: strokes (x0, y0, x1, y1) in metres of the picture, y down."""
    height, width = road.shape[:2]
    wear = noise((height, width), rng, slope=0.9, low=8) + 0.5 * noise((height, width), rng)
    mask = np.zeros((height, width), np.float32)
    for x0, y0, x1, y1 in strokes:
        a, b = (max(round(value * px_per_m), 0) for value in (y0, y1))
        c, d = (max(round(value * px_per_m), 0) for value in (x0, x1))
        mask[a:b, c:d] = 1.0
    mask = cv2.GaussianBlur(mask, (0, 0), 0.8) * step(wear, -1.5, -0.4) * 0.85
    out: Image = mix(road, np.array([0.50, 0.49, 0.46], np.float32), mask).astype(np.float32)
    return out


def slabs(size_m: tuple[float, float], px_per_m: float, rng: Rng, slab_m: tuple[float, float] = (0.75, 0.6)) -> Image:
    """Paving slabs (h, w, 3) with dark joints, gum spots and stains."""
    base = bricks(
        size_m,
        px_per_m,
        rng,
        colour=(0.205, 0.195, 0.18),
        mortar=(0.07, 0.066, 0.06),
        spread=0.10,
        hue=0.25,
        brick_m=slab_m,
    )
    shape = base.shape[:2]
    broad, mid = noise((shape[0], shape[1]), rng), noise((shape[0], shape[1]), rng, slope=1.2, low=8)
    spots = np.zeros(shape, np.float32)
    for _ in range(int(size_m[0] * size_m[1] * 1.2)):
        centre = (int(rng.integers(shape[1])), int(rng.integers(shape[0])))
        cv2.circle(spots, centre, max(1, int(px_per_m * rng.uniform(0.01, 0.03))), (float(rng.uniform(0.2, 0.6)),), -1)
    level = np.exp(0.13 * broad + 0.08 * mid) * (1 - 0.5 * cv2.GaussianBlur(spots, (0, 0), 0.8))
    out: Image = np.clip(base * level[..., None], 0.01, 0.6).astype(np.float32)
    return out


ATLAS = 8  # the window atlas has ATLAS x ATLAS tiles


def windows(rng: Rng, tile: tuple[int, int] = (192, 128)) -> Image:
    """An atlas of what is seen behind panes: dark rooms, curtains, blinds, a lit lamp, plants; (8 h, 8 w, 3)."""
    height, width = tile
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    y, x = y / height, x / width
    rows = []
    for _ in range(ATLAS):
        row = []
        for _ in range(ATLAS):
            level = 0.012 + 0.02 * rng.random() * (1 - y) + 0.01 * noise(tile, rng)
            image = np.clip(level, 0.004, 1)[..., None] * np.array([1.0, 0.95, 0.85], np.float32)
            kind = rng.random()
            if kind < 0.34:  # curtains, drawn more or less
                reach = rng.uniform(0.14, 0.42)
                folds = 0.75 + 0.25 * np.sin(x * rng.uniform(60, 100) + 1.5 * noise(tile, rng) * 0.3)
                cloth = np.array([0.42, 0.40, 0.36]) * rng.uniform(0.3, 1.1) + rng.uniform(-0.03, 0.02, 3)
                cover = step(np.abs(x - 0.5), 0.5 - reach - 0.02, 0.5 - reach + 0.04 * y)
                image = mix(image, np.clip(cloth, 0.03, 0.6).astype(np.float32) * folds[..., None], cover)
            if kind > 0.28 and kind < 0.62:  # a roller blind or slats, let down to some height
                edge = rng.choice([0.12, 0.3, 0.45, 0.55, 0.98], p=[0.3, 0.25, 0.2, 0.15, 0.1]) + rng.normal(0, 0.02)
                slats = 0.85 + 0.15 * np.sign(np.sin(y * 190)) * (rng.random() < 0.5)
                cloth = np.array([0.55, 0.52, 0.45]) * rng.uniform(0.6, 1.0)
                image = mix(image, (cloth * slats[..., None]).astype(np.float32), 1 - step(y, edge - 0.01, edge + 0.01))
            if kind > 0.86:  # pot plants on the sill
                for cx in rng.uniform(0.2, 0.8, 3):
                    leaf = np.exp(-(((x - cx) / 0.12) ** 2 + ((y - 0.88) / 0.12) ** 2)) + 0.12 * noise(tile, rng)
                    image = mix(image, np.array([0.03, 0.06, 0.02], np.float32), step(leaf, 0.5, 0.6))
            row.append(image.astype(np.float32))
        rows.append(np.concatenate(row, 1))
    out: Image = np.clip(np.concatenate(rows, 0), 0.004, 0.7)
    return out


def shop_windows(rng: Rng, tile: tuple[int, int] = (192, 128)) -> Image:
    """An atlas of what is seen behind shop panes: shelves with goods, hanging lamps, posters; (8 h, 8 w, 3)."""
    height, width = tile
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    y, x = y / height, x / width
    rows = []
    for _ in range(ATLAS):
        row = []
        for _ in range(ATLAS):
            image = np.full((*tile, 3), 0.012, np.float32) * (1.4 - y[..., None])
            for shelf in np.arange(0.45, 0.98, 0.17):
                for left in np.arange(0.0, 1.0, 0.07):
                    goods = (rng.uniform(0.01, 0.14) * rng.uniform(0.4, 1.0, 3)).astype(np.float32)
                    tall, wide = rng.uniform(0.03, 0.13), rng.uniform(0.02, 0.065)
                    here = (x > left) & (x < left + wide) & (y < shelf) & (y > shelf - tall)
                    image[here & (rng.random() < 0.8)] = goods
                image[np.abs(y - shelf) < 0.006] = 0.06
            for _ in range(2):
                cx, cy = rng.uniform(0.1, 0.9), rng.uniform(0.12, 0.25)
                glow = np.exp(-((x - cx) ** 2 + 2 * (y - cy) ** 2) / 0.0012)
                image += glow[..., None] * np.array([0.7, 0.5, 0.28], np.float32)
            if rng.random() < 0.25:
                image[(x > 0.15) & (x < 0.75) & (y > 0.35) & (y < 0.8)] = rng.uniform(0.05, 0.5, 3)
            row.append(cv2.GaussianBlur(image, (0, 0), 1.0))
        rows.append(np.concatenate(row, 1))
    out: Image = np.clip(np.concatenate(rows, 0), 0.004, 0.7).astype(np.float32)
    return out
