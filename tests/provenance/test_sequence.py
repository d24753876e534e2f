"""A sequence: what was changed, dropped, added, swapped or re-ordered is named; one frame proves itself alone."""

import json
import shutil

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from secondunit.errors import BrokenStore
from secondunit.imaging.exr import PLAIN, write_exr
from secondunit.imaging.exr_reader import read_exr
from secondunit.provenance import check
from secondunit.provenance.check import check_one_frame, check_path, check_sequence
from secondunit.provenance.reading import State
from secondunit.provenance.sequence import FramesRecord, load_record
from secondunit.provenance.tree import leaf_digest, path_of, root_by_path, root_digest
from secondunit.provenance.untouched import untouched_digest

from .conftest import SHOT, sign_frames

FRAMES = range(1001, 1008)
Leaves = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40)


def problems(sequence):
    return "\n".join(str(one) for one in check_sequence(sequence.folder).problems)


def test_as_signed_it_holds_and_says_so(sequence):
    report = check_sequence(sequence.folder, plate=lambda frame: sequence.plate)
    assert report.state is State.INTACT
    assert report.problems == ()
    assert "7 frames" in report.proved[0]
    assert "plate's in every frame" in report.proved[1]


@pytest.mark.parametrize("frame", FRAMES)
def test_one_frame_that_changed_by_one_bit_is_named(frame, sequence, frame_path):
    data = bytearray(frame_path(frame).read_bytes())
    data[-1] ^= 1
    frame_path(frame).write_bytes(data)
    assert problems(sequence).count("\n") == 0
    assert f"frame {frame}: was changed" in problems(sequence)


def test_a_dropped_frame_is_named(sequence, frame_path):
    frame_path(1004).unlink()
    assert problems(sequence).startswith(f"{frame_path(1004)}: frame 1004: is missing")


def test_an_added_frame_is_named_and_a_copy_is_recognised(sequence, frame_path):
    shutil.copy(frame_path(1003), frame_path(1008))
    write_exr(frame_path(1009), {PLAIN: sequence.plate})
    assert "1008.exr: is a copy of frame 1003" in problems(sequence)
    assert "1009.exr: was added" in problems(sequence)


def test_swapped_frames_are_named_with_what_they_hold(sequence, frame_path):
    first, second = frame_path(1002).read_bytes(), frame_path(1006).read_bytes()
    frame_path(1002).write_bytes(second)
    frame_path(1006).write_bytes(first)
    assert "frame 1002: holds frame 1006" in problems(sequence)
    assert "frame 1006: holds frame 1002" in problems(sequence)


def test_frames_moved_up_after_a_cut_are_all_named(sequence, frame_path):
    frame_path(1003).unlink()
    for frame in range(1004, 1008):
        frame_path(frame).rename(frame_path(frame - 1))
    said = problems(sequence)
    assert all(f"frame {frame}: holds frame {frame + 1}" in said for frame in range(1003, 1007))
    assert "frame 1007: is missing" in said


def test_a_record_that_was_rewritten_to_fit_is_no_longer_signed(sequence, frame_path):
    frame_path(1004).unlink()
    content = json.loads((sequence.folder / "frames.json").read_text())
    content["frames"] = [one for one in content["frames"] if one["frame"] != 1004]
    leaves = [leaf_digest(one["frame"], one["name"], one["content"], one["untouched"]) for one in content["frames"]]
    content["root"] = root_digest(leaves).hex()
    (sequence.folder / "frames.json").write_text(json.dumps(content))
    assert load_record(sequence.folder / "frames.json").root == content["root"], "it fits the frames"
    report = check_sequence(sequence.folder)
    assert report.state is State.CHANGED
    assert "changed after it was signed" in str(report.problems[0])


@pytest.mark.parametrize("name", ["frames.json", "frames.c2pa"])
def test_without_its_record_or_signature_nothing_is_proved(name, sequence, frame_path):
    (sequence.folder / name).unlink()
    for report in (check_sequence(sequence.folder), check_one_frame(frame_path(1002))):
        assert report.state is State.CHANGED
        assert f"{name}: is missing" in str(report.problems[0])


