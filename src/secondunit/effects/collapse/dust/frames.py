"""Files that are written once a frame and read once: not compressed, since packing would take longer than the work."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from secondunit.records import whole_file


def write_frame(path: Path, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Write named arrays as one plain ``.npz``, whole or not at all; the same arrays give the same bytes."""
    with whole_file(path) as temporary, zipfile.ZipFile(temporary, "w") as file:  # np.savez would leave it open
        for name in sorted(arrays):
            with file.open(f"{name}.npy", "w", force_zip64=True) as entry:
                array = np.ascontiguousarray(arrays[name])
                np.lib.format.write_array(entry, array, allow_pickle=False)  # type: ignore[no-untyped-call]
