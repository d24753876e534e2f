"""From samples to pixels: who is seen, what it looks like, how much plate and clean plate show through."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from secondunit.effects.collapse.shade.surface import albedo, chipped, rough

CRYPTO_RANKS = 3
PLATE_SURFACE, BROKEN_SURFACE = 0, 3  # of Surface; numba wants plain numbers
NOBODY, CHIP = -1, -2  # owners that are not shards
INVERSE_PI = 1.0 / np.pi


class Solid(NamedTuple):
    """Triangles with what is fixed about them. T triangles of shards, then those of the place; N shards.

    triangles (T+P, 3), owner (T+P,) shard or NOBODY, surface (T,), rest (V, 3) world, normal (T, 3) at rest, material,
    part, storey (N,), texture (V, 3) rest position on the full plate: x px, y px, 1/depth, crease (T, 3) of ``Creases``
    at this frame.
    """

    triangles: Any
    owner: Any
    surface: Any
    rest: Any
    normal: Any
    material: Any
    part: Any
    storey: Any
    texture: Any
    crease: Any


class Lit(NamedTuple):
    """Light and colours: to_sun (3,), sun, sky, ground irradiance (3,), broken (6, 3) albedo, plate (Hf, Wf, 3) the
    facade's picture, rest (H, W, 3) irradiance on what the plate shows, usual (3,) its typical value, haze (4,)
    colour and share per metre."""

    to_sun: Any
    sun: Any
    sky: Any
    ground: Any
    broken: Any
    plate: Any
    rest: Any
    usual: Any
    haze: Any


class Seen(NamedTuple):
    """One frame's samples: ids (S, H, W), rest_ids (S, H, W), screen (S, V, 3), offsets (S, 2), moved (N,),
    matrix (N, 3, 3), light (H, W, 2) sun seen 0..1 and openness 0..1, light_owner (H, W), mean_light (N, 2),
    outside (H, W) how much a pixel that misses the building turns to the clean plate, chips_from: id of chip 0,
    chip_material (C,), chip_light (2,)."""

    ids: Any
    rest_ids: Any
    screen: Any
    offsets: Any
    moved: Any
    matrix: Any
    light: Any
    light_owner: Any
    mean_light: Any
    outside: Any
    chips_from: int
    chip_material: Any
    chip_light: Any


@njit(cache=True, nogil=True)
def irradiance(n: Any, sun_seen: float, openness: float, lit: Lit, out: Any) -> None:
    """Irradiance (3,) on a surface with unit normal n: sun, sky above and ground below."""
    facing = max(0.0, n[0] * lit.to_sun[0] + n[1] * lit.to_sun[1] + n[2] * lit.to_sun[2]) * sun_seen
    above = 0.5 + 0.5 * n[1]
    for k in range(3):
        out[k] = lit.sun[k] * facing + openness * (lit.sky[k] * above + lit.ground[k] * (1.0 - above))


@njit(cache=True, nogil=True)
def weights(screen: Any, a: int, b: int, c: int, x: float, y: float, out: Any) -> None:
    """Perspective-correct barycentric weights (3,) of a point on screen."""
    ax, ay, bx, by, cx, cy = screen[a, 0], screen[a, 1], screen[b, 0], screen[b, 1], screen[c, 0], screen[c, 1]
    area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    if area == 0.0:
        out[0], out[1], out[2] = 1.0, 0.0, 0.0
        return
    wb = ((x - ax) * (cy - ay) - (y - ay) * (cx - ax)) / area
    wc = ((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / area
    out[0] = max(0.0, 1.0 - wb - wc) * screen[a, 2]
    out[1], out[2] = max(0.0, wb) * screen[b, 2], max(0.0, wc) * screen[c, 2]
    total = out[0] + out[1] + out[2]
    for k in range(3):
        out[k] /= total


@njit(cache=True, nogil=True)
def _bilinear(picture: Any, x: float, y: float, out: Any) -> None:
    height, width = picture.shape[0], picture.shape[1]
    x, y = min(max(x - 0.5, 0.0), width - 1.001), min(max(y - 0.5, 0.0), height - 1.001)
    ix, iy = int(x), int(y)
    fx, fy = x - ix, y - iy
    for k in range(3):
        top = picture[iy, ix, k] * (1 - fx) + picture[iy, ix + 1, k] * fx
        low = picture[iy + 1, ix, k] * (1 - fx) + picture[iy + 1, ix + 1, k] * fx
        out[k] = top * (1 - fy) + low * fy


@njit(cache=True, nogil=True)
def _light_at(seen: Seen, x: int, y: int, owner: int) -> tuple[float, float]:
    """Sun and openness for a sample of ``owner`` near pixel x, y; the shard's mean where none is near."""
    height, width = seen.light_owner.shape
    if seen.light_owner[y, x] == owner:
        return seen.light[y, x, 0], seen.light[y, x, 1]
    for yy in range(max(0, y - 1), min(height, y + 2)):
        for xx in range(max(0, x - 1), min(width, x + 2)):
            if seen.light_owner[yy, xx] == owner:
                return seen.light[yy, xx, 0], seen.light[yy, xx, 1]
    return seen.mean_light[owner, 0], seen.mean_light[owner, 1]


