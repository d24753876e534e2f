"""Everything about a take that no frame changes: gathered once, read by all frames."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy  # its parts are loaded when they are first used

from secondunit.effects.base import Context
from secondunit.effects.collapse.materials import MATERIALS
from secondunit.effects.collapse.settings import CollapseSettings
from secondunit.effects.collapse.shade.crease import Creases, Edges
from secondunit.effects.collapse.shade.place import SOLID, View, box_triangles, eye_rays, triangle_normals, view_of
from secondunit.effects.collapse.shade.pose import Rest, lens_of, local_vertices, to_screen
from secondunit.effects.collapse.shade.receive import irradiance, light_map
from secondunit.effects.collapse.shade.resolve import NOBODY, Lit, Solid
from secondunit.effects.collapse.shards import Material, Motion, Shards, Surface
from secondunit.plate.survey import Survey
from secondunit.records import read_arrays
from secondunit.scene.camera import Camera
from secondunit.scene.light import Light
from secondunit.scene.render.noise import noise_table
from secondunit.scene.render.raster import rasterise, sample_offsets
from secondunit.scene.render.rays import Occluder

EDGE_PX = 3.0  # at 1920: the plate's own blur carries the building this far outside its outline
FRESH_BREAK = 0.85  # broken masonry against its weathered face, share of albedo; artistic estimate

Maps = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Scene:
    """Static parts of the shading; P vertices and triangles of the place follow those of the shards."""

    shards: Shards
    motion: Motion
    camera: Camera
    light: Light
    solid: Solid
    lit: Lit
    creases: Creases
    edges: Edges
    rest: Rest
    offsets: npt.NDArray[np.float32]
    rays: Maps
    rest_ids: npt.NDArray[np.int32]
    behind: View
    standing: View
    before_standing: Maps
    before_behind: Maps
    before_clean: Maps
    outside_owner: npt.NDArray[np.int32]
    outside_share: Maps
    shadows: float

    @property
    def shard_triangles(self) -> int:
        """How many triangles belong to shards; ids from here on are the place's."""
        return len(self.shards.triangles)


