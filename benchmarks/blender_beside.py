"""One frame of our take as Cycles shows it: our pieces where our motion has them, our dust, the plate projected.

    python benchmarks/blender_beside.py --work show/work --plate plate.jpg --frame 1049 --out beside.png

For the eye, not for the clock (though it says its time): what is left to differ is the rendering.
"""

import argparse
import math
import os
import sys
import tempfile
import time
import traceback
from pathlib import Path

import blender_scene
import bpy
import numpy as np
from mathutils import Quaternion

from secondunit.effects.collapse.dust.grid import DustGrid
from secondunit.effects.collapse.dust.lighting import EXTINCTION_M2_PER_KG
from secondunit.effects.collapse.shards import Motion, Shards, Surface
from secondunit.plate.survey import Survey
from secondunit.records import read_arrays
from secondunit.timebase import FIRST_FRAME

DUST_COLOUR = (0.62, 0.55, 0.47)  # the default of [dust_look] albedo


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="folder below which the stages' results are")
    parser.add_argument("--plate", type=Path, required=True, help="the plate as a display-referred picture (sRGB)")
    parser.add_argument("--clean", type=Path, help="what stands behind the building; the plate if not given")
    parser.add_argument("--holdout", type=Path, help="white where something stands in front")
    parser.add_argument("--frame", type=int, default=FIRST_FRAME + 48)
    parser.add_argument("--size", type=int, nargs=2, default=(960, 540), metavar=("WIDTH", "HEIGHT"))
    parser.add_argument("--samples", type=int, default=64)
    parser.add_argument("--volume-step-rate", type=float, default=1.0)
    parser.add_argument("--rate", type=int, default=24)
    parser.add_argument("--out", type=Path, required=True)
    return parser.parse_args()


def newest(folder, name):
    """The stage result of that name that was written last; None if there is none."""
    return max(folder.rglob(name), key=lambda path: path.stat().st_mtime, default=None)


def projected(plate, light, normal):
    """A diffuse material whose albedo is the plate divided by the light that fell on a facade with that normal."""
    material = blender_scene.plain("plate", (0.5, 0.5, 0.5))
    nodes, links = material.node_tree.nodes, material.node_tree.links
    picture, scale = nodes.new("ShaderNodeTexImage"), nodes.new("ShaderNodeVectorMath")
    picture.image = bpy.data.images.load(str(plate.absolute()))
    picture.extension = "EXTEND"
    facing = max(float(np.dot(light.to_sun, normal)), 0.0)
    irradiance = np.asarray(light.sun) * facing + 0.5 * np.asarray(light.sky) + 0.5 * np.asarray(light.ground)
    scale.operation = "MULTIPLY"
    scale.inputs[1].default_value = 1.0 / np.maximum(irradiance, 1e-3)
    links.new(picture.outputs["Color"], scale.inputs[0])
    links.new(scale.outputs["Vector"], nodes["Principled BSDF"].inputs["Base Color"])
    return material


def add_pieces(shards, motion, at, survey, materials):
    """All shards where they are at frame offset ``at``, with the frame before and after for the shutter.

    ``materials``: outside, broken, then one for each facade.
    """
    corners = shards.vertices[shards.triangles]
    outward = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    facade = np.argmax(outward @ np.array([one.normal for one in survey.facades]).T, axis=1)
    index = np.select([shards.surface == Surface.PLATE, shards.surface == Surface.BROKEN], [2 + facade, 1], 0)
    for number in range(len(shards)):
        span = slice(shards.triangle_start[number], shards.triangle_start[number + 1])
        own = slice(shards.vertex_start[number], shards.vertex_start[number + 1])
        piece = blender_scene.add_shard(shards, number, materials)
        piece.data.polygons.foreach_set("material_index", index[span].astype(np.int32))
        pixels, _ = survey.camera.project(shards.vertices[own])
        uv = pixels / [survey.camera.width_px, survey.camera.height_px] * [1, -1] + [0, 1]
        loops = (shards.triangles[span] - shards.vertex_start[number]).ravel()
        layer = piece.data.uv_layers.new()
        layer.data.foreach_set("uv", uv[loops].astype(np.float32).ravel())
        piece.rotation_mode = "QUATERNION"
        for offset in (-1, 0, 1):
            frame = int(np.clip(at + offset, 0, len(motion.position) - 1))
            piece.location = blender_scene.to_blender(motion.position[frame, number])
            w, *axis = motion.rotation[frame, number].tolist()
            piece.rotation_quaternion = Quaternion((w, *blender_scene.to_blender(axis)))
            piece.keyframe_insert("location", frame=at + 1 + offset)
            piece.keyframe_insert("rotation_quaternion", frame=at + 1 + offset)


