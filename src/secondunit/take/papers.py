"""The papers of a take: what made it, on what, and what it cost. Enough to shoot it again."""

from __future__ import annotations

import os
import platform
import resource
import sys
from importlib import metadata
from typing import Any

import secondunit

# What a picture can depend on. A library may be there under another name (opencv has four): then it is left out.
LIBRARIES = (
    "numpy",
    "scipy",
    "numba",
    "llvmlite",
    "embreex",
    "opencolorio",
    "OpenImageIO",
    "opencv-python-headless",
    "av",
)


def versions() -> dict[str, str]:
    """Version of this package, of Python and of every library a picture may depend on."""
    installed = {one.name: one.version for name in LIBRARIES for one in metadata.distributions(name=name)}
    return {"secondunit": secondunit.__version__, "python": platform.python_version(), **installed}


def machine(threads: int) -> dict[str, Any]:
    """Where it was shot: system, processor, cores, and how many threads were used."""
    return {
        "system": platform.platform(),
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count() or 1,
        "threads": threads,
    }


def peak_memory_bytes() -> int:
    """The most memory this process ever held."""
    unit = 1 if sys.platform == "darwin" else 1024  # getrusage(2): bytes on macOS, KiB on Linux
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
