"""Runs a compiled kernel over slabs of a grid on a few threads; the result does not depend on how many."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any

_WORTH_IT = 60_000  # voxels; below this handing work to a thread costs more than it saves (measured)


class Slabs:
    """A pool for kernels ``kernel(start, stop, *arrays)`` that write only what lies in their own range."""

    def __init__(self, threads: int) -> None:
        self._threads = max(1, threads)
        self._pool = ThreadPoolExecutor(self._threads) if self._threads > 1 else None

    def __enter__(self) -> Slabs:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown()

    def run(self, kernel: Callable[..., Any], count: int, *arguments: Any, work: int = _WORTH_IT) -> None:
        """Call ``kernel`` for 0..count in pieces; ``work`` is the number of voxels touched in all."""
        if self._pool is None or work < _WORTH_IT:
            kernel(0, count, *arguments)
            return
        bounds = [count * part // self._threads for part in range(self._threads + 1)]
        pieces = [self._pool.submit(kernel, start, stop, *arguments) for start, stop in itertools.pairwise(bounds[1:])]
        kernel(bounds[0], bounds[1], *arguments)
        for piece in pieces:
            piece.result()
