"""Laws of the air: volume kept, mass kept, nothing in solids, wind at its speed, the same bits every time."""

from __future__ import annotations

import numpy as np
import pytest

from secondunit.effects.collapse.dust.grid import DustGrid
from secondunit.effects.collapse.dust.slabs import Slabs
from secondunit.effects.collapse.dust.solids import Solids
from secondunit.effects.collapse.dust.solver import Air
from secondunit.effects.collapse.settings import Dust

DT = 1 / 24
GRID = DustGrid((-16.0, 0.0, -16.0), 1.0, (32, 24, 32))


def nothing(grid=GRID):
    shape = grid.dims
    return Solids(
        np.ones(shape, np.float32),
        np.zeros((*shape, 3), np.float32),
        np.ones(shape, np.uint8),
        np.zeros(shape, np.uint8),
    )


def wall():
    solids = nothing()
    solids.hollow[20:23, :12, 8:24] = 0
    solids.fixed[20:23, :12, 8:24] = 1
    return solids


def puff(kg=3.0, at=(12, 1, 16), speed=(6.0, 0.0, 0.0)):
    amount, momentum = np.zeros(GRID.dims, np.float32), np.zeros((*GRID.dims, 3), np.float32)
    i, j, k = at
    amount[i - 1 : i + 2, j - 1 : j + 2, k - 2 : k + 3] = kg / 45
    momentum[...] = amount[..., None] * np.asarray(speed, np.float32)
    return amount, momentum


def none():
    return np.zeros(GRID.dims, np.float32), np.zeros((*GRID.dims, 3), np.float32)


def run(frames, solids, settings=None, threads=1, puffs=6):
    with Slabs(threads) as slabs:
        air = Air(GRID, settings or Dust(), 16.0, 5, slabs)
        for frame in range(frames):
            air.step(solids, *(puff() if frame < puffs else none()), DT)
    return air


def flow_out(air):
    u, v, w = air.faces
    return u[1:] - u[:-1] + v[:, 1:] - v[:, :-1] + w[:, :, 1:] - w[:, :, :-1]


def test_no_gram_is_lost():
    air = run(60, wall())
    assert air.emitted_kg == pytest.approx(18, rel=1e-4)
    assert air.settled_kg > 0.1
    assert air.airborne_kg + air.settled_kg + air.left_kg == pytest.approx(air.emitted_kg, rel=1e-3)


def test_what_leaves_is_counted():
    air = run(120, nothing(), Dust(wind_m_per_s=(9.0, 0.0), settle_s=600))
    assert air.left_kg > 0.5 * air.emitted_kg
    assert air.airborne_kg + air.settled_kg + air.left_kg == pytest.approx(air.emitted_kg, rel=1e-3)


def test_air_keeps_its_volume():
    air = run(20, wall(), puffs=3)
    assert np.abs(air.faces[0]).max() > 1.0
    assert np.abs(flow_out(air)).max() < 0.01 * max(np.abs(face).max() for face in air.faces)


def test_curls_do_not_drive_the_air_faster_and_faster():
    with Slabs(1) as slabs:
        air = Air(GRID, Dust(), 16.0, 5, slabs)
        fastest = []
        for frame in range(60):
            air.step(wall(), *(puff() if frame < 3 else none()), DT)
            fastest.append(max(float(np.abs(face).max()) for face in air.faces))
    assert max(fastest[30:]) < 0.8 * max(fastest[:3])


def test_nothing_gets_into_a_neighbour():
    solids = wall()
    air = run(48, solids)
    assert air.dust[solids.fixed == 1].max() == 0.0
    assert air.dust[17:20, :12, 10:22].max() > 1e-4, "dust should reach the wall for this to mean something"


def test_wind_carries_dust_at_its_own_speed():
    settings = Dust(wind_m_per_s=(3.0, -1.5), heaviness=0, turbulence=0, settle_s=600)
    with Slabs(1) as slabs:
        air = Air(GRID, settings, 16.0, 5, slabs)
        air.dust[8:11, 8:12, 18:21] = 0.01
        start = centre_of(air.dust)
        for _ in range(48):
            air.step(nothing(), *none(), DT)
    moved = (centre_of(air.dust) - start) * GRID.voxel_m
    assert moved[0] == pytest.approx(6.0, rel=0.02)
    assert moved[2] == pytest.approx(-3.0, rel=0.02)


