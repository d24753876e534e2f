"""Files that are written once a frame and read once: not compressed, since packing would take longer than the work."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from secondunit.records import whole_file


def write_frame(path: Path, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Write named arrays as one plain ``.npz``, whole or not at all; the same arrays give the same bytes."""
    with whole_file(path) as temporary, temporary.open("wb") as file:
        np.savez(file, **{name: np.ascontiguousarray(arrays[name]) for name in sorted(arrays)})
