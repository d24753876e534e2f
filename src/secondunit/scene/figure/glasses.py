"""Spectacles: two rims, bridge and temples to the ears, fitted to a face. Coated lenses show nothing and are left out.

Frame sizes follow the boxing system (ISO 8624): lens width and height, distance between lenses, temple length.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from secondunit.scene.figure.eyes import centres
from secondunit.scene.figure.parts import Array, Part, Surface, tube
from secondunit.scene.figure.strands import Skin


@dataclass(frozen=True)
class Glasses:
    """A frame.

    Attributes:
        width_m: of one lens, 0.044 .. 0.056.
        height_m: of one lens, 0.028 .. 0.046.
        square: 0 round .. 1 square corners.
        rim_m: thickness of the rims; 0.001 wire .. 0.004 horn.
        colour: linear albedo of the frame.
        metal: a metal frame mirrors more.
    """

    width_m: float = 0.050
    height_m: float = 0.036
    square: float = 0.5
    rim_m: float = 0.0022
    colour: tuple[float, float, float] = (0.015, 0.011, 0.009)
    metal: bool = False


def _nearest(skin: Skin, rest_dm: tuple[float, float, float]) -> Array:
    out: Array = skin.positions_m[np.argmin(np.linalg.norm(skin.rest_dm - np.array(rest_dm), axis=1))]
    return out


def glasses(vertices_m: Array, skin: Skin, look: Glasses) -> list[Part]:
    """A pair of glasses on the nose.

    Args:
        vertices_m: (19158, 3) of the MPFB mesh; the head upright, looking along +z.
        skin: of the same head.
        look: the frame.
    """
    eyes = centres(vertices_m)
    right, left = eyes["right"][0], eyes["left"][0]
    middle = (left + right) / 2
    bridge = _nearest(skin, (0.0, 7.28, 1.62))
    lens_z = max(left[2], right[2]) + eyes["left"][1] + 0.011
    drop = -0.0015
    horn = look.colour if not look.metal else tuple(min(1.0, 0.3 + value) for value in look.colour)
    film = 0.35 if look.metal else 0.05
    frame = Surface((horn[0], horn[1], horn[2]), 0.35, 0.5, film=film, film_roughness=0.12 if look.metal else 0.06)
    turn = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    power = 1 - 0.55 * look.square
    shape = np.stack(
        [np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** power, np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** power],
        -1,
    )
    spread = max(abs(left[0] - right[0]) * 0.5 + 0.001, look.width_m / 2 + 0.008)
    parts: list[Part] = []
    for name, side in (("right", -1.0), ("left", 1.0)):
        x = side * spread + shape[:, 0] * look.width_m / 2
        y = shape[:, 1] * look.height_m / 2 - 0.12 * look.height_m * (shape[:, 1] < 0) * (1 - shape[:, 0] ** 2) * 0.3
        z = -0.9 * (x**2) * 2.2 + 0.10 * y  # face-form and pantoscopic tilt
        rim = np.stack([middle[0] + x, middle[1] + drop + y, lens_z + z], -1)
        oval = np.array([[look.rim_m / 2, look.rim_m * (0.8 if not look.metal else 0.5)]])
        parts.append(Part(f"rim-{name}", *tube(rim, np.repeat(oval, 72, 0), 10, closed=True), frame))
        corner = rim[np.argmax(side * rim[:, 0] + 0.35 * rim[:, 1])]
        ear = _nearest(skin, (side * 0.80, 7.36, 0.46)) + np.array([side * 0.001, 0.003, 0.0])
        hinge = corner + np.array([side * 0.004, 0.0, -0.002])
        path = np.stack(
            [
                corner,
                hinge,
                hinge * 0.5 + ear * 0.5 + np.array([side * 0.002, 0.001, 0]),
                ear,
                ear + np.array([-side * 0.002, -0.018, -0.022]),
            ]
        )
        t = np.linspace(0, 4, 40)
        smooth = np.stack([np.interp(t, np.arange(5), path[:, k]) for k in range(3)], -1)
        for _ in range(3):
            smooth[1:-1] = 0.25 * smooth[:-2] + 0.5 * smooth[1:-1] + 0.25 * smooth[2:]
        arm = np.array([[look.rim_m * 0.45, look.rim_m * (0.5 if look.metal else 1.0)]])
        parts.append(Part(f"temple-{name}", *tube(smooth, np.repeat(arm, 40, 0), 10), frame))
    inner = spread - look.width_m / 2
    t = np.linspace(-1, 1, 24)
    span = np.stack(
        [
            middle[0] + t * inner,
            middle[1] + drop + 0.18 * look.height_m + 0.0035 * (1 - t**2),
            np.full(24, lens_z) + 0.0015 * (1 - t**2),
        ],
        -1,
    )
    span[:, 2] = np.maximum(span[:, 2], bridge[2] + 0.0015 - 0.02 * np.abs(t))
    parts.append(Part("bridge", *tube(span, look.rim_m * 0.6, 10), frame))
    return parts
