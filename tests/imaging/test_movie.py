"""Movies: what goes in comes out, at its exact rate, upright; and what would be shown wrongly is refused."""

import concurrent.futures
import contextlib
import os
import time
from fractions import Fraction

import av
import numpy as np
import pytest

from secondunit.errors import BadPicture
from secondunit.imaging.movie import MovieReader, MovieWriter, movie_kind, probe

NTSC = Fraction(24000, 1001)


def picture(index, height=72, width=96):
    """A smooth picture that names its frame: 4:2:0 keeps it."""
    y, x = np.mgrid[:height, :width]
    codes = np.stack([x * 255 // width, y * 255 // height, np.full_like(x, 30 + 8 * index)], axis=-1)
    return codes.astype(np.uint8)


def make(path, *, count=12, fmt="mp4", rate=NTSC, times=None, height=72, width=96, turn=0, pix_fmt="yuv420p", **tags):
    """A movie straight from FFmpeg, not by our own writer."""
    container = av.open(str(path), "w", format=fmt)
    stream = container.add_stream("ffv1" if "p10" in pix_fmt else "libx264", rate=rate)
    stream.width, stream.height, stream.pix_fmt = width, height, pix_fmt
    stream.codec_context.time_base = Fraction(1, 1000) if times else 1 / rate
    for name, value in tags.items():
        setattr(stream.codec_context, name, value)
    if turn:
        stream.set_display_rotation(turn)
    for index in range(count):
        frame = av.VideoFrame.from_ndarray(picture(index, height, width), format="rgb24")
        frame.pts, frame.time_base = times[index] if times else index, stream.codec_context.time_base
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))
    container.close()
    return path


def test_frames_come_back_in_any_order(tmp_path):
    with MovieWriter(tmp_path / "a.mp4", 96, 72, NTSC) as movie:
        for index in range(20):
            movie.write(picture(index))
    facts = probe(tmp_path / "a.mp4")
    assert (facts.width_px, facts.height_px, facts.rate, len(facts.times), facts.bits) == (96, 72, NTSC, 20, 8)
    with MovieReader(tmp_path / "a.mp4") as reader:
        for index in (0, 1, 2, 19, 5, 6, 0):
            error = reader.frame(index).astype(int) - picture(index)
            assert np.abs(error).mean() < 3, "codes, of 255; the next frame is 8 away in blue"
        with pytest.raises(BadPicture, match="has 20 frames"):
            reader.frame(20)


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (128, 128, 128), (200, 40, 40), (30, 160, 60)])
def test_colours_do_not_shift(tmp_path, colour):
    with MovieWriter(tmp_path / "a.mp4", 64, 64, NTSC) as movie:
        movie.write(np.full((64, 64, 3), colour, np.uint8))
    shown = decoded_as_tagged(tmp_path / "a.mp4")
    assert np.abs(shown - colour).max() <= 3, "codes: 4:2:0 in 8 bits rounds"


def decoded_as_tagged(path):
    """The middle pixel by the equations of BT.709 (Kr 0.2126, Kb 0.0722, narrow range), not by a library."""
    with av.open(str(path)) as container:
        planes = next(container.decode(video=0)).to_ndarray()
    y = (float(planes[32, 32]) - 16) / 219
    cb, cr = ((float(planes[row, 16]) - 128) / 224 for row in (64 + 8, 64 + 16 + 8))
    red, blue = y + 1.5748 * cr, y + 1.8556 * cb
    return 255 * np.array([red, (y - 0.2126 * red - 0.0722 * blue) / 0.7152, blue])


def test_odd_sizes_grow_by_a_repeated_edge(tmp_path):
    with MovieWriter(tmp_path / "a.mp4", 97, 71, Fraction(25)) as movie:
        movie.write(picture(3, 71, 97))
    with MovieReader(tmp_path / "a.mp4") as reader:
        codes = reader.frame(0)
    assert codes.shape == (72, 98, 3)
    assert np.abs(codes[:71, :97].astype(int) - picture(3, 71, 97)).mean() < 2


def test_the_same_frames_give_the_same_bytes_and_tags(tmp_path):
    for name in ("a.mp4", "b.mp4"):
        with MovieWriter(tmp_path / name, 96, 72, NTSC) as movie:
            for index in range(30):
                movie.write(picture(index))
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()
    with av.open(str(tmp_path / "a.mp4")) as container:
        context = container.streams.video[0].codec_context
        assert (context.colorspace, context.color_trc, context.color_primaries, context.color_range) == (1, 1, 1, 1)
        assert context.name == "h264"
    data = (tmp_path / "a.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat"), "the index stands at the front"


