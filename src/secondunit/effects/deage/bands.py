"""Codes and frequency bands of a face: the arithmetic that retouching is made of."""

from __future__ import annotations

import functools
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.float32]
Plane = npt.NDArray[np.float32]

LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)  # Rec. 709
SMALL_SIGMA_PX = 3.0  # blurs wider than this are made on a smaller picture
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
    weight = np.maximum(blur(mask, sigma_px), least)
    if picture.ndim == 3:
        return np.asarray(blur(picture * mask[..., None], sigma_px) / weight[..., None], np.float32)
    return np.asarray(blur(picture * mask, sigma_px) / weight, np.float32)


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
    part = np.clip((values - low) / (high - low), 0, 1)
    return np.asarray(part * part * (3 - 2 * part), np.float32)
