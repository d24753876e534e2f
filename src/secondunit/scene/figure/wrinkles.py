"""Wrinkles and folds as curves along anatomical lines, deepened by age and expression.

Depths after replica profilometry: crow's feet and forehead lines reach 0.2 to 0.6 mm, nasolabial folds some millimetres
(Akazaki et al. 2002; Lemperle et al. 2001).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from secondunit.scene.figure.carving import Crease
from secondunit.scene.figure.parts import Array
from secondunit.scene.figure.person import Person


def _mirrored(points: list[tuple[float, float]], side: int, rng: np.random.Generator, jitter: float = 0.012) -> Array:
    out: Array = np.array(points) + rng.normal(0, jitter, (len(points), 2)) * 0.6 + rng.normal(0, jitter, 2) * 0.5
    out[:, 0] *= side
    return out


def grown(years: float, start: float, full: float) -> float:
    """0 before ``start`` years, 1 at ``full``, beyond a little more."""
    return float(np.clip((years - start) / (full - start), 0, 1.25) ** 1.15)


def strain(expression: Mapping[str, float]) -> dict[str, float]:
    """How far an expression folds the skin, 0..1 by family."""

    def most(*names: str) -> float:
        return max([expression.get(name + side, 0.0) for name in names for side in ("", "Left", "Right")])

    smile = most("mouthSmile")
    squint = max(most("eyeSquint", "cheekSquint"), 0.5 * smile)
    return {
        "forehead": max(most("browInnerUp", "browOuterUp"), 0.0),
        "glabella": most("browDown", "noseSneer"),
        "crow": squint,
        "under_eye": squint,
        "nasolabial": max(smile, 0.6 * most("mouthUpperUp", "noseSneer")),
        "marionette": 0.7 * most("mouthFrown", "mouthPress"),
        "lip": most("mouthPucker", "mouthFunnel", "mouthPress"),
        "cheek": smile,
        "neck": 0.0,
        "fine": 0.0,
        "bags": 0.4 * squint,
    }


def _upper(person: Person, amount: dict[str, float]) -> list[Crease]:
    """Forehead, glabella, root of the nose."""
    rng = person.rng(21)
    out: list[Crease] = []
    heights = np.linspace(8.20, 8.52, int(rng.integers(3, 6))) + rng.normal(0, 0.015)
    arch, dip = rng.uniform(0.0, 0.06), rng.uniform(-0.02, 0.05)
    for number, v in enumerate(heights):
        reach = rng.uniform(0.32, 0.62) * (1 - 0.08 * number)
        s = np.linspace(-reach, reach * rng.uniform(0.85, 1.1), 8)
        path = np.stack([s, v + arch * np.cos(s * 4.5) - dip * np.exp(-((s / 0.12) ** 2)) - 0.10 * s**2], -1)
        path += rng.normal(0, 0.008, path.shape)
        strong = amount["forehead"] * rng.uniform(0.45, 1.1)
        if rng.random() < 0.35:  # broken in the middle
            cut = 4
            out.append(Crease(path[:cut], 0.50 * strong, 0.75))
            out.append(Crease(path[cut:] + np.array([0, rng.normal(0, 0.015)]), 0.50 * strong, 0.75))
        else:
            out.append(Crease(path, 0.55 * strong, 0.80))
        for _ in range(2):  # thin ones between
            start = rng.uniform(-0.5, 0.25)
            s = np.linspace(start, start + rng.uniform(0.12, 0.3), 4)
            out.append(
                Crease(np.stack([s, v + rng.uniform(0.02, 0.06) + 0.03 * np.cos(s * 4.5)], -1), 0.16 * strong, 0.4)
            )
    for side in (-1, 1):
        strong = amount["glabella"] * rng.uniform(0.5, 1.1)
        foot = rng.uniform(0.055, 0.085)
        frown = [(foot, 7.99), (foot + 0.005, 8.06), (foot + rng.uniform(0.0, 0.03), 8.15)]
        out.append(Crease(_mirrored(frown, side, rng, 0.006), 0.60 * strong, 0.8))
        if rng.random() < 0.5:
            aside = [(foot + 0.05, 8.05), (foot + 0.065, 8.13)]
            out.append(Crease(_mirrored(aside, side, rng, 0.006), 0.3 * strong, 0.6))
    for v in (7.965, 8.0):
        s = np.linspace(-0.06, 0.06, 4)
        out.append(
            Crease(
                np.stack([s, v - 0.8 * s**2 + rng.normal(0, 0.004)], -1), 0.35 * amount["glabella"] * rng.random(), 0.6
            )
        )
    return out


def _eyes(person: Person, amount: dict[str, float], side: int) -> list[Crease]:
    """Crow's feet, lines and pouch under the eye, the fold over the lid."""
    rng = person.rng(22)
    out: list[Crease] = []
    uneven = float(np.exp(rng.normal(0, 0.15)) if side > 0 else 1.0)
    count = int(rng.integers(4, 7))
    for number in range(count):
        turn = np.radians(np.interp(number, [0, count - 1], [38, -52]) + rng.normal(0, 5))
        start = np.array([0.425 + rng.uniform(0, 0.03), 7.895 + 0.055 * np.sin(turn)])
        length = rng.uniform(0.10, 0.27) * (1.1 - 0.3 * abs(turn))
        bend = rng.uniform(-0.25, 0.15) - 0.25 * turn
        way = np.array([[np.cos(turn + bend * f), np.sin(turn + bend * f)] for f in (0, 0.33, 0.66, 1)])
        path = start + np.cumsum(way * length / 4, 0)
        path[:, 0] *= side
        path += rng.normal(0, 0.006, path.shape)
        out.append(Crease(path, 0.42 * amount["crow"] * rng.uniform(0.45, 1.1) * uneven, 0.6, 0.45))
        if rng.random() < 0.6:
            branch = path[1:] + np.array([0.0, rng.choice([-1, 1]) * 0.025])
            out.append(Crease(branch, 0.18 * amount["crow"] * rng.random(), 0.4))
    for number, drop in enumerate((0.0, 0.022, 0.045)):
        lid = [(0.19, 7.862 - drop), (0.25, 7.838 - drop * 1.2), (0.33, 7.832 - drop * 1.2), (0.42, 7.865 - drop * 1.5)]
        strong = amount["under_eye"] * rng.uniform(0.4, 1.0) * (1.0, 0.8, 0.6)[number]
        out.append(Crease(_mirrored(lid, side, rng, 0.006), 0.26 * strong, 0.5, 0.5))
    for _ in range(5):  # short lines slanting over the lower lid
        x, v = rng.uniform(0.2, 0.40), rng.uniform(7.79, 7.85)
        slant = [(x, v), (x + 0.035, v - 0.006), (x + 0.07, v - 0.03 * rng.random())]
        out.append(Crease(_mirrored(slant, side, rng, 0.004), 0.12 * amount["fine"] * rng.random(), 0.35))
    trough = [(0.155, 7.865), (0.19, 7.80), (0.25, 7.762), (0.33, 7.752), (0.41, 7.775)]
    bag = amount["bags"] * rng.uniform(0.6, 1.1)
    # on the person's left the line runs outwards, and the pouch lies above it; mirrored it must run inwards
    path = _mirrored(trough, side, rng, 0.006)
    out.append(Crease(path if side > 0 else path[::-1], 0.45 * bag, 1.7, 0.0, 1.5 * bag, 4.5))
    return out