def test_how_busy_the_machine_is_does_not_change_the_bytes(tmp_path):
    grainy = [np.random.default_rng(index).integers(0, 60, (144, 192, 3), np.uint8) for index in range(24)]
    frames = [np.clip(picture(index, 144, 192).astype(int) + one, 0, 255) for index, one in enumerate(grainy)]

    def write(name, pause_s=0.0):
        with MovieWriter(tmp_path / name, 192, 144, NTSC) as movie:
            for index, frame in enumerate(frames):
                time.sleep(pause_s * (index % 3))
                movie.write(frame.astype(np.uint8))

    write("alone.mp4")
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(write, ("a.mp4", "b.mp4", "c.mp4", "d.mp4"), (0, 0, 0.01, 0.02)))
    alone = (tmp_path / "alone.mp4").read_bytes()
    assert all((tmp_path / name).read_bytes() == alone for name in ("a.mp4", "b.mp4", "c.mp4", "d.mp4"))
    assert b" threads=2 lookahead_threads=2 " in alone, "x264 notes how it was run: alike on every machine"


def test_a_movie_is_there_whole_or_not_at_all(tmp_path):
    with contextlib.suppress(RuntimeError), MovieWriter(tmp_path / "a.mp4", 96, 72, NTSC) as movie:
        movie.write(picture(0))
        raise RuntimeError
    assert os.listdir(tmp_path) == []


def test_a_frame_of_another_size_is_refused(tmp_path):
    with pytest.raises(ValueError, match="for a movie"), MovieWriter(tmp_path / "a.mp4", 96, 72, NTSC) as movie:
        movie.write(picture(0, 70, 90))
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("fmt", ["mp4", "mov", "matroska", "avi"])
@pytest.mark.parametrize("rate", [NTSC, Fraction(25), Fraction(30000, 1001), Fraction(50)])
def test_rates_are_exact(tmp_path, fmt, rate):
    path = make(tmp_path / "a.movie", fmt=fmt, rate=rate)
    assert probe(path).rate == rate
    assert len(probe(path).times) == 12


@pytest.mark.parametrize("count", [1, 2, 3, 6, 200])
def test_a_coarse_clock_does_not_blur_the_rate(tmp_path, count):
    assert probe(make(tmp_path / "a.mkv", fmt="matroska", count=count)).rate == NTSC


def test_a_turned_phone_is_turned_back(tmp_path):
    path = make(tmp_path / "a.mp4", turn=90)
    facts = probe(path)
    assert (facts.width_px, facts.height_px) == (72, 96)
    with MovieReader(path) as reader:
        assert np.abs(reader.frame(2).astype(int) - np.rot90(picture(2))).mean() < 3


def test_ten_bits_are_kept(tmp_path):
    path = make(tmp_path / "a.mkv", fmt="matroska", pix_fmt="yuv444p10le")
    with MovieReader(path) as reader:
        codes = reader.frame(4)
    assert codes.dtype == np.uint16
    assert np.abs(codes / 257 - picture(4)).mean() < 3


def test_a_variable_rate_is_refused(tmp_path):
    times = [index * 42 + (25 if index % 5 == 0 else 0) for index in range(12)]
    with pytest.raises(BadPicture, match="variable frame rate"):
        probe(make(tmp_path / "a.mp4", times=times))


def test_hdr_is_refused(tmp_path):
    with pytest.raises(BadPicture, match=r"HDR \(PQ\)"):
        probe(make(tmp_path / "a.mp4", color_trc=16))


@pytest.mark.parametrize("fmt", ["mp4", "matroska"])
@pytest.mark.parametrize("share", [0.5, 0.9])
def test_movies_cut_short_are_refused(tmp_path, fmt, share):
    with av.open(str(make(tmp_path / "a", fmt=fmt, count=24))) as whole:
        assert whole.streams.video
    data = (tmp_path / "a").read_bytes()
    (tmp_path / "a").write_bytes(data[: int(len(data) * share)])
    with pytest.raises(BadPicture, match=r"cut short|no frames"):
        probe(tmp_path / "a")


def test_sound_alone_is_no_movie(tmp_path):
    container = av.open(str(tmp_path / "a.mp4"), "w")
    stream = container.add_stream("aac", rate=48000)
    sound = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
    sound.sample_rate = 48000
    container.mux(stream.encode(sound))
    container.mux(stream.encode(None))
    container.close()
    with pytest.raises(BadPicture, match="no picture"):
        probe(tmp_path / "a.mp4")


def test_a_movie_without_frames_is_refused(tmp_path):
    container = av.open(str(tmp_path / "a.mkv"), "w")
    stream = container.add_stream("ffv1", rate=24)
    stream.width, stream.height, stream.pix_fmt = 96, 72, "yuv420p"
    container.start_encoding()
    container.close()
    with pytest.raises(BadPicture, match="no frames"):
        probe(tmp_path / "a.mkv")


@pytest.mark.parametrize(
    "content", [b"#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n", b"ffconcat version 1.0\nfile a.mp4\n"]
)
def test_playlists_are_never_opened(tmp_path, content):
    (tmp_path / "a.mp4").write_bytes(content)
    assert movie_kind(tmp_path / "a.mp4") is None
    with pytest.raises(BadPicture, match="not a movie"):
        probe(tmp_path / "a.mp4")


def test_empty_and_missing_movies_say_so(tmp_path):
    (tmp_path / "a.mp4").touch()
    with pytest.raises(BadPicture, match="empty"):
        probe(tmp_path / "a.mp4")
    with pytest.raises(BadPicture, match="cannot be read"):
        probe(tmp_path / "b.mp4")
