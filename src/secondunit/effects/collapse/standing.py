"""How far off things in the hold-out stand: each touches the ground at its foot, and where the ground is, is known.

A matte says what stands in front, not how far in front. Its lowest pixels do: through the foot of a thing goes a ray
that meets the ground at the distance of the thing (Hoiem, Efros, Hebert 2008, "Putting objects in perspective").
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import scipy  # its parts are loaded when they are first used

from secondunit.errors import CannotSolve
from secondunit.scene.camera import Camera

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]

_WORK_PX = 960  # feet are looked for at this width at most
_STEP = 0.011  # of the height: an underside that jumps by more from column to column is another thing's
_APART = 1.25  # a thing joined to a nearer one stands by itself only from so many times the distance
_HANGS = 4.0  # what would stand more than so many times as far as what it touches hangs from it, as leaves do
_TALLER = 2.5  # times its usual height: what goes on up there is another thing's
_WIDE_M = 0.5  # and only if it is at least so wide there
_UNSEEN = 0.5  # of the distance of the picture's lower edge: how far off things are whose foot is below it


def distances(
    camera: Camera, holdout: Floats, given: Sequence[tuple[float, float, float]] = (), full_width_px: int = 0
) -> Floats:
    """Distance of what stands in front, (H, W) m along the view axis, 0 where the hold-out is empty.

    A thing whose foot is below the picture is nearer than the picture's lower edge: half of that is taken. What touches
    no ground (leaves, a lamp's arm) is as far as the thing that it hangs from or is next to; with nothing to go by it
    is nearer than all dust: a ten-thousandth of a metre.

    Args:
        camera: in the size of ``holdout``; the ground is y = 0.
        holdout: (H, W) 0..1.
        given: x px, y px of a point on a thing in the plate's own size, and its distance, m: wins over the guess.
        full_width_px: the plate's own width; that of ``holdout`` if 0.

    Raises:
        CannotSolve: a given point lies on nothing.
    """
    height, width = holdout.shape
    scale = min(1.0, _WORK_PX / width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(holdout, size, interpolation=cv2.INTER_AREA) if scale < 1 else holdout
    solid = small > 0.5 if (small > 0.5).any() else small > 0
    if not solid.any():
        return np.zeros_like(holdout)
    thing, far_m = _things(camera.scaled(*size), solid)
    for number, (x_px, y_px, depth_m) in enumerate(given):
        ratio = size[0] / (full_width_px or width)
        column, row = int(x_px * ratio), int(y_px * ratio)
        inside = 0 <= column < size[0] and 0 <= row < size[1]
        if not inside or not solid[row, column]:
            raise CannotSolve(
                f"blend.holdout_m[{number}]",
                f"({x_px:g}, {y_px:g}), where the hold-out is empty",
                "a point on a thing in the hold-out, in pixels of the plate",
                "Move the point onto the thing, or add the thing to blend.holdout.",
            )
        far_m[thing[row, column]] = depth_m
    nearest = scipy.ndimage.distance_transform_edt(thing == 0, return_distances=False, return_indices=True)
    depth = far_m[thing[tuple(nearest)]].astype(np.float32)
    wide = cv2.resize(depth, (width, height), interpolation=cv2.INTER_NEAREST)
    return np.asarray(np.where(holdout > 0, wide, 0), np.float32)


def _things(camera: Camera, solid: npt.NDArray[np.bool_]) -> tuple[Ints, npt.NDArray[np.float64]]:
    """A number for each pixel, 0 = none, and the distance for each number, m."""
    part, bottom = _undersides(solid)
    whole, _ = scipy.ndimage.label(solid, np.ones((3, 3)))
    count = int(part.max())
    rows, columns = np.nonzero(bottom)
    owner = part[rows, columns]
    foot = scipy.ndimage.maximum(rows, owner, np.arange(1, count + 1))
    middle = scipy.ndimage.mean(columns, owner, np.arange(1, count + 1))
    wide = scipy.ndimage.maximum(columns, owner, np.arange(1, count + 1)) - scipy.ndimage.minimum(
        columns, owner, np.arange(1, count + 1)
    )
    group = np.zeros(count, int)
    group[owner - 1] = whole[rows, columns]
    far_m = _ground(camera, middle, foot + 1.0)
    far_m[foot + 1 >= solid.shape[0]] *= _UNSEEN
    stands = _stand(far_m, (wide + 1) * far_m / camera.focal_px, group)
    if not stands.any():
        return whole.astype(np.int32), np.full(int(whole.max()) + 1, 1e-4)
    thing = np.where(stands[np.maximum(part, 1) - 1] & solid, part, 0).astype(np.int32)
    for one in np.nonzero(stands)[0] + 1:
        thing[_strays(thing == one)] = 0
    return _grow(thing, solid), np.concatenate([[0.0], far_m])


def _strays(own: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Pixels in columns where a thing is far higher than elsewhere: there it is joined to something above it."""
    tall = own.sum(0)
    usual = float(np.median(tall[tall > 0])) if own.any() else 0.0
    return np.asarray(own & (tall > _TALLER * usual)[None], np.bool_)


def _undersides(solid: npt.NDArray[np.bool_]) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Each column's runs of pixels, numbered by the underside that their lowest pixels make together; those pixels."""
    bottom = solid.copy()
    bottom[:-1] &= ~solid[1:]
    reach = max(1, round(_STEP * solid.shape[0]))
    band = scipy.ndimage.binary_dilation(bottom, np.ones((reach, 1), bool))
    chain, _ = scipy.ndimage.label(band, np.ones((3, 3)))
    _, dense = np.unique(chain[bottom], return_inverse=True)
    part = np.zeros(solid.shape, np.int32)
    part[bottom] = dense.reshape(-1) + 1
    for row in range(solid.shape[0] - 2, -1, -1):
        above = solid[row] & ~bottom[row]
        part[row, above] = part[row + 1, above]
    return part, bottom


def _ground(camera: Camera, x_px: npt.NDArray[np.float64], y_px: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Depth of the ground at places of the picture, m; inf above the horizon."""
    x, y = (x_px + 0.5 - camera.centre_px[0]) / camera.focal_px, (camera.centre_px[1] - y_px) / camera.focal_px
    rotation = np.asarray(camera.rotation)
    drop = x * rotation[0, 1] + y * rotation[1, 1] - rotation[2, 1]
    return np.where(drop < -1e-6, -camera.position_m[1] / np.minimum(drop, -1e-6), np.inf)


def _stand(far_m: npt.NDArray[np.float64], wide_m: npt.NDArray[np.float64], group: npt.NDArray[Any]) -> Any:
    """Which undersides are feet: the nearest of each whole, and those plainly by themselves farther off."""
    order = np.argsort(far_m, kind="stable")
    stands = np.zeros(len(far_m), bool)
    nearest: dict[int, float] = {}
    for one in order:
        if not np.isfinite(far_m[one]):
            break
        first = nearest.setdefault(int(group[one]), float(far_m[one]))
        apart = _APART * first <= far_m[one] <= _HANGS * first and wide_m[one] >= _WIDE_M
        stands[one] = far_m[one] == first or apart
    return stands


def _grow(thing: Ints, solid: npt.NDArray[np.bool_]) -> Ints:
    """Give what stands on nothing to the thing it is joined to, step by step through the matte."""
    while True:
        grown = np.where(solid & (thing == 0), cv2.dilate(thing.astype(np.float32), np.ones((3, 3))), thing)
        if np.array_equal(grown, thing):
            return np.asarray(thing, np.int32)
        thing = grown.astype(np.int32)
