"""De-age from plate to take: who may be aged, what stays as shot, and what lies beside the frames."""

import json
from dataclasses import replace

import numpy as np
import pytest

from secondunit.brief.document import load_brief
from secondunit.effects.deage.effect import Deage
from secondunit.effects.registry import find_effect, register
from secondunit.errors import CannotSolve, NotCleared, Problems, SecondUnitError
from secondunit.imaging.exr import PLAIN, write_exr
from secondunit.imaging.exr_reader import read_exr
from secondunit.nets.runtime import settled
from secondunit.plate.ingest import ingest
from secondunit.policy.consents import revoke
from secondunit.policy.ledger import Ledger
from secondunit.provenance.check import read_all
from secondunit.provenance.reading import State
from secondunit.shoot import shoot
from secondunit.take.credentials import signed_files
from secondunit.take.verify import verify
from secondunit.testing.contract import EffectContract
from secondunit.testing.heads.people import Setup
from secondunit.testing.portrait import SHOT, portrait_show
from secondunit.testing.tiny_rights import PERSON

from .clips import moved, moves, still

BRIEF = "briefs/deage.toml"
SIDE = 320
ANOTHER_DAY = Setup(yaw_deg=8, light_azimuth_deg=-30, smile=0.4)


@pytest.fixture(autouse=True)
def _installed():
    register(Deage())


def head(name="efe", setup=None):
    return still(name, setup or Setup(), SIDE)


def show(folder, frames=None, references=None, **other):
    frames = [head()] if frames is None else frames
    return portrait_show(folder / "show", frames, [head()] if references is None else references, **other)


def whole(take, frame=1001):
    layers, _ = read_exr(take.frame_path(frame))
    return layers, read_exr(take.plate_path(frame))[0][PLAIN]


class TestDeage(EffectContract):
    def make(self, folder):
        return show(folder, moved(head(), moves(3, side=SIDE), noise=1.0)), BRIEF


@pytest.fixture(scope="module")
def taken(tmp_path_factory):
    """Three frames, with tight limits so that something is marked."""
    register(Deage())
    folder = tmp_path_factory.mktemp("taken")
    more = "[limits]\nidentity = 0.05\nseam = 1.0\n[output]\nages = 3\n"
    production = show(folder, moved(head(), moves(3, side=SIDE)), more=more)
    return production, shoot(production, production.folder / BRIEF)


def test_a_take_has_its_layers_and_what_lies_beside_them(taken):
    _, take = taken
    layers, plate = whole(take)
    assert {PLAIN, "matte", "delta", "motion", "regions", "regions_below"} == set(layers)
    half = np.float16
    np.testing.assert_array_equal((plate + layers["delta"]).astype(half), layers[PLAIN].astype(half))
    names = {"quality.json", "quality.png", "ages.png", "wipe.mp4"}
    assert names == set(take.document["extras"])
    rows = json.loads((take.folder / "quality.json").read_text())["frames"]
    assert [row["frame"] for row in rows] == [1001, 1002, 1003]
    assert rows[0]["flicker"] is None, "the first frame has none before it"
    assert all(row["identity"] < 0.6 and 0 < row["flicker"] < 3 and row["seam"] > 0 for row in rows[1:])
    (model,) = take.document["models"]
    assert model["precision"] == settled("auto"), "what the network was computed in"
    assert "models" in take.document["papers"]
    assert {mark["frame"] for mark in take.document["marks"]} == {1001, 1002, 1003}
    assert any("identity" in mark["what"] for mark in take.document["marks"])
    signed = read_all([take.folder / name for name in signed_files(take.document)], b"")
    assert len(signed) == 5
    assert all(one.state is not State.UNSIGNED for one in signed)


def test_motion_says_where_things_go(taken):
    _, take = taken
    layers, _ = whole(take)
    start, end = moves(3, side=SIDE)[:2]
    eye = np.array([SIDE * 0.5, SIDE * 0.45])
    before, after = (one[:, :2] @ eye + one[:, 2] for one in (start, end))
    x, y = (int(one) for one in before)
    around = layers["matte"][y - 20 : y + 20, x - 20 : x + 20] > 0
    u, v = (layers["motion"][y - 20 : y + 20, x - 20 : x + 20, k][around].mean() for k in (0, 1))
    assert (u, v) == pytest.approx((after[0] - before[0], before[1] - after[1]), abs=0.6)


