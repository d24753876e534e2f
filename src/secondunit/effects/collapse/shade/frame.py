"""One frame: samples in the shutter, light at the middle of it, colours, and the layers."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from secondunit.effects.collapse.shade.place import GROUND, SKY
from secondunit.effects.collapse.shade.pose import Lens, Posed, chips_at, left_by, moved, project
from secondunit.effects.collapse.shade.receive import Receiver, light_map, may_change, near_ground, shadow_map
from secondunit.effects.collapse.shade.resolve import CRYPTO_RANKS, NOBODY, Seen, Solid, resolve
from secondunit.effects.collapse.shade.scene import Scene
from secondunit.imaging.half import floats, halves
from secondunit.scene.render.raster import rasterise, splat
from secondunit.scene.render.rays import Occluder

GONE_PX = (
    2.0  # at 1920: a shard this far from its place takes the building's blurred rim with it, or a bright line stays
)
MOST_LIFT = 6.0  # an old shadow is brightened at most this much
CHIP_LIGHT = np.array([0.7, 0.7], np.float32)  # sun seen and openness of a flying chip, on average

Maps = npt.NDArray[np.float32]


class First(NamedTuple):
    """What the middle sample sees: hit (H, W) whether it is no plate's ground or sky, point and normal (H, W, 3), depth
    (H, W) m, owner (H, W) shard or NOBODY."""

    hit: Any
    point: Any
    normal: Any
    depth: Any
    owner: Any


def shade_frame(scene: Scene, index: int, shutter_s: float, frame_rate: float) -> dict[str, npt.NDArray[Any]]:
    """The layers of ``ShadeStage`` for frame ``index`` (0 = first)."""
    went = moved(scene.shards, scene.motion, index, shutter_s)
    if not went.any():
        return _untouched(scene)
    crease = scene.creases.at(scene.motion.bond_broken_s, index / frame_rate)
    solid = scene.solid._replace(crease=crease)
    ids, screens, middle, inverse = _samples(scene, solid, index, shutter_s, frame_rate, went)
    occluder = Occluder(middle.vertices, scene.solid.triangles)
    mid_ids = ids[len(ids) // 2]
    first = _first_surface(scene, middle, mid_ids, inverse)
    resting = (mid_ids == scene.rest_ids[len(ids) // 2]) & ~went[np.maximum(first.owner, 0)]
    to_draw = np.where(resting, -1, first.owner)
    light = light_map(first.point, first.normal, first.depth, to_draw, occluder, scene.light)
    near_ground(light, first.point, first.normal, to_draw)
    seen = Seen(
        ids=ids,
        rest_ids=scene.rest_ids,
        screen=screens,
        offsets=scene.offsets,
        moved=went,
        matrix=middle.matrix,
        light=light,
        light_owner=to_draw,
        mean_light=_mean_light(light, to_draw, len(scene.shards)),
        outside=_outside(scene, index),
        chips_from=len(scene.solid.triangles),
        chip_material=scene.motion.chip_material,
        chip_light=CHIP_LIGHT,
        focal=scene.camera.focal_px,
    )
    layers = _resolved(scene, seen, solid)
    hidden = layers["beauty"][..., 3] == 1
    standing = resting & (first.owner >= 0)
    layers["shadow"], layers["lit"] = _shadow(scene, middle, occluder, layers["clean"], standing, hidden)
    layers.update(_data(scene, first, index, frame_rate, layers["beauty"]))
    return layers


def _untouched(scene: Scene) -> dict[str, npt.NDArray[Any]]:
    shape = scene.standing.depth.shape
    return {
        "beauty": np.zeros((*shape, 4), np.float16),
        "clean": np.zeros(shape, np.float16),
        "shadow": np.ones((*shape, 3), np.float16),
        "lit": np.ones(shape, np.float16),
        "depth": scene.standing.depth,
        "normal": halves(scene.standing.normal),
        "motion": np.zeros((*shape, 2), np.float16),
        "crypto_id": np.full((*shape, CRYPTO_RANKS), -1, np.int16),
        "crypto_part": np.zeros((*shape, CRYPTO_RANKS), np.float16),
        "settles": (scene.standing.group == GROUND).astype(np.float16),
    }


def _samples(
    scene: Scene, solid: Solid, index: int, shutter_s: float, frame_rate: float, went: npt.NDArray[np.bool_]
) -> tuple[Any, Any, Posed, Maps]:
    """Ids (S, H, W), screen positions (S, V, 3), the pose at the middle sample and its 1 / depth (H, W)."""
    count = len(scene.offsets)
    shape = scene.standing.depth.shape
    ids = np.full((count, *shape), -1, np.int32)
    screens = np.empty((count, len(scene.rest.vertices), 3), np.float32)
    middle, middle_inverse = None, np.zeros(shape, np.float32)
    here, born = scene.motion.chip_position[index], scene.motion.chip_radius
    centre, radius = np.empty_like(here), np.empty_like(born)
    times = [shutter_s * ((sample + 0.5) / count - 0.5) for sample in range(count)]
    poses = [Posed(scene.shards, scene.rest, scene.motion, index, dt, went) for dt in times]
    ragged = scene.edges.at(solid.crease, poses[count // 2].screen)
    for sample, (dt, posed, offset) in enumerate(zip(times, poses, scene.offsets, strict=True)):
        screens[sample] = posed.screen
        inverse = np.zeros(shape, np.float32)
        rasterise(posed.screen, solid.triangles, 0, offset, inverse, ids[sample], ragged)
        later = min(max(index + (1 if dt > 0 else -1), 0), len(scene.motion.position) - 1)
        lens = scene.rest.lens
        chips_at(here, scene.motion.chip_position[later], abs(dt) * frame_rate, born, lens, centre, radius)
        splat(centre, radius, len(solid.triangles), offset, sample, inverse, ids[sample])
        if sample == count // 2:
            middle, middle_inverse = posed, inverse
    assert middle is not None
    return ids, screens, middle, middle_inverse


def _first_surface(scene: Scene, middle: Posed, ids: Any, inverse: Maps) -> First:
    """What the middle sample sees."""
    shape, behind = ids.shape, scene.behind
    point, normal, depth = np.empty((*shape, 3), np.float32), behind.normal.copy(), behind.depth.copy()
    owner = np.full(shape, NOBODY, np.int32)
    at = np.asarray(scene.camera.position_m, np.float32)
    fixed = (scene.rays, at, scene.solid.owner, scene.solid.normal, scene.shard_triangles)
    _first(ids, inverse, middle.matrix, fixed, point, normal, depth, owner)
    return First(ids >= 0, point, normal, depth, owner)


@njit(cache=True, nogil=True, error_model="numpy")
def _first(ids: Any, inverse: Any, matrix: Any, fixed: Any, point: Any, normal: Any, depth: Any, owner: Any) -> None:
    rays, at, owners, normals, shard_triangles = fixed
    for y in range(ids.shape[0]):
        for x in range(ids.shape[1]):
            t = ids[y, x]
            if t >= 0:
                depth[y, x] = 1.0 / inverse[y, x]
                normal[y, x, 0], normal[y, x, 1], normal[y, x, 2] = 0.0, 1.0, 0.0
            if 0 <= t < shard_triangles:
                i = owners[t]
                owner[y, x] = i
                for k in range(3):
                    turned = matrix[i, k, 0] * normals[t, 0] + matrix[i, k, 1] * normals[t, 1]
                    normal[y, x, k] = turned + matrix[i, k, 2] * normals[t, 2]
            reach = depth[y, x] if np.isfinite(depth[y, x]) else 0.0
            for k in range(3):
                point[y, x, k] = at[k] + rays[y, x, k] * reach


def _mean_light(light: Maps, owner: npt.NDArray[Any], count: int) -> Maps:
    """Sun and openness (N, 2) of each shard over the pixels that show it; an average one where none does."""
    shown = owner >= 0
    number = np.bincount(owner[shown], minlength=count)
    sums = [np.bincount(owner[shown], weights=light[..., k][shown], minlength=count) for k in range(2)]
    usual = np.where(number.sum() > 0, [total.sum() / max(number.sum(), 1) for total in sums], 0.5)
    means = [np.where(number > 0, sums[k] / np.maximum(number, 1), usual[k]) for k in range(2)]
    return np.asarray(np.stack(means, axis=-1), np.float32)


def _outside(scene: Scene, index: int) -> Maps:
    """How much (H, W) pixels just outside the building turn to the clean plate: they follow the shard beside them."""
    left = left_by(scene.camera, scene.shards, scene.motion, index, GONE_PX * scene.camera.width_px / 1920)
    return np.asarray(left[np.maximum(scene.outside_owner, 0)] * scene.outside_share, np.float32)


def _resolved(scene: Scene, seen: Seen, solid: Solid) -> dict[str, npt.NDArray[Any]]:
    shape = seen.rest_ids.shape[1:]
    beauty, clean = np.zeros((*shape, 4), np.float32), np.zeros(shape, np.float32)
    crypto_id = np.full((*shape, CRYPTO_RANKS), -1, np.int16)
    crypto_part = np.zeros((*shape, CRYPTO_RANKS), np.float32)
    resolve(seen, solid, scene.lit, beauty, clean, crypto_id, crypto_part)
    return {
        "beauty": halves(beauty),
        "clean": halves(clean),
        "crypto_id": crypto_id,
        "crypto_part": halves(crypto_part),
    }


def _shadow(
    scene: Scene,
    middle: Posed,
    occluder: Occluder,
    clean: npt.NDArray[Any],
    standing: npt.NDArray[np.bool_],
    hidden: npt.NDArray[np.bool_],
) -> tuple[npt.NDArray[np.float16], npt.NDArray[np.float16]]:
    """Factor (H, W, 3) on the light of what the plate, or the clean plate, shows; its share (H, W) of open light.

    What debris hides is left at 1.
    """
    one, other = scene.standing, scene.behind
    point, normal = scene.behind.point.copy(), scene.behind.normal.copy()
    depth, before = scene.behind.depth.copy(), scene.before_behind.copy()
    group = np.where(hidden, SKY, np.where(standing, one.group, other.group))
    point[standing], normal[standing] = one.point[standing], one.normal[standing]
    depth[standing], before[standing] = one.depth[standing], scene.before_standing[standing]
    everything = np.concatenate([middle.vertices, scene.shards.vertices])
    low, high = everything.min(axis=0).astype(np.float32), everything.max(axis=0).astype(np.float32)
    sun_at, sky_at = may_change(point, scene.light, low, high)
    now = light_map(point, normal, depth, group, occluder, scene.light, sun_at=sun_at, sky_at=sky_at, before=before)
    share = np.where(standing, 0, floats(clean)).astype(np.float32)
    receiver = Receiver(group, normal, now, before, scene.before_clean, share)
    most = MOST_LIFT if scene.light.sun_known >= 0.5 else 1.0
    factor, lit = shadow_map(receiver, scene.light, most, scene.shadows)
    return halves(factor), halves(lit)


def _data(scene: Scene, first: First, index: int, frame_rate: float, beauty: Any) -> dict[str, Any]:
    """Depth, normals, motion vectors and the ground mask from the middle sample."""
    shape, motion = first.hit.shape, scene.motion
    shown = first.hit & (beauty[..., 3].view(np.uint16) != 0)
    vector = np.zeros((*shape, 2), np.float32)
    moves = (motion.position[index], motion.velocity[index], motion.spin[index])
    _vectors(shown, first, moves, 1 / frame_rate, scene.rest.lens, vector)
    ground = (scene.behind.group == GROUND) & ~first.hit
    return {
        "depth": first.depth,
        "normal": halves(first.normal),
        "motion": halves(vector),
        "settles": ground.astype(np.float16),
    }


@njit(cache=True, nogil=True, error_model="numpy")
def _vectors(shown: Any, first: First, moves: Any, step_s: float, lens: Lens, vector: Any) -> None:
    """Motion vectors (H, W, 2), right and up, of what is shown."""
    position, velocity, spin = moves
    points, owners = first.point, first.owner
    arm, later, now, then = np.zeros(3), np.zeros(3), np.zeros(3), np.zeros(3)
    for y in range(shown.shape[0]):
        for x in range(shown.shape[1]):
            if not shown[y, x]:
                continue
            i = owners[y, x]
            if i < 0:
                continue
            for k in range(3):
                arm[k] = points[y, x, k] - position[i, k]
            for k in range(3):
                a, b = (k + 1) % 3, (k + 2) % 3
                pace = velocity[i, k] + spin[i, a] * arm[b] - spin[i, b] * arm[a]
                later[k] = points[y, x, k] + step_s * pace
            project(lens, points[y, x, 0], points[y, x, 1], points[y, x, 2], now)
            project(lens, later[0], later[1], later[2], then)
            vector[y, x, 0], vector[y, x, 1] = then[0] - now[0], now[1] - then[1]
