"""Fireplaces, radiators, ducts, pianos, aquaria."""

from __future__ import annotations

import numpy as np

from secondunit.effects.sets.kit import forms
from secondunit.effects.sets.kit.pieces.dressing import log
from secondunit.effects.sets.kit.pieces.parts import four_legs
from secondunit.effects.sets.kit.pieces.plants import fan
from secondunit.effects.sets.kit.pieces.registry import makes
from secondunit.effects.sets.kit.shape import Shape


def fire(shape: Shape, wide: float, y: float, z: float, high: float) -> None:
    """Logs on embers, and flames that light the room."""
    for k in range(5):
        x = wide * (-0.35 + 0.17 * k)
        log(
            shape,
            (x - 0.14, y + 0.05 + 0.05 * (k % 2), z + 0.04 * (k % 3 - 1)),
            (x + 0.15, y + 0.06 + 0.04 * ((k + 1) % 2), z + 0.05 * ((k + 1) % 3 - 1)),
            0.042,
        )
    tongues = max(5, int(wide / 0.06))
    for k in range(tongues):
        x = wide * (-0.42 + 0.84 * (k + 0.5) / tongues) + float(shape.rng.uniform(-0.015, 0.015))
        tall = high * float(shape.rng.uniform(0.35, 1.0)) * (1 - 1.3 * abs(x / wide) ** 1.5)
        s = np.linspace(0, 1, 9)
        sway = float(shape.rng.uniform(-0.03, 0.03))
        path = np.stack(
            [x + sway * np.sin(3 * s), y + 0.06 + tall * s, np.full(9, z + float(shape.rng.uniform(-0.03, 0.03)))], -1
        )
        forms.tube(
            shape,
            "=embers",
            path,
            0.026 * np.sin(np.pi * (0.12 + 0.86 * s)) * (1 - 0.6 * s) + 0.001,
            sides=8,
            share=0.22 / tongues,
        )
    count = 16
    for _ in range(count):
        x = wide * float(shape.rng.uniform(-0.42, 0.42))
        forms.ball(
            shape,
            "=embers",
            (x, y + 0.02, z + float(shape.rng.uniform(-0.08, 0.08))),
            float(shape.rng.uniform(0.012, 0.028)),
            share=0.08 / count,
            sides=8,
        )
    shape.spot((0.0, y + 0.4 * high, z + 0.05), (0.0, 0.12, 1.0), 62, 0.7)