@pytest.mark.parametrize("frame", [1001, 1004, 1007])
def test_one_frame_proves_itself_alone(frame, sequence, frame_path, tmp_path):
    alone = tmp_path / "alone"
    alone.mkdir()
    for path in (frame_path(frame), sequence.folder / "frames.json", sequence.folder / "frames.c2pa"):
        shutil.copy(path, alone)
    (report,) = check_path(alone / frame_path(frame).name, plate=lambda number: sequence.plate)
    assert report.state is State.INTACT
    assert f"frame {frame} of {SHOT} t001" in report.proved[0]
    assert "plate's" in report.proved[1]
    index = frame - 1001
    assert sequence.record.proves(index, sequence.record.frames[index].leaf)
    assert not sequence.record.proves((index + 1) % 7, sequence.record.frames[index].leaf)


def test_one_frame_in_the_place_of_another_is_found_out(sequence, frame_path):
    frame_path(1002).write_bytes(frame_path(1005).read_bytes())
    (report,) = check_path(frame_path(1002))
    assert "holds frame 1005" in str(report.problems[0])
    stranger = frame_path(1002).with_name("other.0001.exr")
    frame_path(1005).rename(stranger)
    (report,) = check_path(stranger)
    assert "is a copy of frame 1005" in str(report.problems[0])


def test_a_frame_that_is_no_longer_an_exr_is_still_a_frame_of_the_sequence(sequence, frame_path):
    frame_path(1002).write_bytes(b"not an EXR")
    (report,) = check_path(frame_path(1002))
    assert report.state is State.CHANGED
    assert "1002.exr" in str(report.problems[0])


def test_a_changed_frame_is_not_decoded(sequence, frame_path, monkeypatch):
    """It may be made to hurt a decoder; its bytes have said enough."""
    decoded = []
    real = check.untouched_of_frame
    monkeypatch.setattr(check, "untouched_of_frame", lambda path, plate: decoded.append(path.name) or real(path, plate))
    frame_path(1002).write_bytes(frame_path(1002).read_bytes()[:-1])
    report = check_sequence(sequence.folder, plate=lambda frame: sequence.plate)
    assert len(report.problems) == 1
    assert len(decoded) == 6
    assert frame_path(1002).name not in decoded


def test_a_frame_without_a_pointer_is_unsigned(tmp_path, sequence):
    write_exr(tmp_path / "a.exr", {PLAIN: sequence.plate})
    (report,) = check_path(tmp_path / "a.exr")
    assert report.state is State.UNSIGNED


def test_another_plate_is_not_the_plate_and_the_matte_decides_where_it_matters(sequence):
    for y, x, harmless in ((3, 4, True), (0, 0, False)):
        other = sequence.plate.copy()
        other[y, x, 1] += 0.5
        report = check_sequence(sequence.folder, plate=lambda frame, other=other: other)
        assert (report.state is State.INTACT) == harmless
    assert len(report.problems) == 7
    assert "untouched pixels are not this plate's" in str(report.problems[0])
    small = check_sequence(sequence.folder, plate=lambda frame: sequence.plate[:6])
    assert "both of one size" in str(small.problems[0])


def test_pixels_touched_under_a_signed_record_are_found_by_the_plate_alone(tmp_path, identity, sequence, frame_path):
    """Somebody who may sign paints outside the matte and signs again: everything holds but the plate."""
    layers, header = read_exr(frame_path(1003))
    layers[PLAIN][0, 0, 0] += 0.25
    kept = {key: header[key] for key in ("secondunit/frame", "dcterms:provenance")}
    write_exr(frame_path(1003), layers, attributes=kept)
    sign_frames(sequence.folder, identity)
    assert check_sequence(sequence.folder).state is State.INTACT
    report = check_sequence(sequence.folder, plate=lambda frame: sequence.plate)
    assert [str(one).split(":")[1] for one in report.problems] == [" frame 1003"]


@given(Leaves)
def test_every_leaf_has_a_path_to_the_root_and_no_other_leaf_has(leaves):
    root = root_digest(leaves)
    for index, leaf in enumerate(leaves):
        path = path_of(leaves, index)
        assert len(path) <= (len(leaves) - 1).bit_length()
        assert root_by_path(leaf, index, len(leaves), path) == root
        assert root_by_path(bytes(32), index, len(leaves), path) != root or leaf == bytes(32)
        assert root_by_path(leaf, index, len(leaves), path[1:] + path[:1] + [leaf]) != root


