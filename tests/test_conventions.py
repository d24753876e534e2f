"""One test for each sentence of docs/conventions.md that can be pinned; the page names the tests, and they exist."""

import hashlib
import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from secondunit.effects.collapse.shards import rotate
from secondunit.imaging.colour import SRGB, View, from_working, to_display, to_working
from secondunit.imaging.comp import LAYERS, composite, over
from secondunit.imaging.exr import channel_names
from secondunit.plate.survey import Facade
from secondunit.provenance.pointer import pointer
from secondunit.provenance.tree import leaf_digest, root_digest
from secondunit.provenance.untouched import untouched_digest
from secondunit.scene.camera import Camera, look_at
from secondunit.scene.light import direction_from_angles
from secondunit.timebase import FIRST_FRAME, FrameRange, parse_rate

PAGE = Path(__file__).parents[1] / "docs" / "conventions.md"
AT_REST = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


def test_the_page_and_this_file_name_the_same_tests():
    named = set(re.findall(r"\[pinned: (\w+)\]", PAGE.read_text(encoding="utf-8")))
    written = {name for name in globals() if name.startswith("test_") and not name.startswith("test_the_page")}
    assert named == written


def straight_camera():
    """100 x 50 pixels, 50 px focal length, at the world's origin, axes like the world's."""
    return Camera(100, 50, 50.0, (50.0, 25.0), (0.0, 0.0, 0.0), AT_REST)


def main_facade():
    return Facade(
        "front", (0.0, 0.0, 0.0), (1.0, 0.0, 0.0), 12.0, 9.0, ((0.0, 0.0), (12.0, 0.0), (12.0, 9.0), (0.0, 9.0))
    )


def test_frames_start_at_1001():
    assert FIRST_FRAME == 1001


def test_ranges_are_half_open():
    frames = FrameRange(1001, 1004)
    assert list(frames) == [1001, 1002, 1003]
    assert len(frames) == 3
    assert 1004 not in frames


def test_rates_are_rational():
    assert parse_rate("23.976") == Fraction(24000, 1001)
    assert parse_rate("29.97") == Fraction(30000, 1001)
    assert parse_rate(25) == Fraction(25)


def test_the_world_is_right_handed():
    x, y = direction_from_angles(90, 0), direction_from_angles(0, 90)
    np.testing.assert_allclose(np.cross(x, y), direction_from_angles(0, 0), atol=1e-15)


def test_the_main_facade_is_the_world():
    facade = main_facade()
    np.testing.assert_array_equal(facade.to_world(0, 0), [0, 0, 0])
    np.testing.assert_array_equal(facade.normal, [0, 0, 1])


def test_facade_coordinates():
    np.testing.assert_array_equal(main_facade().to_world(3.0, 2.0, 0.5), [3.0, 2.0, -0.5])


def test_the_camera_looks_along_minus_z():
    pixel, depth = straight_camera().project([[0, 0, -4], [1, 0, -4], [0, 1, -4], [0, 0, 4]])
    np.testing.assert_allclose(pixel[0], [50, 25])
    assert pixel[1, 0] > pixel[0, 0], "+X is to the right"
    assert pixel[2, 1] < pixel[0, 1], "+Y is up, and y in pixels runs down"
    assert depth[3] < 0, "behind"
    # rotation takes world to camera: seen from +X, the world's +Z is to the left
    side = look_at([5, 0, 0], [0, 0, 0], focal_px=50, width_px=100, height_px=50)
    assert side.project([0, 0, 1])[0][0] < 50


def test_depth_is_along_the_view_axis():
    camera = straight_camera()
    assert camera.project([3.0, 2.0, -4.0])[1] == pytest.approx(4.0)


def test_azimuth_goes_from_the_facade_to_its_right():
    np.testing.assert_allclose(direction_from_angles(0, 0), [0, 0, 1], atol=1e-15)
    np.testing.assert_allclose(direction_from_angles(90, 0), [1, 0, 0], atol=1e-15)
    np.testing.assert_allclose(direction_from_angles(37, 90), [0, 1, 0], atol=1e-15)


def test_quaternions_are_w_first():
    quarter_about_y = np.array([np.sqrt(0.5), 0, np.sqrt(0.5), 0])
    np.testing.assert_allclose(rotate(quarter_about_y, np.array([0.0, 0, 1])), [1, 0, 0], atol=1e-15)
    np.testing.assert_array_equal(rotate(np.array([1.0, 0, 0, 0]), np.array([1.0, 2, 3])), [1, 2, 3])


def test_pixel_centres_are_half_integers():
    camera = straight_camera()
    through_middle = camera.rays([50.0, 25.0])
    np.testing.assert_allclose(through_middle, [0, 0, -1], atol=1e-15)
    # A picture twice as fine has four pixels where one was; the outer corners stay.
    corner = camera.rays([0.0, 0.0])
    np.testing.assert_allclose(camera.scaled(200, 100).rays([0.0, 0.0]), corner, atol=1e-15)
    centres = camera.scaled(200, 100).rays([[0.5, 0.5], [1.5, 1.5]])
    middle = centres.mean(axis=0) / np.linalg.norm(centres.mean(axis=0))
    np.testing.assert_allclose(camera.rays([0.5, 0.5]), middle, atol=1e-4)


