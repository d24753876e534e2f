"""Pictures in: every kind that crews send, upright, straight, in the right space; and what must be refused."""

import os
import struct
import zlib

import numpy as np
import OpenImageIO as oiio
import pytest
from PIL import Image, ImageCms

from secondunit.errors import BadPicture
from secondunit.imaging import files
from secondunit.imaging.colour import SRGB
from secondunit.imaging.exr import write_exr
from secondunit.imaging.files import picture_kind, read_picture, write_jpeg, write_png
from secondunit.imaging.profiles import space_of_chromaticities, space_of_icc

HEIGHT, WIDTH = 70, 90


@pytest.fixture
def codes():
    return np.random.default_rng(5).integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)


def oiio_file(path, pixels, kind, **attributes):
    spec = oiio.ImageSpec(pixels.shape[1], pixels.shape[0], pixels.shape[2], kind)
    for name, value in attributes.items():
        spec.attribute(name.replace("__", ":"), value)
    output = oiio.ImageOutput.create(str(path))
    assert output.open(str(path), spec), output.geterror()
    assert output.write_image(np.ascontiguousarray(pixels)), output.geterror()
    output.close()
    return path


def test_png_is_read_to_the_code(tmp_path, codes):
    write_png(tmp_path / "a.png", codes)
    picture = read_picture(tmp_path / "a.png")
    np.testing.assert_array_equal(np.round(picture.pixels * 255), codes)
    assert (picture.space, picture.bits, picture.display_referred, picture.alpha) == (SRGB, 8, True, None)


def test_jpeg_out_is_close_and_full_chroma(tmp_path):
    ramp = np.zeros((64, 64, 3), np.uint8)
    ramp[..., 0], ramp[..., 1] = np.arange(64) * 4, np.arange(64)[:, None] * 4
    write_jpeg(tmp_path / "a.jpg", ramp)
    assert np.abs(read_picture(tmp_path / "a.jpg").pixels * 255 - ramp).max() < 8


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_sixteen_bits_are_kept(tmp_path, suffix):
    wanted = np.random.default_rng(0).integers(0, 65536, (HEIGHT, WIDTH, 3)).astype(np.uint16)
    picture = read_picture(oiio_file(tmp_path / f"a.{suffix}", wanted, oiio.UINT16))
    np.testing.assert_array_equal(np.round(picture.pixels * 65535), wanted)
    assert picture.bits == 16


def test_grey_becomes_rgb(tmp_path, codes):
    write_png(tmp_path / "a.png", codes[..., 0])
    pixels = read_picture(tmp_path / "a.png").pixels
    assert pixels.shape == (HEIGHT, WIDTH, 3)
    assert np.all(pixels[..., :1] == pixels)


def test_alpha_of_a_png_is_straight(tmp_path, codes):
    alpha = np.random.default_rng(1).integers(0, 256, (HEIGHT, WIDTH, 1), dtype=np.uint8)
    write_png(tmp_path / "a.png", np.concatenate([codes, alpha], axis=-1))
    picture = read_picture(tmp_path / "a.png")
    np.testing.assert_array_equal(np.round(picture.pixels * 255), codes)
    np.testing.assert_array_equal(np.round(picture.alpha * 255), alpha[..., 0])


def test_alpha_of_an_exr_is_divided_out_and_glow_stays(tmp_path):
    premultiplied = np.zeros((HEIGHT, WIDTH, 4), np.float32)
    premultiplied[..., :] = (0.25, 0.125, 0.5, 0.5)
    premultiplied[0, 0] = (3, 2, 1, 0)
    write_exr(tmp_path / "a.exr", {"composite": premultiplied})
    picture = read_picture(tmp_path / "a.exr")
    np.testing.assert_allclose(picture.pixels[1, 1], (0.5, 0.25, 1.0))
    np.testing.assert_allclose(picture.pixels[0, 0], (3, 2, 1))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_stand_upright(tmp_path, orientation):
    upright = np.zeros((8, 12, 3), np.uint8)
    upright[0, :, 0], upright[:, 0, 1] = 255, 255  # red on top, green at the left
    undo = {
        1: lambda a: a,
        2: lambda a: a[:, ::-1],
        3: lambda a: a[::-1, ::-1],
        4: lambda a: a[::-1],
        5: lambda a: a.swapaxes(0, 1),
        6: lambda a: np.rot90(a, 1),
        7: lambda a: a[::-1, ::-1].swapaxes(0, 1),
        8: lambda a: np.rot90(a, -1),
    }
    stored = oiio_file(tmp_path / "a.tif", undo[orientation](upright), oiio.UINT8, Orientation=orientation)
    np.testing.assert_array_equal(np.round(read_picture(stored).pixels * 255), upright)
    shown = Image.open(stored)  # another program's opinion of the same tag
    assert shown.getexif().get(0x0112, 1) == orientation


def test_icc_profiles_are_told_by_their_primaries(tmp_path, codes):
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert space_of_icc(srgb) == SRGB
    # Display P3's colorants under D50, as its profiles carry them
    p3 = [(0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407)]
    assert space_of_icc(matrix_profile(p3)) == "sRGB Encoded P3-D65"
    adobe = [(0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457)]
    assert space_of_icc(matrix_profile(adobe)) == "Gamma 2.2 Encoded AdobeRGB"
    assert space_of_icc(matrix_profile([(0.7, 0.2, 0.0), (0.1, 0.8, 0.0), (0.1, 0.1, 0.9)])) is None
    assert space_of_icc(b"") is None
    assert space_of_icc(srgb[:200]) is None
    Image.fromarray(codes).save(tmp_path / "a.jpg", icc_profile=matrix_profile(p3))
    assert read_picture(tmp_path / "a.jpg").space == "sRGB Encoded P3-D65"


