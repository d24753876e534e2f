"""Looks through lit dust: one ray for a block of 2 x 2 pixels, with a result at the depth of each of the four.

Where the dust and what is behind it are even, every other ray is enough, across and down; see ``between``.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from secondunit.effects.collapse.dust.between import COVERED, LOOKED, between, fit, nearness
from secondunit.effects.collapse.dust.lighting import SPREAD
from secondunit.effects.collapse.dust.reach import TILE, reach
from secondunit.effects.collapse.dust.sampling import block, linear, pair, span

STEP = 1.0  # of a fine voxel; shorter in thick dust
_MOST, _FINEST = 0.5, 0.15  # optical depth that halves a step, until it is this short
_AIMED = 0.4  # optical depth that a step is made for, from what the one before met
_ENOUGH = 0.004  # what is covered by less than this is not looked at: under half a step of an 8-bit display
_THIN = 0.01  # optical depth per fine voxel, less what is before it, below which steps are twice as long
_WIDE = 12.0  # pixels: but not where a fine voxel is wider, for what is stepped over would show from pixel to pixel
# How far a ray goes with the light from around that it found last: known on voxels of four fine ones, it is kept for
# one of them, but less where much of a pixel comes from a step. Where a ray comes out of thin dust into thick, what it
# found in the thin would show in the picture where it last looked: near the lens, as a comb of the rays' first steps.
_KEPT, _LAG = 4.0, 0.07  # fine voxels; and times the share of a pixel


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _direction(row: int, column: int, view: Any, out: Any) -> Any:
    """Ray through the middle of a block of pixels, world axes, (3,). Returns its length per metre of depth."""
    one = np.float32(1.0)
    x = (np.float32(column + 1) - view[0, 1]) / view[0, 0]
    y = (view[0, 2] - np.float32(row + 1)) / view[0, 0]
    length = np.sqrt(x * x + y * y + one)
    for axis in range(3):
        out[axis] = (x * view[1, axis] + y * view[2, axis] - view[3, axis]) / length
    return length


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _phase(cosine: Any, g: Any) -> Any:
    """Share of light scattered per steradian (Henyey, Greenstein 1941); ``cosine`` 1 = straight on."""
    one = np.float32(1.0)
    lobe = one + g * g - np.float32(2.0) * g * cosine
    return (one - g * g) / (np.float32(4 * np.pi) * lobe * np.sqrt(lobe))


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _jitter(row: int, column: int) -> Any:
    """0..1, different for neighbours, so that rays start at different places and show no bands.

    Even among neighbours of every other block, for most have the only rays; and among the four of each of these.
    Interleaved gradient noise: Jimenez 2014, "Next generation post processing in Call of Duty: Advanced Warfare".
    """
    one, quarters = np.float32(1.0), np.float32(0.25) * np.float32(2 * (row & 1) + (column & 1))
    inner = (np.float32(0.06711056) * np.float32(column // 2) + np.float32(0.00583715) * np.float32(row // 2)) % one
    return (np.float32(52.9829189) * inner + quarters) % one


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _arrive(
    row: int,
    column: int,
    waiting: int,
    end: Any,
    limits: Any,
    t: Any,
    extinction: Any,
    clear: Any,
    colour: Any,
    glow: Any,
    out: Any,
) -> int:
    """Write the pixels of a block whose surface lies before ``end``. Returns which still wait, as bits."""
    for n in range(8):
        if waiting & (1 << n) and limits[n] < end:
            waiting &= ~(1 << n)
            to = out[n >> 2, row + ((n >> 1) & 1), column + (n & 1)]
            passed = clear * np.exp(-extinction * max(limits[n] - t, np.float32(0.0)))
            for m in range(3):
                to[m] = colour[m] + (clear - passed) * glow[m]
            to[3] = np.float32(1.0) - passed
    return waiting


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _due(waiting: int, limits: Any) -> Any:
    """The nearest surface that still waits."""
    nearest = np.float32(1e30)
    for n in range(8):
        if waiting & (1 << n):
            nearest = min(nearest, limits[n])
    return nearest


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _finish(row: int, column: int, waiting: int, clear: Any, colour: Any, out: Any) -> None:
    """Write the pixels of a block that still wait: all dust on the ray is before them. Nearly covered is covered."""
    one = np.float32(1.0)
    cover = one if clear <= np.float32(_ENOUGH) else one - clear
    for n in range(8):
        if waiting & (1 << n):
            to = out[n >> 2, row + ((n >> 1) & 1), column + (n & 1)]
            for m in range(3):
                to[m] = colour[m] * cover / max(one - clear, np.float32(1e-6))
            to[3] = cover


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _scatter(lit: Any, far: Any, sunlit: Any, albedo: Any, sun: Any, glow: Any) -> None:
    """Radiance ``glow`` (3,) of thick dust where the share ``lit`` of sun gets and ``far`` (6,) comes from around.

    Scattered sun is known on coarse voxels: where more or less of it gets than there on average, more or less is
    scattered again close by.
    """
    beyond = np.float32(SPREAD / (4 * np.pi)) * far[5] * (np.sqrt(lit) - far[4])
    for m in range(3):
        glow[m] = sunlit[m] * lit + albedo[m] * max(far[m] + sun[m] * beyond, np.float32(0.25) * far[m])


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _walk(
    row: int,
    column: int,
    ray: Any,
    t: Any,
    leaves: Any,
    limits: Any,
    waiting: int,
    near: Any,
    place: Any,
    fine: Any,
    around: Any,
    blocks: Any,
    sunlit: Any,
    albedo: Any,
    sun: Any,
    room: Any,
    out: Any,
) -> bool:
    """One ray from ``t`` to ``leaves``, in fine voxels; a pixel of ``waiting`` is written when it passes its limit.

    Up to ``near`` no step is longer than a voxel.

    Returns:
        Whether dust covers all of the block before any first surface.
    """
    far, colour, glow = room[4, :6], room[5, :3], room[6, :3]
    colour[:] = glow[:] = np.float32(0.0)
    one, half, quarter = np.float32(1.0), np.float32(0.5), np.float32(0.25)
    origin, corner, every = place[0], place[1], waiting
    due = _due(waiting, limits)
    clear, known, block_ends, step = one, np.float32(-1e9), t, np.float32(STEP)
    while t < leaves and clear > np.float32(_ENOUGH):
        if t >= block_ends:
            block_ends, dusty = block(t, origin, ray, blocks)
            if not dusty:
                t += np.float32(STEP) * np.ceil((block_ends - t) / np.float32(STEP) + np.float32(1e-3))
                continue
        at = t + half * step
        px, py, pz = origin[0] + at * ray[0], origin[1] + at * ray[1], origin[2] + at * ray[2]
        extinction, lit = pair(fine, px - half, py - half, pz - half)
        if extinction * step * clear > np.float32(_MOST) and step > np.float32(_FINEST):
            step *= half
            continue
        passed = clear
        if extinction > np.float32(1e-5):
            passed = clear * np.exp(-extinction * step)
            if (at - known) * (clear - passed) > np.float32(_LAG) or at - known > np.float32(_KEPT):
                x, y, z = px + corner[0], py + corner[1], pz + corner[2]
                linear(around, quarter * x - half, quarter * y - half, quarter * z - half, far)
                known = at
            _scatter(lit, far, sunlit, albedo, sun, glow)
        if waiting and due < t + step:
            waiting = _arrive(row, column, waiting, t + step, limits, t, extinction, clear, colour, glow, out)
            due = _due(waiting, limits)
        for m in range(3):
            colour[m] += (clear - passed) * glow[m]
        clear = passed
        t += step
        thick = extinction * clear
        step = np.float32(2 * STEP) if t > near else np.float32(STEP)
        if thick > np.float32(_THIN):
            step = min(max(np.float32(_AIMED) / thick, np.float32(_FINEST)), np.float32(STEP))
    _finish(row, column, waiting, clear, colour, out)
    return bool(clear <= np.float32(_ENOUGH) and waiting & 15 == every & 15)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _look(
    row: int,
    column: int,
    depth: Any,
    view: Any,
    place: Any,
    fine: Any,
    around: Any,
    blocks: Any,
    albedo: Any,
    light: Any,
    forward: Any,
    tiles: Any,
    room: Any,
    out: Any,
) -> int:
    """One block of pixels by its own ray. Returns ``COVERED`` or ``LOOKED``."""
    ray, limits, sunlit = room[0, :3], room[1], room[2, :3]
    height, width = depth.shape[1:]
    length = _direction(row, column, view, ray) / place[2, 0]
    last, waiting = np.float32(0.0), 0
    for n in range(4 * len(depth)):
        r, c = row + ((n >> 1) & 1), column + (n & 1)
        if r < height and c < width and depth[n >> 2, r, c] > 0.0:
            limits[n] = depth[n >> 2, r, c] * length
            last = max(last, limits[n])
            waiting |= 1 << n
    dusty = tiles[row // TILE, column // TILE]
    t, leaves = span(place[0], ray, room[3, :3])
    leaves = min(min(leaves, last), dusty[1] * length)
    if not t < leaves:
        return LOOKED
    phase = _phase(ray[0] * light[1, 0] + ray[1] * light[1, 1] + ray[2] * light[1, 2], forward)
    for m in range(3):
        sunlit[m] = albedo[m] * light[0, m] * phase
    t += np.float32(STEP) * (_jitter(row // 2, column // 2) + np.floor(max(dusty[0] * length - t, np.float32(0.0))))
    dust = (place, fine, around, blocks, sunlit, albedo, light[0], room)
    near = view[0, 0] / np.float32(_WIDE)
    return COVERED if _walk(row, column, ray, t, leaves, limits, waiting, near, *dust, out) else LOOKED


@numba.njit(cache=True, nogil=True, error_model="numpy")
def march(
    depth: Any,
    view: Any,
    place: Any,
    fine: Any,
    around: Any,
    blocks: Any,
    albedo: Any,
    light: Any,
    forward: Any,
    out: Any,
) -> None:
    """Light scattered towards the camera, and what dust covers, up to each of the surfaces in a pixel.

    Args:
        depth: (n, H, W) m along the view axis to n = 1 or 2 surfaces in each pixel; 0 = none. The first is never
            nearer than the second.
        view: (4, 3): focal length and principal point in pixels; the camera's axes (see ``Camera.rotation``).
        place: (3, 3): camera in fine voxels from the fine part's corner; that corner in fine voxels; edge of one in m.
        fine, around: of ``LitDust``.
        blocks: from ``occupied``.
        albedo: (3,) of one scattering.
        light: (2, 3): irradiance facing the sun; direction to the sun.
        forward: Henyey-Greenstein g.
        out: (n, H, W, 4) of zeros, written: premultiplied radiance and cover, zero where no ray meets dust.
    """
    rows, columns = (depth.shape[1] + 1) // 2, (depth.shape[2] + 1) // 2
    room = np.empty((7, 8), np.float32)  # to work in, without asking for memory for every ray
    for axis in range(3):
        room[3, axis] = np.float32(fine.shape[axis])
    near, state = nearness(depth), np.zeros((rows, columns), np.uint8)
    tiles = np.empty((depth.shape[1] // TILE + 1, depth.shape[2] // TILE + 1, 2), np.float32)
    reach(blocks, view, place, tiles)
    dust = (depth, view, place, fine, around, blocks, albedo, light, forward, tiles, room)
    for a in range(0, rows, 2):
        for b in range(0, columns, 2):
            if tiles[2 * a // TILE, 2 * b // TILE, 1] > 0.0:
                state[a, b] = _look(2 * a, 2 * b, *dust, out)
    for a in range(rows):
        for b in range(1 - (a & 1), columns, 2 - (a & 1)):
            if not tiles[2 * a // TILE, 2 * b // TILE, 1] > 0.0:
                continue
            filled = between(a, b, near[0], state, out[0])
            if filled and (len(out) == 1 or between(a, b, near[1], state, out[1])):
                continue
            r, c = 2 * a, 2 * b
            whole = out[0, r : r + 2, c : c + 2].copy()
            _look(r, c, *dust, out)
            if filled:
                fit(whole, out[0, r : r + 2, c : c + 2], out[1, r : r + 2, c : c + 2])
