"""What a take needs of a frame, kept while whoever wrote the frame has it in memory: nobody has to open it again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Beside:
    """What lies beside a frame.

    Attributes:
        untouched: SHA-256 of the plate's pixels in it, as ``provenance.untouched`` makes it.
        codes: (H, W, 3) its composite as 8-bit codes for a screen.
        content: SHA-256 of the frame's file as it was written; empty where this was read back.
        matte: (H, W) above 0 where that very file's matte is; None where this was read back.
    """

    untouched: str
    codes: Codes
    content: str = ""
    matte: npt.NDArray[np.bool_] | None = None

    def kept(self) -> bytes:
        """The codes as they are kept: not packed, since grain leaves three quarters of them and takes its time."""
        return np.ascontiguousarray(self.codes).tobytes()


def read_back(kept: bytes, height_px: int, width_px: int) -> Codes:
    """Codes (height_px, width_px, 3) of bytes that ``Beside.kept`` made: compare their digest first."""
    return np.frombuffer(kept, np.uint8).reshape(height_px, width_px, 3)