def _lower(person: Person, amount: dict[str, float], side: int) -> list[Crease]:
    """Nasolabial and marionette folds, lines of cheek and mouth, before the ear."""
    rng = person.rng(23)
    out: list[Crease] = []
    uneven = float(np.exp(rng.normal(0, 0.18)) if side > 0 else 1.0)
    fold = [(0.150, 7.600), (0.185, 7.53), (0.245, 7.43), (0.29, 7.32), (0.305, 7.21), (0.295, 7.13)]
    deep = amount["nasolabial"] * uneven * rng.uniform(0.75, 1.15)
    path = _mirrored(fold, side, rng, 0.008)
    # slack lies on the cheek's side
    path = path[::-1] if side < 0 else path
    out.append(Crease(path, 0.75 * deep, 1.25, 0.1, 1.5 * deep, 9.0))
    out.append(Crease(path + np.array([0.006 * side, 0.0]), 0.22 * deep * rng.random(), 0.5))
    deep = amount["marionette"] * uneven * rng.uniform(0.6, 1.15)
    drop = [(0.235, 7.235), (0.262, 7.16), (0.278, 7.07), (0.275, 6.97), (0.26, 6.90)]
    path = _mirrored(drop, side, rng, 0.008)
    path = path[::-1] if side < 0 else path
    out.append(Crease(path, 0.65 * deep, 1.1, 0.1, 1.3 * deep, 8.0))
    for number in range(int(rng.integers(1, 4))):  # curved lines outside the fold
        x = 0.37 + 0.065 * number + rng.normal(0, 0.01)
        bow = [(x - 0.04, 7.50), (x, 7.38), (x + 0.005, 7.24), (x - 0.03, 7.10)]
        out.append(Crease(_mirrored(bow, side, rng, 0.012), 0.34 * amount["cheek"] * rng.uniform(0.2, 1.0), 0.8))
    for _ in range(4):  # slanting lines of the cheek
        x, v = rng.uniform(0.4, 0.75), rng.uniform(7.1, 7.6)
        line = [(x, v), (x + 0.05, v - 0.08), (x + 0.08, v - 0.18)]
        out.append(Crease(_mirrored(line, side, rng, 0.012), 0.14 * amount["cheek"] * rng.random(), 0.55))
    for number in range(2):
        x = 0.93 + 0.05 * number
        line = [(x, 7.62), (x + 0.01, 7.50), (x, 7.36)]
        out.append(Crease(_mirrored(line, side, rng, 0.01), 0.4 * amount["neck"] * rng.random(), 0.9))
    return out


