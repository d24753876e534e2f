import io
import json
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secondunit.errors import BrokenStore
from secondunit.nets.tensors import read_tensors, write_safetensors
from tests.nets.state_dict import Attack, state_dict

TENSORS = {
    "a.weight": np.arange(12, dtype=np.float32).reshape(2, 2, 3),
    "a.bias": np.array([0.5, -2.0], np.float32),
    "empty": np.zeros((0, 4), np.float32),
}


def same(one, other):
    assert one.keys() == other.keys()
    for name, array in one.items():
        assert array.dtype == np.float32
        assert np.array_equal(array, other[name])


def test_safetensors_come_back(tmp_path):
    write_safetensors(tmp_path / "w.safetensors", TENSORS)
    same(read_tensors(tmp_path / "w.safetensors"), TENSORS)


def test_the_same_tensors_are_the_same_bytes(tmp_path):
    write_safetensors(tmp_path / "one", TENSORS, half=True)
    write_safetensors(tmp_path / "two", dict(reversed(TENSORS.items())), half=True)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_state_dict_comes_back(tmp_path):
    (tmp_path / "w.pth").write_bytes(state_dict(TENSORS))
    same(read_tensors(tmp_path / "w.pth"), TENSORS)


def test_a_transposed_tensor_comes_back(tmp_path):
    turned = {"t": np.arange(6, dtype=np.float32).reshape(2, 3)}
    data = state_dict({"t": turned["t"]})
    (tmp_path / "w.pth").write_bytes(data)
    same(read_tensors(tmp_path / "w.pth"), turned)


def test_a_pickle_that_calls_something_is_refused_and_nothing_is_run(tmp_path, capsys):
    (tmp_path / "w.pth").write_bytes(state_dict(TENSORS, extra={"x": Attack()}))
    with pytest.raises(BrokenStore, match=r"asks for builtins\.print|asks for __builtin__\.print"):
        read_tensors(tmp_path / "w.pth")
    assert "never" not in capsys.readouterr().out


def test_what_is_more_than_tensors_is_refused(tmp_path):
    (tmp_path / "w.pth").write_bytes(state_dict(TENSORS, extra={"epoch": 12}))
    with pytest.raises(BrokenStore, match="more than named tensors"):
        read_tensors(tmp_path / "w.pth")


def test_a_storage_that_is_shorter_than_said_is_refused(tmp_path):
    data = io.BytesIO(state_dict(TENSORS))
    out = io.BytesIO()
    with zipfile.ZipFile(data) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            body = old.read(info)
            new.writestr(info.filename, body[:-4] if info.filename.endswith("data/0") else body)
    (tmp_path / "w.pth").write_bytes(out.getvalue())
    with pytest.raises(BrokenStore, match="another size"):
        read_tensors(tmp_path / "w.pth")


@pytest.mark.parametrize(
    "entry",
    [
        {"dtype": "F32", "shape": [4], "data_offsets": [0, 12]},
        {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]},
        {"dtype": "F32", "shape": [2], "data_offsets": [4, 12]},
        {"dtype": "C64", "shape": [1], "data_offsets": [0, 8]},
        {"shape": [1]},
        7,
    ],
)
def test_a_header_that_lies_is_refused(tmp_path, entry):
    text = json.dumps({"a": entry}).encode()
    (tmp_path / "w").write_bytes(len(text).to_bytes(8, "little") + text + bytes(8))
    with pytest.raises(BrokenStore, match="damaged"):
        read_tensors(tmp_path / "w")


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_damaged_files_are_errors_of_ours(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("fuzz")
    kind = data.draw(st.sampled_from(["safetensors", "zip", "noise"]))
    if kind == "safetensors":
        write_safetensors(folder / "w", TENSORS)
        body = bytearray((folder / "w").read_bytes())
    elif kind == "zip":
        body = bytearray(state_dict(TENSORS))
    else:
        body = bytearray(data.draw(st.binary(max_size=200)))
    for _ in range(data.draw(st.integers(0, 6))):
        if body:
            body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(body)))
    (folder / "w").write_bytes(bytes(body[:cut] if data.draw(st.booleans()) else body))
    try:
        found = read_tensors(folder / "w")
    except BrokenStore:
        return
    assert all(array.dtype == np.float32 for array in found.values())


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(BrokenStore, match="cannot be read"):
        read_tensors(tmp_path / "none")
