"""Movies in and out, frame by frame, in flat memory (FFmpeg through PyAV).

Reading: Y'CbCr becomes R'G'B' by the stream's own matrix and range; an untagged stream is Rec. 709 from 720 lines up
and Rec. 601 below, narrow range, as players take it. R'G'B' counts as sRGB codes: whoever puts the movie and our
picture of it side by side on one screen sees the same codes. HDR streams (PQ, HLG) are refused.
"""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

import av
import av.error
import numpy as np
import numpy.typing as npt
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from secondunit.errors import BadPicture
from secondunit.imaging.files import MAX_SIDE_PX
from secondunit.records import whole_file
from secondunit.timebase import parse_rate

CodesRGB = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]

_EXACT = Interpolation.BICUBIC | Interpolation.FULL_CHR_H_INT | Interpolation.ACCURATE_RND | Interpolation.BITEXACT
_HDR_TRANSFERS = {16: "PQ", 18: "HLG"}  # ITU-T H.273, table 3
_MATRICES = {1: Colorspace.ITU709, 4: Colorspace.FCC, 5: Colorspace.ITU601, 6: Colorspace.ITU601, 9: Colorspace.BT2020}
_AHEAD = 48  # frames: decoding this many on is quicker than a seek to the key frame before
_SIGNATURES = (  # offset, bytes, FFmpeg's demuxer
    (4, b"ftyp", "mov"),
    (4, b"moov", "mov"),
    (4, b"mdat", "mov"),
    (4, b"wide", "mov"),
    (4, b"free", "mov"),
    (0, b"\x1a\x45\xdf\xa3", "matroska"),
    (0, b"RIFF", "avi"),
    (0, b"\x06\x0e\x2b\x34", "mxf"),
)
_WANTED = "an MP4, MOV, MKV, AVI or MXF movie"
_JITTER = 0.25  # of a frame: a time further from its place is a variable rate; containers round to about 1 ms
_ADVICE = "Copy it again from where it came, or export it anew."


@dataclass(frozen=True)
class MovieFacts:
    """What a movie is, from its packets, without decoding.

    Attributes:
        width_px: of the upright picture.
        height_px: of the upright picture.
        rate: frames a second, exact.
        times: presentation time of each frame, in ticks of the stream, rising.
        bits: of a sample: 8, or 16 for anything deeper.
    """

    width_px: int
    height_px: int
    rate: Fraction
    times: tuple[int, ...]
    bits: int


def probe(path: Path) -> MovieFacts:
    """Look at every packet of a movie.

    Raises:
        BadPicture: not a movie (MP4, MOV, MKV, AVI, MXF), without a picture or frames, cut short, of a variable rate,
            HDR or interlaced.
    """
    with _errors(path), _open(path) as container:
        stream = _picture_stream(container, path)
        times, damaged = [], False
        for packet in container.demux(stream):  # none is kept: a movie may be larger than memory
            if packet.size and packet.pts is not None:
                times.append(packet.pts)
                damaged = damaged or packet.is_corrupt
        times.sort()
        if not times:
            raise BadPicture(str(path), "has no frames", "a movie with frames")
        expected = stream.frames or _frames_by_duration(container, stream)
        if damaged or len(times) < expected:
            raise BadPicture(str(path), f"is cut short: {len(times)} of {expected} frames", "a whole movie", _ADVICE)
        rate = _constant_rate(path, times, stream)
    with _errors(path), _open(path) as container:
        first = next(container.decode(_picture_stream(container, path)))
        _check_frame(path, first)
    bits = 8 if max(one.bits for one in first.format.components) <= 8 else 16
    turned = first.rotation % 180 != 0
    width_px, height_px = (first.height, first.width) if turned else (first.width, first.height)
    return MovieFacts(width_px, height_px, rate, tuple(times), bits)


