"""What every material of the street looks like: painted pictures or plain colours, and how they shine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from secondunit.imaging.noise import Image, mix, noise, step
from secondunit.testing.street import paint, scene
from secondunit.testing.street.house import Wall

Rgb = tuple[float, float, float]


@dataclass(frozen=True)
class Surface:
    """A material.

    Attributes:
        finish: ``matt``, ``satin`` (painted), ``gloss`` (car paint), ``glass`` (dark, mirrors), ``metal`` or ``leaf``.
        albedo: scene-linear picture (h, w, 3) or one colour.
        tile_m: the picture repeats after (width, height) of texture coordinates; None: it covers 0..1.
        roughness: for satin and metal.
    """

    finish: str
    albedo: Image | Rgb
    tile_m: tuple[float, float] | None = None
    roughness: float = 0.4


_PLAIN = {
    "sash": Surface("satin", (0.62, 0.60, 0.55), roughness=0.3),
    "sash2": Surface("satin", (0.5, 0.5, 0.48), roughness=0.3),
    "timber": Surface("satin", (0.018, 0.04, 0.032), roughness=0.25),
    "timber2": Surface("satin", (0.075, 0.016, 0.014), roughness=0.25),
    "door": Surface("satin", (0.02, 0.035, 0.07), roughness=0.2),
    "iron": Surface("satin", (0.018, 0.019, 0.02), roughness=0.35),
    "zinc": Surface("metal", (0.5, 0.5, 0.5), roughness=0.45),
    "rim": Surface("metal", (0.55, 0.55, 0.56), roughness=0.25),
    "chrome": Surface("metal", (0.7, 0.7, 0.7), roughness=0.12),
    "rubber": Surface("satin", (0.012, 0.012, 0.012), roughness=0.6),
    "carglass": Surface("glass", (0.008, 0.009, 0.009)),
    "headlight": Surface("glass", (0.35, 0.36, 0.38)),
    "taillight": Surface("glass", (0.16, 0.005, 0.006)),
    "paint_blue": Surface("gloss", (0.02, 0.055, 0.13)),
    "paint_silver": Surface("gloss", (0.22, 0.23, 0.24)),
    "paint_black": Surface("gloss", (0.014, 0.014, 0.016)),
    "paint_red": Surface("gloss", (0.22, 0.015, 0.012)),
    "paint_white": Surface("gloss", (0.52, 0.52, 0.50)),
    "binpaint": Surface("satin", (0.02, 0.045, 0.03), roughness=0.4),
    "signred": Surface("satin", (0.35, 0.02, 0.02), roughness=0.3),
    "signwhite": Surface("satin", (0.65, 0.65, 0.64), roughness=0.3),
    "alarm": Surface("satin", (0.30, 0.27, 0.16), roughness=0.4),
    "lens": Surface("satin", (0.6, 0.6, 0.56), roughness=0.2),
    "cloth": Surface("matt", (0.05, 0.06, 0.08)),
    "cloth2": Surface("matt", (0.09, 0.045, 0.04)),
    "cloth3": Surface("matt", (0.30, 0.28, 0.24)),
    "skin": Surface("matt", (0.16, 0.10, 0.07)),
    "awning": Surface("matt", (0.05, 0.11, 0.075)),
    "awning2": Surface("matt", (0.42, 0.39, 0.32)),
    "pot": Surface("matt", (0.26, 0.12, 0.07)),
    "far": Surface("matt", (0.12, 0.12, 0.10)),
}

_STYLE: dict[str, tuple[str, Rgb]] = {
    "hero": ("brick", (0.235, 0.090, 0.056)),
    "red": ("brick", (0.20, 0.085, 0.06)),
    "stock": ("brick", (0.30, 0.23, 0.135)),
    "cream": ("plaster", (0.56, 0.50, 0.40)),
    "blue": ("plaster", (0.36, 0.41, 0.44)),
    "ochre": ("plaster", (0.47, 0.35, 0.21)),
    "grey": ("plaster", (0.36, 0.35, 0.34)),
}


def _wall(wall: Wall, style: str, seed: int) -> Image:
    """The paint of one wall, weathered."""
    rng = np.random.default_rng((scene.SEED, 2000 + seed))
    kind, colour = _STYLE[style]
    density = 110.0 if style == "hero" else 48.0
    size = (wall.width_m, wall.height_m)
    if kind == "brick":
        face = paint.bricks(size, density, rng, colour=colour)
    else:
        face = paint.plaster(size, density, rng, colour=colour)
    if style == "hero":
        foot = round((wall.height_m - 4.1) * density)
        stone = paint.ashlar((wall.width_m, 4.1), density, rng, colour=(0.40, 0.36, 0.29))
        face[foot:] = stone[: face.shape[0] - foot]
        _quoins(face, density, rng)
    rectangles = [(o.left_m, o.bottom_m, o.right_m, o.top_m) for o in wall.openings if o.bottom_m > 0.3]
    return paint.weather(face, density, rng, rectangles, [*wall.ledges_m])


def _quoins(face: Image, density: float, rng: np.random.Generator) -> None:
    """Corner stones, long and short in turn, at both ends of a wall; in place."""
    height, width = face.shape[:2]
    course = round(0.375 * density)
    for number, top in enumerate(range(0, height - round(4.1 * density), course)):
        reach = round((0.55 if number % 2 else 0.34) * density)
        for left in (0, width - reach):
            block = np.array([0.42, 0.375, 0.30]) * rng.uniform(0.82, 1.08)
            grain = 1 + 0.05 * rng.standard_normal((course - 1, reach - 1, 1))
            face[top + 1 : top + course, left + 1 : left + reach] = (block * grain)[: height - top - 1]


def _grounds() -> dict[str, Surface]:
    """Roads with their lines, paving, kerbs."""
    rng = np.random.default_rng((scene.SEED, 3000))
    (ax0, az0), (ax1, az1) = scene.ROAD_A
    density = 50.0
    road = paint.asphalt((ax1 - ax0, az1 - az0), density, rng)
    middle = (az1 - az0) / 2
    dashes = [(x, middle - 0.06, x + 2.0, middle + 0.06) for x in np.arange(0.0, 92.0, 5.0)]
    bays = [(x, 2.05, x + 0.1, 2.2) for x in np.arange(20, 90, 5.6)]
    road_a = paint.lines(road, density, rng, dashes + bays)
    (bx0, bz0), (bx1, bz1) = scene.ROAD_B
    road = paint.asphalt((bx1 - bx0, bz1 - bz0), 40.0, rng)
    length, wide = bz1 - bz0, bx1 - bx0
    stripes = [(x, length - 4.6, x + 0.5, length - 1.6) for x in np.arange(0.4, wide - 0.4, 1.0)]
    stop = [(0.3, length - 5.6, wide / 2, length - 5.3)]
    dashes = [(wide / 2 - 0.05, y, wide / 2 + 0.05, y + 2) for y in np.arange(0, length - 8, 5.0)]
    road_b = paint.lines(road, 40.0, rng, stripes + stop + dashes)
    grey, joint = (0.22, 0.215, 0.20), (0.05, 0.05, 0.05)
    kerb = paint.bricks((7.2, 1.2), 60.0, rng, colour=grey, mortar=joint, spread=0.08, hue=0.2, brick_m=(0.9, 0.6))
    return {
        "road_a": Surface("satin", road_a, roughness=0.55),
        "road_b": Surface("satin", road_b, roughness=0.55),
        "slabs": Surface("matt", paint.slabs((15.0, 12.0), 110.0, rng), (15.0, 12.0)),
        "kerb": Surface("matt", kerb, (7.2, 1.2)),
    }


def _leaves(rng: np.random.Generator, colour: Rgb) -> Image:
    """A palette of leaf tints, (1, 64, 3)."""
    level = np.exp(0.22 * rng.standard_normal((1, 64, 1)))
    turn = rng.normal(0, 0.16, (1, 64, 1))
    picture: Image = (np.asarray(colour) * level * np.concatenate([1 + turn, np.ones_like(turn), 1 - turn], -1)).astype(
        np.float32
    )
    return picture


def surfaces(street: scene.Street) -> dict[str, Surface]:
    """Every material of the street by name."""
    rng = np.random.default_rng((scene.SEED, 4000))
    out = dict(_PLAIN) | _grounds()
    for number, (name, (wall, style)) in enumerate(street.walls.items()):
        out[f"wall.{name}"] = Surface("matt", _wall(wall, style, number))
    stone = paint.plaster((4.0, 4.0), 64.0, rng, colour=(0.42, 0.38, 0.31))
    yard = paint.bricks((9.0, 3.0), 64.0, rng, colour=(0.19, 0.10, 0.07))
    tiles = paint.bricks(
        (6.0, 6.0), 40.0, rng, colour=(0.13, 0.075, 0.055), mortar=(0.03, 0.03, 0.03), brick_m=(0.2, 0.25)
    )
    out |= {
        "glass": Surface("glass", paint.windows(rng)),
        "shopglass": Surface("glass", paint.shop_windows(rng)),
        "stone": Surface("matt", stone * (1 - 0.3 * step(noise((256, 256), rng), 0.3, 1.5))[..., None], (4.0, 4.0)),
        "yardwall": Surface("matt", yard, (9.0, 3.0)),
        "chimney": Surface("matt", yard * 0.8, (9.0, 3.0)),
        "render": Surface("matt", paint.plaster((8.0, 8.0), 32.0, rng, colour=(0.36, 0.33, 0.28)), (8.0, 8.0)),
        "felt": Surface("matt", paint.plaster((8.0, 8.0), 16.0, rng, colour=(0.10, 0.10, 0.10)), (8.0, 8.0)),
        "tiles": Surface("matt", tiles, (6.0, 6.0)),
        "bark": Surface("matt", paint.plaster((1.0, 2.0), 128.0, rng, colour=(0.12, 0.10, 0.078)), (1.0, 2.0)),
        "tower": Surface("matt", _tower(rng), (24.0, 24.0)),
        "leaf": Surface("leaf", _leaves(rng, (0.075, 0.125, 0.026))),
        "leaf2": Surface("leaf", _leaves(rng, (0.10, 0.125, 0.028))),
    }
    return out


def _tower(rng: np.random.Generator) -> Image:
    """A distant facade: a grid of dark windows, (h, w, 3)."""
    y, x = np.mgrid[0:192, 0:192].astype(np.float32) / 8.0
    pane = (np.mod(x, 3.0) > 0.9) & (np.mod(y, 3.0) > 1.3)
    picture: Image = mix(
        np.array([0.34, 0.32, 0.30], np.float32), np.array([0.07, 0.08, 0.10], np.float32), pane.astype(np.float32)
    )
    picture = picture * np.exp(0.05 * rng.standard_normal((192, 192, 1))).astype(np.float32)
    return picture