def centre_of(dust):
    share = dust / dust.sum(dtype=np.float64)
    return np.array(
        [(share.sum(axis=tuple(b for b in range(3) if b != a)) * np.arange(n)).sum() for a, n in enumerate(dust.shape)]
    )


def test_heavy_dust_spreads_along_the_ground_and_light_dust_does_not():
    def spread(heaviness):
        settings = Dust(heaviness=heaviness, turbulence=0, wind_m_per_s=(0, 0), settle_s=600)
        with Slabs(1) as slabs:
            air = Air(GRID, settings, 16.0, 5, slabs)
            air.dust[13:19, 0:8, 13:19] = 0.06
            for _ in range(48):
                air.step(nothing(), *none(), DT)
        at = np.nonzero(air.dust.max(axis=(1, 2)) > 0.003)[0]
        return at[-1] - at[0], centre_of(air.dust)[1]

    heavy, light = spread(1.5), spread(0.0)
    assert heavy[0] >= light[0] + 8
    assert heavy[1] < light[1] - 1.5


def test_dust_settles_in_its_time():
    air = run(24 * 8, nothing(), Dust(settle_s=2, wind_m_per_s=(0, 0), turbulence=0), puffs=2)
    assert air.airborne_kg < 0.02 * air.emitted_kg
    assert air.settled_kg > 0.9 * air.emitted_kg


def test_a_region_that_grows_loses_neither_dust_nor_speed():
    whole = ((0, 32), (0, 24), (0, 32))
    with Slabs(1) as slabs:
        air = Air(GRID, Dust(), 16.0, 5, slabs, ((0, 24), (0, 16), (8, 24)))
        amount, momentum = (one[0:24, 0:16, 8:24].copy() for one in puff())
        air.step(nothing(air.grid), amount, momentum, DT)
        held, fast = air.airborne_kg, float(np.abs(air.faces[0]).max())
        x, y, z = air.dusty()
        air.grow(whole)
        assert air.airborne_kg == held
        assert np.abs(air.faces[0]).max() == fast
        assert air.dusty() == (x, y, z)
        for _ in range(10):
            air.step(nothing(), *none(), DT)
    assert air.airborne_kg + air.settled_kg + air.left_kg == pytest.approx(air.emitted_kg, rel=1e-3)


def test_without_a_source_there_is_no_dust():
    air = run(12, wall(), puffs=0)
    assert not air.dust.any()
    assert not air.settled.any()


def test_same_bits_on_any_number_of_threads():
    grid = DustGrid((-20.0, 0.0, -20.0), 1.0, (48, 32, 48))  # large enough that work is shared out
    states = []
    for threads in (1, 2, 3):
        amount, momentum = np.zeros(grid.dims, np.float32), np.zeros((*grid.dims, 3), np.float32)
        amount[20:24, 0:3, 20:24], momentum[20:24, 0:3, 20:24, 0] = 1.0, 5.0
        with Slabs(threads) as slabs:
            air = Air(grid, Dust(), 16.0, 5, slabs)
            for _ in range(8):
                air.step(nothing(grid), amount, momentum, DT)
        states.append(air.state())
    for other in states[1:]:
        assert all(np.array_equal(states[0][name], other[name]) for name in states[0])


def test_a_falling_slab_drives_air_out_at_its_sides():
    with Slabs(1) as slabs:
        air = Air(GRID, Dust(wind_m_per_s=(0, 0)), 16.0, 5, slabs)
        for height in (6, 5, 4, 3):
            solids = nothing()
            solids.hollow[12:20, height, 12:20] = 0
            solids.velocity[12:20, height, 12:20, 1] = -10.0
            solids.still[12:20, height, 12:20] = 0
            air.step(solids, *none(), DT)
    assert air.faces[0][20:22, 0:3, 14:18].mean() > 1.0
    assert air.faces[0][11:13, 0:3, 14:18].mean() < -1.0
