"""What is painted on the skin: colour from melanin and blood, spots and veins, oil and pores; all on the head's chart.

Colour follows light through two absorbers (Jimenez et al. 2010, "A practical appearance model for dynamic facial
color"):
each dose darkens red, green and blue by its own exponent. Marks keep their places and come and go with the years.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from numba import njit

from secondunit.scene.figure import shade
from secondunit.scene.figure.body import SkinMaps
from secondunit.scene.figure.carving import carve
from secondunit.scene.figure.hair import Hair, scalp_cover
from secondunit.scene.figure.head import CHART_DM, CHART_SIZE, base, chart
from secondunit.scene.figure.parts import Array
from secondunit.scene.figure.person import Person
from secondunit.scene.figure.slack import fine_relief, slack
from secondunit.scene.figure.whiskers import beard_cover
from secondunit.scene.figure.wrinkles import creases

Image = npt.NDArray[np.float32]

PALE = np.array([0.80, 0.715, 0.63], np.float32)  # skin without pigment or blood
MELANIN = np.array([1.0, 1.27, 1.47], np.float32)  # absorption over red's, a smooth fit over 620, 540, 460 nm
BLOOD = np.array([0.22, 1.0, 0.82], np.float32)


@cache
def places() -> tuple[Image, Image]:
    """Chart coordinates s and v in decimetres of every texel (1024, 1792) each."""
    left, bottom, right, top = CHART_DM
    rows, columns = CHART_SIZE
    s = left + (np.arange(columns, dtype=np.float32) + 0.5) / columns * (right - left)
    v = top - (np.arange(rows, dtype=np.float32) + 0.5) / rows * (top - bottom)
    out_s, out_v = np.meshgrid(s, v)
    return out_s, out_v


def hill(at: tuple[float, float], size: tuple[float, float], *, both: bool = True) -> Image:
    """A soft spot 0..1 on the chart, on both sides unless told."""
    s, v = places()
    x = (np.abs(s) if both else s) - at[0]
    out: Image = np.exp(-((x / size[0]) ** 2) - ((v - at[1]) / size[1]) ** 2).astype(np.float32)
    return out


@njit(cache=True, nogil=True)
def _fill(points: Any, triangles: Any, values: Any, out: Any) -> None:
    rows, columns = out.shape[0], out.shape[1]
    for t in range(len(triangles)):
        ax, ay = points[triangles[t, 0], 0], points[triangles[t, 0], 1]
        bx, by = points[triangles[t, 1], 0], points[triangles[t, 1], 1]
        cx, cy = points[triangles[t, 2], 0], points[triangles[t, 2], 1]
        det = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
        if abs(det) < 1e-9 or max(ax, bx, cx) - min(ax, bx, cx) > 200:
            continue
        for y in range(max(int(min(ay, by, cy)) - 1, 0), min(int(max(ay, by, cy)) + 2, rows)):
            for x in range(int(min(ax, bx, cx)) - 1, int(max(ax, bx, cx)) + 2):
                u = ((x - ax) * (cy - ay) - (cx - ax) * (y - ay)) / det
                w = ((bx - ax) * (y - ay) - (x - ax) * (by - ay)) / det
                if u < -0.02 or w < -0.02 or u + w > 1.02:
                    continue
                for k in range(values.shape[1]):
                    value = (1 - u - w) * values[triangles[t, 0], k] + u * values[triangles[t, 1], k]
                    out[y, x % columns, k] = value + w * values[triangles[t, 2], k]


@cache
def rest_places() -> Image:
    """Place on the rest shape (1024 / 2, 1792 / 2, 3) in decimetres of every second texel; 0 where no skin is."""
    mesh = base()
    rows, columns = CHART_SIZE[0] // 2, CHART_SIZE[1] // 2
    points = np.stack([mesh.chart_uv[:, 0] * columns - 0.5, (1 - mesh.chart_uv[:, 1]) * rows - 0.5], axis=-1)
    out = np.zeros((rows, columns, 3), np.float32)
    order = np.argsort(np.hypot(*(mesh.fine_rest_dm[mesh.triangles].mean(1) - [0, 0, 0.35])[:, [0, 2]].T))
    _fill(points, mesh.triangles[order], mesh.fine_rest_dm, out)
    return out


def zones() -> dict[str, Image]:
    """Where skin differs, 0..1 each on the chart."""
    return _zones()


@cache
def _zones() -> dict[str, Image]:
    s, v = places()
    x = np.abs(s)
    nose = np.clip(np.maximum(hill((0.0, 7.62), (0.17, 0.14)), hill((0.0, 7.85), (0.08, 0.20))) * 1.2, 0, 1)
    forehead = np.clip((v - 8.08) / 0.1, 0, 1) * np.exp(-((x / 0.62) ** 4))
    chin = hill((0.0, 7.0), (0.2, 0.12))
    half = np.interp(x, [0, 0.05, 0.12, 0.2, 0.235], [0.128, 0.14, 0.10, 0.045, 0.005])
    low = np.interp(x, [0, 0.10, 0.18, 0.235], [0.118, 0.10, 0.055, 0.003])
    line = 7.293 - 0.9 * x**2
    lips = np.where(v > line, (v - line) / np.maximum(half, 1e-3), (line - v) / np.maximum(low, 1e-3))
    lips = np.clip((1.06 - lips) / 0.16, 0, 1) * (x < 0.24)
    lips = cv2.GaussianBlur(lips.astype(np.float32), (0, 0), 1.5)
    lids = np.clip(hill((0.29, 7.93), (0.17, 0.10)) * 1.3, 0, 1)
    under = hill((0.27, 7.80), (0.16, 0.055))
    cheek = hill((0.42, 7.58), (0.22, 0.20))
    ears = np.clip((x - 1.30) / 0.12, 0, 1) * np.clip((v - 6.9) / 0.2, 0, 1)
    return {
        "nose": nose,
        "forehead": forehead.astype(np.float32),
        "chin": chin,
        "lips": lips,
        "lids": lids,
        "under": under,
        "cheek": cheek,
        "ears": ears.astype(np.float32),
        "oily": np.clip(nose + 0.8 * forehead + 0.5 * chin, 0, 1).astype(np.float32),
        "crepe": np.clip(
            1.2 * hill((0.33, 7.80), (0.22, 0.10))
            + 0.8 * np.clip((6.7 - v) / 0.2, 0, 1)
            + 0.5 * hill((0.55, 7.3), (0.25, 0.4)),
            0,
            1,
        ).astype(np.float32),
        "face": (np.clip((v - 6.5) / 0.3, 0, 1) * np.clip((1.25 - x) / 0.3, 0, 1)).astype(np.float32),
    }


def _cloud(rng: np.random.Generator, sigma: float, scale: int = 4) -> Any:
    """Smooth noise of unit spread; sigma in texels."""
    small: Any = rng.standard_normal((CHART_SIZE[0] // scale, CHART_SIZE[1] // scale)).astype(np.float32)
    small = cv2.GaussianBlur(small, (0, 0), max(sigma / scale, 0.3))
    small = cv2.resize(small, CHART_SIZE[::-1], interpolation=cv2.INTER_CUBIC)
    return small / (small.std() + 1e-9)


def _stamp(
    image: Any, x: float, y: float, radius: float, value: float, rng: np.random.Generator, soft: float = 0.25
) -> None:
    """One mark of uneven outline, kept at the stronger where marks meet; texels."""
    reach = int(radius * 1.8) + 3
    x0, y0 = int(x) - reach, int(y) - reach
    if x0 < 0 or y0 < 0 or x0 + 2 * reach >= image.shape[1] or y0 + 2 * reach >= image.shape[0]:
        return
    gy, gx = np.mgrid[0 : 2 * reach, 0 : 2 * reach].astype(np.float32)
    dx, dy = gx - (x - x0), gy - (y - y0)
    turn = np.arctan2(dy, dx)
    outline = sum(rng.normal(0, 0.14 / n) * np.cos(n * turn + rng.uniform(0, 6.28)) for n in range(2, 6))
    squash = rng.uniform(0.75, 1.3)
    r = np.hypot(dx * squash, dy / squash) / (radius * (1 + outline))
    mark = np.clip((1 - r) / soft + 0.5, 0, 1) * value
    view = image[y0 : y0 + 2 * reach, x0 : x0 + 2 * reach]
    np.maximum(view, mark, out=view)


def _texel(s: float, v: float) -> tuple[float, float]:
    left, bottom, right, top = CHART_DM
    return (s - left) / (right - left) * CHART_SIZE[1], (top - v) / (top - bottom) * CHART_SIZE[0]


def _spots(person: Person, years: float) -> tuple[Image, Image]:
    """Doses of melanin in freckles, moles and spots of age (h, w), and of loss of it."""
    rng = person.rng(31)
    dose, lack = np.zeros(CHART_SIZE, np.float32), np.zeros(CHART_SIZE, np.float32)
    fair = float(np.clip((4.5 - person.monk) / 3.5, 0, 1))
    for _ in range(int(260 * fair * rng.beta(0.5, 1.6))):
        x, y = _texel(rng.normal(0, 0.38), rng.normal(7.72, 0.20))
        _stamp(dose, x, y, rng.uniform(0.8, 2.4), rng.uniform(0.06, 0.28), rng, 0.6)
    for _ in range(int(rng.poisson(5))):
        x, y = _texel(rng.uniform(-0.95, 0.95), rng.uniform(6.4, 8.5))
        _stamp(dose, x, y, rng.uniform(1.2, 3.6), rng.uniform(0.4, 1.3), rng, 0.4)
    count = int(70 * (0.25 + person.sun) * (1.2 - 0.06 * person.monk))
    for _ in range(count):
        born, size = rng.uniform(34, 88), rng.gamma(2.2, 1.7) + 1.0
        side, where = rng.choice([-1, 1]), rng.random()
        if where < 0.45:
            s, v = rng.normal(0.62, 0.2), rng.normal(7.72, 0.22)
        elif where < 0.75:
            s, v = rng.uniform(0, 0.7), rng.uniform(8.15, 8.75)
        else:
            s, v = rng.uniform(0, 1.0), rng.uniform(6.9, 7.7)
        strength = rng.uniform(0.12, 0.5)
        grown = float(np.clip((years - born) / 12, 0, 1))
        state = np.random.default_rng(int(rng.integers(1 << 31)))
        if grown > 0:
            x, y = _texel(side * s, v)
            _stamp(
                dose,
                x,
                y,
                size * (0.5 + 0.5 * grown),
                strength * grown * (0.5 + 0.3 * person.melanin + 0.5),
                state,
                0.45,
            )
    for _ in range(int(30 * person.sun)):
        born = rng.uniform(45, 90)
        s, v, size = rng.uniform(-0.9, 0.9), rng.uniform(6.2, 7.8), rng.uniform(1.5, 4)
        grown = float(np.clip((years - born) / 15, 0, 1))
        state = np.random.default_rng(int(rng.integers(1 << 31)))
        if grown > 0:
            x, y = _texel(s, v)
            _stamp(lack, x, y, size, 0.25 * grown, state, 0.6)
    return cv2.GaussianBlur(dose, (0, 0), 0.7), cv2.GaussianBlur(lack, (0, 0), 1.0)  # type: ignore[return-value]


def _veins(person: Person, years: float) -> Image:
    """Doses of blood in small vessels that show on cheeks and nose with the years (h, w)."""
    rng = person.rng(32)
    image = np.zeros(CHART_SIZE, np.float32)
    fair = float(np.clip((7.5 - person.monk) / 5, 0, 1))
    for _ in range(int(110 * fair * (0.3 + person.sun))):
        born = rng.uniform(32, 85)
        side = rng.choice([-1, 1])
        s, v = (
            (rng.normal(0.40, 0.12), rng.normal(7.55, 0.10))
            if rng.random() < 0.6
            else (rng.normal(0.12, 0.03), rng.normal(7.60, 0.04))
        )
        heading, strength, steps = rng.uniform(0, 6.28), rng.uniform(0.1, 0.45), int(rng.uniform(6, 22))
        turns = rng.normal(0, 0.45, steps)
        grown = float(np.clip((years - born) / 15, 0, 1))
        if grown <= 0:
            continue
        x, y = _texel(side * s, v)
        heading_of = heading + np.cumsum(turns)
        path = np.stack([x + np.cumsum(np.cos(heading_of)) * 1.3, y + np.cumsum(np.sin(heading_of)) * 1.3], -1)
        low = np.maximum(np.floor(path.min(0)).astype(int) - 3, 0)
        high = np.ceil(path.max(0)).astype(int) + 4
        small: Any = np.zeros((high[1] - low[1], high[0] - low[0]), np.float32)
        cv2.polylines(
            small,
            [np.round((path - low) * 16).astype(np.int32)[:, None]],
            False,
            (strength * grown,),
            1,
            cv2.LINE_AA,
            4,
        )
        view = image[low[1] : high[1], low[0] : high[0]]
        if view.shape == small.shape:
            np.maximum(view, small, out=view)
    out: Image = cv2.GaussianBlur(image, (0, 0), 0.6)  # type: ignore[assignment]
    return out


def _doses(person: Person, years: float, zone: Mapping[str, Image]) -> tuple[Any, Any]:
    """Melanin and blood on the chart."""
    rng = person.rng(33)
    old = float(np.clip((years - 30) / 45, 0, 1.2))
    spots, lack = _spots(person, years)
    broad, mid, small, grain = (_cloud(rng, sigma, scale) for sigma, scale in ((55, 8), (16, 4), (5, 2), (1.6, 1)))
    mottle = 0.05 * broad + 0.035 * mid * (1 + 0.9 * old) + 0.025 * small * (1 + 1.0 * old) + 0.03 * grain
    dark_eyes = float(rng.beta(2, 3))
    melanin = (
        person.melanin * (1 + mottle) * (1 + 0.10 * zone["lids"] + (0.22 * dark_eyes + 0.10 * old) * zone["under"])
    )
    melanin = melanin * (1 + 0.10 * zone["forehead"] * np.clip(person.melanin, 0, 1))
    melanin = melanin + spots - lack * melanin + 0.05 * old * person.sun * np.clip(broad + mid, 0, 2)
    flush, patch = float(rng.uniform(0.4, 1.4)), _cloud(rng, 22, 4)
    red = 0.30 * flush * zone["cheek"] + 0.40 * zone["nose"] * flush + 0.45 * zone["ears"] + 0.22 * zone["chin"] * flush
    red = red + 0.20 * zone["lids"] + 0.15 * zone["under"] - 0.12 * zone["forehead"]
    red = red * (1 + 0.25 * patch) + 0.06 * mid + 0.05 * small + 0.045 * grain
    blotch = np.clip(_cloud(rng, 12, 4) - 0.6, 0, 2) * (zone["cheek"] + 0.7 * zone["nose"])
    blood = person.blood * (1 + red + 0.45 * old * blotch + 0.12 * old * zone["nose"]) + _veins(person, years)
    blemish = np.zeros(CHART_SIZE, np.float32)
    for _ in range(int(rng.poisson(9))):
        x, y = _texel(rng.normal(0, 0.45), rng.uniform(6.9, 8.5))
        _stamp(blemish, x, y, rng.uniform(1.5, 4.0), rng.uniform(0.08, 0.4), rng, 0.9)
    youth = float(np.clip((45 - years) / 25, 0.25, 1))
    return np.clip(melanin, 0.02, 4), np.clip(blood + blemish * youth, 0.05, 3)


def _beard_shadow(person: Person, look: Hair) -> Image:
    """How much shaved beard shows through, 0..1."""
    if person.sex == "female":
        return np.zeros(CHART_SIZE, np.float32)
    small = rest_places()
    cover = beard_cover(small.reshape(-1, 3).astype(float), person.seed).reshape(small.shape[:2])
    out: Any = cv2.resize(cover.astype(np.float32), CHART_SIZE[::-1], interpolation=cv2.INTER_LINEAR)
    dots: Any = np.clip(person.rng(34).standard_normal(CHART_SIZE).astype(np.float32), -2, 2.5)
    dots = cv2.GaussianBlur(dots, (0, 0), 0.8)
    image: Image = np.clip(out * (1 + 0.9 * dots / (dots.std() + 1e-6) * 0.5), 0, 2)
    return image


def _under_hair(person: Person, look: Hair) -> Image:
    """How much hair covers the skin, for the shade at its roots, 0..1."""
    small = rest_places()[::2, ::2]
    cover = scalp_cover(small.reshape(-1, 3).astype(float), look, person.seed).reshape(small.shape[:2])
    cover = cover * (np.abs(small).sum(2) > 0)
    out: Image = np.clip(cv2.resize(cover.astype(np.float32), CHART_SIZE[::-1], interpolation=cv2.INTER_LINEAR), 0, 1)
    return out


def paint(person: Person, years: float, expression: Mapping[str, float], look: Hair) -> tuple[SkinMaps, Array]:
    """The skin now.

    Args:
        person: whose.
        years: how old.
        expression: weights of face units; folds deepen with them.
        look: hair and beard, for the shade at their roots.

    Returns:
        Maps for the relief the mesh does not carry, and how far the fine mesh's vertices are moved along their
        normals in
        metres (n,) for what it does.
    """
    zone = zones()
    lines = carve(creases(person, years, expression), person.seed)
    coarse: Any = cv2.GaussianBlur(lines, (0, 0), 3.5)
    fine = fine_relief(person, years, zone) * (1 - 0.85 * zone["lips"])
    fine = fine + _lip_lines(person, years, zone["lips"])
    height = lines - coarse + fine
    mesh = base()
    place = chart(mesh.fine_rest_dm)
    push = np.zeros((len(place), 1), np.float32)
    inside = np.flatnonzero((mesh.chart_uv[:, 1] > 0) & (mesh.chart_uv[:, 1] < 1))
    shade.sample_maps(np.ascontiguousarray(coarse[..., None]), mesh.chart_uv.astype(np.float32), inside, push)
    moved = push[:, 0] + slack(person, years, place)
    return _maps(person, years, look, zone, height.astype(np.float32), lines), moved


def _lip_lines(person: Person, years: float, lips: Image) -> Image:
    """Furrows across the lips; they stay, the lips around them shrink."""
    rng = person.rng(35)
    noise: Any = cv2.GaussianBlur(rng.standard_normal(CHART_SIZE).astype(np.float32), (0, 0), sigmaX=1.2, sigmaY=7)
    old = float(np.clip((years - 30) / 45, 0, 1.2))
    out: Image = lips * (-(np.abs(noise / noise.std()) ** 0.8)) * (60e-6 + 70e-6 * old)
    return out


def _maps(person: Person, years: float, look: Hair, zone: Mapping[str, Image], height: Image, lines: Image) -> SkinMaps:
    old = float(np.clip((years - 30) / 45, 0, 1.2))
    melanin, blood = _doses(person, years, zone)
    lips = zone["lips"]
    full = 1.0 - 0.45 * old
    blood = blood * (1 - lips) + lips * (person.blood * (1.0 + 0.55 * full) + 0.35 * full)
    melanin = melanin * (1 + lips * (0.25 - 0.05 * old))
    groove = np.clip(-lines * 1e3, 0, 1.5)
    blood = blood + 0.10 * groove  # the bottom of a fold is redder and darker
    melanin = melanin + 0.05 * groove * (0.5 + person.melanin)
    albedo = PALE * np.exp(-melanin[..., None] * MELANIN - blood[..., None] * BLOOD)
    sallow = 1 - old * 0.05 * np.array([0.2, 0.5, 1.6], np.float32)  # glycated collagen yellows (Ohshima 2009)
    albedo = albedo * sallow + 0.006
    shadow = _beard_shadow(person, look)[..., None]
    tone = np.array([0.16, 0.15, 0.15]) * (0.35 + 0.65 * float(np.exp(-0.5 * look.melanin))) + look.grey * np.array(
        [0.12, 0.12, 0.12]
    )
    veil = np.clip(
        shadow * (0.10 + 0.25 * min(look.beard / 0.15, 1)) * min(look.melanin / 2.5 + 0.2, 1) * (1 - 0.6 * look.grey),
        0,
        0.55,
    )
    albedo = albedo * (1 - veil) + tone * veil * np.minimum(albedo.mean(-1, keepdims=True) * 3, 1)
    roots = _under_hair(person, look)[..., None] * (1 - 0.5 * look.grey)
    dark = 0.66 * np.exp(-1.6 * np.sqrt(look.melanin * np.array([0.419, 0.697, 1.37])))
    albedo = albedo * (1 - 0.72 * roots) + 0.72 * roots * (0.3 * albedo + 0.3 * dark)
    rng = person.rng(36)
    oily = float(rng.beta(2, 2))
    rough = 0.50 - 0.13 * zone["oily"] * (0.4 + oily) * (1 - 0.45 * old) - 0.05 * oily + 0.06 * old - 0.10 * lips
    rough = rough + 0.03 * _cloud(rng, 9, 2) + 0.04 * _cloud(rng, 1.4, 1) * 0.5
    depth_blur: Any = cv2.GaussianBlur(height + lines * 0.5, (0, 0), 4.0)
    below = np.clip(depth_blur - height - lines * 0.5, -2e-4, 1e-3)
    open_sky = np.clip(1 - 750 * np.clip(below, 0, None) + 250 * np.clip(-below, 0, None), 0.35, 1.1)
    mirror = 0.028 * np.clip(1 - 2500 * np.clip(below, 0, None), 0.25, 1) * (1 - 0.5 * roots[..., 0])
    return SkinMaps(
        np.clip(albedo, 0.004, 0.95).astype(np.float32),
        height,
        np.clip(rough, 0.22, 0.75).astype(np.float32),
        mirror.astype(np.float32),
        open_sky.astype(np.float32),
    )
