"""Round, soft and swept forms for pieces: turned legs, tubes, cushions, mouldings, cloth."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from secondunit.effects.sets.kit.facets import smooth_normals, tube_points
from secondunit.effects.sets.kit.shape import Array, Range, Shape, box_uv

Profile = Sequence[tuple[float, float]]


@cache
def grid_triangles(rows: int, columns: int) -> npt.NDArray[np.int64]:
    """Triangles of a grid of points (rows, columns), counter-clockwise where rows go up and columns right."""
    index = np.arange(rows * columns).reshape(rows, columns)
    a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]
    return np.concatenate([np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)])


def sheet(shape: Shape, slot: str, points: Array, uv: Array | None = None, *, share: float = 0.0) -> None:
    """A smooth surface over points (rows, columns, 3): rows go up, columns to the right seen from its front."""
    rows, columns = points.shape[:2]
    if uv is None:
        u = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points, axis=1), axis=2).mean(0))])
        v = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=2).mean(1))])
        uv = np.stack(np.meshgrid(u, v), -1) + shape.rng.uniform(0, 7, 2)
    shape.add(slot, points.reshape(-1, 3), grid_triangles(rows, columns), uv.reshape(-1, 2), share=share)


def lathe(
    shape: Shape, slot: str, profile: Profile, *, at: tuple[float, float] = (0.0, 0.0), sides: int = 28,
    share: float = 0.0, squash: float = 1.0, crease_deg: float = 40.0,
) -> None:  # fmt: skip
    """A turned form about an upright axis.

    Args:
        shape: added to.
        slot: what it is made of.
        profile: (radius, height) from below to above for an outside surface; 0 closes it.
        at: (x, z) of the axis.
        sides: around.
        share: of the lamp's light.
        squash: depth over width.
        crease_deg: turns of the profile sharper than this are edges.
    """
    line = np.asarray(profile, float)
    heading = np.diff(line, axis=0)
    angle = np.arctan2(heading[:, 1], heading[:, 0])
    turn = np.abs((np.diff(angle) + np.pi) % (2 * np.pi) - np.pi)
    cuts = [0, *(np.flatnonzero(turn > np.radians(crease_deg)) + 1).tolist(), len(line) - 1]
    around = np.linspace(0, 2 * np.pi, sides + 1)
    for first, last in itertools.pairwise(cuts):
        part = line[first : last + 1]
        points = np.empty((len(part), sides + 1, 3))
        points[..., 0] = at[0] + part[:, :1] * np.sin(around)
        points[..., 1] = part[:, 1:]
        points[..., 2] = at[1] + part[:, :1] * np.cos(around) * squash
        length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(part, axis=0), axis=1))])
        reach = max(float(line[:, 0].max()), 1e-3)
        uv = np.stack(np.broadcast_arrays(length[:, None], around[None] * reach), -1) + line[first, 1]
        sheet(shape, slot, points, uv, share=share)


def rod(
    shape: Shape,
    slot: str,
    at: tuple[float, float],
    y: Range,
    radius: float,
    *,
    top: float | None = None,
    sides: int = 20,
) -> None:
    """An upright round bar, tapering to the radius ``top``, with soft rims."""
    end = radius if top is None else top
    b = min(0.003, radius / 3, end / 3)
    profile = [(0.0, y[0]), (radius - b, y[0]), (radius, y[0] + b), (end, y[1] - b), (end - b, y[1]), (0.0, y[1])]
    lathe(shape, slot, profile, at=at, sides=sides, crease_deg=60)


def ball(
    shape: Shape, slot: str, centre: Sequence[float], radius: float, *, share: float = 0.0, sides: int = 24
) -> None:
    """A sphere."""
    a = np.linspace(-np.pi / 2, np.pi / 2, sides // 2 + 1)
    profile = list(zip(radius * np.cos(a), centre[1] + radius * np.sin(a), strict=True))
    lathe(shape, slot, profile, at=(centre[0], centre[2]), sides=sides, share=share, crease_deg=90)


def tube(
    shape: Shape, slot: str, path: npt.ArrayLike, radius: npt.ArrayLike, *, sides: int = 12, closed: bool = False,
    share: float = 0.0,
) -> None:  # fmt: skip
    """A round bar along points (n, 3) with radii (n,), capped where it ends."""
    line = np.ascontiguousarray(path, float)
    reach = np.array(np.broadcast_to(np.asarray(radius, float), (len(line),)))
    if closed:
        line, reach = np.concatenate([line, line[:1]]), np.append(reach, reach[0])
    rings, uv, heading = tube_points(line, reach, sides, closed)
    points, triangles = rings.reshape(-1, 3), _tube_triangles(len(line), sides, closed)
    uv, normals = uv.reshape(-1, 2), smooth_normals(points, triangles[: 2 * sides * (len(line) - 1)])
    if not closed:  # a fan at each end, with an edge
        caps = [np.concatenate([rings[end], line[end : end + 1] if end == 0 else line[-1:]]) for end in (0, -1)]
        points, uv = np.concatenate([points, *caps]), np.concatenate([uv, caps[0][:, :2], caps[1][:, :2]])
        flat_ends = np.repeat([-heading[0], heading[-1]], sides + 2, 0)
        normals = np.concatenate([normals, flat_ends])
    shape.add(slot, points, triangles, uv, normals, share=share)


@cache
def _tube_triangles(rings: int, sides: int, closed: bool) -> npt.NDArray[np.int64]:
    """Of a tube's wall, then of the fans at its ends."""
    wall = grid_triangles(rings, sides + 1)
    if closed:
        return wall
    step, start = np.arange(sides), rings * (sides + 1)
    fan = np.stack([np.full(sides, sides + 1), step, step + 1], -1)
    return np.concatenate([wall, fan[:, ::-1] + start, fan + start + sides + 2])


