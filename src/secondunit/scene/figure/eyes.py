"""Eyeballs with iris, cornea and veins, the wet line along the lower lid, and lashes.

The shapes follow the MPFB mesh's helper vertices, so morphs, blinks and expressions carry them along. Sizes of the eye:
Bekerman et al. 2014 (axial 24 mm) and Ruefer et al. 2005 (white-to-white 11.7 mm).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from secondunit.scene.figure.parts import Array, Part, Strands, Surface, grid, tube

Image = npt.NDArray[np.float32]

EYEBALLS = {"left": slice(14598, 14670), "right": slice(14670, 14742)}  # MPFB helper vertices
# inner edge of the lid margins from the inner to the outer corner
UPPER = {
    "left": [7769, 7768, 7772, 7767, 7766, 7765, 7748, 7747, 7749, 7750, 7751, 7752, 7753, 7754],
    "right": [1077, 1076, 1080, 1075, 1074, 1073, 1056, 1055, 1057, 1058, 1059, 1060, 1061, 1062],
}
LOWER = {
    "left": [7769, 7770, 7771, 7764, 11717, 7763, 7762, 7761, 7760, 7759, 7758, 7757, 11716, 7756, 7755, 7754],
    "right": [1077, 1078, 1079, 1072, 5102, 1071, 1070, 1069, 1068, 1067, 1066, 1065, 5101, 1064, 1063, 1062],
}
LIMBUS_M = 0.0059  # radius of the visible iris
BULGE_M = 0.0008  # of the cornea over the eyeball's sphere; less than real (1.2 mm) so that closed lids clear it
TEXTURE = 768


@dataclass(frozen=True)
class Eyes:
    """How a person's eyes look.

    Attributes:
        melanin: of the iris, 0 blue-grey, 0.4 green to hazel, 1 dark brown.
        pupil: radius over the iris's radius, 0.2 bright light .. 0.55 dim.
        redness: of the white, 0..1.
        years: yellows the white, shrinks the pupil and draws the pale ring of age (arcus senilis) from about 55 on.
    """

    melanin: float = 0.5
    pupil: float = 0.36
    redness: float = 0.3
    years: float = 40.0


def centres(vertices_m: Array) -> dict[str, tuple[Array, float]]:
    """Centre (3,) and radius in metres of both eyeballs: the spheres through their helper vertices."""
    out = {}
    for side, which in EYEBALLS.items():
        points = vertices_m[which]
        middle = points.mean(0)
        local = points - middle
        system = np.concatenate([2 * local, np.ones((len(local), 1))], axis=1)
        answer = np.linalg.lstsq(system, (local**2).sum(1), rcond=None)[0]
        out[side] = (middle + answer[:3], float(np.sqrt(answer[3] + answer[:3] @ answer[:3])))
    return out


def _noise(shape: tuple[int, int], sigma: tuple[float, float], rng: np.random.Generator, *, wrap: bool) -> Image:
    """Band of smooth noise, unit variance; sigma in pixels (x, y); ``wrap`` along x."""
    noise: Any = rng.standard_normal(shape).astype(np.float32)
    pad = int(3 * sigma[0]) + 1 if wrap else 0
    noise = cv2.copyMakeBorder(noise, 0, 0, pad, pad, cv2.BORDER_WRAP) if wrap else noise
    noise = cv2.GaussianBlur(noise, (0, 0), sigmaX=max(sigma[0], 0.01), sigmaY=max(sigma[1], 0.01))
    noise = noise[:, pad : noise.shape[1] - pad] if wrap else noise
    out: Image = noise / (noise.std() + 1e-9)
    return out


def _iris(look: Eyes, radius: Image, angle: Image, rng: np.random.Generator) -> Image:
    """Colour (h, w, 3) of the iris over radius 0..1 and angle in radians."""
    rows, columns = 128, 1024
    fibres = _noise((rows, columns), (2.0, 22), rng, wrap=True) + 0.6 * _noise((rows, columns), (5, 9), rng, wrap=True)
    crypts = np.clip(_noise((rows, columns), (14, 9), rng, wrap=True) - 0.9, 0, 1)
    x = (angle / (2 * np.pi) % 1 * columns).astype(np.float32)
    y = (radius * (rows - 1)).astype(np.float32)
    relief: Any = cv2.remap(fibres - 1.5 * crypts, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
    wobble: Any = cv2.remap(_noise((rows, columns), (30, 60), rng, wrap=True), x, y * 0, cv2.INTER_LINEAR)
    collar = np.exp(-(((radius - 0.5 - 0.03 * wobble) / 0.10) ** 2))
    blue, green, brown = np.array([[0.13, 0.19, 0.24], [0.17, 0.15, 0.075], [0.075, 0.034, 0.015]])
    share = look.melanin
    outer = blue * (1 - share) ** 2 + green * 2 * share * (1 - share) + brown * share**2
    inner = outer * 0.35 + (green * 1.1 * (1 - share) + brown * 1.6 * share) * 0.65
    zone = np.clip((0.62 - radius + 0.04 * wobble) / 0.25, 0, 1)[..., None]
    colour = outer * (1 - zone) + inner * zone
    colour = colour * np.exp(0.28 * relief + 0.35 * collar)[..., None]
    colour *= (1 - 0.75 * np.clip((radius - 0.74) / 0.24, 0, 1) ** 1.5)[..., None]  # limbal ring
    edge = look.pupil * (1 - 0.25 * np.clip((look.years - 30) / 50, 0, 1))
    pupil = np.clip((radius - edge - 0.008 * wobble) / 0.05, 0, 1)[..., None]
    arcus = 0.5 * np.clip((look.years - 52) / 25, 0, 1) * np.exp(-(((radius - 0.9) / 0.05) ** 2))[..., None]
    colour = (0.004 * (1 - pupil) + colour * pupil) * (1 - arcus) + np.array([0.33, 0.35, 0.36]) * arcus
    out: Image = colour.astype(np.float32)
    return out


def _veins(look: Eyes, rng: np.random.Generator) -> Image:
    """Cover (h, w) 0..1 of fine vessels that wander from both corners towards the iris."""
    image = np.zeros((TEXTURE, TEXTURE), np.float32)
    for side in (-1, 1):
        for _ in range(int(16 + 22 * look.redness)):
            start = rng.uniform(0.55, 0.95)
            place = np.array([side * start, rng.normal(0, 0.28) * start])
            heading = np.arctan2(-place[1] * 0.6, -side) + rng.normal(0, 0.25)
            length, strength = rng.uniform(0.12, 0.42), rng.uniform(0.15, 0.7)
            steps = int(length / 0.012)
            points = [place.copy()]
            for _step in range(steps):
                heading += rng.normal(0, 0.3)
                place = place + 0.012 * np.array([np.cos(heading), np.sin(heading)])
                points.append(place.copy())
            pixels = np.round((np.array(points) * 0.5 + 0.5) * TEXTURE * 16).astype(np.int32)
            line: Any = np.zeros_like(image)
            cv2.polylines(line, [pixels[:, None]], False, (1.0,), 1 if strength < 0.5 else 2, cv2.LINE_AA, 4)
            image = np.maximum(image, line * strength)
    out: Image = np.clip(cv2.GaussianBlur(image, (0, 0), 0.8) * 1.3, 0, 1)
    return out


def _paint(look: Eyes, limbus_rad: float, seed: int) -> Image:
    """Albedo (h, w, 3) of an eye; the texture is equidistant from the optical axis, 90 deg wide."""
    rng = np.random.default_rng((seed, 31))
    y, x = np.mgrid[0:TEXTURE, 0:TEXTURE].astype(np.float32)
    x, y = (x + 0.5) / TEXTURE * 2 - 1, 1 - (y + 0.5) / TEXTURE * 2
    edge = limbus_rad / (np.pi / 2)
    reach, angle = np.hypot(x, y), np.arctan2(y, x)
    radius = np.clip(reach / edge, 0, 1.2)
    iris = _iris(look, np.minimum(radius, 1), angle, rng)
    age = np.clip((look.years - 25) / 55, 0, 1)
    white = np.array([0.60, 0.53, 0.475]) * (1 - 0.10 * age) * np.array([1, 1 - 0.02 * age, 1 - 0.12 * age])
    corner = np.clip((np.abs(x) - 0.38) / 0.45, 0, 1)[..., None]
    blotch = _noise((TEXTURE, TEXTURE), (26, 26), rng, wrap=False)[..., None]
    flush = np.clip((0.10 + 0.28 * corner) * (0.35 + look.redness) + 0.018 * blotch, 0, 0.6)
    sclera = white * (1 - flush) + np.array([0.50, 0.25, 0.20]) * flush
    veins = (_veins(look, rng) * (0.35 + 0.5 * look.redness))[..., None]
    sclera = sclera * (1 - veins) + np.array([0.40, 0.10, 0.08]) * veins
    sclera *= (1 - 0.18 * np.exp(-(((radius - 1.05) / 0.12) ** 2)))[..., None]  # the grey rim around the iris
    blend = np.clip((1.03 - reach / edge) / 0.10, 0, 1)[..., None]
    blend = blend * blend * (3 - 2 * blend)
    albedo = sclera * (1 - blend) + iris * blend
    out: Image = albedo.astype(np.float32)
    return out


def _ball(centre: Array, radius_m: float, gaze: Array) -> tuple[Array, npt.NDArray[np.int64], Array]:
    """Front half of an eyeball turned by the rotation ``gaze`` (3, 3)."""
    limbus = np.arcsin(LIMBUS_M / radius_m)
    polar = np.concatenate([np.linspace(0.001, 1.3, 40) * limbus, np.linspace(1.35 * limbus, np.pi / 2, 20)])
    turn = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    bump = BULGE_M * np.clip(1 - (polar / limbus / 1.12) ** 2, 0, 1) ** 1.35
    out = np.stack(
        [
            np.sin(polar)[:, None] * np.cos(turn),
            np.sin(polar)[:, None] * np.sin(turn),
            np.repeat(np.cos(polar)[:, None], len(turn), 1),
        ],
        axis=-1,
    )
    points, triangles, _ = grid((radius_m + bump)[:, None, None] * out, closed=True, inside_out=True)
    reach = (polar / (np.pi / 2) * 0.5)[:, None, None]
    uv = 0.5 + reach * np.stack([np.cos(turn), np.sin(turn)], -1)[None]
    return centre + points @ gaze.T, triangles, uv.reshape(-1, 2)


def _towards(yaw_deg: float, pitch_deg: float) -> Array:
    """Rotation that turns +z by yaw to +x and then by pitch to +y."""
    yaw, pitch = np.radians([yaw_deg, pitch_deg])
    turn = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    lift = np.array([[1, 0, 0], [0, np.cos(pitch), np.sin(pitch)], [0, -np.sin(pitch), np.cos(pitch)]])
    out: Array = turn @ lift
    return out


def eyes(
    vertices_m: Array, look: Eyes, *, gaze_deg: tuple[float, float] = (0.0, 0.0), near_m: float = 2.0, seed: int = 0
) -> list[Part]:
    """Both eyeballs, their corners' pink and the wet line.

    Args:
        vertices_m: (19158, 3) of the MPFB mesh with its helpers, head upright, looking along +z.
        look: colours.
        gaze_deg: (yaw to +x, pitch up) of the look, degrees.
        near_m: distance of what is looked at; both eyes turn in towards it.
        seed: of the painted detail.
    """
    parts = []
    middle = float(np.mean([centre[0] for centre, _ in centres(vertices_m).values()]))
    for number, (side, (centre, radius)) in enumerate(centres(vertices_m).items()):
        limbus = float(np.arcsin(LIMBUS_M / radius))
        albedo = _paint(look, limbus, seed * 2 + number)
        inward = float(np.degrees(np.arctan2(centre[0] - middle, near_m)))
        points, triangles, uv = _ball(centre, radius, _towards(gaze_deg[0] - inward, gaze_deg[1]))
        surface = Surface(albedo, 0.5, 0.2, film=0.035, film_roughness=0.018)
        parts.append(Part(f"eye-{side}", points, triangles, uv, surface))
        parts += _wet(vertices_m, side, centre, radius)
    return parts


def _wet(vertices_m: Array, side: str, centre: Array, radius_m: float) -> list[Part]:
    """The tear line in the crease of the lower lid, and the caruncle in the inner corner."""
    margin = _along(vertices_m[LOWER[side][3:]], 32)
    out = margin - centre
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    line = centre + out * (radius_m + 0.00025) + np.array([0.0, 0.0001, 0.0])
    taper = np.minimum(np.linspace(0, 8, 32), np.linspace(8, 0, 32)).clip(0.2, 1)
    wet = Surface((0.42, 0.22, 0.18), 0.3, 0.5, film=0.10, film_roughness=0.03)
    tear = Part(f"tear-{side}", *tube(line, 0.00038 * taper, 8), wet)
    inner = vertices_m[LOWER[side][0]]
    away = inner - centre
    path = np.stack([inner + away / np.linalg.norm(away) * step for step in (-0.0020, -0.0006)])
    sphere = np.linspace(0, np.pi, 9)
    middle, axis = path.mean(0), np.array([0.0011, 0.0011, 0.0012])
    turn = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    ball = np.stack(
        [
            np.sin(sphere)[:, None] * np.cos(turn),
            np.sin(sphere)[:, None] * np.sin(turn),
            np.repeat(np.cos(sphere)[:, None], 16, 1),
        ],
        -1,
    )
    flesh = Surface((0.38, 0.15, 0.125), 0.4, 0.5, film=0.035, film_roughness=0.06)
    return [tear, Part(f"caruncle-{side}", *grid(middle + ball * axis, closed=True, inside_out=True), flesh)]


def _along(points: Array, count: int) -> Array:
    """A polyline (n, 3) drawn anew with ``count`` points at equal lengths."""
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    at = np.linspace(0, length[-1], count)
    out: Array = np.stack([np.interp(at, length, points[:, k]) for k in range(3)], axis=-1)
    return out


def lashes(vertices_m: Array, *, melanin: float, length: float = 1.0, seed: int = 0) -> Strands:
    """Upper and lower lashes, rooted on the outer edge of the lid margins.

    Args:
        vertices_m: (19158, 3) of the MPFB mesh.
        melanin: of the hairs, see ``Strands``.
        length: 1 is about 6 mm above and 3 mm below.
        seed: of the scatter.
    """
    rng = np.random.default_rng((seed, 32))
    bundles = []
    for side, (centre, radius) in centres(vertices_m).items():
        for loop, count, reach, rise in ((UPPER, 80, 0.0066, 1.0), (LOWER, 42, 0.0036, -1.0)):
            edge = _along(vertices_m[loop[side][3:]], 400)
            u = np.sort(rng.uniform(0.03, 0.985, count))
            root = edge[(u * 399).astype(int)]
            out = root - centre
            out /= np.linalg.norm(out, axis=1, keepdims=True)
            root = centre + out * (radius + 0.0016 + rng.uniform(-0.0004, 0.0004, (count, 1)))
            fan = (u - 0.45) * (1.3 if side == "left" else -1.3)
            lift = np.array([0.0, rise, 0.0])
            size = (
                reach
                * length
                * (0.55 + 0.45 * np.sin(np.pi * u.clip(0.05, 0.95)) + 0.25 * u)
                * rng.uniform(0.65, 1.05, count)
            )
            aside = np.stack([fan, np.zeros(count), np.zeros(count)], -1) + rng.normal(0, 0.10, (count, 3))
            steps = np.linspace(0, 1, 6)[None, :, None]
            start = out * 0.95 + np.array([0, -0.25 * rise, 0.15]) + aside * 0.6
            curl = lift * (1.15 if rise > 0 else 0.75)
            points = root[:, None] + size[:, None, None] * (
                start[:, None] * (steps - 0.28 * steps**2) + curl * steps**2 * 0.75
            )
            bundles.append(points)
    points = np.concatenate(bundles)
    radius_m = np.repeat(np.linspace(1, 0.25, points.shape[1])[None], len(points), 0) * 0.00007
    return Strands("lashes", points, radius_m, melanin, 0.2)
