"""FRAN's published layout, for weights that users bring: a U-Net of 31 million parameters.

Zoss et al. 2022, "Production-Ready Face Re-Aging for Visual Effects" (ACM TOG 41:6), figure 4, as its open
re-implementations lay it out: 5 planes in (RGB codes / 255, both ages / 100), 3 out (a residual to the codes); four
levels down by antialiased max pooling (Zhang 2019, "Making convolutional networks shift-invariant again"), four up by
2 x 2 transposed convolution and blur, skips, leaky rectifiers. Published weights come under licences of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from secondunit.errors import BrokenStore
from secondunit.nets.card import fits
from secondunit.nets.runtime import Precision, compiled
from secondunit.nets.tensors import read_tensors

Array = npt.NDArray[np.float32]

WIDTHS = (64, 128, 256, 512, 1024)
SLOPE = 0.01  # PyTorch's default of LeakyReLU
AGES = 100.0  # years that are 1 in an age plane
TAPS = np.array([1, 3, 3, 1], np.float32) / 8  # the blur's, each way (Zhang 2019, filter size 4)


def shapes() -> dict[str, tuple[int, ...]]:
    """Every learned tensor of the layout by name, as PyTorch writes it."""
    found: dict[str, tuple[int, ...]] = {}

    def conv(name: str, into: int, out: int, side: int = 3) -> None:
        found[f"{name}.weight"], found[f"{name}.bias"] = (out, into, side, side), (out,)

    conv("init_conv.0", 5, WIDTHS[0])
    conv("init_conv.2", WIDTHS[0], WIDTHS[0])
    for level in range(1, 5):
        conv(f"down{level}.layer.2", WIDTHS[level - 1], WIDTHS[level])
        conv(f"down{level}.layer.4", WIDTHS[level], WIDTHS[level])
    for number, level in enumerate(range(4, 0, -1), 1):
        wide, narrow = WIDTHS[level], WIDTHS[level - 1]
        found[f"up{number}.blur_upsample.0.weight"] = (wide, narrow, 2, 2)
        found[f"up{number}.blur_upsample.0.bias"] = (narrow,)
        conv(f"up{number}.layer.0", wide, narrow)
        conv(f"up{number}.layer.2", narrow, narrow)
    conv("final_conv", WIDTHS[0], 3, 1)
    return found


def graph(tensors: dict[str, Array], size_px: int) -> Any:
    """The layout as OpenVINO's graph: (1, 5, size, size) to (1, 3, size, size); size is a multiple of 16."""
    import openvino
    from openvino import opset15 as ops

    def rectified(x: Any) -> Any:
        return ops.prelu(x, ops.constant(np.array([SLOPE], np.float32)))

    def conv(name: str, x: Any) -> Any:
        weight, bias = tensors[f"{name}.weight"], tensors[f"{name}.bias"]
        pad = [weight.shape[-1] // 2] * 2
        return ops.add(
            ops.convolution(x, ops.constant(weight), [1, 1], pad, pad, [1, 1]), ops.constant(bias.reshape(1, -1, 1, 1))
        )

    def blurred(x: Any, width: int, stride: int) -> Any:
        low, high = np.array([0, 0, 1, 1]), np.array([0, 0, 2, 2])
        x = ops.pad(x, low, high, "reflect")
        kernel = np.broadcast_to(np.outer(TAPS, TAPS), (width, 1, 1, 4, 4)).astype(np.float32)
        return ops.group_convolution(x, ops.constant(kernel), [stride] * 2, [0, 0], [0, 0], [1, 1])

    x = given = ops.parameter([1, 5, size_px, size_px], np.float32, name="planes")
    x = rectified(conv("init_conv.2", rectified(conv("init_conv.0", x))))
    kept = [x]
    for level in range(1, 5):
        x = ops.max_pool(x, [1, 1], [1, 1], [0, 0], [0, 0], [2, 2], "floor").output(0)
        x = blurred(x, WIDTHS[level - 1], 2)
        x = rectified(conv(f"down{level}.layer.4", rectified(conv(f"down{level}.layer.2", x))))
        kept.append(x)
    for number, level in enumerate(range(4, 0, -1), 1):
        weight, bias = (tensors[f"up{number}.blur_upsample.0.{part}"] for part in ("weight", "bias"))
        x = ops.convolution_backprop_data(x, ops.constant(weight), [2, 2])
        x = blurred(ops.add(x, ops.constant(bias.reshape(1, -1, 1, 1))), WIDTHS[level - 1], 1)
        x = ops.concat([x, kept[level - 1]], 1)
        x = rectified(conv(f"up{number}.layer.2", rectified(conv(f"up{number}.layer.0", x))))
    return openvino.Model([conv("final_conv", x)], [given], "fran")


def load_fran(
    path: Path, *, size_px: int = 512, threads: int = 1, precision: Precision = "f32"
) -> Callable[[Array, float, float], Array]:
    """Weights of FRAN's layout as a function: codes (size, size, 3) / 255, age now, age then, to the residual.

    Args:
        path: ``.onnx``, ``.safetensors`` or a PyTorch state dict; nothing in it is run.
        size_px: side of the pictures; a multiple of 16.
        threads: cores a call may keep busy.
        precision: of the arithmetic.

    Raises:
        BrokenStore: the file cannot be read, or holds another layout.
    """
    run = compiled(
        _onnx(path, size_px) if path.suffix.lower() == ".onnx" else _built(path, size_px),
        threads=threads,
        precision=precision,
    )

    def residual(codes: Array, now: float, then: float) -> Array:
        ages = np.broadcast_to(
            np.array([now, then], np.float32)[:, None, None] / np.float32(AGES), (2, *codes.shape[:2])
        )
        (made,) = run([np.concatenate([codes.transpose(2, 0, 1), ages])[None]])
        return np.asarray(made[0].transpose(1, 2, 0), np.float32)

    return residual


def _built(path: Path, size_px: int) -> Any:
    tensors = read_tensors(path)
    learned = {name.removeprefix("module."): value for name, value in tensors.items() if not name.endswith(".filt")}
    fits(learned, shapes(), str(path))  # blur kernels (.filt) are fixed by the layout
    return graph(learned, size_px)


def _onnx(path: Path, size_px: int) -> Any:
    import openvino

    if not path.is_file():
        raise BrokenStore(str(path), "cannot be read", "an ONNX file of FRAN's layout")
    try:
        model = openvino.Core().read_model(str(path))
        if len(model.inputs) != 1 or len(model.outputs) != 1:
            raise BrokenStore(str(path), f"{len(model.inputs)} inputs and {len(model.outputs)} outputs", "one of each")
        model.reshape({0: [1, 5, size_px, size_px]})
    except RuntimeError as error:
        wanted = f"an ONNX model that takes (1, 5, {size_px}, {size_px})"
        raise BrokenStore(str(path), f"cannot be used: {str(error).splitlines()[-1][:160]}", wanted) from error
    made = tuple(model.output(0).shape)
    if made != (1, 3, size_px, size_px):
        raise BrokenStore(str(path), f"gives {made}", f"(1, 3, {size_px}, {size_px}): a residual of RGB codes")
    return model