@given(Leaves, st.data())
def test_the_root_of_other_leaves_is_another(leaves, data):
    at = data.draw(st.integers(0, len(leaves) - 1))
    changes = [
        leaves[:at] + leaves[at + 1 :],
        [*leaves[:at], bytes(31) + b"\x01", *leaves[at + 1 :]],
        [*leaves, leaves[at]],
    ]
    changes.append(leaves[:at] + leaves[at:][::-1])
    assert all(root_digest(other) != root_digest(leaves) for other in changes if other != leaves)


def test_known_trees_of_rfc_6962():
    """Roots for inputs of 0 and 1 leaf by the definition; of 3 the left half holds 2."""
    a, b, c = (bytes([number]) * 32 for number in range(3))
    assert root_digest([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert root_digest([a]) == a
    assert path_of([a, b, c], 2) == [root_digest([a, b])]
    assert path_of([a, b, c], 0) == [b, c]


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 8), st.integers(1, 8), st.integers(0, 2**32 - 1))
def test_the_untouched_digest_sees_every_bit_it_speaks_of_and_no_other(height, width, seed):
    random = np.random.default_rng(seed)
    pixels = random.normal(size=(height, width, 3)).astype(np.float16).astype(np.float32)
    matte = (random.random((height, width)) < 0.5).astype(np.float32)
    digest = untouched_digest(pixels, matte)
    y, x = random.integers(height), random.integers(width)
    other = pixels.copy()
    other[y, x, 1] = -other[y, x, 1] if other[y, x, 1] else 1
    assert (untouched_digest(other, matte) == digest) == bool(matte[y, x])
    moved = matte.copy()
    moved[y, x] = 1 - moved[y, x]
    assert untouched_digest(pixels, moved) != digest


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_a_record_of_anything_is_an_error_and_nothing_else(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("record") / "frames.json"
    path.write_bytes(data)
    with pytest.raises(BrokenStore, match=r"frames\.json"):
        load_record(path)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_damaged_record_passes(tmp_path_factory, data):
    """Values of a good record are replaced, doubled or taken away: it contradicts itself, or says the same."""
    names = [f"{SHOT}.{frame}.exr" for frame in (1001, 1002)]
    entries = [
        {"frame": 1001 + at, "name": name, "content": "ab" * 32, "untouched": "cd" * 32}
        for at, name in enumerate(names)
    ]
    root = root_digest([leaf_digest(*one.values()) for one in entries]).hex()
    good = {"shot": SHOT, "take": "t001", "root": root, "frames": entries}
    assert FramesRecord.model_validate(good).root == root
    bad = json.loads(json.dumps(good))
    target = data.draw(st.sampled_from([bad, bad["frames"], bad["frames"][0]]))
    key = data.draw(st.sampled_from(sorted(target) if isinstance(target, dict) else range(len(target))))
    values = st.none() | st.integers() | st.text(max_size=70) | st.just(entries[0]) | st.sampled_from(["../a.exr", []])
    if data.draw(st.booleans()):
        del target[key]
    else:
        target[key] = data.draw(values)
    path = tmp_path_factory.mktemp("record") / "frames.json"
    path.write_text(json.dumps(bad))
    try:
        found = load_record(path)
    except BrokenStore:
        return
    assert (found.root, [one.model_dump() for one in found.frames]) == (root, entries)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32 - 1), name=st.sampled_from(["frames.c2pa", "frames.json", "*.exr"]))
def test_damage_anywhere_is_an_answer_and_never_intact(seed, name, sequence, tmp_path_factory):
    """Bytes of signature, record or all frames are overwritten, cut or doubled; as a sequence and one by one."""
    random = np.random.default_rng(seed)
    folder = tmp_path_factory.mktemp("damaged") / "frames"
    shutil.copytree(sequence.folder, folder)
    for path in folder.glob(name):
        data = bytearray(path.read_bytes())
        at, size = int(random.integers(len(data))), int(random.choice([1, 4, 60]))
        piece = (random.bytes(size), b"", bytes(data[at : at + size]) * 2, b"\xff" * size)[random.integers(4)]
        data[at : at + size] = piece
        path.write_bytes(data)
    same = all(path.read_bytes() == (sequence.folder / path.name).read_bytes() for path in folder.iterdir())
    if name == "frames.c2pa" and not same:
        same = check_sequence(folder).state is State.INTACT  # bytes of padding, which nobody signs
    plate = {"plate": lambda frame: sequence.plate}
    for path in (folder, folder / f"{SHOT}.1001.exr"):
        states = {report.state for report in check_path(path, **plate)}
        assert (states == {State.INTACT}) == same, (name, seed)
