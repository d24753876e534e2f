"""A Cycles frame over the plate, outside the clock: clean plate behind, what stands in front over it."""

import math

import bpy
import numpy as np


def over(rendered, shot, out):
    """Comp an EXR of debris and shadows over the clean plate, under the hold-out; writes a display-referred PNG."""
    front = pixels_of(rendered, shot.size)
    plate = linear(pixels_of(shot.plate, shot.size)[..., :3])
    behind = linear(pixels_of(shot.clean, shot.size)[..., :3]) if shot.clean else plate
    mixed = np.clip(front[..., :3] * math.pi + (1 - front[..., 3:]) * behind, 0, 1)  # white gives back E / pi
    if shot.holdout:
        mixed += pixels_of(shot.holdout, shot.size)[..., :1] * (plate - mixed)
    shown = np.where(mixed <= 0.0031308, mixed * 12.92, 1.055 * mixed ** (1 / 2.4) - 0.055)
    save(shown, out)


def linear(codes):
    """sRGB codes 0..1 to linear light, IEC 61966-2-1."""
    return np.where(codes <= 0.04045, codes / 12.92, ((codes + 0.055) / 1.055) ** 2.4)


def pixels_of(path, size):
    """A picture's values, (height, width, 4) from the bottom up, as Blender keeps them."""
    image = bpy.data.images.load(str(path.absolute()))
    image.scale(*size)
    return np.array(image.pixels[:], np.float32).reshape(size[1], size[0], 4)


def save(shown, out):
    """Write (height, width, 3) codes from the bottom up; the name decides between PNG and JPEG."""
    height, width = shown.shape[:2]
    image = bpy.data.images.new(out.stem, width, height)
    image.pixels = np.dstack([shown, np.ones(shown.shape[:2])]).astype(np.float32).ravel()
    image.filepath_raw, image.file_format = str(out.absolute()), {".png": "PNG", ".jpg": "JPEG"}[out.suffix]
    image.save()
