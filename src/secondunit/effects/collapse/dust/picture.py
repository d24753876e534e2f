"""One frame of dust seen by the camera: from voxels and depth to layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from secondunit.effects.collapse.dust.grid import DustGrid
from secondunit.effects.collapse.dust.layers import SmokeLayers, no_dust
from secondunit.effects.collapse.dust.lighting import EXTINCTION_M2_PER_KG, DustFrame, LitDust, light_dust
from secondunit.effects.collapse.dust.march import march
from secondunit.effects.collapse.dust.receive import shadow
from secondunit.effects.collapse.dust.sampling import BLOCK, occupied
from secondunit.effects.collapse.dust.upsample import smooth
from secondunit.effects.collapse.settings import DustLook
from secondunit.scene.camera import Camera
from secondunit.scene.light import Light

Floats = npt.NDArray[np.float32]

_COVER_M2_PER_KG = EXTINCTION_M2_PER_KG / 2  # lying grains cover by their section alone (Q = 1)


@dataclass(frozen=True)
class Surfaces:
    """The first solid surface of each pixel.

    Attributes:
        depth: (H, W) m along the view axis, inf = sky.
        normal: (H, W, 3) world axes.
        settles: (H, W) share of the pixel that is ground of the plate, on which dust may lie.
        far: (H, W) m along the view axis to what stands there in the hold-out, 0 = nothing.
    """

    depth: Floats
    normal: Floats
    settles: Floats
    far: Floats


def single_albedo(colour: npt.ArrayLike) -> npt.NDArray[np.float32]:
    """Albedo of one scattering, (3,), for dust that looks ``colour`` where it is thick.

    Chiang, Kutz, Burley 2016, "Practical and controllable subsurface scattering for production path tracing": the
    albedo inversion.
    """
    a = np.asarray(colour, float)
    return np.asarray(-np.expm1(-5.09406 * a + 2.61188 * a**2 - 4.31805 * a**3), np.float32)


def surround_albedo(single: Floats) -> Floats:
    """The albedo with which the escape probability gives the right brightness at the surface of thick dust, (3,).

    Under an even sky that is 1 - sqrt(1 - a) of the sky's (Chandrasekhar 1960, "Radiative transfer", section 38: the
    source function at the surface of a half space); the approximation alone says a / (2 - a), which is more.
    """
    exact = 1.0 - np.sqrt(1.0 - single)
    return np.asarray(2.0 * exact / (1.0 + exact), np.float32)


def picture(
    grid: DustGrid, frame: DustFrame, camera: Camera, light: Light, look: DustLook, surfaces: Surfaces
) -> SmokeLayers:
    """The layers of one frame.

    Args:
        grid: the box of the simulation.
        frame: what was simulated.
        camera: in working size.
        light: of the plate.
        look: how dust looks.
        surfaces: what is seen behind the dust.
    """
    layers = no_dust(camera.height_px, camera.width_px)
    lit = light_dust(grid, frame, light, look)
    dust, dust_front, dust_shadow = layers.dust, layers.dust_front, layers.dust_shadow
    view = np.array([[camera.focal_px, *camera.centre_px], *camera.rotation], np.float32)
    if lit is not None:
        place = _place(grid, lit, camera)
        dust, dust_front = _seen(lit, view, place, light, look, surfaces)
        dust_shadow = _shadowed(lit, view, place, light, surfaces.depth, surfaces.normal)
    return SmokeLayers(dust, dust_front, dust_shadow, _settled(grid, frame, camera, light, look, surfaces))


def _place(grid: DustGrid, lit: LitDust, camera: Camera) -> Floats:
    """Camera in fine voxels from the fine part's corner; that corner; edge of a fine voxel, (3, 3)."""
    fine_m = grid.voxel_m / 2
    corner = 2.0 * lit.corner
    eye = (np.asarray(camera.position_m) - np.asarray(grid.origin_m)) / fine_m - corner
    return np.array([eye, corner, [fine_m] * 3], np.float32)


