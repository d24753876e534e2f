"""From samples to pixels: who is seen, what it looks like, how much plate and clean plate show through."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from secondunit.effects.collapse.shade.surface import albedo, chipped, relief

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
    """Light and colours: colours (4, 3) direction to the sun, irradiance of sun, sky and ground, broken (6, 3) albedo,
    plate (Hf, Wf, 3) the facade's picture, rest (H, W, 3) irradiance on what the plate shows, usual (3,) its typical
    value, haze (4,) colour and share per metre, table of ``noise_table``."""

    colours: Any
    broken: Any
    plate: Any
    rest: Any
    usual: Any
    haze: Any
    table: Any


class Seen(NamedTuple):
    """One frame's samples: ids (S, H, W), rest_ids (S, H, W), screen (S, V, 3), offsets (S, 2), moved (N,),
    matrix (N, 3, 3), light (H, W, 2) sun seen 0..1 and openness 0..1, light_owner (H, W), mean_light (N, 2),
    outside (H, W) how much a pixel that misses the building turns to the clean plate, chips_from: id of chip 0,
    chip_material (C,), chip_light (2,), focal px."""

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
    focal: float


class Looks(NamedTuple):
    """Where colours are looked for: triangle, sample, x, y and the share of that look in its pixel; (L,) each."""

    triangle: Any
    sample: Any
    x: Any
    y: Any
    share: Any


@njit(cache=True, nogil=True, error_model="numpy")
def irradiance(n: Any, sun_seen: float, openness: float, colours: Any, out: Any) -> None:
    """Irradiance (3,) on a surface with unit normal n; colours (4, 3): to the sun, sun, sky above, ground below."""
    facing = max(0.0, n[0] * colours[0, 0] + n[1] * colours[0, 1] + n[2] * colours[0, 2]) * sun_seen
    above = 0.5 + 0.5 * n[1]
    for k in range(3):
        out[k] = colours[1, k] * facing + openness * (colours[2, k] * above + colours[3, k] * (1.0 - above))


@njit(cache=True, nogil=True, error_model="numpy")
def weights(screens: Any, s: int, a: int, b: int, c: int, x: float, y: float, out: Any) -> None:
    """Perspective-correct barycentric weights (3,) of a point on screen."""
    ax, ay, bx, by = screens[s, a, 0], screens[s, a, 1], screens[s, b, 0], screens[s, b, 1]
    cx, cy = screens[s, c, 0], screens[s, c, 1]
    area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    if area == 0.0:
        out[0], out[1], out[2] = 1.0, 0.0, 0.0
        return
    wb = ((x - ax) * (cy - ay) - (y - ay) * (cx - ax)) / area
    wc = ((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / area
    out[0] = max(0.0, 1.0 - wb - wc) * screens[s, a, 2]
    out[1], out[2] = max(0.0, wb) * screens[s, b, 2], max(0.0, wc) * screens[s, c, 2]
    total = out[0] + out[1] + out[2]
    for k in range(3):
        out[k] /= total


@njit(cache=True, nogil=True, error_model="numpy")
def _bilinear(picture: Any, x: float, y: float, out: Any) -> None:
    height, width = picture.shape[0], picture.shape[1]
    x, y = min(max(x - 0.5, 0.0), width - 1.001), min(max(y - 0.5, 0.0), height - 1.001)
    ix, iy = int(x), int(y)
    fx, fy = x - ix, y - iy
    for k in range(3):
        top = picture[iy, ix, k] * (1 - fx) + picture[iy, ix + 1, k] * fx
        low = picture[iy + 1, ix, k] * (1 - fx) + picture[iy + 1, ix + 1, k] * fx
        out[k] = top * (1 - fy) + low * fy


@njit(cache=True, nogil=True, error_model="numpy")
def _light_at(light: Any, owners: Any, mean: Any, x: int, y: int, owner: int) -> tuple[float, float]:
    """Sun and openness for a sample of ``owner`` near pixel x, y; the shard's mean where none is near."""
    if owners[y, x] == owner:
        return light[y, x, 0], light[y, x, 1]
    height, width = owners.shape
    for yy in range(max(0, y - 1), min(height, y + 2)):
        for xx in range(max(0, x - 1), min(width, x + 2)):
            if owners[yy, xx] == owner:
                return light[yy, xx, 0], light[yy, xx, 1]
    return mean[owner, 0], mean[owner, 1]


@njit(cache=True, nogil=True, error_model="numpy")
def _chip(chip: int, material: Any, light: Any, lit: Lit, n: Any, light_now: Any, out: Any) -> None:
    """Radiance (3,) of a lump: a fixed tilt and tint of its own."""
    turn = 2.399963 * chip  # golden angle
    n[0], n[1], n[2] = 0.6 * np.cos(turn), 0.66, 0.6 * np.sin(turn) + 0.25
    length = np.sqrt(n[0] ** 2 + n[1] ** 2 + n[2] ** 2)
    for k in range(3):
        n[k] /= length
    irradiance(n, light[0], light[1], lit.colours, light_now)
    tint = 0.7 + 0.6 * ((chip * 0.618034) % 1.0)
    for k in range(3):
        out[k] = lit.broken[material[chip], k] * tint * light_now[k] * INVERSE_PI


