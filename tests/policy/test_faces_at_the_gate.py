"""A frame that alters a face nobody named gets no receipt, cleared or not."""

import dataclasses
from typing import ClassVar

import numpy as np
import pytest
from PIL import Image

from secondunit.effects.registry import register
from secondunit.errors import BadBrief, BrokenStore, Problems
from secondunit.imaging.exr import write_exr
from secondunit.plate.ingest import ingest
from secondunit.policy.clearance import clear
from secondunit.policy.gate import ClearanceGate
from secondunit.policy.receipts import receipts_of
from secondunit.production import Production
from secondunit.provenance.beside import Beside
from secondunit.shoot import shoot
from secondunit.testing.heads.people import CAST, picture
from secondunit.testing.tiny_effect import Exposure
from secondunit.testing.tiny_show import BRIEF, SHOT


@pytest.fixture
def gate(rights, tmp_path):
    Image.fromarray(picture(CAST["finn"], size_px=240, rays=1)).save(tmp_path / "plate.png")
    ingest(tmp_path / "plate.png", rights.show.folder, rights.request().shot, rate=rights.show.rate)
    rights.grant()
    return rights.gate()


@pytest.mark.parametrize("altered", [True, False])
def test_a_face_nobody_named_is_not_altered(gate, tmp_path, altered):
    matte = np.zeros((240, 240), np.float32)
    matte[: 240 if altered else 8] = 1
    path = tmp_path / "pending.exr"
    write_exr(path, {"composite": np.zeros((240, 240, 3), np.float32), "matte": matte})
    result = tmp_path / "result"
    gate(1001)
    if not altered:
        gate.written(1001, path, result)
        assert list(receipts_of(result).iterdir())
        return
    with pytest.raises(Problems, match="nobody's who is named"):
        gate.written(1001, path, result)
    with pytest.raises(Problems, match="nobody's who is named"):
        gate.admit({1001: path}, result, by_hand=True)
    assert not receipts_of(result).exists()


def test_a_matte_is_believed_only_with_the_very_bytes_it_was_written_with(gate, tmp_path):
    picture, nothing = np.zeros((240, 240, 3), np.float32), np.zeros((240, 240), np.float32)
    path, result = tmp_path / "pending.exr", tmp_path / "result"
    content = write_exr(path, {"composite": picture, "matte": nothing})
    beside = Beside("0" * 64, np.zeros((240, 240, 3), np.uint8), content, nothing > 0)
    gate(1001)
    gate.written(1001, path, result, beside)
    write_exr(path, {"composite": picture, "matte": nothing + 1})  # between the writing and the signing
    with pytest.raises(Problems, match="nobody's who is named"):
        gate.written(1002, path, result, beside)
    said = dataclasses.replace(beside, matte=nothing == 0)  # and what is known of the bytes is what is judged
    write_exr(path, {"composite": picture, "matte": nothing})
    with pytest.raises(Problems, match="nobody's who is named"):
        gate.written(1002, path, result, said)
    assert [one.name for one in receipts_of(result).glob("*.json")] == ["1001.json"]


class Flush(Exposure):
    """Brightens people: the tiny effect over the whole picture, which says that it alters who stands there."""

    name = "flush"
    facts: ClassVar = {"generative": False, "alters_people": True}


class Silent(Exposure):
    """Does not say whether it alters people."""

    name = "silent"
    facts: ClassVar = {"generative": False}


@pytest.fixture
def shot(tmp_path):
    """A drawn head, and briefs for the whole picture that name nobody."""
    production = Production.new(tmp_path / "show", title="Tiny")
    Image.fromarray(picture(CAST["finn"], size_px=240, rays=1)).save(tmp_path / "head.png")
    ingest(tmp_path / "head.png", production.folder, SHOT, rate=production.rate)

    def brief(effect):
        register(effect)
        path = production.folder / "briefs" / f"{effect.name}.toml"
        text = BRIEF.format(frames=1, patience_s=0).replace('"exposure"', f'"{effect.name}"')
        path.write_text(text + "\n[square]\nsize = 1.0\n")
        return path

    return production, brief


def test_an_effect_that_alters_people_is_held_to_faces_nobody_named(shot):
    production, brief = shot
    with pytest.raises(Problems, match="nobody's who is named"):
        shoot(production, brief(Flush()))
    assert not list(production.folder.rglob("takes/**/*.exr"))
    assert shoot(production, brief(Exposure())).frames  # says that it alters nobody, and is not asked


def test_no_brief_can_say_otherwise_and_no_effect_can_be_silent(shot):
    production, brief = shot
    path = brief(Flush())
    path.write_text(path.read_text() + "\n[use]\nalters_people = false\n")
    with pytest.raises(BadBrief, match="as the effect says"):
        shoot(production, path)
    with pytest.raises(BrokenStore, match="alters_people"):
        shoot(production, brief(Silent()))


def test_who_does_not_say_is_looked_at(rights):
    request = rights.request(people=(), facts={"alters_people": None})
    clearance, key = clear(rights.show, request)
    gate = ClearanceGate(clearance, key, rights.show, lambda: rights.plate)
    gate(1001)
    with pytest.raises(BrokenStore):  # it would look at the plate's faces, and there is none
        gate.receipt(1001, rights.show.folder / "production.toml")
