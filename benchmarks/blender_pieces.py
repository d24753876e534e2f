"""Our shards as objects in Blender: meshes, materials by face, the plate's coordinates, keys for a motion."""

import numpy as np
from blender_materials import brick, concrete, plain, projected
from blender_scene import animate, link, mesh_of, to_blender

from secondunit.effects.collapse.shards import Material, Shards, Surface

BROKEN = {Material.BRICK: 2, Material.CONCRETE: 3}  # slots of ``materials``; others: 4


def add_shard(shards: Shards, number, materials=()):
    """One shard's object, its origin at the centre of mass."""
    vertices = shards.vertices[shards.vertex_start[number] : shards.vertex_start[number + 1]]
    span = slice(shards.triangle_start[number], shards.triangle_start[number + 1])
    centre = to_blender(shards.centroid[number])
    triangles = shards.triangles[span] - shards.vertex_start[number]
    body = link(f"shard{number}", mesh_of(f"shard{number}", to_blender(vertices) - centre, triangles))
    for material in materials:
        body.data.materials.append(material)
    body.location = centre
    return body


def move(piece, position, rotation, offsets):
    """Keys for a piece where a motion (F, 3) and (F, 4) has it at frame offsets (K,); offset 0 is frame 1."""
    inside = np.clip(offsets, 0, len(position) - 1)
    turned = np.column_stack([rotation[inside, 0], to_blender(rotation[inside, 1:])])
    flips = np.cumsum(np.r_[False, np.sum(turned[1:] * turned[:-1], axis=1) < 0]) % 2  # q and -q are the same turn
    piece.rotation_mode = "QUATERNION"
    animate(piece, "location", offsets + 1, to_blender(position[inside]))
    animate(piece, "rotation_quaternion", offsets + 1, turned * np.where(flips, -1.0, 1.0)[:, None])


def add_pieces(shards, position, rotation, survey, plate, frames):
    """All shards moved by positions (F, N, 3) and turns (F, N, 4), around ``frames`` (first = 1) for the shutter."""
    offsets = np.unique(np.add.outer(np.asarray(frames) - 1, [-1, 0, 1]))
    materials = (
        plain("inside", (0.55, 0.52, 0.47)),
        plain("outside", (0.35, 0.27, 0.2)),
        brick(),
        concrete(),
        plain("broken", (0.45, 0.4, 0.33)),
        *(projected(plate, survey.light, facade.normal) for facade in survey.facades),
    )
    slots = face_slots(shards, survey)
    for number in range(len(shards)):
        span = slice(shards.triangle_start[number], shards.triangle_start[number + 1])
        own = slice(shards.vertex_start[number], shards.vertex_start[number + 1])
        piece = add_shard(shards, number, materials)
        piece.data.polygons.foreach_set("material_index", slots[span].astype(np.int32))
        loops = (shards.triangles[span] - shards.vertex_start[number]).ravel()
        project(piece.data, shards.vertices[own][loops], survey.camera)
        move(piece, position[:, number], rotation[:, number], offsets)


def face_slots(shards, survey):
    """(T,) which material a triangle carries."""
    corners = shards.vertices[shards.triangles]
    outward = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    facade = np.argmax(outward @ np.array([one.normal for one in survey.facades]).T, axis=1)
    made_of = np.repeat(shards.material, np.diff(shards.triangle_start))
    broken = np.select([made_of == material for material in BROKEN], list(BROKEN.values()), 4)
    is_a = [shards.surface == kind for kind in (Surface.PLATE, Surface.BROKEN, Surface.OUTER)]
    return np.select(is_a, [5 + facade, broken, 1], 0)


def project(mesh, points_m, camera):
    """The plate's coordinates for every loop of a mesh, from world points (L, 3) at rest."""
    pixels, _ = camera.project(points_m)
    uv = pixels / [camera.width_px, camera.height_px] * [1, -1] + [0, 1]
    mesh.uv_layers.new().data.foreach_set("uv", uv.astype(np.float32).ravel())
