"""Light under the skin: what arrives, spread by a colour's reach (d'Eon and Luebke 2007; Jimenez et al. 2015)."""

from __future__ import annotations

import cv2
import numpy as np

from secondunit.scene.camera import Camera
from secondunit.scene.figure.light import Image

SCATTER_MM = (1.5, 0.62, 0.34)  # sigma of light's spread in skin, red green blue (after d'Eon and Luebke 2007, table 1)


def under_skin(lit: Image, skin: Image, depth: Image, camera: Camera) -> Image:
    """Light spread under the skin: each colour blurred by its reach, not across gaps in depth or past the skin's
    edge."""
    near = float(np.median(depth[skin > 0.5])) if (skin > 0.5).any() else 1.0
    px_per_mm = camera.focal_px / near / 1000
    out = lit.copy()
    for k, sigma_mm in enumerate(SCATTER_MM):
        total, weight = np.zeros_like(skin), np.full_like(skin, 1e-6)
        for share, size in ((0.55, 0.6), (0.33, 1.4), (0.12, 3.2)):  # a peak with long skirts, as a sum of Gaussians
            sigma = sigma_mm * size * px_per_mm
            if sigma < 0.25:
                total += share * lit[..., k] * skin
                weight += share * skin
                continue
            blurred = cv2.GaussianBlur(lit[..., k] * skin, (0, 0), sigma)
            cover = cv2.GaussianBlur(skin, (0, 0), sigma)
            total += share * blurred
            weight += share * cover
        out[..., k] = total / weight
    return out
