"""Anybody's files: what they are, who signed, what changed; damaged or made to hurt, they hurt nobody."""

import io
import shutil
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from secondunit.errors import BrokenStore
from secondunit.imaging.files import write_jpeg, write_png
from secondunit.provenance import _reader, reading
from secondunit.provenance.check import check_path
from secondunit.provenance.media import media_type
from secondunit.provenance.reading import State, read_credentials

from .conftest import picture

KINDS = ("png", "jpg", "tif", "mp4")
TYPES = {"png": "image/png", "jpg": "image/jpeg", "tif": "image/tiff", "mp4": "video/mp4"}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_signed_says_so(kind, files):
    (found,) = read_credentials([files[kind]])
    assert (found.state, found.trusted, found.kind) == (State.INTACT, False, TYPES[kind])
    assert found.signer == "Second Unit development certificate"
    assert found.generator.startswith("Second Unit ")
    assert [action for action, _, _ in found.actions][:2] == ["c2pa.opened", "c2pa.edited"]
    assert found.signed_at == ""


def test_the_name_of_a_file_does_not_matter(files, tmp_path):
    shutil.copy(files["png"], tmp_path / "movie.mp4")
    assert read_credentials([tmp_path / "movie.mp4"])[0].state is State.INTACT


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_picture_is_found_wherever_it_changed(kind, files, tmp_path):
    """One bit in the picture's own data, after the credentials or before."""
    data = bytearray(files[kind].read_bytes())
    at = {"png": -60, "jpg": -30, "tif": 400, "mp4": data.find(b"mdat") + 60}[kind]
    data[at] ^= 0x10
    path = tmp_path / f"a.{kind}"
    path.write_bytes(data)
    (found,) = read_credentials([path])
    assert found.state is State.CHANGED
    assert "was changed after it was signed" in found.problems[0]


@pytest.mark.parametrize("kind", KINDS)
def test_changed_credentials_are_found(kind, files, tmp_path):
    data = files[kind].read_bytes()
    for word, other in ((b"Debris, simulated.", b"Nothing was added."), (b"notAllowed", b"allowedXXX")):
        assert word in data
        (tmp_path / "a").write_bytes(data.replace(word, other, 1))
        (found,) = read_credentials([tmp_path / "a"])
        assert found.state in (State.CHANGED, State.UNREADABLE), found


def test_files_without_credentials_are_unsigned(tmp_path):
    write_png(tmp_path / "a.png", picture())
    write_jpeg(tmp_path / "b.jpg", picture())
    (tmp_path / "c.txt").write_text("words")
    (tmp_path / "d").write_bytes(b"")
    found = read_credentials(sorted(tmp_path.iterdir()))
    assert [one.state for one in found] == [State.UNSIGNED] * 4


def test_a_folder_is_checked_file_by_file(files, tmp_path):
    for path in files.values():
        shutil.copy(path, tmp_path)
    write_png(tmp_path / "plain.png", picture())
    states = {report.path.name: report.state for report in check_path(tmp_path)}
    assert states.pop("plain.png") is State.UNSIGNED
    assert set(states.values()) == {State.INTACT}
    assert len(states) == 4
    (tmp_path / "empty").mkdir()
    with pytest.raises(BrokenStore, match="nothing that can be signed"):
        check_path(tmp_path / "empty")


def test_a_sidecar_leads_to_its_file(sequence, tmp_path):
    for name in ("frames.json", "frames.c2pa"):
        shutil.copy(sequence.folder / name, tmp_path / name.replace("frames", "list"))
    (report,) = check_path(tmp_path / "list.c2pa")
    assert report.state is State.INTACT
    (tmp_path / "list.json").unlink()
    with pytest.raises(BrokenStore, match="no file of its name"):
        check_path(tmp_path / "list.c2pa")


