"""Materials, meshes and windows as the path tracer takes them."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from secondunit.effects.sets import daylight
from secondunit.effects.sets.build import Part
from secondunit.effects.sets.kit import paintings, pictures, screens, stones, textiles, textures
from secondunit.effects.sets.kit.materials import Material, material
from secondunit.imaging.noise import Image
from secondunit.scene.camera import Array

MATT = 0.7  # rougher surfaces are taken as perfectly matt: the difference is not seen, the time is
STEEPEST = 0.3  # mean slope of relief: a bent normal loses the light that a real pile or joint throws back to its side
PAINTED = (paintings, pictures, screens, stones, textiles)  # importing them registers their painters


@cache
def mitsuba() -> Any:
    """The path tracer, in single precision and RGB: numbers go in and come out as they are, here ACEScg."""
    import mitsuba as mi

    mi.set_variant("scalar_rgb")
    mi.set_log_level(mi.LogLevel.Error)
    return mi


@cache
def texture(pattern: str) -> textures.Texture:
    """The painted tile of a pattern, its tint's mean 1 in each channel: a material's colour is its mean."""
    painted = textures.PAINTERS[pattern](np.random.default_rng((733, zlib.crc32(pattern.encode()))))
    return replace(painted, tint=(painted.tint / painted.tint.mean((0, 1), dtype=float)).astype(np.float32))


@cache
def steepness(pattern: str) -> float:
    """Root mean square of the slope of a pattern's relief."""
    painted = texture(pattern)
    rows, columns = painted.height_m.shape
    across = np.diff(painted.height_m, axis=1)[:-1] * (columns / painted.tile_m[0])
    up = np.diff(painted.height_m, axis=0)[:, :-1] * (rows / painted.tile_m[1])
    return max(float(np.sqrt((across**2 + up**2).mean())), 1e-9)


@lru_cache(maxsize=128)
def made(name: str) -> Any:
    """A material as the renderer's, loaded: stills of one set share it."""
    return mitsuba().load_dict(bsdf(name))


def bsdf(name: str) -> dict[str, Any]:
    """A material as the renderer's."""
    one = material(name)
    if one.of == "glass" and not one.metallic:
        return _glass(one)
    painted = texture(one.pattern) if one.pattern else None
    colour = _colour(one, painted)
    inner: dict[str, Any]
    if one.through:
        share = one.through
        return {"type": "principledthin", "base_color": colour, "roughness": 0.6, "diff_trans": 2 * share, "eta": 1.4}
    if one.metallic:
        inner = {
            "type": "principled",
            "base_color": colour,
            "roughness": _rough(one, painted),
            "metallic": one.metallic,
        }
    elif one.roughness >= MATT and one.of != "fabric":
        inner = {"type": "diffuse", "reflectance": colour}
    elif one.of == "fabric" and "velvet" in one.name:
        inner = {
            "type": "principled",
            "base_color": colour,
            "roughness": 0.75,
            "specular": 0.2,
            "sheen": 1.0,
            "sheen_tint": 0.6,
        }
    elif one.of == "fabric":
        inner = {"type": "diffuse", "reflectance": colour}
    else:
        inner = {
            "type": "principled",
            "base_color": colour,
            "roughness": _rough(one, painted),
            "specular": one.specular,
        }
    if painted is not None and one.relief and np.ptp(painted.height_m) > 0 and not one.whole:
        height = np.ascontiguousarray(
            painted.height_m * one.relief * min(1.0, STEEPEST / steepness(one.pattern)), np.float32
        )
        relief = _bitmap(height[..., None], painted.tile_m)
        inner = {"type": "bumpmap", "arbitrary": relief, "scale": 1.0, "bsdf": inner}
    return {"type": "twosided", "bsdf": inner}


def _bitmap(picture: Image, tile_m: tuple[float, float]) -> dict[str, Any]:
    mi = mitsuba()
    scale = mi.ScalarTransform4f().scale([1 / tile_m[0], 1 / tile_m[1], 1])
    return {
        "type": "bitmap",
        "bitmap": mi.Bitmap(np.ascontiguousarray(picture, np.float32)),
        "raw": True,
        "format": "fp16",  # half the memory to fetch: a twelfth of the time
        "to_uv": scale,
    }