class MovieReader:
    """Frames of a movie by index; going forward is cheap, going back seeks. Not for several threads at once.

    Args:
        path: the movie.
        facts: from ``probe``, if at hand.
    """

    def __init__(self, path: Path, facts: MovieFacts | None = None) -> None:
        self.path, self.facts = path, facts or probe(path)
        self._index = {time: index for index, time in enumerate(self.facts.times)}
        self._container: Any = None
        self._decoded: Iterator[Any] = iter(())
        self._next = 0
        self._reformatter = VideoReformatter()

    def __enter__(self) -> MovieReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        if self._container is not None:
            self._container.close()
            self._container = None

    def frame(self, index: int) -> CodesRGB:
        """Upright R'G'B' codes (H, W, 3) of frame ``index``, counted from 0: uint8, or uint16 for deeper movies.

        Raises:
            BadPicture: there is no such frame, or it is damaged.
        """
        if not 0 <= index < len(self.facts.times):
            raise BadPicture(str(self.path), f"has {len(self.facts.times)} frames", f"frame {index} counted from 0")
        with _errors(self.path):
            if self._container is None or not self._next <= index < self._next + _AHEAD:
                self._seek(index)
            for decoded in self._decoded:
                self._next = self._index.get(decoded.pts, self._next) + 1
                if self._next > index:
                    return self._codes(decoded)
        raise BadPicture(str(self.path), f"ends before frame {index}", "a whole movie", _ADVICE)

    def _seek(self, index: int) -> None:
        self.close()
        self._container = _open(self.path)
        stream = _picture_stream(self._container, self.path)
        stream.thread_type = "AUTO"
        self._container.seek(self.facts.times[index], stream=stream)  # to the key frame at or before it
        self._decoded, self._next = self._container.decode(stream), index

    def _codes(self, decoded: Any) -> CodesRGB:
        _check_frame(self.path, decoded)
        high = decoded.height >= 720  # lines
        matrix = _MATRICES.get(int(decoded.colorspace), Colorspace.ITU709 if high else Colorspace.ITU601)
        rgb = self._reformatter.reformat(
            decoded,
            format="rgb24" if self.facts.bits == 8 else "rgb48le",
            src_colorspace=matrix,
            src_color_range=ColorRange.JPEG if int(decoded.color_range) == int(ColorRange.JPEG) else ColorRange.MPEG,
            dst_color_range=ColorRange.JPEG,
            interpolation=_EXACT,
        )
        codes: Any = rgb.to_ndarray()
        upright: CodesRGB = np.rot90(codes, decoded.rotation // 90).copy()  # both count anticlockwise
        return upright


class MovieWriter:
    """H.264 in MP4 for looking at, written as frames come and whole or not at all.

    4:2:0, a constant rate factor at which no loss is seen, Rec. 709 tags, index at the front. A picture of odd size
    grows by one repeated column or row, as 4:2:0 needs. The same frames give the same bytes.

    Use as a context manager: the movie takes its place when the block ends well, and vanishes when not.

    Args:
        path: of the movie.
        width_px: of its frames.
        height_px: of its frames.
        rate: frames a second.
        quick: encode in a quarter of the time, a sixth larger and 2 dB farther from what was given: a face under grain,
            1080p, is at 47 dB then, which no eye tells from it either.
    """

    def __init__(self, path: Path, width_px: int, height_px: int, rate: Fraction, *, quick: bool = False) -> None:
        self.path, self.width_px, self.height_px, self.rate = path, width_px, height_px, rate
        self._preset = {"crf": "14", "preset": "ultrafast"} if quick else {"crf": "16", "preset": "veryfast"}
        self._count = 0

    def __enter__(self) -> MovieWriter:
        self._whole = whole_file(self.path)
        temporary = self._whole.__enter__()
        self._container = av.open(str(temporary), "w", format="mp4", options={"movflags": "+faststart"})
        self._stream = self._container.add_stream("libx264", rate=self.rate)
        stream, context = self._stream, self._stream.codec_context
        stream.width, stream.height = self.width_px + self.width_px % 2, self.height_px + self.height_px % 2
        stream.pix_fmt = "yuv420p"
        # Always two threads, since their number changes the bytes. No macroblock tree: x264's AVX-512 code for it (core
        # 165) gives one of several results, by where its buffers happen to lie.
        stream.options = {**self._preset, "threads": "2", "mbtree": "0", "colorprim": "bt709", "transfer": "bt709"}
        context.time_base = 1 / self.rate
        context.color_primaries, context.color_trc, context.colorspace = 1, 1, 1  # BT.709, ITU-T H.273
        context.color_range = ColorRange.MPEG
        return self

    def write(self, codes: npt.NDArray[np.uint8]) -> None:
        """Add one frame of sRGB codes, (height_px, width_px, 3)."""
        if codes.shape != (self.height_px, self.width_px, 3):
            raise ValueError(f"a frame of shape {codes.shape} for a movie of {self.height_px}x{self.width_px}")
        odd = (0, codes.shape[0] % 2), (0, codes.shape[1] % 2), (0, 0)
        even = np.pad(codes, odd, mode="edge") if odd[0][1] or odd[1][1] else codes
        rgb = VideoFrame.from_ndarray(np.ascontiguousarray(even), format="rgb24")
        frame = rgb.reformat(
            format="yuv420p",
            dst_colorspace=Colorspace.ITU709,
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
            interpolation=_EXACT,
        )
        frame.pts, frame.time_base = self._count, 1 / self.rate
        self._count += 1
        self._container.mux(self._stream.encode(frame))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._container.mux(self._stream.encode(None))
            self._container.close()
        except BaseException:
            self._whole.__exit__(*sys.exc_info())
            raise
        self._whole.__exit__(kind, error, trace)


def movie_kind(path: Path) -> str | None:
    """FFmpeg's name of the container by the file's first bytes, or None.

    Raises:
        BadPicture: it cannot be read, or is empty.
    """
    try:
        with path.open("rb") as file:
            start = file.read(12)
    except OSError as error:
        raise BadPicture(str(path), f"cannot be read ({error.strerror})", _WANTED) from error
    if not start:
        raise BadPicture(str(path), "is empty (0 bytes)", _WANTED, _ADVICE)
    return next((kind for offset, mark, kind in _SIGNATURES if start[offset:].startswith(mark)), None)


def _open(path: Path) -> Any:
    """Open with the one demuxer that fits: playlists and other formats that name further files are never tried."""
    kind = movie_kind(path)
    if kind is None:
        raise BadPicture(str(path), "is not a movie this project reads", _WANTED)
    return av.open(str(path), format=kind, metadata_errors="ignore")  # titles come in any encoding


@contextlib.contextmanager
def _errors(path: Path) -> Iterator[None]:
    """FFmpeg's errors as ours."""
    try:
        yield
    except (av.error.EOFError, StopIteration) as error:
        raise BadPicture(str(path), "has no frames that can be decoded", "a whole movie", _ADVICE) from error
    except av.error.FFmpegError as error:
        raise BadPicture(str(path), f"is damaged or cut short ({error.strerror})", "a whole movie", _ADVICE) from error


def _picture_stream(container: Any, path: Path) -> Any:
    if not container.streams.video:
        raise BadPicture(str(path), "has no picture, only sound or data", "a movie with a picture")
    stream = container.streams.video[0]
    if stream.codec_context is None:
        raise BadPicture(str(path), "is in a coding that is not known here", "H.264, HEVC, ProRes, DNxHD...", _ADVICE)
    return stream


def _frames_by_duration(container: Any, stream: Any) -> int:
    """How many frames a Matroska says it has: it keeps no count, but a duration."""
    clock = stream.metadata.get("DURATION", "")
    if re.fullmatch(r"\d+:\d\d:\d\d\.\d+", clock):
        hours, minutes, seconds = clock.split(":")
        duration_s = int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    elif len(container.streams) == 1 and container.duration:
        duration_s = container.duration / 1e6  # FFmpeg's AV_TIME_BASE is a microsecond
    else:
        return 0
    return int(duration_s * float(stream.average_rate or 0) - 0.5)


def _constant_rate(path: Path, times: Sequence[int], stream: Any) -> Fraction:
    """The exact rate, if every frame is shown in its place."""
    tagged = float(stream.average_rate or 0)
    exact = tagged or 24.0  # one frame has no rate of its own
    if len(times) > 1:
        ticks = times[-1] - times[0]
        step = ticks / (len(times) - 1)
        ideal = times[0] + np.arange(len(times)) * step
        off = float(np.max(np.abs(np.asarray(times) - ideal)) / step) if step else 1.0
        if off > _JITTER:
            advice = "Conform it to a constant rate first (ffmpeg: -fps_mode cfr -r 24)."
            raise BadPicture(str(path), "has a variable frame rate", "frames at even times", advice)
        measured = 1 / (step * float(stream.time_base))
        # coarse clocks (Matroska counts milliseconds) blur what is measured by a tick at each end: then the tag knows
        exact = tagged if abs(tagged - measured) < measured * (1e-3 + 2 / ticks) else measured
    try:
        return parse_rate(round(exact, 3))
    except ValueError as error:
        raise BadPicture(str(path), str(error), "a movie at a film or video rate") from error


def _check_frame(path: Path, frame: Any) -> None:
    """Refuse what would be shown wrongly."""
    where = str(path)
    if frame.is_corrupt:
        raise BadPicture(where, f"has a damaged frame at {frame.time:.3f} s", "a whole movie", _ADVICE)
    if int(frame.color_trc) in _HDR_TRANSFERS:
        found = f"is HDR ({_HDR_TRANSFERS[int(frame.color_trc)]})"
        raise BadPicture(where, found, "an SDR movie or an EXR sequence", "Convert it in a grading program first.")
    if frame.interlaced_frame:
        raise BadPicture(where, "is interlaced", "whole frames", "De-interlace it first (ffmpeg: -vf bwdif).")
    if max(frame.width, frame.height) > MAX_SIDE_PX:
        raise BadPicture(where, f"is {frame.width}x{frame.height} pixels", f"at most {MAX_SIDE_PX} a side")
