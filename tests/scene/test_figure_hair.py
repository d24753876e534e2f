import numpy as np
import pytest

from secondunit.scene.figure.clothes import Clothes, clothes
from secondunit.scene.figure.eyes import EYEBALLS, LIMBUS_M, Eyes, centres, eyes
from secondunit.scene.figure.hair import CUTS, Hair, scalp_cover, scalp_hair
from secondunit.scene.figure.motion import Blink, Performance, turned
from secondunit.scene.figure.parts import grid, tube
from secondunit.scene.figure.strands import Skin, carried
from secondunit.scene.figure.whiskers import beard, brows

MIDDLE_DM = np.array([0.0, 7.35, 0.5])


def egg(stretch=1.0):
    """A head's worth of skin: an egg about the rest shape's skull."""
    polar, turn = np.linspace(0.02, np.pi - 0.02, 60), np.linspace(0, 2 * np.pi, 96, endpoint=False)
    unit = np.stack(
        [
            np.sin(polar)[:, None] * np.sin(turn),
            np.cos(polar)[:, None] + 0 * turn,
            np.sin(polar)[:, None] * np.cos(turn),
        ],
        -1,
    )
    rest, triangles, _ = grid(MIDDLE_DM + unit * [0.75, 1.15, 0.98], closed=True)
    return Skin(0.1 * rest * [stretch, 1.0, stretch], triangles, rest)


SKIN = egg()
FEW = 2500


def roots(bundles):
    every = np.concatenate([bundle.points_m[:, 0] for bundle in bundles])
    return every[np.lexsort(every.T)]


def white_share(bundles):
    counts = {bundle.melanin < 0.05: 0 for bundle in bundles}
    for bundle in bundles:
        counts[bundle.melanin < 0.05] += len(bundle.points_m)
    return counts.get(True, 0) / sum(counts.values())


@pytest.mark.parametrize("style", CUTS)
def test_every_style_grows_from_the_skin_and_stays_out_of_it(style):
    bundles = scalp_hair(SKIN, Hair(style=style, strands=FEW), seed=3)
    heights = [
        SKIN.ground.below(b.points_m[:, 2:].reshape(-1, 3))[0].min() for b in bundles if b.name.startswith("scalp")
    ]
    assert sum(len(bundle.points_m) for bundle in bundles) > FEW / 4
    assert min(heights) > -0.0015


def test_the_same_seed_roots_the_same_hairs_at_any_grey_and_on_any_head_shape():
    dark, grey = (scalp_hair(SKIN, Hair(strands=FEW, grey=grey), seed=5) for grey in (0.0, 0.8))
    assert np.allclose(roots(dark), roots(grey))
    wide = scalp_hair(egg(1.2), Hair(strands=FEW), seed=5)
    assert sum(len(b.points_m) for b in wide) == sum(len(b.points_m) for b in dark)
    assert not np.allclose(roots(dark)[:50], roots(scalp_hair(SKIN, Hair(strands=FEW), seed=6))[:50])


@pytest.mark.parametrize("grey", [0.0, 0.3, 0.7])
def test_grey_is_about_the_share_of_white_hairs(grey):
    assert white_share(scalp_hair(SKIN, Hair(strands=FEW, grey=grey), seed=1)) == pytest.approx(grey, abs=0.12)


def test_a_receding_hairline_bares_the_forehead_before_the_sides():
    front, side = np.array([[0.1, 8.2, 1.1]]), np.array([[0.75, 7.6, 0.45]])
    full, gone = Hair(receding=0.0), Hair(receding=0.9)
    assert scalp_cover(front, full)[0] > 0.8 > 0.1 > scalp_cover(front, gone)[0]
    assert scalp_cover(side, gone)[0] > 0.6


def test_no_beard_is_no_strand_and_a_longer_one_is_longer():
    assert beard(SKIN, Hair(beard=0.0)) == []

    def length(look):
        return np.concatenate(
            [np.linalg.norm(np.diff(b.points_m, axis=1), axis=2).sum(1) for b in beard(SKIN, look)]
        ).mean()

    assert length(Hair(beard=0.1)) < 0.002 < length(Hair(beard=0.9))


def test_brows_lie_on_both_sides():
    x = np.concatenate([bundle.points_m[:, 0, 0] for bundle in brows(SKIN, Hair(), seed=2)])
    assert 0.7 < (x > 0).sum() / (x < 0).sum() < 1.4


