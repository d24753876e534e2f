"""Killed, stopped, full, twice at once: never a half take, and the same picture in the end."""

import errno
import os
import signal
import time

import pytest

from secondunit.effects.registry import register
from secondunit.errors import BrokenStore
from secondunit.records import digest_tree
from secondunit.shoot import shoot
from secondunit.take.frames import read_layers
from secondunit.take.store import list_takes
from secondunit.take.verify import verify
from secondunit.testing.tiny_effect import Exposure
from secondunit.testing.tiny_show import SHOT, tiny_show

FRAMES = 24
PATIENCE_S = 0.04
BRIEF = "briefs/exposure.toml"


@pytest.fixture(autouse=True)
def _tiny():
    register(Exposure())


@pytest.fixture
def show(tmp_path):
    return tiny_show(tmp_path / "show", frames=FRAMES, patience_s=PATIENCE_S)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """A take that nobody disturbed."""
    register(Exposure())
    show = tiny_show(tmp_path_factory.mktemp("undisturbed") / "show", frames=FRAMES, patience_s=PATIENCE_S)
    return shoot(show, show.folder / BRIEF)


def assert_same(take, undisturbed):
    """The pictures of two takes are the same, byte for byte; else says where pixels differ, or that only bytes do."""
    found, wanted = pictures(take), pictures(undisturbed)
    assert found.keys() == wanted.keys()
    differ = {name: pixels_apart(take, undisturbed, name) for name in found if found[name] != wanted[name]}
    assert not differ, differ


def pixels_apart(take, other, name):
    """By layer, how many values of a frame differ, and by how much at most."""
    if not name.endswith(".exr"):
        return "bytes"
    layers = ["composite", "matte", "light"]
    one, two = (read_layers(each.folder / name, layers) for each in (take, other))
    return {layer: (int((one[layer] != two[layer]).sum()), float(abs(one[layer] - two[layer]).max())) for layer in one}


def pictures(take):
    """Digests of frames, plate and movie; the movie's before it was signed, since no two signatures are the same."""
    frames = {name: digest for name, digest in take.document["files"].items() if name.endswith(".exr")}
    return {**frames, "preview.mp4": take.document["unsigned"]["preview.mp4"]}


def frames_done(show):
    return len(list(show.work_folder(SHOT).glob("light-*/1*.exr")))


def partial(show):
    return list(show.takes_folder(SHOT).glob(".t*-partial"))


def until(process, condition):
    """Wait until ``condition`` holds; the process must still be at work then."""
    for _ in range(6000):
        if condition():
            return
        assert process.poll() is None, process.communicate()
        time.sleep(0.005)
    raise AssertionError("it never came to that")


MOMENTS = {
    "before the first frame": lambda show: show.work_folder(SHOT).exists(),
    "at the first frames": lambda show: frames_done(show) >= 1,
    "half way": lambda show: frames_done(show) >= FRAMES // 2,
    "while the take is put together": partial,
    "when the movie is written": lambda show: any(list(one.glob(".preview*")) for one in partial(show)),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_kill_leaves_no_half_take_and_the_same_command_goes_on(moment, show, installed, undisturbed):
    plate = digest_tree(show.folder / "plates")
    process = installed.start("shoot", show.folder, BRIEF)
    until(process, lambda: MOMENTS[moment](show))
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert list_takes(show) == ()
    assert not list(show.takes_folder(SHOT).glob("t*"))
    take = shoot(show, show.folder / BRIEF)
    assert [one.id for one in list_takes(show)] == [take.id] == [f"{SHOT}/t001"]
    assert_same(take, undisturbed)
    assert verify(take) == []
    assert not partial(show)
    assert not list(show.work_folder(SHOT).rglob(".*.exr")), "half frames of the killed process are swept away"
    assert digest_tree(show.folder / "plates") == plate
    reused = {stage["stage"]: stage["reused"] for stage in take.document["stages"]}
    assert reused["light"] == ("take" in moment or "movie" in moment)


def test_killed_again_and_again_it_still_arrives(show, installed, undisturbed):
    for wanted in (3, 15):
        process = installed.start("shoot", show.folder, BRIEF, "--threads", 1)
        until(process, lambda wanted=wanted: frames_done(show) >= wanted)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert_same(shoot(show, show.folder / BRIEF), undisturbed)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_says_how_to_go_on(number, show, installed, undisturbed):
    process = installed.start("shoot", show.folder, BRIEF, "--threads", 1)
    until(process, lambda: frames_done(show) >= 3)
    process.send_signal(number)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert "The same command goes on from here." in err
    assert "Traceback" not in err
    kept = frames_done(show)
    assert 3 <= kept < FRAMES
    assert list_takes(show) == ()
    take = shoot(show, show.folder / BRIEF)
    assert take.name == "t001"
    assert_same(take, undisturbed)


def test_a_second_stop_ends_it_at_once(tmp_path, installed):
    show = tiny_show(tmp_path / "slow", frames=4, patience_s=10)
    process = installed.start("shoot", show.folder, BRIEF)
    until(process, lambda: list(show.work_folder(SHOT).glob("light-*")))
    process.send_signal(signal.SIGINT)
    while "once more stops at once" not in process.stderr.readline():
        assert process.poll() is None
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 130
    assert time.monotonic() - began < 3


def test_two_shoots_at_once_share_the_work_and_both_get_a_take(show, installed, undisturbed):
    both = [installed.start("shoot", show.folder, BRIEF) for _ in range(2)]
    for process in both:
        _, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
    first, second = list_takes(show)
    assert (first.name, second.name) == ("t001", "t002")
    for take in (first, second):
        assert_same(take, undisturbed)
    made = [not stage["reused"] for take in (first, second) for stage in take.document["stages"]]
    assert sum(made) == 2, "each of the two stages was run once"


def test_wherever_the_disk_fills_up_it_is_said_and_nothing_is_lost(tmp_path, monkeypatch):
    """The disk is full at the first write, at the second, ...: every one of them."""
    show = tiny_show(tmp_path / "show", frames=3)
    room, real = [0], os.fsync

    def fsync(handle):
        room[0] -= 1
        if room[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    failures = 0
    while True:
        room[0] = failures % 4  # a little room each time: it must get on
        try:
            take = shoot(show, show.folder / BRIEF)
            break
        except BrokenStore as error:
            assert "the disk is full" in str(error)  # noqa: PT017 - the loop ends when no error comes
            assert list_takes(show) == ()
            assert not list(show.takes_folder(SHOT).glob("*t0*"))
        failures += 1
        if failures > 12:
            room[0] = 10**6
            take = shoot(show, show.folder / BRIEF)
            break
    assert failures >= 4
    assert take.name == "t001"
    assert verify(take) == []
