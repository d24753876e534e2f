"""Stills of the performer when young: asked for by a consent of their own, and steering what they tell."""

import numpy as np
import pytest

from secondunit.effects.deage.controls import Controls, Traits
from secondunit.effects.deage.effect import Deage
from secondunit.effects.deage.young import Look, look_in, steered
from secondunit.effects.registry import register
from secondunit.errors import CannotSolve, NotCleared
from secondunit.imaging.exr_reader import read_exr
from secondunit.policy.consents import revoke
from secondunit.policy.ledger import Ledger
from secondunit.shoot import shoot
from secondunit.testing.portrait import portrait_show
from secondunit.testing.tiny_rights import PERSON

from .clips import still

BRIEF, SIDE = "briefs/deage.toml", 320
WHITE = Look((1.0, 1.0, 1.0), (0.0, -0.3, -0.2), 0.2, 0.80)


@pytest.fixture(autouse=True)
def _installed():
    register(Deage())


def young(**other):
    return Look(**(vars(WHITE) | other))


def test_a_still_like_the_plate_asks_for_nothing_it_does_not_show():
    controls = steered(Controls(), [WHITE], WHITE, 1.0)
    assert controls.hair_colour == pytest.approx((0.6, 0.6, 0.6)), "white hair stays white"
    assert (controls.traits.lips, controls.traits.brows, controls.traits.shape) == (0, 0, 0)
    assert steered(Controls(), [WHITE], WHITE, 0.0) == Controls()


def test_hair_lips_brows_and_jaw_follow_the_still():
    then = young(hair=(0.2, 0.15, 0.1), lips=(-0.02, -0.52, -0.36), brows=0.8, jaw=0.755)
    controls = steered(Controls(), [then, then], WHITE, 1.0)
    assert controls.hair_colour == pytest.approx((0.12, 0.09, 0.06), abs=1e-6)
    traits = controls.traits
    assert (traits.lips, traits.brows, traits.shape) == pytest.approx((1, 1, 1), abs=1e-5)
    assert steered(Controls(), [young(brows=9.0)], WHITE, 1.0).traits.brows == 2, "faces stay faces"


def test_hair_has_a_colour_that_hair_has():
    blue = steered(Controls(), [young(hair=(0.01, 0.012, 0.03))], WHITE, 1.0).hair_colour
    assert blue[0] >= blue[1] >= blue[2] > 0.02


def test_the_artist_s_word_comes_first():
    asked = Controls(hair_colour=(0.3, 0.1, 0.05), traits=Traits(brows=0.0))
    controls = steered(asked, [young(hair=(0.2, 0.2, 0.2), brows=1.4)], WHITE, 1.0)
    assert controls.hair_colour == (0.3, 0.1, 0.05)
    assert controls.traits.brows == 0


def test_light_does_not_change_what_a_still_tells():
    bright = still(size_px=SIDE)
    dark = np.asarray(bright * 0.7, np.uint8)
    one, other = look_in(bright, "a"), look_in(dark, "b")
    np.testing.assert_allclose(one.lips, other.lips, atol=0.12)
    assert one.brows == pytest.approx(other.brows, abs=0.2)
    assert one.jaw == pytest.approx(other.jaw, abs=0.03)


def test_a_still_shows_one_face_alone():
    with pytest.raises(CannotSolve, match="no face"):
        look_in(np.full((200, 300, 3), 90, np.uint8), "wall.jpg")
    with pytest.raises(CannotSolve, match="2 faces"):
        look_in(np.hstack([still("efe", size_px=SIDE), still("finn", size_px=SIDE)]), "pair.jpg")


def test_a_still_needs_a_consent_that_names_it(tmp_path):
    show = tmp_path / "show"
    more = '[young]\nstills = ["pictures/young0.png"]\n[output]\nages = 0\n'
    frames, dark = [still(size_px=SIDE)], still("finn", size_px=SIDE)
    production = portrait_show(show, frames, frames, more=more, stills=[dark])
    take = shoot(production, show / BRIEF)
    assert "young0" in take.document["plate"]["pictures"]
    plain = (show / BRIEF).read_text().replace('stills = ["pictures/young0.png"]', "")
    (show / "briefs" / "plain.toml").write_text(plain)
    without = shoot(production, show / "briefs" / "plain.toml")
    pair = [read_exr(one.frame_path(1001))[0]["delta"] for one in (take, without)]
    assert np.abs(pair[0] - pair[1]).max() > 1e-3, "the still steers"
    (show / "pictures" / "young0.png").write_bytes((show / "pictures" / "young0.png").read_bytes() + b" ")
    with pytest.raises(NotCleared, match="source-without-consent"):  # another picture than the one agreed to
        shoot(production, show / BRIEF)
    revoke(Ledger(production), f"{PERSON}-stills", by="A. Performer")
    with pytest.raises(NotCleared, match="source-without-consent"):
        shoot(production, show / BRIEF)
