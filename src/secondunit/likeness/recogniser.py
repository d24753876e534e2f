"""The recogniser's network on OpenVINO: the numbers of dlib's own, several times as fast and on any number of threads.

The weights are read from dlib's file as they stand there, in order from picture to numbers. The layers are those of
``dnn_face_recognition_ex.cpp`` (Davis King; after He et al. 2016, 29 convolutions).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from secondunit.errors import BrokenStore
from secondunit.nets.runtime import compiled

CHIP_PX = 150
_MEAN_RGB = (122.782, 117.001, 104.298)  # of dlib's input_rgb_image
_MARK = re.compile(rb"\x05con_4|\x07affine_|\x04fc_2")
_LEVELS = (
    (32, 3, False),
    (64, 3, True),
    (128, 2, True),
    (256, 2, True),
    (256, 0, True),
)  # filters, blocks, first halves


def numbers_of(weights: Path) -> Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.float64]]:
    """A function of a face chip (150, 150, 3) sRGB codes to its 128 numbers; safe for threads.

    Raises:
        BrokenStore: the file is not the network's.
    """
    return _compiled(weights)


@functools.cache
def _compiled(weights: Path) -> Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.float64]]:
    run: Any = compiled(_network(list(_tensors(weights))))  # of bytes here
    return lambda chip: np.array(run([chip[None]])[0][0], np.float64)


def _tensors(weights: Path) -> Iterator[npt.NDArray[np.float32]]:
    """The parameters of each layer that has any, in the file's order."""
    data, at = weights.read_bytes(), 0
    while (mark := _MARK.search(data, at)) is not None:
        at = mark.end()
        for _ in range(2 if mark[0].endswith(b"fc_2") else 0):  # how many numbers go out and in
            at = _integer(data, at)[1]
        version, at = _integer(data, at)
        sizes = []
        for _ in range(4):
            size, at = _integer(data, at)
            sizes.append(size)
        count = int(np.prod(sizes))
        if version != 2 or not 0 < count <= (len(data) - at) // 4:
            raise BrokenStore(str(weights), "holds other tensors than expected", "dlib's face recogniser, version 1")
        yield np.frombuffer(data, "<f4", count, at).copy()
        at += 4 * count


def _integer(data: bytes, at: int) -> tuple[int, int]:
    """An integer as dlib writes it: a byte that says how many follow, and these, the lowest first."""
    size = data[at] & 0x0F
    value = int.from_bytes(data[at + 1 : at + 1 + size], "little")
    return -value if data[at] & 0x80 else value, at + 1 + size


def _network(tensors: list[npt.NDArray[np.float32]]) -> Any:
    """The layers, with each tensor where it belongs."""
    import openvino
    from openvino import opset1 as first_ops  # its pooling has one output
    from openvino import opset13 as ops

    left = iter(tensors)

    def conv(of: Any, filters: int, size: int, stride: int) -> Any:
        """A convolution and the affine step that stands for batch normalisation."""
        channels = of.get_output_partial_shape(0)[1].get_length()
        flat, scale = next(left), next(left)
        kernel = flat[:-filters].reshape(filters, channels, size, size)
        pad = [size // 2] * 2 if stride == 1 else [0, 0]
        made = ops.convolution(of, kernel, [stride] * 2, pad, pad, [1, 1])
        gain, shift = scale[:filters], scale[filters:]
        return made * gain.reshape(1, -1, 1, 1) + (flat[-filters:] * gain + shift).reshape(1, -1, 1, 1)

    def block(of: Any, filters: int, halves: bool) -> Any:
        inner = conv(ops.relu(conv(of, filters, 3, 2 if halves else 1)), filters, 3, 1)
        beside = ops.avg_pool(of, [2, 2], [0, 0], [0, 0], [2, 2], True) if halves else of
        return ops.relu(_summed(inner, beside))

    picture = ops.parameter([1, CHIP_PX, CHIP_PX, 3], np.uint8)
    light = (ops.convert(picture, np.float32) - np.array(_MEAN_RGB, np.float32)) * ops.constant(1 / 256, np.float32)
    layer = ops.relu(conv(ops.transpose(light, [0, 3, 1, 2]), 32, 7, 2))
    layer = first_ops.max_pool(layer, [2, 2], [0, 0], [0, 0], [3, 3])
    for filters, blocks, halves in _LEVELS:
        for number in range(blocks + halves):
            layer = block(layer, filters, halves and number == 0)
    mean = ops.reduce_mean(layer, [2, 3], keep_dims=False)
    return openvino.Model([ops.matmul(mean, next(left).reshape(256, 128), False, False)], [picture], "recogniser")


def _summed(one: Any, other: Any) -> Any:
    """The sum of two layers; where one is smaller, nothing is added (dlib's add_prev)."""
    from openvino import opset13 as ops

    sizes = [[one_axis.get_length() for one_axis in layer.get_output_partial_shape(0)] for layer in (one, other)]
    most = np.max(sizes, axis=0)
    padded = [
        ops.pad(layer, [0] * 4, (most - size).tolist(), "constant", ops.constant(0, np.float32))
        if (most != size).any()
        else layer
        for layer, size in zip((one, other), sizes, strict=True)
    ]
    return padded[0] + padded[1]
