"""The network that ships: its card is true, and its answer does not change."""

import numpy as np
import pytest

from secondunit.effects.deage.effect import Deage
from secondunit.effects.deage.learned import FOLDER, card, residual
from secondunit.effects.deage.net import shapes
from secondunit.effects.deage.settings import DeageSettings
from secondunit.errors import BrokenStore
from secondunit.nets.card import weights_of
from secondunit.provenance.actions import LEARNED


def test_the_card_counts_right():
    about = card()
    tensors = weights_of(about, FOLDER)
    assert {name: tensor.shape for name, tensor in tensors.items()} == shapes()
    assert about.parameters == sum(tensor.size for tensor in tensors.values())
    assert (FOLDER / about.weights).stat().st_size < 20_000_000


def test_quality_is_told_by_skin_and_sex():
    said = " ".join(row.on for row in card().measured)
    for group in ("light skin", "medium skin", "dark skin", "female", "male"):
        assert group in said


def test_the_same_face_gets_the_same_bits():
    codes = np.random.default_rng(0).random((128, 128, 3), np.float32)
    one, again = (residual(codes, 60.0, 40.0) for _ in range(2))
    assert one.shape == codes.shape
    assert np.array_equal(one, again)
    assert np.abs(one).max() < 0.5


def test_a_missing_card_is_said(tmp_path):
    with pytest.raises(BrokenStore, match="model card"):
        card(tmp_path)


def test_credentials_say_that_a_network_made_pixels():
    (action,) = Deage().actions(DeageSettings())
    about = card()
    assert action.source in LEARNED
    (model,) = action.models
    assert model.weights == about.sha256
    assert model.trained_on == about.data.what
    assert f"{model.name}-{model.version}" == about.name
