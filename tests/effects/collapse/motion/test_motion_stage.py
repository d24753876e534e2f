"""Six failures, and the record of them."""

from __future__ import annotations

import numpy as np
import pytest
from motion_toys import tower

from secondunit.effects.collapse.motion.chips import chips
from secondunit.effects.collapse.motion.events import Sources
from secondunit.effects.collapse.motion.stage import simulate
from secondunit.effects.collapse.settings import Fall, Place
from secondunit.effects.collapse.shards import Motion, Part
from secondunit.errors import Stopped

MODES = {
    "corner_failure": (0.1, 0.0),
    "soft_storey": (0.5, 0.0),
    "topple": (0.5, 0.0),
    "implosion": (0.5, 0.0),
    "facade_peel": (0.5, 1.0),
    "blast": (0.3, 0.2),
}
REACH = {"corner_failure": 0.6}
FRAMES = 60


def fall(shards, mode, frames=FRAMES, *, progress=None, kept=None, **more):
    settings = Fall(mode=mode, at=MODES[mode], start_s=0.2, spread_m_per_s=20.0, reach=REACH.get(mode, 0.3), **more)
    return simulate(shards, settings, Place(), frames=frames, rate=24.0, seed=5, progress=progress, kept=kept)


@pytest.fixture(scope="module")
def building():
    return tower(3, 9.0, 7.0)


@pytest.fixture(scope="module")
def motions(building) -> dict[str, Motion]:
    return {mode: fall(building, mode) for mode in MODES}


def test_nothing_moves_before_it_starts(building, motions):
    for motion in motions.values():
        rest = building.centroid.astype(np.float32)
        for frame in range(5):  # 0.2 s are 4.8 frames
            np.testing.assert_array_equal(motion.position[frame], rest)
            np.testing.assert_array_equal(motion.rotation[frame], np.tile(np.float32([1, 0, 0, 0]), (len(rest), 1)))
        assert motion.bond_broken_s.min() >= 0.2 - 1e-6


def test_every_number_is_sound(motions):
    for motion in motions.values():
        for name in ("position", "rotation", "velocity", "spin", "chip_radius", "event_position", "event_velocity"):
            assert np.isfinite(getattr(motion, name)).all(), name
        np.testing.assert_allclose(np.linalg.norm(motion.rotation, axis=2), 1.0, atol=1e-5)
        assert (motion.event_dust_kg > 0).all()
        assert (np.diff(motion.event_frame) >= 0).all()
        assert motion.event_frame.max() < FRAMES


def test_velocity_is_the_change_of_place(motions):
    motion = motions["soft_storey"]
    step = np.diff(motion.position.astype(float), axis=0) * 24.0
    mean = 0.5 * (motion.velocity[1:] + motion.velocity[:-1])
    assert np.median(np.abs(step - mean)) < 0.05


def test_chips_are_born_fly_and_lie(motions):
    motion = motions["soft_storey"]
    height = motion.chip_position[..., 1]
    born = ~np.isnan(height)
    assert born[-1].mean() > 0.5
    assert (np.diff(born.astype(int), axis=0) >= 0).all()
    assert np.nanmin(height) >= 0.0
    assert np.median(motion.chip_radius) < 0.25 * motion.chip_radius.max()  # few large, very many small


def test_chips_come_in_all_sizes_and_bounce_off_what_stands():
    count = 4000
    none = np.zeros((count, 3))
    sources = Sources(
        np.zeros(count),
        none + np.array([2.0, 1.5, 0.0]),
        none + np.array([9.0, 0.0, 0.0]),
        np.full(count, 0.05),
        np.zeros(count),
        np.zeros(count, np.uint8),
    )
    rest = np.array([[5.0, 2.0, 0.0]])
    extent = np.array([[0.6, 4.0, 6.0]])
    still = np.repeat(rest[None].astype(np.float32), 48, axis=0)
    end = {}
    for name, wall in (("wall", rest), ("gone", rest + np.array([0.0, 0.0, 60.0]))):
        place, radius, _ = chips(
            sources, still, extent, wall, np.zeros((0, 5)), rate=24.0, amount=1.0, seed=3, gravity=9.81
        )
        end[name] = place[-1][~np.isnan(place[-1, :, 0])]
    straight = np.abs(end["gone"][:, 2]) < 2.5
    assert (end["gone"][straight, 0] > 5.0).mean() > 0.1
    through = (end["wall"][:, 0] > 5.4) & (np.abs(end["wall"][:, 2]) < 2.5)
    assert through.mean() < 0.02
    share = [(radius > r).mean() for r in (0.02, 0.04, 0.08)]
    assert share[0] > 2.0 * share[1] > 4.0 * share[2] > 0.0  # number above a radius falls as its square


def test_no_energy_from_nowhere(building, motions):
    for mode, motion in motions.items():
        if mode in ("blast", "topple", "facade_peel"):
            continue  # pushed
        fast = np.linalg.norm(motion.velocity, axis=2).max()
        top = building.vertices[:, 1].max()
        assert fast < 1.6 * np.sqrt(2 * 9.81 * top), mode


def drop(building, motion):
    return building.centroid[:, 1] - motion.position[-1, :, 1]