@njit(cache=True, nogil=True, error_model="numpy")
def _facade(plate: Any, known: Any, usual: Any, at: Any, light_now: Any, scratch: Any, out: Any) -> None:
    """Radiance (3,) of the plate's own surface: its picture at ``at`` (px of the full plate), in the light of now."""
    _bilinear(plate, at[0], at[1], scratch)
    rx = min(max(int(at[0] * known.shape[1] / plate.shape[1]), 0), known.shape[1] - 1)
    ry = min(max(int(at[1] * known.shape[0] / plate.shape[0]), 0), known.shape[0] - 1)
    for k in range(3):
        before = known[ry, rx, k] if known[ry, rx, 1] > 0 else usual[k]
        out[k] = scratch[k] * min(4.0, light_now[k] / max(before, 1e-6))


@njit(cache=True, nogil=True, error_model="numpy")
def _turn(matrices: Any, owner: int, rest: Any, out: Any) -> None:
    """A vector (3,) at rest as its shard holds it now, made a unit vector."""
    length = 0.0
    for k in range(3):
        out[k] = matrices[owner, k, 0] * rest[0] + matrices[owner, k, 1] * rest[1] + matrices[owner, k, 2] * rest[2]
        length += out[k] * out[k]
    length = 1.0 / np.sqrt(length)
    for k in range(3):
        out[k] *= length


@njit(cache=True, nogil=True, error_model="numpy")
def _shade(looks: Looks, seen: Seen, solid: Solid, lit: Lit, beauty: Any) -> None:
    """Add the radiance of every look to its pixel. What the loop reads is named once: a tuple's part is slow to get."""
    triangles, owners, surface, rests, normals = solid.triangles, solid.owner, solid.surface, solid.rest, solid.normal
    textures, creases = solid.texture, solid.crease
    materials, parts, storeys = solid.material, solid.part, solid.storey
    screens, offsets, matrices, table, haze = seen.screen, seen.offsets, seen.matrix, lit.table, lit.haze
    light, light_owner, mean_light = seen.light, seen.light_owner, seen.mean_light
    colours, broken = lit.colours, lit.broken
    plate, known, usual, chips_from = lit.plate, lit.rest, lit.usual, seen.chips_from
    w, rest, bent, normal, light_now, at = np.zeros(3), np.zeros(3), np.zeros(3), np.zeros(3), np.zeros(3), np.zeros(3)
    tint, noise, colour = np.zeros(3), np.zeros(4), np.zeros(3)
    for look in range(len(looks.triangle)):
        t, s, x, y = looks.triangle[look], looks.sample[look], looks.x[look], looks.y[look]
        share = looks.share[look]
        if t >= chips_from:
            _chip(t - chips_from, seen.chip_material, seen.chip_light, lit, normal, light_now, colour)
            for k in range(3):
                beauty[y, x, k] += share * colour[k]
            continue
        owner, a, b, c, kind = owners[t], triangles[t, 0], triangles[t, 1], triangles[t, 2], surface[t]
        weights(screens, s, a, b, c, x + offsets[s, 0], y + offsets[s, 1], w)
        worn = kind != BROKEN_SURFACE and (creases[t, 0] + creases[t, 1] + creases[t, 2]) > 0.0
        for k in range(3):
            rest[k] = w[0] * rests[a, k] + w[1] * rests[b, k] + w[2] * rests[c, k]
            bent[k] = normals[t, k]
        if worn and chipped(rest, w, creases, t, table, noise):
            kind = BROKEN_SURFACE
        depth = 1.0 / (w[0] * screens[s, a, 2] + w[1] * screens[s, b, 2] + w[2] * screens[s, c, 2])
        height, pixel_m = 0.0, depth / seen.focal
        if kind != PLATE_SURFACE:
            height = relief(rest, kind, pixel_m, table, noise, bent)
        _turn(matrices, owner, bent, normal)
        sun_seen, openness = _light_at(light, light_owner, mean_light, x, y, owner)
        irradiance(normal, sun_seen, openness, colours, light_now)
        if kind == PLATE_SURFACE:
            for k in range(2):
                at[k] = w[0] * textures[a, k] + w[1] * textures[b, k] + w[2] * textures[c, k]
            _facade(plate, known, usual, at, light_now, tint, colour)
            for k in range(3):
                beauty[y, x, k] += share * colour[k]
            continue
        up_now = matrices[owner, 1, 0] * normals[t, 0] + matrices[owner, 1, 1] * normals[t, 1]
        up_now += matrices[owner, 1, 2] * normals[t, 2]
        what = (kind, int(materials[owner]), int(parts[owner]), int(storeys[owner]))
        albedo(rest, (normals[t, 1], up_now), what, height, pixel_m, broken, table, noise, tint)
        clear = np.exp(-haze[3] * depth)
        for k in range(3):
            shown = tint[k] * light_now[k] * INVERSE_PI * clear + haze[k] * (1.0 - clear)
            beauty[y, x, k] += share * shown


