"""Procedural surfaces: what a material looks like over one tile, painted from noise at true scale: the hard ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from secondunit.imaging.noise import Image, Rng, noise, step


@dataclass(frozen=True)
class Texture:
    """One tile, row 0 at v = 0; it repeats without a seam.

    Attributes:
        tint: (h, w, 3) multiplies the material's colour (scene-linear).
        rough: (h, w) added to its roughness.
        height_m: (h, w) relief, metres.
        tile_m: width (u) and height (v).
    """

    tint: Image
    rough: Image
    height_m: Image
    tile_m: tuple[float, float]


Painter = Callable[[Rng], Texture]
PAINTERS: dict[str, Painter] = {}


def painter(name: str) -> Callable[[Painter], Painter]:
    """Registers the painter of a pattern."""

    def keep(function: Painter) -> Painter:
        PAINTERS[name] = function
        return function

    return keep


def made(level: Image, height: Image, tile_m: tuple[float, float], rough: Image | None = None) -> Texture:
    """A texture of a level (h, w) or (h, w, 3), relief and roughness."""
    tint = np.repeat(level[..., None], 3, -1) if level.ndim == 2 else level
    zero = np.zeros(level.shape[:2], np.float32)
    return Texture(
        np.clip(tint, 0.02, 4).astype(np.float32),
        zero if rough is None else rough.astype(np.float32),
        height.astype(np.float32),
        tile_m,
    )


def axes(rows: int, columns: int, tile_m: tuple[float, float]) -> tuple[Image, Image]:
    """u (1, w) and v (h, 1) of pixel centres, metres."""
    u = (np.arange(columns, dtype=np.float32) + 0.5)[None] * (tile_m[0] / columns)
    v = (np.arange(rows, dtype=np.float32) + 0.5)[:, None] * (tile_m[1] / rows)
    return u, v


def _concrete(rng: Rng, size: int) -> tuple[Image, Image, Image]:
    """Level, height (m) and clouds of a cast face: cement clouds, pores, fine sand."""
    shape = (size, size)
    clouds, blot = noise(shape, rng, slope=1.7, low=1), noise(shape, rng, slope=1.35, low=4)
    fine = noise(shape, rng, slope=0.5, low=80)
    pores = np.zeros(shape, np.float32)
    for _ in range(size * 2):
        x, y = (int(value) for value in rng.integers(0, size, 2))
        cv2.circle(pores, (x, y), int(rng.choice([0, 0, 1, 1, 2])), (float(rng.uniform(0.3, 1)),), -1)
    pores = cv2.GaussianBlur(pores, (0, 0), 0.7) * step(blot, -0.6, 1.2)
    level = np.exp(0.085 * clouds + 0.05 * blot + 0.035 * fine) * (1 - 0.42 * pores)
    return level, -0.0014 * pores + 0.00012 * fine + 0.0003 * blot, clouds


@painter("cast")
def _cast(rng: Rng) -> Texture:
    """Shuttered concrete: panels of 2.4 by 1.2 m, joints with a fin, tie holes."""
    tile, size = (4.8, 4.8), 1280
    level, height, _ = _concrete(rng, size)
    u, v = axes(size, size, tile)
    column, row = np.floor(u / 2.4).astype(int), np.floor(v / 1.2).astype(int)
    shade = rng.normal(0, 1, (4, 2))[row, column]
    lean = rng.normal(0, 1, (4, 2))[row, column] * (np.mod(v, 1.2) / 1.2 - 0.5)
    pu, pv = np.mod(u, 2.4), np.mod(v, 1.2)
    edge = np.minimum(np.minimum(pu, 2.4 - pu), np.minimum(pv, 1.2 - pv))
    joint = 1 - step(edge, 0.002, 0.006)
    bleed = np.exp(-edge / 0.02) * (0.6 + 0.4 * noise((size, size), rng, slope=1.2, low=10))
    holes_u, holes_v = np.abs(pu - np.where(pu < 1.2, 0.4, 2.0)), np.abs(np.abs(pv - 0.6) - 0.35)
    hole = np.hypot(holes_u, holes_v)
    dip = 1 - step(hole, 0.011, 0.0145)
    halo = np.exp(-((hole / 0.03) ** 2))
    level = level * np.exp(0.055 * shade + 0.05 * lean) * (1 - 0.38 * joint) * (1 - 0.10 * bleed)
    level = level * (1 - 0.72 * dip) * (1 - 0.10 * halo)
    return made(level, height - 0.0035 * joint - 0.014 * dip, tile, 0.08 * bleed)


@painter("board_marked")
def _board_marked(rng: Rng) -> Texture:
    """Concrete cast against sawn boards: their grain, their steps, their joints."""
    tile, size, boards = (3.6, 3.6), 1536, 24
    level, height, _ = _concrete(rng, size)
    u, v = axes(size, size, tile)
    wide = tile[1] / boards
    row = np.floor(v / wide).astype(int) % boards
    grain = noise((size, size), rng, slope=0.95, low=5, stretch=0.04)
    shift = rng.integers(0, size, boards)
    for board in range(boards):
        first, last = size * board // boards, size * (board + 1) // boards
        grain[first:last] = np.roll(grain[first:last], int(shift[board]), axis=1)
    out = rng.normal(0, 1, boards)[row] + 0 * u
    tone = rng.normal(0, 1, boards)[row] + 0 * u
    inside = np.mod(v, wide)
    edge = np.minimum(inside, wide - inside) + 0 * u
    fin = np.exp(-((edge / 0.0025) ** 2)) * (noise((size, size), rng, slope=1.2, low=6) > -0.2)
    level = level * np.exp(0.07 * tone + 0.06 * grain) * (1 - 0.35 * np.exp(-edge / 0.006))
    return made(level, height + 0.0008 * grain + 0.0016 * out + 0.002 * fin, tile)


@painter("smooth_concrete")
def _smooth_concrete(rng: Rng) -> Texture:
    """A power-floated floor or a cast top: clouds, trowel swirls, hairlines, worn to a sheen."""
    tile, size = (4.0, 4.0), 1152
    level, height, clouds = _concrete(rng, size)
    swirl = noise((size, size), rng, slope=1.3, low=6)
    ridge = np.abs(noise((size, size), rng, slope=1.6, low=2))
    crack = (1 - step(ridge, 0.002, 0.008)) * step(noise((size, size), rng, slope=1.9, low=1), 0.6, 1.4)
    level = level * np.exp(0.07 * swirl) * (1 - 0.3 * crack)
    return made(level, 0.18 * height - 0.0006 * crack, tile, -0.06 * clouds + 0.05 * swirl)


@painter("plaster")
def _plaster(rng: Rng) -> Texture:
    """Trowelled plaster, painted by roller: hardly any tone, a touch of relief that raking light finds."""
    tile, size = (2.4, 2.4), 1024
    broad, mid = noise((size, size), rng, slope=1.7, low=2), noise((size, size), rng, slope=1.5, low=10)
    fine = noise((size, size), rng, slope=0.4, low=120)
    return made(np.exp(0.02 * broad + 0.012 * mid), 0.0005 * mid + 0.00006 * fine, tile, 0.03 * broad)


@painter("limewash")
def _limewash(rng: Rng) -> Texture:
    """Lime over rough render: brushed clouds, a hand-made face."""
    tile, size = (3.2, 3.2), 1200
    broad, brush = noise((size, size), rng, slope=1.45, low=2), noise((size, size), rng, slope=1.1, low=8, stretch=2.5)
    lumps = noise((size, size), rng, slope=1.6, low=6)
    fine = noise((size, size), rng, slope=0.6, low=60)
    return made(np.exp(0.085 * broad + 0.045 * brush), 0.0034 * lumps + 0.0003 * fine, tile)


def laid(rng: Rng, tile: tuple[float, float], size: tuple[int, int], unit: tuple[float, float], joint: float,
          bond: float, spread: float) -> tuple[Image, Image, Image, Image]:  # fmt: skip
    """Units in courses: tone of each (h, w), distance to its edge (m), how much is joint, units' own random (h, w)."""
    u, v = axes(size[0], size[1], tile)
    rows, columns = round(tile[1] / unit[1]), round(tile[0] / unit[0])
    row = np.floor(v / unit[1]).astype(int) % rows
    shifted = u + unit[0] * bond * (row % 2)
    column = np.floor(shifted / unit[0]).astype(int) % columns
    tone, other = rng.normal(0, spread, (rows, columns)), rng.random((rows, columns))
    pu, pv = np.mod(shifted, unit[0]), np.mod(v, unit[1])
    edge = np.minimum(np.minimum(pu, unit[0] - pu), np.minimum(pv, unit[1] - pv) + 0 * pu)
    return tone[row, column], edge, 1 - step(edge, joint / 2, joint / 2 + 0.002), other[row, column]


