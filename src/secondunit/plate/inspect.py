"""What a plate is, from its files: every frame is read once, so that a bad one is found now and not at midnight."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from secondunit.errors import BadPicture
from secondunit.imaging.colour import SRGB, Image, View, is_display_referred, to_display, to_half, to_working
from secondunit.imaging.files import read_picture, write_png
from secondunit.imaging.movie import MovieReader, probe
from secondunit.imaging.resize import resized
from secondunit.plate.measure import LUMINANCE, camera_motion, noise_sigma
from secondunit.plate.record import Original, PlateRecord
from secondunit.timebase import parse_rate

Report = Callable[[int, int, str], None]

MIN_SIDE_PX = 64  # below this nothing can be solved, and it is an icon and not a plate
THUMBNAIL_PX = 480  # width of thumbnail.png
STILL_RATE = Fraction(24)  # frames a second of a photo if nothing is asked: it has no rate of its own
MOTION_FRAMES = 6  # looked at for camera motion, spread over the plate
MOTION_WIDTH_PX = 960  # at this size a sub-pixel shift is still found, and grain is not in the way
STILL_PX = 1.5  # a camera that moves less, at full size, counts as locked off


@dataclass(frozen=True)
class _Frame:
    """One frame as its file has it."""

    name: str
    pixels: Image
    space: str
    bits: int
    metadata: dict[str, str | int | float]
    see_through: bool = False  # in its alpha somewhere


def inspect(
    folder: Path,
    shot: str,
    kind: str,
    files: tuple[Original, ...],
    *,
    rate: Fraction | None,
    space: str | None,
    progress: Report,
) -> PlateRecord:
    """Read all frames below ``folder/original``, write ``thumbnail.png``, and return what was found.

    Raises:
        BadPicture: a frame is damaged, or unlike the first in size, space or bits; or there is no rate.
    """
    paths = [folder / "original" / file.name for file in files]
    facts = probe(paths[0]) if kind == "movie" else None
    count = len(facts.times) if facts else len(paths)
    watched = set(np.linspace(0, count - 1, MOTION_FRAMES).round().astype(int).tolist()) if count > 1 else set()
    frames = _movie_frames(paths[0], space) if facts else _picture_frames(paths, space)
    first: _Frame | None = None
    small: list[Image] = []
    for index, frame in enumerate(frames):
        progress(index, count, "reading")
        if first is None:
            first = frame
            _check_first(frame)
        _check_alike(frame, first)
        if index in watched:
            small.append(_small(frame))
    if first is None:
        raise BadPicture(str(folder), "has no frames", "at least one")
    height_px, width_px = first.pixels.shape[:2]
    working = to_half(to_working(first.pixels, first.space))
    display_referred = is_display_referred(first.space)
    _thumbnail(folder / "thumbnail.png", working, View.of(display_referred=display_referred))
    motion_px = camera_motion(small) * width_px / small[0].shape[1] if small else 0.0
    warnings = _warnings(kind, rate, facts.rate if facts else None, motion_px, see_through=first.see_through)
    return PlateRecord(
        shot=shot,
        kind=kind,
        files=files,
        width_px=width_px,
        height_px=height_px,
        rate=facts.rate if facts else _rate_of(shot, kind, rate, first.metadata),
        frame_count=count,
        space=first.space,
        display_referred=display_referred,
        bits=first.bits,
        noise=noise_sigma(working),
        camera=_camera(first.metadata),
        camera_motion_px=round(motion_px, 3),
        warnings=warnings,
    )


def _picture_frames(paths: list[Path], space: str | None) -> Iterator[_Frame]:
    for path in paths:
        picture = read_picture(path, space=space, minimum_px=MIN_SIDE_PX)
        see_through = picture.alpha is not None and bool((picture.alpha < 1).any())
        yield _Frame(path.name, picture.pixels, picture.space, picture.bits, picture.metadata, see_through)


def _movie_frames(path: Path, space: str | None) -> Iterator[_Frame]:
    with MovieReader(path) as reader:
        for index in range(len(reader.facts.times)):
            codes = reader.frame(index)
            pixels = codes.astype(np.float32) / np.iinfo(codes.dtype).max
            yield _Frame(f"{path.name}, frame {index}", pixels, space or SRGB, reader.facts.bits, {})


def _check_first(frame: _Frame) -> None:
    height_px, width_px = frame.pixels.shape[:2]
    if min(height_px, width_px) < MIN_SIDE_PX:
        raise BadPicture(frame.name, f"is {width_px}x{height_px} pixels", f"at least {MIN_SIDE_PX} on each side")
    aspect = float(frame.metadata.get("PixelAspectRatio", 1.0))
    if abs(aspect - 1) > 0.01:
        advice = "Unsqueeze it first: the camera solve needs square pixels."
        raise BadPicture(frame.name, f"has pixels {aspect:g} times as wide as high", "square pixels", advice)


def _check_alike(frame: _Frame, first: _Frame) -> None:
    def kind(one: _Frame) -> str:
        return f"{one.pixels.shape[1]}x{one.pixels.shape[0]}, {one.bits} bits, {one.space}"

    if kind(frame) != kind(first):
        raise BadPicture(frame.name, f"is {kind(frame)}", f"{kind(first)} like {first.name}", "Render them alike.")


def _small(frame: _Frame) -> Image:
    """Luminance for measuring motion, square-rooted so that highlights don't rule."""
    linear = np.maximum(to_working(frame.pixels, frame.space), 0) @ LUMINANCE
    height_px, width_px = linear.shape
    width = min(MOTION_WIDTH_PX, width_px)
    return np.sqrt(resized(linear, width, max(1, round(height_px * width / width_px))))


