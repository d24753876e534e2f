"""One frame of dust seen by the camera: from voxels and depth to layers."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from secondunit.effects.collapse.dust.grid import DustGrid
from secondunit.effects.collapse.dust.layers import SmokeLayers, no_dust
from secondunit.effects.collapse.dust.lighting import (
    EXTINCTION_M2_PER_KG,
    DustFrame,
    LitDust,
    light_dust,
    single_albedo,
)
from secondunit.effects.collapse.dust.march import march
from secondunit.effects.collapse.dust.receive import film, shadow
from secondunit.effects.collapse.dust.sampling import BLOCK, occupied
from secondunit.effects.collapse.dust.upsample import smooth
from secondunit.effects.collapse.settings import DustLook
from secondunit.imaging.half import floats, halves
from secondunit.scene.camera import Camera
from secondunit.scene.light import Light

Floats = npt.NDArray[np.float32]

_FAINT_PER_M = 2e-4  # extinction of air that is passed over; 50 m of it cover a hundredth
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
    lit, lying = light_dust(grid, frame, light, look), _settled(grid, frame, camera, light, look, surfaces)
    if lit is None:
        return replace(no_dust(camera.height_px, camera.width_px), settle=lying)
    view = np.array([[camera.focal_px, *camera.centre_px], *camera.rotation], np.float32)
    place = _place(grid, lit, camera)
    dust, dust_front = _seen(lit, view, place, light, look, surfaces)
    return SmokeLayers(
        dust, dust_front, _shadowed(lit, view, place, light, surfaces.depth, surfaces.normal), settle=lying
    )


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
    blocks = np.empty(tuple(-(-n // BLOCK) for n in lit.fine.shape[:3]), np.uint8)
    occupied(lit.fine, np.float32(_FAINT_PER_M) * place[2, 0], blocks)
    lights, albedo = np.array([light.sun, light.to_sun], np.float32), single_albedo(look.albedo)
    first, stands = np.minimum(surfaces.depth, np.float32(1e6)), np.flatnonzero(surfaces.far > 0)
    depth = first[None]
    if len(stands):
        # A little beyond the edges too, so that pixels there are smoothed with neighbours as those of the whole are.
        far = cv2.dilate(surfaces.far, np.ones((5, 5), np.uint8))
        far.reshape(-1)[stands] = surfaces.far.reshape(-1)[stands]
        depth = np.stack([first, np.minimum(far, first)])
    rough, out = np.zeros((*depth.shape, 4), np.float32), np.zeros((*depth.shape, 4), np.float32)
    march(depth, view, place, lit.fine, lit.around, blocks, albedo, lights, np.float32(look.forward), rough)
    for one, far, smoothed in zip(rough, depth, out, strict=True):
        smooth(one, far, smoothed)
    dust, dust_front = halves(out[0]), np.zeros(out[0].shape, np.float16)
    if len(stands):
        pixels, pixels_front = dust.reshape(-1, 4), dust_front.reshape(-1, 4)
        whole, before = (one.reshape(-1, 4)[stands] for one in out)
        front = halves(np.minimum(before, whole))
        front = np.where(front[..., 3:] < 1, front, pixels[stands])  # what hides all is all there is to see
        pixels[stands], pixels_front[stands] = halves(_behind(whole, floats(front))), front
    return dust, dust_front


def _behind(whole: Floats, front: Floats) -> Floats:
    """What must be under ``front`` (N, 4), premultiplied, so that both together are ``whole``."""
    through = 1 - front[..., 3:]
    rest = np.divide(whole - front, through, out=np.zeros_like(whole), where=through > 0)
    return np.asarray(np.where(front[..., 3:] > 0, np.maximum(rest, 0), whole), np.float32)


def _shadowed(
    lit: LitDust, view: Floats, place: Floats, light: Light, depth: Floats, normal: Floats
) -> npt.NDArray[np.float16]:
    """The ``dust_shadow`` layer."""
    out = np.ones((*depth.shape, 3), np.float32)
    lights, to_sun = np.array([light.sun, light.sky], np.float32), np.asarray(light.to_sun, np.float32)
    clear = np.ascontiguousarray(lit.around[..., 3])
    shadow(depth, normal, view, place, lit.sun, lit.shade, clear, lights, to_sun, out)
    return halves(out)


def _settled(
    grid: DustGrid, frame: DustFrame, camera: Camera, light: Light, look: DustLook, surfaces: Surfaces
) -> npt.NDArray[np.float16]:
    """The ``settle`` layer: a film whose cover follows from the mass on the ground."""
    depth, settles = surfaces.depth, surfaces.settles
    out = np.zeros((*depth.shape, 4), np.float16)
    if not frame.settled.any():
        return out
    view = np.array([[camera.focal_px, *camera.centre_px], *camera.rotation], np.float32)
    eye = ((np.asarray(camera.position_m) - np.asarray(grid.origin_m)) / grid.voxel_m).astype(np.float32)
    cover = np.zeros(depth.shape, np.float32)
    covers = np.float32(_COVER_M2_PER_KG * look.density)
    film(depth, settles, view, eye, np.float32(grid.voxel_m), np.pad(frame.settled, 1), covers, cover)
    full = np.asarray(light.sun) * max(light.to_sun[1], 0.0) + np.asarray(light.sky)
    colour = np.asarray(look.albedo) * full / np.pi
    there = np.flatnonzero(cover > 0)
    out.reshape(-1, 4)[there] = cover.reshape(-1)[there][:, None] * np.append(colour, 1.0)
    return out
