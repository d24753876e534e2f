"""Arrays on disk: as they were, from several threads at once, and nothing but arrays."""

import gc
import io
import threading
import time
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as shapes

from secondunit.errors import BrokenStore
from secondunit.records import read_arrays, write_arrays


@given(
    shapes.arrays(
        st.sampled_from(["<f4", "<f2", "|u1", "<i8", "|b1", "<U3"]), shapes.array_shapes(min_dims=0, min_side=0)
    )
)
def test_an_array_comes_back_as_it_was(tmp_path_factory, array):
    path = tmp_path_factory.mktemp("arrays") / "a.npz"
    write_arrays(path, {"a": array})
    back = read_arrays(path)["a"]
    assert (back.dtype, back.shape, back.tobytes()) == (array.dtype, array.shape, array.tobytes())
    assert back.flags.writeable


def test_an_array_that_an_artist_saved_column_by_column_is_read(tmp_path):
    array = np.asfortranarray(np.arange(12.0).reshape(3, 4))
    np.savez(tmp_path / "a.npz", a=array)
    assert np.array_equal(read_arrays(tmp_path / "a.npz")["a"], array)


@pytest.mark.parametrize("array", [np.array([{}], object), np.zeros((), "O")])
def test_objects_are_never_unpickled(tmp_path, array):
    np.savez(tmp_path / "a.npz", a=array)
    with pytest.raises(BrokenStore, match="cannot be read"):
        read_arrays(tmp_path / "a.npz")


@pytest.mark.parametrize("cut", [-1, 1])
def test_too_few_bytes_and_too_many_are_no_array(tmp_path, cut):
    stream = io.BytesIO()
    np.save(stream, np.arange(5))
    data = stream.getvalue()
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as file:
        file.writestr("a.npy", data + b"x" if cut > 0 else data[:cut])
    with pytest.raises(BrokenStore, match="bytes for"):
        read_arrays(tmp_path / "a.npz")


def test_several_threads_read_at_once(tmp_path):
    """Python's garbage collector may hand over to another thread in the middle of reading a head."""

    class Cyclic:
        def __init__(self):
            self.me = self

        def __del__(self):
            time.sleep(0)

    write_arrays(tmp_path / "a.npz", {"a": np.zeros((3, 4)), "b": np.zeros(5, np.float32)})
    failed = []

    def work():
        for _ in range(1500):
            Cyclic()
            try:
                read_arrays(tmp_path / "a.npz")
            except BrokenStore as error:
                failed.append(error)

    before = gc.get_threshold()
    gc.set_threshold(40)
    try:
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        gc.set_threshold(*before)
    assert failed == []
