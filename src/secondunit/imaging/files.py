"""Pictures in and out of files: EXR, PNG, JPEG and TIFF in; PNG and JPEG out (EXR frames: ``imaging.exr``)."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import OpenImageIO as oiio
from PIL import Image as Pillow

from secondunit.errors import BadPicture
from secondunit.imaging.colour import SRGB, is_display_referred, space_name
from secondunit.imaging.profiles import space_of_chromaticities, space_of_icc
from secondunit.records import whole_file

Image = npt.NDArray[np.float32]

MAX_SIDE_PX = 16384  # a longer side is a scan or a mistake; four times the widest cinema format
MAX_PIXELS = 200_000_000  # 2.4 GB as RGB float32
_SIGNATURES = {
    b"\x76\x2f\x31\x01": "openexr",
    b"\x89PNG\r\n\x1a\n": "png",
    b"\xff\xd8\xff": "jpeg",
    b"II*\0": "tiff",
    b"MM\0*": "tiff",
    b"II+\0": "tiff",
    b"MM\0+": "tiff",
}
_WANTED = "an EXR, PNG, JPEG or TIFF picture"
_COPY_AGAIN = "Copy it again from where it came, or open it and save it anew."
_BITS = {"uint8": 8, "uint16": 16, "half": 16, "float": 32}
_RGB_PHOTOMETRICS = (0, 1, 2, 3, 6)  # TIFF 6.0: grey, RGB, palette, YCbCr; not CMYK (5) or Lab (8, 9, 10)
_TEXTS = ("Make", "Model", "colorInteropID", "jpeg:ColorSpace", "tiff:ColorSpace", "ICCProfile:profile_description")
_NUMBERS = (
    "Orientation",
    "PixelAspectRatio",
    "FramesPerSecond",
    "framesPerSecond",
    "Exif:FocalLength",
    "Exif:FocalLengthIn35mmFilm",
    "tiff:PhotometricInterpretation",
    "oiio:UnassociatedAlpha",
)
_ARRAYS = ("ICCProfile", "chromaticities")
_STDERR = threading.Lock()


@dataclass(frozen=True)
class Picture:
    """A picture as its file has it, upright.

    Attributes:
        pixels: (H, W, 3) float32 in ``space``; integer codes as code / largest code. Straight, not premultiplied: an
            EXR's associated alpha is divided out where alpha is above 0 and left where it is 0. Grey is repeated.
        alpha: (H, W) float32, or None if the file has none.
        space: the colour config's name of the space.
        bits: of one sample in the file: 8, 16 or 32.
        display_referred: rendered for a screen (sRGB and the like), not scene-linear.
        metadata: what the file says of its camera and rate (``Make``, ``Exif:FocalLength``, ``framesPerSecond``...).
    """

    pixels: Image
    alpha: Image | None
    space: str
    bits: int
    display_referred: bool
    metadata: dict[str, str | int | float]


def read_picture(path: Path, *, space: str | None = None, minimum_px: int = 1) -> Picture:
    """Read a photograph, frame or mask. The format is told by content, the limits are checked before decoding.

    Args:
        path: an EXR, PNG, JPEG or TIFF file of 8 or 16 bits, half or float.
        space: the colour space, if it is known better than the file says.
        minimum_px: the shortest side allowed.

    Raises:
        BadPicture: missing, empty, no picture, damaged, too small, too large, CMYK or Lab, an unknown colour profile,
            or with pixels that are not finite numbers.
    """
    kind = picture_kind(path)
    if kind is None:
        advice = "Convert it, best to EXR or 16-bit TIFF."
        raise BadPicture(str(path), "is not a picture this project reads", _WANTED, advice)
    hints = oiio.ImageSpec()
    hints.attribute("oiio:UnassociatedAlpha", 1)
    with _quiet(), _readable_text(path):
        reader = oiio.ImageInput.open(str(path), hints)
        if reader is None:
            raise BadPicture(
                str(path),
                f"cannot be opened ({_reason(oiio.geterror(), path)})",
                f"a whole {kind} picture",
                "Copy it again from where it came, or save it anew, smaller if it is too large.",
            )
        if reader.format_name() != kind:
            raise BadPicture(str(path), f"begins as {kind} but is not", f"a whole {kind} picture")
        spec = _rgb_part(reader, path)
        attributes = _attributes(spec)
        _check_header(path, spec, attributes, minimum_px)
        pixels = _decode(reader, spec, path)
    found = space_name(space, where=str(path)) if space else _space(path, spec, attributes)
    pixels, alpha = _straight(pixels, bool(attributes.get("oiio:UnassociatedAlpha", 0)))
    pixels, alpha = _fit_display_window(pixels, spec), alpha if alpha is None else _fit_display_window(alpha, spec)
    turn = int(attributes.get("Orientation", 1))
    return Picture(
        pixels=_upright(pixels, turn),
        alpha=None if alpha is None else _upright(alpha, turn),
        space=found,
        bits=_BITS[str(spec.format)],
        display_referred=is_display_referred(found),
        metadata={name: value for name, value in attributes.items() if name not in _ARRAYS},
    )


def picture_kind(path: Path) -> str | None:
    """``openexr``, ``png``, ``jpeg`` or ``tiff`` by the file's first bytes, or None.

    Raises:
        BadPicture: it cannot be read, or is empty.
    """
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise BadPicture(str(path), f"cannot be read ({error.strerror})", _WANTED) from error
    if not start:
        raise BadPicture(str(path), "is empty (0 bytes)", _WANTED, _COPY_AGAIN)
    return next((kind for signature, kind in _SIGNATURES.items() if start.startswith(signature)), None)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the C libraries' own words about damaged files off the terminal; errors come back to us as text."""
    with _STDERR:
        kept = os.dup(2)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, 2)
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            os.close(nowhere)


