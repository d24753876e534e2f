"""Drawn heads that move in a way that is known: to a fraction of a pixel, with zoom, turn and light."""

import cv2
import numpy as np

from secondunit.testing.heads.people import CAST, Setup, picture

FROM_FRONT = Setup()


def still(name="efe", setup=FROM_FRONT, size_px=480):
    """A portrait (size_px, size_px, 3) of codes; its face is about 0.43 of it wide."""
    return picture(CAST[name], setup, size_px=size_px, rays=1)


def moves(count, *, shift_px=6.3, zoom=0.04, turn_deg=2.0, side=480):
    """(count, 2, 3): from px of the still to px of each frame, no two the same."""
    maps = []
    for index in range(count):
        t = 2 * np.pi * index / 17
        k, angle = 1 + zoom * np.sin(0.7 * t), np.radians(turn_deg * np.sin(0.9 * t))
        turn = k * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        middle = np.array([side / 2, side / 2])
        to = middle + shift_px * np.array([np.sin(t), 0.6 * np.cos(1.3 * t)])
        maps.append(np.column_stack([turn, to - turn @ middle]))
    return np.array(maps)


def moved(codes, maps, *, light_stops=0.0, noise=0.0):
    """The still under each of the maps, (H, W, 3) codes; light swings by so many stops, grain is new in each frame."""
    frames = []
    for index, matrix in enumerate(maps):
        centred = matrix.copy()
        centred[:, 2] += centred[:, :2] @ (0.5, 0.5) - 0.5
        out = cv2.warpAffine(
            codes.astype(np.float32),
            centred,
            codes.shape[1::-1],
            flags=cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REPLICATE,
        )
        light = 2 ** (light_stops * np.sin(index) / 2.2)  # of codes: 2.2 is about a screen's curve
        grain = np.random.default_rng(index).normal(0, noise, out.shape) if noise else 0
        frames.append(np.clip(out * light + grain + 0.5, 0, 255).astype(np.uint8))
    return frames
