"""Straight edges of a picture: line segments, and how strong an edge the picture shows along a given line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from secondunit.scene.camera import Array

LUMINANCE = np.array([0.2722287, 0.6740818, 0.0536895], np.float32)  # ACEScg (AP1) to Y, S-2014-004 annex C
WORK_WIDTH_PX = 1920  # lines are looked for at this width at most; more resolves no better through a lens
SHORTEST = 0.009  # shortest segment used, as a share of the picture's width: shorter ones are cobbles and leaves


@dataclass(frozen=True)
class Segments:
    """N straight edges, in pixels.

    Attributes:
        ends: (N, 2, 2) end points, x and y.
        weight: (N,) length in pixels, times a factor for those that matter more.
    """

    ends: Array
    weight: Array

    def __len__(self) -> int:
        return len(self.weight)

    @property
    def middle(self) -> Array:
        """(N, 2)."""
        middle: Array = self.ends.mean(axis=1)
        return middle

    @property
    def along(self) -> Array:
        """(N, 2), from the first end to the second, not normalised."""
        along: Array = self.ends[:, 1] - self.ends[:, 0]
        return along

    def __getitem__(self, which: Any) -> Segments:
        return Segments(self.ends[which], self.weight[which])


def luminance(picture: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Relative luminance (H, W) of a scene-linear ACEScg picture (H, W, 3); never negative."""
    return np.maximum(picture @ LUMINANCE, 0).astype(np.float32)


def display_grey(picture: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """A grey picture (H, W) for finding edges, from a scene-linear ACEScg one: exposed to its highlights, gamma 2.2."""
    grey = luminance(picture)
    white = float(np.percentile(grey, 98)) or 1.0
    encoded: npt.NDArray[np.uint8] = np.rint(np.clip(grey / white, 0, 1) ** (1 / 2.2) * 255).astype(np.uint8)
    return encoded


def display_colours(picture: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Colours (H, W, 3), 0..255, exposed and encoded as ``display_grey`` does it."""
    white = float(np.percentile(luminance(picture), 98)) or 1.0
    encoded: npt.NDArray[np.float32] = (np.clip(picture / white, 0, 1) ** (1 / 2.2) * 255).astype(np.float32)
    return encoded


def find_segments(grey: npt.NDArray[np.uint8]) -> Segments:
    """The straight edges of a grey picture (H, W), longest first.

    Source: R. Grompone von Gioi et al., "LSD: a Line Segment Detector", IPOL 2012 (OpenCV's implementation).
    """
    found: Any = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(grey)[0]
    if found is None:
        return Segments(np.zeros((0, 2, 2)), np.zeros(0))
    ends = found.reshape(-1, 2, 2).astype(float) + 0.5  # OpenCV has pixel centres at whole numbers
    length = np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1)
    order = np.argsort(-length, kind="stable")
    order = order[length[order] > SHORTEST * grey.shape[1]]
    return Segments(ends[order], length[order])


@dataclass(frozen=True)
class EdgePicture:
    """Gradients of a picture's colours, to ask how strong an edge is along a line.

    Attributes:
        dx: (H, W, 3) float32 derivative to the right.
        dy: (H, W, 3) float32 derivative down.
        typical: a gradient that counts as half an edge.
    """

    dx: npt.NDArray[np.float32]
    dy: npt.NDArray[np.float32]
    typical: float

    @classmethod
    def of(cls, colours: npt.NDArray[np.float32], *, sigma_px: float = 1.0) -> EdgePicture:
        """Gaussian derivatives of display-encoded colours (H, W, 3), 0..255. Colour tells brick from slate."""
        smooth = cv2.GaussianBlur(colours, (0, 0), sigma_px)
        dx, dy = (np.asarray(cv2.Sobel(smooth, cv2.CV_32F, *way) / 8, np.float32) for way in ((1, 0), (0, 1)))
        strength = np.sqrt((dx[::2, ::2] ** 2 + dy[::2, ::2] ** 2).mean(axis=-1))
        return cls(dx, dy, max(float(np.percentile(strength, 80)), 2.0))

    def along(self, start: Array, end: Array, *, samples: int = 96) -> Array:
        """Edge strength 0..1 (M,) along M lines from ``start`` (M, 2) to ``end`` (M, 2).

        The mean over samples of g / (g + typical), g being the gradient across the line: many weak places count more
        than a single strong one, as behind a car. Samples outside the picture don't count.
        """
        share = (np.arange(samples) + 0.5) / samples
        points = start[:, None] + share[None, :, None] * (end - start)[:, None]
        across = np.stack([-(end - start)[:, 1], (end - start)[:, 0]], axis=-1)
        across /= np.maximum(np.linalg.norm(across, axis=-1, keepdims=True), 1e-9)
        height, width = self.dx.shape[:2]
        x, y = (points[..., 0] - 0.5).astype(np.float32), (points[..., 1] - 0.5).astype(np.float32)
        inside = (x >= 1) & (y >= 1) & (x <= width - 2) & (y <= height - 2)
        gx, gy = (cv2.remap(one, x, y, cv2.INTER_LINEAR) for one in (self.dx, self.dy))
        gradient = np.sqrt(((gx * across[:, None, :1] + gy * across[:, None, 1:]) ** 2).mean(axis=-1))
        edge = np.where(inside, gradient / (gradient + self.typical), 0)
        strength: Array = edge.sum(axis=1) / np.maximum(inside.sum(axis=1), samples // 8)
        return strength
