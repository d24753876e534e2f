"""Camera shake: what lands shakes the ground under the tripod."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from secondunit.effects.collapse.shards import Motion

DECAY_S = 0.35  # how long a jolt rings; artistic estimate
BEAT_HZ = 7.5  # a tripod head's own sway; artistic estimate


def shake_path(motion: Motion, frame_rate: float, most_px: float, seed: int) -> npt.NDArray[np.float64]:
    """How far the picture moves in each frame, (F, 2) px right and down; all zero when nothing lands."""
    frames = len(motion.position)
    if not len(motion.event_frame):
        return np.zeros((frames, 2))
    speed = np.linalg.norm(motion.event_velocity, axis=1)
    blow = np.bincount(motion.event_frame, weights=motion.event_dust_kg * speed, minlength=frames)[:frames]
    ringing, level = np.zeros(frames), 0.0
    for frame in range(frames):
        level = max(level * np.exp(-1 / (DECAY_S * frame_rate)), float(blow[frame]))
        ringing[frame] = level
    ringing = np.sqrt(ringing / max(ringing.max(), 1e-12))
    phase = np.random.default_rng(seed).uniform(0, 2 * np.pi, (2, 2))
    time = np.arange(frames)[:, None] / frame_rate
    sway = np.sin(2 * np.pi * BEAT_HZ * time + phase[0]) + 0.5 * np.sin(2 * np.pi * 2.3 * BEAT_HZ * time + phase[1])
    path: npt.NDArray[np.float64] = most_px * ringing[:, None] * sway / 1.5
    return path


def shaken(picture: npt.NDArray[Any], move_px: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """A layer (H, W) or (H, W, n) moved by (right, down) pixels; edges repeat what is there."""
    matrix = np.array([[1.0, 0.0, move_px[0]], [0.0, 1.0, move_px[1]]])
    size = (picture.shape[1], picture.shape[0])
    moved = cv2.warpAffine(
        np.asarray(picture, np.float32), matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(moved, np.float32)