def matrix_profile(colorants):
    """The parts of an ICC profile that matter here: header, tag table, three XYZ tags."""
    header = bytearray(128)
    header[4:24] = b"test\x04\x30\0\0mntrRGB XYZ "
    header[36:40] = b"acsp"
    table, data = struct.pack(">I", 3), b""
    for name, colorant in zip((b"rXYZ", b"gXYZ", b"bXYZ"), colorants, strict=True):
        table += struct.pack(">4sII", name, 132 + 36 + len(data), 20)
        data += b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in colorant))
    profile = bytes(header) + table + data
    return struct.pack(">I", len(profile)) + profile[4:]


def test_exr_spaces_are_told_by_their_chromaticities(tmp_path):
    pixels = np.full((HEIGHT, WIDTH, 3), 0.5, np.float32)
    write_exr(tmp_path / "a.exr", {"composite": pixels})
    assert read_picture(tmp_path / "a.exr").space == "ACEScg"
    assert not read_picture(tmp_path / "a.exr").display_referred
    plain = oiio_file(tmp_path / "b.exr", pixels, oiio.HALF)
    assert read_picture(plain).space == "Linear Rec.709 (sRGB)"
    assert read_picture(plain, space="ACES2065-1").space == "ACES2065-1"
    assert space_of_chromaticities((0.5, 0.5, 0.1, 0.7, 0.1, 0.1, 0.3, 0.3)) is None


def test_the_display_window_is_what_counts(tmp_path):
    spec = oiio.ImageSpec(20, 10, 3, oiio.HALF)
    spec.x, spec.y, spec.full_x, spec.full_y, spec.full_width, spec.full_height = -5, 2, 0, 0, 30, 16
    output = oiio.ImageOutput.create(str(tmp_path / "a.exr"))
    assert output.open(str(tmp_path / "a.exr"), spec)
    output.write_image(np.ones((10, 20, 3), np.float32))
    output.close()
    pixels = read_picture(tmp_path / "a.exr").pixels
    assert pixels.shape == (16, 30, 3)
    assert np.all(pixels[2:12, :15] == 1)
    assert pixels.sum() == 10 * 15 * 3


def test_cmyk_is_refused(tmp_path, codes):
    for name in ("a.jpg", "a.tif"):
        Image.fromarray(codes).convert("CMYK").save(tmp_path / name)
        with pytest.raises(BadPicture, match="CMYK"):
            read_picture(tmp_path / name)


def test_pixels_that_are_no_numbers_are_counted(tmp_path):
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    pixels[1, 2, 0], pixels[5, 6] = np.nan, np.inf
    with pytest.raises(BadPicture, match="has 2 pixels"):
        read_picture(oiio_file(tmp_path / "a.exr", pixels, oiio.FLOAT))


def png_header(width, height):
    """A PNG that claims a size and holds nothing."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("width", "height"), [(16385, 64), (64, 60_000), (16000, 16000)])
def test_huge_pictures_are_refused_by_their_header(tmp_path, width, height, monkeypatch):
    (tmp_path / "a.png").write_bytes(png_header(width, height))
    monkeypatch.setattr(files, "_decode", lambda *_: pytest.fail("decoded before the size was checked"))
    with pytest.raises(BadPicture, match=f"is {width}x{height} pixels"):
        read_picture(tmp_path / "a.png")


def test_small_pictures_are_refused_where_that_is_asked(tmp_path, codes):
    write_png(tmp_path / "a.png", codes[:1, :1])
    assert read_picture(tmp_path / "a.png").pixels.shape == (1, 1, 3)
    with pytest.raises(BadPicture, match="is 1x1 pixels; wanted at least 64"):
        read_picture(tmp_path / "a.png", minimum_px=64)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "empty"), (b"hello, world", "not a picture"), (b"#EXTM3U\nfile:///etc/passwd", "not a picture")],
)
def test_what_is_no_picture_says_so(tmp_path, content, said):
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(BadPicture, match=said):
        read_picture(tmp_path / "a.png")


def test_missing_files_and_folders_say_so(tmp_path):
    for path in (tmp_path / "none.png", tmp_path):
        with pytest.raises(BadPicture, match="cannot be read"):
            read_picture(path)


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.tif", "a.exr"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.97])
def test_pictures_cut_short_are_refused_in_silence(tmp_path, codes, name, share, capfd):
    path = tmp_path / name
    if name == "a.exr":
        write_exr(path, {"composite": codes / 255})
    else:
        Image.fromarray(codes).save(path)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(BadPicture, match=r"damaged|cut short|opened|size"):
        read_picture(path)
    assert capfd.readouterr() == ("", ""), "the C libraries' words stay off the terminal"


def test_names_in_any_encoding_do_no_harm(tmp_path, codes):
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Maker", b"\xff\xfe\xe9"
    Image.fromarray(codes).save(tmp_path / "a.jpg", exif=exif)
    assert read_picture(tmp_path / "a.jpg").metadata["Make"] == "Maker"


def test_a_kind_is_told_by_content_not_by_name(tmp_path, codes):
    write_png(tmp_path / "a.png", codes)
    os.rename(tmp_path / "a.png", tmp_path / "a.jpg")
    assert picture_kind(tmp_path / "a.jpg") == "png"
    assert read_picture(tmp_path / "a.jpg").pixels.shape == (HEIGHT, WIDTH, 3)


def test_png_bytes_repeat(tmp_path, codes):
    write_png(tmp_path / "a.png", codes)
    write_png(tmp_path / "b.png", codes)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