def test_no_years_change_nothing_at_all(tmp_path):
    production = show(tmp_path, by=0)
    take = shoot(production, production.folder / BRIEF)
    layers, plate = whole(take)
    np.testing.assert_array_equal(layers[PLAIN].view(np.uint32), plate.view(np.uint32))
    assert not layers["matte"].any()
    assert not layers["delta"].any()
    assert not take.document["marks"]


@pytest.mark.parametrize(
    ("by", "consent", "says"),
    [
        (-20, {"alterations": ({"kind": "age", "years_from": -15.0, "years_to": 0.0},)}, "years"),
        (10, {"alterations": ({"kind": "age", "years_from": -15.0, "years_to": 0.0},)}, "years"),
        (-20, {"alterations": ({"kind": "wardrobe"},)}, "change"),
        (-20, {"term_start": "2020-01-01T00:00:00Z", "term_end": "2021-01-01T00:00:00Z"}, "status"),
        (-20, {"characters": ("Somebody else",)}, "character"),
        (-20, {"shots": ("EP999*",)}, "shot"),
        # the sheet of ages would show five years less
        (-20, {"alterations": ({"kind": "age", "years_from": -25.0, "years_to": -15.0},)}, "from -5 to -20 years"),
    ],
)
def test_what_the_consent_does_not_cover_is_refused_before_a_pixel(tmp_path, by, consent, says):
    production = show(tmp_path, references=[], by=by, consent=consent)
    with pytest.raises(NotCleared, match=says):
        shoot(production, production.folder / BRIEF)
    assert not list(production.folder.glob("work/**/*.*"))


@pytest.mark.parametrize("register_as", [{"is_minor": True}, {"birth_year": 2015}])
def test_a_minor_is_refused_before_a_pixel(tmp_path, register_as):
    production = show(tmp_path, references=[], performer_is=register_as)
    with pytest.raises(NotCleared, match=r"guardian|minor|18"):
        shoot(production, production.folder / BRIEF)
    assert not list(production.folder.glob("work/**/*.*"))


def test_a_revoked_consent_and_a_missing_one_are_refused(tmp_path):
    production = show(tmp_path)
    revoke(Ledger(production), f"{PERSON}-age", by="A. Performer")
    with pytest.raises(NotCleared, match=r"no consent|withdrawn|revoked"):
        shoot(production, production.folder / BRIEF)
    path = production.folder / BRIEF
    path.write_text(path.read_text().replace(PERSON, "p-9999"))
    with pytest.raises(NotCleared, match="p-9999"):
        shoot(production, path)
    assert not list(production.folder.glob("work/**/*.*"))


def test_somebody_else_in_the_plate_is_not_aged(tmp_path):
    production = show(tmp_path, frames=[head("finn")])
    with pytest.raises(NotCleared, match="nobody in the shot is surely this person"):
        shoot(production, production.folder / BRIEF)
    assert not list(production.folder.glob("work/**/*.exr"))


def test_a_person_of_whom_nothing_is_held_is_not_guessed(tmp_path):
    production = show(tmp_path, references=[])
    with pytest.raises(NotCleared, match="references"):
        shoot(production, production.folder / BRIEF)


def test_an_unnamed_face_beside_keeps_every_bit(tmp_path):
    production = show(tmp_path, frames=[np.hstack([head("efe"), head("finn")])])
    layers, plate = whole(shoot(production, production.folder / BRIEF))
    assert (layers["matte"][:, :SIDE] > 0).any()
    assert not layers["matte"][:, SIDE:].any()
    np.testing.assert_array_equal(layers[PLAIN][:, SIDE:], plate[:, SIDE:])