def _seen(
    lit: LitDust, view: Floats, place: Floats, light: Light, look: DustLook, surfaces: Surfaces
) -> tuple[npt.NDArray[np.float16], npt.NDArray[np.float16]]:
    """The ``dust`` and ``dust_front`` layers."""
    blocks = np.zeros(tuple(-(-n // BLOCK) for n in lit.fine.shape[:3]), np.uint8)
    occupied(lit.fine, blocks)
    fine = lit.fine
    fine[..., 0] *= place[2, 0]
    lights = np.array(
        [light.sun, np.asarray(light.sky) / np.pi, np.asarray(light.ground) / np.pi, light.to_sun], np.float32
    )
    single = single_albedo(look.albedo)
    albedo = np.stack([single, surround_albedo(single)])

    def seen(depth: Floats) -> Floats:
        rough, out = np.zeros((*depth.shape, 4), np.float32), np.zeros((*depth.shape, 4), np.float32)
        march(depth, view, place, fine, lit.around, blocks, albedo, lights, np.float32(look.forward), rough)
        smooth(rough, depth, out)
        return out

    first = np.minimum(surfaces.depth, np.float32(1e6))
    whole = seen(first)
    if not surfaces.far.any():
        return whole.astype(np.float16), np.zeros(whole.shape, np.float16)
    front = np.minimum(seen(np.minimum(surfaces.far, first)), whole).astype(np.float16)
    front = np.where(front[..., 3:] < 1, front, whole.astype(np.float16))  # what hides all is all there is to see
    return _behind(whole, front.astype(np.float32)).astype(np.float16), front


def _behind(whole: Floats, front: Floats) -> Floats:
    """What must be under ``front`` (H, W, 4), premultiplied, so that both together are ``whole``."""
    through = 1 - front[..., 3:]
    rest = np.divide(whole - front, through, out=np.zeros_like(whole), where=through > 0)
    return np.asarray(np.where(front[..., 3:] > 0, np.maximum(rest, 0), whole), np.float32)


def _shadowed(
    lit: LitDust, view: Floats, place: Floats, light: Light, depth: Floats, normal: Floats
) -> npt.NDArray[np.float16]:
    """The ``dust_shadow`` layer."""
    out = np.ones((*depth.shape, 3), np.float32)
    lights, to_sun = np.array([light.sun, light.sky], np.float32), np.asarray(light.to_sun, np.float32)
    shadow(depth, normal, view, place, lit.sun, lit.shade, lit.around, lights, to_sun, out)
    return np.minimum(out, 1.0).astype(np.float16)


def _settled(
    grid: DustGrid, frame: DustFrame, camera: Camera, light: Light, look: DustLook, surfaces: Surfaces
) -> npt.NDArray[np.float16]:
    """The ``settle`` layer: a film whose cover follows from the mass on the ground."""
    depth, settles = surfaces.depth, surfaces.settles
    out = np.zeros((*depth.shape, 4), np.float16)
    if not frame.settled.any():
        return out
    rows, columns = np.nonzero((settles > 0) & (depth < 1e6))
    ray = np.stack([columns + 0.5 - camera.centre_px[0], camera.centre_px[1] - rows - 0.5], -1) / camera.focal_px
    local = np.concatenate([ray, -np.ones((len(rows), 1))], -1) * depth[rows, columns][:, None]
    world = local @ np.asarray(camera.rotation) + np.asarray(camera.position_m)
    mass = _linear2(frame.settled, grid.to_voxels(world)[:, [0, 2]] - np.float32(0.5))
    cover = -np.expm1(-_COVER_M2_PER_KG * look.density * mass) * settles[rows, columns]
    full = np.asarray(light.sun) * max(light.to_sun[1], 0.0) + np.asarray(light.sky)
    colour = np.asarray(look.albedo) * full / np.pi
    out[rows, columns] = np.concatenate([cover[:, None] * colour, cover[:, None]], -1)
    return out


def _linear2(field: Floats, at: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Linear samples of (nx, nz) at index coordinates (P, 2); 0 outside."""
    padded = np.pad(field, 1)
    inside = np.clip(at + 1, 0, np.asarray(padded.shape) - 1.001)
    low = inside.astype(int)
    x, z = (inside - low).T
    i, k = low.T
    near = padded[i, k] * (1 - z) + padded[i, k + 1] * z
    far = padded[i + 1, k] * (1 - z) + padded[i + 1, k + 1] * z
    return np.asarray(near * (1 - x) + far * x)