def gather(context: Context) -> Scene:
    """Read the stages this one needs and prepare what all frames share."""
    settings: CollapseSettings = context.settings
    survey = Survey.load(context.inputs["survey"] / "survey.json")
    shards = Shards.load(context.inputs["fracture"] / "shards.npz")
    motion = Motion.load(context.inputs["motion"] / "motion.npz")
    full = context.plate.full()
    camera = survey.camera.scaled(context.plate.width_px, context.plate.height_px)
    place_vertices, place_triangles = _place(settings.place.neighbours, len(shards.vertices))
    vertices = np.concatenate([shards.vertices, place_vertices]).astype(np.float32)
    triangles = np.concatenate([shards.triangles, place_triangles]).astype(np.int32)
    offsets = sample_offsets(settings.look.samples)
    rest_ids = np.stack([_first_hit(camera, vertices, triangles, offset) for offset in offsets])
    only_place = place_triangles - len(shards.vertices)
    behind = view_of(camera, place_vertices, only_place)
    standing = view_of(camera, vertices, triangles)
    with_building, without = Occluder(vertices, triangles), Occluder(place_vertices, only_place)
    before_standing = _light(standing, with_building, survey.light)
    owner = np.concatenate([_owners(shards), np.full(len(place_triangles), NOBODY, np.int32)])
    rest_light = np.where(
        (standing.group == SOLID)[..., None], irradiance(standing.normal, before_standing, survey.light), 0
    ).astype(np.float32)
    facade = read_arrays(context.inputs["clean"] / "facade.npz")["facade"].astype(np.float32)
    outline = read_arrays(context.inputs["clean"] / "clean.npz")["building"] > 0
    near_owner, share = _outside(rest_ids[0], owner, outline, camera.width_px)
    return Scene(
        shards=shards,
        motion=motion,
        camera=camera,
        light=survey.light,
        solid=_solid(shards, triangles, owner, rest_ids, vertices, survey.camera.scaled(full.width_px, full.height_px)),
        lit=_lit(settings, survey, facade, rest_light),
        creases=Creases(shards),
        edges=Edges(shards, vertices),
        rest=Rest(local_vertices(shards), vertices, to_screen(camera, vertices), lens_of(camera)),
        offsets=offsets,
        rays=eye_rays(camera, offsets[len(offsets) // 2]),
        rest_ids=rest_ids,
        behind=behind,
        standing=standing,
        before_standing=before_standing,
        before_behind=_light(behind, with_building, survey.light),
        before_clean=_light(behind, without, survey.light),
        outside_owner=near_owner,
        outside_share=share,
        shadows=settings.look.shadows,
    )


def _light(view: View, occluder: Occluder, light: Light) -> Maps:
    return light_map(view.point, view.normal, view.depth, view.group, occluder, light)


def _place(boxes: tuple[tuple[float, ...], ...], first_vertex: int) -> tuple[Maps, npt.NDArray[np.int32]]:
    vertices, triangles = np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32)
    for box in boxes:
        corners, faces = box_triangles(box)
        triangles = np.concatenate([triangles, faces + len(vertices)]).astype(np.int32)
        vertices = np.concatenate([vertices, corners]).astype(np.float32)
    return vertices, triangles + np.int32(first_vertex)


def _first_hit(camera: Camera, vertices: Maps, triangles: npt.NDArray[Any], offset: Maps) -> npt.NDArray[np.int32]:
    ids = np.full((camera.height_px, camera.width_px), NOBODY, np.int32)
    rasterise(to_screen(camera, vertices), triangles, 0, offset, np.zeros(ids.shape, np.float32), ids)
    return ids


def _owners(shards: Shards) -> npt.NDArray[np.int32]:
    return np.repeat(np.arange(len(shards), dtype=np.int32), np.diff(shards.triangle_start))


def _solid(shards: Shards, triangles: Any, owner: Any, rest_ids: Any, vertices: Maps, full_camera: Camera) -> Solid:
    seen = np.unique(rest_ids)
    surface, outer = shards.surface.copy(), seen[(seen >= 0) & (seen < len(shards.surface))]
    surface[outer[surface[outer] == Surface.OUTER]] = Surface.PLATE  # seen at a grazing angle, but seen
    return Solid(
        triangles=triangles,
        owner=owner,
        surface=surface,
        rest=vertices,
        normal=triangle_normals(shards.vertices, shards.triangles),
        material=shards.material,
        part=shards.part,
        storey=shards.storey,
        texture=to_screen(full_camera, shards.vertices),
        crease=np.zeros((len(shards.triangles), 3), np.float32),
    )


def _lit(settings: CollapseSettings, survey: Survey, facade: Maps, rest: Maps) -> Lit:
    light = survey.light
    seen = rest[..., 1] > 0
    usual = np.median(rest[seen], axis=0) if seen.any() else np.asarray(light.sky, np.float32)
    broken = np.array([MATERIALS[material].albedo for material in Material], np.float32)
    if settings.look.brick_colour is not None:
        broken[Material.BRICK] = settings.look.brick_colour
    elif seen.any():
        broken[Material.BRICK] = FRESH_BREAK * _wall_albedo(facade, rest, seen)
    sky_colour = np.asarray(light.sky, np.float32) / np.pi
    haze = np.append(sky_colour, 1.5e-3 * settings.look.haze)  # per metre: visual range 2.6 km (Koschmieder)
    return Lit(
        colours=np.array([light.to_sun, light.sun, light.sky, light.ground], np.float32),
        broken=broken,
        plate=facade,
        rest=rest,
        usual=usual.astype(np.float32),
        haze=haze.astype(np.float32),
        table=noise_table(),
    )


def _wall_albedo(facade: Maps, rest: Maps, seen: npt.NDArray[np.bool_]) -> npt.NDArray[np.float32]:
    """Median albedo (3,) of what the building's matte shows: pi x radiance / irradiance."""
    rows = np.minimum((np.arange(rest.shape[0]) + 0.5) * facade.shape[0] / rest.shape[0], facade.shape[0] - 1)
    columns = np.minimum((np.arange(rest.shape[1]) + 0.5) * facade.shape[1] / rest.shape[1], facade.shape[1] - 1)
    small = facade[rows.astype(int)][:, columns.astype(int)]
    return np.asarray(np.clip(np.median(np.pi * small[seen] / rest[seen], axis=0), 0.03, 0.7), np.float32)


def _outside(
    rest_ids: npt.NDArray[np.int32], owner: npt.NDArray[np.int32], outline: npt.NDArray[np.bool_], width_px: int
) -> tuple[npt.NDArray[np.int32], Maps]:
    """For pixels that miss the proxy but show some of the building: the nearest shard, and how much."""
    building = (rest_ids >= 0) & (owner[rest_ids] >= 0)
    distance, nearest = scipy.ndimage.distance_transform_edt(~building, return_indices=True)
    near_owner = np.where(building.any(), owner[rest_ids[tuple(nearest)]], NOBODY).astype(np.int32)
    ring = EDGE_PX * width_px / 1920 + 0.5
    beyond = np.minimum(distance, scipy.ndimage.distance_transform_edt(~outline)) if outline.any() else distance
    share = np.clip(1.5 - (beyond - ring), 0, 1).astype(np.float32)
    return near_owner, share
