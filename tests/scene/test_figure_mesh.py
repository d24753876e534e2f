"""Laws of the figure on its real mesh; see ``conftest.py`` for where these run."""

import numpy as np
import pytest
from scipy.spatial import ConvexHull

from secondunit.effects.deage.dataset import REGIONS, regions
from secondunit.scene.figure import head, person, portrait
from secondunit.scene.figure.eyes import centres
from secondunit.scene.figure.skin import paint

SITTING, PX = portrait.sit(4), 256
CUT_DM = 4.75  # below, the chest is cut off


@pytest.fixture(scope="module")
def pair():
    """The same person at 25 and at 78, and the camera that both are seen by."""
    heads = [portrait.head_at(SITTING, years) for years in (25, 78)]
    return heads, portrait.frame(heads, SITTING.yaw_deg, SITTING.pitch_deg, SITTING.distance_m, PX)


def test_the_skin_is_closed_above_the_cut():
    mesh = head.base()
    _, first, welded = np.unique(np.round(mesh.fine_rest_dm, 6), axis=0, return_index=True, return_inverse=True)
    triangles = welded.ravel()[mesh.triangles]
    edges = np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), axis=1)
    once, count = np.unique(edges, axis=0, return_counts=True)
    assert count.max() == 2, "no edge has three sides"
    rim = mesh.fine_rest_dm[first][once[count == 1]].mean(axis=1)
    assert len(rim)
    assert rim[:, 1].max() < CUT_DM


def test_young_and_old_hold_the_same_pose(pair):
    (young, old), camera = pair
    for side in ("left", "right"):
        one, other = (centres(each.vertices_m)[side][0] for each in (young, old))
        np.testing.assert_allclose(one, other, atol=1e-9)
    areas = []
    for each in (young, old):
        points, _ = camera.project(each.fine()[0])
        areas.append(ConvexHull(points).volume)  # of points in a plane the volume is the area
    assert areas[1] == pytest.approx(areas[0], rel=0.12)


def test_landmarks_are_seen_on_the_head(pair):
    (young, _), camera = pair
    fine, _ = camera.project(young.fine()[0])
    low, high = fine.min(axis=0), fine.max(axis=0)
    marks, _ = camera.project(young.vertices_m[list(head.LANDMARKS.values())])
    assert ((marks > low) & (marks < high)).all()
    assert ((marks > 0) & (marks < PX)).all()
    nearest = np.linalg.norm(fine[None] - marks[:, None], axis=2).min(axis=1)
    assert nearest.max() < 2.0, "a corner of an eye lies on skin"


def test_paint_repeats_by_seed_and_no_skin_gives_more_light_than_it_gets():
    who = person.sample(4)
    (one, push), (again, pushed) = (paint(who, 70, {}, portrait.hair_at(SITTING, 70)) for _ in range(2))
    for name in ("albedo", "height_m", "rough", "mirror", "open_sky"):
        np.testing.assert_array_equal(getattr(one, name), getattr(again, name))
    np.testing.assert_array_equal(push, pushed)
    assert 0 < one.albedo.min() <= one.albedo.max() < 1
    assert 0 <= one.open_sky.min() <= one.open_sky.max() < 1.1, "ridges see a little more sky than the plain"


def test_every_region_of_the_face_is_on_the_map():
    found = set(np.unique(regions(head.base().fine_rest_dm[None].astype(np.float32))).tolist())
    assert found == set(range(1, len(REGIONS) + 1))