@njit(cache=True, nogil=True, error_model="numpy")
def _count(owner: int, many: int, names: Any, counts: Any) -> None:
    """Add samples of ``owner`` to a pixel's short list, most seen first not yet in order."""
    for k in range(names.shape[0]):
        if names[k] == owner or counts[k] == 0:
            names[k] = owner
            counts[k] += many
            return


@njit(cache=True, nogil=True, error_model="numpy")
def _choose(drawn: Any, first: int, most: int, chosen: Any, share: Any) -> int:
    """Of the samples from ``first`` on that draw the same triangle, choose at most ``most``, evenly; forget them all.

    Returns how many there are; ``share`` is the part of a pixel that each chosen one stands for.
    """
    t, many = drawn[first], 0
    for s in range(first, len(drawn)):
        many += drawn[s] == t
    wanted, taken, passed = min(many, most), 0, 0
    for s in range(first, len(drawn)):
        chosen[s] = False
        if drawn[s] == t:
            if taken < wanted and passed * wanted >= taken * many:
                chosen[s], share[s] = True, many / (wanted * len(drawn))
                taken += 1
            passed += 1
            drawn[s] = -1
    return many


@njit(cache=True, nogil=True, error_model="numpy")
def _rank(names: Any, counts: Any, samples: int, ids: Any, parts: Any) -> None:
    """The most seen owners of a pixel, most first; empties ``counts``."""
    for rank in range(CRYPTO_RANKS):
        best = 0
        for k in range(names.shape[0]):
            if counts[k] > counts[best]:
                best = k
        ids[rank] = names[best] if counts[best] > 0 else NOBODY
        parts[rank] = counts[best] / samples
        counts[best] = 0


@njit(cache=True, nogil=True, error_model="numpy")
def _visit(seen: Seen, solid: Solid, looks: Looks, beauty: Any, clean: Any, crypto_id: Any, crypto_part: Any) -> int:
    """Fill all but colours; list where to look for these, and return how many looks there are.

    What lies within one pixel on one triangle looks alike: two or three of its samples stand for all of them.
    """
    ids, rest_ids, moved, outside, chips_from = seen.ids, seen.rest_ids, seen.moved, seen.outside, seen.chips_from
    owners, surface = solid.owner, solid.surface
    to_triangle, to_sample, to_x, to_y, to_share = looks.triangle, looks.sample, looks.x, looks.y, looks.share
    samples, height, width = ids.shape
    names, counts = np.zeros(2 * CRYPTO_RANKS, np.int64), np.zeros(2 * CRYPTO_RANKS, np.int64)
    drawn, found = np.zeros(samples, np.int64), 0
    chosen, share = np.zeros(samples, np.bool_), np.zeros(samples)
    for y in range(height):
        for x in range(width):
            stays, cleaned, busy = 0, 0.0, 0
            for s in range(samples):
                t, at_rest = ids[s, y, x], rest_ids[s, y, x]
                drawn[s] = -1
                if t < chips_from and (t < 0 or owners[t] < 0):
                    stays += 1
                    cleaned += 1.0 if at_rest >= 0 and owners[at_rest] >= 0 else outside[y, x]
                elif t < chips_from and t == at_rest and not moved[owners[t]]:
                    stays += 1
                else:
                    drawn[s] = t
                    busy += 1
            clean[y, x] = cleaned / stays if stays else (1.0 if outside[y, x] > 0 else 0.0)
            if not busy:
                continue
            beauty[y, x, 3] = busy / samples
            counts[:] = 0
            for s in range(samples):
                t = drawn[s]
                if t < 0:
                    continue
                most = 1 if t >= chips_from else (3 if surface[t] == PLATE_SURFACE else 2)
                many = _choose(drawn, s, most, chosen, share)
                for one in range(s, samples):
                    if chosen[one]:
                        to_triangle[found], to_sample[found], to_x[found], to_y[found] = t, one, x, y
                        to_share[found] = share[one]
                        found += 1
                _count(CHIP if t >= chips_from else owners[t], many, names, counts)
            _rank(names, counts, samples, crypto_id[y, x], crypto_part[y, x])
    return found


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
    Cryptomatte lists crypto_id, crypto_part (H, W, CRYPTO_RANKS), which come as 0, 0, NOBODY and 0."""
    most = int(np.count_nonzero(seen.ids >= 0))
    whole, short = np.empty(most, np.int32), np.empty(most, np.int16)
    looks = Looks(whole, short, short.copy(), short.copy(), np.empty(most, np.float32))
    found = _visit(seen, solid, looks, beauty, clean, crypto_id, crypto_part)
    _shade(Looks(*(one[:found] for one in looks)), seen, solid, lit, beauty)
