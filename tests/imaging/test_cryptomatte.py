"""Cryptomatte: the published hash, ids that survive floats, coverage that adds up."""

import json
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from secondunit.imaging.cryptomatte import attributes, id_of, ids_of, layers, murmur3, rank
from secondunit.imaging.exr import write_exr
from secondunit.imaging.exr_reader import read_exr

# verification values of MurmurHash3_x86_32 in wide circulation (SMHasher and its ports)
VECTORS = [
    (b"", 0, 0x00000000),
    (b"", 1, 0x514E28B7),
    (b"", 0xFFFFFFFF, 0x81F16F39),
    (b"\xff\xff\xff\xff", 0, 0x76293B50),
    (b"\x21\x43\x65\x87", 0, 0xF55B516B),
    (b"\x21\x43\x65\x87", 0x5082EDEE, 0x2362F9DE),
    (b"\x21\x43\x65", 0, 0x7E4A8634),
    (b"\x21\x43", 0, 0xA0F7B07A),
    (b"\x21", 0, 0x72661CF4),
    (b"\0\0\0\0", 0, 0x2362F9DE),
    (b"Hello, world!", 0x9747B28C, 0x24884CBA),
    (b"The quick brown fox jumps over the lazy dog", 0x9747B28C, 0x2FA826CD),
]


@pytest.mark.parametrize(("data", "seed", "wanted"), VECTORS)
def test_the_hash_is_murmur3(data, seed, wanted):
    assert murmur3(data, seed) == wanted


@given(st.text(max_size=40))
def test_ids_are_ordinary_floats(name):
    bits = int(id_of(name).view(np.uint32))
    assert 1 <= (bits >> 23) & 255 <= 254
    assert np.isfinite(id_of(name))
    assert id_of(name) != 0


@settings(max_examples=60, deadline=None)
@given(
    hnp.arrays(
        np.int32, st.tuples(st.integers(1, 6), st.integers(1, 6), st.integers(1, 9)), elements=st.integers(-1, 5)
    )
)
def test_coverage_counts_samples(samples):
    ids = ids_of([f"shard{index}" for index in range(6)])
    ranked = rank(samples, ids, ranks=6)
    for y, x in np.ndindex(samples.shape[:2]):
        pairs = {float(i): float(c) for i, c in ranked[y, x].reshape(-1, 2) if c}
        seen, counts = np.unique(samples[y, x][samples[y, x] >= 0], return_counts=True)
        wanted = {
            float(ids[index]): np.float32(count) / samples.shape[2] for index, count in zip(seen, counts, strict=True)
        }
        assert pairs == pytest.approx(wanted)
        covered = ranked[y, x, 1::2]
        assert np.all(np.diff(covered) <= 0), "most covering first"


def test_what_does_not_fit_is_the_least_covering():
    samples = np.array([[[0, 0, 0, 1, 1, 2]]])
    ranked = rank(samples, ids_of(["a", "b", "c"]), ranks=2)
    np.testing.assert_allclose(ranked[0, 0], [id_of("a"), 3 / 6, id_of("b"), 2 / 6])


def test_an_empty_picture_has_no_ids():
    assert not rank(np.full((3, 4, 2), -1), ids_of(["a"])).any()


def test_the_file_tells_a_compositor_everything(tmp_path):
    names = ["wall_0", 'wall "1"', "ça"]
    samples = np.random.default_rng(0).integers(-1, 3, (16, 16, 4))
    ranked = rank(samples, ids_of(names))
    parts = layers("crypto_object", ranked)
    assert list(parts) == ["crypto_object00", "crypto_object01", "crypto_object02"]
    write_exr(tmp_path / "a.exr", parts, attributes=attributes("crypto_object", names), full_precision=set(parts))
    found, header = read_exr(tmp_path / "a.exr")
    np.testing.assert_array_equal(np.concatenate([found[name] for name in parts], axis=-1), ranked)
    key = f"cryptomatte/{murmur3(b'crypto_object'):08x}"[:19]
    assert header[f"{key}/name"] == "crypto_object"
    manifest = json.loads(header[f"{key}/manifest"])
    first = manifest["wall_0"]
    picked = np.sum(ranked[..., 1::2] * (ranked[..., 0::2].view(np.uint32) == int(first, 16)), axis=-1)
    np.testing.assert_allclose(picked, (samples == 0).mean(axis=-1))


def test_a_frame_is_ranked_quickly():
    samples = np.full((540, 960, 4), -1, np.int32)
    samples[100:390, 200:740] = np.random.default_rng(0).integers(-1, 3000, (290, 540, 4))
    ids = ids_of([str(index) for index in range(3000)])
    spent = []
    for _ in range(3):
        start = time.process_time()
        rank(samples, ids)
        spent.append(time.process_time() - start)
    assert min(spent) < 0.15, "seconds of processor time for 960x540x4 samples"