@painter("brick")
def _brick(rng: Rng) -> Texture:
    """Stock brick in running bond with a recessed joint."""
    tile, size = (2.25, 1.8), (1024, 1280)
    tone, edge, _, other = laid(rng, tile, size, (0.225, 0.075), 0.01, 0.5, 0.2)
    fine, mid = noise(size, rng, slope=0.6, low=60), noise(size, rng, slope=1.2, low=20)
    joint = 1 - step(edge + 0.0012 * mid, 0.0045, 0.0085)
    body = np.exp(tone + 0.12 * fine) * np.where(other < 0.08, 0.5, 1)
    hue = (other[..., None] - 0.5) * np.array([0.05, -0.12, -0.2], np.float32)
    tint = body[..., None] * (1 + hue)
    grout = np.array([1.5, 2.0, 2.5], np.float32) * np.exp(0.08 * fine)[..., None]
    tint = tint * (1 - joint[..., None]) + grout * joint[..., None]
    return made(tint.astype(np.float32), -0.006 * joint + 0.0006 * fine + 0.001 * mid, tile)


def _grain(rng: Rng, shape: tuple[int, int]) -> tuple[Image, Image]:
    """Figure of timber along u: growth rings as warped bands, and pores."""
    warp = noise(shape, rng, slope=1.6, low=1, stretch=0.12)
    across = np.linspace(0, 1, shape[0], endpoint=False, dtype=np.float32)[:, None]
    rings = np.sin(2 * np.pi * (across * 14 + 1.6 * warp))
    figure = 0.55 * rings + 0.9 * noise(shape, rng, slope=1.0, low=6, stretch=0.03)
    pores = step(noise(shape, rng, slope=0.45, low=30, stretch=0.06), 1.1, 1.9)
    return figure.astype(np.float32), pores.astype(np.float32)


