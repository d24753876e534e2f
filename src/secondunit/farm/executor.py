"""Many frames, a few threads: the same result in the same order of names, whatever the number of threads."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

Made = TypeVar("Made")

_OPENCV = threading.Lock()
_SIDE_BY_SIDE: list[int] = []  # for each that works so now, how many threads OpenCV had before
_LOOK_EVERY_S = 0.2  # how often a long frame looks whether the user asked to stop


class Report(Protocol):
    """Where work says how far it is; raises ``Stopped`` when the user asked to stop."""

    def __call__(self, done: int, total: int, what: str = "") -> None:
        """``done`` of ``total`` frames are finished."""


def run_frames(
    frames: Iterable[int],
    work: Callable[[int], None],
    *,
    threads: int,
    progress: Report,
    is_done: Callable[[int], bool] = lambda frame: False,
    what: str = "",
    writes: bool = False,
) -> None:
    """Call ``work(frame)`` for every frame that is not done yet, on up to ``threads`` threads.

    No more than ``threads`` frames are in flight, or one more, so memory does not grow with the number of frames. When
    one fails, or the user stops, no further frame is begun, those in flight end, and the error of the lowest frame is
    raised.

    Args:
        frames: frame numbers, begun in this order.
        work: does one frame; must not depend on the order.
        threads: at least 1.
        progress: told how many are finished.
        is_done: whether a frame need not be worked again.
        what: a word for the progress bar.
        writes: whether frames wait for the disk: one more is begun then, if there is more than one thread.
    """
    flight = threads + 1 if writes and threads > 1 else max(1, threads)
    every = list(frames)
    todo = [frame for frame in every if not is_done(frame)]
    finished, waiting, flying = len(every) - len(todo), iter(todo), dict[Future[None], int]()
    progress(finished, len(every), what)
    with _side_by_side(threads), ThreadPoolExecutor(max_workers=flight) as pool:
        while True:
            while len(flying) < flight and (frame := next(waiting, None)) is not None:
                flying[pool.submit(work, frame)] = frame
            if not flying:
                return
            ended, _ = wait(flying, timeout=_LOOK_EVERY_S, return_when=FIRST_COMPLETED)
            if any(one.exception() is not None for one in ended):
                wait(flying)
                failed = [(flying[one], one) for one in flying if one.exception() is not None]
                min(failed, key=lambda pair: pair[0])[1].result()
            for one in ended:
                del flying[one]
            finished += len(ended)
            progress(finished, len(every), what)


def in_order(frames: Iterable[int], work: Callable[[int], Made], *, threads: int) -> Iterator[Made]:
    """What ``work`` makes of each frame, in the order of ``frames``, made on up to ``threads`` threads a little ahead.

    Args:
        frames: frame numbers.
        work: makes one result; must not depend on the order.
        threads: at least 1; one more result than that is held at most.
    """
    flying: deque[Future[Made]] = deque()
    with _side_by_side(threads), ThreadPoolExecutor(max_workers=max(1, threads)) as pool:
        for frame in frames:
            flying.append(pool.submit(work, frame))
            if len(flying) > threads:
                yield flying.popleft().result()
        while flying:
            yield flying.popleft().result()


@contextlib.contextmanager
def _side_by_side(threads: int) -> Iterator[None]:
    """While frames are worked on by several threads, OpenCV adds none of its own: they would wait for each other."""
    if threads < 2:
        yield
        return
    import cv2  # a tenth of a second: only where frames are worked on

    with _OPENCV:
        _SIDE_BY_SIDE.append(cv2.getNumThreads())
        cv2.setNumThreads(1)
    try:
        yield
    finally:
        with _OPENCV:
            before = _SIDE_BY_SIDE.pop()
            if not _SIDE_BY_SIDE:
                cv2.setNumThreads(before)


class Behind:
    """One thread that does one thing after the other while the caller goes on: writing, encoding.

    At most one thing is under way, so memory does not grow. What fails is raised by the next call, by ``settle`` or at
    the end.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1)
        self._last: Future[Any] | None = None

    def __call__(self, work: Callable[..., Any], *given: Any) -> None:
        """Begin ``work(*given)`` once what was begun before has ended."""
        self.settle()
        self._last = self._pool.submit(work, *given)

    def settle(self) -> None:
        """Wait until all that was begun has ended."""
        last, self._last = self._last, None
        if last is not None:
            last.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            if kind is None:  # else the first error is the one to tell
                self.settle()
        finally:
            self._pool.shutdown()
