"""Our building in Blender: shards as rigid bodies, bonds as constraints that break, smoke, sun, sky, the same camera.

Runs inside Blender as a module (``bpy``). Ours is +Y up, Blender +Z up: (x, y, z) becomes (x, -z, y).
"""

import ctypes
import math
import sys
import tempfile
from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix, Vector

from secondunit.effects.collapse.shards import GROUND, Shards, Surface
from secondunit.plate.survey import Survey

SUBSTEPS = 10  # a frame; Blender's default
SOLVER_ITERATIONS = 10  # Blender's default
FRICTION = 0.6  # masonry on masonry, EN 1996-1-1, 3.6.2 gives 0.4 for the part with pressure; rubble is rougher
AXES = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])  # ours to Blender's


def to_blender(points_m):
    """Our world points (..., 3) in Blender's axes."""
    return np.asarray(points_m, float) @ AXES.T


def link(name, data=None):
    """A new object in the scene."""
    thing = bpy.data.objects.new(name, data)
    bpy.context.scene.collection.objects.link(thing)
    return thing


def mesh_of(name, vertices, triangles):
    """A mesh from arrays in Blender's axes."""
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(vertices.tolist(), [], triangles.tolist())
    mesh.update()
    return mesh


def box(name, low, high):
    """A box object between two corners in Blender's axes."""
    corner = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)], float)
    quads = np.array([(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)])
    low, high = np.asarray(low, float), np.asarray(high, float)
    thing = link(name, mesh_of(name, (corner - 0.5) * (high - low), quads))
    thing.location = (low + high) / 2
    return thing


def plain(name, colour, roughness=0.9):
    """A diffuse material."""
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    shader = material.node_tree.nodes["Principled BSDF"]
    shader.inputs["Base Color"].default_value = (*colour, 1.0)
    shader.inputs["Roughness"].default_value = roughness
    return material


def empty_scene(width_px, height_px, frames, rate):
    """A scene with nothing in it but its size and length."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.frame_start, scene.frame_end = 1, frames
    scene.render.fps = rate
    scene.render.resolution_x, scene.render.resolution_y, scene.render.resolution_percentage = width_px, height_px, 100
    scene.view_settings.view_transform = "Standard"
    scene.view_settings.exposure = math.log2(
        math.pi
    )  # our units: white under the whole light is as bright as that light
    return scene


def add_world(survey: Survey):
    """Sun, sky, ground and camera of the survey."""
    scene = bpy.context.scene
    light = bpy.data.lights.new("sun", "SUN")
    light.angle = math.radians(0.53)  # the sun's apparent diameter
    light.energy = max(max(survey.light.sun), 1e-6)  # W/m2 on a surface that faces it: irradiance
    light.color = [value / light.energy for value in survey.light.sun]
    sun = link("sun", light)
    sun.rotation_mode = "QUATERNION"
    direction = Vector(to_blender(survey.light.to_sun).tolist())
    sun.rotation_quaternion = direction.to_track_quat("Z", "Y")
    scene.world = bpy.data.worlds.new("sky")
    scene.world.use_nodes = True
    background = scene.world.node_tree.nodes["Background"]
    background.inputs["Color"].default_value = (*(value / math.pi for value in survey.light.sky), 1.0)  # E = pi L
    ground = box("ground", [-300, -300, -1], [300, 300, 0])
    ground.data.materials.append(plain("ground", (0.22, 0.21, 0.2)))
    add_camera(survey)
    return ground


def add_camera(survey: Survey):
    """The survey's camera."""
    scene, ours = bpy.context.scene, survey.camera
    camera = bpy.data.cameras.new("camera")
    camera.sensor_fit, camera.sensor_width = "HORIZONTAL", 36.0
    camera.lens = ours.focal_px / ours.width_px * camera.sensor_width
    camera.shift_x = 0.5 - ours.centre_px[0] / ours.width_px
    camera.shift_y = (ours.centre_px[1] - ours.height_px / 2) / ours.width_px
    camera.clip_end = 2000.0
    thing = link("camera", camera)
    pose = np.eye(4)
    pose[:3, :3] = AXES @ np.asarray(ours.rotation).T  # camera axes are the same in both
    pose[:3, 3] = to_blender(ours.position_m)
    thing.matrix_world = Matrix(pose.tolist())
    scene.camera = thing


def add_building(shards: Shards, density, ground, start_m, spread_m_per_s):
    """Every shard a rigid body with a convex hull; every bond a fixed constraint that breaks at the same strength.

    Bullet has no notion of load that a scripted wave would not need: bonds are also let go as a front passes that runs
    from ``start_m`` at ``spread_m_per_s``.
    """
    scene = bpy.context.scene
    bpy.ops.rigidbody.world_add()
    world = scene.rigidbody_world
    world.substeps_per_frame, world.solver_iterations = SUBSTEPS, SOLVER_ITERATIONS
    world.point_cache.frame_start, world.point_cache.frame_end = scene.frame_start, scene.frame_end + 1
    world.collection = bpy.data.collections.new("bodies")
    world.constraints = bpy.data.collections.new("bonds")
    world.collection.objects.link(ground)
    ground.rigid_body.type, ground.rigid_body.collision_shape = "PASSIVE", "BOX"
    ground.rigid_body.friction = FRICTION
    outside, broken = plain("outside", (0.35, 0.27, 0.2)), plain("broken", (0.42, 0.2, 0.13))
    bodies = []
    for number in range(len(shards)):
        body = add_shard(shards, number, (outside, broken))
        world.collection.objects.link(body)
        rigid = body.rigid_body
        rigid.collision_shape, rigid.mass = "CONVEX_HULL", max(float(shards.volume[number] * density[number]), 1e-3)
        rigid.friction, rigid.restitution, rigid.use_margin, rigid.collision_margin = FRICTION, 0.0, True, 0.0
        bodies.append(body)
    add_bonds(shards, bodies, ground, start_m, spread_m_per_s)
    return bodies