@njit(cache=True, nogil=True)
def _shard_colour(seen: Seen, solid: Solid, lit: Lit, t: int, s: int, x: int, y: int, w: Any, v: Any, out: Any) -> None:
    """Radiance (3,) of triangle t at sample s of pixel x, y. w and v are scratch: (3,) and (6, 3)."""
    owner = solid.owner[t]
    a, b, c = solid.triangles[t, 0], solid.triangles[t, 1], solid.triangles[t, 2]
    weights(seen.screen[s], a, b, c, x + seen.offsets[s, 0], y + seen.offsets[s, 1], w)
    rest, bent, normal, light_now, tex, colour = v[0], v[1], v[2], v[3], v[4], v[5]
    for k in range(3):
        rest[k] = w[0] * solid.rest[a, k] + w[1] * solid.rest[b, k] + w[2] * solid.rest[c, k]
    kind = solid.surface[t]
    if kind != BROKEN_SURFACE and chipped(rest, w, solid.crease[t]):
        kind = BROKEN_SURFACE
    if kind != PLATE_SURFACE:
        rough(rest[0], rest[1], rest[2], bent)
        strength = 0.45 if kind == BROKEN_SURFACE else 0.08
        for k in range(3):
            bent[k] = solid.normal[t, k] + strength * bent[k]
    else:
        for k in range(3):
            bent[k] = solid.normal[t, k]
    m = seen.matrix[owner]
    length = 0.0
    for k in range(3):
        normal[k] = m[k, 0] * bent[0] + m[k, 1] * bent[1] + m[k, 2] * bent[2]
        length += normal[k] * normal[k]
    for k in range(3):
        normal[k] /= np.sqrt(length)
    sun_seen, openness = _light_at(seen, x, y, owner)
    irradiance(normal, sun_seen, openness, lit, light_now)
    if kind == PLATE_SURFACE:
        for k in range(3):
            tex[k] = w[0] * solid.texture[a, k] + w[1] * solid.texture[b, k] + w[2] * solid.texture[c, k]
        _bilinear(lit.plate, tex[0], tex[1], colour)
        scale_x, scale_y = lit.rest.shape[1] / lit.plate.shape[1], lit.rest.shape[0] / lit.plate.shape[0]
        rx = min(max(int(tex[0] * scale_x), 0), lit.rest.shape[1] - 1)
        ry = min(max(int(tex[1] * scale_y), 0), lit.rest.shape[0] - 1)
        known = lit.rest[ry, rx, 1] > 0
        for k in range(3):
            before = lit.rest[ry, rx, k] if known else lit.usual[k]
            out[k] = colour[k] * min(4.0, light_now[k] / max(before, 1e-6))
        return
    albedo(
        rest, solid.normal[t, 1], kind, solid.material[owner], solid.part[owner], solid.storey[owner], lit.broken, tex
    )
    depth = 1.0 / (w[0] * seen.screen[s, a, 2] + w[1] * seen.screen[s, b, 2] + w[2] * seen.screen[s, c, 2])
    clear = np.exp(-lit.haze[3] * depth)
    for k in range(3):
        out[k] = tex[k] * light_now[k] * INVERSE_PI * clear + lit.haze[k] * (1.0 - clear)