@painter("timber")
def _timber(rng: Rng) -> Texture:
    """A board of open-pored wood, grain along u."""
    tile, size = (2.4, 0.6), (768, 1536)
    figure, pores = _grain(rng, size)
    broad = noise(size, rng, slope=1.7, low=1, stretch=0.3)
    level = np.exp(0.13 * figure + 0.07 * broad - 0.35 * pores)
    warm = np.stack([level**0.92, level, level**1.12], -1)
    return made(warm, 0.00006 * figure - 0.00022 * pores, tile, 0.07 * pores - 0.03 * figure)


@painter("burl")
def _burl(rng: Rng) -> Texture:
    """Figured veneer: swirls and eyes, as walnut burl or bird's eye."""
    tile, size = (1.2, 1.2), 1024
    warp, other = noise((size, size), rng, slope=1.7, low=2), noise((size, size), rng, slope=1.5, low=3)
    rings = np.sin(2 * np.pi * (1.8 * warp + 0.9 * other))
    fine = noise((size, size), rng, slope=0.9, low=16)
    level = np.exp(0.17 * rings + 0.16 * fine)
    return made(np.stack([level**0.9, level, level**1.15], -1), 0.00003 * rings, tile)


@painter("rough_timber")
def _rough_timber(rng: Rng) -> Texture:
    """Sawn and weathered: checks, knots, saw marks."""
    tile, size = (2.4, 0.6), (768, 1536)
    figure, pores = _grain(rng, size)
    u, _ = axes(*size, tile)
    saw = np.sin(2 * np.pi * (u / 0.012 + 0.4 * noise(size, rng, slope=1.7, low=1)))
    check = step(noise(size, rng, slope=1.15, low=6, stretch=0.02), 2.0, 2.6)
    level = np.exp(0.2 * figure + 0.05 * saw - 0.4 * pores) * (1 - 0.75 * check)
    return made(level, 0.0005 * figure - 0.003 * check + 0.0002 * saw, tile)