def _thumbnail(path: Path, working: Image, view: View) -> None:
    height_px, width_px = working.shape[:2]
    width = min(THUMBNAIL_PX, width_px)
    write_png(path, to_display(resized(working, width, max(1, round(height_px * width / width_px))), view))


def _rate_of(shot: str, kind: str, given: Fraction | None, metadata: dict[str, Any]) -> Fraction:
    """The rate given, or what the files say, or for a photo 24."""
    if given is not None:
        return given
    said = metadata.get("FramesPerSecond", metadata.get("framesPerSecond"))
    if kind == "photo":
        return STILL_RATE
    if said is None:
        raise BadPicture(f"plate {shot}", "the sequence does not say its frame rate", "a rate", "Give it: --rate 24.")
    try:
        return parse_rate(round(float(said), 3))
    except ValueError as error:
        raise BadPicture(f"plate {shot}", f"says {error}", "a usable rate", "Give it: --rate 24.") from error


def _camera(metadata: dict[str, Any]) -> dict[str, str | float]:
    """Make, model and focal lengths (mm), as far as the file has them; nothing else: no names, no places."""
    found: dict[str, str | float] = {}
    for name, key in (("make", "Make"), ("model", "Model")):
        if metadata.get(key):
            found[name] = str(metadata[key]).strip()
    for name, key in (("focal_mm", "Exif:FocalLength"), ("focal_35mm_mm", "Exif:FocalLengthIn35mmFilm")):
        value = metadata.get(key)
        if isinstance(value, int | float) and 0.5 < value < 5000:
            found[name] = float(value)
    return found


def _warnings(
    kind: str, given: Fraction | None, own: Fraction | None, motion_px: float, *, see_through: bool
) -> tuple[str, ...]:
    found = []
    if see_through:
        found.append("Its alpha is not used: a plate is opaque, and its colours are taken as they stand.")
    if given is not None and own is not None and given != own:
        found.append(f"The {kind} runs at {own} frames a second and the production at {given}; its frames are kept.")
    if motion_px > STILL_PX:
        found.append(f"The camera seems to move: {motion_px:.1f} px. A collapse wants the plate stabilised first.")
    return tuple(found)
