"""Wrinkles, folds and slack volumes as relief on the chart: curves along anatomical lines, deepened by age and
expression.

Depths after replica profilometry: crow's feet and forehead lines reach 0.2 to 0.6 mm, nasolabial folds some millimetres
(Akazaki et al. 2002; Lemperle et al. 2001).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from numba import njit

from secondunit.scene.figure.head import CHART_DM, CHART_SIZE
from secondunit.scene.figure.parts import Array
from secondunit.scene.figure.person import Person

Image = npt.NDArray[np.float32]
TEXEL_DM = (CHART_DM[2] - CHART_DM[0]) / CHART_SIZE[1]


@dataclass(frozen=True)
class Crease:
    """One line.

    Attributes:
        path_dm: (n, 2) on the chart from start to end.
        depth_mm: at its deepest.
        width_mm: half width of the groove.
        ridge: height of the lips beside it as a share of the depth.
        heap_mm: height of the slack skin on the left of the line's direction, and its reach in ``heap_reach_mm``.
    """

    path_dm: Array
    depth_mm: float
    width_mm: float
    ridge: float = 0.35
    heap_mm: float = 0.0
    heap_reach_mm: float = 7.0


def _smooth_path(points: Array, count: int) -> Array:
    """A centripetal-like curve through points, by cubic blending of ``count`` places."""
    t = np.linspace(0, len(points) - 1, count)
    padded = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    k = np.minimum(t.astype(int), len(points) - 2)
    f = (t - k)[:, None]
    a, b, c, d = padded[k], padded[k + 1], padded[k + 2], padded[k + 3]
    out: Array = 0.5 * (2 * b + (c - a) * f + (2 * a - 5 * b + 4 * c - d) * f**2 + (3 * b - a - 3 * c + d) * f**3)
    return out


@njit(cache=True, nogil=True)
def _carve(height: Any, path: Any, strength: Any, width: float, ridge: float, heap: float, reach: float) -> None:
    """Add a crease (all in texels but heights) to ``height``; path (n, 2) x, y in texels, strength (n,)."""
    rows, columns = height.shape
    margin = max(width * 5, reach * 2.2 if heap > 0 else 0.0) + 2
    x0, x1 = int(max(path[:, 0].min() - margin, 0)), int(min(path[:, 0].max() + margin, columns - 1))
    y0, y1 = int(max(path[:, 1].min() - margin, 0)), int(min(path[:, 1].max() + margin, rows - 1))
    n = len(path)
    for y in range(y0, y1 + 1):
        for x in range(x0, x1 + 1):
            best, where, side, frac = 1e18, 0, 1.0, 0.0
            for k in range(n - 1):
                dx, dy = path[k + 1, 0] - path[k, 0], path[k + 1, 1] - path[k, 1]
                px, py = x - path[k, 0], y - path[k, 1]
                size = dx * dx + dy * dy + 1e-9
                t = min(1.0, max(0.0, (px * dx + py * dy) / size))
                ex, ey = px - t * dx, py - t * dy
                d2 = ex * ex + ey * ey
                if d2 < best:
                    best, where, frac = d2, k, t
                    side = 1.0 if dx * py - dy * px < 0 else -1.0
            d = np.sqrt(best)
            if d > margin:
                continue
            s = strength[where] * (1 - frac) + strength[where + 1] * frac
            if s <= 0:
                continue
            q = d / width
            lip = np.exp(-(((q - 2.1) / 1.15) ** 2))
            value = -s * (np.exp(-(q**1.25)) - ridge * lip)
            if heap > 0 and side > 0:
                along = s / (strength.max() + 1e-9)
                r = d / reach
                value += heap * along * (1 - np.exp(-3.5 * r)) * np.exp(-r * r * 0.9)
            height[y, x] += value


def _to_texels(path_dm: Array) -> Array:
    left, _, _, top = CHART_DM
    out: Array = np.stack(
        [(path_dm[:, 0] - left) / TEXEL_DM, (top - path_dm[:, 1]) / (CHART_DM[3] - CHART_DM[1]) * CHART_SIZE[0]], -1
    )
    return out


def carve(creases: list[Crease], seed: int) -> Image:
    """Relief (1024, 1792) in metres of some creases: tapered, broken up and unsteady as grown lines are."""
    height = np.zeros(CHART_SIZE, np.float64)
    for number, crease in enumerate(creases):
        if crease.depth_mm <= 0.005 and crease.heap_mm <= 0.01:
            continue
        rng = np.random.default_rng((seed, 61, number))
        path = _smooth_path(crease.path_dm, 28)
        length = float(np.linalg.norm(np.diff(path, axis=0), axis=1).sum())
        t = np.linspace(0, 1, len(path))
        waver = np.cumsum(rng.normal(0, 1, (len(path), 2)), 0)
        waver -= waver[:1] + (waver[-1:] - waver[:1]) * t[:, None]
        path = path + waver * 0.0035 * min(1.0, length / 0.2)
        taper = np.clip(np.minimum(t / 0.22, (1 - t) / 0.3), 0, 1) ** 0.8
        uneven = np.clip(1 + 0.28 * np.interp(t * 9, np.arange(10), rng.normal(0, 1, 10)), 0.15, 1.6)
        mm = 0.01 / TEXEL_DM  # texels a millimetre
        _carve(
            height,
            _to_texels(path),
            taper * uneven * crease.depth_mm * 1e-3,
            crease.width_mm * mm,
            crease.ridge,
            crease.heap_mm * 1e-3,
            crease.heap_reach_mm * mm,
        )
    return height.astype(np.float32)


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


def _bump(place: Array, at: tuple[float, float], size: tuple[float, float], turn_deg: float = 0.0) -> Array:
    """A soft hill on both sides of the chart, 0..1, at chart places (n, 2)."""
    d = np.stack([np.abs(place[:, 0]) - at[0], place[:, 1] - at[1]], -1)
    c, s = np.cos(np.radians(turn_deg)), np.sin(np.radians(turn_deg))
    x, y = d[:, 0] * c + d[:, 1] * s, -d[:, 0] * s + d[:, 1] * c
    out: Array = np.exp(-((x / size[0]) ** 2) - (y / size[1]) ** 2)
    return out


def slack(person: Person, years: float, place: Array) -> Array:
    """Slack and lost volumes (n,) in metres along the normals at chart places (n, 2): jowls, hollows, pouches."""
    rng = person.rng(25)
    old = grown(years, 34, 74)
    mm = {
        name: float(np.clip(rng.normal(mean, spread), 0, None)) * old
        for name, mean, spread in (
            ("jowl", 3.2, 1.3),
            ("dent", 1.6, 0.6),
            ("temple", 2.4, 1.0),
            ("cheek", 2.2, 1.2),
            ("socket", 1.4, 0.7),
            ("chin", 1.8, 1.2),
            ("mouth", 1.0, 0.5),
        )
    }
    heavy = 0.6 + 0.8 * person.weight
    out: Array = (
        mm["jowl"] * heavy * _bump(place, (0.42, 6.93), (0.15, 0.11), 20)
        - mm["dent"] * _bump(place, (0.25, 6.88), (0.07, 0.10))
        - mm["temple"] * _bump(place, (0.66, 8.12), (0.16, 0.22))
        - mm["cheek"] / heavy * _bump(place, (0.52, 7.33), (0.13, 0.20), 15)
        - mm["socket"] * _bump(place, (0.19, 7.985), (0.08, 0.05))
        + mm["chin"] * heavy * _bump(place, (0.0, 6.66), (0.28, 0.12))
        + mm["mouth"] * _bump(place, (0.31, 7.16), (0.05, 0.10))
    )
    return out * 1e-3


def fine_relief(person: Person, years: float, zone: Mapping[str, Image]) -> Image:
    """Pores, skin's net of furrows and crêpe (1024, 1792) in metres; the same places at every age."""
    rng = person.rng(26)
    white: Any = rng.standard_normal((3, *CHART_SIZE)).astype(np.float32)

    def band(index: int, low: float, high: float) -> Any:
        out = cv2.GaussianBlur(white[index], (0, 0), low) - cv2.GaussianBlur(white[index], (0, 0), high)
        return out / out.std()

    pores = -np.clip(band(0, 1.0, 2.2) - 1.0, 0, 3)  # pits in a field of plain skin
    slanted = cv2.GaussianBlur(white[1], (0, 0), sigmaX=3.4, sigmaY=0.9)
    crossed = cv2.GaussianBlur(white[2], (0, 0), sigmaX=0.9, sigmaY=3.4)
    net = -(np.abs(slanted / slanted.std()) ** 0.7) - np.abs(crossed / crossed.std()) ** 0.7
    crepe_a = cv2.GaussianBlur(white[2], (0, 0), sigmaX=6.0, sigmaY=1.4)
    crepe_a = crepe_a - cv2.GaussianBlur(crepe_a, (0, 0), 6.0)
    crepe_b = band(1, 2.2, 5.0)
    old = grown(years, 28, 78) * person.lines["fine"] * (0.7 + 0.6 * person.sun)
    coarse = 0.7 + 0.5 * float(person.rng(27).random()) + (0.15 if person.sex == "male" else 0.0)
    out: Image = 1e-6 * (
        (16 + 16 * zone["oily"]) * coarse * (1 + 0.35 * old) * pores
        + (5 + 10 * old) * net
        + old * (22 + 34 * zone["crepe"]) * (crepe_a / crepe_a.std())
        + old * 16 * (1 + zone["crepe"]) * crepe_b
    )
    return out