def _boards(rng: Rng, unit: tuple[float, float], tile: tuple[float, float], bond: float) -> Texture:
    size = (round(tile[1] * 420), round(tile[0] * 420))
    tone, edge, joint, other = laid(rng, tile, size, unit, 0.0016, bond, 0.16)
    figure, pores = _grain(rng, size)
    rows = round(tile[1] / unit[1])
    for row in range(rows):  # each board from elsewhere in the tree
        first, last = size[0] * row // rows, size[0] * (row + 1) // rows
        figure[first:last] = np.roll(figure[first:last], int(rng.integers(size[1])), axis=1)
    level = np.exp(tone + 0.14 * figure - 0.3 * pores) * (1 - 0.7 * joint)
    warm = np.stack([level**0.93, level, level ** (1.05 + 0.15 * other)], -1)
    bevel = np.exp(-edge / 0.0015)
    return made(warm, -0.0012 * bevel - 0.0001 * pores, tile, 0.05 * pores - 0.03 * figure + 0.02 * tone)


@painter("boards")
def _floor_boards(rng: Rng) -> Texture:
    """Floor boards 180 mm wide, boards 1.8 m long."""
    return _boards(rng, (1.8, 0.18), (3.6, 1.8), 0.37)


@painter("herringbone")
def _herringbone(rng: Rng) -> Texture:
    """Blocks of 90 by 450 mm in herringbone."""
    wide, ratio = 0.09, 5
    period = wide * ratio * 2
    tile, size = (period, period), 1080
    u, v = axes(size, size, tile)
    i, j = np.floor(u / wide).astype(int), np.floor(v / wide).astype(int)
    i, j = np.broadcast_arrays(i, j)
    phase = np.mod(i - j, 2 * ratio)
    flat = phase < ratio  # lies along u, else along v
    start_u = np.where(flat, i - phase, i)
    start_v = np.where(flat, j, j - (2 * ratio - 1 - phase))
    key = np.mod(start_u, 2 * ratio) * 64 + np.mod(start_v, 2 * ratio) + 4096 * flat
    names, inverse = np.unique(key, return_inverse=True)
    inverse = inverse.reshape(size, size)
    tone = rng.normal(0, 0.17, len(names))[inverse]
    pu, pv = u - start_u * wide, v - start_v * wide
    long, short = np.where(flat, pu, pv), np.where(flat, pv, pu)
    edge = np.minimum(np.minimum(short, wide - short), np.minimum(long, wide * ratio - long))
    figure, pores = _grain(rng, (size, size))
    turned, turned_pores = np.ascontiguousarray(figure.T), np.ascontiguousarray(pores.T)
    grain = np.where(flat, figure, turned)
    level = np.exp(tone + 0.12 * grain - 0.28 * np.where(flat, pores, turned_pores))
    level = level * (1 - 0.65 * (1 - step(edge, 0.0006, 0.0022)))
    warm = np.stack([level**0.93, level, level**1.1], -1)
    return made(warm, -0.001 * np.exp(-edge / 0.0012), tile, 0.05 * tone - 0.03 * grain)


