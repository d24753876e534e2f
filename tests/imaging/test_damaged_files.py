"""Files from outside: whatever their bytes, the answer is a picture or a BadPicture, and nothing is left behind."""

import contextlib
import functools
import os

import av
import numpy as np
import OpenImageIO as oiio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from secondunit.errors import BadPicture
from secondunit.imaging.files import read_picture
from secondunit.imaging.movie import MovieReader

PICTURES = {
    "zip.exr": (oiio.HALF, 4, "zip"),
    "piz.exr": (oiio.HALF, 3, "piz"),
    "pxr.exr": (oiio.FLOAT, 3, "pxr24"),
    "dwa.exr": (oiio.HALF, 3, "dwaa"),
    "b44.exr": (oiio.HALF, 3, "b44"),
    "a.png": (oiio.UINT8, 4, ""),
    "b.png": (oiio.UINT16, 3, ""),
    "a.jpg": (oiio.UINT8, 3, ""),
    "lzw.tif": (oiio.UINT16, 4, "lzw"),
    "zip.tif": (oiio.FLOAT, 3, "zip"),
    "jpeg.tif": (oiio.UINT8, 3, "jpeg"),
    "icc.jpg": None,
    "icc.png": None,
}
MOVIES = {"a.mp4": "mp4", "a.mkv": "matroska", "a.avi": "avi"}
FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@functools.cache
def whole(folder, name):
    """The bytes of a good file of each kind."""
    path = folder / f"good_{name}"
    noise = np.random.default_rng(0).random((66, 80, 4), np.float32)
    if name in MOVIES:
        container = av.open(str(path), "w", format=MOVIES[name])
        stream = container.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = 80, 66, "yuv420p"
        for _ in range(6):
            codes = (noise[..., :3] * 255).astype(np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(codes, format="rgb24")))
        container.mux(stream.encode(None))
        container.close()
    elif PICTURES[name] is None:
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        exif = Image.Exif()
        exif[0x0112], exif[0x010F] = 6, "Maker"
        Image.fromarray((noise[..., :3] * 255).astype(np.uint8)).save(path, icc_profile=profile, exif=exif)
    else:
        kind, channels, compression = PICTURES[name]
        spec = oiio.ImageSpec(80, 66, channels, kind)
        spec.attribute("compression", compression)
        output = oiio.ImageOutput.create(str(path))
        output.open(str(path), spec)
        output.write_image(np.ascontiguousarray(noise[..., :channels]))
        output.close()
    return path.read_bytes()


@st.composite
def damage(draw):
    """A function that damages bytes: cut, overwritten (often in the header), or with a piece missing."""
    cut = draw(st.none() | st.floats(0, 0.999))
    near = draw(st.booleans())
    writes = draw(st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=8))
    hole = draw(st.none() | st.tuples(st.floats(0, 0.999), st.integers(1, 20)))

    def apply(data):
        out = bytearray(data)
        for where, value in writes:
            out[int(where * (min(len(out), 600) if near else len(out)))] = value
        if hole:
            start = int(hole[0] * len(out))
            del out[start : start + hole[1]]
        return bytes(out if cut is None else out[: int(cut * len(out))])

    return apply


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    return tmp_path_factory.mktemp("good")


@FUZZ
@given(name=st.sampled_from(sorted(PICTURES)), harm=damage())
def test_damaged_pictures_are_refused_or_read(good, tmp_path, name, harm):
    path = tmp_path / name
    path.write_bytes(harm(whole(good, name)))
    with contextlib.suppress(BadPicture):
        picture = read_picture(path)
        assert np.isfinite(picture.pixels).all()
        assert picture.pixels.shape[2] == 3
    path.unlink()
    assert os.listdir(tmp_path) == []


@FUZZ
@given(name=st.sampled_from(sorted(MOVIES)), harm=damage())
def test_damaged_movies_are_refused_or_read(good, tmp_path, name, harm):
    path = tmp_path / name
    path.write_bytes(harm(whole(good, name)))
    with contextlib.suppress(BadPicture), MovieReader(path) as reader:
        for index in range(len(reader.facts.times)):
            assert reader.frame(index).dtype == np.uint8
    path.unlink()
    assert os.listdir(tmp_path) == []


@FUZZ
@given(
    start=st.sampled_from(
        [b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"\x76\x2f\x31\x01\x02\0\0\0"]
    ),
    rest=st.binary(max_size=400),
)
def test_random_bytes_are_no_picture(tmp_path, start, rest):
    (tmp_path / "a.bin").write_bytes(start + rest)
    with pytest.raises(BadPicture):
        read_picture(tmp_path / "a.bin")


@FUZZ
@given(start=st.sampled_from([b"", b"\0\0\0\x20ftypisom", b"\x1a\x45\xdf\xa3", b"RIFF"]), rest=st.binary(max_size=400))
def test_random_bytes_are_no_movie(tmp_path, start, rest):
    (tmp_path / "a.bin").write_bytes(start + rest)
    with pytest.raises(BadPicture):
        MovieReader(tmp_path / "a.bin")