def add_dust(work, frame, folder):
    """Our dust as a volume. The voxels stay in our axes; the object turns them."""
    grid_path = newest(work, "grid.json")
    if grid_path is None:
        return
    sys.path.append(str(Path(bpy.__file__).parents[3] / "python" / "lib" / "python3.11" / "site-packages"))
    import openvdb  # shipped inside Blender's wheel

    grid, dust = DustGrid.load(grid_path), read_arrays(grid_path.with_name(f"{frame}.npz"))
    density = openvdb.FloatGrid()
    density.copyFromArray(
        np.ascontiguousarray(dust["density"].astype(np.float32) * EXTINCTION_M2_PER_KG), tolerance=1e-4
    )
    density.name, density.gridClass = "density", openvdb.GridClass.FOG_VOLUME
    density.transform = openvdb.createLinearTransform(voxelSize=grid.voxel_m)
    openvdb.write(str(folder / "dust.vdb"), grids=[density])
    volume = bpy.data.volumes.new("dust")
    volume.filepath = str(folder / "dust.vdb")
    thing = blender_scene.link("dust", volume)
    pose = np.eye(4)
    pose[:3, :3] = blender_scene.AXES
    pose[:3, 3] = blender_scene.to_blender(np.asarray(grid.origin_m) + grid.voxel_m / 2)
    thing.matrix_world = blender_scene.Matrix(pose.tolist())
    material = blender_scene.dust_material()
    shader = next(node for node in material.node_tree.nodes if node.type == "PRINCIPLED_VOLUME")
    shader.inputs["Color"].default_value = (*DUST_COLOUR, 1.0)
    shader.inputs["Density"].default_value = 1.0
    volume.materials.append(material)


def render(options):
    """Render over nothing, the ground catching shadows; wall seconds."""
    scene = bpy.context.scene
    scene.render.engine, scene.cycles.device, scene.cycles.samples = "CYCLES", "CPU", options.samples
    scene.cycles.use_denoising, scene.cycles.denoiser = True, "OPENIMAGEDENOISE"
    scene.cycles.volume_bounces, scene.cycles.volume_step_rate = 2, options.volume_step_rate
    scene.render.use_motion_blur, scene.render.motion_blur_shutter = True, 0.5
    scene.render.film_transparent = True
    scene.render.image_settings.file_format, scene.render.image_settings.color_depth = "OPEN_EXR", "32"
    scene.render.filepath = str(options.out.with_suffix(".exr"))
    scene.frame_set(options.frame - FIRST_FRAME + 1)
    start = time.perf_counter()
    bpy.ops.render.render(write_still=True)
    return time.perf_counter() - start


def over(options):
    """The frame over the clean plate, what stands in front over both, display-referred."""
    front = pixels_of(options.out.with_suffix(".exr"), options.size)
    plate = linear(pixels_of(options.plate, options.size)[..., :3])
    behind = linear(pixels_of(options.clean, options.size)[..., :3]) if options.clean else plate
    mixed = np.clip(front[..., :3] * math.pi + (1 - front[..., 3:]) * behind, 0, 1)
    if options.holdout:
        mixed += pixels_of(options.holdout, options.size)[..., :1] * (plate - mixed)
    shown = np.where(mixed <= 0.0031308, mixed * 12.92, 1.055 * mixed ** (1 / 2.4) - 0.055)
    image = bpy.data.images.new("beside", *options.size)
    image.pixels = np.dstack([shown, np.ones(shown.shape[:2])]).astype(np.float32).ravel()
    image.filepath_raw, image.file_format = str(options.out.absolute()), "PNG"
    image.save()


def linear(codes):
    """sRGB codes 0..1 to linear light, IEC 61966-2-1."""
    return np.where(codes <= 0.04045, codes / 12.92, ((codes + 0.055) / 1.055) ** 2.4)


def pixels_of(path, size):
    """A picture's values, (height, width, 4) from the bottom up, as Blender keeps them."""
    image = bpy.data.images.load(str(path.absolute()))
    image.scale(*size)
    return np.array(image.pixels[:], np.float32).reshape(size[1], size[0], 4)


def main():
    options = arguments()
    shards = Shards.load(newest(options.work, "shards.npz"))
    motion = Motion.load(newest(options.work, "motion.npz"))
    survey = Survey.load(newest(options.work, "survey.json"))
    blender_scene.empty_scene(*options.size, 2, options.rate)
    blender_scene.add_world(survey).is_shadow_catcher = True
    outside, broken = (
        blender_scene.plain("outside", (0.35, 0.27, 0.2)),
        blender_scene.plain("broken", (0.42, 0.2, 0.13)),
    )
    plates = [projected(options.plate, survey.light, facade.normal) for facade in survey.facades]
    materials = (outside, broken, *plates)
    add_pieces(shards, motion, options.frame - FIRST_FRAME, survey, materials)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        add_dust(options.work, options.frame, Path(folder))
        print(f"rendered in {render(options):.1f} s")
    over(options)
    print(f"wrote {options.out}", flush=True)


if __name__ == "__main__":
    try:
        main()
    except Exception:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)  # Blender as a module does not always end on its own
