"""The fall in Bullet: a rigid body a shard, a breakable constraint a bond. Failure comes when and where ours does.

An artist who wants a building to fall at a given pace directs it: shards are held (kinematic) until their moment, bonds
are let go at theirs. Both moments are taken from our motion; how things then fall, strike and break is Bullet's.
"""

import bpy
import numpy as np
from blender_pieces import add_shard
from blender_scene import AXES, animate, link, to_blender

from secondunit.effects.collapse.shards import GROUND

SUBSTEPS = 10  # a frame; Blender's default
SOLVER_ITERATIONS = 10  # Blender's default
FRICTION = 0.6  # masonry on masonry, EN 1996-1-1, 3.6.2 gives 0.4 for the part with pressure; rubble is rougher
DENSITY_KG_PER_M3 = (1900.0, 2400.0, 1200.0, 2500.0, 500.0, 7850.0)  # by Material; EN 1991-1-1, annex A
STIRRED_M = 0.02  # a shard of ours that has moved this far is under way


def let_go(motion, rate):
    """First frame (1 = first of the shot) at which each shard (N,) is under way and each bond (B,) has broken."""
    stirred = np.linalg.norm(motion.position - motion.position[0], axis=2) > STIRRED_M
    shards = np.where(stirred.any(axis=0), stirred.argmax(axis=0), len(stirred))
    bonds = np.minimum(motion.bond_broken_s * rate, len(stirred))
    return 1 + shards, 1 + np.ceil(bonds).astype(int)


def add_world(stays):
    """The rigid body world with what stays in it."""
    bpy.ops.rigidbody.world_add()
    world = bpy.context.scene.rigidbody_world
    world.substeps_per_frame, world.solver_iterations = SUBSTEPS, SOLVER_ITERATIONS
    world.point_cache.frame_start, world.point_cache.frame_end = 1, bpy.context.scene.frame_end
    world.collection, world.constraints = bpy.data.collections.new("bodies"), bpy.data.collections.new("bonds")
    for thing in stays:
        world.collection.objects.link(thing)
        thing.rigid_body.type, thing.rigid_body.collision_shape = "PASSIVE", "BOX"
        thing.rigid_body.friction = FRICTION
    return world


def add_building(shards, stays, shard_frame, bond_frame):
    """All shards as bodies and all bonds as constraints; returns the bodies."""
    world, bodies = add_world(stays), []
    mass_kg = shards.volume * np.asarray(DENSITY_KG_PER_M3)[shards.material]
    for number in range(len(shards)):
        body = add_shard(shards, number)
        world.collection.objects.link(body)
        rigid = body.rigid_body
        rigid.collision_shape, rigid.mass = "CONVEX_HULL", max(float(mass_kg[number]), 1e-3)
        rigid.friction, rigid.restitution, rigid.use_margin, rigid.collision_margin = FRICTION, 0.0, True, 0.0
        rigid.kinematic = True
        animate(body, "rigid_body.kinematic", [1, shard_frame[number]], [1, 0], stepped=True)
        bodies.append(body)
    step_s = 1.0 / (bpy.context.scene.render.fps * SUBSTEPS)
    for number, (first, second) in enumerate(shards.bond_ends):
        joint = link(f"bond{number}")
        joint.location = to_blender(shards.bond_centre[number])
        world.constraints.objects.link(joint)
        bond = joint.rigid_body_constraint
        bond.type, bond.use_breaking = "FIXED", True
        bond.disable_collisions = False  # a broken bond goes on disabling them: pieces would fall through the ground
        bond.object1, bond.object2 = bodies[first], stays[0] if second == GROUND else bodies[second]
        bond.breaking_threshold = float(shards.bond_tension[number] * shards.bond_area[number] * step_s)
        animate(joint, "rigid_body_constraint.enabled", [1, bond_frame[number]], [1, 0], stepped=True)
    return bodies


def fall(bodies, frames):
    """Step through frames 1 to ``frames``, no more: positions (F, N, 3) and turns (F, N, 4) in our axes, w first."""
    position, rotation = np.empty((frames, len(bodies), 3), np.float32), np.empty((frames, len(bodies), 4), np.float32)
    for frame in range(1, frames + 1):
        bpy.context.scene.frame_set(frame)
        evaluated = bpy.context.evaluated_depsgraph_get()
        for number, body in enumerate(bodies):
            pose = body.evaluated_get(evaluated).matrix_world
            position[frame - 1, number] = pose.translation
            rotation[frame - 1, number] = pose.to_quaternion()
    return position @ AXES, np.concatenate([rotation[..., :1], rotation[..., 1:] @ AXES], axis=2)