def test_where_the_face_is_lost_the_frame_stays_as_shot_and_is_marked(tmp_path):
    frames = moved(head(), moves(20, side=SIDE))
    hidden = frames[10].copy()
    hidden[40:280, 60:260] = (150, 110, 90)  # somebody walks by
    soft = "[steady]\nfade_s = 0.2\n[output]\nages = 0\n"
    production = show(tmp_path, [*frames[:10], hidden, *frames[11:]], more=soft)
    take = shoot(production, production.folder / BRIEF)
    assert 1011 in {mark["frame"] for mark in take.document["marks"]}
    layers, plate = whole(take, 1011)
    np.testing.assert_array_equal(layers[PLAIN], plate)
    beside, first = (whole(take, frame)[0]["matte"].max() for frame in (1010, 1001))
    assert 0 < beside < 0.5 < first, "it comes and goes softly"


def test_two_of_the_same_are_asked_about(tmp_path):
    production = show(tmp_path, frames=[np.hstack([head("efe"), head("efe", ANOTHER_DAY)])])
    with pytest.raises(CannotSolve, match="two faces are"):
        shoot(production, production.folder / BRIEF)


def test_a_plate_without_a_face_says_so(tmp_path):
    gradient = np.tile(np.linspace(20, 200, SIDE).astype(np.uint8)[None, :, None], (SIDE - 7, 1, 3))
    production = show(tmp_path, frames=[gradient])
    with pytest.raises(CannotSolve, match="no face in 1 frames"):
        shoot(production, production.folder / BRIEF)


def test_a_tiny_face_is_left_with_a_reason(tmp_path):
    small = np.full((SIDE, SIDE, 3), 60, np.uint8)
    small[100:160, 100:160] = still("efe", Setup(), 60)
    production = show(tmp_path, frames=[small])
    with pytest.raises(SecondUnitError, match=r"no face|px|surely"):
        shoot(production, production.folder / BRIEF)


def test_one_frame_of_an_odd_size_is_a_take(tmp_path):
    production = show(tmp_path, frames=[np.ascontiguousarray(head()[9:300, 20:297])])
    take = shoot(production, production.folder / BRIEF)
    layers, plate = whole(take)
    assert plate.shape == (291, 277, 3)
    assert (layers["matte"] > 0.9).any()
    assert not verify(take)


@pytest.mark.parametrize("setup", [Setup(yaw_deg=55), Setup(yaw_deg=85), Setup(pitch_deg=50)])
def test_a_face_turned_far_away_is_aged_whole_or_refused_whole(tmp_path, setup):
    production = show(tmp_path, frames=[head(setup=setup)])
    try:
        take = shoot(production, production.folder / BRIEF)
    except SecondUnitError:
        take = None
    takes = [one.name for one in production.folder.glob("takes/*/*")]
    assert takes == ([] if take is None else ["t001"])
    if take is not None:
        layers, plate = whole(take)
        outside = layers["matte"] == 0
        assert (layers[PLAIN][outside] == plate[outside]).all()
        assert not verify(take)


def test_a_cartoon_is_no_performer(tmp_path):
    drawn = np.full((SIDE, SIDE, 3), 240, np.uint8)
    rows, columns = np.mgrid[:SIDE, :SIDE]
    for x, y, radius, code in ((160, 160, 110, 200), (120, 130, 12, 20), (200, 130, 12, 20)):
        drawn[(columns - x) ** 2 + (rows - y) ** 2 < radius**2] = code
    drawn[205:215, 110:210] = 20
    production = show(tmp_path, frames=[drawn])
    with pytest.raises(SecondUnitError, match=r"no face|surely"):
        shoot(production, production.folder / BRIEF)


