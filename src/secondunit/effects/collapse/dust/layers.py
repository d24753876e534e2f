"""The layers of dust for the comp, and their file: only the part of the picture that dust touches is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from secondunit.effects.collapse.dust.frames import write_frame
from secondunit.errors import BrokenStore
from secondunit.imaging.extent import Window, extent
from secondunit.records import read_arrays

Halfs = npt.NDArray[np.float16]


@dataclass(frozen=True)
class SmokeLayers:
    """Dust in one frame, in working size, scene-linear ACEScg, half float.

    Attributes:
        dust: (H, W, 4) premultiplied light scattered towards the camera before the first surface, and cover; where
            something of the hold-out stands, only what is behind that.
        dust_front: (H, W, 4) the same before what stands there, 0 elsewhere. Over ``dust`` it is all the dust.
        dust_shadow: (H, W, 3) factor 0..1 on the light that reaches the first surface.
        settle: (H, W, 4) premultiplied colour and cover of dust lying on the plate's ground, in full light: what shades
            the ground shades it too.
        parts: by layer, the smallest window that is not neutral; of layers that were read.
    """

    dust: Halfs
    dust_front: Halfs
    dust_shadow: Halfs
    settle: Halfs
    parts: Mapping[str, Window] = field(default_factory=dict)

    def save(self, path: Path) -> None:
        """Write as one ``.npz``: the size, and for each layer the smallest rectangle that is not neutral."""
        height, width = self.dust.shape[:2]
        arrays: dict[str, npt.NDArray[Any]] = {"size": np.array([height, width], np.int32)}
        for name, neutral in _NEUTRAL.items():
            layer: Halfs = getattr(self, name)
            rows, columns = extent(layer, neutral)
            arrays[f"{name}_at"] = np.array([rows.start, columns.start], np.int32)
            arrays[name] = layer[rows, columns]
        write_frame(path, arrays)

    @classmethod
    def load(cls, path: Path) -> SmokeLayers:
        """Read what ``save`` wrote.

        Raises:
            BrokenStore: it cannot be read or does not hold these layers.
        """
        arrays = read_arrays(path)
        try:
            height, width = (int(one) for one in arrays["size"])
            layers: dict[str, Halfs] = {}
            parts: dict[str, Window] = {}
            for name, neutral in _NEUTRAL.items():
                part = arrays[name]
                top, left = (int(one) for one in arrays[f"{name}_at"])
                layer = np.full((height, width, part.shape[-1]), neutral, np.float16)
                parts[name] = (slice(top, top + part.shape[0]), slice(left, left + part.shape[1]))
                layer[parts[name]] = part
                layers[name] = layer
            return cls(**layers, parts=parts)
        except (KeyError, ValueError, IndexError) as error:
            raise BrokenStore(
                str(path), f"does not hold dust layers ({error})", "layers as this project writes them", "Delete it."
            ) from error


_NEUTRAL = {"dust": 0.0, "dust_front": 0.0, "dust_shadow": 1.0, "settle": 0.0}


def no_dust(height: int, width: int) -> SmokeLayers:
    """The layers of a frame without dust."""
    return SmokeLayers(
        np.zeros((height, width, 4), np.float16),
        np.zeros((height, width, 4), np.float16),
        np.ones((height, width, 3), np.float16),
        np.zeros((height, width, 4), np.float16),
    )
