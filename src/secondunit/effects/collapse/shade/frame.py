"""One frame: samples in the shutter, light at the middle of it, colours, and the layers."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from secondunit.effects.collapse.shade.place import GROUND, SKY
from secondunit.effects.collapse.shade.pose import Posed, left_by, moved, to_screen
from secondunit.effects.collapse.shade.receive import irradiance, light_map, may_change
from secondunit.effects.collapse.shade.resolve import CRYPTO_RANKS, Seen, resolve
from secondunit.effects.collapse.shade.scene import Scene
from secondunit.scene.render.raster import rasterise, splat
from secondunit.scene.render.rays import Occluder

SAME_LIGHT = 0.004  # a change of light smaller than this is rounding: half of one 8-bit code value
GONE_PX = 6.0  # at 1920: a shard this far from its place takes the building's blurred rim with it
MOST_LIFT = 6.0  # an old shadow is brightened at most this much
CHIP_LIGHT = np.array([0.7, 0.7], np.float32)  # sun seen and openness of a flying chip, on average

Maps = npt.NDArray[np.float32]


def shade_frame(scene: Scene, index: int, shutter_s: float, frame_rate: float) -> dict[str, npt.NDArray[Any]]:
    """The layers of ``ShadeStage`` for frame ``index`` (0 = first)."""
    went = moved(scene.shards, scene.motion, index, shutter_s)
    if not went.any():
        return _untouched(scene)
    ids, screens, middle, inverse = _samples(scene, index, shutter_s, frame_rate)
    occluder = Occluder(np.concatenate([middle.vertices, scene.place_vertices]), scene.solid.triangles)
    mid_ids = ids[len(ids) // 2]
    chips_from = len(scene.solid.triangles)
    first = _first_surface(scene, middle, mid_ids, inverse)
    to_draw = first["group"].copy()
    resting = (mid_ids == scene.rest_ids[len(ids) // 2]) & ~went[np.maximum(first["owner"], 0)]
    to_draw[(first["owner"] < 0) | resting] = -1
    light = light_map(first["point"], first["normal"], first["depth"], to_draw, occluder, scene.light)
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
        chips_from=chips_from,
        chip_material=scene.motion.chip_material,
        chip_light=CHIP_LIGHT,
    )
    layers = _resolved(scene, seen, index / frame_rate)
    layers["shadow"], layers["lit"] = _shadow(scene, middle, occluder, layers["clean"], resting & (first["owner"] >= 0))
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
        "normal": np.zeros((*shape, 3), np.float16),
        "motion": np.zeros((*shape, 2), np.float16),
        "crypto_id": np.full((*shape, CRYPTO_RANKS), -1, np.int16),
        "crypto_part": np.zeros((*shape, CRYPTO_RANKS), np.float16),
        "settles": (scene.standing.group == GROUND).astype(np.float16),
    }


def _samples(scene: Scene, index: int, shutter_s: float, frame_rate: float) -> tuple[Any, Any, Posed, Maps]:
    """Ids (S, H, W), screen positions (S, V, 3), the pose at the middle sample and its 1 / depth (H, W)."""
    count = len(scene.offsets)
    shape = scene.standing.depth.shape
    ids = np.full((count, *shape), -1, np.int32)
    vertices = len(scene.local) + len(scene.place_vertices)
    screens = np.empty((count, vertices, 3), np.float32)
    middle, middle_inverse = None, np.zeros(shape, np.float32)
    for sample, offset in enumerate(scene.offsets):
        dt = shutter_s * ((sample + 0.5) / count - 0.5)
        posed = Posed(scene.shards, scene.local, scene.motion, index, dt)
        screens[sample] = to_screen(scene.camera, np.concatenate([posed.vertices, scene.place_vertices]))
        inverse = np.zeros(shape, np.float32)
        rasterise(screens[sample], scene.solid.triangles, 0, offset, inverse, ids[sample])
        centre, radius = _chips(scene, index, dt * frame_rate)
        splat(centre, radius, len(scene.solid.triangles), offset, sample, inverse, ids[sample])
        if sample == count // 2:
            middle, middle_inverse = posed, inverse
    assert middle is not None
    return ids, screens, middle, middle_inverse


def _chips(scene: Scene, index: int, part: float) -> tuple[Maps, Maps]:
    """Chips on screen (C, 3) and their radii in px (C,), ``part`` of a frame later."""
    here = scene.motion.chip_position[index]
    other = scene.motion.chip_position[min(max(index + (1 if part > 0 else -1), 0), len(scene.motion.position) - 1)]
    born = np.isfinite(here[:, 0])
    step = np.nan_to_num(other[born] - here[born], nan=0.0)
    centre = np.zeros_like(here)
    centre[born] = to_screen(scene.camera, here[born] + abs(part) * step)
    return centre, np.asarray(scene.motion.chip_radius * scene.camera.focal_px * centre[:, 2], np.float32)


def _first_surface(scene: Scene, middle: Posed, ids: Any, inverse: Maps) -> dict[str, Any]:
    """Point, normal, depth, owner (shard, -1) and group of what the middle sample sees."""
    hit = ids >= 0
    depth = np.where(hit, 1 / np.where(hit, inverse, 1), scene.behind.depth).astype(np.float32)
    reach = np.where(np.isfinite(depth), depth, 0)[..., None]
    on_shard = hit & (ids < scene.shard_triangles)
    triangle = np.where(on_shard, ids, 0)
    owner = np.where(on_shard, scene.solid.owner[triangle], -1)
    normal = np.where(hit[..., None], 0, scene.behind.normal).astype(np.float32)
    turned = np.einsum("nij,nj->ni", middle.matrix[owner[on_shard]], scene.solid.normal[triangle[on_shard]])
    normal[on_shard] = turned
    normal[hit & ~on_shard] = (0, 1, 0)
    group = np.where(on_shard, owner, -1).astype(np.int32)
    point = np.asarray(scene.camera.position_m, np.float32) + scene.rays * reach
    return {"point": point, "normal": normal, "depth": depth, "owner": owner, "group": group, "hit": hit}


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


def _resolved(scene: Scene, seen: Seen, now_s: float) -> dict[str, npt.NDArray[Any]]:
    shape = seen.rest_ids.shape[1:]
    beauty, clean = np.zeros((*shape, 4), np.float32), np.zeros(shape, np.float32)
    crypto_id = np.full((*shape, CRYPTO_RANKS), -1, np.int16)
    crypto_part = np.zeros((*shape, CRYPTO_RANKS), np.float32)
    solid = scene.solid._replace(crease=scene.creases.at(scene.motion.bond_broken_s, now_s))
    resolve(seen, solid, scene.lit, beauty, clean, crypto_id, crypto_part)
    return {
        "beauty": beauty.astype(np.float16),
        "clean": clean.astype(np.float16),
        "crypto_id": crypto_id,
        "crypto_part": crypto_part.astype(np.float16),
    }


def _shadow(
    scene: Scene, middle: Posed, occluder: Occluder, clean: npt.NDArray[Any], standing: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.float16], npt.NDArray[np.float16]]:
    """Factor (H, W, 3) on the light of what the plate, or the clean plate, shows; its share (H, W) of open light."""
    everything = np.concatenate([middle.vertices, scene.shards.vertices])
    low, high = everything.min(axis=0).astype(np.float32), everything.max(axis=0).astype(np.float32)
    factor, lit = np.ones((*clean.shape, 3), np.float32), np.ones(clean.shape, np.float32)
    for view, here, old in (
        (scene.standing, standing, scene.before_standing),
        (scene.behind, ~standing, None),
    ):
        group = np.where(here, view.group, SKY)
        before = scene.before_behind if old is None else old
        sun_at, sky_at = may_change(view.point, scene.light, low, high)
        now = light_map(
            view.point,
            view.normal,
            view.depth,
            group,
            occluder,
            scene.light,
            sun_at=sun_at,
            sky_at=sky_at,
            before=before,
        )
        e_now, e_before = irradiance(view.normal, now, scene.light), irradiance(view.normal, before, scene.light)
        if old is None:
            share = clean.astype(np.float32)[..., None]
            e_before = e_before + share * (irradiance(view.normal, scene.before_clean, scene.light) - e_before)
        ratio = e_now / np.maximum(e_before, 1e-6)
        factor = np.where((group >= 0)[..., None], ratio, factor)
        e_open = irradiance(view.normal, np.ones_like(now), scene.light)
        lit = np.where(group >= 0, e_now.sum(axis=-1) / np.maximum(e_open.sum(axis=-1), 1e-6), lit)
    most = MOST_LIFT if scene.light.sun_known >= 0.5 else 1.0
    factor = 1 + scene.shadows * (np.clip(factor, 0.0, most) - 1)
    factor[np.abs(factor - 1).max(axis=-1) < SAME_LIGHT] = 1
    return factor.astype(np.float16), lit.astype(np.float16)


def _data(scene: Scene, first: dict[str, Any], index: int, frame_rate: float, beauty: Any) -> dict[str, Any]:
    """Depth, normals, motion vectors and the ground mask from the middle sample."""
    shown = first["hit"] & (beauty[..., 3] > 0)
    shard = shown & (first["owner"] >= 0)
    owner = first["owner"][shard]
    arm = first["point"][shard] - scene.motion.position[index][owner]
    pace = scene.motion.velocity[index][owner] + np.cross(scene.motion.spin[index][owner], arm)
    vector = np.zeros((*first["hit"].shape, 2), np.float16)
    now, _ = scene.camera.project(first["point"][shard])
    later, _ = scene.camera.project(first["point"][shard] + pace / frame_rate)
    vector[shard] = (later - now) * np.array([1.0, -1.0])
    normal = np.where(shown[..., None], first["normal"], 0).astype(np.float16)
    ground = (scene.behind.group == GROUND) & ~first["hit"]
    return {"depth": first["depth"], "normal": normal, "motion": vector, "settles": ground.astype(np.float16)}
