"""The network: a picture of a face and two ages in, the difference that the years make out.

As in FRAN (Zoss et al. 2022, "Production-Ready Face Re-Aging for Visual Effects") a U-Net gets the picture with the two
ages as planes and returns a residual. Ours sees the whole canonical crop at half size, and where each pixel lies in it
(Liu et al. 2018): what is finer is not foretold but retouched. It works on blocks of 4 x 4 px as channels (Shi et al.
2016), so that its widest planes have 64 x 64 places and a CPU is enough. No normalisation layers: brightness stays.

One description makes both: the torch module that is trained, and OpenVINO's graph that is run.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

SIDE_PX = 256  # of the picture: the canonical crop at half size
BLOCK_PX = 4
WIDTHS = (64, 96, 144, 192)  # channels at 64, 32, 16 and 8 places a side
DEPTHS = (1, 2, 2, 2)  # residual blocks going down, and up but for the last
AGE_MIDDLE, AGE_SPAN = 50.0, 30.0  # years: what the age planes are centred on and divided by
SLOPE = 0.1  # of the leaky rectifier below 0

Tensors = Mapping[str, npt.NDArray[np.float32]]


def shapes() -> dict[str, tuple[int, ...]]:
    """Every tensor of the layout by name; all a file of weights may hold."""
    found: dict[str, tuple[int, ...]] = {}

    def conv(name: str, into: int, out: int, side: int = 3) -> None:
        found[f"{name}.weight"], found[f"{name}.bias"] = (out, into, side, side), (out,)

    def blocks(name: str, width: int, count: int) -> None:
        for index in range(count):
            conv(f"{name}.{index}.a", width, width)
            conv(f"{name}.{index}.b", width, width)

    conv("stem", 3 * BLOCK_PX**2 + 4, WIDTHS[0])
    blocks("in0", WIDTHS[0], DEPTHS[0])
    for level in range(1, len(WIDTHS)):
        conv(f"down{level}", WIDTHS[level - 1], WIDTHS[level])
        blocks(f"in{level}", WIDTHS[level], DEPTHS[level])
    for level in range(len(WIDTHS) - 2, -1, -1):
        conv(f"up{level}", WIDTHS[level + 1], WIDTHS[level], 1)
        blocks(f"out{level}", WIDTHS[level], DEPTHS[level])
    conv("last", WIDTHS[0], 3 * BLOCK_PX**2)
    return found


def _places(height: int, width: int) -> npt.NDArray[np.float32]:
    """Across and down, (1, 2, height, width), -1 to 1 from edge to edge."""
    across, down = (np.linspace(-1, 1, 2 * n + 1, dtype=np.float32)[1::2] for n in (width, height))
    return np.asarray(np.stack(np.meshgrid(across, down))[None], np.float32)


def module() -> Any:
    """The layout as a torch module: (n, 3, h, w) sRGB codes / 255 and (n, 2) ages in years to (n, 3, h, w) residual.

    torch is asked for here, and only for training.
    """
    import torch
    from torch.nn import functional as f

    class Net(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.tensors = torch.nn.ParameterDict()
            for name, shape in shapes().items():
                self.tensors[name.replace(".", "/")] = torch.nn.Parameter(torch.zeros(shape))
            for name, tensor in self.tensors.items():
                if name.endswith("weight") and not name.endswith("/b/weight") and name != "last/weight":
                    torch.nn.init.kaiming_normal_(tensor, a=SLOPE)

        def conv(self, name: str, x: Any, stride: int = 1) -> Any:
            weight, bias = self.tensors[f"{name}/weight"], self.tensors[f"{name}/bias"]
            return f.conv2d(x, weight, bias, stride=stride, padding=weight.shape[-1] // 2)

        def blocks(self, name: str, x: Any, count: int) -> Any:
            for index in range(count):
                inner = f.leaky_relu(self.conv(f"{name}/{index}/a", x), SLOPE)
                x = f.leaky_relu(x + self.conv(f"{name}/{index}/b", inner), SLOPE)
            return x

        def forward(self, codes: Any, ages: Any) -> Any:
            x = f.pixel_unshuffle(codes * 2 - 1, BLOCK_PX)
            planes = ((ages - AGE_MIDDLE) / AGE_SPAN)[:, :, None, None].expand(-1, -1, *x.shape[2:])
            places = torch.from_numpy(_places(x.shape[2], x.shape[3])).expand(x.shape[0], -1, -1, -1)
            x = f.leaky_relu(self.conv("stem", torch.cat([x, planes.to(x.dtype), places.to(x.dtype)], 1)), SLOPE)
            kept = []
            for level, count in enumerate(DEPTHS):
                if level:
                    kept.append(x)
                    x = f.leaky_relu(self.conv(f"down{level}", x, stride=2), SLOPE)
                x = self.blocks(f"in{level}", x, count)
            for level in range(len(WIDTHS) - 2, -1, -1):
                x = f.interpolate(self.conv(f"up{level}", x), scale_factor=2, mode="nearest") + kept[level]
                x = self.blocks(f"out{level}", f.leaky_relu(x, SLOPE), DEPTHS[level])
            return f.pixel_shuffle(self.conv("last", x), BLOCK_PX)

    return Net()


def graph(tensors: Tensors, size_px: int) -> Any:
    """The layout as OpenVINO's graph for pictures of one size.

    Args:
        tensors: float32, named and shaped as ``shapes`` says.
        size_px: side of the picture; a multiple of 32.

    Returns:
        A model of two inputs, (1, size, size, 3) sRGB codes / 255 and (1, 2) ages in years, and one output,
        (1, size, size, 3) residual in the same codes.
    """
    import openvino
    from openvino import opset15 as ops

    def conv(name: str, x: Any, stride: int = 1) -> Any:
        weight, bias = tensors[f"{name}.weight"], tensors[f"{name}.bias"]
        pad = [weight.shape[-1] // 2] * 2
        y = ops.convolution(x, ops.constant(weight), [stride, stride], pad, pad, [1, 1])
        return ops.add(y, ops.constant(bias.reshape(1, -1, 1, 1)))

    def rectified(x: Any) -> Any:
        return ops.prelu(x, ops.constant(np.array([SLOPE], np.float32)))

    def blocks(name: str, x: Any, count: int) -> Any:
        for index in range(count):
            inner = rectified(conv(f"{name}.{index}.a", x))
            x = rectified(ops.add(x, conv(f"{name}.{index}.b", inner)))
        return x

    side = size_px // BLOCK_PX
    codes = ops.parameter([1, size_px, size_px, 3], np.float32, name="codes")
    ages = ops.parameter([1, 2], np.float32, name="ages")
    first = ops.transpose(codes, np.array([0, 3, 1, 2]))
    first = ops.subtract(ops.multiply(first, np.float32(2)), np.float32(1))
    x = ops.space_to_depth(first, "depth_first", BLOCK_PX)
    planes = ops.divide(ops.subtract(ages, np.float32(AGE_MIDDLE)), np.float32(AGE_SPAN))
    planes = ops.broadcast(ops.reshape(planes, np.array([1, 2, 1, 1]), False), np.array([1, 2, side, side]))
    x = rectified(conv("stem", ops.concat([x, planes, ops.constant(_places(side, side))], 1)))
    kept = []
    for level, count in enumerate(DEPTHS):
        if level:
            kept.append(x)
            x = rectified(conv(f"down{level}", x, stride=2))
        x = blocks(f"in{level}", x, count)
    for level in range(len(WIDTHS) - 2, -1, -1):
        wider = conv(f"up{level}", x)
        big = np.array([side >> level] * 2)
        wider = ops.interpolate(wider, big, "nearest", "sizes", axes=np.array([2, 3]), nearest_mode="floor",
                                coordinate_transformation_mode="asymmetric")  # fmt: skip
        x = blocks(f"out{level}", rectified(ops.add(wider, kept[level])), DEPTHS[level])
    last = ops.depth_to_space(conv("last", x), "depth_first", BLOCK_PX)
    return openvino.Model([ops.transpose(last, np.array([0, 2, 3, 1]))], [codes, ages], "deage")
