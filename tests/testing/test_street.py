"""The demo plate: what its truth document says is what its pictures show."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from secondunit.errors import BrokenStore
from secondunit.scene.light import direction_from_angles
from secondunit.testing import street
from secondunit.testing.street import mesh, scene, truth


@pytest.fixture(scope="module")
def shot():
    return street.load()


@pytest.fixture(scope="module")
def pictures(shot):
    names = ("plate", "clean", "holdout", "building")
    read = {name: cv2.imread(str(getattr(shot, name)), cv2.IMREAD_UNCHANGED) for name in names}
    return {name: picture.astype(np.float32) / 255 for name, picture in read.items()}


@pytest.fixture(scope="module")
def built():
    return scene.build()


def prism(shot):
    """Filled projection of the hero's prism: the convex hull of its eight corners."""
    height = max(facade["height_m"] for facade in shot.truth["facades"])
    corners = [(x, y, z) for x, z in shot.truth["footprint_m"] for y in (0.0, height)]
    pixels, depth = shot.camera.project(corners)
    assert depth.min() > 0
    mask = np.zeros((shot.camera.height_px, shot.camera.width_px), np.uint8)
    return cv2.fillConvexPoly(mask, cv2.convexHull(np.round(pixels).astype(np.int32)), 1) > 0


def test_all_pictures_have_the_cameras_size_and_are_small(shot, pictures):
    for name, picture in pictures.items():
        assert picture.shape[:2] == (shot.camera.height_px, shot.camera.width_px) == (1080, 1920)
        assert getattr(shot, name).stat().st_size < 1.5 * 2**20


def test_the_projected_prism_is_the_buildings_matte(shot, pictures):
    free = pictures["holdout"] < 0.02
    drawn, seen = prism(shot) & free, (pictures["building"] > 0.5) & free
    assert (drawn & seen).sum() / (drawn | seen).sum() > 0.97


def test_the_building_stands_clear(shot, pictures):
    drawn = prism(shot)
    hidden = drawn & (pictures["holdout"] > 0.5)
    assert 0.001 < hidden.sum() / drawn.sum() < 0.12
    columns, rows = np.flatnonzero(drawn.any(0)), np.flatnonzero(drawn.any(1))
    assert 0.33 < np.ptp(columns) / 1920 < 0.45
    assert 0.6 < np.ptp(rows) / 1080 < 0.72


def test_corners_in_pixels_are_corners_in_metres(shot):
    for facade in shot.truth["facades"]:
        origin, along = np.array(facade["origin_m"]), np.array(facade["along_m"])
        for place, s, t in (("bottom_left", 0, 0), ("top_right", facade["width_m"], facade["height_m"])):
            pixel, _ = shot.camera.project(origin + s * along + [0, t, 0])
            assert np.abs(pixel - shot.truth["corners_px"][f"{facade['name']}_{place}"]).max() < 0.01


def test_window_edges_lie_on_edges_of_the_picture(shot, pictures):
    """Sharpness across the left and right edges of the windows beats that of the same lines moved aside."""
    luma = cv2.cvtColor(pictures["plate"], cv2.COLOR_BGR2GRAY)
    edge = np.abs(cv2.Sobel(cv2.GaussianBlur(luma, (0, 0), 1.0), cv2.CV_32F, 1, 0))
    front = shot.truth["facades"][0]
    openings = [one for one in front["openings"] if one["kind"] == "window"]
    inside = pictures["building"] > 0.99

    def strength(shift_m):
        values = []
        for one in openings:
            for s in (one["left_m"], one["right_m"]):
                t = np.linspace(one["bottom_m"] + 0.3, one["top_m"] - 0.1, 30)
                points = np.stack([np.full(30, s + shift_m), t, np.zeros(30)], -1)
                x, y = (np.floor(value).astype(int) for value in shot.camera.project(points)[0].T)
                values.append(edge[y, x][inside[y, x]])
        return float(np.concatenate(values).mean())

    assert strength(0.0) > 1.5 * max(strength(-0.35), strength(0.35))


