"""Some layers of a frame, quickly: of its dozens of channels a movie or a proof needs three or four."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import OpenImageIO as oiio

from secondunit.errors import BrokenStore
from secondunit.imaging.exr import PLAIN
from secondunit.imaging.exr_reader import read_channels

Floats = npt.NDArray[np.float32]
_ORDER = "RGBAXYZuv"  # of the channels in a layer's last axis, as ``imaging.exr.channel_names`` has them


def read_layers(path: Path, names: Sequence[str]) -> dict[str, Floats]:
    """The named layers of an EXR frame, float32: (H, W) for one channel, (H, W, n) for more.

    Raises:
        BrokenStore: the frame is missing or damaged, or has no such layer.
    """
    quick = read_channels(path, lambda channel: _layer_of(channel) in names)
    if quick is not None:
        layers = {name: [channel for channel in quick if _layer_of(channel) == name] for name in names}
        if all(layers.values()):
            return {name: _stacked({one: quick[one] for one in found}) for name, found in layers.items()}
    reader = oiio.ImageInput.open(str(path)) if path.is_file() else None
    if reader is None:
        raise BrokenStore(str(path), f"cannot be read ({oiio.geterror() or 'no such frame'})", "an EXR frame")
    try:
        return {name: _layer(reader, path, name) for name in names}
    finally:
        reader.close()


def _layer_of(channel: str) -> str:
    return channel.rpartition(".")[0] or PLAIN


def _stacked(channels: dict[str, Floats]) -> Floats:
    ordered = sorted(channels, key=lambda channel: _ORDER.find(channel.rpartition(".")[2]))
    return channels[ordered[0]] if len(ordered) == 1 else np.stack([channels[one] for one in ordered], axis=-1)


def _layer(reader: oiio.ImageInput, path: Path, name: str) -> Floats:
    channels = reader.spec().channelnames
    prefix = "" if name == PLAIN else name
    found = [index for index, channel in enumerate(channels) if channel.rpartition(".")[0] == prefix]
    if not found:
        raise BrokenStore(str(path), f"has no layer {name!r}", "a frame as an effect writes it")
    first = min(found)
    pixels = reader.read_image(0, 0, first, max(found) + 1, oiio.FLOAT)
    error = reader.geterror()
    if pixels is None or error:
        raise BrokenStore(str(path), f"is damaged ({error})", "a whole EXR frame", "Shoot it again.")
    ordered = sorted(found, key=lambda index: _ORDER.find(channels[index].rpartition(".")[2]))
    picture = np.ascontiguousarray(pixels[..., [index - first for index in ordered]])
    return picture[..., 0] if len(ordered) == 1 else picture
