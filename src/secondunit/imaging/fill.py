"""Fills a hole in a picture from the rest of it, coarse to fine, with patches that fit.

Patch search: Barnes et al. 2009, "PatchMatch"; filling by voting: Wexler et al. 2007, "Space-Time Completion of Video".
Streets are layered from sky to ground, so patches from far up or down cost more.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from numba import njit

RADIUS = 3  # px; patches are 7 x 7
COARSEST_PX = 48  # width at which the first, blind guess is made
ROW_COST = 6.0  # how much a patch one picture height away costs, in units of encoded colour squared a pixel
ROUNDS = (8, 6, 4, 3, 2, 2)  # search and vote rounds from the coarsest level on; later levels repeat the last

Image = npt.NDArray[np.float32]


@njit(cache=True, nogil=True)
def _random(state: Any) -> float:
    """The next number in 0..1 of a xorshift generator held in ``state`` (1,) uint64."""
    x = state[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    state[0] = x
    return float(x >> np.uint64(11)) / 9007199254740992.0


@njit(cache=True, nogil=True)
def _cost(picture: Any, y: int, x: int, v: int, u: int, best: float) -> float:
    height, width = picture.shape[0], picture.shape[1]
    rows = (v - y) / height
    total: float = ROW_COST * rows * rows * (2 * RADIUS + 1) ** 2
    for j in range(-RADIUS, RADIUS + 1):
        for i in range(-RADIUS, RADIUS + 1):
            if 0 <= y + j < height and 0 <= x + i < width:
                for k in range(3):
                    d = picture[y + j, x + i, k] - picture[v + j, u + i, k]
                    total += d * d
        if total >= best:
            return total
    return total


@njit(cache=True, nogil=True)
def _search(picture: Any, usable: Any, targets: Any, field: Any, cost: Any, forward: bool, state: Any) -> None:
    """One round of propagation and random search over the target pixels (M, 2), in scan order or backwards."""
    height, width = usable.shape
    step = 1 if forward else -1
    count = len(targets)
    for number in range(count):
        y, x = targets[number if forward else count - 1 - number]
        if cost[y, x] < 0:
            while True:
                v, u = int(_random(state) * height), int(_random(state) * width)
                if usable[v, u]:
                    break
            field[y, x, 0], field[y, x, 1] = v, u
        cost[y, x] = _cost(picture, y, x, field[y, x, 0], field[y, x, 1], 1e30)
        for side in range(2):
            yy, xx = (y - step, x) if side else (y, x - step)
            if 0 <= yy < height and 0 <= xx < width and cost[yy, xx] >= 0:
                v, u = field[yy, xx, 0] + (y - yy), field[yy, xx, 1] + (x - xx)
                _offer(picture, usable, y, x, v, u, field, cost)
        reach = float(max(height, width))
        while reach >= 1.0:
            v = field[y, x, 0] + int(reach * (2 * _random(state) - 1))
            u = field[y, x, 1] + int(reach * (2 * _random(state) - 1))
            _offer(picture, usable, y, x, v, u, field, cost)
            reach *= 0.4


@njit(cache=True, nogil=True)
def _offer(picture: Any, usable: Any, y: int, x: int, v: int, u: int, field: Any, cost: Any) -> None:
    height, width = usable.shape
    if 0 <= v < height and 0 <= u < width and usable[v, u]:
        price = _cost(picture, y, x, v, u, cost[y, x])
        if price < cost[y, x]:
            cost[y, x] = price
            field[y, x, 0], field[y, x, 1] = v, u


@njit(cache=True, nogil=True)
def _vote(picture: Any, hole: Any, targets: Any, field: Any, cost: Any, sums: Any) -> None:
    """Every patch votes for the hole's pixels it covers; the better it fits the more."""
    height, width = hole.shape
    sums[:] = 0.0
    for number in range(len(targets)):
        y, x = targets[number]
        v, u = field[y, x, 0], field[y, x, 1]
        weight = np.exp(-cost[y, x] / (0.02 * (2 * RADIUS + 1) ** 2)) + 1e-6
        for j in range(-RADIUS, RADIUS + 1):
            for i in range(-RADIUS, RADIUS + 1):
                if 0 <= y + j < height and 0 <= x + i < width and hole[y + j, x + i]:
                    for k in range(3):
                        sums[y + j, x + i, k] += weight * picture[v + j, u + i, k]
                    sums[y + j, x + i, 3] += weight
    for y in range(height):
        for x in range(width):
            if hole[y, x] and sums[y, x, 3] > 0:
                for k in range(3):
                    picture[y, x, k] = sums[y, x, k] / sums[y, x, 3]