def test_the_clean_plate_is_the_plate_where_the_hero_makes_no_difference(shot, pictures):
    difference = np.abs(pictures["plate"] - pictures["clean"]).max(-1)
    held = (pictures["holdout"] > 0.98) & ~cv2.dilate(pictures["building"], np.ones((31, 31))).astype(bool)
    sky = np.zeros_like(held)
    sky[:100, :400] = True
    assert np.quantile(difference[held | sky], 0.99) < 0.05
    assert difference[pictures["building"] > 0.9].mean() > 0.1


def test_the_hero_is_not_on_the_clean_plate(shot, pictures):
    """Its openings leave no trace: the clean plate does not correlate with the plate inside the matte."""
    inside = pictures["building"] > 0.99
    a, b = (cv2.cvtColor(pictures[name], cv2.COLOR_BGR2GRAY) for name in ("plate", "clean"))
    fine = [(image - cv2.GaussianBlur(image, (0, 0), 4))[inside] for image in (a, b)]
    assert abs(np.corrcoef(*fine)[0, 1]) < 0.1


def test_the_sun_lights_the_front_and_not_the_side(shot, pictures):
    sun = np.array(shot.truth["to_sun"])
    angles = shot.truth["sun_azimuth_deg"], shot.truth["sun_elevation_deg"]
    assert np.allclose(sun, direction_from_angles(*angles))
    assert np.isclose(np.linalg.norm(sun), 1)
    levels = []
    for facade in shot.truth["facades"]:
        s, t = np.meshgrid(np.linspace(0.3, 0.7, 60) * facade["width_m"], np.linspace(8, 15, 60))
        points = np.array(facade["origin_m"]) + s[..., None] * np.array(facade["along_m"]) + t[..., None] * [0, 1, 0]
        x, y = (np.floor(value).astype(int) for value in np.moveaxis(shot.camera.project(points)[0], -1, 0))
        levels.append(float(np.median(pictures["plate"][y, x])))
    assert levels[0] > 1.2 * levels[1]


def test_the_same_seed_builds_the_same_street(shot, built):
    again = mesh.digest(list(scene.build().parts))
    assert mesh.digest(list(built.parts)) == again == shot.truth["mesh_sha256"]


def test_the_truth_on_disk_is_what_the_scene_says(shot, built):
    fresh = truth.document(built, built.camera, shot.truth["exposure"])
    assert fresh == shot.truth


def test_the_hero_fills_its_prism_and_nothing_leaves_the_ground_below(built):
    hero = np.concatenate([part.positions_m for part in built.parts if part.group == "hero"])
    assert np.isclose(hero[:, 1].max(), scene.HEIGHT_M)
    assert hero[:, 1].min() >= -1e-6
    assert hero[:, 0].min() > -0.2
    assert hero[:, 0].max() < scene.WIDTH_M + 0.45


def test_meshes_are_sound(built):
    for part in built.parts:
        assert np.isfinite(part.positions_m).all()
        assert np.isfinite(part.uv).all()
        assert part.triangles.min() >= 0
        assert part.triangles.max() < len(part.positions_m)
        if part.normals is not None:
            assert np.allclose(np.linalg.norm(part.normals, axis=1), 1, atol=1e-4)


def test_walls_have_holes_where_their_openings_are(built):
    front = built.front
    name = next(part for part in built.parts if part.material == "wall.front")
    corners = name.positions_m[name.triangles].astype(float)
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1).sum() / 2
    holes = sum((o.right_m - o.left_m) * (o.top_m - o.bottom_m) for o in front.openings)
    assert np.isclose(area, front.width_m * front.height_m - holes, rtol=1e-6)


def test_the_tone_curve_keeps_its_pivot_rises_and_never_clips():
    y = truth.tone(np.linspace(0, 20, 4001))
    assert np.isclose(truth.tone(truth.TONE["pivot"]), truth.TONE["pivot"])
    assert (np.diff(y) >= 0).all()
    assert y[0] == 0
    assert y.max() <= 1


def test_the_rough_outline_is_near_the_true_one(shot):
    stray = np.abs(np.subtract(shot.truth["outline_px"], shot.truth["silhouette_px"]))
    assert 0.5 < stray.max() <= 5.1


def test_a_folder_without_truth_is_an_error(tmp_path):
    with pytest.raises(BrokenStore):
        street.load(tmp_path)