def test_eyes_are_the_spheres_of_their_helpers_and_look_where_told():
    rng = np.random.default_rng(1)
    vertices = np.zeros((19158, 3))
    for side, x in (("left", 0.03), ("right", -0.03)):
        ball = rng.normal(0, 1, (72, 3))
        vertices[EYEBALLS[side]] = np.array([x, 0.75, 0.12]) + 0.015 * ball / np.linalg.norm(
            ball, axis=1, keepdims=True
        )
    for side, x in (("left", 0.03), ("right", -0.03)):
        centre, radius = centres(vertices)[side]
        assert np.allclose(centre, [x, 0.75, 0.12], atol=1e-9)
        assert radius == pytest.approx(0.015)
    ahead, aside = (
        next(p for p in eyes(vertices, Eyes(), gaze_deg=gaze, near_m=1e6) if p.name == "eye-left")
        for gaze in ((0.0, 0.0), (20.0, 10.0))
    )
    pole = aside.positions_m[0] - [0.03, 0.75, 0.12]
    assert np.degrees(np.arctan2(pole[0], pole[2])) == pytest.approx(20, abs=1)
    assert np.degrees(np.arcsin(pole[1] / np.linalg.norm(pole))) == pytest.approx(10, abs=1)
    dark = np.asarray(ahead.surface.albedo)[384, 384]
    assert dark.max() < 0.01
    assert LIMBUS_M < 0.015


def test_cloth_hangs_outside_the_skin():
    low = Skin(SKIN.positions_m - [0, 0.20, 0], SKIN.triangles, SKIN.rest_dm - [0, 2.0, 0])
    garment = clothes(low, Clothes(), seed=1)[0]
    height, _ = Skin(low.positions_m, low.triangles, low.rest_dm + np.array([0, 9, 0])).ground.below(
        garment.positions_m
    )
    assert np.median(height) > 0.004
    assert height.min() > -0.003


def test_a_tube_has_its_radius_and_closes():
    turn = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    ring = np.stack([np.cos(turn), np.sin(turn), 0 * turn], -1)
    points, triangles, _ = tube(ring, 0.1, 12, closed=True)
    away = np.hypot(np.hypot(points[:, 0], points[:, 1]) - 1, points[:, 2])
    assert np.allclose(away, 0.1, atol=0.005)
    assert triangles.max() < len(points)


def test_a_performance_repeats_by_seed_and_stays_within_what_a_face_can_do():
    one, again, other = Performance(7, 2.0), Performance(7, 2.0), Performance(8, 2.0)
    times = np.arange(48) / 24
    poses = [one.pose(t) for t in times]
    assert poses == [again.pose(t) for t in times] != [other.pose(t) for t in times]
    assert all(0 <= weight <= 1 for pose in poses for weight in pose.units.values())
    jaw = np.array([pose.units.get("jawOpen", 0) for pose in poses])
    assert jaw.max() > 0.15
    assert jaw.min() < 0.08
    turns = np.array([pose.head_deg for pose in poses])
    assert np.abs(turns).max() < 12
    assert np.abs(np.diff(turns, axis=0)).max() < 1.5


def test_a_blink_shuts_and_opens():
    lid = [Blink(1.0).lid(t) for t in (0.99, 1.05, 1.10, 1.2, 1.31)]
    assert lid[0] == lid[-1] == 0
    assert lid[2] == pytest.approx(1)
    assert 0 < lid[1] < 1
    assert 0 < lid[3] < 1


def test_a_turned_head_is_rigid_and_shoulders_stay():
    rest = np.array([[0.0, 8.0, 0.5], [0.5, 7.3, 1.2], [0.0, 6.2, 1.45], [2.0, 5.0, 0.0]])
    points = 0.1 * rest
    moved = turned(points, rest, np.array([0, 0.59, 0.01]), (10.0, 5.0, 3.0))
    before, after = (np.linalg.norm(p[:3, None] - p[None, :3], axis=-1) for p in (points, moved))
    assert np.allclose(before, after, atol=1e-9)
    assert np.allclose(moved[3], points[3])
    assert (
        turned(points, rest, np.array([0, 0.59, 0.01]), (10.0, 0, 0))[1, 0] > points[1, 0]
    )  # yaw to the person's left


def test_hair_grown_on_a_still_face_goes_where_its_skin_goes():
    grown = brows(SKIN, Hair(), seed=2)[0]
    shift = np.array([0.003, -0.002, 0.001])
    moved = carried(grown, SKIN, SKIN.positions_m + shift)
    assert np.allclose(moved.points_m, grown.points_m + shift)
