"""One process at a time: a lock on a file, given back even when the process is killed."""

from __future__ import annotations

import contextlib
import fcntl
import time
from collections.abc import Callable, Iterator
from pathlib import Path

_LOOK_EVERY_S = 0.2


@contextlib.contextmanager
def held(path: Path, *, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the lock file ``path`` while the block runs; the system frees it when the process ends in any way.

    Args:
        path: the lock file; made if it is not there, and left behind empty.
        waiting: called again and again while another process holds it; may raise to give up.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                waiting()
                time.sleep(_LOOK_EVERY_S)
        yield
