"""The light of a plate: where the sun stands, and how much of the light is its, from lit and unlit surfaces."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from secondunit.plate.lines import LUMINANCE
from secondunit.plate.shadows import corner_shadow, elevation_deg, look
from secondunit.plate.survey import Facade
from secondunit.scene.camera import Array, Camera
from secondunit.scene.light import Light, direction_from_angles

WALL_ALBEDO = 0.35  # brick 0.2..0.4, render 0.3..0.6 (CIBSE Guide A, solar reflectance of building materials)
GROUND_ALBEDO = 0.25  # setts, asphalt and soil 0.1..0.3 (the same)
GUESSED_ELEVATION_DEG = 40.0  # mean of a mid-latitude day's working hours
SUN_TO_SKY_CLEAR = 4.0  # irradiance of a clear day's sun over its sky, level ground at 40 degrees (CIE S 011)
LIT_RATIO = 1.5  # walls of one house whose radiance differs by more are told apart as lit and unlit
GUESS = 0.4  # confidence up to which walls do not tell lit from unlit
SUN_TINT = np.array([1.05, 1.0, 0.92])  # a daylight sun of 5500 K beside a neutral D60 white


@dataclass(frozen=True)
class SunReading:
    """What the plate says of its light.

    Attributes:
        light: for the effects.
        note: a sentence on how it was found.
    """

    light: Light
    note: str


def wall_radiance(picture: npt.NDArray[np.float32], camera: Camera, facade: Facade) -> Array:
    """Typical radiance of a wall (3,) in plate units: of the middle of its brightness, windows left out."""
    s, t = np.meshgrid(np.linspace(0.04, 0.96, 60) * facade.width_m, np.linspace(0.15, 0.9, 40) * facade.height_m)
    wall = np.ones(s.shape, bool)
    for one in facade.openings:
        wall &= ~((s > one.left_m) & (s < one.right_m) & (t > one.bottom_m) & (t < one.top_m))
    colour, inside = look(picture, camera, facade.to_world(s, t))
    return _typical(colour[inside & wall])


def _typical(colour: npt.NDArray[np.float32]) -> Array:
    """Mean colour (3,) of the middle half by luminance; zeros if there is none."""
    if not len(colour):
        return np.zeros(3)
    bright = colour @ LUMINANCE
    low, high = np.percentile(bright, [35, 85])
    return np.asarray(colour[(bright >= low) & (bright <= high)].mean(axis=0), float)


def ground_radiance(picture: npt.NDArray[np.float32], camera: Camera, building: npt.NDArray[np.bool_]) -> Array:
    """Typical radiance (3,) of the lit ground: pixels that look down at it from less than 30 m, off the building."""
    y, x = np.mgrid[0 : camera.height_px : 8, 0 : camera.width_px : 8]
    ray = camera.rays(np.stack([x + 0.5, y + 0.5], axis=-1))
    down = -ray[..., 1]
    near = (down > 1e-3) & (camera.position_m[1] / np.maximum(down, 1e-3) < 30.0) & ~building[::8, ::8]
    return _typical(picture[::8, ::8][near])


def sky_tint(picture: npt.NDArray[np.float32], camera: Camera, building: npt.NDArray[np.bool_]) -> Array:
    """Colour (3,) of luminance 1 of what is seen more than 10 degrees above the horizon and is bright or blue."""
    y, x = np.mgrid[0 : camera.height_px : 8, 0 : camera.width_px : 8]
    up = camera.rays(np.stack([x + 0.5, y + 0.5], axis=-1))[..., 1]
    colour = picture[::8, ::8]
    bright = colour @ LUMINANCE
    sky = (up > np.sin(np.radians(10))) & ~building[::8, ::8] & (colour[..., 2] > 0.9 * colour[..., 0])
    sky &= bright > np.median(bright)
    if sky.mean() < 0.01:
        return np.ones(3)
    mean = colour[sky].mean(axis=0)
    tint = np.asarray(mean / max(float(mean @ LUMINANCE), 1e-6), float)
    # A blue sky's light on walls is milder than the blue looked at: half of it is near the sun, in haze and cloud.
    return np.asarray(np.sqrt(np.clip(tint, 0.2, 3.0)))


def _azimuth_from_walls(facades: tuple[Facade, ...], brightness: Array) -> tuple[float, float, str]:
    """Azimuth of the sun in degrees, how well it is known, and a sentence; from which walls are brighter."""
    normals = np.array([np.degrees(np.arctan2(facade.normal[0], facade.normal[2])) for facade in facades])
    if len(facades) < 2:
        return float(normals[0] + 35.0), 0.1, "The sun is a guess: one wall says nothing of its side."
    brightest, darkest = int(np.argmax(brightness)), int(np.argmin(brightness))
    ratio = float(brightness[brightest] / max(float(brightness[darkest]), 1e-6))
    away = (normals[brightest] - normals[darkest] + 180) % 360 - 180
    side = 1.0 if away > 0 else -1.0
    lit = f"the wall '{facades[brightest].name}' is {ratio:.1f} times as bright as '{facades[darkest].name}'"
    if ratio > LIT_RATIO:
        azimuth = float(normals[brightest] + side * 20.0)
        return azimuth, 0.45, f"The sun stands on the side of the brighter wall: {lit}; its height is a guess."
    middle = float(normals[darkest] + away / 2 + side * 10.0)
    return middle, 0.2, f"The sun is a guess: {lit}, too little to tell lit from unlit."


def _from_shadow(
    picture: npt.NDArray[np.float32], camera: Camera, facades: tuple[Facade, ...], brightness: Array
) -> tuple[float, float, float, str] | None:
    """Azimuth, elevation (degrees), how well they are known, and a sentence, from the shadow of the corner between the
    brightest wall and the darkest; None where none is plain."""
    lit, unlit = facades[int(np.argmax(brightness))], facades[int(np.argmin(brightness))]
    shadow = corner_shadow(picture, camera, lit, unlit)
    if shadow is None:
        return None
    off = shadow.azimuth_deg - float(np.degrees(np.arctan2(lit.normal[0], lit.normal[2])))
    ratio = float(brightness.max() / max(float(brightness.min()), 1e-6))
    height = elevation_deg(ratio, shadow.darker, off)
    # The ratios of one picture are as uncertain as the guess: some 15 degrees. Their mean is better than either.
    height = None if height is None else (height + GUESSED_ELEVATION_DEG) / 2
    found = f"The corner's shadow on the ground puts the sun at {shadow.azimuth_deg:.0f} degrees"
    if height is None:
        return shadow.azimuth_deg, GUESSED_ELEVATION_DEG, 0.55, f"{found}; its height is a guess."
    return shadow.azimuth_deg, height, 0.7, f"{found}, lit and shaded parts about {height:.0f} high."


def read_light(
    picture: npt.NDArray[np.float32],
    camera: Camera,
    facades: tuple[Facade, ...],
    building: npt.NDArray[np.bool_],
    *,
    sun_azimuth_deg: float | None = None,
    sun_elevation_deg: float | None = None,
    sun_to_sky: float | None = None,
) -> SunReading:
    """Sun, sky and ground from walls and ground; what is given wins.

    Args:
        picture: (H, W, 3) scene-linear ACEScg, of the camera's size.
        camera: in the world of the facades.
        facades: with openings.
        building: (H, W) inside the outline.
        sun_azimuth_deg: from the main facade's normal towards its right.
        sun_elevation_deg: above the horizon.
        sun_to_sky: irradiance of the sun over the sky's, level ground.
    """
    walls = np.array([wall_radiance(picture, camera, facade) for facade in facades])
    ground = ground_radiance(picture, camera, building)
    bright = walls @ LUMINANCE
    azimuth, known, note = _azimuth_from_walls(facades, bright)
    elevation = GUESSED_ELEVATION_DEG
    shadow = _from_shadow(picture, camera, facades, bright) if known > GUESS else None
    if shadow is not None:
        azimuth, elevation, known, note = shadow
    elevation = elevation if sun_elevation_deg is None else sun_elevation_deg
    if sun_azimuth_deg is not None:
        azimuth, known = sun_azimuth_deg, 1.0 if sun_elevation_deg is not None else 0.6
        note = "The sun is the brief's." if sun_elevation_deg is not None else "The sun's azimuth is the brief's."
    to_sun = direction_from_angles(azimuth, elevation)
    sun, sky = _balance(facades, walls, ground, to_sun, sun_to_sky, sky_tint(picture, camera, building))
    if sun_to_sky == 0:
        note = "The sky is overcast, says the brief."
    radiosity = ground * np.pi
    light = Light(_triple(to_sun), _triple(sun), _triple(sky), _triple(radiosity), known)
    return SunReading(light, note)


def _balance(
    facades: tuple[Facade, ...], walls: Array, ground: Array, to_sun: Array, sun_to_sky: float | None, tint: Array
) -> tuple[Array, Array]:
    """Irradiance of the sun (facing it) and of the sky (level ground), RGB, that explain walls and ground best.

    Radiance = albedo E / pi with E = sun max(n.l, 0) + sky (1 + n.up) / 2 + ground's radiosity (1 - n.up) / 2, in
    luminance; colours are set by tints. With a given ratio only the level is fitted.
    """
    normals = np.array([facade.normal for facade in facades] + [[0.0, 1.0, 0.0]])
    radiance = np.concatenate([walls, ground[None]]) @ LUMINANCE
    albedo = np.array([WALL_ALBEDO] * len(facades) + [GROUND_ALBEDO])
    bounced = radiance[-1] * np.pi * (1 - normals[:, 1]) / 2
    needed = np.maximum(radiance * np.pi / albedo - bounced, 0.05 * radiance * np.pi / albedo)
    facing, open_sky = np.maximum(normals @ to_sun, 0), (1 + normals[:, 1]) / 2
    ratio = sun_to_sky
    if ratio is None:
        ratios = np.concatenate([[0.0], np.geomspace(0.3, 12, 40)])
        ratio = float(min(ratios, key=lambda one: _spread(needed, facing, open_sky, one, to_sun[1])))
    unit = ratio / max(float(to_sun[1]), 0.05) * facing + open_sky
    sky = float(np.exp(np.mean(np.log(np.maximum(needed, 1e-6) / unit))))
    warm = SUN_TINT / float(SUN_TINT @ LUMINANCE)
    return sky * ratio / max(float(to_sun[1]), 0.05) * warm, sky * tint / float(tint @ LUMINANCE)


def _spread(needed: Array, facing: Array, open_sky: Array, ratio: float, height: float) -> float:
    """How unevenly a ratio of sun to sky explains the light needed; clear days are a little likelier."""
    unit = ratio / max(height, 0.05) * facing + open_sky
    miss = np.log(np.maximum(needed, 1e-6) / unit)
    usual = np.log(max(ratio, 0.1) / SUN_TO_SKY_CLEAR)
    return float(np.var(miss) + 0.05 * usual**2)


def _triple(value: Array) -> tuple[float, float, float]:
    return (float(value[0]), float(value[1]), float(value[2]))