@pytest.mark.parametrize(
    "script",
    [
        "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
        "import time; time.sleep(60)",
        "print('nonsense', flush=True)",
        "print('[1]', flush=True)",
        "import sys; sys.stdin.read(); x = bytearray(1 << 40)",
    ],
    ids=["crash", "hang", "nonsense", "other", "memory"],
)
def test_a_reader_that_goes_down_takes_nobody_along(script, files, tmp_path, monkeypatch):
    """On one file of three the reader crashes or hangs: that one is unreadable, the others are read."""
    evil = tmp_path / "evil.png"
    evil.write_bytes(files["png"].read_bytes())
    stand_in = tmp_path / "reader.py"
    real = _reader.__file__
    stand_in.write_text(
        "import json, sys, io, runpy\n"
        "text = sys.stdin.read()\n"
        "first = json.loads(text)['files'][0]['path']\n"
        f"if first.endswith('evil.png'):\n    exec({script!r})\n"
        "else:\n"
        "    request = json.loads(text)\n"
        "    request['files'] = request['files'][:1]\n"
        "    sys.stdin = io.StringIO(json.dumps(request))\n"
        f"    runpy.run_path({real!r}, run_name='__main__')\n"
    )
    monkeypatch.setattr(reading._reader, "__file__", str(stand_in))
    began = time.monotonic()
    found = read_credentials([files["png"], evil, files["mp4"]], patience_s=2.0)
    assert [one.state for one in found] == [State.INTACT, State.UNREADABLE, State.INTACT]
    assert time.monotonic() - began < 30


def test_a_file_made_to_eat_memory_is_stopped(tmp_path):
    """A box that claims to hold 2^62 bytes."""
    (tmp_path / "a.mp4").write_bytes(
        b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + b"\x00\x00\x00\x01uuid" + b"\x40" + bytes(80)
    )
    (found,) = read_credentials([tmp_path / "a.mp4"])
    assert found.state in (State.UNSIGNED, State.UNREADABLE)


def test_words_of_strangers_are_fit_to_be_shown():
    assert reading._text("a\x1b[2Jb\n") == "a?[2Jb?"
    assert reading._text(["a"]) == ""
    assert len(reading._text("x" * 10**6)) == 300


def damaged(data, kind, files):
    """One of our files, cut, overwritten, doubled or with bits turned."""
    content = bytearray(files[kind].read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        if not content:
            break
        at = data.draw(st.integers(0, len(content) - 1))
        how = data.draw(st.sampled_from(["flip", "cut", "drop", "double", "fill"]))
        size = data.draw(st.sampled_from([1, 2, 4, 16, 300]))
        if how == "flip":
            content[at] ^= 1 << data.draw(st.integers(0, 7))
        elif how == "cut":
            del content[at:]
        elif how == "drop":
            del content[at : at + size]
        elif how == "double":
            content[at:at] = content[at : at + size]
        else:
            content[at : at + size] = data.draw(st.sampled_from([b"\xff", b"\x00", b"\x7f"])) * size
    return bytes(content)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_files_are_never_taken_for_signed_ones(data, files, tmp_path_factory):
    """Many at once, since a reader process reads many: no crash, no hang, and none passes."""
    folder = tmp_path_factory.mktemp("damaged")
    originals = {kind: path.read_bytes() for kind, path in files.items()}
    paths = []
    for number in range(25):
        kind = data.draw(st.sampled_from(KINDS))
        path = folder / f"{number:02d}.{kind}"
        path.write_bytes(damaged(data, kind, files))
        paths.append(path)
    for one in read_credentials(paths, patience_s=20.0):
        if one.state is State.INTACT:
            same = one.path.read_bytes()
            assert pixels(same) == pixels(originals[one.path.suffix[1:]]), one


def pixels(data):
    """What a decoder shows of a file; the same for files that differ only in what nobody sees.

    A movie's hash leaves out its brand (``ftyp``; C2PA 2.1, BMFF-based hash), which no frame depends on.
    """
    import av
    import cv2

    if data[4:8] == b"ftyp":
        with av.open(io.BytesIO(data), format="mp4", metadata_errors="replace") as movie:
            return b"".join(frame.to_ndarray(format="rgb24").tobytes() for frame in movie.decode(video=0))
    shown = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    return data if shown is None else shown.tobytes()


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=24))
def test_any_first_bytes_have_a_type(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("kind") / "a"
    path.write_bytes(data)
    assert "/" in media_type(path)


def test_the_reader_starts_without_the_package():
    """It is started for every check: what it imports is what a check costs."""
    assert "secondunit" not in Path(_reader.__file__).read_text(encoding="utf-8")


def test_a_png_whose_credentials_no_longer_fit_their_check_sum_is_not_intact(files, tmp_path):
    """C2PA does not hash the chunk it lives in; a strict decoder refuses such a file."""
    data = bytearray(files["png"].read_bytes())
    start = data.index(b"caBX")
    end = start + 4 + int.from_bytes(data[start - 4 : start], "big")
    data[end] ^= 0xFF
    path = tmp_path / "a.png"
    path.write_bytes(data)
    (found,) = read_credentials([path])
    assert found.state is State.CHANGED
    assert "caBX" in found.problems[0]
