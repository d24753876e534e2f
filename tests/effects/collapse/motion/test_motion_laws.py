"""Laws of mechanics, on boxes."""

from __future__ import annotations

import numpy as np
import pytest
from motion_toys import boxes

from secondunit.effects.collapse.materials import MATERIALS
from secondunit.effects.collapse.motion.world import World, rotation_matrices
from secondunit.effects.collapse.shards import Material

STEP = 1.0 / 96.0


def loose(low, high, **more):
    """A world of separate boxes, nothing bonded."""
    shards = boxes(low, high, more.pop("material", Material.CONCRETE), bonded=False)
    world = World(shards, more.pop("boxes", ()), step_s=STEP, air=more.pop("air", False), **more)
    return world


def momentum(world):
    bodies = world.bodies
    live = bodies.mass > 0
    turn = rotation_matrices(bodies.rotation[live])
    inertia = turn @ bodies.inertia[live] @ np.swapaxes(turn, 1, 2)
    mass, velocity = bodies.mass[live, None], bodies.velocity[live]
    spin = np.einsum("bij,bj->bi", inertia, bodies.spin[live])
    linear = (mass * velocity).sum(axis=0)
    angular = (np.cross(bodies.position[live], mass * velocity) + spin).sum(axis=0)
    kinetic = 0.5 * (mass * velocity**2).sum() + 0.5 * (bodies.spin[live] * spin).sum()
    return linear, angular, float(kinetic)


def test_a_free_shard_falls_as_a_stone_falls():
    world = loose([(0, 50, 0)], [(0.5, 50.4, 0.6)])
    for _ in range(96):
        world.step()
    fallen = 50.2 - world.centres_now()[0, 1]
    assert fallen == pytest.approx(9.81 / 2, rel=0.01)
    assert world.bodies.velocity[0, 1] == pytest.approx(-9.81, rel=1e-9)


def test_without_gravity_nothing_falls():
    world = loose([(0, 5, 0)], [(1, 6, 1)], gravity_m_per_s2=0.0)
    for _ in range(48):
        world.step()
    np.testing.assert_array_equal(world.centres_now()[0], world.centres[0])


def test_a_light_pane_falls_slower_in_air():
    ends = []
    for air in (False, True):
        world = loose([(0, 40, 0)], [(1.0, 40.004, 1.0)], material=Material.GLASS, air=air)
        for _ in range(192):
            world.step()
        ends.append(world.centres_now()[0, 1])
    assert ends[1] > ends[0] + 0.5


def test_a_collision_in_free_space_keeps_momentum_and_makes_no_energy():
    world = loose([(0, 5, 0), (1.3, 5.3, 0.2)], [(1, 6, 1), (2.1, 6.1, 1.4)], gravity_m_per_s2=0.0)
    world.bodies.velocity[0] = (6.0, 0.0, 0.0)
    world.bodies.spin[0] = (0.0, 0.5, 1.0)
    before = momentum(world)
    for _ in range(48):
        world.step()
    after = momentum(world)
    assert world.bodies.velocity[1, 0] > 1.0  # it was struck
    np.testing.assert_allclose(after[0], before[0], rtol=1e-9, atol=1e-6)
    scale = np.linalg.norm(before[1])
    np.testing.assert_allclose(after[1], before[1], atol=0.02 * scale)
    assert after[2] <= before[2] * 1.001


def test_a_box_on_a_slope_sticks_below_the_angle_of_friction_and_slides_above():
    friction = MATERIALS[Material.CONCRETE].friction
    for share, slides in ((0.6, False), (1.6, True)):
        slope = np.arctan(friction * share)
        world = loose([(0, 0, 0)], [(1, 0.5, 1)])
        world.friction[:] = friction
        tilt = np.array([np.sin(slope), -np.cos(slope), 0.0]) * 9.81
        world.physics = world.physics._replace(gravity=tuple(float(v) for v in tilt))
        for _ in range(96):
            world.step()
        moved = world.centres_now()[0, 0] - 0.5
        if slides:
            expected = 0.5 * 9.81 * (np.sin(slope) - friction * np.cos(slope))
            assert moved == pytest.approx(expected, rel=0.15)
        else:
            assert abs(moved) < 0.02


def test_crushed_pieces_stop_on_the_street_as_others_do():
    friction = np.sqrt(MATERIALS[Material.CONCRETE].friction * 0.7)  # the street's, see ``world``
    world = loose([(0, 0, 0)], [(1, 0.3, 1)])
    world.bodies.velocity[0, 0] = 3.0
    world.ease(np.ones(1, bool), np.ones(1, bool))
    for _ in range(96):
        world.step()
    way = world.centres_now()[0, 0] - 0.5
    assert way == pytest.approx(3.0**2 / (2 * 9.81 * friction), rel=0.15)


def test_a_dropped_heap_comes_to_rest_without_sinking_in():
    rng = np.random.default_rng(3)
    at = np.array([(x, y, z) for y in range(6) for x in range(3) for z in range(3)], float) * (0.75, 0.9, 0.75)
    at += rng.uniform(-0.1, 0.1, at.shape) + np.array([0, 0.5, 0])
    world = loose(at, at + rng.uniform(0.35, 0.65, at.shape), material=Material.BRICK, air=True)
    world.bodies.spin[: len(at)] = rng.normal(size=at.shape) * 3.0
    energy = []
    for _ in range(96 * 6):
        world.step()
        height = world.centres_now()[:, 1] @ world.mass * 9.81
        energy.append(height + momentum(world)[2])
    assert np.diff(energy).max() < 0.002 * energy[0]  # pushing apart what overlaps lifts a little
    live = world.bodies.moving
    assert np.linalg.norm(world.bodies.velocity[live], axis=1).max(initial=0.0) < 0.15
    assert live.sum() < 0.2 * len(at)
    gaps = np.concatenate([world.manifolds.gap[world.manifolds.number > 0].ravel(), world.floor.gap.ravel()])
    assert gaps.min() > -0.03
    corners = world.placed.corner[:, 1]
    assert corners.min() > -0.03
    centres = world.centres_now()
    middle = np.median(centres[:, [0, 2]], axis=0)
    far = np.linalg.norm(centres[:, [0, 2]] - middle, axis=1).max()
    assert np.degrees(np.arctan2(centres[:, 1].max(), far)) < 45.0


def test_a_neighbour_stops_debris():
    world = loose([(0, 2, 0)], [(0.5, 2.5, 0.5)], boxes=((2.0, -3.0, 5.0, 3.0, 8.0),))
    world.bodies.velocity[0] = (8.0, 0.0, 0.0)
    for _ in range(96):
        world.step()
        assert world.placed.high[0, 0] < 2.05


def test_a_pane_under_a_heap_lies_on_the_ground():
    rng = np.random.default_rng(7)
    pane = np.array([(0.0, 0.4, 0.0)]), np.array([(1.2, 0.424, 0.9)])
    at = np.array([(x, 1.0 + y, z) for y in range(3) for x in (0.0, 0.6) for z in (0.0, 0.45)], float)
    material = [Material.GLASS] + [Material.CONCRETE] * len(at)
    low, high = np.concatenate([pane[0], at]), np.concatenate([pane[1], at + rng.uniform(0.4, 0.5, at.shape)])
    world = loose(low, high, material=material)
    for _ in range(96 * 2):
        world.step()
        assert world.placed.low[0, 1] > -0.015
    assert world.centres_now()[0, 1] > 0.0