@makes("fireplace")
def fireplace(shape: Shape) -> None:
    """A hearth in its surround: a slab of stone, a mantel, or a chimney of rubble."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    style = shape.style
    plain = style in ("modern", "brutalist", "industrial", "institutional")
    mouth_w, mouth_h = (w * 0.72, min(0.62, h * 0.5)) if plain else (w * 0.5, min(0.8, h * 0.62))
    foot = min(0.35, h * 0.22) if plain else 0.04
    front = d - (0.0 if plain else 0.12)
    for x in ((-w, -mouth_w), (mouth_w, w)):
        shape.box("surround", x, (0, h), (-d, front), bevel=0.004)
    shape.box("surround", (-mouth_w, mouth_w), (foot + mouth_h, h), (-d, front), bevel=0.004)
    shape.box("hearth", (-mouth_w, mouth_w), (0, foot), (-d, front), bevel=0.004)
    inner = (-mouth_w, mouth_w)
    shape.box("back", inner, (foot, foot + mouth_h), (-d, -d + 0.03))
    for x in ((inner[0], inner[0] + 0.02), (inner[1] - 0.02, inner[1])):
        shape.box("back", x, (foot, foot + mouth_h), (-d + 0.03, front - 0.03))
    shape.box("back", inner, (foot, foot + 0.012), (-d + 0.03, front - 0.02))
    fire(shape, mouth_w * 1.5, foot + 0.012, 0.0 if plain else -d * 0.2, mouth_h * 0.55)
    if plain:
        return
    shelf = 0.06 if style != "rustic" else 0.13
    shape.box("surround" if style != "rustic" else "=old_timber", (-w, w), (h - shelf, h), (-d, d), bevel=0.008)
    shape.box("hearth", (-w, w), (0, 0.04), (front, d), bevel=0.004)
    if style != "rustic":
        for x in ((-w + 0.04, -mouth_w - 0.06), (mouth_w + 0.06, w - 0.04)):
            shape.box("surround", x, (0.12, h - shelf - 0.12), (front, front + 0.025), bevel=0.006)
            shape.box("surround", (x[0] - 0.02, x[1] + 0.02), (0.0, 0.12), (front, front + 0.035), bevel=0.006)
            shape.box(
                "surround",
                (x[0] - 0.02, x[1] + 0.02),
                (h - shelf - 0.12, h - shelf),
                (front, front + 0.035),
                bevel=0.006,
            )
        shape.box(
            "surround",
            (-mouth_w, mouth_w),
            (foot + mouth_h + 0.05, h - shelf - 0.05),
            (front, front + 0.015),
            bevel=0.006,
        )


@makes("wood_stove")
def wood_stove(shape: Shape) -> None:
    """An iron stove with a glass door."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    top = h - 0.12
    four_legs(shape, "body", w - 0.06, d - 0.06, (0, 0.12))
    shape.box("body", (-w, w), (0.1, top), (-d, d - 0.03), bevel=0.012)
    shape.box("body", (-w - 0.0, w), (top, top + 0.03), (-d, d), bevel=0.008)
    forms.lathe(shape, "body", [(0.075, top + 0.02), (0.075, h)], at=(0, -d * 0.35), sides=28)
    x, y = w * 0.72, (0.24, top - 0.1)
    for a in ((-x, -x + 0.05), (x - 0.05, x)):
        shape.box("body", a, y, (d - 0.03, d))
    for b in ((y[0], y[0] + 0.05), (y[1] - 0.05, y[1])):
        shape.box("body", (-x, x), b, (d - 0.03, d))
    shape.quad("=embers", [[-x, y[0], d - 0.025], [x, y[0], d - 0.025], [x, y[1], d - 0.025], [-x, y[1], d - 0.025]])
    with shape.moved(0, 0, d - 0.018):
        for k in range(9):
            at = x * (-0.7 + 1.4 * (k + 0.5) / 9)
            tall = (y[1] - y[0]) * float(shape.rng.uniform(0.3, 0.8))
            forms.lathe(
                shape,
                "=opal_glass",
                [
                    (0.0, y[0] + 0.05),
                    (0.024, y[0] + 0.09),
                    (0.014, y[0] + 0.05 + tall * 0.6),
                    (0.0, y[0] + 0.05 + tall),
                ],
                at=(at, 0.0),
                sides=10,
                squash=0.2,
                share=1 / 9,
                crease_deg=100,
            )
    shape.quad("glass", [[-x, y[0], d - 0.008], [x, y[0], d - 0.008], [x, y[1], d - 0.008], [-x, y[1], d - 0.008]])
    forms.bar(
        shape,
        "=steel",
        (x - 0.025, (y[0] + y[1]) / 2 - 0.06, d + 0.0),
        (x - 0.025, (y[0] + y[1]) / 2 + 0.06, d + 0.0),
        0.01,
    )