def _mouth_and_neck(person: Person, amount: dict[str, float]) -> list[Crease]:
    """Lines across the lips, chin crease, rings and cords of the neck."""
    rng = person.rng(24)
    out: list[Crease] = []
    for s in np.linspace(-0.21, 0.21, 17) + rng.normal(0, 0.006, 17):
        top = np.interp(abs(s), [0, 0.04, 0.12, 0.21], [7.415, 7.425, 7.365, 7.27])
        lean = s * rng.uniform(0.1, 0.35)
        path = np.array([[s, top - 0.005], [s + lean * 0.5, top + 0.03], [s + lean, top + rng.uniform(0.045, 0.085)]])
        out.append(Crease(path, 0.26 * amount["lip"] * rng.uniform(0.2, 1.1), 0.42, 0.5))
    for s in np.linspace(-0.15, 0.15, 9) + rng.normal(0, 0.008, 9):
        path = np.array([[s, 7.185], [s * 1.05, 7.16], [s * 1.12, 7.16 - rng.uniform(0.02, 0.05)]])
        out.append(Crease(path, 0.16 * amount["lip"] * rng.random(), 0.42, 0.5))
    s = np.linspace(-0.14, 0.14, 5)
    out.append(
        Crease(np.stack([s, 7.115 - 1.2 * s**2], -1), 0.5 * amount["marionette"] * rng.uniform(0.4, 1), 1.4, 0.2)
    )
    for v in np.linspace(6.48, 6.05, int(rng.integers(3, 5))):
        reach = rng.uniform(0.35, 0.75)
        s = np.linspace(-reach, reach * rng.uniform(0.8, 1.1), 6)
        path = np.stack([s, v + 0.16 * s**2 + rng.normal(0, 0.012, 6)], -1)
        out.append(Crease(path, (0.08 + 0.75 * amount["neck"]) * rng.uniform(0.4, 1.0), 1.0, 0.3))
    for side in (-1, 1):
        cord = [(0.08, 6.62), (0.11, 6.4), (0.13, 6.15), (0.14, 5.95)]
        path = _mirrored(cord, side, rng, 0.02)
        out.append(Crease(path if side > 0 else path[::-1], 0.3 * amount["neck"], 2.2, 0.0, 1.7 * amount["neck"], 5.0))
    return out


def amounts(person: Person, years: float, expression: Mapping[str, float]) -> dict[str, float]:
    """Strength of each family now: lines at rest come with years, an expression folds what skin there is."""
    ages = {
        "forehead": (27, 70),
        "glabella": (30, 68),
        "crow": (27, 68),
        "under_eye": (26, 68),
        "nasolabial": (24, 70),
        "marionette": (36, 74),
        "lip": (45, 76),
        "cheek": (44, 78),
        "neck": (34, 75),
        "fine": (30, 75),
        "bags": (32, 70),
    }
    folded = strain(expression)
    tough = 1.0 - 0.22 * min(person.melanin / 2.0, 1.0)  # darker skin lines later (Rawlings 2006)
    weathered = 0.75 + 0.5 * person.sun
    out = {}
    for family, (start, full) in ages.items():
        at_rest = grown(years, start / tough**0.5, full / tough**0.5) * person.lines[family] * weathered
        loose = 0.22 + 0.95 * grown(years, 22, 70)
        smoker = 1.25 if family == "lip" and person.sex == "female" else 1.0
        out[family] = at_rest * (1 + 0.35 * folded[family]) * smoker + 0.75 * folded[family] * loose
    return out


def creases(person: Person, years: float, expression: Mapping[str, float]) -> list[Crease]:
    """All lines of a face now."""
    amount = amounts(person, years, expression)
    out = _upper(person, amount) + _mouth_and_neck(person, amount)
    for side in (-1, 1):
        out += _eyes(person, amount, side) + _lower(person, amount, side)
    return out