def test_masks_say_where(tmp_path):
    from PIL import Image

    production = show(tmp_path, more='[matte]\nexclude = "pictures/left.png"\n')
    mask = np.zeros((SIDE, SIDE), np.uint8)
    mask[:, : SIDE // 2] = 255
    (production.folder / "pictures").mkdir(exist_ok=True)
    Image.fromarray(mask).save(production.folder / "pictures" / "left.png")
    layers, _ = whole(shoot(production, production.folder / BRIEF))
    assert not layers["matte"][:, : SIDE // 2].any()
    assert layers["matte"][:, SIDE // 2 :].any()


def test_scene_linear_plates_keep_their_highlights(tmp_path):
    from secondunit.imaging.colour import plate_from_codes

    production = show(tmp_path)
    bright = plate_from_codes(head()) * 4
    bright[5:15, 5:15] = 60.0
    path = tmp_path / "bright.exr"
    write_exr(path, {PLAIN: bright})
    ingest(path, production.folder, "EP101_099", rate=production.rate)
    brief = production.folder / BRIEF
    brief.write_text(brief.read_text().replace(SHOT, "EP101_099"))
    take = shoot(production, brief)
    layers, plate = whole(take)
    assert plate.max() == 60
    assert (layers[PLAIN][5:15, 5:15] == 60).all()
    inside = layers["matte"] > 0.9
    assert inside.any()
    assert layers[PLAIN][inside].max() > 1
    assert not verify(take)


def test_a_brief_that_says_less_than_it_does_is_wrong(tmp_path):
    production = show(tmp_path, references=[])
    path = production.folder / BRIEF
    path.write_text(path.read_text().replace('change = "age"', 'change = "age"\nyears = -5\napparent_age = 55'))
    with pytest.raises(Problems) as caught:
        shoot(production, path)
    assert {"years", "apparent_age"} == {str(one.where).rsplit(", ", 1)[-1] for one in caught.value.problems}


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ("by = -20\nto_age = 30", "years"),
        ("keys = [[1001, -10], [1005, 10]]", "years.keys"),
        ("keys = [[1001, -10], [1001, -5]]", "years.keys"),
        ("by = -60", "years.by"),
        ("", "years"),
    ],
)
def test_a_dial_that_contradicts_itself_is_told(tmp_path, wrong, where):
    production = show(tmp_path, references=[])
    path = production.folder / BRIEF
    path.write_text(path.read_text().replace("by = -20", wrong))
    with pytest.raises(Problems, match=where):
        load_brief(path, find_effect)


def test_keys_ease_and_the_consent_must_cover_all_of_them(tmp_path):
    from secondunit.effects.deage.dial import extreme, least, years_at, youngest

    production = show(tmp_path, references=[])
    path = production.folder / BRIEF
    path.write_text(path.read_text().replace("by = -20", "keys = [[1001, 0], [1011, -20]]"))
    settings = load_brief(path, find_effect).settings
    years = [years_at(settings.performer, settings.years, frame) for frame in (990, 1001, 1006, 1011, 1500)]
    assert years == pytest.approx([0, 0, -10, -20, -20])
    assert (extreme(settings), least(settings), youngest(settings)) == (-20, 0, 40)
    (change,) = Deage().changes(settings)
    assert (change.years, change.years_least, change.facts["apparent_age"]) == (-20, 0, 40)


def test_only_what_a_change_touches_is_done_again(taken):
    production, _ = taken
    path = production.folder / BRIEF
    stronger = production.folder / "briefs" / "stronger.toml"
    stronger.write_text(path.read_text().replace("[limits]", "[traits]\nspots = 0.5\n[limits]"))
    brief = load_brief(stronger, find_effect)
    again = shoot(production, replace(brief))
    reused = {stage["stage"]: stage["reused"] for stage in again.document["stages"]}
    assert reused == {"find": True, "follow": True, "age": False, "steady": False, "blend": False}


def test_what_passes_before_the_face_is_not_painted_over(tmp_path):
    """A sleeve for one frame among others: neither that frame's ageing nor that of its neighbours shows on it."""
    frames = moved(head(), moves(7, side=SIDE))
    at = slice(150, SIDE), slice(92, 134)  # one cheek, beside the nose
    frames[3] = frames[3].copy()
    frames[3][at] = (60, 92, 60)
    production = show(tmp_path, frames, more="[output]\nages = 0\nwipe = false\n")
    take = shoot(production, production.folder / BRIEF)
    layers, plate = whole(take, 1004)
    inside = slice(at[0].start + 24, at[0].stop), slice(at[1].start + 8, at[1].stop - 8)
    change = np.abs(layers["delta"][inside])
    assert change.max() < 0.05 * plate[inside].max(), change.max()
    assert np.abs(layers["delta"][100:260, 150:220]).max() > 0.005, "beside it the face is younger"
