"""Frames on threads: all of them, once, with flat memory; an error or a stop ends it cleanly."""

import threading
import time

import pytest

from secondunit.errors import BrokenStore, Stopped
from secondunit.farm.executor import Behind, in_order, run_frames


def quiet(done, total, what=""):
    """Progress that nobody looks at."""


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_every_frame_is_worked_once_and_told(threads):
    worked, told = [], []
    run_frames(
        range(1001, 1021), worked.append, threads=threads, progress=lambda done, total, what="": told.append(done)
    )
    assert sorted(worked) == list(range(1001, 1021))
    assert told[0] == 0
    assert told[-1] == 20
    assert told == sorted(told)


def test_what_is_done_is_not_done_again():
    worked = []
    run_frames(range(10), worked.append, threads=2, progress=quiet, is_done=lambda frame: frame % 2 == 0)
    assert sorted(worked) == [1, 3, 5, 7, 9]


@pytest.mark.parametrize(("threads", "writes", "expected"), [(3, False, 3), (3, True, 4), (1, True, 1)])
def test_no_more_frames_are_in_flight_than_threads_or_one_more_where_they_wait_for_the_disk(threads, writes, expected):
    lock, now, most = threading.Lock(), [0], [0]

    def work(frame):
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.002)
        with lock:
            now[0] -= 1

    run_frames(range(40), work, threads=threads, progress=quiet, writes=writes)
    assert most[0] == expected


def test_the_error_of_the_lowest_frame_comes_out_and_nothing_more_is_begun():
    begun = []

    def work(frame):
        begun.append(frame)
        time.sleep(0.05 if frame == 0 else 0)
        if frame < 2:
            raise ValueError(f"frame {frame}")

    with pytest.raises(ValueError, match="frame 0"):
        run_frames(range(100), work, threads=2, progress=quiet)
    assert len(begun) <= 3


def test_a_stop_lets_frames_in_flight_end():
    begun, ended = [], []

    def work(frame):
        begun.append(frame)
        time.sleep(0.01)
        ended.append(frame)

    def progress(done, total, what=""):
        if done >= 4:
            raise Stopped("test", "stopped")

    with pytest.raises(Stopped):
        run_frames(range(100), work, threads=2, progress=progress)
    assert sorted(begun) == sorted(ended)
    assert len(begun) < 10


def test_a_stop_is_seen_while_a_frame_is_long():
    asked = threading.Event()

    def progress(done, total, what=""):
        if asked.is_set():
            raise Stopped("test", "stopped")

    threading.Timer(0.1, asked.set).start()
    began = time.monotonic()
    with pytest.raises(Stopped):
        run_frames(range(1), lambda frame: time.sleep(0.6), threads=1, progress=progress)
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_results_come_in_order_a_little_ahead(threads):
    begun = []

    def work(frame):
        begun.append(frame)
        time.sleep(0.004 if frame % 3 == 0 else 0)
        return frame * frame

    for count, made in enumerate(in_order(range(20), work, threads=threads)):
        assert made == count * count
        assert len(begun) <= count + threads + 1


def test_an_error_comes_out_in_its_turn():
    made = in_order(range(10), lambda frame: 1 // (3 - frame), threads=3)
    assert [next(made) for _ in range(3)] == [0, 0, 1]
    with pytest.raises(ZeroDivisionError):
        next(made)


def test_what_is_done_behind_is_done_in_order_and_whole_at_the_end():
    done = []
    with Behind() as behind:
        for number in range(20):
            behind(lambda number: (time.sleep(0.001 * (number % 3)), done.append(number)), number)
    assert done == list(range(20))


def test_what_fails_behind_is_not_lost():
    def fail(what):
        raise BrokenStore("there", what)

    with Behind() as behind:
        behind(fail, "first")
        with pytest.raises(BrokenStore, match="first"):
            behind(fail, "never begun")
    behind = Behind()
    behind(fail, "last")
    with pytest.raises(BrokenStore, match="last"):
        behind.__exit__(None, None, None)
    behind = Behind()
    behind(fail, "second")
    behind.__exit__(KeyError, KeyError("the first to tell"), None)  # raises nothing of its own