@makes("radiator")
def radiator(shape: Shape) -> None:
    """Columns between two headers."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    count = max(3, round(shape.width / 0.06))
    for k in range(count):
        x = -w + shape.width * (k + 0.5) / count
        for z in (-d * 0.5, d * 0.5):
            forms.bar(shape, "body", (x, 0.03, z), (x, h - 0.03, z), 0.0125)
        for y in (0.03, h - 0.03):
            t = np.linspace(0, np.pi, 7)
            sign = 1 if y > h / 2 else -1
            forms.tube(
                shape, "body", np.stack([np.full(7, x), y + sign * 0.014 * np.sin(t), d * 0.5 * np.cos(t)], -1), 0.0125
            )
    for y in (0.05, h - 0.05):
        forms.bar(shape, "body", (-w, y, 0), (w, y, 0), 0.016)
    forms.bar(shape, "=steel", (-w + 0.02, 0.05, -d), (-w + 0.02, 0.05, 0), 0.008)
    forms.ball(shape, "=white_enamel", (-w + 0.0, h * 0.08, 0.03), 0.02)


@makes("ceiling_fan")
def ceiling_fan(shape: Shape) -> None:
    """Four or five blades under a motor."""
    w, h = shape.width / 2, shape.height
    forms.bar(shape, "motor", (0, 0.12, 0), (0, h, 0), 0.012)
    forms.lathe(
        shape, "motor", [(0.0, 0.0), (0.07, 0.03), (0.11, 0.07), (0.11, 0.12), (0.03, 0.16), (0, 0.16)], sides=36
    )
    forms.lathe(shape, "motor", [(0.07, h - 0.05), (0.05, h - 0.002), (0, h)], sides=28)
    for k in range(5):
        with shape.moved(turn=72.0 * k + 11):
            shape.box("motor", (-0.02, 0.02), (0.085, 0.095), (0.09, 0.24))
            outline = [(-0.05, 0.2), (0.05, 0.2), (0.075, w - 0.06), (0.05, w), (-0.05, w), (-0.075, w - 0.06)]
            forms.slab(shape, "blades", outline[::-1], (0.095, 0.103), bevel=0.002)


@makes("air_duct", "pipes")
def air_duct(shape: Shape) -> None:
    """A round duct with seams, or a bundle of pipes, on hangers; along its width."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    r = min(d, h / 2)
    if r > 0.095 and h >= 0.28:
        forms.bar(shape, "body", (-w, r, 0), (w, r, 0), r - 0.004, sides=36)
        for x in np.arange(-w + 0.1, w, 0.12):
            forms.tube(shape, "body", [(float(x), r, 0), (float(x) + 0.008, r, 0)], r, sides=36)
        for x in np.arange(-w + 0.6, w - 0.2, 1.5):
            forms.tube(shape, "=steel", [(float(x) - 0.015, r, 0), (float(x) + 0.015, r, 0)], r + 0.004, sides=36)
            forms.bar(shape, "=steel", (float(x), 2 * r, 0), (float(x), h, 0), 0.005)
            shape.box(
                "=steel", (float(x) + 0.35, float(x) + 0.6), (r * 0.25, r * 0.75), (r * 0.86, r * 0.98), bevel=0.003
            )
        return
    count = max(2, int(shape.depth / 0.075))
    for k in range(count):
        z = -d + shape.depth * (k + 0.5) / count
        thick = min(0.03, h * 0.3) * (1.0, 0.6, 0.8)[k % 3]
        slot = ("body", "=copper", "=red_enamel")[k % 3] if shape.style == "industrial" else "body"
        forms.bar(shape, slot, (-w, h * 0.4, z), (w, h * 0.4, z), thick, sides=18)
        for x in np.arange(-w + 0.5 + 0.2 * k, w, 1.8):
            forms.tube(shape, slot, [(float(x), h * 0.4, z), (float(x) + 0.06, h * 0.4, z)], thick * 1.25, sides=18)
    for x in np.arange(-w + 0.4, w, 1.2):
        shape.box("=gunmetal", (float(x), float(x) + 0.03), (h * 0.72, h * 0.8), (-d, d), grain=2)
        for z in (-d + 0.01, d - 0.01):
            forms.bar(shape, "=gunmetal", (float(x) + 0.015, h * 0.75, z), (float(x) + 0.015, h, z), 0.004)


def keyboard(shape: Shape, wide: float, y: float, z: float) -> None:
    """Fifty-two white keys and the black between them; their front at ``z``."""
    step = wide / 52
    for k in range(52):
        x = -wide / 2 + step * k
        shape.box("=white_lacquer", (x + 0.0004, x + step - 0.0004), (y - 0.015, y), (z - 0.15, z), bevel=0.001)
        if k % 7 not in (2, 6) and k < 51:
            shape.box(
                "=black_lacquer", (x + step * 0.7, x + step * 1.28), (y, y + 0.011), (z - 0.15, z - 0.05), bevel=0.002
            )