def test_half_float_holds_what_it_holds():
    halves = np.arange(0, 0x7C00, dtype=np.uint16).view(np.float16)
    np.testing.assert_array_equal(halves.astype(np.float32).astype(np.float16), halves)


def test_working_colour_is_acescg():
    # Rec.709 white is neutral; green of AP1 lies outside Rec.709, so it goes below 0 there.
    np.testing.assert_allclose(to_working(np.ones((1, 3), np.float32), SRGB), 1.0, atol=2e-4)
    assert from_working(np.array([[0.0, 1.0, 0.0]], np.float32), "Linear Rec.709 (sRGB)").min() < -0.05
    grey = to_working(np.full((1, 3), 0.18, np.float32), "Linear Rec.709 (sRGB)")
    np.testing.assert_allclose(grey, 0.18, atol=1e-4)


def test_a_photograph_comes_back_with_its_code_values():
    codes = np.random.default_rng(1).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    plate = to_working(codes.astype(np.float32) / 255, SRGB).astype(np.float16)  # as a plate is kept
    shown = to_display(plate.astype(np.float32), View.DISPLAY_REFERRED)
    assert np.abs(shown.astype(int) - codes).max() <= 1


def test_alpha_is_premultiplied():
    half_white = np.array([[[0.5, 0.5, 0.5, 0.5]]], np.float32)
    np.testing.assert_allclose(over(half_white, np.zeros((1, 1, 3), np.float32)), 0.5)
    np.testing.assert_allclose(over(half_white, np.ones((1, 1, 3), np.float32)), 1.0)


def test_where_the_matte_is_0_the_composite_is_the_plate():
    random = np.random.default_rng(2)
    channels = {"shadow": 3, "background": 3, "dust_shadow": 3, "grain": 3, "matte": 1}
    layers = {name: random.random((8, 8, channels.get(name, 4)), np.float32) for name in LAYERS}
    layers["matte"][:4] = 0
    plate = random.random((8, 8, 3), np.float32)
    made = composite(plate, layers)
    np.testing.assert_array_equal(made[:4], plate[:4])
    assert (made[4:] != plate[4:]).any()


def test_dust_before_the_holdout_goes_over_it():
    assert LAYERS.index("dust_front") == LAYERS.index("holdout") + 1
    three, four = np.zeros((1, 1, 3), np.float32), np.zeros((1, 1, 4), np.float32)
    layers = dict.fromkeys(LAYERS, four) | {
        "background": three,
        "grain": three,
        "matte": np.ones((1, 1, 1), np.float32),
    }
    layers |= {"shadow": three + 1, "dust_shadow": three + 1, "holdout": np.float32([[[0.5, 0.5, 0.5, 1.0]]])}
    layers["dust_front"] = np.float32([[[0.2, 0.1, 0.0, 0.5]]])
    np.testing.assert_allclose(composite(three, layers), np.float32([[[0.45, 0.35, 0.25]]]), rtol=1e-6)


def test_channels_have_their_fields_names():
    assert channel_names("composite", 3) == ("R", "G", "B")
    assert channel_names("beauty", 4) == ("beauty.R", "beauty.G", "beauty.B", "beauty.A")
    assert channel_names("matte", 1) == ("matte.A",)
    assert channel_names("depth", 1) == ("depth.Z",)
    assert channel_names("motion", 2) == ("motion.u", "motion.v")
    assert channel_names("normal", 3) == ("normal.X", "normal.Y", "normal.Z")


def test_leaves_and_nodes_are_hashed_apart():
    content, untouched, name = "11" * 32, "22" * 32, b"S.1001.exr"
    fixed = (1001).to_bytes(8, "big") + len(name).to_bytes(4, "big") + name
    leaf = hashlib.sha256(b"\x00" + fixed + b"\x11" * 32 + b"\x22" * 32).digest()
    assert leaf_digest(1001, name.decode(), content, untouched) == leaf
    node = hashlib.sha256(b"\x01" + leaf + leaf).digest()
    assert root_digest([leaf, leaf]) == node
    assert root_digest([leaf, leaf, leaf]) == hashlib.sha256(b"\x01" + node + leaf).digest()


def test_the_untouched_digest_is_of_half_floats_where_the_matte_is_0():
    pixels = np.arange(12, dtype=np.float32).reshape(2, 2, 3)
    matte = np.array([[0, 1], [0.5, 0]], np.float32)
    held = bytes([0b10010000]) + np.array([0, 1, 2, 9, 10, 11], "<f2").tobytes()
    size = (2).to_bytes(4, "big") * 2
    wanted = hashlib.sha256(b"secondunit untouched pixels 1\0" + size + held).hexdigest()
    assert untouched_digest(pixels, matte) == wanted


def test_a_frame_points_to_its_proof():
    assert pointer(1042) == {"secondunit/frame": 1042, "dcterms:provenance": "frames.c2pa"}