@painter("tile")
def _tile(rng: Rng) -> Texture:
    """Glazed tiles of 100 mm with a pale joint; no two lie quite alike."""
    return _tiles(rng, (0.1, 0.1), 0.0, (1.0, 1.0))


@painter("metro_tile")
def _metro(rng: Rng) -> Texture:
    """Bevelled tiles of 200 by 100 mm in running bond."""
    return _tiles(rng, (0.2, 0.1), 0.5, (1.6, 1.6))


@painter("floor_tile")
def _floor_tile(rng: Rng) -> Texture:
    """Large tiles of 600 mm."""
    return _tiles(rng, (0.6, 0.6), 0.0, (2.4, 2.4))


def _tiles(rng: Rng, unit: tuple[float, float], bond: float, tile: tuple[float, float]) -> Texture:
    size = (1024, 1024)
    tone, edge, joint, other = laid(rng, tile, size, unit, 0.003, bond, 0.045)
    u, v = axes(*size, tile)
    lean = (other - 0.5) * 0.012 * np.sin(2 * np.pi * u / unit[0]) * min(unit)
    broad = noise(size, rng, slope=1.5, low=6)
    level = np.exp(tone + 0.015 * broad) * (1 - 0.35 * joint)
    return made(level, -0.0014 * np.exp(-edge / 0.003) + lean + 0.00008 * broad + 0 * v, tile, 0.5 * joint)


@painter("checker_tile")
def _checker(rng: Rng) -> Texture:
    """Black and white tiles of 300 mm."""
    tile, size = (1.2, 1.2), (1024, 1024)
    base = _tiles(rng, (0.3, 0.3), 0.0, tile)
    u, v = axes(*size, tile)
    dark = (np.floor(u / 0.3) + np.floor(v / 0.3)) % 2
    vein = noise(size, rng, slope=1.3, low=4)
    level = base.tint * np.where(dark, 0.06, 1.0)[..., None] * np.exp(0.05 * vein)[..., None]
    return made(level.astype(np.float32), base.height_m, tile, base.rough)


@painter("brushed")
def _brushed(rng: Rng) -> Texture:
    """Metal drawn along u, with handling marks."""
    tile, size = (0.6, 0.6), (768, 768)
    lines = noise(size, rng, slope=0.35, low=40, stretch=0.02)
    smear = noise(size, rng, slope=1.5, low=3)
    return made(np.exp(0.04 * lines + 0.02 * smear), 0.000012 * lines, tile, 0.05 * smear + 0.03 * lines)


@painter("patina")
def _patina(rng: Rng) -> Texture:
    """Worn metal: blotches, spots and scratches."""
    tile, size = (1.2, 1.2), (1024, 1024)
    blot, fine = noise(size, rng, slope=1.4, low=3), noise(size, rng, slope=0.8, low=20)
    spot = step(noise(size, rng, slope=1.0, low=12), 1.3, 2.2)
    level = np.exp(0.16 * blot + 0.06 * fine) * (1 - 0.4 * spot)
    return made(level, 0.00015 * fine - 0.0002 * spot, tile, 0.12 * blot + 0.15 * spot)


@painter("rust")
def _rust(rng: Rng) -> Texture:
    """Paint that has come off iron in places."""
    tile, size = (1.6, 1.6), (1024, 1024)
    blot, fine = noise(size, rng, slope=1.35, low=3), noise(size, rng, slope=0.9, low=20)
    bare = step(blot + 0.35 * fine, 1.25, 1.5)[..., None]
    paint = np.exp(0.05 * blot + 0.03 * fine)[..., None] * np.ones(3, np.float32)
    iron = np.array([0.9, 0.38, 0.2], np.float32) * np.exp(0.35 * fine)[..., None]
    return made((paint * (1 - bare) + iron * bare).astype(np.float32), -0.0006 * bare[..., 0] + 0.00015 * fine, tile,
                0.35 * bare[..., 0])  # fmt: skip