@makes("upright_piano")
def upright_piano(shape: Shape) -> None:
    """Case, keys, lid, pedals, music."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    key = 0.72
    shape.box("body", (-w, w), (0.0, h - 0.03), (-d, -d + 0.28), bevel=0.006)
    shape.box("body", (-w, w), (h - 0.03, h), (-d, -d + 0.34), bevel=0.006)
    for x in (-w, w - 0.06):
        shape.box("body", (x, x + 0.06), (key - 0.1, key + 0.07), (-d + 0.28, d), bevel=0.008)
        shape.box("body", (x, x + 0.06), (0, 0.09), (-d + 0.28, d), bevel=0.008)
        forms.lathe(shape, "body", [(0.028, 0.09), (0.035, 0.3), (0.028, key - 0.1)], at=(x + 0.03, d - 0.06), sides=20)
    shape.box("body", (-w + 0.06, w - 0.06), (key - 0.1, key - 0.02), (-d + 0.28, d - 0.01))
    keyboard(shape, min(1.23, shape.width - 0.14), key, d - 0.02)
    shape.box("body", (-w + 0.06, w - 0.06), (key, key + 0.16), (-d + 0.28, -d + 0.3))
    shape.box("=page", (-0.22, 0.0), (key + 0.2, key + 0.5), (-d + 0.3, -d + 0.303), bevel=0.001)
    shape.box("=page", (0.002, 0.22), (key + 0.2, key + 0.5), (-d + 0.3, -d + 0.303), bevel=0.001)
    shape.box("body", (-0.35, 0.35), (key + 0.17, key + 0.2), (-d + 0.28, -d + 0.33))
    for x in (-0.09, 0.0, 0.09):
        shape.box("=brass", (x - 0.02, x + 0.02), (0.06, 0.075), (-d + 0.28, -d + 0.38), bevel=0.005)


@makes("grand_piano")
def grand_piano(shape: Shape) -> None:
    """The curved case with its lid up; the player sits at the front."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    low, top = 0.62, min(h, 0.98)
    t = np.linspace(0, 1, 25)
    curve = np.stack(
        [w - (w * 1.05) * (3 * t**2 - 2 * t**3) - 0.02 * np.sin(np.pi * t), d - 0.62 - (2 * d - 0.62) * t**0.9], -1
    )
    tail = [(-w * 0.3, -d), (-w * 0.75, -d + 0.03), (-w, -d + 0.22)]
    outline = [(w, d - 0.34), *[(float(a), float(b)) for a, b in curve], *tail, (-w, d - 0.34)]
    forms.slab(shape, "body", outline, (low, top - 0.02), bevel=0.006)
    shape.box("body", (-w, w), (low - 0.02, low + 0.06), (d - 0.36, d - 0.02), bevel=0.008)
    for x in (-w, w - 0.07):
        shape.box("body", (x, x + 0.07), (low, top - 0.09), (d - 0.36, d - 0.02), bevel=0.012)
    keyboard(shape, min(1.23, shape.width - 0.16), low + 0.1, d - 0.05)
    shape.box("body", (-w + 0.07, w - 0.07), (low + 0.08, top - 0.02), (d - 0.36, d - 0.2))
    lid = np.asarray(outline)
    angle = np.radians(32)
    with shape.moved(
        -w,
        top - 0.015,
        0,
        turn=np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1.0]]),
    ):
        forms.slab(shape, "body", np.stack([lid[:, 0] + w, lid[:, 1]], -1) * [0.985, 0.985], (0, 0.018), bevel=0.004)
    forms.bar(
        shape,
        "body",
        (w * 0.55, top - 0.02, d * 0.1),
        (w * 0.32, top + 0.02 + (w * 1.32) * np.sin(angle), d * 0.1),
        0.008,
    )
    for x, z in ((-w + 0.15, d - 0.45), (w - 0.15, d - 0.45), (-w * 0.35, -d + 0.3)):
        forms.lathe(shape, "body", [(0.03, 0.07), (0.035, 0.1), (0.055, low - 0.08), (0.06, low)], at=(x, z), sides=20)
        forms.ball(shape, "=brass", (x, 0.035, z), 0.035, sides=14)
    shape.box("body", (-0.07, 0.07), (0.08, low), (d - 0.62, d - 0.56), grain=1)
    for x in (-0.05, 0.0, 0.05):
        shape.box("=brass", (x - 0.012, x + 0.012), (0.06, 0.07), (d - 0.58, d - 0.45), bevel=0.004)


@makes("aquarium")
def aquarium(shape: Shape) -> None:
    """A tank on a cupboard: gravel, stones, plants, a light above."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    stand = h * 0.52
    shape.box("stand", (-w, w), (0, stand), (-d, d), bevel=0.004)
    shape.box("=soil", (-w + 0.012, w - 0.012), (stand, stand + 0.06), (-d + 0.012, d - 0.012), bevel=0.01)
    shape.box("=blue_lacquer", (-w + 0.01, w - 0.01), (stand, h - 0.06), (-d + 0.008, -d + 0.012), bevel=0.001)
    for k in range(7):
        x, z = float(shape.rng.uniform(-0.85, 0.85)) * w, float(shape.rng.uniform(-0.5, 0.3)) * d
        if k < 4:
            with shape.moved(x, stand + 0.05, z):
                fan(
                    shape,
                    "=foliage",
                    np.zeros(3),
                    16,
                    (h - stand) * float(shape.rng.uniform(0.4, 0.75)),
                    0.022,
                    low=60,
                    high=88,
                    droop=0.25,
                )
        else:
            forms.ball(shape, "=granite", (x, stand + 0.07, z), float(shape.rng.uniform(0.05, 0.1)), sides=14)
    for corners in (
        [[-w, stand, d], [w, stand, d], [w, h - 0.06, d], [-w, h - 0.06, d]],
        [[w, stand, d], [w, stand, -d], [w, h - 0.06, -d], [w, h - 0.06, d]],
        [[-w, stand, -d], [-w, stand, d], [-w, h - 0.06, d], [-w, h - 0.06, -d]],
    ):
        shape.quad("glass", corners)
    shape.box("=black_lacquer", (-w, w), (h - 0.06, h), (-d, d), bevel=0.004)
    y = h - 0.0625
    shape.quad(
        "=opal_glass",
        [[-w * 0.9, y, -d * 0.5], [w * 0.9, y, -d * 0.5], [w * 0.9, y, d * 0.5], [-w * 0.9, y, d * 0.5]],
        share=1.0,
    )