def fill(picture: Image, hole: npt.NDArray[np.bool_], unusable: npt.NDArray[np.bool_], seed: int = 1) -> Image:
    """A copy of ``picture`` with the hole filled plausibly; pixels outside the hole keep their bits.

    Args:
        picture: (H, W, 3) scene-linear.
        hole: (H, W) what is to be made up.
        unusable: (H, W) what may stay but must not be copied from.
        seed: the same seed gives the same fill.

    Raises:
        ValueError: nothing is left to copy from.
    """
    if not hole.any():
        return picture.copy()
    encoded = np.sqrt(np.maximum(picture, 0)).astype(np.float32)  # near enough to what the eye sees
    levels = max(0, int(np.ceil(np.log2(picture.shape[1] / COARSEST_PX))))
    state = np.array([np.uint64(0x9E3779B97F4A7C15) ^ np.uint64(seed)])
    filled, field = _blind(encoded, hole), None
    for level in range(levels, -1, -1):
        size = (max(16, picture.shape[1] >> level), max(16, picture.shape[0] >> level))
        small_hole = cv2.resize(hole.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0
        bad = cv2.resize((hole | unusable).astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0
        small = cv2.resize(encoded, size, interpolation=cv2.INTER_AREA)
        guess = cv2.resize(filled, size, interpolation=cv2.INTER_AREA if level == levels else cv2.INTER_LINEAR)
        small[small_hole] = guess[small_hole]
        usable = _whole_patches(~bad)
        if not usable.any():
            if level == 0:
                raise ValueError("the hole leaves nothing of the picture to copy from")
            filled = small  # so coarse that no patch is whole: the blind guess goes on
            continue
        rounds = ROUNDS[min(levels - level, len(ROUNDS) - 1)]
        filled, field = _level(small, small_hole, usable, field, rounds, state)
    result = picture.copy()
    result[hole] = np.square(filled[hole])
    return result


def _blind(encoded: Image, hole: npt.NDArray[np.bool_]) -> Image:
    """A smooth first guess: each row's colour carried across, blurred."""
    weight = (~hole).astype(np.float32)
    sigma = encoded.shape[1] / 8
    blurred = cv2.GaussianBlur(encoded * weight[..., None], (0, 0), sigmaX=sigma, sigmaY=sigma / 8)
    around = cv2.GaussianBlur(weight, (0, 0), sigmaX=sigma, sigmaY=sigma / 8)
    guess = np.where(hole[..., None], blurred / np.maximum(around, 1e-6)[..., None], encoded)
    return np.asarray(guess, np.float32)


def _whole_patches(good: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Where a whole patch may be copied from."""
    size = 2 * RADIUS + 1
    usable = cv2.erode(good.astype(np.uint8), np.ones((size, size), np.uint8)).astype(bool)
    usable[:RADIUS] = usable[-RADIUS:] = False
    usable[:, :RADIUS] = usable[:, -RADIUS:] = False
    return usable


def _level(
    picture: Image, hole: npt.NDArray[np.bool_], usable: npt.NDArray[np.bool_], coarse: Any, rounds: int, state: Any
) -> tuple[Image, npt.NDArray[np.int32]]:
    height, width = hole.shape
    size = 2 * RADIUS + 1
    near = cv2.dilate(hole.astype(np.uint8), np.ones((size, size), np.uint8)).astype(bool)
    targets = np.argwhere(near).astype(np.int32)
    field = np.zeros((height, width, 2), np.int32)
    cost = np.full((height, width), -1.0, np.float32)
    if coarse is not None:
        _inherit(coarse, usable, targets, field, cost)
    sums = np.zeros((height, width, 4), np.float32)
    for number in range(rounds):
        _search(picture, usable, targets, field, cost, number % 2 == 0, state)
        _vote(picture, hole, targets, field, cost, sums)
    return picture, field


@njit(cache=True, nogil=True)
def _inherit(coarse: Any, usable: Any, targets: Any, field: Any, cost: Any) -> None:
    """Start from the coarser level's matches, doubled; cost 0 marks a pixel that has one."""
    height, width = usable.shape
    for number in range(len(targets)):
        y, x = targets[number]
        cy, cx = (
            min(y * coarse.shape[0] // height, coarse.shape[0] - 1),
            min(x * coarse.shape[1] // width, coarse.shape[1] - 1),
        )
        v = coarse[cy, cx, 0] * height // coarse.shape[0] + (y - cy * height // coarse.shape[0])
        u = coarse[cy, cx, 1] * width // coarse.shape[1] + (x - cx * width // coarse.shape[1])
        if 0 <= v < height and 0 <= u < width and usable[v, u]:
            field[y, x, 0], field[y, x, 1] = v, u
            cost[y, x] = 0.0