@njit(cache=True, nogil=True)
def _chip_colour(seen: Seen, lit: Lit, chip: int, v: Any, out: Any) -> None:
    """Radiance (3,) of a lump: a fixed tilt and tint of its own."""
    normal, light_now = v[2], v[3]
    turn = 2.399963 * chip  # golden angle
    normal[0], normal[1], normal[2] = 0.6 * np.cos(turn), 0.66, 0.6 * np.sin(turn) + 0.25
    length = np.sqrt(normal[0] ** 2 + normal[1] ** 2 + normal[2] ** 2)
    for k in range(3):
        normal[k] /= length
    irradiance(normal, seen.chip_light[0], seen.chip_light[1], lit, light_now)
    tint = 0.7 + 0.6 * ((chip * 0.618034) % 1.0)
    for k in range(3):
        out[k] = lit.broken[seen.chip_material[chip], k] * tint * light_now[k] * INVERSE_PI


@njit(cache=True, nogil=True)
def _count(owner: int, names: Any, counts: Any) -> None:
    """Add a sample of ``owner`` to a pixel's short list, most seen first not yet in order."""
    for k in range(names.shape[0]):
        if names[k] == owner or counts[k] == 0:
            names[k] = owner
            counts[k] += 1
            return


@njit(cache=True, nogil=True)
def resolve(
    seen: Seen,
    solid: Solid,
    lit: Lit,
    beauty: npt.NDArray[Any],
    clean: npt.NDArray[Any],
    crypto_id: npt.NDArray[Any],
    crypto_part: npt.NDArray[Any],
) -> None:
    """Fill beauty (H, W, 4) premultiplied, clean (H, W) share of the background that is clean plate, and the
    Cryptomatte lists crypto_id, crypto_part (H, W, CRYPTO_RANKS)."""
    samples, height, width = seen.ids.shape
    w, v, colour, total = np.zeros(3), np.zeros((6, 3)), np.zeros(3), np.zeros(3)
    names, counts = np.zeros(2 * CRYPTO_RANKS, np.int64), np.zeros(2 * CRYPTO_RANKS, np.int64)
    for y in range(height):
        for x in range(width):
            total[:] = 0.0
            counts[:] = 0
            solid_samples, clean_samples, plate_samples, last = 0, 0.0, 0.0, NOBODY
            for s in range(samples):
                t, at_rest = seen.ids[s, y, x], seen.rest_ids[s, y, x]
                owner = NOBODY
                if t >= seen.chips_from:
                    owner = CHIP
                elif t >= 0:
                    owner = solid.owner[t]
                if owner == NOBODY:
                    building_was_here = at_rest >= 0 and solid.owner[at_rest] >= 0
                    share = 1.0 if building_was_here else seen.outside[y, x]
                    clean_samples += share
                    plate_samples += 1.0 - share
                elif owner != CHIP and t == at_rest and not seen.moved[owner]:
                    plate_samples += 1.0
                else:
                    if owner == CHIP:
                        _chip_colour(seen, lit, t - seen.chips_from, v, colour)
                    elif t != last:
                        _shard_colour(seen, solid, lit, t, s, x, y, w, v, colour)
                    # what the plate never saw is noise: every second sample of a triangle looks like the one before
                    shaded = owner != CHIP and t != last and solid.surface[t] != PLATE_SURFACE
                    last = t if shaded else NOBODY
                    for k in range(3):
                        total[k] += colour[k]
                    solid_samples += 1
                    _count(owner, names, counts)
            for k in range(3):
                beauty[y, x, k] = total[k] / samples
            beauty[y, x, 3] = solid_samples / samples
            behind = clean_samples + plate_samples
            clean[y, x] = clean_samples / behind if behind > 0 else (1.0 if seen.outside[y, x] > 0 else 0.0)
            for rank in range(CRYPTO_RANKS):
                best = 0
                for k in range(names.shape[0]):
                    if counts[k] > counts[best]:
                        best = k
                crypto_id[y, x, rank] = names[best] if counts[best] > 0 else NOBODY
                crypto_part[y, x, rank] = counts[best] / samples
                counts[best] = 0