@contextlib.contextmanager
def _readable_text(path: Path) -> Iterator[None]:
    """Channel names or an error text that are no text at all: the header is damaged."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise BadPicture(str(path), "has a damaged header", "a whole picture", _COPY_AGAIN) from error


def _reason(text: str, path: Path) -> str:
    """The first line of a library's error, without the path that our own error names already."""
    return text.splitlines()[0].replace(f' ("{path}")', "").replace(str(path), "it") if text else "no reason given"


def _rgb_part(reader: Any, path: Path) -> Any:
    """The spec of the first part that has R, G and B or one grey channel; the reader is left there."""
    part = 0
    while reader.seek_subimage(part, 0):
        spec = reader.spec()
        names = {name.upper() for name in spec.channelnames}
        if not spec.deep and ({"R", "G", "B"} <= names or "Y" in names):
            return spec
        part += 1
    reader.geterror()
    raise BadPicture(str(path), "has no part with R, G, B channels", "a flat RGB or grey picture", "Flatten it first.")


def _check_header(path: Path, spec: Any, attributes: dict[str, Any], minimum_px: int) -> None:
    """Refuse by the header alone what must not be decoded."""
    where = str(path)
    for width, height in ((spec.width, spec.height), (spec.full_width, spec.full_height)):
        size = f"{width}x{height} pixels"
        if min(width, height) < minimum_px:
            raise BadPicture(where, f"is {size}", f"at least {minimum_px} on each side")
        if max(width, height) > MAX_SIDE_PX or width * height > MAX_PIXELS:
            wanted = f"at most {MAX_SIDE_PX} a side and {MAX_PIXELS // 1_000_000} megapixels"
            raise BadPicture(where, f"is {size}", wanted, "Scale or crop it first.")
    if spec.depth != 1 or spec.nchannels > 1024:
        raise BadPicture(where, f"has {spec.nchannels} channels, {spec.depth} slices", "a flat picture")
    ink = f"{attributes.get('jpeg:ColorSpace', '')}{attributes.get('tiff:ColorSpace', '')}"
    if "CMYK" in ink or attributes.get("tiff:PhotometricInterpretation", 2) not in _RGB_PHOTOMETRICS:
        advice = "Convert it to RGB with its printing profile in the program it came from."
        raise BadPicture(where, "is CMYK or Lab", "an RGB or grey picture", advice)
    if str(spec.format) not in _BITS:
        raise BadPicture(where, f"has samples of type {spec.format}", "8 or 16 bits, half or float")


def _decode(reader: Any, spec: Any, path: Path) -> Image:
    """RGB or RGBA (H, W, 3 or 4) float32 from the reader's current part; finite everywhere."""
    names = [name.upper() for name in spec.channelnames]
    wanted = ["R", "G", "B"] if {"R", "G", "B"} <= set(names) else ["Y"] * 3
    chosen = [names.index(name) for name in wanted] + ([names.index("A")] if "A" in names else [])
    first, last = min(chosen), max(chosen) + 1
    pixels = reader.read_image(reader.current_subimage(), 0, first, last, oiio.FLOAT)
    error = reader.geterror()
    reader.close()
    if pixels is None or error:
        found = f"is damaged or cut short ({_reason(error, path)})"
        raise BadPicture(str(path), found, "a whole picture", _COPY_AGAIN)
    picked: Image = np.ascontiguousarray(np.asarray(pixels, np.float32)[..., [index - first for index in chosen]])
    bad = int(np.sum(~np.isfinite(picked).all(axis=-1)))
    if bad:
        advice = "Render or export it again; a grade or a division by zero makes such pixels."
        raise BadPicture(str(path), f"has {bad} pixels that are infinite or not numbers", "finite pixels", advice)
    return picked


