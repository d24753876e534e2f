"""Dust near the lens: its voxels are larger than many pixels, and how rays are followed must not show in them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from secondunit.effects.collapse.dust.grid import DustGrid
from secondunit.effects.collapse.dust.lighting import DustFrame
from secondunit.effects.collapse.dust.picture import Surfaces, picture
from secondunit.effects.collapse.settings import DustLook
from secondunit.scene.camera import look_at
from secondunit.scene.light import Light

GRID = DustGrid((-8.0, 0.0, -8.0), 0.25, (64, 40, 64))
SIZE = (144, 192)
LOW_SUN = Light((0.35, 0.5, 0.79), (3.0, 2.8, 2.4), (0.8, 1.0, 1.3), (0.3, 0.3, 0.3), 1.0)


def cloud(haze):
    """A thick round cloud of 6 m with an edge of a voxel or two, within haze of 12 m, kg/m3."""
    x, y, z = np.meshgrid(*[(np.arange(n) + 0.5) * GRID.voxel_m for n in GRID.dims], indexing="ij")
    away = np.sqrt((x - 8.0) ** 2 + (y - 3.5) ** 2 + (z - 8.0) ** 2)
    dust = 0.1 / (1 + np.exp((away - 3.0) / 0.15)) + haze * (away < 6.0)
    coordinates = np.zeros((2, *(n // 2 for n in GRID.dims), 3), np.float32)
    nothing = np.zeros(GRID.dims, np.float32)
    flat = np.zeros((GRID.dims[0], GRID.dims[2]), np.float32)
    return DustFrame(dust.astype(np.float32), flat, nothing, coordinates, np.array([0.25, 0.75], np.float32))


def combed(light, pixels):
    """What alternates across and down every so many pixels, as a share of the mean.

    Second differences both ways: of a smooth picture they vanish, of a comb they are its amplitude.
    """
    weights = np.zeros(2 * pixels + 1)
    weights[[0, pixels, -1]] = 0.5, -1.0, 0.5
    return float(cv2.sepFilter2D(light, -1, weights, weights)[8:-8, 8:-8].std() / light.mean())


@pytest.fixture(scope="module", params=[0.0002, 0.001])
def seen(request):
    """The inner half of a picture that the cloud fills, 5 m before the lens: a voxel is some 8 pixels wide."""
    view = look_at((0.0, 3.5, 8.0), (0.0, 3.5, 0.0), focal_px=160, width_px=SIZE[1], height_px=SIZE[0])
    far = Surfaces(np.full(SIZE, 1000, np.float32), np.zeros((*SIZE, 3), np.float32), *np.zeros((2, *SIZE), np.float32))
    layers = picture(GRID, cloud(request.param), view, LOW_SUN, DustLook(detail=0.0), far)
    return layers.dust[36:108, 48:144].astype(np.float32)


@pytest.mark.parametrize("pixels", [1, 2, 4])
def test_a_smooth_cloud_shows_no_comb_of_rays(seen, pixels):
    """It is less than a step of an 8-bit display."""
    assert seen[..., 3].min() > 0.99
    for channel in range(3):
        assert combed(seen[..., channel], pixels) < 0.003


def test_thin_dust_with_detail_before_a_near_wall_shows_none_either():
    """Some 10 voxels of haze, each wider than 12 pixels: a ray that steps over any of them shows."""
    haze = cloud(0.0)
    haze.density[:] = 0.0004
    view = look_at((0.0, 3.5, 3.0), (0.0, 3.5, 0.0), focal_px=480, width_px=SIZE[1], height_px=SIZE[0])
    wall = Surfaces(np.full(SIZE, 2, np.float32), np.ones((*SIZE, 3), np.float32), *np.zeros((2, *SIZE), np.float32))
    layers = picture(GRID, haze, view, LOW_SUN, DustLook(), wall)
    seen = layers.dust.astype(np.float32)[..., 1]
    assert combed(seen, 2) < 0.003
    assert combed(seen, 4) < 0.009