def _colour(one: Material, painted: textures.Texture | None) -> dict[str, Any]:
    if painted is None:
        return {"type": "rgb", "value": list(one.acescg)}
    picture = np.clip(painted.tint * np.asarray(one.acescg, np.float32), 0.004, 0.93)
    return _bitmap(picture, (1.0, 1.0) if one.whole else painted.tile_m)


def _rough(one: Material, painted: textures.Texture | None) -> Any:
    if painted is None or not painted.rough.any():
        return max(one.roughness, 0.05)
    return _bitmap(np.clip(one.roughness + painted.rough, 0.05, 1)[..., None], painted.tile_m)


def _glass(one: Material) -> dict[str, Any]:
    """Clear glass is a thin sheet; dark and milky glass are taken as polished surfaces."""
    if one.name == "clear_glass":
        return {"type": "thindielectric", "int_ior": 1.5}
    colour = {"type": "rgb", "value": list(one.acescg)}
    if one.name == "opal_glass":
        return {
            "type": "twosided",
            "bsdf": {"type": "principled", "base_color": colour, "roughness": 0.3, "specular": 0.5},
        }
    return {"type": "twosided", "bsdf": {"type": "plastic", "diffuse_reflectance": colour, "int_ior": 1.52}}


def shown(name: str) -> Image | None:
    """What light shows that comes through a material which covers its piece once: (h, w, 3), mean luminance 1."""
    one = material(name)
    if not (one.whole and one.pattern):
        return None
    picture = texture(one.pattern).tint * np.asarray(one.acescg, np.float32)
    out: Image = picture / float((picture @ daylight.LUMA).mean())
    return out


def write_ply(parts: Sequence[Part], path: Path) -> float:
    """Write meshes as one binary PLY; returns their area, m2."""
    starts = np.cumsum([0] + [len(part.points_m) for part in parts[:-1]])
    points = np.concatenate([part.points_m for part in parts])
    rows = np.concatenate([np.concatenate([part.points_m, part.normals, part.uv], 1) for part in parts])
    triangles = np.concatenate([part.triangles + start for part, start in zip(parts, starts, strict=True)])
    faces = np.empty(len(triangles), [("n", "u1"), ("v", "<i4", 3)])
    faces["n"], faces["v"] = 3, triangles
    header = "".join(f"property float {name}\n" for name in ["x", "y", "z", "nx", "ny", "nz", "u", "v"])
    with path.open("wb") as file:
        file.write(
            f"ply\nformat binary_little_endian 1.0\nelement vertex {len(rows)}\n{header}"
            f"element face {len(faces)}\nproperty list uchar int vertex_indices\nend_header\n".encode()
        )
        file.write(rows.astype("<f4").tobytes())
        file.write(faces.tobytes())
    a, b, c = (points[triangles[:, k]].astype(float) for k in range(3))
    return float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2)


def pane_texture(corners: Array, seen_from: Array, to_sun: Array, seed: int) -> tuple[Image, float]:
    """What is seen through a pane from a place (3,): (rows, columns, 3) cd/m2, first row at the foot; and its area."""
    a, b, _, d = np.asarray(corners, float)
    wide, high = float(np.linalg.norm(b - a)), float(np.linalg.norm(d - a))
    columns, rows = int(np.clip(wide * 160, 32, 640)), int(np.clip(high * 160, 32, 640))
    s = (np.arange(columns) + 0.5) / columns
    t = (np.arange(rows) + 0.5) / rows
    place = a + s[None, :, None] * (b - a) + t[:, None, None] * (d - a)
    inward = np.cross(b - a, d - a)
    inward /= np.linalg.norm(inward)
    eye = np.asarray(seen_from, float)
    if (eye - a) @ inward < 0.3:  # from outside, or along the wall: as from the room's middle
        eye = (b + d) / 2 + 3 * inward
    way = place - eye
    way /= np.linalg.norm(way, axis=-1, keepdims=True)
    seen = daylight.outside(way.reshape(-1, 3), to_sun, seed)
    return seen.reshape(rows, columns, 3).astype(np.float32), wide * high
