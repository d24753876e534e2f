"""The dust in Mantaflow: a sample of falling shards as emitters, a domain round the building and its surroundings."""

import ctypes
import sys
import tempfile
from pathlib import Path

import blender_materials
import bpy
import numpy as np
from blender_pieces import add_shard, move
from blender_scene import animate, box, to_blender

EMITTERS = 120  # shards that give off dust, of the larger half
LASTING_S = 2.5  # how long each does, from the moment it is under way
DUST_COLOUR = (0.8, 0.76, 0.7)
EXTINCTION_PER_M = 1.5  # of full density


def add_gas(shards, frames, voxels, cache, stays=()):
    """A domain three times the building's width that ends above it; boxes that stay are obstacles."""
    repair_mantaflow()
    corners = to_blender([shards.vertices.min(axis=0), shards.vertices.max(axis=0)])
    low, high = corners.min(axis=0), corners.max(axis=0)
    size = high - low
    around = np.array([size[0], size[1], 0])
    domain = box("dust", np.maximum(low - around, [-1e9, -1e9, 0]), high + around + [0, 0, 0.3 * size[2]])
    gas = domain.modifiers.new("domain", "FLUID")
    gas.fluid_type = "DOMAIN"
    settings = gas.domain_settings
    settings.domain_type, settings.resolution_max, settings.cache_type = "GAS", voxels, "ALL"
    settings.cache_frame_start, settings.cache_frame_end = 1, frames
    settings.use_collision_border_bottom = True
    settings.cache_directory = str(cache)  # last: any other setting empties the cache it stands on
    domain.data.materials.append(blender_materials.dust(DUST_COLOUR, EXTINCTION_PER_M))
    for thing in stays:
        solid = thing.modifiers.new("obstacle", "FLUID")
        solid.fluid_type = "EFFECTOR"
    return domain


def add_emitters(shards, position, rotation, shard_frame, rate):
    """Shards of a fixed sample, moved as Bullet moved them, each giving off dust once it is under way."""
    frames = len(position)
    larger = np.flatnonzero((shards.volume >= np.median(shards.volume)) & (shard_frame <= frames))
    sample = larger[np.linspace(0, len(larger) - 1, min(EMITTERS, len(larger))).astype(int)]
    for number in sample:
        piece = add_shard(shards, number)
        piece.hide_render = True
        move(piece, position[:, number], rotation[:, number], np.arange(frames))
        flow = piece.modifiers.new("flow", "FLUID")
        flow.fluid_type = "FLOW"
        settings = flow.flow_settings
        settings.flow_type, settings.flow_behavior = "SMOKE", "INFLOW"
        settings.density, settings.temperature = 1.0, -0.3  # dusty air is heavy and sinks
        settings.use_initial_velocity, settings.velocity_factor = True, 0.5
        begin = int(shard_frame[number])
        path = f'modifiers["{flow.name}"].flow_settings.use_inflow'
        animate(piece, path, [0, begin, begin + round(LASTING_S * rate)], [0, 1, 0], stepped=True)


def bake(domain):
    """Simulate the domain's frames, no more: its cache has them afterwards."""
    with bpy.context.temp_override(
        object=domain, active_object=domain, scene=bpy.context.scene, view_layer=bpy.context.view_layer
    ):
        bpy.ops.fluid.bake_all()


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