def _space(path: Path, spec: Any, attributes: dict[str, Any]) -> str:
    """The colour space the file says it is in; sRGB for untagged integer pictures, Rec. 709 for untagged float ones."""
    if str(spec.format) in ("half", "float"):
        interop = {"lin_ap1_scene": "ACEScg", "lin_ap0_scene": "ACES2065-1"}.get(str(attributes.get("colorInteropID")))
        found = interop or space_of_chromaticities(attributes.get("chromaticities"))
    elif "ICCProfile" in attributes:
        found = space_of_icc(np.asarray(attributes["ICCProfile"], np.uint8).tobytes())
    else:
        found = SRGB
    if found is None:
        said = attributes.get("ICCProfile:profile_description", attributes.get("chromaticities"))
        advice = "Convert the picture, or name its colour space."
        raise BadPicture(
            str(path), f"is in a colour space not known here ({said})", "sRGB, P3, Adobe RGB, ACES", advice
        )
    return found


def _attributes(spec: Any) -> dict[str, Any]:
    """What the header says, of the things we know to ask for; text in an unknown encoding is left out.

    Never by walking over all attributes: some hold a null string (an ICC profile without a platform), and asking
    OpenImageIO 3.0 for its value through Python ends the process.
    """
    found: dict[str, Any] = {}
    for name in _TEXTS:
        with contextlib.suppress(UnicodeDecodeError):  # cameras write their owner's words in any encoding
            if text := spec.get_string_attribute(name):
                found[name] = text
    for name in _NUMBERS:
        value = spec.getattribute(name)
        if isinstance(value, tuple) and len(value) == 2:  # a rational
            value = value[0] / value[1] if value[1] else None
        if isinstance(value, int | float):
            found[name] = value
    for name in _ARRAYS:
        value = spec.getattribute(name)
        if value is not None and not isinstance(value, str | int | float):
            found[name] = value
    return found


def _straight(pixels: Image, unassociated: bool) -> tuple[Image, Image | None]:
    """Straight colour (H, W, 3) and alpha (H, W)."""
    if pixels.shape[-1] == 3:
        return pixels, None
    colour, alpha = pixels[..., :3], np.ascontiguousarray(pixels[..., 3])
    if not unassociated:
        colour = colour / np.where(alpha > 0, alpha, 1)[..., None]
    return np.ascontiguousarray(colour, np.float32), alpha


def _fit_display_window(picture: Image, spec: Any) -> Image:
    """The part of an EXR's data window that its display window shows; black where there is no data."""
    window = (spec.full_x, spec.full_y, spec.full_width, spec.full_height)
    if (spec.x, spec.y, spec.width, spec.height) == window:
        return picture
    out = np.zeros((spec.full_height, spec.full_width, *picture.shape[2:]), np.float32)
    x, y = spec.x - spec.full_x, spec.y - spec.full_y
    left, top = max(x, 0), max(y, 0)
    right, bottom = min(x + spec.width, spec.full_width), min(y + spec.height, spec.full_height)
    if right > left and bottom > top:
        out[top:bottom, left:right] = picture[top - y : bottom - y, left - x : right - x]
    return out


def _upright(picture: Image, orientation: int) -> Image:
    """Turn a picture as its Exif ``Orientation`` asks (CIPA DC-008, 4.6.5: 1 is upright, 2 to 8 mirrored or turned)."""
    if orientation in (5, 6, 7, 8):
        picture = np.swapaxes(picture, 0, 1)
    if orientation in (2, 3, 6, 7):
        picture = picture[:, ::-1]
    if orientation in (3, 4, 7, 8):
        picture = picture[::-1]
    return np.ascontiguousarray(picture)


def write_png(path: Path, codes: npt.NDArray[np.uint8]) -> None:
    """Write sRGB codes (H, W), (H, W, 3) or (H, W, 4) as PNG; whole or not at all."""
    with whole_file(path) as temporary:
        Pillow.fromarray(np.ascontiguousarray(codes)).save(temporary, format="PNG", compress_level=4)


def write_jpeg(path: Path, codes: npt.NDArray[np.uint8], *, quality: int = 95) -> None:
    """Write sRGB codes (H, W) or (H, W, 3) as JPEG without chroma subsampling; whole or not at all."""
    with whole_file(path) as temporary:
        Pillow.fromarray(np.ascontiguousarray(codes)).save(temporary, format="JPEG", quality=quality, subsampling=0)
