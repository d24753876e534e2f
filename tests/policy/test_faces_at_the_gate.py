"""A frame that alters a face nobody named gets no receipt, cleared or not."""

import numpy as np
import pytest
from PIL import Image

from secondunit.errors import Problems
from secondunit.imaging.exr import write_exr
from secondunit.plate.ingest import ingest
from secondunit.policy.receipts import receipts_of
from secondunit.testing.heads.people import CAST, picture


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
