"""Daylight by time and place, what is seen through the windows, and the colour of lamps. Luminance in cd/m2, ACEScg."""

from __future__ import annotations

from functools import cache

import numpy as np

from secondunit.effects.sets.plan import SetPlan
from secondunit.imaging import colour
from secondunit.imaging.noise import Image, noise, step
from secondunit.scene.camera import Array

LUMA = np.array([0.2722287168, 0.6740817658, 0.0536895174], np.float32)  # luminance of AP1 primaries, S-2014-004
XYZ = "CIE XYZ-D65 - Scene-referred"
TURBIDITY = 3.0  # a clear day
NIGHT_CD_M2 = 0.06  # of the sky over a town


def blackbody(kelvin: float) -> Array:
    """Colour of a lamp, ACEScg at luminance 1, (3,): the Planckian locus after Kim et al. 2002 (US patent 7024034)."""
    t = 1000.0 / min(max(kelvin, 1667.0), 25000.0)
    if kelvin <= 4000:
        x = -0.2661239 * t**3 - 0.2343589 * t**2 + 0.8776956 * t + 0.179910
    else:
        x = -3.0258469 * t**3 + 2.1070379 * t**2 + 0.2226347 * t + 0.240390
    if kelvin <= 2222:
        y = -1.1063814 * x**3 - 1.34811020 * x**2 + 2.18555832 * x - 0.20219683
    elif kelvin <= 4000:
        y = -0.9549476 * x**3 - 1.37418593 * x**2 + 2.09137015 * x - 0.16748867
    else:
        y = 3.0817580 * x**3 - 5.87338670 * x**2 + 3.75112997 * x - 0.37001483
    out: Array = of_chromaticity(np.array([[x, y, 1.0]]))[0]
    return out


def of_chromaticity(xy_luminance: Array) -> Array:
    """CIE x, y and luminance (n, 3) to ACEScg (n, 3)."""
    x, y, luminance = xy_luminance.T
    y = np.maximum(y, 1e-6)
    xyz = np.stack([x / y * luminance, luminance, (1 - x - y) / y * luminance], -1).astype(np.float32)
    return np.maximum(colour.to_working(xyz, XYZ), 0).astype(float)


def sun(plan: SetPlan) -> tuple[Array, float]:
    """Unit vector to the sun in the set's axes, (3,), and its elevation in degrees (Cooper 1969; local solar time)."""
    declination = np.radians(23.45 * np.sin(2 * np.pi * (284 + plan.day_of_year) / 365))
    latitude, turn = np.radians(plan.latitude_deg), np.radians(15 * (plan.hour - 12))
    up = np.sin(latitude) * np.sin(declination) + np.cos(latitude) * np.cos(declination) * np.cos(turn)
    east = -np.cos(declination) * np.sin(turn)
    north = np.cos(latitude) * np.sin(declination) - np.sin(latitude) * np.cos(declination) * np.cos(turn)
    bearing = np.arctan2(east, north) - np.radians(plan.facing_deg)
    flat = np.sqrt(max(0.0, 1 - up**2))
    to_sun = np.array([np.sin(bearing) * flat, up, -np.cos(bearing) * flat])
    return to_sun, float(np.degrees(np.arcsin(np.clip(up, -1, 1))))


def sun_illuminance(elevation_deg: float) -> tuple[float, float]:
    """Lux on a surface that faces the sun, and its kelvin: clear air, extinction 0.21 (IES Handbook), reddened low."""
    if elevation_deg <= 0.5:
        return 0.0, 2000.0
    mass = 1 / (np.sin(np.radians(elevation_deg)) + 0.15 * (elevation_deg + 3.885) ** -1.253)  # Kasten 1965
    return float(127_500 * np.exp(-0.21 * mass)), float(2000 + 3600 * (1 - np.exp(-elevation_deg / 14)))


def sky(to: Array, to_sun: Array) -> Array:
    """Luminance of a clear sky (n, 3) along unit vectors (n, 3), ACEScg cd/m2 (Preetham, Shirley and Smits 1999)."""
    t = TURBIDITY
    up = np.clip(to[:, 1], 0.02, 1)
    zenith = np.arccos(np.clip(max(to_sun[1], 0.03), -1, 1))
    gamma = np.arccos(np.clip(to @ to_sun, -1, 1))
    chi = (4 / 9 - t / 120) * (np.pi - 2 * zenith)
    luminance = max(((4.0453 * t - 4.9710) * np.tan(chi) - 0.2155 * t + 2.4192) * 1000, 200.0)
    powers = np.array([zenith**3, zenith**2, zenith, 1.0])
    mix_x = np.array(
        [[0.00166, -0.00375, 0.00209, 0], [-0.02903, 0.06377, -0.03202, 0.00394], [0.11693, -0.21196, 0.06052, 0.25886]]
    )
    mix_y = np.array(
        [[0.00275, -0.00610, 0.00317, 0], [-0.04214, 0.08970, -0.04153, 0.00516], [0.15346, -0.26756, 0.06670, 0.26688]]
    )
    turbid = np.array([t * t, t, 1.0])
    coefficients = (
        (
            (
                -0.0193 * t - 0.2592,
                -0.0665 * t + 0.0008,
                -0.0004 * t + 0.2125,
                -0.0641 * t - 0.8989,
                -0.0033 * t + 0.0452,
            ),
            turbid @ mix_x @ powers,
        ),
        (
            (
                -0.0167 * t - 0.2608,
                -0.0950 * t + 0.0092,
                -0.0079 * t + 0.2102,
                -0.0441 * t - 1.6537,
                -0.0109 * t + 0.0529,
            ),
            turbid @ mix_y @ powers,
        ),
        (
            (
                0.1787 * t - 1.4630,
                -0.3554 * t + 0.4275,
                -0.0227 * t + 5.3251,
                0.1206 * t - 2.5771,
                -0.0670 * t + 0.3703,
            ),
            luminance,
        ),
    )

    def perez(c: tuple[float, ...], cosine: Array, angle: Array) -> Array:
        out: Array = (1 + c[0] * np.exp(c[1] / cosine)) * (1 + c[2] * np.exp(c[3] * angle) + c[4] * np.cos(angle) ** 2)
        return out

    found = [scale * perez(c, up, gamma) / perez(c, np.ones(1), np.array([zenith])) for c, scale in coefficients]
    fade = np.clip((np.degrees(np.arcsin(to_sun[1])) + 7) / 9, 0, 1) ** 3  # civil dusk
    out: Array = of_chromaticity(np.stack(found, -1)) * fade + NIGHT_CD_M2 * np.array([0.7, 0.95, 1.6])
    return out


