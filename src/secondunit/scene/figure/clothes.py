"""What the figure wears: a knitted jumper or a T-shirt with a round neck, over its own shoulders.

Cloth is the body's own surface moved out and smoothed, cut at a neckline told on the rest shape, with a band
lofted around the neck.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from secondunit.scene.figure.parts import Array, Index, Part, Surface, grid, smooth_normals
from secondunit.scene.figure.strands import Skin, smooth_step

NECK_DM = np.array([0.0, 5.95, 0.12])  # middle of the neck's root on the rest shape


@dataclass(frozen=True)
class Clothes:
    """What is worn.

    Attributes:
        kind: knitted, or plain woven jersey.
        colour: linear albedo.
    """

    kind: Literal["jumper", "tee"] = "jumper"
    colour: tuple[float, float, float] = (0.03, 0.04, 0.06)


def _knit(colour: tuple[float, float, float], seed: int) -> npt.NDArray[np.float32]:
    """Albedo (512, 512, 3) of stocking stitch, 24 x 32 stitches a tile."""
    rng = np.random.default_rng((seed, 61))
    y, x = np.mgrid[0:512, 0:512] / 512
    column, row = x * 24, y * 32
    across = column % 1 - 0.5
    lean = np.abs(across) * 1.1
    height = np.sqrt(np.clip(1 - (np.abs(across) * 2 - 0.5) ** 2 * 4, 0, 1)) * (
        0.75 + 0.25 * np.cos(2 * np.pi * (row - lean))
    )
    fuzz = cv2.GaussianBlur(rng.standard_normal((512, 512)), (0, 0), 0.8)
    height = height + 0.10 * fuzz
    tone = (0.55 + 0.45 * height)[..., None] * (1 + 0.10 * fuzz[..., None])
    out: npt.NDArray[np.float32] = (np.array(colour) * tone).astype(np.float32)
    return out


def _weave(colour: tuple[float, float, float], seed: int) -> npt.NDArray[np.float32]:
    """Albedo (512, 512, 3) of plain weave with slubs."""
    rng = np.random.default_rng((seed, 62))
    y, x = np.mgrid[0:512, 0:512] / 512
    height = np.where(
        (np.floor(x * 128) + np.floor(y * 128)) % 2 > 0, np.sin(np.pi * (x * 128 % 1)), np.sin(np.pi * (y * 128 % 1))
    )
    slub = cv2.GaussianBlur(rng.standard_normal((512, 512)), (0, 0), sigmaX=14, sigmaY=0.8) * 5
    tone = (0.93 + 0.05 * height + 0.05 * slub)[..., None]
    out: npt.NDArray[np.float32] = (np.array(colour) * tone).astype(np.float32)
    return out


def _relax(points: Array, triangles: Index, rounds: int) -> Array:
    """Laplacian smoothing that leaves the outline alone."""
    edges = np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), axis=1)
    unique, count = np.unique(edges, axis=0, return_counts=True)
    fixed = np.zeros(len(points), bool)
    fixed[unique[count == 1].ravel()] = True
    a, b = unique.T
    degree = np.bincount(np.concatenate([a, b]), minlength=len(points)).clip(1)[:, None]
    for _ in range(rounds):
        total = np.stack(
            [np.bincount(a, points[b, k], len(points)) + np.bincount(b, points[a, k], len(points)) for k in range(3)],
            -1,
        )
        points = np.where(fixed[:, None], points, 0.5 * points + 0.5 * total / degree)
    return points


def _neckline(rest_dm: Array) -> Array:
    """Height of the neckline in rest decimetres over places around the neck: low in front, high behind."""
    turn = np.arctan2(rest_dm[:, 0] - NECK_DM[0], rest_dm[:, 2] - NECK_DM[2])
    front = 0.5 + 0.5 * np.cos(turn)
    out: Array = 5.93 - 0.36 * front**1.3 + 0.03 * (1 - front)
    return out


def _outline(points: Array, triangles: Index) -> Index:
    """The longest open edge loop, in order."""
    edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    _, index, count = np.unique(np.sort(edges, axis=1), axis=0, return_index=True, return_counts=True)
    following = dict(edges[index[count == 1]].tolist())
    best: list[int] = []
    while following:
        start = next(iter(following))
        loop, at = [start], following.pop(start)
        while at != start and at in following:
            loop.append(at)
            at = following.pop(at)
        middle = points[loop].mean(0)
        if abs(middle[0]) < 0.03 and len(loop) > len(best) and at == start and np.ptp(points[loop][:, 0]) < 0.35:
            best = loop
    return np.array(best)


def clothes(skin: Skin, look: Clothes, *, seed: int = 0) -> list[Part]:
    """A garment for the shoulders, as far down as ``skin`` reaches.

    Args:
        skin: of head, shoulders and chest.
        look: what is worn.
        seed: of the weave.
    """
    rest = skin.rest_dm[skin.triangles].mean(1)
    mask = rest[:, 1] < _neckline(rest)
    _, first, welded = np.unique(np.round(skin.rest_dm, 6), axis=0, return_index=True, return_inverse=True)
    used, index = np.unique(
        first[welded.ravel()][skin.triangles[mask]], return_inverse=True
    )  # a cut mesh is whole cloth
    triangles = index.reshape(-1, 3)
    normals = skin.normals[used]
    points, rest_dm = skin.positions_m[used], skin.rest_dm[used]
    away = 0.004 + 0.010 * smooth_step(5.9 - rest_dm[:, 1], 0.0, 0.8)
    points = _relax(points + normals * away[:, None], triangles, 12)
    points = points + smooth_normals(points, triangles) * 0.003
    albedo = (_knit if look.kind == "jumper" else _weave)(look.colour, seed)
    cloth = Surface(albedo, 0.85, 0.15)
    scale = 5.0 if look.kind == "jumper" else 8.0  # tiles of 512 texels a metre
    uv = np.stack([points[:, 0] + 0.4 * points[:, 2], points[:, 1] - 0.6 * points[:, 2]], -1) * scale
    parts = [Part("garment", points, triangles, uv, cloth)]
    loop = _outline(points, triangles)
    if not len(loop):
        return parts
    edge = points[loop]
    for _ in range(10):
        edge = 0.25 * np.roll(edge, 1, 0) + 0.5 * edge + 0.25 * np.roll(edge, -1, 0)
    return [*parts, _band(edge, look)]


def _resampled(loop: Array, count: int) -> Array:
    """A closed line (n, 3) drawn anew with ``count`` points at equal lengths."""
    closed = np.concatenate([loop, loop[:1]])
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(closed, axis=0), axis=1))])
    at = np.linspace(0, length[-1], count, endpoint=False)
    return np.stack([np.interp(at, length, closed[:, k]) for k in range(3)], -1)


def _band(edge: Array, look: Clothes) -> Part:
    """The ribbed band of a round neck."""
    line = _resampled(edge, 360)
    middle = line.mean(0)
    inward = middle - line
    inward[:, 1] = 0
    inward /= np.linalg.norm(inward, axis=1, keepdims=True)
    up = np.array([0.0, 1.0, 0.0])
    knitted = look.kind == "jumper"
    rib = (0.0007 if knitted else 0.0) * np.cos(np.arange(360) * 2 * np.pi / 4)[:, None]
    thick = 0.75 if knitted else 0.5
    profile = [(9, -9), (7.5, -3), (5.5, 4), (4, 11), (1.5, 14.5), (-1, 13), (-2, 2)]  # mm outwards and up
    rows = [line + inward * (-rib - out * thick / 1000) + up * (rise * thick - 3) / 1000 for out, rise in profile]
    points, triangles, uv = grid(np.stack(rows), closed=True, inside_out=True)
    return Part("neckband", points, triangles, uv, Surface(look.colour, 0.9, 0.1))
