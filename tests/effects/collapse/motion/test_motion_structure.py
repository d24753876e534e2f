"""Load: what stands, what breaks, what hangs."""

from __future__ import annotations

import numpy as np
import pytest
from motion_toys import boxes, tower

from secondunit.effects.collapse.motion import stress
from secondunit.effects.collapse.motion.world import FOOTING, World
from secondunit.effects.collapse.shards import GROUND, Material

STEP = 1.0 / 96.0


def bar(length=4.0, pieces=8, width=0.3, depth=0.4, rebar=0.0):
    """A level concrete bar built into a wall at x = 0: the wall is the ground."""
    edge = np.linspace(0, length, pieces + 1)
    low = np.stack([edge[:-1], np.full(pieces, 10.0), np.zeros(pieces)], axis=1)
    high = np.stack([edge[1:], np.full(pieces, 10.0 + depth), np.full(pieces, width)], axis=1)
    shards = boxes(low, high, Material.CONCRETE, rebar=rebar)
    add = {
        "bond_ends": np.array([[0, GROUND]], np.int32),
        "bond_centre": np.array([[0.0, 10.0 + depth / 2, width / 2]]),
        "bond_normal": np.array([[-1.0, 0.0, 0.0]]),
        "bond_area": np.array([width * depth]),
        "bond_tension": shards.bond_tension[:1],
        "bond_shear": shards.bond_shear[:1],
        "bond_compression": shards.bond_compression[:1],
        "bond_rebar": np.array([rebar * width * depth]),
    }
    return type(shards)(
        **{
            name: np.concatenate([getattr(shards, name), add[name]]) if name in add else getattr(shards, name)
            for name in type(shards).__dataclass_fields__
        }
    )


def solved(world):
    stress.loads(
        world.bodies, world.centres, world.mass, world.inertia, np.array([0, -9.81, 0.0]), world.outside, world.load
    )
    lag = np.zeros_like(world.lag)
    stress.solve(
        world.beams, world.which, world.nodes, world.inverse, lag, world.load, world.flex, world.amiss, 3000, 1e-10
    )
    world._bear()
    return world.ratio


def test_a_cantilever_bears_what_the_beam_formula_says():
    length, depth = 4.0, 0.4
    world = World(bar(length, depth=depth), step_s=STEP)
    ratio = solved(world) * np.where(world.beams.ends[:, 1] < 0, FOOTING, 1.0)
    sigma = 2500.0 * 9.81 * depth * length**2 / 2 / (depth**2 / 6)  # q l2 / 2 over w d2 / 6, with q = rho g w d
    root = len(ratio) - 1
    assert ratio[root] == pytest.approx(sigma / world.shards.bond_tension[root], rel=0.03)
    assert int(np.argmax(ratio)) == root


@pytest.mark.parametrize(("share", "falls"), [(0.8, False), (1.3, True)])
def test_a_cantilever_breaks_at_its_strength(share, falls):
    shards = bar()
    trial = World(shards, step_s=STEP)
    needed = solved(trial).max()
    world = World(shards, step_s=STEP, strength=1.0)
    world.strength_pa *= needed / share
    for _ in range(60):
        world.step()
    assert (~world.intact).any() == falls


def test_forces_in_the_bonds_balance_the_weight():
    world = World(tower(3, 8.0, 6.0), step_s=STEP)
    world.season()
    out = np.zeros_like(world.flex)
    stress.multiply(world.beams, world.which, world.flex, out)
    np.testing.assert_allclose(out, world.load, atol=1e-3 * np.abs(world.load).max())


def test_the_intact_building_stands():
    world = World(tower(5), step_s=STEP)
    world.season()
    for _ in range(192):
        world.step()
    assert world.intact.all()
    np.testing.assert_array_equal(world.bodies.moving, False)
    np.testing.assert_array_equal(world.bodies.position[world.bodies.of_shard[0]], world.bodies.rest_centre[0])


def test_splitting_a_body_keeps_place_and_momentum():
    low = [(k, 5, 0) for k in range(4)]
    shards = boxes(low, np.array(low) + 1.0, grounded=False)
    world = World(shards, step_s=STEP, gravity_m_per_s2=0.0, air=False)
    world.bodies.velocity[0] = (1.0, 2.0, 3.0)
    world.bodies.spin[0] = (0.3, -0.2, 0.9)
    before = world.centres_now()
    speed = world.bodies.velocity[0] + np.cross(world.bodies.spin[0], before - world.bodies.position[0])
    mass = world.mass[:, None]
    world.cut(np.array([1]))
    assert len(np.unique(world.bodies.of_shard)) == 2
    np.testing.assert_allclose(world.centres_now(), before, atol=1e-12)
    owner = world.bodies.of_shard[:4]
    after = world.bodies.velocity[owner] + np.cross(
        world.bodies.spin[owner], world.centres_now() - world.bodies.position[owner]
    )
    np.testing.assert_allclose((mass * after).sum(axis=0), (mass * speed).sum(axis=0), rtol=1e-12)
    np.testing.assert_allclose(after, speed, atol=1e-12)


def test_steel_holds_a_slab_that_cracked_off():
    rest = {}
    for rebar in (0.0, 0.01):
        world = World(bar(2.0, 4, rebar=rebar), step_s=STEP)
        world.cut(np.array([len(world.intact) - 1]), keep_steel=True)
        for _ in range(96):
            world.step()
        rest[rebar] = world.centres_now()[0, 1]
    assert rest[0.0] < 7.0
    assert rest[0.01] > 9.0


def test_a_floor_that_strikes_the_ground_breaks():
    low = np.array([(x, 6.0, z) for x in range(6) for z in range(6)], float)
    shards = boxes(low, low + np.array([1, 0.2, 1]), Material.PLASTER, grounded=False)
    world = World(shards, step_s=STEP)
    for _ in range(150):
        world.step()
    assert (~world.intact).sum() > 0.2 * len(world.intact)


def test_stress_that_is_not_balanced_yet_breaks_nothing():
    """Conjugate gradients that stop after one step leave peaks far above the truth: they must not count."""
    world = World(tower(3, 8.0, 6.0), step_s=STEP)
    world.season()
    assert world.ratio.max() < 1.01
    world.flex[:] = 0.0
    stress.solve(
        world.beams,
        world.which,
        world.nodes,
        world.inverse,
        0.0 * world.lag,
        world.load,
        world.flex,
        world.amiss,
        1,
        0.0,
    )
    world._bear()
    assert world.ratio.max() < 1.0


def test_a_joint_needs_time_to_open():
    shards = bar()
    needed = solved(World(shards, step_s=STEP)).max()
    broke = {}
    for over in (1.5, 3.0):
        world = World(shards, step_s=STEP)
        world.strength_pa *= needed / over
        while world.intact.all() and world.time_s < 1.0:
            world.step()
        broke[over] = world.time_s
    assert 2.0 * STEP < broke[3.0] < broke[1.5] < 1.0


def test_the_ground_lets_nothing_in_under_load():
    low = np.array([(0.0, 0.0, 0.0), (0.0, 0.1, 0.0), (0.0, 1.1, 0.0)])
    high = np.array([(1.0, 0.1, 1.0), (1.0, 1.1, 1.0), (1.0, 6.1, 1.0)])
    world = World(boxes(low, high, [Material.PLASTER, Material.CONCRETE, Material.CONCRETE], bonded=False), step_s=STEP)
    world.ease(np.zeros(3, bool), np.ones(3, bool))
    for _ in range(96):
        world.step()
    assert world.placed.low[0, 1] > -0.01