def bar(shape: Shape, slot: str, start: Sequence[float], end: Sequence[float], radius: float, **more: Any) -> None:
    """A straight round bar."""
    tube(shape, slot, np.linspace(start, end, 2), radius, **more)


def soft(
    shape: Shape, slot: str, x: Range, y: Range, z: Range, *, round_m: float = 0.05, puff: float = 0.02,
    crinkle: float = 0.003, piping: str | None = None, dent: float = 0.0,
) -> None:  # fmt: skip
    """An upholstered block or a cushion: round edges, faces that swell, cloth that is not quite even.

    Args:
        shape: added to.
        slot: its cover.
        x: from, to; y, z alike: of the block before it swells.
        round_m: radius of the edges.
        puff: how far the middle of each face swells.
        crinkle: height of the unevenness.
        piping: slot of a cord along the upper edge; None = without.
        dent: how far the middle of the top has sunk.
    """
    ranges = np.array([x, y, z], float)
    centre, half = ranges.mean(1), np.diff(ranges, axis=1)[:, 0] / 2
    radius = min(round_m, 0.98 * half.min())
    count = 14
    t = np.sin(np.linspace(-np.pi / 2, np.pi / 2, count + 1))
    waves = shape.rng.normal(0, 1, (4, 3)) / 0.11
    phase = shape.rng.uniform(0, 6.28, 4)
    shift = shape.rng.uniform(0, 7, 2)
    grids, coordinates = [], []
    for axis in range(3):
        b, c = (axis + 1) % 3, (axis + 2) % 3
        for side in (-1, 1):
            cube = np.empty((count + 1, count + 1, 3))
            cube[..., axis] = side
            cube[..., b], cube[..., c] = (t[None] * side, t[:, None])
            own = cube * half
            inner = np.clip(own, -(half - radius), half - radius)
            away = own - inner
            own = inner + radius * away / np.maximum(np.linalg.norm(away, axis=-1, keepdims=True), 1e-9)
            coordinates.append(box_uv(own.reshape(-1, 3), np.full(cube.size // 3, axis), int(half.argmax())))
            share = np.clip(own / half, -1, 1)
            swell = (1 - share**2).clip(0)
            own = own.copy()
            for k in range(3):
                others = swell[..., (k + 1) % 3] * swell[..., (k + 2) % 3]
                own[..., k] += puff * share[..., k] * others
            own[..., 1] -= dent * swell[..., 0] * swell[..., 2] * np.clip(share[..., 1], 0, 1)
            uneven = np.sin(own @ waves.T + phase).sum(-1) / 2
            own += crinkle * uneven[..., None] * share * 0.6
            grids.append(own)
    face = grid_triangles(count + 1, count + 1)
    size = (count + 1) ** 2
    points = np.concatenate([grid.reshape(-1, 3) for grid in grids]) + centre
    shape.add(slot, points, np.concatenate([face + size * k for k in range(6)]), np.concatenate(coordinates) + shift)
    if piping:
        edge = rounded_rectangle(half[0], half[2], radius, 5)
        ring = np.stack([edge[:, 0], np.full(len(edge), half[1] - 0.35 * radius), edge[:, 1]], -1) + centre
        tube(shape, piping, ring, 0.0045, sides=6, closed=True)


def rounded_rectangle(half_x: float, half_z: float, radius: float, steps: int = 6) -> Array:
    """Points (n, 2) around a rectangle with round corners, counter-clockwise with z up the page."""
    r = min(radius, half_x, half_z)
    a = np.linspace(0, np.pi / 2, steps)
    quarter = np.stack([np.cos(a), np.sin(a)], -1) * r
    corners = [(half_x - r, half_z - r), (r - half_x, half_z - r), (r - half_x, r - half_z), (half_x - r, r - half_z)]
    out = []
    for k, corner in enumerate(corners):
        c, s = np.cos(k * np.pi / 2), np.sin(k * np.pi / 2)
        out.append(quarter @ np.array([[c, s], [-s, c]]) + corner)
    return np.concatenate(out)


def slab(
    shape: Shape,
    slot: str,
    outline: npt.ArrayLike,
    y: Range,
    *,
    holes: Sequence[npt.ArrayLike] = (),
    bevel: float = 0.003,
    share: float = 0.0,
) -> None:
    """A plate of any outline (n, 2) in x and z between two heights, with soft edges."""
    polygon = shapely.Polygon(np.asarray(outline, float), [np.asarray(hole, float) for hole in holes])
    polygon = shapely.orient_polygons(polygon, exterior_cw=False)
    inner = polygon.buffer(-bevel, join_style="mitre") if bevel else polygon
    for level, up in ((y[1], True), (y[0], False)):
        flat(shape, slot, inner if bevel else polygon, level, up=up, share=share)
    for ring in (polygon.exterior, *polygon.interiors):
        line = np.asarray(ring.coords)[:-1]
        rim(shape, slot, line, y, bevel)


def flat(shape: Shape, slot: str, polygon: Any, level: float, *, up: bool = True, share: float = 0.0) -> None:
    """A level face over a polygon in x and z, seen from above or from below; uv are x and z."""
    if polygon.is_empty:
        return
    parts = shapely.get_parts(shapely.constrained_delaunay_triangles(polygon))
    corners = np.array([np.asarray(part.exterior.coords)[:3] for part in parts]).reshape(-1, 3, 2)
    area = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    flip = (area > 0) == up  # x and z seen from above turn the other way than x and y
    corners[flip] = corners[flip][:, ::-1]
    points = corners.reshape(-1, 2)
    place = np.stack([points[:, 0], np.full(len(points), level), points[:, 1]], -1)
    normal = np.broadcast_to([0.0, 1.0 if up else -1.0, 0.0], place.shape)
    shape.add(slot, place, np.arange(len(place)).reshape(-1, 3), points, normal, share=share)


def rim(shape: Shape, slot: str, line: Array, y: Range, bevel: float) -> None:
    """The upright edge of a plate along a closed line (n, 2), material on its left; smooth where it turns gently."""
    count = len(line)
    heading = np.roll(line, -1, 0) - line
    length = np.linalg.norm(heading, axis=1)
    heading = heading / np.maximum(length, 1e-12)[:, None]
    outward = np.stack([heading[:, 1], -heading[:, 0]], -1)  # to the right of the way
    gentle = (outward * np.roll(outward, 1, 0)).sum(1) > 0.8
    run = np.concatenate([[0], np.cumsum(length)])
    for k in range(count):
        ends = []
        for corner, gently in ((k, gentle[k]), ((k + 1) % count, gentle[(k + 1) % count])):
            before, after = outward[corner - 1], outward[corner]
            normal = before + after if gently else outward[k]
            normal = normal / np.linalg.norm(normal)
            mitre = (before + after) / max(1 + before @ after, 0.2)
            ends.append((line[corner], normal, mitre))
        rows, normals = [], []
        for level, inset, lean in (
            (y[0], bevel, -1.0),
            (y[0] + bevel, 0, 0.0),
            (y[1] - bevel, 0, 0.0),
            (y[1], bevel, 1.0),
        ):
            for point, normal, mitre in ends:
                flat_point = point - mitre * inset
                rows.append([flat_point[0], level, flat_point[1]])
                tip = np.array([normal[0] * (1 - abs(lean)), lean, normal[1] * (1 - abs(lean))])
                normals.append(tip / np.linalg.norm(tip))
        uv = np.array([[u, v] for v in (y[0], y[0] + bevel, y[1] - bevel, y[1]) for u in (run[k], run[k + 1])])
        shape.add(slot, rows, grid_triangles(4, 2)[:, ::-1], uv, normals)


def moulding(shape: Shape, slot: str, profile: Profile, path: npt.ArrayLike, *, closed: bool) -> None:
    """A profile (out, up) swept along points (n, 2) in x and z, mitred; out is to the left of the way."""
    line = np.asarray(path, float)
    section = np.asarray(profile, float)
    count = len(line)
    heading = np.diff(np.concatenate([line, line[:1]]), axis=0)
    heading /= np.maximum(np.linalg.norm(heading, axis=1, keepdims=True), 1e-12)
    left = np.stack([heading[:, 1], -heading[:, 0]], -1)
    for k in range(count if closed else count - 1):
        ends, after = [], (k + 1) % count
        for corner, other in ((k, k - 1), (after, after)):
            joined = closed or 0 < corner < count - 1
            pair = left[other] if joined else left[k]
            ends.append((line[corner], (left[k] + pair) / max(1 + left[k] @ pair, 0.2)))
        length = float(np.linalg.norm(line[after] - line[k]))
        for low, high in itertools.pairwise(section):
            points = [[*(ends[e][0] + ends[e][1] * part[0])] for part in (low, high) for e in (0, 1)]
            levels = [low[1], low[1], high[1], high[1]]
            place = np.array([[p[0], level, p[1]] for p, level in zip(points, levels, strict=True)])
            normal = np.cross(place[1] - place[0], place[2] - place[0])
            if not normal.any():
                continue
            wide = float(np.hypot(*(high - low)))
            uv = np.array([[0, 0], [length, 0], [0, wide], [length, wide]]) + low[1]
            normal /= np.linalg.norm(normal)
            shape.add(slot, place, [[0, 2, 1], [1, 2, 3]], uv, np.broadcast_to(-normal, (4, 3)))


def drape(
    shape: Shape,
    slot: str,
    x: Range,
    y: Range,
    *,
    depth: float,
    fold_m: float = 0.14,
    z: float = 0.0,
    gather: float = 1.0,
) -> None:
    """Cloth that hangs in folds from its upper edge, wider apart and deeper towards the hem."""
    columns = max(24, int((x[1] - x[0]) / fold_m * 14))
    rows = 14
    s = np.linspace(0, 1, columns)
    t = np.linspace(0, 1, rows)[:, None]
    turns = (x[1] - x[0]) / fold_m
    wander = np.cumsum(shape.rng.normal(0, 1, columns)) / np.sqrt(columns)
    phase = 2 * np.pi * turns * s + 1.6 * wander
    loose = 1 - t
    fold = np.sin(phase + 0.5 * loose * np.sin(phase * 0.37 + 1))
    sharp = fold + 0.25 * np.sin(2 * phase + 0.8)
    points = np.empty((rows, columns, 3))
    points[..., 0] = x[0] + (x[1] - x[0]) * s + 0.25 * depth * np.cos(phase) * (0.4 + 0.6 * loose) * gather
    points[..., 1] = y[0] + (y[1] - y[0]) * t + 0 * s
    points[..., 2] = z + 0.5 * depth * sharp * (0.55 + 0.45 * loose) * gather
    sheet(shape, slot, points)
