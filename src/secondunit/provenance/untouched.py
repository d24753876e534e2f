"""The proof that pixels were not touched: a digest of the plate's pixels where a frame's matte is 0.

Whoever has the plate computes it from the plate and the frame's matte and compares with the signed record: the same
digest means that outside the matte the frame is the plate, bit for bit.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from secondunit.errors import BrokenStore
from secondunit.imaging.exr import PLAIN
from secondunit.imaging.exr_reader import read_exr
from secondunit.imaging.half import halves, is_zero

Floats = npt.NDArray[np.float32]
_KIND = b"secondunit untouched pixels 1\0"


def untouched_digest(pixels: npt.NDArray[Any], matte: npt.NDArray[Any]) -> str:
    """SHA-256 over the size, which pixels are untouched, and their values.

    Args:
        pixels: (H, W, 3) or (H, W, 4) scene-linear ACEScg, half float or exact in it, of which R, G and B count.
        matte: (H, W); exactly 0 means untouched.
    """
    height, width = matte.shape
    still = is_zero(matte)
    digest = hashlib.sha256(_KIND + height.to_bytes(4, "big") + width.to_bytes(4, "big"))
    digest.update(np.packbits(still, bitorder="big").tobytes())
    half = np.ascontiguousarray(halves(pixels[..., :3]), "<f2").reshape(-1, 3)
    kept = np.empty(half.shape, np.uint16)
    digest.update(kept[: _compressed(half.view(np.uint16), still.ravel(), kept)].data)
    return digest.hexdigest()


@njit(cache=True, nogil=True)
def _compressed(pixels: Any, still: Any, out: Any) -> int:
    """Those rows (N, 3) that are ``still``, side by side; how many."""
    count = 0
    for i in range(len(still)):
        if still[i]:
            for k in range(3):
                out[count, k] = pixels[i, k]
            count += 1
    return count


def untouched_of_frame(path: Path, plate: Floats | None = None) -> str:
    """The digest of a frame's own untouched pixels or, with ``plate``, of the plate's pixels in their places.

    Raises:
        BrokenStore: the frame is damaged, has no matte, or is not of the plate's size.
    """
    layers, _ = read_exr(path, only=(PLAIN, "matte"))
    if layers.keys() != {PLAIN, "matte"} or layers["matte"].ndim != 2 or layers[PLAIN].ndim != 3:
        raise BrokenStore(str(path), "has no composite or no matte", "a frame as an effect writes it")
    pixels = layers[PLAIN] if plate is None else plate
    if pixels.shape[:2] != layers["matte"].shape:
        raise BrokenStore(
            str(path), f"is {layers['matte'].shape}, the plate {pixels.shape[:2]}", "both of one size (height, width)"
        )
    return untouched_digest(pixels, layers["matte"])
