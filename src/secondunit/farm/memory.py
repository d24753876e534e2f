"""The memory that frames are made in, kept by the process from frame to frame.

The C library gives large blocks back to the system as soon as they are free, and gets them again for the next frame,
every page of which the system then clears: a tenth of the time of a frame that is little but layers.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
from collections.abc import Iterator

# Parameters of mallopt(3), glibc's <malloc.h>. Elsewhere there is none: memory goes back and forth as ever.
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
_MOST_BYTES = 1 << 30  # larger than any layer


def keep_memory() -> None:
    """Keep what is freed, and share it between threads. For a process of our own, before it starts threads."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, TypeError, AttributeError):
        return
    for parameter, value in ((_ARENA_MAX, 1), (_MMAP_THRESHOLD, _MOST_BYTES), (_TRIM_THRESHOLD, _MOST_BYTES)):
        mallopt(parameter, value)


@contextlib.contextmanager
def loading() -> Iterator[None]:
    """While modules are loaded, which makes a million objects and no garbage: looking for some takes a fifth of it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
