"""The light inside the dust: from the sun, from the sky and from the ground, and how much of it is scattered again.

Dust scatters nearly all light that meets it, many times: what makes it bright. Later scatterings are first summed with
an escape probability: light at a place leaves with probability V (mean transmittance over all directions) and is
scattered again otherwise, so the sum of all orders is 1 / (1 - a (1 - V)) for scattering albedo a (Sobolev's
approximation; Irons 1978, "The escape probability in radiative transfer", MNRAS 182). From there ``bounce`` takes it
from place to place: what lies in the shade of thick dust is lit by the bright dust, walls and ground around it. Neither
adds energy: a white cloud in a uniformly bright surround vanishes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from secondunit.effects.collapse.dust.bounce import arriving, entered, kept
from secondunit.effects.collapse.dust.detail import join, refine
from secondunit.effects.collapse.dust.grid import DustGrid
from secondunit.effects.collapse.dust.noise import TILE, billows
from secondunit.effects.collapse.dust.transmittance import Way, transmittance
from secondunit.effects.collapse.settings import DustLook
from secondunit.scene.light import Light

Floats = npt.NDArray[np.float32]

# Extinction per mass, 3 Q / (2 rho d), with Q = 2 (particles larger than the wavelength), rho = 2400 kg/m3, d = 20 um:
# what stays in the air and is seen; what is coarser only weighs (``forces.GRIT``).
EXTINCTION_M2_PER_KG = 62.5
_TILE_M = 9.0  # edge of the repeating pattern; its largest billows are a fifth of that
_CONTRAST = 1.05  # deviation of the log of density that detail 1 adds, by eye
_AROUND = 5  # voxels, twice: how wide an edge of the simulation may be and still be sharpened
_FADE_SHARE = 0.1  # of the box at its sides and top, in which dust thins so that the box is not seen
_MOST_SOLID = np.float32(0.9975)  # a closed voxel lets this little light past: optical depth 6
_SWEEPS = 2  # forty make thick dust brighter or darker by less than a twentieth (measured)
# The sun's first scattering is brightest at a cloud's surface, where the camera sees it; the mean over a coarse voxel
# is less. By a test, which holds it: a thick cloud in the sun is as bright as a wall of the same colour.
SPREAD = 2.1
_KEPT = np.float32(0.85)  # bounds that for what is finer than ``around``; by eye, and by the test of walls and dust
_WALL = np.float32(0.3)  # albedo of brick and concrete in the sun, 0.2 to 0.4 (CIBSE Guide A)
_MARGIN = 2  # voxels around what is dusty
_TURNS = ((0.8, 0.6), (-0.6, 0.8), (-0.8, -0.6), (0.6, -0.8))  # four directions around, off the axes
# The mean over the upper half of all directions: straight up, and four at 35 degrees. Of the lower half: straight down
# and four at 48 degrees, steep enough to come in through the ground.
_UP = ((0.0, 1.0, 0.0), *((0.819 * c, 0.574, 0.819 * s) for c, s in _TURNS))
_DOWN = ((0.0, -1.0, 0.0), *((0.669 * c, -0.743, 0.669 * s) for c, s in _TURNS))
_WEIGHTS = tuple(np.float32(one) for one in (0.28, 0.18, 0.18, 0.18, 0.18))


@dataclass(frozen=True)
class DustFrame:
    """What the dust stage wrote for one frame, as float32."""

    density: Floats
    settled: Floats
    solid: Floats
    coordinates: Floats
    age: Floats


@dataclass(frozen=True)
class LitDust:
    """Dust with its light.

    Attributes:
        corner: first voxel of the fine part, in the simulation's voxels, (3,).
        fine: (mx, my, mz, 2) at twice the resolution: optical depth of a voxel's edge; share of sun that reaches it.
        sun: (mx, my, mz) share of sun that dust alone lets through.
        shade: (nx, ny, nz) share of sun that solids alone let through.
        around: (nx / 2, ny / 2, nz / 2, 6): mean radiance from all directions but straight from the sun, RGB; mean
            transmittance of dust over the upper half; share of sun; how often light is scattered again there.
    """

    corner: npt.NDArray[np.int64]
    fine: Floats
    sun: Floats
    shade: Floats
    around: Floats


def thin_at_sides(density: Floats) -> Floats:
    """Density that fades to 0 towards the sides and the top of the box."""
    out = density
    for axis, count in enumerate(density.shape):
        reach = max(1, int(count * _FADE_SHARE))
        ramp = np.clip((np.arange(count) + 0.5) / reach, 0, 1)
        edge = np.minimum(ramp if axis != 1 else 1.0, ramp[::-1])
        smooth = (edge * edge * (3 - 2 * edge)).astype(np.float32)
        out = out * smooth.reshape([-1 if a == axis else 1 for a in range(3)])
    return out


def single_albedo(colour: npt.ArrayLike) -> npt.NDArray[np.float32]:
    """Albedo of one scattering, (3,), for dust that looks ``colour`` where it is thick.

    Chiang, Kutz, Burley 2016, "Practical and controllable subsurface scattering for production path tracing": the
    albedo inversion.
    """
    a = np.asarray(colour, float)
    return np.asarray(-np.expm1(-5.09406 * a + 2.61188 * a**2 - 4.31805 * a**3), np.float32)


def light_dust(grid: DustGrid, frame: DustFrame, light: Light, look: DustLook) -> LitDust | None:
    """Extinction with detail, and the light in it; None if there is no dust.

    Args:
        grid: the box.
        frame: one frame of the simulation.
        light: sun, sky and ground.
        look: density and detail.
    """
    density = thin_at_sides(frame.density)
    dusty = density > 1e-5
    if not dusty.any() or look.density <= 0:
        return None
    spans = [np.nonzero(dusty.any(axis=tuple(a for a in range(3) if a != axis)))[0][[0, -1]] for axis in range(3)]
    corner = np.array([max(int(low) - _MARGIN, 0) for low, _ in spans], np.int64)
    end = np.array([min(int(high) + 1 + _MARGIN, n) for (_, high), n in zip(spans, grid.dims, strict=True)])
    scale = EXTINCTION_M2_PER_KG * look.density
    extinction = np.zeros(2 * (end - corner), np.float32)
    fade = (1.0 - np.abs(2.0 * frame.age - 1.0)).astype(np.float32)
    fade /= np.sqrt(np.square(fade).sum())  # two independent patterns: keep the deviation, not the sum
    repeat, contrast = np.float32(TILE * grid.voxel_m / _TILE_M), np.float32(_CONTRAST * look.detail)
    wide = _around(_around(density))
    refine(density, wide, corner, frame.coordinates, fade, billows(), repeat, contrast, np.float32(scale), extinction)
    sun_dust = transmittance(extinction, light.to_sun, grid.voxel_m / 2)
    opaque, solid = np.zeros_like(density), frame.solid > 0
    opaque[solid] = -np.log1p(-np.minimum(frame.solid[solid], _MOST_SOLID)) / np.float32(grid.voxel_m)
    sun_solid = transmittance(opaque, light.to_sun, grid.voxel_m, own=False)
    fine = np.empty((*extinction.shape, 2), np.float32)
    join(extinction, np.float32(grid.voxel_m / 2), sun_dust, sun_solid, corner, fine)
    # Light scattered a little forward goes on nearly as if not scattered: van de Hulst's similarity, 1 - g.
    even = density * np.float32(scale * (1 - look.forward))
    around = _surround(even, opaque, sun_solid, light, single_albedo(look.albedo), grid.voxel_m)
    return LitDust(corner, fine, sun_dust, sun_solid, around)


def _around(volume: Floats) -> Floats:
    """Mean over the cube of ``_AROUND`` voxels around each, mirrored at the sides of the box."""
    nx, ny, nz = volume.shape
    out = np.empty_like(volume)
    for slab, into in zip(volume, out, strict=True):
        cv2.blur(slab, (_AROUND, _AROUND), dst=into, borderType=cv2.BORDER_REFLECT)
    rows = cv2.blur(out.reshape(nx, ny * nz), (1, _AROUND), borderType=cv2.BORDER_REFLECT)
    return np.asarray(rows.reshape(nx, ny, nz), np.float32)


def _half(volume: Floats) -> Floats:
    """Mean of each 2 x 2 x 2 block."""
    x = volume[::2] + volume[1::2]
    y = x[:, ::2] + x[:, 1::2]
    z: Floats = (y[:, :, ::2] + y[:, :, 1::2]) * np.float32(0.125)
    return z


def _surround(dust: Floats, opaque: Floats, sun_solid: Floats, light: Light, albedo: Floats, voxel_m: float) -> Floats:
    """The ``around`` of ``LitDust``."""
    thin, solid = _half(dust), _half(opaque)
    size = 2 * voxel_m
    up, sky = _clear(thin, solid, _UP, size)
    steep = Way.towards(light.to_sun).steep
    through = transmittance(thin, light.to_sun, size, own=False) * entered(thin, size * steep) * _half(sun_solid)
    sun, shine = float(np.mean(light.sun)) * max(light.to_sun[1], 0.0), float(np.mean(light.sky))
    lit = np.ascontiguousarray((sun * through[:, 0] + shine * sky[:, 0]) / max(sun + shine, 1e-9), np.float32)
    down, ground = _clear(thin, solid, _DOWN, size, lit)
    above, below = (np.asarray(one, np.float32) / np.float32(np.pi) for one in (light.sky, light.ground))
    half = np.float32(0.5)
    # From here on colours come first, (3, nx, ny, nz): whole volumes at once are what NumPy is quick with.
    seen = half * (sky * _colour(above) + ground * _colour(below))
    first = through * _colour(np.asarray(light.sun, np.float32) * np.float32(SPREAD / (4 * np.pi)))
    beams = [(one, half * weight, above, above) for one, weight in zip(_UP, _WEIGHTS, strict=True)]
    beams += [(one, half * weight, below, below * lit[..., None]) for one, weight in zip(_DOWN, _WEIGHTS, strict=True)]
    own, colour = kept(thin, size, beams), _colour(albedo)
    sent, walls = _escape(half * (up + down), seen, first, colour), _WALL * (seen + first)
    mean, some = seen, 1.0 - colour * own
    for _ in range(_SWEEPS):
        others = np.moveaxis(arriving(thin, solid, _by_place(sent), _by_place(walls), size, beams), -1, 0)
        sent = colour * (others + first) / some
        mean = others + own * sent
        walls = _WALL * (mean + first)
    bound = np.float32(np.mean(albedo)) * np.minimum(own, _KEPT)
    return np.stack([*mean, up, through, bound / (1.0 - bound)], axis=-1)


def _by_place(colours: Floats) -> Floats:
    """Volumes by colour as one of colours, (nx, ny, nz, 3); nothing is copied."""
    return np.moveaxis(colours, 0, -1)


def _colour(values: npt.NDArray[Any]) -> Floats:
    """(3,) to multiply volumes with, (3, 1, 1, 1)."""
    return np.asarray(values, np.float32).reshape(3, 1, 1, 1)


def _clear(
    dust: Floats, solid: Floats, directions: Sequence[tuple[float, float, float]], voxel_m: float, entry: Any = None
) -> tuple[Floats, Floats]:
    """Mean over directions of the share that passes the dust, and of that which passes solids too."""
    clear, seen = np.zeros_like(dust), np.zeros_like(dust)
    entering: dict[float, Floats] = {}
    for direction, weight in zip(directions, _WEIGHTS, strict=True):
        way_m = round(voxel_m * Way.towards(direction).steep, 6)
        if way_m not in entering:
            entering[way_m] = entered(dust, way_m)
        one = weight * transmittance(dust, direction, voxel_m, own=False) * entering[way_m]
        clear += one
        seen += one * transmittance(solid, direction, voxel_m, entry, own=False)
    return clear, seen


def _escape(leaves: Floats, seen: Floats, first: Floats, albedo: Floats) -> Floats:
    """Radiance that dust sends out, (3, nx, ny, nz), by escape probability: where ``bounce`` starts.

    Args:
        leaves: (nx, ny, nz) chance that light leaves.
        seen: (3, nx, ny, nz) mean radiance of sky and ground that gets there.
        first: (3, nx, ny, nz) mean radiance by the sun.
        albedo: (3, 1, 1, 1) of one scattering.
    """
    again = 1.0 - np.minimum(leaves, 1.0)
    return np.asarray(albedo * (seen + first) / (1.0 - albedo * again), np.float32)