def test_each_way_of_falling_does_what_its_name_says(building, motions):
    x, y, z = building.centroid.T
    mass = building.volume / building.volume.sum()
    shift = {mode: motion.position[-1] - building.centroid for mode, motion in motions.items()}
    down = {mode: drop(building, motion) > 1.0 for mode, motion in motions.items()}
    corner = (x < 3.0) & (z > -3.0)
    far = (x > 6.0) & (z < -4.0)
    assert down["corner_failure"][corner].mean() > 0.6
    assert down["corner_failure"][corner].mean() > down["corner_failure"][far].mean() + 0.3
    assert (mass * down["soft_storey"]).sum() > 0.7
    top = y > 7.0
    assert shift["topple"][top, 2].mean() > 2.0
    assert shift["topple"][top, 2].mean() > shift["soft_storey"][top, 2].mean() + 1.0
    assert (mass * down["implosion"]).sum() > 0.4
    front = (z > -0.4) & (y > 6.0)
    assert shift["facade_peel"][front, 2].mean() > 1.0
    assert down["facade_peel"][front].mean() > down["facade_peel"][z < -1.0].mean() + 0.2
    thrown = {mode: np.linalg.norm(motion.velocity[:18, :, [0, 2]], axis=2).max() for mode, motion in motions.items()}
    assert thrown["blast"] > 1.5 * max(speed for mode, speed in thrown.items() if mode != "blast")  # within 0.5 s


def test_a_corner_leads_and_the_house_leans_after_it(building, motions):
    x, y, z = building.centroid.T
    upper = (y > 3.0) & np.isin(building.part, (int(Part.WALL), int(Part.SLAB), int(Part.ROOF)))
    corner, far = upper & (x < 3.0) & (z > -3.0), upper & (x > 6.0) & (z < -4.0)
    motion = motions["corner_failure"]
    down = building.centroid[None, :, 1] - motion.position[..., 1]
    lead = np.median(down[:, corner], axis=1) - np.median(down[:, far], axis=1)
    landed = int(np.argmax(np.median(down[:, corner], axis=1) > 2.0))
    assert landed > 0
    assert lead[landed] > 1.0
    top = upper & (y > 8.5)
    way = motion.position[landed, top][:, [0, 2]].mean(axis=0) - building.centroid[top][:, [0, 2]].mean(axis=0)
    assert way @ np.array([-1.0, 1.0]) > 0.05  # the corner is on the left of the front


def test_each_way_of_falling_is_another_one(building, motions):
    """What moves first, where the top goes, and how much comes down tell the modes apart."""
    mass = building.volume / building.volume.sum()
    prints = {}
    for mode, motion in motions.items():
        moved = np.linalg.norm(motion.position - building.centroid, axis=2) > 0.7
        when = np.where(moved.any(axis=0), moved.argmax(axis=0), FRAMES)
        few = min(int((when < FRAMES).sum()), len(when) // 12)
        assert few > 5, mode
        first = building.centroid[when <= np.sort(when)[few - 1]].mean(axis=0)
        top = (motion.position[-1] - building.centroid)[building.centroid[:, 1] > 6.0].mean(axis=0)
        down = 5.0 * (mass * (drop(building, motion) > 1.0)).sum()
        prints[mode] = np.concatenate([first, top, [down]])
    names = list(prints)
    for k, one in enumerate(names):
        for other in names[k + 1 :]:
            assert np.linalg.norm(prints[one] - prints[other]) > 1.5, (one, other)


def test_rubble_lies_on_the_ground_in_a_heap(building, motions):
    motion = motions["soft_storey"]
    assert motion.position[-1, :, 1].min() > -0.05
    ends = motion.position[-1]
    middle = np.median(ends[:, [0, 2]], axis=0)
    away = np.linalg.norm(ends[:, [0, 2]] - middle, axis=1)
    foot = np.quantile(away, 0.95)
    assert np.degrees(np.arctan2(np.quantile(ends[:, 1], 0.95), foot)) < 45.0


def test_the_same_seed_gives_the_same_bits(building, motions):
    again = fall(building, "corner_failure")
    for name in Motion.__dataclass_fields__:
        np.testing.assert_array_equal(getattr(again, name), getattr(motions["corner_failure"], name), err_msg=name)


def test_without_gravity_it_stays_up(building):
    motion = fall(building, "soft_storey", 24, gravity_m_per_s2=0.0)
    upper = building.centroid[:, 1] > 4.0
    assert np.abs(motion.position[-1, upper, 1] - building.centroid[upper, 1]).max() < 0.3


def test_less_debris_means_fewer_chips(building):
    assert fall(building, "blast", 24, debris=0.0).chip_position.shape[1] == 0


def test_stopping_is_let_through(building):
    def stop(done, total, what=""):
        if done == 3:
            raise Stopped("motion", "stopped")

    with pytest.raises(Stopped):
        simulate(building, Fall(), Place(), frames=10, rate=24.0, seed=1, progress=stop)


def test_a_fall_that_was_stopped_goes_on_to_the_same_bits(building, motions, tmp_path):
    seen, kept = [], tmp_path / "checkpoint.npz"

    def stop(done, total, what=""):
        seen.append(done)
        if done == 40 and seen.count(40) == 1:
            raise Stopped("motion", "stopped")

    with pytest.raises(Stopped):
        fall(building, "topple", progress=stop, kept=kept)
    whole = fall(building, "topple", progress=stop, kept=kept)
    assert seen[-1] == FRAMES
    assert len(seen) < FRAMES + 20  # it went on, it did not start again
    for name, value in vars(motions["topple"]).items():
        np.testing.assert_array_equal(getattr(whole, name), value, err_msg=name)


def test_rubble_comes_to_rest(building):
    """All of it sleeps some seconds after the last blow; the law needs the whole fall, so this takes seconds."""
    motion = fall(building, "soft_storey", frames=180)
    np.testing.assert_array_equal(motion.velocity[-1], 0.0)
    np.testing.assert_array_equal(motion.position[-1], motion.position[-13])
    assert motion.position[-1, :, 1].min() > 0.0