def add_shard(shards, number, materials):
    """One shard's object, its origin at the centre of mass."""
    vertices = shards.vertices[shards.vertex_start[number] : shards.vertex_start[number + 1]]
    span = slice(shards.triangle_start[number], shards.triangle_start[number + 1])
    centre = to_blender(shards.centroid[number])
    mesh = mesh_of(
        f"shard{number}", to_blender(vertices) - centre, shards.triangles[span] - shards.vertex_start[number]
    )
    for material in materials:
        mesh.materials.append(material)
    mesh.polygons.foreach_set("material_index", (shards.surface[span] == Surface.BROKEN).astype(np.int32))
    body = link(mesh.name, mesh)
    body.location = centre
    return body


def add_bonds(shards, bodies, ground, start_m, spread_m_per_s):
    """Fixed constraints that break when the impulse of one substep exceeds tensile strength times area."""
    scene = bpy.context.scene
    step_s = 1.0 / (scene.render.fps * SUBSTEPS)
    far_m = np.linalg.norm(shards.bond_centre - np.asarray(start_m), axis=1)
    let_go = 1 + np.ceil(far_m / spread_m_per_s * scene.render.fps).astype(int)
    for number, (first, second) in enumerate(shards.bond_ends):
        joint = link(f"bond{number}")
        joint.location = to_blender(shards.bond_centre[number])
        scene.rigidbody_world.constraints.objects.link(joint)
        bond = joint.rigid_body_constraint
        bond.type, bond.use_breaking, bond.disable_collisions = "FIXED", True, True
        bond.object1, bond.object2 = bodies[first], ground if second == GROUND else bodies[second]
        bond.breaking_threshold = float(shards.bond_tension[number] * shards.bond_area[number] * step_s)
        for frame, holds in ((1, True), (int(let_go[number]) + 1, False)):
            bond.enabled = holds
            bond.keyframe_insert("enabled", frame=frame)


def add_smoke(low_m, high_m, resolution, cache):
    """Mantaflow gas in a domain twice the building's width, fed by the building's own volume from frame 8 to 60."""
    repair_mantaflow()
    corners = to_blender([low_m, high_m])
    low, high = corners.min(axis=0), corners.max(axis=0)
    size = high - low
    source = box("dust source", low, high - [0, 0, 0.4 * size[2]])
    source.hide_render, source.display_type = True, "WIRE"
    flow = source.modifiers.new("flow", "FLUID")
    flow.fluid_type = "FLOW"
    flow.flow_settings.flow_type, flow.flow_settings.flow_behavior = "SMOKE", "INFLOW"
    flow.flow_settings.density, flow.flow_settings.temperature = 1.0, -0.3  # dusty air is heavy and sinks
    for frame, on in ((1, False), (8, True), (60, False)):
        flow.flow_settings.use_inflow = on
        flow.flow_settings.keyframe_insert("use_inflow", frame=frame)
    spread = np.array([size[0], size[1], 0])
    domain = box("dust", np.maximum(low - spread / 2, [-1e9, -1e9, 0]), high + spread / 2 + [0, 0, 0.3 * size[2]])
    gas = domain.modifiers.new("domain", "FLUID")
    gas.fluid_type = "DOMAIN"
    settings = gas.domain_settings
    settings.domain_type, settings.resolution_max, settings.cache_type = "GAS", resolution, "REPLAY"
    settings.cache_directory = str(cache)
    settings.cache_frame_start, settings.cache_frame_end = 1, bpy.context.scene.frame_end
    settings.use_collision_border_bottom = True
    settings.use_dissolve_smoke, settings.dissolve_speed = False, 1
    domain.data.materials.append(dust_material())
    return domain


def dust_material():
    """Volume that scatters like masonry dust."""
    material = bpy.data.materials.new("dust")
    material.use_nodes = True
    nodes = material.node_tree.nodes
    nodes.clear()
    output, volume = nodes.new("ShaderNodeOutputMaterial"), nodes.new("ShaderNodeVolumePrincipled")
    volume.inputs["Color"].default_value = (
        0.92,
        0.88,
        0.83,
        1.0,
    )  # paler than ours: Blender's default is no second bounce
    volume.inputs["Density"].default_value = 0.8
    volume.inputs["Anisotropy"].default_value = 0.35
    material.node_tree.links.new(volume.outputs["Volume"], output.inputs["Volume"])
    return material


def repair_mantaflow():
    """Link Mantaflow's Python classes again.

    As a module, Blender 4.5 makes ``manta`` before its base classes are linked and every domain fails with
    "'LevelsetGrid' object has no attribute 'setConst'". A first domain triggers that set-up; made once more, it is
    whole. The process must end with ``os._exit``, since the first, broken set-up cannot be taken down.
    """
    domain = box("first domain", [0, 0, 0], [1, 1, 1])
    gas = domain.modifiers.new("domain", "FLUID")
    gas.fluid_type = "DOMAIN"
    gas.domain_settings.domain_type, gas.domain_settings.resolution_max = "GAS", 16
    gas.domain_settings.cache_directory = tempfile.mkdtemp()
    bpy.context.scene.frame_set(1)
    bpy.data.objects.remove(domain)
    library = ctypes.PyDLL(str(Path(bpy.__file__).parents[4] / "__init__.so"))
    library.PyInit_manta_main.restype = ctypes.py_object
    sys.modules["manta"] = library.PyInit_manta_main()
