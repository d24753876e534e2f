"""Codes and frequency bands of a face: the arithmetic that retouching is made of."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from numba import njit, vectorize

Image = npt.NDArray[np.float32]
Plane = npt.NDArray[np.float32]
Box = tuple[slice, slice]

LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)  # Rec. 709
SMALL_SIGMA_PX = 3.0  # blurs wider than this are made on a smaller picture
_GRID = 16  # px: the coarsest blur's
DARK = 1e-3  # scene-linear; code values are not asked below it


def encode(linear: Image) -> Image:
    """Scene-linear to perceptual codes: a power law of 1/2.2, straight below black, so that it can be undone."""
    straight = DARK ** (1 / 2.2 - 1)
    return np.where(linear > DARK, np.maximum(linear, DARK) ** np.float32(1 / 2.2), linear * np.float32(straight))


def decode(codes: Image) -> Image:
    """The inverse of ``encode``."""
    dark = np.float32(DARK ** (1 / 2.2))
    straight = np.float32(DARK ** (1 - 1 / 2.2))
    return np.where(codes > dark, np.maximum(codes, dark) ** np.float32(2.2), codes * straight)


def srgb(linear: Image) -> Image:
    """Scene-linear to sRGB codes / 255, clipped (IEC 61966-2-1)."""
    value = np.clip(linear, 0, 1)
    return np.asarray(np.where(value > 0.0031308, 1.055 * value ** (1 / 2.4) - 0.055, 12.92 * value), np.float32)


def luma(picture: Image) -> Plane:
    """Rec. 709 weights on whatever the channels hold."""
    return np.ascontiguousarray(picture @ LUMA)


def blur(picture: Image, sigma_px: float) -> Image:
    """Gaussian; wide ones on a smaller picture, brought back linearly."""
    factor = 1
    while sigma_px / factor > 2 * SMALL_SIGMA_PX / 2 and factor < 16:
        factor *= 2
    if factor == 1:
        return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma_px, borderType=cv2.BORDER_REPLICATE), np.float32)
    height, width = picture.shape[:2]
    small = cv2.resize(picture, (width // factor, height // factor), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma_px / factor, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def masked_blur(picture: Image, mask: Plane, sigma_px: float, *, least: float = 1e-3) -> Image:
    """Gaussian mean of what the mask covers (normalised convolution, Knutsson and Westin 1993).

    Far from the mask, where its weight is under ``least``, the result falls to 0.
    """
    weight = blur(mask, sigma_px)
    out = blur(covered(picture, mask), sigma_px)
    _divide(out.reshape(weight.size, -1), weight.reshape(-1), np.float32(least))
    return out


def covered(picture: Image, mask: Plane) -> Image:
    """A picture (H, W) or (H, W, n) times a mask (H, W)."""
    wide, out = np.ascontiguousarray(picture, np.float32), np.empty(picture.shape, np.float32)
    _multiply(wide.reshape(mask.size, -1), np.ascontiguousarray(mask).reshape(-1), out.reshape(mask.size, -1))
    return out


def box_of(plane: Plane, around_px: int = 0) -> Box | None:
    """Rows and columns in which a plane is above 0 and so much around; None where it is nowhere.

    They begin and end at multiples of 16, where wide blurs on a smaller picture have the same samples as on the whole.
    """
    left, top, wide, high = cv2.boundingRect((plane > 0).astype(np.uint8))
    if not wide:
        return None
    height, width = plane.shape
    rows = max(0, top - around_px) // _GRID * _GRID, -(-(top + high + around_px) // _GRID) * _GRID
    columns = max(0, left - around_px) // _GRID * _GRID, -(-(left + wide + around_px) // _GRID) * _GRID
    return slice(rows[0], min(rows[1], height)), slice(columns[0], min(columns[1], width))


def cut(planes: Any, box: Box) -> Any:
    """The same record of planes, of a part of each; what is no plane stays."""
    parts = {name: one[box] for name, one in vars(planes).items() if isinstance(one, np.ndarray) and one.ndim == 2}
    return replace(planes, **{name: np.ascontiguousarray(part) for name, part in parts.items()})


def limited(values: Plane, limit: Any, kept: float) -> Plane:
    """Values up to ``limit`` stay; what is beyond keeps the share ``kept``."""
    size = np.abs(values)
    over = np.maximum(size - limit, 0)
    return np.asarray(values - np.sign(values) * over * np.float32(1 - kept), np.float32)


def most(*planes: Any) -> Plane:
    """The largest of each place."""
    return np.asarray(functools.reduce(np.maximum, planes), np.float32)


def smoothstep(values: Plane, low: float, high: float) -> Plane:
    """0 below ``low``, 1 above ``high``, smooth between; reversed if ``low`` is the larger."""
    span = np.float32(high - low)
    return np.asarray(_smoothstep(np.asarray(values, np.float32), np.float32(low), span), np.float32)


@vectorize(["float32(float32, float32, float32)"], cache=True)  # type: ignore[no-untyped-call, untyped-decorator]
def _smoothstep(value: Any, low: Any, span: Any) -> Any:
    part = (value - low) / span
    part = np.float32(0) if part < np.float32(0) else (np.float32(1) if part > np.float32(1) else part)
    return part * part * (np.float32(3) - np.float32(2) * part)


@njit(cache=True, nogil=True)
def _multiply(picture: Any, mask: Any, out: Any) -> None:
    if picture.shape[1] == 3:  # known beforehand: quicker
        for i in range(len(mask)):
            for k in range(3):
                out[i, k] = picture[i, k] * mask[i]
        return
    for i in range(len(mask)):
        for k in range(picture.shape[1]):
            out[i, k] = picture[i, k] * mask[i]


@njit(cache=True, nogil=True, error_model="numpy")
def _divide(picture: Any, weight: Any, least: Any) -> None:
    if picture.shape[1] == 3:
        for i in range(len(weight)):
            over = max(weight[i], least)
            for k in range(3):
                picture[i, k] /= over
        return
    for i in range(len(weight)):
        over = max(weight[i], least)
        for k in range(picture.shape[1]):
            picture[i, k] /= over


@njit(cache=True, nogil=True)
def smooth(value: Any, low: Any, high: Any) -> Any:
    """``smoothstep`` of one float32, for kernels."""
    part = min(max((value - low) / (high - low), np.float32(0)), np.float32(1))
    return part * part * (np.float32(3) - np.float32(2) * part)


@njit(cache=True, nogil=True)
def luma_of(pixel: Any) -> Any:
    """``luma`` of one pixel, for kernels."""
    return np.float32(0.2126) * pixel[0] + np.float32(0.7152) * pixel[1] + np.float32(0.0722) * pixel[2]
