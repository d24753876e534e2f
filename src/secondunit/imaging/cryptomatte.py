"""Cryptomatte: ids with coverage, so that a compositor can pick any object with a clean edge.

Source: Friedman and Jones, "Cryptomatte Specification", version 1.2.0 (Psyop, 2016); MurmurHash3_x86_32 by Appleby,
public domain.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.float32]


def murmur3(data: bytes, seed: int = 0) -> int:
    """MurmurHash3_x86_32 of ``data``, an unsigned 32-bit integer."""
    mask = 0xFFFFFFFF

    def rotated(value: int, by: int) -> int:
        return ((value << by) | (value >> (32 - by))) & mask

    def mixed(block: int) -> int:
        return rotated((block * 0xCC9E2D51) & mask, 15) * 0x1B873593 & mask

    value, whole = seed & mask, len(data) // 4 * 4
    for (block,) in struct.iter_unpack("<I", data[:whole]):
        value = (rotated(value ^ mixed(block), 13) * 5 + 0xE6546B64) & mask
    if tail := data[whole:]:
        value ^= mixed(int.from_bytes(tail, "little"))
    value ^= len(data)
    value = (value ^ (value >> 16)) * 0x85EBCA6B & mask
    value = (value ^ (value >> 13)) * 0xC2B2AE35 & mask
    return value ^ (value >> 16)


def id_of(name: str) -> np.float32:
    """The float id of an object's name: its hash as bits, kept clear of denormals, infinities and not-a-numbers.

    The exponent 0 becomes 1 and 255 becomes 254, as the specification asks ("uint32_to_float32").
    """
    value = murmur3(name.encode())
    exponent = min(max((value >> 23) & 0xFF, 1), 254)
    return np.float32(struct.unpack("<f", struct.pack("<I", (value & 0x807FFFFF) | (exponent << 23)))[0])


def ids_of(names: Sequence[str]) -> Image:
    """Float ids (N,) of ``names``."""
    return np.array([id_of(name) for name in names], dtype=np.float32)


def rank(samples: npt.NDArray[np.integer[Any]], ids: Image, ranks: int = 6) -> Image:
    """Samples to ranked id and coverage pairs.

    Args:
        samples: (H, W, S) which object each sample of a pixel sees: an index into ``ids``, or -1 for none.
        ids: (N,) float ids of the objects.
        ranks: pairs kept a pixel; what more objects cover is dropped, the least covering first.

    Returns:
        (H, W, 2 * ranks) float32: id, coverage, id, coverage... by falling coverage; ties by index. 0, 0 where there is
        no more.
    """
    height, width, count = samples.shape
    out = np.zeros((height, width, 2 * ranks), np.float32)
    seen = np.nonzero((samples >= 0).any(axis=-1))
    if not len(seen[0]):
        return out
    columns = np.ascontiguousarray(np.sort(samples[seen], axis=-1).T)  # (S, P): equal indices stand together
    covered = np.zeros(columns.shape, np.int16)  # samples in each run of equal indices, noted at the run's first sample
    start = np.zeros(columns.shape[1], np.intp)
    pixel = np.arange(columns.shape[1])
    for index in range(count):
        if index:
            start = np.where(columns[index] == columns[index - 1], start, index)
        covered[start, pixel] += columns[index] >= 0
    order = np.argsort(-covered, axis=0, kind="stable")[:ranks]
    coverage = np.take_along_axis(covered, order, axis=0)
    pairs = np.zeros((len(pixel), 2 * ranks), np.float32)
    found = ids[np.maximum(np.take_along_axis(columns, order, axis=0), 0)]
    kept = len(order)
    pairs[:, 0 : 2 * kept : 2] = np.where(coverage > 0, found, 0).T
    pairs[:, 1 : 2 * kept : 2] = (coverage.astype(np.float32) / np.float32(count)).T
    out[seen] = pairs
    return out


def layers(name: str, ranked: Image) -> dict[str, Image]:
    """Ranked pairs (H, W, 2 * ranks) as EXR layers ``name00``, ``name01``... of RGBA: two pairs each.

    Write them with ``full_precision``: an id in half float is another id.
    """
    pairs = ranked.shape[-1] // 4 * 4
    whole = ranked if pairs == ranked.shape[-1] else np.pad(ranked, ((0, 0), (0, 0), (0, 2)))
    return {f"{name}{index // 4:02d}": whole[..., index : index + 4] for index in range(0, whole.shape[-1], 4)}


def attributes(name: str, objects: Sequence[str]) -> Mapping[str, str]:
    """The header attributes that tell a compositor of the Cryptomatte ``name`` and the names in it."""
    key = f"cryptomatte/{murmur3(name.encode()):08x}"[: len("cryptomatte/") + 7]
    bits = {one: int(id_of(one).view(np.uint32)) for one in objects}
    return {
        f"{key}/name": name,
        f"{key}/hash": "MurmurHash3_32",
        f"{key}/conversion": "uint32_to_float32",
        f"{key}/manifest": json.dumps({one: f"{value:08x}" for one, value in bits.items()}, separators=(",", ":")),
    }
