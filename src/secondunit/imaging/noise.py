"""Smooth chance for painted surfaces: noise that tiles, and how to lay one colour over another."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.float32]
Rng = np.random.Generator


def noise(shape: tuple[int, int], rng: Rng, *, slope: float = 1.8, low: float = 2.0, stretch: float = 1.0) -> Image:
    """Tiling power-law noise (height, width) with mean 0 and variance 1.

    Args:
        shape: height and width in pixels.
        rng: source of chance.
        slope: amplitude falls as frequency ** -slope; the larger, the softer.
        low: frequencies below this many cycles a picture are left out.
        stretch: >1 makes features tall (streaks), <1 makes them wide.
    """
    height, width = shape
    fy = np.fft.fftfreq(height)[:, None] * height * stretch
    fx = np.fft.rfftfreq(width)[None] * width
    aspect = np.sqrt(height / width)
    frequency = np.hypot(fy / aspect, fx * aspect)
    amplitude = np.where(frequency >= low, np.maximum(frequency, 1.0) ** -slope, 0.0)
    white = np.fft.rfft2(rng.standard_normal(shape))
    field = np.fft.irfft2(white * amplitude, s=shape)
    out: Image = ((field - field.mean()) / (field.std() + 1e-12)).astype(np.float32)
    return out


def step(value: Any, start: float, end: float) -> Any:
    """Smoothstep from 0 at ``start`` to 1 at ``end``."""
    x = np.clip((value - start) / (end - start), 0.0, 1.0)
    return x * x * (3 - 2 * x)


def mix(a: Any, b: Any, weight: Any) -> Any:
    """``a`` where weight is 0, ``b`` where it is 1; weights (h, w) reach over colours."""
    w = np.asarray(weight, np.float32)[..., None] if np.ndim(weight) == 2 else weight
    return a * (1 - w) + b * w
