"""The place in Blender: sun, sky, camera, ground and neighbours of our survey. Runs inside Blender (``bpy``).

Ours is +Y up, Blender +Z up: (x, y, z) becomes (x, -z, y).
"""

import math

import bpy
import numpy as np
from mathutils import Matrix, Vector

from secondunit.plate.survey import Survey

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


def animate(owner, path, frames, values, stepped=False):
    """Keys at ``frames`` (K,) for a property of ``owner``: ``values`` (K,) or (K, components)."""
    keyed = owner.animation_data_create()
    if keyed.action is None:
        keyed.action = bpy.data.actions.new(owner.name)
        keyed.action_slot = keyed.action.slots.new(owner.id_type, owner.name)
    values = np.asarray(values, float).reshape(len(frames), -1)
    for index in range(values.shape[1]):
        curve = keyed.action.fcurves.new(path, index=index)
        curve.keyframe_points.add(len(frames))
        curve.keyframe_points.foreach_set("co", np.column_stack([frames, values[:, index]]).ravel())
        kind = bpy.types.Keyframe.bl_rna.properties["interpolation"].enum_items["CONSTANT" if stepped else "LINEAR"]
        curve.keyframe_points.foreach_set("interpolation", [kind.value] * len(frames))


def empty_scene(width_px, height_px, frames, rate):
    """A scene with nothing in it but its size and length."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.frame_start, scene.frame_end = 1, frames
    scene.render.fps = rate
    scene.render.resolution_x, scene.render.resolution_y, scene.render.resolution_percentage = width_px, height_px, 100
    return scene


def add_place(survey: Survey, neighbours):
    """Sun, sky, camera, and what stays: the ground first, then neighbours (left, back, right, front, height)."""
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
    add_camera(survey)
    stays = [box("ground", [-300, -300, -1], [300, 300, 0])]
    for left, back, right, front, height in neighbours:
        stays.append(box("neighbour", [left, -front, 0], [right, -back, height]))
    return stays


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


def use_cycles(samples, step_rate):
    """Cycles on the CPU, denoised, with motion blur, over nothing (what stays catches shadows); else the defaults.

    That leaves adaptive sampling on, with Blender's noise threshold of 0.01.
    """
    scene = bpy.context.scene
    scene.render.engine, scene.cycles.device, scene.cycles.samples = "CYCLES", "CPU", samples
    scene.cycles.use_denoising, scene.cycles.denoiser = True, "OPENIMAGEDENOISE"
    scene.cycles.volume_step_rate = step_rate
    scene.render.use_motion_blur, scene.render.motion_blur_shutter = True, 0.5
    scene.render.film_transparent = True
    scene.render.image_settings.file_format, scene.render.image_settings.color_depth = "OPEN_EXR", "32"