EYE_M = 2.0  # over the ground outside
COLUMNS = 8192  # of the outlines around the horizon: 0.04 degrees, less than a crown's leaves


@cache
def _outline(seed: int) -> tuple[Image, Image, Image]:
    """Far hills and near trees by azimuth: elevations (2, n) in degrees, tone (2, n); their mottle (256, 2048)."""
    rng = np.random.default_rng((9011, seed))
    hills = 1.9 + 0.45 * noise((4, COLUMNS), rng, slope=3.0, low=1)[0]
    trees, tone = _crowns(rng, 3.0 + 1.3 * noise((4, COLUMNS), rng, slope=2.0, low=2)[0])
    mottle = noise((256, 2048), rng, slope=1.0, low=8)
    return np.stack([hills, trees]).astype(np.float32), np.stack([np.ones(COLUMNS), tone]).astype(np.float32), mottle


def _crowns(rng: np.random.Generator, height: Image) -> tuple[Array, Array]:
    """Heads of trees about a height (n,) in degrees, each a heap of leaves, and how light each is: (n,) both."""
    azimuth = np.linspace(0, 360, COLUMNS, endpoint=False)
    top, tone = 0.5 * height.astype(float), np.full(COLUMNS, 0.8)
    for middle in rng.uniform(0, 360, 460):
        wide, light = rng.lognormal(0.3, 0.35), rng.uniform(0.75, 1.2)  # half width: 15 m at some 600 m
        tall = np.interp(middle, azimuth, height) * rng.uniform(0.85, 1.1)
        for aside, up, size in rng.normal((0, 0.7, 0.5), (0.4, 0.07, 0.1), (11, 3)):
            reach = wide * max(size, 0.15)
            away = (azimuth - middle - aside * wide + 180) % 360 - 180
            heap = tall * up - 0.25 * abs(aside) * tall + np.sqrt(np.clip(reach**2 - away**2, 0, None)) * 0.8
            nearer = (np.abs(away) < reach) & (heap > top)
            top[nearer], tone[nearer] = heap[nearer], light
    leaves = noise((4, COLUMNS), rng, slope=0.6, low=600)[0]
    return top + 0.05 * leaves, tone


def outside(to: Array, to_sun: Array, seed: int) -> Array:
    """What is seen out of a window along unit vectors (n, 3): sky, hills, trees, lawn; ACEScg cd/m2."""
    light = sky(to, to_sun)
    up = np.sin(np.arctan2(to_sun[1], 1)) if to_sun[1] > 0 else 0.0
    zenith = sky(np.array([[0.0, 1.0, 0.0]]), to_sun)[0]
    horizon = sky(np.array([[-to_sun[0], 0.12, -to_sun[2]]]) / np.hypot(1, 0.12), to_sun)[0]
    lux, kelvin = sun_illuminance(float(np.degrees(np.arcsin(to_sun[1]))))
    ground = np.pi * zenith * 1.2 + max(up, 0.0) * lux * blackbody(kelvin)
    azimuth = np.arctan2(to[:, 0], to[:, 2]) / (2 * np.pi) + 0.5
    elevation = np.degrees(np.arcsin(np.clip(to[:, 1], -1, 1)))
    outline, tone, mottle = _outline(seed)
    column = np.floor(azimuth * COLUMNS).astype(int) % COLUMNS
    part = azimuth * COLUMNS - np.floor(azimuth * COLUMNS)
    row = np.clip(((elevation + 12) * 10).astype(int), 0, 255)
    texture = mottle[row, column * 2048 // COLUMNS]
    for layer, albedo, haze in ((0, (0.07, 0.085, 0.07), 0.55), (1, (0.045, 0.07, 0.028), 0.12)):
        shade = np.array(albedo) / np.pi * ground * np.exp(0.35 * texture * (1 - haze))[:, None]
        shade = shade * tone[layer, column, None] * (1 - haze) + horizon * haze * 0.6
        height = outline[layer, column] * (1 - part) + outline[layer, (column + 1) % COLUMNS] * part
        cover = step(height - elevation, 0.0, 0.12)[:, None]
        light = light * (1 - cover) + shade * cover
    far = EYE_M / np.maximum(-to[:, 1], 1e-3)  # on the ground, which is grass in patches and, near by, in tufts
    across, away = to[:, 0] * far, to[:, 2] * far
    patches = mottle[(away * 4).astype(int) % 256, (across * 4).astype(int) % 2048]
    tufts = mottle[(away * 25).astype(int) % 256, (across * 25).astype(int) % 2048]
    texture = patches * np.exp(-far / 60) + 1.5 * tufts * np.exp(-far / 12)
    lawn = np.array([0.06, 0.085, 0.03]) / np.pi * ground * np.exp(0.18 * texture)[:, None]
    below = step(-elevation, 0.3, 1.2)[:, None]
    out: Array = light * (1 - below) + lawn * below
    return out
